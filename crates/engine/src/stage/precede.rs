//! Which of two events on different sides came first: said whenever a finding is revised.
//!
//! Only of events whose sides are stated under one agreement, and whose mean times lie within the agreement's window. The case
//! with the smaller name is the one, whichever side it came from, so that exchanging the parties exchanges nothing else.
use crate::output::{Emitter, Output};
use crate::state::{Case, State};
use truceline_accord::agreement::{Agreement, Proof};
use truceline_model::case::CaseId;
use truceline_model::hash::Hash;
use truceline_model::posterior::PPB;
use truceline_model::precedence::{Precedence, Sided};
use truceline_science::attribute::order;

/// The most events of the other side of which one revision says the order, the nearest in time: in a barrage of hundreds
/// each with each would be tens of thousands, and it is the turns that matter.
pub(crate) const PAIRS_MAX: usize = 8;

/// Says the order of a case's event and those of the other side.
pub(crate) fn say(state: &State, id: CaseId, agreements: &[(Hash, Agreement)], emitter: &mut Emitter<'_>) {
    let Some((case, (agreement, side))) = state.cases.0.get(&id).and_then(|case| Some((case, stated(case)?))) else {
        return;
    };
    let Some((_, text)) = agreements.iter().find(|(hash, _)| *hash == agreement) else { return };
    let proof = &text.proof;
    let apart_ns =
        |other: &Case| other.event.solution.posterior.time_mean.0 - case.event.solution.posterior.time_mean.0;
    let window_ns = u64::from(proof.order_window_s) * 1_000_000_000;
    let answers = |(other_id, other): (&CaseId, &Case)| {
        // The event that stands under its id may be another one: what is said of it could not be checked.
        let (of, other_side) = stated(other).filter(|_| other.as_stands)?;
        let near = apart_ns(other).unsigned_abs() <= window_ns;
        (near && of == agreement && other_side != side).then_some((apart_ns(other).unsigned_abs(), *other_id))
    };
    let mut pairs: Vec<(u64, CaseId)> = state.cases.0.iter().filter_map(answers).collect();
    // Of equally near ones the case that came first.
    pairs.sort_unstable();
    pairs.truncate(PAIRS_MAX);
    for (_, other) in pairs {
        let (one, other) = if id < other { (id, other) } else { (other, id) };
        if let (Some(one), Some(other)) = (state.cases.0.get(&one), state.cases.0.get(&other)) {
            emitter.emit(Output::Precedence(precedence(one, other, agreement, proof)));
        }
    }
}

/// The agreement and the party whose side is stated.
fn stated(case: &Case) -> Option<(Hash, &str)> {
    let found = case.finding.as_ref()?.attribution.as_ref()?;
    Some((found.line.agreement, found.stated()?))
}

fn precedence(one: &Case, other: &Case, agreement: Hash, proof: &Proof) -> Precedence {
    let (of_one, of_other) = (&one.event.solution.posterior, &other.event.solution.posterior);
    let sided = |case: &Case| Sided {
        case: case.event.case,
        event: case.event_id,
        side: stated(case).map(|(_, side)| side.to_owned()).unwrap_or_default(),
    };
    Precedence {
        agreement,
        one: sided(one),
        other: sided(other),
        p_one_first_ppb: (order::first(of_one, of_other, proof.clock_sigma_s) * PPB).round() as u32,
        p_min_ppb: (proof.order_min * PPB).round() as u32,
        clock_sigma_ms: (proof.clock_sigma_s * 1e3).round() as u32,
        apart_ms: (of_other.time_mean.0 - of_one.time_mean.0).div_euclid(1_000_000),
    }
}
