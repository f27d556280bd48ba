//! A log that showed two heads, as a file that proves itself: two checkpoints that its key signed and that cannot both be true.
//!
//! # Form
//! Deterministic CBOR: `{"format": "truceline-fork-1", "first": note, "proof": [hash, ...], "second": note}`. The first
//! checkpoint is not larger than the second. Where both are of one size and have other roots, nothing more is needed and
//! `proof` is empty. Where one is smaller, `proof` is the path of nodes of the *second's* tree that leads to its root and to
//! that of its beginning ([`roots_of_path`]), which is another than the first's: 64 hashes at most, however large the log.
//!
//! Nobody needs to be believed: whoever has the log's key checks it alone ([`Fork::verify`]). Who brought it, and which of the
//! heads is the true one, it does not say.
use crate::Error;
use crate::checkpoint::Checkpoint;
use crate::merkle::{MAX_CONSISTENCY_HASHES, roots_of_path};
use crate::note::{Note, VerifierKey, is_key_name};
use truceline_model::canonical::{self, Canonical, DecodeError, Decoder, Encoder};
use truceline_model::canonical_map;
use truceline_model::hash::Hash;

/// The first bytes that name the form.
const FORMAT: &str = "truceline-fork-1";

/// The largest file: two notes at their bound, and a path.
pub const MAX_FORK_BYTES: usize = 2 * crate::note::MAX_NOTE_BYTES + MAX_CONSISTENCY_HASHES * 34 + 256;

/// The nodes of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Path(Vec<Hash>);

