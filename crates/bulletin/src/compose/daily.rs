//! The daily: ten sections and six annexes; and the rolling one, which has some of them.
use super::{annexes, cases, observed, section, table};
use crate::document::{Block, Section};
use crate::material::{Material, Sight, Watched};
use crate::place::Placed;
use crate::rate;
use crate::tally;
use crate::words::Words;
use truceline_accord::agreement::{Class, Rule};
use truceline_accord::release::observed::{ObservationView, Observer, middle};
use truceline_model::finding::VerdictState;
use truceline_model::observation::ObservedKind;
use truceline_model::time::{Interval, Time};

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
        section(words, "4", vec![Block::Text(in_annex(material, words, observed::is_weapon, "B"))]),
        section(words, "5", vec![Block::Text(in_annex(material, words, observed::is_harm, "E"))]),
        local(material, words),
        access(material, words),
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
        access(material, words),
        interference(material, words),
        not_seen(material, words),
        annexes::events(material, words),
        annexes::access(material, words),
        annexes::notices(material, words),
    ]
}

fn in_annex<W: Placed>(
    material: &Material<W>,
    words: &Words,
    is: fn(&ObservationView<W>) -> bool,
    annex: &str,
) -> String {
    match material.observations.iter().filter(|view| is(view)).count() {
        0 => words.say("none-recorded"),
        count => words.with("in-annex", &[("n", count.into()), ("name", annex.into())]),
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
    said.extend(observed::summary(material, words));
    said.push(sides(material, words));
    said.push(words.with("summary-notices", &[("n", material.notices.len().into())]));
    let mut blocks = vec![Block::List(said)];
    blocks.extend(observed::counts(material, words));
    blocks.extend(rates(material, words));
    section(words, "1", blocks)
}

/// Before, during and after: hours, hours observed and counts of the period inside and outside the time in force. A rate
/// stands only where hours were observed: a drop may be a network that sees less.
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
        let hours = Watched::new(within.clone()).hours_tenths(&within);
        let mut row = vec![words.say(key), observed::tenths(hours)];
        row.extend(counted(material, &within, words));
        row
    };
    let before = Interval { from: outside[0].0, to: outside[0].1 };
    let after = Interval { from: outside[1].0, to: outside[1].1 };
    let rows = vec![
        phase("phase-before", &[before]),
        phase("phase-during", &agreement.in_force),
        phase("phase-after", &[after]),
    ];
    let keys = ["phase", "hours-of-period", "hours", "events", "rate", "by-people", "by-press", "heat"];
    vec![Block::Text(words.say("rates")), table(words, &keys, rows, String::new())]
}

/// Hours observed, events, their rate, what the mechanism's people counted, what the press reported, and heat, within these
/// intervals. What people and satellites could have seen is not known, so of their counts there is no rate.
pub(super) fn counted<W: Placed>(material: &Material<W>, within: &[Interval], words: &Words) -> [String; 6] {
    let holds = |span: &Interval| within.iter().any(|part| part.from <= middle(span) && middle(span) < part.to);
    let events = material.cases.iter().filter(|case| holds(&case.event.at.span())).count();
    let Some(sight) = &material.sight else {
        let untold = || words.say("not-due");
        return [untold(), events.to_string(), untold(), untold(), untold(), untold()];
    };
    let views: Vec<ObservationView<W>> =
        material.observations.iter().filter(|view| holds(&view.span)).cloned().collect();
    let people = tally::total(tally::by_means(&views).iter().map(|(_, tally)| tally)).total();
    let press = views.iter().filter(|view| view.observer == Observer::Press).count();
    let heat = sight.heat.iter().flat_map(|heat| &heat.spans).filter(|span| holds(span)).count();
    let hours_tenths = sight.watched.hours_tenths(within);
    [
        observed::tenths(hours_tenths),
        events.to_string(),
        rate::per_ten_hours(events, hours_tenths).unwrap_or_else(|| words.say("rate-no-coverage")),
        people.to_string(),
        press.to_string(),
        heat.to_string(),
    ]
}

