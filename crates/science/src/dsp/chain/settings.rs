//! What a channel's detector is told.
use crate::dsp::baer::BaerSettings;
use crate::dsp::butterworth::Band;
use crate::dsp::error::{DspError, within};
use crate::dsp::state::array_of;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Float};

/// The value that is compared with the thresholds. Times in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Characteristic {
    /// [`RecursiveStaLta`](crate::dsp::stalta::RecursiveStaLta); the fast path.
    RecursiveStaLta {
        /// Short average, s.
        sta_s: f64,
        /// Long average, s.
        lta_s: f64,
    },
    /// [`ClassicStaLta`](crate::dsp::stalta::ClassicStaLta).
    ClassicStaLta {
        /// Short average, s.
        sta_s: f64,
        /// Long average, s.
        lta_s: f64,
    },
    /// [`ZDetector`](crate::dsp::zdetect::ZDetector).
    ZDetector {
        /// Short window, s.
        sta_s: f64,
        /// Time constant of mean and scatter, s.
        lta_s: f64,
    },
    /// [`Kurtosis`](crate::dsp::kurtosis::Kurtosis).
    Kurtosis {
        /// Window, s.
        window_s: f64,
    },
}

impl Characteristic {
    /// The longer of its times, s: what it must have seen before its value means anything.
    pub(super) fn long_s(&self) -> f64 {
        match *self {
            Self::RecursiveStaLta { lta_s, .. } | Self::ClassicStaLta { lta_s, .. } => lta_s,
            Self::ZDetector { sta_s, lta_s } => lta_s + sta_s,
            // From a variance of 1 it takes some windows to forget the start.
            Self::Kurtosis { window_s } => 5.0 * window_s,
        }
    }

    pub(super) fn short_s(&self) -> f64 {
        match *self {
            Self::RecursiveStaLta { sta_s, .. } | Self::ClassicStaLta { sta_s, .. } | Self::ZDetector { sta_s, .. } => {
                sta_s
            }
            Self::Kurtosis { window_s } => window_s,
        }
    }
}

/// How the onset is refined within its window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Refinement {
    /// By [`aic_onset`](crate::dsp::aic::aic_onset).
    Aic,
    /// By [`baer`](crate::dsp::baer::baer); where it picks nothing up to the trigger, by AIC.
    Baer(BaerSettings),
}

/// The longest time that a setting may name, s: an hour, which at 100 Hz is within [`WINDOW_SAMPLES_MAX`].
pub const SETTING_S_MAX: f64 = 3_600.0;

/// The longest window in samples: 17 minutes at 1 kHz, 87 s at 12 kHz. A window of samples takes 8 MiB at most, so a
/// detector stays within some tens of MiB whatever rate a record claims.
pub const WINDOW_SAMPLES_MAX: u32 = 1 << 20;

/// The smallest probability of a false rise: thresholds of smaller ones are not computed to a digit.
const RISE_P_MIN: f64 = 1e-12;

/// What a channel's detector is told. Times in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Window of the running mean that is taken away first, s.
    pub mean_window_s: f64,
    /// Pass band.
    pub band: Band,
    /// Corners per edge.
    pub corners: u32,
    /// What is compared with the thresholds.
    pub characteristic: Characteristic,
    /// Threshold that switches on.
    pub on: f64,
    /// Threshold below which it switches off.
    pub off: f64,
    /// The longest trigger, s; the rest of it makes no second arrival unless the value falls below `on` in between.
    pub trigger_s_max: f64,
    /// The onset is sought from this long before the trigger switched on, s.
    pub before_s: f64,
    /// ... to this long after, s.
    pub after_s: f64,
    /// How it is refined.
    pub refinement: Refinement,
    /// How often noise is taken for a rise of energy within a coda or below the trigger's threshold
    /// ([`VarianceRatio`](crate::dsp::variance_ratio::VarianceRatio)), for each test and its windows; none: only the trigger counts.
    pub rise_p_false: Option<f64>,
    /// Whether to tell shock waves from muzzle blasts. Worth its cost for microphones only.
    pub tell_kind: bool,
    /// A clock whose stated quality is below this is questionable, percent. Zero: only flags count.
    pub clock_quality_percent_min: u8,
}

impl Settings {
    /// A start for local shots and explosions on seismometers: 2 to 20 Hz, recursive STA/LTA of 0.5 and 10 s, on at
    /// 3.5 and off at 1.0. To be set per site.
    #[must_use]
    pub fn local_seismic() -> Self {
        Self {
            mean_window_s: 10.0,
            band: Band::BandPass { low_hz: 2.0, high_hz: 20.0 },
            corners: 4,
            characteristic: Characteristic::RecursiveStaLta { sta_s: 0.5, lta_s: 10.0 },
            on: 3.5,
            off: 1.0,
            trigger_s_max: 60.0,
            before_s: 2.0,
            after_s: 0.5,
            refinement: Refinement::Aic,
            rise_p_false: None,
            tell_kind: false,
            clock_quality_percent_min: 0,
        }
    }

