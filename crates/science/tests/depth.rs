//! The depth of what only the ground's waves showed: on the ground or below it.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod depths_common;
mod regions_common;

use depths_common::{Depth, Event, event, solve};
use regions_common::Draws;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::locate::{DepthOfGroundWaves, Heights, ON_GROUND, Priors, TimePrior, depth_of_ground_waves};
use truceline_science::travel::{Layer, Medium, Reach, Speeds};

/// As far down as sources are looked for, m: as the events' own.
const THICKNESS_M: f64 = 30e3;

fn of(event: &Event, priors: &Priors) -> Option<DepthOfGroundWaves> {
    let members: Vec<usize> = (0..event.measurements.len()).collect();
    depth_of_ground_waves(&event.sensors, &event.measurements, &members, priors, THICKNESS_M).unwrap()
}

fn on_level() -> Priors {
    Priors { heights: Heights::Level { depth_m: 0.0 }, ..depths_common::priors() }
}

/// Half of the sources on the ground, the others even below: of those that are said to be on the ground with p, p are.
#[test]
fn probabilities_hold_for_sources_drawn_as_the_hypotheses_have_them() {
    let (mut said, mut variance, mut truly, mut held, mut below, mut score) = (0.0, 0.0, 0, 0, 0, 0.0);
    for seed in 0..300 {
        let on_ground = Draws(seed ^ 0x5eed).uniform() < ON_GROUND;
        let event = event(if on_ground { Depth::At(0.0) } else { Depth::AsPriors }, false, seed);
        let found = of(&event, &on_level()).unwrap();
        said += found.p_ground;
        variance += found.p_ground * (1.0 - found.p_ground);
        truly += i32::from(on_ground);
        score -= libm::log(if on_ground { found.p_ground } else { 1.0 - found.p_ground });
        if !on_ground {
            below += 1;
            held += i32::from((found.mean_m - event.truth.2).abs() <= 1.645 * found.sigma_m);
        }
    }
    assert!((said - f64::from(truly)).abs() < 3.0 * f64::sqrt(variance), "{said} said, {truly} true, {variance}");
    // What the hypotheses themselves would lose on average is the entropy; a coin loses .69 nats an event.
    assert!(score / 300.0 < 0.25, "{}", score / 300.0);
    // A layer's evidence reaches somewhat into its neighbours: 90 % intervals hold 97 %.
    let held = f64::from(held) / f64::from(below);
    assert!((0.86..=0.99).contains(&held), "{held}");
}

#[test]
fn depths_are_those_of_the_whole_posterior() {
    for seed in 0..8 {
        let event = event(Depth::At(10e3), false, 1_000 + seed);
        let (found, whole) = (of(&event, &on_level()).unwrap(), solve(&event).depth.unwrap());
        assert!((found.mean_m - whole.mean_m).abs() < 0.5 * whole.sigma_m + 200.0, "{found:?} {whole:?}");
        assert!((0.6..1.6).contains(&(found.sigma_m / whole.sigma_m)), "{found:?} {whole:?}");
    }
}

#[test]
fn names_order_and_other_waves() {
    let first = event(Depth::At(10e3), false, 7);
    let found = of(&first, &on_level()).unwrap();
    let mut other = event(Depth::At(10e3), false, 7);
    other.measurements.reverse();
    for sensor in &mut other.sensors {
        sensor.owner = format!("renamed {}", sensor.owner);
    }
    assert_eq!(of(&other, &on_level()), Some(found));
    // What was heard is of the ground for other reasons, and three times are too few.
    assert_eq!(of(&event(Depth::At(0.0), true, 7), &on_level()), None);
    other.measurements.truncate(3);
    assert_eq!(of(&other, &on_level()), None);
}

/// Ground whose layers nobody told the locator, at 15 km between sensors: its delay and the doubt about its speeds stand for them. What
/// lies on the ground is not said to lie deep.
#[test]
fn layers_that_nobody_knows_bring_nothing_up_or_down() {
    let layers = [(0.0, 2_500.0), (500.0, 4_500.0), (3_000.0, 5_900.0), (16_000.0, 6_500.0)]
        .map(|(top_m, p_m_s)| Layer { top_m, p_m_s, s_m_s: p_m_s / 1.75 });
    let reach = Reach { distance_m_max: 200e3, source_depth_m: (0.0, 20e3), sensor_depth_m: (0.0, 0.0) };
    let truth = Medium::layered(&layers, reach, Speeds::default()).unwrap();
    let speeds = Speeds { p_m_s: Some(6_000.0), s_m_s: Some(3_464.0), ..Speeds::default() };
    let usual = Priors::new(Medium::homogeneous(speeds).unwrap());
    let priors = Priors {
        p: TimePrior { scale_sigma: 0.05, delay_s: (0.3, 0.3), ..usual.p },
        s: TimePrior { scale_sigma: 0.05, delay_s: (0.52, 0.52), ..usual.s },
        ..usual
    };
    let (mut up, mut down) = (Vec::new(), Vec::new());
    for seed in 0..60 {
        let mut draws = Draws(9_000 + seed);
        let depth_m = if seed % 2 == 0 { 0.0 } else { draws.within(6e3, 15e3) };
        let at = (draws.within(-25e3, 25e3), draws.within(-25e3, 25e3));
        let mut made = Event { truth: (at.0, at.1, depth_m), sensors: vec![], measurements: vec![] };
        for i in 0..9 {
            let stand = (draws.within(-35e3, 35e3), draws.within(-35e3, 35e3));
            made.sensors.push(Sensor {
                id: i.to_string(),
                owner: format!("o{}", i % 3),
                kind: SensorKind::Seismometer,
                site: Site::Local { x_m: stand.0, y_m: stand.1, z_m: 0.0 },
            });
            let far_m = libm::hypot(at.0 - stand.0, at.1 - stand.1);
            for (phase, sigma_s) in [(Phase::P, 0.1), (Phase::S, 0.2)] {
                if phase == Phase::S && draws.uniform() < 0.4 {
                    continue;
                }
                let travel_s = truth.leg(phase, far_m, depth_m, 0.0).unwrap().time_s;
                let time = Time(0).plus_s(100.0 + travel_s + sigma_s * draws.normal());
                let arrival = Measurement::arrival(i, time);
                made.measurements.push(Measurement { phase: Some(phase), time_sigma_s: Some(sigma_s), ..arrival });
            }
        }
        let found = of(&made, &priors).unwrap();
        if depth_m > 0.0 { down.push(found) } else { up.push(found) }
    }
    let mean = |of: &[DepthOfGroundWaves]| of.iter().map(|one| one.p_ground).sum::<f64>() / of.len() as f64;
    assert!(up.iter().all(|one| one.p_ground > 0.2), "{up:?}");
    // Far from every sensor a depth shows little, and then neither is said.
    let clear = down.iter().filter(|one| one.p_ground < 0.05).count();
    assert!(clear >= down.len() / 3 && mean(&down) < mean(&up) - 0.3, "{} {} {down:?}", mean(&up), mean(&down));
}
