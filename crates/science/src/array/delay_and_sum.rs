//! The beam in the time domain, and its F statistic from window to window.
//!
//! # Algorithm
//! Each element is moved by the delay of the wave at its place, the beam b is the mean. Delays that are no whole number
//! of samples are made by a sinc of 33 samples under a Hann window. In a window of N samples (R. R. Blandford,
//! Geophysics 39, 633-643, 1974)
//! F = (n - 1) n sum b2 / (sum over elements sum x_i2 - n sum b2),
//! the same ratio as in the frequency domain. Samples must be band-passed before: F weighs what is in them.
//!
//! # Units
//! Slowness in s/m (east, north, up) in the direction in which the wave goes, samples in any unit.
//!
//! # Checked against
//! Moved waves in closed form (the interpolation is within 1e-4 of the amplitude up to half of the Nyquist
//! frequency, within 3e-3 at 0.8 of it) and the F statistic in the frequency domain (`tests/array_fk.rs`).
use super::error::ArrayError;
use super::geometry::Geometry;
use super::traces::Traces;
use truceline_model::time::Time;

/// Samples on either side in the interpolation.
const SIDE: usize = 16;

/// The F statistic of a window of a beam.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BeamWindow {
    /// When it began, at the array's centre.
    pub start: Time,
    /// When it ended: the time of the sample after its last.
    pub end: Time,
    /// F statistic; infinite if all elements are equal.
    pub f_statistic: f64,
    /// Root mean square of the beam, in the unit of the samples.
    pub rms: f64,
}

/// A beam: the mean of the moved elements.
#[derive(Debug, Clone, PartialEq)]
pub struct Beam {
    /// Time of its first sample, at the array's centre.
    pub start: Time,
    /// Samples per second.
    pub rate_hz: f64,
    /// The mean.
    pub samples: Vec<f64>,
    /// Mean over the elements of their squares, sample by sample.
    pub squares: Vec<f64>,
    /// How many elements there are.
    pub elements: usize,
}

/// The beam of a slowness. It is shorter than the traces by the delays and the interpolation at either end.
///
/// # Errors
/// If the channels are not as many as the elements, a sample or the slowness is not finite, or nothing is left.
pub fn delay_and_sum(traces: &Traces<'_>, geometry: &Geometry, slowness_s_m: [f64; 3]) -> Result<Beam, ArrayError> {
    traces.check(geometry.elements())?;
    let rate_hz = traces.rate_hz();
    let samples = traces.samples();
    let [east, north, up] = slowness_s_m;
    // By how many samples later than the centre the wave is in the channel.
    let mut shifts = Vec::with_capacity(geometry.elements());
    for (r, late_s) in geometry.offsets_m().iter().zip(traces.late_s()) {
        let shift = (east * r[0] + north * r[1] + up * r[2] - late_s) * rate_hz;
        if shift.is_nan() || shift.abs() >= samples as f64 {
            return Err(ArrayError::number(
                "the delay at an element, in samples",
                shift,
                "less than the traces are long",
            ));
        }
        shifts.push(shift);
    }
    let least = shifts.iter().copied().fold(0.0, f64::min).floor() as i64;
    let most = shifts.iter().copied().fold(0.0, f64::max).floor() as i64 + 1;
    let first = SIDE as i64 - least;
    let end = samples as i64 - SIDE as i64 - most;
    if end <= first {
        return Err(ArrayError::count(
            "the number of samples",
            samples,
            "more than the delays and the interpolation take",
        ));
    }
    let (first, end) = (first as usize, end as usize);
    let mut sum = vec![0.0; end - first];
    let mut squares = vec![0.0; end - first];
    let share = 1.0 / geometry.elements() as f64;
    for (channel, shift) in traces.channels().iter().zip(&shifts) {
        let whole = shift.floor();
        let taps = taps(shift - whole);
        let from = (first as i64 + whole as i64) as usize - (SIDE - 1);
        for (i, (sum, square)) in sum.iter_mut().zip(&mut squares).enumerate() {
            let moved: f64 = channel[from + i..][..2 * SIDE].iter().zip(&taps).map(|(x, tap)| x * tap).sum();
            *sum += moved * share;
            *square += moved * moved * share;
        }
    }
    Ok(Beam { start: traces.time_of(first), rate_hz, samples: sum, squares, elements: geometry.elements() })
}

