//! The regular grid that is kept: finer than the tree's leaves, over those that hold nearly all of the probability.
use super::super::solution::{Cell, DepthEstimate, Grid};
use super::depths::{self, Column, Depth};
use super::detail::Detail;
use super::frame::{metres_per_unit, spot};
use super::likelihood::Look;
use super::problem::Problem;
use super::tree::Leaf;
use crate::chunks;

/// What may be left out at the leaves, and again at the cells.
const TAIL: f64 = 1e-4;

/// The most cells of the window around them, kept or not: what contours are drawn on.
const WINDOW_MAX: f64 = 1_048_576.0;

/// The most cells that are kept, as in `truceline_model::posterior`.
const KEPT_MAX: usize = truceline_model::posterior::MAX_CELLS;

/// Rows in a chunk: a hundred cells or some.
const ROWS_OF_A_CHUNK: usize = 64;

/// The grid's unit: 1e-7 degree or 1 mm.
fn unit(geographic: bool) -> f64 {
    if geographic { 1e-7 } else { 1e-3 }
}

/// The cells with what else they tell.
#[derive(Debug, Clone)]
pub(super) struct Cells {
    pub grid: Grid,
    /// By ascending index.
    pub cells: Vec<Cell>,
    pub outside: f64,
    /// The depth over all cells.
    pub depth: Option<DepthEstimate>,
    /// The most probable depth of the densest cell, m.
    pub best_depth_m: f64,
    pub log_evidence: f64,
}

impl Grid {
    /// Middle of a cell, degrees or metres.
    #[must_use]
    pub fn middle(&self, index: u32) -> (f64, f64) {
        let (row, column) = (f64::from(index / self.columns), f64::from(index % self.columns));
        self.place(row + 0.5, column + 0.5)
    }

    /// The place so many cells north and east of the south-western corner, degrees or metres.
    #[must_use]
    pub fn place(&self, north: f64, east: f64) -> (f64, f64) {
        let at = |start: i64, step: i64, cells: f64| (start as f64 + step as f64 * cells) * self.unit;
        (at(self.west, self.d_east, east), at(self.south, self.d_north, north))
    }

    /// The cell that contains a place.
    #[must_use]
    pub fn index_of(&self, x: f64, y: f64) -> Option<u32> {
        let cell = |value: f64, start: i64, step: i64, count: u32| {
            let cell = ((value / self.unit - start as f64) / step as f64).floor();
            (0.0..f64::from(count)).contains(&cell).then_some(cell as u32)
        };
        let row = cell(y, self.south, self.d_north, self.rows)?;
        let column = cell(x, self.west, self.d_east, self.columns)?;
        Some(row * self.columns + column)
    }

    /// Sides of a cell of a row, m: east and north.
    #[must_use]
    pub fn sides_m(&self, row: u32, geographic: bool) -> (f64, f64) {
        let (_, y) = self.place(f64::from(row) + 0.5, 0.0);
        let (east_m, north_m) = metres_per_unit(y, geographic);
        (self.d_east as f64 * self.unit * east_m, self.d_north as f64 * self.unit * north_m)
    }
}