    /// Checks what does not depend on the sample rate.
    pub(super) fn check(&self) -> Result<(), DspError> {
        let positive = (f64::MIN_POSITIVE, SETTING_S_MAX);
        let expected = "above zero and at most SETTING_S_MAX = 3600 s";
        within("mean_window_s", self.mean_window_s, positive, expected)?;
        within("trigger_s_max", self.trigger_s_max, positive, expected)?;
        within("before_s", self.before_s, positive, expected)?;
        within("after_s", self.after_s, positive, expected)?;
        let (short_s, long_s) = (self.characteristic.short_s(), self.characteristic.long_s());
        within("short window", short_s, positive, expected)?;
        if let Some(p) = self.rise_p_false {
            within("rise_p_false", p, (RISE_P_MIN, 0.5), "from 1e-12 to 0.5")?;
        }
        within("long window", long_s, (short_s, SETTING_S_MAX), "not below the short one and at most 3600 s")?;
        Ok(())
    }
}

/// For the memory of a detector; the choices by their numbers.
impl Canonical for Settings {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(8);
        Float(self.mean_window_s).encode(encoder);
        let (band, low, high) = match self.band {
            Band::LowPass { corner_hz } => (0_u8, corner_hz, 0.0),
            Band::HighPass { corner_hz } => (1, corner_hz, 0.0),
            Band::BandPass { low_hz, high_hz } => (2, low_hz, high_hz),
        };
        (band, Float(low), Float(high), self.corners).encode(encoder);
        let (characteristic, short, long) = match self.characteristic {
            Characteristic::RecursiveStaLta { sta_s, lta_s } => (0_u8, sta_s, lta_s),
            Characteristic::ClassicStaLta { sta_s, lta_s } => (1, sta_s, lta_s),
            Characteristic::ZDetector { sta_s, lta_s } => (2, sta_s, lta_s),
            Characteristic::Kurtosis { window_s } => (3, window_s, 0.0),
        };
        (characteristic, Float(short), Float(long)).encode(encoder);
        (Float(self.on), Float(self.off)).encode(encoder);
        (Float(self.trigger_s_max), Float(self.before_s), Float(self.after_s)).encode(encoder);
        match &self.refinement {
            Refinement::Aic => encoder.null(),
            Refinement::Baer(baer) => {
                encoder.array(2);
                (Float(baer.pick_threshold), Float(baer.update_threshold)).encode(encoder);
                (baer.down_samples_max, baer.up_samples_min, baer.preset_samples).encode(encoder);
            }
        }
        (self.tell_kind, self.clock_quality_percent_min).encode(encoder);
        self.rise_p_false.map(Float).encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        array_of(decoder, 8)?;
        let Float(mean_window_s) = Canonical::decode(decoder)?;
        let at = decoder.offset();
        let (band, Float(low_hz), Float(high_hz), corners): (u8, _, _, _) = Canonical::decode(decoder)?;
        let band = match band {
            0 => Band::LowPass { corner_hz: low_hz },
            1 => Band::HighPass { corner_hz: low_hz },
            2 => Band::BandPass { low_hz, high_hz },
            _ => return Err(DecodeError::new(at, "a kind of band")),
        };
        let at = decoder.offset();
        let (characteristic, Float(sta_s), Float(lta_s)): (u8, _, _) = Canonical::decode(decoder)?;
        let characteristic = match characteristic {
            0 => Characteristic::RecursiveStaLta { sta_s, lta_s },
            1 => Characteristic::ClassicStaLta { sta_s, lta_s },
            2 => Characteristic::ZDetector { sta_s, lta_s },
            3 => Characteristic::Kurtosis { window_s: sta_s },
            _ => return Err(DecodeError::new(at, "a kind of characteristic")),
        };
        let (Float(on), Float(off)) = Canonical::decode(decoder)?;
        let (Float(trigger_s_max), Float(before_s), Float(after_s)) = Canonical::decode(decoder)?;
        type Baer = ((Float, Float), (u32, u32, u32));
        let refinement = match Option::<Baer>::decode(decoder)? {
            None => Refinement::Aic,
            Some(((pick, update), (down_samples_max, up_samples_min, preset_samples))) => {
                Refinement::Baer(BaerSettings {
                    pick_threshold: pick.0,
                    update_threshold: update.0,
                    down_samples_max,
                    up_samples_min,
                    preset_samples,
                })
            }
        };
        let (tell_kind, clock_quality_percent_min) = Canonical::decode(decoder)?;
        let rise_p_false = Option::<Float>::decode(decoder)?.map(|float| float.0);
        Ok(Self {
            mean_window_s,
            band,
            corners,
            characteristic,
            on,
            off,
            trigger_s_max,
            before_s,
            after_s,
            refinement,
            rise_p_false,
            tell_kind,
            clock_quality_percent_min,
        })
    }
}

/// Seconds as samples: rounded, at least one.
///
/// # Errors
/// If they are more than a detector holds.
pub(super) fn samples_of(name: &'static str, seconds: f64, rate_hz: f64) -> Result<u32, DspError> {
    let samples = (seconds * rate_hz).round();
    within(name, samples, (0.0, f64::from(WINDOW_SAMPLES_MAX)), "at most WINDOW_SAMPLES_MAX = 1048576 samples")?;
    Ok((samples as u32).max(1))
}
