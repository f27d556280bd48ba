//! The rim of a region: marching squares over the kept cells.
//!
//! # Algorithm
//! Marching squares (W. E. Lorensen and H. E. Cline, *Marching cubes*, SIGGRAPH 1987, in the plane) over the cells'
//! densities, taken at their middles, with linear interpolation along the edges. A saddle joins or parts by the mean
//! of its four corners. At the edge of the grid the density goes on to the edge and ends there. The denser side lies
//! to the left, so outer rings run counter-clockwise and holes clockwise.
use super::refine::Kept;
use std::collections::BTreeMap;
use truceline_model::geodesic::area;
use truceline_model::place::{Place, Ring};
use truceline_model::posterior::Grid;

/// Densities on the whole grid; zero where no cell is kept.
pub(super) struct Field<'a> {
    grid: &'a Grid,
    cells: &'a [Kept],
    density: Vec<f64>,
}

/// An edge between two neighbouring nodes, by its southern or western one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    row: i64,
    column: i64,
    /// Whether it runs north; else east.
    north: bool,
}

impl<'a> Field<'a> {
    /// The field of these cells.
    pub(super) fn new(grid: &'a Grid, cells: &'a [Kept]) -> Self {
        let mut density = vec![0.0; grid.rows as usize * grid.columns as usize];
        for cell in cells {
            density[cell.index as usize] = cell.density;
        }
        Self { grid, cells, density }
    }

    /// Density at a node. One node beyond the edge repeats the edge; the next is outside.
    #[inline]
    fn value(&self, row: i64, column: i64) -> f64 {
        let (rows, columns) = (i64::from(self.grid.rows), i64::from(self.grid.columns));
        if !(-1..=rows).contains(&row) || !(-1..=columns).contains(&column) {
            return 0.0;
        }
        self.density[(row.clamp(0, rows - 1) * columns + column.clamp(0, columns - 1)) as usize]
    }

    /// Where a node lies, in cells from the south-western corner; nodes beyond the edge lie on it.
    fn position(&self, row: i64, column: i64) -> (f64, f64) {
        let at = |node: i64, count: u32| (node as f64 + 0.5).clamp(0.0, f64::from(count));
        (at(row, self.grid.rows), at(column, self.grid.columns))
    }

    /// Where the threshold crosses an edge.
    fn crossing(&self, edge: Edge, threshold: f64) -> Place {
        let (row2, column2) = if edge.north { (edge.row + 1, edge.column) } else { (edge.row, edge.column + 1) };
        let (a, b) = (self.value(edge.row, edge.column), self.value(row2, column2));
        let t = if a == b { 0.5 } else { ((threshold - a) / (b - a)).clamp(0.0, 1.0) };
        let ((y1, x1), (y2, x2)) = (self.position(edge.row, edge.column), self.position(row2, column2));
        let degree = |start: i32, step: u32, cells: f64| (f64::from(start) + f64::from(step) * cells).round() as i32;
        Place {
            lat_e7: degree(self.grid.south_e7, self.grid.d_lat_e7, y1 + t * (y2 - y1)),
            lon_e7: degree(self.grid.west_e7, self.grid.d_lon_e7, x1 + t * (x2 - x1)),
        }
    }

    /// The rings around everything at least as dense as `threshold`, which must be above zero. The widest first.
    pub(super) fn rings(&self, threshold: f64) -> Vec<Ring> {
        let mut next = self.segments(threshold);
        let mut rings: Vec<(f64, Ring)> = Vec::new();
        while let Some((start, mut edge)) = next.pop_first() {
            let mut ring = vec![self.crossing(start, threshold)];
            while edge != start {
                let place = self.crossing(edge, threshold);
                if ring.last() != Some(&place) {
                    ring.push(place);
                }
                // Every crossing is left exactly once, so the walk ends where it began.
                let Some(following) = next.remove(&edge) else { break };
                edge = following;
            }
            if ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            let area_m2 = area::ring_m2(&ring);
            if ring.len() >= 3 && area_m2 != 0.0 {
                rings.push((area_m2, ring));
            }
        }
        rings.sort_by(|a, b| b.0.total_cmp(&a.0));
        rings.into_iter().map(|(_, ring)| ring).collect()
    }

    /// The pieces of the rim: from edge to edge, by the edge where they begin.
    fn segments(&self, threshold: f64) -> BTreeMap<Edge, Edge> {
        let columns = i64::from(self.grid.columns);
        let mut segments = BTreeMap::new();
        for cell in self.cells.iter().filter(|cell| cell.density >= threshold) {
            let (row, column) = (i64::from(cell.index) / columns, i64::from(cell.index) % columns);
            // The squares around the node; at the grid's edge also those around the nodes beyond that repeat it.
            let reach = |node: i64, count: u32| {
                let low = if node == 0 { -2 } else { node - 1 };
                low..=if node + 1 == i64::from(count) { node + 1 } else { node }
            };
            for r in reach(row, self.grid.rows) {
                for c in reach(column, self.grid.columns) {
                    self.square(r, c, threshold, &mut segments);
                }
            }
        }
        segments
    }

