//! Events without each owner, in short, beside their whole posteriors without each owner.
#![allow(clippy::expect_used, clippy::unwrap_used)] // helpers of tests, outside of any test function

mod regions_common;

use regions_common::{Event, Evidence, KINDS, event, priors, solve};
use truceline_model::measurement::Site;
use truceline_science::locate::{
    Covariance, OWNERS_MAX, OwnerLeftOut, OwnersAlone, Priors, Solution, apart, evidence, leave_out, without_owners,
};

/// Within which a measurement of anything may have come, s.
const WINDOW_S: f64 = 3_600.0;

fn members(event: &Event) -> Vec<usize> {
    (0..event.measurements.len()).collect()
}

fn short(event: &Event, whole: &Solution) -> Vec<OwnerLeftOut> {
    leave_out(&event.sensors, &event.measurements, &members(event), &priors(), &whole.placed().unwrap(), 1)
        .expect("a solution")
}

fn apart_m(a: Site, b: Site) -> f64 {
    let (Site::Local { x_m, y_m, .. }, Site::Local { x_m: to_x_m, y_m: to_y_m, .. }) = (a, b) else { panic!("metres") };
    libm::hypot(x_m - to_x_m, y_m - to_y_m)
}

#[test]
fn in_short_is_what_the_whole_posteriors_say() {
    let (mut areas, mut moved): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    for seed in 0..40 {
        let event = event(Evidence::Times, 7_000 + seed);
        let whole = solve(&event, 1);
        let short = short(&event, &whole);
        let full = without_owners(&event.sensors, &event.measurements, &members(&event), &priors(), 1).unwrap();
        assert_eq!(short.len(), full.len());
        assert_eq!(short.iter().map(|one| one.members).sum::<usize>(), event.measurements.len());
        assert!(short.windows(2).all(|pair| pair[0].members >= pair[1].members));
        for one in &short {
            let whole = full.iter().find(|whole| whole.owner == one.owner).and_then(|one| one.solution.as_ref());
            let (Some(rest), Some(whole)) = (&one.rest, whole) else {
                panic!("{one:?}");
            };
            let area_m2 = whole.regions.iter().find(|region| region.level_percent == 90).unwrap().area_m2;
            areas.push(libm::log(rest.placed.area_p90_m2 / area_m2));
            moved.push(apart_m(rest.placed.most_probable, whole.most_probable) / area_m2.sqrt());
        }
    }
    let median = |values: &mut Vec<f64>| {
        values.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
        (values[values.len() / 2], values[values.len() * 9 / 10], values[values.len() - 1])
    };
    let (areas, moved) = (median(&mut areas), median(&mut moved));
    assert!(areas.0.abs() < 0.05 && areas.1.abs() < 0.3, "{areas:?}");
    // In sides of a square as large as the region.
    assert!(moved.0 < 0.05 && moved.1 < 0.15, "{moved:?}");
}

/// Each set of owners but all, with what the whole posterior of its measurements says.
fn beside_the_whole(event: &Event, priors: &Priors, threads: usize) -> Vec<(OwnersAlone, Option<Solution>)> {
    let (sensors, measurements) = (&event.sensors, &event.measurements);
    let all = members(event);
    let Ok(whole) = evidence(sensors, measurements, &all, priors, 1) else { return Vec::new() };
    let (left_out, alone) = apart((sensors, measurements, &all), priors, &whole, WINDOW_S, threads).unwrap();
    let singly = leave_out(sensors, measurements, &all, priors, &whole.placed().unwrap(), threads).unwrap();
    assert_eq!(left_out, singly);
    let of = |one: &OwnersAlone| {
        let is_left = |member: &usize| {
            let at = singly.iter().position(|left| left.owner == sensors[measurements[*member].sensor].owner).unwrap();
            one.owners >> at & 1 == 1
        };
        let others: Vec<usize> = all.iter().copied().filter(is_left).collect();
        (*one, evidence(sensors, measurements, &others, priors, 1).ok())
    };
    alone[1..].iter().map(of).collect()
}

/// Half of the log of a covariance's determinant: of the product of its deviations.
fn log_size(of: Covariance) -> f64 {
    0.5 * libm::log(of.east_m2 * of.north_m2 - of.east_north_m2 * of.east_north_m2)
}

