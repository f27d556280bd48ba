//! Where and when something happened, as a probability over place and origin time.
//!
//! A posterior is a grid of cells. A cell carries its share of the probability and, given that the origin lies
//! in it, a normal distribution of the origin time. Everything else (mean, regions, intervals) is computed from
//! the cells before they are rounded and kept beside them, so that a reader needs no program to see them.
mod cells;

pub use cells::Cells;

use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use crate::canonical_map;
use crate::place::{Place, Ring, rings_contain};
use crate::time::{Interval, Time};

/// The most cells a posterior keeps. 8,192 cells hold a region to about a hundredth of its width.
pub const MAX_CELLS: usize = 8192;

/// The unit of a cell's probability: 1e-9.
pub const PPB: f64 = 1e9;

/// A regular grid in longitude and latitude. Row 0 is the southernmost, column 0 the westernmost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// Southern edge, 1e-7 degree.
    pub south_e7: i32,
    /// Western edge, 1e-7 degree.
    pub west_e7: i32,
    /// Height of a cell, 1e-7 degree.
    pub d_lat_e7: u32,
    /// Width of a cell, 1e-7 degree.
    pub d_lon_e7: u32,
    /// Cells from south to north.
    pub rows: u32,
    /// Cells from west to east.
    pub columns: u32,
}

canonical_map!(Grid {
    "rows" => rows,
    "columns" => columns,
    "west_e7" => west_e7,
    "d_lat_e7" => d_lat_e7,
    "d_lon_e7" => d_lon_e7,
    "south_e7" => south_e7,
});

impl Grid {
    /// The middle of the cell of this index (`row * columns + column`).
    #[must_use]
    pub fn middle(&self, index: u32) -> Place {
        let (row, column) = (index / self.columns, index % self.columns);
        let half = |origin: i32, step: u32, n: u32| {
            (i64::from(origin) + i64::from(step) * i64::from(n) + i64::from(step / 2)) as i32
        };
        Place { lat_e7: half(self.south_e7, self.d_lat_e7, row), lon_e7: half(self.west_e7, self.d_lon_e7, column) }
    }

    /// The cell that contains a place.
    #[must_use]
    pub fn index_of(&self, place: Place) -> Option<u32> {
        let row = (i64::from(place.lat_e7) - i64::from(self.south_e7)).div_euclid(i64::from(self.d_lat_e7));
        let column = (i64::from(place.lon_e7) - i64::from(self.west_e7)).div_euclid(i64::from(self.d_lon_e7));
        let inside = (0..i64::from(self.rows)).contains(&row) && (0..i64::from(self.columns)).contains(&column);
        inside.then(|| (row * i64::from(self.columns) + column) as u32)
    }
}

/// One cell: its share, and the origin time given that the origin lies in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// `row * columns + column`.
    pub index: u32,
    /// Probability of the cell, 1e-9.
    pub mass_ppb: u32,
    /// Mean of the origin time given the cell, ms from the posterior's reference.
    pub time_mean_ms: i32,
    /// Standard deviation of the origin time given the cell, ms.
    pub time_sigma_ms: u32,
}

/// As an array of four, since there are thousands.
impl Canonical for Cell {
    fn encode(&self, encoder: &mut Encoder) {
        (self.index, self.mass_ppb, self.time_mean_ms, self.time_sigma_ms).encode(encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let (index, mass_ppb, time_mean_ms, time_sigma_ms) = Canonical::decode(decoder)?;
        Ok(Self { index, mass_ppb, time_mean_ms, time_sigma_ms })
    }
}

/// The smallest region that holds the stated share: everything denser than its rim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The share it holds, percent: 50, 90 or 95.
    pub level_percent: u8,
    /// Its area on the ellipsoid, m2.
    pub area_m2: u64,
    /// Its rings: outer ones counter-clockwise, holes clockwise.
    pub rings: Vec<Ring>,
}

