//! Whether a channel has a free measurement near a time: one bit per channel and step.
//!
//! Candidates are many and most are echoes of events that were already taken. Each is asked again, with windows
//! around its predicted times, before it is worth a fit. What its hits alone would be worth, if no silence counted, ends
//! most of the questions early.
use super::detection::{NODES, Row, STRENGTHS, Table};
use super::fit::Scene;
use super::network::MEDIA;
use super::picks::Picks;
use super::region::distance;
use super::small::{N, log_sum_exp};

/// Steps of a window's half.
const STEPS_HALF: f64 = 4.0;

/// The most words of a channel: finer steps than this over a long time would not fit a processor's caches.
const WORDS_MAX: usize = 4_096;

/// Nodes of the strength that the second look uses: -2, -1, 0, 1 and 2 deviations, and none at all.
const FEW: [usize; 6] = [1, 3, 5, 7, 9, STRENGTHS];

pub(super) struct Occupancy {
    /// By words, then channels: what a place and a time are asked for lies together.
    bits: Vec<u64>,
    channels: usize,
    /// Of each sensor when it did not run, by words too; nothing where all ran all the time.
    down: Vec<u64>,
    sensors: usize,
    words: usize,
    from_s: f64,
    per_s: f64,
    /// Half the window, s.
    pub half_s: f64,
    /// `-ln(lambda 2 W)` of each channel.
    gain: Vec<f32>,
    /// Of each medium that is told apart.
    strength: Vec<[f32; FEW.len()]>,
    looks: Vec<Look>,
}

/// A channel in reach of a place.
pub(super) struct Reach {
    channel: u32,
    sensor: u32,
    /// Travel time in steps.
    steps: f32,
    /// `-ln(lambda 2 W)`; none where a measurement is worth less than its absence.
    gain: Option<f32>,
    medium: usize,
    hit: bool,
    row: LookRow,
}

/// A class's detection table for the few strengths.
struct Look {
    rows: Vec<LookRow>,
    per_m: f64,
}

#[derive(Clone, Copy)]
struct LookRow {
    hit: [f32; FEW.len()],
    miss: [f32; FEW.len()],
    odds: f32,
    /// The most that a hit is worth for any strength.
    best: f32,
}

/// Short numbers are added in another order, nats.
const ROUNDING: f64 = 0.1;

/// What a place and a time are asked for: so much in all, from more than so many channels.
#[derive(Clone, Copy)]
pub(super) struct Ask {
    pub score: f64,
    pub heard: usize,
}

impl Occupancy {
    pub(super) fn new(scene: &Scene<'_>, half_s: f64, rates: &[f64]) -> Self {
        let (network, picks) = (scene.network, scene.picks);
        let steps = (picks.span_s() + 4.0 * half_s) * STEPS_HALF / half_s;
        let words = ((steps / 64.0) as usize + 1).min(WORDS_MAX);
        let per_s = (STEPS_HALF / half_s).min((words * 64) as f64 / (picks.span_s() + 4.0 * half_s));
        let mut new = Self {
            bits: vec![0; words * network.channels.len()],
            channels: network.channels.len(),
            down: Vec::new(),
            sensors: network.places.len(),
            words,
            from_s: picks.from_s - 2.0 * half_s,
            per_s,
            half_s,
            gain: rates.iter().map(|rate| -libm::log(rate * 2.0 * half_s) as f32).collect(),
            strength: {
                // Every second of the strengths.
                let of = |logs: &[f64; NODES], node: usize| match node {
                    STRENGTHS => logs[node],
                    _ => logs[node] + std::f64::consts::LN_2,
                };
                scene.strength.iter().map(|logs| FEW.map(|node| of(logs, node) as f32)).collect()
            },
            looks: scene.model.classes.iter().map(|fast| Look::new(&fast.table)).collect(),
        };
        for channel in 0..network.channels.len() {
            for i in picks.of(channel) {
                if picks.free(i) {
                    new.set(channel, picks.times[i]);
                }
            }
        }
        if !picks.health.all_up() {
            new.down = vec![0; words * network.places.len()];
            for (sensor, outages) in picks.health.outages().iter().enumerate() {
                for (from, to) in outages {
                    let end = (words * 64) as f64;
                    let bits = new.step(*from).clamp(0.0, end) as usize..new.step(*to).clamp(0.0, end) as usize;
                    bits.for_each(|bit| new.down[bit / 64 * new.sensors + sensor] |= 1 << (bit % 64));
                }
            }
        }
        new
    }

    fn step(&self, time_s: f64) -> f64 {
        (time_s - self.from_s) * self.per_s
    }

