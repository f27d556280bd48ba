//! A detection: an arrival that we found in a channel's records.
use crate::hash::Hash;
use crate::time::Time;
use crate::{canonical_map, canonical_names};

/// What kind of sensor a channel is of: by it the detector's settings are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SensorClass {
    /// Ground motion.
    Seismic,
    /// Air pressure below what is heard.
    Infrasound,
    /// Sound.
    Acoustic,
}

canonical_names!(SensorClass { "seismic" => Seismic, "infrasound" => Infrasound, "acoustic" => Acoustic });

/// What kind of pulse arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PulseKind {
    /// The shock wave of something faster than sound.
    Shock,
    /// A muzzle, or something that burst.
    Blast,
    /// Neither, or not told.
    Unknown,
}

canonical_names!(PulseKind { "shock" => Shock, "blast" => Blast, "unknown" => Unknown });

/// By what an onset was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnsetBy {
    /// Akaike's information criterion.
    Aic,
    /// The picker of Baer and Kradolfer.
    Baer,
    /// The trigger alone.
    Trigger,
}

canonical_names!(OnsetBy { "aic" => Aic, "baer" => Baer, "trigger" => Trigger });

/// The most payloads that a detection cites: a trigger of a minute in records of a second.
pub const MAX_WAVEFORM_PAYLOADS: usize = 64;

/// An arrival in a channel. What it came from is cited; by which settings, its epoch says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detection {
    /// The channel.
    pub channel: String,
    /// The class by whose settings it was looked for.
    pub class: SensorClass,
    /// Who could make the source lie, as the newest record of the waveform says.
    pub owner: String,
    /// The onset.
    pub onset: Time,
    /// Standard deviation of the onset, 1e-6 s; the sensor's clock is not in it.
    pub onset_sigma_us: u64,
    /// When the detector switched on.
    pub switched_on: Time,
    /// From then until it switched off, 1e-6 s.
    pub duration_us: u64,
    /// The largest absolute value in the band, 1e-9 of the samples' unit; at most 2^63 - 1.
    pub amplitude_nano: u64,
    /// Largest absolute value after the onset over the rms before it, 1e-3.
    pub snr_milli: u64,
    /// The characteristic's largest value, 1e-3.
    pub value_max_milli: u64,
    /// What kind of pulse.
    pub kind: PulseKind,
    /// By what the onset was found.
    pub onset_by: OnsetBy,
    /// The record called its clock questionable during the arrival.
    pub clock_questionable: bool,
    /// The samples ended before the arrival was whole.
    pub cut_short: bool,
    /// The payloads of its waveform by SHA-256, from just before the onset to its end, in the order they came; of more
    /// than [`MAX_WAVEFORM_PAYLOADS`] the newest.
    pub waveform: Vec<Hash>,
}

canonical_map!(Detection {
    "kind" => kind,
    "class" => class,
    "onset" => onset,
    "owner" => owner,
    "channel" => channel,
    "onset_by" => onset_by,
    "waveform" => waveform,
    "cut_short" => cut_short,
    "snr_milli" => snr_milli,
    "duration_us" => duration_us,
    "switched_on" => switched_on,
    "amplitude_nano" => amplitude_nano,
    "onset_sigma_us" => onset_sigma_us,
    "value_max_milli" => value_max_milli,
    "clock_questionable" => clock_questionable,
});
