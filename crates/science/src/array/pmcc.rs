//! PMCC: waves by the closure of delays, window by window and band by band, and families of them.
//!
//! # Algorithm
//! Progressive multi-channel correlation (Y. Cansi, Geophysical Research Letters 22, 1021-1024, 1995). The delays of
//! three elements by cross-correlation close, t_ij + t_jk + t_ki = 0, if one wave made them, and do not if noise did.
//! A small triplet whose closure is below `consistency_s_max` gives a first slowness; elements further and further out
//! are added, each with the correlation maximum next to the delay that the slowness so far foretells (so that no cycle
//! is skipped), and kept if the *consistency*, the root mean square of all closures, stays below the limit. A window
//! and band with enough elements is a [`Pixel`]; neighbouring pixels with like time, frequency, azimuth and slowness
//! form a [`Family`](super::families::Family) (`families.rs`).
//!
//! # Units
//! Times in s, azimuths in degrees, slowness in s/km. Heights of elements are not used.
//!
//! # Checked against
//! `tests/array_detect.rs`: two synthetic arrivals give two families within 0.1 deg and 0.2 % of the trace velocity; an
//! element that hears only noise is in 10 of 68 pixels; noise alone gives 1 pixel of 468 windows and bands, no family.
use super::beam;
use super::bearing::Bearing;
use super::correlation::{Correlation, Correlator, Maximum, Weighting};
use super::delays::{PairDelay, closure_s, consistency_of, triplets_of};
use super::error::{ArrayError, Kind};
use super::gcc_phat::limit_s;
use super::geometry::{Geometry, Offset, Pair, pair_index, pairs_of};
use super::slowness::{PlaneWave, plane_wave};
use super::small;
use super::spectra::Spectra;

/// A triplet to start from is wider than this share of its length, as variances: others fix one component badly.
const TRIPLET_RATIO_MIN: f64 = 0.03;

/// The largest consistency in periods of the band's middle: closures of noise are as good as uniform within half a
/// period, so that a third of them would pass a limit of a sixth.
const CONSISTENCY_PERIODS_MAX: f64 = 0.1;

/// How often noise reaches the least height of a correlation: 1 - p^(1 / (B T - 1)) is the square of that height, by
/// the distribution of the coherence of B T independent values. Closure does not show an element that hears only
/// noise, since its delays to elements with one waveform are off by the same.
const HEIGHT_SIGNIFICANCE: f64 = 0.05;

/// How far from the delay that is foretold a maximum may lie, beside the largest consistency, in sigmas of what is
/// foretold.
const FORETOLD_SIGMAS: f64 = 3.0;

/// The most triplets from which it is tried to start.
const STARTS_MAX: usize = 20;

/// What makes a pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PmccSettings {
    /// The largest consistency, s; a tenth of a period of the band's middle where that is less. For infrasound arrays
    /// of 1 km 0.1 is usual.
    pub consistency_s_max: f64,
    /// The fewest elements, from 3. With three, noise closes often.
    pub elements_min: usize,
    /// The slowest trace velocity, m/s.
    pub speed_m_s_min: f64,
    /// The least mean height of the correlations: of a pixel's, and of each added element's with the others. Where the
    /// window holds so few independent values that noise reaches more in one case of twenty, that instead.
    pub correlation_min: f64,
}

/// A wave in one window and band.
#[derive(Debug, Clone, PartialEq)]
pub struct Pixel {
    /// From where it came; the number of elements is that of those that agree.
    pub bearing: Bearing,
    /// The consistency, s.
    pub consistency_s: f64,
    /// Mean height of the correlations.
    pub correlation: f64,
    /// Lower end of the band, Hz.
    pub low_hz: f64,
    /// Upper end of the band, Hz.
    pub high_hz: f64,
    /// The elements that agree, by number.
    pub members: Vec<usize>,
}

