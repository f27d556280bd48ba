//! `cargo xtask demo`: from a clean checkout to a page on which a day of an invented world passes, or with `--recorded` to one
//! that shows one real event.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use crate::arguments::Arguments;
use crate::project::{PROFILE, Project, which};
use crate::server::Server;
use crate::{step, web};

/// The event that the recorded demo shows, below `examples`.
const EXAMPLE_FILES: [&str; 2] = ["utah-2004/agreement.toml", "utah-2004/detections.json"];

/// `demo [--recorded] [--seed N] [--speed X] [--no-open] [--once] [--store DIR]`.
pub(crate) fn run(project: &Project, words: Vec<String>) -> Result<ExitCode> {
    let start = Instant::now();
    let mut arguments = Arguments::new(words);
    let once = arguments.flag("--once");
    let open = !arguments.flag("--no-open") && !once;
    let recorded = arguments.flag("--recorded");
    let store = arguments.option("--store")?.map(PathBuf::from);
    let mut more = Vec::new();
    for name in ["--seed", "--speed"] {
        more.extend(arguments.option(name)?.into_iter().flat_map(|value| [name.to_owned(), value]));
    }
    arguments.end("[--recorded] [--seed N] [--speed X] [--no-open] [--once] [--store DIR]")?;
    if recorded && !more.is_empty() {
        bail!(
            "--seed and --speed are of the invented day, and --recorded shows a recorded event; expected one of them"
        );
    }

    web::prepare(project)?;
    build(project)?;
    let binary = project.binary("truceline")?;
    let store = match store {
        Some(store) => {
            std::fs::create_dir_all(&store).with_context(|| format!("{}: cannot be created", store.display()))?;
            std::path::absolute(&store).with_context(|| format!("{}: no such path", store.display()))?
        }
        None => fresh_store()?,
    };
    let server = if recorded {
        let server = step::step("truceline serve", || Server::start(&binary, &store))?;
        step::step("truceline load", || load(project, &binary, &store))?;
        server
    } else {
        step::step("truceline demo", || Server::start_demo(&binary, &store, &more))?
    };
    println!("address {}", server.address);
    println!("store   {}", store.display());
    if let Some(key) = &server.key {
        println!("key     {key}");
    }
    println!("truceline is ready: {} ({:.1} s)", server.address, start.elapsed().as_secs_f64());
    if once {
        drop(server);
        return Ok(ExitCode::SUCCESS);
    }
    if open {
        open_browser(&server.address);
    }
    eprintln!("    Ctrl-C ends it; the store stays where it is");
    server.wait()?;
    bail!("truceline ended by itself; its last lines are above")
}

/// Builds the two binaries. The web part is embedded, so it is built before.
pub(crate) fn build(project: &Project) -> Result<()> {
    step::step("cargo build", || {
        step::run(&mut project.cargo(&["build", "--profile", PROFILE, "-p", "truceline", "-p", "truceline-verify"]))
    })
}

/// An empty folder of a name that was not there, in the system's temporary folder.
fn fresh_store() -> Result<PathBuf> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock stands before 1970")?;
    let store = std::env::temp_dir().join(format!("truceline-demo-{}-{}", since.as_millis(), std::process::id()));
    std::fs::create_dir(&store).with_context(|| format!("{}: cannot be created", store.display()))?;
    Ok(store)
}

/// Loads the example through the running server. What it prints is for people, so it goes to standard error.
fn load(project: &Project, binary: &Path, store: &Path) -> Result<()> {
    let mut command = Command::new(binary);
    command
        .env("TRUCELINE_GUARD", "guard")
        .arg("load")
        .arg(store)
        .args(EXAMPLE_FILES.map(|file| project.examples().join(file)));
    let output =
        command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("truceline cannot be started")?;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        eprintln!("    {line}");
    }
    if !output.status.success() {
        bail!("truceline load ended with {}", output.status);
    }
    Ok(())
}

/// Opens the page where the system has a program for that and a screen. Nothing depends on it.
fn open_browser(address: &str) {
    let screen = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    let program = if cfg!(target_os = "macos") { which("open") } else { which("xdg-open").filter(|_| screen) };
    let Some(program) = program else {
        eprintln!("    no browser to open here; open the address yourself");
        return;
    };
    let quiet =
        Command::new(program).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if quiet.is_err() {
        eprintln!("    the browser did not start; open the address yourself");
    }
}
