//! Short-term over long-term average of the energy: how much louder it just became.
use super::state::{State, array_of, floats_of_length};
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Float, Floats};

/// What stands below the fraction at rest: keeps a silent channel at ratio zero instead of 0/0.
const LTA_FLOOR: f64 = 1e-99;

/// Recursive STA/LTA.
///
/// # Algorithm
/// With `x^2` the energy of a sample, `ns` and `nl` the two lengths in samples:
///
/// ```text
/// STA_i = x_i^2 / ns + (1 - 1/ns) STA_(i-1)     LTA_i = x_i^2 / nl + (1 - 1/nl) LTA_(i-1)     ratio = STA / LTA
/// ```
///
/// The first sample only starts the recursion, and the ratio is zero for the first `nl` samples.
///
/// Source: M. Withers et al., *A comparison of select trigger algorithms for automated global seismic phase and event
/// detection*, Bulletin of the Seismological Society of America 88, 95-106, 1998, page 98.
///
/// Units: samples of any unit in; a ratio without unit out.
///
/// # Checked against
/// `obspy.signal.trigger.recursive_sta_lta` of ObsPy 1.5.1: equal to 1e-12 relative (`tests/dsp_peers.rs`).
#[derive(Debug, Clone, PartialEq)]
pub struct RecursiveStaLta {
    weights: Weights,
    sta: f64,
    lta: f64,
    long_samples: u32,
    seen: u32,
}

/// The recursion's weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weights {
    pub short_take: f64,
    pub short_keep: f64,
    pub long_take: f64,
    pub long_keep: f64,
}

impl RecursiveStaLta {
    /// With lengths in samples; zero counts as one.
    #[must_use]
    pub fn new(short_samples: u32, long_samples: u32) -> Self {
        let (short, long) = (1.0 / f64::from(short_samples.max(1)), 1.0 / f64::from(long_samples.max(1)));
        let weights = Weights { short_take: short, short_keep: 1.0 - short, long_take: long, long_keep: 1.0 - long };
        Self { weights, sta: 0.0, lta: LTA_FLOOR, long_samples: long_samples.max(1), seen: 0 }
    }

    /// One sample on; the ratio.
    #[inline]
    pub fn push(&mut self, sample: f64) -> f64 {
        if self.seen == 0 {
            self.seen = 1;
            return 0.0;
        }
        (self.sta, self.lta) = self.weights.step(self.sta, self.lta, sample);
        if self.seen < self.long_samples {
            self.seen += 1;
            return 0.0;
        }
        self.sta / self.lta
    }

    /// Whether the ratio is given from now on.
    pub(super) fn is_settled(&self) -> bool {
        self.seen == self.long_samples
    }

    /// Weights, STA and LTA for a loop that keeps them in registers.
    pub(super) fn parts(&self) -> (Weights, f64, f64) {
        (self.weights, self.sta, self.lta)
    }

    /// Puts the averages back after such a loop.
    pub(super) fn set(&mut self, sta: f64, lta: f64) {
        (self.sta, self.lta) = (sta, lta);
    }
}

impl Weights {
    #[inline(always)]
    pub(super) fn step(&self, sta: f64, lta: f64, sample: f64) -> (f64, f64) {
        let energy = sample * sample;
        (self.short_take * energy + self.short_keep * sta, self.long_take * energy + self.long_keep * lta)
    }
}

/// A sum that numbers enter and leave, without the error that adding and subtracting leaves behind: the sum is kept
/// as two numbers, high and low part (O. Møller and D. Knuth's TwoSum), so a window of whispers after a bang is
/// right to about 1e-32 of the bang's energy per step instead of 1e-16.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct RunningSum {
    high: f64,
    low: f64,
}

impl RunningSum {
    #[inline]
    pub(super) fn add(&mut self, value: f64) {
        let sum = self.high + value;
        let part = sum - self.high;
        let error = (self.high - (sum - part)) + (value - part);
        let low = self.low + error;
        self.high = sum + low;
        self.low = low - (self.high - sum);
    }

    /// The sum of energies: never below zero.
    #[inline]
    pub(super) fn value(&self) -> f64 {
        self.high.max(0.0)
    }
}

/// Energies of the last so many samples, with their sum.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EnergyWindow {
    ring: Vec<f64>,
    next: usize,
    sum: RunningSum,
}

impl EnergyWindow {
    pub(super) fn new(samples: u32) -> Self {
        Self { ring: vec![0.0; samples.max(1) as usize], next: 0, sum: RunningSum::default() }
    }