impl Beam {
    /// The F statistic in windows of `len` samples, each `step` samples after the one before.
    ///
    /// # Errors
    /// If a length is 0 or the beam is shorter than a window.
    pub fn windows(&self, len: usize, step: usize) -> Result<Vec<BeamWindow>, ArrayError> {
        if len == 0 || step == 0 || len > self.samples.len() {
            return Err(ArrayError::count("the window's length or step", len.min(step), "from 1 to the beam's length"));
        }
        let n = self.elements as f64;
        let time = |index: usize| self.start.plus_s(index as f64 / self.rate_hz);
        Ok((0..=self.samples.len() - len)
            .step_by(step)
            .map(|first| {
                let beam: f64 = self.samples[first..first + len].iter().map(|b| b * b).sum();
                let all: f64 = self.squares[first..first + len].iter().sum();
                // Zero over zero, a dead window, is no wave.
                let f_statistic = if beam > 0.0 { (n - 1.0) * beam / (all - beam).max(0.0) } else { 0.0 };
                BeamWindow { start: time(first), end: time(first + len), f_statistic, rms: (beam / len as f64).sqrt() }
            })
            .collect())
    }
}

/// The weights of the samples from SIDE - 1 before to SIDE after for a value at `part` of a sample after the middle.
fn taps(part: f64) -> [f64; 2 * SIDE] {
    let sin = libm::sin(std::f64::consts::PI * part);
    let mut taps = [0.0; 2 * SIDE];
    for (i, tap) in taps.iter_mut().enumerate() {
        let x = part - (i as f64 - (SIDE as f64 - 1.0));
        let window = libm::cos(std::f64::consts::PI * x / (2.0 * (SIDE as f64 + 0.5)));
        // sin(pi (part - k)) = sin(pi part) (-1)^k.
        let sign = if (i + SIDE - 1).is_multiple_of(2) { 1.0 } else { -1.0 };
        let sinc = if x.abs() < 1e-12 { 1.0 } else { sin * sign / (std::f64::consts::PI * x) };
        *tap = sinc * window * window;
    }
    taps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolation_moves_waves() {
        for (share, tolerance) in [(0.05, 1e-4), (0.5, 1e-4), (0.8, 3e-3)] {
            let wave = |t: f64| libm::sin(std::f64::consts::PI * share * t + 0.3);
            for part in [0.0, 1e-13, 0.25, 0.5, 0.9] {
                let value: f64 = taps(part).iter().enumerate().map(|(i, tap)| tap * wave(i as f64)).sum();
                let exact = wave(SIDE as f64 - 1.0 + part);
                assert!((value - exact).abs() < tolerance, "{share} {part} {}", value - exact);
            }
        }
    }

    #[test]
    fn the_time_of_the_beam_is_that_at_the_centre() {
        use super::super::geometry::Offset;
        let at = |east_m, north_m| Offset { east_m, north_m, up_m: 0.0 };
        let geometry = Geometry::new(&[at(0.0, 0.0), at(90.0, 0.0), at(0.0, 90.0)]).unwrap();
        // A hump at 2 s at the centre, going north-east.
        let slowness = [0.002, 0.001, 0.0];
        let hump = |t: f64| libm::exp(-(t - 2.0) * (t - 2.0) * 50.0);
        let channels: Vec<Vec<f64>> = geometry
            .offsets_m()
            .iter()
            .map(|r| (0..400).map(|i| hump(f64::from(i) / 100.0 - slowness[0] * r[0] - slowness[1] * r[1])).collect())
            .collect();
        let views: Vec<&[f64]> = channels.iter().map(Vec::as_slice).collect();
        let traces = Traces::new(Time(0), 100.0, &views).unwrap();
        let beam = delay_and_sum(&traces, &geometry, slowness).unwrap();
        for (i, value) in beam.samples.iter().enumerate() {
            let t = beam.start.seconds_since(Time(0)) + i as f64 / 100.0;
            assert!((value - hump(t)).abs() < 1e-4, "{i}");
        }
        let windows = beam.windows(100, 50).unwrap();
        assert!(windows.iter().map(|window| window.f_statistic).fold(0.0, f64::max) > 1e6);
        assert!(delay_and_sum(&traces, &geometry, [1.0, 0.0, 0.0]).is_err());
        assert!(delay_and_sum(&traces, &geometry, [f64::NAN, 0.0, 0.0]).is_err());
        assert!(beam.windows(0, 1).is_err() && beam.windows(10_000, 1).is_err());
    }
}
