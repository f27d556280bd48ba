//! One station's row of frames.
use super::PROMISES_MISSED;
use crate::frame::{Authenticity, Frame, Health};
use std::collections::VecDeque;
use truceline_model::canonical_map;
use truceline_model::continuity::{Continuity, Fault};
use truceline_model::hash::Hash;
use truceline_model::time::{NS_PER_S, Time};

/// How many frames of a station are remembered by number and hash: a minute and more at one a second. What comes again after
/// that cannot be told from a fork, and is not admitted either.
pub const NEWEST_REMEMBERED: usize = 64;

/// The most holes of a station that are remembered. Of more the oldest is taken as lost for good.
pub const HOLES_MAX: usize = 64;

/// A fault that a frame showed.
type Say<'a> = &'a dyn Fn(Fault, String) -> Continuity;

/// Numbers that are missing in a row, and what holds it on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hole {
    pub(super) from: u64,
    pub(super) to: u64,
    /// The hash of the frame before it; none before number 0.
    before: Option<Hash>,
    /// The hash that the frame behind it cites.
    after: Option<Hash>,
}

canonical_map!(Hole { "to" => to, "from" => from, "after" => after, "before" => before });

/// What is known of a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Station {
    key: Hash,
    boot: u64,
    /// Number and hash of the newest frames, ascending; never empty.
    recent: VecDeque<(u64, Hash)>,
    holes: Vec<Hole>,
    time: Time,
    next_within_s: u32,
    is_silent: bool,
    /// What it said of itself last.
    health: Health,
    is_spoofed: bool,
    /// Whether its newest frame had a relay's receipt.
    is_receipted: bool,
}

canonical_map!(Station {
    "key" => key,
    "boot" => boot,
    "time" => time,
    "holes" => holes,
    "health" => health,
    "recent" => recent,
    "is_silent" => is_silent,
    "is_spoofed" => is_spoofed,
    "is_receipted" => is_receipted,
    "next_within_s" => next_within_s,
});

impl Station {
    /// A station at its first frame here.
    pub(super) fn begin(frame: &Frame, hash: Hash) -> Self {
        let first = frame.sequence.checked_sub(1).map(|to| Hole { from: 0, to, before: None, after: frame.previous });
        Self {
            key: frame.key,
            boot: frame.boot,
            recent: std::iter::once((frame.sequence, hash)).collect(),
            holes: first.into_iter().collect(),
            time: frame.time,
            next_within_s: frame.next_within_s,
            is_silent: false,
            health: Health::default(),
            is_spoofed: false,
            is_receipted: false,
        }
    }

    /// Takes what is missing as lost.
    pub(super) fn forget_holes(&mut self) {
        self.holes.clear();
    }

    pub(super) fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// The number of the newest frame.
    pub(super) fn newest(&self) -> u64 {
        self.recent.back().map_or(0, |(sequence, _)| *sequence)
    }

    /// Takes a frame that the station's key signed, if it goes on from what stands.
    pub(super) fn go_on(
        &mut self,
        frame: &Frame,
        hash: Hash,
        of: Say<'_>,
        found: &mut Vec<Continuity>,
    ) -> Result<(), String> {
        let refused = |why: &str| Err(format!("{}: frame {} {why}", frame.station, frame.sequence));
        // A new key may begin a new row; an old row may go on under it.
        if frame.key != self.key && frame.sequence == 0 {
            *self = Self::begin(frame, hash);
            return Ok(());
        }
        let (newest, newest_hash) = self.recent.back().copied().unwrap_or((0, hash));
        if frame.sequence <= newest {
            return self.go_back(frame, hash, of, found);
        }
        if frame.sequence == newest + 1 && frame.previous != Some(newest_hash) {
            found.push(of(Fault::Unchained, format!("it cites another frame than the frame {newest} that came")));
            return refused("does not cite the one before it");
        }
        if frame.boot < self.boot {
            found.push(of(Fault::Unchained, format!("it is of start {}, after start {}", frame.boot, self.boot)));
            return refused("is of an earlier start of the station");
        }
        if frame.sequence > newest + 1 {
            let mut gap = of(Fault::Gap, format!("{} frames are missing", frame.sequence - newest - 1));
            (gap.from, gap.to) = (newest + 1, frame.sequence - 1);
            found.push(gap);
            let (from, to) = (newest + 1, frame.sequence - 1);
            self.holes.push(Hole { from, to, before: Some(newest_hash), after: frame.previous });
            if self.holes.len() > HOLES_MAX {
                self.holes.remove(0);
            }
        }
        if frame.boot > self.boot {
            found.push(of(Fault::Rebooted, format!("start {}, before it was start {}", frame.boot, self.boot)));
        }
        if frame.time < self.time {
            found.push(of(Fault::ClockBack, format!("from {} to {}", self.time, frame.time)));
        }
        self.key = frame.key;
        self.boot = frame.boot;
        self.time = frame.time;
        self.next_within_s = frame.next_within_s;
        self.is_silent = false;
        self.remember(frame.sequence, hash);
        Ok(())
    }

