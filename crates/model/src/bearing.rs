//! A bearing: a wave that we found to pass an array, with the direction it came from or the reason why there is none.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use crate::detection::SensorClass;
use crate::hash::Hash;
use crate::place::Place;
use crate::time::{Interval, Time};
use crate::{canonical_map, canonical_names};

/// The most payloads that a bearing cites: a minute of 16 elements in records of some seconds.
pub const MAX_BEARING_PAYLOADS: usize = 512;

/// Why a wave has no bearing; as the resolver says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unresolved {
    /// No wave runs through all elements.
    Incoherent,
    /// The delays contradict each other or fit no wave.
    Inconsistent,
    /// The source stands among the elements or beside them.
    TooNear,
    /// The wave is slower than any in the medium.
    TooSlow,
    /// The wave comes from above: it has no azimuth worth the name.
    Overhead,
    /// The array is too small for its timing: any azimuth is possible.
    Undirected,
}

canonical_names!(Unresolved {
    "incoherent" => Incoherent,
    "inconsistent" => Inconsistent,
    "too-near" => TooNear,
    "too-slow" => TooSlow,
    "overhead" => Overhead,
    "undirected" => Undirected,
});

impl std::fmt::Display for Unresolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Incoherent => "no coherent wave",
            Self::Inconsistent => "the delays contradict each other",
            Self::TooNear => "the source is among the elements or beside them",
            Self::TooSlow => "slower than any wave in the medium",
            Self::Overhead => "the source is overhead",
            Self::Undirected => "the array is too small for its timing",
        })
    }
}

/// The angle of a wave above the horizon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elevation {
    /// The angle, 1e-3 degree.
    pub angle_mdeg: i32,
    /// Its standard deviation, 1e-3 degree.
    pub sigma_mdeg: u32,
}

canonical_map!(Elevation { "angle_mdeg" => angle_mdeg, "sigma_mdeg" => sigma_mdeg });

/// A direction, with its uncertainties kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Towards {
    /// Back-azimuth, from the array towards the source, clockwise from north, from 0 to 359,999, 1e-3 degree.
    pub azimuth_mdeg: u32,
    /// What noise, timing and the elements' places leave uncertain of it, one sigma, 1e-3 degree.
    pub azimuth_sigma_mdeg: u32,
    /// By how much the azimuths of the arrival's windows differ beyond that, rms, 1e-3 degree.
    pub azimuth_spread_mdeg: u32,
    /// What the way between source and array adds, as the configuration states it, one sigma, 1e-3 degree.
    pub propagation_sigma_mdeg: u32,
    /// Horizontal (trace) slowness, 1e-6 s/km.
    pub slowness_us_km: u32,
    /// Its standard deviation as for the azimuth, 1e-6 s/km.
    pub slowness_sigma_us_km: u32,
    /// By how much the slownesses of the arrival's windows differ beyond that, rms, 1e-6 s/km.
    pub slowness_spread_us_km: u32,
    /// Angle above the horizon, of arrays with elements at different heights.
    pub elevation: Option<Elevation>,
    /// Whether the wave front is curved: the source is near.
    pub near: bool,
}

canonical_map!(Towards {
    "near" => near,
    "elevation" => elevation,
    "azimuth_mdeg" => azimuth_mdeg,
    "slowness_us_km" => slowness_us_km,
    "azimuth_sigma_mdeg" => azimuth_sigma_mdeg,
    "azimuth_spread_mdeg" => azimuth_spread_mdeg,
    "slowness_sigma_us_km" => slowness_sigma_us_km,
    "slowness_spread_us_km" => slowness_spread_us_km,
    "propagation_sigma_mdeg" => propagation_sigma_mdeg,
});

impl Towards {
    /// Everything that makes the azimuth of the source uncertain, one sigma, degrees.
    #[must_use]
    pub fn azimuth_sigma_deg(&self) -> f64 {
        let own = libm::hypot(f64::from(self.azimuth_sigma_mdeg), f64::from(self.azimuth_spread_mdeg));
        libm::hypot(own, f64::from(self.propagation_sigma_mdeg)) / 1e3
    }
}

