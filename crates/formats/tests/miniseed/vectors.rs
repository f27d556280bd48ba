//! Records that others made: every header and every sample equals libmseed's reading, or is refused for a reason.
use crate::reference::{FILES, PEERS};
use crate::support::{FNV_START, PEERS_MSEED, fold, formats_folder, read_file};
use serde_json::Value;
use truceline_formats::miniseed::{self, Encoding, Payload, Record};
use truceline_model::time::Time;
use truceline_model::waveform::Samples;

/// What of the files is refused, and why that is right.
const REFUSED: &[(&str, &str)] = &[
    (
        // The chain of its first record begins inside the fixed header. libmseed takes it for Steim-1 without blockette
        // 1000, cannot decode it, and leaves it out; ObsPy gives wrong samples.
        "miniseed/testdata-invalid-blockette-offsets.mseed2",
        "record at byte 0: byte 46, blockette offset: 40, but the header and the blockettes so far end at 48",
    ),
    (
        // A full SEED volume: its control headers stand before the data records.
        "obspy/fullseed.mseed",
        "record at byte 0: byte 6, record type: a control header of type V of a SEED volume, expected a data record",
    ),
    // Columns of numbers as text; libmseed reads nothing of them either.
    (
        "obspy/loc_RJOB20050801145719850.e",
        "record at byte 0: byte 0, signature: neither a miniSEED 2 nor a miniSEED 3 record begins here",
    ),
    (
        "obspy/loc_RJOB20050801145719850.n",
        "record at byte 0: byte 0, signature: neither a miniSEED 2 nor a miniSEED 3 record begins here",
    ),
    (
        "obspy/loc_RJOB20050801145719850.z",
        "record at byte 0: byte 0, signature: neither a miniSEED 2 nor a miniSEED 3 record begins here",
    ),
];

#[test]
fn files_of_libmseed_fdsn_and_obspy_are_as_libmseed_reads_them() {
    let Some(folder) = formats_folder() else { return };
    for (file, records, samples, number) in FILES {
        let bytes = read_file(&folder.join(file));
        let mut found = (0, 0, FNV_START);
        let mut refused = Vec::new();
        for record in miniseed::records(&bytes) {
            match record {
                Ok((_, record)) => {
                    let number = fold(found.2, &record).unwrap_or_else(|error| panic!("{file}: {error}"));
                    found = (found.0 + 1, found.1 + record.sample_count, number);
                }
                Err(error) => refused.push(error.to_string()),
            }
        }
        let expected = if *records == 0 { FNV_START } else { *number };
        assert_eq!(found, (*records, *samples, expected), "{file}: {refused:?}");
        let reasons: Vec<&str> = REFUSED.iter().filter(|(name, _)| name == file).map(|(_, reason)| *reason).collect();
        assert_eq!(refused, reasons, "{file}");
    }
    assert_eq!(FILES.len(), 46 + 11 + 7);
}

/// Beside the table: what FDSN itself says of its reference records.
#[test]
fn reference_records_of_fdsn_are_as_their_json_says() {
    let Some(folder) = formats_folder() else { return };
    let folder = folder.join("miniseed3-reference");
    let mut files = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "mseed3") {
            continue;
        }
        files += 1;
        let bytes = read_file(&path);
        let expected: Value = serde_json::from_slice(&read_file(&path.with_extension("json"))).unwrap();
        let expected = expected[0].clone();
        let (_, record) = miniseed::records(&bytes).next().unwrap().unwrap();
        assert_eq!(record.bytes().len(), bytes.len());
        check_json(&record, &expected);
    }
    assert_eq!(files, 11);
}

