//! Which clock ticks while live sources run.
use super::{HEARD_TICK_EVERY, Pace, TICK_EVERY};
use std::time::{Duration, SystemTime};
use truceline_model::time::Time;

/// A clock that stamps what arrives and that is registered as ticks.
///
/// # Concurrency
/// Every source's thread asks what it shows; one thread alone asks what is due, and registers that.
pub trait Clock: Send + Sync {
    /// What it shows.
    fn now(&self) -> Time;

    /// What is to be registered, once `last` stands, the newest tick of this run; none while nothing is. `heard` says whether
    /// something was heard since then that a tick has looked at ([`RecordIntake::heard`](crate::records::RecordIntake::heard)).
    fn due(&self, last: Option<Time>, heard: bool) -> Option<Time>;

    /// How long to wait, by this machine's clock, before that is asked again.
    fn ask_again_after(&self) -> Duration;
}

/// This machine's clock; every [`TICK_EVERY`] is due, and every [`HEARD_TICK_EVERY`] while something is heard.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Machine(pub(super) Pace);

impl Clock for Machine {
    fn now(&self) -> Time {
        now()
    }

    fn due(&self, last: Option<Time>, heard: bool) -> Option<Time> {
        let now = now();
        // A clock that was set back ticks on; that the tick is left out is the engine's to say.
        let waits = |last: Time| (0.0..self.0.real(TICK_EVERY).as_secs_f64()).contains(&now.seconds_since(last));
        (heard || !last.is_some_and(waits)).then_some(now)
    }

    fn ask_again_after(&self) -> Duration {
        self.0.real(HEARD_TICK_EVERY)
    }
}

/// What this machine's clock shows.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_is_due_when_something_is_heard_and_else_every_ten_seconds() {
        let clock = Machine(Pace::default());
        let ago = |seconds: f64| Some(now().plus_s(-seconds));
        assert!(clock.due(None, false).is_some());
        assert_eq!(clock.due(ago(5.0), false), None);
        assert!(clock.due(ago(5.0), true).is_some());
        assert!(clock.due(ago(11.0), false).is_some());
        // The clock was set back by an hour: it ticks on.
        assert!(clock.due(ago(-3_600.0), false).is_some());
        assert_eq!(clock.ask_again_after(), HEARD_TICK_EVERY);
    }
}
