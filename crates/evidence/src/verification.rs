//! What a dossier proves, does not prove, or contradicts, from its bytes and a pinned key alone.
//!
//! # Checks
//! In this order: `form` (the one canonical form), `manifest` (signed by the pinned key), `checkpoint` (signed by
//! the pinned key, and the one that the manifest names), `journal` (key, manifest and checkpoint are of one
//! journal), `contents` (the manifest lists exactly the file's entries), `entries` (each has the bytes that the
//! manifest lists), `places` (each stands in the journal at its index), `completeness` (none is left out),
//! `finding` (it is among them), where there are records `payloads` (which waveforms they commit to, and which of them the
//! file holds), where there are sealed frames `stations` (whose they are, and which are missing) and `fields` (what of the
//! fields that they sealed is shown, and what is withheld), where people spoke `statements`, where they concluded `acts` (whose keys
//! signed acts of consultations and editions of the register; what comes of them is not read here), and where it is asked for `witnesses` (the checkpoint is cosigned as a policy demands).
//!
//! A hash that does not fit is a contradiction with or without a key. Without a pinned key all that hangs on the
//! key stays unproven: whoever made the file could have made the key too.
mod acts;
mod contents;
mod fields;
mod payloads;
mod receipts;
mod signatures;
mod statements;
mod stations;
mod witnesses;

use crate::dossier::Reading;
use crate::note::VerifierKey;
use crate::policy::Policy;
use stations::Stations;
use std::ops::Range;
use truceline_model::entry;

/// The most faults that one check names one by one; what is over it is counted. A page of them is enough to see
/// what happened.
pub const MAX_FAULTS_NAMED: usize = 16;

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It holds.
    Proven,
    /// The file does not show it, and nothing speaks against it.
    Unproven,
    /// It does not hold: something was changed, left out or put in, or another key signed.
    Contradicted,
}

impl Outcome {
    /// The word for people and for JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Unproven => "unproven",
            Self::Contradicted => "contradicted",
        }
    }
}

/// A number or hash that a check rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it is.
    pub name: &'static str,
    /// Its value, in decimal or lower-case hexadecimal.
    pub value: String,
}

/// Where in the file a fault lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The part of the file: `file`, `entries`, `manifest`, `payloads`, `signature`, `checkpoint` or `disclosures`.
    pub part: &'static str,
    /// The index of the entry, where the fault is one entry's.
    pub entry: Option<u64>,
    /// The bytes of the file that the part takes, where it stands in the file; one byte where one can be named.
    pub bytes: Option<Range<usize>>,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name, one of those in the module's list.
    pub name: &'static str,
    /// What was found.
    pub outcome: Outcome,
    /// What was found, in plain words.
    pub sentence: String,
    /// What the sentence rests on.
    pub figures: Vec<Figure>,
    /// Where the fault lies, if there is one.
    pub location: Option<Location>,
}

/// All that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The worst outcome of all checks.
    pub outcome: Outcome,
    /// The pinned key, as `name+id`; none when none was pinned.
    pub key: Option<String>,
    /// The journal that the file says it is from, if the file could be read.
    pub origin: Option<String>,
    /// The case that the file names, if it could be read.
    pub case: Option<String>,
    /// The verdict in words that the file states, if it could be read. As good as the `manifest` check.
    pub statement: Option<String>,
    /// The checks, in order. A check that fails in several places stands here once for each, up to a bound.
    pub checks: Vec<Check>,
    /// What none of this proves, in plain words.
    pub not_proven: &'static [&'static str],
}

/// What the checks here cannot prove.
const NOT_PROVEN: &[&str] = &[
    "That the engine derives this finding from these entries. To check it, run: truceline replay FILE",
    "That the statement says what the finding's entry says. The journal signed both; they are not compared here.",
    "That the sources told the truth. It shows what they delivered, not that it was so.",
    "When something happened or was written. The order of the entries is shown; the times in them are statements \
     of their sources and clocks.",
    "That nobody was shown another journal under the same name. No witness's signature is checked here: --policy FILE says \
     whose are.",
];

/// The same, where witnesses were looked at: what they do not prove stands last.
const NOT_PROVEN_BESIDE_WITNESSES: &[&str] = &[
    NOT_PROVEN[0],
    NOT_PROVEN[1],
    NOT_PROVEN[2],
    NOT_PROVEN[3],
    "That witnesses did not agree to lie. It shows that so many signed as the policy demands.",
];

/// Verifies a dossier. `pinned` is the journal's key as the reader received it by a way of their own, not from
/// the file.
#[must_use]
pub fn verify(bytes: &[u8], pinned: Option<&VerifierKey>) -> Report {
    let mut reading = Reading::default();
    reading.push(bytes);
    verify_read(reading, pinned, None)
}

/// Verifies a dossier, and whether its checkpoint is cosigned as `policy` demands.
#[must_use]
pub fn verify_witnessed(bytes: &[u8], pinned: Option<&VerifierKey>, policy: &Policy) -> Report {
    let mut reading = Reading::default();
    reading.push(bytes);
    verify_read(reading, pinned, Some(policy))
}

