//! What an event's waveform is like: how long, how fast, how sharp, how often. Nothing here says what it was.
//!
//! Where it can be, a feature is without a scale (cycles instead of seconds), since yield and distance stretch a
//! waveform more than its kind does.
use super::DspError;
use super::error::within;
use crate::array::fft::Fft;

/// The fewest and the most samples of a window: enough blocks for the noise, and half an hour at 2 kHz.
pub const SAMPLES: (usize, usize) = (1024, 1 << 22);

/// The least and the greatest sampling rate, Hz.
const RATE_HZ: (f64, f64) = (0.1, 10e6);

/// Into how many blocks the window is cut to find the event, at least and at most.
const BLOCKS: (usize, usize) = (16, 256);

/// A block holds this many cycles of the window's middle frequency: a shorter one sees the zero crossings of slow
/// noise as silence.
const BLOCK_CYCLES: f64 = 4.0;

/// The fewest samples of a block: fewer say little of a power.
const BLOCK_SAMPLES_MIN: usize = 16;

/// The noise is the power that a tenth of the blocks stay below: it holds although the event fills most of the window.
const NOISE_QUANTILE: f64 = 0.1;

/// A window holds an event if its loudest block stands this far above the noise, as a ratio of powers: 12 dB. The
/// largest of 256 blocks of 16 samples of Gaussian noise, or of four cycles of slow noise, stays below 8.
const EVENT_MIN: f64 = 16.0;

/// An event goes on where blocks stand this far above the noise: 6 dB.
const EVENT_EDGE: f64 = 4.0;

/// ... and no further below its loudest block than this: 30 dB. A tail below that belongs to no feature, and a
/// digitally silent noise level would let it go on for ever.
const EVENT_DEPTH: f64 = 1e-3;

/// An event also goes on over a pause of this, s: shots of automatic weapons follow one another faster.
const PAUSE_S: f64 = 0.3;

/// The longest piece that is transformed at once, in samples; longer events are averaged (Welch).
const PIECE_SAMPLES_MAX: usize = 8192;

/// Impulses are counted apart only if this far apart, s: no weapon fires faster than 1,800 times a minute by much.
const IMPULSE_GAP_S: f64 = 0.033;

/// What counts as an impulse: this share of the loudest one's power (a third of its amplitude).
const IMPULSE_SHARE: f64 = 0.1;

/// Between impulses the power falls below this share of the next one's.
const IMPULSE_DIP: f64 = 0.25;

/// The most impulses that are counted.
const IMPULSES_MAX: usize = 10_000;

/// What was measured of one event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaveformFeatures {
    /// When the event begins, s after the window's first sample.
    pub begin_s: f64,
    /// The loudest block above the noise, dB.
    pub snr_db: f64,
    /// Significant duration: from 5 to 95 % of the energy, s (M. D. Trifunac and A. G. Brady, Bulletin of the
    /// Seismological Society of America 65, 581-626, 1975).
    pub duration_s: f64,
    /// Frequency below which half of the energy lies, Hz.
    pub dominant_hz: f64,
    /// Octaves from 16 to 84 % of the energy.
    pub bandwidth_octaves: f64,
    /// Duration in cycles of the dominant frequency.
    pub cycles: f64,
    /// From a tenth of its power to its onset at a quarter of the loudest, in cycles of the dominant frequency.
    pub rise_cycles: f64,
    /// Fourth moment over the squared variance: 3 for noise, more for impulses.
    pub kurtosis: f64,
    /// How unlike the largest values of both signs are, `|log10(+ / -)|`: the Friedlander pulse of a blast has a
    /// strong and a weak phase, an N-wave and noise have two alike. The instrument's polarity does not count.
    pub asymmetry: f64,
    /// How many impulses.
    pub impulses: usize,
    /// Standard deviation of the intervals between impulses over their mean; from four impulses on.
    pub interval_variation: Option<f64>,
}

