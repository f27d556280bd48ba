//! What kind of pulse it was: the shock wave of a projectile, the blast of a muzzle or a burst, or unknown.

/// A pulse is told only if its first phase has this many samples or more: with fewer, both shapes fit.
pub const PHASE_SAMPLES_MIN: f64 = 3.0;

/// A pulse is told only if its peak stands above the noise by this factor: zero crossings are noise otherwise.
pub const PEAK_SNR_MIN: f64 = 8.0;

/// A pulse is told only if its shape correlates with the template this well.
pub const COHERENCE_MIN: f64 = 0.85;

/// ... and better than with the other template by this.
pub const COHERENCE_LEAD_MIN: f64 = 0.03;

/// The longest N-wave, s. Small-arms bullets make 0.2-0.5 ms at tens of metres, artillery shells a few ms
/// (G. B. Whitham, *The flow pattern of a supersonic projectile*, Communications on Pure and Applied Mathematics 5,
/// 301-348, 1952: duration grows with the calibre and the fourth root of the distance).
pub const N_WAVE_S_MAX: f64 = 0.02;

/// What kind of pulse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnsetKind {
    /// The N-wave of something faster than sound passing by.
    ShockWave,
    /// A Friedlander pulse: a muzzle, or something that burst.
    MuzzleBlast,
    /// Neither, or not to be told at this rate and noise.
    Unknown,
}

/// What was measured of the pulse. Fields are in seconds or without unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PulseFeatures {
    /// From the onset to the zero crossing after the first peak, s.
    pub first_phase_s: f64,
    /// From there to where a tenth of the second phase's largest value is left, s.
    pub second_phase_s: f64,
    /// The largest opposite value in the second phase over the first peak.
    pub second_over_first: f64,
    /// Largest value of the first phase over the noise's rms.
    pub peak_snr: f64,
    /// Correlation with the N-wave, -1 to 1.
    pub n_wave_coherence: f64,
    /// Correlation with the Friedlander pulse, -1 to 1.
    pub friedlander_coherence: f64,
}

/// Tells the kind of the pulse that begins at `onset` in broadband samples; features are `None` where no pulse stands
/// out.
///
/// # Algorithm
/// The mean and rms before the onset are the baseline and the noise. The first peak is the largest value before the
/// sign, once half of the largest of all has been reached, changes. The first phase begins where a tenth of its peak was
/// last crossed and ends at the zero crossing; the second ends where a tenth of its deepest value is left; crossings
/// are interpolated. Over the pulse the samples are correlated with
///
/// - the N-wave `1 - t/T`, `0 < t < 2T`, then zero till `3T`, with `2T` the length of both phases together, and
/// - the Friedlander pulse `(1 - t/T) exp(-t/T)` over `0 < t < 3T`, with `T` the first phase (F. G. Friedlander,
///   Proceedings of the Royal Society A 186, 322-344, 1946).
///
/// A *shock wave* has phases of equal length (ratio 1/2 to 2), a second peak of 0.5 to 1.6 of the first, a length of
/// [`N_WAVE_S_MAX`] at most, and the better coherence with the N-wave; a *muzzle blast* has a second phase longer than
/// the first, a second peak below 0.6 of it, and the better coherence with the Friedlander pulse. All else is
/// *unknown*, as is a first phase of fewer than [`PHASE_SAMPLES_MIN`] samples or a peak below [`PEAK_SNR_MIN`].
///
/// Units: samples of any unit, rate in hertz.
///
/// # Checked against
/// Synthetic N-waves and Friedlander pulses of either sign, with noise (tests of this module). No recording with
/// a surveyed kind of pulse was at hand: a class is a hint for the analyst.
///
/// # Limits
/// Echoes from the ground within the pulse change its shape; then it is mostly unknown.
#[must_use]
pub fn onset_kind(samples: &[f64], onset: usize, rate_hz: f64) -> (OnsetKind, Option<PulseFeatures>) {
    match pulse(samples, onset, rate_hz) {
        None => (OnsetKind::Unknown, None),
        Some(features) => (told(&features, rate_hz), Some(features)),
    }
}

