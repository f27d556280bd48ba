//! `cargo xtask data`: the recordings and vectors that tests use, and whether this machine's are those.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::arguments::Arguments;
use crate::digest;
use crate::project::Project;

/// The environment variable that names the folder of recordings.
pub(crate) const FOLDER: &str = "TRUCELINE_DATA";

/// One file or folder of the manifest.
struct Entry {
    name: String,
    /// Below the folder of recordings.
    path: String,
    /// Where it was published.
    source: String,
    licence: String,
    /// Of the file, or of the folder (see [`digest::of_folder`]).
    sha256: String,
}

/// `data`.
pub(crate) fn run(project: &Project, words: Vec<String>) -> Result<ExitCode> {
    Arguments::new(words).end("no argument")?;
    let folder = folder()?;
    let mut faults = 0;
    for entry in manifest(project)? {
        println!("{}", entry.name);
        println!("  path     {}", entry.path);
        println!("  source   {}", entry.source);
        println!("  licence  {}", entry.licence);
        println!("  sha256   {}", entry.sha256);
        if let Some(folder) = &folder {
            let fault = entry.fault(folder);
            faults += usize::from(fault.is_some());
            println!("  here     {}", fault.as_deref().unwrap_or("the same"));
        }
    }
    match (folder, faults) {
        (None, _) => eprintln!("not checked: {FOLDER} is not set; set it to the folder that holds these paths"),
        (Some(folder), 0) => eprintln!("{}: all are there and the same", folder.display()),
        (Some(folder), _) => bail!("{}: {faults} are missing or differ", folder.display()),
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder that [`FOLDER`] names, absolute; none if it is not set, an error if it is no folder.
pub(crate) fn folder() -> Result<Option<PathBuf>> {
    let Some(path) = std::env::var_os(FOLDER).filter(|path| !path.is_empty()) else { return Ok(None) };
    let path = PathBuf::from(path);
    if !path.is_dir() {
        bail!("{FOLDER} is {}, which is no folder; expected the folder of xtask/data.toml's paths", path.display());
    }
    Ok(Some(path.canonicalize().with_context(|| format!("{}: cannot be resolved", path.display()))?))
}

/// An error unless everything in the manifest is there and the same.
pub(crate) fn require(project: &Project) -> Result<()> {
    let Some(folder) = folder()? else {
        bail!("{FOLDER} is not set; expected the folder of the paths that `cargo xtask data` prints");
    };
    let faults: Vec<String> = manifest(project)?
        .iter()
        .filter_map(|entry| Some(format!("{}: {}", entry.path, entry.fault(&folder)?)))
        .collect();
    if !faults.is_empty() {
        bail!("{}: {}", folder.display(), faults.join("; "));
    }
    Ok(())
}

fn manifest(project: &Project) -> Result<Vec<Entry>> {
    let path = project.root.join("xtask/data.toml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{}: cannot be read", path.display()))?;
    parse(&text).with_context(|| path.display().to_string())
}

fn parse(text: &str) -> Result<Vec<Entry>> {
    let table: toml::Table = text.parse()?;
    let Some(entries) = table.get("entry").and_then(toml::Value::as_array) else {
        bail!("no [[entry]]");
    };
    let mut parsed = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let field = |name: &str| {
            let value = entry.get(name).and_then(toml::Value::as_str).filter(|value| !value.is_empty());
            value.map(str::to_owned).with_context(|| format!("entry {}: no text in field {name:?}", at + 1))
        };
        let entry = Entry {
            name: field("name")?,
            path: field("path")?,
            source: field("source")?,
            licence: field("licence")?,
            sha256: field("sha256")?,
        };
        if entry.sha256.len() != 64 || !entry.sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            bail!("entry {}: sha256 is {:?}; expected 64 lower-case hexadecimal digits", at + 1, entry.sha256);
        }
        parsed.push(entry);
    }
    Ok(parsed)
}

impl Entry {
    /// What is wrong with what stands at this path, if anything.
    fn fault(&self, folder: &Path) -> Option<String> {
        let path = folder.join(&self.path);
        let found = if path.is_dir() { digest::of_folder(&path, &|_| false) } else { digest::of_file(&path) };
        match found {
            Ok(found) if found == self.sha256 => None,
            Ok(found) => Some(format!("sha256 is {found}, expected {}", self.sha256)),
            Err(_) if !path.exists() => Some("missing".to_owned()),
            Err(error) => Some(format!("{error:#}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_whole() {
        let entries = manifest(&Project::find().unwrap()).unwrap();
        assert!(entries.len() >= 8);
    }

    #[test]
    fn another_file_and_a_missing_one_are_told_apart() {
        let folder = std::env::temp_dir().join(format!("truceline-data-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("a.json"), "[]").unwrap();
        let entry = |path: &str, sha256: String| Entry {
            name: String::new(),
            path: path.to_owned(),
            source: String::new(),
            licence: String::new(),
            sha256,
        };
        assert_eq!(entry("a.json", digest::of_bytes(b"[]")).fault(&folder), None);
        assert!(entry("a.json", digest::of_bytes(b"{}")).fault(&folder).unwrap().starts_with("sha256 is"));
        assert_eq!(entry("b.json", digest::of_bytes(b"{}")).fault(&folder).as_deref(), Some("missing"));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_bad_manifest_says_where() {
        let error = parse("[[entry]]\nname = \"x\"\n").err().unwrap().to_string();
        assert_eq!(error, "entry 1: no text in field \"path\"");
        let short = "[[entry]]\nname = \"x\"\npath = \"x\"\nsource = \"x\"\nlicence = \"x\"\nsha256 = \"00\"\n";
        assert!(parse(short).err().unwrap().to_string().contains("64 lower-case"));
    }
}
