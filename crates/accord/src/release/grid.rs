//! The grid in whose cells places are released: fixed on the globe, the same for every tier, event and deployment.
//!
//! # Algorithm
//! Level 0 has rows of 5.79584 degrees of latitude, counted from the equator, each cut into as many equal columns as are
//! 640 km wide at its edge towards the pole. Each further level halves both sides: a cell of 5 km lies in exactly one of
//! 10 km. So two tiers' cells of one event never cut each other, and what is released twice is no finer than the finer of both.
//! Beyond 81.1 degrees each pole has one cell. A cell is named by where it is, never by what happened in it.
use truceline_model::place::Place;

/// Height of a row of the finest level, 1e-7 degree: 625.8 m where a degree of latitude is the shortest, 110,574 m, at the
/// equator.
const FINEST_ROW_E7: i32 = 56_600;
/// How many levels there are.
const LEVELS: u8 = 11;
/// The sides of the levels' cells are at least so long, m.
const SIDES_M: [u32; LEVELS as usize] =
    [640_000, 320_000, 160_000, 80_000, 40_000, 20_000, 10_000, 5_000, 2_500, 1_250, 625];
/// The letters of the levels in names, without I, which is misheard.
const LETTERS: [char; LEVELS as usize] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L'];
/// Rows of level 0 on each side of the equator that are cut into columns.
const ROWS: i32 = 14;
/// Semi-major axis of WGS84, m: the parallel at a latitude is at least as long as 2 pi a cos(latitude).
const EQUATOR_RADIUS_M: f64 = 6_378_137.0;
/// The globe around, 1e-7 degree.
const ROUND_E7: i64 = 3_600_000_000;

/// The shortest side of any cell, m.
pub const SIDE_M_MIN: u32 = SIDES_M[LEVELS as usize - 1];
/// The longest, m.
pub const SIDE_M_MAX: u32 = SIDES_M[0];

/// A cell of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    level: u8,
    row: i32,
    column: u32,
}

impl Cell {
    /// The smallest cell with sides of at least `side_m` that holds a place; of those longer than [`SIDE_M_MAX`] the largest
    /// there is.
    #[must_use]
    pub(super) fn around(place: Place, side_m: u32) -> Self {
        let level = SIDES_M.iter().rposition(|side| *side >= side_m).unwrap_or(0) as u8;
        let row = place.lat_e7.div_euclid(row_e7(level));
        let band = row >> level;
        let Some(columns) = columns(band) else {
            return Self { level: 0, row: if band < 0 { -ROWS - 1 } else { ROWS }, column: 0 };
        };
        let columns = i64::from(columns) << level;
        let east_e7 = i64::from(place.lon_e7) + ROUND_E7 / 2;
        let column = (east_e7 * columns / ROUND_E7) % columns;
        Self { level, row, column: column as u32 }
    }

    /// Its sides are at least so long, m.
    #[must_use]
    pub fn side_m(&self) -> u32 {
        SIDES_M[usize::from(self.level)]
    }

    /// Its corners: south-west, south-east, north-east, north-west.
    #[must_use]
    pub fn ring(&self) -> [Place; 4] {
        let (south, north) = (self.lat_e7(0), self.lat_e7(1));
        let (west, east) = (self.lon_e7(0), self.lon_e7(1));
        let place = |lat_e7, lon_e7| Place { lat_e7, lon_e7 };
        [place(south, west), place(south, east), place(north, east), place(north, west)]
    }

    /// Whether a place lies in it.
    #[must_use]
    pub fn contains(&self, place: Place) -> bool {
        *self == Self::around(place, self.side_m())
    }

    /// The cell of the next coarser level in which it lies; none of the coarsest.
    #[must_use]
    pub fn within(&self) -> Option<Self> {
        (self.level > 0).then(|| Self { level: self.level - 1, row: self.row >> 1, column: self.column / 2 })
    }

    fn lat_e7(&self, further: i32) -> i32 {
        match self.row + further {
            // The poles' cells end at the poles.
            row if self.level == 0 && row > ROWS => 900_000_000,
            row if self.level == 0 && row < -ROWS => -900_000_000,
            row => row * row_e7(self.level),
        }
    }

    /// The first place of its column, in whole units.
    fn lon_e7(&self, further: i64) -> i32 {
        let columns = i64::from(columns(self.row >> self.level).unwrap_or(1)) << self.level;
        let edge = (i64::from(self.column) + further) * ROUND_E7;
        (-(-edge).div_euclid(columns) - ROUND_E7 / 2) as i32
    }
}

