//! What stands in the crates' manifests: who depends on whom, and what is inherited.

use std::collections::{BTreeMap, BTreeSet};

use super::repository::{Finding, Manifest, Repository};

/// Each room and the rooms that it may depend on; ARCHITECTURE.md gives the reasons. The sets are whole: what is not
/// named is forbidden, for tests too, so that a test cannot grow into a back door.
const EDGES: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("formats", &["model"]),
    ("science", &["model"]),
    ("accord", &["model"]),
    ("evidence", &["model"]),
    ("register", &["model"]),
    ("bulletin", &["accord", "model"]),
    ("bulletin-pdf", &[]),
    ("engine", &["accord", "evidence", "formats", "model", "science"]),
    ("sim", &["formats", "model"]),
    ("verify", &["evidence", "model"]),
    ("node", &["accord", "engine", "evidence", "formats", "model"]),
    ("desk", &["accord", "bulletin", "evidence", "model", "register"]),
    (
        "truceline",
        &["accord", "bulletin", "desk", "engine", "evidence", "formats", "model", "node", "register", "science", "sim"],
    ),
    ("xtask", &[]),
];

/// Rooms from which no way may lead to the other, however long. A sim that used science's own propagation would
/// flatter science: the inverse crime.
const WALLS: &[(&str, &str)] =
    &[("engine", "register"), ("science", "register"), ("accord", "register"), ("sim", "science"), ("science", "sim")];

/// What a crate takes from the workspace.
const INHERITED: [&str; 4] = ["version", "edition", "license", "publish"];

const KINDS: [&str; 3] = ["dependencies", "build-dependencies", "dev-dependencies"];

/// One line of a manifest's dependency tables.
pub(super) struct Dependency<'a> {
    pub(super) package: &'a str,
    pub(super) kind: &'static str,
    pub(super) line: usize,
    from_workspace: bool,
}

/// All dependencies of a manifest, those for one platform too.
pub(super) fn dependencies_of(manifest: &Manifest) -> Vec<Dependency<'_>> {
    let mut tables = vec![&manifest.table];
    if let Some(targets) = manifest.table.get("target").and_then(toml::Value::as_table) {
        tables.extend(targets.values().filter_map(toml::Value::as_table));
    }
    let mut found = Vec::new();
    for (table, kind) in tables.iter().flat_map(|table| KINDS.map(|kind| (table, kind))) {
        let Some(dependencies) = table.get(kind).and_then(toml::Value::as_table) else { continue };
        for (name, value) in dependencies {
            let package = value.get("package").and_then(toml::Value::as_str).unwrap_or(name);
            let from_workspace = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
            found.push(Dependency { package, kind, line: line_of(&manifest.text, name), from_workspace });
        }
    }
    found
}

/// Rooms depend only on those that [`EDGES`] names.
pub(super) fn direction(repository: &Repository) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        repository.broken.iter().map(|finding| Finding::new(&finding.path, 0, finding.message.clone())).collect();
    for manifest in &repository.manifests {
        let Some((_, allowed)) = EDGES.iter().find(|(room, _)| *room == manifest.room) else {
            let message = format!(
                "room {:?} has no direction; the list of rooms is in xtask/src/tidy/manifests.rs",
                manifest.room
            );
            findings.push(Finding::new(&manifest.path, 0, message));
            continue;
        };
        for dependency in dependencies_of(manifest) {
            let Some(room) = room_of(repository, dependency.package) else { continue };
            if !allowed.contains(&room) {
                let message = format!(
                    "{} may not depend on {room} ({}); it may on: {}",
                    manifest.room,
                    dependency.kind,
                    if allowed.is_empty() { "no room".to_owned() } else { allowed.join(", ") }
                );
                findings.push(Finding::new(&manifest.path, dependency.line, message));
            }
        }
    }
    findings
}

/// No way leads through a wall.
pub(super) fn wall(repository: &Repository) -> Vec<Finding> {
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for manifest in &repository.manifests {
        let reached =
            dependencies_of(manifest).into_iter().filter_map(|dependency| room_of(repository, dependency.package));
        edges.entry(&manifest.room).or_default().extend(reached);
    }
    let mut findings = Vec::new();
    for (from, to) in WALLS {
        let (mut seen, mut open) = (BTreeSet::from([*from]), vec![vec![*from]]);
        while let Some(way) = open.pop() {
            let Some(last) = way.last() else { continue };
            for next in edges.get(last).into_iter().flatten() {
                let longer: Vec<&str> = way.iter().chain([next]).copied().collect();
                if next == to {
                    let path = repository.manifests.iter().find(|manifest| manifest.room == *from);
                    let path = path.map_or("Cargo.toml", |manifest| manifest.path.as_str());
                    findings.push(Finding::new(path, 0, format!("{from} reaches {to}: {}", longer.join(" -> "))));
                } else if seen.insert(next) {
                    open.push(longer);
                }
            }
        }
    }
    findings
}

