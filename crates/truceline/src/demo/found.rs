//! What the product found so far: the newest revision of each case that was not withdrawn, with the arrivals that it cites, as
//! the journal has them.
use std::collections::BTreeMap;
use truceline_evidence::journal::{JournalError, JournalReader};
use truceline_model::bearing::Bearing;
use truceline_model::canonical;
use truceline_model::case::CaseId;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry::{self, Entry as _};
use truceline_model::event::Event;
use truceline_model::hash::Hash;
use truceline_model::remark::CaseClosed;
use truceline_model::time::Time;
use truceline_sim::World;
use truceline_sim::label::{Cited, Match, Truth};

/// A case as far as its truth is concerned.
#[derive(Debug)]
struct Case {
    /// The mean of its origin time.
    at: Time,
    /// What it cites.
    cited: Vec<Hash>,
}

/// What cases are, by the truth.
#[derive(Debug, Default)]
pub(crate) struct Matched {
    /// The case of each true event that has one.
    pub(crate) of: BTreeMap<usize, CaseId>,
    /// Cases that are an event which another case is, too.
    pub(crate) again: Vec<(CaseId, usize)>,
    /// Cases that are none.
    pub(crate) phantoms: Vec<CaseId>,
}

/// All of it, as far as the journal was read.
#[derive(Debug, Default)]
pub(crate) struct Found {
    read: u64,
    /// Arrivals by what they are cited by: the sensor's or array's name, and the onset.
    heard: BTreeMap<Hash, (String, Time)>,
    cases: BTreeMap<CaseId, Case>,
}

impl Found {
    /// Reads on to the journal's end.
    pub(crate) fn follow(&mut self, journal: &dyn JournalReader) -> Result<(), JournalError> {
        for index in self.read..journal.size() {
            self.take(&journal.entry(index)?);
            self.read = index + 1;
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8]) {
        let Ok((kind, ..)) = entry::open(bytes) else { return };
        match kind {
            Derived::<Detection>::KIND => {
                if let Ok(found) = entry::from_bytes::<Derived<Detection>>(bytes) {
                    let hash = Hash::of(&canonical::to_bytes(&found.content));
                    self.heard.insert(hash, (found.content.channel, found.content.onset));
                }
            }
            Derived::<Bearing>::KIND => {
                if let Ok(found) = entry::from_bytes::<Derived<Bearing>>(bytes) {
                    let hash = Hash::of(&canonical::to_bytes(&found.content));
                    self.heard.insert(hash, (found.content.array, found.content.onset));
                }
            }
            Derived::<Event>::KIND => {
                if let Ok(found) = entry::from_bytes::<Derived<Event>>(bytes) {
                    let Event { case, solution, .. } = found.content;
                    let cited = solution.arrivals.iter().map(|used| used.hash()).collect();
                    self.cases.insert(case, Case { at: solution.posterior.time_mean, cited });
                }
            }
            // Cases grow too old after weeks, so within a day one that is closed was withdrawn: what it cited was explained without
            // it in the end.
            Derived::<CaseClosed>::KIND => {
                if let Ok(found) = entry::from_bytes::<Derived<CaseClosed>>(bytes) {
                    self.cases.remove(&found.content.case);
                }
            }
            _ => {}
        }
    }

    /// The cases with an origin time within a span, in the order of their names.
    pub(crate) fn between(&self, from: Time, to: Time) -> Vec<CaseId> {
        self.cases.iter().filter(|(_, case)| (from..to).contains(&case.at)).map(|(id, _)| *id).collect()
    }

    /// How many cases there are.
    pub(crate) fn count(&self) -> usize {
        self.cases.len()
    }

    /// What the cases are.
    pub(crate) fn matched(&self, world: &World) -> Matched {
        let cited = |case: &Case| {
            let heard = case.cited.iter().filter_map(|hash| self.heard.get(hash));
            let heard = heard.map(|(sensor, onset)| (sensor.as_str(), *onset)).collect();
            Cited { count: case.cited.len(), heard, observed: Vec::new() }
        };
        let cases: Vec<_> = self.cases.values().map(cited).collect();
        let mut matched = Matched::default();
        for (id, found) in self.cases.keys().zip(Truth::of(world).matches(&cases)) {
            match found {
                Match::Of(event) => drop(matched.of.insert(event, *id)),
                Match::Again(event) => matched.again.push((*id, event)),
                Match::Phantom => matched.phantoms.push(*id),
            }
        }
        matched
    }
}
