//! The invented region: some 200 x 120 km with a coast in the west, a river, towns, roads, and a contact line of 180 km from
//! west to east. Alpha lies north of it, Bravo south.
use crate::plane::Point;
use crate::random::{Draw, Subject};
use serde::Serialize;

/// Half the region's width and height, m.
pub const HALF_WIDTH_M: f64 = 100_000.0;
/// See [`HALF_WIDTH_M`].
pub const HALF_HEIGHT_M: f64 = 60_000.0;

/// How long the contact line is, along its bends.
const LINE_M: f64 = 180_000.0;
/// How far apart its corners are, eastwards.
const LINE_STEP_M: f64 = 3_000.0;
/// The buffer zone reaches this far to either side of the line.
pub const BUFFER_M: f64 = 5_000.0;
/// The withdrawal lines lie this far behind it.
pub const WITHDRAWAL_M: f64 = 15_000.0;
/// No two towns are closer.
const TOWNS_APART_M: f64 = 18_000.0;
const TOWNS: usize = 12;

/// One of the two sides. Nothing in the world treats them differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Side {
    /// North of the line.
    Alpha,
    /// South of it.
    Bravo,
}

impl Side {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Alpha, Self::Bravo];

    /// Its name in the agreement.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alpha => "Alpha",
            Self::Bravo => "Bravo",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Alpha => Self::Bravo,
            Self::Bravo => Self::Alpha,
        }
    }

    /// Which way its ground lies from the line: 1 northwards, -1 southwards.
    #[must_use]
    pub const fn sign(self) -> f64 {
        match self {
            Self::Alpha => 1.0,
            Self::Bravo => -1.0,
        }
    }
}

/// The map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Region {
    /// The seed that it was drawn from.
    pub seed: u64,
    /// Corners of the contact line from west to east.
    pub line: Vec<Point>,
    /// The coast from south to north; the sea lies west of it.
    pub coast: Vec<Point>,
    /// A river from the north-east to the coast.
    pub river: Vec<Point>,
    /// Towns.
    pub towns: Vec<Point>,
    /// Roads: pairs of towns, by number.
    pub roads: Vec<(usize, usize)>,
    /// The place where the corridor crosses the line.
    pub crossing: Point,
    /// The towns with protected sites: the one nearest to the line on each side.
    pub protected: Vec<usize>,
}

impl Region {
    /// Draws the region of a seed.
    #[must_use]
    pub fn drawn(seed: u64) -> Self {
        let mut draw = Draw::of(seed, Subject::Region, &[0]);
        let line = line(&mut draw);
        let sway: Vec<(f64, f64)> =
            (1..4).map(|n| (4_000.0 / f64::from(n), draw.between(0.0, std::f64::consts::TAU))).collect();
        let swayed = |t: f64| {
            sway.iter()
                .enumerate()
                .map(|(n, (size, phase))| size * libm::sin((n as f64 + 1.0) * t + phase))
                .sum::<f64>()
        };
        let coast = (0..=40)
            .map(|n| {
                let north_m = -HALF_HEIGHT_M + 3_000.0 * f64::from(n);
                Point::new(-HALF_WIDTH_M + 6_000.0 + swayed(north_m / 15_000.0), north_m)
            })
            .collect();
        let mouth_m = draw.between(-40_000.0, 40_000.0);
        let river = (0..=60)
            .map(|n| {
                let t = f64::from(n) / 60.0;
                let east_m = HALF_WIDTH_M - 1_900.0 * 100.0 * t;
                Point::new(east_m, HALF_HEIGHT_M + (mouth_m - HALF_HEIGHT_M) * t + swayed(6.0 * t))
            })
            .collect();
        let mut region = Self {
            seed,
            line,
            coast,
            river,
            towns: Vec::new(),
            roads: Vec::new(),
            crossing: Point::new(0.0, 0.0),
            protected: Vec::new(),
        };
        region.settle(&mut draw);
        region.crossing = region.line[region.line.len() / 3 + draw.one_of(region.line.len() / 3)];
        region
    }

    /// How far north of the line a point lies, m; south of it less than zero. Beyond its ends the line goes on eastwards and
    /// westwards.
    #[must_use]
    pub fn ahead_m(&self, point: Point) -> f64 {
        point.north_m - self.line_north_m(point.east_m)
    }

    /// Where the line lies at an easting.
    #[must_use]
    pub fn line_north_m(&self, east_m: f64) -> f64 {
        let after = self.line.partition_point(|corner| corner.east_m <= east_m);
        match (after.checked_sub(1).and_then(|at| self.line.get(at)), self.line.get(after)) {
            (Some(a), Some(b)) => a.north_m + (b.north_m - a.north_m) * (east_m - a.east_m) / (b.east_m - a.east_m),
            (Some(end), None) | (None, Some(end)) => end.north_m,
            (None, None) => 0.0,
        }
    }

    /// The side on which a point lies.
    #[must_use]
    pub fn side(&self, point: Point) -> Side {
        if self.ahead_m(point) >= 0.0 { Side::Alpha } else { Side::Bravo }
    }