/// From where a wave came, or why that is not known. There is no place in it: an array alone has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From there.
    Towards(Towards),
    /// There is no bearing.
    NotResolvable(Unresolved),
}

/// As an array of two: the direction or null, the reason or null.
impl Canonical for Direction {
    fn encode(&self, encoder: &mut Encoder) {
        let (towards, reason) = match self {
            Self::Towards(towards) => (Some(*towards), None),
            Self::NotResolvable(reason) => (None, Some(*reason)),
        };
        (towards, reason).encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        match Canonical::decode(decoder)? {
            (Some(towards), None) => Ok(Self::Towards(towards)),
            (None, Some(reason)) => Ok(Self::NotResolvable(reason)),
            _ => Err(DecodeError::new(at, "either a direction or the reason why there is none")),
        }
    }
}

/// A wave that passed an array. What it came from is cited; by which settings, its epoch says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearing {
    /// The array.
    pub array: String,
    /// The class by whose settings it was looked for.
    pub class: SensorClass,
    /// The mean of its elements' places: the onset and the direction hold there.
    pub place: Place,
    /// Who could make it lie: the owners of the elements used, as the inventory and their newest records say, ascending.
    pub owners: Vec<String>,
    /// The onset. If it could not be picked, the middle of the first window.
    pub onset: Time,
    /// Standard deviation of the onset, 1e-6 s; the sensors' clocks are not in it.
    pub onset_sigma_us: u64,
    /// Whether the onset was picked in the beam.
    pub onset_picked: bool,
    /// From the start of its first window to the end of the last one.
    pub span: Interval,
    /// The middle of the window with the largest F.
    pub peak: Time,
    /// From where.
    pub direction: Direction,
    /// The largest F statistic, 1e-3.
    pub f_statistic_milli: u64,
    /// How much more coherent than independent the noise of the past was: F over it is as if it were, 1e-3. The probability
    /// of a false alarm is that of the configuration, for each window.
    pub stretch_milli: u64,
    /// How many windows make it.
    pub windows: u32,
    /// The channels of the elements used, ascending.
    pub elements: Vec<String>,
    /// Channels that gave nothing to the strongest window.
    pub without: Vec<String>,
    /// The channel that contradicts the others, and was left out.
    pub wrong_element: Option<String>,
    /// Channels whose clock was called questionable.
    pub clock_questionable: Vec<String>,
    /// The beam's largest absolute value in the band, 1e-9 of the samples' unit; at most 2^63 - 1.
    pub amplitude_nano: u64,
    /// The same over the rms before the onset, 1e-3.
    pub snr_milli: u64,
    /// It goes on the one before, which became too long.
    pub continued: bool,
    /// The samples ended before it did.
    pub cut_short: bool,
    /// The payloads of its waveform by SHA-256, from the noise before the onset to the last window: by the elements' channels,
    /// of each in the order they came; of more than fit [`MAX_BEARING_PAYLOADS`] each element's newest.
    pub waveform: Vec<Hash>,
}

canonical_map!(Bearing {
    "peak" => peak,
    "span" => span,
    "array" => array,
    "class" => class,
    "onset" => onset,
    "place" => place,
    "owners" => owners,
    "windows" => windows,
    "without" => without,
    "elements" => elements,
    "waveform" => waveform,
    "continued" => continued,
    "cut_short" => cut_short,
    "direction" => direction,
    "snr_milli" => snr_milli,
    "onset_picked" => onset_picked,
    "stretch_milli" => stretch_milli,
    "wrong_element" => wrong_element,
    "amplitude_nano" => amplitude_nano,
    "onset_sigma_us" => onset_sigma_us,
    "f_statistic_milli" => f_statistic_milli,
    "clock_questionable" => clock_questionable,
});
