//! What every bulletin must have, must not say, and may not exceed.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use proptest::prelude::*;
use serde_json::Value;
use std::path::Path;
use support::*;
use truceline_accord::release::Coarse;
use truceline_accord::release::observed::{ObservationView, Observer};
use truceline_bulletin::compose::{DAILY_BYTES_MAX, FLASH_BYTES_MAX, SPOT_BYTES_MAX};
use truceline_bulletin::csv::COLUMNS;
use truceline_bulletin::document::{Block, Document, Table};
use truceline_bulletin::tally::{self, CountKind, Tally};
use truceline_bulletin::{Format, Kind, Language, Material, Words, compose, render};
use truceline_model::appraisal::Appraised;
use truceline_model::finding::VerdictState;
use truceline_model::observation::{Means, ObservedKind, Scope};

const FORMATS: [Format; 4] = [Format::Html, Format::Text, Format::Csv, Format::Json];

/// Every form of a bulletin in every language.
fn forms(material: &Material<Coarse>) -> Vec<(String, String)> {
    let mut forms = Vec::new();
    for language in Language::ALL {
        for format in FORMATS {
            let name = format!("{}-{}.{}", material.head.kind.name(), language.name(), format.name());
            forms.push((name, render(material, language, format)));
        }
    }
    forms
}

#[test]
fn a_daily_has_every_section_and_column() {
    let document = compose(&material(Kind::Daily), &Words::of(Language::English));
    let ids: Vec<&str> = document.sections.iter().map(|section| section.id).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "A", "B", "C", "D", "E", "F"]);
    let columns = |id: &str| -> Vec<&str> {
        let section = document.sections.iter().find(|section| section.id == id).unwrap();
        let Block::Table(table) = &section.blocks[0] else { panic!("annex {id} is a table") };
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        table.columns.iter().map(|column| column.title.as_str()).collect()
    };
    assert_eq!(
        columns("A"),
        [
            "Observer position",
            "Event location",
            "Means",
            "No.",
            "Observation",
            "Description",
            "Weapon",
            "Date, time",
            "Time uncertainty",
            "Corroboration",
            "Verdict, clause",
            "Event"
        ]
    );
    assert_eq!(
        columns("B"),
        [
            "Date",
            "Place",
            "Side",
            "Item class",
            "No.",
            "Line or zone breached",
            "Means",
            "Last seen",
            "Document no. matches inventory"
        ]
    );
    assert_eq!(
        columns("C"),
        ["Date, time", "Place", "Kind", "By", "Words used", "Effect on coverage", "Liaison informed"]
    );
    assert_eq!(
        columns("D"),
        [
            "Sector",
            "Sensors up / total",
            "Hours observed",
            "Smallest event seen reliably (kind, probability)",
            "Main loss"
        ]
    );
    assert_eq!(
        columns("E"),
        [
            "Date",
            "Place",
            "Cause",
            "Killed m/f/child",
            "Injured m/f/child",
            "Object",
            "Confirmation (two sources or more)"
        ]
    );
    assert_eq!(columns("F"), ["Party", "Activity", "Place", "Window", "Lead time kept", "Observed as notified"]);
    let keys: Vec<&str> = document.head.iter().map(|line| line.key).collect();
    for key in
        ["mechanism", "period", "as-of", "issued", "agreement", "log", "tier", "ladder", "languages", "status-note"]
    {
        assert!(keys.contains(&key), "{key}");
    }
    assert_eq!(document.title, "Daily report 040/2027");
    let said = |key| document.head.iter().find(|line| line.key == key).unwrap().value.clone();
    assert_eq!(said("as-of"), "based on information as of 2027-02-10 00:00 UTC");
    assert!(said("agreement").ends_with(&"5a".repeat(32)) && said("log") == "c3".repeat(32));
}

