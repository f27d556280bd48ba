//! What one array contributes to a location.
use super::likelihood::BEAM_SIGMA_DEG_MAX;
use truceline_model::configuration::InfrasoundPriors;
use truceline_model::place::Place;
use truceline_model::report::Report;
use truceline_model::time::Time;

/// One array's detection, ready for computing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrival {
    /// Where the array stands.
    pub place: Place,
    /// When the signal arrived.
    pub arrival: Time,
    /// Back-azimuth, degrees clockwise from north: from the array towards the source.
    pub azimuth_deg: f64,
    /// The F statistic of the beam.
    pub f_statistic: f64,
}

impl Arrival {
    /// The arrival that a report states.
    #[must_use]
    pub fn from_report(report: &Report) -> Self {
        Self {
            place: report.place,
            arrival: report.arrival,
            azimuth_deg: report.azimuth_deg(),
            f_statistic: report.f_statistic(),
        }
    }

    /// The standard deviation of the back-azimuth, degrees: `sqrt(propagation^2 + beam^2 / (F - 1))`, the second
    /// term at most half a turn. `likelihood.rs` says where it comes from.
    #[must_use]
    pub fn azimuth_sigma_deg(&self, priors: &InfrasoundPriors) -> f64 {
        let propagation_deg = priors.azimuth_sigma_mdeg.value as f64 / 1e3;
        let beam_deg = priors.beam_azimuth_sigma_mdeg.value as f64 / 1e3;
        let excess = self.f_statistic - 1.0;
        let beam_deg =
            if excess > 0.0 { (beam_deg / excess.sqrt()).min(BEAM_SIGMA_DEG_MAX) } else { BEAM_SIGMA_DEG_MAX };
        (propagation_deg * propagation_deg + beam_deg * beam_deg).sqrt()
    }

    /// The order in which arrivals are computed: by contents, so that the order of delivery cannot show.
    pub(super) fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.arrival
            .cmp(&other.arrival)
            .then(self.place.cmp(&other.place))
            .then(self.azimuth_deg.total_cmp(&other.azimuth_deg))
            .then(self.f_statistic.total_cmp(&other.f_statistic))
    }
}
