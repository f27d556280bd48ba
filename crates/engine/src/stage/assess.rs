//! What the agreement says of each open case: when its event is revised, when a notice comes, when an agreement
//! comes.
use super::exclude;
use crate::output::{Emitter, Output};
use crate::state::{MAX_AGREEMENTS, MAX_NOTICES, State};
use truceline_accord::agreement::Agreement;
use truceline_accord::judge::judge;
use truceline_model::agreement::AgreementText;
use truceline_model::case::CaseId;
use truceline_model::finding::Finding;
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
    } else if state.agreements.len() >= MAX_AGREEMENTS {
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
    let judged = judge(&case.event.solution.posterior, agreements, &state.notices);
    let mut finding = Finding {
        case: id,
        revision: case.finding.as_ref().map_or(1, |earlier| earlier.revision),
        event: case.event_id,
        agreement: judged.agreement,
        clause: judged.clause,
        p_ppb: judged.p_ppb,
        verdict: judged.verdict,
    };
    match &case.finding {
        Some(earlier) if *earlier == finding => {}
        Some(earlier) => {
            finding.revision = earlier.revision + 1;
            emitter.emit(Output::Finding(finding.clone()));
            case.finding = Some(finding);
        }
        None => {
            emitter.emit(Output::Finding(finding.clone()));
            case.finding = Some(finding);
        }
    }
}

/// The held texts as agreements; each was read once before it was held.
fn held_agreements(state: &State) -> Vec<(Hash, Agreement)> {
    state.agreements.iter().filter_map(|(hash, text)| Some((*hash, Agreement::read(text).ok()?))).collect()
}