    fn set(&mut self, channel: usize, time_s: f64) {
        let end = (self.words * 64) as f64;
        let from = self.step(time_s - self.half_s).clamp(0.0, end) as usize;
        let to = (self.step(time_s + self.half_s) + 1.0).clamp(0.0, end) as usize;
        for bit in from..to {
            self.bits[bit / 64 * self.channels + channel] |= 1 << (bit % 64);
        }
    }

    /// Looks anew around measurements that changed hands.
    pub(super) fn refresh(&mut self, picks: &Picks, channel: usize, time_s: f64) {
        let end = (self.words * 64) as f64;
        let from = self.step(time_s - self.half_s).clamp(0.0, end) as usize;
        let to = (self.step(time_s + self.half_s) + 1.0).clamp(0.0, end) as usize;
        for bit in from..to {
            self.bits[bit / 64 * self.channels + channel] &= !(1 << (bit % 64));
        }
        let mut i = picks.first_from(channel, time_s - 2.5 * self.half_s);
        while i < picks.of(channel).end && picks.times[i] <= time_s + 2.5 * self.half_s {
            if picks.free(i) {
                self.set(channel, picks.times[i]);
            }
            i += 1;
        }
    }

    /// What a place hears, for [`Self::score_at`].
    pub(super) fn reach(&self, scene: &Scene<'_>, spot: &[f64; N], into: &mut Vec<Reach>) {
        into.clear();
        for (sensor, place) in scene.network.places.iter().enumerate() {
            let r = distance(place, spot, scene.region.rows);
            for (class, fast) in scene.model.classes.iter().enumerate() {
                if !fast.in_use {
                    continue;
                }
                let look = &self.looks[class];
                let (Some(channel), Some(row)) =
                    (scene.network.channel(sensor, class), look.rows.get((r * look.per_m) as usize))
                else {
                    continue;
                };
                let gain = Some(self.gain[channel]).filter(|gain| gain + row.odds > 0.0);
                let steps = (r * fast.slowness(place, spot, r) * self.per_s) as f32;
                let (channel, sensor) = (channel as u32, sensor as u32);
                into.push(Reach { channel, sensor, steps, gain, medium: fast.medium, hit: false, row: *row });
            }
        }
    }

    /// The score of a time at a place of this reach by what is free in its windows: the log odds against clutter without
    /// prior and volume. None where it is not above what was asked. A sensor that was out says nothing.
    pub(super) fn score_at(&self, reach: &mut [Reach], time_s: f64, ask: Ask) -> Option<f64> {
        // Measurements beyond either end there are none.
        let from = self.step(time_s) as f32;
        let bit = |bits: &[u64], wide: usize, of: u32, step: f32| {
            let step = step as usize;
            let word = step / 64;
            word < self.words && bits[word * wide + of as usize] >> (step % 64) & 1 == 1
        };
        let (mut gain, mut most, mut heard) = (0.0, 0.0, 0);
        for one in reach.iter_mut() {
            one.hit = false;
            if let Some(of) = one.gain
                && bit(&self.bits, self.channels, one.channel, from + one.steps)
            {
                one.hit = true;
                gain += of;
                most += one.row.best;
                heard += 1;
            }
        }
        if heard <= ask.heard || f64::from(gain + most) + ROUNDING <= ask.score {
            return None;
        }
        let mut logs = [[0.0; FEW.len()]; MEDIA];
        logs[..self.strength.len()].copy_from_slice(&self.strength);
        for one in reach.iter() {
            let add = if one.hit {
                &one.row.hit
            } else if !self.down.is_empty() && bit(&self.down, self.sensors, one.sensor, from + one.steps) {
                continue;
            } else {
                &one.row.miss
            };
            for (log, add) in logs[one.medium].iter_mut().zip(add) {
                *log += add;
            }
        }
        let logs = logs.iter().take(self.strength.len());
        let score = f64::from(gain) + logs.map(|logs| log_sum_exp(&logs.map(f64::from))).sum::<f64>();
        (score > ask.score).then_some(score)
    }
}

impl Look {
    fn new(table: &Table) -> Self {
        let row = |(row, miss): (&Row, &[f64; NODES])| {
            let hit = FEW.map(|node| (miss[node] + row.odds[node]) as f32);
            LookRow {
                hit,
                miss: FEW.map(|node| miss[node] as f32),
                odds: row.mean_odds as f32,
                best: hit.into_iter().fold(f32::NEG_INFINITY, f32::max),
            }
        };
        Self { rows: table.rows().map(row).collect(), per_m: table.per_m() }
    }
}

const _: () = assert!(FEW[FEW.len() - 1] < NODES);
