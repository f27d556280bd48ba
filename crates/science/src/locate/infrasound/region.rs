//! The region in which the place is flat.
use super::error::{Kind, LocateError};
use super::{ARRAY_LATITUDE_DEG_MAX, Arrival, REGION_SIDE_KM_MAX};
use truceline_model::configuration::InfrasoundPriors;

/// The shortest a degree of latitude gets on WGS84, m: at the equator.
const DEGREE_M_MIN: f64 = 110_574.0;

/// Width of a degree of latitude on WGS84 at the pole, in metres: the widest it gets. For choosing steps only.
pub(super) const DEGREE_M: f64 = 111_694.0;

/// A degree of longitude on the equator, m.
pub(super) const EQUATOR_DEGREE_M: f64 = 111_319.5;

/// The narrowest margin, m: a region of a few base cells at least.
const MARGIN_M_MIN: i64 = 10_000;

/// The step in latitude of the base grid, m.
const BASE_STEP_M: f64 = 5_000.0;

/// The bounding box of the arrays, widened by the margin, in degrees; and the base grid's steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Region {
    pub south: f64,
    pub north: f64,
    pub west: f64,
    pub east: f64,
    /// Base step in latitude.
    pub d_lat: f64,
    /// Base step in longitude: as long as that in latitude, at the region's middle.
    pub d_lon: f64,
}

impl Region {
    /// The region of a group. It is cut at [`ARRAY_LATITUDE_DEG_MAX`], where cells would become needles.
    pub(super) fn around(arrivals: &[Arrival], priors: &InfrasoundPriors) -> Result<Self, LocateError> {
        let value = priors.region_margin_m.value;
        if value < MARGIN_M_MIN {
            return Err(LocateError(Kind::Prior { name: "region_margin_m", value, expected: "10000 or above" }));
        }
        let margin_m = value as f64;
        let fold = |by: fn(f64, f64) -> f64, of: fn(&Arrival) -> f64, start| arrivals.iter().map(of).fold(start, by);
        let south = fold(f64::min, |arrival| arrival.place.lat_deg(), f64::INFINITY);
        let north = fold(f64::max, |arrival| arrival.place.lat_deg(), f64::NEG_INFINITY);
        let west = fold(f64::min, |arrival| arrival.place.lon_deg(), f64::INFINITY);
        let east = fold(f64::max, |arrival| arrival.place.lon_deg(), f64::NEG_INFINITY);
        let lat_deg = if north > -south { north } else { south };
        if lat_deg.abs() > ARRAY_LATITUDE_DEG_MAX {
            return Err(LocateError(Kind::Pole { lat_deg }));
        }
        let cos_narrowest = libm::cos(lat_deg.abs().to_radians());
        let lat_margin = margin_m / DEGREE_M_MIN;
        let lon_margin = margin_m / (EQUATOR_DEGREE_M * cos_narrowest);
        let (west, east) = (west - lon_margin, east + lon_margin);
        let south = (south - lat_margin).max(-ARRAY_LATITUDE_DEG_MAX);
        let north = (north + lat_margin).min(ARRAY_LATITUDE_DEG_MAX);

        let cos_middle = libm::cos(((south + north) / 2.0).to_radians());
        let width_km = (east - west) * EQUATOR_DEGREE_M * cos_middle / 1e3;
        let height_km = (north - south) * DEGREE_M / 1e3;
        // Arrays on both sides of the antimeridian look as if they were a globe apart: name the real trouble.
        if west < -180.0 || east > 180.0 || east - west > 180.0 {
            return Err(LocateError(Kind::Antimeridian { west_deg: west, east_deg: east }));
        }
        if width_km > REGION_SIDE_KM_MAX || height_km > REGION_SIDE_KM_MAX {
            return Err(LocateError(Kind::TooWide { width_km, height_km }));
        }
        let d_lat = BASE_STEP_M / DEGREE_M;
        Ok(Self { south, north, west, east, d_lat, d_lon: d_lat / cos_middle })
    }

    /// Its area, m2.
    pub(super) fn area_m2(&self) -> f64 {
        truceline_model::geodesic::area::cell_m2(self.south, self.north, self.east - self.west)
    }
}
