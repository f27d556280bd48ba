//! `cargo xtask test`: format, invariants, web part, lints, all tests, the browser test, PDF if asked for; stops at the first failure.
//!
//! The last line of standard output is `N passed, M failed`: the tests of the Rust crates, of their documentation, of
//! the web part and in the browser, and the rules of tidy. A step that fails without counting tests (format, lints, a
//! build) counts as one failure.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::arguments::Arguments;
use crate::project::{PROFILE, Project};
use crate::tally::{self, Tally};
use crate::{browser, data, demo, step, tidy, web};

/// Set for the tests by `--require-data`: a test whose recording is missing then fails instead of returning.
const REQUIRE_DATA: &str = "TRUCELINE_REQUIRE_DATA";

/// What a step is: what it counts if it counts, else nothing.
type Outcome = Result<Option<Tally>>;

/// `test [--require-data] [--pdf]`.
pub(crate) fn run(project: &Project, words: Vec<String>) -> Result<ExitCode> {
    let mut arguments = Arguments::new(words);
    let require_data = arguments.flag("--require-data");
    let pdf = arguments.flag("--pdf");
    arguments.end("[--require-data] [--pdf]")?;
    let mut testing = Testing { project, data: None, require_data, pdf, total: Tally::default() };
    let outcome = testing.all();
    if let Err(error) = &outcome {
        println!("failed: {error:#}");
    }
    println!("{}", testing.total);
    Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Testing<'a> {
    project: &'a Project,
    /// The folder of recordings, absolute: tests run in their own crate's folder.
    data: Option<PathBuf>,
    require_data: bool,
    /// Whether to test the setting of PDF too, whose typesetter compiles for minutes.
    pdf: bool,
    total: Tally,
}

