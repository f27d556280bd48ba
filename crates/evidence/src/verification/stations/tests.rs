use super::*;
use crate::admit::tests::station_key;
use crate::admit::{HOLES_MAX, NEWEST_REMEMBERED};
use crate::dossier::build;
use crate::dossier::tests::{entry as plain, key, record, signed_anew};
use crate::frame::tests::frame;
use crate::frame::{Frame, SealedFrame};
use crate::journal::Appender;
use crate::keys::tests::{Office, enrol, founded, revoke, rotate};
use crate::keys::{Holder, KeyPair, Role};
use crate::memory::MemoryJournal;
use crate::verification::verify;
use truceline_model::record::Form;
use truceline_model::report::SourceRef;
use truceline_model::time::Time;

/// A row of frames, each changed before it is sealed.
fn row_of(count: u64, change: impl Fn(&mut Frame)) -> Vec<SealedFrame> {
    let mut frames: Vec<Frame> = Vec::new();
    for sequence in 0..count {
        let mut next = frame(sequence, frames.last().map(Frame::hash));
        change(&mut next);
        frames.push(next);
    }
    frames.iter().map(|frame| frame.seal(&station_key())).collect()
}

fn row(count: u64) -> Vec<SealedFrame> {
    row_of(count, |_| {})
}

fn delivered(sealed: &SealedFrame) -> Vec<u8> {
    entry::to_bytes(&Delivered { sealed: sealed.clone(), received: None })
}

/// A journal with the register, these entries and a finding, and its dossier. The first of them is entry 2.
fn dossier_of(more: Vec<Vec<u8>>) -> Vec<u8> {
    let journal = MemoryJournal::new(key("test/log", 1), [9; 32]);
    let holder = Holder {
        name: "TL01".to_owned(),
        role: Role::Station,
        owner: "observatory".to_owned(),
        key: station_key().public(),
    };
    let acts = [founded(), enrol(1, holder, &[Office::A, Office::B], Some(&station_key()))];
    let mut entries: Vec<Vec<u8>> = acts.iter().map(entry::to_bytes).collect();
    entries.extend(more);
    let finding = entries.len() as u64;
    entries.extend([plain("finding", "number"), plain("outputs_end", "number")]);
    journal.append(entries).unwrap();
    build(&journal, 0..finding + 2, finding, "04-0001-E", "A statement.").unwrap()
}

fn dossier(frames: &[SealedFrame]) -> Vec<u8> {
    dossier_of(frames.iter().map(delivered).chain([record(0, b"one")]).collect())
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
    let found = said(&dossier(&row(4)[2..]));
    let sentence = "TL01: of its frames 0 to 3 these were not delivered: 0 to 1. What they held is not known.";
    assert_eq!(found[0], (Outcome::Proven, sentence.to_owned()));
}

/// Whoever hands a dossier on without one of its frames is told off by the manifest; a journal that signs one so, by the hole.
#[test]
fn a_frame_that_is_taken_out_of_a_dossier_leaves_a_hole_with_its_number() {
    let whole = dossier(&row(6));
    for taken in 0..6 {
        let without = |dossier: &mut Dossier| drop(dossier.entries.remove(2 + taken));
        let mut parts = Dossier::parse(&whole).unwrap();
        without(&mut parts);
        let report = verify(&parts.to_bytes(), Some(key("test/log", 1).verifier_key()));
        let contents: Vec<_> = report.checks.iter().filter(|check| check.outcome == Outcome::Contradicted).collect();
        assert_eq!(contents.len(), 1);
        assert_eq!(
            contents[0].sentence,
            format!("The manifest lists entry {}, and the file does not hold it.", 2 + taken)
        );

        let report =
            verify(&signed_anew(&whole, &key("test/log", 1), without), Some(key("test/log", 1).verifier_key()));
        let of = |name: &str| report.checks.iter().find(|check| check.name == name).unwrap();
        assert!(of("completeness").sentence.contains(&format!("these are left out: {}.", 2 + taken)));
        let row = of(NAME);
        let expected = if taken == 5 {
            "TL01: its frames 0 to 4 are here, each signed and citing the one before it.".to_owned()
        } else {
            format!("TL01: of its frames 0 to 5 these were not delivered: {taken}. What they held is not known.")
        };
        assert_eq!((row.outcome, &row.sentence), (Outcome::Unproven, &expected));
    }
}

