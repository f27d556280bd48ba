use super::{
    Disclosed, Dossier, DossierEntry, Form, MAX_DOSSIER_BYTES, MAX_DOSSIER_ENTRIES, MAX_DOSSIER_PAYLOAD_BYTES,
    Manifest, Part, check_manifest, manifest_text,
};
use crate::Error;
use crate::checkpoint::Checkpoint;
use crate::fields::Disclosure;
use crate::frame::Delivered;
use crate::journal::JournalReader;
use crate::note::VerifierKey;
use crate::verification::{Outcome, verify};
use std::collections::BTreeMap;
use std::ops::Range;
use truceline_model::canonical::{self, Bytes, Canonical, Encoder};
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::record::{self, Record};

/// Gives the bytes that are stored under a SHA-256, checked or not; none if there are none.
pub type Stored<'a> = &'a dyn Fn(Hash) -> Option<Vec<u8>>;

/// The dossier of a finding: the journal's entries of `entries`, signed by the journal.
///
/// `entries` should begin at 0 and reach the marker that ends the outputs of the finding's input, so that nothing
/// the finding rests on is left out; `finding` is the index of the finding's entry, `case` its case's name,
/// `statement` the verdict in words. What was built is verified before it is returned.
///
/// # Errors
/// If no signed checkpoint reaches the last entry yet ([`Error::is_out_of_range`]), the finding is not among the
/// entries, a bound is exceeded, the journal fails, or what it gave contradicts its own checkpoint or key.
pub fn build(
    reader: &dyn JournalReader,
    entries: Range<u64>,
    finding: u64,
    case: &str,
    statement: &str,
) -> Result<Vec<u8>, Error> {
    whole(reader, &span(entries)?, finding, (case, statement), None)
}

/// The dossier of something else than a finding: of these entries alone, ascending, among them the one at `about`. What lies
/// between them is left out, and the verifier says so.
///
/// # Errors
/// As [`build`].
pub fn build_of(
    reader: &dyn JournalReader,
    entries: &[u64],
    about: u64,
    name: &str,
    statement: &str,
) -> Result<Vec<u8>, Error> {
    whole(reader, entries, about, (name, statement), None)
}

/// The places of a span, if they are not too many.
fn span(entries: Range<u64>) -> Result<Vec<u64>, Error> {
    check_count(entries.end.saturating_sub(entries.start))?;
    Ok(entries.collect())
}

fn check_count(count: u64) -> Result<(), Error> {
    if count <= MAX_DOSSIER_ENTRIES as u64 {
        return Ok(());
    }
    Err(Error::over_limit(format!("a dossier of {count} entries, at most {MAX_DOSSIER_ENTRIES} are written")))
}

/// The dossier of a finding with the payloads that records among its entries name: whoever has it can derive the finding
/// again. Payloads that are not stored, or not with the bytes that their hash says, are left out; the verifier counts them.
///
/// # Errors
/// As [`build`]; and if the payloads are over [`MAX_DOSSIER_PAYLOAD_BYTES`] together ([`Error::is_over_limit`]).
pub fn build_with_payloads(
    reader: &dyn JournalReader,
    entries: Range<u64>,
    finding: u64,
    (case, statement): (&str, &str),
    stored: Stored<'_>,
) -> Result<Vec<u8>, Error> {
    whole(reader, &span(entries)?, finding, (case, statement), Some(stored))
}

