//! The checkpoint: which journal, how many entries, which root (C2SP tlog-checkpoint, version 1.0.0). The text of
//! a signed note.
use crate::Error;
use crate::note::{Opened, SigningKey, VerifierKey, is_key_name, open};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use truceline_model::hash::Hash;

/// Origin, size and root of a journal. Its `Display` is the text that is signed.
///
/// Text: three lines, origin, size in decimal without leading zeros, root in base64. The specification allows
/// further *extension lines*; they are neither written nor read here, because no monitor can audit what they say
/// and witnesses' newer signatures do not cover them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The journal's name, which is also its key's name.
    pub origin: String,
    /// How many entries it covers.
    pub size: u64,
    /// The root over these entries.
    pub root: Hash,
}

impl Checkpoint {
    /// Reads the text of a checkpoint. Whoever calls it has verified the note around it, or says so.
    ///
    /// # Errors
    /// If the text has another form than the one that `Display` writes.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let malformed = |why: &str| Error::malformed(format!("the checkpoint {why}"));
        let body = text.strip_suffix('\n').ok_or_else(|| malformed("does not end in a newline"))?;
        let mut lines = body.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(malformed("has fewer than three lines: origin, size, root"));
        };
        if lines.next().is_some() {
            return Err(malformed("has extension lines, which nobody can audit; expected three lines"));
        }
        if !is_key_name(origin) {
            return Err(malformed("has an origin that is empty or holds a space or a plus sign"));
        }
        let size_read: u64 = size.parse().map_err(|_| malformed("has a size that is no decimal number of 64 bits"))?;
        if size_read.to_string() != size {
            return Err(malformed("has a size with a sign or leading zeros"));
        }
        let root = STANDARD.decode(root).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let root = root.ok_or_else(|| malformed("has a root that is not 32 bytes in canonical base64"))?;
        Ok(Self { origin: origin.to_owned(), size: size_read, root: Hash(root) })
    }

    /// The signed note of this checkpoint.
    ///
    /// # Errors
    /// If the origin cannot stand in a checkpoint, or is not the key's name.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Error> {
        if self.origin != key.verifier_key().name() {
            return Err(Error::malformed(format!(
                "the checkpoint is of {:?}, the key's name is {:?}; expected the same",
                self.origin,
                key.verifier_key().name()
            )));
        }
        key.sign(&self.to_string())
    }

    /// The checkpoint in a note that `key` signed, with the note's other signers ignored.
    ///
    /// # Errors
    /// If the note or the checkpoint is malformed, `key` did not sign it, or its origin is not the key's name.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, Error> {
        let Opened { text, .. } = open(note, std::slice::from_ref(key))?;
        let checkpoint = Self::parse(&text)?;
        if checkpoint.origin != key.name() {
            return Err(Error::malformed(format!(
                "the checkpoint is of {:?}, the key's name is {:?}; expected the same",
                checkpoint.origin,
                key.name()
            )));
        }
        Ok(checkpoint)
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specification_s_example_reads_and_writes_itself() {
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let checkpoint = Checkpoint::parse(text).unwrap();
        assert_eq!(checkpoint.origin, "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size, 20_852_163);
        assert_eq!(checkpoint.to_string(), text);
    }

    #[test]
    fn other_forms_are_refused() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        for (text, why) in [
            (format!("a\n1\n{root}"), "does not end in a newline"),
            ("a\n1\n".to_owned(), "fewer than three lines"),
            (format!("a\n1\n{root}\nmore\n"), "extension lines"),
            (format!("a\n1\n{root}\n\n"), "extension lines"),
            (format!("\n1\n{root}\n"), "origin"),
            (format!("a b\n1\n{root}\n"), "origin"),
            (format!("a\n01\n{root}\n"), "leading zeros"),
            (format!("a\n+1\n{root}\n"), "sign"),
            (format!("a\n-1\n{root}\n"), "decimal"),
            (format!("a\n\n{root}\n"), "decimal"),
            (format!("a\n18446744073709551616\n{root}\n"), "decimal"),
            ("a\n1\nCsUY\n".to_owned(), "32 bytes"),
            (format!("a\n1\n{}\n", root.replace("2I=", "2J=")), "canonical base64"),
            (format!("a\n1\n{}\n", root.replace('=', "")), "canonical base64"),
        ] {
            let error = Checkpoint::parse(&text).unwrap_err();
            assert!(error.is_malformed() && error.to_string().contains(why), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_key_signs_for_the_journal_of_its_name_only() {
        let key = SigningKey::from_seed("example.org/north", [7; 32]).unwrap();
        let mut checkpoint = Checkpoint { origin: "example.org/north".into(), size: 3, root: Hash::of(b"root") };
        let note = checkpoint.sign(&key).unwrap();
        assert_eq!(Checkpoint::open(&note, key.verifier_key()).unwrap(), checkpoint);
        checkpoint.origin = "example.org/south".into();
        assert!(checkpoint.sign(&key).unwrap_err().is_malformed());
        let note = key.sign(&checkpoint.to_string()).unwrap();
        assert!(Checkpoint::open(&note, key.verifier_key()).unwrap_err().to_string().contains("key's name"));
        let other = SigningKey::from_seed("example.org/north", [8; 32]).unwrap();
        assert!(Checkpoint::open(&note, other.verifier_key()).unwrap_err().is_unknown_signer());
    }
}