fn narrative<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let zone = material.head.zone;
    let said: Vec<String> = material.cases.iter().map(|case| cases::sentence(case, words, zone)).collect();
    let mut blocks = vec![if said.is_empty() { Block::Text(words.say("no-events")) } else { Block::List(said) }];
    blocks.extend(observed::series(material, words));
    let mut section = section(words, "2", blocks);
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

pub(super) fn access<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let Some(sight) = &material.sight else {
        return section(words, "7", vec![Block::Text(words.say("impediments-not-due"))]);
    };
    let mut said = observed::hindrances(material, sight, &observed::ACCESS, words);
    said.extend(observed::consent(sight, words));
    section(words, "7", vec![if said.is_empty() { Block::Text(words.say("none-recorded")) } else { Block::List(said) }])
}

fn interference<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let Some(sight) = &material.sight else {
        return section(words, "8", vec![Block::Text(words.say("impediments-not-due"))]);
    };
    let row = |one: &crate::material::ImpedimentCount| {
        vec![words.say(&format!("impediment-{}", one.kind)), one.count.to_string(), one.channels.to_string()]
    };
    let rows = sight.impediments.iter().map(row).collect();
    let mut said = observed::hindrances(material, sight, &observed::INTERFERENCE, words);
    let gnss = material.observations.iter().filter(|view| view.kind == ObservedKind::GnssInterference).count();
    said.push(match gnss {
        0 => words.say("gnss-not-measured"),
        count => words.with("gnss-observed", &[("n", count.into())]),
    });
    let table = table(words, &["kind", "number", "channels"], rows, words.say("none-recorded"));
    section(words, "8", vec![table, Block::List(said)])
}

fn corrections<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let line = |one: &crate::material::Correction| {
        words.with("correction", &[("id", one.case.as_str().into()), ("number", one.revision.to_string().into())])
    };
    let withdrawn = |case: &String| words.with("withdrawn", &[("id", case.as_str().into())]);
    let said: Vec<String> =
        material.corrections.iter().map(line).chain(material.withdrawn.iter().map(withdrawn)).collect();
    section(
        words,
        "9",
        vec![if said.is_empty() { Block::Text(words.say("no-corrections")) } else { Block::List(said) }],
    )
}

pub(super) fn not_seen<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let mut said = Vec::new();
    match &material.sight {
        None => said.push(words.say("impediments-not-due")),
        Some(sight) => {
            said.extend(observed_hours(material, sight, words));
            let count: usize = sight.impediments.iter().map(|one| one.count).sum();
            said.push(words.with("not-seen-impediments", &[("n", count.into())]));
            match sight.hindrances.iter().filter(|one| !one.kind.is_consent()).count() {
                0 => said.push(words.say("not-seen-no-hindrance")),
                _ => said.extend(observed::all_hindrances(material, sight, words)),
            }
            said.extend(observed::consent(sight, words));
            if material.observations.is_empty() && sight.heat.is_none() {
                said.push(words.say("not-seen-people"));
            } else {
                said.push(words.say("not-seen-by-people"));
            }
        }
    }
    if material.owners <= 1 {
        said.push(words.say("not-seen-one-owner"));
    }
    said.push(words.say("not-seen-silence"));
    said.push(words.say("not-seen-kind"));
    section(words, "10", vec![Block::List(said)])
}

/// For how many hours any sensor ran, and that annex D has it line by line.
fn observed_hours<W: Placed>(material: &Material<W>, sight: &Sight<W>, words: &Words) -> Vec<String> {
    if sight.coverage.is_empty() {
        return vec![words.say("not-seen-no-coverage")];
    }
    let period = [material.head.period];
    let of = Watched::new(period.to_vec()).hours_tenths(&period);
    let seen = sight.watched.hours_tenths(&period);
    let args = [("count", observed::tenths(seen).into()), ("before", observed::tenths(of).into())];
    vec![words.with("not-seen-hours", &args), words.say("not-seen-see-annex")]
}
