//! Places from which sound came several times, found from all rounds together: one by one the rounds of a salvo hide each other.
//!
//! # Algorithm
//! Over a grid of places each free measurement of sound has an origin time. Where a sound truly came from, its arrivals have one
//! origin time; elsewhere those of several rounds spread evenly. Of a window that holds n sensors where mu are to be expected, by what
//! comes within [`NEAR_S`] of it, the log-likelihood ratio is `n ln(n / mu) - n + mu`, less the log of how many windows there are. A
//! place's score is the greatest sum over windows that do not overlap. It is source scanning (H. Kao and S.-J. Shan, *Geophysical
//! Journal International* 157, 589-594, 2004) with the brightness summed over the rounds of a salvo. From level to level the most
//! telling cells are looked at in quarters, with windows as much shorter as they are narrower: in the first ones chance fills a window
//! nearly as often as rounds do.
use super::fit::Scene;
use super::network::Carrier;
use super::region::{Region, distance};
use super::small::N;
use crate::chunks;

/// The most cells of the first level: of all levels 37,000 took 0.2 to 0.3 s where 250 measurements were free, on one thread, before they
/// were counted in ticks, which is 3.6 times as fast.
const CELLS_MAX: f64 = 40_000.0;

/// Cells of the first level are as wide, m: with 2,000, as with 500, as many rounds were found in four invented worlds, but of two guns
/// that fire at one time (`tests/airwaves.rs`) 25 of 36, where three quarters are asked for.
const SIDE_M_MIN: f64 = 1_000.0;

/// Those of the last level are no wider, m: as rounds scatter.
const FINE_M: f64 = 300.0;

/// So many cells of a level are looked at in quarters.
const KEPT_MAX: usize = 1_500;

/// How far around a window it is counted what is to be expected, s: as long as a salvo.
const NEAR_S: f64 = 120.0;

/// What is near is counted in slots of about this length, s.
const SLOT_S: f64 = 10.0;

/// Windows stand in bins, so many to their half; times are whole numbers of ticks, so many to a bin: what an origin is rounded by
/// is little beside the half of a window, and whole numbers are quick.
const HALF_BINS: usize = 3;
const BIN_TICKS_LOG2: u32 = 5;

/// A window's bins, one count each, and a spare one or two: they are added at once.
const WINDOW: u64 = 0x0000_0101_0101_0101;
const WINDOW_BYTES: usize = size_of::<u64>();
/// The most sensors that count at one place: what a byte holds. So many hear none.
const SENSORS_MAX: usize = 255;

/// Fewer sensors in a window are no sign: two cross everywhere.
const SENSORS_MIN: usize = 4;
/// Some bit of it stands in each count that is not fewer, which is a power of two.
const ENOUGH: u64 = 0x0101_0101_0101_0101 * (0x100 - SENSORS_MIN as u64);

/// The most places: with half as many again as many rounds were found in five invented worlds, with half of them fewer where several
/// salvos went on at once. Within so many metres of a better one a place is that one's flank.
const PLACES_MAX: usize = 64;
const FLANK_M: f64 = 1_500.0;

/// Cells that one thread takes at once.
const CHUNK: usize = 256;

/// Places by what came from there, the most telling first.
pub(super) fn places(scene: &Scene<'_>, threads: usize) -> Vec<[f64; N]> {
    let heard = heard(scene);
    if heard.iter().map(|sensor| sensor.times_s.len()).sum::<usize>() < SENSORS_MIN {
        return Vec::new();
    }
    let log_of: Vec<f64> = (0..=scene.picks.all.len()).map(|count| libm::log(count.max(1) as f64)).collect();
    let (mut side_m, mut spots) = grid(scene.region);
    loop {
        let level = Level::new(scene, &heard, &log_of, side_m);
        let chunks: Vec<&[[f64; N]]> = spots.chunks(CHUNK).collect();
        let score = |spots: &&[[f64; N]]| -> Vec<f64> {
            let mut room = Room::default();
            spots.iter().map(|spot| level.told(&mut room, spot)).collect()
        };
        let scores = chunks::each(&chunks, threads, score).into_iter().flatten();
        let mut told: Vec<(f64, [f64; N])> =
            scores.zip(spots.iter().copied()).filter(|(score, _)| *score > 0.0).collect();
        told.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1[1].total_cmp(&b.1[1])).then(a.1[2].total_cmp(&b.1[2])));
        let cells = told.into_iter().map(|(_, spot)| spot);
        if side_m <= FINE_M {
            return apart(cells);
        }
        side_m *= 0.5;
        spots = cells.take(KEPT_MAX).flat_map(|spot| quarters(&spot, 0.5 * side_m)).collect();
    }
}

