//! What science computes for a bulletin.
use truceline_desk::bulletins::Computed;
use truceline_model::observation::{Observation, ObservedAt};
use truceline_science::thermal::{Heat, merge};

/// As [`truceline_science`] has it.
pub(super) struct ByScience;

impl Computed for ByScience {
    fn fires(&self, heat: &[&Observation]) -> usize {
        merge::merge(&heat.iter().map(|one| of(one)).collect::<Vec<_>>()).len()
    }
}

/// A detection without a place is a fire of its own.
fn of(one: &Observation) -> Heat {
    let (place, side_m) = match &one.at {
        ObservedAt::Pixel { place, scan_m, track_m } => (Some(*place), f64::from(*scan_m.max(track_m))),
        at => (at.place(), at.variance_m2().unwrap_or(0.0).sqrt()),
    };
    let (lon_deg, lat_deg) = place.map_or((f64::NAN, f64::NAN), |place| (place.lon_deg(), place.lat_deg()));
    Heat { lon_deg, lat_deg, side_m, from: one.time.span.from, to: one.time.span.to }
}
