//! Where a case stands in the queue: by severity and corroboration, as the newest finding has them.
use crate::error::DeskError;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use truceline_accord::Agreement;
use truceline_accord::severity::{Facts, queue_place, severity};
use truceline_evidence::journal::JournalReader;
use truceline_model::agreement::AgreementText;
use truceline_model::attribution::corroboration::{Corroboration, Counted, Level};
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::event::{Cited, Event};
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::observation::Observation;

/// Agreements that were read, by their entries' SHA-256.
#[derive(Debug, Default)]
pub(super) struct Agreements(BTreeMap<Hash, Option<Agreement>>);

/// How well a finding's event is corroborated. Without an attribution owners are counted, and ways of sensing are not.
pub(crate) fn corroboration(finding: &Finding, event: &Event) -> Level {
    let counted = Counted {
        owners: event.solution.without.len().max(1) as u32,
        arrivals: event.solution.arrivals.len() as u32,
        modalities: 1,
        site_visit: false,
        own_party: false,
    };
    let counted = || Corroboration::new(counted);
    finding.attribution.as_ref().map_or_else(counted, |found| found.corroboration).level()
}

/// Puts the case of a finding in its place.
pub(super) fn place(
    connection: &Connection,
    reader: &dyn JournalReader,
    agreements: &mut Agreements,
    finding: &Finding,
) -> Result<(), DeskError> {
    let sql = "SELECT idx FROM event WHERE case_id = ?1 AND output_id = ?2";
    let wanted = params![finding.case.to_string(), finding.event.0.as_slice()];
    let found: Option<i64> = connection.prepare_cached(sql)?.query_row(wanted, |row| row.get(0)).optional()?;
    let Some(index) = found else { return Ok(()) };
    let event = entry::from_bytes::<Derived<Event>>(&reader.entry(super::unsigned(index))?)?.content;
    let mut observations = Vec::new();
    for used in &event.solution.arrivals {
        if let Cited::Observation { hash, .. } = used.cited {
            observations.extend(held::<Observation>(connection, reader, hash)?);
        }
    }
    let agreement = match finding.agreement {
        None => None,
        Some(hash) => {
            let held = match agreements.0.entry(hash) {
                Entry::Occupied(read) => read.into_mut(),
                Entry::Vacant(place) => {
                    let text = held::<AgreementText>(connection, reader, hash)?;
                    place.insert(text.and_then(|text| Agreement::read(&text.text).ok()))
                }
            };
            held.as_ref()
        }
    };
    let severity = severity(finding, agreement, Facts::of(&observations));
    let place = queue_place(severity, corroboration(finding, &event));
    let sql = "UPDATE head SET place = ?2 WHERE case_id = ?1";
    connection.prepare_cached(sql)?.execute(params![finding.case.to_string(), place])?;
    Ok(())
}

/// The input of this SHA-256.
fn held<T: entry::Entry>(
    connection: &Connection,
    reader: &dyn JournalReader,
    hash: Hash,
) -> Result<Option<T>, DeskError> {
    let sql = "SELECT min(idx) FROM entry WHERE hash = ?1";
    let found: Option<i64> = connection.prepare_cached(sql)?.query_row([hash.0.as_slice()], |row| row.get(0))?;
    let Some(index) = found else { return Ok(None) };
    Ok(Some(entry::from_bytes(&reader.entry(super::unsigned(index))?)?))
}
