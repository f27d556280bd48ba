//! A recorded explosion: three arrays in the west of the United States, 2 June 2004, with its place and time known.
mod common;
use common::{priors, utah, utah_truth};
use truceline_model::canonical;
use truceline_science::locate::{levels_at, locate};

#[test]
fn the_truth_lies_inside() {
    let posterior = locate(&utah(), &priors(), 1).unwrap();
    let (place, time) = utah_truth();
    assert!(posterior.region_contains(90, place));
    assert!(posterior.interval(95).unwrap().contains(time));
    let area_km2 = posterior.region(90).unwrap().area_m2 as f64 / 1e6;
    assert!(area_km2 <= 6_000.0, "{area_km2}");
    let levels = levels_at(&posterior, place, Some(time));
    for r in &posterior.regions {
        println!("{} {} km2 {} rings", r.level_percent, r.area_m2 as f64 / 1e6, r.rings.len());
    }
    for r in &posterior.time_regions {
        println!("{} {:?}", r.level_percent, r.interval);
    }
    println!("{levels:?} {:?} {} {:?} {:?}", posterior.mean, posterior.time_mean, posterior.covariance, posterior.grid);
    println!(
        "cells {} outside {} bytes {}",
        posterior.cells.len(),
        posterior.outside_ppb,
        canonical::to_bytes(&posterior).len()
    );
}
