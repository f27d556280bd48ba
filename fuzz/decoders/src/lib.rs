//! What must hold of each decoder on any bytes. One file for each: `check` reads bytes and asserts; `originals` gives
//! good files of the repository to damage.
//!
//! Two that run it: the targets of `cargo fuzz run NAME`, guided by coverage, and `mutate`, with seeded damage, for
//! `cargo xtask bench fuzz`. The damage is that of the tests, so a seed that is found can be kept there.

pub mod acts;
pub mod agreement;
pub mod array_places;
pub mod arrivals;
pub mod configuration;
pub mod delivery;
pub mod dossier;
pub mod entry;
pub mod fork;
pub mod frames;
pub mod miniseed;
// The tests' number of mutations is not ours.
#[allow(dead_code)]
#[path = "../../../crates/formats/tests/support/mutation.rs"]
mod mutation;
pub mod note;
pub mod policy;
pub mod receipts;
pub mod sac;
pub mod seedlink;
pub mod slist;
pub mod sources;
pub mod stationxml;
pub mod submission;
pub mod wav;

use mutation::{Random, damage};
use std::path::PathBuf;
use truceline_evidence::note::{Algorithm, SigningKey};

/// A decoder and what it is held to.
pub struct Decoder {
    /// Its name, which is that of the libFuzzer target too.
    pub name: &'static str,
    /// Reads bytes; says whether they were read as something rather than refused.
    pub check: fn(&[u8]) -> bool,
    /// Good files to damage.
    pub originals: fn() -> Vec<Vec<u8>>,
    /// Puts a checksum right after the damage, so that it gets further.
    pub seal: Option<fn(&mut [u8])>,
    /// The most memory that a check may take at once, as a multiple of the input's bytes, over [`FIXED_BYTES`].
    pub bytes_per_byte: usize,
}

/// What a check may take in any case: tables, first allocations, an error's text.
pub const FIXED_BYTES: usize = 1 << 16;

/// All decoders.
pub const DECODERS: &[Decoder] = &[
    decoder("miniseed", miniseed::check, miniseed::originals, Some(miniseed::seal), 16),
    decoder("seedlink", seedlink::check, seedlink::originals, None, 64),
    decoder("sac", sac::check, sac::originals, None, 16),
    decoder("wav", wav::check, wav::originals, None, 16),
    decoder("slist", slist::check, slist::originals, None, 64),
    decoder("stationxml", stationxml::check, stationxml::originals, None, 64),
    decoder("arrivals", arrivals::check, arrivals::originals, None, 64),
    decoder("array_places", array_places::check, array_places::originals, None, 64),
    decoder("delivery", delivery::check, delivery::originals, None, 64),
    decoder("agreement", agreement::check, agreement::originals, None, 64),
    decoder("configuration", configuration::check, configuration::originals, None, 64),
    decoder("sources", sources::check, sources::originals, None, 64),
    decoder("entry", entry::check, entry::originals, None, 64),
    decoder("note", note::check, note::originals, None, 64),
    decoder("frames", frames::check, frames::originals, None, 64),
    decoder("receipts", receipts::check, receipts::originals, None, 64),
    decoder("policy", policy::check, policy::originals, None, 64),
    decoder("submission", submission::check, submission::originals, None, 64),
    decoder("fork", fork::check, fork::originals, None, 64),
    decoder("acts", acts::check, acts::originals, None, 64),
    decoder("dossier", dossier::check, dossier::originals, None, 64),
];

const fn decoder(
    name: &'static str,
    check: fn(&[u8]) -> bool,
    originals: fn() -> Vec<Vec<u8>>,
    seal: Option<fn(&mut [u8])>,
    bytes_per_byte: usize,
) -> Decoder {
    Decoder { name, check, originals, seal, bytes_per_byte }
}

impl Decoder {
    /// The input of a seed: a damaged original, the same everywhere.
    pub fn input(&self, originals: &[Vec<u8>], seed: u64) -> Vec<u8> {
        let mut random = Random(seed);
        let mut bytes = damage(&originals[random.below(originals.len())], &mut random);
        if let Some(seal) = self.seal
            && random.below(4) > 0
        {
            seal(&mut bytes);
        }
        bytes
    }
}

/// The log of the originals.
const ORIGIN: &str = "example.org/log";
const ED25519_COSIGNATURE: Algorithm = Algorithm::Ed25519Cosignature;
const ML_DSA_44: Algorithm = Algorithm::MlDsa44;

fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, [1; 32]).expect("a key's name")
}

fn key(name: &str, algorithm: Algorithm, seed: u8) -> SigningKey {
    SigningKey::of(name, algorithm, [seed + 10; 32]).expect("a key's name")
}

/// A file of the repository.
fn file(path: &str) -> Vec<u8> {
    let path = repository().join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder of the repository with that ending, in order of their names.
fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let folder = repository().join(folder);
    let read = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = read.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == ending));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).collect()
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
