//! On which side of a line, straight from the cells.
//!
//! # Algorithm
//! A line is told by its vertices, in the order of which left and right are meant, each with the standard deviation by which
//! the line may lie beside it; between vertices the deviation runs evenly. For a place at the signed distance d (left is
//! positive) from the nearest point of the line, where the line's deviation is s, `P(left) = Phi(d / s)`: the line is shifted
//! across by a normal error. How errors hang together along the line is of no matter to one event, since expectations add.
//! Cells that a side can cut are summed over a grid of places within. A place whose nearest point is an end of the
//! line, and which lies beyond it, is on no side.
//!
//! Distances are metres at the place's own latitude, lines straight in longitude and latitude as in GeoJSON (RFC 7946): signs
//! are exact, distances right to the change of a degree's length over them.
//!
//! # Checked against
//! The closed form for a straight line and a normal posterior, and the properties of mirrors, labels and far events
//! (`tests/side.rs`).
mod blocks;

use super::evidence::metres_per_unit;
use super::solution::{Point, Solution};
use truceline_model::posterior::{PPB, Posterior};

/// The most vertices of a line, all parts together: a contact line of 1,000 km at every ten metres.
pub const VERTICES_MAX: usize = 100_000;

/// Places along each side of a cell that may be cut, and of one over which a wide band changes little.
const PLACES: (u32, u32) = (8, 3);

/// From so many deviations on a side is sure to 1e-9.
const SURE_SIGMAS: f64 = 6.0;

/// Vertices near the cells are told with the length of a degree in the middle of them; over a region of some degrees it
/// changes by less than this share.
const SCALE_SLACK: f64 = 1.2;

/// A vertex of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vertex {
    /// Where it is taken to be.
    pub at: Point,
    /// Standard deviation of the line across itself there, m; zero where the line is known.
    pub sigma_m: f64,
}

/// A line of one or more parts. Parts that begin where another ends are one.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    parts: Vec<Vec<Vertex>>,
}

/// Why parts make no line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoLine {
    /// There are too few different vertices.
    Short,
    /// There are more than [`VERTICES_MAX`].
    Long,
    /// A coordinate or a deviation is no number, or a deviation is below zero.
    Number,
}

impl Line {
    /// The line of these parts.
    ///
    /// # Errors
    /// If a part has fewer than two different vertices, there are too many, or a number has no meaning.
    pub fn new(parts: Vec<Vec<Vertex>>) -> Result<Self, NoLine> {
        if parts.iter().map(Vec::len).sum::<usize>() > VERTICES_MAX {
            return Err(NoLine::Long);
        }
        let right = |vertex: &Vertex| {
            vertex.at.x.is_finite() && vertex.at.y.is_finite() && vertex.sigma_m.is_finite() && vertex.sigma_m >= 0.0
        };
        if !parts.iter().flatten().all(right) {
            return Err(NoLine::Number);
        }
        let mut joined: Vec<Vec<Vertex>> = Vec::new();
        for mut part in parts {
            part.dedup_by(|b, a| a.at == b.at);
            if part.len() < 2 {
                return Err(NoLine::Short);
            }
            let (first, last) = (part[0].at, part[part.len() - 1].at);
            let before = joined.iter().position(|other| other.last().is_some_and(|end| end.at == first));
            let after = joined.iter().position(|other| other[0].at == last);
            match (before, after) {
                (Some(before), Some(after)) if before != after => {
                    let rest = joined[after].split_off(1);
                    joined[before].extend(part.drain(1..).chain(rest));
                    joined.remove(after);
                }
                (Some(before), _) => joined[before].extend(part.drain(1..)),
                (None, Some(after)) => {
                    part.extend(joined[after].drain(1..));
                    joined[after] = part;
                }
                (None, None) => joined.push(part),
            }
        }
        if joined.is_empty() {
            return Err(NoLine::Short);
        }
        Ok(Self { parts: joined })
    }
}

impl Line {
    /// Its vertices, part by part.
    pub fn vertices(&self) -> impl Iterator<Item = &Vertex> {
        self.parts.iter().flatten()
    }

    /// The same line with its deviations times a factor.
    #[must_use]
    pub fn widened(&self, factor: f64) -> Self {
        self.mapped(|vertex| Vertex { sigma_m: factor * vertex.sigma_m, ..*vertex })
    }

