//! What moves the demo on: a thread that plays one scene after the other and jumps over what lies between.
use super::feed::Feed;
use super::play::{Hands, Play};
use anyhow::{Context, Result, anyhow};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use truceline_evidence::journal::JournalReader as _;
use truceline_model::time::{NS_PER_S, Time};
use truceline_node::Node;
use truceline_node::sources::Say;
use truceline_sim::Day;
use truceline_sim::day::Record;

/// How often the clock is moved on.
const STEP: Duration = Duration::from_millis(20);

/// The clock runs on for at most so long after the thread was last awake: a machine that slept does not leap.
const STEP_MAX: Duration = Duration::from_millis(200);

/// So far may a source be behind, s of play, before the clock waits for it: a tick says up to when each has delivered, and one
/// that runs ahead would call silent what only has not arrived.
const BEHIND_S_MAX: f64 = 20.0;

/// What is this near to what was sent has been delivered, s: a span ends with its last sample, of which there are 20 a second.
const DELIVERED_S: f64 = 0.1;

/// So many entries may wait to be derived from before the clock waits: some seconds of records.
const UNSERVED_MAX: u64 = 1_000;

/// How far the clock jumps at a time, s: arrays wait some minutes for their elements, and channels count as silent after ten.
const JUMP_S: f64 = 300.0;

/// How long a jump is seen: a quiet hour then passes in about a second.
const JUMP_SEEN: Duration = Duration::from_millis(60);

/// How many quiet hours follow the last scene where not the whole day is played: windows last an hour.
const AFTER_S: f64 = 7_200.0;

/// The demo.
pub(crate) struct Stage {
    pub(crate) day: Arc<Day>,
    pub(crate) play: Arc<Play>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) node: Arc<Node>,
    pub(crate) say: Say,
}

/// A day with the scenes that are played, and when it ends.
pub(crate) fn cut(mut day: Day, scenes: &[String]) -> Result<(Day, f64)> {
    if scenes.is_empty() {
        let end_s = f64::from(day.world.hours) * 3_600.0;
        return Ok((day, end_s));
    }
    let known: Vec<&str> = day.scenes.iter().map(|scene| scene.id).collect();
    if let Some(unknown) = scenes.iter().find(|wished| !known.contains(&wished.as_str())) {
        return Err(anyhow!("--scenes: there is no scene {unknown:?}, expected some of {}", known.join(", ")));
    }
    let end_s = day.scenes.iter().filter(|scene| scenes.iter().any(|one| one == scene.id)).map(|one| one.span_s.end);
    let end_s = end_s.fold(0.0, f64::max) + AFTER_S;
    day.played_only(|scene| scenes.iter().any(|one| one == scene.id));
    Ok((day, end_s))
}

impl Stage {
    /// Plays to the end of the day, or until the program ends.
    pub(crate) fn run(self, end_s: f64) {
        match self.played(end_s) {
            Ok(()) => {}
            Err(error) => {
                self.play.set(|hands| hands.paused = true);
                (self.say)(&format!("the demo stands: {error:#}"));
            }
        }
    }

    fn played(&self, end_s: f64) -> Result<()> {
        let mut ahead: Option<(usize, Made)> = None;
        let mut next = 0;
        while next < self.day.scenes.len() {
            ahead = ahead.filter(|(scene, _)| *scene == next);
            let made = ahead.take().map_or_else(|| self.made(next), |(_, made)| Ok(made))?;
            if !self.skip(self.day.scenes[next].span_s.start, Some(next))? {
                return Ok(());
            }
            if let Some(wished) = self.wished(next) {
                // It is another scene: what was made is not played.
                next = wished;
                continue;
            }
            let records = made.join().map_err(|_| anyhow!("a scene could not be made"))??;
            if next + 1 < self.day.scenes.len() {
                ahead = Some((next + 1, self.made(next + 1)?));
            }
            if !self.scene(next, records)? {
                return Ok(());
            }
            next = self.wished(next + 1).unwrap_or(next + 1);
        }
        if self.skip(end_s, None)? {
            self.play.set(|hands| hands.ended = true);
        }
        Ok(())
    }

    /// The scene that somebody wishes instead of this one; a wish for this one is met thereby.
    fn wished(&self, instead_of: usize) -> Option<usize> {
        self.play.set(|hands| {
            hands.wished = hands.wished.filter(|wished| *wished != instead_of);
            hands.wished
        })
    }

    /// Begins to make a scene's records.
    fn made(&self, scene: usize) -> Result<Made> {
        let day = Arc::clone(&self.day);
        let work = move || day.records(scene).map_err(|error| anyhow!("{error}"));
        std::thread::Builder::new().name("demo world".to_owned()).spawn(work).context("cannot start a thread")
    }

