//! The measurements of one stretch of time, by channel, and what each would be without any event.
use super::evidence::Evidence;
use super::health::Health;
use super::model::Learnt;
use super::network::{NONE, Network};
use truceline_model::time::{Interval, Time};

/// One measurement, ready for computing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pick {
    /// When, s from the reference.
    pub time_s: f64,
    pub channel: u32,
    /// Which measurement of the caller. Of a measurement whose wave is open each reading is a pick of this row.
    pub row: u32,
    /// Variance of the time that it states itself, s2; zero where none.
    pub variance_s2: f64,
    /// Its bearing and the like, by index; [`NONE`] where it has none.
    pub evidence: u32,
}

/// Measurements sorted by channel and time.
#[derive(Debug, Clone)]
pub(super) struct Picks {
    pub all: Vec<Pick>,
    pub times: Vec<f64>,
    evidence: Vec<Evidence>,
    /// First pick of each channel, and one past the last.
    start: Vec<u32>,
    /// First pick of each channel at or after each step in time: `[channel * (steps + 1) + step]`.
    index: Vec<u32>,
    steps: usize,
    per_s: f64,
    /// When each sensor was registering.
    pub health: Health,
    /// Greatest deviation that a measurement of each channel states itself, s.
    pub own_sigma_s: Vec<f64>,
    pub from_s: f64,
    pub to_s: f64,
    /// For how long something was looked for, s, if it is longer than from the first to the last.
    pub observed_s: f64,
    /// Log of the clutter's density at each pick, 1/s.
    pub log_clutter: Vec<f64>,
    /// What all events would lose without a pick, nats; zero where none holds it.
    pub held: Vec<f64>,
    /// What others would lose less by than this counts as free, nats.
    pub cheap: f64,
    /// Whether crowds are taken for what is yet to be found, and not for clutter.
    pub calm: bool,
    /// The event that holds it, in whichever reading.
    pub owner: Vec<u32>,
    /// Of each pick the next reading of the same measurement, round and round; empty where all waves are stated.
    next: Vec<u32>,
}

impl Picks {
    /// Sorts; the order in which they come is of no matter but for exact doubles.
    pub(super) fn new(network: &Network, mut all: Vec<Pick>, evidence: Vec<Evidence>) -> Self {
        all.sort_by(|a, b| a.channel.cmp(&b.channel).then(a.time_s.total_cmp(&b.time_s)).then(a.row.cmp(&b.row)));
        let next = rings(&all);
        // A measurement is one, however it may be read.
        let mut ones = all.clone();
        ones.sort_by_key(|pick| (pick.row, pick.channel));
        ones.dedup_by_key(|pick| pick.row);
        let health = Health::new(network, if next.is_empty() { &all } else { &ones });
        let channels = network.channels.len();
        let times: Vec<f64> = all.iter().map(|pick| pick.time_s).collect();
        let from_s = times.iter().copied().fold(f64::INFINITY, f64::min).min(1e18);
        let to_s = times.iter().copied().fold(f64::NEG_INFINITY, f64::max).max(from_s);
        let mut start = vec![0_u32; channels + 1];
        let mut own_sigma_s = vec![0.0_f64; channels];
        for pick in &all {
            let own = &mut own_sigma_s[pick.channel as usize];
            *own = own.max(pick.variance_s2.sqrt());
            start[pick.channel as usize + 1] += 1;
        }
        for channel in 0..channels {
            start[channel + 1] += start[channel];
        }
        // Two picks to a step on the mean, and a bound on the whole.
        let steps = (all.len() / channels.max(1) / 2 + 1).min(1 << 16);
        let per_s = steps as f64 / (to_s - from_s).max(1e-9);
        let mut index = vec![0_u32; channels * (steps + 1)];
        for channel in 0..channels {
            let (mut at, end) = (start[channel], start[channel + 1]);
            for step in 0..=steps {
                let edge = from_s + step as f64 / per_s;
                while at < end && times[at as usize] < edge {
                    at += 1;
                }
                index[channel * (steps + 1) + step] = if step == steps { end } else { at };
            }
        }
        let n = all.len();
        Self {
            all,
            times,
            evidence,
            start,
            index,
            steps,
            per_s,
            health,
            own_sigma_s,
            from_s,
            to_s,
            observed_s: 0.0,
            log_clutter: vec![0.0; n],
            held: vec![0.0; n],
            cheap: 0.0,
            calm: false,
            owner: vec![NONE; n],
            next,
        }
    }

    /// A stretch from the middle with about so many measurements.
    pub(super) fn part(&self, network: &Network, count: usize) -> Self {
        let mut times = self.times.clone();
        times.sort_unstable_by(f64::total_cmp);
        let first = (times.len() - count.min(times.len())) / 2;
        let (from, to) = (times[first], times[(first + count).min(times.len()) - 1]);
        let all = self.all.iter().filter(|pick| pick.time_s >= from && pick.time_s <= to).copied().collect();
        Self::new(network, all, self.evidence.clone())
    }