    /// The same line in metres east and north of a place in degrees, as long as degrees are there; and how long they are.
    #[must_use]
    pub fn in_metres(&self, middle: Point) -> (Self, (f64, f64)) {
        let metres = metres_per_unit(middle.y, true);
        let at = |at: Point| Point { x: (at.x - middle.x) * metres.0, y: (at.y - middle.y) * metres.1 };
        (self.mapped(|vertex| Vertex { at: at(vertex.at), ..*vertex }), metres)
    }

    fn mapped(&self, of: impl Fn(&Vertex) -> Vertex) -> Self {
        Self { parts: self.parts.iter().map(|part| part.iter().map(&of).collect()).collect() }
    }
}

/// How a place lies to a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Across {
    /// Distance to the nearest point of the line, m; left is positive.
    pub signed_m: f64,
    /// The direction in which that distance grows, a unit vector east and north.
    pub towards: [f64; 2],
    /// Standard deviation of the line across itself at that point, m.
    pub sigma_m: f64,
    /// Whether the nearest point is an end of the line and the place beyond it: then it is on no side.
    pub beyond: bool,
}

/// A line cut up for many places near each other.
#[derive(Debug, Clone)]
pub struct Segments {
    all: Vec<Segment>,
    blocks: Vec<blocks::Block>,
    geographic: bool,
}

impl Segments {
    /// The segments of a line, in degrees if `geographic`, else in metres.
    #[must_use]
    pub fn of(line: &Line, geographic: bool) -> Self {
        let all = segments(line);
        Self { blocks: blocks::blocks(&all), all, geographic }
    }

    /// How a place lies to the line.
    #[must_use]
    pub fn across(&self, place: Point) -> Across {
        let seen = blocks::nearest_of(&self.all, &self.blocks, place, self.geographic);
        let distance_m = seen.distance2_m2.sqrt();
        let sign = if seen.left { 1.0 } else { -1.0 };
        let towards = match distance_m > 0.0 {
            true => [-sign * seen.off.0 / distance_m, -sign * seen.off.1 / distance_m],
            false => [-seen.along.1, seen.along.0],
        };
        Across { signed_m: sign * distance_m, towards, sigma_m: seen.sigma_m, beyond: seen.beyond }
    }
}

/// How the probability lies about a line. All four sum to one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sides {
    /// Left of it, as one walks along its vertices.
    pub left: f64,
    /// Right of it.
    pub right: f64,
    /// Beyond its ends, on no side.
    pub beyond: f64,
    /// Not kept in cells: anywhere.
    pub elsewhere: f64,
    /// Whether the 90 % region goes beyond an end of the line: then no side should be stated.
    pub cut_off: bool,
}

/// A cell: its middle, its sides, what it holds, how dense it is.
struct Tile {
    at: Point,
    wide: f64,
    high: f64,
    mass: f64,
    density: f64,
}

impl Solution {
    /// How the probability lies about a line, in degrees or metres as the solution.
    #[must_use]
    pub fn sides(&self, line: &Line) -> Sides {
        let (wide, high) = (self.grid.d_east as f64 * self.grid.unit, self.grid.d_north as f64 * self.grid.unit);
        let tile = |cell: &super::solution::Cell| {
            let (x, y) = self.grid.middle(cell.index);
            Tile { at: Point { x, y }, wide, high, mass: cell.mass, density: cell.density }
        };
        sides(&self.cells.iter().map(tile).collect::<Vec<Tile>>(), line, self.geographic)
    }
}

/// How the probability of a posterior as kept lies about a line.
#[must_use]
pub fn posterior_sides(posterior: &Posterior, line: &Line) -> Sides {
    let (wide, high) = (f64::from(posterior.grid.d_lon_e7) / 1e7, f64::from(posterior.grid.d_lat_e7) / 1e7);
    let tile = |cell: truceline_model::posterior::Cell| {
        let middle = posterior.grid.middle(cell.index);
        let at = Point { x: middle.lon_deg(), y: middle.lat_deg() };
        let mass = f64::from(cell.mass_ppb) / PPB;
        // Rows are narrower towards the poles.
        Tile { at, wide, high, mass, density: mass / metres_per_unit(at.y, true).0 }
    };
    sides(&posterior.cells.iter().map(tile).collect::<Vec<Tile>>(), line, true)
}

