//! An edition of the register: its files as officers of several states signed them together.
//!
//! # Rules
//! Editions are numbered from 1. The next one is of this journal, is not published before the last one, holds files that
//! [`Register::read`] reads and in which [`check`](crate::check) finds nothing, and is signed over [`DOMAIN`] by officers of as many
//! different states as the key register's founding act asks for: no state writes the register alone. Whose the keys are the
//! caller says; every refusal names its [`Rule`].
use crate::read::RegisterError;
use crate::refused::refused;
use crate::register::Register;
use crate::words::choice;
use truceline_model::canonical::{self, Bytes};
use truceline_model::canonical_map;
use truceline_model::cosigned::Cosigned;
pub use truceline_model::cosigned::SignedEdition;
use truceline_model::time::Time;

/// What is signed begins with, so that no edition is any other text that a key signs.
pub const DOMAIN: &[u8] = <SignedEdition as Cosigned>::DOMAIN;

/// The most files of an edition: one for each table and layer, and some more.
pub const MAX_FILES: usize = 64;

/// The most bytes of its files together, so that it stays within an entry: six times those of the article's register.
pub const MAX_FILES_BYTES: usize = 512 << 10;

/// The longest name of a file, in bytes.
pub const MAX_NAME_BYTES: usize = 120;

choice! {
    /// A rule of editions.
    Rule {
        /// It is no edition.
        NoEdition => "no-edition",
        /// A bound is not kept.
        Bound => "bound",
        /// An edition is of one journal.
        OtherJournal => "other-journal",
        /// Editions are numbered.
        Number => "number",
        /// None is published before the last one.
        Time => "published-before-the-last",
        /// Officers of enough different states sign.
        Officers => "officers-of-enough-states",
        /// Its files are in order, each once.
        Files => "files-by-name",
        /// Its files are a register's.
        NoRegister => "no-register",
        /// Its lines break no rule.
        Unsound => "line-breaks-a-rule",
    }
}

refused! {
    /// Why an edition is not taken.
    Rule
}

/// What is signed: the files of a register with their place among the editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Its number, from 1.
    pub number: u32,
    /// The journal's name.
    pub journal: String,
    /// When it is published.
    pub published_at: Time,
    /// Names and bytes, by name.
    pub files: Vec<(String, Bytes)>,
}

canonical_map!(Edition { "files" => files, "number" => number, "journal" => journal, "published_at" => published_at });

impl Edition {
    /// Reads what was signed. The signatures are not verified, and the files are not read.
    ///
    /// # Errors
    /// If it is no edition, or a bound is not kept.
    pub fn of(signed: &SignedEdition) -> Result<Self, Refused> {
        signed.check().map_err(|why| Refused::new(Rule::Bound, why))?;
        let no_edition = |error| Refused::new(Rule::NoEdition, format!("it is no edition: {error}"));
        let edition: Self = canonical::from_bytes(&signed.body.0).map_err(no_edition)?;
        edition.check_files()?;
        Ok(edition)
    }

    /// The edition that nobody has signed yet.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn unsigned(&self) -> Result<SignedEdition, Refused> {
        let signed = SignedEdition { body: Bytes(canonical::to_bytes(self)), signatures: Vec::new() };
        Self::of(&signed)?;
        Ok(signed)
    }

    fn check_files(&self) -> Result<(), Refused> {
        let bytes: usize = self.files.iter().map(|(_, bytes)| bytes.0.len()).sum();
        if self.files.len() > MAX_FILES || bytes > MAX_FILES_BYTES {
            let message = format!(
                "{} files of {bytes} bytes, expected at most {MAX_FILES} of {MAX_FILES_BYTES} bytes in all",
                self.files.len()
            );
            return Err(Refused::new(Rule::Bound, message));
        }
        let is_name = |name: &str| {
            !name.is_empty()
                && name.len() <= MAX_NAME_BYTES
                && !name.contains(['/', '\\'])
                && !name.contains(char::is_control)
        };
        if let Some((name, _)) = self.files.iter().find(|(name, _)| !is_name(name)) {
            let message = format!("{name:?}, expected a file's name of 1 to {MAX_NAME_BYTES} bytes without a folder");
            return Err(Refused::new(Rule::Files, message));
        }
        if !self.files.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(Refused::new(Rule::Files, "expected each file once, by name"));
        }
        Ok(())
    }

    /// The register that its files are.
    ///
    /// # Errors
    /// As [`Register::read`].
    pub fn register(&self) -> Result<Register, RegisterError> {
        let files: Vec<(&str, &[u8])> =
            self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.0.as_slice())).collect();
        Register::read(&files)
    }

    /// Whether it is the next edition of a journal behind `last`, signed by officers of `signed` different states of which
    /// `needed` are needed. Gives the register that it is.
    ///
    /// # Errors
    /// With the rule that it breaks.
    pub fn follows(&self, last: Option<&Self>, journal: &str, signed: usize, needed: u32) -> Result<Register, Refused> {
        if self.journal != journal {
            let message = format!("it is an edition of the journal {}, expected {journal}", self.journal);
            return Err(Refused::new(Rule::OtherJournal, message));
        }
        let next = last.map_or(1, |last| last.number.saturating_add(1));
        if self.number != next {
            return Err(Refused::new(Rule::Number, format!("it is edition {}, expected {next}", self.number)));
        }
        if let Some(last) = last.filter(|last| self.published_at < last.published_at) {
            let message = format!("published {}, expected not before {}", self.published_at, last.published_at);
            return Err(Refused::new(Rule::Time, message));
        }
        if needed == 0 || signed < needed as usize {
            let message = format!("officers of {signed} different states signed, expected {}", needed.max(1));
            return Err(Refused::new(Rule::Officers, message));
        }
        self.sound()
    }

    /// The register that its files are, which breaks no rule.
    ///
    /// # Errors
    /// With the first rule that is broken, and how many lines more break one.
    pub fn sound(&self) -> Result<Register, Refused> {
        let register = self.register().map_err(|error| Refused::new(Rule::NoRegister, error.to_string()))?;
        let found = crate::check(&register);
        let Some(first) = found.first() else { return Ok(register) };
        let more = if found.len() == 1 { String::new() } else { format!(", and {} more", found.len() - 1) };
        Err(Refused::new(Rule::Unsound, format!("{first}{more}")))
    }
}
