//! What a witness does (C2SP tlog-witness, version 1.0.0): it cosigns a log's checkpoint where the log only grew since the one
//! it cosigned before, and refuses every fork and rollback.
//!
//! Nothing here reads or writes. A submission is [read](Witness::read) and its signatures verified, then
//! [decided](Witness::decide) against what is stored of its log, which gives what must be stored before anything is
//! answered. Whoever stores it holds one lock over deciding and storing: two submissions that are decided against the
//! same stored checkpoint may both be cosigned otherwise, and that is a fork.
//!
//! What is stored of a log is the checkpoint that was cosigned last, as a note with the log's signatures and the witness's
//! own: what the monitoring address serves is what the next decision rests on.
mod floor;
mod request;

pub use floor::Floor;
pub use request::{MAX_PROOF_LINES, MAX_REQUEST_BYTES, Request};

use crate::Error;
use crate::checkpoint::Checkpoint;
use crate::merkle::{empty_root, verify_consistency};
use crate::note::{self, Note, SigningKey, VerifierKey};
use crate::policy::Log;
use std::collections::BTreeMap;
use truceline_model::hash::Hash;

/// The content type of an answer that states a size.
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

/// A witness: its keys, and the logs that it cosigns.
#[derive(Debug, Clone)]
pub struct Witness {
    keys: Vec<SigningKey>,
    logs: BTreeMap<String, Vec<VerifierKey>>,
}

/// A submission whose form was read and whose log signed it.
#[derive(Debug, Clone)]
pub struct Submission {
    old_size: u64,
    proof: Vec<Hash>,
    checkpoint: Checkpoint,
    text: String,
    /// The lines of the log's keys, which were verified.
    signed: Vec<String>,
}

/// What was cosigned last of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// When it was cosigned, in seconds of POSIX time.
    pub time_s: u64,
    /// The note: with the signatures of the log and of the witness.
    pub note: String,
    /// The lines of the witness alone: the answer to the submission.
    pub lines: String,
}

/// Why a submission is not cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status code of HTTP that the specification states.
    pub status: u16,
    /// The size that was cosigned last, where the submission began at another.
    pub size: Option<u64>,
    /// Why, for people.
    pub why: String,
}

impl Refusal {
    fn new(status: u16, why: impl Into<String>) -> Self {
        Self { status, size: None, why: why.into() }
    }

    /// The body of the answer.
    #[must_use]
    pub fn body(&self) -> String {
        self.size.map_or_else(|| format!("{}\n", self.why), |size| format!("{size}\n"))
    }
}

impl Witness {
    /// A witness that cosigns these logs with each of its keys. Several keys of one log have the same name, its origin.
    ///
    /// # Errors
    /// If it has no key, or one that signs otherwise than a witness does.
    pub fn new(keys: Vec<SigningKey>, logs: &[Log]) -> Result<Self, Error> {
        if keys.is_empty() || keys.iter().any(|key| !key.verifier_key().algorithm().is_cosignature()) {
            return Err(Error::malformed("a witness needs keys of type 0x04 or 0x06, and no others"));
        }
        let mut by_origin: BTreeMap<String, Vec<VerifierKey>> = BTreeMap::new();
        for log in logs {
            by_origin.entry(log.key.name().to_owned()).or_default().push(log.key.clone());
        }
        Ok(Self { keys, logs: by_origin })
    }