/// The wave of one window and band, if its delays agree.
///
/// # Errors
/// If the spectra have other elements than the geometry or are not padded, or a setting has no meaning.
pub fn pixel(geometry: &Geometry, spectra: &Spectra, settings: &PmccSettings) -> Result<Option<Pixel>, ArrayError> {
    let n = geometry.elements();
    if spectra.elements() != n {
        return Err(ArrayError(Kind::Channels { channels: spectra.elements(), elements: n }));
    }
    if !spectra.is_padded() {
        return Err(ArrayError(Kind::Plan { what: "windows: they are not padded" }));
    }
    if !(settings.consistency_s_max > 0.0 && settings.consistency_s_max.is_finite()) {
        return Err(ArrayError::number("the largest consistency", settings.consistency_s_max, "seconds above 0"));
    }
    if !(settings.speed_m_s_min > 0.0 && settings.speed_m_s_min.is_finite()) {
        return Err(ArrayError::number("the slowest speed", settings.speed_m_s_min, "m/s above 0"));
    }
    let correlator = Correlator::new(spectra, Weighting::Power)
        .ok_or_else(|| ArrayError::count("the number of frequencies", spectra.bins(), "a narrower band"))?;
    let correlations: Vec<Correlation<'_>> = geometry.pairs().map(|pair| correlator.of(pair)).collect();
    let middle_hz = (spectra.frequency_hz(0) + spectra.frequency_hz(spectra.bins() - 1)) / 2.0;
    let limit_s = settings.consistency_s_max.min(CONSISTENCY_PERIODS_MAX / middle_hz);
    let by_chance = libm::pow(HEIGHT_SIGNIFICANCE, 1.0 / (spectra.time_bandwidth() - 1.0).max(f64::MIN_POSITIVE));
    let height_min = settings.correlation_min.max((1.0 - by_chance).sqrt());
    let half_period_s = 0.5 / middle_hz;
    let network = Network { geometry, spectra, settings, limit_s, half_period_s, height_min, correlations };
    for triplet in triplets(geometry).into_iter().take(STARTS_MAX) {
        if let Some(group) = network.grown(triplet) {
            let pixel = network.described(&group);
            if pixel.correlation >= network.height_min {
                return Ok(Some(pixel));
            }
        }
    }
    Ok(None)
}

/// Triplets to start from, the smallest first.
fn triplets(geometry: &Geometry) -> Vec<[usize; 3]> {
    let length = |first, second| {
        let x = geometry.baseline_m(Pair { first, second });
        (x[0] * x[0] + x[1] * x[1]).sqrt()
    };
    let mut found: Vec<(f64, [usize; 3])> = triplets_of(geometry.elements())
        .filter(|triplet| {
            let (narrow, wide) = small::eigenvalues2(&scatter(geometry, triplet));
            narrow > TRIPLET_RATIO_MIN * wide
        })
        .map(|[i, j, k]| (length(i, j) + length(i, k) + length(j, k), [i, j, k]))
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    found.into_iter().map(|(_, triplet)| triplet).collect()
}

/// The horizontal scatter of three elements.
fn scatter(geometry: &Geometry, triplet: &[usize; 3]) -> [f64; 3] {
    let at = |i: usize| geometry.offsets_m()[i];
    let mean = [0, 1].map(|axis| triplet.iter().map(|i| at(*i)[axis]).sum::<f64>() / 3.0);
    triplet
        .iter()
        .map(|i| [at(*i)[0] - mean[0], at(*i)[1] - mean[1]])
        .fold([0.0; 3], |s, r| [s[0] + r[0] * r[0], s[1] + r[0] * r[1], s[2] + r[1] * r[1]])
}

/// One window and band of an array.
struct Network<'a> {
    geometry: &'a Geometry,
    spectra: &'a Spectra,
    settings: &'a PmccSettings,
    /// The largest consistency in this band, s.
    limit_s: f64,
    /// Half a period of the band's middle, s.
    half_period_s: f64,
    /// The least mean height of correlations in this band.
    height_min: f64,
    correlations: Vec<Correlation<'a>>,
}

/// Elements that agree, with their delays.
struct Group {
    members: Vec<usize>,
    geometry: Geometry,
    delays: Vec<PairDelay>,
    wave: PlaneWave,
}

