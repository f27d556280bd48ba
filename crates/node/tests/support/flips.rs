//! A small store with everything that is checked, and what a flip of any of its bytes must be called.
use std::path::{Path, PathBuf};
use truceline_evidence::journal::{Appender, JournalReader};
use truceline_model::entry;
use truceline_model::erasure::Erasure;
use truceline_model::hash::Hash;
use truceline_model::record::{Form, Payload, Record};
use truceline_model::report::SourceRef;
use truceline_model::time::Time;
use truceline_node::fsck::{Report, fsck};
use truceline_node::journal::{Journal, Mode};
use truceline_node::payloads::Payloads;
use truceline_node::store::Store;

/// Entries that name a payload.
const RECORDS: u64 = 40;
/// Bytes of the payloads, each of its own length.
const PAYLOAD_BYTES: usize = 60;
/// Entries that name none, in batches.
const BATCHES: u64 = 60;
/// Entries of one batch at most.
const BATCH: u64 = 9;

/// A file of the store with, for each stretch of its bytes, the entry that a fault there concerns.
pub(crate) struct Covered {
    pub(crate) name: String,
    path: PathBuf,
    bytes: Vec<u8>,
    /// Ends of stretches, each with its entry.
    stretches: Vec<(usize, Option<u64>)>,
}

/// The store.
pub(crate) struct Small {
    _folder: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) files: Vec<Covered>,
}

fn payload(n: u64) -> Vec<u8> {
    (0..PAYLOAD_BYTES + n as usize).map(|at| (at as u64 * 31 + n * 7) as u8).collect()
}

fn record(n: u64) -> Record {
    let bytes = payload(n);
    Record {
        source: SourceRef { source: "flips".into(), boot: 1, sequence: n },
        records: 1,
        owner: "nobody".into(),
        form: Form::MiniSeed,
        pieces: Vec::new(),
        payload: Payload { sha256: Hash::of(&bytes), bytes: bytes.len() as u64 },
        frame: None,
        received: None,
    }
}

