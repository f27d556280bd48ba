//! SLIST and TSPAIR against ObsPy's reading, against recordings, and against damage.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function

#[path = "support/mutation.rs"]
mod mutation;
#[path = "support/recordings.rs"]
mod recordings;

use mutation::{MUTATIONS, Random, damage};
use recordings::{bytes_of, own, recording_path, references, values};
use std::process::Command;
use truceline_formats::slist;
use truceline_model::time::Time;
use truceline_model::waveform::Samples;

#[test]
fn both_layouts_read_as_obspy_reads_them() {
    for file in ["slist/slist.txt", "slist/tspair.txt"] {
        let segments = slist::read(file, &own(file)).unwrap();
        let references = references(file);
        assert_eq!(segments.len(), 2);
        for (segment, reference) in segments.iter().zip(&references) {
            assert_eq!(segment.start, Time(reference.start_ns.unwrap()), "{file}");
            assert_eq!(segment.rate_hz, reference.rate_hz, "{file}");
            assert_eq!(values(segment), reference.samples, "{file}");
        }
        let channels: Vec<&str> = segments.iter().map(|segment| segment.channel.as_str()).collect();
        assert_eq!(channels, ["FDSN:XX_ONE__S_H_Z", "FDSN:XX_TWO_10_B_D_F"]);
        assert!(matches!((&segments[0].samples, &segments[1].samples), (Samples::I32(_), Samples::F64(_))));
    }
}

#[test]
fn the_uh_network_reads_as_obspy_reads_it() {
    // obspy.read of ObsPy 1.5.1: start in ns, rate, number and sum of the samples.
    for (file, start_ns, rate_hz, count, sum) in [
        ("BW.UH1..EHZ.D.2010.147.a.slist.gz", 1_274_977_469_315_000_000, 200.0, 2001, 84_726.0),
        ("BW.UH1..EHZ.D.2010.147.b.slist.gz", 1_274_977_646_585_000_000, 200.0, 2001, 163_620.0),
        ("BW.UH1..SHZ.D.2010.147.cut.slist.gz", 1_274_977_443_679_998_000, 50.0, 11_517, -139_539.0),
        ("BW.UH2..SHZ.D.2010.147.cut.slist.gz", 1_274_977_443_680_000_000, 50.0, 11_517, 593_986.0),
        ("BW.UH3..SHE.D.2010.147.cut.slist.gz", 1_274_977_443_669_999_000, 50.0, 11_517, 222_824.0),
        ("BW.UH3..SHN.D.2010.147.cut.slist.gz", 1_274_977_443_669_999_000, 50.0, 11_517, 379_147.0),
        ("BW.UH3..SHZ.D.2010.147.cut.slist.gz", 1_274_977_443_670_000_000, 50.0, 11_517, -511_625.0),
        ("BW.UH4..SHZ.D.2010.147.cut.slist.gz", 1_274_977_443_680_000_000, 50.0, 11_517, -2_736_199.0),
    ] {
        let Some(bytes) = unpacked(&format!("seismic/arrays/{file}")) else { return };
        let segments = slist::read(file, &bytes).unwrap();
        let [segment] = &segments[..] else { panic!("{file}: {} segments", segments.len()) };
        assert_eq!((segment.start.0, segment.rate_hz, segment.samples.len()), (start_ns, rate_hz, count), "{file}");
        assert_eq!(values(segment).iter().sum::<f64>(), sum, "{file}");
    }
}

/// A recording that is compressed with gzip; the system's own `gzip` unpacks it.
fn unpacked(path: &str) -> Option<Vec<u8>> {
    let path = recording_path(path)?;
    let output = Command::new("gzip").arg("-dc").arg(&path).output().expect("gzip unpacks the recordings");
    assert!(output.status.success(), "gzip -dc {}", path.display());
    Some(output.stdout)
}

const GOOD: &str =
    "TIMESERIES XX_ONE__SHZ_D, 3 samples, 50 sps, 2010-05-27T16:24:03.679998, SLIST, INTEGER, Counts\n1 -2\n3\n";

