//! Cases derived again, by the engine in force and with what came late.
//!
//! Each case is located from the reports that it rests on together with those of its label that lie within one window
//! of all of them, whenever they came: what the event would have been had they come in time. Reports that no case rests
//! on make groups of their own by the same window. Reports without a label are associated again, all that were recalled
//! together. What comes out as it stands is noted and nothing else is appended.
//!
//! A case that rests on detections or bearings stays as it stands, and it is said how many of its arrivals are such: they are
//! outputs, which the engine never reads, and would have to be derived from records once more, as a new epoch does.
use super::group::{self, Joined};
use super::{assess, associate, close, exclude, observe, precede, solve};
use crate::output::{Emitter, Output};
use crate::recalled::{Recalled, StandingCase};
use crate::state::{Case, ClosedGroup, Group, MAX_OPEN_CASES, State, Window};
use crate::step::Engine;
use std::collections::BTreeMap;
use truceline_accord::agreement::Agreement;
use truceline_model::canonical;
use truceline_model::case::CaseId;
use truceline_model::event::{ArrivalUse, Cited, Event, Product, Solution};
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::observation::Observation;
use truceline_model::reassessment::{Earlier, Reassessed, Revises};
use truceline_model::report::Report;
use truceline_model::time::{NS_PER_S, Time};

/// Reports with their entries' hashes.
type Reports = Vec<(Hash, Report)>;

/// Derives what was recalled once more.
pub(crate) fn take(
    engine: &Engine,
    state: &mut State,
    reassessment: Hash,
    recalled: Recalled,
    emitter: &mut Emitter<'_>,
) {
    let agreements = assess::held_agreements(state);
    let mut of_cases: Vec<Reports> = recalled.cases.iter().map(|_| Vec::new()).collect();
    let mut left: BTreeMap<String, Reports> = BTreeMap::new();
    let mut unlabelled: Reports = Vec::new();
    let associates = engine.configuration.association.is_some();
    let spans: Vec<Option<(Time, Time)>> = recalled.cases.iter().map(|case| span(case, &recalled.reports)).collect();
    for (hash, report) in &recalled.reports {
        let own = recalled.cases.iter().position(|case| case.arrivals.contains(hash));
        if associates && report.event_label.is_empty() && own.is_none_or(|at| is_pooled(&recalled.cases[at])) {
            unlabelled.push((*hash, report.clone()));
            continue;
        }
        let near = || {
            let same = |at: &usize| {
                let case = &recalled.cases[*at];
                case.label == report.event_label && !is_pooled(case)
            };
            (0..recalled.cases.len()).filter(same).find(|at| spans[*at].is_some_and(|s| joins(engine, s, report)))
        };
        if let Some(at) = own.or_else(near) {
            let _ = group::join(&mut of_cases[at], *hash, report);
        } else if !recalled.spans.get(&report.event_label).is_some_and(|s| s.iter().any(|s| joins(engine, *s, report)))
        {
            left.entry(report.event_label.clone()).or_default().push((*hash, report.clone()));
        }
    }
    // What waits for its window to close is neither late nor of no case.
    let waits = |hash: &Hash| {
        let of_case = recalled.cases.iter().any(|case| case.arrivals.contains(hash));
        !of_case && state.pool.waiting.iter().any(|one| one.hash == *hash)
    };
    let measured =
        |one: &&(Hash, Observation)| associates && !waits(&one.0) && observe::is_measurement(engine, state, &one.1);
    let observed: Vec<(Hash, Observation)> = recalled.observations.iter().filter(measured).cloned().collect();
    let mut associated = Associated::new(engine, &unlabelled, &observed);
    let mut run = Run { engine, state, reassessment, notices: &recalled.notices, agreements: &agreements, emitter };
    let mut note = Reassessed { reassessment, revised: Vec::new(), made: Vec::new(), unchanged: Vec::new() };
    for (case, reports) in recalled.cases.iter().zip(of_cases) {
        let solution = if is_pooled(case) {
            associated.of(case, &recalled)
        } else {
            solve::solution(engine, &case.label, &reports)
        };
        let late = solution.as_ref().map(|solution| late_observations(solution, &case.arrivals)).unwrap_or_default();
        let revised = solution.map(|solution| run.revise(case, solution, &reports));
        if revised == Ok(true) {
            late.iter().for_each(|hash| observe::taken_late(*hash, case.case, run.emitter));
        }
        match revised {
            Ok(true) => note.revised.push(case.case),
            Ok(false) => note.unchanged.push(case.case),
            Err(reason) => {
                let reason = format!("case {} was not located anew and stays as it stands: {reason}", case.case);
                exclude(run.emitter, reassessment, reason);
            }
        }
    }
    if recalled.makes_cases {
        for (label, reports) in groups(engine, left) {
            match solve::solution(engine, &label, &reports) {
                Ok(solution) => note.made.push(run.make(solution, &label, &reports)),
                Err(reason) => {
                    let reason = format!("{} late detections were not located: {reason}", reports.len());
                    exclude(run.emitter, reassessment, reason);
                }
            }
        }
        for solution in associated.left(&recalled) {
            let late = late_observations(&solution, &[]);
            let case = run.make(solution, "", &[]);
            late.iter().for_each(|hash| observe::taken_late(*hash, case, run.emitter));
            note.made.push(case);
        }
    }
    emitter.emit(Output::Reassessed(note));
}