    /// What a measurement says beyond its time, if anything.
    #[inline]
    pub(super) fn evidence(&self, pick: usize) -> Option<&Evidence> {
        // Most sets have none: then the measurement itself need not be looked at.
        if self.evidence.is_empty() {
            return None;
        }
        self.evidence.get(self.all[pick].evidence as usize)
    }

    /// Whether some measurement can be read as of several waves.
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        !self.next.is_empty()
    }

    /// All readings of a pick's measurement, it first.
    pub(super) fn readings(&self, pick: usize) -> impl Iterator<Item = usize> + '_ {
        let after = move |at: usize| self.next.get(at).map(|next| *next as usize).filter(|next| *next != pick);
        std::iter::successors(Some(pick), move |at| after(*at))
    }

    /// Whether two picks are readings of one measurement.
    #[inline]
    pub(super) fn same(&self, a: u32, b: u32) -> bool {
        self.all[a as usize].row == self.all[b as usize].row
    }

    /// Writes down who holds a measurement, and at what price.
    pub(super) fn give(&mut self, pick: u32, owner: u32, held: f64) {
        let mut at = pick as usize;
        loop {
            (self.owner[at], self.held[at]) = (owner, held);
            match self.next.get(at) {
                Some(next) if *next != pick => at = *next as usize,
                _ => break,
            }
        }
    }

    /// Whether nobody holds it, or nobody minds much.
    #[inline]
    pub(super) fn free(&self, pick: usize) -> bool {
        self.owner[pick] == NONE || self.held[pick] < self.cheap
    }

    /// The picks of a channel.
    #[inline]
    pub(super) fn of(&self, channel: usize) -> std::ops::Range<usize> {
        self.start[channel] as usize..self.start[channel + 1] as usize
    }

    /// The first pick of a channel at or after a time.
    #[inline]
    pub(super) fn first_from(&self, channel: usize, time_s: f64) -> usize {
        let step = ((time_s - self.from_s) * self.per_s).clamp(0.0, self.steps as f64) as usize;
        let row = &self.index[channel * (self.steps + 1)..(channel + 1) * (self.steps + 1)];
        let mut at = row[step] as usize;
        let range = self.of(channel);
        // Rounding may put the edge on the other side.
        while at > range.start && self.times[at - 1] >= time_s {
            at -= 1;
        }
        while at < range.end && self.times[at] < time_s {
            at += 1;
        }
        at
    }

    /// Takes in when sensors were recorded, as far as waves of what is looked at can have come then.
    pub(super) fn recorded(&mut self, recorded: &[Vec<Interval>], reference: Time, learnt: &Learnt) {
        let travel_s = learnt.longest_travel_s(0..learnt.classes.len());
        let looked_at = (self.from_s - travel_s, self.to_s + travel_s);
        for (sensor, spans) in recorded.iter().enumerate().filter(|(_, spans)| !spans.is_empty()) {
            let seconds = |span: &Interval| (span.from.seconds_since(reference), span.to.seconds_since(reference));
            self.health.recorded(sensor, &spans.iter().map(seconds).collect::<Vec<_>>(), looked_at);
        }
    }

    /// The time over which measurements were taken, s; a thousandth at least, to divide by.
    pub(super) fn span_s(&self) -> f64 {
        (self.to_s - self.from_s).max(self.observed_s).max(1e-3)
    }

    /// Sets the clutter's density from rates per channel, and from echoes of picks that events hold.
    pub(super) fn set_clutter(&mut self, network: &Network, rates: &[f64], echo: impl Fn(usize) -> Option<(f64, f64)>) {
        let is_crowded = self.is_open() && !self.calm;
        if is_crowded {
            self.crowded(network, rates);
        }
        for (channel, (&base, of)) in rates.iter().zip(&network.channels).enumerate() {
            let range = self.of(channel);
            match echo(of.class as usize) {
                None if is_crowded => {}
                None => {
                    let log = libm::log(base);
                    self.log_clutter[range].fill(log);
                }
                Some(echo) => self.echoes(range, base, echo),
            }
        }
    }
}

/// Of each pick the next one of its row, round and round; nothing where each row has one.
fn rings(all: &[Pick]) -> Vec<u32> {
    let mut order: Vec<(u32, u32)> = all.iter().enumerate().map(|(i, pick)| (pick.row, i as u32)).collect();
    order.sort_unstable();
    if order.windows(2).all(|pair| pair[0].0 != pair[1].0) {
        return Vec::new();
    }
    let mut next = vec![NONE; all.len()];
    for of_row in order.chunk_by(|a, b| a.0 == b.0) {
        for (at, (_, pick)) in of_row.iter().enumerate() {
            next[*pick as usize] = of_row[(at + 1) % of_row.len()].1;
        }
    }
    next
}
