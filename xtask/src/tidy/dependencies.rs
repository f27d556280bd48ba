//! What is linked in: licences, and how much a sceptic has to audit.

use std::collections::BTreeSet;

use super::repository::{Finding, Repository};

/// Licences under which a dependency may come.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that may come under MPL-2.0, whose copyleft ends at the file: each is a decision. option-ext runs while the
/// web part is embedded (rust-embed, shellexpand, dirs) and is in no binary.
const MPL_CRATES: &[&str] = &["option-ext"];

/// Crates that truceline-verify may link, itself aside: ed25519-dalek and sha2 with what they need take most of them.
const VERIFY_CRATES_MAX: usize = 45;

/// Every dependency comes under a licence of [`ALLOWED`].
pub(super) fn licences(repository: &Repository) -> Vec<Finding> {
    let of = |(lock, metadata): &(&'static str, Result<serde_json::Value, String>)| match metadata {
        Ok(metadata) => licences_of(lock, metadata),
        Err(error) => vec![Finding::new(lock, 0, format!("cargo metadata: {error}"))],
    };
    repository.metadata.iter().flat_map(of).collect()
}

fn licences_of(lock: &str, metadata: &serde_json::Value) -> Vec<Finding> {
    let ids = |value: &serde_json::Value| -> BTreeSet<String> {
        value.as_array().into_iter().flatten().filter_map(|id| Some(id.as_str()?.to_owned())).collect()
    };
    let ours = ids(&metadata["workspace_members"]);
    let nodes = metadata["resolve"]["nodes"].as_array();
    let used: BTreeSet<&str> = nodes.into_iter().flatten().filter_map(|node| node["id"].as_str()).collect();
    let mut findings = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let id = package["id"].as_str().unwrap_or_default();
        if ours.contains(id) || !used.contains(id) {
            continue;
        }
        let name = package["name"].as_str().unwrap_or_default();
        let version = package["version"].as_str().unwrap_or_default();
        let Some(licence) = package["license"].as_str() else {
            findings.push(Finding::new(lock, 0, format!("{name} {version} states no licence")));
            continue;
        };
        if !allows(licence, name) {
            findings.push(Finding::new(lock, 0, format!("{name} {version} comes under {licence}")));
        }
    }
    findings
}

/// truceline-verify's normal dependencies are at most [`VERIFY_CRATES_MAX`].
pub(super) fn verify_tree(repository: &Repository) -> Vec<Finding> {
    const MANIFEST: &str = "crates/verify/Cargo.toml";
    let tree = match &repository.verify_tree {
        Ok(tree) => tree,
        Err(error) => return vec![Finding::new(MANIFEST, 0, format!("cargo tree: {error}"))],
    };
    // A line is `name vVERSION`, then a path, `(proc-macro)` or `(*)`.
    let crates: BTreeSet<Vec<&str>> = tree
        .lines()
        .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>())
        .filter(|words| words.len() == 2 && words[0] != "truceline-verify")
        .collect();
    if crates.len() <= VERIFY_CRATES_MAX {
        return Vec::new();
    }
    let names: Vec<&str> = crates.iter().map(|words| words[0]).collect();
    let message = format!("{} crates; at most {VERIFY_CRATES_MAX}: {}", crates.len(), names.join(", "));
    vec![Finding::new(MANIFEST, 0, message)]
}

/// True if an SPDX expression can be met by licences that are allowed for this crate. `/` is the old form of `OR`.
fn allows(expression: &str, name: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = any(&words, &mut at, name);
    met && at == words.len()
}

/// `all OR all ...`
fn any(words: &[&str], at: &mut usize, name: &str) -> bool {
    let mut met = all(words, at, name);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all(words, at, name);
    }
    met
}

/// `one AND one ...`
fn all(words: &[&str], at: &mut usize, name: &str) -> bool {
    let mut met = one(words, at, name);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, name);
    }
    met
}

/// `( any )`, or a licence, with its exception if it has one.
fn one(words: &[&str], at: &mut usize, name: &str) -> bool {
    let Some(&word) = words.get(*at) else { return false };
    *at += 1;
    if word == "(" {
        let met = any(words, at, name);
        let closed = words.get(*at) == Some(&")");
        *at += usize::from(closed);
        return met && closed;
    }
    let mut licence = word.to_owned();
    if words.get(*at) == Some(&"WITH") {
        licence = format!("{word} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    ALLOWED.contains(&licence.as_str()) || (licence == "MPL-2.0" && MPL_CRATES.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licence_expressions() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
            "Unlicense OR MIT",
        ] {
            assert!(allows(good, "x"), "{good}");
        }
        for bad in
            ["GPL-3.0-only", "MIT AND GPL-3.0-only", "MPL-2.0", "Apache-2.0 WITH Other-exception", "", "(MIT", "MIT)"]
        {
            assert!(!allows(bad, "x"), "{bad}");
        }
    }

    #[test]
    fn mpl_is_allowed_by_crate() {
        assert!(allows("MPL-2.0", "option-ext"));
        assert!(!allows("MPL-2.0", "option-ext2"));
    }

    fn with_licence(licence: serde_json::Value) -> Repository {
        let mut repository = Repository::planted(&[]);
        let metadata = serde_json::json!({
            "workspace_members": ["ours"],
            "packages": [
                { "id": "ours", "name": "ours", "version": "0.1.0", "license": "Proprietary" },
                { "id": "theirs", "name": "theirs", "version": "2.0.0", "license": licence },
                { "id": "elsewhere", "name": "elsewhere", "version": "2.0.0", "license": "GPL-3.0-only" }
            ],
            "resolve": { "nodes": [{ "id": "ours" }, { "id": "theirs" }] }
        });
        repository.metadata = vec![("Cargo.lock", Ok(metadata))];
        repository
    }

    #[test]
    fn a_licence_that_is_not_allowed_is_found() {
        assert_eq!(licences(&with_licence("MIT".into())), []);
        let found = licences(&with_licence("GPL-3.0-only".into()));
        assert_eq!(found, [Finding::new("Cargo.lock", 0, "theirs 2.0.0 comes under GPL-3.0-only")]);
        let found = licences(&with_licence(serde_json::Value::Null));
        assert_eq!(found, [Finding::new("Cargo.lock", 0, "theirs 2.0.0 states no licence")]);
        assert_eq!(licences(&Repository::planted(&[])).len(), 1, "no answer is a finding");
    }

    #[test]
    fn a_tree_that_grew_is_found() {
        let mut repository = Repository::planted(&[]);
        let tree = |crates: usize| {
            let mut lines = "truceline-verify v0.1.0 (path)\n".to_owned();
            for number in 0..crates {
                lines.push_str(&format!("crate{number} v1.0.0\ncrate{number} v1.0.0 (*)\n\n"));
            }
            lines
        };
        repository.verify_tree = Ok(tree(VERIFY_CRATES_MAX));
        assert_eq!(verify_tree(&repository), []);
        repository.verify_tree = Ok(tree(VERIFY_CRATES_MAX + 1));
        assert!(verify_tree(&repository)[0].message.starts_with("46 crates; at most 45"));
        repository.verify_tree = Err("no such package".to_owned());
        assert_eq!(verify_tree(&repository).len(), 1);
    }
}
