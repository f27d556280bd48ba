//! Background of heat against drawn years whose origin is known.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use truceline_model::time::Time;
use truceline_science::calibrate::reliability;
use truceline_science::thermal::Heat;
use truceline_science::thermal::background::Background;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Of mean `mean`: a geometric count.
    fn geometric(&mut self, mean: f64) -> usize {
        (libm::log(self.uniform()) / libm::log(mean / (1.0 + mean))) as usize
    }
}

const YEAR_NS: i64 = 365 * 86_400_000_000_000;

fn heat(cell: usize, season: usize, random: &mut Random) -> Heat {
    let from = Time(((season as f64 + 0.2 + 0.5 * random.uniform()) / 24.0 * YEAR_NS as f64) as i64);
    let (row, column) = ((cell / 20) as f64, (cell % 20) as f64);
    let lat_deg = 48.0 + 0.1 * (row + 0.05 + 0.9 * random.uniform());
    let lon_deg = 37.0 + 0.1 * (column + 0.05 + 0.9 * random.uniform());
    Heat { lon_deg, lat_deg, side_m: 375.0, from, to: from }
}

/// A year of 400 cells: some burn each August, some all the year, most hardly ever; counts are geometric, so of shape 1.
fn peace(random: &mut Random) -> Vec<Heat> {
    let mut all = Vec::new();
    for cell in 0..400 {
        for season in 0..24 {
            let mean = match cell % 10 {
                0 => 3.0,
                1..4 if (14..16).contains(&season) => 8.0,
                _ => 0.05,
            };
            for _ in 0..random.geometric(mean) {
                all.push(heat(cell, season, random));
            }
        }
    }
    all
}

#[test]
fn what_is_called_background_is_as_often_as_it_says() {
    let mut random = Random(3);
    let years: Vec<Vec<Heat>> = (0..4).map(|_| peace(&mut random)).collect();
    let learnt = Background::learn(&years.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
    assert!(learnt.shape >= 0.5, "{}", learnt.shape);
    let of_peace = peace(&mut random);
    let mut all = of_peace.clone();
    for _ in 0..300 {
        let (cell, season) = ((random.uniform() * 400.0) as usize, (random.uniform() * 24.0) as usize);
        for _ in 0..random.geometric(15.0) {
            all.push(heat(cell, season, &mut random));
        }
    }
    let assessed = learnt.assess(&all).unwrap();
    let truth: Vec<(f64, bool)> =
        assessed.p_background.iter().enumerate().map(|(n, p)| (*p, n < of_peace.len())).collect();
    let found = reliability::judge(&truth).unwrap();
    assert!(found.ece < 0.05 && found.accuracy > 0.85, "{found:?} {}", learnt.shape);
    // The drawn numbers come out.
    assert!((assessed.share - 300.0 / 9_600.0).abs() < 0.01, "{}", assessed.share);
    assert!((assessed.mean_other - 15.0).abs() < 4.0, "{}", assessed.mean_other);
    // A peace year by itself is background.
    let quiet = learnt.assess(&of_peace).unwrap();
    let mean = quiet.p_background.iter().sum::<f64>() / of_peace.len() as f64;
    assert!(mean > 0.9, "{mean}");
}

#[test]
fn the_order_of_detections_moves_nothing() {
    let mut random = Random(9);
    let years: Vec<Vec<Heat>> = (0..3).map(|_| peace(&mut random)).collect();
    let (learnt, assessed) = (&years[..2], &years[2]);
    let slices: Vec<&[Heat]> = learnt.iter().map(Vec::as_slice).collect();
    let backwards: Vec<Vec<Heat>> = learnt.iter().map(|year| year.iter().rev().copied().collect()).collect();
    let reversed: Vec<&[Heat]> = backwards.iter().map(Vec::as_slice).collect();
    let (a, b) = (Background::learn(&slices).unwrap(), Background::learn(&reversed).unwrap());
    assert_eq!(a, b);
    let other: Vec<Heat> = assessed.iter().rev().copied().collect();
    let forwards = a.assess(assessed).unwrap().p_background;
    let mut back = b.assess(&other).unwrap().p_background;
    back.reverse();
    assert_eq!(forwards, back);
}
