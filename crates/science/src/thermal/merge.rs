//! Several satellites' detections of one fire, taken together.
//!
//! # Rule
//! Two detections are of one fire if their middles lie within the longer side of the larger pixel, and no more than three
//! hours lie between them: three satellites pass within two hours of each other, twice a day. What is so linked is one
//! fire, also over more than two: a front of fire is one. The next passes, twelve hours later, see it anew: whether it burnt
//! on in between nobody saw.
use super::Heat;
use truceline_model::time::{NS_PER_S, Time};

/// Detections farther apart in time are of different passes, ns.
const APART_NS_MAX: i64 = 3 * 3_600 * NS_PER_S;

/// Length of a degree of latitude, m, to a per cent: pixels are known no better.
const DEGREE_M: f64 = 111_200.0;

/// A fire as one round of passes saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fire {
    /// Its detections, ascending.
    pub members: Vec<usize>,
    /// Mean longitude of their middles, degrees.
    pub lon_deg: f64,
    /// Mean latitude, degrees.
    pub lat_deg: f64,
    /// From when it was seen.
    pub from: Time,
    /// To when.
    pub to: Time,
}

/// The fires of detections, in the order of their first members. What is no place or time is a fire of its own.
#[must_use]
pub fn merge(heat: &[Heat]) -> Vec<Fire> {
    let widest_m = heat.iter().map(|one| one.side_m).filter(|m| m.is_finite()).fold(1.0, f64::max);
    // A cell's side is no shorter than the longest link, so that linked ones lie in neighbouring cells.
    let cell_deg = widest_m / DEGREE_M * 1.01;
    let row = |one: &Heat| (one.lat_deg / cell_deg).floor() as i64;
    let narrow = |row: i64| libm::cos(((row as f64 + 0.5) * cell_deg).to_radians()).max(0.01);
    let column = |lon_deg: f64, row: i64| (lon_deg * narrow(row) / cell_deg).floor() as i64;
    let mut order: Vec<(i64, i64, i64, usize)> =
        heat.iter().enumerate().map(|(n, one)| (row(one), column(one.lon_deg, row(one)), one.from.0, n)).collect();
    order.sort_unstable();
    // The longest span bounds how much earlier one can begin that still reaches.
    let longest = heat.iter().map(|one| one.to.0.saturating_sub(one.from.0)).max().unwrap_or(0).max(0);
    let mut parents: Vec<usize> = (0..heat.len()).collect();
    for (at, (own_row, own_column, from, n)) in order.iter().enumerate() {
        let one = &heat[*n];
        let earliest = from.saturating_sub(longest).saturating_sub(APART_NS_MAX);
        let link = |parents: &mut Vec<usize>, others: &[(i64, i64, i64, usize)]| {
            for (.., other) in others {
                if linked(one, &heat[*other]) {
                    join(parents, *n, *other);
                }
            }
        };
        // Its own cell, what is earlier there; and the rows and columns before it, at any time within reach.
        let start = order[..at].partition_point(|key| (key.0, key.1, key.2) < (*own_row, *own_column, earliest));
        link(&mut parents, &order[start..at]);
        let latest = one.to.0.saturating_add(APART_NS_MAX);
        let mut beside = |row: i64, column: i64| {
            let start = order.partition_point(|key| (key.0, key.1, key.2) < (row, column, earliest));
            let end = order.partition_point(|key| (key.0, key.1, key.2) <= (row, column, latest));
            link(&mut parents, &order[start..end.max(start)]);
        };
        beside(*own_row, own_column - 1);
        let below = own_row - 1;
        let middle = column(one.lon_deg, below);
        (middle - 1..=middle + 1).for_each(|column| beside(below, column));
    }
    gathered(heat, &mut parents)
}

fn linked(a: &Heat, b: &Heat) -> bool {
    let gap = (b.from.0.saturating_sub(a.to.0)).max(a.from.0.saturating_sub(b.to.0));
    if gap > APART_NS_MAX {
        return false;
    }
    let north_m = (a.lat_deg - b.lat_deg) * DEGREE_M;
    let east_m = (a.lon_deg - b.lon_deg) * DEGREE_M * libm::cos((0.5 * (a.lat_deg + b.lat_deg)).to_radians());
    let side_m = a.side_m.max(b.side_m);
    east_m * east_m + north_m * north_m <= side_m * side_m
}

fn root(parents: &mut [usize], mut at: usize) -> usize {
    while parents[at] != at {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    at
}

/// The smaller index leads, so that nothing hangs on the order of joining.
fn join(parents: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parents, a), root(parents, b));
    let (low, high) = (a.min(b), a.max(b));
    parents[high] = low;
}

fn gathered(heat: &[Heat], parents: &mut [usize]) -> Vec<Fire> {
    let mut place: Vec<usize> = vec![usize::MAX; heat.len()];
    let mut fires: Vec<Fire> = Vec::new();
    for (n, one) in heat.iter().enumerate() {
        let leader = root(parents, n);
        if place[leader] == usize::MAX {
            place[leader] = fires.len();
            fires.push(Fire { members: Vec::new(), lon_deg: 0.0, lat_deg: 0.0, from: one.from, to: one.to });
        }
        let fire = &mut fires[place[leader]];
        fire.members.push(n);
        fire.lon_deg += one.lon_deg;
        fire.lat_deg += one.lat_deg;
        (fire.from, fire.to) = (fire.from.min(one.from), fire.to.max(one.to));
    }
    for fire in &mut fires {
        let count = fire.members.len() as f64;
        fire.lon_deg /= count;
        fire.lat_deg /= count;
    }
    fires
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn heat(lat_deg: f64, lon_deg: f64, minute: i64) -> Heat {
        let from = Time(1_782_259_200_000_000_000 + minute * 60 * NS_PER_S);
        Heat { lon_deg, lat_deg, side_m: 400.0, from, to: Time(from.0 + 60 * NS_PER_S) }
    }

    #[test]
    fn three_satellites_and_a_front_are_one_fire_and_the_next_night_another() {
        let found = merge(&[
            heat(48.0, 37.0, 0),
            heat(48.002, 37.001, 50),
            heat(48.001, 36.999, 100),
            heat(48.004, 37.003, 50),
            heat(48.0, 37.0, 720),
            heat(48.1, 37.0, 0),
        ]);
        let members: Vec<Vec<usize>> = found.iter().map(|fire| fire.members.clone()).collect();
        assert_eq!(members, [vec![0, 1, 2, 3], vec![4], vec![5]]);
        assert!((found[0].lat_deg - 48.001_75).abs() < 1e-9);
    }

    proptest! {
        /// The same as looking at all pairs.
        #[test]
        fn cells_find_every_link(
            places in prop::collection::vec((0.0_f64..0.05, 0.0_f64..0.05, 0_i64..800, 100.0_f64..1_500.0), 0..60),
            lat in -70.0_f64..70.0, lon in -170.0_f64..170.0,
        ) {
            let all: Vec<Heat> = places
                .iter()
                .map(|(a, b, minute, side_m)| Heat { side_m: *side_m, ..heat(lat + a, lon + b, *minute) })
                .collect();
            let mut parents: Vec<usize> = (0..all.len()).collect();
            for a in 0..all.len() {
                for b in 0..a {
                    if linked(&all[a], &all[b]) {
                        join(&mut parents, a, b);
                    }
                }
            }
            let pairs = gathered(&all, &mut parents);
            prop_assert_eq!(merge(&all), pairs);
        }
    }
}
