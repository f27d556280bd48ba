//! The weekly: days side by side, clauses, open cases.
use super::{annexes, daily, table};
use crate::document::{Block, Section};
use crate::material::Material;
use crate::place::Placed;
use crate::words::Words;
use truceline_accord::agreement::{Observed, Rule};
use truceline_model::finding::VerdictState;
use truceline_model::time::{Interval, NS_PER_S, Time};

/// A week; a longer period is cut to so many days.
const DAYS_MAX: usize = 31;

pub(super) fn sections<W: Placed>(material: &Material<W>, words: &Words) -> Vec<Section> {
    vec![
        daily::summary(material, words),
        days(material, words),
        clauses(material, words),
        open(material, words),
        daily::access(material, words),
        daily::not_seen(material, words),
        annexes::events(material, words),
        annexes::access(material, words),
        annexes::coverage(material, words),
        annexes::notices(material, words),
    ]
}

fn days<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let (period, zone) = (material.head.period, material.head.zone);
    let mut rows = Vec::new();
    let mut from = period.from;
    while from < period.to && rows.len() < DAYS_MAX {
        let to = Time(from.0.saturating_add(86_400 * NS_PER_S)).min(period.to);
        let mut row = vec![zone.date(from)];
        row.extend(daily::counted(material, &[Interval { from, to }], words));
        rows.push(row);
        from = to;
    }
    Section {
        id: "W1",
        title: words.say("w-days"),
        blocks: vec![table(
            words,
            &["date", "hours", "events", "rate", "by-people", "by-press", "heat"],
            rows,
            String::new(),
        )],
    }
}

/// Clause by clause, without a party: no side is stated here.
fn clauses<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let clauses = material.agreement.as_ref().map(|agreement| &agreement.clauses[..]).unwrap_or_default();
    let row = |clause: &truceline_accord::agreement::Clause| {
        let of = |state| {
            let found = |case: &&truceline_accord::release::views::CaseView<W>| {
                let finding = case.finding.as_ref();
                finding.is_some_and(|finding| finding.state == state && finding.clause.as_ref() == Some(&clause.id))
            };
            material.cases.iter().filter(found).count()
        };
        let verifiable = match &clause.rule {
            Rule::Prohibits { act, .. } => act.observed() == Observed::Judged,
            Rule::Notes { .. } | Rule::PermitsNotified { .. } | Rule::Sealed { .. } => false,
        };
        let said = match (verifiable, material.has_verdicts()) {
            (false, _) => words.say("not-verifiable"),
            (true, false) => words.say("not-judged"),
            (true, true) => {
                let breaches = words.with("count-possible-breach", &[("n", of(VerdictState::PossibleBreach).into())]);
                let open = words.with("count-undetermined", &[("n", of(VerdictState::Undetermined).into())]);
                format!("{breaches}; {open}")
            }
        };
        vec![clause.id.clone(), clause.text.clone(), said]
    };
    let rows = clauses.iter().map(row).collect();
    let blocks = vec![
        table(words, &["clause", "words", "status"], rows, words.say("agreement-none")),
        Block::Text(daily::sides(material, words)),
    ];
    Section { id: "W2", title: words.say("w-clauses"), blocks }
}

fn open<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let not_reviewed = |case: &&truceline_accord::release::views::CaseView<W>| {
        case.finding.as_ref().is_none_or(|finding| !finding.reviewed)
    };
    let count = material.cases.iter().filter(not_reviewed).count();
    let said = vec![words.with("w-open", &[("n", count.into())]), words.say("w-replies")];
    Section { id: "W3", title: words.say("w-open-title"), blocks: vec![Block::List(said)] }
}