#[test]
fn moments_are_those_of_the_whole_posterior() {
    let mut unknown = priors();
    (unknown.p.scale_sigma, unknown.p.delay_s) = (0.05, (0.1, 0.2));
    let (mut sizes, mut shifts, mut areas): (Vec<f64>, Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new(), Vec::new());
    // Of times alone a curvature is taken.
    for (kind, seed) in [Evidence::TimesAndBearings, Evidence::Bearings].into_iter().zip([900, 950]) {
        for seed in seed..seed + 6 {
            let mut event = event(kind, seed);
            for (n, sensor) in event.sensors.iter_mut().enumerate() {
                sensor.owner = format!("o{}", n % 5);
            }
            for priors in [&priors(), &unknown] {
                let beside = beside_the_whole(&event, priors, 1);
                for (said, whole) in beside {
                    assert_eq!(said.rest.is_some(), whole.is_some(), "{kind:?} {seed}");
                    let Some((rest, whole)) = said.rest.zip(whole) else { continue };
                    let Site::Local { x_m, y_m, .. } = whole.mean else { panic!("metres") };
                    let (east_m, north_m, spread) = (rest.mean.x - x_m, rest.mean.y - y_m, whole.covariance);
                    let size = log_size(whole.covariance);
                    let off_m4 = spread.north_m2 * east_m * east_m + spread.east_m2 * north_m * north_m
                        - 2.0 * spread.east_north_m2 * east_m * north_m;
                    sizes.push(log_size(rest.covariance) - size);
                    shifts.push(off_m4.max(0.0).sqrt() * libm::exp(-size));
                    areas.push(libm::log(rest.placed.area_p90_m2 / whole.placed().unwrap().area_p90_m2).abs());
                }
            }
        }
    }
    for values in [&mut sizes, &mut shifts, &mut areas] {
        values.sort_by(f64::total_cmp);
    }
    let at = |values: &[f64], percent: usize| values[(values.len() - 1) * percent / 100];
    let said = |values: &[f64]| [0, 5, 50, 90, 100].map(|percent| at(values, percent));
    // Never said to be surer; where few are left, tails that the regions' leaves lose are held.
    assert!(at(&sizes, 0) > -0.1 && at(&sizes, 50).abs() < 0.05 && at(&sizes, 90) < 0.4, "{:?}", said(&sizes));
    assert!(at(&shifts, 50) < 0.02 && at(&shifts, 100) < 0.3, "{:?}", said(&shifts));
    assert!(at(&areas, 50) < 0.05 && at(&areas, 90) < 0.2, "{:?}", said(&areas));
}

#[test]
fn any_number_of_threads_leaves_the_same() {
    for kind in KINDS {
        let mut event = event(kind, 31);
        for (n, sensor) in event.sensors.iter_mut().enumerate() {
            sensor.owner = format!("o{}", n % 4);
        }
        let said = |threads| -> Vec<OwnersAlone> {
            beside_the_whole(&event, &priors(), threads).into_iter().map(|(said, _)| said).collect()
        };
        let alone = said(1);
        for threads in [2, 5] {
            assert_eq!(said(threads), alone, "{kind:?}");
        }
    }
}

#[test]
fn without_a_wrong_owner_the_others_agree() {
    let mut event = event(Evidence::Times, 5);
    for measurement in &mut event.measurements {
        if event.sensors[measurement.sensor].owner == "o1" {
            measurement.time = measurement.time.plus_s(0.5);
        }
    }
    let short = short(&event, &solve(&event, 1));
    let area_m2 = |one: &&OwnerLeftOut| one.rest.map_or(f64::INFINITY, |rest| rest.placed.area_p90_m2);
    let least = short.iter().min_by(|a, b| area_m2(a).total_cmp(&area_m2(b))).unwrap();
    assert_eq!(least.owner, "o1", "{short:?}");
    let (x_m, y_m) = event.truth;
    let off_m = apart_m(least.rest.unwrap().placed.most_probable, Site::Local { x_m, y_m, z_m: 0.0 });
    assert!(off_m < area_m2(&least).sqrt(), "{off_m} {short:?}");
}

#[test]
fn names_do_not_show_and_owners_are_bounded() {
    let mut event = event(Evidence::TimesAndBearings, 77);
    let whole = solve(&event, 1);
    let before = short(&event, &whole);
    for sensor in &mut event.sensors {
        sensor.owner = format!("z{}", 9 - sensor.owner[1..].parse::<u32>().unwrap());
    }
    let after = short(&event, &whole);
    let numbers = |all: &[OwnerLeftOut]| all.iter().map(|one| (one.members, one.rest)).collect::<Vec<_>>();
    assert_eq!(numbers(&before), numbers(&after));
    for sensor in &mut event.sensors {
        sensor.owner = "one".into();
    }
    assert!(short(&event, &whole).is_empty());
    assert!(before.len() <= OWNERS_MAX);
}
