//! Where and when a group's event was.
use super::{close, exclude, leave_out};
use crate::output::{Emitter, Output};
use crate::state::{Case, MAX_OPEN_CASES, State, Window};
use crate::step::Engine;
use truceline_model::case::CaseId;
use truceline_model::event::{ArrivalUse, Cited, Event, Product, Solution};
use truceline_model::geodesic;
use truceline_model::hash::Hash;
use truceline_model::kind::Class;
use truceline_model::posterior::Posterior;
use truceline_model::report::Report;
use truceline_science::locate::Arrival;
use truceline_science::locate::infrasound::{self, Apart};

/// Locates a group anew and emits the next revision of its event. `cause` is the input that led here; it is
/// excluded if no event follows.
pub(crate) fn revise(
    engine: &Engine,
    state: &mut State,
    label: &str,
    cause: Hash,
    product: Product,
    emitter: &mut Emitter<'_>,
) -> Option<CaseId> {
    let group = state.groups.0.get(label)?;
    match solution(engine, label, &group.reports) {
        Ok(solution) => emit(state, label, cause, product, solution, emitter),
        Err(reason) => {
            exclude(emitter, cause, format!("the group was not located: {reason}"));
            None
        }
    }
}

/// Locates the reports of a group.
pub(crate) fn solution(engine: &Engine, label: &str, reports: &[(Hash, Report)]) -> Result<Solution, String> {
    let priors = &engine.configuration.infrasound;
    let arrivals: Vec<Arrival> = reports.iter().map(|(_, report)| Arrival::from_report(report)).collect();
    let owned: Vec<(&str, Arrival)> =
        reports.iter().zip(&arrivals).map(|((_, report), arrival)| (report.owner.as_str(), *arrival)).collect();
    let window_s = f64::from(engine.configuration.group_window_s);
    let Apart { posterior, left_out, parts } =
        infrasound::apart(&owned, window_s, priors, engine.threads).map_err(|error| error.to_string())?;
    let mut uses: Vec<ArrivalUse> = reports
        .iter()
        .zip(&arrivals)
        .map(|((hash, report), arrival)| ArrivalUse {
            cited: Cited::Report {
                hash: *hash,
                azimuth_sigma_mdeg: (arrival.azimuth_sigma_deg(priors) * 1e3).round() as u32,
            },
            distance_m: distance_m(report, &posterior),
        })
        .collect();
    uses.sort_by_key(ArrivalUse::hash);
    Ok(Solution {
        event_label: label.to_owned(),
        arrivals: uses,
        class: Class::NotAssessed,
        kinds: None,
        association: None,
        posterior,
        without: leave_out::kept(left_out, |_| None),
        parts,
    })
}

/// Emits the group's newest solution once more as the final product.
pub(crate) fn finalise(state: &mut State, label: &str, cause: Hash, emitter: &mut Emitter<'_>) -> Option<CaseId> {
    let case = state.groups.0.get(label)?.case?;
    let solution = state.cases.0.get(&case)?.event.solution.clone();
    emit(state, label, cause, Product::E3, solution, emitter)
}

fn emit(
    state: &mut State,
    label: &str,
    cause: Hash,
    product: Product,
    solution: Solution,
    emitter: &mut Emitter<'_>,
) -> Option<CaseId> {
    let known = state.groups.0.get(label)?.case;
    if known.is_none() && !close::make_room(state, emitter) {
        exclude(emitter, cause, format!("{MAX_OPEN_CASES} cases are open already"));
        return None;
    }
    let case = known.unwrap_or_else(|| next_case(state, &solution));
    let earlier = state.cases.0.remove(&case);
    let revision = earlier.as_ref().map_or(1, |earlier| earlier.event.revision + 1);
    let event = Event { case, revision, product, revises: None, solution };
    let event_id = emitter.emit(Output::Event(event.clone()));
    let finding = earlier.and_then(|earlier| earlier.finding);
    let window = if product == Product::E3 { Window::Closed } else { Window::Group(label.to_owned()) };
    state.cases.0.insert(case, Case { event, event_id, as_stands: true, finding, window });
    if let Some(group) = state.groups.0.get_mut(label) {
        group.case = Some(case);
    }
    Some(case)
}

/// The next name of a case.
pub(crate) fn next_case(state: &mut State, solution: &Solution) -> CaseId {
    state.last_case += 1;
    let year = solution.posterior.time_mean.year().rem_euclid(100) as u8;
    CaseId { year, number: state.last_case }
}

fn distance_m(report: &Report, posterior: &Posterior) -> u32 {
    geodesic::between(report.place, posterior.mean).distance_m.round() as u32
}
