use super::*;
use proptest::prelude::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// RFC 8949, appendix A: the examples inside our subset.
#[test]
fn rfc_8949_examples() {
    let integers: [(i64, &str); 12] = [
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (100, "1864"),
        (1000, "1903e8"),
        (1_000_000, "1a000f4240"),
        (1_000_000_000_000, "1b000000e8d4a51000"),
        (-1, "20"),
        (-10, "29"),
        (-100, "3863"),
        (-1000, "3903e7"),
        (i64::MIN, "3b7fffffffffffffff"),
    ];
    for (value, expected) in integers {
        let bytes = to_bytes(&value);
        assert_eq!(hex(&bytes), expected);
        assert_eq!(from_bytes::<i64>(&bytes).unwrap(), value);
    }
    assert_eq!(hex(&to_bytes(&u64::MAX)), "1bffffffffffffffff");
    assert_eq!(hex(&to_bytes(&"\u{6c34}".to_owned())), "63e6b0b4");
    assert_eq!(hex(&to_bytes(&Bytes(vec![1, 2, 3, 4]))), "4401020304");
    assert_eq!(hex(&to_bytes(&vec![1u64, 2, 3])), "83010203");
    assert_eq!(hex(&to_bytes(&None::<u64>)), "f6");
    assert_eq!(hex(&to_bytes(&true)), "f5");
}

#[test]
fn other_spellings_are_refused() {
    for (spelling, why) in [
        (&[0x18, 0x17][..], "23 in two bytes"),
        (&[0x19, 0x00, 0xff], "255 in three bytes"),
        (&[0x1b, 0, 0, 0, 0, 0, 0, 0, 1], "1 in nine bytes"),
        (&[0x9f, 0x01, 0xff], "indefinite array"),
        (&[0xc0, 0x01], "tag"),
        (&[0xf9, 0x3c, 0x00], "float"),
        (&[0x01, 0x01], "bytes left over"),
        (&[], "nothing"),
    ] {
        assert!(from_bytes::<u64>(spelling).is_err(), "{why}");
        assert!(from_bytes::<Vec<u64>>(spelling).is_err(), "{why}");
    }
    assert!(from_bytes::<Vec<u64>>(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_err());
    assert!(from_bytes::<String>(&[0x62, 0xff, 0xff]).is_err(), "not UTF-8");
}

#[derive(Debug, PartialEq, Clone)]
struct Sample {
    b: i64,
    aa: Option<String>,
    ab: Vec<(u32, bool)>,
}
crate::canonical_map!(Sample { "b" => b, "aa" => aa, "ab" => ab });

#[test]
fn errors_name_the_path() {
    let mut bytes = to_bytes(&Sample { b: 1, aa: None, ab: vec![(7, true)] });
    let last = bytes.len() - 1;
    bytes[last] = 0x00;
    let error = from_bytes::<Sample>(&bytes).unwrap_err();
    assert_eq!(error.to_string(), format!("byte {last}, in ab: expected false or true"));
}

#[test]
fn keys_must_stand_in_order() {
    // {"aa": null, "b": 1, "ab": []}: the same pairs in another order.
    let bytes = [0xa3, 0x62, b'a', b'a', 0xf6, 0x61, b'b', 0x01, 0x62, b'a', b'b', 0x80];
    assert!(from_bytes::<Sample>(&bytes).is_err());
}

proptest! {
    #[test]
    fn round_trip(b: i64, aa in proptest::option::of(".{0,40}"), ab in proptest::collection::vec((any::<u32>(), any::<bool>()), 0..40)) {
        let sample = Sample { b, aa, ab };
        let bytes = to_bytes(&sample);
        prop_assert_eq!(from_bytes::<Sample>(&bytes).unwrap(), sample);
    }

    /// What decodes encodes to the very bytes: no second spelling is let through, whatever the bytes.
    #[test]
    fn any_bytes_decode_to_their_own_encoding_or_not_at_all(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(value) = from_bytes::<Sample>(&bytes) {
            prop_assert_eq!(to_bytes(&value), bytes.clone());
        }
        if let Ok(value) = from_bytes::<Vec<i64>>(&bytes) {
            prop_assert_eq!(to_bytes(&value), bytes);
        }
    }

    #[test]
    fn mutated_bytes_decode_to_their_own_encoding_or_not_at_all(b: i64, at in 0usize..64, with: u8) {
        let mut bytes = to_bytes(&Sample { b, aa: Some("text".into()), ab: vec![(1, true), (300, false)] });
        let at = at % bytes.len();
        bytes[at] = with;
        if let Ok(value) = from_bytes::<Sample>(&bytes) {
            prop_assert_eq!(to_bytes(&value), bytes);
        }
    }
}