/// How the probability of a normal distribution lies about a line: of a place known by its curvature. The covariance is
/// metres east and north, m2.
#[must_use]
pub fn normal_sides(mean: Point, covariance_m2: [[f64; 2]; 2], line: &Line, geographic: bool) -> Sides {
    /// Steps to each side, and deviations that they cover.
    const STEPS: i32 = 24;
    const REACH: f64 = 4.5;
    let (east_m, north_m) = metres_per_unit(mean.y, geographic);
    let a = covariance_m2[0][0].max(0.0).sqrt();
    let b = if a > 0.0 { covariance_m2[0][1] / a } else { 0.0 };
    let c = (covariance_m2[1][1] - b * b).max(0.0).sqrt();
    let step = REACH / f64::from(STEPS);
    let mut tiles = Vec::new();
    let mut total = 0.0;
    for i in -STEPS..=STEPS {
        for j in -STEPS..=STEPS {
            let (u, v) = (f64::from(i) * step, f64::from(j) * step);
            let density = libm::exp(-0.5 * (u * u + v * v));
            total += density;
            let at = Point { x: mean.x + a * u / east_m, y: mean.y + (b * u + c * v) / north_m };
            tiles.push(Tile { at, wide: a * step / east_m, high: c * step / north_m, mass: density, density });
        }
    }
    tiles.iter_mut().for_each(|tile| tile.mass /= total);
    sides(&tiles, line, geographic)
}

/// A segment of the line, and whether its ends are ends of a part.
#[derive(Debug, Clone, Copy)]
struct Segment {
    from: Vertex,
    to: Vertex,
    before: Option<Point>,
    next: Option<Point>,
    first: bool,
    last: bool,
}

fn segments(line: &Line) -> Vec<Segment> {
    let mut all = Vec::new();
    for part in &line.parts {
        let n = part.len();
        let ring = part[0].at == part[n - 1].at;
        for (i, pair) in part.windows(2).enumerate() {
            let next = part.get(i + 2).map(|vertex| vertex.at).or_else(|| ring.then(|| part[1].at));
            let before = if i > 0 { Some(part[i - 1].at) } else { ring.then(|| part[n - 2].at) };
            let (first, last) = (i == 0 && !ring, i + 2 == n && !ring);
            all.push(Segment { from: pair[0], to: pair[1], before, next, first, last });
        }
    }
    all
}

/// The nearest point of the line as a place sees it.
#[derive(Clone, Copy)]
struct Nearest {
    distance2_m2: f64,
    /// From the place to that point, m east and north.
    off: (f64, f64),
    /// The segment's direction, a unit vector.
    along: (f64, f64),
    /// Whether the place lies left.
    left: bool,
    sigma_m: f64,
    beyond: bool,
}

/// Whether the origin lies left of the straight line from one point to another.
fn is_left(from: (f64, f64), to: (f64, f64)) -> bool {
    (to.1 - from.1) * from.0 - (to.0 - from.0) * from.1 > 0.0
}

/// The same of a corner, to which the origin is nearest: left of both legs where the line turns left, of either where it
/// turns right.
fn left_of_corner(from: (f64, f64), corner: (f64, f64), to: (f64, f64)) -> bool {
    let (first, second) = ((corner.0 - from.0, corner.1 - from.1), (to.0 - corner.0, to.1 - corner.1));
    let turns_left = first.0 * second.1 - first.1 * second.0 > 0.0;
    let (of_first, of_second) = (is_left(from, corner), is_left(corner, to));
    if turns_left { of_first && of_second } else { of_first || of_second }
}

fn nearest(segments: &[Segment], place: Point, geographic: bool) -> Nearest {
    let (east_m, north_m) = metres_per_unit(place.y, geographic);
    let none = (0.0, 0.0);
    let mut best =
        Nearest { distance2_m2: f64::INFINITY, off: none, along: none, left: false, sigma_m: 0.0, beyond: true };
    let offset = |point: Point| ((point.x - place.x) * east_m, (point.y - place.y) * north_m);
    for segment in segments {
        let (from, to) = (offset(segment.from.at), offset(segment.to.at));
        let along = (to.0 - from.0, to.1 - from.1);
        let length2 = along.0 * along.0 + along.1 * along.1;
        let share = -(from.0 * along.0 + from.1 * along.1) / length2;
        let t = share.clamp(0.0, 1.0);
        let off = (from.0 + t * along.0, from.1 + t * along.1);
        let distance2_m2 = off.0 * off.0 + off.1 * off.1;
        if distance2_m2 >= best.distance2_m2 {
            continue;
        }
        let mut left = is_left(from, to);
        if t >= 1.0
            && let Some(next) = segment.next.map(offset)
        {
            left = left_of_corner(from, to, next);
        } else if t <= 0.0
            && let Some(before) = segment.before.map(offset)
        {
            left = left_of_corner(before, from, to);
        }
        let sigma_m = segment.from.sigma_m + t * (segment.to.sigma_m - segment.from.sigma_m);
        let beyond = (share < 0.0 && segment.first) || (share > 1.0 && segment.last);
        let length = length2.sqrt();
        let along = (along.0 / length, along.1 / length);
        best = Nearest { distance2_m2, off, along, left, sigma_m, beyond };
    }
    best
}

