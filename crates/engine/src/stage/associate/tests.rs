//! Bearings, as they come from an input, in the pool and in an event.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
use super::*;
use truceline_formats::configuration;
use truceline_model::bearing::{Bearing, Direction, Towards, Unresolved};
use truceline_model::detection::SensorClass;
use truceline_model::event::Cited;
use truceline_model::geodesic;
use truceline_model::inventory::SensorSite;
use truceline_model::measurement::{Phase, SensorKind};
use truceline_model::place::Place;
use truceline_model::time::Interval;

fn engine() -> Engine {
    let configuration = configuration::read("configuration.toml", configuration::DEFAULT).unwrap();
    Engine { configuration, epoch: Hash([1; 32]), origin: "a test".into(), threads: 1 }
}

fn bearing(array: &str, class: SensorClass, place: Place, onset: Time, azimuth_deg: f64) -> Bearing {
    Bearing {
        array: array.into(),
        class,
        place,
        owners: vec!["one".into()],
        onset,
        onset_sigma_us: 500_000,
        onset_picked: true,
        span: Interval { from: onset, to: onset.plus_s(20.0) },
        peak: onset.plus_s(5.0),
        direction: Direction::Towards(Towards {
            azimuth_mdeg: (azimuth_deg.rem_euclid(360.0) * 1e3) as u32,
            azimuth_sigma_mdeg: 700,
            azimuth_spread_mdeg: 300,
            slowness_us_km: 2_900_000,
            slowness_sigma_us_km: 40_000,
            slowness_spread_us_km: 10_000,
            propagation_sigma_mdeg: 2_500,
            elevation: None,
            near: false,
        }),
        f_statistic_milli: 20_000,
        stretch_milli: 1_000,
        windows: 5,
        elements: vec!["A1".into()],
        without: Vec::new(),
        amplitude_nano: 1_000_000,
        snr_milli: 4_000,
        wrong_element: None,
        clock_questionable: Vec::new(),
        continued: false,
        cut_short: false,
        waveform: Vec::new(),
    }
}

#[test]
fn three_arrays_bearings_make_an_event_that_cites_them() {
    let engine = engine();
    let mut state = State::default();
    let truth = Place::from_degrees(47.0, 31.0).unwrap();
    let origin = Time::parse("2024-05-06T07:00:00Z").unwrap();
    let site = SensorSite {
        id: "A1".into(),
        owner: "one".into(),
        kind: SensorKind::InfrasoundArray,
        place: truth,
        elevation_cm: 0,
        array: Some("A".into()),
    };
    state.sites.0.insert("A1".into(), site);
    let mut emitter = Emitter::new(engine.epoch, &engine.origin, 7);
    for (array, azimuth_deg, r_m) in [("A", 10.0, 110_000.0), ("B", 130.0, 150_000.0), ("C", 250.0, 90_000.0)] {
        let stands = geodesic::destination(truth, azimuth_deg, r_m).unwrap();
        let towards_deg = geodesic::between(stands, truth).azimuth_deg;
        let found = bearing(array, SensorClass::Infrasound, stands, origin.plus_s(r_m / 300.0), towards_deg);
        emitter.emit(Output::Bearing(found));
        // A wave without a direction says nothing of its source.
        let still = bearing(array, SensorClass::Infrasound, stands, origin.plus_s(900.0), 0.0);
        let direction = Direction::NotResolvable(Unresolved::Incoherent);
        emitter.emit(Output::Bearing(Bearing { direction, ..still }));
    }
    take_derived(&engine, &mut state, 7, Hash([2; 32]), &mut emitter);
    assert_eq!(state.pool.waiting.len(), 3);
    assert!(state.pool.waiting.iter().all(|one| one.azimuth_sigma_mdeg == Some(2_613)), "{:?}", state.pool.waiting);
    let cited: BTreeSet<Hash> = state.pool.waiting.iter().map(|one| one.hash).collect();
    let now = origin.plus_s(600.0);
    let mut emitter = Emitter::new(engine.epoch, &engine.origin, 8);
    state.now = Some(now);
    advance(&engine, &mut state, Hash([3; 32]), now, &mut emitter);
    let Some(Output::Event(event)) = emitter.outputs().first() else { panic!("{:?}", emitter.outputs()) };
    assert_eq!(event.product, Product::E1);
    assert!(
        event.solution.arrivals.iter().all(|used| {
            matches!(used.cited, Cited::Bearing { phase: Phase::Airwave, azimuth_sigma_mdeg: 2_613, .. })
        })
    );
    assert_eq!(event.solution.arrivals.iter().map(ArrivalUse::hash).collect::<BTreeSet<_>>(), cited);
    assert!(event.solution.posterior.region_contains(90, truth));
}

#[test]
fn the_ground_waves_of_an_array_are_told_by_their_speed() {
    let engine = engine();
    let told = engine.configuration.association.as_ref().unwrap();
    let place = Place::from_degrees(47.0, 31.0).unwrap();
    for (km_s, expected) in [(8.0, Phase::P), (5.9, Phase::P), (3.6, Phase::S), (2.8, Phase::S)] {
        let mut wave = bearing("A", SensorClass::Seismic, place, Time(0), 90.0);
        if let Direction::Towards(towards) = &mut wave.direction {
            towards.slowness_us_km = (1e6 / km_s) as u32;
        }
        let pooled = measure::of_bearing(told, &State::default(), &wave, (0, 0)).unwrap();
        assert_eq!((pooled.phase, pooled.kind), (expected, SensorKind::SeismicArray), "{km_s}");
    }
}