#[test]
fn the_columns_of_the_daily_table_are_those_of_the_field() {
    let csv = render(&material(Kind::Daily), Language::English, Format::Csv);
    assert_eq!(csv.lines().next().unwrap(), COLUMNS.join(","));
    assert_eq!(csv.matches("\r\n").count(), 1 + 5 + 10 + 1, "cases, observations, heat");
    let Some(folder) = std::env::var_os("TRUCELINE_DATA") else { return };
    let file = std::fs::read_to_string(Path::new(&folder).join("domain/daily_table_columns.csv")).unwrap();
    assert_eq!(file.trim(), COLUMNS.join(","));
    let fixture = std::fs::read(Path::new(&folder).join("domain/smm_count_fixture.json")).unwrap();
    let fixture: Value = serde_json::from_slice(&fixture).unwrap();
    for case in fixture["cases"].as_array().unwrap() {
        let mut tally = Tally::default();
        for (name, count) in case["parts"].as_object().unwrap() {
            tally.count(CountKind::from_name(name).unwrap(), count.as_u64().unwrap());
        }
        assert_eq!(tally.total(), case["total"].as_u64().unwrap());
    }
}

/// The first table of a section that has a column of this title.
fn table_with<'a>(document: &'a Document, id: &str, column: &str) -> &'a Table {
    let section = document.sections.iter().find(|section| section.id == id).unwrap();
    let mut tables = section.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        Block::Text(_) | Block::List(_) => None,
    });
    tables.find(|table| table.columns.iter().any(|held| held.title == column)).unwrap()
}

/// Each row's last but `further` columns add up to its total, and each column to the last row.
fn closes(table: &Table, further: usize) {
    let number = |text: &String| text.parse::<u64>().unwrap();
    let (last, rows) = table.rows.split_last().unwrap();
    let total = table.columns.len() - 1 - further;
    for row in &table.rows {
        assert_eq!(row[1..total].iter().map(number).sum::<u64>(), number(&row[total]), "{row:?}");
    }
    for column in 1..table.columns.len() {
        assert_eq!(rows.iter().map(|row| number(&row[column])).sum::<u64>(), number(&last[column]), "{column}");
    }
}

/// The mechanism's counts, published with their parts, as so many observations of a patrol.
#[test]
fn counts_of_people_close_in_the_text() {
    let mut material = material(Kind::Daily);
    let kinds = [
        ObservedKind::Explosion,
        ObservedKind::ProjectileInFlight,
        ObservedKind::MuzzleFlash,
        ObservedKind::IlluminationFlare,
        ObservedKind::Shot,
    ];
    let counts = [152, 2, 0, 13, 741];
    material.observations = kinds.iter().zip(counts).map(|(kind, n)| observation(*kind, Some(n))).collect();
    material.observations.push(observation(ObservedKind::ExchangeOfFire, None));
    // What is none of it: a party's count, a total, what another stands for, what cannot have been there.
    let of = |change: fn(&mut ObservationView<Coarse>)| {
        let mut view = observation(ObservedKind::Explosion, Some(1_000));
        change(&mut view);
        view
    };
    material.observations.push(of(|view| (view.observer, view.party) = (Observer::Party, Some("Alpha".to_owned()))));
    material.observations.push(of(|view| view.scope = Scope::PeriodTotal));
    material.observations.push(of(|view| view.repeats = true));
    material.observations.push(of(|view| view.appraised = Some(Appraised::SuspectedSwap)));
    let text = render(&material, Language::English, Format::Json);
    let said = "Counted by the mechanism's own observers: 908 in all (explosions 152, projectiles in flight 2, muzzle \
                flashes 0, illumination flares 13, bursts and shots 741), in the period before 21; what several observed of \
                one event is counted once. 1 exchange could not be counted.";
    assert!(text.contains(said), "{text}");
    let document = compose(&material, &Words::of(Language::English));
    let table = table_with(&document, "1", "Explosions");
    closes(table, 1);
    assert_eq!(table.rows.last().unwrap()[1..], ["152", "2", "0", "13", "741", "908", "1"]);
    closes(table_with(&document, "2", "What became of it"), 0);
}