/// The cells over the leaves.
pub(super) fn cells(problem: &Problem, leaves: &[Leaf], detail: &Detail, threads: usize) -> Option<Cells> {
    let (top_m, bottom_m) = problem.depths_m;
    let deep = bottom_m > top_m;
    let (chosen, core) = choose(leaves, problem.ground.map(|ground| ground.weight_m));
    let chosen: Vec<&Leaf> = chosen.iter().map(|i| &leaves[*i]).collect();
    let core_m2 = footprint_m2(problem, &chosen[..core.min(chosen.len())], deep);
    let all_m2 = footprint_m2(problem, &chosen, deep);
    let grid = grid(problem, &chosen, (core_m2, all_m2), deep, detail)?;
    let footings = footings(&grid, &chosen);
    let ground_weight_m = problem.ground.map_or(0.0, |ground| ground.weight_m);
    let depths = if deep {
        depths::depths(&chosen, ground_weight_m)
    } else {
        vec![Depth { depth_m: top_m, step_m: 0.0, weight_m: 1.0 }]
    };

    let look = |footing: &Footing, depth: &Depth| {
        let (x, y) = grid.middle(footing.index);
        let (wide_m, high_m) = grid.sides_m(footing.index / grid.columns, problem.geographic);
        Look {
            spot: spot(x, y, problem.geographic),
            depth_m: depth.depth_m,
            spread_m2: [wide_m * wide_m / 12.0, high_m * high_m / 12.0, depth.step_m * depth.step_m / 12.0],
            averaged: false,
        }
    };
    let found: Vec<Vec<Column>> = chunks::of(
        &rows(&grid, &footings, detail.row_max),
        ROWS_OF_A_CHUNK,
        threads,
        || problem.scratch(),
        |scratch, row| {
            if !deep {
                let looks = row.iter().map(|footing| look(footing, &depths[0]));
                return problem.row(looks, scratch).into_iter().map(|local| Column::plane(local, top_m)).collect();
            }
            let column = |footing: &Footing| {
                let among = depths::among(&depths, footing.depth_m);
                let looks = depths[among.clone()].iter().map(|depth| look(footing, depth));
                Column::over(&problem.column(looks, scratch), &depths, among.start)
            };
            row.iter().map(column).collect()
        },
    );
    let found: Vec<Column> = found.into_iter().flatten().collect();
    let densest = found.iter().reduce(|best, next| if next.local.log > best.local.log { next } else { best })?;
    let (best, best_depth_m) = (densest.local.log, densest.best_m);
    if !best.is_finite() {
        return None;
    }
    let mut cells: Vec<Cell> = Vec::with_capacity(footings.len());
    let mut total = 0.0;
    let mut row_area = (u32::MAX, 0.0);
    for (footing, column) in footings.iter().zip(&found) {
        let local = &column.local;
        let row = footing.index / grid.columns;
        if row != row_area.0 {
            let (wide_m, high_m) = grid.sides_m(row, problem.geographic);
            row_area = (row, wide_m * high_m);
        }
        let density = libm::exp(local.log - best);
        total += density * row_area.1;
        cells.push(Cell {
            index: footing.index,
            mass: density * row_area.1,
            density,
            time_mean_s: local.time_s,
            time_sigma_s: local.time_variance_s2.sqrt(),
            depth_mean_m: column.mean_m,
        });
    }
    let depth = deep.then(|| {
        let mut masses = vec![0.0; depths.len()];
        for (cell, column) in cells.iter().zip(&found) {
            for (mass, share) in masses[column.first..].iter_mut().zip(&column.shares) {
                *mass += cell.mass * share;
            }
        }
        let mut depth = depths::estimate(&depths, &masses);
        depth.p_ground = problem.ground.map(|_| depth.p_ground.unwrap_or(0.0));
        depth
    });
    for cell in &mut cells {
        cell.mass /= total;
        cell.density /= total;
    }
    let outside = trim(&mut cells);
    let whole = log_volume(problem);
    Some(Cells { grid, cells, outside, depth, best_depth_m, log_evidence: best + libm::log(total) - whole })
}

/// Drops the least dense cells that hold [`TAIL`] together; returns what they held.
fn trim(cells: &mut Vec<Cell>) -> f64 {
    let mut order: Vec<(u64, u32)> =
        (0_u32..).zip(cells.iter()).map(|(i, cell)| (!cell.density.to_bits(), i)).collect();
    order.sort_unstable();
    let mut sum = 0.0;
    let mut keep = vec![false; cells.len()];
    for (_, i) in order.iter().take(KEPT_MAX) {
        keep[*i as usize] = true;
        sum += cells[*i as usize].mass;
        if sum >= 1.0 - TAIL {
            break;
        }
    }
    let mut keep = keep.iter();
    cells.retain(|_| keep.next().is_some_and(|keep| *keep));
    (1.0 - sum).max(0.0)
}

