//! How well sets of owners agree, beside sums over a grid of places and origin times that share no code with it.
#![allow(clippy::expect_used, clippy::unwrap_used)] // helpers of tests, outside of any test function

mod regions_common;

use regions_common::{Event, Evidence, HALF_M, SIGMA_DEG, SIGMA_S, SPEED_M_S, event, priors};
use std::f64::consts::{PI, TAU};
use truceline_model::measurement::Site;
use truceline_model::time::Time;
use truceline_science::locate::{OwnersAlone, Priors, apart, evidence};

/// Within which a measurement of anything may have come, s.
const WINDOW_S: f64 = 3_600.0;

/// The share and the width of outliers, as in `Priors`.
const SHARE: f64 = 0.02;
const OUTLIER_SIGMAS: f64 = 10.0;

fn sets(event: &Event, priors: &Priors) -> Option<Vec<OwnersAlone>> {
    let members: Vec<usize> = (0..event.measurements.len()).collect();
    let all = (event.sensors.as_slice(), event.measurements.as_slice(), members.as_slice());
    let whole = evidence(all.0, all.1, all.2, priors, 1).ok()?;
    let (left_out, alone) = apart(all, priors, &whole, WINDOW_S, 1).unwrap();
    assert!(left_out.iter().enumerate().all(|(at, one)| alone[1 + at].owners >> at & 1 == 0 && one.members > 0));
    Some(alone)
}

/// The measurements of a set, in the order in which owners are left out: the most measurements first, then the first time.
fn of_set(event: &Event, owners: u32) -> Vec<usize> {
    let owner = |member: usize| event.sensors[event.measurements[member].sensor].owner.as_str();
    let mut names: Vec<&str> = event.sensors.iter().map(|sensor| sensor.owner.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let key = |name: &&str| {
        let own = || (0..event.measurements.len()).filter(|member| owner(*member) == *name);
        (std::cmp::Reverse(own().count()), own().map(|member| event.measurements[member].time).min())
    };
    names.sort_by_key(key);
    let at = |name: &str| names.iter().position(|one| *one == name).unwrap();
    (0..event.measurements.len()).filter(|member| owners >> at(owner(*member)) & 1 == 1).collect()
}

fn time_density(off_s: f64) -> f64 {
    let z2 = off_s * off_s / (SIGMA_S * SIGMA_S);
    let inlier = (1.0 - SHARE) * libm::exp(-0.5 * z2) / (TAU.sqrt() * SIGMA_S);
    inlier + SHARE / (PI * OUTLIER_SIGMAS * SIGMA_S * (1.0 + z2 / (OUTLIER_SIGMAS * OUTLIER_SIGMAS)))
}

/// As von Mises's with as narrow a normal distribution.
fn bearing_density(off_rad: f64) -> f64 {
    let sigma = SIGMA_DEG.to_radians();
    let off = libm::remainder(off_rad, TAU) / sigma;
    (1.0 - SHARE) * libm::exp(-0.5 * off * off) / (TAU.sqrt() * sigma) + SHARE / TAU
}

/// ln of the evidence of some measurements, against each being of anything, by sums: coarse over the whole box first, then fine
/// where it counts.
fn by_sums(event: &Event, members: &[usize]) -> f64 {
    let timed: Vec<((f64, f64), f64)> = members
        .iter()
        .filter(|member| event.measurements[**member].azimuth_deg.is_none())
        .map(|member| {
            let measurement = &event.measurements[*member];
            (site(event, *member), measurement.time.seconds_since(Time(0)))
        })
        .collect();
    let bearings: Vec<((f64, f64), f64)> = members
        .iter()
        .filter_map(|member| {
            let measurement = &event.measurements[*member];
            Some((site(event, *member), measurement.azimuth_deg?.to_radians()))
        })
        .collect();
    let at = |x: f64, y: f64| {
        let mut product = 1.0;
        for ((sx, sy), azimuth) in &bearings {
            product *= TAU * bearing_density(azimuth - libm::atan2(x - sx, y - sy));
        }
        let origins: Vec<f64> =
            timed.iter().map(|((sx, sy), time_s)| time_s - libm::hypot(x - sx, y - sy) / SPEED_M_S).collect();
        let (first, last) = origins.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), s| (a.min(*s), b.max(*s)));
        // Where some arrival asks for it; trapezoids are exact to rounding at this step.
        let step_s = SIGMA_S / 2.0;
        let count = ((last - first + 10.0 * SIGMA_S) / step_s) as usize;
        let one = |n: usize| {
            let time_s = first - 5.0 * SIGMA_S + n as f64 * step_s;
            let is_asked = origins.iter().any(|origin_s| (origin_s - time_s).abs() < 5.0 * SIGMA_S);
            if is_asked {
                origins.iter().map(|origin_s| WINDOW_S * time_density(origin_s - time_s)).product()
            } else {
                0.0
            }
        };
        let times = if timed.is_empty() { 1.0 } else { (0..count).map(one).sum::<f64>() * step_s / WINDOW_S };
        product * times
    };
    // 24 x 24 blocks; those that matter are summed on 12 x 12 points, the others on 3 x 3.
    const BLOCKS: usize = 24;
    let side_m = 2.0 * HALF_M / BLOCKS as f64;
    let block = |n: usize, points: usize| {
        let step_m = side_m / points as f64;
        let corner = (-HALF_M + (n % BLOCKS) as f64 * side_m, -HALF_M + (n / BLOCKS) as f64 * side_m);
        let point = |k: usize| {
            at(corner.0 + ((k % points) as f64 + 0.5) * step_m, corner.1 + ((k / points) as f64 + 0.5) * step_m)
        };
        (0..points * points).map(point).sum::<f64>() / (points * points) as f64
    };
    let coarse: Vec<f64> = (0..BLOCKS * BLOCKS).map(|n| block(n, 3)).collect();
    let most = coarse.iter().copied().fold(0.0, f64::max);
    let fine = |(n, value): (usize, &f64)| if *value > 1e-4 * most { block(n, 12) } else { *value };
    let sum: f64 = coarse.iter().enumerate().map(fine).sum();
    libm::log(sum / (BLOCKS * BLOCKS) as f64)
}

