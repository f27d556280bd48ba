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

/// The most cells of the first level: of all levels 37,000 took 0.2 to 0.3 s where 250 measurements were free, on one thread.
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

/// What is near is counted in slots of this length, s, and windows stand in bins, so many to their half.
const SLOT_S: f64 = 10.0;
const HALF_BINS: usize = 3;

/// Fewer sensors in a window are no sign: two cross everywhere.
const SENSORS_MIN: usize = 4;

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
    let (mut side_m, mut spots) = grid(scene.region);
    loop {
        let chunks: Vec<&[[f64; N]]> = spots.chunks(CHUNK).collect();
        let score = |spots: &&[[f64; N]]| -> Vec<f64> {
            let mut room = Room::default();
            spots.iter().map(|spot| told(scene, &heard, &mut room, spot, side_m)).collect()
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

/// What windows at a place, a cell's side wide, tell together, nats.
fn told(scene: &Scene<'_>, heard: &[Heard], room: &mut Room, spot: &[f64; N], side_m: f64) -> f64 {
    let (half_s, longest_s) = room.travel(scene, heard, spot, side_m);
    if half_s == 0.0 {
        return 0.0;
    }
    let (from_s, bin_s) = (scene.picks.from_s - longest_s - half_s, half_s / HALF_BINS as f64);
    room.count(heard, (from_s, scene.picks.to_s + half_s), bin_s);
    let cost = libm::log(scene.picks.span_s() / (2.0 * half_s));
    let (slots, last) = ((NEAR_S / SLOT_S) as usize, room.before.len() - 1);
    // The most that windows tell which end before the one at hand.
    let (mut ended, mut most) = (0, 0.0_f64);
    room.best.clear();
    for (bin, &sensors) in room.sensors.iter().enumerate() {
        if (sensors as usize) < SENSORS_MIN {
            continue;
        }
        let slot = (bin as f64 * bin_s / SLOT_S) as usize;
        let near = room.before[(slot + slots + 1).min(last)] - room.before[slot.saturating_sub(slots).min(last)];
        let count = f64::from(sensors);
        let expected = (f64::from(near) - count).max(1.0) * half_s / NEAR_S;
        if count <= expected {
            continue;
        }
        let nats = count * libm::log(count / expected) - count + expected - cost;
        if nats <= 0.0 {
            continue;
        }
        while ended < room.best.len() && room.best[ended].0 + 2 * HALF_BINS <= bin {
            most = most.max(room.best[ended].1);
            ended += 1;
        }
        room.best.push((bin, most + nats));
    }
    room.best.iter().fold(0.0, |best, (_, sum)| best.max(*sum))
}

/// Room for one place, reused.
#[derive(Default)]
struct Room {
    /// Travel times by sensor, s; endless where none is registered so far away.
    travels_s: Vec<f64>,
    /// How many sensors the window about each bin holds.
    sensors: Vec<u8>,
    /// How many measurements there are before each slot.
    before: Vec<u32>,
    /// Windows that tell something, and the most that each tells with those before it.
    best: Vec<(usize, f64)>,
}

impl Room {
    /// Travel times from a place; gives half of a window, which is nothing where no sensor hears the place, and the longest of them, s.
    fn travel(&mut self, scene: &Scene<'_>, heard: &[Heard], spot: &[f64; N], side_m: f64) -> (f64, f64) {
        self.travels_s.clear();
        let (mut half_s, mut longest_s) = (0.0_f64, 0.0_f64);
        for one in heard {
            let fast = &scene.model.classes[one.class];
            let place = &scene.network.places[one.sensor as usize];
            let r = distance(place, spot, scene.region.rows);
            if r >= fast.table.r_m_max {
                self.travels_s.push(f64::INFINITY);
                continue;
            }
            let slowness = fast.slowness(place, spot, r);
            let range_s = scene.model.learnt.classes[one.class].detection.range_m * slowness;
            let sigma_s = (fast.variance_s2 + 0.25 * fast.relative2 * range_s * range_s).sqrt();
            half_s = half_s.max(0.5 * side_m * slowness + 1.5 * sigma_s);
            longest_s = longest_s.max(r * slowness);
            self.travels_s.push(r * slowness);
        }
        (half_s, longest_s)
    }

    /// Counts the sensors of each window, and what comes in each slot, between two times of origin.
    fn count(&mut self, heard: &[Heard], (from_s, to_s): (f64, f64), bin_s: f64) {
        self.sensors.clear();
        self.sensors.resize(((to_s - from_s) / bin_s) as usize + 1 + HALF_BINS, 0);
        self.before.clear();
        self.before.resize(((to_s - from_s) / SLOT_S) as usize + 2, 0);
        for (one, travel_s) in heard.iter().zip(&self.travels_s).filter(|(_, travel_s)| travel_s.is_finite()) {
            // A sensor counts once in a window.
            let mut counted = 0;
            for time_s in &one.times_s {
                let origin_s = (time_s - travel_s - from_s).max(0.0);
                self.before[(origin_s / SLOT_S) as usize + 1] += 1;
                let bin = (origin_s / bin_s) as usize;
                let first = bin.saturating_sub(HALF_BINS).max(counted);
                counted = bin + HALF_BINS;
                for sensors in &mut self.sensors[first.min(counted)..counted] {
                    *sensors = sensors.saturating_add(1);
                }
            }
        }
        let mut sum = 0;
        for count in &mut self.before {
            sum += *count;
            *count = sum;
        }
    }
}