    /// Jumps on, step by step, until an instant, s after the day's start; false if the program ends. On the way to a scene it is
    /// broken off where another one is wished.
    fn skip(&self, to_s: f64, scene: Option<usize>) -> Result<bool> {
        let (from, to) = (self.play.hands().now, self.time(to_s));
        self.play.set(|hands| (hands.skipping, hands.scene) = (true, None));
        let mut is_going = true;
        loop {
            let Hands { now, paused, wished, speed, .. } = self.play.hands();
            if !is_going || now >= to || scene.is_some() && wished.is_some() && wished != scene {
                break;
            }
            // Who wishes to be there does not wish to look on.
            let seen = if wished.is_some() { Duration::ZERO } else { JUMP_SEEN.mul_f64((30.0 / speed).min(1.0)) };
            if paused || self.is_behind()? {
                is_going = self.play.wait(STEP);
                continue;
            }
            is_going = self.play.tick_at(Time(to.0.min(now.plus_s(JUMP_S).0))) && self.play.wait(seen);
        }
        let now = self.play.hands().now;
        self.play.set(|hands| {
            hands.skipping = false;
            match hands.skipped.last_mut() {
                Some((_, end)) if *end == from => *end = now,
                _ if now > from => hands.skipped.push((from, now)),
                _ => {}
            }
        });
        Ok(is_going)
    }

    /// Plays a scene; false if the program ends. It is broken off when another one is wished.
    fn scene(&self, number: usize, records: Vec<Record>) -> Result<bool> {
        let span_s = self.day.scenes[number].span_s.clone();
        let within = |at_s: u32| span_s.contains(&f64::from(at_s)) && at_s > 0;
        let mut files: VecDeque<_> = self.day.deliveries.iter().filter(|one| within(one.at_s)).collect();
        // What its records say of its last seconds comes a little after it.
        let end_s = records.last().map_or(span_s.end, |last| last.at_s.max(span_s.end));
        let end = self.time(end_s);
        let mut records = VecDeque::from(records);
        // Up to when each owner's records were sent, as they are stamped.
        let mut sent: BTreeMap<usize, Time> = BTreeMap::new();
        self.play.set(|hands| (hands.scene, hands.ahead) = (Some(number), number + 1));
        let mut last = Instant::now();
        loop {
            let Hands { now, paused, speed, wished, .. } = self.play.hands();
            while records.front().is_some_and(|record| self.time(record.at_s) <= now) {
                let Some(record) = records.pop_front() else { break };
                let newest = sent.entry(record.owner).or_insert(record.end);
                *newest = (*newest).max(record.end);
                self.feed.push(record.station, record.end, record.bytes);
            }
            while files.front().is_some_and(|file| self.time(f64::from(file.at_s)) <= now) {
                let Some(file) = files.pop_front() else { break };
                self.node.load(&file.file.name, &file.file.bytes)?;
            }
            let is_over = now >= end || wished.is_some_and(|wished| wished > number);
            if is_over && self.behind_s(&sent) <= DELIVERED_S {
                break;
            }
            if !self.play.wait(STEP) {
                return Ok(false);
            }
            let passed = last.elapsed().min(STEP_MAX);
            last = Instant::now();
            if paused || is_over || self.behind_s(&sent) > BEHIND_S_MAX || self.is_behind()? {
                continue;
            }
            let on = now.plus_s(passed.as_secs_f64() * speed).min(end);
            self.play.set(|hands| hands.now = on);
        }
        // What was heard in it stands before the clock jumps.
        Ok(self.play.tick_at(self.play.hands().now))
    }

    fn time(&self, at_s: f64) -> Time {
        time_of(&self.day, at_s)
    }

    /// How far the source that is farthest behind is behind what was sent to it, s.
    fn behind_s(&self, sent: &BTreeMap<usize, Time>) -> f64 {
        let reported: BTreeMap<String, Time> = self.node.reported_up_to().into_iter().collect();
        let owners = self.day.owners();
        let behind = |(owner, sent): (&usize, &Time)| {
            let name = owners.get(*owner).map_or("", |(name, _)| name);
            reported.get(name).map_or(f64::from(u32::MAX), |reported| sent.seconds_since(*reported))
        };
        sent.iter().map(behind).fold(0.0, f64::max)
    }

    /// Whether the engine is too far behind the journal.
    fn is_behind(&self) -> Result<bool> {
        let progress = self.node.progress();
        match progress.stopped {
            Some(why) => Err(anyhow!("deriving stopped: {why}")),
            None => Ok(self.node.journal().size().saturating_sub(progress.served) > UNSERVED_MAX),
        }
    }
}

type Made = JoinHandle<Result<Vec<Record>>>;

/// The time of an instant, s after a day's start.
pub(crate) fn time_of(day: &Day, at_s: f64) -> Time {
    let ns = (at_s * NS_PER_S as f64).round() as i64;
    Time(day.world.start.0.saturating_add(ns))
}
