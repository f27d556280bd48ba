//! What is refused and what it says; how reading goes on; how much work hostile bytes can ask for.
use crate::support::{PEERS_MSEED, Xorshift};
use proptest::prelude::*;
use truceline_formats::miniseed::{
    self, MAX_RECORD_BYTES, MAX_UNDECLARED_BYTES, Next, Packing, Record, Version, Writer, read_record,
};
use truceline_model::time::Time;
use truceline_model::waveform::ClockFlags;

pub(crate) fn writer(version: Version) -> Writer {
    Writer {
        channel: "FDSN:XX_POST1_00_B_D_F".into(),
        version,
        packing: Packing::Steim2,
        rate_hz: 20.0,
        clock: ClockFlags { questionable: Some(false), locked: Some(true), quality_percent: Some(95) },
        publication_version: 2,
        record_bytes_max: 512,
    }
}

fn written(version: Version) -> Vec<u8> {
    let mut random = Xorshift(7);
    let samples: Vec<i32> = (0..2_000).map(|_| random.below(4_000) as i32).collect();
    let mut bytes = Vec::new();
    writer(version).write(Time(1_700_000_000_000_000_000), &samples, &mut bytes).unwrap();
    bytes
}

fn error_of(bytes: &[u8]) -> String {
    match miniseed::records(bytes).next().unwrap() {
        Err(misread) => misread.error.to_string(),
        Ok((_, record)) => record.segment().unwrap_err().to_string(),
    }
}

/// One byte or more of a good record changed, and what is said then.
#[test]
fn refusals_name_place_field_and_expectation() {
    let good = written(Version::V2)[..512].to_vec();
    assert!(matches!(read_record(&good, true), Ok(Next::Record(_))));
    for (at, value, expected) in [
        (8, &b"\x07"[..], "byte 8, station code: 0x07, expected letters, digits, hyphens or padding"),
        (
            20,
            &[0, 0],
            "byte 20, start time: year 0 and day 318, expected 1900 to 2100 and 1 to 366 in either byte order",
        ),
        (26, &[60], "byte 26, start second: 60, expected 0 to 59, or 60 at 23:59 in a leap second"),
        (28, &[0x27, 0x10], "byte 28, start fraction: 10000, expected 0 to 9999 ticks of 0.0001 s"),
        (44, &[0, 60], "byte 44, data offset: 60, but the header with its blockettes ends at 64"),
        (44, &[2, 0], "byte 44, data offset: 512, but the record has 512 bytes"),
        (50, &[0, 50], "byte 50, blockette offset: 50, but the header and the blockettes so far end at 56"),
        (50, &[2, 0], "byte 50, blockette offset: 512, but the record has 512 bytes"),
        (54, &[21], "byte 54, record length: two to the power of 21, expected 64 to 1048576 bytes"),
        (54, &[200], "byte 54, record length: two to the power of 200, expected 64 to 1048576 bytes"),
        (54, &[10], "byte 512, end: the bytes end here, at least 1024 belong to the record"),
        (32, &[0, 0], "byte 32, sample rate: none is stated"),
        (52, &[19], "byte 64, payload: encoding 19 is not read"),
        (52, &[0x05], "byte 512, payload: 206 samples of 64-bit floats need 1648 bytes, there are 448"),
        (68, &[0, 0, 0, 1], "byte 72, payload: the last sample is"),
    ] {
        let mut bytes = good.clone();
        bytes[at..at + value.len()].copy_from_slice(value);
        let error = error_of(&bytes);
        assert!(error.starts_with(expected), "{error}\n{expected}");
    }
}

#[test]
fn a_wrong_checksum_is_refused_and_the_next_record_is_found() {
    let mut bytes = written(Version::V3);
    let count = miniseed::records(&bytes).count();
    bytes[100] ^= 1;
    let read: Vec<_> = miniseed::records(&bytes).collect();
    let error = read[0].as_ref().unwrap_err();
    assert!(error.to_string().starts_with("record at byte 0: byte 28, checksum: 0x"), "{error}");
    assert_eq!(read.iter().filter(|record| record.is_ok()).count(), count - 1);
    assert_eq!(read.len(), count);
    // A wrong length as well: then the next record is looked for.
    bytes[36] ^= 4;
    assert_eq!(miniseed::records(&bytes).filter(Result::is_ok).count(), count - 1);
}

#[test]
fn a_record_too_long_is_not_waited_for() {
    let mut bytes = written(Version::V3)[..40].to_vec();
    bytes[36..40].copy_from_slice(&u32::MAX.to_le_bytes());
    let error = read_record(&bytes, false).unwrap_err();
    assert!(error.to_string().ends_with("by the lengths of its parts, at most 1048576 are read"), "{error}");
    bytes[36..40].copy_from_slice(&900_000_u32.to_le_bytes());
    assert!(matches!(read_record(&bytes, false), Ok(Next::More(900_000..=MAX_RECORD_BYTES))));
}

