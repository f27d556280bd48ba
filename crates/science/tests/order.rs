//! Which of two events came first, against draws.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function

use proptest::prelude::*;
use truceline_model::place::Place;
use truceline_model::posterior::{Cell, Covariance, Grid, Posterior};
use truceline_model::time::Time;
use truceline_science::attribute::order::first;

const DRAWS: u32 = 40_000;

/// Shares with means and deviations of the origin time, ms.
type Mixture = Vec<(u32, i32, u32)>;

fn posterior(mixture: &Mixture, reference_s: i64) -> Posterior {
    let total: u64 = mixture.iter().map(|(share, ..)| u64::from(*share)).sum();
    let cell = |(index, (share, time_mean_ms, time_sigma_ms)): (usize, &(u32, i32, u32))| Cell {
        index: index as u32,
        mass_ppb: (u64::from(*share) * 1_000_000_000 / total) as u32,
        time_mean_ms: *time_mean_ms,
        time_sigma_ms: *time_sigma_ms,
    };
    let at = Place { lat_e7: 0, lon_e7: 0 };
    Posterior {
        grid: Grid { south_e7: 0, west_e7: 0, d_lat_e7: 1_000, d_lon_e7: 1_000, rows: 1, columns: 64 },
        cells: mixture.iter().enumerate().map(cell).collect(),
        outside_ppb: 0,
        time_reference: Time(reference_s * 1_000_000_000),
        mean: at,
        most_probable: at,
        covariance: Covariance { east_m2: 1, north_m2: 1, east_north_m2: 0 },
        regions: Vec::new(),
        time_mean: Time(reference_s * 1_000_000_000),
        time_regions: Vec::new(),
    }
}

/// A small counter-based generator: SplitMix64.
struct Draws(u64);

impl Draws {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Box and Muller.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    fn time_s(&mut self, mixture: &Mixture, clock_s: f64) -> f64 {
        let total: u32 = mixture.iter().map(|(share, ..)| *share).sum();
        let mut at = self.unit() * f64::from(total);
        let chosen = mixture.iter().find(|(share, ..)| {
            at -= f64::from(*share);
            at < 0.0
        });
        let (_, mean_ms, sigma_ms) = chosen.unwrap_or(mixture.last().unwrap());
        f64::from(*mean_ms) / 1e3 + f64::from(*sigma_ms) / 1e3 * self.normal() + clock_s * self.normal()
    }
}

fn mixtures() -> impl Strategy<Value = Mixture> {
    prop::collection::vec((1_u32..100, -60_000_i32..60_000, 10_u32..30_000), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn it_is_as_often_first_as_drawn(one in mixtures(), other in mixtures(), clock_s in 0.0_f64..20.0, apart_s in -60_i64..60, seed: u64) {
        let p = first(&posterior(&one, 1_000), &posterior(&other, 1_000 + apart_s), clock_s);
        let mut draws = Draws(seed);
        let before = (0..DRAWS)
            .filter(|_| draws.time_s(&one, clock_s) < draws.time_s(&other, clock_s) + apart_s as f64)
            .count();
        let drawn = before as f64 / f64::from(DRAWS);
        // Five deviations of the draws, and a step of the means.
        prop_assert!((p - drawn).abs() < 5.0 * 0.5 / f64::from(DRAWS).sqrt() + 2e-3, "{p} and {drawn}");
    }

    #[test]
    fn either_is_first(one in mixtures(), other in mixtures(), clock_s in 0.0_f64..20.0) {
        let (one, other) = (posterior(&one, 0), posterior(&other, 30));
        let sum = first(&one, &other, clock_s) + first(&other, &one, clock_s);
        prop_assert!((sum - 1.0).abs() < 1e-9, "{sum}");
        prop_assert!((first(&one, &one, clock_s) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn worse_clocks_never_make_it_surer(apart_ms in 1_i32..60_000, sigma_ms in 10_u32..5_000) {
        let (one, other) = (posterior(&vec![(1, 0, sigma_ms)], 0), posterior(&vec![(1, apart_ms, sigma_ms)], 0));
        let sure: Vec<f64> = [0.0, 1.0, 10.0, 100.0].map(|clock_s| first(&one, &other, clock_s)).into();
        prop_assert!(sure.windows(2).all(|pair| pair[0] >= pair[1]) && sure[3] > 0.5, "{sure:?}");
    }
}

#[test]
fn two_normals_a_deviation_apart_are_in_order_as_tables_say() {
    // Phi(1) = 0.841345: 5 s apart, 3 s and 4 s known.
    let p = first(&posterior(&vec![(1, 0, 3_000)], 7), &posterior(&vec![(1, 0, 4_000)], 12), 0.0);
    assert!((p - 0.841_345).abs() < 1e-6, "{p}");
}
