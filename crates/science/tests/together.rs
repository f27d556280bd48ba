//! What events of one time say of each other's travel times, and what that does to their regions.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod regions_common;
use regions_common::Draws;
use std::sync::Arc;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::locate::{Bounds, Fellow, Priors, TimePrior, Together, evidence, leave_out};
use truceline_science::travel::{Medium, Speeds};

/// The earth and the air as the priors take them.
const P_M_S: f64 = 6_000.0;
const SOUND_M_S: f64 = 340.0;
const SPEED_SIGMA: f64 = 0.03;
const WIND_SIGMA_M_S: f64 = 8.0;
const DELAY_S: (f64, f64) = (0.2, 0.15);
/// How far arrivals scatter, s.
const SCATTER_S: f64 = 0.3;
const OWNERS: [&str; 3] = ["one", "two", "three"];

fn priors() -> Priors {
    let speeds = Speeds { p_m_s: Some(P_M_S), airwave_m_s: Some(SOUND_M_S), ..Speeds::default() };
    let usual = Priors::new(Medium::homogeneous(speeds).unwrap());
    let time = |prior: TimePrior| TimePrior {
        sigma_s: SCATTER_S,
        fixed_s: SCATTER_S,
        relative: 0.0,
        scale_sigma: SPEED_SIGMA,
        ..prior
    };
    Priors {
        p: TimePrior { delay_s: DELAY_S, ..time(usual.p) },
        airwave: time(usual.airwave),
        wind_sigma_m_s: WIND_SIGMA_M_S,
        bounds: Some(Bounds { west: -90e3, south: -90e3, east: 90e3, north: 90e3 }),
        ..usual
    }
}

/// A time with its own speeds and wind, drawn as the priors have them.
struct World {
    slower: f64,
    quieter: f64,
    wind: (f64, f64),
    delay_s: f64,
    fellows: Vec<Fellow>,
    places: Vec<(f64, f64)>,
}

/// So many events; the arrivals of the owner `off` come so much later.
fn world(seed: u64, events: usize, off: Option<(&str, f64)>) -> World {
    let mut rng = Draws(9_000_011 + seed);
    let mut world = World {
        slower: SPEED_SIGMA * rng.normal(),
        quieter: SPEED_SIGMA * rng.normal(),
        wind: (WIND_SIGMA_M_S * rng.normal(), WIND_SIGMA_M_S * rng.normal()),
        delay_s: DELAY_S.0 + DELAY_S.1 * rng.normal(),
        fellows: Vec::new(),
        places: Vec::new(),
    };
    let first = Time::parse("2024-05-06T07:00:00Z").unwrap();
    let sensors: Vec<Sensor> = (0..8)
        .map(|k| Sensor {
            id: k.to_string(),
            owner: OWNERS[k % OWNERS.len()].to_owned(),
            kind: SensorKind::Seismometer,
            site: Site::Local { x_m: 2.2e4 * rng.normal(), y_m: 2.2e4 * rng.normal(), z_m: 0.0 },
        })
        .collect();
    for event in 0..events {
        let (x, y) = (1.4e4 * rng.normal(), 1.4e4 * rng.normal());
        let at = first.plus_s(200.0 * event as f64);
        let mut measurements = Vec::new();
        for (number, sensor) in sensors.iter().enumerate() {
            let Site::Local { x_m, y_m, .. } = sensor.site else { continue };
            let (east, north) = (x_m - x, y_m - y);
            let distance_m = libm::hypot(east, north);
            let tail = (world.wind.0 * east + world.wind.1 * north) / distance_m;
            let later_s = off.filter(|(owner, _)| sensor.owner == *owner).map_or(0.0, |(_, later_s)| later_s);
            let travel_s = [
                (Phase::P, distance_m / P_M_S * (1.0 + world.slower) + world.delay_s + later_s),
                (Phase::Airwave, distance_m / (SOUND_M_S / (1.0 + world.quieter) + tail) + later_s),
            ];
            for (phase, travel_s) in travel_s {
                let time = at.plus_s(travel_s + SCATTER_S * rng.normal());
                measurements.push(Measurement {
                    phase: Some(phase),
                    time_sigma_s: Some(0.01),
                    ..Measurement::arrival(number, time)
                });
            }
        }
        world.fellows.push(Fellow { sensors: sensors.clone(), measurements, priors: priors() });
        world.places.push((x, y));
    }
    world
}

fn members(fellow: &Fellow) -> Vec<usize> {
    (0..fellow.measurements.len()).collect()
}

