//! Writes a world into a folder: what `truceline load` takes, in the order of its names, and the truth in a folder beside it.
//!
//! `cargo run --profile fast -p truceline-sim --example world -- FOLDER SEED HOURS`
#![allow(clippy::print_stderr, reason = "an example speaks to whoever runs it")]

use std::path::Path;
use std::process::ExitCode;
use truceline_sim::source::Rates;
use truceline_sim::{File, World};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match written(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("world: {why}");
            ExitCode::FAILURE
        }
    }
}

fn written(words: &[String]) -> Result<(), String> {
    let [folder, seed, hours] = words else { return Err("expected FOLDER SEED HOURS".to_owned()) };
    let seed = seed.parse().map_err(|_| format!("seed {seed:?}, expected a whole number"))?;
    let hours = hours.parse().map_err(|_| format!("hours {hours:?}, expected a whole number"))?;
    let world = World::drawn(seed, hours, &Rates::default()).map_err(|error| error.to_string())?;
    let mut files = world.known();
    files.extend(world.waveforms().map_err(|error| error.to_string())?);
    files.extend(world.observations());
    put(&Path::new(folder).join("delivered"), &files)?;
    put(&Path::new(folder).join("truth"), &world.truth().map_err(|error| error.to_string())?)?;
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    eprintln!(
        "seed {seed}: {hours} h from {}, {} events, {} sensors, {} files of {} MB",
        world.start,
        world.events.len(),
        world.network.sensors.len(),
        files.len(),
        bytes >> 20
    );
    Ok(())
}

fn put(folder: &Path, files: &[File]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(failed)?;
    for file in files {
        std::fs::write(folder.join(&file.name), &file.bytes).map_err(failed)?;
    }
    Ok(())
}
