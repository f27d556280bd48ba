//! The waveforms that records among the entries name: which of them the file holds.
use super::{Check, Faults, Location, count};
use crate::dossier::{Dossier, HeldPayload};
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::entry;
use truceline_model::erasure::Erasure;
use truceline_model::hash::Hash;
use truceline_model::record::Record;

const NAME: &str = "payloads";

/// Says which payloads the entries commit to and how many are here; nothing if there are no records and no payloads.
pub(super) fn payloads(dossier: &Dossier, checks: &mut Vec<Check>) {
    let bytes_of = || dossier.entries.iter().map(|part| part.value.entry.0.as_slice());
    let named: Vec<_> =
        bytes_of().filter_map(|bytes| entry::from_bytes::<Record>(bytes).ok()).map(|record| record.payload).collect();
    let distinct: BTreeMap<Hash, u64> = named.iter().map(|payload| (payload.sha256, payload.bytes)).collect();
    let mut faults = Faults::new(NAME);
    for HeldPayload { sha256, length, bytes } in dossier.payloads.iter().flatten() {
        let why = match distinct.get(sha256) {
            Some(stated) if stated == length => continue,
            Some(stated) => format!("has {length} bytes, and a record among its entries says {stated}"),
            None => "is named by no record among its entries".to_owned(),
        };
        let location = Location { part: "payloads", entry: None, bytes: Some(bytes.clone()) };
        let sentence = format!("A payload of the file, SHA-256 {sha256}, {why}: it was changed or put in.");
        faults.add(Check::contradicted(NAME, sentence, location).with("payload_sha256", sha256));
    }
    let is_whole = faults.is_empty();
    faults.finish(checks);
    if named.is_empty() || !is_whole {
        return;
    }
    let bytes: u64 = distinct.values().fold(0, |sum, bytes| sum.saturating_add(*bytes));
    let records = count(named.len());
    let names =
        format!("{records} of records name {} of waveforms by SHA-256, {bytes} bytes.", count_payloads(distinct.len()));
    let held: BTreeSet<Hash> = dossier.payloads.iter().flatten().map(|payload| payload.sha256).collect();
    let absent: BTreeMap<&Hash, &u64> = distinct.iter().filter(|(sha256, _)| !held.contains(*sha256)).collect();
    let erasures = bytes_of().filter_map(|bytes| entry::from_bytes::<Erasure>(bytes).ok());
    let erased: BTreeSet<Hash> =
        erasures.map(|erasure| erasure.payload).filter(|payload| absent.contains_key(payload)).collect();
    let here = if held.is_empty() {
        "The file does not hold them: whoever has them can compare, and nothing can be derived from these records without \
         them."
            .to_owned()
    } else if absent.is_empty() {
        "The file holds all of them, each with the very bytes that its record names.".to_owned()
    } else {
        let absent_bytes: u64 = absent.values().fold(0, |sum, bytes| sum.saturating_add(**bytes));
        format!(
            "The file holds {} of them, each with the very bytes that its record names. {} of {absent_bytes} bytes not: \
             nothing can be derived from their records.",
            held.len(),
            count_payloads(absent.len()),
        )
    };
    let gone = match erased.len() {
        0 => String::new(),
        erased => format!(" Of those that it does not hold, {erased} were erased, as entries of the journal say."),
    };
    let mut check = Check::proven(NAME, format!("{names} {here}{gone}"))
        .with("payloads", distinct.len())
        .with("payload_bytes", bytes);
    if dossier.payloads.is_some() {
        check = check.with("payloads_here", held.len());
    }
    if !erased.is_empty() {
        check = check.with("payloads_erased", erased.len());
    }
    checks.push(check);
}

/// `1 payload`, `3 payloads`.
fn count_payloads(payloads: usize) -> String {
    if payloads == 1 { "1 payload".to_owned() } else { format!("{payloads} payloads") }
}
