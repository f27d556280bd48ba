//! Butterworth filters as second-order sections.
use super::biquad::Section;
use super::error::{DspError, within};
use std::f64::consts::PI;

/// The steepest filter, corners per edge. Beyond eight the skirts ring longer than any onset that is looked for.
pub const CORNERS_MAX: u32 = 8;

/// The pass band; frequencies in hertz, each above zero and below half the sample rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Band {
    /// Everything below.
    LowPass {
        /// Half-power frequency, Hz.
        corner_hz: f64,
    },
    /// Everything above.
    HighPass {
        /// Half-power frequency, Hz.
        corner_hz: f64,
    },
    /// Everything between; each edge falls off with as many corners as are asked for.
    BandPass {
        /// Lower half-power frequency, Hz.
        low_hz: f64,
        /// Upper half-power frequency, Hz.
        high_hz: f64,
    },
}

impl Band {
    /// Width of the pass band in hertz at a sample rate.
    #[must_use]
    pub fn width_hz(&self, rate_hz: f64) -> f64 {
        match *self {
            Self::LowPass { corner_hz } => corner_hz,
            Self::HighPass { corner_hz } => rate_hz / 2.0 - corner_hz,
            Self::BandPass { low_hz, high_hz } => high_hz - low_hz,
        }
    }

    /// A frequency in the middle of the pass band, Hz: geometric for a band, and for the others where the delay is
    /// that of the edge.
    #[must_use]
    pub fn middle_hz(&self) -> f64 {
        match *self {
            Self::LowPass { corner_hz } => corner_hz / 2.0,
            Self::HighPass { corner_hz } => corner_hz * 2.0,
            Self::BandPass { low_hz, high_hz } => (low_hz * high_hz).sqrt(),
        }
    }
}

/// Designs a Butterworth filter.
///
/// # Algorithm
/// The analog prototype has the poles `-exp(i pi m / 2N)`, `m = -N+1, -N+3, ..., N-1`. Edges are warped to
/// `4 tan(pi f / rate)`, the prototype is moved to low-pass, high-pass or band-pass, and mapped by the bilinear
/// transform `z = (4 + s)/(4 - s)`. Poles are paired with their conjugates and with the nearest zeros; sections stand
/// in order of rising resonance, the whole gain in the first.
///
/// Source: A. V. Oppenheim and R. W. Schafer, *Discrete-Time Signal Processing*, 3rd edition, 2010, chapter 7. A band-
/// pass of `N` corners has `2N` poles and `N` sections, as in `obspy.signal.filter.bandpass`.
///
/// # Checked against
/// `scipy.signal.iirfilter(..., output="sos")` through ObsPy 1.5.1: outputs agree to 1e-11 of their maximum
/// (`tests/dsp_peers.rs`), also for odd numbers of corners.
///
/// # Errors
/// If an edge is not between zero and half the rate, or corners are not between 1 and [`CORNERS_MAX`].
pub fn butterworth(band: Band, corners: u32, rate_hz: f64) -> Result<Vec<Section>, DspError> {
    within("corners", f64::from(corners), (1.0, f64::from(CORNERS_MAX)), "1 to CORNERS_MAX = 8")?;
    within("rate_hz", rate_hz, (f64::MIN_POSITIVE, f64::MAX), "a finite number above zero")?;
    let warp = |name, hz: f64| {
        let inside = hz > 0.0 && hz < rate_hz / 2.0;
        if inside {
            Ok(4.0 * libm::tan(PI * hz / rate_hz))
        } else {
            Err(DspError::number(name, hz, "above zero and below half the sample rate"))
        }
    };
    let prototype = (0..corners).map(|k| {
        let angle = PI * (2.0 * f64::from(k) + 1.0 - f64::from(corners)) / (2.0 * f64::from(corners));
        // For odd numbers the middle angle is exactly zero, and its sine with it.
        Complex::new(-libm::cos(angle), -libm::sin(angle))
    });
    // Poles in s, the zeros' number at z = 1 and at z = -1, and the gain's numerator.
    let (poles, ones, minus_ones, mut gain) = match band {
        Band::LowPass { corner_hz } => {
            let w = warp("corner_hz", corner_hz)?;
            (prototype.map(|p| p.times(w)).collect::<Vec<_>>(), 0, corners, power(w, corners))
        }
        Band::HighPass { corner_hz } => {
            let w = warp("corner_hz", corner_hz)?;
            (prototype.map(|p| Complex::new(w, 0.0).over(p)).collect(), corners, 0, power(4.0, corners))
        }
        Band::BandPass { low_hz, high_hz } => {
            let (low, high) = (warp("low_hz", low_hz)?, warp("high_hz", high_hz)?);
            if low >= high {
                return Err(DspError::number("low_hz", low_hz, "below high_hz"));
            }
            let (width, middle2) = (high - low, low * high);
            let split = |p: Complex| {
                let half = p.times(width / 2.0);
                let root = half.by(half).plus(Complex::new(-middle2, 0.0)).sqrt();
                [half.plus(root), half.plus(root.times(-1.0))]
            };
            (prototype.flat_map(split).collect(), corners, corners, power(4.0 * width, corners))
        }
    };
    let mut denominator = Complex::new(1.0, 0.0);
    for pole in &poles {
        denominator = denominator.by(Complex::new(4.0 - pole.re, -pole.im));
    }
    gain /= denominator.re;
    let digital: Vec<Complex> =
        poles.iter().map(|s| Complex::new(4.0 + s.re, s.im).over(Complex::new(4.0 - s.re, -s.im))).collect();
    Ok(sections(&digital, ones, minus_ones, gain))
}

