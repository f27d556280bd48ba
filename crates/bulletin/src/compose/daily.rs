//! The daily: ten sections and six annexes; and the rolling one, which has some of them.
use super::{annexes, cases, section, table};
use crate::document::{Block, Section};
use crate::material::Material;
use crate::place::Placed;
use crate::tally::CountKind;
use crate::words::Words;
use truceline_accord::agreement::{Class, Rule};
use truceline_model::finding::VerdictState;
use truceline_model::time::{Interval, NS_PER_S, Time};

const STATES: [VerdictState; 4] = [
    VerdictState::PossibleBreach,
    VerdictState::Undetermined,
    VerdictState::PermittedAndNotified,
    VerdictState::RecordedOnly,
];

pub(super) fn sections<W: Placed>(material: &Material<W>, words: &Words) -> Vec<Section> {
    vec![
        summary(material, words),
        narrative(material, words),
        zones(material, words),
        section(words, "4", vec![Block::Text(of_people(words, material.weapons.as_ref(), "B"))]),
        section(words, "5", vec![Block::Text(of_people(words, material.harm.as_ref(), "E"))]),
        local(material, words),
        section(words, "7", vec![Block::Text(of_people(words, material.access.as_ref(), "C"))]),
        interference(material, words),
        corrections(material, words),
        not_seen(material, words),
        annexes::events(material, words),
        annexes::weapons(material, words),
        annexes::access(material, words),
        annexes::coverage(material, words),
        annexes::harm(material, words),
        annexes::notices(material, words),
    ]
}

pub(super) fn rolling<W: Placed>(material: &Material<W>, words: &Words) -> Vec<Section> {
    vec![
        summary(material, words),
        narrative(material, words),
        interference(material, words),
        not_seen(material, words),
        annexes::events(material, words),
        annexes::notices(material, words),
    ]
}

fn of_people(words: &Words, rows: Option<&Vec<Vec<String>>>, annex: &str) -> String {
    match rows {
        None => words.say("not-taken-in"),
        Some(rows) if rows.is_empty() => words.say("none-recorded"),
        Some(rows) => words.with("in-annex", &[("n", rows.len().into()), ("name", annex.into())]),
    }
}

/// How many cases are in each state, those that are.
pub(super) fn by_state<W: Placed>(material: &Material<W>, words: &Words) -> Vec<String> {
    let count = |state| {
        let of = |case: &&truceline_accord::release::views::CaseView<W>| {
            case.finding.as_ref().is_some_and(|finding| finding.state == state)
        };
        material.cases.iter().filter(of).count()
    };
    let flashes = material.cases.iter().filter(|case| case.finding.is_none()).count();
    STATES
        .into_iter()
        .map(|state| (state.name(), count(state)))
        .chain([("flash", flashes)])
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| words.with(&format!("count-{name}"), &[("n", count.into())]))
        .collect()
}

/// For how many of the cases a side is stated.
pub(super) fn sides<W: Placed>(material: &Material<W>, words: &Words) -> String {
    let of = |case: &truceline_accord::release::views::CaseView<W>| {
        Some(case.finding.as_ref()?.side.as_ref()?.party.is_some())
    };
    let said: Vec<bool> = material.cases.iter().filter_map(of).collect();
    if said.is_empty() {
        return words.say("summary-no-side");
    }
    let stated = said.iter().filter(|stated| **stated).count();
    words.with("summary-side", &[("n", stated.into()), ("count", said.len().to_string().into())])
}

pub(super) fn summary<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let events = words.with("count-events", &[("n", material.cases.len().into())]);
    let before = words.with("count-events", &[("n", material.before.into())]);
    let mut said = vec![words.with("summary-events", &[("count", events.into()), ("before", before.into())])];
    said.extend(by_state(material, words));
    match &material.tally {
        None => said.push(words.say("summary-no-tally")),
        Some(tally) => {
            let mut parts = Vec::new();
            for name in CountKind::NAMES {
                let Some(kind) = CountKind::from_name(name) else { continue };
                parts.push(format!("{} {}", words.say(&format!("tally-{name}")), tally.of(kind)));
            }
            let (total, not_counted) = (tally.total().to_string(), tally.not_counted() as usize);
            said.push(words.with(
                "summary-tally",
                &[("count", total.into()), ("more", parts.join(", ").into()), ("n", not_counted.into())],
            ));
        }
    }
    said.push(sides(material, words));
    said.push(words.with("summary-notices", &[("n", material.notices.len().into())]));
    let mut blocks = vec![Block::List(said)];
    blocks.extend(rates(material, words));
    section(words, "1", blocks)
}

