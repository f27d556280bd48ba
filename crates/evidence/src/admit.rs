//! Which frames are a station's own, and whether its row of them is unbroken.
//!
//! # Rules
//! A frame is admitted if its key is enrolled for its station and holds at its place in the log, the signature holds
//! strictly, and it goes on from the newest frame of the station: the next number, citing the newest one's hash. Then:
//! - a number beyond the next one is a *gap*, remembered until its frames come *late*, from either end of the hole: each must
//!   cite the frame before it or be cited by the one behind it, the last one both;
//! - a used number with other contents is a *fork*, and a next number that cites another frame is *unchained*: somebody else
//!   holds the key, or the station lost its memory. It is not admitted, and all that builds on it is not either;
//! - a higher boot is a *reboot*, and goes on with the numbers; a new key may begin at number 0.
//!
//! Times are bounded on both sides: not before the checkpoint that a frame cites (its time is that of the newest tick in
//! that tree), not after its arrival at the first relay, by the relay's signed receipt. Each with five of the clock's standard
//! deviations and [`TIME_MARGIN_S`]; what lies outside is admitted, and said. A frame that the relay received more than two
//! promises after the time that it claims is *held back*, or was sealed later than it claims: the words give both bounds.
//!
//! All is a pure function of the entries in the order of the log; node, replay and a verifier's check are the same code.
mod relay;
mod station;

use crate::frame::{Beacon, ClockEvidence, Delivered, Frame};
use crate::keys::{KeyAct, Register, Role, Standing};
use crate::statement::{Signed, Statement, Statements};
use relay::Relay;
use station::Station;
use std::collections::{BTreeMap, VecDeque};
use truceline_model::canonical_map;
use truceline_model::continuity::{Continuity, Fault};
use truceline_model::hash::Hash;
use truceline_model::tick::Tick;
use truceline_model::time::{NS_PER_S, Time};

pub use relay::RECEIPTED_REMEMBERED;
pub use station::{HOLES_MAX, NEWEST_REMEMBERED};

/// The most stations: the channels that an engine watches. Each takes some 4 kB, so they take 8 MB.
pub const MAX_STATIONS: usize = 2_000;

/// How far a claimed time may lie outside its bounds, seconds: what the clocks of relays and journal may be wrong.
pub const TIME_MARGIN_S: i64 = 1;

/// How many ticks are remembered: at one in ten seconds those of half a day. An older checkpoint bounds nothing.
const TICKS_REMEMBERED: usize = 4_096;

/// How many promises of the next frame may pass before silence is said.
const PROMISES_MISSED: i64 = 2;

/// Key register and stations of one journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Admission {
    register: Register,
    /// By name, in their order.
    stations: Vec<(String, Station)>,
    /// By name, in their order.
    relays: Vec<(String, Relay)>,
    /// Frames that a relay received and that did not come yet, with the times, the newest last.
    receipts: VecDeque<(Hash, Time)>,
    /// What people said.
    statements: Statements,
    /// Ticks with their indices, the newest last.
    ticks: VecDeque<(u64, Time)>,
}

canonical_map!(Admission {
    "ticks" => ticks,
    "relays" => relays,
    "receipts" => receipts,
    "register" => register,
    "stations" => stations,
    "statements" => statements,
});

/// A frame that was admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The frame.
    pub frame: Frame,
    /// The station's owner, by the register.
    pub owner: String,
}

impl Admission {
    /// The key register.
    #[must_use]
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// Takes an act on keys. A revocation says of each station what of it became suspect.
    ///
    /// # Errors
    /// As [`Register::take`].
    pub fn take_act(&mut self, journal: &str, index: u64, act: &KeyAct) -> Result<Vec<Continuity>, String> {
        let suspects = |register: &Register| -> BTreeMap<Hash, u64> {
            register.keys().filter_map(|(id, key)| Some((*id, key.suspect_since?))).collect()
        };
        let before = suspects(&self.register);
        self.register.take(journal, index, act)?;
        let mut found = Vec::new();
        for (key, since) in suspects(&self.register) {
            if before.get(&key) != Some(&since) {
                found.extend(self.stations.iter().filter_map(|(name, station)| station.suspect(name, key, since)));
            }
        }
        Ok(found)
    }

