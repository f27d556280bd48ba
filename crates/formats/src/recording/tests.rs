use super::*;
use crate::miniseed::{Packing, Version, Writer};
use proptest::prelude::*;
use truceline_model::record::Payload;
use truceline_model::waveform::Samples;

fn records(channel: &str, start: Time, samples: usize) -> Vec<u8> {
    let writer = Writer {
        channel: channel.into(),
        version: Version::V2,
        packing: Packing::Steim2,
        rate_hz: 100.0,
        clock: ClockFlags::default(),
        publication_version: 2,
        record_bytes_max: 512,
    };
    let mut bytes = Vec::new();
    let samples: Vec<i32> = (0..samples).map(|n| (n * n % 9_973) as i32).collect();
    writer.write(start, &samples, &mut bytes).unwrap();
    bytes
}

fn registered(recording: &Recording, file: &[u8]) -> Vec<(Record, Vec<u8>)> {
    let of = |run: &Run| {
        let bytes = run.payload(file);
        let payload = Payload { sha256: Hash::of(&bytes), bytes: bytes.len() as u64 };
        let (source, pieces) = (run.source.clone(), run.pieces.clone());
        let record = Record {
            source,
            records: run.records,
            owner: "not stated".into(),
            form: recording.form,
            pieces,
            payload,
            frame: None,
            received: None,
        };
        (record, bytes)
    };
    recording.runs.iter().map(of).collect()
}

/// Samples by channel and time, whatever pieces they came in.
fn samples_of(segments: impl IntoIterator<Item = Segment>) -> BTreeMap<(String, Time), Samples> {
    segments.into_iter().map(|segment| ((segment.channel, segment.start), segment.samples)).collect()
}

#[test]
fn runs_hold_what_the_file_held_in_the_order_of_times() {
    let (one, two) = ("FDSN:XX_ONE__H_H_Z", "FDSN:XX_TWO__H_H_Z");
    // Channel after channel, and the second part of the first one before the first part.
    let mut file = records(one, Time(400 * NS_PER_S), 30_000);
    file.extend(records(two, Time(100 * NS_PER_S), 60_000));
    file.extend(records(one, Time(100 * NS_PER_S), 30_000));
    let recording = read("a.mseed", &file, None).unwrap();
    assert!(recording.refusals.is_empty());
    assert!(recording.runs.windows(2).all(|pair| pair[0].end() <= pair[1].end()));
    assert!(recording.runs.iter().all(|run| run.payload_bytes() <= RUN_BYTES_MAX && run.records as usize <= 64));
    let long =
        |run: &&Run| run.records > 1 && run.pieces[0].span.to.seconds_since(run.pieces[0].span.from) > RUN_S_MAX as f64;
    assert!(!recording.runs.iter().any(|run| long(&run)) && recording.runs.iter().any(|run| run.records > 5));
    for channel in [one, two] {
        let runs: Vec<&Run> = recording.runs.iter().filter(|run| run.source.source == channel).collect();
        let mut next = 0;
        for run in &runs {
            assert_eq!((run.source.sequence, run.source.boot), (next, boot_of(&file)));
            next += u64::from(run.records);
        }
        assert!(runs.len() >= 2 && runs.windows(2).all(|pair| pair[0].end() < pair[1].pieces[0].span.from));
        assert_eq!(runs.iter().map(|run| run.pieces[0].samples).sum::<u64>(), 60_000);
    }
    let whole = samples_of(waveform::read("a.mseed", &file, None).unwrap().segments);
    let parts = registered(&recording, &file);
    let again = samples_of(parts.iter().flat_map(|(record, payload)| segments(record, payload).unwrap()));
    assert_eq!(again, whole);
    assert_eq!(parts.iter().map(|(_, payload)| payload.len()).sum::<usize>(), file.len());
}

