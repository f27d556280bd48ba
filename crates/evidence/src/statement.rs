//! What people state about an entry: signed, superseded and never deleted.
//!
//! # Rules
//! A statement names its journal, the entry that it is about (by the SHA-256 of its bytes), and the statement that it
//! supersedes, if the same office made one about the same entry before. One office has one statement about an entry in force
//! at a time: a second one that does not supersede the first is not taken, so nobody says two things at once. To withdraw is
//! to supersede by a statement of kind `withdraws`; what was said stands in the log for ever.
//!
//! Only keys of people count: an officer's, a reviewer's or a delegate's, by the [key register](crate::keys) at the
//! statement's place in the log. What a statement says moves no number of a finding.
use crate::keys::{KeyPair, PublicKey, Register, Role, Standing};
use truceline_model::canonical::{self, Bytes, DecodeError};
use truceline_model::hash::Hash;
use truceline_model::{canonical_map, canonical_names, journal_entry};

/// The longest text of a statement, in bytes: a page in any script.
pub const MAX_WORDS_BYTES: usize = 16 << 10;

/// The most entries and offices of which the statement in force is remembered. Each takes some 200 bytes, so they take 4 MB.
pub const MAX_STATEMENTS: usize = 20_000;

/// What a file of a statement begins with.
const MAGIC: &[u8] = b"truceline-statement-1\n";

/// What is signed begins with, so that no statement is any other text that a key signs.
const DOMAIN: &[u8] = b"truceline-statement-1";

/// What somebody says of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// It holds, to their knowledge.
    Supports,
    /// It does not.
    Disputes,
    /// Something to be added, for or against nothing.
    Notes,
    /// What the same office said before is taken back.
    Withdraws,
}

canonical_names!(Stance {
    "supports" => Supports,
    "disputes" => Disputes,
    "notes" => Notes,
    "withdraws" => Withdraws,
});

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The key that signs, by [`PublicKey::id`].
    pub key: Hash,
    /// The entry that it is about, by the SHA-256 of its bytes.
    pub about: Hash,
    /// What is said.
    pub stance: Stance,
    /// In words.
    pub words: String,
    /// The journal's name.
    pub journal: String,
    /// The statement of the same office about the same entry that it takes the place of, by [`Statement::hash`].
    pub supersedes: Option<Hash>,
}

canonical_map!(Statement {
    "key" => key,
    "about" => about,
    "words" => words,
    "stance" => stance,
    "journal" => journal,
    "supersedes" => supersedes,
});

impl Statement {
    /// SHA-256 of its canonical bytes: what a later one supersedes it by.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&canonical::to_bytes(self))
    }

    /// Signs it.
    #[must_use]
    pub fn sign(&self, key: &KeyPair) -> Signed {
        let body = canonical::to_bytes(self);
        Signed { signature: key.sign(DOMAIN, &body), body: Bytes(body) }
    }
}

/// A statement with its signature, which nobody has verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Canonical bytes of a [`Statement`].
    pub body: Bytes,
    /// The signature.
    pub signature: [u8; 64],
}

canonical_map!(Signed { "body" => body, "signature" => signature });
journal_entry!(Signed, "statement", 1);

impl Signed {
    /// Reads the statement. The signature is not verified.
    ///
    /// # Errors
    /// If the body is not canonical, or its text is over [`MAX_WORDS_BYTES`].
    pub fn statement(&self) -> Result<Statement, DecodeError> {
        let statement: Statement = canonical::from_bytes(&self.body.0)?;
        if statement.words.len() > MAX_WORDS_BYTES {
            return Err(DecodeError::new(0, "a text of at most 16 kB"));
        }
        Ok(statement)
    }

    /// Whether this key signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verify(DOMAIN, &self.body.0, &self.signature)
    }

    /// Whether bytes begin as a file of a statement.
    #[must_use]
    pub fn is_file(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// The file that is loaded.
    #[must_use]
    pub fn to_file(&self) -> Vec<u8> {
        [MAGIC, &canonical::to_bytes(self)].concat()
    }

    /// Reads such a file. The signature is not verified.
    ///
    /// # Errors
    /// If it is none.
    pub fn from_file(bytes: &[u8]) -> Result<Self, DecodeError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| DecodeError::new(0, "a file of a statement"))?;
        let signed: Self = canonical::from_bytes(rest)?;
        signed.statement()?;
        Ok(signed)
    }
}

/// The statement in force of one office about one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
struct InForce {
    about: Hash,
    office: String,
    statement: Hash,
}

canonical_map!(InForce { "about" => about, "office" => office, "statement" => statement });

/// The statements in force.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statements {
    /// By entry and office, ascending.
    in_force: Vec<InForce>,
}

canonical_map!(Statements { "in_force" => in_force });

impl Statements {
    /// Takes the statement that stands at `index`.
    ///
    /// # Errors
    /// In words why it does not count.
    pub fn take(
        &mut self,
        register: &Register,
        journal: &str,
        index: u64,
        signed: &Signed,
    ) -> Result<Statement, String> {
        let statement = signed.statement().map_err(|error| format!("it is no statement: {error}"))?;
        if statement.journal != journal {
            return Err(format!("it is a statement on the journal {}, this one is {journal}", statement.journal));
        }
        let Some(key) = register.key(statement.key) else {
            return Err(format!("the key {} is not enrolled", statement.key));
        };
        let holder = &key.holder;
        match holder.role {
            Role::Officer | Role::Reviewer | Role::Delegate => {}
            Role::Station | Role::Relay => return Err(format!("the key of {} is a machine's", holder.name)),
        }
        if !signed.is_signed_by(&holder.key) {
            return Err(format!("the signature of {} does not hold", holder.name));
        }
        if register.standing(statement.key, index) != Standing::Good {
            return Err(format!("the key of {} does not hold here", holder.name));
        }
        let place = (statement.about, holder.name.as_str());
        match self.in_force.binary_search_by(|held| (held.about, held.office.as_str()).cmp(&place)) {
            Ok(at) if statement.supersedes == Some(self.in_force[at].statement) => {
                self.in_force[at].statement = statement.hash();
            }
            Ok(at) => {
                let held = self.in_force[at].statement;
                return Err(format!("{} has stated {held} on this: it must be superseded", holder.name));
            }
            Err(_) if statement.supersedes.is_some() || statement.stance == Stance::Withdraws => {
                return Err(format!("{} has no statement on this that could be superseded", holder.name));
            }
            Err(_) if self.in_force.len() >= MAX_STATEMENTS => {
                return Err(format!("{MAX_STATEMENTS} statements are in force, more are not remembered"));
            }
            Err(at) => {
                let office = holder.name.clone();
                self.in_force.insert(at, InForce { about: statement.about, office, statement: statement.hash() });
            }
        }
        Ok(statement)
    }

    /// The statement in force of an office about an entry.
    #[must_use]
    pub fn in_force(&self, about: Hash, office: &str) -> Option<Hash> {
        let at = self.in_force.binary_search_by(|held| (held.about, held.office.as_str()).cmp(&(about, office)));
        at.ok().map(|at| self.in_force[at].statement)
    }
}

#[cfg(test)]
mod tests;