#[test]
fn speeds_wind_and_scatter_come_out_as_they_were_drawn() {
    for seed in 0..8 {
        let world = world(seed, 12, None);
        let all = Together::of(world.fellows, 1).unwrap();
        let found = Together::priors(&all, 0, &[]);
        for (phase, slower) in [(Phase::P, world.slower), (Phase::Airwave, world.quieter)] {
            let before_m_s = if phase == Phase::P { P_M_S } else { SOUND_M_S };
            let left = before_m_s / found.medium.straight_m_s(phase).unwrap() - 1.0 - slower;
            let doubt = found.time(phase).scale_sigma;
            assert!(doubt < 0.7 * SPEED_SIGMA && left.abs() < 4.0 * doubt, "{seed} {phase:?}: {left} {doubt}");
            let scatter_s = found.time(phase).fixed_s;
            assert!((SCATTER_S..1.3 * SCATTER_S).contains(&scatter_s), "{seed} {phase:?}: {scatter_s}");
        }
        let (east, north) = (found.wind_mean_m_s.0 - world.wind.0, found.wind_mean_m_s.1 - world.wind.1);
        let doubt = found.wind_sigma_m_s;
        assert!(doubt < 2.0 && libm::hypot(east, north) < 5.0 * doubt, "{seed}: {east} {north} {doubt}");
        let (later_s, doubt_s) = found.p.delay_s;
        assert!((later_s - world.delay_s).abs() < 4.0 * doubt_s, "{seed}: {later_s} {} {doubt_s}", world.delay_s);
    }
}

#[test]
fn regions_are_smaller_and_hold_as_often() {
    let (mut held, mut all_events, mut alone_m2, mut together_m2) = (0, 0, 0.0, 0.0);
    for seed in 100..120 {
        let World { fellows, places, .. } = world(seed, 8, None);
        let all = Together::of(fellows.clone(), 2).unwrap();
        for (event, (fellow, (x, y))) in fellows.iter().zip(places).enumerate() {
            let area_of = |priors: &Priors| {
                let found = evidence(&fellow.sensors, &fellow.measurements, &members(fellow), priors, 2).unwrap();
                let area_m2 = found.placed().unwrap().area_p90_m2;
                let dense = found.grid.index_of(x, y).and_then(|at| found.cells.iter().find(|cell| cell.index == at));
                // The share of what is denser than the true place.
                let above: f64 = found
                    .cells
                    .iter()
                    .filter(|cell| dense.is_none_or(|dense| cell.density > dense.density))
                    .map(|cell| cell.mass)
                    .sum();
                (area_m2, above < 0.9)
            };
            alone_m2 += area_of(&fellow.priors).0;
            let (area_m2, holds) = area_of(&Together::priors(&all, event, &[]));
            together_m2 += area_m2;
            held += usize::from(holds);
            all_events += 1;
        }
    }
    assert!(together_m2 < 0.7 * alone_m2, "{together_m2} {alone_m2}");
    let share = held as f64 / f64::from(all_events);
    // 160 events of 20 times: three deviations of a binomial are .07, and events of one time share what they were told.
    assert!((0.82..=0.98).contains(&share), "{share}");
}

/// An owner who is left out of an event is left out of what the other events say to it, too.
#[test]
fn who_is_left_out_bends_nothing_through_the_others() {
    let honest = world(7, 6, None).fellows;
    let bent = world(7, 6, Some(("two", 1.5))).fellows;
    let without = |fellows: Vec<Fellow>, own: &Fellow| {
        let all = Together::of(fellows, 1).unwrap();
        let priors = Together::priors(&all, 0, &[]);
        let whole = evidence(&own.sensors, &own.measurements, &members(own), &priors, 1).unwrap().placed().unwrap();
        let left_out = leave_out(&own.sensors, &own.measurements, &members(own), &priors, &whole, 1).unwrap();
        let rest = left_out.into_iter().find(|one| one.owner == "two").and_then(|one| one.rest).unwrap();
        (rest.mean, Together::priors(&all, 0, &["two"]))
    };
    let (a, of_honest) = without(honest.clone(), &honest[0]);
    let (b, of_bent) = without(bent, &honest[0]);
    // What is left are points of linearisation and weights of outliers.
    assert!(libm::hypot(a.x - b.x, a.y - b.y) < 150.0, "{a:?} {b:?}");
    let apart = |a: f64, b: f64| (a - b).abs();
    assert!(apart(of_honest.wind_mean_m_s.0, of_bent.wind_mean_m_s.0) < 1.0, "{of_honest:?} {of_bent:?}");
}

#[test]
fn an_event_alone_is_what_it_was() {
    let fellows = world(3, 1, None).fellows;
    assert!(Together::of(fellows, 1).is_none());
    assert!(Together::of(Vec::new(), 1).is_none());
}

#[test]
fn neither_threads_nor_names_move_anything() {
    let fellows = world(5, 5, None).fellows;
    let mut renamed = fellows.clone();
    for fellow in &mut renamed {
        for sensor in &mut fellow.sensors {
            sensor.owner = sensor.owner.chars().rev().collect();
        }
    }
    let bytes = |all: &Arc<Together>| {
        let priors = Together::priors(all, 2, &[]);
        (priors.wind_mean_m_s, priors.p, priors.airwave, priors.medium.straight_m_s(Phase::P))
    };
    let one = Together::of(fellows.clone(), 1).unwrap();
    assert_eq!(bytes(&one), bytes(&Together::of(fellows, 4).unwrap()));
    assert_eq!(bytes(&one), bytes(&Together::of(renamed, 1).unwrap()));
}
