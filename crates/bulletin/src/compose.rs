//! Which sections each kind of bulletin has, and what they say.
mod annexes;
pub(crate) mod cases;
mod daily;
pub(crate) mod observed;
mod short;
mod weekly;

use crate::document::{Block, Column, Document, Line, Section, Table};
use crate::material::{Head, Kind, Material};
use crate::place::Placed;
use crate::words::{Arg, Language, Words};
use truceline_accord::release::Tier;

/// The longest flash, bytes: one Iridium short-burst message holds 340.
pub const FLASH_BYTES_MAX: usize = 300;
/// The longest spot report as text, bytes.
pub const SPOT_BYTES_MAX: usize = 1_024;
/// The longest daily as text, bytes; a weekly and a rolling one have the same.
pub const DAILY_BYTES_MAX: usize = 60_000;
/// Names of deployments in a flash or a spot report are cut to so many bytes.
const SHORT_NAME_BYTES: usize = 24;

/// The document.
#[must_use]
pub fn compose<W: Placed>(material: &Material<W>, words: &Words) -> Document {
    let kind = material.head.kind;
    let (sections, text_bytes_max) = match kind {
        Kind::Daily => (daily::sections(material, words), DAILY_BYTES_MAX),
        Kind::Weekly => (weekly::sections(material, words), DAILY_BYTES_MAX),
        Kind::Rolling => (daily::rolling(material, words), DAILY_BYTES_MAX),
        Kind::Spot => (short::spot(material, words), SPOT_BYTES_MAX),
        Kind::Flash => (short::flash(material, words), FLASH_BYTES_MAX),
    };
    let mut records: Vec<_> = material.cases.iter().map(cases::record).collect();
    records.extend(material.notices.iter().map(cases::notice_record));
    if !matches!(kind, Kind::Spot | Kind::Flash) {
        records.extend(material.observations.iter().enumerate().map(|(at, view)| observed::record(at, view)));
        records.extend(material.sight.iter().flat_map(|sight| &sight.hindrances).map(observed::hindrance_record));
    }
    Document {
        language: words.language().name(),
        kind: kind.name(),
        title: title(material, words),
        head: head(material, words),
        banners: banners(material, words),
        sections,
        records,
        text_bytes_max,
    }
}

/// `Daily 145/2026`: the day of the year; of a week the ISO week; of some hours the day and the hour; of a case its name.
fn title<W: Placed>(material: &Material<W>, words: &Words) -> String {
    let Head { kind, period, zone, .. } = &material.head;
    let (year, day, (week_year, week)) = zone.numbers(period.from);
    let number = match kind {
        Kind::Daily => format!("{day:03}/{year}"),
        Kind::Weekly => format!("{week:02}/{week_year}"),
        Kind::Rolling => format!("{day:03}.{}/{year}", &zone.clock(period.from).replace(':', "")),
        Kind::Spot | Kind::Flash => {
            material.cases.first().map_or_else(|| "-".to_owned(), |case| case.event.case.to_string())
        }
    };
    words.with(&format!("kind-{}", kind.name()), &[("number", number.into())])
}

fn head<W: Placed>(material: &Material<W>, words: &Words) -> Vec<Line> {
    let Head { kind, mechanism, period, zone, as_of, issued, tier, rules_adopted, agreement, log_root, log_size } =
        &material.head;
    if *kind == Kind::Flash {
        return Vec::new();
    }
    let line = |key: &'static str, value: String| Line { key, label: words.say(&format!("head-{key}")), value };
    let as_of = words.with("as-of", &[("time", zone.minute(*as_of).into())]);
    if *kind == Kind::Spot {
        return vec![Line { key: "as-of", label: String::new(), value: format!("{}. {as_of}", cut(mechanism)) }];
    }
    let mut lines = vec![
        line("mechanism", mechanism.clone()),
        line("period", format!("{} \u{2013} {}", zone.minute(period.from), zone.minute(period.to))),
        line("as-of", as_of),
        line("issued", zone.minute(*issued)),
        line(
            "agreement",
            match (agreement, &material.agreement) {
                (Some(hash), Some(agreement)) => {
                    format!("{}, {} {}, {hash}", agreement.title, agreement.id, agreement.version)
                }
                _ => words.say("agreement-none"),
            },
        ),
        line(
            "log",
            match (log_root, log_size) {
                (Some(root), Some(size)) => format!("{root}, {size}"),
                (Some(root), None) => root.to_string(),
                _ => words.say("log-none"),
            },
        ),
        line("tier", words.say(&format!("tier-{}", tier.name()))),
    ];
    if *tier != Tier::Enclave {
        let counts = [("n", Arg::Count(rules_adopted.0)), ("count", rules_adopted.1.to_string().into())];
        lines.push(line("ladder", words.with("ladder", &counts)));
    }
    lines.push(line("languages", Language::ALL.map(Language::name).join(", ")));
    let mut note = |key, value| lines.push(Line { key, label: String::new(), value });
    if words.language() != Language::English {
        note("translation", words.say("translation"));
    }
    note(
        "status-note",
        material.agreement.as_ref().map_or_else(|| words.say("status-note"), |agreement| agreement.note.clone()),
    );
    note("possible-note", words.say(if material.has_verdicts() { "note-possible" } else { "note-recorded" }));
    lines
}

/// What is said on every page.
fn banners<W: Placed>(material: &Material<W>, words: &Words) -> Vec<String> {
    let mut said = Vec::new();
    if matches!(material.head.kind, Kind::Flash) {
        return said;
    }
    if material.owners == 1 {
        said.push(words.say(if material.head.kind == Kind::Spot {
            "banner-one-owner-short"
        } else {
            "banner-one-owner"
        }));
    }
    if material.head.kind == Kind::Spot {
        return said;
    }
    match &material.agreement {
        None => said.push(words.say("banner-no-agreement")),
        Some(agreement) if agreement.in_force.iter().all(|force| !force.meets(&material.head.period)) => {
            let disputed = agreement.claims.iter().any(|claim| claim.interval.meets(&material.head.period));
            said.push(words.say(if disputed { "banner-disputed" } else { "banner-not-in-force" }));
        }
        Some(_) => {}
    }
    said
}

fn section(words: &Words, id: &'static str, blocks: Vec<Block>) -> Section {
    Section { id, title: words.say(&format!("s-{}", id.to_ascii_lowercase())), blocks }
}

fn table(words: &Words, keys: &[&'static str], rows: Vec<Vec<String>>, empty: String) -> Block {
    let column = |key: &&'static str| Column { key, title: words.say(&format!("c-{key}")) };
    Block::Table(Table { columns: keys.iter().map(column).collect(), rows, empty })
}

/// A name of a deployment, short.
fn cut(name: &str) -> &str {
    let end = (0..=SHORT_NAME_BYTES.min(name.len())).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
    &name[..end]
}
