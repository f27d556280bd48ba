//! Bearings, as they come from an input, in the pool and in an event; sensors that contradict, when a block closes.
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
    Engine::new(configuration, Hash([1; 32]), "a test", 1)
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
        assert_eq!((pooled.phase, pooled.kind), (Some(expected), SensorKind::SeismicArray), "{km_s}");
    }
}

/// A first arrival at a seismometer, as a detection of a record would wait.
pub(super) fn pooled(order: u64, owner: &str, place: Place, time: Time) -> Pooled {
    Pooled {
        origin: Origin::Detection,
        hash: Hash::of(&order.to_be_bytes()),
        order: (order, 0),
        owner: owner.into(),
        kind: SensorKind::Seismometer,
        place,
        elevation_cm: 0,
        time,
        time_sigma_us: Some(50_000),
        phase: Some(Phase::P),
        azimuth_mdeg: None,
        azimuth_sigma_mdeg: None,
        f_statistic_milli: None,
        slowness_us_km: None,
        said: None,
        lasted_us: None,
    }
}

/// Twelve seismometers of three owners and ten explosions, two minutes apart; one clock is `late_s` late.
fn block_with_a_clock(late_s: f64) -> State {
    let mut state = State::default();
    let middle = Place::from_degrees(47.0, 31.0).unwrap();
    let origin = Time::parse("2024-05-06T07:00:00Z").unwrap();
    let mut order = 0;
    for shot in 0..10 {
        let n = f64::from(shot);
        let source = geodesic::destination(middle, 77.0 * n, 4_000.0 + 2_500.0 * n).unwrap();
        let at = origin.plus_s(120.0 * n);
        for station in 0..12 {
            let k = f64::from(station);
            // The late one stands among the sources: no other place of it would make all of them late.
            let r_m = if station == 5 { 2_000.0 } else { 12_000.0 + 2_700.0 * k };
            let stands = geodesic::destination(middle, 30.0 * k + 7.0, r_m).unwrap();
            let travel_s = geodesic::between(stands, source).distance_m / 6_000.0;
            let late_s = if station == 5 { late_s } else { 0.0 };
            let owner = ["one", "two", "three"][station as usize % 3];
            state.pool.waiting.push(pooled(order, owner, stands, at.plus_s(travel_s + late_s)));
            order += 1;
            let site = SensorSite {
                id: format!("S{station}"),
                owner: owner.into(),
                kind: SensorKind::Seismometer,
                place: stands,
                elevation_cm: 0,
                array: None,
            };
            state.sites.0.insert(site.id.clone(), site);
        }
    }
    state.pool.fresh_from = Some(origin);
    state
}

#[test]
fn a_clock_that_is_seconds_off_is_named_isolated_and_counted() {
    let engine = engine();
    for (late_s, named) in [(0.0, false), (3.2, true)] {
        let mut state = block_with_a_clock(late_s);
        let now = Time::parse("2024-05-06T09:00:00Z").unwrap();
        state.now = Some(now);
        let mut emitter = Emitter::new(engine.epoch, &engine.origin, 9);
        advance(&engine, &mut state, Hash([3; 32]), now, &mut emitter);
        let outputs = emitter.into_outputs();
        let finals =
            outputs.iter().filter(|output| matches!(output, Output::Event(event) if event.product == Product::E3));
        assert_eq!(finals.count(), 10);
        let said: Vec<String> = outputs
            .iter()
            .filter_map(|output| match output {
                Output::Inconsistency(one) => Some(one.words()),
                _ => None,
            })
            .collect();
        assert_eq!(said.len(), usize::from(named), "{said:?}");
        let expected = "sensor S5 of three is inconsistent with the others: its times are 3.";
        let late = |words: &String| words.starts_with(expected) && words.contains(" s late, as 10 events say");
        assert!(said.iter().all(late), "{said:?}");
        assert!(said.iter().all(|words| words.ends_with("10 of its measurements are left out")), "{said:?}");
    }
}

/// One shot east of a line, and three seismometers of each of five owners around it: no array among them, so that how well the
/// owners agree is not computed.
#[test]
fn five_owners_of_mixed_sensors_can_do_without_any_two() {
    let engine = engine();
    let source = Place::from_degrees(47.0, 31.1).unwrap();
    let origin = Time::parse("2024-05-06T07:00:00Z").unwrap();
    let mut state = State::default();
    for station in 0..15_u64 {
        let k = station as f64;
        let stands = geodesic::destination(source, 24.0 * k, 9_000.0 + 900.0 * k).unwrap();
        let travel_s = geodesic::between(stands, source).distance_m / 6_000.0;
        let owner = ["Mission", "Institute", "Alpha", "Bravo", "University"][station as usize % 5];
        state.pool.waiting.push(pooled(station, owner, stands, origin.plus_s(travel_s)));
        let id = format!("S{station}");
        let kind = SensorKind::Seismometer;
        let site =
            SensorSite { id: id.clone(), owner: owner.into(), kind, place: stands, elevation_cm: 0, array: None };
        state.sites.0.insert(id, site);
    }
    state.pool.fresh_from = Some(origin);
    let text = "[agreement]\nid = \"t\"\nversion = 1\ntitle = \"T\"\nparties = [\"Alpha\", \"Bravo\"]\np_min = 0.5\n\
                note = \"Invented.\"\n\n[[in_force]]\nfrom = 2024-05-01T00:00:00Z\nto = 2024-06-01T00:00:00Z\n\n\
                [[line]]\nid = \"l\"\nname = \"Line\"\nkind = \"contact-line\"\nstatus = \"agreed\"\nleft = \"Alpha\"\n\
                right = \"Bravo\"\nsigma_m = 100\npath = [[31.0, 46.5], [31.0, 47.5]]\n\n\
                [[zone]]\nid = \"z\"\nname = \"Zone\"\nring = [[30.0, 46.0], [32.0, 46.0], [32.0, 48.0], [30.0, 48.0]]\n\n\
                [[clause]]\nid = \"1\"\nprohibits = \"infrasonic-event\"\ntext = \"None.\"\n";
    truceline_accord::agreement::Agreement::read(text).unwrap();
    state.agreements.push((Hash([9; 32]), text.to_owned()));
    let now = origin.plus_s(86_400.0);
    state.now = Some(now);
    let mut emitter = Emitter::new(engine.epoch, &engine.origin, 8);
    advance(&engine, &mut state, Hash([3; 32]), now, &mut emitter);
    let finding = emitter.outputs().iter().rev().find_map(|output| match output {
        Output::Finding(finding) => Some(finding.clone()),
        _ => None,
    });
    let event = emitter.outputs().iter().rev().find_map(|output| match output {
        Output::Event(event) => Some(event.solution.clone()),
        _ => None,
    });
    // All, all but one, all but two.
    assert_eq!(event.expect("an event").parts.len(), 1 + 5 + 10);
    let finding = finding.expect("a finding");
    let found = finding.attribution.clone().unwrap_or_else(|| panic!("{finding:#?}"));
    assert_eq!(found.stated(), Some("Bravo"), "{found:#?}");
    assert_eq!((found.certificate_k, found.collusion_number()), (Some(2), Some(3)), "{found:#?}");
}
