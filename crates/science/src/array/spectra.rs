//! Spectra of an array's samples inside a band.
use super::error::{ArrayError, Kind};
use super::fft::Fft;
use super::traces::Traces;
use truceline_model::time::Time;

/// The most frequencies of a band: with [`MAX_ELEMENTS`](super::geometry::MAX_ELEMENTS) elements 256 MB.
pub const BINS_MAX: usize = 1 << 18;

/// The weights of the samples of a window before the transform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taper {
    /// All weigh the same: for delays, where an onset at the edge must count.
    Flat,
    /// sin2(pi n / N): for powers, where a strong frequency must not leak into others.
    Hann,
}

/// How a window is transformed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Lower end of the band, Hz; it belongs to the band.
    pub low_hz: f64,
    /// Upper end of the band, Hz; it belongs to the band.
    pub high_hz: f64,
    /// The weights of the samples.
    pub taper: Taper,
    /// Whether each frequency weighs the same, whatever its power: each is divided by the root of its mean power over
    /// the elements. Else strong frequencies decide.
    pub whiten: bool,
    /// Whether the window is followed by as many zeros as it has samples, or more: for correlations, which else wrap
    /// around.
    pub padded: bool,
}

/// The spectra of one window.
#[derive(Debug, Clone)]
pub struct Spectra {
    start: Time,
    end: Time,
    rate_hz: f64,
    elements: usize,
    first_bin: usize,
    bins: usize,
    step_hz: f64,
    time_bandwidth: f64,
    padded: bool,
    /// One entry for each element of the first frequency, then of the second, ...
    pub(super) entries: Vec<(f64, f64)>,
}

impl Spectra {
    /// Of all samples of `traces`: their mean is taken away, they are tapered, late channels are turned back.
    ///
    /// # Errors
    /// If the channels are not as many as `elements`, a sample is not finite, or the band holds no frequency of the
    /// window, reaches the Nyquist frequency, or holds more than [`BINS_MAX`] frequencies.
    pub fn of(traces: &Traces<'_>, elements: usize, settings: &Settings) -> Result<Self, ArrayError> {
        traces.check(elements)?;
        let (samples, rate_hz) = (traces.samples(), traces.rate_hz());
        let fft = Fft::holding(if settings.padded { 2 * samples } else { samples })
            .ok_or_else(|| ArrayError::count("the number of samples", samples, "at most SAMPLES_MAX = 2097152"))?;
        let step_hz = rate_hz / fft.length() as f64;
        let (first_bin, last_bin) = bins_of(settings, step_hz, rate_hz / 2.0)?;
        let bins = last_bin - first_bin + 1;
        let (weights, independent) = weights(settings.taper, samples);
        let mut entries = vec![(0.0, 0.0); bins * elements];
        for (element, channel) in traces.channels().iter().enumerate() {
            let mean = channel.iter().sum::<f64>() / samples as f64;
            let tapered: Vec<f64> = channel.iter().zip(&weights).map(|(x, w)| (x - mean) * w).collect();
            let spectrum = fft.forward(&tapered);
            let late_s = traces.late_s()[element];
            for (k, (re, im)) in spectrum[first_bin..=last_bin].iter().enumerate() {
                let angle = -std::f64::consts::TAU * (first_bin + k) as f64 * step_hz * late_s;
                let (sin, cos) = if late_s == 0.0 { (0.0, 1.0) } else { libm::sincos(angle) };
                entries[k * elements + element] = (re * cos - im * sin, re * sin + im * cos);
            }
        }
        if settings.whiten {
            for row in entries.chunks_exact_mut(elements) {
                let power = row.iter().map(|z| z.0 * z.0 + z.1 * z.1).sum::<f64>() / elements as f64;
                let scale = if power > 0.0 { 1.0 / power.sqrt() } else { 0.0 };
                row.iter_mut().for_each(|z| *z = (z.0 * scale, z.1 * scale));
            }
        }
        let bandwidth_hz = bins as f64 * step_hz;
        // One frequency holds one independent value, however short the window.
        let time_bandwidth = (bandwidth_hz * samples as f64 / rate_hz * independent).max(1.0);
        let (start, end) = (traces.start(), traces.time_of(samples));
        let padded = settings.padded;
        Ok(Self { start, end, rate_hz, elements, first_bin, bins, step_hz, time_bandwidth, padded, entries })
    }

    /// When the window began.
    #[must_use]
    pub fn start(&self) -> Time {
        self.start
    }

    /// When the window ended: the time of the sample after its last.
    #[must_use]
    pub fn end(&self) -> Time {
        self.end
    }

    /// Samples per second.
    #[must_use]
    pub fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    /// How many elements there are.
    #[must_use]
    pub fn elements(&self) -> usize {
        self.elements
    }

    /// How many frequencies there are.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.bins
    }

    /// The distance between frequencies, Hz.
    #[must_use]
    pub fn step_hz(&self) -> f64 {
        self.step_hz
    }

    /// The first frequency in units of their distance.
    #[must_use]
    pub fn first_bin(&self) -> usize {
        self.first_bin
    }

    /// A frequency, Hz.
    #[must_use]
    pub fn frequency_hz(&self, bin: usize) -> f64 {
        (self.first_bin + bin) as f64 * self.step_hz
    }

    /// The time-bandwidth product B T: how many independent complex values of an element the band holds. The taper's
    /// loss counts: B T (sum w2)2 / (N sum w4), for [`Taper::Hann`] 0.51 B T. At least 1.
    #[must_use]
    pub fn time_bandwidth(&self) -> f64 {
        self.time_bandwidth
    }

    /// Whether the window was followed by zeros, so that correlations do not wrap around.
    #[must_use]
    pub fn is_padded(&self) -> bool {
        self.padded
    }

    /// Sum of |X|2 over elements and frequencies.
    #[must_use]
    pub fn total_power(&self) -> f64 {
        self.entries.iter().map(|z| z.0 * z.0 + z.1 * z.1).sum()
    }

    /// The entries of the elements at a frequency.
    pub(super) fn row(&self, bin: usize) -> &[(f64, f64)] {
        &self.entries[bin * self.elements..][..self.elements]
    }
}

