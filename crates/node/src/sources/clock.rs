//! Which clock ticks while live sources run.
use super::{Pace, TICK_EVERY};
use std::time::{Duration, SystemTime};
use truceline_model::time::Time;

/// A clock that stamps what arrives and that is registered as ticks.
///
/// # Concurrency
/// Every source's thread asks what it shows; one thread alone asks what is due, and registers that.
pub trait Clock: Send + Sync {
    /// What it shows.
    fn now(&self) -> Time;

    /// What is to be registered, once `last` stands, the newest tick of this run; none while nothing is. It never goes back.
    fn due(&self, last: Option<Time>) -> Option<Time>;

    /// How long to wait, by this machine's clock, before that is asked again.
    fn ask_again_after(&self) -> Duration;
}

/// This machine's clock; every [`TICK_EVERY`] is due.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Machine(pub(super) Pace);

impl Clock for Machine {
    fn now(&self) -> Time {
        now()
    }

    fn due(&self, _: Option<Time>) -> Option<Time> {
        Some(now())
    }

    fn ask_again_after(&self) -> Duration {
        self.0.real(TICK_EVERY)
    }
}

/// What this machine's clock shows.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
