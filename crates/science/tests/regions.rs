//! Coverage and size of regions over synthetic events of each kind of evidence.
//!
//! Measured on 2,000 events of each kind (`bench_regions`): 90 % regions hold 91.5, 90.4, 90.3, 91.3 and 90.4 % (times,
//! times and bearings, bearings, few sensors, a tenth outliers), and their median areas are 1.04, 1.04, 1.02, 1.07 and
//! 0.97 times the ideal posterior's.
#![allow(clippy::print_stdout)]
mod regions_common;
use regions_common::{Count, KINDS, count, event, figures, solve};
use truceline_science::calibrate::{coverage, evenness};
use truceline_science::locate::Point;

/// Events of each kind whose levels are counted, and whose areas are compared.
const EVENTS: u64 = 250;
const COMPARED: u64 = 9;

#[test]
fn regions_hold_the_truth_as_often_as_they_say() {
    let mut all = Vec::new();
    for (k, kind) in KINDS.into_iter().enumerate() {
        let level = |i| {
            let event = event(kind, 77_000_003 * (k as u64 + 1) + i);
            solve(&event, 1).levels_at(Point { x: event.truth.0, y: event.truth.1 }, None).place_level
        };
        let levels: Vec<f64> = (0..EVENTS).map(level).collect();
        let found = coverage(&levels, 0.9).expect("levels");
        println!("{kind:?}: {found:?}");
        // Four deviations of 250 draws at 90 %.
        assert!((found.share - 0.9).abs() < 0.076, "{kind:?}: {found:?}");
        all.extend(levels);
    }
    let found = coverage(&all, 0.9).expect("levels");
    // Three deviations of 1,250 draws around 88 to 92 %.
    assert!((0.852..0.948).contains(&found.share), "{found:?}");
    let evenness = evenness(&all).expect("levels");
    println!("all: {found:?}, {evenness:?}");
    assert!(evenness.p_value > 1e-4, "{evenness:?}");
}

#[test]
fn regions_are_nearly_as_small_as_can_be() {
    for (k, kind) in KINDS.into_iter().enumerate() {
        let counts: Vec<Count> = (0..COMPARED).map(|i| count(&event(kind, 88_000_003 * (k as u64 + 1) + i))).collect();
        let (_, ratio, bound) = figures(&counts);
        println!("{kind:?}: area over ideal {ratio:.3}, sigma over the bound {bound:.2}");
        assert!((0.75..1.3).contains(&ratio), "{kind:?}: {ratio}");
        assert!((0.7..1.6).contains(&bound), "{kind:?}: {bound}");
    }
}
