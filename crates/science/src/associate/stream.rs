//! Association as measurements come in.
//!
//! # Algorithm
//! Time is cut into blocks where the measurements themselves say: a block ends [`BLOCK_PICKS`] measurements after it
//! began, or [`BLOCK_REACHES`] of the longest travel times. A block is associated together with what comes within
//! twice that travel time after it, so that events near its end compete with those beyond; events whose origin lies in
//! the block are final, their measurements are gone, and so is all that is older than the block's end. What was
//! learnt goes on to the next block. A block is closed once everything up to its end and beyond can have come, so
//! neither the order of arrival nor how often the time is advanced shows in what is final; [`associate`] itself is
//! nothing but one push of all and a finish.
//!
//! [`associate`]: super::associate
use super::error::{AssociateError, Kind};
use super::evidence::Evidence;
use super::inconsistent::Inconsistent;
use super::model::Learnt;
use super::network::{NONE, Network};
use super::picks::{Pick, Picks};
use super::read::{self, Reading, Unused};
use super::region::Region;
use super::result::{Associated, Waves, associated};
use super::rounds;
use super::settings::Settings;
use std::collections::BTreeSet;
use truceline_model::measurement::{Measurement, Sensor};
use truceline_model::time::Time;

/// Measurements of a block at most: some minutes of a very busy network; its tables fit a processor's caches.
pub const BLOCK_PICKS: usize = 40_000;

/// A block's length in longest travel times: what is computed twice at its end stays a few per cent.
pub const BLOCK_REACHES: f64 = 100.0;

/// The most measurements that may wait: ten blocks.
pub const WAITING_MAX: usize = 10 * BLOCK_PICKS;

/// How often sensors that contradict are looked for: each time costs an association.
const INCONSISTENT_PASSES: usize = 3;

/// A measurement that waits.
#[derive(Debug, Clone)]
struct Waiting {
    time: Time,
    reading: Reading,
    id: u64,
}

/// What became final.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Closed {
    /// Events in order of time; members are the numbers that [`Associator::push`] gave.
    pub events: Vec<Associated>,
    /// Measurements that no event explains.
    pub left: Vec<u64>,
    /// Measurements that were set aside, and why.
    pub unused: Vec<(u64, Unused)>,
    /// Sensors that contradicted the others.
    pub inconsistent: Vec<Inconsistent>,
}

/// Associates measurements as they come.
#[derive(Debug, Clone)]
pub struct Associator {
    network: Network,
    region: Region,
    settings: Settings,
    threads: usize,
    learnt: Learnt,
    waiting: Vec<Waiting>,
    next: u64,
    /// Origins before this are final; measurements before it come too late.
    closed: Option<Time>,
    unused: Vec<(u64, Unused)>,
}

/// Where a block ends, and until when measurements are looked at for it.
struct Cut {
    end: Time,
    until: Time,
}

impl Associator {
    /// An associator of these sensors.
    ///
    /// # Errors
    /// If a sensor's site or a setting has no meaning.
    pub fn new(sensors: &[Sensor], settings: &Settings, threads: usize) -> Result<Self, AssociateError> {
        settings.check()?;
        let network = Network::new(sensors)?;
        let region = Region::new(&network, settings);
        let learnt = match &settings.start {
            Some(start) if start.fits(&network) => start.clone(),
            _ => Learnt::start(&network, settings),
        };
        Ok(Self {
            network,
            region,
            settings: settings.clone(),
            threads,
            learnt,
            waiting: Vec::new(),
            next: 0,
            closed: None,
            unused: Vec::new(),
        })
    }

    /// Takes a measurement; its number, counted from zero.
    ///
    /// # Errors
    /// If [`WAITING_MAX`] measurements wait already: then the time must be advanced first.
    pub fn push(&mut self, m: &Measurement) -> Result<u64, AssociateError> {
        if self.waiting.len() >= WAITING_MAX {
            let kind = Kind::Window { measurements: self.waiting.len(), measurements_max: WAITING_MAX };
            return Err(AssociateError(kind));
        }
        Ok(self.take(m))
    }