    /// Takes an energy in and lets the oldest go.
    #[inline]
    pub(super) fn push(&mut self, energy: f64) -> f64 {
        let oldest = std::mem::replace(&mut self.ring[self.next], energy);
        self.next = if self.next + 1 == self.ring.len() { 0 } else { self.next + 1 };
        self.sum.add(energy);
        self.sum.add(-oldest);
        self.sum.value()
    }
}

/// Classic STA/LTA: plain means over the last samples.
///
/// # Algorithm
/// `ratio_i = (mean of x^2 over the last ns) / (mean of x^2 over the last nl)`, zero for the first `nl - 1` samples.
/// The two sums run along, one energy in and one out per sample, in doubled precision: in plain floats the energy of a
/// bang that has left the window would leave its rounding behind for ever.
///
/// Source: Withers et al. 1998, as above. Units: as above.
///
/// # Checked against
/// `obspy.signal.trigger.classic_sta_lta` of ObsPy 1.5.1: equal to 1e-11 relative (`tests/dsp_peers.rs`).
#[derive(Debug, Clone, PartialEq)]
pub struct ClassicStaLta {
    short: EnergyWindow,
    long: EnergyWindow,
    short_samples: f64,
    long_samples: u32,
    seen: u32,
}

impl ClassicStaLta {
    /// With lengths in samples; zero counts as one.
    #[must_use]
    pub fn new(short_samples: u32, long_samples: u32) -> Self {
        Self {
            short: EnergyWindow::new(short_samples),
            long: EnergyWindow::new(long_samples),
            short_samples: f64::from(short_samples.max(1)),
            long_samples: long_samples.max(1),
            seen: 0,
        }
    }

    /// One sample on; the ratio.
    #[inline]
    pub fn push(&mut self, sample: f64) -> f64 {
        let energy = sample * sample;
        let (short, long) = (self.short.push(energy), self.long.push(energy));
        if self.seen < self.long_samples {
            self.seen += 1;
        }
        if self.seen < self.long_samples {
            return 0.0;
        }
        (short / self.short_samples) / (long / f64::from(self.long_samples)).max(LTA_FLOOR)
    }
}

impl State for RecursiveStaLta {
    fn write_state(&self, encoder: &mut Encoder) {
        (self.seen, Float(self.sta), Float(self.lta)).encode(encoder);
    }
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        let (seen, Float(sta), Float(lta)) = Canonical::decode(decoder)?;
        (self.seen, self.sta, self.lta) = (self.long_samples.min(seen), sta, lta);
        Ok(())
    }
}

impl State for EnergyWindow {
    /// The oldest energy first, wherever it stands in the ring.
    fn write_state(&self, encoder: &mut Encoder) {
        encoder.array(2);
        let (newer, older) = self.ring.split_at(self.next);
        Floats::encode_from(&[older, newer].concat(), encoder);
        (Float(self.sum.high), Float(self.sum.low)).encode(encoder);
    }
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        array_of(decoder, 2)?;
        self.ring = floats_of_length(decoder, self.ring.len())?;
        self.next = 0;
        let (Float(high), Float(low)) = Canonical::decode(decoder)?;
        self.sum = RunningSum { high, low };
        Ok(())
    }
}

impl State for ClassicStaLta {
    fn write_state(&self, encoder: &mut Encoder) {
        encoder.array(3);
        self.short.write_state(encoder);
        self.long.write_state(encoder);
        self.seen.encode(encoder);
    }
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        array_of(decoder, 3)?;
        self.short.read_state(decoder)?;
        self.long.read_state(decoder)?;
        self.seen = u32::decode(decoder)?.min(self.long_samples);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whispers_after_a_bang_are_measured_right() {
        let mut classic = ClassicStaLta::new(10, 100);
        for _ in 0..500 {
            classic.push(1e9);
        }
        let mut last = 0.0;
        for i in 0..200 {
            last = classic.push(if i % 2 == 0 { 1.0 } else { -1.0 });
        }
        assert!((last - 1.0).abs() < 1e-9, "{last}");
    }

    #[test]
    fn silence_has_the_ratio_zero() {
        let (mut recursive, mut classic) = (RecursiveStaLta::new(5, 50), ClassicStaLta::new(5, 50));
        assert!((0..1_000).all(|_| recursive.push(0.0) == 0.0 && classic.push(0.0) == 0.0));
    }
}