/// Measures the event in a window of samples of any unit; `None` where nothing stands out of the noise.
///
/// The window should hold one event and some noise before it. Its mean is taken off; anything that drifts should be
/// high-passed before.
///
/// # Algorithm
/// The window is cut into 16 to 256 blocks of at least four cycles where they are so many. The event is the loudest block with what joins it above 6 dB over the
/// noise. Its spectrum is the mean power of Hann windows of up to 8,192 samples (P. D. Welch, IEEE Transactions on
/// Audio and Electroacoustics 15, 70-73, 1967) less that of the noise before and after. The rise is read from the power
/// averaged over four cycles, impulses from that over one.
///
/// # Errors
/// If the rate, or the number of samples ([`SAMPLES`]), is outside its range, or a sample is not finite.
pub fn measure(samples: &[f64], rate_hz: f64) -> Result<Option<WaveformFeatures>, DspError> {
    within("rate_hz", rate_hz, RATE_HZ, "0.1 to 10,000,000")?;
    let count = (SAMPLES.0 as f64, SAMPLES.1 as f64);
    within("samples", samples.len() as f64, count, "1,024 to 4,194,304 of them")?;
    if let Some(sample) = samples.iter().find(|sample| !sample.is_finite()) {
        return Err(DspError::number("sample", *sample, "a finite number"));
    }
    // In units of the largest value, so that no square overflows.
    let largest = samples.iter().fold(0.0_f64, |most, sample| most.max(sample.abs()));
    if largest == 0.0 {
        return Ok(None);
    }
    let mean = samples.iter().map(|sample| sample / largest).sum::<f64>() / samples.len() as f64;
    let samples: Vec<f64> = samples.iter().map(|sample| sample / largest - mean).collect();
    let Some(middle_hz) = middle_hz(&samples, rate_hz) else { return Ok(None) };
    let Some(event) = Event::find(&samples, rate_hz, middle_hz) else { return Ok(None) };
    let piece = &samples[event.from..event.to];
    let (first, last) = significant(piece, event.noise_power);
    let Some([low_hz, dominant_hz, high_hz]) = quantiles_hz(&samples, &event, rate_hz) else { return Ok(None) };
    let duration_s = (last - first + 1) as f64 / rate_hz;
    let cycle = (rate_hz / dominant_hz).max(1.0);
    let (impulses, interval_variation) = impulses(piece, cycle, rate_hz);
    let core = &piece[first..=last];
    Ok(Some(WaveformFeatures {
        begin_s: (event.from + first) as f64 / rate_hz,
        snr_db: 10.0 * libm::log10(event.peak_power / event.noise_power),
        duration_s,
        dominant_hz,
        bandwidth_octaves: libm::log2(high_hz / low_hz),
        cycles: duration_s * dominant_hz,
        rise_cycles: rise(&samples[..event.to], cycle) / cycle,
        kurtosis: kurtosis(core),
        asymmetry: asymmetry(core),
        impulses,
        interval_variation,
    }))
}

/// Where the event is, in samples.
struct Event {
    from: usize,
    to: usize,
    peak_power: f64,
    noise_power: f64,
}

impl Event {
    fn find(samples: &[f64], rate_hz: f64, middle_hz: f64) -> Option<Self> {
        let cycles = (BLOCK_CYCLES * rate_hz / middle_hz) as usize;
        let block = cycles.min(samples.len() / BLOCKS.0).max(samples.len() / BLOCKS.1).max(BLOCK_SAMPLES_MIN);
        let power = |block: &[f64]| block.iter().map(|x| x * x).sum::<f64>() / block.len() as f64;
        let powers: Vec<f64> = samples.chunks_exact(block).map(power).collect();
        let mut sorted = powers.clone();
        sorted.sort_by(f64::total_cmp);
        let peak_power = *sorted.last()?;
        // Digital silence is no noise level: a ratio to it would say nothing.
        let quiet = sorted[(NOISE_QUANTILE * sorted.len() as f64) as usize];
        let noise_power = quiet.max(peak_power * 1e-12);
        if peak_power <= EVENT_MIN * noise_power {
            return None;
        }
        let peak = powers.iter().position(|power| *power == peak_power)?;
        let pause = ((PAUSE_S * rate_hz / block as f64).ceil() as usize).max(1);
        let loud = |at: usize| powers[at] > (EVENT_EDGE * noise_power).max(EVENT_DEPTH * peak_power);
        let (mut from, mut to) = (peak, peak);
        while let Some(next) = (from.saturating_sub(pause)..from).find(|at| loud(*at)) {
            from = next;
        }
        while let Some(next) = (to + 1..(to + 1 + pause).min(powers.len())).rev().find(|at| loud(*at)) {
            to = next;
        }
        // The onset may lie in the quiet end of the block before.
        let from = from.saturating_sub(1);
        Some(Self { from: from * block, to: (to + 1) * block, peak_power, noise_power })
    }
}