/// Log of the box's area, or volume, over which places are even before any measurement.
pub(super) fn log_volume(problem: &Problem) -> f64 {
    let bounds = problem.bounds;
    let (east_m, north_m) = metres_per_unit(0.5 * (bounds.south + bounds.north), problem.geographic);
    let area_m2 = (bounds.east - bounds.west) * east_m * (bounds.north - bounds.south) * north_m;
    let (top_m, bottom_m) = problem.depths_m;
    let ground_m = problem.ground.map_or(0.0, |ground| ground.weight_m);
    libm::log(area_m2) + if bottom_m > top_m { libm::log(bottom_m - top_m + ground_m) } else { 0.0 }
}

/// The leaves that hold all but [`TAIL`], the fullest first, and how many of them hold 90 %.
fn choose(leaves: &[Leaf], ground_m: Option<f64>) -> (Vec<usize>, usize) {
    let best = leaves.iter().map(|leaf| leaf.log_mass).fold(f64::NEG_INFINITY, f64::max);
    let shares: Vec<f64> = leaves.iter().map(|leaf| libm::exp(leaf.log_mass - best)).collect();
    let total: f64 = shares.iter().sum();
    // The densest first, since the 90 % that are densest set the step.
    let flat_m = ground_m.map_or(1.0, |weight_m| 0.5 * weight_m);
    let size =
        |leaf: &Leaf| leaf.half_x * leaf.half_y * if leaf.half_depth_m > 0.0 { leaf.half_depth_m } else { flat_m };
    let mut order: Vec<(f64, usize)> = (0..leaves.len()).map(|i| (shares[i] / size(&leaves[i]), i)).collect();
    order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let (mut sum, mut core, mut count) = (0.0, 0, 0);
    for (_, i) in &order {
        sum += shares[*i];
        count += 1;
        if sum <= 0.9 * total {
            core += 1;
        }
        if sum >= (1.0 - TAIL) * total {
            break;
        }
    }
    (order[..count].iter().map(|(_, i)| *i).collect(), core + 1)
}

/// Area of the leaves' footprints, m2; where leaves lie above each other, of their union as drawn on the finest.
fn footprint_m2(problem: &Problem, leaves: &[&Leaf], deep: bool) -> f64 {
    let area = |leaf: &Leaf| {
        let (east_m, north_m) = metres_per_unit(leaf.y, problem.geographic);
        4.0 * leaf.half_x * east_m * leaf.half_y * north_m
    };
    if !deep {
        return leaves.iter().map(|leaf| area(leaf)).sum();
    }
    // Columns of leaves: sorted so that a larger footprint comes first, what lies inside one seen is not new.
    let mut order: Vec<&&Leaf> = leaves.iter().collect();
    order.sort_by(|a, b| b.half_x.total_cmp(&a.half_x).then(a.x.total_cmp(&b.x)).then(a.y.total_cmp(&b.y)));
    let mut sum = 0.0;
    let mut seen: std::collections::BTreeSet<(u64, u64)> = std::collections::BTreeSet::new();
    let mut sizes: Vec<(f64, f64)> = Vec::new();
    let bounds = problem.bounds;
    let key = |x: f64, y: f64, half: (f64, f64)| {
        let column = ((x - bounds.west) / (2.0 * half.0)).floor() as u64;
        let row = ((y - bounds.south) / (2.0 * half.1)).floor() as u64;
        (column, (row << 8) | u64::from((half.0.to_bits() >> 52) as u8))
    };
    for leaf in order {
        let half = (leaf.half_x, leaf.half_y);
        if sizes.iter().any(|size| seen.contains(&key(leaf.x, leaf.y, *size))) {
            continue;
        }
        if sizes.last() != Some(&half) {
            sizes.push(half);
        }
        seen.insert(key(leaf.x, leaf.y, half));
        sum += area(leaf);
    }
    sum
}

