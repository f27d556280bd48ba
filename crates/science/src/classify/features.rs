//! What a kind is judged by. Every field may be missing.
use crate::dsp::features::WaveformFeatures;

/// How deep an event was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ground {
    /// So deep.
    Below {
        /// Depth below the surface, m.
        depth_m: f64,
        /// Its standard deviation, m.
        sigma_m: f64,
    },
    /// On the ground with this probability, 0 to 1, or anywhere below it, where both were as probable beforehand
    /// ([`depth_of_ground_waves`](crate::locate::depth_of_ground_waves)).
    On {
        /// That probability.
        p_ground: f64,
    },
}

/// Features of an event: of its waveform, and of which waves were seen.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Features {
    /// Significant duration, s.
    pub duration_s: Option<f64>,
    /// Duration in cycles of the dominant frequency.
    pub cycles: Option<f64>,
    /// Rise in cycles of the dominant frequency.
    pub rise_cycles: Option<f64>,
    /// Fourth moment over the squared variance.
    pub kurtosis: Option<f64>,
    /// `|log10|` of the largest positive over the largest negative value.
    pub asymmetry: Option<f64>,
    /// Impulses.
    pub impulses: Option<usize>,
    /// Variation of the intervals between impulses.
    pub interval_variation: Option<f64>,
    /// Dominant frequency, Hz.
    pub dominant_hz: Option<f64>,
    /// Bandwidth, octaves.
    pub bandwidth_octaves: Option<f64>,
    /// Whether seismic waves were seen; none where no sensor could have seen them.
    pub in_ground: Option<bool>,
    /// Whether sound was; none where no sensor could have heard it.
    pub in_air: Option<bool>,
    /// A shock wave was seen. That none was seen says nothing: few sensors stand where it passes.
    pub shock_wave: bool,
    /// Depth, where the data resolve one.
    pub depth: Option<Ground>,
    /// Amplitude of S over that of P, median over the sensors that have both.
    pub s_over_p: Option<f64>,
}

impl Features {
    /// The features of a waveform; which waves were seen is left open.
    #[must_use]
    pub fn of_waveform(waveform: &WaveformFeatures) -> Self {
        Self {
            duration_s: Some(waveform.duration_s),
            cycles: Some(waveform.cycles),
            rise_cycles: Some(waveform.rise_cycles),
            kurtosis: Some(waveform.kurtosis),
            asymmetry: Some(waveform.asymmetry),
            impulses: Some(waveform.impulses),
            interval_variation: waveform.interval_variation,
            dominant_hz: Some(waveform.dominant_hz),
            bandwidth_octaves: Some(waveform.bandwidth_octaves),
            ..Self::default()
        }
    }
}