impl Testing<'_> {
    /// The steps. Tidy comes early since it takes a second, the web part before anything that compiles the binary it
    /// is embedded in.
    fn all(&mut self) -> Result<()> {
        self.step("data", |testing| {
            testing.data = data::folder()?;
            if testing.require_data {
                data::require(testing.project)?;
            }
            Ok(None)
        })?;
        self.step("cargo fmt", |testing| testing.cargo(&["fmt", "--all", "--check"]))?;
        self.step("tidy", |testing| tidy::count(testing.project))?;
        self.step("web", |testing| {
            web::prepare(testing.project)?;
            step::run(&mut testing.project.npm(&["run", "--silent", "check"])?)?;
            Ok(None)
        })?;
        self.step("cargo clippy", |testing| {
            let words = ["--workspace", "--all-targets", "--", "-D", "warnings"];
            testing.cargo(&[&["clippy", "--profile", PROFILE][..], &words].concat())
        })?;
        self.step("tests", Self::rust_tests)?;
        self.step("documentation tests", |testing| {
            let words = ["test", "--profile", PROFILE, "--workspace", "--doc", "--no-fail-fast"];
            testing.counted(testing.project.cargo(&words), tally::of_cargo_test)
        })?;
        self.step("binaries", |testing| demo::build(testing.project).map(|()| None))?;
        let chromium = browser::chromium();
        self.step("web tests", |testing| {
            let chromium = chromium?;
            let mut total = Tally::default();
            // Unit tests under either name, where the web part has them; the browser test always.
            for script in ["test", "unit", "e2e"] {
                if script == "e2e" || web::has_script(testing.project, script)? {
                    let mut command = testing.project.npm(&["run", "--silent", script])?;
                    command
                        .env("TRUCELINE_BIN", testing.project.binary("truceline")?)
                        .env("TRUCELINE_VERIFY_BIN", testing.project.binary("truceline-verify")?)
                        .env("EXAMPLES", testing.project.examples().join("utah-2004"))
                        .env("CHROMIUM", &chromium);
                    match testing.counted(command, tally::of_playwright)? {
                        Some(tally) if tally.failed == 0 => total.add(tally),
                        Some(tally) => {
                            total.add(tally);
                            break;
                        }
                        None => {}
                    }
                }
            }
            Ok(Some(total))
        })?;
        if self.pdf {
            self.step("PDF", Self::pdf_tests)?;
        }
        Ok(())
    }

    /// The crate that sets PDF, which is a workspace of its own.
    fn pdf_tests(&mut self) -> Outcome {
        let target = self.project.target()?.join("pdf");
        let target = target.to_str().context("the target folder's path is not UTF-8")?;
        let own = ["--manifest-path", "crates/bulletin-pdf/Cargo.toml", "--profile", PROFILE, "--target-dir", target];
        self.cargo(&["fmt", "--manifest-path", "crates/bulletin-pdf/Cargo.toml", "--check"])?;
        self.cargo(&[&["clippy"][..], &own, &["--all-targets", "--locked", "--", "-D", "warnings"]].concat())?;
        let command = self.project.cargo(&[&["test"][..], &own, &["--locked", "--no-fail-fast"]].concat());
        self.counted(command, tally::of_cargo_test)
    }

    /// All tests but those in documentation: nextest where it is installed, since it runs them side by side.
    fn rust_tests(&mut self) -> Outcome {
        let nextest = self
            .project
            .cargo(&["nextest", "--version"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if nextest {
            let words = ["nextest", "run", "--cargo-profile", PROFILE, "--workspace", "--no-fail-fast"];
            self.counted(self.project.cargo(&words), tally::of_nextest)
        } else {
            let words = ["test", "--profile", PROFILE, "--workspace", "--no-fail-fast"];
            let kinds = ["--lib", "--bins", "--tests", "--examples"];
            self.counted(self.project.cargo(&[&words[..], &kinds].concat()), tally::of_cargo_test)
        }
    }

    fn cargo(&self, words: &[&str]) -> Outcome {
        step::run(&mut self.project.cargo(words)).map(|()| None)
    }

    /// Runs a test program and reads its counts with `read`.
    fn counted(&self, mut command: Command, read: fn(&str) -> Result<Tally>) -> Outcome {
        if let Some(data) = &self.data {
            command.env(data::FOLDER, data);
        }
        if self.require_data {
            command.env(REQUIRE_DATA, "1");
        }
        let (succeeded, output) = step::run_and_read(&mut command)?;
        judge(succeeded, read(&output)).map(Some)
    }

    /// Runs one step, says how long it took, adds what it counted; an error if it or one of its tests failed.
    fn step(&mut self, name: &str, work: impl FnOnce(&mut Self) -> Outcome) -> Result<()> {
        println!("==> {name}");
        let start = Instant::now();
        let outcome = work(self);
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(None) => println!("    {name}: {seconds:.1} s"),
            Ok(Some(tally)) => {
                self.total.add(tally);
                println!("    {name}: {tally}, {seconds:.1} s");
                if tally.failed > 0 {
                    bail!("{name}");
                }
            }
            Err(error) => {
                self.total.failed += 1;
                return Err(error).with_context(|| format!("{name} (after {seconds:.1} s)"));
            }
        }
        Ok(())
    }
}

/// What a test program's end and its summary say together. One that failed without a failed test (it did not compile,
/// it crashed) is an error, and so is one that printed no summary.
fn judge(succeeded: bool, read: Result<Tally>) -> Result<Tally> {
    match (succeeded, read) {
        (true, read) => read,
        (false, Ok(tally)) if tally.failed > 0 => Ok(tally),
        (false, _) => bail!("the test program failed, and not by a test; its output is above"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_never_counts_as_none() {
        let green = || Tally { passed: 3, failed: 0 };
        assert_eq!(judge(true, Ok(green())).unwrap(), green());
        assert!(judge(false, Ok(green())).is_err());
        assert!(judge(true, tally::of_nextest("")).is_err());
        let red = Tally { passed: 3, failed: 1 };
        assert_eq!(judge(false, Ok(red)).unwrap(), red);
    }

    #[test]
    fn a_step_adds_what_it_counted_and_stops_at_a_failure() {
        let project = Project::find().unwrap();
        let mut testing =
            Testing { project: &project, data: None, require_data: false, pdf: false, total: Tally::default() };
        testing.step("one", |_| Ok(Some(Tally { passed: 2, failed: 0 }))).unwrap();
        assert!(testing.step("two", |_| Ok(Some(Tally { passed: 1, failed: 1 }))).is_err());
        assert!(testing.step("three", |_| bail!("it does not compile")).is_err());
        assert_eq!(testing.total, Tally { passed: 3, failed: 2 });
    }
}