/// First and last sample of the middle 90 % of the energy above the noise.
fn significant(piece: &[f64], noise_power: f64) -> (usize, usize) {
    let total: f64 = piece.iter().map(|x| x * x - noise_power).sum();
    let mut sum = 0.0;
    let (mut first, mut last) = (None, None);
    for (at, x) in piece.iter().enumerate() {
        sum += x * x - noise_power;
        if first.is_none() && sum >= 0.05 * total {
            first = Some(at);
        }
        if last.is_none() && sum >= 0.95 * total {
            last = Some(at);
        }
    }
    let first = first.unwrap_or(0);
    (first, last.unwrap_or(piece.len() - 1).max(first))
}

/// Frequencies below which 16, 50 and 84 % of the event's energy lie, Hz.
fn quantiles_hz(samples: &[f64], event: &Event, rate_hz: f64) -> Option<[f64; 3]> {
    let length = (event.to - event.from).min(PIECE_SAMPLES_MAX);
    let fft = Fft::holding(length)?;
    let mut spectrum = power_spectrum(&samples[event.from..event.to], length, &fft)?;
    let (before, after) = (&samples[..event.from], &samples[event.to..]);
    let quiet = if before.len() >= length { before } else { after };
    if let Some(noise) = power_spectrum(quiet, length, &fft) {
        spectrum.iter_mut().zip(noise).for_each(|(power, noise)| *power = (*power - noise).max(0.0));
    }
    let bin_hz = rate_hz / fft.length() as f64;
    Some([below(&spectrum, 0.16)? * bin_hz, below(&spectrum, 0.5)? * bin_hz, below(&spectrum, 0.84)? * bin_hz])
}

/// Frequency below which half of the window's energy lies, Hz.
fn middle_hz(samples: &[f64], rate_hz: f64) -> Option<f64> {
    let length = samples.len().min(PIECE_SAMPLES_MAX);
    let fft = Fft::holding(length)?;
    Some(below(&power_spectrum(samples, length, &fft)?, 0.5)? * rate_hz / fft.length() as f64)
}

/// The bin below which this share of a spectrum lies, without its first; `None` of an empty spectrum.
fn below(spectrum: &[f64], share: f64) -> Option<f64> {
    let total: f64 = spectrum.iter().skip(1).sum();
    let mut sum = 0.0;
    let bin = spectrum.iter().enumerate().skip(1).find(|(_, power)| {
        sum += **power;
        sum >= share * total
    });
    bin.filter(|_| total > 0.0).map(|(bin, _)| bin as f64)
}

/// Mean power spectrum of half-overlapping Hann windows; `None` where not one fits.
fn power_spectrum(samples: &[f64], length: usize, fft: &Fft) -> Option<Vec<f64>> {
    if samples.len() < length {
        return None;
    }
    let taper: Vec<f64> = (0..length)
        .map(|at| 0.5 - 0.5 * libm::cos(std::f64::consts::TAU * (at as f64 + 0.5) / length as f64))
        .collect();
    let mut sum = vec![0.0; fft.length() / 2 + 1];
    let mut windows = 0_u32;
    // A single window holds a transient that a taper would cut: it is taken as it is.
    let single = samples.len() < length * 3 / 2;
    for window in samples.windows(length).step_by((length / 2).max(1)) {
        let tapered: Vec<f64> = window.iter().zip(&taper).map(|(x, w)| if single { *x } else { x * w }).collect();
        for (sum, (re, im)) in sum.iter_mut().zip(fft.forward(&tapered)) {
            *sum += re * re + im * im;
        }
        windows += 1;
    }
    // A Hann window keeps three eighths of the power.
    let scale = if single { 1.0 } else { 8.0 / 3.0 } / f64::from(windows.max(1));
    sum.iter_mut().for_each(|power| *power *= scale);
    Some(sum)
}