impl Small {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store"), true).unwrap().guarded_in(&folder.path().join("guards"));
        let mut batches: Vec<Vec<Vec<u8>>> = Vec::new();
        {
            let payloads = Payloads::open(&store, Mode::Write).unwrap();
            let journal = Journal::open(&store, Mode::Write).unwrap();
            for n in 0..RECORDS {
                let bytes = payload(n);
                payloads.put(&[(Hash::of(&bytes), &bytes)]).unwrap();
                batches.push(vec![entry::to_bytes(&record(n))]);
            }
            for n in 0..BATCHES {
                let entries =
                    (0..1 + n % BATCH).map(|at| format!("entry {at} of {n} {}", "x".repeat(n as usize)).into_bytes());
                batches.push(entries.collect());
            }
            // The first payload is erased.
            let reason = "for the test".to_owned();
            let erased = Hash::of(&payload(0));
            batches.push(vec![entry::to_bytes(&Erasure {
                payload: erased,
                asked_by: reason.clone(),
                reason,
                at: Time(0),
            })]);
            for batch in &batches {
                journal.append(batch.clone()).unwrap();
            }
            payloads.erase(erased).unwrap();
            journal.wait_until_signed(journal.size());
        }
        let mut small = Self { _folder: folder, store, files: Vec::new() };
        let mut covered = |name: &str, stretches: Vec<(usize, Option<u64>)>| {
            let path = small.store.file(name);
            let bytes = std::fs::read(&path).unwrap();
            if !bytes.is_empty() {
                assert_eq!(stretches.last().unwrap().0, bytes.len(), "{name}");
                small.files.push(Covered { name: name.to_owned(), path, bytes, stretches });
            }
        };
        covered("journal.log", log(&batches));
        let size = batches.iter().map(Vec::len).sum::<usize>();
        let each = |begin: usize, length: usize, entries: &mut dyn Iterator<Item = Option<u64>>| {
            let mut stretches = vec![(begin, None)];
            for entry in entries {
                stretches.push((stretches[stretches.len() - 1].0 + length, entry));
            }
            stretches
        };
        covered("journal.index", each(16, 20, &mut (0..size as u64).map(Some)));
        for level in 0..3 {
            let hashes = size as u64 >> (8 * level);
            covered(&format!("tiles/{level}"), each(0, 32, &mut (0..hashes).map(|at| Some(at << (8 * level)))));
        }
        let note = std::fs::read(small.store.file("checkpoint")).unwrap().len();
        covered("checkpoint", vec![(note, None)]);
        let mut pack = vec![(16, None)];
        for n in 0..RECORDS {
            // Of the erased one nobody knows any more which it was.
            pack.push((pack[pack.len() - 1].0 + 36 + payload(n).len(), (n > 0).then_some(n)));
        }
        covered("payloads/00000001.pack", pack);
        let mut hashes: Vec<(Hash, u64)> = (1..RECORDS).map(|n| (Hash::of(&payload(n)), n)).collect();
        hashes.sort_unstable();
        covered("payloads/00000001.index", each(16, 44, &mut hashes.into_iter().map(|(_, n)| Some(n))));
        small
    }

    pub(crate) fn check(&self) -> Report {
        fsck(&self.store, &mut |_| {}).unwrap()
    }

    /// All bytes that can be flipped.
    pub(crate) fn bytes(&self) -> usize {
        self.files.iter().map(|file| file.bytes.len()).sum()
    }

    /// The smallest part of a file that a fault at a byte may be said of, with its entry.
    #[allow(dead_code, reason = "of the test, not of the measurement")]
    pub(crate) fn part(&self, name: &str, at: usize) -> (std::ops::Range<u64>, Option<u64>) {
        let file = self.files.iter().find(|file| file.name == name).expect("a file of the store");
        let part = file.stretches.partition_point(|(end, _)| *end <= at);
        let begin = part.checked_sub(1).map_or(0, |before| file.stretches[before].0);
        let (end, index) = file.stretches[part];
        (begin as u64..end as u64, index)
    }

    /// Flips one byte, counted over all files, and checks the store. What is wrong with what was said, if anything is.
    pub(crate) fn flip(&self, byte: usize, flip: u8) -> Option<String> {
        let mut at = byte;
        let file = self.files.iter().find(|file| {
            let here = at < file.bytes.len();
            at -= if here { 0 } else { file.bytes.len() };
            here
        });
        let file = file.expect("a byte of the store");
        write_at(&file.path, at, file.bytes[at] ^ flip);
        let report = self.check();
        write_at(&file.path, at, file.bytes[at]);
        let index = file.stretches.iter().find(|(end, _)| at < *end).and_then(|(_, index)| *index);
        let named = report
            .faults
            .iter()
            .any(|fault| fault.file == file.name && fault.bytes.contains(&(at as u64)) && fault.index == index);
        let others = report.faults.iter().any(|fault| fault.file != file.name);
        (!named || others)
            .then(|| format!("byte {at} of {} ^ {flip:#04x}, entry {index:?}: {:#?}", file.name, report.faults))
    }
}

/// Where in the journal's file each entry's bytes end, with what stands before them.
fn log(batches: &[Vec<Vec<u8>>]) -> Vec<(usize, Option<u64>)> {
    let (mut stretches, mut index, mut at) = (vec![(16, None)], 0, 16);
    for batch in batches {
        at += 8;
        stretches.push((at, Some(index)));
        for entry in batch {
            at += 4 + entry.len();
            stretches.push((at, Some(index)));
            index += 1;
        }
    }
    stretches
}

fn write_at(path: &Path, at: usize, byte: u8) {
    use std::os::unix::fs::FileExt;
    std::fs::OpenOptions::new().write(true).open(path).unwrap().write_all_at(&[byte], at as u64).unwrap();
}

/// Numbers that look random, the same for each seed (SplitMix64).
pub(crate) fn numbers(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
