use super::*;
use crate::admit::tests::station_key;
use crate::frame::tests::frame;
use crate::frame::{self, Authenticity, ClockSource};
use crate::keys::tests::key;
use proptest::prelude::*;
use truceline_model::entry;
use truceline_model::time::NS_PER_S;

pub(crate) fn relay_key() -> KeyPair {
    key(200)
}

pub(crate) fn clock() -> ClockEvidence {
    ClockEvidence {
        source: ClockSource::Network,
        sigma_ns: 1_000_000,
        satellites: 0,
        authenticity: Authenticity::Unchecked,
        holdover_s: 0,
    }
}

fn frames() -> Vec<SealedFrame> {
    let first = frame(0, None);
    let second = frame(1, Some(first.hash()));
    vec![first.seal(&station_key()), second.seal(&station_key())]
}

fn file() -> Vec<u8> {
    let mut row = Row::after(None, "R01", &relay_key(), clock());
    let mut file = MAGIC.to_vec();
    for (at, sealed) in (5..).zip(frames()) {
        write(&mut file, &row.give(std::slice::from_ref(&sealed), Time(at * NS_PER_S), None, &relay_key()));
        frame::write(&mut file, &sealed, None);
    }
    file
}

/// The form of a receipt is fixed for ever: relays in the field make it. The values were computed by Python's cbor2 and
/// cryptography from the same fields.
#[test]
fn golden() {
    let beacon = Beacon { size: 7, root: Hash([9; 32]) };
    let mut row = Row::after(None, "R01", &relay_key(), clock());
    let sealed = row.give(&frames(), Time(5 * NS_PER_S), Some(beacon), &relay_key());
    assert_eq!(sealed.hash().to_string(), "37e0fba049fa932d2bf3a681cc7850d4534a422bb91a40acfe7c36d630c585f3");
    let bytes = entry::to_bytes(&sealed);
    assert_eq!(Hash::of(&bytes).to_string(), "e35efd8913cb7be2b427ddd687218c8b2f63eece2358f659d6e682d2f3739d41");
    assert_eq!(entry::from_bytes::<SealedReceipt>(&bytes).unwrap(), sealed);
    assert!(sealed.is_signed_by(&relay_key().public()) && !sealed.is_signed_by(&station_key().public()));
}

#[test]
fn a_relay_s_file_reads_as_it_was_written() {
    let items: Vec<Relayed> = read(&file()).map(|item| item.unwrap().1).collect();
    let [Relayed::Receipt(first), Relayed::Frame(one), Relayed::Receipt(second), Relayed::Frame(_)] = items.as_slice()
    else {
        panic!("{items:?}")
    };
    let (first, second) = (first.receipt().unwrap(), second.receipt().unwrap());
    assert_eq!((first.number, first.frames.as_slice()), (0, &[one.sealed.hash()][..]));
    assert_eq!((second.number, second.previous), (1, Some(Hash::of(&canonical::to_bytes(&first)))));
    // A row goes on from what it wrote last.
    let goes_on =
        Row::after(Some(&second), "R01", &relay_key(), clock()).give(&frames(), second.time, None, &relay_key());
    let goes_on = goes_on.receipt().unwrap();
    assert_eq!((goes_on.number, goes_on.previous), (2, Some(Hash::of(&canonical::to_bytes(&second)))));
    assert!(read(b"other").next().unwrap().is_err());
    assert!(read(&[MAGIC, b"\xa2\x00"].concat()).next().unwrap().unwrap_err().to_string().contains("in a receipt"));
}

#[test]
fn what_cannot_be_is_no_receipt() {
    let good = Receipt {
        relay: "R01".into(),
        key: relay_key().public().id(),
        number: 0,
        previous: None,
        time: Time(0),
        clock: clock(),
        beacon: None,
        frames: vec![Hash([1; 32])],
    };
    assert!(good.seal(&relay_key()).receipt().is_ok());
    let largest = Receipt { frames: vec![Hash([1; 32]); MAX_RECEIPT_FRAMES], relay: "R".repeat(120), ..good.clone() };
    assert!(largest.seal(&relay_key()).receipt().is_ok());
    for bad in [
        Receipt { relay: String::new(), ..good.clone() },
        Receipt { relay: "a b".into(), ..good.clone() },
        Receipt { number: 1, ..good.clone() },
        Receipt { previous: Some(Hash([1; 32])), ..good.clone() },
        Receipt { frames: Vec::new(), ..good.clone() },
        Receipt { frames: vec![Hash([1; 32]); MAX_RECEIPT_FRAMES + 1], ..good.clone() },
    ] {
        assert!(bad.seal(&relay_key()).receipt().is_err(), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn a_changed_byte_is_found(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let good = file();
        let mut bytes = good.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        // Each frame that is still read as signed stands in a receipt that is still read as signed, and was in the file.
        let originals: Vec<Hash> = frames().iter().map(SealedFrame::hash).collect();
        let (mut receipted, mut whole) = (Vec::new(), 0);
        for item in read(&bytes) {
            match item {
                Ok((_, Relayed::Receipt(sealed))) if sealed.is_signed_by(&relay_key().public()) => {
                    receipted.extend(sealed.receipt().unwrap().frames);
                    whole += 1;
                }
                Ok((_, Relayed::Frame(frame))) if frame.sealed.is_signed_by(&station_key().public()) => {
                    prop_assert!(originals.contains(&frame.sealed.hash()));
                    whole += 1;
                }
                _ => {}
            }
        }
        prop_assert!(whole < 4 && receipted.iter().all(|hash| originals.contains(hash)));
    }
}