    /// Takes the statement that stands at `index`.
    ///
    /// # Errors
    /// As [`Statements::take`].
    pub fn take_statement(&mut self, journal: &str, index: u64, signed: &Signed) -> Result<Statement, String> {
        self.statements.take(&self.register, journal, index, signed)
    }

    /// Takes the frame that stands at `index`: whether it is admitted, and all that is to be said.
    ///
    /// # Errors
    /// In words why it is not the station's own or does not go on from its newest one.
    pub fn take_frame(&mut self, index: u64, delivered: &Delivered) -> (Result<Admitted, String>, Vec<Continuity>) {
        let mut found = Vec::new();
        let admitted = self.admit(index, delivered, &mut found);
        (admitted, found)
    }

    fn admit(&mut self, index: u64, delivered: &Delivered, found: &mut Vec<Continuity>) -> Result<Admitted, String> {
        let frame = delivered.sealed.frame().map_err(|error| format!("it is no frame: {error}"))?;
        let hash = delivered.sealed.hash();
        let of = |fault, words: String| Continuity {
            station: frame.station.clone(),
            key: frame.key,
            fault,
            from: frame.sequence,
            to: frame.sequence,
            frame: Some(hash),
            at: frame.time,
            words,
        };
        let Some(enrolled) = self.register.key(frame.key) else {
            return Err(format!("{}: the key {} is not enrolled", frame.station, frame.key));
        };
        let holder = &enrolled.holder;
        if holder.role != Role::Station || holder.name != frame.station {
            return Err(format!("{}: the key {} is that of {}", frame.station, frame.key, holder.name));
        }
        if !delivered.sealed.is_signed_by(&holder.key) {
            return Err(format!("{}: the signature of frame {} does not hold", frame.station, frame.sequence));
        }
        match self.register.standing(frame.key, index) {
            Standing::Good => {}
            Standing::Suspect => {
                found.push(of(Fault::Suspect, "its key was revoked".to_owned()));
                return Err(format!("{}: frame {} is signed with a revoked key", frame.station, frame.sequence));
            }
            Standing::Rotated | Standing::NotYet | Standing::Unknown => {
                return Err(format!("{}: the key {} does not hold here", frame.station, frame.key));
            }
        }
        let owner = holder.owner.clone();
        let receipted = self.receipted(hash);
        let at = match self.stations.binary_search_by(|(name, _)| name.as_str().cmp(&frame.station)) {
            Ok(at) => {
                self.stations[at].1.go_on(&frame, hash, &of, found)?;
                at
            }
            Err(_) if self.stations.len() >= MAX_STATIONS => {
                return Err(format!("{}: {MAX_STATIONS} stations are known", frame.station));
            }
            Err(at) => {
                if frame.sequence > 0 {
                    let mut gap = of(Fault::Gap, "the first frame of the station here".to_owned());
                    (gap.from, gap.to) = (0, frame.sequence - 1);
                    found.push(gap);
                }
                self.stations.insert(at, (frame.station.clone(), Station::begin(&frame, hash)));
                at
            }
        };
        self.check_time(index, &frame, (receipted, delivered.received), &of, found);
        self.stations[at].1.check_receipt(receipted.is_some(), &of, found);
        self.stations[at].1.check_state(&frame, &of, found);
        Ok(Admitted { frame, owner })
    }