    /// The pieces in the square whose south-western node this is.
    fn square(&self, row: i64, column: i64, threshold: f64, segments: &mut BTreeMap<Edge, Edge>) {
        let values = [
            self.value(row, column),
            self.value(row, column + 1),
            self.value(row + 1, column + 1),
            self.value(row + 1, column),
        ];
        let inside = [values[0] >= threshold, values[1] >= threshold, values[2] >= threshold, values[3] >= threshold];
        let south = Edge { row, column, north: false };
        let north = Edge { row: row + 1, column, north: false };
        let west = Edge { row, column, north: true };
        let east = Edge { row, column: column + 1, north: true };
        let joined = || values.iter().sum::<f64>() / 4.0 >= threshold;
        let mut add = |from: Edge, to: Edge| {
            segments.insert(from, to);
        };
        // Corners: south-west, south-east, north-east, north-west.
        match inside {
            [false, false, false, false] | [true, true, true, true] => {}
            [true, false, false, false] => add(south, west),
            [false, true, false, false] => add(east, south),
            [false, false, true, false] => add(north, east),
            [false, false, false, true] => add(west, north),
            [true, true, false, false] => add(east, west),
            [false, true, true, false] => add(north, south),
            [false, false, true, true] => add(west, east),
            [true, false, false, true] => add(south, north),
            [true, true, true, false] => add(north, west),
            [false, true, true, true] => add(west, south),
            [true, false, true, true] => add(south, east),
            [true, true, false, true] => add(east, north),
            [true, false, true, false] => {
                let (first, second) = if joined() { (west, east) } else { (east, west) };
                add(north, first);
                add(south, second);
            }
            [false, true, false, true] => {
                let (first, second) = if joined() { (north, south) } else { (south, north) };
                add(east, first);
                add(west, second);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(rows: u32, densities: &[f64]) -> (Grid, Vec<Kept>) {
        let columns = densities.len() as u32 / rows;
        let grid =
            Grid { south_e7: 400_000_000, west_e7: 100_000_000, d_lat_e7: 10_000, d_lon_e7: 10_000, rows, columns };
        let kept = |(i, density): (usize, &f64)| Kept {
            index: i as u32,
            mass: *density,
            density: *density,
            time_mean_s: 0.0,
            time_sigma_s: 1.0,
        };
        (grid, densities.iter().enumerate().filter(|(_, density)| **density > 0.0).map(kept).collect())
    }

    fn rings(rows: u32, densities: &[f64], threshold: f64) -> Vec<Ring> {
        let (grid, cells) = field(rows, densities);
        Field::new(&grid, &cells).rings(threshold)
    }

    #[test]
    fn one_cell_in_the_middle_is_a_diamond() {
        let rings = rings(3, &[0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0], 0.5);
        assert_eq!(rings.len(), 1);
        assert_eq!(rings[0].len(), 4);
        assert!(rings[0].contains(&Place { lat_e7: 400_015_000, lon_e7: 100_010_000 }));
        assert!(area::ring_m2(&rings[0]) > 0.0);
    }

    #[test]
    fn a_hole_runs_clockwise() {
        let mut densities = [1.0; 25];
        densities[12] = 0.01;
        let rings = rings(5, &densities, 0.5);
        assert_eq!(rings.len(), 2);
        assert!(area::ring_m2(&rings[0]) > 0.0 && area::ring_m2(&rings[1]) < 0.0);
    }

    #[test]
    fn a_full_grid_ends_at_its_edge() {
        let rings = rings(2, &[1.0; 6], 0.5);
        assert_eq!(rings.len(), 1);
        let whole = area::cell_m2(40.0, 40.002, 0.003);
        assert!((area::ring_m2(&rings[0]) / whole - 1.0).abs() < 1e-9, "{rings:?}");
        // One cell alone is a grid too.
        let one = super::tests::rings(1, &[1.0], 0.5);
        assert!((area::ring_m2(&one[0]) / area::cell_m2(40.0, 40.001, 0.001) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_saddle_parts_or_joins_by_its_mean() {
        let padded = |a: f64, b: f64| [0.0, 0.0, 0.0, 0.0, 0.0, a, b, 0.0, 0.0, b, a, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert_eq!(rings(4, &padded(1.0, 0.1), 0.6).len(), 2);
        assert_eq!(rings(4, &padded(1.0, 0.4), 0.6).len(), 1);
        assert_eq!(rings(4, &padded(0.1, 1.0), 0.6).len(), 2);
        assert_eq!(rings(4, &padded(0.4, 1.0), 0.6).len(), 1);
    }
}
