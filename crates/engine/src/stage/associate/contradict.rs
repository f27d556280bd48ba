//! Sensors whose measurements contradict those of the others over many events of a block: named, isolated and counted, and
//! never said why. The associator leaves them out of its events.
use super::measure::array_stand;
use super::networks::Stand;
use crate::state::State;
use truceline_model::inconsistency::{Fits, Inconsistency};
use truceline_model::measurement::{SensorKind, Site};
use truceline_model::place::Place;
use truceline_model::time::Interval;
use truceline_science::associate::{Contradiction, Frame, Inconsistent};

/// A sensor that contradicts the others of its network.
pub(super) struct Contradicting {
    pub(super) stand: Stand,
    owner: String,
    fits: Fits,
    events: usize,
    agreeing: usize,
    left_out: usize,
}

impl Contradicting {
    /// `left_out` of its measurements are in no event for it. None where its place would be none of the globe.
    pub(super) fn new(stand: Stand, owner: &str, found: &Inconsistent, frame: &Frame, left_out: usize) -> Option<Self> {
        let fits = match found.how {
            Contradiction::Clock { offset_s } => Fits::Later((offset_s * 1e6).round() as i64),
            Contradiction::Place { place_m: [x_m, y_m] } => match frame.site(x_m, y_m, 0.0) {
                Site::Geographic { lon_deg, lat_deg, .. } => Fits::From(Place::from_degrees(lat_deg, lon_deg)?),
                Site::Local { .. } => return None,
            },
            Contradiction::Bearing { offset_deg } => Fits::Turned((offset_deg * 1e3).round() as i32),
        };
        let (owner, events, agreeing) = (owner.to_owned(), found.events, found.agreeing);
        Some(Self { stand, owner, fits, events, agreeing, left_out })
    }

    /// What is said of it, of measurements within this span.
    pub(super) fn said(&self, state: &State, span: Interval) -> Inconsistency {
        Inconsistency {
            sensor: name(state, self.stand),
            owner: self.owner.clone(),
            fits: self.fits,
            events: self.events as u32,
            agreeing: self.agreeing as u32,
            left_out: self.left_out as u32,
            span,
        }
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