fn site(event: &Event, member: usize) -> (f64, f64) {
    let Site::Local { x_m, y_m, .. } = event.sensors[event.measurements[member].sensor].site else { panic!("metres") };
    (x_m, y_m)
}

/// Of times, by curvature and by cells, of times with bearings, and of few times.
#[test]
fn supports_are_what_sums_say() {
    let mut off: Vec<f64> = Vec::new();
    for (kind, seeds) in
        [(Evidence::Times, 7_000..7_002), (Evidence::TimesAndBearings, 30..32), (Evidence::Few, 40..42)]
    {
        for seed in seeds {
            let event = event(kind, seed);
            let Some(sets) = sets(&event, &priors()) else { continue };
            for one in sets {
                let members = of_set(&event, one.owners);
                // What scatters much more than it may is contradiction, or widened where it is placed.
                let Some(support) = one.support.filter(|support| *support > -1e4) else { continue };
                let expected = by_sums(&event, &members);
                off.push((support - expected).abs());
                assert!((support - expected).abs() < 0.2, "{kind:?} {seed} {:b}: {support} {expected}", one.owners);
            }
        }
    }
    off.sort_by(f64::total_cmp);
    assert!(off.len() > 30, "{}", off.len());
    assert!(off[off.len() / 2] < 0.05 && off[off.len() * 9 / 10] < 0.12, "{off:?}");
}

/// Whoever says another origin than the others is worth less than anything; whoever says the same one, much more.
#[test]
fn a_false_owner_takes_support_away_and_an_honest_one_brings_it() {
    for seed in 500..506 {
        let honest = event(Evidence::Times, seed);
        let mut lied = event(Evidence::Times, seed);
        // As from a source on the other side of the box, minutes before: its own arrivals agree with each other.
        let (x, y) = (-lied.truth.0, -lied.truth.1);
        for member in 0..lied.measurements.len() {
            let (sx, sy) = site(&lied, member);
            if lied.sensors[lied.measurements[member].sensor].owner == "o1" {
                lied.measurements[member].time = Time(0).plus_s(90.0 + libm::hypot(x - sx, y - sy) / SPEED_M_S);
            }
        }
        let without = |event: &Event, sets: &[OwnersAlone]| {
            let is_kept = |one: &&OwnersAlone| {
                let owner = |member: &usize| event.sensors[event.measurements[*member].sensor].owner.as_str();
                let members = of_set(event, one.owners);
                one.owners.count_ones() == 2 && members.iter().all(|member| owner(member) != "o1")
            };
            sets.iter().find(is_kept).unwrap().support.unwrap()
        };
        let sets_of_honest = sets(&honest, &priors()).unwrap();
        let brought = sets_of_honest[0].support.unwrap() - without(&honest, &sets_of_honest);
        assert!(brought > 15.0, "{seed}: {brought}");
        if let Some(sets_of_lied) = sets(&lied, &priors()) {
            let brought = sets_of_lied[0].support.unwrap() - without(&lied, &sets_of_lied);
            assert!(brought < -1.0, "{seed}: {brought}");
        }
    }
}