/// More holes than a station's memory holds are all counted here.
#[test]
fn holes_are_counted_beyond_what_admission_remembers() {
    let every_other: Vec<_> = row(2 * HOLES_MAX as u64 + 20).into_iter().step_by(2).collect();
    let bytes = dossier(&every_other);
    let report = verify(&bytes, Some(key("test/log", 1).verifier_key()));
    let row = report.checks.iter().find(|check| check.name == NAME).unwrap();
    let more = format!("1, 3, 5, 7, 9, 11, 13, 15 and {} more ranges", HOLES_MAX + 9 - 8);
    assert!(row.sentence.contains(&more), "{}", row.sentence);
    assert_eq!((row.figures[1].name, &*row.figures[1].value), ("frames_missing", &*(HOLES_MAX + 9).to_string()));
}

#[test]
fn what_comes_late_closes_its_hole() {
    let mut frames = row(9);
    let late: Vec<_> = frames.drain(3..6).collect();
    frames.extend(late);
    let sentence = "TL01: its frames 0 to 8 are here, each signed and citing the one before it.";
    assert_eq!(said(&dossier(&frames))[0], (Outcome::Proven, sentence.to_owned()));
}

#[test]
fn a_station_that_started_anew_or_whose_clock_went_back_says_so() {
    let frames = row_of(6, |frame| {
        frame.boot += u64::from(frame.sequence >= 3);
        if frame.sequence == 4 {
            frame.time = Time(0);
        }
    });
    let sentence = "TL01: its frames 0 to 5 are here, each signed and citing the one before it. It started anew at frame 3. \
                    Its clock went back at frame 4.";
    assert_eq!(said(&dossier(&frames))[0], (Outcome::Proven, sentence.to_owned()));
}

#[test]
fn a_replay_is_named_and_makes_no_frame_more() {
    let mut frames = row(4);
    frames.push(frames[1].clone());
    let long_before = row(NEWEST_REMEMBERED as u64 + 4);
    let found = said(&dossier(&frames));
    assert!(found[0].1.starts_with("TL01: its frames 0 to 3 are here"), "{found:?}");
    let why = "The key register does not vouch for entry 6 (frame): TL01: frame 1 was delivered before. It stands in the \
               journal and must not be used.";
    assert_eq!(found[1], (Outcome::Proven, why.to_owned()));
    let again = [&long_before[..], &long_before[..1]].concat();
    assert!(said(&dossier(&again))[1].1.contains("TL01: frame 0 has a number that was used long before"));
}

#[test]
fn what_was_forged_is_named() {
    let mut frames = row(3);
    frames[1].signature[0] ^= 1;
    let found = said(&dossier(&frames));
    assert!(found[0].1.contains("these were not delivered: 1."), "{found:?}");
    let why = "The key register does not vouch for entry 3 (frame): TL01: the signature of frame 1 does not hold.";
    assert!(found[1].1.starts_with(why), "{}", found[1].1);
    for frame in &mut frames {
        frame.signature[0] ^= 1;
    }
    frames[1].signature[0] ^= 3;
    let many: Vec<_> = frames.iter().cycle().take(3 * MAX_REFUSED_NAMED).cloned().collect();
    let found = said(&dossier(&many));
    assert_eq!(found[MAX_REFUSED_NAMED].1, "The same holds for 16 entries more.");
}

#[test]
fn a_second_row_under_another_key_is_told_by_itself() {
    let next = KeyPair::from_seed(&[101; 32]);
    let mut entries: Vec<Vec<u8>> = row(4)[..3].iter().map(delivered).collect();
    entries.push(entry::to_bytes(&rotate(2, &station_key(), &next)));
    let mut anew: Vec<Frame> = Vec::new();
    for sequence in 0..4 {
        anew.push(Frame { key: next.public().id(), ..frame(sequence, anew.last().map(Frame::hash)) });
    }
    entries.extend(anew.iter().enumerate().filter(|(at, _)| *at != 2).map(|(_, frame)| delivered(&frame.seal(&next))));
    let found = said(&dossier_of(entries));
    assert_eq!(found[0].1, "TL01: its frames 0 to 2 are here, each signed and citing the one before it.");
    assert_eq!(
        found[1].1,
        "TL01, from entry 6 on under another key: of its frames 0 to 3 these were not delivered: 2. What they held is not \
         known."
    );
}

