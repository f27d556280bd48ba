//! Places from which sound came several times, found from all rounds together: one by one the rounds of a salvo hide each other.
//!
//! # Algorithm
//! Over a grid of places each free measurement of sound has an origin time. Where a sound truly came from, its arrivals have one
//! origin time; elsewhere those of several rounds spread evenly. Of a window that holds n sensors where mu are to be expected, by what
//! comes within [`NEAR_S`] of it, the log-likelihood ratio is `n ln(n / mu) - n + mu`, less the log of how many windows there are. A
//! place's score is the greatest sum over windows that do not overlap. It is source scanning (H. Kao and S.-J. Shan, *Geophysical
//! Journal International* 157, 589-594, 2004) with the brightness summed over the rounds of a salvo. The best cells are looked at again
//! on a finer grid.
use super::fit::Scene;
use super::network::Carrier;
use super::region::distance;
use super::small::N;
use crate::chunks;

/// The most cells: 5,096 of them take 0.12 s where 377 measurements are free, on one thread.
const CELLS_MAX: f64 = 25_000.0;

/// Cells are not narrower than this, m: their finer parts are as wide as rounds scatter. With 3,000 as many rounds were found in seven
/// invented worlds, and a seventh more phantoms.
const SIDE_M_MIN: f64 = 2_000.0;

/// A cell is looked at again in so many parts of its side, and beside it as far as one cell.
const PARTS: i32 = 4;

/// How far around a window it is counted what is to be expected, s: as long as a salvo.
const NEAR_S: f64 = 120.0;

/// Fewer sensors in a window are no sign: two cross everywhere.
const SENSORS_MIN: usize = 4;

/// The most places: with half of them two in a hundred fewer rounds were found there. Within so many cells of a better one a place is
/// that one's flank.
const PLACES_MAX: usize = 32;
const FLANK_CELLS: f64 = 1.5;

/// Times of origin at a place, and the sensor.
type Origins = Vec<(f64, u32)>;

/// Places by what came from there, the most telling first.
pub(super) fn places(scene: &Scene<'_>, threads: usize) -> Vec<[f64; N]> {
    let region = scene.region;
    let (wide_m, high_m) = (region.high[0] - region.low[0], region.high[1] - region.low[1]);
    let side_m = (wide_m * high_m / CELLS_MAX).sqrt().max(SIDE_M_MIN);
    let (columns, rows) = ((wide_m / side_m).ceil().max(1.0) as usize, (high_m / side_m).ceil().max(1.0) as usize);
    let heard = heard(scene);
    if heard.iter().map(|sensor| sensor.times_s.len()).sum::<usize>() < SENSORS_MIN {
        return Vec::new();
    }
    let at = |east_m: f64, north_m: f64| [0.0, east_m, north_m, region.high[2]];
    let lines: Vec<usize> = (0..rows).collect();
    let score = |line: &usize| -> Vec<f64> {
        let north_m = region.low[1] + (*line as f64 + 0.5) * side_m;
        let mut origins = Origins::new();
        let cell = |column: usize| at(region.low[0] + (column as f64 + 0.5) * side_m, north_m);
        (0..columns).map(|column| told(scene, &heard, &mut origins, &cell(column), side_m)).collect()
    };
    let scores: Vec<f64> = chunks::each(&lines, threads, score).into_iter().flatten().collect();
    let mut order: Vec<usize> = (0..scores.len()).filter(|cell| scores[*cell] > 0.0).collect();
    order.sort_unstable_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    let middle = |cell: usize| {
        let (line, column) = (cell / columns, cell % columns);
        at(region.low[0] + (column as f64 + 0.5) * side_m, region.low[1] + (line as f64 + 0.5) * side_m)
    };
    let mut best: Vec<[f64; N]> = Vec::new();
    for cell in order {
        let spot = middle(cell);
        let is_apart = |other: &[f64; N]| libm::hypot(other[1] - spot[1], other[2] - spot[2]) > FLANK_CELLS * side_m;
        if best.iter().all(is_apart) {
            best.push(spot);
            if best.len() == PLACES_MAX {
                break;
            }
        }
    }
    let part_m = side_m / f64::from(PARTS);
    let finer = |spot: &[f64; N]| -> (f64, [f64; N]) {
        let mut origins = Origins::new();
        let parts = (-PARTS..=PARTS).flat_map(|north| (-PARTS..=PARTS).map(move |east| (east, north)));
        let part = |(east, north): (i32, i32)| {
            let part = at(spot[1] + f64::from(east) * part_m, spot[2] + f64::from(north) * part_m);
            (told(scene, &heard, &mut origins, &part, part_m), part)
        };
        parts.map(part).reduce(|best, next| if next.0 > best.0 { next } else { best }).unwrap_or((0.0, *spot))
    };
    let mut found: Vec<(f64, [f64; N])> = chunks::each(&best, threads, finer);
    found.retain(|(score, _)| *score > 0.0);
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1[1].total_cmp(&b.1[1])).then(a.1[2].total_cmp(&b.1[2])));
    found.into_iter().map(|(_, spot)| spot).collect()
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
fn told(scene: &Scene<'_>, heard: &[Heard], origins: &mut Origins, spot: &[f64; N], side_m: f64) -> f64 {
    origins.clear();
    let mut half_s: f64 = 0.0;
    for one in heard {
        let fast = &scene.model.classes[one.class];
        let place = &scene.network.places[one.sensor as usize];
        let r = distance(place, spot, scene.region.rows);
        if r >= fast.table.r_m_max {
            continue;
        }
        let slowness = fast.slowness(place, spot, r);
        let range_s = scene.model.learnt.classes[one.class].detection.range_m * slowness;
        half_s = half_s
            .max(0.5 * side_m * slowness + 1.5 * (fast.variance_s2 + 0.25 * fast.relative2 * range_s * range_s).sqrt());
        origins.extend(one.times_s.iter().map(|time| (time - r * slowness, one.sensor)));
    }
    if origins.len() < SENSORS_MIN {
        return 0.0;
    }
    origins.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let cost = libm::log(scene.picks.span_s() / (2.0 * half_s));
    // From the last window back: the most that windows from each measurement on tell.
    let n = origins.len();
    let mut best = vec![0.0_f64; n + 1];
    let (mut end, mut near_from, mut near_to) = (n, n, n);
    for first in (0..n).rev() {
        let from_s = origins[first].0;
        while origins[end - 1].0 > from_s + 2.0 * half_s {
            end -= 1;
        }
        while near_from > 0 && origins[near_from - 1].0 >= from_s - NEAR_S {
            near_from -= 1;
        }
        while origins[near_to - 1].0 > from_s + NEAR_S {
            near_to -= 1;
        }
        best[first] = best[first + 1];
        if end - first >= SENSORS_MIN {
            let window = &origins[first..end];
            let again = |(at, one): &(usize, &(f64, u32))| window[..*at].iter().any(|other| other.1 == one.1);
            let sensors = (end - first) - window.iter().enumerate().filter(again).count();
            let expected = ((near_to - near_from) as f64 - sensors as f64).max(1.0) / (2.0 * NEAR_S) * 2.0 * half_s;
            let count = sensors as f64;
            if sensors >= SENSORS_MIN && count > expected {
                let nats = count * libm::log(count / expected) - count + expected - cost;
                best[first] = best[first].max(nats + best[end]);
            }
        }
    }
    best[0]
}