fn check_json(record: &Record<'_>, expected: &Value) {
    assert_eq!(record.source.to_string(), expected["SID"]);
    assert_eq!(record.start, Time::parse(expected["StartTime"].as_str().unwrap()).unwrap());
    assert_eq!(record.bytes().len() as u64, expected["RecordLength"].as_u64().unwrap());
    assert_eq!(u64::from(record.encoding.code()), expected["EncodingFormat"].as_u64().unwrap());
    assert_eq!(record.sample_count as u64, expected["SampleCount"].as_u64().unwrap());
    assert_eq!(u64::from(record.publication_version), expected["PublicationVersion"].as_u64().unwrap());
    // A negative number is a period. The JSON gives it as the record does.
    let rate = expected["SampleRate"].as_f64().unwrap();
    assert_eq!(record.rate_hz, if rate < 0.0 { -1.0 / rate } else { rate });
    let flag = |name: &str| expected["Flags"][name].as_bool().unwrap_or(false);
    assert_eq!(record.clock.locked, Some(flag("ClockLocked")));
    assert_eq!(record.clock.questionable, Some(flag("TimeTagQuestionable")));
    let time = &expected["ExtraHeaders"]["FDSN"]["Time"];
    assert_eq!(record.clock.quality_percent.map(u64::from), time["Quality"].as_u64());
    assert_eq!(record.time_error_max_s, time["MaxEstimatedError"].as_f64());
    assert_eq!(i64::from(record.leap_seconds), time["LeapSecond"].as_i64().unwrap_or(0));
    let flags = &expected["ExtraHeaders"]["FDSN"]["Flags"];
    assert_eq!(record.condition.clipped, flags["DigitizerClipping"].as_bool().unwrap_or(false));
    assert_eq!(record.condition.glitches, flags["Glitches"].as_bool().unwrap_or(false));
    let numbers = || expected["Data"].as_array().unwrap().iter();
    match record.payload().unwrap() {
        Payload::Empty => assert!(expected.get("Data").is_none()),
        Payload::Text(text) => assert_eq!(std::str::from_utf8(text).unwrap(), expected["Data"]),
        Payload::Samples(Samples::I32(samples)) => {
            assert!(samples.iter().map(|sample| i64::from(*sample)).eq(numbers().map(|n| n.as_i64().unwrap())));
        }
        // The library that reads the JSON may be off by the last bit; the table above compares every bit.
        Payload::Samples(Samples::F32(samples)) => {
            assert!(samples.iter().map(|sample| f64::from(*sample)).zip(numbers()).all(near));
            assert_eq!(samples.len(), numbers().count());
        }
        Payload::Samples(Samples::F64(samples)) => {
            assert!(samples.iter().copied().zip(numbers()).all(near));
            assert_eq!(samples.len(), numbers().count());
        }
    }
}

fn near((found, expected): (f64, &Value)) -> bool {
    let expected = expected.as_f64().unwrap();
    (found - expected).abs() <= 1e-15 * expected.abs()
}

/// The same without any outside file.
#[test]
fn records_of_all_encodings_are_as_libmseed_reads_them() {
    let mut records = miniseed::records(PEERS_MSEED);
    for (made_by, offset, samples, number) in PEERS {
        let (at, record) = records.next().unwrap().unwrap();
        let found = (at, record.sample_count, fold(FNV_START, &record).unwrap());
        assert_eq!(found, (*offset, *samples, *number), "{made_by}");
        match record.segment().unwrap() {
            None => assert_eq!(record.encoding, Encoding::Text),
            Some(segment) => {
                assert_eq!(segment.channel, "FDSN:XX_POST1_00_B_D_F");
                assert_eq!((segment.samples.len(), segment.rate_hz), (*samples, record.rate_hz));
                assert_eq!((segment.start, segment.clock), (record.start, record.clock));
            }
        }
    }
    assert!(records.next().is_none());
}

#[test]
fn a_start_in_a_leap_second_is_the_next_days_first() {
    let mut bytes = PEERS_MSEED[..256].to_vec();
    // 31 December 2016, 23:59:60.1234, and its blockette 1001 takes 44 microseconds from that.
    bytes[20..30].copy_from_slice(&[0x07, 0xe0, 0x01, 0x6e, 23, 59, 60, 0, 0x04, 0xd2]);
    bytes[36] = 0x10;
    let (_, record) = miniseed::records(&bytes).next().unwrap().unwrap();
    assert_eq!(record.start, Time::parse("2017-01-01T00:00:00.123356Z").unwrap());
    assert!(record.in_leap_second);
    assert_eq!(record.leap_seconds, 1);
}

/// Written and read elsewhere in the same way, so compared with the SEED manual's own rules.
#[test]
fn clock_and_condition_flags_of_version_2() {
    let mut bytes = PEERS_MSEED[..256].to_vec();
    bytes[36] = 0x01 | 0x20;
    bytes[37] = 0x20;
    bytes[38] = 0x80 | 0x10 | 0x02;
    let (_, record) = miniseed::records(&bytes).next().unwrap().unwrap();
    assert!(record.condition.calibration && record.condition.missing && record.condition.clipped);
    assert!(!record.condition.spikes && !record.condition.saturated);
    assert_eq!(record.leap_seconds, -1);
    assert_eq!((record.clock.questionable, record.clock.locked), (Some(true), Some(true)));
}
