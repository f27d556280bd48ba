//! From a trigger to an arrival.
use super::front::Front;
use super::history::History;
use super::settings::{Refinement, Settings};
use super::timeline::Timeline;
use super::{Arrival, OnsetMethod};
use crate::dsp::aic::aic_onset_from;
use crate::dsp::baer::baer;
use crate::dsp::butterworth::Band;
use crate::dsp::onset_kind::{OnsetKind, onset_kind};
use crate::dsp::state::array_of;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Float};

/// What of the band's group delay stays uncertain after the correction, one sigma: see [`delay_correction`].
const DELAY_SIGMA_SHARE: f64 = 0.15;

/// How much of a period an arrival may take to begin, one sigma, at a signal as faint as the noise.
const RISE_SIGMA_SHARE: f64 = 0.125;

/// Within so many periods of the band's middle a wave of the ground or air may grow to its peak. What stands out of noise of
/// `1/snr` of the peak has then begun by that share of them before.
const GROWTH_PERIODS: f64 = 2.0;

/// A trigger that has begun, on its way to an arrival.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub on: u64,
    /// The first sample of the window in which its onset is sought.
    pub from: u64,
    /// The first sample that may be the onset; of a rise those before its short window are not.
    pub earliest: u64,
    pub off: Option<u64>,
    pub value_max: f64,
    pub amplitude: f64,
    pub clock_questionable: bool,
    pub cut_short: bool,
    refined: Option<Refined>,
}

/// What the samples around the onset say.
#[derive(Debug, Clone, Copy)]
struct Refined {
    /// In samples of the stretch.
    index: f64,
    sigma_samples: f64,
    snr: f64,
    method: OnsetMethod,
    kind: OnsetKind,
}

impl Pending {
    pub(super) fn new(on: u64, from: u64, earliest: u64, clock_questionable: bool) -> Self {
        Self {
            on,
            from,
            earliest,
            off: None,
            value_max: 0.0,
            amplitude: 0.0,
            clock_questionable,
            cut_short: false,
            refined: None,
        }
    }

    pub(super) fn is_refined(&self) -> bool {
        self.refined.is_some()
    }

    /// Seeks the onset in the history up to a sample of the stretch.
    pub(super) fn refine(&mut self, to: u64, history: &History, settings: &Settings, front: &Front, rate_hz: f64) {
        let (start, band, broad) = history.between(self.from, to);
        let trigger = usize::try_from(self.on.saturating_sub(start)).unwrap_or(0).min(band.len());
        let independent = INDEPENDENT_PER_WIDTH * settings.band.width_hz(rate_hz) / rate_hz;
        let by_baer = match &settings.refinement {
            Refinement::Aic => None,
            // The thresholds were checked when the detector was built; a window without a pick is not an error.
            Refinement::Baer(settings) => {
                baer(band, rate_hz, settings).ok().flatten().filter(|pick| pick.onset.index <= trigger)
            }
        };
        let earliest = usize::try_from(self.earliest.saturating_sub(start)).unwrap_or(0);
        let by_aic = aic_onset_from(band, earliest, trigger, independent);
        let (index, sigma_samples, method) = match (by_baer, by_aic) {
            (Some(pick), aic) => {
                // Where two ways of looking differ, neither is as sure as it says.
                let apart = aic.map_or(0.0, |onset| onset.index.abs_diff(pick.onset.index) as f64);
                (pick.onset.index as f64, libm::hypot(pick.onset.sigma_samples, apart), OnsetMethod::Baer)
            }
            (None, Some(onset)) => (onset.index as f64, onset.sigma_samples, OnsetMethod::Aic),
            (None, None) => {
                // Too little before the trigger: it lags the onset by up to the short window.
                let short_samples = settings.characteristic.short_s() * rate_hz;
                (trigger as f64, (short_samples * short_samples / 12.0 + 1.0).sqrt(), OnsetMethod::Trigger)
            }
        };
        let split = (index as usize).min(band.len());
        let noise = &band[..split];
        let rms = (noise.iter().map(|x| x * x).sum::<f64>() / noise.len().max(1) as f64).sqrt();
        let peak = band[split..].iter().map(|x| x.abs()).fold(0.0, f64::max);
        // Where nothing came before, or silence, the ratio is not known: the peak in units of itself.
        let snr = if rms > 0.0 { (peak / rms).min(SNR_MAX) } else { 1.0 };
        let kind = if settings.tell_kind { onset_kind(broad, split, rate_hz).0 } else { OnsetKind::Unknown };
        let (lag, lag_sigma) = delay_correction(settings.band, settings.corners, front.delay_samples, snr, rate_hz);
        // Where onsets below the trigger's threshold are sought, many are faint.
        let growth = match settings.rise_p_false {
            Some(_) => GROWTH_PERIODS * rate_hz / settings.band.middle_hz() / snr.max(1.0),
            None => 0.0,
        };
        self.amplitude = self.amplitude.max(peak);
        self.refined = Some(Refined {
            index: start as f64 + index - lag,
            sigma_samples: libm::hypot(libm::hypot(sigma_samples, lag_sigma), growth),
            snr,
            method,
            kind,
        });
    }

