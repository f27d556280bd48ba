//! The rim of a region: marching squares over the kept cells.
//!
//! # Algorithm
//! Marching squares (W. E. Lorensen and H. E. Cline, *Marching cubes*, SIGGRAPH 1987, in the plane) over the cells'
//! densities, taken at their middles, with linear interpolation along the edges. A saddle joins or parts by the mean
//! of its four corners. At the edge of the grid the density goes on to the edge and ends there. The denser side lies
//! to the left, so outer rings run counter-clockwise and holes clockwise.
use std::collections::BTreeMap;

/// Densities on the whole of a grid; zero where no cell is kept.
pub(super) struct Field {
    rows: u32,
    columns: u32,
    kept: Vec<u32>,
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

impl Field {
    /// The field of kept cells, each an index (`row * columns + column`) and a density.
    pub(super) fn new(rows: u32, columns: u32, cells: impl Iterator<Item = (u32, f64)>) -> Self {
        let mut density = vec![0.0; rows as usize * columns as usize];
        let mut kept = Vec::new();
        for (index, value) in cells {
            density[index as usize] = value;
            kept.push(index);
        }
        Self { rows, columns, kept, density }
    }

    /// Density at a node. One node beyond the edge repeats the edge; the next is outside.
    #[inline]
    fn value(&self, row: i64, column: i64) -> f64 {
        let (rows, columns) = (i64::from(self.rows), i64::from(self.columns));
        if !(-1..=rows).contains(&row) || !(-1..=columns).contains(&column) {
            return 0.0;
        }
        self.density[(row.clamp(0, rows - 1) * columns + column.clamp(0, columns - 1)) as usize]
    }

    /// Where a node lies, in cells from the south-western corner; nodes beyond the edge lie on it.
    fn position(&self, row: i64, column: i64) -> (f64, f64) {
        let at = |node: i64, count: u32| (node as f64 + 0.5).clamp(0.0, f64::from(count));
        (at(row, self.rows), at(column, self.columns))
    }

    /// Where the threshold crosses an edge, in cells northwards and eastwards from the south-western corner.
    fn crossing(&self, edge: Edge, threshold: f64) -> (f64, f64) {
        let (row2, column2) = if edge.north { (edge.row + 1, edge.column) } else { (edge.row, edge.column + 1) };
        let (a, b) = (self.value(edge.row, edge.column), self.value(row2, column2));
        let t = if a == b { 0.5 } else { ((threshold - a) / (b - a)).clamp(0.0, 1.0) };
        let ((y1, x1), (y2, x2)) = (self.position(edge.row, edge.column), self.position(row2, column2));
        (y1 + t * (y2 - y1), x1 + t * (x2 - x1))
    }

    /// The rings around everything at least as dense as `threshold`, which must be above zero. `place` makes a place
    /// of cells northwards and eastwards from the south-western corner; equal neighbours are one corner.
    pub(super) fn rings<P: Copy + PartialEq>(&self, threshold: f64, place: impl Fn(f64, f64) -> P) -> Vec<Vec<P>> {
        let at = |edge| {
            let (north, east) = self.crossing(edge, threshold);
            place(north, east)
        };
        let mut next = self.segments(threshold);
        let mut rings: Vec<Vec<P>> = Vec::new();
        while let Some((start, mut edge)) = next.pop_first() {
            let mut ring = vec![at(start)];
            while edge != start {
                let place = at(edge);
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
            if ring.len() >= 3 {
                rings.push(ring);
            }
        }
        rings
    }

    /// The pieces of the rim: from edge to edge, by the edge where they begin.
    fn segments(&self, threshold: f64) -> BTreeMap<Edge, Edge> {
        let columns = i64::from(self.columns);
        let mut segments = BTreeMap::new();
        for index in self.kept.iter().filter(|index| self.density[**index as usize] >= threshold) {
            let (row, column) = (i64::from(*index) / columns, i64::from(*index) % columns);
            // The squares around the node; at the grid's edge also those around the nodes beyond that repeat it.
            let reach = |node: i64, count: u32| {
                let low = if node == 0 { -2 } else { node - 1 };
                low..=if node + 1 == i64::from(count) { node + 1 } else { node }
            };
            for r in reach(row, self.rows) {
                for c in reach(column, self.columns) {
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
    use truceline_model::geodesic::area;
    use truceline_model::place::{Place, Ring};

    /// The rings, the widest first, in steps of 1e-7 degree from 40 north, 10 east; a cell's side is 0.001 degree.
    fn rings(rows: u32, densities: &[f64], threshold: f64) -> Vec<Ring> {
        let columns = densities.len() as u32 / rows;
        let cells = (0_u32..).zip(densities.iter().copied()).filter(|(_, density)| *density > 0.0);
        let step = |start: f64, cells: f64| (start + 10_000.0 * cells).round() as i32;
        let mut rings = Field::new(rows, columns, cells)
            .rings(threshold, |north, east| Place { lat_e7: step(4e8, north), lon_e7: step(1e8, east) });
        rings.sort_by(|a, b| area::ring_m2(b).total_cmp(&area::ring_m2(a)));
        rings
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
        let one = self::rings(1, &[1.0], 0.5);
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