/// The power averaged over the last `window` samples, at each sample.
fn smoothed(samples: &[f64], window: usize) -> Vec<f64> {
    let window = window.max(1);
    let mut sum = 0.0;
    samples
        .iter()
        .enumerate()
        .map(|(at, x)| {
            sum += x * x;
            if at >= window {
                sum -= samples[at - window] * samples[at - window];
            }
            sum.max(0.0) / window as f64
        })
        .collect()
}

/// Samples from where a tenth of the onset's power was last left behind to the onset.
fn rise(samples: &[f64], cycle: f64) -> f64 {
    let window = (4.0 * cycle).round() as usize;
    let power = smoothed(samples, window);
    let loudest = power.iter().fold(0.0_f64, |most, power| most.max(*power));
    let onset = power.iter().position(|power| *power >= 0.25 * loudest).unwrap_or(0);
    let low = power[..onset].iter().rposition(|power| *power < 0.1 * 0.25 * loudest).unwrap_or(0);
    (onset - low) as f64
}

fn kurtosis(samples: &[f64]) -> f64 {
    let n = samples.len() as f64;
    let second = samples.iter().map(|x| x * x).sum::<f64>() / n;
    let fourth = samples.iter().map(|x| (x * x) * (x * x)).sum::<f64>() / n;
    if second > 0.0 { fourth / (second * second) } else { 3.0 }
}

fn asymmetry(samples: &[f64]) -> f64 {
    let high = samples.iter().fold(0.0_f64, |most, x| most.max(*x));
    let low = samples.iter().fold(0.0_f64, |most, x| most.max(-*x));
    // Ten to one is as unlike as it is told apart from more.
    if high > 0.0 && low > 0.0 { libm::log10(high / low).abs().min(1.0) } else { 1.0 }
}

