//! What becomes of a witness, on its way into the journal: changes alone, and of a witness that flaps few.
use crate::error::NodeError;
use std::time::{Duration, Instant};
use truceline_model::time::Time;
use truceline_model::witness_state::{WitnessAnswer, WitnessState};

/// So much time passes between two registered changes of a witness: one that flaps all day makes 1,440 entries of some 400
/// bytes. What comes sooner waits; of what waits the newest is registered, with the count of the others.
const CHANGE_EVERY: Duration = Duration::from_secs(60);

/// Registers a change.
type Register<'a> = &'a dyn Fn(&WitnessState) -> Result<(), NodeError>;

/// What a witness does, as far as it is registered.
#[derive(Debug)]
pub(super) struct Change {
    names: Vec<String>,
    keys: Vec<String>,
    address: String,
    newest: (WitnessAnswer, Option<u16>),
    /// When a change was registered last.
    registered: Option<Instant>,
    /// The newest change, if it is not registered.
    waiting: Option<WitnessState>,
    every: Duration,
}

impl Change {
    /// A witness of which this was registered last. One of which nothing was is taken to cosign: what it does not do is said.
    pub(super) fn after(
        registered: Option<WitnessState>,
        names: Vec<String>,
        keys: Vec<String>,
        address: &str,
    ) -> Self {
        let newest = registered.map_or((WitnessAnswer::Cosigned, None), |state| (state.answer, state.status));
        let address = address.to_owned();
        Self { names, keys, address, newest, registered: None, waiting: None, every: CHANGE_EVERY }
    }

    /// What it did with a checkpoint of `size` entries; registered where it is another thing than before, or kept for
    /// [`settle`](Self::settle).
    ///
    /// # Errors
    /// If it cannot be registered now; then it is kept.
    pub(super) fn to(
        &mut self,
        register: Register<'_>,
        at: Time,
        (answer, status, reason): (WitnessAnswer, Option<u16>, Option<String>),
        size: u64,
    ) -> Result<(), NodeError> {
        if self.newest != (answer, status) {
            self.newest = (answer, status);
            let folded = self.waiting.as_ref().map_or(0, |earlier| earlier.folded + 1);
            let (names, keys, address) = (self.names.clone(), self.keys.clone(), self.address.clone());
            self.waiting = Some(WitnessState { names, keys, address, at, answer, status, reason, size, folded });
        }
        self.settle(register)
    }

    /// Registers what waited long enough.
    ///
    /// # Errors
    /// If it cannot be registered now; then it is kept.
    pub(super) fn settle(&mut self, register: Register<'_>) -> Result<(), NodeError> {
        let is_due = self.registered.is_none_or(|last| last.elapsed() >= self.every);
        if let Some(waiting) = self.waiting.as_ref().filter(|_| is_due) {
            register(waiting)?;
            (self.waiting, self.registered) = (None, Some(Instant::now()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use WitnessAnswer::{Cosigned, Refused, TimedOut, Unreachable};
    use std::cell::RefCell;

    struct Kept(RefCell<Vec<WitnessState>>);

    fn change(after: Option<WitnessState>, every: Duration) -> Change {
        let mut change = Change::after(after, vec!["North".into()], vec!["n+1".into()], "http://n/");
        change.every = every;
        change
    }

    impl Kept {
        fn to(&self, change: &mut Change, at: i64, answer: WitnessAnswer, status: Option<u16>) {
            let register = |state: &WitnessState| {
                self.0.borrow_mut().push(state.clone());
                Ok(())
            };
            let reason = (answer != Cosigned).then(|| format!("reason {at}"));
            change.to(&register, Time(at), (answer, status, reason), 9).unwrap();
        }

        fn found(&self) -> Vec<(i64, WitnessAnswer, Option<u16>, u64)> {
            self.0.borrow().iter().map(|state| (state.at.0, state.answer, state.status, state.folded)).collect()
        }
    }

    #[test]
    fn changes_are_registered_and_polls_are_not() {
        let (kept, mut change) = (Kept(RefCell::default()), change(None, Duration::ZERO));
        let answers = [
            (Cosigned, None),
            (Refused, Some(409)),
            (Refused, Some(409)),
            (Refused, Some(422)),
            (TimedOut, None),
            (TimedOut, None),
            (Cosigned, None),
        ];
        for (at, (answer, status)) in (0..).zip(answers) {
            kept.to(&mut change, at, answer, status);
        }
        let expected =
            [(1, Refused, Some(409), 0), (3, Refused, Some(422), 0), (4, TimedOut, None, 0), (6, Cosigned, None, 0)];
        assert_eq!(kept.found(), expected);
        assert_eq!(kept.0.borrow()[0].reason.as_deref(), Some("reason 1"));
    }

    #[test]
    fn a_witness_that_flaps_is_folded() {
        let (kept, mut change) = (Kept(RefCell::default()), change(None, Duration::from_secs(3_600)));
        for at in 0..1_000 {
            kept.to(&mut change, at, if at % 2 == 0 { Unreachable } else { Cosigned }, None);
        }
        assert_eq!(kept.found(), [(0, Unreachable, None, 0)]);
        change.every = Duration::ZERO;
        kept.to(&mut change, 1_000, Cosigned, None);
        assert_eq!(kept.found()[1..], [(999, Cosigned, None, 998)]);
    }

    #[test]
    fn what_was_registered_before_a_start_is_not_registered_again() {
        let (kept, mut first) = (Kept(RefCell::default()), change(None, Duration::ZERO));
        kept.to(&mut first, 0, Unreachable, None);
        let before = kept.0.borrow()[0].clone();
        let mut second = change(Some(before), Duration::ZERO);
        kept.to(&mut second, 1, Unreachable, None);
        kept.to(&mut second, 2, Cosigned, None);
        assert_eq!(kept.found(), [(0, Unreachable, None, 0), (2, Cosigned, None, 0)]);
    }

    #[test]
    fn what_cannot_be_registered_is_kept() {
        let mut change = change(None, Duration::ZERO);
        let full = |_: &WitnessState| Err(NodeError::other("a full queue of a test"));
        assert!(change.to(&full, Time(0), (Unreachable, None, None), 9).is_err());
        assert!(change.to(&full, Time(1), (Refused, Some(503), None), 9).is_err());
        let kept = Kept(RefCell::default());
        kept.to(&mut change, 2, Refused, Some(503));
        assert_eq!(kept.found(), [(1, Refused, Some(503), 1)]);
    }
}