/// Without blockette 1000 the next header is waited for, but not for ever.
#[test]
fn an_undeclared_length_is_bounded() {
    let mut record = written(Version::V2)[..512].to_vec();
    record[46..48].copy_from_slice(&[0, 0]);
    let filler = vec![b'x'; MAX_UNDECLARED_BYTES + 512];
    let mut fed = record.clone();
    let mut asked = 0;
    while let Next::More(needed) = read_record(&fed, false).map_or(Next::More(0), |next| next) {
        if needed == 0 {
            break;
        }
        assert!(needed > fed.len() && needed <= MAX_UNDECLARED_BYTES + 64);
        fed.extend_from_slice(&filler[..needed - fed.len()]);
        asked += 1;
    }
    assert!(asked > 0);
    assert!(error_of(&fed).starts_with("byte 46, record length: no blockette 1000 states it, and no header follows"));
    // With a header behind it, and at the end by its length; taken as Steim-1, which it is not.
    let two = [record.clone(), record.clone()].concat();
    let lengths: Vec<usize> = miniseed::records(&two).map(|read| read.unwrap().1.bytes().len()).collect();
    assert_eq!(lengths, [512, 512]);
    assert!(error_of(&two).contains("payload"));
}

#[test]
fn reading_goes_on_after_garbage() {
    let good = written(Version::V2);
    let count = good.len() / 512;
    let mut bytes = b"<html>404 Not Found</html>".to_vec();
    bytes.extend_from_slice(&good);
    bytes.extend_from_slice(&[0; 3_000]);
    bytes.extend_from_slice(&written(Version::V3));
    bytes.extend_from_slice(b"MS\x03 cut off");
    let read: Vec<_> = miniseed::records(&bytes).collect();
    assert_eq!(
        read.iter().filter(|record| record.is_ok()).count(),
        count + miniseed::records(&written(Version::V3)).count()
    );
    assert_eq!(read.iter().filter(|record| record.is_err()).count(), 3);
}

/// A megabyte of headers, each of which claims all the rest: what is summed must stay in proportion to what was sent.
#[test]
fn hostile_lengths_cannot_ask_for_endless_sums() {
    let mut bytes = written(Version::V3)[..40].repeat(MAX_RECORD_BYTES / 40);
    let end = bytes.len();
    for at in (0..end).step_by(40) {
        // One byte short of the end, so that no record or end stands where it ends.
        let length = (end - at).saturating_sub(80) as u32;
        bytes[at + 33] = 0;
        bytes[at + 34..at + 36].copy_from_slice(&[0, 0]);
        bytes[at + 36..at + 40].copy_from_slice(&length.to_le_bytes());
    }
    let mut at = 0;
    let mut summed = 0;
    while at < end {
        match read_record(&bytes[at..], true) {
            Err(error) => {
                if error.field() == "checksum" {
                    summed += end - at;
                }
                at += error.skip_bytes();
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(summed <= 20 * end, "{summed}");
}

/// Records of both versions with damage between them.
fn mixed() -> Vec<u8> {
    let mut bytes = PEERS_MSEED.to_vec();
    bytes.extend_from_slice(b"noise on the line");
    bytes.extend_from_slice(&written(Version::V3));
    bytes.extend_from_slice(&written(Version::V2));
    bytes[300] = 0xff;
    bytes
}

fn key(record: &Record<'_>) -> (String, Time, Vec<u8>) {
    (record.source.to_string(), record.start, record.bytes().to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However a stream is cut on its way, the same records come out.
    #[test]
    fn the_cuts_of_a_stream_change_nothing(sizes in proptest::collection::vec(1_usize..1_500, 1..60)) {
        let bytes = mixed();
        let whole: Vec<_> = miniseed::records(&bytes).filter_map(Result::ok).map(|(_, record)| key(&record)).collect();
        let mut fed: Vec<u8> = Vec::new();
        let mut streamed = Vec::new();
        let mut rest = bytes.as_slice();
        let mut sizes = sizes.iter().cycle();
        loop {
            let at_end = rest.is_empty();
            let taken = match read_record(&fed, at_end) {
                Ok(Next::Record(record)) => {
                    streamed.push(key(&record));
                    record.bytes().len()
                }
                Ok(Next::More(needed)) => {
                    prop_assert!(needed > fed.len() && needed <= MAX_RECORD_BYTES);
                    if at_end {
                        prop_assert!(fed.is_empty());
                        break;
                    }
                    let size = (*sizes.next().unwrap()).min(rest.len());
                    fed.extend_from_slice(&rest[..size]);
                    rest = &rest[size..];
                    0
                }
                Err(error) => {
                    prop_assert!(error.skip_bytes() > 0 && error.skip_bytes() <= fed.len());
                    error.skip_bytes()
                }
            };
            fed.drain(..taken);
        }
        prop_assert_eq!(streamed, whole);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        for record in miniseed::records(&bytes).flatten() {
            let _ = record.1.payload();
        }
    }
}