impl Canonical for Path {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let count = decoder.array()?;
        if count > MAX_CONSISTENCY_HASHES {
            return Err(DecodeError::new(at, "a path of at most 65 hashes"));
        }
        (0..count).map(|_| Canonical::decode(decoder)).collect::<Result<_, _>>().map(Self)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct File {
    first: String,
    proof: Path,
    format: String,
    second: String,
}

canonical_map!(File {
    "first" => first,
    "proof" => proof,
    "format" => format,
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
    /// The fork of two signed notes, and the path of the larger tree from the smaller size where one is smaller
    /// ([`tiles::path`](crate::tiles::path) reads it from a log). Signatures are not looked at.
    ///
    /// # Errors
    /// If one of the notes is no checkpoint, or they are of two logs, or contradict each other in nothing.
    pub fn of(one: &str, other: &str, path: &[Hash]) -> Result<Self, Error> {
        let (a, b) = (read(one)?, read(other)?);
        let swapped = (b.size, b.root) < (a.size, a.root);
        let (first, second) = if swapped { (other, one) } else { (one, other) };
        let path = if a.size == b.size { &[] } else { path };
        let file = File {
            format: FORMAT.to_owned(),
            first: first.to_owned(),
            second: second.to_owned(),
            proof: Path(path.to_vec()),
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
        let path = &self.file.proof.0;
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
            return match (first.root == second.root, path.is_empty()) {
                (true, _) => Err(Error::false_proof("both checkpoints say the same")),
                (false, true) => Ok(Proof::SameSize),
                (false, false) => Err(Error::malformed("two checkpoints of one size need no path")),
            };
        }
        let (beginning, root) = roots_of_path(first.size, second.size, path)?;
        if root != second.root {
            return Err(Error::false_proof("the path does not lead to the root of the larger checkpoint"));
        }
        if beginning == first.root {
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
    use crate::merkle::Tree;
    use crate::note::SigningKey;
    use crate::tiles;
    use proptest::prelude::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed("example.org/log", [seed; 32]).unwrap()
    }

    fn leaves(of: &str, size: u64) -> Vec<Hash> {
        (0..size).map(|index| Hash::of_parts(&[of.as_bytes(), &index.to_be_bytes()])).collect()
    }

    fn tree(leaves: &[Hash]) -> Tree {
        let mut tree = Tree::new();
        for leaf in leaves {
            tree.append(*leaf);
        }
        tree
    }

    fn note(leaves: &[Hash], by: &SigningKey) -> String {
        let tree = tree(leaves);
        Checkpoint { origin: "example.org/log".into(), size: tree.size(), root: tree.root() }.sign(by).unwrap()
    }

    fn path(leaves: &[Hash], old: u64) -> Vec<Hash> {
        tiles::path(old, leaves.len() as u64, |tile| tile.hashes(&tree(leaves))).unwrap()
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

    /// At each size of the smaller one, full subtrees among them, and where the heads part behind, at and before it.
    #[test]
    fn a_tree_that_does_not_begin_with_the_smaller_one_proves_itself() {
        for size in 2..20_u64 {
            for parted in 0..size {
                let (small, large) = (leaves("a", size), [leaves("a", parted), leaves("b", 23 - parted)].concat());
                let notes = [note(&small, &key(1)), note(&large, &key(1))];
                let fork = Fork::of(&notes[0], &notes[1], &path(&large, size)).unwrap();
                let read = Fork::parse(&fork.to_bytes()).unwrap();
                assert_eq!(read.verify(key(1).verifier_key()), Ok(Proof::Inconsistent));
                assert_eq!(fork.checkpoints()[0].size, size);
            }
        }
    }

    #[test]
    fn a_path_of_another_tree_proves_nothing() {
        let (small, large) = (leaves("a", 5), [leaves("a", 4), leaves("b", 5)].concat());
        let notes = [note(&small, &key(1)), note(&large, &key(1))];
        let good = path(&large, 5);
        let mut changed = good.clone();
        changed[0] = Hash::of(b"");
        let more = [good.clone(), vec![Hash::of(b"")]].concat();
        for (path, why) in [
            (&good[..good.len() - 1], "another length"),
            (&more, "another length"),
            (&[], "another length"),
            (&changed, "does not lead to the root"),
            (&path(&[small, leaves("a", 4)].concat(), 5), "does not lead to the root"),
        ] {
            let error = Fork::of(&notes[0], &notes[1], path).unwrap_err();
            assert!(error.is_false_proof() && error.to_string().contains(why), "{error}");
        }
    }

    #[test]
    fn what_contradicts_nothing_is_no_fork() {
        let grown = leaves("a", 9);
        let notes = [note(&grown[..5], &key(1)), note(&grown, &key(1))];
        assert!(Fork::of(&notes[0], &notes[1], &path(&grown, 5)).unwrap_err().to_string().contains("only grew"));
        assert!(Fork::of(&notes[0], &notes[0], &[]).unwrap_err().to_string().contains("the same"));
        let other = SigningKey::from_seed("example.org/other", [1; 32]).unwrap();
        let of_other = Checkpoint { origin: "example.org/other".into(), size: 5, root: Hash::of(b"") }.sign(&other);
        assert!(Fork::of(&notes[0], &of_other.unwrap(), &[]).unwrap_err().to_string().contains("two logs"));
        assert!(Fork::of("text", &notes[0], &[]).unwrap_err().is_malformed());
        // The empty tree is the beginning of every other one.
        let empty = Checkpoint { origin: "example.org/log".into(), size: 0, root: Hash::of(b"") }.sign(&key(1));
        assert!(Fork::of(&empty.unwrap(), &notes[0], &[]).unwrap_err().is_out_of_range());
    }

    proptest! {
        /// No changed byte makes another proof of it.
        #[test]
        fn a_changed_file_is_refused(at in any::<prop::sample::Index>(), bit in 0_u8..8, size in 2_u64..4) {
            let large = leaves("b", 3);
            let nodes = if size < 3 { path(&large, size) } else { Vec::new() };
            let fork = Fork::of(&note(&leaves("a", size), &key(1)), &note(&large, &key(1)), &nodes).unwrap();
            let mut bytes = fork.to_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let verified = Fork::parse(&bytes).and_then(|fork| fork.verify(key(1).verifier_key()));
            prop_assert!(verified.is_err());
        }
    }
}
