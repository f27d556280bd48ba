//! Why nothing was located.
use std::fmt;

/// Why nothing was located.
#[derive(Debug, Clone, PartialEq)]
pub struct LocateError(pub(super) Kind);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    TooFew { arrivals: usize },
    TooMany { arrivals: usize },
    Arrival { number: usize, what: &'static str },
    Prior { name: &'static str, value: i64, expected: &'static str },
    Pole { lat_deg: f64 },
    Antimeridian { west_deg: f64, east_deg: f64 },
    TooWide { width_km: f64, height_km: f64 },
    Contradiction { nats: f64, nats_max: f64 },
}

impl LocateError {
    /// Whether the arrivals could be computed with, but no place and time explain them together.
    #[must_use]
    pub fn is_contradiction(&self) -> bool {
        matches!(self.0, Kind::Contradiction { .. })
    }
}

impl fmt::Display for LocateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use super::{ARRAY_LATITUDE_DEG_MAX, MAX_ARRIVALS, MIN_ARRIVALS, REGION_SIDE_KM_MAX};
        match &self.0 {
            Kind::TooFew { arrivals } => {
                write!(f, "{arrivals} arrivals, expected at least MIN_ARRIVALS = {MIN_ARRIVALS}")
            }
            Kind::TooMany { arrivals } => {
                write!(f, "{arrivals} arrivals, expected at most MAX_ARRIVALS = {MAX_ARRIVALS}")
            }
            Kind::Arrival { number, what } => write!(f, "arrival {number} by time: {what}"),
            Kind::Prior { name, value, expected } => write!(f, "prior {name} is {value}, expected {expected}"),
            Kind::Pole { lat_deg } => write!(
                f,
                "an array stands at latitude {lat_deg:.4}, expected within {ARRAY_LATITUDE_DEG_MAX} degrees of the \
                 equator: the grid cannot hold a pole"
            ),
            Kind::Antimeridian { west_deg, east_deg } => write!(
                f,
                "the region would reach from longitude {west_deg:.4} to {east_deg:.4}, expected within -180 and 180: \
                 the grid cannot hold the antimeridian"
            ),
            Kind::TooWide { width_km, height_km } => write!(
                f,
                "the region would be {width_km:.0} km wide and {height_km:.0} km high, expected at most \
                 REGION_SIDE_KM_MAX = {REGION_SIDE_KM_MAX} km"
            ),
            Kind::Contradiction { nats, nats_max } => write!(
                f,
                "the arrivals contradict each other: the best place and time lie {nats:.0} nats below a perfect fit, \
                 expected at most {nats_max:.0}"
            ),
        }
    }
}

impl std::error::Error for LocateError {}
