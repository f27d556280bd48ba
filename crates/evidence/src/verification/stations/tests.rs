use super::*;
use crate::admit::tests::station_key;
use crate::dossier::build;
use crate::dossier::tests::{entry as plain, key, record};
use crate::frame::tests::frame;
use crate::frame::{Frame, SealedFrame};
use crate::journal::Appender;
use crate::keys::tests::{Office, enrol, founded};
use crate::keys::{Holder, Role};
use crate::memory::MemoryJournal;
use crate::verification::verify;

fn row(count: u64) -> Vec<SealedFrame> {
    let mut frames: Vec<Frame> = Vec::new();
    for sequence in 0..count {
        let previous = frames.last().map(Frame::hash);
        frames.push(frame(sequence, previous));
    }
    frames.iter().map(|frame| frame.seal(&station_key())).collect()
}

/// A journal with the register, these frames and a finding, and its dossier.
fn dossier(frames: &[SealedFrame]) -> Vec<u8> {
    let journal = MemoryJournal::new(key("test/log", 1), [9; 32]);
    let holder = Holder {
        name: "TL01".to_owned(),
        role: Role::Station,
        owner: "observatory".to_owned(),
        key: station_key().public(),
    };
    let acts = [founded(), enrol(1, holder, &[Office::A, Office::B], Some(&station_key()))];
    let mut entries: Vec<Vec<u8>> = acts.iter().map(entry::to_bytes).collect();
    let delivered = |sealed: &SealedFrame| Delivered { sealed: sealed.clone(), received: None };
    entries.extend(frames.iter().map(|sealed| entry::to_bytes(&delivered(sealed))));
    entries.push(record(0, b"one"));
    let finding = entries.len() as u64;
    entries.extend([plain("finding", "number"), plain("outputs_end", "number")]);
    journal.append(entries).unwrap();
    build(&journal, 0..finding + 2, finding, "04-0001-E", "A statement.").unwrap()
}

fn said(bytes: &[u8]) -> Vec<(Outcome, String)> {
    let report = verify(bytes, Some(key("test/log", 1).verifier_key()));
    report.checks.into_iter().filter(|check| check.name == NAME).map(|check| (check.outcome, check.sentence)).collect()
}

#[test]
fn an_unbroken_row_is_proven() {
    let found = said(&dossier(&row(5)));
    let sentence = "TL01: its frames 0 to 4 are here, each signed and citing the one before it.";
    assert_eq!(found[0], (Outcome::Proven, sentence.to_owned()));
    assert!(found[1].1.starts_with("0 of 1 entry of records came in frames"), "{}", found[1].1);
    assert!(found[1].1.contains("founded by entry 0 with 4 officers") && found.len() == 2, "{found:?}");
}

#[test]
fn frames_that_were_not_delivered_are_listed() {
    let mut frames = row(9);
    frames.drain(5..7);
    frames.remove(2);
    let found = said(&dossier(&frames));
    let sentence = "TL01: of its frames 0 to 8 these were not delivered: 2, 5 to 6. What they held is not known.";
    assert_eq!(found[0], (Outcome::Proven, sentence.to_owned()));
}

#[test]
fn what_was_forged_is_named() {
    let mut frames = row(3);
    frames[1].signature[0] ^= 1;
    let found = said(&dossier(&frames));
    assert!(found[0].1.contains("these were not delivered: 1."), "{found:?}");
    let why = "The key register does not vouch for entry 3 (frame): TL01: the signature of frame 1 does not hold.";
    assert!(found[1].1.starts_with(why), "{}", found[1].1);
}
