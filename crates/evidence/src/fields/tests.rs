use super::*;
use proptest::prelude::*;

fn place() -> Place {
    Place { lat_e7: 480_123_456, lon_e7: 376_543_210 }
}

fn station() -> Sealing {
    let mut fields = place_fields(place(), 1_000_000);
    fields.push(("model".to_owned(), canonical::to_bytes(&"MB3a".to_owned())));
    Sealing::new(fields, [7; 32]).unwrap()
}

/// The form of a root is fixed for ever: what stations signed rests on it. Computed by Python's hashlib and hmac.
#[test]
fn golden() {
    let sealing = Sealing::new(vec![("a".to_owned(), vec![1]), ("b".to_owned(), vec![2])], [1; 32]).unwrap();
    assert_eq!(sealing.fields().root.to_string(), "f7ed3da6c0fc673e2bd75d67ae327f57f9ebf92d7eefa71c331ed2542311eb12");
}

#[test]
fn a_place_is_withheld_and_its_cell_is_proven() {
    let sealing = station();
    let shown = sealing.show(&[CELL]).unwrap();
    assert_eq!(shown.check(&sealing.fields()).unwrap(), 2);
    let cell: Cell = shown.value(CELL).unwrap().unwrap();
    assert!(cell.holds(place()) && cell.high.lat_e7 - cell.low.lat_e7 == 1_000_000);
    assert_eq!(shown.value::<Place>(PLACE).unwrap(), None);
    let bytes = canonical::to_bytes(&shown);
    assert!(!bytes.windows(4).any(|window| window == place().lat_e7.to_be_bytes()), "the place is in what is shown");
    assert_eq!(canonical::from_bytes::<Disclosure>(&bytes).unwrap(), shown);
}

#[test]
fn a_station_whose_cell_does_not_hold_its_place_is_found_when_both_are_shown() {
    let elsewhere = Place { lat_e7: 490_000_000, ..place() };
    let mut fields = place_fields(place(), 1_000_000);
    fields[1].1 = canonical::to_bytes(&Cell::holding(elsewhere, 1_000_000));
    let sealing = Sealing::new(fields, [7; 32]).unwrap();
    assert!(sealing.show(&[CELL]).unwrap().check(&sealing.fields()).is_ok());
    let error = sealing.show(&[CELL, PLACE]).unwrap().check(&sealing.fields()).unwrap_err();
    assert!(error.to_string().contains("does not lie"), "{error}");
}

#[test]
fn what_cannot_be_sealed_or_shown_says_so() {
    let field = |path: &str| (path.to_owned(), vec![0]);
    for (fields, word) in [
        (vec![], "0 fields"),
        (vec![field("a"), field("a")], "twice"),
        (vec![field("")], "path"),
        (vec![("a".to_owned(), vec![0; MAX_VALUE_BYTES + 1])], "at most"),
        ((0..=MAX_FIELDS).map(|n| field(&n.to_string())).collect(), "65 fields"),
    ] {
        let error = Sealing::new(fields, [0; 32]).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    assert!(station().show(&["mass"]).unwrap_err().is_out_of_range());
}

proptest! {
    #[test]
    fn what_is_shown_holds_and_nothing_else_does(
        count in 1usize..12, mask in any::<u16>(), flip in any::<prop::sample::Index>(), bit in 0u8..8,
    ) {
        let fields: Vec<(String, Vec<u8>)> = (0..count).map(|n| (format!("f{n:02}"), vec![n as u8; n])).collect();
        let sealing = Sealing::new(fields.clone(), [9; 32]).unwrap();
        let paths: Vec<&str> =
            fields.iter().enumerate().filter(|(n, _)| mask >> n & 1 == 1).map(|(_, (path, _))| path.as_str()).collect();
        let shown = sealing.show(&paths).unwrap();
        prop_assert_eq!(shown.check(&sealing.fields()).unwrap(), (count - paths.len()) as u64);
        // Any other byte is another form, or is not what was signed.
        let mut bytes = canonical::to_bytes(&shown);
        if !paths.is_empty() {
            let at = flip.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let passes = canonical::from_bytes::<Disclosure>(&bytes).is_ok_and(|other| other.check(&sealing.fields()).is_ok());
            prop_assert!(!passes, "byte {} of {:?}", at, shown);
        }
    }
}

#[test]
fn a_file_of_disclosures_reads_back_and_refuses_other_forms() {
    use std::collections::BTreeMap;
    let cell = station().show(&[CELL]).unwrap();
    let shown = BTreeMap::from([(Hash([2; 32]), cell.clone()), (Hash([1; 32]), station().show(&["model"]).unwrap())]);
    let bytes = file::write(&shown);
    assert_eq!(file::read(&bytes).unwrap(), shown);
    assert_eq!(file::read(file::MAGIC).unwrap(), BTreeMap::new());
    assert!(file::read(b"truceline-frames-1\n").unwrap_err().is_malformed());
    let twice = [&file::write(&BTreeMap::from([(Hash([2; 32]), cell)])), &bytes[file::MAGIC.len()..]].concat();
    assert!(file::read(&twice).unwrap_err().to_string().contains("a frame of higher hash than the one before"));
    for end in file::MAGIC.len() + 1..bytes.len() {
        let cut = file::read(&bytes[..end]);
        assert!(cut.is_err() || file::write(&cut.unwrap()) == bytes[..end], "cut to {end} bytes");
    }
}

#[test]
fn a_stations_secrets_are_one_records_each() {
    use crate::keys::KeyPair;
    let key = KeyPair::from_seed(&[1; 32]);
    let secrets = [key.field_secret(0, None), key.field_secret(1, None), key.field_secret(0, Some(Hash([0; 32])))];
    // Computed by Python's hmac.
    assert_eq!(Hash(secrets[0]).to_string(), "6b6025a87bc159185ee84101b27fbbf77ef3e16c4b8cd66fe8885a65a177f9cd");
    assert!(secrets[0] != secrets[1] && secrets[0] != secrets[2] && secrets[1] != secrets[2]);
    assert_ne!(KeyPair::from_seed(&[2; 32]).field_secret(0, None), secrets[0]);
}

proptest! {
    /// What reads as a file of disclosures writes itself; nothing else reads.
    #[test]
    fn a_damaged_file_of_disclosures_is_refused_or_another_one(
        at in any::<prop::sample::Index>(),
        with in proptest::collection::vec(any::<u8>(), 1..30),
    ) {
        let shown = std::collections::BTreeMap::from([(Hash([3; 32]), station().show(&[CELL, "model"]).unwrap())]);
        let mut bytes = file::write(&shown);
        let at = at.index(bytes.len());
        let end = (at + with.len()).min(bytes.len());
        bytes.splice(at..end, with);
        if let Ok(read) = file::read(&bytes) {
            prop_assert_eq!(file::write(&read), bytes);
        }
    }
}
