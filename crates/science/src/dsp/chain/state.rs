//! A detector's memory as canonical bytes.
use super::front::Scratch;
use super::pending::Pending;
use super::settings::Settings;
use super::timeline::Timeline;
use super::{ChannelDetector, Stretch};
use crate::dsp::state::{State, array_of};
use std::fmt;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Float};

/// The channel, the settings, what is known of the clock and the rate, the open stretch.
impl Canonical for ChannelDetector {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(6);
        encoder.text(&self.channel);
        self.settings.encode(encoder);
        encoder.boolean(self.clock_questionable);
        encoder.boolean(self.lock_seen);
        self.unusable_hz.map(Float).encode(encoder);
        match &self.stretch {
            Some(stretch) => {
                encoder.array(2);
                stretch.timeline.encode(encoder);
                stretch.write_state(encoder);
            }
            None => encoder.null(),
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let misfit = || DecodeError::new(at, "the memory of a channel's detector with settings in their ranges");
        array_of(decoder, 6)?;
        let channel = String::decode(decoder)?;
        let mut detector = Self::new(&channel, Settings::decode(decoder)?).map_err(|_| misfit())?;
        detector.clock_questionable = bool::decode(decoder)?;
        detector.lock_seen = bool::decode(decoder)?;
        detector.unusable_hz = Option::<Float>::decode(decoder)?.map(|float| float.0);
        if !decoder.null() {
            array_of(decoder, 2)?;
            let timeline = Timeline::decode(decoder)?;
            let trigger = detector.thresholds_checked.clone();
            let mut stretch = Stretch::new(&detector.settings, trigger, timeline).map_err(|_| misfit())?;
            stretch.read_state(decoder)?;
            detector.stretch = Some(stretch);
        }
        Ok(detector)
    }
}

impl State for Stretch {
    fn write_state(&self, encoder: &mut Encoder) {
        encoder.array(6);
        self.front.write_state(encoder);
        self.trigger.write_state(encoder);
        self.history.write_state(encoder);
        encoder.array(self.pending.len());
        self.pending.iter().for_each(|pending| pending.encode(encoder));
        (self.free_from, Float(self.last_sample), self.equal_samples).encode(encoder);
        self.rises.write_state(encoder);
    }

    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        array_of(decoder, 6)?;
        self.front.read_state(decoder)?;
        self.trigger.read_state(decoder)?;
        self.history.read_state(decoder)?;
        self.pending = Vec::<Pending>::decode(decoder)?.into();
        let at = decoder.offset();
        let (free_from, Float(last_sample), equal_samples) = Canonical::decode(decoder)?;
        self.rises.read_state(decoder)?;
        let end = self.timeline.next_index;
        let open = self.pending.iter().filter(|pending| pending.off.is_none()).count();
        let last_open = self.pending.back().filter(|pending| pending.off.is_none()).map(|pending| pending.on);
        let fits = equal_samples <= end
            && self.history.end() == end
            && self.trigger.next() == end.max(u64::from(self.front.warm_up_samples))
            && self.rises.fits(self.trigger.on_since(), last_open, end)
            && open <= 1
            && self.pending.iter().all(|pending| pending.off.unwrap_or(pending.on) < end);
        if !fits {
            return Err(DecodeError::new(at, "counts of samples that fit each other"));
        }
        (self.free_from, self.last_sample, self.equal_samples) = (free_from, last_sample, equal_samples);
        Ok(())
    }
}

impl Clone for ChannelDetector {
    fn clone(&self) -> Self {
        Self {
            channel: self.channel.clone(),
            settings: self.settings.clone(),
            thresholds_checked: self.thresholds_checked.clone(),
            stretch: self.stretch.clone(),
            clock_questionable: self.clock_questionable,
            lock_seen: self.lock_seen,
            unusable_hz: self.unusable_hz,
            // It holds nothing between two calls.
            scratch: Box::new(Scratch::new()),
        }
    }
}

impl fmt::Debug for ChannelDetector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelDetector").field("channel", &self.channel).finish_non_exhaustive()
    }
}
