//! What is known of where and when something happened.
use truceline_model::measurement::Site;
use truceline_model::time::{Interval, Time};

/// A point of the plane: degrees of longitude and latitude, or metres east and north, as the sensors' sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Longitude or east.
    pub x: f64,
    /// Latitude or north.
    pub y: f64,
}

/// The smallest region that holds the stated share: everything denser than its rim.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// The share it holds, percent: 50, 90 or 95.
    pub level_percent: u8,
    /// Its area, m2.
    pub area_m2: f64,
    /// Its rings, the widest first: outer ones counter-clockwise, holes clockwise, not closed.
    pub rings: Vec<Vec<Point>>,
}

/// The shortest interval of the origin time that holds the stated share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeRegion {
    /// The share it holds, percent: 50, 90 or 95.
    pub level_percent: u8,
    /// The interval.
    pub interval: Interval,
}

/// Covariance of the place, metres east and north of the mean, m2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Covariance {
    /// Variance eastwards.
    pub east_m2: f64,
    /// Variance northwards.
    pub north_m2: f64,
    /// Covariance of both.
    pub east_north_m2: f64,
}

/// The source's depth, where heights are to be resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DepthEstimate {
    /// Mean, m below the datum.
    pub mean_m: f64,
    /// Standard deviation, m.
    pub sigma_m: f64,
    /// The shortest interval that holds 90 %, m below the datum.
    pub p90_m: (f64, f64),
    /// Probability that the source lies on the ground, where it was registered in the ground and in the air.
    pub p_ground: Option<f64>,
}

/// In which direction the source lies, seen from the middle of the sensors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bearing {
    /// The middle of the sensors.
    pub from: Site,
    /// Azimuth, degrees clockwise from north: the direction of the mean unit vector.
    pub azimuth_deg: f64,
    /// Circular standard deviation, degrees.
    pub azimuth_sigma_deg: f64,
    /// Elevation above the horizon, degrees, where heights are to be resolved.
    pub elevation_deg: Option<f64>,
}

/// Why the measurements hold no point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unresolved {
    /// The distance is bounded by the box and not by the data.
    Range {
        /// The share of the probability next to the edge of the box, in per cent.
        edge_percent: f64,
    },
    /// The source is overhead: above the ground, or seen steeply from below. A place on the ground below it would
    /// be no origin.
    Overhead {
        /// Elevation above the horizon, degrees.
        elevation_deg: f64,
    },
}

/// Whether there is a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Resolution {
    /// There is.
    Point,
    /// There is a direction only; mean, regions and cells are still what is known.
    Bearing(Bearing, Unresolved),
}

/// How one measurement fits, at the most probable place and time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Residual {
    /// The measurement, by its index among those of the call.
    pub measurement: usize,
    /// Observed minus computed arrival time, s; zero where the phase has no time.
    pub time_s: f64,
    /// It over its standard deviation.
    pub sigmas: f64,
    /// Probability that the measurement belongs to this event and is no outlier, 0 to 1.
    pub fits: f64,
}

/// A kept cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// `row * columns + column`; row 0 is the southernmost, column 0 the westernmost.
    pub index: u32,
    /// Its share of the probability, 0 to 1.
    pub mass: f64,
    /// Share per m2.
    pub density: f64,
    /// Mean of the origin time given the cell, s from the solution's reference.
    pub time_mean_s: f64,
    /// Standard deviation of it, s; infinite where no time was measured.
    pub time_sigma_s: f64,
    /// Mean depth given the cell, m.
    pub depth_mean_m: f64,
}

/// The grid that cells lie on. Its numbers are whole in units of 1e-7 degree or 1 mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// The unit in degrees or metres: 1e-7 or 1e-3.
    pub unit: f64,
    /// Southern edge, units.
    pub south: i64,
    /// Western edge, units.
    pub west: i64,
    /// Height of a cell, units.
    pub d_north: i64,
    /// Width of a cell, units.
    pub d_east: i64,
    /// Cells from south to north.
    pub rows: u32,
    /// Cells from west to east.
    pub columns: u32,
}

/// A posterior over place and origin time from measurements of any kinds.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Whether places are degrees (else metres).
    pub geographic: bool,
    /// Whether there is a point.
    pub resolution: Resolution,
    /// The grid.
    pub grid: Grid,
    /// The cells by ascending index; together they hold all but `outside`.
    pub cells: Vec<Cell>,
    /// Share of what is not kept.
    pub outside: f64,
    /// What the cells' times count from.
    pub reference: Time,
    /// Middle of the densest cell, with its most probable depth as (minus) elevation.
    pub most_probable: Site,
    /// Mean.
    pub mean: Site,
    /// Spread of the place.
    pub covariance: Covariance,
    /// Depth, where heights are to be resolved.
    pub depth: Option<DepthEstimate>,
    /// 50, 90 and 95 % regions.
    pub regions: Vec<Region>,
    /// Mean origin time; none where no time was measured.
    pub time_mean: Option<Time>,
    /// 50, 90 and 95 % intervals of the origin time; none where no time was measured.
    pub time_regions: Vec<TimeRegion>,
    /// How each measurement fits.
    pub residuals: Vec<Residual>,
    /// By how much the times' deviations were widened, since the arrivals scatter more than they say; else one.
    pub widened: f64,
    /// Deviation in the plane over the Cramer-Rao bound's; none where the bound is infinite.
    pub bound_ratio: Option<f64>,
    /// Log of the evidence (nats) of the whole posterior, for comparing groups of measurements: with the deviations as stated, by
    /// how much these were widened thereafter notwithstanding.
    pub log_evidence: f64,
}

/// The solution without one owner's measurements.
#[derive(Debug, Clone, PartialEq)]
pub struct Without {
    /// The owner that was left out.
    pub owner: String,
    /// How many of the measurements are that owner's.
    pub members: usize,
    /// What the others say; none if nothing is left of them, or they contradict each other.
    pub solution: Option<Solution>,
}

/// A place in short.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// The most probable point.
    pub most_probable: Site,
    /// Area of the 90 % region, m2.
    pub area_p90_m2: f64,
}

impl Solution {
    /// Its place in short.
    #[must_use]
    pub fn placed(&self) -> Option<Placed> {
        let region = self.regions.iter().find(|region| region.level_percent == 90)?;
        Some(Placed { most_probable: self.most_probable, area_p90_m2: region.area_m2 })
    }
}

/// What is left of an event without one owner, in short.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnerLeftOut {
    /// The owner that was left out.
    pub owner: String,
    /// How many of the measurements are that owner's.
    pub members: usize,
    /// Where the others put it; none if they hold no place.
    pub rest: Option<Rest>,
}

/// What some of an event's owners say alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnersAlone {
    /// Which: bit i is set for the i-th one that was left out.
    pub owners: u32,
    /// How much better one common origin explains their measurements than each being of anything, nats; none where the
    /// measurements have no evidence.
    pub support: Option<f64>,
    /// Where they put it; none if they hold no place.
    pub rest: Option<Rest>,
}

/// Where the others put an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rest {
    /// Where that is.
    pub placed: Placed,
    /// Distance from the most probable point of all measurements, m.
    pub moved_m: f64,
    /// Mean of the place, degrees or metres, and its spread.
    pub mean: Point,
    /// The spread about it.
    pub covariance: Covariance,
}