fn whole(
    reader: &dyn JournalReader,
    entries: &[u64],
    finding: u64,
    (case, statement): (&str, &str),
    stored: Option<Stored<'_>>,
) -> Result<Vec<u8>, Error> {
    check_count(entries.len() as u64)?;
    let end = entries.last().map_or(0, |last| last + 1);
    if !entries.contains(&finding) {
        let start = entries.first().copied().unwrap_or_default();
        return Err(Error::out_of_range(format!(
            "the finding's entry {finding} is not among the entries {start} to {end} of the dossier"
        )));
    }
    let key = VerifierKey::parse(&reader.verifier_key())?;
    // The cosigned one where it reaches so far: whoever relies on witnesses needs no other.
    let cosigned = reader.cosigned_checkpoint().and_then(|note| Some((Checkpoint::open(&note, &key).ok()?, note)));
    let (checkpoint, note) = match cosigned.filter(|(checkpoint, _)| checkpoint.size >= end) {
        Some(found) => found,
        None => {
            let note = reader
                .checkpoint()
                .ok_or_else(|| Error::out_of_range("the journal has no signed checkpoint yet, expected one"))?;
            (Checkpoint::open(&note, &key)?, note)
        }
    };
    if checkpoint.size < end {
        return Err(Error::out_of_range(format!(
            "the newest checkpoint covers {} entries, expected at least {end}",
            checkpoint.size
        )));
    }

    let mut manifest = Manifest {
        case: case.to_owned(),
        origin: reader.origin(),
        entries: Vec::new(),
        finding: Hash::of(&reader.entry(finding)?),
        statement: statement.to_owned(),
        checkpoint: Hash::of(note.as_bytes()),
    };
    let mut parts = Vec::new();
    let mut bytes = note.len();
    for &index in entries {
        let entry = reader.entry(index)?;
        let proof = reader.inclusion_proof(index, checkpoint.size)?;
        // A lower bound of what it will take; it keeps memory within the same bound as the file.
        bytes += entry.len() + 32 * (proof.len() + 2);
        check_size(bytes)?;
        manifest.entries.push((index, Hash::of(&entry)));
        parts.push(Part::new(DossierEntry { salt: reader.salt(index), entry: Bytes(entry), index, proof }));
    }
    check_manifest(&manifest).map_err(|why| Error::malformed(format!("the manifest {why}")))?;
    let manifest_bytes = canonical::to_bytes(&manifest);
    let signature = reader.sign_manifest(&manifest_text(&manifest.origin, Hash::of(&manifest_bytes)));
    let payloads = stored.map(|stored| payloads(&parts, stored)).transpose()?;
    let payload_bytes: usize = payloads.iter().flatten().map(Vec::len).sum();
    let file = File {
        entries: &parts,
        manifest: &manifest_bytes,
        payloads: payloads.as_deref(),
        signature: &signature,
        checkpoint: &note,
        disclosures: None,
    };
    let dossier = file.to_bytes();
    check_size(dossier.len() - payload_bytes)?;

    // A journal with a damaged byte must not hand out a dossier that turns against it in court.
    let report = verify(&dossier, Some(&key));
    match report.checks.iter().find(|check| check.outcome == Outcome::Contradicted) {
        Some(check) => Err(Error::false_proof(format!("the journal contradicts itself: {}", check.sentence))),
        None => Ok(dossier),
    }
}

/// The payloads that these entries name, as far as they are stored.
fn payloads(entries: &[Part<DossierEntry>], stored: Stored<'_>) -> Result<Vec<Vec<u8>>, Error> {
    let record = |part: &Part<DossierEntry>| entry::from_bytes::<Record>(&part.value.entry.0).ok();
    let named: BTreeMap<Hash, record::Payload> =
        entries.iter().filter_map(record).map(|record| (record.payload.sha256, record.payload)).collect();
    let mut bytes = 0;
    let mut held = Vec::new();
    for payload in named.values() {
        let found = stored(payload.sha256);
        let Some(found) = found.filter(|found| Hash::of(found) == payload.sha256) else { continue };
        bytes += found.len();
        if bytes > MAX_DOSSIER_PAYLOAD_BYTES {
            let all: u64 = named.values().fold(0, |sum, payload| sum.saturating_add(payload.bytes));
            return Err(Error::over_limit(format!(
                "payloads of {all} bytes, at most {MAX_DOSSIER_PAYLOAD_BYTES} are written: take the dossier without them, \
                 and a copy of the store for deriving again"
            )));
        }
        held.push(found);
    }
    Ok(held)
}