canonical_map!(Region { "rings" => rings, "area_m2" => area_m2, "level_percent" => level_percent });

/// The shortest interval of the origin time that holds the stated share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRegion {
    /// The share it holds, percent: 50, 90 or 95.
    pub level_percent: u8,
    /// The interval.
    pub interval: Interval,
}

canonical_map!(TimeRegion { "interval" => interval, "level_percent" => level_percent });

/// Covariance of the place in metres east and north of the mean, m2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covariance {
    /// Variance eastwards.
    pub east_m2: i64,
    /// Variance northwards.
    pub north_m2: i64,
    /// Covariance of both.
    pub east_north_m2: i64,
}

canonical_map!(Covariance { "east_m2" => east_m2, "north_m2" => north_m2, "east_north_m2" => east_north_m2 });

/// A probability over place and origin time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posterior {
    /// The grid.
    pub grid: Grid,
    /// The cells by ascending index; what is not kept is [`Posterior::outside_ppb`].
    pub cells: Cells,
    /// Probability of all that is not kept as a cell, 1e-9.
    pub outside_ppb: u32,
    /// What the cells' times count from.
    pub time_reference: Time,
    /// Mean place.
    pub mean: Place,
    /// Middle of the densest cell.
    pub most_probable: Place,
    /// Spread of the place.
    pub covariance: Covariance,
    /// 50, 90 and 95 % regions.
    pub regions: Vec<Region>,
    /// Mean origin time.
    pub time_mean: Time,
    /// 50, 90 and 95 % intervals of the origin time.
    pub time_regions: Vec<TimeRegion>,
}

canonical_map!(Posterior {
    "grid" => grid,
    "mean" => mean,
    "cells" => cells,
    "regions" => regions,
    "time_mean" => time_mean,
    "covariance" => covariance,
    "outside_ppb" => outside_ppb,
    "time_regions" => time_regions,
    "most_probable" => most_probable,
    "time_reference" => time_reference,
});

impl Posterior {
    /// The region of a level, if it is one of those kept.
    #[must_use]
    pub fn region(&self, level_percent: u8) -> Option<&Region> {
        self.regions.iter().find(|region| region.level_percent == level_percent)
    }

    /// The interval of a level, if it is one of those kept.
    #[must_use]
    pub fn interval(&self, level_percent: u8) -> Option<Interval> {
        self.time_regions.iter().find(|region| region.level_percent == level_percent).map(|region| region.interval)
    }

    /// Probability that the origin lies where `inside` says, during one of `intervals` (disjoint; all times if
    /// `None`): cells are taken by their middle, times by their normal distribution.
    #[must_use]
    pub fn mass(&self, inside: impl Fn(Place) -> bool, intervals: Option<&[Interval]>) -> f64 {
        let mut sum = 0.0;
        for cell in &self.cells {
            if !inside(self.grid.middle(cell.index)) {
                continue;
            }
            let share = match intervals {
                None => 1.0,
                Some(intervals) => intervals.iter().map(|interval| self.share_within(&cell, interval)).sum(),
            };
            sum += f64::from(cell.mass_ppb) / PPB * share;
        }
        sum.clamp(0.0, 1.0)
    }

    /// Whether a place lies in the region of a level that is kept.
    #[must_use]
    pub fn region_contains(&self, level_percent: u8, place: Place) -> bool {
        self.region(level_percent).is_some_and(|region| rings_contain(&region.rings, place))
    }

    /// Probability of the interval given the cell.
    fn share_within(&self, cell: &Cell, interval: &Interval) -> f64 {
        let sigma_s = (f64::from(cell.time_sigma_ms) / 1e3).max(1e-3);
        let mean_s = f64::from(cell.time_mean_ms) / 1e3;
        let below = |instant: Time| {
            let z = (instant.seconds_since(self.time_reference) - mean_s) / sigma_s;
            0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
        };
        below(interval.to) - below(interval.from)
    }
}
