//! The repository as the rules see it: its files, their text, and what cargo says of its dependencies.

use std::fmt;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::project::{Project, output_of};

/// One violation of a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    pub(super) path: String,
    /// From 1; 0 where the whole file is meant.
    pub(super) line: usize,
    pub(super) message: String,
}

impl Finding {
    pub(super) fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(formatter, "{}: {}", self.path, self.message),
            line => write!(formatter, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// A file that is tracked, or would be if everything were added.
pub(super) struct File {
    /// Below the root, with `/`.
    pub(super) path: String,
    pub(super) size_bytes: u64,
    /// None where the bytes are not UTF-8 or hold a NUL.
    pub(super) text: Option<String>,
}

impl File {
    pub(super) fn has_ending(&self, endings: &[&str]) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
    }
}

/// A crate's manifest.
pub(super) struct Manifest {
    pub(super) path: String,
    /// The crate's folder: `evidence` for `crates/evidence/Cargo.toml`, `xtask` for xtask's.
    pub(super) room: String,
    pub(super) text: String,
    pub(super) table: toml::Table,
}

/// What the rules check.
pub(super) struct Repository {
    pub(super) files: Vec<File>,
    pub(super) manifests: Vec<Manifest>,
    /// Manifests that are no TOML.
    pub(super) broken: Vec<Finding>,
    /// By workspace, its lock file and `cargo metadata`, or why there is none.
    pub(super) metadata: Vec<(&'static str, std::result::Result<Value, String>)>,
    /// The lines of `cargo tree` for truceline-verify's normal dependencies, or why there are none.
    pub(super) verify_tree: std::result::Result<String, String>,
}

/// A file that is larger is not read: no rule but the one on size has anything to say of it.
const READ_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// What is shipped, by lock file and manifest.
const WORKSPACES: [(&str, &str); 2] =
    [("Cargo.lock", "Cargo.toml"), ("crates/bulletin-pdf/Cargo.lock", "crates/bulletin-pdf/Cargo.toml")];

impl Repository {
    /// Reads the checkout; cargo answers meanwhile.
    pub(super) fn read(project: &Project) -> Result<Self> {
        thread::scope(|scope| {
            let metadata = WORKSPACES.map(|(lock, manifest)| {
                (lock, scope.spawn(move || metadata(project, manifest).map_err(|error| format!("{error:#}"))))
            });
            let verify_tree = scope.spawn(|| verify_tree(project).map_err(|error| format!("{error:#}")));
            let files = files(project)?;
            let mut repository = Self::of_files(files);
            let ended = || "the thread that asked cargo ended".to_owned();
            let answered = metadata.into_iter().map(|(lock, one)| (lock, one.join().unwrap_or_else(|_| Err(ended()))));
            repository.metadata = answered.collect();
            repository.verify_tree = verify_tree.join().unwrap_or_else(|_| Err(ended()));
            Ok(repository)
        })
    }

    /// A repository of these files, with no answer of cargo's.
    pub(super) fn of_files(files: Vec<File>) -> Self {
        let unasked = || "cargo was not asked".to_owned();
        let mut repository = Self {
            files,
            manifests: Vec::new(),
            broken: Vec::new(),
            metadata: vec![("Cargo.lock", Err(unasked()))],
            verify_tree: Err(unasked()),
        };
        for file in &repository.files {
            let folder = match file.path.split('/').collect::<Vec<_>>()[..] {
                ["crates", room, "Cargo.toml"] => room,
                ["xtask", "Cargo.toml"] => "xtask",
                _ => continue,
            };
            let text = file.text.clone().unwrap_or_default();
            match text.parse() {
                Ok(table) => repository.manifests.push(Manifest {
                    path: file.path.clone(),
                    room: folder.to_owned(),
                    text,
                    table,
                }),
                Err(error) => repository.broken.push(Finding::new(&file.path, 0, format!("not TOML: {error}"))),
            }
        }
        repository
    }

    /// The files whose text a rule reads, with that text.
    pub(super) fn texts<'a>(
        &'a self,
        wanted: impl Fn(&File) -> bool + 'a,
    ) -> impl Iterator<Item = (&'a File, &'a str)> + 'a {
        self.files.iter().filter(move |file| wanted(file)).filter_map(|file| Some((file, file.text.as_deref()?)))
    }

    /// A repository of these paths and texts.
    #[cfg(test)]
    pub(super) fn planted(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File {
            path: path.to_owned(),
            size_bytes: text.len() as u64,
            text: Some(text.to_owned()),
        };
        Self::of_files(files.iter().map(file).collect())
    }
}

fn files(project: &Project) -> Result<Vec<File>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(&project.root);
    let listed = output_of(&mut git)?;
    let mut files = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        let place = project.root.join(path);
        // Listed and gone: deleted, and the deletion is not committed yet.
        let Ok(metadata) = place.symlink_metadata() else { continue };
        if !metadata.is_file() {
            continue;
        }
        let text = if metadata.len() <= READ_BYTES_MAX {
            let bytes = std::fs::read(&place).with_context(|| format!("{path}: cannot be read"))?;
            String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
        } else {
            None
        };
        files.push(File { path: path.to_owned(), size_bytes: metadata.len(), text });
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// Asks cargo offline; once more with the registry where that fails, as on a machine that has not built yet.
fn ask(project: &Project, words: &[&str]) -> Result<String> {
    output_of(&mut project.cargo(&[words, &["--offline"]].concat())).or_else(|_| output_of(&mut project.cargo(words)))
}

/// What cargo says of all packages that this machine's build takes.
fn metadata(project: &Project, manifest: &str) -> Result<Value> {
    let version = output_of(Command::new("rustc").arg("-vV").current_dir(&project.root))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc -vV: no host")?;
    let words = ["metadata", "--format-version", "1", "--filter-platform", host, "--manifest-path", manifest];
    let text = ask(project, &words)?;
    serde_json::from_str(&text).context("cargo metadata: not JSON")
}

/// truceline-verify's normal dependencies, one a line.
fn verify_tree(project: &Project) -> Result<String> {
    ask(project, &["tree", "--package", "truceline-verify", "--edges", "normal", "--prefix", "none"])
}
