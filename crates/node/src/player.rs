//! A recording's own clock: ticks in the recording's time, between its reports.
use truceline_model::report::Report;
use truceline_model::tick::Tick;
use truceline_model::time::{NS_PER_S, Time};

/// The recorded clock ticks at most once a minute of the recording: windows last an hour, so a minute is fine.
const TICK_INTERVAL_NS: i64 = 60 * NS_PER_S;

/// Plays reports in the order of their arrivals.
#[derive(Debug, Default, Clone)]
pub struct Player {
    now: Option<Time>,
    reported_up_to: std::collections::BTreeMap<String, Time>,
}

impl Player {
    /// A player whose clock stands where an earlier tick left it.
    #[must_use]
    pub fn resume(now: Option<Time>) -> Self {
        Self { now, reported_up_to: Default::default() }
    }

    /// The tick that is due before a report, if one is.
    pub fn before(&mut self, report: &Report) -> Option<Tick> {
        self.before_delivery(&report.source.source, report.arrival)
    }

    /// The tick that is due before something that a source delivered at an instant of the recording, if one is.
    pub fn before_delivery(&mut self, source: &str, at: Time) -> Option<Tick> {
        let due = self.now.is_none_or(|now| at.0.saturating_sub(now.0) >= TICK_INTERVAL_NS);
        let tick = due.then(|| self.tick(at));
        self.heard_from(source, at);
        tick
    }

    /// Notes a report that was played before: a recording that goes on after a crash ticks as an unbroken one.
    pub fn heard(&mut self, report: &Report) {
        self.heard_from(&report.source.source, report.arrival);
    }

    /// Notes a delivery that was played before.
    pub fn heard_from(&mut self, source: &str, at: Time) {
        match self.reported_up_to.get_mut(source) {
            Some(newest) => *newest = (*newest).max(at),
            None => {
                self.reported_up_to.insert(source.to_owned(), at);
            }
        }
    }

    /// The tick that ends a recording: the clock runs on until the last group's window is closed.
    pub fn end(&mut self, last_arrival: Time, window_s: u32) -> Option<Tick> {
        let end = Time(last_arrival.0.saturating_add(i64::from(window_s) * NS_PER_S));
        self.now.is_none_or(|now| now < end).then(|| self.tick(end))
    }

    fn tick(&mut self, now: Time) -> Tick {
        self.now = Some(now);
        Tick { now, reported_up_to: self.reported_up_to.iter().map(|(name, time)| (name.clone(), *time)).collect() }
    }
}
