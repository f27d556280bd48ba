//! A running `truceline serve` or `truceline demo` that never outlives this program.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Longest wait for the ready line: an embedded store is ready in a second; a slow disk gets sixty times that.
const READY_WAIT_MAX: Duration = Duration::from_secs(60);

/// Starts the server, ends it by its id when standard input closes, and by force 5 s later: an open page holds a
/// connection for live updates, and the journal keeps what it has acknowledged whatever the end.
///
/// The shell is the server's parent, so the id cannot be another process's, and the pipe closes however the xtask
/// ends (Ctrl-C, a closed terminal, `kill -9`). The shell itself does not heed the terminal's signals; it lets go of
/// its outputs, so that the end of the server's lines can be seen.
const KEEPER: &str = r#"
trap '' INT HUP
"$@" </dev/null &
server=$!
exec >/dev/null 2>&1
cat
kill -TERM "$server"
( sleep 5; kill -KILL "$server" ) &
timer=$!
wait "$server"
kill "$timer"
"#;

/// The server, its address and key.
pub(crate) struct Server {
    keeper: Child,
    lines: Receiver<String>,
    /// `http://127.0.0.1:PORT/`.
    pub(crate) address: String,
    /// The verification key that it printed, if it did.
    pub(crate) key: Option<String>,
}

impl Server {
    /// Starts `binary serve store --port 0` and waits for its ready line. Its lines go to standard error.
    pub(crate) fn start(binary: &Path, store: &Path) -> Result<Self> {
        Self::start_command(&[
            binary.as_os_str(),
            "serve".as_ref(),
            store.as_os_str(),
            "--port".as_ref(),
            "0".as_ref(),
            "--no-open".as_ref(),
        ])
    }

    /// Starts `binary demo --store store` with more words and waits for its ready line. Its lines go to standard error.
    pub(crate) fn start_demo(binary: &Path, store: &Path, more: &[String]) -> Result<Self> {
        let mut words: Vec<&OsStr> = vec![
            binary.as_os_str(),
            "demo".as_ref(),
            "--store".as_ref(),
            store.as_os_str(),
            "--port".as_ref(),
            "0".as_ref(),
            "--no-open".as_ref(),
        ];
        words.extend(more.iter().map(|word| OsStr::new(word.as_str())));
        Self::start_command(&words)
    }

    fn start_command(words: &[&OsStr]) -> Result<Self> {
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh"])
            .args(words)
            // These stores live as long as the program: their guards lie inside.
            .env("TRUCELINE_GUARD", "guard")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("sh: cannot be started")?;
        let pipe = keeper.stdout.take().context("sh: no pipe")?;
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(std::result::Result::ok) {
                eprintln!("    {line}");
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut server = Self { keeper, lines, address: String::new(), key: None };
        server.wait_ready()?;
        Ok(server)
    }

    fn wait_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + READY_WAIT_MAX;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    if let Some(key) = key_of(&line) {
                        self.key = Some(key.to_owned());
                    }
                    if let Some(address) = address_of(&line) {
                        self.address = address.to_owned();
                        return Ok(());
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    bail!("truceline printed no `ready http://...` line within {} s", READY_WAIT_MAX.as_secs())
                }
                Err(RecvTimeoutError::Disconnected) => bail!("truceline ended before it was ready"),
            }
        }
    }

    /// Waits until the server ends by itself.
    pub(crate) fn wait(mut self) -> Result<()> {
        for line in &self.lines {
            if let Some(key) = key_of(&line) {
                self.key = Some(key.to_owned());
            }
        }
        self.end().map(|_| ())
    }

    /// Ends the server and waits for that.
    pub(crate) fn end(&mut self) -> Result<ExitStatus> {
        drop(self.keeper.stdin.take());
        self.keeper.wait().context("the server's shell cannot be waited for")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing can be done about an error here; the closed pipe ends the server.
        let _ = self.end();
    }
}

fn address_of(line: &str) -> Option<&str> {
    line.strip_prefix("ready ").map(str::trim).filter(|address| address.starts_with("http://"))
}

fn key_of(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("key")?;
    let key = rest.strip_prefix(':').unwrap_or(rest);
    (key.starts_with(' ') && !key.trim().is_empty()).then(|| key.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<'a>(script: &'a str, rest: &'a [&'a str]) -> Vec<&'a OsStr> {
        ["sh", "-c", script, "sh"].into_iter().chain(rest.iter().copied()).map(OsStr::new).collect()
    }

    #[test]
    fn reads_address_and_key_and_ends_its_own_server() {
        let file = std::env::temp_dir().join(format!("truceline-server-{}", std::process::id()));
        let path = file.to_str().unwrap();
        let script = "trap 'echo ended > \"$1\"; exit 0' TERM; echo key: store+1234+abcd; \
                      echo ready http://127.0.0.1:1/; while :; do sleep 0.05; done";
        let mut server = Server::start_command(&words(script, &[path])).unwrap();
        assert_eq!(server.address, "http://127.0.0.1:1/");
        assert_eq!(server.key.as_deref(), Some("store+1234+abcd"));
        server.end().unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "ended\n");
        std::fs::remove_file(&file).unwrap();
    }

    #[test]
    fn a_server_that_ends_early_is_an_error() {
        let Err(error) = Server::start_command(&words("echo busy; exit 1", &[])) else { panic!("it was not ready") };
        assert_eq!(error.to_string(), "truceline ended before it was ready");
    }

    #[test]
    fn only_a_ready_line_is_a_ready_line() {
        assert_eq!(address_of("ready http://127.0.0.1:8080/"), Some("http://127.0.0.1:8080/"));
        assert_eq!(address_of("already http://127.0.0.1:8080/"), None);
        assert_eq!(address_of("ready soon"), None);
        assert_eq!(key_of("key a+b+c"), Some("a+b+c"));
        assert_eq!(key_of("keyed a"), None);
    }
}
