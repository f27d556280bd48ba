//! The annexes: tables whose columns stand whether or not there is anything in them.
use super::{cases, observed, section, table};
use crate::document::{Block, Section};
use crate::material::{CoverageRow, Loss, Material, Watched};
use crate::place::{Placed, degrees};
use crate::words::Words;
use crate::zone::Zone;
use truceline_accord::release::hindered::HindranceView;
use truceline_accord::release::observed::{ObservationView, ObservedWords, middle};
use truceline_accord::release::views::CaseView;
use truceline_model::attribution::corroboration::Level;
use truceline_model::harm::Toll;
use truceline_model::observation::Scope;
use truceline_model::time::{Interval, NS_PER_S};

/// Recorded events.
const A: [&str; 12] = [
    "observer",
    "location",
    "means",
    "number",
    "observation",
    "description",
    "weapon",
    "time",
    "uncertainty",
    "corroboration",
    "verdict",
    "event",
];
/// Weapons.
const B: [&str; 9] = ["date", "place", "side", "item", "number", "breached", "means", "last-seen", "document"];
/// Access and impediments.
const C: [&str; 7] = ["time", "place", "kind", "by", "words", "effect", "liaison"];
/// Coverage.
const D: [&str; 5] = ["sector", "sensors", "hours", "smallest", "loss"];
/// Harm.
const E: [&str; 7] = ["date", "place", "cause", "killed", "injured", "object", "confirmation"];
/// Notices.
const F: [&str; 6] = ["party", "activity", "place", "window", "lead", "observed"];

pub(super) fn events<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let zone = material.head.zone;
    let judged = material.has_verdicts();
    let row = |case: &CaseView<W>| {
        let (event, at) = (&case.event, &case.event.at);
        vec![
            words.say("site-not-released"),
            at.place(words),
            cases::means(case, words),
            "1".to_owned(),
            words.say("observation-event"),
            words.say("kind-not-assessed"),
            words.say("not-assessed"),
            at.time(zone),
            format!("\u{b1} {} s", at.half_s()),
            cases::corroboration(case).to_owned(),
            cases::state(case, words),
            event.case.to_string(),
        ]
    };
    let mut rows: Vec<Vec<String>> = material.cases.iter().map(row).collect();
    rows.extend(observations(material, words));
    // Where nothing is judged the column has no word of a verdict.
    let keys: Vec<&'static str> =
        A.iter().map(|key| if *key == "verdict" && !judged { "status" } else { key }).collect();
    let mut blocks = vec![table(words, &keys, rows, words.say("none-recorded"))];
    blocks.extend(material.sight.as_ref().and_then(|sight| observed::heat(sight, words)).map(Block::Text));
    section(words, "A", blocks)
}

/// What was observed of incidents, apart from weapons and harm, which have annexes of their own.
fn observations<W: Placed>(material: &Material<W>, words: &Words) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (n, view) in material.observations.iter().enumerate() {
        if view.scope == Scope::PeriodTotal || observed::is_weapon(view) || observed::is_harm(view) {
            continue;
        }
        let case = view.case.and_then(|id| material.cases.iter().find(|case| case.event.case == id));
        rows.push(vec![
            stood(view, words),
            observed::place(view, words),
            format!("{} ({})", words.say(&format!("means-{}", view.means.name())), observed::observer(view, words)),
            observed::number(view.count, words),
            observed::kind(view, words),
            observed::appraised(view, words),
            observed::weapon(view, words),
            when(view, material.head.zone, words),
            uncertainty(view),
            case.map_or(Level::C0.name(), |case| cases::corroboration(case)).to_owned(),
            case.map_or_else(|| words.say("state-recorded-only"), |case| cases::state(case, words)),
            case.map_or_else(|| observed::id(n), |case| format!("{}, {}", observed::id(n), case.event.case)),
        ]);
    }
    rows
}

/// Where the observer stood: in the enclave alone.
fn stood<W: Placed>(view: &ObservationView<W>, words: &Words) -> String {
    match &view.words {
        Some(ObservedWords { observer: Some(place), source, .. }) => format!("{source}, {}", degrees(*place)),
        Some(ObservedWords { source, .. }) => source.clone(),
        None => words.say("site-not-released"),
    }
}

/// When: of its day and no more where the time is too uncertain for an event.
fn when<W: Placed>(view: &ObservationView<W>, zone: Zone, words: &Words) -> String {
    if view.unplaced_in_time {
        return words.with("time-unplaced", &[("date", zone.date(middle(&view.span)).into())]);
    }
    match &view.at {
        Some(at) => at.time(zone),
        None => span_of(&view.span, zone),
    }
}

fn span_of(span: &Interval, zone: Zone) -> String {
    format!("{} \u{2013} {}", zone.minute(span.from), zone.minute(span.to))
}

fn uncertainty<W: Placed>(view: &ObservationView<W>) -> String {
    let half_s = view.at.as_ref().map_or_else(|| (view.span.to.0 - view.span.from.0) / NS_PER_S / 2, Placed::half_s);
    format!("\u{b1} {half_s} s")
}

