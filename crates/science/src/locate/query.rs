//! What can be asked of a solution: levels of a place and time, masses, samples.
use super::credible;
use super::marginal::Marginal;
use super::solution::{Point, Solution};
use truceline_model::time::Time;

/// How deep in a solution a place and a time lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Credible {
    /// The smallest level, 0 to 1, whose region contains the place; one where no cell is kept.
    pub place_level: f64,
    /// The smallest level, 0 to 1, whose region of the origin time contains the time; none without either.
    pub time_level: Option<f64>,
}

/// One draw from a solution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// The place.
    pub place: Point,
    /// The origin time; none where no time was measured.
    pub time: Option<Time>,
}

impl Solution {
    /// The smallest credible levels that contain a place and a time.
    #[must_use]
    pub fn levels_at(&self, place: Point, time: Option<Time>) -> Credible {
        let own = self
            .grid
            .index_of(place.x, place.y)
            .and_then(|index| self.cells.binary_search_by_key(&index, |cell| cell.index).ok());
        let items = self.cells.iter().map(|cell| (cell.mass, cell.density));
        let place_level = own.map_or(1.0, |own| {
            // A cell lies in the middle of its own mass.
            credible::level(items, self.cells[own].density) - 0.5 * self.cells[own].mass
        });
        let time_level = time.filter(|_| self.time_mean.is_some()).map(|time| {
            let parts = self.cells.iter().map(|cell| (cell.mass, cell.time_mean_s, cell.time_sigma_s));
            Marginal::new(parts).map_or(1.0, |marginal| marginal.level(time.seconds_since(self.reference)))
        });
        Credible { place_level: place_level.clamp(0.0, 1.0), time_level }
    }

    /// The probability of the places that `inside` says, straight from the cells, taken by their middles.
    #[must_use]
    pub fn mass(&self, inside: impl Fn(Point) -> bool) -> f64 {
        let within = |index: u32| {
            let (x, y) = self.grid.middle(index);
            inside(Point { x, y })
        };
        let masses = self.cells.iter().filter(|cell| within(cell.index)).map(|cell| cell.mass);
        masses.sum::<f64>().clamp(0.0, 1.0)
    }

    /// The probability inside a polygon (even-odd rule, not closed).
    #[must_use]
    pub fn mass_in(&self, polygon: &[Point]) -> f64 {
        self.mass(|place| contains(polygon, place))
    }

    /// So many draws from the posterior, the same for the same seed: systematic over the cells, even within each.
    #[must_use]
    pub fn samples(&self, count: usize, seed: u64) -> Vec<Sample> {
        let total: f64 = self.cells.iter().map(|cell| cell.mass).sum();
        let mut draws = Draws(seed);
        let offset = draws.uniform();
        let (mut below, mut cell) = (0.0, 0);
        let mut samples = Vec::with_capacity(count);
        for i in 0..count {
            let target = (i as f64 + offset) / count as f64 * total;
            while cell + 1 < self.cells.len() && below + self.cells[cell].mass < target {
                below += self.cells[cell].mass;
                cell += 1;
            }
            let Some(own) = self.cells.get(cell) else { break };
            let (row, column) = (f64::from(own.index / self.grid.columns), f64::from(own.index % self.grid.columns));
            let (north, east, normal) = (draws.uniform(), draws.uniform(), draws.normal());
            let (x, y) = self.grid.place(row + north, column + east);
            let time = self.time_mean.map(|_| self.reference.plus_s(own.time_mean_s + own.time_sigma_s * normal));
            samples.push(Sample { place: Point { x, y }, time });
        }
        samples
    }
}

/// Whether a place lies inside a polygon.
fn contains(polygon: &[Point], place: Point) -> bool {
    let mut inside = false;
    for (i, a) in polygon.iter().enumerate() {
        let b = &polygon[if i == 0 { polygon.len() - 1 } else { i - 1 }];
        if (a.y > place.y) != (b.y > place.y) {
            inside ^= place.x < a.x + (place.y - a.y) / (b.y - a.y) * (b.x - a.x);
        }
    }
    inside
}

/// Counter-based randomness: splitmix64 (G. L. Steele, D. Lea and C. H. Flood, OOPSLA 2014).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In (0, 1).
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Box and Muller's.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(self.uniform())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_contains_its_middle() {
        let at = |x: f64, y: f64| Point { x, y };
        let square = [at(0.0, 0.0), at(1.0, 0.0), at(1.0, 1.0), at(0.0, 1.0)];
        assert!(contains(&square, at(0.5, 0.5)) && !contains(&square, at(1.5, 0.5)));
    }
}
