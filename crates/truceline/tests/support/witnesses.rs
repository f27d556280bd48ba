//! Running witnesses, ended with their guards, and what is submitted to them.
use super::{ORIGIN, http, signing_key, truceline};
use std::io::{BufRead, BufReader};
use std::process::Child;
use std::time::{Duration, Instant};
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::merkle::Tree;
use truceline_evidence::note::Note;
use truceline_evidence::witness::{Request, origin_hash};
use truceline_model::hash::Hash;

/// So long is waited for what takes a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// A witness. It ends when this is dropped.
pub struct Witness {
    child: Child,
    /// Host and port.
    pub address: String,
    /// The verifier keys that it printed.
    pub keys: Vec<String>,
}

impl Witness {
    pub fn start(folder: &str, policy: &str) -> Self {
        Self::start_on(folder, policy, "0")
    }

    pub fn start_on(folder: &str, policy: &str, port: &str) -> Self {
        let mut child = truceline(&["witness", folder, "--policy", policy, "--port", port]).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut witness = Self { child, address: String::new(), keys: Vec::new() };
        for line in stdout.lines() {
            let line = line.unwrap();
            if let Some(key) = line.strip_prefix("key ") {
                witness.keys.push(key.to_owned());
            } else if let Some(address) = line.strip_prefix("ready http://") {
                witness.address = address.trim_end_matches('/').to_owned();
                return witness;
            }
        }
        panic!("the witness ended before it was ready");
    }

    /// What it cosigned last.
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        let path = format!("/{}/checkpoint", origin_hash(ORIGIN));
        let answer = http::request(&self.address, "GET", &path, &[], &[]);
        (answer.status == 200)
            .then(|| Checkpoint::parse(Note::parse(answer.text()).unwrap().unverified_text()).unwrap())
    }

    /// Its lines of a policy.
    pub fn lines(&self, name: &str) -> String {
        // The post-quantum key; the other one would do as well.
        format!("witness {name} {} http://{}/\n", self.keys[1], self.address)
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something is found.
pub fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} took too long");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Two trees of `size` leaves that part at `parted`.
pub fn two_histories(parted: u8, size: u8) -> [Tree; 2] {
    [0, 1].map(|history: u8| {
        let mut tree = Tree::new();
        for leaf in 0..size {
            tree.append(Hash::of(&[leaf, if leaf < parted { 0 } else { history }]));
        }
        tree
    })
}

/// The body of a submission, signed by the key of the tests' stores. A proof that there cannot be is left out.
pub fn submission(tree: &Tree, old_size: u64, size: u64) -> String {
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size, root: tree.root_at(size).unwrap() };
    let proof = if old_size == 0 { Vec::new() } else { tree.consistency_proof(old_size, size).unwrap() };
    Request { old_size, proof, note: checkpoint.sign(&signing_key()).unwrap() }.write()
}
