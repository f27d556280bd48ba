//! The stated likelihoods: what each feature is like in each class, and where that comes from.
//!
//! *Adopted* means set by us from what the kind is physically, before any recording was looked at, and not taken from
//! a publication; a publication named after it gives the physics, not the number. Nothing is fitted to a recording.
use super::{Features, Ground};
use std::f64::consts::TAU;
use truceline_model::kind::Kind;

/// Share of the flat likelihood in every other one. Adopted.
const FLAT_SHARE: f64 = 0.05;

/// Standard deviation of the depth of what happens at the surface, m: buried charges, cellars. Adopted.
const SURFACE_DEPTH_SIGMA_M: f64 = 200.0;

/// Depths of earthquakes in the crust, m: mean and standard deviation. Adopted.
const QUAKE_DEPTH_M: (f64, f64) = (9_000.0, 5_000.0);

/// Depths that can be found, m: over these the unknown is flat.
const DEPTH_RANGE_M: f64 = 40_000.0;

/// A feature that is a number, as it is compared: the base-10 logarithm where that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// log10 of the duration in s.
    Duration,
    /// log10 of the cycles.
    Cycles,
    /// log10 of the rise in cycles.
    Rise,
    /// log10 of the kurtosis.
    Kurtosis,
    /// The asymmetry.
    Asymmetry,
    /// log10 of the number of impulses.
    Impulses,
    /// Variation of the intervals.
    Intervals,
    /// log10 of the dominant frequency in Hz.
    Frequency,
    /// Octaves.
    Bandwidth,
    /// log10 of S over P.
    SOverP,
}

/// Features that say nearly the same, under the name of their group.
const GROUPS: [(&str, &[Number]); 6] = [
    ("duration", &[Number::Duration, Number::Cycles]),
    ("onset", &[Number::Rise]),
    ("shape", &[Number::Kurtosis, Number::Asymmetry]),
    ("repetition", &[Number::Impulses, Number::Intervals]),
    ("spectrum", &[Number::Frequency, Number::Bandwidth]),
    ("S over P", &[Number::SOverP]),
];

impl Number {
    /// Over which values the unknown class is flat.
    fn range(self) -> (f64, f64) {
        match self {
            Self::Duration => (-3.0, 3.5),
            Self::Cycles => (-0.5, 5.0),
            Self::Rise => (-1.5, 4.0),
            Self::Kurtosis => (0.0, 3.0),
            Self::Asymmetry => (0.0, 1.0),
            Self::Impulses => (0.0, 3.0),
            Self::Intervals => (0.0, 2.0),
            Self::Frequency => (-3.0, 4.0),
            Self::Bandwidth => (0.0, 6.0),
            Self::SOverP => (-2.0, 2.0),
        }
    }

    /// The feature's value as it is compared, moved into its range; none where it is missing or no number.
    fn of(self, features: &Features) -> Option<f64> {
        let log = |value: Option<f64>| value.filter(|value| *value > 0.0).map(libm::log10);
        let value = match self {
            Self::Duration => log(features.duration_s),
            Self::Cycles => log(features.cycles),
            // A rise within one sample is none.
            Self::Rise => log(features.rise_cycles.map(|cycles| cycles.max(0.1))),
            Self::Kurtosis => log(features.kurtosis),
            Self::Asymmetry => features.asymmetry,
            Self::Impulses => log(features.impulses.map(|impulses| impulses as f64)),
            Self::Intervals => features.interval_variation,
            Self::Frequency => log(features.dominant_hz),
            Self::Bandwidth => features.bandwidth_octaves,
            Self::SOverP => log(features.s_over_p),
        };
        let (least, most) = self.range();
        value.filter(|value| value.is_finite()).map(|value| value.clamp(least, most))
    }
}

/// What a feature is like in a class: normal, with this mean and standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stated {
    /// The class.
    pub class: Kind,
    /// The feature.
    pub number: Number,
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub sigma: f64,
    /// Where that comes from.
    pub source: &'static str,
}

const ADOPTED: &str = "adopted";
const BLAST: &str = "adopted: positive phases of 2 to 50 ms for 0.1 to 1,000 kg (G. F. Kinney and K. J. Graham, \
    Explosive Shocks in Air, 1985), longer with distance";
const MUZZLE: &str = "adopted: muzzle blasts last 3 to 5 ms near the gun (R. C. Maher, IEEE SAFE workshop, 2007), \
    longer with echoes";
const FIRE_RATE: &str = "adopted: automatic weapons fire 500 to 1,000 rounds a minute, evenly";
const ROCKET: &str = "adopted: Strouhal number of about 0.02 (K. M. Eldred, NASA SP-8072, 1971) with exhausts of \
    2 to 3 km/s and 0.1 to 8 m; jet noise is nearly Gaussian";
