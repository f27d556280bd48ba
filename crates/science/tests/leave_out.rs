//! Events without each owner, in short, beside their whole posteriors without each owner.
#![allow(clippy::expect_used, clippy::unwrap_used)] // helpers of tests, outside of any test function

mod regions_common;

use regions_common::{Event, Evidence, event, priors, solve};
use truceline_model::measurement::Site;
use truceline_science::locate::{OWNERS_MAX, OwnerLeftOut, Solution, leave_out, without_owners};

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