/// The first and the last frequency of the band in units of `step_hz`.
fn bins_of(settings: &Settings, step_hz: f64, nyquist_hz: f64) -> Result<(usize, usize), ArrayError> {
    let (low_hz, high_hz) = (settings.low_hz, settings.high_hz);
    let wrong = ArrayError(Kind::Band { low_hz, high_hz, step_hz, nyquist_hz });
    if !(low_hz >= 0.0 && high_hz >= low_hz && high_hz < nyquist_hz) {
        return Err(wrong);
    }
    // The first frequency above zero: zero has no phase. A hair's breadth, so that a bound that is a frequency counts.
    let hair = 1e-9;
    let first = ((low_hz / step_hz - hair).ceil() as usize).max(1);
    let last = (high_hz / step_hz + hair).floor() as usize;
    if last < first {
        return Err(wrong);
    }
    if last - first >= BINS_MAX {
        return Err(ArrayError::count(
            "the number of frequencies in the band",
            last - first + 1,
            "at most BINS_MAX = 262144",
        ));
    }
    Ok((first, last))
}

/// The weights of a taper, and the share of independent values that it leaves.
fn weights(taper: Taper, samples: usize) -> (Vec<f64>, f64) {
    let weights: Vec<f64> = match taper {
        Taper::Flat => vec![1.0; samples],
        // Symmetric and without zeros at the ends.
        Taper::Hann => (0..samples)
            .map(|i| libm::sin(std::f64::consts::PI * (i as f64 + 0.5) / samples as f64))
            .map(|sin| sin * sin)
            .collect(),
    };
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let fourths: f64 = weights.iter().map(|w| w * w * w * w).sum();
    (weights, squares * squares / (samples as f64 * fourths))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(low_hz: f64, high_hz: f64) -> Settings {
        Settings { low_hz, high_hz, taper: Taper::Flat, whiten: false, padded: false }
    }

    #[test]
    fn bands_hold_their_ends_and_bad_ones_are_refused() {
        let samples = vec![0.0; 1_000];
        let traces = Traces::new(Time(0), 100.0, &[&samples]).unwrap();
        let spectra = Spectra::of(&traces, 1, &settings(0.48828125, 4.0)).unwrap();
        assert_eq!((spectra.first_bin, spectra.bins), (5, 36));
        assert!((spectra.time_bandwidth() - 36.0 * 1_000.0 / 1_024.0).abs() < 1e-9);
        for (low, high) in [(f64::NAN, 1.0), (2.0, 1.0), (1.0, 50.0), (0.0, 0.01), (-1.0, 2.0)] {
            let message = Spectra::of(&traces, 1, &settings(low, high)).unwrap_err().to_string();
            assert!(message.contains("band"), "{message}");
        }
        assert!(Spectra::of(&traces, 2, &settings(1.0, 2.0)).unwrap_err().to_string().contains("1 channels for 2"));
    }

    #[test]
    fn hann_leaves_half_of_the_independent_values() {
        let (_, independent) = weights(Taper::Hann, 1_000);
        assert!((independent - (3.0 / 8.0) * (3.0 / 8.0) / (35.0 / 128.0)).abs() < 1e-6, "{independent}");
    }

    #[test]
    fn a_late_channel_is_turned_back() {
        // The same 5 Hz wave, sampled by the second recorder 3 ms later.
        let wave = |t: f64| libm::sin(std::f64::consts::TAU * 5.0 * t);
        let on_time: Vec<f64> = (0..200).map(|i| wave(f64::from(i) / 100.0)).collect();
        let late: Vec<f64> = (0..200).map(|i| wave(f64::from(i) / 100.0 + 0.003)).collect();
        let traces = Traces::new(Time(0), 100.0, &[&on_time, &late]).unwrap().with_late_s(&[0.0, 0.003]).unwrap();
        let tapered = Settings { taper: Taper::Hann, ..settings(4.9, 5.1) };
        let spectra = Spectra::of(&traces, 2, &tapered).unwrap();
        for bin in 0..spectra.bins() {
            let (a, b) = (spectra.row(bin)[0], spectra.row(bin)[1]);
            let angle = libm::atan2(b.1, b.0) - libm::atan2(a.1, a.0);
            assert!(angle.abs() < 2e-3, "{angle}");
        }
    }

    #[test]
    fn whitened_frequencies_have_one_power() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state) / f64::from(u32::MAX)
        };
        let channels: Vec<Vec<f64>> = (0..3).map(|_| (0..256).map(|_| noise()).collect()).collect();
        let views: Vec<&[f64]> = channels.iter().map(Vec::as_slice).collect();
        let traces = Traces::new(Time(0), 100.0, &views).unwrap();
        let spectra = Spectra::of(&traces, 3, &Settings { whiten: true, ..settings(1.0, 40.0) }).unwrap();
        for bin in 0..spectra.bins() {
            let power: f64 = spectra.row(bin).iter().map(|z| z.0 * z.0 + z.1 * z.1).sum();
            assert!((power - 3.0).abs() < 1e-12);
        }
    }
}
