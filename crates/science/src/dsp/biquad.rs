//! A cascade of second-order sections.
use super::butterworth::Complex;
use super::state::{State, floats_of_length};
use std::f64::consts::PI;
use truceline_model::canonical::{DecodeError, Decoder, Encoder, Floats};

/// A second-order section, `H(z) = (b0 + b1 z^-1 + b2 z^-2) / (1 + a1 z^-1 + a2 z^-2)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Section {
    /// Weight of the sample.
    pub b0: f64,
    /// Weight of the sample before.
    pub b1: f64,
    /// Weight of the sample before that.
    pub b2: f64,
    /// Weight of the output before, negated.
    pub a1: f64,
    /// Weight of the output before that, negated.
    pub a2: f64,
}

/// Second-order sections one after the other, with their memory.
///
/// # Algorithm
/// Direct form II transposed (Oppenheim and Schafer 2010, section 6.3), its first memory kept in two parts:
/// `y = (b0 x + t) - a1 y'`, `t = b1 x + s`, `s = b2 x - a2 y`, with `y'` the output before. So an output waits for the
/// one before by one product and one difference only, which is what bounds the speed. The output depends on the
/// samples since the start alone, never on how they were cut.
///
/// # Checked against
/// `scipy.signal.sosfilt`: equal to 1e-12 of the maximum with the same sections (`tests/dsp_peers.rs`).
#[derive(Debug, Clone, PartialEq)]
pub struct Cascade {
    sections: Vec<Section>,
    memory: Vec<Memory>,
}

impl Cascade {
    /// At rest. Without sections it hands samples through.
    #[must_use]
    pub fn new(sections: Vec<Section>) -> Self {
        let memory = vec![Memory::default(); sections.len()];
        Self { sections, memory }
    }

    /// One sample on.
    #[inline]
    pub fn push(&mut self, sample: f64) -> f64 {
        let mut value = sample;
        for (section, memory) in self.sections.iter().zip(&mut self.memory) {
            value = step(section, memory, value);
        }
        value
    }

    /// Filters in place, on from the samples before.
    pub fn apply(&mut self, samples: &mut [f64]) {
        for sample in samples {
            *sample = self.push(*sample);
        }
    }

    /// The sections.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Sections and memory for a loop that knows how many there are.
    pub(super) fn parts(&mut self) -> (&[Section], &mut [Memory]) {
        (&self.sections, &mut self.memory)
    }
}

/// What a section remembers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Memory {
    /// The output before.
    pub y: f64,
    /// What the samples before add to the next output, less the share of `y`.
    pub t: f64,
    /// What they add to the output after that.
    pub s: f64,
}

impl State for Cascade {
    fn write_state(&self, encoder: &mut Encoder) {
        let floats: Vec<f64> = self.memory.iter().flat_map(|memory| [memory.y, memory.t, memory.s]).collect();
        Floats::encode_from(&floats, encoder);
    }
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        let floats = floats_of_length(decoder, 3 * self.memory.len())?;
        for (memory, read) in self.memory.iter_mut().zip(floats.as_chunks::<3>().0) {
            let [y, t, s] = *read;
            *memory = Memory { y, t, s };
        }
        Ok(())
    }
}

/// One sample through one section.
#[inline(always)]
pub(super) fn step(section: &Section, memory: &mut Memory, x: f64) -> f64 {
    let y = (section.b0 * x + memory.t) - section.a1 * memory.y;
    memory.t = section.b1 * x + memory.s;
    memory.s = section.b2 * x - section.a2 * y;
    memory.y = y;
    y
}

/// The polynomial `c0 + c1 z^-1 + c2 z^-2` and `c1 z^-1 + 2 c2 z^-2` on the unit circle at cycles per sample.
fn polynomials([c0, c1, c2]: [f64; 3], cycles_per_sample: f64) -> (Complex, Complex) {
    let angle = 2.0 * PI * cycles_per_sample;
    let z1 = Complex::new(libm::cos(angle), -libm::sin(angle));
    let z2 = z1.by(z1);
    let value = Complex::new(c0, 0.0).plus(z1.times(c1)).plus(z2.times(c2));
    (value, z1.times(c1).plus(z2.times(2.0 * c2)))
}

/// How much the sections amplify a frequency, given in cycles per sample.
#[must_use]
pub fn gain_at(sections: &[Section], cycles_per_sample: f64) -> f64 {
    let length = |c: Complex| libm::hypot(c.re, c.im);
    sections.iter().fold(1.0, |gain, s| {
        let (numerator, _) = polynomials([s.b0, s.b1, s.b2], cycles_per_sample);
        let (denominator, _) = polynomials([1.0, s.a1, s.a2], cycles_per_sample);
        gain * length(numerator) / length(denominator)
    })
}

/// By how many samples the sections delay the envelope of a frequency, given in cycles per sample: the group delay
/// `-d phase / d omega = Re(sum k c_k z^-k / sum c_k z^-k)` of numerator less that of denominator.
#[must_use]
pub fn group_delay_samples(sections: &[Section], cycles_per_sample: f64) -> f64 {
    let delay = |coefficients| {
        let (value, weighted) = polynomials(coefficients, cycles_per_sample);
        weighted.over(value).re
    };
    sections.iter().map(|s| delay([s.b0, s.b1, s.b2]) - delay([1.0, s.a1, s.a2])).sum()
}

/// After how many samples the slowest mode has fallen to one thousandth; the response to the unknown samples before
/// the start is gone by then.
#[must_use]
pub fn settling_samples(sections: &[Section]) -> u32 {
    let radius = sections.iter().map(pole_radius).fold(0.0, f64::max);
    if radius <= 0.0 {
        return 0;
    }
    if radius >= 1.0 {
        return u32::MAX;
    }
    (libm::log(1e-3) / libm::log(radius)).ceil().min(f64::from(u32::MAX)) as u32
}

fn pole_radius(section: &Section) -> f64 {
    let discriminant = section.a1 * section.a1 - 4.0 * section.a2;
    if discriminant < 0.0 {
        return section.a2.sqrt();
    }
    let root = discriminant.sqrt();
    (section.a1 + root).abs().max((section.a1 - root).abs()) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pure_delay_delays() {
        let delay = Section { b0: 0.0, b1: 0.0, b2: 1.0, a1: 0.0, a2: 0.0 };
        let mut cascade = Cascade::new(vec![delay; 2]);
        let out: Vec<f64> = (1..=6).map(|i| cascade.push(f64::from(i))).collect();
        assert_eq!(out, [0.0, 0.0, 0.0, 0.0, 1.0, 2.0]);
        assert!((group_delay_samples(cascade.sections(), 0.1) - 4.0).abs() < 1e-12);
        assert!((gain_at(cascade.sections(), 0.1) - 1.0).abs() < 1e-12);
        assert_eq!(settling_samples(cascade.sections()), 0);
    }

    #[test]
    fn settling_is_what_a_single_pole_does() {
        let pole = Section { b0: 1.0, b1: 0.0, b2: 0.0, a1: -0.9, a2: 0.0 };
        let mut cascade = Cascade::new(vec![pole]);
        let samples = settling_samples(cascade.sections());
        let mut last = cascade.push(1.0);
        for _ in 0..samples {
            last = cascade.push(0.0);
        }
        assert!(last <= 1e-3 && last > 0.8e-3, "{last} after {samples}");
    }
}