    /// The logs that it cosigns, by their origin.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.logs.keys().map(String::as_str)
    }

    /// Its public keys.
    #[must_use]
    pub fn verifier_keys(&self) -> Vec<VerifierKey> {
        self.keys.iter().map(|key| key.verifier_key().clone()).collect()
    }

    /// Reads the body of a submission and verifies the log's signatures.
    ///
    /// # Errors
    /// With 400 if it is malformed or over a bound or its old size is larger than the checkpoint's, 404 if the log is
    /// unknown, 403 if no key of the log signed or one of its signatures does not hold.
    pub fn read(&self, body: &[u8]) -> Result<Submission, Refusal> {
        let malformed = |error: Error| Refusal::new(400, error.to_string());
        let Request { old_size, proof, note } = Request::parse(body).map_err(malformed)?;
        let note = Note::parse(&note).map_err(malformed)?;
        let (checkpoint, _) = Checkpoint::parse_extended(note.unverified_text()).map_err(malformed)?;
        let origin = &checkpoint.origin;
        let keys = self
            .logs
            .get(origin)
            .ok_or_else(|| Refusal::new(404, format!("the log {origin} is not one that is witnessed here")))?;
        note.verify(keys).map_err(|error| Refusal::new(403, error.to_string()))?;
        if old_size > checkpoint.size {
            return Err(Refusal::new(
                400,
                format!("the old size {old_size} is larger than the checkpoint's, {}", checkpoint.size),
            ));
        }
        let known = |signature: &&note::Signature| {
            keys.iter().any(|key| key.name() == signature.name && key.id() == signature.id)
        };
        let signed = note.signatures().iter().filter(known).map(note::Signature::line).collect();
        Ok(Submission { old_size, proof, signed, text: note.unverified_text().to_owned(), checkpoint })
    }

    /// Decides on a submission against what was cosigned last of its log, at `now_s` seconds of POSIX time. Nothing may be
    /// answered before what it returns is stored in the place of `last`.
    ///
    /// The time that is stated never goes back, though the clock may: "the largest that I had seen by then" would be untrue
    /// of one of the two statements.
    ///
    /// # Errors
    /// With 409 if it begins at another size than that of `last`, 422 if the proof does not hold or the root is another one
    /// of the same size.
    pub fn decide(&self, submission: &Submission, last: Option<&Cosigned>, now_s: u64) -> Result<Cosigned, Refusal> {
        let Submission { old_size, proof, checkpoint, .. } = submission;
        let last_size = last.map_or(0, |last| last.checkpoint.size);
        if *old_size != last_size {
            let why = format!("the submission begins at size {old_size}, {last_size} was cosigned last");
            return Err(Refusal { status: 409, size: Some(last_size), why });
        }
        let not_proven = |error: Error| Refusal::new(422, error.to_string());
        if *old_size == 0 {
            // Every tree begins with the empty one.
            if !proof.is_empty() {
                return Err(Refusal::new(422, "a proof from size 0 must be empty"));
            }
            if checkpoint.size == 0 && checkpoint.root != empty_root() {
                return Err(Refusal::new(422, "a checkpoint of size 0 must have the root of the empty tree"));
            }
        } else if let Some(last) = last {
            verify_consistency(*old_size, checkpoint.size, proof, last.checkpoint.root, checkpoint.root)
                .map_err(not_proven)?;
        }
        self.cosign(submission, last, now_s)
    }

    /// Cosigns what was decided to grow from `last`.
    fn cosign(&self, submission: &Submission, last: Option<&Cosigned>, now_s: u64) -> Result<Cosigned, Refusal> {
        let Submission { checkpoint, text, signed, .. } = submission;
        let time_s = now_s.max(last.map_or(1, |last| last.time_s));
        let lines: Result<Vec<String>, Error> = self.keys.iter().map(|key| key.line(text, time_s)).collect();
        let lines = lines.map_err(|error| Refusal::new(400, error.to_string()))?;
        let all: Vec<String> = signed.iter().chain(&lines).cloned().collect();
        let note = note::write(text, &all).map_err(|error| Refusal::new(400, error.to_string()))?;
        Ok(Cosigned { checkpoint: checkpoint.clone(), time_s, note, lines: lines.concat() })
    }

    /// What a stored note says was cosigned last.
    ///
    /// # Errors
    /// If it is no note that this witness cosigned and a known log signed.
    pub fn recall(&self, note: &str) -> Result<Cosigned, Error> {
        let read = Note::parse(note)?;
        let (checkpoint, _) = Checkpoint::parse_extended(read.unverified_text())?;
        let own = self.verifier_keys();
        read.verify(&own)?;
        let time_s = read.signers(&own)?.iter().map(|signer| signer.time_s).max().unwrap_or_default();
        if let Some(keys) = self.logs.get(&checkpoint.origin) {
            read.verify(keys)?;
        }
        let is_own = |signature: &&note::Signature| {
            own.iter().any(|key| key.name() == signature.name && key.id() == signature.id)
        };
        let lines = read.signatures().iter().filter(is_own).map(note::Signature::line).collect();
        Ok(Cosigned { checkpoint, time_s, note: note.to_owned(), lines })
    }
}

impl Submission {
    /// The checkpoint that was submitted.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }
}

/// What the monitoring address of a log is called (C2SP tlog-witness): the hexadecimal SHA-256 of its origin.
#[must_use]
pub fn origin_hash(origin: &str) -> String {
    Hash::of(origin.as_bytes()).to_string()
}

#[cfg(test)]
mod tests;
