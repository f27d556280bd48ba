//! The measurements of one stretch of time, by channel, and what each would be without any event.
use super::evidence::Evidence;
use super::health::Health;
use super::network::{NONE, Network};

/// One measurement, ready for computing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pick {
    /// When, s from the reference.
    pub time_s: f64,
    pub channel: u32,
    /// Which measurement of the caller.
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
    /// The event that holds it.
    pub owner: Vec<u32>,
}

impl Picks {
    /// Sorts; the order in which they come is of no matter but for exact doubles.
    pub(super) fn new(network: &Network, mut all: Vec<Pick>, evidence: Vec<Evidence>) -> Self {
        all.sort_by(|a, b| a.channel.cmp(&b.channel).then(a.time_s.total_cmp(&b.time_s)).then(a.row.cmp(&b.row)));
        let health = Health::new(network, &all);
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
            owner: vec![NONE; n],
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

    /// The time over which measurements were taken, s; a thousandth at least, to divide by.
    pub(super) fn span_s(&self) -> f64 {
        (self.to_s - self.from_s).max(self.observed_s).max(1e-3)
    }

    /// Sets the clutter's density from rates per channel, and from echoes of picks that events hold.
    pub(super) fn set_clutter(&mut self, network: &Network, rates: &[f64], echo: impl Fn(usize) -> Option<(f64, f64)>) {
        for (channel, (&base, of)) in rates.iter().zip(&network.channels).enumerate() {
            let range = self.of(channel);
            match echo(of.class as usize) {
                None => {
                    let log = libm::log(base);
                    self.log_clutter[range].fill(log);
                }
                Some(echo) => self.echoes(range, base, echo),
            }
        }
    }
}
