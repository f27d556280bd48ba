//! Onset by the picker of Baer and Kradolfer.
use super::error::{DspError, within};
use super::onset::{Onset, sigma_of};

/// The picker's thresholds; times in samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BaerSettings {
    /// Above this the characteristic function is up: 10 in the paper.
    pub pick_threshold: f64,
    /// Below this the noise's statistics go on being updated: 20 in the paper.
    pub update_threshold: f64,
    /// For how long it may fall below the threshold without ending the pick.
    pub down_samples_max: u32,
    /// How long it must have been up to count as an arrival.
    pub up_samples_min: u32,
    /// From how many samples the first noise is estimated; no pick is made before twice as many.
    pub preset_samples: u32,
}

/// The first motion of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstMotion {
    /// The samples rise.
    Rising,
    /// The samples fall.
    Falling,
    /// Two equal samples.
    Level,
}

/// A pick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BaerPick {
    /// The sample in the window and its sigma.
    pub onset: Onset,
    /// Which way it begins. ObsPy prints the opposite letter (`D` for rising): the original served an inverting
    /// digitiser.
    pub first_motion: FirstMotion,
}

/// Picks the first arrival in a window of samples; `None` if there is none.
///
/// `rate_hz` is samples per second. Units: samples.
///
/// # Algorithm
/// With `x' = (x_i - x_(i-1)) rate` and `w = sum x^2 / sum x'^2` over all samples before, the squared envelope is
/// `e = x^2 + w x'^2`, `SF = e^2`, and the characteristic function `CF = (SF - mean SF) / std SF` with mean and standard
/// deviation over the samples so far at which `CF` stayed below the update threshold. A pick begins when `CF` passes
/// the pick threshold; it stands if, when `CF` has been down for `down_samples_max` (or the window ends), it was up long
/// enough, strong values counting double.
///
/// Source: M. Baer and U. Kradolfer, *An automatic phase picker for local and teleseismic events*, Bulletin of the
/// Seismological Society of America 77, 1437-1445, 1987.
///
/// Sigma: a threshold is crossed late or early by `noise rms / slope`, the slope being that from the pick to the
/// largest sample within the next `up_samples_min`; joined with half the way from there back to where the signal stood
/// at the level of the noise, and with the uniform error of one sample.
///
/// # Checked against
/// `obspy.signal.trigger.pk_baer` of ObsPy 1.5.1: the same sample and first motion on six signals
/// (`tests/dsp_peers.rs`). ObsPy adds one to the index, computes in single precision, and skips the first sample; only
/// the last is done here, too.
///
/// # Errors
/// If the rate or a threshold has no meaning.
pub fn baer(samples: &[f64], rate_hz: f64, settings: &BaerSettings) -> Result<Option<BaerPick>, DspError> {
    within("rate_hz", rate_hz, (f64::MIN_POSITIVE, f64::MAX), "a finite number above zero")?;
    within("pick_threshold", settings.pick_threshold, (0.0, f64::MAX), "a finite number not below zero")?;
    within("update_threshold", settings.update_threshold, (0.0, f64::MAX), "a finite number not below zero")?;
    // The first sample is left out, as in the peer, so that numbers can be compared.
    let Some((_, data)) = samples.split_first() else { return Ok(None) };
    let preset = settings.preset_samples.max(2) as usize;
    if data.len() <= 2 * preset {
        return Ok(None);
    }
    let mut noise = Noise::new(&data[..preset], rate_hz);
    let mut up: Option<Up> = None;
    for (i, x) in data.iter().enumerate() {
        let slope = (x - noise.before) * rate_hz;
        let (squared, cf) = noise.characteristic(*x, slope);
        let after_preset = i + 1 > 2 * preset;
        if cf > settings.pick_threshold && after_preset {
            match &mut up {
                None => up = Some(Up { at: i, slope, bonus: 1, down: 0 }),
                Some(up) => {
                    if cf > 4.0 * settings.pick_threshold && up.down == 0 {
                        up.bonus += 2;
                    }
                    up.down = 0;
                }
            }
        } else if let Some(now) = &mut up {
            now.down += 1;
            if now.down > settings.down_samples_max {
                if now.held(i) >= i64::from(settings.up_samples_min) {
                    return Ok(Some(now.pick(data, settings)));
                }
                up = None;
            }
        }
        if cf < settings.update_threshold || !after_preset {
            noise.update(squared);
        }
    }
    Ok(up.filter(|up| up.held(data.len()) >= i64::from(settings.up_samples_min)).map(|up| up.pick(data, settings)))
}

/// What is known of the samples before.
struct Noise {
    before: f64,
    squares: f64,
    slopes: f64,
    weight: f64,
    mean: f64,
    deviation: f64,
    count: f64,
    sum: f64,
    sum2: f64,
}