/// The width of the first level's cells, and their middles.
fn grid(region: &Region) -> (f64, Vec<[f64; N]>) {
    let (wide_m, high_m) = (region.high[0] - region.low[0], region.high[1] - region.low[1]);
    let side_m = (wide_m * high_m / CELLS_MAX).sqrt().max(SIDE_M_MIN);
    let (columns, rows) = ((wide_m / side_m).ceil().max(1.0) as usize, (high_m / side_m).ceil().max(1.0) as usize);
    let middle = |axis: usize, cell: usize| region.low[axis] + (cell as f64 + 0.5) * side_m;
    let line = |row: usize| (0..columns).map(move |column| [0.0, middle(0, column), middle(1, row), region.high[2]]);
    (side_m, (0..rows).flat_map(line).collect())
}

/// The middles of a cell's quarters, so far to each side of its own.
fn quarters(spot: &[f64; N], off_m: f64) -> [[f64; N]; 4] {
    [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)]
        .map(|(east, north)| [spot[0], spot[1] + east * off_m, spot[2] + north * off_m, spot[3]])
}

/// The first ones, but no flanks of those before.
fn apart(cells: impl Iterator<Item = [f64; N]>) -> Vec<[f64; N]> {
    let mut best: Vec<[f64; N]> = Vec::new();
    for spot in cells {
        let is_apart = |other: &[f64; N]| libm::hypot(other[1] - spot[1], other[2] - spot[2]) > FLANK_M;
        if best.iter().all(is_apart) {
            best.push(spot);
            if best.len() == PLACES_MAX {
                break;
            }
        }
    }
    best
}

/// What a sensor heard that is free.
struct Heard {
    sensor: u32,
    class: usize,
    times_s: Vec<f64>,
}

fn heard(scene: &Scene<'_>) -> Vec<Heard> {
    let mut all = Vec::new();
    for sensor in 0..scene.network.places.len() {
        for class in (0..scene.model.classes.len()).filter(|class| scene.is_of(*class, Carrier::Sound)) {
            let Some(channel) = scene.network.channel(sensor, class) else { continue };
            let times_s: Vec<f64> = scene
                .picks
                .of(channel)
                .filter(|pick| scene.picks.free(*pick))
                .map(|pick| scene.picks.times[pick])
                .collect();
            if !times_s.is_empty() {
                all.push(Heard { sensor: sensor as u32, class, times_s });
            }
        }
    }
    all
}

/// What all places of one level have in common.
struct Level<'a> {
    scene: &'a Scene<'a>,
    heard: &'a [Heard],
    /// Logs of whole numbers.
    log_of: &'a [f64],
    /// When each sensor heard something, ticks.
    times: Vec<Vec<u32>>,
    ticks_per_s: f64,
    bins: usize,
    /// Bins to a slot.
    slot_log2: u32,
    /// Slots to each side of a window.
    near_slots: usize,
    /// The share that a window has of what is near, and its log.
    share: f64,
    log_share: f64,
    /// Log of how many windows there are.
    cost: f64,
}

impl<'a> Level<'a> {
    /// Windows are as wide as cells of this side, and what sound is in doubt by, need.
    fn new(scene: &'a Scene<'a>, heard: &'a [Heard], log_of: &'a [f64], side_m: f64) -> Self {
        let half_s = heard.iter().fold(0.0_f64, |half_s, one| {
            let fast = &scene.model.classes[one.class];
            let range_s = scene.model.learnt.classes[one.class].detection.range_m * fast.slowness_s_m;
            let sigma_s = (fast.variance_s2 + 0.25 * fast.relative2 * range_s * range_s).sqrt();
            half_s.max(0.5 * side_m * fast.slowness_s_m + 1.5 * sigma_s)
        });
        let longest_s = scene.model.learnt.longest_travel_s(heard.iter().map(|one| one.class));
        // No more ticks than their type holds: a look is of hours.
        let (from_s, span_s) = (scene.picks.from_s - longest_s, scene.picks.span_s() + longest_s);
        let bin_s = (half_s / HALF_BINS as f64).max(span_s / f64::from(u32::MAX >> BIN_TICKS_LOG2));
        let ticks_per_s = f64::from(1 << BIN_TICKS_LOG2) / bin_s;
        let ticks = |time_s: &f64| ((time_s - from_s) * ticks_per_s) as u32;
        let slot_log2 = ((SLOT_S / bin_s) as u32).max(1).ilog2();
        let near_slots = (NEAR_S / (bin_s * f64::from(1 << slot_log2))) as usize;
        Self {
            scene,
            heard,
            log_of,
            times: heard.iter().map(|one| one.times_s.iter().map(ticks).collect()).collect(),
            ticks_per_s,
            bins: (span_s / bin_s) as usize + 1,
            slot_log2,
            near_slots,
            share: half_s / NEAR_S,
            log_share: libm::log(half_s / NEAR_S),
            cost: libm::log((scene.picks.span_s() / (2.0 * half_s)).max(1.0)),
        }
    }