    /// [`Self::push`] without its bound, for a closed set that is in memory anyway.
    pub(super) fn take(&mut self, m: &Measurement) -> u64 {
        let id = self.next;
        self.next += 1;
        match read::reading(&self.network, self.settings.coupled.is_some(), m) {
            Err(why) => self.unused.push((id, why)),
            Ok(_) if self.closed.is_some_and(|closed| m.time < closed) => self.unused.push((id, Unused::Late)),
            Ok(reading) => self.waiting.push(Waiting { time: m.time, reading, id }),
        }
        id
    }

    /// Closes all blocks that can be closed when every measurement up to a time has come.
    #[must_use]
    pub fn advance(&mut self, complete_until: Time) -> Closed {
        let mut closed = Closed::default();
        self.order();
        while let Some(cut) = self.cut().filter(|cut| cut.until <= complete_until) {
            self.close(&cut, &mut closed);
        }
        closed.unused.append(&mut self.unused);
        closed
    }

    /// Closes everything.
    #[must_use]
    pub fn finish(&mut self) -> Closed {
        let mut closed = Closed::default();
        self.order();
        while let Some(cut) = self.cut() {
            self.close(&cut, &mut closed);
        }
        closed.unused.append(&mut self.unused);
        closed
    }

    /// Events among what waits, as it now looks; later measurements may change them.
    #[must_use]
    pub fn provisional(&self) -> Vec<Associated> {
        let mut copy = self.clone();
        copy.settings.learn = self.settings.learn && self.learnt.events == 0;
        copy.finish().events
    }