#[test]
fn damaged_records_are_refused_with_their_hash() {
    let mut file = records("FDSN:XX_ONE__H_H_Z", Time(0), 5_000);
    file[512 + 300] ^= 0xff;
    file.extend(b"and something else");
    let recording = read("folder/a.mseed", &file, None).unwrap();
    let [damaged, end] = &recording.refusals[..] else { panic!("{:?}", recording.refusals) };
    assert_eq!((damaged.source.as_str(), damaged.offset.as_str()), ("a.mseed", "record at byte 512"));
    assert_eq!(damaged.payload, Hash::of(&file[512..1_024]));
    assert!(damaged.rule.starts_with("miniseed-") && damaged.expected.starts_with("byte "), "{damaged:?}");
    assert_eq!(end.payload, Hash::of(b"and something else"));
    assert_eq!(recording.runs.iter().map(|run| run.records).sum::<u32>() as usize, file.len() / 512 - 1);
}

#[test]
fn a_flood_of_refusals_is_folded() {
    let mut file = records("FDSN:XX_ONE__H_H_Z", Time(0), 400);
    let record = file[..512].to_vec();
    for _ in 0..MAX_REFUSALS + 5 {
        let mut damaged = record.clone();
        damaged[400] ^= 0x55;
        file.extend(damaged);
    }
    let recording = read("a", &file, None).unwrap();
    assert_eq!(recording.refusals.len(), MAX_REFUSALS + 1);
    let last = recording.refusals.last().unwrap();
    assert_eq!(last.rule, "too-many-refusals");
    assert!(last.expected.starts_with("5 more places"), "{}", last.expected);
}

#[test]
fn a_streamed_record_is_one_record() {
    let bytes = records("FDSN:XX_ONE__H_H_Z", Time(0), 3_000);
    let piece = piece(&bytes[..512]).unwrap();
    assert_eq!((piece.channel.as_str(), piece.span.from, piece.rate_uhz), ("FDSN:XX_ONE__H_H_Z", Time(0), 100_000_000));
    assert_eq!(piece.span.to, Time((piece.samples as i64 - 1) * 10_000_000));
    assert_eq!(super::piece(&bytes[..1_024]).unwrap_err().0, "miniseed-length");
    assert_eq!(super::piece(&bytes[..500]).unwrap_err().0, "miniseed-end");
    assert_eq!(super::piece(b"").unwrap_err().0, "miniseed-end");
    assert_eq!(super::piece(&[7; 600]).unwrap_err().0, "miniseed-signature");
}

#[test]
fn other_forms_are_one_payload() {
    let slist = "TIMESERIES XX_ONE__HHZ_D, 3 samples, 1 sps, 2010-05-27T16:24:33.000000, SLIST, INTEGER, Counts\n1\n2\n3\n\
                 TIMESERIES XX_TWO__HHZ_D, 2 samples, 1 sps, 2010-05-27T16:24:33.000000, SLIST, INTEGER, Counts\n4\n5\n";
    let recording = read("x/a.txt", slist.as_bytes(), None).unwrap();
    let [(record, payload)] = &registered(&recording, slist.as_bytes())[..] else { panic!("{recording:?}") };
    assert_eq!((record.source.source.as_str(), record.pieces.len()), ("a.txt", 2));
    assert_eq!(payload, slist.as_bytes());
    let held = segments(record, payload).unwrap();
    assert_eq!(held[1].samples, Samples::I32(vec![4, 5]));
    let mut other = record.clone();
    other.pieces.truncate(1);
    assert!(segments(&other, payload).unwrap_err().to_string().contains("which its entry does not name"));
    assert!(read("a", b"{}", None).is_err());
    assert!(!is_recording(b"{}") && is_recording(slist.as_bytes()));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..700), at in 0usize..600, as_record in any::<bool>()) {
        if as_record {
            let record = records("FDSN:XX_ONE__H_H_Z", Time(0), 300);
            let end = record.len().min(at);
            bytes.splice(..0, record[..end].iter().copied());
        }
        let _ = piece(&bytes);
        if let Ok(recording) = read("a", &bytes, Some(Time(0))) {
            for (record, payload) in registered(&recording, &bytes) {
                prop_assert!(segments(&record, &payload).is_ok());
            }
        }
    }
}
