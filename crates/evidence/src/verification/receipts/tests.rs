use super::*;
use crate::admit::tests::station_key;
use crate::dossier::build;
use crate::dossier::tests::{entry as plain, key};
use crate::frame::tests::frame;
use crate::frame::{Delivered, Frame, SealedFrame};
use crate::journal::Appender;
use crate::keys::tests::{Office, enrol, founded};
use crate::keys::{Holder, Role};
use crate::memory::MemoryJournal;
use crate::note::{Algorithm, SigningKey};
use crate::policy::Policy;
use crate::receipt::Row;
use crate::receipt::tests::{clock, relay_key};
use crate::verification::{Report, verify, verify_witnessed};
use truceline_model::time::{NS_PER_S, Time};
use truceline_model::witness_state::{WitnessAnswer, WitnessState};

fn row(count: u64) -> Vec<SealedFrame> {
    let mut frames: Vec<Frame> = Vec::new();
    for sequence in 0..count {
        frames.push(frame(sequence, frames.last().map(Frame::hash)));
    }
    frames.iter().map(|frame| frame.seal(&station_key())).collect()
}

/// The dossier of a journal with a station, a relay, these entries and a finding.
fn dossier(more: Vec<Vec<u8>>) -> Vec<u8> {
    let journal = MemoryJournal::new(key("test/log", 1), [9; 32]);
    let holder = |name: &str, role, key: &crate::keys::KeyPair| Holder {
        name: name.to_owned(),
        role,
        owner: "observatory".to_owned(),
        key: key.public(),
    };
    let officers = [Office::A, Office::B];
    let acts = [
        founded(),
        enrol(1, holder("TL01", Role::Station, &station_key()), &officers, Some(&station_key())),
        enrol(2, holder("R01", Role::Relay, &relay_key()), &officers, Some(&relay_key())),
    ];
    let mut entries: Vec<Vec<u8>> = acts.iter().map(entry::to_bytes).collect();
    entries.extend(more);
    let finding = entries.len() as u64;
    entries.extend([plain("finding", "number"), plain("outputs_end", "number")]);
    journal.append(entries).unwrap();
    build(&journal, 0..finding + 2, finding, "04-0001-E", "A statement.").unwrap()
}

fn delivered(sealed: &SealedFrame) -> Vec<u8> {
    entry::to_bytes(&Delivered { sealed: sealed.clone(), received: None })
}

fn said(report: Report, name: &str) -> Vec<(Outcome, String)> {
    report.checks.into_iter().filter(|check| check.name == name).map(|check| (check.outcome, check.sentence)).collect()
}

#[test]
fn receipts_are_counted_and_times_outside_of_them_are_named() {
    let frames = row(4);
    let mut receipts = Row::after(None, "R01", &relay_key(), clock());
    let mut give = |frames: &[SealedFrame], at_s: i64| receipts.give(frames, Time(at_s * NS_PER_S), None, &relay_key());
    let on_time = entry::to_bytes(&give(&frames[..2], 3));
    let late = entry::to_bytes(&give(&frames[2..3], 60));
    let mut forged = give(&frames[3..], 61);
    forged.signature[0] ^= 1;
    let mut entries = vec![on_time, delivered(&frames[0]), delivered(&frames[1]), late, delivered(&frames[2])];
    entries.extend([entry::to_bytes(&forged), delivered(&frames[3])]);
    let key = key("test/log", 1);
    let found = said(verify(&dossier(entries), Some(key.verifier_key())), NAME);
    let sentence = &found.iter().find(|(_, sentence)| sentence.starts_with("By when")).unwrap().1;
    assert!(sentence.starts_with("By when 3 of 4 frames had arrived, a relay signed (R01)."), "{sentence}");
    assert!(
        sentence.contains("TL01 frame 2: it claims") && sentence.contains("TL01 frame 3: no relay says"),
        "{sentence}"
    );
    let refused = found.iter().any(|(_, sentence)| sentence.contains("(receipt): R01: the signature of receipt 2"));
    assert!(refused, "{found:?}");
    let without = said(verify(&dossier(vec![delivered(&frames[0])]), Some(key.verifier_key())), NAME);
    assert!(without.iter().all(|(_, sentence)| !sentence.starts_with("By when")), "{without:?}");
}

#[test]
fn a_dossier_says_why_witnesses_did_not_cosign_as_the_journal_has_it() {
    let log = key("test/log", 1);
    let witness = |name: &str, seed| SigningKey::of(name, Algorithm::Ed25519Cosignature, [seed; 32]).unwrap();
    let (north, south) = (witness("example.org/north", 7), witness("example.org/south", 8));
    let text = format!(
        "log {}\nwitness North {}\nwitness South {}\ngroup all-of all North South\nquorum all-of\n",
        log.verifier_key(),
        north.verifier_key(),
        south.verifier_key(),
    );
    let policy = Policy::parse(text.as_bytes()).unwrap();
    let state = |answer, status, at| {
        entry::to_bytes(&WitnessState {
            // Names are those of the journal's own policy; keys are what counts.
            names: vec!["another name".into()],
            keys: vec![north.verifier_key().short(), "example.org/other+00000000".into()],
            address: "http://192.0.2.7/".into(),
            at: Time(at * NS_PER_S),
            answer,
            status,
            reason: Some("why".into()),
            size: 1,
            folded: 0,
        })
    };
    let of = |states: Vec<Vec<u8>>| {
        said(verify_witnessed(&dossier(states), Some(log.verifier_key()), &policy), "witnesses").remove(0)
    };
    let refused = of(vec![state(WitnessAnswer::TimedOut, None, 5), state(WitnessAnswer::Refused, Some(422), 9)]);
    assert_eq!(refused.0, Outcome::Unproven);
    let why =
        "Not by: North, South. The journal says why: North refused with status 422 at 1970-01-01T00:00:09Z (entry 4).";
    assert!(refused.1.ends_with(why), "{}", refused.1);
    let again = of(vec![state(WitnessAnswer::Refused, Some(422), 5), state(WitnessAnswer::Cosigned, None, 9)]);
    assert!(again.1.ends_with("Not by: North, South."), "{}", again.1);
}
