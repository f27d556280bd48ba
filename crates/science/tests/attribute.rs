//! From which side an event came, against SciPy: how well sets of owners agree, and the mixture over who is false.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function

mod common;

use common::{place, priors, utah};
use truceline_model::event::{Part, Spread};
use truceline_model::posterior::{Cell, Covariance, Grid, Posterior};
use truceline_model::time::Time;
use truceline_science::attribute::event::{Attributed, Front, Owned, attribute};
use truceline_science::attribute::statement::Policy;
use truceline_science::locate::infrasound::{apart, leave_out};
use truceline_science::locate::{Arrival, Line, Point, SETS_MAX, Vertex, locate};

/// What one origin explains better than anything, nats: summed over a grid of 0.04 degrees, celerity and wind by Gauss and
/// Hermite's eleven nodes each, geodesics of pyproj, Bessel functions of SciPy 1.17.
const SUPPORTS: [(u32, f64); 4] = [(0b111, 8.1934), (0b011, 2.6059), (0b101, 2.9411), (0b110, 3.0538)];

#[test]
fn how_well_owners_agree_is_what_quadrature_says() {
    let arrivals = utah();
    let owned: Vec<(&str, Arrival)> = ["A", "B", "C"].into_iter().zip(arrivals.iter().copied()).collect();
    let found = apart(&owned, 3_600.0, &priors(), 1).unwrap();
    assert_eq!(found.posterior, locate(&arrivals, &priors(), 1).unwrap());
    assert_eq!(found.left_out, leave_out(&owned, &found.posterior, &priors(), 1));
    assert_eq!(found.parts.len(), 7, "every set of three owners");
    for (owners, support) in SUPPORTS {
        let part = found.parts.iter().find(|part| part.owners == owners).unwrap();
        let own = f64::from(part.support_milli.unwrap()) / 1e3;
        assert!((own - support).abs() < 0.05, "{owners:b}: {own} and {support}");
        assert!(part.place.is_some());
    }
    // One array alone has a direction and no place.
    for part in found.parts.iter().filter(|part| part.owners.count_ones() == 1) {
        assert_eq!((part.support_milli, part.place), (Some(0), None));
    }
}

#[test]
fn as_many_sets_are_located_as_the_bound_allows() {
    let arrivals = utah();
    let again = |n: usize| Arrival { place: place(40.0 + n as f64, -110.0), ..arrivals[n % 3] };
    for (owners, sets) in [(1, 0), (2, 3), (5, 31), (6, 22), (8, 37), (10, 56), (11, 12)] {
        let names: Vec<String> = (0..owners).map(|n| format!("owner {n}")).collect();
        let mut own: Vec<(&str, Arrival)> = names.iter().map(|name| (name.as_str(), arrivals[0])).collect();
        for (n, (_, arrival)) in own.iter_mut().enumerate() {
            *arrival = again(n);
        }
        // All of one event or not: what counts is how many sets there are.
        if let Ok(found) = apart(&own, 3_600.0, &priors(), 1) {
            assert_eq!(found.parts.len(), sets, "{owners} owners");
        }
        assert!(sets <= SETS_MAX);
    }
}

/// A posterior of one cell, in place of which its mean and covariance stand in every set.
fn posterior(covariance: Covariance, lon: f64) -> Posterior {
    Posterior {
        grid: Grid {
            south_e7: 500_000_000,
            west_e7: (lon * 1e7) as i32,
            d_lat_e7: 10,
            d_lon_e7: 10,
            rows: 1,
            columns: 1,
        },
        cells: vec![Cell { index: 0, mass_ppb: 1_000_000_000, time_mean_ms: 0, time_sigma_ms: 1 }].into(),
        outside_ppb: 0,
        time_reference: Time(0),
        mean: place(50.0, lon),
        most_probable: place(50.0, lon),
        covariance,
        regions: Vec::new(),
        time_mean: Time(0),
        time_regions: Vec::new(),
    }
}

/// Metres a degree of longitude takes at 50 degrees north on WGS84 (pyproj's geodesic over a hundredth of a degree).
const EAST_M: f64 = 71_695.8;

fn attributed(mirrored: bool) -> Attributed {
    let covariance = |variance: i64| Covariance { east_m2: variance, north_m2: variance, east_north_m2: 0 };
    let part = |owners, support_milli, at: Option<(f64, i64)>| Part {
        owners,
        support_milli: Some(support_milli),
        place: at.map(|(east_m, variance)| Spread {
            mean: place(50.0, 10.0 + east_m / EAST_M),
            covariance: covariance(variance),
        }),
    };
    let parts = [
        part(0b111, 6_000, Some((-9_000.0, 9_000_000))),
        part(0b110, 4_500, Some((-10_000.0, 25_000_000))),
        part(0b101, 4_000, Some((-9_500.0, 20_000_000))),
        part(0b011, 5_000, Some((-8_000.0, 16_000_000))),
        part(0b001, 0, None),
        part(0b010, 0, None),
        part(0b100, 0, None),
    ];
    let mut path = [(10.0, 45.0), (10.0, 55.0)];
    if mirrored {
        path.reverse();
    }
    let vertex = |(x, y): (f64, f64)| Vertex { at: Point { x, y }, sigma_m: 1_000.0 };
    let line = Line::new(vec![path.map(vertex).to_vec()]).unwrap();
    let posterior = posterior(covariance(9_000_000), 10.0 - 9_000.0 / EAST_M);
    let policy = Policy { false_max: 1, p_false: 0.2, ratio_min: 100.0, plausible_min: 0.01 };
    let event = Owned { posterior: &posterior, parts: &parts, owners: 3 };
    attribute(&event, &[Front { line, mirrored }], 2.0, Some(20_000.0), &policy).unwrap()
}

const P_FALSE: [f64; 3] = [0.047_209_877, 0.028_634_238, 0.077_835_928];
const LEAST: f64 = 3.264_224;
const WITHOUT: [f64; 3] = [3.563_656, 3.729_283, 3.555_877];

/// The mixture over who is false, by SciPy. The cells of this posterior are one point, so those combinations say more than
/// the normal; the least of the lattice is the normal's.
#[test]
fn the_mixture_over_false_owners_is_what_scipy_says() {
    let found = attributed(false);
    for (p, expected) in found.p_false.clone().unwrap().iter().zip(P_FALSE) {
        assert!((p - expected).abs() < 1e-4, "{p} {expected}");
    }
    assert!((found.ln_ratio_interval.0 - LEAST).abs() < 0.02, "{found:?}");
    for (ratio, expected) in found.ln_ratio_without.iter().zip(WITHOUT) {
        assert!((ratio.unwrap() - expected).abs() < 0.02, "{found:?}");
    }
    // That one of them is false is plausible, and then the ratio is below a hundred.
    assert_eq!((found.stated, found.certificate), (None, None));
    assert_eq!(found.band, 0.0);
}

/// The line walked the other way and the parties exchanged with it: the same, bit for bit.
#[test]
fn the_way_a_line_is_walked_does_not_show() {
    assert_eq!(attributed(false), attributed(true));
}
