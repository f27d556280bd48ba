//! Whether a channel has a free measurement near a time: one bit per channel and step.
//!
//! Candidates are many and most are echoes of events that were already taken. Each is asked again, with windows
//! around its predicted times, before it is worth a fit.
use super::detection::{Row, STRENGTHS, Table};
use super::fit::Scene;
use super::network::NONE;
use super::picks::Picks;
use super::region::distance;
use super::small::{N, log_sum_exp};

/// Steps of a window's half.
const STEPS_HALF: f64 = 4.0;

/// The most words of a channel: finer steps than this over a long time would not fit a processor's caches.
const WORDS_MAX: usize = 4_096;

/// Nodes of the strength that the second look uses: -2, -1, 0, 1 and 2 deviations.
const FEW: [usize; 5] = [1, 3, 5, 7, 9];

pub(super) struct Occupancy {
    bits: Vec<u64>,
    words: usize,
    from_s: f64,
    per_s: f64,
    /// Half the window, s.
    pub half_s: f64,
    /// `-ln(lambda 2 W)` of each channel.
    gain: Vec<f32>,
    strength: [f32; FEW.len()],
    looks: Vec<Look>,
}

/// A channel in reach of a place.
pub(super) struct Reach {
    sensor: usize,
    channel: usize,
    /// Whether a measurement there is worth more than its absence.
    telling: bool,
    travel_s: f64,
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
}

impl Occupancy {
    pub(super) fn new(scene: &Scene<'_>, half_s: f64, rates: &[f64]) -> Self {
        let (network, picks) = (scene.network, scene.picks);
        let steps = (picks.span_s() + 4.0 * half_s) * STEPS_HALF / half_s;
        let words = ((steps / 64.0) as usize + 1).min(WORDS_MAX);
        let per_s = (STEPS_HALF / half_s).min((words * 64) as f64 / (picks.span_s() + 4.0 * half_s));
        let mut new = Self {
            bits: vec![0; words * network.channels.len()],
            words,
            from_s: picks.from_s - 2.0 * half_s,
            per_s,
            half_s,
            gain: rates.iter().map(|rate| -libm::log(rate * 2.0 * half_s) as f32).collect(),
            strength: FEW.map(|node| (scene.strength[node] + std::f64::consts::LN_2) as f32),
            looks: scene.model.classes.iter().map(|fast| Look::new(&fast.table)).collect(),
        };
        for channel in 0..network.channels.len() {
            for i in picks.of(channel) {
                if picks.owner[i] == NONE {
                    new.set(channel, picks.times[i]);
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
        let row = &mut self.bits[channel * self.words..(channel + 1) * self.words];
        for bit in from..to {
            row[bit / 64] |= 1 << (bit % 64);
        }
    }

    /// Looks anew around measurements that changed hands.
    pub(super) fn refresh(&mut self, picks: &Picks, channel: usize, time_s: f64) {
        let end = (self.words * 64) as f64;
        let from = self.step(time_s - self.half_s).clamp(0.0, end) as usize;
        let to = (self.step(time_s + self.half_s) + 1.0).clamp(0.0, end) as usize;
        for bit in from..to {
            self.bits[channel * self.words + bit / 64] &= !(1 << (bit % 64));
        }
        let mut i = picks.first_from(channel, time_s - 2.5 * self.half_s);
        while i < picks.of(channel).end && picks.times[i] <= time_s + 2.5 * self.half_s {
            if picks.owner[i] == NONE {
                self.set(channel, picks.times[i]);
            }
            i += 1;
        }
    }

    #[inline]
    fn at(&self, channel: usize, time_s: f64) -> bool {
        let step = self.step(time_s);
        if !(step >= 0.0 && step < (self.words * 64) as f64) {
            return false;
        }
        let step = step as usize;
        self.bits[channel * self.words + step / 64] >> (step % 64) & 1 == 1
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
                let telling = self.gain[channel] + row.odds > 0.0;
                into.push(Reach { sensor, channel, telling, travel_s: r * fast.slowness_s_m, row: *row });
            }
        }
    }

    /// The score of a time at a place of this reach by what is free in its windows: the log odds against clutter without
    /// prior and volume, and how many channels heard. A sensor that was out says nothing.
    pub(super) fn score_at(&self, scene: &Scene<'_>, reach: &[Reach], time_s: f64) -> (f64, usize) {
        let health = &scene.picks.health;
        let all_up = health.all_up();
        let mut logs = self.strength;
        let (mut gain, mut heard) = (0.0, 0);
        for one in reach {
            let at_s = time_s + one.travel_s;
            let hit = one.telling && self.at(one.channel, at_s);
            if hit {
                gain += self.gain[one.channel];
                heard += 1;
            } else if !all_up && !health.up(one.sensor, at_s) {
                continue;
            }
            let add = if hit { &one.row.hit } else { &one.row.miss };
            for (log, add) in logs.iter_mut().zip(add) {
                *log += add;
            }
        }
        (f64::from(gain) + log_sum_exp(&logs.map(f64::from)), heard)
    }
}

impl Look {
    fn new(table: &Table) -> Self {
        let row = |row: &Row| LookRow {
            hit: FEW.map(|node| row.hit[node] as f32),
            miss: FEW.map(|node| row.miss[node] as f32),
            odds: row.mean_odds as f32,
        };
        Self { rows: table.rows().iter().map(row).collect(), per_m: table.per_m() }
    }
}

const _: () = assert!(FEW[FEW.len() - 1] < STRENGTHS);