    fn remember(&mut self, sequence: u64, hash: Hash) {
        self.recent.push_back((sequence, hash));
        if self.recent.len() > NEWEST_REMEMBERED {
            self.recent.pop_front();
        }
    }

    /// A number that is not beyond the newest one: it comes again, fills a hole, or is another of the same number.
    fn go_back(&mut self, frame: &Frame, hash: Hash, of: Say<'_>, found: &mut Vec<Continuity>) -> Result<(), String> {
        let refused = |why: &str| Err(format!("{}: frame {} {why}", frame.station, frame.sequence));
        let number = frame.sequence;
        if let Some(at) = self.holes.iter().position(|hole| (hole.from..=hole.to).contains(&number)) {
            let hole = &mut self.holes[at];
            // It must hang on the frame before the hole or on the one behind it; the last one on both.
            let (is_first, is_last) = (number == hole.from, number == hole.to);
            let fits_before = !is_first || frame.previous == hole.before;
            let fits_after = !is_last || hole.after == Some(hash);
            if !fits_before || !fits_after {
                found.push(of(Fault::Forked, "the frames beside it in the row cite another one".to_owned()));
                return refused("is not the one that is missing");
            }
            if !is_first && !is_last {
                return refused("comes before those beside it in the row, so nothing says that it is the one");
            }
            if is_first && is_last {
                self.holes.remove(at);
            } else if is_first {
                (hole.from, hole.before) = (number + 1, Some(hash));
            } else {
                (hole.to, hole.after) = (number - 1, frame.previous);
            }
            found.push(of(Fault::Late, "it was missing until now".to_owned()));
            return Ok(());
        }
        match self.recent.iter().find(|(sequence, _)| *sequence == number) {
            Some((_, held)) if *held == hash => {
                found.push(of(Fault::Replayed, "it was delivered before".to_owned()));
                refused("was delivered before")
            }
            Some(_) => {
                found.push(of(Fault::Forked, "another frame of this number came before".to_owned()));
                refused("has the number of another one")
            }
            None => {
                found.push(of(Fault::Replayed, "its number was used long before".to_owned()));
                refused("has a number that was used long before")
            }
        }
    }

    /// Says once that a frame came without a receipt, where those before it had one.
    pub(super) fn check_receipt(&mut self, is_receipted: bool, of: Say<'_>, found: &mut Vec<Continuity>) {
        if self.is_receipted && !is_receipted {
            let words = "no relay says by when it had arrived, as one did for those before it".to_owned();
            found.push(of(Fault::Unreceipted, words));
        }
        self.is_receipted = is_receipted;
    }

    /// What the station says of its clock and state, where it changed to the worse.
    pub(super) fn check_state(&mut self, frame: &Frame, of: Say<'_>, found: &mut Vec<Continuity>) {
        let is_spoofed = frame.clock.authenticity == Authenticity::Failed;
        if is_spoofed && !self.is_spoofed {
            found.push(of(Fault::Spoofed, "its satellites' signals are not authentic".to_owned()));
        }
        self.is_spoofed = is_spoofed;
        if frame.health != self.health && !frame.health.faults().is_empty() {
            found.push(of(Fault::Unwell, frame.health.faults().join("; ")));
        }
        self.health = frame.health;
    }

    /// Says once that a promised frame did not come.
    pub(super) fn silence(&mut self, name: &str, now: Time) -> Option<Continuity> {
        let waits_ns = PROMISES_MISSED * i64::from(self.next_within_s) * NS_PER_S;
        if self.is_silent || now.0.saturating_sub(self.time.0) <= waits_ns {
            return None;
        }
        self.is_silent = true;
        let next = self.newest() + 1;
        Some(Continuity {
            station: name.to_owned(),
            key: self.key,
            fault: Fault::Silent,
            from: next,
            to: next,
            frame: None,
            at: self.time,
            words: format!("the next frame was promised within {} s", self.next_within_s),
        })
    }

    /// What of the station is suspect since its key was revoked.
    pub(super) fn suspect(&self, name: &str, key: Hash, since: u64) -> Option<Continuity> {
        (self.key == key).then(|| Continuity {
            station: name.to_owned(),
            key,
            fault: Fault::Suspect,
            from: 0,
            to: self.newest(),
            frame: None,
            at: self.time,
            words: format!("its key was revoked; what stands from entry {since} on is suspect"),
        })
    }
}