const THUNDER: &str = "adopted: peaks at 30 to 100 Hz, claps and rumbles of seconds to tens of seconds (A. A. Few, \
    Journal of Geophysical Research 74, 6926-6934, 1969; C. R. Holmes and others, same journal 76, 2106-2115, 1971)";
const SEISMIC: &str = "adopted: local events at 1 to 20 Hz, seconds to a minute with their coda";
const RATIO: &str = "adopted: earthquakes make more S than explosions (W. R. Walter, K. M. Mayeda and H. J. Patton, \
    Bulletin of the Seismological Society of America 85, 1050-1067, 1995)";
const ONE: &str = "adopted: one, and its echoes";
const SHOCK: &str = "adopted: a shock rises within a cycle, less sharply with distance";
const SWELL: &str = "adopted: the sound swells with thrust and as the jet turns";

const fn stated(class: Kind, number: Number, mean: f64, sigma: f64, source: &'static str) -> Stated {
    Stated { class, number, mean, sigma, source }
}

/// All stated likelihoods. What a class says nothing about is flat in it.
pub const STATED: [Stated; 67] = [
    stated(Kind::Explosion, Number::Duration, -0.3, 0.8, BLAST),
    stated(Kind::Explosion, Number::Cycles, 0.6, 0.5, ADOPTED),
    stated(Kind::Explosion, Number::Rise, -0.1, 0.5, SHOCK),
    stated(Kind::Explosion, Number::Kurtosis, 1.0, 0.3, ADOPTED),
    stated(Kind::Explosion, Number::Asymmetry, 0.2, 0.2, "adopted: Friedlander pulse near, alike far"),
    stated(Kind::Explosion, Number::Impulses, 0.2, 0.3, ONE),
    stated(Kind::Explosion, Number::Frequency, 1.0, 0.6, BLAST),
    stated(Kind::Explosion, Number::Bandwidth, 2.0, 0.8, ADOPTED),
    stated(Kind::Explosion, Number::SOverP, 0.1, 0.3, RATIO),
    stated(Kind::Shot, Number::Duration, -1.3, 0.6, MUZZLE),
    stated(Kind::Shot, Number::Cycles, 1.0, 0.6, MUZZLE),
    stated(Kind::Shot, Number::Rise, 0.0, 0.5, ADOPTED),
    stated(Kind::Shot, Number::Kurtosis, 1.1, 0.3, ADOPTED),
    stated(Kind::Shot, Number::Asymmetry, 0.15, 0.15, ADOPTED),
    stated(Kind::Shot, Number::Impulses, 0.2, 0.3, ONE),
    stated(Kind::Shot, Number::Frequency, 2.6, 0.35, MUZZLE),
    stated(Kind::Shot, Number::Bandwidth, 1.8, 0.8, ADOPTED),
    stated(Kind::Burst, Number::Duration, 0.0, 0.5, FIRE_RATE),
    stated(Kind::Burst, Number::Cycles, 2.4, 0.6, FIRE_RATE),
    stated(Kind::Burst, Number::Rise, 0.1, 0.5, ADOPTED),
    stated(Kind::Burst, Number::Kurtosis, 1.0, 0.3, ADOPTED),
    stated(Kind::Burst, Number::Asymmetry, 0.15, 0.15, ADOPTED),
    stated(Kind::Burst, Number::Impulses, 0.9, 0.35, FIRE_RATE),
    stated(Kind::Burst, Number::Intervals, 0.1, 0.1, FIRE_RATE),
    stated(Kind::Burst, Number::Frequency, 2.6, 0.35, MUZZLE),
    stated(Kind::Burst, Number::Bandwidth, 1.8, 0.8, ADOPTED),
    stated(Kind::Launch, Number::Duration, 1.0, 0.6, "adopted: motors burn for 1 s to some minutes"),
    stated(Kind::Launch, Number::Cycles, 2.8, 0.7, ROCKET),
    stated(Kind::Launch, Number::Rise, 1.8, 0.7, SWELL),
    stated(Kind::Launch, Number::Kurtosis, 0.55, 0.12, ROCKET),
    stated(Kind::Launch, Number::Asymmetry, 0.05, 0.06, ROCKET),
    stated(Kind::Launch, Number::Intervals, 0.8, 0.3, ADOPTED),
    stated(Kind::Launch, Number::Frequency, 1.5, 0.7, ROCKET),
    stated(Kind::Launch, Number::Bandwidth, 2.5, 0.8, ROCKET),
    stated(Kind::Impact, Number::Duration, -0.3, 0.6, ADOPTED),
    stated(Kind::Impact, Number::Cycles, 0.9, 0.5, ADOPTED),
    stated(Kind::Impact, Number::Rise, 0.2, 0.5, ADOPTED),
    stated(Kind::Impact, Number::Kurtosis, 0.9, 0.3, ADOPTED),
    stated(Kind::Impact, Number::Asymmetry, 0.1, 0.12, ADOPTED),
    stated(Kind::Impact, Number::Impulses, 0.1, 0.25, ONE),
    stated(Kind::Impact, Number::Frequency, 1.3, 0.5, ADOPTED),
    stated(Kind::Impact, Number::Bandwidth, 1.5, 0.7, ADOPTED),
    stated(Kind::Impact, Number::SOverP, 0.2, 0.35, ADOPTED),
    stated(Kind::Earthquake, Number::Duration, 1.1, 0.5, SEISMIC),
    stated(Kind::Earthquake, Number::Cycles, 1.9, 0.5, SEISMIC),
    stated(Kind::Earthquake, Number::Rise, 0.6, 0.5, ADOPTED),
    stated(Kind::Earthquake, Number::Kurtosis, 0.9, 0.25, ADOPTED),
    stated(Kind::Earthquake, Number::Asymmetry, 0.06, 0.07, ADOPTED),
    stated(Kind::Earthquake, Number::Frequency, 0.7, 0.45, SEISMIC),
    stated(Kind::Earthquake, Number::Bandwidth, 1.8, 0.7, SEISMIC),
    stated(Kind::Earthquake, Number::SOverP, 0.6, 0.3, RATIO),
    stated(Kind::Thunder, Number::Duration, 1.0, 0.35, THUNDER),
    stated(Kind::Thunder, Number::Cycles, 2.6, 0.5, THUNDER),
    stated(Kind::Thunder, Number::Rise, 1.3, 0.7, THUNDER),
    stated(Kind::Thunder, Number::Kurtosis, 0.9, 0.25, ADOPTED),
    stated(Kind::Thunder, Number::Asymmetry, 0.08, 0.08, ADOPTED),
    stated(Kind::Thunder, Number::Impulses, 0.9, 0.4, "adopted: claps of a tortuous channel"),
    stated(Kind::Thunder, Number::Intervals, 0.8, 0.3, ADOPTED),
    stated(Kind::Thunder, Number::Frequency, 1.7, 0.35, THUNDER),
    stated(Kind::Thunder, Number::Bandwidth, 2.0, 0.7, THUNDER),
    stated(Kind::Other, Number::Duration, 0.5, 1.2, ADOPTED),
    stated(Kind::Other, Number::Cycles, 2.5, 1.2, ADOPTED),
    stated(Kind::Other, Number::Rise, 1.3, 1.0, ADOPTED),
    stated(Kind::Other, Number::Kurtosis, 0.7, 0.3, ADOPTED),
    stated(Kind::Other, Number::Asymmetry, 0.1, 0.12, ADOPTED),
    stated(Kind::Other, Number::Frequency, 1.8, 1.0, ADOPTED),
    stated(Kind::Other, Number::Bandwidth, 1.5, 1.2, ADOPTED),
];

