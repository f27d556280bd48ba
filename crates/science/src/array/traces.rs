//! The samples of an array's elements over one stretch of time.
use super::error::{ArrayError, Kind};
use truceline_model::time::Time;

/// The most samples of a channel in one call: half of the longest transform, so that delays fit beside them.
pub const SAMPLES_MAX: usize = super::fft::LENGTH_MAX / 2;

/// The lowest rate, Hz: a sample in twelve days.
pub(super) const RATE_HZ_MIN: f64 = 1e-6;

/// The highest rate, Hz: beyond ultrasound. It bounds delays in samples.
pub(super) const RATE_HZ_MAX: f64 = 1e7;

/// The largest sample in any unit: products of four of them and of the squares of frequencies stay finite.
pub(super) const SAMPLE_MAX: f64 = 1e70;

/// The samples of an array's elements, all over the same time without a gap: cutting at gaps is the caller's.
#[derive(Debug, Clone, PartialEq)]
pub struct Traces<'a> {
    start: Time,
    rate_hz: f64,
    channels: Vec<&'a [f64]>,
    late_s: Vec<f64>,
}

impl<'a> Traces<'a> {
    /// From one channel for each element, in the order of the geometry.
    ///
    /// # Errors
    /// If the rate is not within 1e-6 and 1e7 Hz, there is no channel or no sample, there are more than [`SAMPLES_MAX`] samples,
    /// or the channels differ in length.
    pub fn new(start: Time, rate_hz: f64, channels: &[&'a [f64]]) -> Result<Self, ArrayError> {
        if !(RATE_HZ_MIN..=RATE_HZ_MAX).contains(&rate_hz) {
            return Err(ArrayError::number("the sample rate", rate_hz, "hertz from 1e-6 to 1e7"));
        }
        let samples = channels.first().map_or(0, |channel| channel.len());
        if samples == 0 || samples > SAMPLES_MAX {
            return Err(ArrayError::count("the number of samples", samples, "from 1 to SAMPLES_MAX = 2097152"));
        }
        if let Some(channel) = channels.iter().position(|channel| channel.len() != samples) {
            return Err(ArrayError(Kind::Lengths { channel, samples: channels[channel].len(), expected: samples }));
        }
        Ok(Self { start, rate_hz, channels: channels.to_vec(), late_s: vec![0.0; channels.len()] })
    }

    /// The same with how much later than the start each channel's first sample was taken, s: recorders do not sample
    /// at the same instants. Zero if never stated.
    ///
    /// # Errors
    /// If there is not one for each channel, or one is longer than a sample: then the channels are to be cut anew.
    pub fn with_late_s(mut self, late_s: &[f64]) -> Result<Self, ArrayError> {
        if late_s.len() != self.channels.len() {
            return Err(ArrayError(Kind::Channels { channels: late_s.len(), elements: self.channels.len() }));
        }
        let sample_s = 1.0 / self.rate_hz;
        if let Some(late) = late_s.iter().find(|late| !(-sample_s..=sample_s).contains(*late)) {
            return Err(ArrayError::number("a channel's lateness", *late, "at most one sample, s"));
        }
        self.late_s = late_s.to_vec();
        Ok(self)
    }

    /// A part of the samples.
    ///
    /// # Errors
    /// If it is empty or does not lie within the samples.
    pub fn window(&self, first: usize, len: usize) -> Result<Self, ArrayError> {
        let samples = self.samples();
        match first.checked_add(len) {
            Some(end) if len > 0 && end <= samples => Ok(Self {
                start: self.time_of(first),
                rate_hz: self.rate_hz,
                channels: self.channels.iter().map(|channel| &channel[first..end]).collect(),
                late_s: self.late_s.clone(),
            }),
            _ => Err(ArrayError(Kind::Span { first, len, samples })),
        }
    }

    /// Time of the first sample.
    #[must_use]
    pub fn start(&self) -> Time {
        self.start
    }

    /// Time of the sample of an index; of the one after the last for [`Traces::samples`].
    #[must_use]
    pub fn time_of(&self, index: usize) -> Time {
        self.start.plus_s(index as f64 / self.rate_hz)
    }

    /// Samples per second.
    #[must_use]
    pub fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    /// Samples of a channel.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.channels[0].len()
    }

    /// The channels.
    #[must_use]
    pub fn channels(&self) -> &[&'a [f64]] {
        &self.channels
    }

    /// How much later than the start each channel's first sample was taken, s.
    #[must_use]
    pub fn late_s(&self) -> &[f64] {
        &self.late_s
    }

    /// That there is one channel for each element, and every sample a number that can be squared and summed.
    pub(super) fn check(&self, elements: usize) -> Result<(), ArrayError> {
        if self.channels.len() != elements {
            return Err(ArrayError(Kind::Channels { channels: self.channels.len(), elements }));
        }
        for (channel, samples) in self.channels.iter().enumerate() {
            if let Some(index) = samples.iter().position(|sample| !(-SAMPLE_MAX..=SAMPLE_MAX).contains(sample)) {
                return Err(ArrayError(Kind::Sample { channel, index }));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_computed_with_is_refused() {
        let (long, short) = ([0.0; 8], [0.0; 7]);
        let refused = |rate_hz, channels: &[&[f64]]| Traces::new(Time(0), rate_hz, channels).unwrap_err().to_string();
        for rate_hz in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert!(refused(rate_hz, &[&long]).contains("sample rate"));
        }
        assert!(refused(1.0, &[]).contains("number of samples is 0"));
        assert!(refused(1.0, &[&[]]).contains("number of samples is 0"));
        assert!(refused(1.0, &[&long, &short]).contains("channel 1 has 7 samples, expected 8"));
        let traces = Traces::new(Time(0), 2.0, &[&long, &long]).unwrap();
        assert!(traces.check(3).unwrap_err().to_string().contains("2 channels for 3 elements"));
        for (first, len) in [(0, 0), (1, 8), (usize::MAX, 2)] {
            assert!(traces.window(first, len).unwrap_err().to_string().contains("within 8 samples"));
        }
        assert_eq!(traces.window(3, 2).unwrap().start(), Time(1_500_000_000));
        assert!(traces.clone().with_late_s(&[0.0]).is_err());
        assert!(traces.with_late_s(&[0.0, 0.6]).unwrap_err().to_string().contains("at most one sample"));
        for wrong in [f64::NAN, f64::INFINITY, 1e80] {
            let channel = [0.0, wrong];
            let traces = Traces::new(Time(0), 1.0, &[&channel]).unwrap();
            assert!(traces.check(1).unwrap_err().to_string().contains("channel 0: sample 1"));
        }
    }
}
