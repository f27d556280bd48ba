//! What of a source has been seen: so that a stream can be taken up again with an overlap, and nothing counts twice.
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder};
use truceline_model::time::{NS_PER_S, Time};

/// The most channels of one source that are remembered: more than 10,000 sensors behind one server are several
/// sources.
pub const MAX_CHANNELS: usize = 10_000;

/// How far a stream is taken up before the newest record, s: some records of any usual length, for a server counts
/// from records that are already there or begin before the window.
pub const OVERLAP_S: i64 = 120;

/// Whether a record was seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was not.
    New,
    /// The same channel, start and checksum were there before.
    Repeated,
    /// It is older than what is remembered of its channel, or the channel has no room: it may have been seen. It is to
    /// be kept (losing data is worse), and told apart by its content's hash.
    Unremembered,
}

/// The records of one source that were seen last, by (channel, start, checksum); never by sequence number.
///
/// Bounded: the newest `records_max` of each of at most [`MAX_CHANNELS`] channels.
#[derive(Debug, Clone)]
pub struct Seen {
    records_max: usize,
    channels: BTreeMap<String, Channel>,
}

#[derive(Debug, Clone, Default)]
struct Channel {
    records: BTreeSet<(Time, u32)>,
    /// The newest record that was forgotten; what is not newer is unremembered.
    forgotten: Option<(Time, u32)>,
}

impl Seen {
    /// Remembers so many records of a channel, at least one. 4,096 records of 4 s are four and a half hours.
    #[must_use]
    pub fn new(records_max: usize) -> Self {
        Self { records_max: records_max.max(1), channels: BTreeMap::new() }
    }

    /// Says whether a record was seen before, and does not remember it. `checksum` is [`checksum`] of its bytes, or any
    /// other 32 bits of them if all calls have the same.
    #[must_use]
    pub fn look(&self, channel: &str, start: Time, checksum: u32) -> Verdict {
        let record = (start, checksum);
        match self.channels.get(channel) {
            None if self.channels.len() >= MAX_CHANNELS => Verdict::Unremembered,
            None => Verdict::New,
            Some(seen) if seen.records.contains(&record) => Verdict::Repeated,
            Some(seen) if seen.forgotten.is_some_and(|forgotten| record <= forgotten) => Verdict::Unremembered,
            Some(_) => Verdict::New,
        }
    }

    /// Remembers a record and says whether it was seen before; see [`look`](Self::look).
    pub fn admit(&mut self, channel: &str, start: Time, checksum: u32) -> Verdict {
        if !self.channels.contains_key(channel) {
            if self.channels.len() == MAX_CHANNELS {
                return Verdict::Unremembered;
            }
            self.channels.insert(channel.to_owned(), Channel::default());
        }
        let Some(seen) = self.channels.get_mut(channel) else { return Verdict::Unremembered };
        let record = (start, checksum);
        if seen.records.contains(&record) {
            return Verdict::Repeated;
        }
        if seen.forgotten.is_some_and(|forgotten| record <= forgotten) {
            return Verdict::Unremembered;
        }
        seen.records.insert(record);
        if seen.records.len() > self.records_max {
            seen.forgotten = seen.records.pop_first();
        }
        Verdict::New
    }

    /// From when on to ask for the channels of a station (`NET_STA`) again: [`OVERLAP_S`] before the start of the newest
    /// record of the channel that is furthest behind, but at most `reach_s` before that of the one furthest ahead, so
    /// that a dead channel does not draw the others back for ever. A start after `now` is a wrong clock and does not
    /// count. `None` if nothing was seen.
    #[must_use]
    pub fn resume_from(&self, station: &str, now: Time, reach_s: i64) -> Option<Time> {
        let prefix = format!("FDSN:{station}_");
        let newest = self
            .channels
            .range(prefix.clone()..)
            .take_while(|(channel, _)| channel.starts_with(&prefix))
            .filter_map(|(_, channel)| channel.records.range(..=(now, u32::MAX)).next_back())
            .map(|(start, _)| *start);
        let (behind, ahead) = newest.fold(None, |range: Option<(Time, Time)>, start| {
            Some(range.map_or((start, start), |(behind, ahead)| (behind.min(start), ahead.max(start))))
        })?;
        let back = |time: Time, seconds: i64| Time(time.0.saturating_sub(seconds.saturating_mul(NS_PER_S)));
        Some(back(behind.max(back(ahead, reach_s)), OVERLAP_S))
    }
}