#[test]
fn every_error_names_the_line() {
    for (old, new, expected) in [
        ("3\n", "3 4\n", "a, line 3: more than the 3 samples that line 1 says"),
        ("3\n", "\n", "a, line 3: 2 samples, line 1 says 3"),
        ("1 -2", "1 2.5", "a, line 2: \"2.5\", expected an integer of 32 bits"),
        ("1 -2", "1 2147483648", "a, line 2: \"2147483648\", expected an integer of 32 bits"),
        ("INTEGER", "FLOAT", ""),
        ("INTEGER", "ASCII", "a, line 1: \"ASCII\", expected INTEGER or FLOAT"),
        ("SLIST", "LIST", "a, line 1: \"LIST\", expected SLIST or TSPAIR"),
        ("50 sps", "0 sps", "a, line 1: \"0 sps\", expected above 0"),
        ("50 sps", "50 Hz", "a, line 1: \"50 Hz\", expected above 0"),
        ("3 samples", "-3 samples", "a, line 1: \"-3 samples\", expected a number of samples"),
        ("3 samples", "99999999999999 samples", "a, line 3: 3 samples, line 1 says 99999999999999"),
        ("2010-05-27T16:24:03.679998", "yesterday", "a, line 1: \"yesterday\": expected a time"),
        ("XX_ONE__SHZ_D", "XX_ONE_SHZ", "a, line 1: \"XX_ONE_SHZ\", expected NET_STA_LOC_CHA_QUALITY"),
        ("XX_ONE", "XX_O!E", "a, line 1: station code is \"O!E\""),
        (", INTEGER, Counts", "", "a, line 1: 5 fields, expected TIMESERIES NAME"),
        ("TIMESERIES", "SERIES", "a, line 1: expected a line that begins with TIMESERIES"),
    ] {
        let text = GOOD.replace(old, new);
        match slist::read("a", text.as_bytes()) {
            Ok(_) => assert_eq!(expected, "", "{text}"),
            Err(error) => {
                assert!(error.to_string().starts_with(expected) && !expected.is_empty(), "{error}\n{expected}")
            }
        }
    }
    let error = |bytes: &[u8]| slist::read("a", bytes).unwrap_err().to_string();
    assert_eq!(error(b""), "a, the whole file: it holds no time series");
    assert_eq!(error(b"\xff"), "a, byte 0: expected ASCII text");
    assert_eq!(error(&[b' '; 5000]), "a, line 1: 5000 bytes, at most 4096 are read in a line");
    let float = GOOD.replace("INTEGER", "FLOAT");
    assert_eq!(error(float.replace("1 -2", "1 nan").as_bytes()), "a, line 2: \"nan\", expected a number");
}

#[test]
fn a_missing_sample_of_tspair_is_noticed() {
    let text = String::from_utf8(own("slist/tspair.txt")).unwrap();
    let text = text.replace("23 samples", "22 samples");
    let without: String =
        text.lines().filter(|line| !line.contains(".739998")).map(|line| format!("{line}\n")).collect();
    let error = slist::read("a", without.as_bytes()).unwrap_err().to_string();
    let expected = "a, line 5: 2010-05-27T16:24:03.759998Z, expected 2010-05-27T16:24:03.739998Z in an even series";
    assert_eq!(error, expected);
}

#[test]
fn damage_gives_an_error_or_bounded_segments() {
    let originals = [own("slist/slist.txt"), own("slist/tspair.txt"), GOOD.as_bytes().to_vec()];
    let mut random = Random(3);
    let mut good = 0;
    for round in 0..MUTATIONS {
        let bytes = damage(&originals[round as usize % originals.len()], &mut random);
        if let Ok(segments) = slist::read("a", &bytes) {
            good += 1;
            let memory: usize = segments.iter().map(|segment| bytes_of(&segment.samples)).sum();
            assert!(memory <= (4 * bytes.len() + 8) * segments.len(), "{memory} for {}", bytes.len());
            assert!(segments.iter().all(|segment| segment.rate_hz > 0.0 && !segment.samples.is_empty()));
        }
    }
    assert!(good > MUTATIONS / 1000 && good < MUTATIONS, "{good}");
}