/// How many impulses, and how much their intervals vary.
fn impulses(piece: &[f64], cycle: f64, rate_hz: f64) -> (usize, Option<f64>) {
    let power = smoothed(piece, cycle.round() as usize);
    let loudest = power.iter().fold(0.0_f64, |most, power| most.max(*power));
    let gap = (IMPULSE_GAP_S * rate_hz).max(2.0 * cycle) as usize;
    let mut peaks: Vec<usize> = Vec::new();
    let mut dip = 0.0_f64;
    for (at, now) in power.iter().enumerate() {
        match peaks.last_mut() {
            Some(last) if *now > power[*last] && (at - *last < gap || dip >= IMPULSE_DIP * *now) => {
                // Still the same impulse, and its peak is here.
                *last = at;
                dip = *now;
            }
            Some(last) => {
                dip = dip.min(*now);
                if *now >= IMPULSE_SHARE * loudest && at - *last >= gap && dip < IMPULSE_DIP * *now {
                    peaks.push(at);
                    dip = *now;
                }
            }
            None if *now >= IMPULSE_SHARE * loudest => {
                peaks.push(at);
                dip = *now;
            }
            None => {}
        }
        if peaks.len() == IMPULSES_MAX {
            break;
        }
    }
    let intervals: Vec<f64> = peaks.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
    let variation = (peaks.len() >= 4).then(|| {
        let n = intervals.len() as f64;
        let mean = intervals.iter().sum::<f64>() / n;
        let square = intervals.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
        square.sqrt() / mean
    });
    (peaks.len(), variation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    const RATE_HZ: f64 = 1000.0;

    /// Gaussian noise of unit variance (sum of twelve uniform numbers), and what is added to it.
    fn noise(seconds: f64, add: impl Fn(f64) -> f64) -> Vec<f64> {
        let mut state = 5_u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..(seconds * RATE_HZ) as usize)
            .map(|n| (0..12).map(|_| uniform()).sum::<f64>() - 6.0 + add(n as f64 / RATE_HZ))
            .collect()
    }

    /// A decaying tone from `at`.
    fn ring(t: f64, at: f64, hz: f64, decay_s: f64) -> f64 {
        if t < at { 0.0 } else { 100.0 * libm::exp((at - t) / decay_s) * libm::sin(TAU * hz * (t - at)) }
    }

    #[test]
    fn noise_is_no_event_and_bad_windows_are_named() {
        assert_eq!(measure(&noise(60.0, |_| 0.0), RATE_HZ).unwrap(), None);
        assert_eq!(measure(&[0.0; 5000], RATE_HZ).unwrap(), None);
        // Slow noise: a second-order low-pass at 1/200 of the rate.
        for seconds in [2.0, 10.0, 100.0] {
            let (mut once, mut twice) = (0.0, 0.0);
            let slow = noise(seconds, |_| 0.0).into_iter().map(|x| {
                once += 0.03 * (x - once);
                twice += 0.03 * (once - twice);
                twice
            });
            assert_eq!(measure(&slow.collect::<Vec<f64>>(), RATE_HZ).unwrap(), None, "{seconds}");
        }
        assert_eq!(
            measure(&[0.0; 10], RATE_HZ).unwrap_err().to_string(),
            "samples is 10, expected 1,024 to 4,194,304 of them"
        );
        assert!(measure(&[f64::NAN; 5000], RATE_HZ).is_err());
        assert!(measure(&[0.0; 5000], f64::NAN).is_err());
    }

    #[test]
    fn a_ringing_tone_has_its_frequency_and_duration() {
        let found = measure(&noise(20.0, |t| ring(t, 8.0, 40.0, 0.3)), RATE_HZ).unwrap().unwrap();
        assert!((found.dominant_hz / 40.0 - 1.0).abs() < 0.05, "{found:?}");
        // 5 to 95 % of the energy of exp(-2 t / 0.3): 0.15 ln(0.95 / 0.05) s.
        assert!((found.duration_s / 0.442 - 1.0).abs() < 0.1, "{found:?}");
        assert!((found.begin_s - 8.0).abs() < 0.02, "{found:?}");
        assert!(found.bandwidth_octaves < 0.5 && found.rise_cycles < 1.5 && found.impulses == 1, "{found:?}");
    }

    #[test]
    fn a_volley_is_counted_and_regular() {
        let volley = |t: f64| (0..8).map(|n| ring(t, 5.0 + 0.1 * f64::from(n), 200.0, 0.008)).sum();
        let found = measure(&noise(12.0, volley), RATE_HZ).unwrap().unwrap();
        assert_eq!(found.impulses, 8, "{found:?}");
        assert!(found.interval_variation.unwrap() < 0.05 && found.kurtosis > 6.0, "{found:?}");
    }

    #[test]
    fn a_swelling_roar_rises_slowly_and_is_gaussian() {
        let swell = |t: f64| 60.0 * libm::exp(-((t - 60.0) / 20.0) * ((t - 60.0) / 20.0));
        let plain = noise(150.0, |_| 0.0);
        let roar: Vec<f64> = plain.iter().enumerate().map(|(n, x)| x * (1.0 + swell(n as f64 / RATE_HZ))).collect();
        let found = measure(&roar, RATE_HZ).unwrap().unwrap();
        assert!(found.duration_s > 15.0 && found.rise_cycles > 100.0, "{found:?}");
        assert!(found.kurtosis < 6.0 && found.asymmetry < 0.15, "{found:?}");
    }

    #[test]
    fn a_blast_is_unlike_in_its_phases_and_the_unit_does_not_count() {
        let blast =
            |t: f64| if t < 4.0 { 0.0 } else { 200.0 * (1.0 - (t - 4.0) / 0.02) * libm::exp(-(t - 4.0) / 0.02) };
        let window = noise(10.0, blast);
        let found = measure(&window, RATE_HZ).unwrap().unwrap();
        assert!(found.asymmetry > 0.5 && found.rise_cycles < 2.0 && found.cycles < 5.0, "{found:?}");
        let scaled: Vec<f64> = window.iter().map(|x| -x * 1024.0).collect();
        let again = measure(&scaled, RATE_HZ).unwrap().unwrap();
        assert_eq!((again.asymmetry, again.cycles, again.impulses), (found.asymmetry, found.cycles, found.impulses));
    }
}
