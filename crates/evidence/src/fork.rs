//! A log that showed two heads, as a file that proves itself: two checkpoints that its key signed and that cannot both be true.
//!
//! # Form
//! Deterministic CBOR: `{"format": "truceline-fork-1", "first": note, "second": note, "leaves": [hash, ...]}`. The first
//! checkpoint is not larger than the second. Where both are of one size and have other roots, nothing more is needed and
//! `leaves` is empty. Where one is smaller, `leaves` are the leaf hashes of the tree of the *second*: they give its root, and
//! their beginning gives another root than the first's.
//!
//! Nobody needs to be believed: whoever has the log's key checks it alone ([`Fork::verify`]). Who brought it, and which of the
//! heads is the true one, it does not say.
use crate::Error;
use crate::checkpoint::Checkpoint;
use crate::merkle::Tree;
use crate::note::{Note, VerifierKey, is_key_name};
use truceline_model::canonical::{self, Canonical, DecodeError, Decoder, Encoder};
use truceline_model::canonical_map;
use truceline_model::hash::Hash;

/// The first bytes that name the form.
const FORMAT: &str = "truceline-fork-1";

/// The most leaves that a file holds: 2^20 of them are 36 MB, and a log of more is compared where its tiles are.
pub const MAX_FORK_LEAVES: usize = 1 << 20;

/// The largest file: leaves, and two notes at their bound.
pub const MAX_FORK_BYTES: usize = (MAX_FORK_LEAVES * 34) + 2 * crate::note::MAX_NOTE_BYTES + 256;

/// The leaf hashes of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Leaves(Vec<Hash>);

impl Canonical for Leaves {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let count = decoder.array()?;
        if count > MAX_FORK_LEAVES {
            return Err(DecodeError::new(at, "no more leaves than the bound"));
        }
        (0..count).map(|_| Canonical::decode(decoder)).collect::<Result<_, _>>().map(Self)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct File {
    first: String,
    format: String,
    leaves: Leaves,
    second: String,
}

canonical_map!(File {
    "first" => first,
    "format" => format,
    "leaves" => leaves,
    "second" => second,
});

/// Two checkpoints of one log that cannot both be true. Its form was read; nothing of it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    file: File,
    checkpoints: [Checkpoint; 2],
}

/// What a fork file proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// One size, two roots.
    SameSize,
    /// The larger tree does not begin with the smaller one.
    Inconsistent,
}

impl Fork {
    /// The fork of two signed notes, and the leaf hashes of the larger tree where one is smaller; none where they are no
    /// proof. Signatures are not looked at.
    ///
    /// # Errors
    /// If one of the notes is no checkpoint, or they are of two logs, or contradict each other in nothing.
    pub fn of(one: &str, other: &str, leaves: &[Hash]) -> Result<Self, Error> {
        let (a, b) = (read(one)?, read(other)?);
        let swapped = (b.size, b.root) < (a.size, a.root);
        let (first, second) = if swapped { (other, one) } else { (one, other) };
        let leaves = if a.size == b.size { &[] } else { leaves };
        let file = File {
            format: FORMAT.to_owned(),
            first: first.to_owned(),
            second: second.to_owned(),
            leaves: Leaves(leaves.to_vec()),
        };
        let fork = Self { file, checkpoints: if swapped { [b, a] } else { [a, b] } };
        fork.proof()?;
        Ok(fork)
    }

    /// Reads a file; verifies no signature.
    ///
    /// # Errors
    /// If it is over a bound or not of the one form.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_FORK_BYTES {
            return Err(Error::over_limit(format!(
                "a fork file of {} bytes, at most {MAX_FORK_BYTES} are read",
                bytes.len()
            )));
        }
        let file: File = canonical::from_bytes(bytes).map_err(|e| Error::malformed_at(e.offset(), e.to_string()))?;
        if file.format != FORMAT {
            return Err(Error::malformed(format!("the format is {:?}, expected {FORMAT:?}", file.format)));
        }
        let checkpoints = [read(&file.first)?, read(&file.second)?];
        Ok(Self { file, checkpoints })
    }

    /// The file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::to_bytes(&self.file)
    }

    /// The two checkpoints, the smaller first.
    #[must_use]
    pub fn checkpoints(&self) -> &[Checkpoint; 2] {
        &self.checkpoints
    }

    /// That the log of `key` signed both, and why both cannot be true.
    ///
    /// # Errors
    /// If the key did not sign one of them, or both can be true.
    pub fn verify(&self, key: &VerifierKey) -> Result<Proof, Error> {
        for note in [&self.file.first, &self.file.second] {
            Checkpoint::open(note, key)?;
        }
        self.proof()
    }

    fn proof(&self) -> Result<Proof, Error> {
        let [first, second] = &self.checkpoints;
        let leaves = &self.file.leaves.0;
        if first.origin != second.origin {
            return Err(Error::malformed(format!(
                "the checkpoints are of two logs, {} and {}",
                first.origin, second.origin
            )));
        }
        if first.size > second.size || (first.size == second.size && first.root > second.root) {
            return Err(Error::malformed("the checkpoints do not stand in the order of size and root"));
        }
        if first.size == second.size {
            return match (first.root == second.root, leaves.is_empty()) {
                (true, _) => Err(Error::false_proof("both checkpoints say the same")),
                (false, true) => Ok(Proof::SameSize),
                (false, false) => Err(Error::malformed("two checkpoints of one size need no leaves")),
            };
        }
        if leaves.len() as u64 != second.size {
            return Err(Error::false_proof(format!(
                "the file holds {} leaves, the larger checkpoint is of {} entries: nothing is shown",
                leaves.len(),
                second.size
            )));
        }
        let mut tree = Tree::new();
        for leaf in leaves {
            tree.append(*leaf);
        }
        if tree.root() != second.root {
            return Err(Error::false_proof("the leaves do not give the root of the larger checkpoint"));
        }
        if tree.root_at(first.size)? == first.root {
            return Err(Error::false_proof("the larger tree begins with the smaller one: the log only grew"));
        }
        Ok(Proof::Inconsistent)
    }
}

