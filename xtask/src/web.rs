//! The web part: Node's version, installing what it needs, building it, each only when something changed.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::{digest, step};

/// What the web part was installed from; gone with the folder, so never newer than it.
const INSTALLED_STAMP: &str = "node_modules/.truceline-installed";
/// What `dist` was built from. Not in `dist`, since that is embedded in the binary.
const BUILT_STAMP: &str = "node_modules/.truceline-built";
/// Folders of `web` that are made from its sources.
const MADE_FOLDERS: [&str; 5] = ["node_modules", "dist", "test-results", "playwright-report", ".svelte-kit"];

/// Installs and builds the web part where its sources are not those of the last time.
pub(crate) fn prepare(project: &Project) -> Result<()> {
    let web = project.web();
    if !web.join("package-lock.json").is_file() {
        bail!("{}: no package-lock.json; the web part is missing from this checkout", web.display());
    }
    let node = &project.node()?.version;
    let wanted = format!("node {node} {}\n", digest::of_file(&web.join("package-lock.json"))?);
    if stands(&web, INSTALLED_STAMP, &wanted) {
        eprintln!("    web: installed already");
    } else {
        step::step("npm ci (web)", || {
            step::run(&mut project.npm(&["ci", "--no-audit", "--no-fund"])?)?;
            write(&web, INSTALLED_STAMP, &wanted)
        })?;
    }
    let wanted = format!("sources {}\n", sources_sha256(&web)?);
    if web.join("dist/index.html").is_file() && stands(&web, BUILT_STAMP, &wanted) {
        eprintln!("    web: built already");
        return Ok(());
    }
    step::step("npm run build (web)", || {
        step::run(&mut project.npm(&["run", "--silent", "build"])?)?;
        if !web.join("dist/index.html").is_file() {
            bail!("{}: no dist/index.html after the build", web.display());
        }
        write(&web, BUILT_STAMP, &wanted)
    })
}

/// True if `package.json` has a script of that name.
pub(crate) fn has_script(project: &Project, name: &str) -> Result<bool> {
    let path = project.web().join("package.json");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{}: cannot be read", path.display()))?;
    let package: serde_json::Value =
        serde_json::from_str(&text).with_context(|| format!("{}: not JSON", path.display()))?;
    Ok(package["scripts"][name].is_string())
}

fn stands(web: &Path, stamp: &str, wanted: &str) -> bool {
    std::fs::read_to_string(web.join(stamp)).is_ok_and(|found| found == wanted)
}

fn write(web: &Path, stamp: &str, text: &str) -> Result<()> {
    let path = web.join(stamp);
    // npm makes no folder for a package without dependencies.
    std::fs::create_dir_all(path.parent().unwrap_or(web))
        .and_then(|()| std::fs::write(&path, text))
        .with_context(|| format!("{}: cannot be written", path.display()))
}

fn sources_sha256(web: &Path) -> Result<String> {
    digest::of_folder(web, &|path| MADE_FOLDERS.contains(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_folders_do_not_count_as_sources() {
        let web = std::env::temp_dir().join(format!("truceline-web-{}", std::process::id()));
        std::fs::create_dir_all(web.join("src")).unwrap();
        std::fs::write(web.join("src/main.ts"), "1").unwrap();
        let before = sources_sha256(&web).unwrap();
        std::fs::create_dir_all(web.join("dist")).unwrap();
        std::fs::write(web.join("dist/index.html"), "made").unwrap();
        assert_eq!(before, sources_sha256(&web).unwrap());
        std::fs::write(web.join("src/main.ts"), "2").unwrap();
        assert_ne!(before, sources_sha256(&web).unwrap());
        std::fs::remove_dir_all(&web).unwrap();
    }
}