impl Network<'_> {
    /// The elements that agree, from a triplet on; `None` if it does not close, or they are too few.
    fn grown(&self, triplet: [usize; 3]) -> Option<Group> {
        let n = self.geometry.elements();
        let mut maxima = Vec::with_capacity(3);
        for pair in pairs_of(3) {
            let pair = Pair { first: triplet[pair.first], second: triplet[pair.second] };
            let limit = limit_s(self.geometry, pair, self.settings.speed_m_s_min);
            maxima.push(self.correlations[pair_index(n, pair)].highest(limit)?.0);
        }
        let delays_s: Vec<f64> = maxima.iter().map(|maximum| maximum.delay_s).collect();
        if closure_s(&delays_s, 3, [0, 1, 2]).abs() > self.limit_s {
            return None;
        }
        let mut group = self.group(triplet.to_vec(), &maxima)?;
        for element in self.outwards(&triplet) {
            if let Some(larger) = self.with(&group, element) {
                group = larger;
            }
        }
        (group.members.len() >= self.settings.elements_min).then_some(group)
    }

    /// The other elements, the nearest first.
    fn outwards(&self, triplet: &[usize; 3]) -> Vec<usize> {
        let at = |i: usize| self.geometry.offsets_m()[i];
        let centre = [0, 1].map(|axis| triplet.iter().map(|i| at(*i)[axis]).sum::<f64>() / 3.0);
        let away = |i: usize| {
            let (x, y) = (at(i)[0] - centre[0], at(i)[1] - centre[1]);
            x * x + y * y
        };
        let mut others: Vec<usize> = (0..self.geometry.elements()).filter(|i| !triplet.contains(i)).collect();
        others.sort_by(|a, b| away(*a).total_cmp(&away(*b)).then(a.cmp(b)));
        others
    }

    /// A group with one element more, if it stays consistent.
    fn with(&self, group: &Group, element: usize) -> Option<Group> {
        let n = self.geometry.elements();
        let s = group.wave.slowness_s_m;
        let c = &group.wave.covariance_s2_m2;
        // Never beyond half a period of the band's middle: the next maximum of a narrow band is a whole one away.
        let away_s = |x: &[f64; 3]| {
            let variance = x[0] * x[0] * c[0][0] + 2.0 * x[0] * x[1] * c[0][1] + x[1] * x[1] * c[1][1];
            (self.limit_s + FORETOLD_SIGMAS * variance.max(0.0).sqrt()).min(self.half_period_s)
        };
        let mut members = group.members.clone();
        let at = members.partition_point(|member| *member < element);
        members.insert(at, element);
        let mut maxima = Vec::with_capacity(members.len() * (members.len() - 1) / 2);
        for (place, first) in members.iter().enumerate() {
            for second in &members[place + 1..] {
                let pair = Pair { first: *first, second: *second };
                if *first == element || *second == element {
                    let x = self.geometry.baseline_m(pair);
                    let foretold = s[0] * x[0] + s[1] * x[1];
                    maxima.push(self.correlations[pair_index(n, pair)].nearest(foretold, away_s(&x))?);
                } else {
                    let old = |member: &usize| group.members.partition_point(|other| other < member);
                    let pair = Pair { first: old(first), second: old(second) };
                    let delay = group.delays[pair_index(group.members.len(), pair)];
                    maxima.push(Maximum { delay_s: delay.delay_s, sigma_s: delay.sigma_s, height: delay.height });
                }
            }
        }
        // With few independent values some maximum of noise lies near any delay, but it is low.
        let heights =
            members.iter().enumerate().flat_map(|(i, first)| members[i + 1..].iter().map(move |s| (first, s)));
        let own = heights.zip(&maxima).filter(|((first, second), _)| **first == element || **second == element);
        let height = own.map(|(_, maximum)| maximum.height).sum::<f64>() / group.members.len() as f64;
        if height < self.height_min {
            return None;
        }
        let delays_s: Vec<f64> = maxima.iter().map(|maximum| maximum.delay_s).collect();
        // The closures with the new element alone: those of the others would hide it.
        let (mut sum, mut count) = (0.0, 0.0);
        for triplet in triplets_of(members.len()).filter(|triplet| triplet.contains(&at)) {
            let closure = closure_s(&delays_s, members.len(), triplet);
            (sum, count) = (sum + closure * closure, count + 1.0);
        }
        if sum > count * self.limit_s * self.limit_s {
            return None;
        }
        self.group(members, &maxima)
    }

    /// The wave of elements; `None` if it is slower than waves are.
    fn group(&self, members: Vec<usize>, maxima: &[Maximum]) -> Option<Group> {
        let flat = |i: &usize| self.geometry.offsets_m()[*i];
        let offsets: Vec<Offset> =
            members.iter().map(flat).map(|r| Offset { east_m: r[0], north_m: r[1], up_m: 0.0 }).collect();
        let geometry = Geometry::new(&offsets).and_then(|g| g.with_survey_sigma_m(self.geometry.survey_sigma_m()));
        let geometry = geometry.ok()?;
        let delays: Vec<PairDelay> = geometry
            .pairs()
            .zip(maxima)
            .map(|(pair, m)| PairDelay { pair, delay_s: m.delay_s, sigma_s: m.sigma_s, height: m.height, rival: 0.0 })
            .collect();
        let wave = plane_wave(&geometry, &delays).ok()?;
        let slowness = small::norm(&wave.slowness_s_m);
        (slowness <= 1.0 / self.settings.speed_m_s_min).then_some(Group { members, geometry, delays, wave })
    }

    /// The pixel of a group.
    fn described(&self, group: &Group) -> Pixel {
        let delays_s = group.wave.delays_s(&group.geometry);
        let beams: Vec<(usize, f64)> = group.members.iter().copied().zip(delays_s).collect();
        let (f_statistic, _) = beam::f_statistic(self.spectra, &beams);
        let delays_s: Vec<f64> = group.delays.iter().map(|delay| delay.delay_s).collect();
        let heights: f64 = group.delays.iter().map(|delay| delay.height).sum();
        Pixel {
            bearing: group.wave.bearing(self.spectra.start(), self.spectra.end(), f_statistic),
            consistency_s: consistency_of(&delays_s, group.members.len()),
            correlation: heights / group.delays.len() as f64,
            low_hz: self.spectra.frequency_hz(0),
            high_hz: self.spectra.frequency_hz(self.spectra.bins() - 1),
            members: group.members.clone(),
        }
    }
}