/// Every crate inherits what the workspace decides, and is not published. One with a workspace of its own, which cannot
/// inherit, states the same.
pub(super) fn inheritance(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in &repository.manifests {
        if manifest.table.contains_key("workspace") {
            findings.extend(stated(manifest));
            continue;
        }
        let inherits = |table: Option<&toml::Value>| {
            table.and_then(|value| value.get("workspace")).and_then(toml::Value::as_bool) == Some(true)
        };
        let package = manifest.table.get("package");
        for field in INHERITED {
            let value = package.and_then(|package| package.get(field));
            let unpublished = field == "publish" && value.and_then(toml::Value::as_bool) == Some(false);
            if !inherits(value) && !unpublished {
                findings.push(Finding::new(
                    &manifest.path,
                    line_of(&manifest.text, field),
                    format!("expected {field}.workspace = true in [package]"),
                ));
            }
        }
        if !inherits(manifest.table.get("lints")) {
            findings.push(Finding::new(&manifest.path, 0, "expected [lints] with workspace = true"));
        }
        for dependency in dependencies_of(manifest).iter().filter(|dependency| !dependency.from_workspace) {
            let message = format!("expected {}.workspace = true in {}", dependency.package, dependency.kind);
            findings.push(Finding::new(&manifest.path, dependency.line, message));
        }
    }
    findings
}

/// What a crate with a workspace of its own has to state.
fn stated(manifest: &Manifest) -> Vec<Finding> {
    let package = manifest.table.get("package");
    let field = |name: &str| package.and_then(|package| package.get(name));
    let forbids_unsafe = || manifest.table.get("lints")?.get("rust")?.get("unsafe_code")?.as_str();
    let rules = [
        (field("license").and_then(toml::Value::as_str) == Some("Apache-2.0"), "license = \"Apache-2.0\" in [package]"),
        (field("publish").and_then(toml::Value::as_bool) == Some(false), "publish = false in [package]"),
        (forbids_unsafe() == Some("forbid"), "unsafe_code = \"forbid\" in [lints.rust]"),
    ];
    let broken = rules.into_iter().filter(|(kept, _)| !kept);
    broken.map(|(_, rule)| Finding::new(&manifest.path, 0, format!("expected {rule}"))).collect()
}

/// The licence's text is there, and the workspace names it.
pub(super) fn licence(repository: &Repository) -> Vec<Finding> {
    let text = |path: &str| repository.texts(|_| true).find(|(file, _)| file.path == path).map(|(_, text)| text);
    let mut findings = Vec::new();
    if !text("LICENSE").is_some_and(|text| text.contains("Apache License") && text.contains("Version 2.0")) {
        findings.push(Finding::new("LICENSE", 0, "expected the text of the Apache License, Version 2.0"));
    }
    let workspace: Option<toml::Table> = text("Cargo.toml").and_then(|text| text.parse().ok());
    let package = workspace.as_ref().and_then(|table| table.get("workspace")?.get("package"));
    if package.and_then(|package| package.get("license")?.as_str()) != Some("Apache-2.0") {
        findings.push(Finding::new("Cargo.toml", 0, "expected license = \"Apache-2.0\" in [workspace.package]"));
    }
    if package.and_then(|package| package.get("publish")?.as_bool()) != Some(false) {
        findings.push(Finding::new("Cargo.toml", 0, "expected publish = false in [workspace.package]"));
    }
    findings
}

/// The room that a package is, if it is one of ours: `truceline-model` is model, `truceline` itself too.
fn room_of<'a>(repository: &'a Repository, package: &'a str) -> Option<&'a str> {
    let ours = repository
        .manifests
        .iter()
        .find(|manifest| manifest.table.get("package").and_then(|own| own.get("name")?.as_str()) == Some(package));
    // A room that is not built yet is known by its name.
    ours.map(|manifest| manifest.room.as_str()).or_else(|| package.strip_prefix("truceline-"))
}

