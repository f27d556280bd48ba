//! The program as a process, stores with known keys, and what stands in their journals.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test is a program of its own and uses a part")]
pub mod http;
pub mod killed;
pub mod mission;
pub mod recording;
pub mod server;
pub mod snapshot;
pub mod witnesses;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;
use truceline_evidence::journal::JournalReader;
use truceline_evidence::note::SigningKey;
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_node::journal::{Journal, Mode};
use truceline_node::store::{JOURNAL_FILE, Store};

/// The example, in the order in which the tests load it.
pub const FILES: [&str; 3] =
    ["examples/utah-2004/agreement.toml", "examples/utah-2004/detections.json", "examples/utah-2004/notice.toml"];

/// The journal's name in stores of [`new_store`].
pub const ORIGIN: &str = "truceline.local/command-tests";

/// The repository: paths of the example are below it.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The text of a file of the repository.
pub fn text_of(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The program, not yet started: it runs in the repository's folder, with nothing of the tests' surroundings.
pub fn truceline(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_truceline"));
    command.args(arguments).current_dir(root()).env_remove("TRUCELINE_FAIL_AT");
    // Inside the store: many tests make stores of one name.
    command.env("TRUCELINE_GUARD", "guard");
    // Help is wrapped to the width of the terminal that runs the tests, if there is one.
    command.env("COLUMNS", "100").env("RUST_BACKTRACE", "0");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a command printed.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The JSON on standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn succeeded(self) -> Self {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self
    }
}

/// Runs a command to its end.
pub fn run_command(mut command: Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code().expect("the command ends by itself"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Run {
    run_command(truceline(arguments))
}

/// The arguments that load the example into a store.
pub fn load_arguments(store: &str) -> [&str; 5] {
    ["load", store, FILES[0], FILES[1], FILES[2]]
}

/// A folder that ends with the test, with a store that has the same keys each time and no journal yet.
pub fn new_store() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    std::fs::create_dir_all(store.join("keys")).unwrap();
    let write = |name: &str, text: String| std::fs::write(store.join(name), format!("{text}\n")).unwrap();
    write("keys/journal.seed", Hash([1; 32]).to_string());
    write("keys/salts.secret", Hash([2; 32]).to_string());
    write("journal.vkey", signing_key().verifier_key().to_string());
    let name = store.to_str().unwrap().to_owned();
    (folder, name)
}

/// The key of stores of [`new_store`].
pub fn signing_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, [1; 32]).unwrap()
}

/// All acknowledged entries of a store; none where no journal was begun.
pub fn entries_of(store: &str) -> Vec<Vec<u8>> {
    let store = Store::open(Path::new(store), false).unwrap().guarded_in(&Path::new(store).join("guard"));
    if !store.file(JOURNAL_FILE).exists() {
        return Vec::new();
    }
    let journal = Journal::open(&store, Mode::Read).unwrap();
    assert_eq!(journal.problem(), None);
    (0..journal.size()).map(|index| journal.entry(index).unwrap()).collect()
}

/// The kind of each entry.
pub fn kinds(entries: &[Vec<u8>]) -> Vec<&str> {
    entries.iter().map(|bytes| entry::open(bytes).unwrap().0).collect()
}

/// The replay of a store that must be whole. Says its hash.
pub fn replay_hash(store: &str) -> String {
    let report = run(&["replay", store, "--json"]).succeeded().json();
    assert_eq!((&report["same"], &report["missing"]), (&true.into(), &0.into()), "{report}");
    report["replay_hash"].as_str().unwrap().to_owned()
}

/// A file of the test data outside the repository; none when there is none and it is not demanded.
pub fn data(name: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("TRUCELINE_DATA") else {
        assert!(
            std::env::var_os("TRUCELINE_REQUIRE_DATA").is_none(),
            "TRUCELINE_REQUIRE_DATA is set and TRUCELINE_DATA is not: {name} cannot be tested"
        );
        return None;
    };
    let path = Path::new(&folder).join(name);
    assert!(path.exists(), "{} does not exist, expected the test data there", path.display());
    Some(path.to_str().unwrap().to_owned())
}