impl Noise {
    fn new(preset: &[f64], rate_hz: f64) -> Self {
        let (mut squares, mut slopes) = (0.0, 0.0);
        for pair in preset.windows(2) {
            let slope = (pair[1] - pair[0]) * rate_hz;
            squares += pair[1] * pair[1];
            slopes += slope * slope;
        }
        let n = preset.len() as f64;
        let sum: f64 = preset.iter().sum();
        // The first deviation only scales values that cannot trigger; the form is the peer's.
        let spread = n * squares - sum * sum;
        let deviation = if spread > 0.0 { spread.sqrt() / (n * n) } else { 1.0 };
        let mut noise = Self {
            before: preset[0],
            squares,
            slopes,
            weight: 0.0,
            mean: 0.0,
            deviation,
            count: 0.0,
            sum: 0.0,
            sum2: 0.0,
        };
        noise.reweigh();
        noise
    }

    fn reweigh(&mut self) {
        self.weight = if self.slopes > 0.0 { self.squares / self.slopes } else { 0.0 };
    }

    /// `SF` and `CF` of a sample.
    fn characteristic(&mut self, x: f64, slope: f64) -> (f64, f64) {
        self.before = x;
        self.squares += x * x;
        self.slopes += slope * slope;
        let envelope = x * x + self.weight * (slope * slope);
        self.reweigh();
        let squared = envelope * envelope;
        (squared, if self.deviation > 0.0 { (squared - self.mean) / self.deviation } else { 0.0 })
    }

    fn update(&mut self, squared: f64) {
        self.count += 1.0;
        self.sum += squared;
        self.sum2 += squared * squared;
        let variance = (self.count * self.sum2 - self.sum * self.sum) / (self.count * self.count);
        self.deviation = if variance >= 0.0 { variance.sqrt() } else { 1.0 };
        self.mean = self.sum / self.count;
    }
}

/// A pick that may stand.
struct Up {
    at: usize,
    slope: f64,
    bonus: i64,
    down: u32,
}

impl Up {
    /// For how many samples it was up, strong ones counting double.
    fn held(&self, now: usize) -> i64 {
        (now - self.at) as i64 - i64::from(self.down) + self.bonus
    }

    fn pick(&self, data: &[f64], settings: &BaerSettings) -> BaerPick {
        let first_motion = if self.slope > 0.0 {
            FirstMotion::Rising
        } else if self.slope < 0.0 {
            FirstMotion::Falling
        } else {
            FirstMotion::Level
        };
        let quiet = &data[..self.at.max(1)];
        let rms = (quiet.iter().map(|x| x * x).sum::<f64>() / quiet.len() as f64).sqrt();
        let ahead = &data[self.at..(self.at + settings.up_samples_min.max(2) as usize).min(data.len())];
        let (steps, peak) = ahead
            .iter()
            .enumerate()
            .map(|(steps, x)| (steps as f64 + 1.0, x.abs()))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or((1.0, 0.0));
        // How long a straight rise takes over one rms, and over what it had already risen when it was picked.
        let per_sample = (peak / steps).max(f64::MIN_POSITIVE);
        let crossing = (rms / per_sample).min(data.len() as f64);
        let lag = 0.5 * (data[self.at].abs() / per_sample).min(data.len() as f64);
        BaerPick { onset: Onset { index: self.at + 1, sigma_samples: sigma_of(&[crossing, lag]) }, first_motion }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: BaerSettings = BaerSettings {
        pick_threshold: 10.0,
        update_threshold: 20.0,
        down_samples_max: 20,
        up_samples_min: 40,
        preset_samples: 50,
    };

    #[test]
    fn short_silent_and_endless_windows_give_no_pick() {
        assert_eq!(baer(&[], 100.0, &SETTINGS), Ok(None));
        assert_eq!(baer(&[1.0; 60], 100.0, &SETTINGS), Ok(None));
        assert_eq!(baer(&[0.0; 500], 100.0, &SETTINGS), Ok(None));
        assert!(baer(&[0.0; 500], f64::NAN, &SETTINGS).is_err());
    }

    #[test]
    fn a_rising_arrival_is_rising() {
        let mut data: Vec<f64> = (0..600).map(|i| f64::from((i * 7919) % 13) - 6.0).collect();
        for (i, x) in data[400..].iter_mut().enumerate() {
            *x += 200.0 * libm::sin(0.2 * (i as f64 + 0.5)) * libm::exp(-0.01 * i as f64);
        }
        let pick = baer(&data, 100.0, &SETTINGS).unwrap().unwrap();
        assert!(pick.onset.index.abs_diff(400) <= 2, "{pick:?}");
        assert_eq!(pick.first_motion, FirstMotion::Rising);
        assert!(pick.onset.sigma_samples > 0.28 && pick.onset.sigma_samples < 5.0, "{pick:?}");
    }
}