/// The grid around the leaves: square cells in metres.
fn grid(
    problem: &Problem,
    leaves: &[&Leaf],
    (core_m2, all_m2): (f64, f64),
    deep: bool,
    detail: &Detail,
) -> Option<Grid> {
    let fold = |by: fn(f64, f64) -> f64, of: &dyn Fn(&Leaf) -> f64| leaves.iter().map(|leaf| of(leaf)).reduce(by);
    let west = fold(f64::min, &|leaf| leaf.x - leaf.half_x)?;
    let east = fold(f64::max, &|leaf| leaf.x + leaf.half_x)?;
    let south = fold(f64::min, &|leaf| leaf.y - leaf.half_y)?;
    let north = fold(f64::max, &|leaf| leaf.y + leaf.half_y)?;
    let (east_m, north_m) = metres_per_unit(0.5 * (south + north), problem.geographic);
    let (core_cells, computed_max) =
        if deep { (detail.core_cells.1, detail.cells_max.1) } else { (detail.core_cells.0, detail.cells_max.0) };
    let window_m2 = (east - west) * east_m * (north - south) * north_m;
    let step_m = (core_m2 / core_cells).max(all_m2 / computed_max).max(window_m2 / WINDOW_MAX).sqrt();
    let unit = unit(problem.geographic);
    let d_north = (step_m / north_m / unit).round().max(1.0);
    let d_east = (step_m / east_m / unit).round().max(1.0);
    let (south, west) = ((south / unit).floor(), (west / unit).floor());
    let count = |length: f64, step: f64| (length / step).ceil().max(1.0);
    Some(Grid {
        unit,
        south: south as i64,
        west: west as i64,
        d_north: d_north as i64,
        d_east: d_east as i64,
        rows: count(north / unit - south, d_north) as u32,
        columns: count(east / unit - west, d_east) as u32,
    })
}

/// A cell of the grid whose middle lies in leaves, and from which depth to which they reach there.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Footing {
    index: u32,
    depth_m: (f64, f64),
}

/// Cells in rows of the grid, none longer than this.
fn rows<'a>(grid: &Grid, footings: &'a [Footing], longest: usize) -> Vec<&'a [Footing]> {
    let beside = |a: &Footing, b: &Footing| a.index + 1 == b.index && !b.index.is_multiple_of(grid.columns);
    footings.chunk_by(beside).flat_map(|row| row.chunks(longest)).collect()
}

/// The grid's cells whose middles lie in the leaves, ascending.
fn footings(grid: &Grid, leaves: &[&Leaf]) -> Vec<Footing> {
    let first = |edge: f64, start: i64, step: i64, count: u32| {
        let cell = ((edge / grid.unit - start as f64) / step as f64 - 0.5).ceil();
        cell.clamp(0.0, f64::from(count)) as u32
    };
    let mut footings = Vec::new();
    for leaf in leaves {
        let row = |y: f64| first(y, grid.south, grid.d_north, grid.rows);
        let column = |x: f64| first(x, grid.west, grid.d_east, grid.columns);
        let (from, to) = (column(leaf.x - leaf.half_x), column(leaf.x + leaf.half_x));
        for row in row(leaf.y - leaf.half_y)..row(leaf.y + leaf.half_y) {
            let indices = row * grid.columns + from..row * grid.columns + to;
            footings.extend(indices.map(|index| Footing { index, depth_m: leaf.depths_m() }));
        }
    }
    footings.sort_unstable_by_key(|footing| footing.index);
    footings.dedup_by(|next, kept| {
        let same = next.index == kept.index;
        if same {
            kept.depth_m = (kept.depth_m.0.min(next.depth_m.0), kept.depth_m.1.max(next.depth_m.1));
        }
        same
    });
    if footings.is_empty() {
        // Leaves narrower than a cell: the fullest one's cell stands for them.
        let leaf = leaves[0];
        let index = grid.index_of(leaf.x, leaf.y).unwrap_or(0);
        footings.push(Footing { index, depth_m: leaf.depths_m() });
    }
    footings
}