    /// A place on a side, so far behind the line: between the line's ends, and inside of the region.
    pub fn behind(&self, draw: &mut Draw, side: Side, near_m: f64, far_m: f64) -> Point {
        let east_m = draw.between(-75_000.0, 75_000.0);
        let north_m = self.line_north_m(east_m) + side.sign() * draw.between(near_m, far_m);
        Point::new(east_m, north_m.clamp(-HALF_HEIGHT_M, HALF_HEIGHT_M))
    }

    /// The line moved north by so much.
    #[must_use]
    pub fn line_moved(&self, north_m: f64) -> Vec<Point> {
        self.line.iter().map(|corner| corner.moved(0.0, north_m)).collect()
    }

    /// How far the nearest road is, m.
    #[must_use]
    pub fn road_m(&self, point: Point) -> f64 {
        let to_road = |(a, b): &(usize, usize)| {
            let (a, b) = (self.towns[*a], self.towns[*b]);
            let (dx, dy) = (b.east_m - a.east_m, b.north_m - a.north_m);
            let t = ((point.east_m - a.east_m) * dx + (point.north_m - a.north_m) * dy) / (dx * dx + dy * dy);
            point.distance_m(a.moved(dx * t.clamp(0.0, 1.0), dy * t.clamp(0.0, 1.0)))
        };
        self.roads.iter().map(to_road).fold(f64::INFINITY, f64::min)
    }

    /// Towns well apart, and the shortest roads that join them all.
    fn settle(&mut self, draw: &mut Draw) {
        // Far more tries than so few towns take; what cannot be placed is left out.
        for _ in 0..2_000 {
            if self.towns.len() == TOWNS {
                break;
            }
            let at = Point::new(draw.between(-82_000.0, 92_000.0), draw.between(-54_000.0, 54_000.0));
            let clear = self.ahead_m(at).abs() > 8_000.0;
            if clear && self.towns.iter().all(|town| town.distance_m(at) > TOWNS_APART_M) {
                self.towns.push(at);
            }
        }
        let mut joined = vec![0];
        while joined.len() < self.towns.len() {
            let mut nearest: Option<(f64, usize, usize)> = None;
            for from in &joined {
                for to in (0..self.towns.len()).filter(|to| !joined.contains(to)) {
                    let length_m = self.towns[*from].distance_m(self.towns[to]);
                    if nearest.is_none_or(|(least_m, ..)| length_m < least_m) {
                        nearest = Some((length_m, *from, to));
                    }
                }
            }
            let Some((_, from, to)) = nearest else { break };
            self.roads.push((from, to));
            joined.push(to);
        }
        for side in Side::BOTH {
            let distance = |town: &usize| self.ahead_m(self.towns[*town]).abs();
            let own = (0..self.towns.len()).filter(|town| self.side(self.towns[*town]) == side);
            self.protected.extend(own.min_by(|a, b| distance(a).total_cmp(&distance(b))));
        }
    }
}

/// Bends of three lengths; drawn eastwards until it is as long as it must be.
fn line(draw: &mut Draw) -> Vec<Point> {
    let bends: Vec<(f64, f64, f64)> = [(9_000.0, 95_000.0), (3_000.0, 38_000.0), (900.0, 14_000.0)]
        .into_iter()
        .map(|(size_m, length_m)| (size_m * draw.between(0.6, 1.2), length_m, draw.between(0.0, std::f64::consts::TAU)))
        .collect();
    let at = |east_m: f64| {
        let bend = |(size_m, length_m, phase): &(f64, f64, f64)| {
            size_m * libm::sin(std::f64::consts::TAU * east_m / length_m + phase)
        };
        Point::new(east_m, bends.iter().map(bend).sum())
    };
    let mut line = vec![at(-84_000.0)];
    let mut length_m = 0.0;
    while length_m < LINE_M {
        let last = line[line.len() - 1];
        let next = at(last.east_m + LINE_STEP_M);
        let step_m = last.distance_m(next);
        let share = ((LINE_M - length_m) / step_m).min(1.0);
        line.push(last.moved(share * LINE_STEP_M, share * (next.north_m - last.north_m)));
        length_m += step_m;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_s_region_has_its_parts() {
        for seed in 0..50 {
            let region = Region::drawn(seed);
            let length_m: f64 = region.line.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum();
            assert!((length_m - LINE_M).abs() < 1.0, "{length_m}");
            assert!(region.line.last().unwrap().east_m < HALF_WIDTH_M, "{seed}");
            assert_eq!(
                (region.towns.len(), region.roads.len(), region.protected.len()),
                (TOWNS, TOWNS - 1, 2),
                "{seed}"
            );
            let mut draw = Draw::of(seed, Subject::Source, &[0]);
            for side in Side::BOTH {
                for _ in 0..50 {
                    let point = region.behind(&mut draw, side, 500.0, 20_000.0);
                    assert_eq!(region.side(point), side);
                }
            }
            assert_eq!(region, Region::drawn(seed));
        }
    }
}
