//! Samples as a screen draws them: of each column of pixels the smallest and the largest value, so that no peak is lost.
use truceline_model::time::{Interval, NS_PER_S, Time};
use truceline_model::waveform::{Samples, Segment};

/// The span of a trace in columns of equal width, and what of it is held.
///
/// # Algorithm
/// A sample counts in the column that its instant falls into. Where samples are further apart than columns it also fills the
/// columns up to the next sample, so that an empty column says that nothing is held and never that the rate is low.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    span: Interval,
    extremes: Vec<Option<(f64, f64)>>,
    held: Vec<Interval>,
}

impl Columns {
    /// So many columns over a span: both above zero.
    pub(super) fn new(span: Interval, count: usize) -> Self {
        debug_assert!(span.from < span.to && count > 0);
        Self { span, extremes: vec![None; count], held: Vec::new() }
    }

    /// Counts what of a segment lies within the span.
    pub(super) fn add(&mut self, segment: &Segment) {
        let step_ns = ((NS_PER_S as f64 / segment.rate_hz).round() as i64).max(1);
        let end = segment.time_of(segment.samples.len());
        let held = Interval { from: segment.start.max(self.span.from), to: end.min(self.span.to) };
        if held.from >= held.to {
            return;
        }
        self.held.push(held);
        // A sample before the first and one behind the last, for what rounding may have moved.
        let index = |at: Time| ((at.0 - segment.start.0) / step_ns).max(1) - 1;
        let first = index(held.from) as usize;
        let last = (index(held.to) as usize).saturating_add(3).min(segment.samples.len());
        for n in first..last {
            let value = match &segment.samples {
                Samples::I32(samples) => f64::from(samples[n]),
                Samples::F32(samples) => f64::from(samples[n]),
                Samples::F64(samples) => samples[n],
            };
            if value.is_finite() {
                self.count(segment.time_of(n), segment.time_of(n + 1), value);
            }
        }
    }

    fn count(&mut self, at: Time, next: Time, value: f64) {
        if next <= self.span.from || at >= self.span.to {
            return;
        }
        let first = self.column(at.max(self.span.from));
        let until = if next >= self.span.to { self.extremes.len() } else { self.column(next) };
        for extremes in &mut self.extremes[first..until.max(first + 1)] {
            let (low, high) = extremes.unwrap_or((value, value));
            *extremes = Some((low.min(value), high.max(value)));
        }
    }

    /// The column of an instant within the span.
    fn column(&self, at: Time) -> usize {
        let (past, whole) = (i128::from(at.0 - self.span.from.0), i128::from(self.span.to.0 - self.span.from.0));
        let count = self.extremes.len();
        ((past * count as i128 / whole) as usize).min(count - 1)
    }

    /// Of each column the smallest and the largest value; none where nothing is held.
    pub(super) fn extremes(&self) -> &[Option<(f64, f64)>] {
        &self.extremes
    }

    /// What of the span no segment held, longer than `least_ns`.
    pub(super) fn missing(&self, least_ns: i64) -> Vec<Interval> {
        let mut held = self.held.clone();
        held.sort_by_key(|held| (held.from, held.to));
        let (mut missing, mut from) = (Vec::new(), self.span.from);
        for piece in held.iter().chain([&Interval { from: self.span.to, to: self.span.to }]) {
            if piece.from.0.saturating_sub(from.0) > least_ns {
                missing.push(Interval { from, to: piece.from });
            }
            from = from.max(piece.to);
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_model::waveform::ClockFlags;

    fn s(from_ms: i64, to_ms: i64) -> Interval {
        Interval { from: Time(from_ms * 1_000_000), to: Time(to_ms * 1_000_000) }
    }

    fn segment(start_ms: i64, rate_hz: f64, samples: Vec<i32>) -> Segment {
        let (channel, clock) = ("A".to_owned(), ClockFlags::default());
        Segment { channel, start: s(start_ms, 0).from, rate_hz, samples: Samples::I32(samples), clock }
    }

    fn pairs(columns: &Columns) -> Vec<Option<(i64, i64)>> {
        columns.extremes().iter().map(|pair| pair.map(|(low, high)| (low as i64, high as i64))).collect()
    }

    #[test]
    fn each_column_has_the_extremes_of_its_samples_and_no_peak_is_lost() {
        let mut columns = Columns::new(s(1_000, 2_000), 4);
        // 100 Hz from 0.5 s on: of 200 samples 100 fall into the span, 25 into each column.
        let mut samples: Vec<i32> = (0..200).collect();
        samples[110] = -7_000;
        samples[149] = 9_000;
        columns.add(&segment(500, 100.0, samples));
        assert_eq!(pairs(&columns), [Some((50, 74)), Some((75, 99)), Some((-7_000, 124)), Some((125, 9_000))]);
        assert_eq!(columns.missing(0), []);
    }

    #[test]
    fn samples_further_apart_than_columns_leave_no_hole_and_what_is_missing_does() {
        let mut columns = Columns::new(s(0, 10_000), 10);
        // One sample in 2 s: 0 s to 4 s, then nothing before 6 s.
        columns.add(&segment(0, 0.5, vec![1, 2]));
        columns.add(&segment(6_000, 0.5, vec![3]));
        let (one, two, three) = (Some((1, 1)), Some((2, 2)), Some((3, 3)));
        assert_eq!(pairs(&columns), [one, one, two, two, None, None, three, three, None, None]);
        assert_eq!(columns.missing(1_000_000), [s(4_000, 6_000), s(8_000, 10_000)]);
        assert_eq!(columns.missing(2_000_000_000), []);
        // Outside of the span nothing counts, and what is no number is no value.
        columns.add(&segment(10_000, 0.5, vec![9]));
        columns.add(&segment(-2_000, 0.5, vec![9]));
        columns.add(&Segment { samples: Samples::F32(vec![f32::NAN]), ..segment(4_000, 0.5, Vec::new()) });
        assert_eq!(pairs(&columns)[..6], [one, one, two, two, None, None]);
    }

    #[test]
    fn a_segment_that_reaches_over_both_ends_is_cut() {
        let mut columns = Columns::new(s(0, 1_000), 2);
        columns.add(&segment(-10_000, 10.0, (0..300).collect()));
        assert_eq!(pairs(&columns), [Some((100, 104)), Some((105, 109))]);
        assert_eq!(columns.missing(0), []);
    }
}
