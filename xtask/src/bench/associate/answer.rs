//! Runs `truceline associate` and `truceline locate` on two files and reads what they answer.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::bench::child;

/// An event of an answer. Places are metres, or degrees where the sensors' are.
#[derive(Debug, Clone)]
pub(in crate::bench) struct Event {
    pub(in crate::bench) place: (f64, f64),
    /// Seconds, of the file or of Unix time.
    pub(in crate::bench) time_s: f64,
    pub(in crate::bench) rows: Vec<usize>,
    /// The whole event as it was answered.
    pub(in crate::bench) json: Value,
}

/// What was answered, and the processor's time of the whole command.
#[derive(Debug)]
pub(in crate::bench) struct Answer {
    pub(in crate::bench) events: Vec<Event>,
    pub(in crate::bench) cpu_s: f64,
}

/// Two files for the commands, in a folder of their own.
pub(in crate::bench) struct Files {
    pub(in crate::bench) folder: PathBuf,
}

impl Files {
    /// Writes both files.
    pub(in crate::bench) fn write(folder: &Path, sensors: &str, arrivals: &str, config: &str) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        for (name, text) in [("sensors.csv", sensors), ("arrivals.csv", arrivals), ("network.toml", config)] {
            let path = folder.join(name);
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// Runs a command of the binary on both files.
    pub(in crate::bench) fn run(&self, binary: &Path, command: &str, more: &[&str]) -> Result<Answer> {
        let mut program = Command::new(binary);
        program.arg(command).arg("--json").args(more);
        for (option, name) in
            [("--sensors", "sensors.csv"), ("--arrivals", "arrivals.csv"), ("--config", "network.toml")]
        {
            program.arg(option).arg(self.folder.join(name));
        }
        // One that finds no event ends with 1.
        let (text, cpu_s) = child::timed(&program, &[1])?;
        let answer: Value = serde_json::from_str(&text).with_context(|| format!("{command} --json: not JSON"))?;
        let events = answer["events"].as_array().with_context(|| format!("{command} --json: no events"))?;
        Ok(Answer { events: events.iter().map(event).collect::<Result<_>>()?, cpu_s })
    }
}

fn event(json: &Value) -> Result<Event> {
    let origin = &json["origin"];
    let number = |names: [&str; 2]| {
        let found = names.iter().find_map(|name| origin[*name].as_f64());
        found.with_context(|| format!("an event without origin.{}", names[0]))
    };
    let rows = json["arrivals"].as_array().context("an event without arrivals")?;
    Ok(Event {
        place: (number(["x_m", "lon"])?, number(["y_m", "lat"])?),
        time_s: origin["time"].as_f64().unwrap_or(f64::NAN),
        rows: rows.iter().filter_map(Value::as_u64).map(|row| row as usize).collect(),
        json: json.clone(),
    })
}
