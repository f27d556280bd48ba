//! A case as a sentence, as cells of a table, and for machines.
use crate::place::Placed;
use crate::words::Words;
use crate::zone::Zone;
use serde_json::{Value, json};
use truceline_accord::release::views::{CaseView, NoticeView};
use truceline_model::attribution::corroboration::{Corroboration, Counted};
use truceline_model::finding::VerdictState;

/// The state in words; of a flash that nothing is said yet.
pub(super) fn state<W: Placed>(case: &CaseView<W>, words: &Words) -> String {
    let Some(finding) = &case.finding else { return words.say("state-flash") };
    let state = words.say(&format!("state-{}", finding.state.name()));
    let clause = finding.permitted_by.as_ref().or(finding.clause.as_ref());
    let said = match clause {
        Some(clause) => words.with("state-under", &[("state", state.into()), ("clause", clause.as_str().into())]),
        None => state,
    };
    // It is that of the clause's zone, so it stands beside what hangs on it alone.
    let hangs_on_it = matches!(finding.state, VerdictState::PossibleBreach | VerdictState::Undetermined);
    match finding.p.filter(|_| hangs_on_it) {
        Some(p) => {
            let word = words.say(&format!("likelihood-{}", likelihood(p)));
            words.with("state-p", &[("state", said.into()), ("p", probability(p).into()), ("word", word.into())])
        }
        None => said,
    }
}

/// From which side, or that none is stated; nothing where nothing was said of it.
pub(super) fn side<W: Placed>(case: &CaseView<W>, words: &Words) -> Option<String> {
    let side = case.finding.as_ref()?.side.as_ref()?;
    let Some(party) = &side.party else { return Some(words.say("side-none")) };
    let stated = words.with("side-stated", &[("party", party.as_str().into())]);
    let k = side.certificate_k.unwrap_or(0) as usize;
    Some(match k {
        0 => stated,
        _ => words.with("side-certificate", &[("state", stated.into()), ("n", k.into())]),
    })
}

/// How well it is corroborated, in owners. C3 and C4 stand where a finding says so; of an event alone owners are counted.
pub(crate) fn corroboration<W: Placed>(case: &CaseView<W>) -> &'static str {
    let side = case.finding.as_ref().and_then(|finding| finding.side.as_ref());
    let counted = Counted {
        owners: u32::try_from(case.event.owners).unwrap_or(u32::MAX),
        arrivals: u32::try_from(case.event.arrivals).unwrap_or(u32::MAX),
        modalities: 1,
        site_visit: false,
        own_party: false,
    };
    // Whatever a finding says, what one owner alone registered is counted as that.
    match side {
        Some(side) if case.event.owners > 1 => side.level.name(),
        _ => Corroboration::new(counted).level().name(),
    }
}

/// By what it was recorded. What somebody observed is nothing that a sensor registered.
pub(super) fn means<W: Placed>(case: &CaseView<W>, words: &Words) -> String {
    let event = &case.event;
    let owners = words.with("of-owners", &[("n", event.owners.into())]);
    let said = |key, n: usize| words.with(key, &[("n", n.into()), ("owners", owners.as_str().into())]);
    let registered = event.arrivals.saturating_sub(event.observations);
    match (registered, event.observations) {
        (_, 0) if event.arrays => said("means-arrays", event.arrivals),
        (_, 0) => said("means-sensors", event.arrivals),
        (0, observations) => said("means-observations", observations),
        (registered, observations) => {
            let more = words.with("and-observations", &[("n", observations.into())]);
            words.with("means-both", &[("n", registered.into()), ("more", more.into()), ("owners", owners.into())])
        }
    }
}

/// One sentence.
pub(super) fn sentence<W: Placed>(case: &CaseView<W>, words: &Words, zone: Zone) -> String {
    words.with(
        "case",
        &[
            ("id", case.event.case.to_string().into()),
            ("time", case.event.at.time(zone).into()),
            ("place", case.event.at.place(words).into()),
            ("name", means(case, words).into()),
            (
                "state",
                match side(case, words) {
                    Some(side) => format!("{}; {side}", state(case, words)),
                    None => state(case, words),
                }
                .into(),
            ),
            ("limit", corroboration(case).into()),
        ],
    )
}

/// For machines: the same ids as everywhere.
pub(super) fn record<W: Placed>(case: &CaseView<W>) -> Value {
    let event = &case.event;
    let finding = case.finding.as_ref().map(|finding| {
        json!({
            "state": finding.state.name(), "clause": finding.clause, "notified_under": finding.permitted_by,
            "p": finding.p.map(probability), "reviewed": finding.reviewed, "revision": finding.revision,
        })
    });
    let side = case.finding.as_ref().and_then(|finding| finding.side.as_ref());
    let origin_side = match side {
        None => json!("not assessed"),
        Some(side) => json!({ "party": side.party, "certificate_k": side.certificate_k }),
    };
    json!({
        "case": event.case.to_string(), "at": event.at.json(), "product": event.stage.name(), "revision": event.revision,
        "arrivals": event.arrivals, "observations": event.observations, "owners": event.owners, "corroboration": corroboration(case),
        "origin_side": origin_side, "finding": finding,
    })
}

/// A notice, for machines.
pub(super) fn notice_record<W: Placed>(notice: &NoticeView<W>) -> Value {
    json!({
        "notice_of": notice.party, "activity": notice.activity.name(), "at": notice.at.json(),
        "filed_before": notice.before,
    })
}

/// Three decimals, never 0 and never 1.
fn probability(p: f64) -> String {
    truceline_accord::words::probability(p)
}

fn likelihood(p: f64) -> String {
    truceline_accord::words::likelihood(p).replace(' ', "-")
}
