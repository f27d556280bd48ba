use super::*;
use crate::admit::tests::station_key;
use proptest::prelude::*;
use truceline_model::entry;
use truceline_model::time::NS_PER_S;

/// A frame of the station of these tests: one a second from second 0 on, heartbeats.
pub(crate) fn frame(sequence: u64, previous: Option<Hash>) -> Frame {
    Frame {
        station: "TL01".to_owned(),
        key: station_key().public().id(),
        boot: 1,
        sequence,
        previous,
        time: Time(sequence as i64 * NS_PER_S),
        clock: ClockEvidence {
            source: ClockSource::Gnss,
            sigma_ns: 100,
            satellites: 9,
            authenticity: Authenticity::Unchecked,
            holdover_s: 0,
        },
        next_within_s: 10,
        health: Health::default(),
        configuration: Hash([3; 32]),
        beacon: None,
        fields: None,
        payload: None,
    }
}

fn with_payload(sequence: u64, previous: Option<Hash>, payload: &[u8]) -> Frame {
    let stated = Payload { sha256: Hash::of(payload), bytes: payload.len() as u64 };
    Frame { payload: Some(stated), ..frame(sequence, previous) }
}

fn file() -> Vec<u8> {
    let mut file = MAGIC.to_vec();
    let first = with_payload(0, None, b"samples");
    write(&mut file, &first.seal(&station_key()), Some(b"samples"));
    write(&mut file, &frame(1, Some(first.hash())).seal(&station_key()), None);
    file
}

/// The form of a frame is fixed for ever: stations in the field make it. The values were computed by
/// Python's cbor2 and cryptography.
#[test]
fn golden() {
    let sealed = with_payload(0, None, b"samples").seal(&station_key());
    assert_eq!(sealed.hash().to_string(), "d0033ca08a08f851257e05e24047d37a6064377027e646c3c99b8abeb107afd1");
    assert_eq!(
        Hash::of(&sealed.signature).to_string(),
        "f17084929d0fe00e0e60b82249a91f50a3f8b6d3eff68d3e72f8f9008368e57a"
    );
    let delivered = Delivered { sealed, received: Some(Time(5)) };
    let bytes = entry::to_bytes(&delivered);
    assert_eq!(Hash::of(&bytes).to_string(), "48c3aa8f37b8d155b0a7e88803e827349336e8ec354397289ac900900b692321");
    assert!(bytes.len() < 700, "{} bytes", bytes.len());
    assert_eq!(entry::from_bytes::<Delivered>(&bytes).unwrap(), delivered);
}

#[test]
fn a_file_gives_its_frames() {
    let bytes = file();
    let frames: Vec<_> = read(&bytes).collect::<Result<_, _>>().unwrap();
    assert_eq!(frames.len(), 2);
    assert_eq!(frames[0].1.payload.as_deref(), Some(&b"samples"[..]));
    assert_eq!(frames[1].1.frame.sequence, 1);
    assert_eq!(frames[1].0.end, bytes.len());
    assert!(frames.iter().all(|(_, frame)| frame.sealed.is_signed_by(&station_key().public())));
}

#[test]
fn what_is_no_frame_ends_the_file_with_its_byte() {
    for (bytes, word) in [(b"hello".to_vec(), "not a file of frames"), ([MAGIC, b"x"].concat(), "byte 19")] {
        let read: Vec<_> = read(&bytes).collect();
        assert_eq!(read.len(), 1);
        let error = read[0].as_ref().unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    }
    let mut other = MAGIC.to_vec();
    write(&mut other, &with_payload(0, None, b"samples").seal(&station_key()), Some(b"sample!"));
    let error = read(&other).next().unwrap().unwrap_err();
    assert!(error.to_string().contains("has not the payload"), "{error}");
}

#[test]
fn what_a_frame_cannot_say_is_refused() {
    let first = frame(0, None);
    for wrong in [
        Frame { station: String::new(), ..first.clone() },
        Frame { station: "a b".to_owned(), ..first.clone() },
        Frame { next_within_s: 0, ..first.clone() },
        Frame { previous: Some(Hash([1; 32])), ..first.clone() },
        Frame { sequence: 1, ..first.clone() },
        Frame { payload: Some(Payload { sha256: Hash([0; 32]), bytes: 0 }), ..first.clone() },
    ] {
        assert!(wrong.seal(&station_key()).frame().is_err(), "{wrong:?}");
    }
}

proptest! {
    /// Of a changed file nothing passes that was not sealed: each frame either is one of those that were, or fails.
    #[test]
    fn a_changed_byte_is_found(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let whole = file();
        let good: Vec<SealedFrame> = read(&whole).map(|frame| frame.unwrap().1.sealed).collect();
        let mut bytes = whole.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let read: Vec<_> = read(&bytes).collect();
        let passes = |frame: &InFile| frame.sealed.is_signed_by(&station_key().public());
        let passed: Vec<_> = read.iter().flatten().map(|(_, frame)| frame).filter(|frame| passes(frame)).collect();
        prop_assert!(passed.len() < good.len());
        prop_assert!(passed.iter().all(|frame| good.contains(&frame.sealed)));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let count = read(&[MAGIC, &bytes].concat()).count();
        prop_assert!(count <= bytes.len() + 1);
    }
}
