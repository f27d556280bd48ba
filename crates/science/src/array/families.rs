//! Families of pixels: one arrival through its windows and bands.
//!
//! # Algorithm
//! Two pixels are neighbours if their weighted distance is at most 1 (Y. Cansi and A. Le Pichon, in Handbook of Signal
//! Processing in Acoustics, 2008, chapter 77):
//! (dt / time_s)2 + (d ln f / ln_frequency)2 + (d azimuth / azimuth_deg)2 + (d slowness / (slowness share))2 <= 1,
//! t and f the middle of window and band. A family is what neighbours join (single linkage), if it has enough pixels.
//!
//! The bearing of a family is the mean of its pixels weighed by 1 / sigma2, azimuths as directions. Windows overlap, so
//! its sigma is not that of a mean: it is the weighed scatter of the pixels or the least of their own sigmas,
//! whichever is larger.
use super::bearing::{AZIMUTH_SIGMA_DEG_MAX, Bearing, azimuth_deg, turn_deg};
use super::error::ArrayError;
use super::pmcc::Pixel;
use truceline_model::time::{NS_PER_S, Time};

/// The most pixels in one call: an hour of windows every 2 s in 11 bands is 19,800.
pub const PIXELS_MAX: usize = 20_000;

/// A sigma below this share of the largest is raised to it in weights: equal waveforms would outweigh all else.
const WEIGHT_SIGMA_SHARE: f64 = 0.01;

/// Distances at which pixels are no longer neighbours, each alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FamilySettings {
    /// In time, s.
    pub time_s: f64,
    /// In frequency, as the logarithm of the ratio: 0.7 for an octave.
    pub ln_frequency: f64,
    /// In azimuth, degrees.
    pub azimuth_deg: f64,
    /// In slowness, as a share of it.
    pub slowness_share: f64,
    /// The fewest pixels of a family.
    pub pixels_min: usize,
}

/// Pixels of one arrival.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Its mean bearing with its number as `family`; F is the largest, the elements the most of its pixels; start and
    /// end are those of all its windows.
    pub bearing: Bearing,
    /// Lower end of its bands, Hz.
    pub low_hz: f64,
    /// Upper end of its bands, Hz.
    pub high_hz: f64,
    /// Its pixels, by number.
    pub pixels: Vec<usize>,
}

/// The families of pixels, by time of their first pixel, numbered from 0. Pixels may come in any order: the families
/// are the same.
///
/// # Errors
/// If there are more than [`PIXELS_MAX`] pixels or a distance is not above zero.
pub fn families(pixels: &[Pixel], settings: &FamilySettings) -> Result<Vec<Family>, ArrayError> {
    if pixels.len() > PIXELS_MAX {
        return Err(ArrayError::count("the number of pixels", pixels.len(), "at most PIXELS_MAX = 20000"));
    }
    for (name, value) in [
        ("the families' distance in time", settings.time_s),
        ("the families' distance in frequency", settings.ln_frequency),
        ("the families' distance in azimuth", settings.azimuth_deg),
        ("the families' distance in slowness", settings.slowness_share),
    ] {
        if !(value > 0.0 && value.is_finite()) {
            return Err(ArrayError::number(name, value, "a number above 0"));
        }
    }
    let mut order: Vec<usize> = (0..pixels.len()).collect();
    order.sort_by(|a, b| content_order(&pixels[*a], &pixels[*b]));
    let mut joined = Joined((0..order.len()).collect());
    for (i, a) in order.iter().enumerate() {
        for (j, b) in order.iter().enumerate().skip(i + 1) {
            let (a, b) = (&pixels[*a], &pixels[*b]);
            let apart_s = (middle_ns(b) - middle_ns(a)) as f64 / NS_PER_S as f64;
            if apart_s > settings.time_s {
                break;
            }
            if distance2(a, b, apart_s, settings) <= 1.0 {
                joined.join(i, j);
            }
        }
    }
    // Families in the order of their first pixel, which is their root.
    let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut group_of = vec![usize::MAX; order.len()];
    for (i, pixel) in order.iter().enumerate() {
        let root = joined.root(i);
        if group_of[root] == usize::MAX {
            group_of[root] = groups.len();
            groups.push((root, Vec::new()));
        }
        groups[group_of[root]].1.push(*pixel);
    }
    let large = groups.into_iter().map(|(_, members)| members).filter(|members| members.len() >= settings.pixels_min);
    Ok(large.enumerate().filter_map(|(number, members)| family(pixels, members, number)).collect())
}

/// Twice the middle of a pixel's window would overflow; its halves do not.
fn middle_ns(pixel: &Pixel) -> i64 {
    let (start, end) = (pixel.bearing.start.0, pixel.bearing.end.0);
    start / 2 + end / 2
}

fn ln_frequency(pixel: &Pixel) -> f64 {
    libm::log((pixel.low_hz * pixel.high_hz).sqrt())
}

/// An order that does not depend on the order in which pixels came.
fn content_order(a: &Pixel, b: &Pixel) -> std::cmp::Ordering {
    middle_ns(a)
        .cmp(&middle_ns(b))
        .then(a.low_hz.total_cmp(&b.low_hz))
        .then(a.high_hz.total_cmp(&b.high_hz))
        .then(a.bearing.azimuth_deg.total_cmp(&b.bearing.azimuth_deg))
        .then(a.bearing.slowness_s_km.total_cmp(&b.bearing.slowness_s_km))
        .then(a.bearing.f_statistic.total_cmp(&b.bearing.f_statistic))
        .then(a.members.cmp(&b.members))
}