    /// What windows at a place tell together, nats.
    fn told(&self, room: &mut Room, spot: &[f64; N]) -> f64 {
        self.travel(room, spot);
        if room.travels.iter().filter(|travel| travel.is_some()).count() < SENSORS_MIN {
            return 0.0;
        }
        self.count(room);
        // The most that windows tell which end before the one at hand.
        let (mut ended, mut most) = (0, 0.0_f64);
        room.best.clear();
        for (word, windows) in room.sensors.as_chunks::<WINDOW_BYTES>().0.iter().enumerate() {
            if u64::from_le_bytes(*windows) & ENOUGH == 0 {
                continue;
            }
            for (bin, sensors) in windows.iter().enumerate() {
                let bin = word * WINDOW_BYTES + bin;
                let Some(nats) = self.window(room, bin, usize::from(*sensors)) else { continue };
                while ended < room.best.len() && room.best[ended].0 + 2 * HALF_BINS <= bin {
                    most = most.max(room.best[ended].1);
                    ended += 1;
                }
                room.best.push((bin, most + nats));
            }
        }
        room.best.iter().fold(0.0, |best, (_, sum)| best.max(*sum))
    }

    /// What one window tells, nats; none if that is nothing.
    fn window(&self, room: &Room, bin: usize, count: usize) -> Option<f64> {
        if count < SENSORS_MIN {
            return None;
        }
        let (slot, last) = (bin >> self.slot_log2, room.before.len() - 1);
        let (from, to) = (slot.saturating_sub(self.near_slots), (slot + self.near_slots + 1).min(last));
        let near = (room.before[to] - room.before[from.min(last)]) as usize;
        let others = near.saturating_sub(count).max(1);
        let (found, expected) = (count as f64, others as f64 * self.share);
        let nats = found * (self.log_of[count] - self.log_of[others] - self.log_share) - found + expected - self.cost;
        (found > expected && nats > 0.0).then_some(nats)
    }

    /// Travel times from a place.
    fn travel(&self, room: &mut Room, spot: &[f64; N]) {
        let Self { scene, heard, .. } = self;
        room.travels.clear();
        room.travels.extend(heard.iter().map(|one| {
            let fast = &scene.model.classes[one.class];
            let place = &scene.network.places[one.sensor as usize];
            let r = distance(place, spot, scene.region.rows);
            (r < fast.table.r_m_max).then(|| (r * fast.slowness(place, spot, r) * self.ticks_per_s) as u32)
        }));
    }

    /// Counts the sensors of each window, and what comes in each slot.
    fn count(&self, room: &mut Room) {
        room.sensors.clear();
        room.sensors.resize((self.bins + 2 * HALF_BINS).next_multiple_of(WINDOW_BYTES) + WINDOW_BYTES, 0);
        room.before.clear();
        room.before.resize((self.bins >> self.slot_log2) + 2, 0);
        let reached = self.times.iter().zip(&room.travels);
        for (times, travel) in reached.filter_map(|(times, travel)| Some((times, (*travel)?))).take(SENSORS_MAX) {
            // A sensor counts once in a window.
            let mut counted = 0;
            for time in times {
                // The window about the first of these bins is the first that holds it.
                let bin = (time.saturating_sub(travel) >> BIN_TICKS_LOG2) as usize;
                room.before[(bin >> self.slot_log2) + 1] += 1;
                let first = bin.max(counted);
                counted = bin + 2 * HALF_BINS;
                let Some(bytes) = room.sensors[first..].first_chunk_mut::<WINDOW_BYTES>() else { continue };
                let more = WINDOW >> (8 * (2 * HALF_BINS - (counted - first)));
                *bytes = (u64::from_le_bytes(*bytes) + more).to_le_bytes();
            }
        }
        let mut sum = 0;
        for count in &mut room.before {
            sum += *count;
            *count = sum;
        }
    }
}

/// Room for one place, reused.
#[derive(Default)]
struct Room {
    /// Travel times by sensor, ticks; none where nothing is registered from so far away.
    travels: Vec<Option<u32>>,
    /// How many sensors the window of each bin holds.
    sensors: Vec<u8>,
    /// How many measurements there are before each slot.
    before: Vec<u32>,
    /// Windows that tell something, and the most that each tells with those before it.
    best: Vec<(usize, f64)>,
}
