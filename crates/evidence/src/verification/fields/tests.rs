use super::*;
use crate::admit::tests::station_key;
use crate::dossier::tests::{entry as plain, key, signed_anew};
use crate::dossier::{build, disclose};
use crate::fields::{Sealing, Shown, place_fields};
use crate::frame::tests::frame;
use crate::frame::{Delivered, Frame};
use crate::journal::Appender;
use crate::keys::tests::{Office, enrol, founded};
use crate::keys::{Holder, Role};
use crate::memory::MemoryJournal;
use crate::verification::{Report, verify};
use truceline_model::canonical::Bytes;
use truceline_model::entry;
use truceline_model::hash::Hash;

const HERE: Place = Place { lat_e7: 483_123_456, lon_e7: -376_543_210 };

/// What the station of these tests seals in its frame of a number.
fn sealing(number: u8) -> Sealing {
    let mut fields = place_fields(HERE, 1_000_000);
    fields.push(("sensor".to_owned(), canonical::to_bytes(&"MB3a".to_owned())));
    Sealing::new(fields, [number; 32]).unwrap()
}

/// A station whose cell does not hold its place.
fn lying() -> Sealing {
    let mut fields = place_fields(HERE, 1_000_000);
    fields[1].1 = canonical::to_bytes(&Cell::holding(Place { lat_e7: 1, lon_e7: 1 }, 1_000_000));
    Sealing::new(fields, [9; 32]).unwrap()
}

/// A dossier of three frames, entries 2 to 4, the last of which seals no fields; and the hashes of the frames.
fn dossier(first: &Sealing) -> (Vec<u8>, [Hash; 3]) {
    let journal = MemoryJournal::new(key("test/log", 1), [9; 32]);
    let holder = Holder {
        name: "TL01".to_owned(),
        role: Role::Station,
        owner: "observatory".to_owned(),
        key: station_key().public(),
    };
    let acts = [founded(), enrol(1, holder, &[Office::A, Office::B], Some(&station_key()))];
    let mut entries: Vec<Vec<u8>> = acts.iter().map(entry::to_bytes).collect();
    let first = Frame { fields: Some(first.fields()), ..frame(0, None) };
    let second = Frame { fields: Some(sealing(1).fields()), ..frame(1, Some(first.hash())) };
    let third = frame(2, Some(second.hash()));
    let frames = [first, second, third];
    let sealed = frames.iter().map(|frame| frame.seal(&station_key()));
    entries.extend(sealed.map(|sealed| entry::to_bytes(&Delivered { sealed, received: None })));
    entries.extend([plain("finding", "number"), plain("outputs_end", "number")]);
    journal.append(entries).unwrap();
    let bytes = build(&journal, 0..7, 5, "04-0001-E", "A statement.").unwrap();
    (bytes, [frames[0].hash(), frames[1].hash(), frames[2].hash()])
}

fn report(bytes: &[u8]) -> Report {
    verify(bytes, Some(key("test/log", 1).verifier_key()))
}

fn said(report: &Report) -> Vec<(Outcome, &str)> {
    report.checks.iter().filter(|check| check.name == NAME).map(|c| (c.outcome, c.sentence.as_str())).collect()
}

/// The cell of both frames is shown.
fn shown() -> Vec<u8> {
    let (bytes, [first, second, _]) = dossier(&sealing(0));
    let cell = |number| sealing(number).show(&[CELL]).unwrap();
    disclose(&bytes, &BTreeMap::from([(first, cell(0)), (second, cell(1))])).unwrap()
}

#[test]
fn a_cell_is_shown_and_the_place_is_withheld() {
    let (bytes, [first, ..]) = dossier(&sealing(0));
    let plain = report(&bytes);
    assert_eq!(
        said(&plain),
        [(Outcome::Proven, "TL01 sealed fields in 2 frames of which nothing is shown: all 6 are withheld.")]
    );
    let found = report(&shown());
    assert_eq!(found.outcome, Outcome::Proven);
    assert_eq!(
        said(&found),
        [(
            Outcome::Proven,
            "TL01 states, in 2 frames, at entries 2 to 3: it stands inside the cell of latitude 48.3 to 48.4 and longitude \
             -37.7 to -37.6; its exact place is withheld. Of 3 fields 2 are withheld."
        )]
    );
    // The manifest's signature is the same: what is shown is nothing that the journal vouches for.
    let manifest = |report: &Report| report.checks[1].clone();
    assert_eq!(manifest(&found), manifest(&plain));

    let all = sealing(0).show(&[PLACE, CELL, "sensor"]).unwrap();
    let found = report(&disclose(&bytes, &BTreeMap::from([(first, all)])).unwrap());
    assert_eq!(
        said(&found)[0].1,
        "TL01 states, in the frame at entry 2: it stands at latitude 48.3123456, longitude -37.654321, inside the cell that \
         it states. Its sensor: \u{201c}MB3a\u{201d}. Of 3 fields 0 are withheld."
    );
    assert_eq!(said(&found)[1].1, "TL01 sealed fields in 1 frame of which nothing is shown: all 3 are withheld.");
}