fn distance2(a: &Pixel, b: &Pixel, apart_s: f64, settings: &FamilySettings) -> f64 {
    let mean_slowness = (a.bearing.slowness_s_km + b.bearing.slowness_s_km) / 2.0;
    let slower = (b.bearing.slowness_s_km - a.bearing.slowness_s_km).abs();
    // Two waves from overhead are alike in slowness.
    let slowness = if slower > 0.0 { slower / (mean_slowness * settings.slowness_share) } else { 0.0 };
    [
        apart_s / settings.time_s,
        (ln_frequency(b) - ln_frequency(a)) / settings.ln_frequency,
        turn_deg(a.bearing.azimuth_deg, b.bearing.azimuth_deg) / settings.azimuth_deg,
        slowness,
    ]
    .iter()
    .map(|x| x * x)
    .sum()
}

/// The family of some pixels.
fn family(pixels: &[Pixel], members: Vec<usize>, number: usize) -> Option<Family> {
    let of = || members.iter().map(|member| &pixels[*member]);
    let first = of().next()?;
    let largest = |value: fn(&Bearing) -> f64| of().map(|pixel| value(&pixel.bearing)).fold(0.0, f64::max);
    let floors = [largest(|b| b.azimuth_sigma_deg), largest(|b| b.slowness_sigma_s_km)].map(|s| s * WEIGHT_SIGMA_SHARE);
    let weight = |sigma: f64, floor: f64| {
        let sigma = sigma.max(floor);
        if sigma > 0.0 { 1.0 / (sigma * sigma) } else { 1.0 }
    };
    let (mut towards, mut azimuth_weight, mut slowness, mut slowness_weight) = ([0.0; 2], 0.0, 0.0, 0.0);
    for Pixel { bearing, .. } in of() {
        let w = weight(bearing.azimuth_sigma_deg, floors[0]);
        let (sin, cos) = libm::sincos(bearing.azimuth_deg.to_radians());
        towards = [towards[0] + w * sin, towards[1] + w * cos];
        azimuth_weight += w;
        let w = weight(bearing.slowness_sigma_s_km, floors[1]);
        slowness += w * bearing.slowness_s_km;
        slowness_weight += w;
    }
    let slowness_s_km = slowness / slowness_weight;
    let azimuth = azimuth_deg([-towards[0], -towards[1]]);
    let (mut turn2, mut slower2) = (0.0, 0.0);
    for Pixel { bearing, .. } in of() {
        let turn = turn_deg(azimuth, bearing.azimuth_deg);
        turn2 += weight(bearing.azimuth_sigma_deg, floors[0]) * turn * turn / azimuth_weight;
        let slower = bearing.slowness_s_km - slowness_s_km;
        slower2 += weight(bearing.slowness_sigma_s_km, floors[1]) * slower * slower / slowness_weight;
    }
    let least = |value: fn(&Bearing) -> f64| of().map(|pixel| value(&pixel.bearing)).fold(f64::INFINITY, f64::min);
    let azimuth_sigma_deg = turn2.sqrt().max(least(|b| b.azimuth_sigma_deg)).min(AZIMUTH_SIGMA_DEG_MAX);
    let slowness_sigma_s_km = slower2.sqrt().max(least(|b| b.slowness_sigma_s_km));
    let bearing = Bearing {
        start: of().map(|pixel| pixel.bearing.start).min().unwrap_or(Time(0)),
        end: of().map(|pixel| pixel.bearing.end).max().unwrap_or(Time(0)),
        azimuth_deg: azimuth,
        azimuth_sigma_deg,
        slowness_s_km,
        slowness_sigma_s_km,
        covariance_s2_km2: covariance(azimuth, azimuth_sigma_deg, slowness_s_km, slowness_sigma_s_km),
        elevation: None,
        f_statistic: largest(|b| b.f_statistic),
        elements: of().map(|pixel| pixel.bearing.elements).max().unwrap_or(0),
        family: u32::try_from(number).ok(),
    };
    let low_hz = of().map(|pixel| pixel.low_hz).fold(first.low_hz, f64::min);
    let high_hz = of().map(|pixel| pixel.high_hz).fold(first.high_hz, f64::max);
    Some(Family { bearing, low_hz, high_hz, pixels: members })
}

/// The covariance with these sigmas along and across.
fn covariance(azimuth: f64, azimuth_sigma: f64, slowness: f64, slowness_sigma: f64) -> [f64; 3] {
    let (u, v) = libm::sincos(azimuth.to_radians());
    let across = slowness * azimuth_sigma.to_radians();
    let (a, b) = (slowness_sigma * slowness_sigma, across * across);
    [a * u * u + b * v * v, (a - b) * u * v, a * v * v + b * u * u]
}

/// Sets that are joined; the root of a set is its smallest member.
struct Joined(Vec<usize>);

impl Joined {
    fn root(&mut self, mut i: usize) -> usize {
        while self.0[i] != i {
            self.0[i] = self.0[self.0[i]];
            i = self.0[i];
        }
        i
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}
