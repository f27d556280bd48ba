//! What we write, we and the peers read back.
use crate::refusals::writer;
use crate::support::{FNV_START, fold};
use proptest::prelude::*;
use truceline_formats::miniseed::{self, Packing, Payload, Version, Writer};
use truceline_model::time::{NS_PER_S, Time};
use truceline_model::waveform::{ClockFlags, Samples};

fn read_back(bytes: &[u8]) -> Vec<i32> {
    let mut all = Vec::new();
    for record in miniseed::records(bytes) {
        match record.unwrap().1.payload().unwrap() {
            Payload::Samples(Samples::I32(samples)) => all.extend(samples),
            other => panic!("{other:?}"),
        }
    }
    all
}

fn versions() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::V2), Just(Version::V3)]
}

/// Stretches of steps of one size each, so that each form of a Steim-2 word is used.
fn samples() -> impl Strategy<Value = Vec<i32>> {
    let stretch = (0_u32..30, proptest::collection::vec(any::<i32>(), 1..40));
    proptest::collection::vec(stretch, 1..40).prop_map(|stretches| {
        let mut level = 0_i32;
        let mut samples = Vec::new();
        for (bits, steps) in stretches {
            for step in steps {
                let step = step >> (31 - bits);
                // What would leave the range turns back half-way, so no step is above 30 bits.
                level = level.checked_add(step).filter(|level| level.abs() < 1 << 29).unwrap_or(level / 2);
                samples.push(level);
            }
        }
        samples
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn samples_times_and_header_come_back(
        version in versions(),
        steim in any::<bool>(),
        samples in samples(),
        start_ns in -2_208_988_800_i64 * NS_PER_S..4_000_000_000 * NS_PER_S,
        (rate_hz, length_log2, publication_version) in (1_u32..32_767, 8_u32..13, 1_u8..5),
        (questionable, locked, quality_percent) in (any::<bool>(), any::<bool>(), proptest::option::of(0_u8..101)),
    ) {
        let writer = Writer {
            version,
            packing: if steim { Packing::Steim2 } else { Packing::Int32 },
            rate_hz: f64::from(rate_hz),
            clock: ClockFlags { questionable: Some(questionable), locked: Some(locked), quality_percent },
            publication_version,
            record_bytes_max: 1 << length_log2,
            ..writer(version)
        };
        let start = Time(start_ns);
        let mut bytes = Vec::new();
        let records = writer.write(start, &samples, &mut bytes).unwrap();
        prop_assert_eq!(read_back(&bytes), samples);
        let mut done = 0;
        let mut read = 0;
        for record in miniseed::records(&bytes) {
            let (_, record) = record.unwrap();
            prop_assert_eq!(record.source.to_string(), writer.channel.as_str());
            prop_assert_eq!(record.rate_hz, writer.rate_hz);
            prop_assert_eq!(record.clock, writer.clock);
            prop_assert_eq!(record.publication_version, publication_version);
            prop_assert!(record.bytes().len() <= writer.record_bytes_max);
            let expected_ns = start_ns + (done as f64 / writer.rate_hz * 1e9).round() as i64;
            let tolerance_ns = if version == Version::V2 { 500 } else { 0 };
            prop_assert!((record.start.0 - expected_ns).abs() <= tolerance_ns, "{} {}", record.start.0, expected_ns);
            done += record.sample_count;
            read += 1;
        }
        prop_assert_eq!(read, records);
    }

    #[test]
    fn any_rate_comes_back_as_near_as_the_version_holds_it(version in versions(), rate_hz in 1e-4_f64..1e6) {
        let writer = Writer { rate_hz, ..writer(version) };
        let mut bytes = Vec::new();
        writer.write(Time(0), &[1, 2, 3], &mut bytes).unwrap();
        let found = miniseed::records(&bytes).next().unwrap().unwrap().1.rate_hz;
        match version {
            Version::V2 => prop_assert!((found / rate_hz - 1.0).abs() < 6e-8, "{} {}", found, rate_hz),
            Version::V3 => prop_assert_eq!(found, rate_hz),
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let refuse = |writer: Writer, samples: &[i32]| {
        let mut bytes = vec![1];
        let error = writer.write(Time(0), samples, &mut bytes).unwrap_err().to_string();
        assert_eq!(bytes, [1], "nothing is appended");
        error
    };
    let steim = writer(Version::V3);
    assert_eq!(
        refuse(steim.clone(), &[0, 0, 1 << 29]),
        "sample 2: it differs from the one before by more than 30 bits of Steim-2 hold"
    );
    assert!(refuse(Writer { rate_hz: 0.0, ..steim.clone() }, &[1]).starts_with("a rate of 0 Hz"));
    assert!(refuse(Writer { rate_hz: f64::NAN, ..steim.clone() }, &[1]).starts_with("a rate of NaN Hz"));
    assert!(refuse(Writer { record_bytes_max: 100, ..steim.clone() }, &[1]).contains("leave no room"));
    assert!(refuse(Writer { channel: "a b".into(), ..steim }, &[1]).starts_with("channel \"a b\""));
    let v2 = writer(Version::V2);
    assert!(refuse(Writer { record_bytes_max: 500, ..v2.clone() }, &[1]).contains("power of two"));
    assert!(refuse(Writer { channel: "FDSN:XX_TOOLONG_00_B_D_F".into(), ..v2.clone() }, &[1]).contains("at most 2, 5"));
    assert!(refuse(Writer { publication_version: 9, ..v2 }, &[1]).starts_with("publication version 9"));
}

/// Number of each record of `ours.mseed` as `reference.rs` defines it, by pymseed 1.0.1; ObsPy 1.5.1 reads the same
/// samples and rates of those of version 2 (it reads no version 3) and the same starts.
const OURS: &[u64] = &[
    0x3eda_907e_cce9_7dc6,
    0x5b0e_1c89_bf2c_a453,
    0xdb40_3878_5fc5_b9b6,
    0x9dc2_58bf_6866_5f6b,
    0x8f93_67d8_60b5_c950,
    0x6f03_9a16_a4bf_6b1a,
    0xfc4d_7ad6_0667_e2ba,
    0x3017_fe45_d102_120a,
    0x8001_76b3_8e4a_c8f8,
    0xa7c2_61c7_fc01_deb9,
    0xb1f4_e945_e729_fcd7,
    0x5182_f7ca_5909_2f5d,
    0xf32a_975c_5566_2763,
    0xaf0b_997e_535f_896f,
    0x1015_733d_42ab_86fa,
    0xeef9_bb97_55e3_f988,
    0xb877_31a2_50f6_52fc,
    0x2458_8692_141f_63ce,
];

/// The records that the peers have read, byte for byte: version, packing, rate.
#[test]
fn the_peers_read_what_is_written() {
    let mut bytes = Vec::new();
    let samples: Vec<i32> =
        (0..150_i32).map(|n| (n * n * n / 7 % 1_001) * if n % 50 == 0 { 90_000 } else { 1 }).collect();
    for version in [Version::V2, Version::V3] {
        for packing in [Packing::Int32, Packing::Steim2] {
            for rate_hz in [100.0, 0.1, 31.25] {
                let writer = Writer { packing, rate_hz, ..writer(version) };
                writer.write(Time(1_709_251_198_123_456_789), &samples, &mut bytes).unwrap();
            }
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/miniseed/ours.mseed");
    if std::env::var_os("TRUCELINE_WRITE_GOLDEN").is_some() && !std::path::Path::new(path).exists() {
        std::fs::write(path, &bytes).unwrap();
    }
    assert_eq!(std::fs::read(path).unwrap(), bytes);
    let numbers: Vec<u64> =
        miniseed::records(&bytes).map(|record| fold(FNV_START, &record.unwrap().1).unwrap()).collect();
    assert_eq!(numbers, OURS);
}
