//! What the records among the entries name and the file does not hold: the waveforms themselves.
use super::{Check, count};
use crate::dossier::Dossier;
use std::collections::BTreeMap;
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::record::Record;

/// Says which payloads the entries commit to; none if there are no records among them.
pub(super) fn payloads(dossier: &Dossier) -> Option<Check> {
    let of = |bytes: &[u8]| entry::from_bytes::<Record>(bytes).ok().map(|record| record.payload);
    let named: Vec<_> = dossier.entries.iter().filter_map(|part| of(&part.value.entry.0)).collect();
    if named.is_empty() {
        return None;
    }
    let distinct: BTreeMap<Hash, u64> = named.iter().map(|payload| (payload.sha256, payload.bytes)).collect();
    let bytes: u64 = distinct.values().fold(0, |sum, bytes| sum.saturating_add(*bytes));
    let payloads = if distinct.len() == 1 { "1 payload".to_owned() } else { format!("{} payloads", distinct.len()) };
    let sentence = format!(
        "{} of records name {payloads} of waveforms by SHA-256, {bytes} bytes. The file does not hold them: whoever has \
         them can compare, and nothing can be derived from these records without them.",
        count(named.len())
    );
    Some(Check::proven("payloads", sentence).with("payloads", distinct.len()).with("payload_bytes", bytes))
}