    fn check_time(
        &self,
        index: u64,
        frame: &Frame,
        (receipted, received): (Option<Time>, Option<Time>),
        of: &dyn Fn(Fault, String) -> Continuity,
        found: &mut Vec<Continuity>,
    ) {
        if let Some(words) = self.before_beacon(index, frame.beacon.as_ref(), frame.time, &frame.clock) {
            found.push(of(Fault::Backdated, words));
        }
        let margin_ns = margin_ns(&frame.clock);
        if let Some(arrived) = receipted.or(received)
            && frame.time.0.saturating_sub(margin_ns) > arrived.0
        {
            found.push(of(Fault::Postdated, format!("it claims {}, and came at {arrived}", frame.time)));
        }
        let promised_ns = PROMISES_MISSED * i64::from(frame.next_within_s) * NS_PER_S;
        if let Some(arrived) = receipted
            && arrived.0.saturating_sub(frame.time.0) > promised_ns.saturating_add(margin_ns)
        {
            let since = frame.beacon.as_ref().and_then(|beacon| self.time_of(beacon.size));
            let since = since.map_or_else(|| "at any time".to_owned(), |since| format!("after {since}"));
            let words = format!(
                "it claims {}, and the relay had it at {arrived}: it was sealed {since} and before that",
                frame.time
            );
            found.push(of(Fault::HeldBack, words));
        }
    }

    /// Why a claimed time cannot be, where it lies before the checkpoint that is cited; none if it can.
    fn before_beacon(&self, index: u64, beacon: Option<&Beacon>, time: Time, clock: &ClockEvidence) -> Option<String> {
        let beacon = beacon?;
        if beacon.size > index {
            return Some(format!("it cites a tree of {} entries, {index} stood before it", beacon.size));
        }
        let not_before = self.time_of(beacon.size)?;
        (time.0.saturating_add(margin_ns(clock)) < not_before.0)
            .then(|| format!("it claims {time}, and cites a checkpoint of {not_before}"))
    }

    /// The time of the newest tick among the first `size` entries, if it is remembered.
    fn time_of(&self, size: u64) -> Option<Time> {
        let at = self.ticks.partition_point(|(index, _)| *index < size);
        at.checked_sub(1).map(|at| self.ticks[at].1)
    }

    /// Takes one of the newest frames of a station before all that are read again: nothing is said, and what is missing before
    /// the first of them is taken as lost. So an engine that begins anew goes on with every station without all its frames.
    pub fn resume(&mut self, index: u64, delivered: &Delivered) {
        let before = self.stations.len();
        if let (Ok(admitted), _) = self.take_frame(index, delivered)
            && self.stations.len() > before
            && let Ok(at) = self.stations.binary_search_by(|(name, _)| name.cmp(&admitted.frame.station))
        {
            self.stations[at].1.forget_holes();
        }
    }

    /// Takes the clock: which stations kept their promise of a frame.
    pub fn take_tick(&mut self, index: u64, tick: &Tick) -> Vec<Continuity> {
        if self.register.acts() == 0 {
            // Nobody can seal anything yet.
            return Vec::new();
        }
        self.ticks.push_back((index, tick.now));
        if self.ticks.len() > TICKS_REMEMBERED {
            self.ticks.pop_front();
        }
        self.stations.iter_mut().filter_map(|(name, station)| station.silence(name, tick.now)).collect()
    }

    /// Each station with the number of its newest frame and the ranges of numbers that are missing before it.
    pub fn rows(&self) -> impl Iterator<Item = (&str, u64, Vec<(u64, u64)>)> {
        let holes = |station: &Station| station.holes().iter().map(|hole| (hole.from, hole.to)).collect();
        self.stations.iter().map(move |(name, station)| (name.as_str(), station.newest(), holes(station)))
    }
}

/// How far a claimed time may lie outside its bounds.
fn margin_ns(clock: &ClockEvidence) -> i64 {
    let sigmas_ns = i64::try_from(clock.sigma_ns.saturating_mul(5)).unwrap_or(i64::MAX);
    sigmas_ns.saturating_add(TIME_MARGIN_S * NS_PER_S)
}

#[cfg(test)]
pub(crate) mod tests;