/// Of two civilians nobody knows whether they counted the same: neither is added to the other. A party's own are a series.
#[test]
fn what_nobody_named_counted_is_not_added_up() {
    let mut material = material(Kind::Daily);
    let civilian = |n| ObservationView {
        observer: Observer::Civilian,
        means: Means::CivilianReport,
        ..observation(ObservedKind::Explosion, Some(n))
    };
    let by_party = |n| ObservationView {
        observer: Observer::Party,
        party: Some("Alpha".to_owned()),
        ..observation(ObservedKind::Explosion, Some(n))
    };
    material.observations = vec![civilian(7), civilian(9), by_party(2), by_party(3)];
    let document = compose(&material, &Words::of(Language::English));
    let series = table_with(&document, "2", "What it counts");
    let told: Vec<(&str, &str)> = series.rows.iter().map(|row| (row[0].as_str(), row[3].as_str())).collect();
    assert_eq!(told, [("civilians", "7"), ("civilians", "9"), ("Alpha", "5")]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever was observed: rows and columns close, no observation is lost, and no party's count is in the mechanism's.
    #[test]
    fn every_table_of_counts_closes(
        drawn in prop::collection::vec((0_usize..21, 0_usize..13, prop::option::of(0_u32..5_000), 0_usize..9, 0_u8..4), 0..40),
    ) {
        let mut material = material(Kind::Daily);
        material.observations = drawn
            .iter()
            .map(|(kind, means, number, became, by)| {
                let means = Means::from_name(Means::NAMES[*means]).unwrap();
                let by_party = *by == 0;
                ObservationView {
                    observer: Observer::of(means, by_party),
                    party: by_party.then(|| "Alpha".to_owned()),
                    means,
                    appraised: Appraised::from_name(Appraised::NAMES[*became]),
                    ..observation(ObservedKind::from_name(ObservedKind::NAMES[*kind]).unwrap(), *number)
                }
            })
            .collect();
        let document = compose(&material, &Words::of(Language::English));
        let each = table_with(&document, "2", "What became of it");
        closes(each, 0);
        let all = material.observations.len() + material.sight.as_ref().unwrap().heat.as_ref().unwrap().detections();
        prop_assert_eq!(each.rows.last().unwrap().last().unwrap(), &all.to_string());
        if tally::by_means(&material.observations).is_empty() {
            return Ok(());
        }
        closes(table_with(&document, "1", "Explosions"), 1);
        let without: Vec<_> = material.observations.iter().filter(|view| view.party.is_none()).cloned().collect();
        prop_assert_eq!(tally::by_means(&material.observations), tally::by_means(&without));
    }
}

#[test]
fn nothing_is_longer_than_its_bound() {
    for language in Language::ALL {
        let mut worst = material(Kind::Spot);
        worst.owners = 1;
        worst.head.mechanism = "мережа.example.org/a-very-long-name-of-a-mechanism".repeat(3);
        worst.agreement.as_mut().unwrap().id = "угода-з-дуже-довгою-назвою".repeat(3);
        for state in [VerdictState::PermittedAndNotified, VerdictState::PossibleBreach, VerdictState::RecordedOnly] {
            worst.cases[0].finding.as_mut().unwrap().state = state;
            let text = render(&worst, language, Format::Text);
            assert!(text.len() <= SPOT_BYTES_MAX, "{} {}: {text}", language.name(), text.len());
            assert!(text.lines().count() >= 11, "nothing was left out: {text}");
        }
        worst.head.kind = Kind::Flash;
        let text = render(&worst, language, Format::Text);
        assert!(text.len() <= FLASH_BYTES_MAX, "{} {}: {text}", language.name(), text.len());
        assert_eq!(text.lines().count(), 5, "{text}");
        let mut long = material(Kind::Daily);
        long.cases = (0..6_000).map(|i| long.cases[i % 5].clone()).collect();
        let text = render(&long, language, Format::Text);
        assert!(text.len() <= DAILY_BYTES_MAX, "{}", text.len());
        assert!(text.len() > DAILY_BYTES_MAX / 2, "no more is left out than must be: {}", text.len());
        assert_eq!(render(&long, language, Format::Csv).matches("\r\n").count(), 6_012);
    }
}

/// What speaks of a verdict, in each language.
const VERDICT_WORDS: [&str; 16] = [
    "breach",
    "violat",
    "undetermined",
    "permitted",
    "порушен",
    "невизначен",
    "дозволен",
    "infraction",
    "indéterminé",
    "autorisé",
    "verstoß",
    "verstöße",
    "verletz",
    "unbestimmt",
    "erlaubt",
    "consistent with",
];

#[test]
fn without_an_agreement_in_force_no_word_of_a_verdict_stands_anywhere() {
    let later = agreement("[[in_force]]\nfrom = 2028-01-01T00:00:00Z\nto = 2028-02-01T00:00:00Z");
    for agreement in [None, Some(agreement(DISPUTED)), Some(later)] {
        for kind in KINDS {
            for (name, form) in forms(&unjudged(kind, agreement.clone())) {
                // People who are wounded are *verletzt* in German; the style is no text.
                let form = form.to_lowercase().replace("verletzt m/w/kind", "");
                for word in VERDICT_WORDS {
                    assert!(!form.contains(word), "{name}: {word}");
                }
            }
        }
        let text = render(&unjudged(Kind::Daily, agreement.clone()), Language::English, Format::Text);
        let said = match &agreement {
            None => "Recording only: no agreement was loaded",
            Some(agreement) if agreement.in_force.is_empty() => "In force: disputed by the parties",
            Some(_) => "No agreement was in force in this period",
        };
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn no_bulletin_blames_or_sets_anything_off() {
    for kind in KINDS {
        for (name, form) in forms(&material(kind)) {
            let form = form.to_lowercase();
            for word in
                ["triggered", "activated", "must respond", "attacker", "enemy", "violation by", "proven", "guilty"]
            {
                assert!(!form.contains(word), "{name}: {word}");
            }
        }
    }
    // A flash has no verdict, even of a case that has one.
    for (name, form) in
        forms(&material(Kind::Flash)).iter().filter(|(name, _)| name.ends_with("text") || name.ends_with("html"))
    {
        assert!(!VERDICT_WORDS.iter().any(|word| form.to_lowercase().contains(word)), "{name}: {form}");
    }
}

#[test]
fn a_network_of_one_owner_says_so_on_every_page() {
    let mut alone = material(Kind::Daily);
    alone.owners = 1;
    alone.cases.iter_mut().for_each(|case| case.event.owners = 1);
    for language in Language::ALL {
        let said = Words::of(language).say("banner-one-owner");
        let html = render(&alone, language, Format::Html).replace("&quot;", "\"");
        let footer = html.split("<footer>").nth(1).unwrap();
        assert!(html.matches(&said).count() == 3 && footer.contains(&said), "{html}");
        // The margin of every printed page.
        let margin = html.split("@bottom-left { content: \"").nth(1).unwrap();
        assert!(margin.split('"').next().unwrap().contains(&said), "{margin}");
        let text = render(&alone, language, Format::Text).replace('\n', " ");
        assert_eq!(text.matches(&said).count(), 1 + 6, "in the head and before each annex: {text}");
        let document: Value = serde_json::from_str(&render(&alone, language, Format::Json)).unwrap();
        for record in document["records"].as_array().unwrap().iter().filter(|record| record["case"].is_string()) {
            assert_eq!(record["corroboration"], "C1");
        }
    }
    assert!(!render(&material(Kind::Daily), Language::English, Format::Text).contains("one owner. Corroboration"));
}

#[test]
fn html_can_be_read_without_seeing_it() {
    for kind in KINDS {
        for language in Language::ALL {
            let html = render(&material(kind), language, Format::Html);
            assert!(
                html.starts_with("<!doctype html>\n<html lang=\"")
                    && html.contains(&format!("lang=\"{}\"", language.name()))
            );
            assert_eq!(html.matches("<h1>").count(), 1);
            assert_eq!(html.matches("<table>").count(), html.matches("<caption>").count());
            assert_eq!(
                html.matches("<th").count(),
                html.matches("<th scope=").count() + html.matches("<thead>").count()
            );
            assert_eq!(html.matches("<h2>").count(), html.matches("<section").count());
            // One file: nothing is fetched.
            for outside in ["http://", "https://", "src=", "url(", "<script", "@import"] {
                assert!(!html.contains(outside), "{outside}");
            }
        }
    }
    let mut hostile = material(Kind::Daily);
    hostile.head.mechanism = "<script>alert(1)</script>\"&".to_owned();
    let html = render(&hostile, Language::English, Format::Html);
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script"));
}

#[test]
fn the_same_ids_stand_in_each_form() {
    let material = material(Kind::Daily);
    for case in &material.cases {
        let id = case.event.case.to_string();
        for (name, form) in forms(&material) {
            assert!(form.contains(&id), "{name}: {id}");
        }
    }
}

/// Read the difference before you keep it: `TRUCELINE_WRITE_SNAPSHOTS=1` writes them anew.
#[test]
fn the_same_material_gives_the_checked_in_bytes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    for kind in KINDS {
        let material = material(kind);
        for (name, form) in forms(&material) {
            assert_eq!(
                form,
                render(
                    &material,
                    Language::from_name(&name[name.len() - form_ending(&name)..][..2]).unwrap(),
                    format_of(&name)
                )
            );
            // Of the weekly and the rolling one, English text is enough.
            let kept = match kind {
                Kind::Daily | Kind::Spot | Kind::Flash => !name.ends_with("json") || name.contains("-en"),
                Kind::Weekly | Kind::Rolling => name.ends_with("-en.text"),
            };
            if !kept || (name.ends_with("csv") && !name.contains("-en")) {
                continue;
            }
            let path = folder.join(&name);
            // Lines of CSV end with a carriage return, those of files here without.
            let form = form.replace('\r', "");
            if std::env::var_os("TRUCELINE_WRITE_SNAPSHOTS").is_some() {
                std::fs::write(&path, &form).unwrap();
            }
            assert!(std::fs::read_to_string(&path).unwrap_or_default() == form, "{name} is not as checked in");
        }
    }
}

/// How far before its end a name has its language.
fn form_ending(name: &str) -> usize {
    name.len() - name.find('-').unwrap() - 1
}

fn format_of(name: &str) -> Format {
    Format::from_name(name.rsplit('.').next().unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// With the parties' names swapped the same is said, but for the names.
    #[test]
    fn the_parties_are_a_pair(first in prop::collection::vec(any::<bool>(), 0..6), kind in 0_usize..5, language in 0_usize..4) {
        let name = |alpha: bool| if alpha { "Alpha" } else { "Bravo" };
        let of = |swap: bool| {
            let mut material = material(KINDS[kind]);
            material.notices = first.iter().map(|alpha| notice(name(*alpha ^ swap))).collect();
            let swapped = |party: &mut String| *party = name((*party == "Alpha") ^ swap).to_owned();
            for view in &mut material.observations {
                view.party.iter_mut().chain(&mut view.side).for_each(swapped);
            }
            for one in &mut material.sight.as_mut().unwrap().hindrances {
                one.area_of.iter_mut().chain(&mut one.consented).for_each(swapped);
            }
            for (side, alpha) in material.cases.iter_mut().filter_map(|case| case.finding.as_mut()?.side.as_mut()).zip(&first) {
                side.party = Some(name(*alpha ^ swap).to_owned());
            }
            // What the list does not reach says nothing of a side.
            for case in material.cases.iter_mut().filter(|_| first.len() < 2) {
                case.finding.iter_mut().for_each(|finding| finding.side = None);
            }
            render(&material, Language::ALL[language], Format::Html)
        };
        let unswapped = of(true).replace("Alpha", "\u{0}").replace("Bravo", "Alpha").replace('\u{0}', "Bravo");
        prop_assert_eq!(of(false), unswapped);
    }
}
