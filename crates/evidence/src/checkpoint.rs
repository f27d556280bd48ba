//! The checkpoint: which journal, how many entries, which root (C2SP tlog-checkpoint, version 1.0.0). The text of
//! a signed note.
use crate::Error;
use crate::note::{self, Note, SigningKey, VerifierKey, is_key_name};
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
        match Self::parse_extended(text)? {
            (checkpoint, "") => Ok(checkpoint),
            _ => Err(malformed("has extension lines, which nobody can audit; expected three lines")),
        }
    }

    /// Reads the text of a checkpoint of any log: returns its extension lines too, of which nothing is believed.
    ///
    /// # Errors
    /// If the first three lines have another form than `Display` writes, or a line after them is empty.
    pub fn parse_extended(text: &str) -> Result<(Self, &str), Error> {
        let body = text.strip_suffix('\n').ok_or_else(|| malformed("does not end in a newline"))?;
        let mut lines = body.splitn(4, '\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(malformed("has fewer than three lines: origin, size, root"));
        };
        let extension = lines.next();
        if extension.is_some_and(|lines| lines.split('\n').any(str::is_empty)) {
            return Err(malformed("has extension lines, one of which is empty"));
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
        Ok((Self { origin: origin.to_owned(), size: size_read, root: Hash(root) }, extension.unwrap_or_default()))
    }

    /// The signed note of this checkpoint.
    ///
    /// # Errors
    /// If the origin cannot stand in a checkpoint, or is not the key's name.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Error> {
        self.sign_all(std::slice::from_ref(key))
    }

    /// The note of this checkpoint with the signature of each of a log's keys. None states a time: the log's own clock is
    /// nothing that anybody else could rely on, witnesses state theirs.
    ///
    /// # Errors
    /// If the origin cannot stand in a checkpoint, or is not each key's name.
    pub fn sign_all(&self, keys: &[SigningKey]) -> Result<String, Error> {
        let text = self.to_string();
        let mut lines = Vec::with_capacity(keys.len());
        for key in keys {
            self.check_name(key.verifier_key())?;
            lines.push(key.line(&text, 0)?);
        }
        note::write(&text, &lines)
    }

    /// The checkpoint in a note that `key` signed, with the note's other signers ignored.
    ///
    /// # Errors
    /// If the note or the checkpoint is malformed, `key` did not sign it, or its origin is not the key's name.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, Error> {
        Self::open_by(note, key, &[])
    }

    /// The same, with further keys of the same log: one of them that did not sign is passed over, one whose signature does
    /// not hold rejects the note.
    ///
    /// # Errors
    /// As [`Checkpoint::open`].
    pub fn open_by(note: &str, key: &VerifierKey, further: &[VerifierKey]) -> Result<Self, Error> {
        let note = Note::parse(note)?;
        note.verify(std::slice::from_ref(key))?;
        note.signers(further)?;
        let checkpoint = Self::parse(note.unverified_text())?;
        checkpoint.check_name(key)?;
        Ok(checkpoint)
    }

    fn check_name(&self, key: &VerifierKey) -> Result<(), Error> {
        if self.origin == key.name() {
            return Ok(());
        }
        Err(Error::malformed(format!(
            "the checkpoint is of {:?}, the key's name is {:?}; expected the same",
            self.origin,
            key.name()
        )))
    }
}

fn malformed(why: &str) -> Error {
    Error::malformed(format!("the checkpoint {why}"))
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