/// Verifies a dossier all of whose bytes were read; with `policy` whether its checkpoint is cosigned as that demands.
#[must_use]
pub fn verify_read(read: Reading, pinned: Option<&VerifierKey>, policy: Option<&Policy>) -> Report {
    let not_proven = if policy.is_some() { NOT_PROVEN_BESIDE_WITNESSES } else { NOT_PROVEN };
    let key = pinned.map(VerifierKey::short);
    let bytes = read.bytes();
    let dossier = match read.finish() {
        Ok(dossier) => dossier,
        Err(error) => {
            let at = error.offset().map(|at| at..at + 1);
            let sentence = format!("The file is not a dossier in its one form: {error}. Nothing else was checked.");
            let check = Check::contradicted("form", sentence, Location { part: "file", entry: None, bytes: at })
                .with("bytes", bytes);
            return Report {
                outcome: check.outcome,
                key,
                origin: None,
                case: None,
                statement: None,
                checks: vec![check],
                not_proven,
            };
        }
    };

    let mut form = Check::proven("form", "The file is a dossier in its one form, to the last byte.".to_owned())
        .with("bytes", bytes);
    if let Some(sha256) = dossier.sha256 {
        form = form.with("sha256", sha256);
    }
    let mut checks = vec![form, signatures::manifest(&dossier, pinned)];
    let (checkpoint, standing) = signatures::checkpoint(&dossier, pinned, &mut checks);
    checks.push(signatures::journal(&dossier, checkpoint.as_ref(), pinned));
    contents::contents(&dossier, &mut checks);
    contents::entries(&dossier, &mut checks);
    let places = contents::places(&dossier, checkpoint.as_ref(), standing, &mut checks);
    let completeness = contents::completeness(&dossier, checkpoint.as_ref(), places);
    let whole = completeness.outcome;
    checks.push(completeness);
    checks.push(contents::finding(&dossier));
    payloads::payloads(&dossier, &mut checks);
    let stations = Stations::of(&dossier);
    stations.check(&dossier, whole, &mut checks);
    fields::fields(&dossier, &stations, whole, &mut checks);
    statements::statements(&dossier, whole, &mut checks);
    acts::acts(&dossier, &mut checks);
    if let Some(policy) = policy {
        checks.push(witnesses::witnesses(&dossier, policy, standing));
    }

    let manifest = dossier.manifest();
    Report {
        outcome: checks.iter().map(|check| check.outcome).max().unwrap_or(Outcome::Contradicted),
        key,
        origin: Some(manifest.origin.clone()),
        case: Some(manifest.case.clone()),
        statement: Some(manifest.statement.clone()),
        checks,
        not_proven,
    }
}

/// How far the checkpoint, and what stands under it, can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It holds, and the pinned key signed it.
    Signed,
    /// Its hashes fit, and no key is pinned.
    NotPinned,
    /// It is not what it should be.
    Broken,
}

impl Check {
    fn new(name: &'static str, outcome: Outcome, sentence: String, location: Option<Location>) -> Self {
        Self { name, outcome, sentence, figures: Vec::new(), location }
    }
    fn proven(name: &'static str, sentence: String) -> Self {
        Self::new(name, Outcome::Proven, sentence, None)
    }
    fn unproven(name: &'static str, sentence: String) -> Self {
        Self::new(name, Outcome::Unproven, sentence, None)
    }
    fn contradicted(name: &'static str, sentence: String, location: Location) -> Self {
        Self::new(name, Outcome::Contradicted, sentence, Some(location))
    }
    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.figures.push(Figure { name, value: value.to_string() });
        self
    }
}

/// The faults of one check: the first are named one by one, the others counted.
struct Faults {
    name: &'static str,
    named: Vec<Check>,
    unnamed: usize,
}

impl Faults {
    fn new(name: &'static str) -> Self {
        Self { name, named: Vec::new(), unnamed: 0 }
    }

    fn add(&mut self, fault: Check) {
        if self.named.len() == MAX_FAULTS_NAMED {
            self.unnamed += 1;
        } else {
            self.named.push(fault);
        }
    }

    fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    fn finish(mut self, checks: &mut Vec<Check>) {
        if self.unnamed > 0 {
            let location = Location { part: "entries", entry: None, bytes: None };
            let sentence = format!("The same holds for {} more.", count(self.unnamed));
            let outcome = self.named.iter().map(|fault| fault.outcome).max().unwrap_or(Outcome::Contradicted);
            self.named.push(Check::new(self.name, outcome, sentence, Some(location)));
        }
        checks.append(&mut self.named);
    }
}

/// `1 entry`, `14 entries`.
fn count(entries: usize) -> String {
    if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") }
}

/// `entry 7 (report)`: its index and what it says it is.
fn entry_words(index: u64, bytes: &[u8]) -> String {
    /// The longest kind that is printed; ours have at most 13 letters.
    const MAX_KIND_BYTES: usize = 32;
    match entry::open(bytes) {
        Ok((kind, ..))
            if !kind.is_empty()
                && kind.len() <= MAX_KIND_BYTES
                && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') =>
        {
            format!("entry {index} ({})", kind.replace('_', " "))
        }
        _ => format!("entry {index} (of no readable kind)"),
    }
}

/// A sentence with its first letter made a capital.
fn sentence(text: String) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