/// Whether a case's arrivals were taken from the pool: associated, or told by observers alone.
fn is_pooled(case: &StandingCase) -> bool {
    case.associated || case.label.is_empty() && case.of_inputs && !case.of_reports
}

/// Observations that a case rests on now, and that it did not rest on.
fn late_observations(solution: &Solution, before: &[Hash]) -> Vec<Hash> {
    let observed = |used: &&ArrivalUse| matches!(used.cited, Cited::Observation { .. });
    let used = solution.arrivals.iter().filter(observed).map(ArrivalUse::hash);
    used.filter(|hash| !before.contains(hash)).collect()
}

/// The events of the recalled reports without a label and of observations, until a case takes them.
struct Associated(Result<Vec<Solution>, String>);

impl Associated {
    fn new(engine: &Engine, reports: &[(Hash, Report)], observations: &[(Hash, Observation)]) -> Self {
        let nothing = reports.is_empty() && observations.is_empty();
        Self(if nothing { Ok(Vec::new()) } else { associate::of_inputs(engine, reports, observations) })
    }

    /// The event that shares most arrivals with a case.
    fn of(&mut self, case: &StandingCase, recalled: &Recalled) -> Result<Solution, String> {
        if !case.of_inputs {
            let cited = |hash: &Hash| case.arrivals.contains(hash);
            let of_reports = recalled.reports.iter().filter(|(hash, _)| cited(hash)).count()
                + recalled.observations.iter().filter(|(hash, _)| cited(hash)).count();
            return Err(format!(
                "it rests on detections or bearings, {} of its {} arrivals. They are outputs, which no derivation reads, and \
                 a reassessment reads no records again; a new epoch does, for every case that is open then",
                case.arrivals.len() - of_reports,
                case.arrivals.len()
            ));
        }
        let events = self.0.as_mut().map_err(|reason| reason.clone())?;
        let shared =
            |event: &Solution| event.arrivals.iter().filter(|used| case.arrivals.contains(&used.hash())).count();
        let counts = events.iter().map(shared).enumerate().filter(|(_, count)| *count > 0);
        let best = counts.reduce(|best, next| if next.1 > best.1 { next } else { best });
        let (at, _) = best.ok_or("what it rests on makes no event any more")?;
        Ok(events.remove(at))
    }

    /// Those that share nothing with any case.
    fn left(self, recalled: &Recalled) -> Vec<Solution> {
        let cases = &recalled.cases;
        let mut events = self.0.unwrap_or_default();
        let known = |used: &ArrivalUse| cases.iter().any(|case| case.arrivals.contains(&used.hash()));
        events.retain(|event| !event.arrivals.iter().any(known));
        events
    }
}

/// The first and the last arrival of the reports that a case rests on.
fn span(case: &StandingCase, reports: &[(Hash, Report)]) -> Option<(Time, Time)> {
    let arrivals = || reports.iter().filter(|(hash, _)| case.arrivals.contains(hash)).map(|(_, report)| report.arrival);
    Some((arrivals().min()?, arrivals().max()?))
}

/// Whether a report lies within one window together with all arrivals of a span.
fn joins(engine: &Engine, (first, last): (Time, Time), report: &Report) -> bool {
    let window_ns = i64::from(engine.configuration.group_window_s) * NS_PER_S;
    report.arrival.0 <= first.0.saturating_add(window_ns) && report.arrival.0 >= last.0.saturating_sub(window_ns)
}

/// Groups of reports without a case, by label and window, in the order of their first arrivals.
fn groups(engine: &Engine, left: BTreeMap<String, Reports>) -> Vec<(String, Reports)> {
    let mut found: Vec<(Time, String, Reports)> = Vec::new();
    for (label, mut reports) in left {
        // By content: the order in which late reports came must not show.
        reports.sort_by(|(_, a), (_, b)| a.content_order().cmp(&b.content_order()));
        for (hash, report) in reports {
            match found.last_mut() {
                Some((first, of, group)) if *of == label && report.arrival <= group::window_end(engine, *first) => {
                    let _: Joined = group::join(group, hash, &report);
                }
                _ => found.push((report.arrival, label.clone(), vec![(hash, report)])),
            }
        }
    }
    found.retain(|(_, _, group)| group.len() >= 2);
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    found.into_iter().map(|(_, label, group)| (label, group)).collect()
}