fn told(f: &PulseFeatures, rate_hz: f64) -> OnsetKind {
    if f.first_phase_s * rate_hz < PHASE_SAMPLES_MIN || f.peak_snr < PEAK_SNR_MIN {
        return OnsetKind::Unknown;
    }
    let phases = f.second_phase_s / f.first_phase_s;
    let lead = f.n_wave_coherence - f.friedlander_coherence;
    let n_shaped = (0.5..=2.0).contains(&phases)
        && (0.5..=1.6).contains(&f.second_over_first)
        && f.first_phase_s + f.second_phase_s <= N_WAVE_S_MAX;
    if n_shaped && f.n_wave_coherence >= COHERENCE_MIN && lead >= COHERENCE_LEAD_MIN {
        return OnsetKind::ShockWave;
    }
    if phases > 1.0
        && f.second_over_first < 0.6
        && f.friedlander_coherence >= COHERENCE_MIN
        && -lead >= COHERENCE_LEAD_MIN
    {
        return OnsetKind::MuzzleBlast;
    }
    OnsetKind::Unknown
}

fn pulse(samples: &[f64], onset: usize, rate_hz: f64) -> Option<PulseFeatures> {
    let (noise, signal) = samples.split_at_checked(onset)?;
    if noise.len() < 8 || signal.len() < 8 || rate_hz.is_nan() || rate_hz <= 0.0 {
        return None;
    }
    let mean = noise.iter().sum::<f64>() / noise.len() as f64;
    let rms = (noise.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / noise.len() as f64).sqrt();
    // The onset may be picked a little late: a first phase may begin before it.
    let lead = noise.len().min(signal.len() / 8);
    let x: Vec<f64> = samples[onset - lead..].iter().map(|x| x - mean).collect();
    let largest = x.iter().map(|x| x.abs()).fold(0.0, f64::max);
    if largest.is_nan() || largest <= 0.0 {
        return None;
    }
    let loud = x.iter().position(|x| x.abs() >= 0.5 * largest)?;
    let sign = x[loud].signum();
    let end = loud + x[loud..].iter().position(|x| x * sign <= 0.0)?;
    let (peak_at, peak) =
        (loud..end).map(|i| (i, x[i] * sign)).fold((loud, 0.0), |best, now| if now.1 > best.1 { now } else { best });
    let before = x[..peak_at].iter().rposition(|x| x * sign < 0.1 * peak);
    let start = before.map_or(0.0, |i| crossing(i, x[i] * sign - 0.1 * peak, x[i + 1] * sign - 0.1 * peak));
    // The second phase: to its deepest value before the samples rise again past 0.3 of the peak. Near zero the noise
    // crosses back and forth, so the phase begins after the last positive sample before that value, and ends where a
    // tenth of it is left.
    let length = x[end..].iter().position(|x| x * sign > 0.3 * peak).unwrap_or(x.len() - end);
    let (trough_at, trough) = (end..end + length)
        .map(|i| (i, -x[i] * sign))
        .fold((end, 0.0), |best, now| if now.1 > best.1 { now } else { best });
    let last = (peak_at..trough_at).rev().find(|i| x[*i] * sign > 0.0)?;
    let turn = crossing(last, x[last] * sign, x[last + 1] * sign);
    let level = |i: usize| x[i] * sign + 0.1 * trough;
    let back = (trough_at + 1..x.len()).find(|i| level(*i) >= 0.0)?;
    let close = crossing(back - 1, level(back - 1), level(back));
    let (first, second) = (turn - start, close - turn);
    let half = (close - start) / 2.0;
    let n_wave = |t: f64| if t < 2.0 * half { 1.0 - t / half } else { 0.0 };
    let friedlander = |t: f64| (1.0 - t / first) * libm::exp(-t / first);
    let coherence = |shape: &dyn Fn(f64) -> f64, length: f64| {
        let (from, to) = (start.ceil() as usize, ((start + length).floor() as usize).min(x.len() - 1));
        let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
        for (i, value) in x.iter().enumerate().take(to + 1).skip(from) {
            let (a, b) = (value * sign, shape(i as f64 - start));
            (xy, xx, yy) = (xy + a * b, xx + a * a, yy + b * b);
        }
        if xx > 0.0 && yy > 0.0 { xy / (xx * yy).sqrt() } else { 0.0 }
    };
    Some(PulseFeatures {
        first_phase_s: first / rate_hz,
        second_phase_s: second / rate_hz,
        second_over_first: trough / peak,
        peak_snr: if rms > 0.0 { peak / rms } else { f64::MAX },
        // An N-wave is followed by quiet: half its length beyond its end belongs to its shape.
        n_wave_coherence: coherence(&n_wave, 3.0 * half),
        friedlander_coherence: coherence(&friedlander, 3.0 * first),
    })
}

