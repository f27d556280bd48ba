//! SAC against ObsPy's reading, against recordings, and against damage.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function

#[path = "support/mutation.rs"]
mod mutation;
#[path = "support/recordings.rs"]
mod recordings;

use mutation::{MUTATIONS, Random, damage};
use recordings::{bytes_of, own, recording, references, values};
use truceline_formats::sac;
use truceline_model::place::Place;
use truceline_model::time::Time;

#[test]
fn both_byte_orders_read_as_obspy_reads_them() {
    for (file, channel) in [
        ("sac/v6-little.sac", "FDSN:XX_SYNTH_01_H_H_Z"),
        ("sac/v6-big.sac", "FDSN:XX_SYNTH_01_H_H_Z"),
        ("sac/b-and-delta.sac", "FDSN:XX_SYN2__E_D_F"),
    ] {
        let segments = sac::read(file, &own(file)).unwrap();
        let [segment] = &segments[..] else { panic!("{file}: {} segments", segments.len()) };
        let reference = &references(file)[0];
        assert_eq!(segment.channel, channel);
        assert_eq!(segment.start, Time(reference.start_ns.unwrap()), "{file}");
        assert_eq!(segment.rate_hz, reference.rate_hz, "{file}");
        assert_eq!(values(segment), reference.samples, "{file}");
    }
}

#[test]
fn the_sensor_is_described() {
    let recording = sac::recording("a", &own("sac/v6-big.sac")).unwrap();
    assert_eq!(recording.place, Place::from_degrees(47.25, -12.125));
    assert_eq!(recording.elevation_m, Some(310.5));
    assert_eq!((recording.azimuth_deg, recording.inclination_deg), (Some(0.0), Some(0.0)));
    assert_eq!(recording.depth_m, None);
    assert_eq!(sac::recording("a", &own("sac/b-and-delta.sac")).unwrap().place, None);
}

/// The file with version 7 and a footer that says these doubles by index.
fn version_7(big_endian: bool, doubles: &[(usize, f64)]) -> Vec<u8> {
    let mut bytes = own(if big_endian { "sac/v6-big.sac" } else { "sac/v6-little.sac" });
    bytes[304..308].copy_from_slice(&if big_endian { 7_i32.to_be_bytes() } else { 7_i32.to_le_bytes() });
    for index in 0..22 {
        let value = doubles.iter().find(|(at, _)| *at == index).map_or(-12_345.0, |(_, value)| *value);
        bytes.extend(if big_endian { value.to_be_bytes() } else { value.to_le_bytes() });
    }
    bytes
}

#[test]
fn the_footer_of_version_7_is_more_precise() {
    for big_endian in [false, true] {
        let bytes =
            version_7(big_endian, &[(0, 1.0 / 3.0), (1, 0.123_456_789), (18, -12.123_456_7), (19, 47.765_432_1)]);
        let recording = sac::recording("a", &bytes).unwrap();
        assert_eq!(recording.segment.rate_hz, 3.0);
        let reference = Time::parse("2024-05-01T12:00:00.008Z").unwrap();
        assert_eq!(recording.segment.start, Time(reference.0 + 123_456_789));
        assert_eq!(recording.place, Place::from_degrees(47.765_432_1, -12.123_456_7));
        // What the footer does not say, the header says.
        assert_eq!(sac::recording("a", &version_7(big_endian, &[])).unwrap().segment.rate_hz, 80.0);
    }
}

#[test]
fn the_array_brp_reads_as_obspy_reads_it() {
    // obspy.read of ObsPy 1.5.1: start in ns, first samples, sum of all samples, place.
    for (station, first, sum, latitude, longitude) in [
        (1, [4767.0, 4912.0, 4956.0], 579_691_169.0, 39.4727, -110.7409),
        (2, [6297.0, 6336.0, 7071.0], 881_899_278.0, 39.4738, -110.7405),
        (3, [18_512.0, 18_584.0, 18_842.0], 2_253_419_173.0, 39.4729, -110.7391),
        (4, [7458.0, 6599.0, 6083.0], 855_760_677.0, 39.473, -110.74),
    ] {
        let Some(bytes) = recording(&format!("infrasound/brp/YJ.BRP{station}..EDF.SAC")) else { return };
        let found = sac::recording("brp", &bytes).unwrap();
        assert_eq!(found.segment.channel, format!("FDSN:YJ_BRP{station}__E_D_F"));
        assert_eq!((found.segment.start.0, found.segment.rate_hz), (1_333_994_400_008_300_000, 100.0));
        let values = values(&found.segment);
        assert_eq!(values.len(), 120_000);
        assert_eq!(&values[..3], first);
        assert_eq!(values.iter().sum::<f64>(), sum);
        assert_eq!(found.place, Place::from_degrees(latitude, longitude));
    }
}

