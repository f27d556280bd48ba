//! Synthetic arrays and waves for the tests of `science::array`.
#![allow(dead_code, reason = "each test uses a part")]
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::f64::consts::TAU;
use truceline_model::time::Time;
use truceline_science::array::{Geometry, Offset, Traces};

/// Random numbers from a seed.
pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Uniform between 0 and 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Standard normal (Box and Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * libm::log(self.uniform())).sqrt() * libm::cos(TAU * self.uniform())
    }
}

/// The geometry of places; none where they lie along a line, as three drawn ones now and then do.
pub(crate) fn geometry_unless_a_line(points: &[(f64, f64)]) -> Option<Geometry> {
    let offsets: Vec<Offset> = points.iter().map(|p| Offset { east_m: p.0, north_m: p.1, up_m: 0.0 }).collect();
    Geometry::new(&offsets).ok()
}

pub(crate) fn geometry(points: &[(f64, f64)]) -> Geometry {
    geometry_unless_a_line(points).expect("a geometry")
}

/// Four elements: a centred triangle.
pub(crate) fn four(radius_m: f64) -> Geometry {
    ring(3, radius_m)
}

/// One element in the middle of a ring of others, slightly out of order so that no two baselines are equal.
pub(crate) fn ring(around: usize, radius_m: f64) -> Geometry {
    let mut points = vec![(0.03 * radius_m, -0.02 * radius_m)];
    for i in 0..around {
        let angle = TAU * i as f64 / around as f64 + 0.3 + 0.1 * (i * i % 3) as f64;
        let radius = radius_m * (1.0 - 0.07 * (i % 4) as f64);
        points.push((radius * libm::sin(angle), radius * libm::cos(angle)));
    }
    geometry(&points)
}

/// A sound of random sinusoids inside a band, known at every time; its variance is 1.
pub(crate) struct Sound(Vec<(f64, f64, f64)>);

impl Sound {
    pub(crate) fn new(draws: &mut Draws, low_hz: f64, high_hz: f64) -> Self {
        let n = 60;
        let amplitude = (2.0 / f64::from(n)).sqrt();
        Self((0..n).map(|_| (draws.between(low_hz, high_hz), TAU * draws.uniform(), amplitude)).collect())
    }

    pub(crate) fn at(&self, t: f64) -> f64 {
        self.0.iter().map(|(hz, phase, amplitude)| amplitude * libm::cos(TAU * hz * t + phase)).sum()
    }
}

/// The delays of a plane wave, s.
pub(crate) fn plane_delays(geometry: &Geometry, azimuth_deg: f64, velocity_m_s: f64) -> Vec<f64> {
    let (sin, cos) = libm::sincos(azimuth_deg.to_radians());
    geometry.offsets_m().iter().map(|r| -(sin * r[0] + cos * r[1]) / velocity_m_s).collect()
}

/// The delays of a source at a place (m east, north and up of the array's centre), s.
pub(crate) fn source_delays(geometry: &Geometry, source: [f64; 3], speed_m_s: f64) -> Vec<f64> {
    let distance = |r: &[f64; 3]| {
        let d = [source[0] - r[0], source[1] - r[1], source[2] - r[2]];
        (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt()
    };
    geometry.offsets_m().iter().map(|r| distance(r) / speed_m_s).collect()
}

/// Channels of a sound that comes to each element at its delay, in white noise of its own.
pub(crate) fn channels(
    draws: &mut Draws,
    sound: impl Fn(f64) -> f64,
    delays_s: &[f64],
    rate_hz: f64,
    samples: usize,
    noise: f64,
) -> Vec<Vec<f64>> {
    delays_s
        .iter()
        .map(|delay| (0..samples).map(|i| sound(i as f64 / rate_hz - delay) + noise * draws.normal()).collect())
        .collect()
}

pub(crate) fn views(channels: &[Vec<f64>]) -> Vec<&[f64]> {
    channels.iter().map(Vec::as_slice).collect()
}

pub(crate) fn traces<'a>(channels: &[&'a [f64]], rate_hz: f64) -> Traces<'a> {
    Traces::new(Time(1_000_000_000), rate_hz, channels).expect("traces")
}

/// The turn from one azimuth to another, degrees, in (-180, 180].
pub(crate) fn turn_deg(from: f64, to: f64) -> f64 {
    let turn = (to - from).rem_euclid(360.0);
    if turn > 180.0 { turn - 360.0 } else { turn }
}