/// Letter of the level, row from the equator, column from 180 degrees west: `H-N0890-02213`.
impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (side, row) = if self.row < 0 { ('S', -1 - self.row) } else { ('N', self.row) };
        write!(f, "{}-{side}{row:04}-{:05}", LETTERS[usize::from(self.level)], self.column)
    }
}

fn row_e7(level: u8) -> i32 {
    FINEST_ROW_E7 << (LEVELS - 1 - level)
}

/// How many columns a row of level 0 has; none for the poles' cells.
fn columns(band: i32) -> Option<u32> {
    let from_equator = if band < 0 { -1 - band } else { band };
    if from_equator >= ROWS {
        return None;
    }
    let edge_deg = f64::from(from_equator + 1) * f64::from(row_e7(0)) / 1e7;
    let parallel_m = 2.0 * std::f64::consts::PI * EQUATOR_RADIUS_M * libm::cos(edge_deg.to_radians());
    Some((parallel_m / f64::from(SIDES_M[0])).floor() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use truceline_model::geodesic;

    fn places() -> impl Strategy<Value = Place> {
        (-900_000_000_i32..=900_000_000, -1_800_000_000_i32..=1_800_000_000)
            .prop_map(|(lat_e7, lon_e7)| Place { lat_e7, lon_e7 })
    }

    proptest! {
        /// No cell is smaller than its level says, wherever it lies.
        #[test]
        fn sides_are_as_long_as_said(place in places(), side_m in 1_u32..=640_000) {
            let cell = Cell::around(place, side_m);
            prop_assert!(cell.side_m() >= side_m);
            let [sw, se, ne, nw] = cell.ring();
            prop_assert!(geodesic::between(sw, nw).distance_m >= f64::from(cell.side_m()));
            if !cell.to_string().starts_with("A-") {
                for (west, east) in [(sw, se), (nw, ne)] {
                    prop_assert!(geodesic::between(west, east).distance_m >= f64::from(cell.side_m()) * 0.999);
                }
            }
        }

        /// The cell holds the place; coarser cells hold finer ones whole.
        #[test]
        fn cells_hold_their_places_and_nest(place in places()) {
            let mut cell = Cell::around(place, SIDE_M_MIN);
            loop {
                let [sw, _, ne, _] = cell.ring();
                prop_assert!(sw.lat_e7 <= place.lat_e7 && place.lat_e7 <= ne.lat_e7);
                prop_assert!(cell.contains(place));
                if place.lon_e7 < 1_800_000_000 {
                    prop_assert!(sw.lon_e7 <= place.lon_e7 && place.lon_e7 <= ne.lon_e7, "{cell} {place:?}");
                }
                let Some(coarser) = cell.within() else { break };
                prop_assert_eq!(coarser, Cell::around(place, coarser.side_m()));
                cell = coarser;
            }
        }

        /// All places of a cell are released alike.
        #[test]
        fn nothing_within_a_cell_shows(place in places(), north in 0.0..1.0_f64, east in 0.0..1.0_f64) {
            let cell = Cell::around(place, 5_000);
            let [sw, _, ne, _] = cell.ring();
            let between = |low: i32, high: i32, share: f64| {
                (f64::from(low) + (f64::from(high) - f64::from(low) - 1.0) * share) as i32
            };
            prop_assume!(ne.lon_e7 > sw.lon_e7);
            let other = Place {
                lat_e7: between(sw.lat_e7, ne.lat_e7, north),
                lon_e7: between(sw.lon_e7, ne.lon_e7, east),
            };
            prop_assert_eq!(Cell::around(other, 5_000), cell);
        }
    }

    #[test]
    fn names_tell_level_row_and_column() {
        let place = Place::from_degrees(41.131, -112.896).unwrap();
        let names: Vec<String> = [625, 2_000, 5_000, 640_000].map(|side| Cell::around(place, side).to_string()).into();
        // By hand: 41.131 / 0.00566 = 7266.9; 43 columns of 640 km at 46.4 degrees; 67.104 / 360 * 43 * 1024 = 8207.6.
        assert_eq!(names, ["L-N7266-08207", "J-N1816-02051", "H-N0908-01025", "A-N0007-00008"]);
        assert_eq!(Cell::around(Place { lat_e7: -1, lon_e7: 0 }, 5_000).to_string().chars().nth(2), Some('S'));
        assert_eq!(Cell::around(Place::from_degrees(89.0, 12.0).unwrap(), 625).to_string(), "A-N0014-00000");
        assert_eq!(Cell::around(Place::from_degrees(-89.0, 12.0).unwrap(), 625).to_string(), "A-S0014-00000");
    }
}