    /// What was learnt so far.
    #[must_use]
    pub fn learnt(&self) -> &Learnt {
        &self.learnt
    }

    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    /// How many measurements wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn order(&mut self) {
        self.waiting.sort_by(|a, b| {
            a.time.cmp(&b.time).then(a.reading.channels.cmp(&b.reading.channels)).then(a.id.cmp(&b.id))
        });
    }

    /// The next block's end, from the measurements in order; none where none waits.
    fn cut(&self) -> Option<Cut> {
        let start = self.waiting.first()?.time;
        let used = self.waiting.iter().take(BLOCK_PICKS).flat_map(|w| &w.reading.channels);
        let used: BTreeSet<u32> = used.map(|channel| self.network.channels[*channel as usize].class).collect();
        let reach_s = self.learnt.longest_travel_s(used.iter().map(|class| *class as usize));
        let by_time = start.plus_s(BLOCK_REACHES * reach_s);
        // The block's end is after its first measurement, even if thousands have one time.
        let end = match self.waiting.get(BLOCK_PICKS) {
            Some(next) => next.time.min(by_time).max(Time(start.0 + 1)),
            None => by_time,
        };
        Some(Cut { end, until: end.plus_s(2.0 * reach_s) })
    }

    fn close(&mut self, cut: &Cut, closed: &mut Closed) {
        let reference = self.waiting.first().map_or(Time(0), |w| w.time);
        let count = self.waiting.partition_point(|w| w.time < cut.until);
        let inside = self.waiting.partition_point(|w| w.time < cut.end);
        let (mut all, mut evidence) = (Vec::with_capacity(count), Vec::new());
        for (row, w) in self.waiting[..count].iter().enumerate() {
            let time_s = w.time.seconds_since(reference);
            w.reading.picks(time_s, row as u32, &mut all, &mut evidence);
        }
        let doubles = doubles(&mut all, &evidence);
        let work = |all: Vec<Pick>, out: &BTreeSet<usize>| {
            let mut picks = Picks::new(&self.network, all, evidence.clone());
            picks.observed_s = self.settings.observed_s.unwrap_or(0.0);
            picks.recorded(&self.settings.recorded, reference, &self.learnt);
            out.iter().for_each(|sensor| picks.health.leave_out(*sensor));
            let learnt = self.learnt.clone();
            let outcome = rounds::run(&self.network, &self.region, &mut picks, learnt, &self.settings, self.threads);
            (picks, outcome)
        };
        let (mut picks, mut outcome) = work(all, &BTreeSet::new());
        // Again without the sensors that contradict: neither their arrivals nor their silence counts. What they spoilt
        // may have hidden others.
        let (mut wrong, mut set_aside) = (BTreeSet::new(), Vec::new());
        for _ in 0..INCONSISTENT_PASSES {
            if outcome.inconsistent.is_empty() {
                break;
            }
            wrong.extend(outcome.inconsistent.iter().map(|one| one.sensor));
            let bad = |pick: &Pick| wrong.contains(&(self.network.channels[pick.channel as usize].sensor as usize));
            let (out, rest): (Vec<Pick>, Vec<Pick>) = picks.all.iter().copied().partition(bad);
            set_aside.extend(out.iter().map(|pick| pick.row as usize));
            closed.inconsistent.append(&mut outcome.inconsistent);
            (picks, outcome) = work(rest, &wrong);
        }
        self.learnt = outcome.learnt;
        let waves = Waves::new(&self.learnt);
        let mut gone = vec![false; count];
        for ((one, left_out), other_odds) in outcome.live.iter().zip(outcome.left_out).zip(&outcome.other_odds) {
            let event = associated(&self.network, &self.region, &picks, reference, one, &outcome.live, &waves);
            let channel = |pick: &u32| self.network.channels[picks.all[*pick as usize].channel as usize];
            let echoes = |(pick, _): &(u32, f64)| self.learnt.classes[channel(pick).class as usize].echo.is_some();
            let echoing = one.fitted.members.iter().all(echoes);
            let event = event.or_other(*other_odds).judged(picks.is_open(), echoing);
            // The last block's end lies beyond every measurement.
            if event.time < cut.end && event.p_real >= self.settings.p_real_min {
                for member in &event.members {
                    gone[*member] = true;
                }
                let id = |row: &usize| self.waiting[*row].id as usize;
                closed.events.push(Associated { left_out, ..event.numbered(id) });
            }
        }
        closed.events.sort_by(|a, b| a.time.cmp(&b.time).then(a.members.cmp(&b.members)));
        for row in doubles {
            gone[row] = true;
            closed.unused.push((self.waiting[row].id, Unused::Duplicate));
        }
        for row in set_aside.into_iter().filter(|row| *row < inside) {
            gone[row] = true;
            closed.unused.push((self.waiting[row].id, Unused::Inconsistent));
        }
        closed.left.extend((0..inside).filter(|row| !gone[*row]).map(|row| self.waiting[row].id));
        let mut row = 0;
        self.waiting.retain(|_| {
            row += 1;
            row > inside && !gone.get(row - 1).copied().unwrap_or(false)
        });
        self.closed = Some(cut.end);
    }
}

/// Takes out exact doubles: the same channel, time and statement. Gives their rows.
fn doubles(all: &mut Vec<Pick>, evidence: &[Evidence]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&all[*a], &all[*b]);
        a.channel.cmp(&b.channel).then(a.time_s.total_cmp(&b.time_s)).then(a.row.cmp(&b.row))
    });
    let said = |pick: &Pick| (pick.evidence != NONE).then(|| evidence[pick.evidence as usize]);
    for pair in order.windows(2) {
        let (a, b) = (&all[pair[0]], &all[pair[1]]);
        if a.channel == b.channel && a.time_s == b.time_s && a.variance_s2 == b.variance_s2 && said(a) == said(b) {
            found.push(b.row as usize);
        }
    }
    found.sort_unstable();
    // Of a measurement whose wave is open each reading was found.
    found.dedup();
    all.retain(|pick| found.binary_search(&(pick.row as usize)).is_err());
    found
}
