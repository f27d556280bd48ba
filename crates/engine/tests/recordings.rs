//! Recordings of the field through formats and science together.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::path::PathBuf;
use std::process::Command;
use truceline_formats::waveform;
use truceline_model::time::Time;
use truceline_science::dsp::butterworth::Band;
use truceline_science::dsp::chain::{ChannelDetector, Characteristic, Outcome, Settings};
use truceline_science::dsp::coincidence::{ChannelTrigger, coincidences};

/// The folder of recordings; none where it is not there and need not be.
fn recordings() -> Option<PathBuf> {
    let folder = std::env::var_os("TRUCELINE_DATA").map(PathBuf::from);
    if folder.is_none() {
        assert!(std::env::var_os("TRUCELINE_REQUIRE_DATA").is_none(), "TRUCELINE_DATA is not set, and required");
    }
    folder
}

/// Four seismometers of the UH network, 27 May 2010: three coincidences of at least three stations and no fourth.
/// Times as ObsPy's network trigger gives them with the same settings.
#[test]
fn the_uh_network_s_coincidences() {
    let Some(folder) = recordings() else { return };
    let settings = Settings {
        band: Band::BandPass { low_hz: 10.0, high_hz: 20.0 },
        characteristic: Characteristic::RecursiveStaLta { sta_s: 0.5, lta_s: 10.0 },
        on: 3.5,
        off: 1.0,
        trigger_s_max: 3_600.0,
        ..Settings::local_seismic()
    };
    let mut triggers = Vec::new();
    for station in 1..=4_u32 {
        let path = folder.join(format!("seismic/arrays/BW.UH{station}..SHZ.D.2010.147.cut.slist.gz"));
        let unpacked = Command::new("gzip").arg("-dc").arg(&path).output().unwrap();
        assert!(unpacked.status.success(), "{}", path.display());
        let found = waveform::read("UH", &unpacked.stdout, None).unwrap();
        let mut detector = ChannelDetector::new(&found.segments[0].channel, settings.clone()).unwrap();
        let mut outcome = Outcome::default();
        for segment in &found.segments {
            detector.push(segment, &mut outcome).unwrap();
        }
        detector.finish(&mut outcome);
        triggers.extend(outcome.arrivals.iter().map(|arrival| ChannelTrigger {
            channel: station,
            weight: 1.0,
            on: arrival.triggered,
            off: arrival.released,
        }));
    }
    let found = coincidences(&triggers, 3.0, 0.0);
    let expected = ["2010-05-27T16:24:33.21Z", "2010-05-27T16:27:01.26Z", "2010-05-27T16:27:30.51Z"];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (coincidence, expected) in found.iter().zip(expected) {
        let off_s = coincidence.time.seconds_since(Time::parse(expected).unwrap());
        assert!(off_s.abs() <= 0.05, "{} is {off_s} s from {expected}", coincidence.time);
    }
}
