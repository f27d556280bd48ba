//! The places that are looked at: cells around the sensors, and steps along lines.
use truceline_accord::agreement::LineVertex;
use truceline_model::geodesic;
use truceline_model::place::Place;

/// Cells along the longer side: on a chart of 1,000 pixels one takes some fourteen.
const CELLS_ALONG: f64 = 72.0;
/// Around the sensors it is looked as far as this share of their longer side, as `truceline coverage` does.
const MARGIN: f64 = 0.25;
/// No side of it counts as shorter, m: one station hears around itself.
const SIDE_M_MIN: f64 = 20_000.0;
/// No area is looked at beyond these latitudes: cells are as wide as high there.
const LAT_DEG_MAX: f64 = 85.0;
/// Figures stand in every so many cells each way: seven or eight across the chart, as soundings do.
const SOUNDING_EVERY: usize = 9;
/// A step along a line, m, and the most steps of one line: a chart tells no more apart.
const STEP_M: f64 = 500.0;
const STEPS_MAX: f64 = 2_000.0;

/// Cells of equal degrees.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    west_deg: f64,
    south_deg: f64,
    d_lon_deg: f64,
    d_lat_deg: f64,
    columns: usize,
    rows: usize,
}

impl Grid {
    /// Around these places; none where there are none.
    pub(super) fn around(places: &[Place]) -> Option<Self> {
        let bounds = |degrees: fn(Place) -> f64| {
            let all = || places.iter().map(|place| degrees(*place));
            (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max))
        };
        let ((west, east), (south, north)) = (bounds(|place| place.lon_deg()), bounds(|place| place.lat_deg()));
        if !(west <= east && south <= north) {
            return None;
        }
        // What a degree measures at the middle.
        let middle = ((west + east) / 2.0, ((south + north) / 2.0).clamp(-LAT_DEG_MAX, LAT_DEG_MAX));
        let at = |lon: f64, lat: f64| Place::from_degrees(lat, lon);
        let apart_m = |a: Option<Place>, b: Option<Place>| Some(geodesic::between(a?, b?).distance_m);
        let lon_m = apart_m(at(middle.0, middle.1), at(middle.0 + if middle.0 < 0.0 { 1.0 } else { -1.0 }, middle.1))?;
        let lat_m = apart_m(at(middle.0, middle.1), at(middle.0, middle.1 + if middle.1 < 0.0 { 1.0 } else { -1.0 }))?;
        let (wide_m, high_m) = (((east - west) * lon_m).max(SIDE_M_MIN), ((north - south) * lat_m).max(SIDE_M_MIN));
        let longer_m = wide_m.max(high_m);
        let margin_m = longer_m * MARGIN;
        let cell_m = (longer_m + 2.0 * margin_m) / CELLS_ALONG;
        let count = |side_m: f64| ((side_m + 2.0 * margin_m) / cell_m).ceil().max(1.0) as usize;
        let (columns, rows) = (count(wide_m), count(high_m));
        let (d_lon_deg, d_lat_deg) = (cell_m / lon_m, cell_m / lat_m);
        Some(Self {
            west_deg: middle.0 - d_lon_deg * columns as f64 / 2.0,
            south_deg: (south + north) / 2.0 - d_lat_deg * rows as f64 / 2.0,
            d_lon_deg,
            d_lat_deg,
            columns,
            rows,
        })
    }

    /// The cells' middles, row by row from the south, each from the west.
    pub(super) fn middles(&self) -> Vec<Place> {
        let at = |cell: usize| {
            let (row, column) = ((cell / self.columns) as f64 + 0.5, (cell % self.columns) as f64 + 0.5);
            place(self.west_deg + column * self.d_lon_deg, self.south_deg + row * self.d_lat_deg)
        };
        (0..self.rows * self.columns).map(at).collect()
    }

    /// Cells at even distances, far enough apart for figures.
    pub(super) fn apart(&self) -> impl Iterator<Item = usize> {
        let along = |count: usize| (SOUNDING_EVERY / 2..count).step_by(SOUNDING_EVERY);
        let columns = self.columns;
        along(self.rows).flat_map(move |row| along(columns).map(move |column| row * columns + column))
    }

    /// Its south-western and its north-eastern corner.
    pub(super) fn corners(&self) -> [Place; 2] {
        let [west, south, east, north] = self.bounds(0, self.columns, 0, self.rows);
        [place(west, south), place(east, north)]
    }

    /// West, south, east, north of some cells, degrees.
    fn bounds(&self, first: usize, end: usize, row: usize, rows: usize) -> [f64; 4] {
        let rounded = |degrees: f64| (degrees * 1e5).round() / 1e5;
        let (lon, lat) = (
            |column: usize| rounded(self.west_deg + column as f64 * self.d_lon_deg),
            |row: usize| rounded(self.south_deg + row as f64 * self.d_lat_deg),
        );
        [lon(first), lat(row), lon(end), lat(row + rows)]
    }

    /// The cells of which something holds, as boxes of neighbours in a row: west, south, east, north.
    pub(super) fn boxes(&self, holds: impl Fn(usize) -> bool) -> Vec<[f64; 4]> {
        let mut boxes = Vec::new();
        for row in 0..self.rows {
            let mut first = None;
            for column in 0..=self.columns {
                let inside = column < self.columns && holds(row * self.columns + column);
                match (inside, first) {
                    (true, None) => first = Some(column),
                    (false, Some(from)) => {
                        boxes.push(self.bounds(from, column, row, 1));
                        first = None;
                    }
                    _ => {}
                }
            }
        }
        boxes
    }
}

