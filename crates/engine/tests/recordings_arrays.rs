//! Recordings of arrays through formats and the streaming detector together.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use truceline_formats::{sac, stationxml, waveform};
use truceline_model::geodesic;
use truceline_model::place::Place;
use truceline_model::time::Time;
use truceline_model::waveform::Segment;
use truceline_science::array::chain::{ArrayDetector, Arrival, Direction, Element, Outcome, Settings, Towards, pieces};
use truceline_science::array::{Geometry, Offset};

/// The folder of recordings; none where it is not there and need not be.
fn recordings() -> Option<PathBuf> {
    let folder = std::env::var_os("TRUCELINE_DATA").map(PathBuf::from);
    if folder.is_none() {
        assert!(std::env::var_os("TRUCELINE_REQUIRE_DATA").is_none(), "TRUCELINE_DATA is not set, and required");
    }
    folder
}

fn elements(places: &BTreeMap<String, Place>) -> (Vec<Element>, Place) {
    let list: Vec<Place> = places.values().copied().collect();
    let (geometry, middle) = Geometry::from_places(&list).unwrap();
    let offset = |r: &[f64; 3]| Offset { east_m: r[0], north_m: r[1], up_m: r[2] };
    let elements = places.keys().zip(geometry.offsets_m());
    (elements.map(|(channel, r)| Element { channel: channel.clone(), offset: offset(r) }).collect(), middle)
}

fn detected(elements: &[Element], survey_sigma_m: f64, settings: Settings, segments: &[Segment]) -> Outcome {
    let mut detector = ArrayDetector::new(elements, survey_sigma_m, settings).unwrap();
    let mut outcome = Outcome::default();
    for piece in pieces(segments, 10.0) {
        detector.push(&piece, &mut outcome).unwrap();
    }
    detector.finish(&mut outcome).unwrap();
    for arrival in &outcome.arrivals {
        eprintln!(
            "{} +- {:.2} peak {} F {:.1} C {:.2} n {} win {} snr {:.1} {:?}",
            arrival.time,
            arrival.sigma_s,
            arrival.peak,
            arrival.f_statistic,
            arrival.stretch,
            arrival.elements,
            arrival.windows,
            arrival.snr,
            arrival.direction
        );
    }
    eprintln!("{:?}", outcome.impediments);
    outcome
}

fn towards(arrival: &Arrival) -> Option<Towards> {
    match arrival.direction {
        Direction::Towards(towards) => Some(towards),
        Direction::NotResolvable(_) => None,
    }
}

fn brp_(folder: &Path) -> (Vec<Element>, Vec<Segment>) {
    let mut places = BTreeMap::new();
    let mut segments = Vec::new();
    for item in std::fs::read_dir(folder.join("infrasound/brp")).unwrap() {
        let path = item.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "SAC") {
            let recording = sac::recording("BRP", &std::fs::read(path).unwrap()).unwrap();
            places.insert(recording.segment.channel.clone(), recording.place.unwrap());
            segments.push(recording.segment);
        }
    }
    (elements(&places).0, segments)
}

#[test]
fn brp() {
    let Some(folder) = recordings() else { return };
    let (elements, segments) = self::brp_of(&folder);
    let found = detected(&elements, 3.2, Settings::infrasound(), &segments);
    let _ = (towards(&found.arrivals[0]), Time(0));
}
fn brp_of(folder: &Path) -> (Vec<Element>, Vec<Segment>) {
    self::brp_(folder)
}
#[test]
fn yellowknife() {
    let Some(folder) = recordings() else { return };
    let arrays = folder.join("seismic/arrays");
    let text = std::fs::read(arrays.join("array_yellowknife.xml")).unwrap();
    let inventory = stationxml::read("Yellowknife", &text).unwrap();
    let bytes = std::fs::read(arrays.join("array_yellowknife_2012-08-14.mseed")).unwrap();
    let found = waveform::read("Yellowknife", &bytes, None).unwrap();
    let mut places = BTreeMap::new();
    let mut segments = Vec::new();
    for segment in found.segments {
        if let Some(c) = inventory.channel(&segment.channel, segment.start) {
            places.insert(segment.channel.clone(), c.channel.place);
            segments.push(segment);
        }
    }
    let (elements, middle) = elements(&places);
    let truth = geodesic::between(middle, Place::from_degrees(49.8, 145.064).unwrap()).azimuth_deg.rem_euclid(360.0);
    eprintln!("truth {truth} {} elements rate {}", elements.len(), segments[0].rate_hz);
    let _ = detected(&elements, 5.0, Settings::seismic(), &segments);
}
