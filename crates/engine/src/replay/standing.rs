//! What stands in the journal: the newest revisions of each case, by their names and hashes.
use super::{Past, Replay};
use crate::recalled::{StandingCase, StandingFinding};
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::canonical::{self, DecodeError};
use truceline_model::case::CaseId;
use truceline_model::derived::{Derived, case_of_derived, output_id};
use truceline_model::entry::{self, Entry};
use truceline_model::erasure::Erasure;
use truceline_model::event::{ArrivalUse, Cited, Event};
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::reassessment::Earlier;
use truceline_model::remark::CaseClosed;

/// The cases of a journal's beginning.
#[derive(Debug, Default)]
pub(super) struct Cases {
    /// Where the revisions of each case's event and finding stand, ascending.
    places: BTreeMap<CaseId, (Vec<u64>, Vec<u64>)>,
    /// Cases that were closed.
    pub(super) closed: BTreeSet<CaseId>,
    /// Payloads that were erased, in their order.
    pub(super) erased: Vec<Erasure>,
}

impl Cases {
    /// Looks at all entries before `end`.
    pub(super) fn before<P: Past + ?Sized>(end: u64, past: &P) -> Result<Self, DecodeError> {
        let mut cases = Self::default();
        for index in 0..end {
            let bytes = super::epoch::entry_of(past, index)?;
            let (kind, ..) = entry::open(&bytes)?;
            if kind == Derived::<Event>::KIND || kind == Derived::<Finding>::KIND {
                let Some(case) = case_of_derived(&bytes) else { continue };
                let (events, findings) = cases.places.entry(case).or_default();
                if kind == Derived::<Event>::KIND { events.push(index) } else { findings.push(index) }
            } else if kind == Erasure::KIND {
                cases.erased.push(entry::from_bytes(&bytes)?);
            } else if kind == Derived::<CaseClosed>::KIND {
                cases.closed.insert(entry::from_bytes::<Derived<CaseClosed>>(&bytes)?.content.case);
            }
        }
        Ok(cases)
    }

    /// The names of all cases, ascending.
    pub(super) fn names(&self) -> impl Iterator<Item = CaseId> {
        self.places.keys().copied()
    }
}

impl Replay {
    /// The newest revisions of a case; none if none of its events counts.
    pub(super) fn standing_case<P: Past + ?Sized>(
        &self,
        cases: &Cases,
        case: CaseId,
        past: &P,
    ) -> Result<Option<StandingCase>, DecodeError> {
        let Some((events, findings)) = cases.places.get(&case) else { return Ok(None) };
        let Some((event, event_at)) = self.newest_of::<Event, P>(events, past)? else { return Ok(None) };
        let finding = self.newest_of::<Finding, P>(findings, past)?.map(|(finding, at)| StandingFinding {
            earlier: at,
            revision: finding.revision,
            said: Hash::of(&canonical::to_bytes(&Finding { revises: None, ..finding })),
        });
        Ok(Some(StandingCase {
            case,
            event: event_at,
            event_revision: event.revision,
            product: event.product,
            solution: event.solution.located_hash(),
            time_mean: event.solution.posterior.time_mean,
            label: event.solution.event_label,
            associated: event.solution.association.is_some(),
            of_reports: event.solution.arrivals.iter().all(|used| used.report().is_some()),
            of_inputs: {
                let input = |used: &ArrivalUse| matches!(used.cited, Cited::Report { .. } | Cited::Observation { .. });
                event.solution.arrivals.iter().all(input)
            },
            arrivals: event.solution.arrivals.iter().map(ArrivalUse::hash).collect(),
            finding,
        }))
    }

    /// The newest of these entries that the epoch which served its input made. What an epoch that was cut short left
    /// of an input's outputs does not count: the next epoch derived them anew.
    fn newest_of<T: canonical::Canonical, P: Past + ?Sized>(
        &self,
        places: &[u64],
        past: &P,
    ) -> Result<Option<(T, Earlier)>, DecodeError>
    where
        Derived<T>: Entry,
    {
        for index in places.iter().rev() {
            let derived: Derived<T> = entry::from_bytes(&super::epoch::entry_of(past, *index)?)?;
            let epoch = self.epoch_of(derived.input);
            if output_id(epoch, &self.origin, derived.input, derived.ordinal) == derived.id {
                return Ok(Some((derived.content, Earlier { id: derived.id, epoch })));
            }
        }
        Ok(None)
    }
}