/// Before, during and after: hours and events of the period inside and outside the time in force. Without coverage no rate:
/// a drop may be a network that sees less.
fn rates<W: Placed>(material: &Material<W>, words: &Words) -> Vec<Block> {
    let Some(agreement) = &material.agreement else { return Vec::new() };
    let (Some(first), Some(last)) = (agreement.in_force.first(), agreement.in_force.last()) else { return Vec::new() };
    let period = material.head.period;
    let outside = [(Time(i64::MIN), first.from), (last.to, Time(i64::MAX))];
    let phase = |key: &str, parts: &[Interval]| {
        let within: Vec<Interval> = parts
            .iter()
            .map(|part| Interval { from: part.from.max(period.from), to: part.to.min(period.to) })
            .filter(|part| part.from < part.to)
            .collect();
        let hours: i64 = within.iter().map(|part| (part.to.0 - part.from.0) / (360 * NS_PER_S)).sum();
        let middle = |case: &truceline_accord::release::views::CaseView<W>| {
            let span = case.event.at.span();
            Time(span.from.0 + (span.to.0 - span.from.0) / 2)
        };
        let count = material
            .cases
            .iter()
            .filter(|case| within.iter().any(|part| part.from <= middle(case) && middle(case) < part.to))
            .count();
        let rate = if material.coverage.is_some() { "rate-see-annex" } else { "rate-no-coverage" };
        vec![words.say(key), format!("{}.{}", hours / 10, hours % 10), count.to_string(), words.say(rate)]
    };
    let before = Interval { from: outside[0].0, to: outside[0].1 };
    let after = Interval { from: outside[1].0, to: outside[1].1 };
    let rows = vec![
        phase("phase-before", &[before]),
        phase("phase-during", &agreement.in_force),
        phase("phase-after", &[after]),
    ];
    vec![
        Block::Text(words.say("rates")),
        table(words, &["phase", "hours-of-period", "events", "rate"], rows, String::new()),
    ]
}

fn narrative<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let zone = material.head.zone;
    let said: Vec<String> = material.cases.iter().map(|case| cases::sentence(case, words, zone)).collect();
    let blocks = if said.is_empty() { Block::Text(words.say("no-events")) } else { Block::List(said) };
    let mut section = section(words, "2", vec![blocks]);
    if material.has_verdicts() {
        section.title = words.say("s-2-judged");
    }
    section
}

fn zones<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let Some(agreement) = &material.agreement else {
        return section(words, "3", vec![Block::Text(words.say("no-zones"))]);
    };
    let line = |zone: &truceline_accord::agreement::Zone| {
        let names = |id: &str| {
            let rule = agreement.clause(id).map(|clause| &clause.rule);
            matches!(rule, Some(Rule::Prohibits { zone: Some(named), .. }) if *named == zone.id)
        };
        let of = |case: &&truceline_accord::release::views::CaseView<W>| {
            let finding = case.finding.as_ref();
            finding.and_then(|finding| finding.clause.as_deref()).is_some_and(names)
        };
        let count = material.cases.iter().filter(of).count();
        words.with("zone", &[("name", zone.name.as_str().into()), ("n", count.into())])
    };
    let said: Vec<String> = agreement.zones.iter().map(line).collect();
    let blocks = if said.is_empty() { Block::Text(words.say("no-zones")) } else { Block::List(said) };
    section(words, "3", vec![blocks])
}

fn local<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let zone = material.head.zone;
    let agreement = material.agreement.as_ref();
    let agreement = agreement.filter(|agreement| matches!(agreement.class, Class::Pause | Class::WindowOfSilence));
    let intervals = agreement.map(|agreement| &agreement.in_force[..]).unwrap_or_default();
    let said: Vec<String> = intervals
        .iter()
        .map(|one| words.with("local", &[("from", zone.minute(one.from).into()), ("to", zone.minute(one.to).into())]))
        .collect();
    section(words, "6", vec![if said.is_empty() { Block::Text(words.say("no-local")) } else { Block::List(said) }])
}

fn interference<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let block = match &material.impediments {
        None => Block::Text(words.say("impediments-not-due")),
        Some(found) => {
            let row = |one: &crate::material::ImpedimentCount| {
                vec![words.say(&format!("impediment-{}", one.kind)), one.count.to_string(), one.channels.to_string()]
            };
            let rows = found.iter().map(row).collect();
            table(words, &["kind", "number", "channels"], rows, words.say("none-recorded"))
        }
    };
    section(words, "8", vec![block, Block::Text(words.say("gnss-not-measured"))])
}

fn corrections<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let line = |one: &crate::material::Correction| {
        words.with("correction", &[("id", one.case.as_str().into()), ("number", one.revision.to_string().into())])
    };
    let said: Vec<String> = material.corrections.iter().map(line).collect();
    section(
        words,
        "9",
        vec![if said.is_empty() { Block::Text(words.say("no-corrections")) } else { Block::List(said) }],
    )
}

pub(super) fn not_seen<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let mut said = Vec::new();
    said.push(words.say(if material.coverage.is_some() { "not-seen-see-annex" } else { "not-seen-no-coverage" }));
    match &material.impediments {
        None => said.push(words.say("impediments-not-due")),
        Some(found) => {
            let count: usize = found.iter().map(|one| one.count).sum();
            said.push(words.with("not-seen-impediments", &[("n", count.into())]));
        }
    }
    if material.owners <= 1 {
        said.push(words.say("not-seen-one-owner"));
    }
    said.push(words.say("not-seen-silence"));
    said.push(words.say("not-seen-kind"));
    if material.tally.is_none() {
        said.push(words.say("not-seen-people"));
    }
    section(words, "10", vec![Block::List(said)])
}