/// For what a program keeps over its restarts.
impl Canonical for Seen {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(2);
        (self.records_max as u64).encode(encoder);
        encoder.array(self.channels.len());
        for (name, channel) in &self.channels {
            encoder.array(3);
            encoder.text(name);
            encoder.array(channel.records.len());
            channel.records.iter().for_each(|record| record.encode(encoder));
            channel.forgotten.encode(encoder);
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        type Kept = (String, Vec<(Time, u32)>, Option<(Time, u32)>);
        let at = decoder.offset();
        let (records_max, channels): (u64, Vec<Kept>) = Canonical::decode(decoder)?;
        let records_max = usize::try_from(records_max).unwrap_or(usize::MAX).max(1);
        if channels.len() > MAX_CHANNELS || channels.iter().any(|(_, records, _)| records.len() > records_max) {
            return Err(DecodeError::new(at, "no more channels and records than are remembered"));
        }
        let of =
            |(name, records, forgotten): Kept| (name, Channel { records: records.into_iter().collect(), forgotten });
        Ok(Self { records_max, channels: channels.into_iter().map(of).collect() })
    }
}

/// The checksum of a record: CRC-32C of its bytes.
#[must_use]
pub fn checksum(record: &[u8]) -> u32 {
    crc32c::crc32c(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    const Z: &str = "FDSN:XX_ONE_00_H_H_Z";

    fn s(seconds: i64) -> Time {
        Time(seconds * NS_PER_S)
    }

    #[test]
    fn the_same_record_counts_once() {
        let mut seen = Seen::new(100);
        assert_eq!(seen.admit(Z, s(5), 7), Verdict::New);
        assert_eq!(seen.admit(Z, s(5), 7), Verdict::Repeated);
        assert_eq!(seen.admit(Z, s(5), 8), Verdict::New, "other bytes of the same time are another record");
        assert_eq!(seen.admit("FDSN:XX_TWO_00_H_H_Z", s(5), 7), Verdict::New);
        assert_eq!(seen.admit(Z, s(1), 7), Verdict::New, "late data are new");
    }

    #[test]
    fn what_is_forgotten_is_not_called_new() {
        let mut seen = Seen::new(3);
        for i in 0..10 {
            assert_eq!(seen.admit(Z, s(i), 0), Verdict::New);
        }
        assert_eq!(seen.admit(Z, s(6), 0), Verdict::Unremembered);
        assert_eq!(seen.admit(Z, s(7), 0), Verdict::Repeated);
        assert_eq!(seen.channels[Z].records.len(), 3);
        let kept = truceline_model::canonical::to_bytes(&seen);
        let again: Seen = truceline_model::canonical::from_bytes(&kept).unwrap();
        for i in 0..12 {
            assert_eq!(again.look(Z, s(i), 0), seen.look(Z, s(i), 0));
        }
        assert_eq!(truceline_model::canonical::to_bytes(&again), kept);
    }

    #[test]
    fn channels_are_bounded() {
        let mut seen = Seen::new(1);
        for i in 0..MAX_CHANNELS {
            assert_eq!(seen.admit(&format!("FDSN:XX_S{i}__H_H_Z"), s(0), 0), Verdict::New);
        }
        assert_eq!(seen.admit(Z, s(0), 0), Verdict::Unremembered);
        assert_eq!(seen.channels.len(), MAX_CHANNELS);
    }

    #[test]
    fn a_stream_is_taken_up_where_the_last_channel_stood() {
        let mut seen = Seen::new(100);
        let now = s(100_000);
        assert_eq!(seen.resume_from("XX_ONE", now, 3600), None);
        seen.admit(Z, s(50_000), 1);
        seen.admit("FDSN:XX_ONE_00_H_H_N", s(49_000), 2);
        seen.admit("FDSN:XX_ONE2_00_H_H_N", s(10), 3);
        assert_eq!(seen.resume_from("XX_ONE", now, 3600), Some(s(49_000 - OVERLAP_S)));
        // A dead channel does not draw the others back further than the reach.
        seen.admit("FDSN:XX_ONE_00_H_H_E", s(7), 4);
        assert_eq!(seen.resume_from("XX_ONE", now, 3600), Some(s(50_000 - 3600 - OVERLAP_S)));
        // A record from the future does not lose the data until then.
        seen.admit(Z, s(900_000), 5);
        assert_eq!(seen.resume_from("XX_ONE", now, 3600), Some(s(50_000 - 3600 - OVERLAP_S)));
    }
}
