//! The annexes: tables whose columns stand whether or not there is anything in them.
use super::{cases, section, table};
use crate::document::Section;
use crate::material::Material;
use crate::place::Placed;
use crate::words::Words;

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
    let row = |case: &truceline_accord::release::views::CaseView<W>| {
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
    let rows = material.cases.iter().map(row).collect();
    // Where nothing is judged the column has no word of a verdict.
    let keys: Vec<&'static str> =
        A.iter().map(|key| if *key == "verdict" && !judged { "status" } else { key }).collect();
    section(words, "A", vec![table(words, &keys, rows, words.say("none-recorded"))])
}

pub(super) fn weapons<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    of_people(words, "B", &B, material.weapons.as_ref(), material.has_verdicts())
}

pub(super) fn access<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    of_people(words, "C", &C, material.access.as_ref(), true)
}

pub(super) fn harm<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    of_people(words, "E", &E, material.harm.as_ref(), true)
}

fn of_people(
    words: &Words,
    id: &'static str,
    keys: &[&'static str],
    rows: Option<&Vec<Vec<String>>>,
    judged: bool,
) -> Section {
    let empty = words.say(if rows.is_some() { "none-recorded" } else { "not-taken-in" });
    let keys: Vec<&'static str> =
        keys.iter().map(|key| if *key == "breached" && !judged { "limit" } else { key }).collect();
    section(words, id, vec![table(words, &keys, rows.cloned().unwrap_or_default(), empty)])
}

pub(super) fn coverage<W: Placed>(material: &Material<W>, words: &Words) -> Section {
    let row = |row: &crate::material::CoverageRow| {
        vec![
            row.sector.clone(),
            format!("{} / {}", row.sensors.0, row.sensors.1),
            format!("{}.{}", row.observed_h_tenths / 10, row.observed_h_tenths % 10),
            row.smallest.clone(),
            row.loss.clone(),
        ]
    };
    let rows = material.coverage.iter().flatten().map(row).collect();
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
