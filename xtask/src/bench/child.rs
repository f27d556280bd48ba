//! A program that is run to its end, and the processor's time that it took.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Runs a program with `bash`, whose `time` gives the child's processor time to the millisecond, and returns its
/// standard output and that time in seconds. Exit codes of `fine` are no failure.
pub(super) fn timed(program: &Command, fine: &[i32]) -> Result<(String, f64)> {
    let name = program.get_program().to_string_lossy().into_owned();
    let mut command = Command::new("bash");
    command.args(["-c", "TIMEFORMAT=$'\\n%U %S'; time \"$@\"", "bash"]).arg(program.get_program());
    command.args(program.get_args()).stdin(Stdio::null());
    let output = command.output().context("bash cannot be started")?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() && !output.status.code().is_some_and(|code| fine.contains(&code)) {
        bail!("{name}: {}: {}", output.status, errors.trim());
    }
    let last = errors.trim_end().lines().last().unwrap_or_default();
    let times: Vec<f64> = last.split_whitespace().filter_map(|time| time.parse().ok()).collect();
    let [user_s, system_s] = times[..] else { bail!("{name}: no times in {last:?}") };
    Ok((String::from_utf8(output.stdout).context("output is not UTF-8")?, user_s + system_s))
}

/// Runs a program that may not end in time: none if it did not, and it is ended then.
pub(super) fn within(program: &mut Command, most: Duration) -> Result<Option<String>> {
    let name = program.get_program().to_string_lossy().into_owned();
    let folder = std::env::temp_dir().join(format!("truceline-bench-{}.out", std::process::id()));
    let file = std::fs::File::create(&folder).context("cannot write a temporary file")?;
    let child = program.stdin(Stdio::null()).stdout(file).stderr(Stdio::null()).spawn();
    let mut child = child.with_context(|| format!("{name}: cannot be started"))?;
    let begin = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if begin.elapsed() > most {
            child.kill()?;
            child.wait()?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let text = std::fs::read_to_string(&folder).unwrap_or_default();
    // A file that stays takes room in the temporary folder and nothing else.
    let _ = std::fs::remove_file(&folder);
    match status {
        None => Ok(None),
        Some(status) if status.success() => Ok(Some(text)),
        Some(status) => bail!("{name}: {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_and_time_of_a_child() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo err >&2; exit 1"]);
        let (text, cpu_s) = timed(&command, &[1]).unwrap();
        assert_eq!(text, "out\n");
        assert!((0.0..10.0).contains(&cpu_s));
        assert!(timed(&command, &[]).unwrap_err().to_string().contains("err"));
    }
}
