//! What a reassessment is given: inputs read once more, and of what stands the names and hashes.
use super::standing::Cases;
use super::{Past, Replay};
use crate::input::{Input, Standing, standing};
use crate::recalled::{MAX_REASSESSED_CASES, MAX_RECALLED_REPORTS, Recalled, StandingCase};
use crate::state::MAX_NOTICES;
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::canonical::DecodeError;
use truceline_model::case::CaseId;
use truceline_model::hash::Hash;
use truceline_model::reassessment::{Reassessment, Scope};
use truceline_model::report::Report;
use truceline_model::time::{NS_PER_S, Time};

/// An event is at most this much earlier than its arrivals: half around the globe at 0.3 km/s takes 19 hours.
const TRAVEL_TIME_MAX_S: i64 = 24 * 3_600;

impl Replay {
    /// What a reassessment at this index is given, or the reason why it is given nothing. All entries before it are
    /// looked at once or twice; what is held is bounded.
    ///
    /// Whether all that stood then was served is read off the entries before it alone, so every run says the same.
    pub(super) fn recall<P: Past + ?Sized>(
        &self,
        index: u64,
        asked: &Reassessment,
        past: &P,
    ) -> Result<Result<Recalled, String>, DecodeError> {
        // Before the snapshot of the memory that this run goes on from, outputs of its inputs did not stand.
        let served = self.unserved.front().is_none_or(|first| *first == index)
            && self.expected.is_empty()
            && self.compared_up_to.is_none();
        if !served {
            return Ok(
                Err("it was registered while outputs of earlier inputs did not stand yet; ask again".to_owned()),
            );
        }
        let cases = Cases::before(index, past)?;
        let mut chosen = BTreeMap::new();
        let mut cited: BTreeMap<Hash, CaseId> = BTreeMap::new();
        let mut labels: BTreeMap<CaseId, String> = BTreeMap::new();
        for case in cases.names() {
            let Some(standing) = self.standing_case(&cases, case, past)? else { continue };
            cited.extend(standing.arrivals.iter().map(|arrival| (*arrival, case)));
            labels.insert(case, standing.label.clone());
            let asked_for = match asked.scope {
                Scope::All => true,
                Scope::Case(one) => case == one,
                Scope::Times(times) => times.from <= standing.time_mean && standing.time_mean <= times.to,
            };
            if asked_for {
                chosen.insert(case, standing);
            }
        }
        if let Scope::Case(one) = asked.scope
            && chosen.is_empty()
        {
            return Ok(Err(format!("there is no case {one}")));
        }
        if chosen.len() > MAX_REASSESSED_CASES {
            let message = format!("{} cases are asked for, at most {MAX_REASSESSED_CASES} at once", chosen.len());
            return Ok(Err(format!("{message}: name a shorter range of times")));
        }
        let mut recalled = Recalled { makes_cases: !matches!(asked.scope, Scope::Case(_)), ..Recalled::default() };
        let spans = match recall_reports(index, asked.scope, &chosen, &cited, &mut recalled, past)? {
            Ok(spans) => spans,
            Err(reason) => return Ok(Err(reason)),
        };
        for (case, span) in spans {
            if let Some(label) = labels.get(&case) {
                recalled.spans.entry(label.clone()).or_default().push(span);
            }
        }
        recalled.cases = chosen.into_values().collect();
        recall_notices(index, &mut recalled, past)?;
        if recalled.notices.len() > MAX_NOTICES {
            let message = format!("{} notices can fit, at most {MAX_NOTICES} are weighed", recalled.notices.len());
            return Ok(Err(format!("{message} at once: name a shorter range of times")));
        }
        Ok(Ok(recalled))
    }
}

type Spans = BTreeMap<CaseId, (Time, Time)>;

/// Recalls the reports; says the first and the last arrival of each case.
fn recall_reports<P: Past + ?Sized>(
    end: u64,
    scope: Scope,
    chosen: &BTreeMap<CaseId, StandingCase>,
    cited: &BTreeMap<Hash, CaseId>,
    recalled: &mut Recalled,
    past: &P,
) -> Result<Result<Spans, String>, DecodeError> {
    let grouped = chosen.values().filter(|standing| !standing.associated);
    let labels: BTreeSet<&str> = grouped.map(|standing| standing.label.as_str()).collect();
    // What has no label can be of any case that was associated about then.
    let associated: Vec<Time> =
        chosen.values().filter(|standing| standing.associated).map(|standing| standing.time_mean).collect();
    let is_near = |at: Time| {
        let reach_ns = TRAVEL_TIME_MAX_S * NS_PER_S;
        associated.iter().any(|mean| at.0.saturating_sub(mean.0).saturating_abs() <= reach_ns)
    };
    let near = |report: &Report| report.event_label.is_empty() && is_near(report.arrival);
    let too_many = || {
        format!(
            "more than {MAX_RECALLED_REPORTS} detections and observations would be read again: name a shorter range of times"
        )
    };
    let mut spans = Spans::new();
    let is_of_range = |at: Time| match scope {
        Scope::All => true,
        Scope::Case(_) => false,
        Scope::Times(times) => times.from <= at && at <= times.to,
    };
    for index in 0..end {
        let Standing::Input(hash, input) = standing(&super::epoch::entry_of(past, index)?)? else { continue };
        let report = match *input {
            Input::Report(report) => report,
            Input::Observation(observation) => {
                let at = observation.time.span.to;
                let kept = match cited.get(&hash) {
                    Some(case) => chosen.contains_key(case),
                    None => is_near(at) || is_of_range(at),
                };
                if kept {
                    recalled.observations.push((hash, observation));
                }
                if recalled.reports.len() + recalled.observations.len() > MAX_RECALLED_REPORTS {
                    return Ok(Err(too_many()));
                }
                continue;
            }
            _ => continue,
        };
        let case = cited.get(&hash);
        if let Some(case) = case {
            let (first, last) = spans.entry(*case).or_insert((report.arrival, report.arrival));
            (*first, *last) = ((*first).min(report.arrival), (*last).max(report.arrival));
        }
        let kept = match case {
            Some(case) => chosen.contains_key(case),
            None => labels.contains(report.event_label.as_str()) || near(&report) || is_of_range(report.arrival),
        };
        if kept {
            recalled.reports.push((hash, report));
        }
        if recalled.reports.len() + recalled.observations.len() > MAX_RECALLED_REPORTS {
            return Ok(Err(too_many()));
        }
    }
    Ok(Ok(spans))
}

/// Recalls the notices whose window can meet an event of the recalled reports.
fn recall_notices<P: Past + ?Sized>(end: u64, recalled: &mut Recalled, past: &P) -> Result<(), DecodeError> {
    let arrivals = || recalled.reports.iter().map(|(_, report)| report.arrival);
    let (Some(first), Some(last)) = (arrivals().min(), arrivals().max()) else { return Ok(()) };
    let first = Time(first.0.saturating_sub(TRAVEL_TIME_MAX_S * NS_PER_S));
    for index in 0..end {
        if let Standing::Input(hash, input) = standing(&super::epoch::entry_of(past, index)?)?
            && let Input::Notice(notice) = *input
            && first <= notice.window.to
            && notice.window.from <= last
        {
            recalled.notices.push((hash, notice));
        }
    }
    Ok(())
}
