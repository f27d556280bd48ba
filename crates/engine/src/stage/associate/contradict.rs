//! Sensors whose measurements contradict those of the others over many events of a block: named, isolated and counted, and
//! never said why. The associator leaves them out of its events.
use super::measure::array_stand;
use super::networks::Stand;
use crate::state::State;
use truceline_model::measurement::{SensorKind, Site};
use truceline_science::associate::{Contradiction, Frame, Inconsistent};

/// A sensor that contradicts the others of its network.
pub(super) struct Contradicting {
    pub(super) stand: Stand,
    owner: String,
    how: String,
    events: usize,
    agreeing: usize,
    left_out: usize,
}

impl Contradicting {
    /// `left_out` of its measurements are in no event for it.
    pub(super) fn new(stand: Stand, owner: &str, found: &Inconsistent, frame: &Frame, left_out: usize) -> Self {
        let how = match found.how {
            Contradiction::Clock { offset_s } => {
                let way = if offset_s > 0.0 { "late" } else { "early" };
                format!("its times are {:.3} s {way}", offset_s.abs())
            }
            Contradiction::Place { place_m: [x_m, y_m] } => {
                let site = frame.site(x_m, y_m, 0.0);
                match site {
                    Site::Geographic { lon_deg, lat_deg, .. } => format!("its times fit at {lat_deg:.4}, {lon_deg:.4}"),
                    Site::Local { x_m, y_m, .. } => format!("its times fit at {x_m:.0} m, {y_m:.0} m"),
                }
            }
            Contradiction::Bearing { offset_deg } => format!("its bearings are turned by {offset_deg:.1} deg"),
        };
        let (owner, events, agreeing) = (owner.to_owned(), found.events, found.agreeing);
        Self { stand, owner, how, events, agreeing, left_out }
    }

    /// What is said of it.
    pub(super) fn words(&self, state: &State) -> String {
        let Self { owner, how, events, agreeing, left_out, .. } = self;
        let name = name(state, self.stand);
        let owner = if owner.is_empty() { String::new() } else { format!(" of {owner}") };
        format!(
            "{name}{owner} is inconsistent with the others: {how}, as {events} events say, and {agreeing} agree with it as \
             it is stated; {left_out} of its measurements are left out of the block"
        )
    }
}

/// The name that an inventory gives what stands there, or what and where it is.
fn name(state: &State, stand: Stand) -> String {
    let site = state.sites.0.values().find(|site| (site.kind, site.place, site.elevation_cm) == stand);
    let array = state
        .arrays
        .0
        .iter()
        .find(|(_, array)| array.class.is_some_and(|class| array_stand(class, array.place, Some(array)) == stand));
    let (kind, place, _) = stand;
    match (array, site) {
        (Some((name, _)), _) => format!("array {name}"),
        (None, Some(site)) => format!("sensor {}", site.id),
        (None, None) => format!("the {} at {:.4}, {:.4}", words(kind), place.lat_deg(), place.lon_deg()),
    }
}

fn words(kind: SensorKind) -> &'static str {
    match kind {
        SensorKind::Seismometer => "seismometer",
        SensorKind::SeismicArray => "seismic array",
        SensorKind::InfrasoundArray => "infrasound array",
        SensorKind::Microphone => "microphone",
        SensorKind::MicrophoneArray => "microphone array",
        SensorKind::Optical => "optical sensor",
        SensorKind::Satellite => "satellite",
        SensorKind::Observer => "observer",
    }
}
