//! The shipped example: what holds each sentence of the article, and that nothing stands in it beside the article.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use truceline_register::Register;
use truceline_register::board::{board, state_page};
use truceline_register::check::check;
use truceline_register::instrument::{RelationKind, differences};
use truceline_register::pillar::Modality;
use truceline_register::response::Allowed;
use truceline_register::source::{Layer, SENTENCES, SourceRef};

/// What each sentence of the article is held by: lines of the example, or none with the reason.
const HELD: [(u16, Result<&[&str], &str>); SENTENCES as usize] = [
    (1, Ok(&["P1", "P3", "P4", "UA", "FR", "GB"])),
    (
        2,
        Ok(&[
            "P3",
            "activation-P3",
            "FR",
            "GB",
            "I1",
            "caveat-force-ceasefire",
            "pledge-FR-force",
            "pledge-GB-force",
            "force-units",
        ]),
    ),
    (3, Ok(&["I1", "I1-FR", "I1-GB", "I1-UA"])),
    (4, Ok(&["GB", "activation-P3", "caveat-force-ceasefire", "pledge-FR-force", "pledge-GB-force", "hubs", "stores"])),
    (5, Ok(&["P3", "FR", "caveat-force-area", "force"])),
    (6, Ok(&["TR", "pledge-TR-sea", "sea"])),
    (7, Err("what a leader wishes the guarantees to mean: mood")),
    (8, Ok(&["P1", "P4", "activation-P1", "US", "mechanism"])),
    (9, Ok(&["P4", "support-military", "support-logistic", "support-economic", "support-diplomatic", "note-P4-name"])),
    (
        10,
        Ok(&[
            "P4",
            "activation-P4",
            "ratification-every",
            "Q2",
            "support-military",
            "support-logistic",
            "support-economic",
            "support-diplomatic",
        ]),
    ),
    (
        11,
        Ok(&[
            "US",
            "ratification-US",
            "support-military",
            "support-logistic",
            "support-economic",
            "support-diplomatic",
        ]),
    ),
    (12, Ok(&["pledge-every-force", "pledge-every-commitment", "Q1"])),
    (13, Ok(&["DE", "ratification-DE", "caveat-DE-area", "caveat-DE-vote", "pledge-DE", "force-units"])),
    (14, Ok(&["DE", "caveat-DE-area"])),
    (15, Ok(&["ES", "ratification-ES", "pledge-ES"])),
    (16, Err("a hope for the year: mood")),
    (17, Err("good news: mood")),
    (18, Err("who did not want the war: mood")),
    (19, Err("a heading")),
    (20, Ok(&["TR", "AU", "JP", "NZ", "western-states"])),
    (21, Err("persons of a delegation; the register holds offices")),
    (22, Err("a person who was not there; the register holds offices")),
    (23, Err("what a delegation wishes: mood")),
    (24, Ok(&["EU", "NATO"])),
    (25, Ok(&["NATO"])),
    (26, Err("unity and a good future: mood")),
    (27, Ok(&["P1", "P2", "P3", "P4", "P5", "US", "support-army", "cooperation"])),
    (28, Ok(&["P4", "note-P4-name"])),
    (29, Ok(&["UA", "note-UA-alliance"])),
    (30, Ok(&["Q2"])),
    (31, Ok(&["ratification-every", "Q2"])),
    (32, Ok(&["P4", "mechanism"])),
    (33, Ok(&["P1", "mechanism", "Q4"])),
    (34, Ok(&["activation-P4", "RU", "Q5"])),
    (35, Ok(&["activation-P4", "Q5"])),
    (36, Ok(&["UA", "note-UA-step"])),
    (37, Err("the war has to end first: mood")),
    (38, Ok(&["RU", "note-RU-strikes", "Q3"])),
    (39, Ok(&["Q3"])),
    (40, Ok(&["Q3"])),
];

fn example() -> Register {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/paris-2026-01-06");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    Register::read(&files).unwrap()
}