struct Run<'a, 'e> {
    engine: &'a Engine,
    state: &'a mut State,
    reassessment: Hash,
    notices: &'a [(Hash, truceline_model::notice::Notice)],
    agreements: &'a [(Hash, Agreement)],
    emitter: &'a mut Emitter<'e>,
}

impl Run<'_, '_> {
    /// Appends revisions of a case's event and finding where they come out otherwise. Says whether one did.
    fn revise(&mut self, case: &StandingCase, solution: Solution, reports: &[(Hash, Report)]) -> bool {
        let window = self.window(&case.label, reports, case.case);
        let mut event =
            Event { case: case.case, revision: case.event_revision, product: case.product, revises: None, solution };
        let mut event_id = case.event.id;
        let event_changed = event.solution.located_hash() != case.solution;
        if event_changed {
            event.revision += 1;
            event.product = if window == Window::Closed { Product::E3 } else { Product::E2 };
            event.revises = Some(self.revises(Some(case.event)));
            event_id = self.emitter.emit(Output::Event(event.clone()));
        }
        let revision = case.finding.map_or(1, |earlier| earlier.revision);
        let mut finding = assess::finding_of(&event, event_id, revision, self.agreements, self.notices);
        let finding_changed = case.finding.is_none_or(|earlier| earlier.said != said(&finding));
        if finding_changed {
            finding.revision = case.finding.map_or(1, |earlier| earlier.revision + 1);
            finding.revises = Some(self.revises(case.finding.map(|earlier| earlier.earlier)));
            self.emitter.emit(Output::Finding(finding.clone()));
        }
        if let Some(open) = self.state.cases.0.get_mut(&case.case) {
            *open = Case { event, event_id, as_stands: true, finding: Some(finding), window };
        }
        if event_changed || finding_changed {
            precede::say(self.state, case.case, self.agreements, self.emitter);
        }
        event_changed || finding_changed
    }

    /// Makes a case of reports that came late. It is open if its event is young enough.
    fn make(&mut self, solution: Solution, label: &str, reports: &[(Hash, Report)]) -> CaseId {
        let case = solve::next_case(self.state, &solution);
        let window = self.window(label, reports, case);
        let time_mean = solution.posterior.time_mean;
        let revises = Some(self.revises(None));
        let product = if window == Window::Closed { Product::E3 } else { Product::E1 };
        let event = Event { case, revision: 1, product, revises, solution };
        let event_id = self.emitter.emit(Output::Event(event.clone()));
        let mut finding: Finding = assess::finding_of(&event, event_id, 1, self.agreements, self.notices);
        finding.revises = revises;
        self.emitter.emit(Output::Finding(finding.clone()));
        let is_open = window != Window::Closed
            || self.state.now.is_none_or(|now| time_mean > close::case_horizon(self.engine, now));
        if is_open && self.state.cases.0.len() < MAX_OPEN_CASES {
            let finding = Some(finding);
            self.state.cases.0.insert(case, Case { event, event_id, as_stands: true, finding, window });
            precede::say(self.state, case, self.agreements, self.emitter);
        }
        case
    }

    /// The window that is open for a case. That of a group goes on from all of these reports; if the earliest of them ends
    /// the window, the group is closed.
    fn window(&mut self, label: &str, reports: &[(Hash, Report)], case: CaseId) -> Window {
        if self.state.cases.0.get(&case).is_some_and(|case| case.window == Window::Pool) {
            return Window::Pool;
        }
        let Some(group) = self.state.groups.0.get_mut(label) else { return Window::Closed };
        let first_arrival = reports.iter().map(|(_, report)| report.arrival).min();
        let held = group.reports.iter().any(|(held, _)| reports.iter().any(|(hash, _)| hash == held));
        let Some(first_arrival) = first_arrival.filter(|_| held) else { return Window::Closed };
        if self.state.now.is_some_and(|now| group::window_end(self.engine, first_arrival) <= now) {
            self.state.groups.0.remove(label);
            self.state.closed.0.insert(label.to_owned(), ClosedGroup { first_arrival, case: Some(case) });
            return Window::Closed;
        }
        *group = Group { reports: reports.to_vec(), first_arrival, case: Some(case) };
        Window::Group(label.to_owned())
    }

    fn revises(&self, earlier: Option<Earlier>) -> Revises {
        Revises { epoch: self.engine.epoch, earlier, reassessment: self.reassessment }
    }
}

fn said(finding: &Finding) -> Hash {
    Hash::of(&canonical::to_bytes(finding))
}