    /// The arrival, once both its onset and its end are known.
    pub(super) fn arrival(&self, timeline: &Timeline) -> Option<Arrival> {
        let (refined, off) = (self.refined?, self.off?);
        Some(Arrival {
            time: timeline.time_of(refined.index),
            sigma_s: refined.sigma_samples / timeline.rate_hz,
            triggered: timeline.time_of(self.on as f64),
            released: timeline.time_of(off as f64),
            duration_s: (off - self.on) as f64 / timeline.rate_hz,
            amplitude: self.amplitude,
            snr: refined.snr,
            value_max: self.value_max.min(SNR_MAX),
            kind: refined.kind,
            method: refined.method,
            clock_questionable: self.clock_questionable,
            cut_short: self.cut_short,
        })
    }
}

const METHODS: [OnsetMethod; 3] = [OnsetMethod::Aic, OnsetMethod::Baer, OnsetMethod::Trigger];
const KINDS: [OnsetKind; 3] = [OnsetKind::ShockWave, OnsetKind::MuzzleBlast, OnsetKind::Unknown];

impl Canonical for Refined {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(2);
        (Float(self.index), Float(self.sigma_samples), Float(self.snr)).encode(encoder);
        let place = |found: Option<usize>| found.unwrap_or_default() as u64;
        let method = place(METHODS.iter().position(|method| *method == self.method));
        (method, place(KINDS.iter().position(|kind| *kind == self.kind))).encode(encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        array_of(decoder, 2)?;
        let (Float(index), Float(sigma_samples), Float(snr)) = Canonical::decode(decoder)?;
        let at = decoder.offset();
        let (method, kind): (u8, u8) = Canonical::decode(decoder)?;
        match (METHODS.get(usize::from(method)), KINDS.get(usize::from(kind))) {
            (Some(method), Some(kind)) => Ok(Self { index, sigma_samples, snr, method: *method, kind: *kind }),
            _ => Err(DecodeError::new(at, "a method and a kind")),
        }
    }
}

impl Canonical for Pending {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(3);
        (self.on, self.from, self.earliest, self.off).encode(encoder);
        (Float(self.value_max), Float(self.amplitude), self.clock_questionable, self.cut_short).encode(encoder);
        self.refined.encode(encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        array_of(decoder, 3)?;
        let at = decoder.offset();
        let (on, from, earliest, off): (u64, u64, u64, Option<u64>) = Canonical::decode(decoder)?;
        if from > on || earliest > on || off.is_some_and(|off| off < on) {
            return Err(DecodeError::new(at, "a trigger within its window"));
        }
        let (Float(value_max), Float(amplitude), clock_questionable, cut_short) = Canonical::decode(decoder)?;
        let refined = Canonical::decode(decoder)?;
        Ok(Self { on, from, earliest, off, value_max, amplitude, clock_questionable, cut_short, refined })
    }
}

/// Independent samples of noise per unit of bandwidth and time, for [`aic_onset`]. Two would be those of ideal band-limited
/// noise; four makes sigmas fit (`tests/dsp_sigma.rs`), as the AIC's two stretches share the noise between them.
pub(crate) const INDEPENDENT_PER_WIDTH: f64 = 4.0;

/// The largest ratio of signal to noise that is stated: 24 bits.
pub(crate) const SNR_MAX: f64 = 16_777_216.0;

/// By how many samples an onset in the band is late, and how uncertain that is.
///
/// A causal band- or low-pass of `N` corners answers a sudden arrival at once, but with the `N`-th power of time; so the
/// answer rises above noise of relative size `1/snr` at about `snr^(-1/N)` of the time in which it becomes full, the
/// group delay. A high-pass lets the first motion through. Uncertain stay a share of the group delay, and how suddenly
/// the arrival itself began: a share of the period in the middle of the band, falling with one power more.
pub(crate) fn delay_correction(band: Band, corners: u32, delay_samples: f64, snr: f64, rate_hz: f64) -> (f64, f64) {
    let delay = delay_samples.max(0.0);
    let (share, power) = match band {
        Band::HighPass { .. } => (0.0, 0.0),
        Band::LowPass { .. } | Band::BandPass { .. } => {
            let power = f64::from(corners);
            (libm::pow(snr.max(1.0), -1.0 / power), power)
        }
    };
    let period = rate_hz / band.middle_hz();
    let rise = RISE_SIGMA_SHARE * period * libm::pow(snr.max(1.0), -1.0 / (power + 1.0));
    (share * delay, libm::hypot(DELAY_SIGMA_SHARE * delay, rise))
}
