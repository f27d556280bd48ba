//! Which sensors there are, which of them ran at a time, and what they registered of the events that were found.
use crate::error::DeskError;
use crate::views::Views;
use std::collections::BTreeMap;
use truceline_evidence::journal::JournalReader;
use truceline_model::bearing::{Bearing, Direction};
use truceline_model::detection::Detection;
use truceline_model::event::Cited;
use truceline_model::hindrance::ALL_PPM;
use truceline_model::inventory::SensorSite;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::place::Place;
use truceline_model::time::{Interval, NS_PER_S, Time};

/// The most sensors that are looked at.
const SENSORS_MAX: usize = 2_000;
/// The most hindrances.
const HINDRANCES_MAX: usize = 20_000;
/// A channel runs if it was recorded within so long before a time: a packet of a slow channel takes most of a minute to fill, and
/// it comes a moment later.
const FRESH_NS: i64 = 120 * NS_PER_S;
/// With fewer elements an array has no direction.
const ELEMENTS_MIN: usize = 3;
/// From so many events is learnt at most, the newest: some thousand arrivals, which takes a second or two.
const EVENTS_MAX: usize = 150;

/// The sensors, and which of them run.
pub(super) struct Network {
    /// The newest inventory's entry.
    pub(super) inventory: Option<u64>,
    /// Sensors by their ids; of an array the array.
    pub(super) sensors: Vec<Sensor>,
    /// Where they stand, in the same order.
    pub(super) places: Vec<Place>,
    /// What share of each runs.
    pub(super) up: BTreeMap<String, f64>,
}

impl Network {
    pub(super) fn at(views: &Views, reader: &dyn JournalReader, at: Time) -> Result<Self, DeskError> {
        let sites = views.sites(reader, "", SENSORS_MAX)?;
        let inventory = sites.iter().map(|(entry, _)| *entry).max();
        let mut groups: BTreeMap<String, Vec<SensorSite>> = BTreeMap::new();
        for (_, site) in sites {
            groups.entry(site.array.clone().unwrap_or_else(|| site.id.clone())).or_default().push(site);
        }
        let recorded = views.covered(&Interval { from: Time(at.0.saturating_sub(FRESH_NS)), to: at })?;
        let now = Interval { from: at, to: Time(at.0.saturating_add(1)) };
        let hindrances = views.hindered(reader, &now, HINDRANCES_MAX)?;
        let left = |site: &SensorSite| -> f64 {
            let names = [Some(site.id.as_str()), site.array.as_deref()];
            let taken = |id: &str| hindrances.iter().map(|one| one.takes_ppm(id, Some(site.place))).max().unwrap_or(0);
            let most = names.into_iter().flatten().map(taken).max().unwrap_or(0);
            if recorded.contains_key(&site.id) {
                f64::from(ALL_PPM - most.min(ALL_PPM)) / f64::from(ALL_PPM)
            } else {
                0.0
            }
        };
        let mut network = Self { inventory, sensors: Vec::new(), places: Vec::new(), up: BTreeMap::new() };
        for (id, members) in groups {
            let Some((place, elevation_m)) = middle(&members) else { continue };
            let first = &members[0];
            let (lon_deg, lat_deg) = (place.lon_deg(), place.lat_deg());
            let site = Site::Geographic { lon_deg, lat_deg, elevation_m };
            network.sensors.push(Sensor { id: id.clone(), owner: first.owner.clone(), kind: first.kind, site });
            network.places.push(place);
            let mut shares: Vec<f64> = members.iter().map(&left).collect();
            shares.sort_by(|a, b| b.total_cmp(a));
            // An array runs as long as its best elements do, as many as it needs.
            let needed = if first.array.is_some() { ELEMENTS_MIN } else { 1 };
            network.up.insert(id, shares.get(needed - 1).copied().unwrap_or(0.0));
        }
        Ok(network)
    }
}

/// The mean place of an array's elements.
fn middle(members: &[SensorSite]) -> Option<(Place, f64)> {
    let count = members.len() as f64;
    let mean = |value: fn(&SensorSite) -> f64| members.iter().map(value).sum::<f64>() / count;
    let place = Place::from_degrees(mean(|site| site.place.lat_deg()), mean(|site| site.place.lon_deg()))?;
    Some((place, mean(|site| f64::from(site.elevation_cm) / 100.0)))
}

/// What was registered of the newest events.
pub(super) struct Registered {
    /// Of how many.
    pub(super) events: u64,
    /// Each arrival with the wave that it was taken for, at its sensor's index.
    pub(super) arrivals: Vec<Measurement>,
}

impl Registered {
    pub(super) fn gather(views: &Views, reader: &dyn JournalReader, network: &Network) -> Result<Self, DeskError> {
        let index: BTreeMap<&str, usize> =
            network.sensors.iter().enumerate().map(|(at, sensor)| (sensor.id.as_str(), at)).collect();
        let mut found = Self { events: 0, arrivals: Vec::new() };
        for case in views.cases(None, EVENTS_MAX)? {
            let file = views.case_head(reader, case)?;
            let Some((_, event)) = file.event().filter(|_| !file.is_withdrawn()) else { continue };
            let before = found.arrivals.len();
            for used in &event.content.solution.arrivals {
                let arrival = match used.cited {
                    Cited::Detection { hash, phase } => {
                        views.derived::<Detection>(reader, hash)?.and_then(|(_, found)| {
                            let found = found.content;
                            arrival(&index, &found.channel, found.onset, found.onset_sigma_us, phase, network)
                        })
                    }
                    Cited::Bearing { hash, phase, azimuth_sigma_mdeg } => {
                        views.derived::<Bearing>(reader, hash)?.and_then(|(_, found)| {
                            let found = found.content;
                            let Direction::Towards(towards) = found.direction else { return None };
                            let arrival =
                                arrival(&index, &found.array, found.onset, found.onset_sigma_us, phase, network)?;
                            Some(Measurement {
                                azimuth_deg: Some(f64::from(towards.azimuth_mdeg) / 1e3),
                                azimuth_sigma_deg: Some(f64::from(azimuth_sigma_mdeg) / 1e3),
                                ..arrival
                            })
                        })
                    }
                    Cited::Report { .. } | Cited::Observation { .. } => None,
                };
                found.arrivals.extend(arrival);
            }
            found.events += u64::from(found.arrivals.len() > before);
        }
        found.arrivals.sort_by_key(|arrival| (arrival.time, arrival.sensor));
        Ok(found)
    }
}

/// An arrival at a sensor of the network; none at another, and none of sound that shakes a seismometer: how far that goes is of
/// the ground below it.
fn arrival(
    index: &BTreeMap<&str, usize>,
    id: &str,
    onset: Time,
    sigma_us: u64,
    phase: Phase,
    network: &Network,
) -> Option<Measurement> {
    let sensor = *index.get(id)?;
    let of_ground = matches!(network.sensors[sensor].kind, SensorKind::Seismometer | SensorKind::SeismicArray);
    if of_ground != matches!(phase, Phase::P | Phase::S | Phase::Surface) {
        return None;
    }
    let time_sigma_s = Some((sigma_us as f64 / 1e6).max(1e-3));
    Some(Measurement { time_sigma_s, phase: Some(phase), ..Measurement::arrival(sensor, onset) })
}