pub(super) fn weapons<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let zone = material.head.zone;
    let row = |view: &ObservationView<W>| {
        let zones = view.words.as_ref().map(|said| said.zones.join(", "));
        vec![
            zone.date(middle(&view.span)),
            observed::place(view, words),
            view.side.clone().unwrap_or_else(|| words.say("not-stated")),
            match view.weapon {
                Some(_) => observed::weapon(view, words),
                None => observed::kind(view, words),
            },
            observed::number(view.count, words),
            match zones {
                Some(zones) if zones.is_empty() => words.say("no-zone-here"),
                Some(zones) => zones,
                None => words.say("site-not-released"),
            },
            format!("{} ({})", words.say(&format!("means-{}", view.means.name())), observed::observer(view, words)),
            zone.minute(view.span.to),
            words.say("no-inventory"),
        ]
    };
    let judged = material.has_verdicts();
    let keys: Vec<&'static str> =
        B.iter().map(|key| if *key == "breached" && !judged { "limit" } else { key }).collect();
    let rows = material.observations.iter().filter(|view| observed::is_weapon(view)).map(row).collect();
    section(words, "B", vec![table(words, &keys, rows, words.say("none-recorded"))])
}

pub(super) fn access<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let zone = material.head.zone;
    let Some(sight) = &material.sight else {
        return section(words, "C", vec![table(words, &C, Vec::new(), words.say("impediments-not-due"))]);
    };
    let row = |one: &HindranceView<W>| {
        let hours = Watched::new(vec![one.span]).hours_tenths(&[material.head.period]);
        let lost = one.lost_ppm.map(|ppm| format!("{}.{} %", ppm / 10_000, ppm / 1_000 % 10));
        vec![
            span_of(&one.span, zone),
            one.at.as_ref().map_or_else(|| words.say("place-not-stated"), |at| at.place(words)),
            words.say(&format!("hindrance-{}", one.kind.name())),
            match (&one.area_of, one.consented.is_empty()) {
                (Some(party), _) => words.with("in-area-of", &[("party", party.as_str().into())]),
                (None, false) => one.consented.join(", "),
                (None, true) => words.say("not-stated"),
            },
            match one.said_reason.as_deref() {
                Some("") => words.say("not-stated"),
                Some(reason) => format!("\u{201c}{reason}\u{201d}"),
                None => words.say("site-not-released"),
            },
            match one.kind.is_consent() {
                true => words.say(if one.one_party { "effect-one-party" } else { "effect-none" }),
                false => {
                    let sensors = words.with("count-sensors", &[("n", one.sensors.into())]);
                    let lost = lost.unwrap_or_else(|| words.say("share-not-stated"));
                    format!("{} h, {sensors}, {lost}", observed::tenths(hours))
                }
            },
            one.liaison_informed.map_or_else(|| words.say("not-informed"), |at| zone.minute(at.from)),
        ]
    };
    let rows = sight.hindrances.iter().map(row).collect();
    section(words, "C", vec![table(words, &C, rows, words.say("none-recorded"))])
}

pub(super) fn harm<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let zone = material.head.zone;
    let toll = |toll: Option<Toll>| match toll {
        None => words.say("not-stated"),
        Some(toll) if toll.not_stated == 0 => format!("{}/{}/{}", toll.men, toll.women, toll.children),
        Some(toll) => {
            let (men, women, children) = (toll.men, toll.women, toll.children);
            format!(
                "{men}/{women}/{children} + {}",
                words.with("more-people", &[("n", (toll.not_stated as usize).into())])
            )
        }
    };
    let row = |view: &ObservationView<W>| {
        let object = view.words.as_ref().map(|said| said.object.clone());
        vec![
            zone.date(middle(&view.span)),
            observed::place(view, words),
            observed::weapon(view, words),
            toll(view.harm.map(|(killed, _)| killed)),
            toll(view.harm.map(|(_, injured)| injured)),
            match object {
                Some(object) if object.is_empty() => observed::kind(view, words),
                Some(object) => object,
                None => observed::kind(view, words),
            },
            words.with("confirmed-by", &[("n", view.owners.into())]),
        ]
    };
    let rows = material.observations.iter().filter(|view| observed::is_harm(view)).map(row).collect();
    section(words, "E", vec![table(words, &E, rows, words.say("none-recorded"))])
}

pub(super) fn coverage<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let Some(sight) = &material.sight else {
        return section(words, "D", vec![table(words, &D, Vec::new(), words.say("impediments-not-due"))]);
    };
    let row = |row: &CoverageRow| {
        vec![
            match &row.line {
                Some(line) => words.with(
                    "sector-line",
                    &[
                        ("name", line.name.as_str().into()),
                        ("version", line.version.to_string().into()),
                        ("side", line.length_km.to_string().into()),
                    ],
                ),
                None => words.say("sector-all"),
            },
            format!("{} / {}", row.sensors.0, row.sensors.1),
            observed::tenths(row.watched.hours_tenths(&[material.head.period])),
            words.say("smallest-not-known"),
            match row.loss {
                Loss::None => words.say("loss-none"),
                Loss::NoSensors => words.say("loss-no-sensors"),
                Loss::Hindered(kind, hours) => {
                    format!("{}, {} h", words.say(&format!("hindrance-{}", kind.name())), observed::tenths(hours))
                }
                Loss::Unexplained(hours) => {
                    format!("{}, {} h", words.say("loss-unexplained"), observed::tenths(hours))
                }
            },
        ]
    };
    let rows = sight.coverage.iter().map(row).collect();
    section(words, "D", vec![table(words, &D, rows, words.say("no-coverage"))])
}

pub(super) fn notices<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let zone = material.head.zone;
    let row = |notice: &truceline_accord::release::views::NoticeView<W>| {
        vec![
            notice.party.clone(),
            words.say(&format!("activity-{}", notice.activity.name())),
            notice.at.place(words),
            notice.at.time(zone),
            words.say(if notice.before { "filed-before" } else { "filed-after" }),
            words.say("not-assessed"),
        ]
    };
    let rows = material.notices.iter().map(row).collect();
    section(words, "F", vec![table(words, &F, rows, words.say("no-notices"))])
}