fn article() -> Register {
    example().of_layers(&[Layer::Article])
}

#[test]
fn it_passes_in_every_layer() {
    assert_eq!(check(&example()), []);
    assert_eq!(check(&article()), []);
}

#[test]
fn each_sentence_is_held_or_has_a_reason() {
    let register = article();
    let mut held: BTreeMap<u16, BTreeSet<&str>> = BTreeMap::new();
    let lines = register.lines();
    for line in &lines {
        assert!(!line.sources.is_empty(), "{} stands beside the article", line.id);
        for source in &line.sources {
            let SourceRef::Sentence(number) = source else { panic!("{}: {source}", line.id) };
            held.entry(*number).or_default().insert(line.id.as_str());
        }
    }
    for (at, (number, expected)) in HELD.iter().enumerate() {
        assert_eq!(usize::from(*number), at + 1);
        let found = held.remove(number).unwrap_or_default();
        match expected {
            Ok(lines) => assert_eq!(found, lines.iter().copied().collect(), "S{number}"),
            Err(reason) => assert!(found.is_empty() && !reason.is_empty(), "S{number} holds {found:?}"),
        }
    }
    assert_eq!(HELD.iter().filter(|(_, held)| held.is_ok()).count(), 30);
}

/// The order of the article, its counts, and what it leaves unclear.
#[test]
fn nothing_is_filled_in() {
    let register = article();
    let board = board(&register);
    let ids: Vec<&str> = board.pillars.iter().map(|row| row.pillar.id.as_str()).collect();
    assert_eq!(ids, ["P1", "P2", "P3", "P4", "P5"]);
    assert_eq!((board.quantities.unclear, board.quantities.of), (10, 10));
    assert_eq!(board.bound, (0, 4), "an unratified state is not bound");
    assert!(register.sources.is_empty() && register.groups[0].members.named().is_empty());
    assert!(register.witnesses.is_empty() && register.reminders.is_empty());
    assert!(register.relations.iter().all(|relation| relation.kind == RelationKind::Signed && relation.date.is_none()));
    let german = state_page(&register, "DE").unwrap();
    let said: Vec<(&str, Allowed)> = german.options.iter().map(|(option, may)| (option.id.as_str(), *may)).collect();
    assert_eq!(said[0], ("force-units", Allowed::AfterVote));
    assert_eq!(said[1], ("support-military", Allowed::Unclear));
    let qualifier = german.caveats[0].qualified_by.as_ref().unwrap();
    assert_eq!(qualifier.quote.as_str(), "Wir schließen grundsätzlich nichts aus");
    assert_eq!(german.asked_on.iter().map(|rests| rests.pillar.id.as_str()).collect::<Vec<_>>(), ["P4"]);
    assert!(state_page(&register, "XX").is_none());
}

/// The record says more, and never more firmly than it was said.
#[test]
fn the_record_is_shown_as_said() {
    let register = example();
    let of = |id: &str| register.instruments.iter().find(|instrument| instrument.id.as_str() == id).unwrap();
    assert_eq!(of("I2").modality, Modality::StandsReady);
    assert_eq!(of("I3").modality, Modality::AgreedToFinalise);
    assert!(register.instruments.iter().all(|instrument| !instrument.modality.binds()));
    let us = register.relations.iter().filter(|relation| relation.who.as_str() == "US");
    let us: Vec<RelationKind> = us.map(|relation| relation.kind).collect();
    assert_eq!(us, [RelationKind::DiscussedWith, RelationKind::Attended], "the United States signed nothing");
    let of_declaration = register.witnesses.iter().map(|line| &line.item);
    let differences = differences(of_declaration);
    assert_eq!(
        differences.iter().map(|(part, says)| (part.as_str(), says.len())).collect::<Vec<_>>(),
        [("US-support-of-force", 2), ("lead", 3)]
    );
    assert!(register.reminders.iter().all(|reminder| !reminder.on));
}
