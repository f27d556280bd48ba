//! Commands that are killed where they may be caught: `TRUCELINE_FAIL_AT`, which builds with debug assertions have.
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command};

/// A process that is killed when this is dropped.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a command that is killed at a place; says what it had printed, or none if it ran to its end.
pub fn killed_at(mut command: Command, place: &str, count: usize) -> Option<String> {
    command.env("TRUCELINE_FAIL_AT", format!("{place}:{count}"));
    let mut load = Killed(command.spawn().unwrap());
    let mut line = String::new();
    BufReader::new(load.0.stderr.take().unwrap()).read_line(&mut line).unwrap();
    if line.is_empty() {
        assert!(load.0.wait().unwrap().success());
        return None;
    }
    assert_eq!(line, format!("fail point {place}:{count} reached\n"));
    load.0.kill().unwrap();
    assert_eq!(load.0.wait().unwrap().code(), None, "ended by the signal, not by itself");
    let mut said = String::new();
    load.0.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    Some(said)
}