#[test]
fn every_error_names_the_field() {
    let good = own("sac/v6-little.sac");
    let set = |word: usize, value: i32| {
        let mut bytes = good.clone();
        bytes[word * 4..word * 4 + 4].copy_from_slice(&value.to_le_bytes());
        bytes
    };
    let float = |word: usize, value: f32| set(word, value.to_bits() as i32);
    for (bytes, expected) in [
        (good[..631].to_vec(), "a, the whole file: 631 bytes, expected at least the 632 bytes of a SAC header"),
        (good[..700].to_vec(), "a, NPTS: 40 samples take 792 bytes, the file has 700"),
        (set(79, 41), "a, NPTS: 41 samples take 796 bytes, the file has 792"),
        (set(79, 0), "a, NPTS: 0, expected one sample or more"),
        (set(79, -7), "a, NPTS: -7, expected one sample or more"),
        (set(79, i32::MAX), "a, NPTS: 2147483647 samples take 8589935220 bytes, the file has 792"),
        (set(76, 8), "a, NVHDR: 8 or, in the other byte order, 134217728: expected version 6 or 7"),
        (set(85, 2), "a, IFTYPE: 2, expected 1, a time series"),
        (set(105, 0), "a, LEVEN: 0, expected 1, evenly spaced samples"),
        (set(70, -12_345), "a, NZYEAR: not given: the file has no reference time"),
        (set(71, 367), "a, NZJDAY: 367, expected 1 to 366"),
        (float(0, 0.0), "a, DELTA: 0, expected a sample interval of 0.0000001 s or more"),
        (float(0, f32::NAN), "a, DELTA: NaN, expected"),
        (float(0, -12_345.0), "a, DELTA: not given"),
        (float(5, 1e20), "a, B: 100000000000000000000, expected at most 1000000000 s"),
        (float(31, 91.0), "a, STLA, STLO: 91, -12.125: expected -90 to 90"),
        (float(158 + 7, f32::INFINITY), "a, sample 7: inf, expected a number"),
        (set(110, -1), "a, KSTNM: byte 440: expected printable ASCII"),
    ] {
        let error = sac::read("a", &bytes).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}\n{expected}");
    }
}

#[test]
fn names_that_are_no_fdsn_codes_keep_their_own_scheme() {
    let mut bytes = own("sac/v6-little.sac");
    bytes[600..608].copy_from_slice(b"PRESSURE");
    assert_eq!(sac::read("a", &bytes).unwrap()[0].channel, "SAC:XX_SYNTH_01_PRESSURE");
}

#[test]
fn damage_gives_an_error_or_a_bounded_segment() {
    let originals =
        [own("sac/v6-little.sac"), own("sac/v6-big.sac"), version_7(false, &[(1, 0.5)]), version_7(true, &[(0, 0.01)])];
    let mut random = Random(1);
    let mut read = 0;
    for round in 0..MUTATIONS {
        let bytes = damage(&originals[round as usize % originals.len()], &mut random);
        if let Ok(segments) = sac::read("a", &bytes) {
            read += 1;
            for segment in segments {
                assert!(bytes_of(&segment.samples) <= bytes.len());
                assert!(segment.rate_hz > 0.0 && segment.rate_hz <= sac::RATE_HZ_MAX);
                assert!(values(&segment).iter().all(|sample| sample.is_finite()));
            }
        }
    }
    // Damage that spares the header's numbers is read: both ways are tried.
    assert!(read > MUTATIONS / 100 && read < MUTATIONS, "{read}");
}