/// Pairs poles and zeros.
fn sections(poles: &[Complex], mut ones: u32, mut minus_ones: u32, gain: f64) -> Vec<Section> {
    /// Imaginary parts below this share of the pole are rounding.
    const REAL_TOLERANCE: f64 = 1e-13;
    let real = |p: &Complex| p.im.abs() <= REAL_TOLERANCE * libm::hypot(p.re, p.im);
    // Each group: distance of its worst pole from the unit circle, that pole's real part, a1, a2, order.
    let mut groups: Vec<(f64, f64, f64, f64, u32)> = Vec::new();
    for p in poles.iter().filter(|p| !real(p) && p.im > 0.0) {
        groups.push(((1.0 - libm::hypot(p.re, p.im)).abs(), p.re, -2.0 * p.re, p.re * p.re + p.im * p.im, 2));
    }
    let mut reals: Vec<f64> = poles.iter().filter(|p| real(p)).map(|p| p.re).collect();
    reals.sort_by(|a, b| (1.0 - a.abs()).total_cmp(&(1.0 - b.abs())));
    for pair in reals.chunks(2) {
        match *pair {
            [a, b] => groups.push((1.0 - a.abs(), a, -(a + b), a * b, 2)),
            [a] => groups.push((1.0 - a.abs(), a, -a, 0.0, 1)),
            _ => {}
        }
    }
    groups.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut zero = |near: f64| -> f64 {
        if (near >= 0.0 && ones > 0) || minus_ones == 0 {
            ones = ones.saturating_sub(1);
            1.0
        } else {
            minus_ones -= 1;
            -1.0
        }
    };
    let mut built: Vec<Section> = groups
        .iter()
        .map(|&(_, re, a1, a2, order)| {
            let first = zero(re);
            if order == 1 {
                return Section { b0: 1.0, b1: -first, b2: 0.0, a1, a2 };
            }
            let second = zero(re);
            Section { b0: 1.0, b1: -(first + second), b2: first * second, a1, a2 }
        })
        .collect();
    built.reverse();
    if let Some(first) = built.first_mut() {
        first.b0 *= gain;
        first.b1 *= gain;
        first.b2 *= gain;
    }
    built
}

fn power(base: f64, exponent: u32) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * base)
}

/// Just enough of complex numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Complex {
    pub re: f64,
    pub im: f64,
}

impl Complex {
    pub(super) fn new(re: f64, im: f64) -> Self {
        Self { re, im }
    }
    pub(super) fn times(self, factor: f64) -> Self {
        Self::new(self.re * factor, self.im * factor)
    }
    pub(super) fn plus(self, other: Self) -> Self {
        Self::new(self.re + other.re, self.im + other.im)
    }
    pub(super) fn by(self, other: Self) -> Self {
        Self::new(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)
    }
    pub(super) fn over(self, other: Self) -> Self {
        let norm = other.re * other.re + other.im * other.im;
        let product = self.by(Self::new(other.re, -other.im));
        Self::new(product.re / norm, product.im / norm)
    }
    /// The root with a real part that is not negative.
    fn sqrt(self) -> Self {
        let length = libm::hypot(self.re, self.im);
        let re = ((length + self.re) / 2.0).max(0.0).sqrt();
        let im = ((length - self.re) / 2.0).max(0.0).sqrt();
        Self::new(re, if self.im < 0.0 { -im } else { im })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::biquad::gain_at;

    #[test]
    fn edges_have_half_the_power_and_the_pass_band_has_all() {
        for corners in 1..=CORNERS_MAX {
            for (band, edges, inside) in [
                (Band::LowPass { corner_hz: 7.0 }, vec![7.0], 0.1),
                (Band::HighPass { corner_hz: 7.0 }, vec![7.0], 48.0),
                (Band::BandPass { low_hz: 2.0, high_hz: 20.0 }, vec![2.0, 20.0], 6.6),
                (Band::BandPass { low_hz: 0.5, high_hz: 49.0 }, vec![0.5, 49.0], 10.0),
            ] {
                let sections = butterworth(band, corners, 100.0).unwrap();
                for edge in edges {
                    let power = gain_at(&sections, edge / 100.0);
                    assert!((power * power - 0.5).abs() < 1e-7, "{band:?} {corners} at {edge}: {power}");
                }
                assert!((gain_at(&sections, inside / 100.0) - 1.0).abs() < 0.04, "{band:?} {corners}");
            }
        }
    }

    #[test]
    fn impossible_designs_are_refused_and_named() {
        let band = Band::BandPass { low_hz: 2.0, high_hz: 60.0 };
        let refused = butterworth(band, 4, 100.0).unwrap_err().to_string();
        assert_eq!(refused, "high_hz is 60, expected above zero and below half the sample rate");
        assert!(butterworth(Band::LowPass { corner_hz: f64::NAN }, 4, 100.0).is_err());
        assert!(butterworth(Band::BandPass { low_hz: 5.0, high_hz: 5.0 }, 4, 100.0).is_err());
        assert!(butterworth(Band::LowPass { corner_hz: 1.0 }, 0, 100.0).is_err());
        assert!(butterworth(Band::LowPass { corner_hz: 1.0 }, 9, 100.0).is_err());
        assert!(butterworth(Band::LowPass { corner_hz: 1.0 }, 2, f64::INFINITY).is_err());
    }
}