fn sides(tiles: &[Tile], line: &Line, geographic: bool) -> Sides {
    let mut sides = Sides { left: 0.0, right: 0.0, beyond: 0.0, elsewhere: 0.0, cut_off: false };
    let kept: f64 = tiles.iter().map(|tile| tile.mass).sum();
    sides.elsewhere = (1.0 - kept).max(0.0);
    let Some(segments) = near(tiles, line, geographic) else { return sides };
    // The density down to which the densest cells hold 90 % of what is kept.
    let mut order: Vec<(f64, f64)> = tiles.iter().map(|tile| (tile.density, tile.mass)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut held = 0.0;
    let within = order.iter().find(|(_, mass)| {
        held += mass;
        held >= 0.9 * kept
    });
    let rim = within.map_or(0.0, |(density, _)| *density);
    for tile in tiles {
        let (east_m, north_m) = metres_per_unit(tile.at.y, geographic);
        let (wide_m, high_m) = (tile.wide * east_m, tile.high * north_m);
        let reach_m = 0.5 * (wide_m * wide_m + high_m * high_m).sqrt();
        let middle = nearest(&segments, tile.at, geographic);
        let far_m = reach_m + SURE_SIGMAS * middle.sigma_m;
        let whole = middle.distance2_m2 > far_m * far_m;
        // A cell near the line is taken place by place.
        let count = match whole {
            true => 1,
            false if middle.sigma_m > reach_m => PLACES.1,
            false => PLACES.0,
        };
        let share = tile.mass / f64::from(count * count);
        let mut beyond = false;
        for i in 0..count {
            for j in 0..count {
                let within = |k: u32| (f64::from(k) + 0.5) / f64::from(count) - 0.5;
                let place = Point { x: tile.at.x + within(i) * tile.wide, y: tile.at.y + within(j) * tile.high };
                let seen = if whole { middle } else { nearest(&segments, place, geographic) };
                if seen.beyond {
                    sides.beyond += share;
                    beyond = true;
                    continue;
                }
                // The probability of the side on which the place is, were the line where it is said to be.
                let own = match seen.sigma_m {
                    sigma_m if sigma_m > 0.0 => {
                        0.5 * libm::erfc(-seen.distance2_m2.sqrt() / sigma_m * std::f64::consts::FRAC_1_SQRT_2)
                    }
                    _ => 1.0,
                };
                let left = if seen.left { own } else { 1.0 - own };
                sides.left += share * left;
                sides.right += share * (1.0 - left);
            }
        }
        sides.cut_off |= beyond && tile.density >= rim;
    }
    sides
}

/// The segments that can be nearest to a cell: no farther from the middle of all than the nearest one, and twice the
/// radius that holds the cells.
fn near(tiles: &[Tile], line: &Line, geographic: bool) -> Option<Vec<Segment>> {
    let count = tiles.len() as f64;
    let first = tiles.first()?;
    let middle = Point {
        x: first.at.x + tiles.iter().map(|tile| tile.at.x - first.at.x).sum::<f64>() / count,
        y: first.at.y + tiles.iter().map(|tile| tile.at.y - first.at.y).sum::<f64>() / count,
    };
    let (east_m, north_m) = metres_per_unit(middle.y, geographic);
    let apart_m = |at: Point| {
        let (east, north) = ((at.x - middle.x) * east_m, (at.y - middle.y) * north_m);
        (east * east + north * north).sqrt()
    };
    let radius_m = tiles.iter().map(|tile| {
        let half = (0.5 * tile.wide * east_m, 0.5 * tile.high * north_m);
        apart_m(tile.at) + (half.0 * half.0 + half.1 * half.1).sqrt()
    });
    let radius_m = radius_m.fold(0.0, f64::max);
    let all = segments(line);
    let distances_m: Vec<f64> = all
        .iter()
        .map(|segment| nearest(std::slice::from_ref(segment), middle, geographic).distance2_m2.sqrt())
        .collect();
    let nearest_m = distances_m.iter().copied().fold(f64::INFINITY, f64::min);
    let bound_m = SCALE_SLACK * (nearest_m + 2.0 * radius_m);
    Some(all.into_iter().zip(distances_m).filter(|(_, m)| *m <= bound_m).map(|(segment, _)| segment).collect())
}