/// The line that begins with this key, or 0.
fn line_of(text: &str, key: &str) -> usize {
    let begins = |line: &str| {
        let rest = line.trim_start().trim_start_matches('"').strip_prefix(key);
        rest.is_some_and(|rest| rest.starts_with([' ', '=', '.', '"']))
    };
    text.lines().position(begins).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nname = \"truceline-model\"\nversion.workspace = true\nedition.workspace = true\n\
                        license.workspace = true\npublish.workspace = true\n\n[dependencies]\nlibm.workspace = true\n\n\
                        [lints]\nworkspace = true\n";

    fn depends(room: &str, kind: &str, on: &str) -> Repository {
        let text = format!("[package]\nname = \"truceline-{room}\"\n[{kind}]\ntruceline-{on}.workspace = true\n");
        Repository::planted(&[(&format!("crates/{room}/Cargo.toml"), &text)])
    }

    #[test]
    fn forbidden_directions_are_found() {
        for (room, on) in [
            ("model", "formats"),
            ("science", "accord"),
            ("accord", "evidence"),
            ("evidence", "register"),
            ("engine", "register"),
            ("engine", "node"),
            ("sim", "science"),
            ("science", "sim"),
            ("verify", "engine"),
            ("node", "desk"),
            ("desk", "node"),
            ("truceline", "verify"),
            ("xtask", "model"),
        ] {
            for kind in KINDS {
                let found = direction(&depends(room, kind, on));
                assert_eq!(found.len(), 1, "{room} -> {on} in {kind}");
                assert_eq!(found[0].line, 4);
                assert!(found[0].message.contains(&format!("{room} may not depend on {on}")), "{}", found[0]);
            }
        }
        let renamed = "[dependencies]\nwords = { workspace = true, package = \"truceline-accord\" }\n";
        assert_eq!(direction(&Repository::planted(&[("crates/science/Cargo.toml", renamed)])).len(), 1);
        let platform = "[target.'cfg(unix)'.dependencies]\ntruceline-accord.workspace = true\n";
        assert_eq!(direction(&Repository::planted(&[("crates/science/Cargo.toml", platform)])).len(), 1);
        assert_eq!(direction(&Repository::planted(&[("crates/attic/Cargo.toml", "[package]\n")])).len(), 1);
        assert_eq!(direction(&Repository::planted(&[("crates/model/Cargo.toml", "[package\n")])).len(), 1);
    }

    #[test]
    fn allowed_directions_pass() {
        for (room, on) in
            [("engine", "science"), ("node", "engine"), ("desk", "register"), ("truceline", "node"), ("sim", "formats")]
        {
            assert_eq!(direction(&depends(room, "dependencies", on)), [], "{room} -> {on}");
        }
        assert_eq!(direction(&Repository::planted(&[("crates/model/Cargo.toml", GOOD)])), []);
    }

    #[test]
    fn a_long_way_through_the_wall_is_found() {
        let crates = [("engine", "accord"), ("accord", "bulletin"), ("bulletin", "register")];
        let files: Vec<(String, String)> = crates
            .iter()
            .map(|(room, on)| {
                (
                    format!("crates/{room}/Cargo.toml"),
                    format!(
                        "[package]\nname = \"truceline-{room}\"\n[dependencies]\ntruceline-{on}.workspace = true\n"
                    ),
                )
            })
            .collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let found = wall(&Repository::planted(&files));
        assert_eq!(found.len(), 2, "engine and accord");
        assert_eq!(found[0].message, "engine reaches register: engine -> accord -> bulletin -> register");
        assert_eq!(wall(&Repository::planted(&files[..2])), []);
    }

    #[test]
    fn what_is_not_inherited_is_found() {
        assert_eq!(inheritance(&Repository::planted(&[("crates/model/Cargo.toml", GOOD)])), []);
        for (good, bad) in [
            ("version.workspace = true", "version = \"1.0.0\""),
            ("edition.workspace = true\n", ""),
            ("license.workspace = true", "license = \"MIT\""),
            ("publish.workspace = true", "publish = true"),
            ("[lints]\nworkspace = true\n", ""),
            ("libm.workspace = true", "libm = \"0.2\""),
        ] {
            let text = GOOD.replace(good, bad);
            let found = inheritance(&Repository::planted(&[("crates/model/Cargo.toml", &text)]));
            assert_eq!(found.len(), 1, "{bad}: {found:?}");
        }
    }

    #[test]
    fn a_workspace_of_its_own_states_the_same() {
        let good = "[package]\nname = \"truceline-bulletin-pdf\"\nlicense = \"Apache-2.0\"\npublish = false\n[workspace]\n\
                    [lints.rust]\nunsafe_code = \"forbid\"\n[dependencies]\ntypst = \"0.15\"\n";
        let found = |text: &str| inheritance(&Repository::planted(&[("crates/bulletin-pdf/Cargo.toml", text)]));
        assert_eq!(found(good), []);
        for part in ["license = \"Apache-2.0\"\n", "publish = false\n", "unsafe_code = \"forbid\"\n"] {
            assert_eq!(found(&good.replace(part, "")).len(), 1, "{part}");
        }
    }

    #[test]
    fn the_licence_is_there() {
        let workspace = "[workspace.package]\nlicense = \"Apache-2.0\"\npublish = false\n";
        let text = "Apache License\nVersion 2.0, January 2004\n";
        assert_eq!(licence(&Repository::planted(&[("LICENSE", text), ("Cargo.toml", workspace)])), []);
        assert_eq!(licence(&Repository::planted(&[("Cargo.toml", workspace)])).len(), 1);
        assert_eq!(licence(&Repository::planted(&[("LICENSE", text), ("Cargo.toml", "")])).len(), 2);
    }
}