/// In the order of [`Kind::ALL`]: the probability that seismic waves are seen, that sound is heard, where sensors for
/// them stand in reach, and that a shock wave is. All adopted: most of an explosion's or a gun's sound stays in the air,
/// earthquakes are seldom heard, shock waves are made by projectiles.
pub const WAVES: [(f64, f64, f64); 9] = [
    (0.5, 0.8, 0.05),
    (0.03, 0.95, 0.5),
    (0.03, 0.95, 0.5),
    (0.2, 0.95, 0.05),
    (0.5, 0.5, 0.05),
    (0.98, 0.05, 0.005),
    (0.03, 0.95, 0.02),
    (0.2, 0.7, 0.02),
    (0.5, 0.5, 0.1),
];

/// The groups of features that speak, with the log-likelihood of each class.
pub(super) fn of(features: &Features) -> Vec<(&'static str, [f64; 9])> {
    let mut found = Vec::new();
    for (name, numbers) in GROUPS {
        let values: Vec<(Number, f64)> =
            numbers.iter().filter_map(|number| Some((*number, number.of(features)?))).collect();
        if !values.is_empty() {
            let mean = |class: Kind| {
                values.iter().map(|(number, value)| libm::log(density(class, *number, *value))).sum::<f64>()
                    / values.len() as f64
            };
            found.push((name, Kind::ALL.map(mean)));
        }
    }
    let bernoulli = |seen: bool, p: f64| libm::log(if seen { p } else { 1.0 - p });
    if features.in_ground.is_some() || features.in_air.is_some() {
        let of = |class: Kind| {
            let (ground, air, _) = WAVES[class as usize];
            features.in_ground.map_or(0.0, |seen| bernoulli(seen, ground))
                + features.in_air.map_or(0.0, |seen| bernoulli(seen, air))
        };
        found.push(("ground and air", Kind::ALL.map(of)));
    }
    if features.shock_wave {
        found.push(("shock wave", Kind::ALL.map(|class| bernoulli(true, WAVES[class as usize].2))));
    }
    if let Some(ground) = features.depth.filter(is_told) {
        found.push(("depth", Kind::ALL.map(|class| libm::log(of_depth(class, ground)))));
    }
    found
}