/// The checkpoint in a note whose signatures are not looked at.
fn read(note: &str) -> Result<Checkpoint, Error> {
    let checkpoint = Checkpoint::parse(Note::parse(note)?.unverified_text())?;
    debug_assert!(is_key_name(&checkpoint.origin));
    Ok(checkpoint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::SigningKey;
    use proptest::prelude::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed("example.org/log", [seed; 32]).unwrap()
    }

    fn leaves(of: &str, size: u64) -> Vec<Hash> {
        (0..size).map(|index| Hash::of_parts(&[of.as_bytes(), &index.to_be_bytes()])).collect()
    }

    fn note(leaves: &[Hash], by: &SigningKey) -> String {
        let mut tree = Tree::new();
        for leaf in leaves {
            tree.append(*leaf);
        }
        Checkpoint { origin: "example.org/log".into(), size: tree.size(), root: tree.root() }.sign(by).unwrap()
    }

    #[test]
    fn two_roots_of_one_size_prove_themselves() {
        let notes = [note(&leaves("a", 5), &key(1)), note(&leaves("b", 5), &key(1))];
        let fork = Fork::of(&notes[0], &notes[1], &leaves("a", 5)).unwrap();
        assert_eq!(fork, Fork::of(&notes[1], &notes[0], &[]).unwrap(), "one fork, one file");
        let read = Fork::parse(&fork.to_bytes()).unwrap();
        assert_eq!((&read, read.verify(key(1).verifier_key())), (&fork, Ok(Proof::SameSize)));
        assert!(read.verify(key(2).verifier_key()).unwrap_err().is_unknown_signer());
    }

    #[test]
    fn a_tree_that_does_not_begin_with_the_smaller_one_proves_itself() {
        let (small, large) = (leaves("a", 5), [leaves("a", 4), leaves("b", 5)].concat());
        let notes = [note(&small, &key(1)), note(&large, &key(1))];
        let fork = Fork::of(&notes[0], &notes[1], &large).unwrap();
        assert_eq!(Fork::parse(&fork.to_bytes()).unwrap().verify(key(1).verifier_key()), Ok(Proof::Inconsistent));
        assert_eq!(fork.checkpoints()[0].size, 5);
        for (leaves, why) in [(&large[..8], "holds 8 leaves"), (&small[..], "holds 5 leaves"), (&[], "holds 0 leaves")]
        {
            let error = Fork::of(&notes[0], &notes[1], leaves).unwrap_err();
            assert!(error.is_false_proof() && error.to_string().contains(why), "{error}");
        }
        let mut changed = large.clone();
        changed[8] = Hash::of(b"");
        assert!(Fork::of(&notes[0], &notes[1], &changed).unwrap_err().to_string().contains("do not give the root"));
    }

    #[test]
    fn what_contradicts_nothing_is_no_fork() {
        let grown = leaves("a", 9);
        let notes = [note(&grown[..5], &key(1)), note(&grown, &key(1))];
        assert!(Fork::of(&notes[0], &notes[1], &grown).unwrap_err().to_string().contains("only grew"));
        assert!(Fork::of(&notes[0], &notes[0], &[]).unwrap_err().to_string().contains("the same"));
        let other = SigningKey::from_seed("example.org/other", [1; 32]).unwrap();
        let of_other = Checkpoint { origin: "example.org/other".into(), size: 5, root: Hash::of(b"") }.sign(&other);
        assert!(Fork::of(&notes[0], &of_other.unwrap(), &[]).unwrap_err().to_string().contains("two logs"));
        assert!(Fork::of("text", &notes[0], &[]).unwrap_err().is_malformed());
    }

    proptest! {
        /// No changed byte makes another proof of it.
        #[test]
        fn a_changed_file_is_refused(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let fork = Fork::of(&note(&leaves("a", 3), &key(1)), &note(&leaves("b", 3), &key(1)), &[]).unwrap();
            let mut bytes = fork.to_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let verified = Fork::parse(&bytes).and_then(|fork| fork.verify(key(1).verifier_key()));
            prop_assert!(verified.is_err());
        }
    }
}
