//! What the agreement says of each open case: when its event is revised, when a notice comes, when an agreement
//! comes.
use super::{attribute, exclude, precede};
use crate::output::{Emitter, Output};
use crate::state::{MAX_AGREEMENTS, MAX_NOTICES, State};
use truceline_accord::agreement::Agreement;
use truceline_accord::judge::judge;
use truceline_model::agreement::AgreementText;
use truceline_model::attribution::Attribution;
use truceline_model::case::CaseId;
use truceline_model::event::Event;
use truceline_model::finding::{Finding, Verdict};
use truceline_model::hash::Hash;
use truceline_model::notice::Notice;

/// Holds a notice and assesses the open cases again.
pub(crate) fn take_notice(state: &mut State, hash: Hash, notice: &Notice, emitter: &mut Emitter<'_>) {
    if state.notices.len() >= MAX_NOTICES {
        exclude(emitter, hash, format!("{MAX_NOTICES} notices are held already"));
        return;
    }
    state.notices.push((hash, notice.clone()));
    revise_all(state, emitter);
}

/// Holds an agreement and assesses the open cases again.
pub(crate) fn take_agreement(state: &mut State, hash: Hash, agreement: &AgreementText, emitter: &mut Emitter<'_>) {
    if let Err(error) = Agreement::read(&agreement.text) {
        exclude(emitter, hash, format!("the agreement cannot be read: {error}"));
        return;
    }
    // The last one registered wins. A text that comes again is held once, at its newest place.
    state.agreements.retain(|(held, _)| *held != hash);
    if state.agreements.len() >= MAX_AGREEMENTS {
        exclude(emitter, hash, format!("{MAX_AGREEMENTS} agreements are held already"));
    } else {
        state.agreements.push((hash, agreement.text.clone()));
        revise_all(state, emitter);
    }
}

/// Assesses one case; emits a revision of its finding if it says something else than before.
pub(crate) fn revise(state: &mut State, case: CaseId, emitter: &mut Emitter<'_>) {
    let agreements = held_agreements(state);
    revise_with(state, case, &agreements, emitter);
}

fn revise_all(state: &mut State, emitter: &mut Emitter<'_>) {
    let agreements = held_agreements(state);
    let cases: Vec<CaseId> = state.cases.0.keys().copied().collect();
    for case in cases {
        revise_with(state, case, &agreements, emitter);
    }
}

fn revise_with(state: &mut State, id: CaseId, agreements: &[(Hash, Agreement)], emitter: &mut Emitter<'_>) {
    let Some(case) = state.cases.0.get_mut(&id) else { return };
    let revision = case.finding.as_ref().map_or(1, |earlier| earlier.revision);
    let mut finding = judged(&case.event, case.event_id, revision, agreements, &state.notices);
    // A notice changes neither the event nor the line.
    let stands = |earlier: &&Finding| case.as_stands && earlier.event == case.event_id && alike(earlier, &finding);
    finding.attribution = match case.finding.as_ref().filter(stands) {
        Some(earlier) => earlier.attribution.clone(),
        None => attributed(&case.event, &finding, agreements),
    };
    if let Some(earlier) = &case.finding {
        if earlier.says_the_same(&finding) {
            return;
        }
        finding.revision += 1;
    }
    if !case.as_stands {
        // A finding must be able to be checked against the event that it names.
        case.event.revision += 1;
        case.event_id = emitter.emit(Output::Event(case.event.clone()));
        case.as_stands = true;
        finding.event = case.event_id;
    }
    emitter.emit(Output::Finding(finding.clone()));
    case.finding = Some(finding);
    precede::say(state, id, agreements, emitter);
}

/// What the agreements say of an event, as a finding of this revision.
pub(crate) fn finding_of(
    event: &Event,
    event_id: Hash,
    revision: u32,
    agreements: &[(Hash, Agreement)],
    notices: &[(Hash, Notice)],
) -> Finding {
    let finding = judged(event, event_id, revision, agreements, notices);
    Finding { attribution: attributed(event, &finding, agreements), ..finding }
}

/// On which side it lay: only where there is a verdict.
fn attributed(event: &Event, finding: &Finding, agreements: &[(Hash, Agreement)]) -> Option<Attribution> {
    let has_verdict = finding.verdict != Verdict::RecordedOnly;
    let (hash, agreement) = agreements.iter().find(|(hash, _)| has_verdict && Some(*hash) == finding.agreement)?;
    attribute::attribution(&event.solution, *hash, agreement)
}

/// Whether the line that two findings of one event rest on is the same.
fn alike(one: &Finding, other: &Finding) -> bool {
    let has_verdict = |finding: &Finding| finding.verdict != Verdict::RecordedOnly;
    one.agreement == other.agreement && has_verdict(one) == has_verdict(other)
}

/// The verdict alone.
fn judged(
    event: &Event,
    event_id: Hash,
    revision: u32,
    agreements: &[(Hash, Agreement)],
    notices: &[(Hash, Notice)],
) -> Finding {
    let judged = judge(&event.solution.posterior, event.solution.kinds.as_ref(), agreements, notices);
    Finding {
        case: event.case,
        revision,
        event: event_id,
        revises: None,
        agreement: judged.agreement,
        clause: judged.clause,
        p_ppb: judged.p_ppb,
        attribution: None,
        verdict: judged.verdict,
    }
}

/// The held texts as agreements; each was read once before it was held.
pub(crate) fn held_agreements(state: &State) -> Vec<(Hash, Agreement)> {
    state.agreements.iter().filter_map(|(hash, text)| Some((*hash, Agreement::read(text).ok()?))).collect()
}