/// Where a straight line from sample `i` to the next one crosses zero, in samples.
fn crossing(i: usize, here: f64, next: f64) -> f64 {
    let fall = here - next;
    i as f64 + if fall == 0.0 { 0.0 } else { (here / fall).clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48_000.0;
    const ONSET: usize = 400;

    fn recorded(shape: impl Fn(f64) -> f64, noise_rms: f64, seed: u64) -> Vec<f64> {
        let mut state = seed;
        (0..2_000)
            .map(|i| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let uniform = (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0;
                let t = (f64::from(i) - ONSET as f64 - 0.3) / RATE_HZ;
                3.0 + uniform * 3.0_f64.sqrt() * noise_rms + if t < 0.0 { 0.0 } else { shape(t) }
            })
            .collect()
    }

    fn n_wave(length_s: f64) -> impl Fn(f64) -> f64 {
        move |t| if t < length_s { 1.0 - 2.0 * t / length_s } else { 0.0 }
    }

    fn friedlander(phase_s: f64) -> impl Fn(f64) -> f64 {
        move |t| (1.0 - t / phase_s) * libm::exp(-t / phase_s)
    }

    #[test]
    fn shock_waves_and_muzzle_blasts_of_either_sign_are_told_apart() {
        for seed in 1..40 {
            for sign in [1.0, -1.0] {
                for length_s in [0.0003, 0.001, 0.004] {
                    let wave = recorded(|t| sign * n_wave(length_s)(t), 0.01, seed);
                    let (kind, features) = onset_kind(&wave, ONSET + 1, RATE_HZ);
                    assert_eq!(kind, OnsetKind::ShockWave, "{length_s} {features:?}");
                }
                for phase_s in [0.0006, 0.002, 0.005] {
                    let blast = recorded(|t| sign * friedlander(phase_s)(t), 0.01, seed);
                    let (kind, features) = onset_kind(&blast, ONSET + 1, RATE_HZ);
                    assert_eq!(kind, OnsetKind::MuzzleBlast, "{phase_s} {features:?}");
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_told_is_unknown() {
        let tone = recorded(|t| libm::sin(2.0 * std::f64::consts::PI * 700.0 * t), 0.01, 3);
        assert_eq!(onset_kind(&tone, ONSET, RATE_HZ).0, OnsetKind::Unknown);
        let faint = recorded(n_wave(0.001), 0.4, 3);
        assert_eq!(onset_kind(&faint, ONSET, RATE_HZ).0, OnsetKind::Unknown);
        let too_short = recorded(n_wave(0.0001), 0.001, 3);
        assert_eq!(onset_kind(&too_short, ONSET, RATE_HZ).0, OnsetKind::Unknown);
        for (samples, onset) in [(vec![], 0), (vec![1.0; 100], 50), (vec![0.0; 5], 9), (vec![1.0; 20], 0)] {
            assert_eq!(onset_kind(&samples, onset, RATE_HZ), (OnsetKind::Unknown, None));
        }
    }
}