/// A dossier that shows fields of frames among its entries besides: what stations, or who holds their secrets, disclosed, each
/// by [`SealedFrame::hash`](crate::frame::SealedFrame::hash). Of frames that are not among its entries nothing is shown.
///
/// # Errors
/// If `file` is no dossier, a field is not what its frame's station signed, or the file would be over a bound.
pub fn disclose(file: &[u8], shown: &BTreeMap<Hash, Disclosure>) -> Result<Vec<u8>, Error> {
    let dossier = Dossier::parse(file)?;
    let mut disclosures: BTreeMap<u64, Disclosure> =
        dossier.disclosures().map(|held| (held.frame, held.shown.clone())).collect();
    for held in dossier.entries() {
        let Ok(delivered) = entry::from_bytes::<Delivered>(&held.entry.0) else { continue };
        let Some(disclosure) = shown.get(&delivered.sealed.hash()) else { continue };
        let fields = delivered.sealed.frame().ok().and_then(|frame| frame.fields);
        let refused = |why: &str| Error::false_proof(format!("the frame at entry {}: {why}", held.index));
        let fields = fields.ok_or_else(|| refused("its station sealed no fields"))?;
        disclosure.check(&fields).map_err(|error| refused(&error.to_string()))?;
        disclosures.insert(held.index, disclosure.clone());
    }
    let disclosures: Vec<Disclosed> =
        disclosures.into_iter().map(|(frame, shown)| Disclosed { frame, shown }).collect();
    let payloads: Vec<&[u8]> = dossier.payloads(file).map(|(_, bytes)| bytes).collect();
    let payload_bytes: usize = payloads.iter().map(|payload| payload.len()).sum();
    let bytes = File {
        entries: &dossier.entries,
        manifest: &canonical::to_bytes(dossier.manifest()),
        payloads: Some(&payloads),
        signature: &dossier.signature.value,
        checkpoint: &dossier.checkpoint.value,
        disclosures: Some(&disclosures),
    }
    .to_bytes();
    check_size(bytes.len() - payload_bytes)?;
    Ok(bytes)
}

/// The parts of a file that is written.
pub(super) struct File<'a, P> {
    pub(super) entries: &'a [Part<DossierEntry>],
    pub(super) manifest: &'a [u8],
    pub(super) payloads: Option<&'a [P]>,
    pub(super) signature: &'a str,
    pub(super) checkpoint: &'a str,
    pub(super) disclosures: Option<&'a [Disclosed]>,
}

impl<P: AsRef<[u8]>> File<'_, P> {
    /// The file in its one form.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let form = match (self.payloads, self.disclosures) {
            (None, None) => Form::Plain,
            (Some(_), None) => Form::WithPayloads,
            (_, Some(_)) => Form::WithDisclosures,
        };
        let mut encoder = Encoder::new();
        encoder.map(form.pairs() as usize);
        encoder.text("format");
        encoder.text(form.name());
        encoder.text("entries");
        encoder.array(self.entries.len());
        self.entries.iter().for_each(|part| part.encode(&mut encoder));
        encoder.text("manifest");
        encoder.bytes(self.manifest);
        if form != Form::Plain {
            let payloads = self.payloads.unwrap_or_default();
            encoder.text("payloads");
            encoder.array(payloads.len());
            payloads.iter().for_each(|payload| encoder.bytes(payload.as_ref()));
        }
        encoder.text("signature");
        encoder.text(self.signature);
        encoder.text("checkpoint");
        encoder.text(self.checkpoint);
        if let Some(disclosures) = self.disclosures {
            encoder.text("disclosures");
            encoder.array(disclosures.len());
            disclosures.iter().for_each(|disclosed| disclosed.encode(&mut encoder));
        }
        encoder.into_bytes()
    }
}

fn check_size(bytes: usize) -> Result<(), Error> {
    if bytes <= MAX_DOSSIER_BYTES {
        Ok(())
    } else {
        Err(Error::over_limit(format!("a dossier of {bytes} bytes or more, at most {MAX_DOSSIER_BYTES} are written")))
    }
}
