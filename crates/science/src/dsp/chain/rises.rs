//! Rises of energy beside the trigger: what begins while it is on, and what it is not reached by.
use super::settings::{Settings, samples_of};
use crate::dsp::error::DspError;
use crate::dsp::state::{State, array_of};
use crate::dsp::variance_ratio::{Rise, VarianceRatio};
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder};

/// The detector of rises, if there is one, and the arrival that a rise holds open.
#[derive(Debug, Clone)]
pub(super) struct Rises {
    detector: Option<VarianceRatio>,
    /// The last arrival began with a rise that the trigger has not followed: it ends with the sample before this one.
    pub held_until: Option<u64>,
    /// Those of the block.
    found: Vec<Rise>,
}

impl Rises {
    pub(super) fn new(settings: &Settings, rate_hz: f64) -> Result<Self, DspError> {
        let detector = match settings.rise_p_false {
            Some(p_false) => {
                let short = samples_of("short window", settings.characteristic.short_s(), rate_hz)?;
                Some(VarianceRatio::new(short, settings.band.width_hz(rate_hz) / rate_hz, p_false))
            }
            None => None,
        };
        Ok(Self { detector, held_until: None, found: Vec::new() })
    }

    /// How far back its windows reach, samples.
    pub(super) fn reach_samples(&self) -> u64 {
        self.detector.as_ref().map_or(0, VarianceRatio::reach_samples)
    }

    /// Takes samples in the band in. The rises that they complete are handed over, and taken back by [`Rises::done`].
    pub(super) fn push(&mut self, band: &[f64]) -> Vec<Rise> {
        let mut found = std::mem::take(&mut self.found);
        if let Some(detector) = &mut self.detector {
            detector.push(band, &mut found);
        }
        found
    }

    /// Takes the room for rises back.
    pub(super) fn done(&mut self, mut found: Vec<Rise>) {
        found.clear();
        self.found = found;
    }

    /// Whether what is read of a memory fits: an arrival is open while the trigger is on, or a rise holds it.
    pub(super) fn fits(&self, on_since: Option<u64>, open: Option<u64>, end: u64) -> bool {
        let Some(detector) = &self.detector else { return self.held_until.is_none() && on_since == open };
        let holds = match self.held_until {
            None => on_since.is_some() == open.is_some(),
            Some(held) => on_since.is_none() && open.is_some() && held > end,
        };
        holds && detector.next() == end && open.is_none_or(|open| open < end)
    }
}

impl State for Rises {
    fn write_state(&self, encoder: &mut Encoder) {
        encoder.array(2);
        self.held_until.encode(encoder);
        match &self.detector {
            Some(detector) => detector.write_state(encoder),
            None => encoder.null(),
        }
    }
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        array_of(decoder, 2)?;
        self.held_until = Canonical::decode(decoder)?;
        match &mut self.detector {
            Some(detector) => detector.read_state(decoder),
            None => {
                let at = decoder.offset();
                if decoder.null() { Ok(()) } else { Err(DecodeError::new(at, "no rises, as the settings say")) }
            }
        }
    }
}