/// A place within the globe's bounds: an area at its seam or around a pole is cut there.
fn place(lon_deg: f64, lat_deg: f64) -> Place {
    let e7 = |degrees: f64, most: f64| (degrees.clamp(-most, most) * 1e7).round() as i32;
    Place { lat_e7: e7(lat_deg, 90.0), lon_e7: e7(lon_deg, 180.0) }
}

/// Points along lines.
pub(super) struct Steps;

impl Steps {
    /// Points in the middles of even steps along the parts of a line.
    pub(super) fn along(parts: &[Vec<LineVertex>]) -> Vec<Place> {
        let pairs = || parts.iter().flat_map(|part| part.windows(2)).map(|pair| (pair[0].place, pair[1].place));
        let long_m: Vec<f64> = pairs().map(|(from, to)| geodesic::between(from, to).distance_m).collect();
        let length_m: f64 = long_m.iter().sum();
        let count = (length_m / STEP_M).ceil().clamp(1.0, STEPS_MAX);
        let (step_m, mut walked_m, mut points) = (length_m / count, 0.0, Vec::new());
        for ((from, to), long_m) in pairs().zip(long_m) {
            while points.len() < count as usize && (points.len() as f64 + 0.5) * step_m <= walked_m + long_m {
                let share = if long_m > 0.0 { ((points.len() as f64 + 0.5) * step_m - walked_m) / long_m } else { 0.0 };
                let between = |a: f64, b: f64| a + share * (b - a);
                let (lat, lon) = (between(from.lat_deg(), to.lat_deg()), between(from.lon_deg(), to.lon_deg()));
                points.extend(Place::from_degrees(lat, lon));
            }
            walked_m += long_m;
        }
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Place {
        Place::from_degrees(lat, lon).unwrap()
    }

    #[test]
    fn cells_reach_around_the_sensors_and_are_as_wide_as_high() {
        let grid = Grid::around(&[at(48.0, 37.0), at(49.0, 39.5)]).unwrap();
        assert_eq!((grid.columns, grid.middles().len()), (72, grid.columns * grid.rows));
        assert_eq!(grid.apart().filter(|cell| *cell < grid.columns * 9).count(), 8);
        let [south_west, north_east] = grid.corners();
        assert!(south_west.lon_deg() < 36.5 && north_east.lon_deg() > 40.0, "{south_west:?} {north_east:?}");
        let middles = grid.middles();
        let wide_m = geodesic::between(middles[0], middles[1]).distance_m;
        let high_m = geodesic::between(middles[0], middles[grid.columns]).distance_m;
        assert!((wide_m / high_m - 1.0).abs() < 0.03, "{wide_m} by {high_m}");
        assert!(Grid::around(&[]).is_none());
        let one = Grid::around(&[at(-33.0, -70.0)]).unwrap();
        let side_m = geodesic::between(one.corners()[0], one.corners()[1]).distance_m;
        assert!((40_000.0..45_000.0).contains(&side_m), "{side_m}");
    }

    #[test]
    fn neighbours_in_a_row_are_one_box() {
        let grid = Grid { west_deg: 10.0, south_deg: 50.0, d_lon_deg: 0.1, d_lat_deg: 0.05, columns: 4, rows: 2 };
        let of = |cells: &'static [usize]| grid.boxes(move |cell| cells.contains(&cell));
        assert_eq!(of(&[]), Vec::<[f64; 4]>::new());
        assert_eq!(
            of(&[0, 1, 3, 4]),
            [[10.0, 50.0, 10.2, 50.05], [10.3, 50.0, 10.4, 50.05], [10.0, 50.05, 10.1, 50.1]]
        );
    }

    #[test]
    fn steps_stand_at_even_distances_over_all_parts() {
        let vertex = |lat, lon| LineVertex { place: at(lat, lon), sigma_m: 0.0 };
        let parts = [vec![vertex(0.0, 0.0), vertex(0.0, 0.05)], vec![vertex(0.0, 0.1), vertex(0.0, 0.15)]];
        let points = Steps::along(&parts);
        // 11.13 km in 23 steps, half of them in each part.
        assert_eq!(points.len(), 23);
        assert!((11..=12).contains(&points.iter().filter(|point| point.lon_deg() <= 0.05).count()));
        let apart_m = geodesic::between(points[0], points[1]).distance_m;
        assert!((apart_m - 484.0).abs() < 1.0, "{apart_m}");
        assert!(Steps::along(&[]).is_empty());
    }
}
