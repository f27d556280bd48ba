//! What becomes of a source's link, on its way into the journal.
//!
//! Only changes are registered, and of a source that flaps few: see [`LINK_EVERY`].
use super::Pace;
use crate::error::NodeError;
use crate::records::{RecordIntake, RecordSource};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use truceline_model::sensor_state::{LinkState, SensorState};
use truceline_model::time::Time;

/// So much time passes between two registered changes of a source: people look at minutes, and a source that flaps all
/// day then makes 1,440 entries of some 300 bytes. What comes sooner waits; of what waits the newest is registered, with
/// the count of the others.
pub const LINK_EVERY: Duration = Duration::from_secs(60);

/// The link of one source. Its thread changes it; the clock's thread registers what waited.
#[derive(Debug)]
pub(super) struct Link {
    source: RecordSource,
    pace: Pace,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What the link is.
    newest: Option<LinkState>,
    /// When a change was registered last.
    registered: Option<Instant>,
    /// The newest change, if it is not registered.
    waiting: Option<SensorState>,
}

impl Link {
    pub(super) fn new(source: RecordSource, pace: Pace) -> Self {
        Self { source, pace, state: Mutex::default() }
    }

    /// The link changed; registers it, or keeps it for [`settle`](Self::settle).
    ///
    /// # Errors
    /// If it cannot be registered now; then it is kept.
    pub(super) fn change(
        &self,
        intake: &dyn RecordIntake,
        at: Time,
        (to, reason): (LinkState, Option<String>),
        resumed_from: Option<Time>,
    ) -> Result<(), NodeError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // What is lost stays lost while it is tried again.
        let goes_on = state.newest == Some(LinkState::Lost) && to == LinkState::Unreachable;
        let is_nothing_new = state.newest == Some(to) && !to.stands();
        // Of what was never seen there is no end.
        let never_was = state.newest.is_none() && to == LinkState::Stopped;
        if goes_on || is_nothing_new || never_was {
            return Ok(());
        }
        state.newest = Some(to);
        let folded = state.waiting.as_ref().map_or(0, |earlier| earlier.folded + 1);
        state.waiting = Some(SensorState {
            source: self.source.name.clone(),
            boot: self.source.boot,
            owner: self.source.owner.clone(),
            at,
            state: to,
            reason,
            resumed_from,
            folded,
        });
        // Nothing comes after the end that it could wait for.
        self.register(&mut state, intake, to == LinkState::Stopped)
    }

    /// Registers what waited long enough.
    ///
    /// # Errors
    /// If it cannot be registered now; then it is kept.
    pub(super) fn settle(&self, intake: &dyn RecordIntake) -> Result<(), NodeError> {
        self.register(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner), intake, false)
    }

    // Under the lock, so that changes stand in their order.
    fn register(&self, state: &mut State, intake: &dyn RecordIntake, at_once: bool) -> Result<(), NodeError> {
        let is_due = at_once || state.registered.is_none_or(|last| self.pace.felt(last.elapsed()) >= LINK_EVERY);
        if let Some(waiting) = state.waiting.as_ref().filter(|_| is_due) {
            intake.link_changed(waiting)?;
            (state.waiting, state.registered) = (None, Some(Instant::now()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{RecordBytes, RecordsTaken};
    use truceline_evidence::journal::JournalError;
    use truceline_model::refusal::Refusal;

    /// Keeps changes; refuses the first so many.
    #[derive(Default)]
    struct Kept(Mutex<(u32, Vec<SensorState>)>);

    impl RecordIntake for Kept {
        fn take_records(&self, _: &RecordSource, _: &[RecordBytes<'_>]) -> Result<RecordsTaken, NodeError> {
            Ok(RecordsTaken::default())
        }
        fn refuse(&self, _: Refusal) -> Result<(), NodeError> {
            Ok(())
        }
        fn link_changed(&self, state: &SensorState) -> Result<(), NodeError> {
            let mut kept = self.0.lock().unwrap();
            if kept.0 > 0 {
                kept.0 -= 1;
                return Err(JournalError::full("a full queue of a test").into());
            }
            kept.1.push(state.clone());
            Ok(())
        }
        fn resume_from(&self, _: &str, _: &str, _: Time, _: i64) -> Option<Time> {
            None
        }
        fn tick(&self, _: Time) -> Result<(), NodeError> {
            Ok(())
        }
    }

    fn link(seconds_per_second: u32) -> Link {
        let source = RecordSource { name: "ring".into(), owner: "mission".into(), boot: 7 };
        Link::new(source, Pace { seconds_per_second })
    }

    fn change(link: &Link, kept: &Kept, at: i64, to: LinkState) -> bool {
        let reason = (!to.stands()).then(|| format!("reason {at}"));
        link.change(kept, Time(at), (to, reason), None).is_ok()
    }

    fn of(kept: &Kept) -> Vec<(i64, LinkState, u64)> {
        kept.0.lock().unwrap().1.iter().map(|state| (state.at.0, state.state, state.folded)).collect()
    }

    #[test]
    fn a_source_that_flaps_is_folded_and_its_end_is_not() {
        let (link, kept) = (link(1), Kept::default());
        for at in 0..1_000 {
            let to = if at % 2 == 0 { LinkState::Resumed } else { LinkState::Lost };
            assert!(change(&link, &kept, at, to));
            link.settle(&kept).unwrap();
        }
        assert_eq!(of(&kept), [(0, LinkState::Resumed, 0)]);
        assert!(change(&link, &kept, 1_000, LinkState::Stopped));
        assert_eq!(of(&kept), [(0, LinkState::Resumed, 0), (1_000, LinkState::Stopped, 999)]);
    }

    #[test]
    fn after_a_minute_the_newest_change_stands_and_what_is_no_change_does_not() {
        use LinkState::{Connected, Lost, Resumed, Stopped, Unreachable};
        let (slow, fast, kept) = (link(1), link(u32::MAX), Kept::default());
        for (at, to) in [Unreachable, Unreachable, Connected, Lost, Unreachable, Resumed].into_iter().enumerate() {
            assert!(change(&fast, &kept, at as i64, to));
        }
        assert_eq!(of(&kept), [(0, Unreachable, 0), (2, Connected, 0), (3, Lost, 0), (5, Resumed, 0)]);
        // A source that was never seen has no end.
        assert!(change(&slow, &kept, 6, Stopped));
        assert_eq!(of(&kept).len(), 4);
        let lost = kept.0.lock().unwrap().1[2].clone();
        assert_eq!((lost.reason.as_deref(), lost.boot, lost.owner.as_str()), (Some("reason 3"), 7, "mission"));
    }

    #[test]
    fn what_cannot_be_registered_is_kept() {
        let (link, kept) = (link(u32::MAX), Kept::default());
        kept.0.lock().unwrap().0 = 2;
        assert!(!change(&link, &kept, 0, LinkState::Connected));
        assert!(!change(&link, &kept, 1, LinkState::Lost));
        link.settle(&kept).unwrap();
        link.settle(&kept).unwrap();
        assert_eq!(of(&kept), [(1, LinkState::Lost, 1)]);
    }
}
