//! Chromium for the browser test: found, or installed where the system is Debian and this is root.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::{output_of, which};
use crate::step;

/// What the binary is called, in the order in which it is looked for.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// What is installed: the browser, and a font with Latin, Greek and Cyrillic for the map's labels.
const PACKAGES: [&str; 2] = ["chromium", "fonts-noto-core"];

/// Chromium's place: `$CHROMIUM`, else from `PATH`, else installed.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM").filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        if !path.is_file() {
            bail!("CHROMIUM is {}, which is no file; expected the path of a Chromium binary", path.display());
        }
        return Ok(path);
    }
    if let Some(path) = NAMES.iter().find_map(|name| which(name)) {
        return Ok(path);
    }
    install()?;
    NAMES.iter().find_map(|name| which(name)).context("apt-get installed chromium, but it is not in PATH")
}

fn install() -> Result<()> {
    let packages = PACKAGES.join(" ");
    if which("apt-get").is_none() || !Path::new("/etc/debian_version").exists() {
        bail!(
            "the browser test needs Chromium and there is none in PATH; install it \
             (macOS: `brew install --cask chromium`) or set CHROMIUM to its path"
        );
    }
    if output_of(Command::new("id").arg("-u"))?.trim() != "0" {
        bail!(
            "the browser test needs Chromium; install it with: \
             sudo apt-get update && sudo apt-get install -y --no-install-recommends {packages}"
        );
    }
    step::step("apt-get install chromium", || {
        step::run(apt_get(&["-qq", "update"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
        let mut words = vec!["-qq", "install", "-y", "--no-install-recommends"];
        words.extend(PACKAGES);
        step::run(apt_get(&words).env("DEBIAN_FRONTEND", "noninteractive"))
    })
}

fn apt_get(words: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(words);
    command
}