/// Whatever is changed in what is shown contradicts, with the entry and the bytes of the file.
#[test]
fn what_was_changed_in_a_disclosure_is_found_at_its_entry() {
    let other = canonical::to_bytes(&Cell::holding(Place { lat_e7: 1, lon_e7: 1 }, 1_000_000));
    type Change<'a> = (&'a str, &'a dyn Fn(&mut Shown));
    let changes: [Change<'_>; 5] = [
        ("a cell", &|shown| shown.value = Bytes(other.clone())),
        ("a salt", &|shown| shown.salt[5] ^= 1),
        ("a path", &|shown| shown.path = PLACE.to_owned()),
        ("an index", &|shown| shown.index ^= 1),
        ("a proof", &|shown| shown.proof[0].0[0] ^= 1),
    ];
    for (what, change) in changes {
        let mut parts = Dossier::parse(&shown()).unwrap();
        change(&mut parts.disclosures[1].value.shown.shown[0]);
        let bytes = parts.to_bytes_of_third_form();
        let found = report(&bytes);
        let faults: Vec<_> = found.checks.iter().filter(|check| check.outcome == Outcome::Contradicted).collect();
        assert_eq!(faults.len(), 1, "{what}: {faults:#?}");
        let location = faults[0].location.as_ref().unwrap();
        assert_eq!((faults[0].name, location.part, location.entry), (NAME, "disclosures", Some(3)), "{what}");
        assert!(
            faults[0]
                .sentence
                .starts_with("What is shown of the fields that TL01 sealed in entry 3 (frame) does not hold")
        );
        let range = location.bytes.clone().unwrap();
        assert_eq!(canonical::from_bytes::<Disclosed>(&bytes[range]).unwrap().frame, 3);
    }
}

#[test]
fn a_place_outside_its_cell_contradicts() {
    let (bytes, [first, ..]) = dossier(&lying());
    let cell = lying().show(&[CELL]).unwrap();
    assert_eq!(report(&disclose(&bytes, &BTreeMap::from([(first, cell)])).unwrap()).outcome, Outcome::Proven);
    let both = lying().show(&[PLACE, CELL]).unwrap();
    let refused = disclose(&bytes, &BTreeMap::from([(first, both.clone())])).unwrap_err();
    assert!(refused.to_string().contains("the place does not lie in the place.cell"), "{refused}");
    let mut parts = Dossier::parse(&shown()).unwrap();
    let lies = Dossier::parse(&bytes).unwrap();
    parts.entries = lies.entries;
    parts.manifest = lies.manifest;
    parts.signature = lies.signature;
    parts.checkpoint = lies.checkpoint;
    parts.disclosures.truncate(1);
    parts.disclosures[0].value.shown = both;
    let found = report(&parts.to_bytes_of_third_form());
    assert_eq!(
        said(&found)[0],
        (
            Outcome::Contradicted,
            "What is shown of the fields that TL01 sealed in entry 2 (frame) does not hold: the place does not lie in the \
             place.cell that was signed with it."
        )
    );
}

#[test]
fn what_is_shown_of_something_else_is_refused() {
    let (bytes, [first, second, third]) = dossier(&sealing(0));
    let cell = |number| sealing(number).show(&[CELL]).unwrap();
    // Of another frame's fields, of a frame that has none; of a frame that is not here nothing is shown.
    assert!(disclose(&bytes, &BTreeMap::from([(second, cell(0))])).unwrap_err().is_false_proof());
    assert!(
        disclose(&bytes, &BTreeMap::from([(third, cell(0))])).unwrap_err().to_string().contains("sealed no fields")
    );
    let nothing = disclose(&bytes, &BTreeMap::from([(Hash([1; 32]), cell(0))])).unwrap();
    assert_eq!(Dossier::parse(&nothing).unwrap().disclosures().len(), 0);
    // What was shown before stays, and more is shown.
    let one = disclose(&bytes, &BTreeMap::from([(first, cell(0))])).unwrap();
    assert_eq!(disclose(&one, &BTreeMap::from([(second, cell(1))])).unwrap(), shown());

    let moved = |to: u64| {
        let mut parts = Dossier::parse(&shown()).unwrap();
        parts.disclosures.truncate(1);
        parts.disclosures[0].value.frame = to;
        let found = report(&parts.to_bytes_of_third_form());
        let (outcome, words) = said(&found)[0];
        (outcome, words.to_owned())
    };
    assert_eq!(moved(77).1, "Fields of entry 77 are shown, and the file does not hold that entry.");
    assert_eq!(moved(4).1, "Fields of entry 4 (frame) are shown, and TL01 sealed none in it.");
    let (outcome, words) = moved(1);
    assert_eq!(outcome, Outcome::Contradicted);
    assert!(words.starts_with("Fields of entry 1 (key act) are shown: that is no frame"), "{words}");
    let mut parts = Dossier::parse(&shown()).unwrap();
    parts.disclosures.swap(0, 1);
    let error = Dossier::parse(&parts.to_bytes_of_third_form()).unwrap_err();
    assert!(error.to_string().contains("the disclosure of entry 2 does not stand after all of lower index"), "{error}");
}

/// Where the register is left out, nobody vouches for a frame, and what it shows is unproven.
#[test]
fn what_is_shown_of_a_frame_that_nobody_vouches_for_is_unproven() {
    let bytes = signed_anew(&shown(), &key("test/log", 1), |parts| drop(parts.entries.remove(1)));
    let found = report(&bytes);
    assert_eq!(found.outcome, Outcome::Unproven);
    assert!(said(&found).iter().all(|(outcome, _)| *outcome == Outcome::Unproven), "{:?}", said(&found));
}

#[test]
fn degrees_are_exact() {
    for (e7, words) in [(483_000_000, "48.3"), (-1, "-0.0000001"), (0, "0"), (-1_800_000_000, "-180")] {
        assert_eq!(degrees(e7), words);
    }
}