/// The likelihood of a value: normal where that is stated, with a share of the flat one.
fn density(class: Kind, number: Number, value: f64) -> f64 {
    let (least, most) = number.range();
    let flat = 1.0 / (most - least);
    match STATED.iter().find(|stated| stated.class == class && stated.number == number) {
        Some(stated) => FLAT_SHARE * flat + (1.0 - FLAT_SHARE) * normal(value - stated.mean, stated.sigma),
        None => flat,
    }
}

/// Whether a depth's numbers have a meaning.
fn is_told(ground: &Ground) -> bool {
    match *ground {
        Ground::Below { depth_m, sigma_m } => depth_m.is_finite() && sigma_m > 0.0,
        Ground::On { p_ground } => (0.0..=1.0).contains(&p_ground),
    }
}

/// Depth, with its doubt folded into what is stated.
fn of_depth(class: Kind, ground: Ground) -> f64 {
    let is_deep = match class {
        Kind::Unknown | Kind::Other => None,
        class => Some(class == Kind::Earthquake),
    };
    let (flat, stated) = match ground {
        Ground::Below { depth_m, sigma_m } => {
            let with = |of_class_m: f64| libm::hypot(of_class_m, sigma_m);
            let depth_m = depth_m.clamp(0.0, DEPTH_RANGE_M);
            let stated = is_deep.map(|is_deep| match is_deep {
                true => normal(depth_m - QUAKE_DEPTH_M.0, with(QUAKE_DEPTH_M.1)),
                // Half a normal distribution: nothing is above the ground.
                false => 2.0 * normal(depth_m, with(SURFACE_DEPTH_SIGMA_M)),
            });
            (1.0 / DEPTH_RANGE_M, stated)
        }
        Ground::On { p_ground } => (0.5, is_deep.map(|is_deep| if is_deep { 1.0 - p_ground } else { p_ground })),
    };
    stated.map_or(flat, |stated| FLAT_SHARE * flat + (1.0 - FLAT_SHARE) * stated)
}

fn normal(off: f64, sigma: f64) -> f64 {
    libm::exp(-0.5 * (off / sigma) * (off / sigma)) / (sigma * TAU.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_stated_once_inside_its_range_with_a_source() {
        for (at, stated) in STATED.iter().enumerate() {
            let (least, most) = stated.number.range();
            assert!((least..=most).contains(&stated.mean) && stated.sigma > 0.0, "{stated:?}");
            assert!(!stated.source.is_empty());
            let again = STATED[at + 1..].iter().any(|o| (o.class, o.number) == (stated.class, stated.number));
            assert!(!again, "{stated:?}");
        }
        assert!(STATED.iter().all(|stated| stated.class != Kind::Unknown));
        assert!(WAVES.iter().all(|(g, a, s)| [g, a, s].iter().all(|p| **p > 0.0 && **p < 1.0)));
    }

    #[test]
    fn a_depth_without_bounds_says_little() {
        let odds = |sigma_m| {
            let ground = Ground::Below { depth_m: 5_000.0, sigma_m };
            of_depth(Kind::Earthquake, ground) / of_depth(Kind::Explosion, ground)
        };
        assert!(odds(500.0) > 20.0);
        assert!(odds(20_000.0) < 1.5 && odds(20_000.0) > 0.4);
    }

    #[test]
    fn on_the_ground_or_below_it_no_more_is_said_than_the_flat_share_allows() {
        let odds = |p_ground| {
            let ground = Ground::On { p_ground };
            of_depth(Kind::Earthquake, ground) / of_depth(Kind::Explosion, ground)
        };
        assert!((odds(0.5) - 1.0).abs() < 1e-12 && (odds(0.0) - 39.0).abs() < 1e-9);
        assert!((odds(0.2) * odds(0.8) - 1.0).abs() < 1e-12);
        assert!(!is_told(&Ground::On { p_ground: 1.5 }) && !is_told(&Ground::On { p_ground: f64::NAN }));
    }
}
