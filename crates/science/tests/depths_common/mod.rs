//! Synthetic events on the ground and below it, registered by seismometers and, where they are heard, by arrays too.
#![allow(dead_code, unreachable_pub)]
use crate::regions_common::Draws;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::locate::{Heights, Point, Priors, Solution, evidence};
use truceline_science::travel::{Medium, Speeds};

/// Half side of the network, m, and the greatest depth.
const HALF_M: f64 = 30e3;
const BOTTOM_M: f64 = 30e3;

/// Speeds of P, S and sound, m/s, with the deviations of their arrivals, s.
const WAVES: [(Phase, f64, f64); 3] =
    [(Phase::P, 6_000.0, 0.1), (Phase::S, 3_500.0, 0.2), (Phase::Airwave, 330.0, 1.0)];

/// Deviation of an array's bearing, degrees.
const SIGMA_DEG: f64 = 3.0;

/// Where the source lies in depth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Depth {
    At(f64),
    /// As the priors say: on the ground if it is heard, with the priors' probability; else even.
    AsPriors,
}

/// Sources at 0 and 10 km and as the priors say, not heard and heard.
pub const KINDS: [(Depth, bool); 6] = [
    (Depth::At(0.0), false),
    (Depth::At(0.0), true),
    (Depth::At(10e3), false),
    (Depth::At(10e3), true),
    (Depth::AsPriors, false),
    (Depth::AsPriors, true),
];

pub struct Event {
    pub truth: (f64, f64, f64),
    pub sensors: Vec<Sensor>,
    pub measurements: Vec<Measurement>,
}

/// Ten seismometers with P and mostly S, and three arrays where it is heard.
pub fn event(depth: Depth, heard: bool, seed: u64) -> Event {
    let mut draws = Draws(seed);
    let side = |draws: &mut Draws| draws.within(-HALF_M, HALF_M);
    let depth_m = match depth {
        Depth::At(depth_m) => depth_m,
        Depth::AsPriors if heard && draws.uniform() < priors().on_ground => 0.0,
        Depth::AsPriors => draws.within(0.0, BOTTOM_M),
    };
    let truth = (0.8 * side(&mut draws), 0.8 * side(&mut draws), depth_m);
    let mut made = Event { truth, sensors: vec![], measurements: vec![] };
    for i in 0..if heard { 13 } else { 10 } {
        let at = (side(&mut draws), side(&mut draws));
        let array = i >= 10;
        made.sensors.push(Sensor {
            id: format!("s{i}"),
            owner: format!("o{}", i % 3),
            kind: if array { SensorKind::InfrasoundArray } else { SensorKind::Seismometer },
            site: Site::Local { x_m: at.0, y_m: at.1, z_m: 0.0 },
        });
        let (east, north) = (truth.0 - at.0, truth.1 - at.1);
        let flat_m = libm::hypot(east, north);
        for (phase, speed_m_s, sigma_s) in WAVES.iter().filter(|wave| (wave.0 == Phase::Airwave) == array) {
            if *phase == Phase::S && draws.uniform() < 0.3 {
                continue;
            }
            // Sound leaves from the ground above.
            let far_m = if array { flat_m } else { libm::hypot(flat_m, depth_m) };
            let mut measurement =
                Measurement::arrival(i, Time(0).plus_s(100.0 + far_m / speed_m_s + sigma_s * draws.normal()));
            measurement.phase = Some(*phase);
            measurement.time_sigma_s = Some(*sigma_s);
            if array {
                let azimuth = libm::atan2(east, north).to_degrees() + SIGMA_DEG * draws.normal();
                measurement.azimuth_deg = Some(libm::remainder(azimuth, 360.0));
                measurement.azimuth_sigma_deg = Some(SIGMA_DEG);
            }
            made.measurements.push(measurement);
        }
    }
    made
}

pub fn priors() -> Priors {
    let [p_m_s, s_m_s, airwave_m_s] = WAVES.map(|wave| Some(wave.1));
    let medium = Medium::homogeneous(Speeds { p_m_s, s_m_s, airwave_m_s, ..Speeds::default() }).expect("speeds");
    let mut priors = Priors::new(medium);
    for time in [&mut priors.p, &mut priors.s, &mut priors.airwave] {
        (time.fixed_s, time.relative, time.scale_sigma) = (0.0, 0.0, 0.0);
    }
    priors.heights = Heights::Between { top_m: 0.0, bottom_m: BOTTOM_M };
    priors
}

/// What is counted of one event.
#[derive(Debug, Clone, Copy)]
pub struct Count {
    /// The level of the true place, and whether the depth's interval holds the true one.
    pub level: f64,
    pub depth_held: bool,
    /// Whether every region has an area.
    pub areas: bool,
}

pub fn solve(event: &Event) -> Solution {
    let members: Vec<usize> = (0..event.measurements.len()).collect();
    evidence(&event.sensors, &event.measurements, &members, &priors(), 1).expect("a solution")
}

pub fn count(event: &Event) -> Count {
    let solution = solve(event);
    let (x, y, depth_m) = event.truth;
    let depth = solution.depth.expect("a depth");
    Count {
        level: solution.levels_at(Point { x, y }, None).place_level,
        depth_held: (depth.p90_m.0..=depth.p90_m.1).contains(&depth_m),
        areas: solution.regions.iter().all(|region| region.area_m2.is_finite() && region.area_m2 > 0.0),
    }
}

/// Shares of places within their 90 % regions and of depths within their intervals.
pub fn shares(counts: &[Count]) -> (f64, f64) {
    let share =
        |of: &dyn Fn(&Count) -> bool| counts.iter().filter(|count| of(count)).count() as f64 / counts.len() as f64;
    (share(&|count| count.level <= 0.9), share(&|count| count.depth_held))
}
