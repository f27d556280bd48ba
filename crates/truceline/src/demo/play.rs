//! The clock of the demo: it runs through scenes, stands when somebody wishes so, and jumps over quiet hours. It is the clock that
//! ticks (`node::sources`), so that the pipeline sees the recording's time as it is played.
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use truceline_model::time::{NS_PER_S, Time};
use truceline_node::sources::{Clock, TICK_EVERY};

/// How often it is asked whether a tick is due: at the highest speed a tick is due every 83 ms.
const ASKED_EVERY: Duration = Duration::from_millis(20);

/// What everybody may see of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hands {
    /// What it shows.
    pub(crate) now: Time,
    /// So many seconds in one.
    pub(crate) speed: f64,
    /// Somebody wished that it stands.
    pub(crate) paused: bool,
    /// The day is over.
    pub(crate) ended: bool,
    /// It jumps.
    pub(crate) skipping: bool,
    /// The scene that is played.
    pub(crate) scene: Option<usize>,
    /// The first scene that was not begun yet.
    pub(crate) ahead: usize,
    /// The scene that somebody wishes to see at once.
    pub(crate) wished: Option<usize>,
    /// What was skipped.
    pub(crate) skipped: Vec<(Time, Time)>,
}

#[derive(Debug)]
struct State {
    hands: Hands,
    /// The newest tick that stands.
    ticked: Option<Time>,
    /// A tick at what it shows is waited for.
    is_asked: bool,
    stopped: bool,
}

/// The clock. One thread moves it on; any may look at it.
#[derive(Debug)]
pub(crate) struct Play {
    state: Mutex<State>,
    changed: Condvar,
}

impl Play {
    /// A clock that stands at the begin of a day.
    pub(crate) fn new(begin: Time, speed: f64) -> Self {
        let hands = Hands {
            now: begin,
            speed,
            paused: false,
            ended: false,
            skipping: false,
            scene: None,
            ahead: 0,
            wished: None,
            skipped: Vec::new(),
        };
        let state = State { hands, ticked: None, is_asked: false, stopped: false };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// What it shows.
    pub(crate) fn hands(&self) -> Hands {
        self.lock().hands.clone()
    }

    /// Changes how it goes.
    pub(crate) fn set<T>(&self, change: impl FnOnce(&mut Hands) -> T) -> T {
        let changed = change(&mut self.lock().hands);
        self.changed.notify_all();
        changed
    }

    /// The program ends.
    pub(crate) fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    /// Waits so long by this machine's clock, or until somebody wishes something; false if the program ends.
    pub(crate) fn wait(&self, wait: Duration) -> bool {
        let state = self.lock();
        if state.stopped {
            return false;
        }
        let (state, _) = self.changed.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner);
        !state.stopped
    }

    /// Goes on to an instant and returns when a tick at it stands; false if the program ends.
    pub(crate) fn tick_at(&self, at: Time) -> bool {
        {
            let mut state = self.lock();
            state.hands.now = state.hands.now.max(at);
            state.is_asked = true;
        }
        loop {
            let state = self.lock();
            if state.stopped {
                return false;
            }
            if state.ticked.is_some_and(|ticked| ticked >= at) {
                return true;
            }
            drop(state);
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for Play {
    fn now(&self) -> Time {
        self.lock().hands.now
    }

    fn due(&self, last: Option<Time>, _: bool) -> Option<Time> {
        let mut state = self.lock();
        state.ticked = last;
        let now = state.hands.now;
        let every_ns = TICK_EVERY.as_secs() as i64 * NS_PER_S;
        let is_due = match last {
            None => true,
            Some(last) if now <= last => {
                state.is_asked = false;
                false
            }
            Some(last) => state.is_asked || now.0 - last.0 >= every_ns,
        };
        is_due.then_some(now)
    }

    fn ask_again_after(&self) -> Duration {
        ASKED_EVERY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Time {
        Time(s * NS_PER_S)
    }

    #[test]
    fn a_tick_is_due_every_ten_seconds_of_play_and_never_while_it_stands() {
        let play = Play::new(at(100), 30.0);
        assert_eq!(play.due(None, false), Some(at(100)));
        assert_eq!(play.due(Some(at(100)), false), None);
        play.set(|hands| hands.now = at(109));
        assert_eq!(play.due(Some(at(100)), false), None);
        play.set(|hands| hands.now = at(111));
        assert_eq!(play.due(Some(at(100)), false), Some(at(111)));
        // It failed: it is due again, and what failed stands not.
        assert_eq!(play.due(Some(at(100)), false), Some(at(111)));
        assert_eq!(play.due(Some(at(111)), false), None);
    }

    #[test]
    fn a_jump_waits_until_its_tick_stands() {
        let play = std::sync::Arc::new(Play::new(at(0), 1.0));
        let ticking = std::sync::Arc::clone(&play);
        let thread = std::thread::spawn(move || {
            let (mut last, mut all) = (None, Vec::new());
            while last < Some(at(3)) {
                if let Some(now) = ticking.due(last, false) {
                    last = Some(now);
                    all.push(now);
                }
            }
            ticking.due(last, false);
            all
        });
        for s in 1..=3 {
            assert!(play.tick_at(at(s)));
        }
        assert!(thread.join().unwrap().ends_with(&[at(1), at(2), at(3)]));
        play.stop();
        assert!(!play.tick_at(at(4)) && !play.wait(Duration::from_secs(5)));
    }
}