#[test]
fn frames_of_a_key_that_is_said_to_have_been_stolen_before_are_suspect() {
    let frames = row(5);
    let mut entries: Vec<Vec<u8>> = frames.iter().map(delivered).collect();
    entries.push(entry::to_bytes(&revoke(2, station_key().public().id(), 5, &[Office::A, Office::B])));
    let found = said(&dossier_of(entries));
    assert_eq!(
        found[1].1,
        "TL01: its key was revoked by entry 7 as suspect since entry 5. Whether frames 3 to 4 of the station are its own is \
         not known."
    );
}

/// A frame that delivers `payload`, and a record that says that it came in it.
fn delivery(payload: &[u8], recorded: &[u8], station: &str) -> [Vec<u8>; 2] {
    let stated = |bytes: &[u8]| Payload { sha256: Hash::of(bytes), bytes: bytes.len() as u64 };
    let sealed = Frame { payload: Some(stated(payload)), ..frame(0, None) }.seal(&station_key());
    let record = Record {
        source: SourceRef { source: station.to_owned(), boot: 1, sequence: 0 },
        records: 1,
        owner: "observatory".to_owned(),
        form: Form::MiniSeed,
        pieces: Vec::new(),
        payload: stated(recorded),
        frame: Some(sealed.hash()),
        received: None,
    };
    [delivered(&sealed), entry::to_bytes(&record)]
}

#[test]
fn a_record_that_did_not_come_in_its_frame_is_named_with_its_index() {
    let found = said(&dossier_of(delivery(b"samples", b"samples", "TL01").to_vec()));
    assert!(found[1].1.starts_with("1 of 1 entry of records came in frames that their stations signed"), "{found:?}");

    let report =
        verify(&dossier_of(delivery(b"samples", b"others", "TL01").to_vec()), Some(key("test/log", 1).verifier_key()));
    let why = "Entry 3 (record) says that it came in a frame, and did not: ";
    let unused = " It stands in the journal and must not be used.";
    let stray = report.checks.iter().find(|check| check.sentence.starts_with(why)).unwrap();
    assert_eq!(stray.sentence, format!("{why}frame 0 of TL01 delivers another payload.{unused}"));
    assert_eq!((stray.name, stray.location.as_ref().unwrap().entry), (NAME, Some(3)));
    assert!(report.checks.iter().any(|check| check.sentence.starts_with("0 of 1 entry of records came in frames")));

    let found = said(&dossier_of(delivery(b"samples", b"samples", "TL02").to_vec()));
    assert_eq!(found[1].1, format!("{why}it is a record of TL02, and the frame is one of TL01.{unused}"));
    let [_, alone] = delivery(b"samples", b"samples", "TL01");
    let found = said(&dossier_of(vec![delivered(&row(1)[0]), alone]));
    assert_eq!(found[1].1, format!("{why}no frame before it that is its station's own has that hash.{unused}"));
    // Of a frame that was refused its record is refused with it, and nothing is false.
    let [frame, record] = delivery(b"samples", b"samples", "TL01");
    let mut forged: Delivered = entry::from_bytes(&frame).unwrap();
    forged.sealed.signature[0] ^= 1;
    let found = said(&dossier_of(vec![entry::to_bytes(&forged), record]));
    assert!(found.len() == 2 && found[0].1.starts_with("The key register does not vouch for entry 2"), "{found:?}");
}

#[test]
fn what_a_frame_delivers_and_nobody_registers_is_said() {
    let [frame, _] = delivery(b"samples", b"samples", "TL01");
    let found = said(&dossier_of(vec![frame]));
    assert_eq!(
        found[0].1,
        "TL01: its frames 0 to 0 are here, each signed and citing the one before it. Nothing is derived from what frame 0 \
         delivered: no record of it is registered."
    );
}
