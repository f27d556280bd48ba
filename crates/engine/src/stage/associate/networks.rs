//! Which sensors can have seen one event together.
//!
//! The associator takes one network with one scale. Sensors that are farther apart than twice what the shorter-sighted of
//! them sees never see one event; those that hear shots over kilometres are a network of their own beside those that feel
//! or hear events over hundreds.
use super::measure::{HEARD_M_MAX, array_stand, counts, sensor};
use super::settings::slowest_m_s;
use crate::state::{Channel, MAX_RECORDED, Pooled, State};
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::association::Association;
use truceline_model::measurement::{Phase, Sensor, SensorKind};
use truceline_model::place::Place;
use truceline_model::time::{Interval, Time};
use truceline_science::associate::Speeds;

/// How far the kinds see, m: as `range_m_max` of the locator's priors.
const SOUND_RANGE_M: f64 = 5e3;
pub(super) const SEISMIC_RANGE_M: f64 = 1_000e3;
const INFRASOUND_RANGE_M: f64 = 1_500e3;
/// People, and cameras, as far as they say that they heard or saw something.
const OBSERVED_RANGE_M: f64 = HEARD_M_MAX as f64;

/// As far as sound shakes the ground enough to be registered, m: large explosions in quiet weather.
const SHAKEN_RANGE_M: f64 = 60e3;

/// Length of a degree of latitude, m, to a per cent: enough to tell networks apart.
const DEGREE_M: f64 = 111_200.0;

/// What is added to the longest travel time within a network: speeds' doubt, and onsets that scatter.
const REACH_SHARE: f64 = 1.3;
const REACH_S: f64 = 10.0;

/// Where and what a sensor is.
pub(super) type Stand = (SensorKind, Place, i32);

/// Sensors that can have seen one event together.
pub(super) struct Network {
    /// By what and where they are, ascending; their names are numbers.
    pub(super) sensors: Vec<Sensor>,
    /// They in the same order.
    pub(super) stands: Vec<Stand>,
    /// Of each, as far as that is known, from when to when it was recorded and all that it registered was given.
    pub(super) recorded: Vec<Vec<Interval>>,
    /// How fast waves ran in the block before, if its events told.
    pub(super) speeds: Option<Speeds>,
    /// By how much the arrivals of one event differ at most, s.
    pub(super) reach_s: f64,
}

impl Network {
    /// When a sensor was recorded; nothing where that is not known.
    pub(super) fn recorded_of(&self, stand: &Stand) -> &[Interval] {
        self.stands.binary_search(stand).ok().and_then(|at| self.recorded.get(at)).map_or(&[], Vec::as_slice)
    }
}

/// What an array registers is taken to stand so long after its newest record: its windows, and those of a wave that goes on. Adopted.
const ARRAY_SETTLES_S: f64 = 60.0;

/// From when to when a channel was recorded, up to where its detector has given all. As many spans as are remembered may not be all.
fn given(channel: &Channel) -> Vec<Interval> {
    let until = channel.detector.0.given_until().map_or(channel.last, |until| until.min(channel.last));
    up_to(&channel.recorded, until, channel.recorded.len() < MAX_RECORDED)
}

/// Spans as far as an instant. One that begins after it is kept without length: an empty list would say that nothing is known of
/// when the sensor was recorded. If these are not all, it may have been recorded at any time before.
fn up_to(spans: &[Interval], until: Time, are_all: bool) -> Vec<Interval> {
    let mut spans = spans.to_vec();
    spans.sort_unstable_by_key(|span| span.from);
    for span in &mut spans {
        span.to = span.to.min(until).max(span.from);
    }
    if let Some(first) = spans.first_mut().filter(|_| !are_all) {
        first.from = Time(i64::MIN);
    }
    spans
}

/// The networks of all sensors that measured something, and, of those that a state's inventory names, of which records
/// came from `since` on: their silence counts. Of others nobody knows whether they would have seen anything.
pub(super) fn networks(told: &Association, heard: Option<&State>, since: Time, pooled: &[&Pooled]) -> Vec<Network> {
    let mut owners: BTreeMap<Stand, &str> = BTreeMap::new();
    let mut recorded: BTreeMap<Stand, Vec<Interval>> = BTreeMap::new();
    for one in pooled {
        owners.entry(one.stand()).or_insert(&one.owner);
    }
    if let Some(state) = heard {
        let came = |id: &str| state.channels.0.get(id).is_some_and(|channel| channel.last >= since);
        for site in state.sites.0.values().filter(|site| counts(site) && came(&site.id)) {
            let stand = (site.kind, site.place, site.elevation_cm);
            owners.entry(stand).or_insert(&site.owner);
            if let Some(channel) = state.channels.0.get(&site.id) {
                recorded.entry(stand).or_default().extend(given(channel));
            }
        }
        for array in state.arrays.0.values().filter(|array| array.elements.0.keys().any(|id| came(id))) {
            let Some(class) = array.class else { continue };
            let owner = array.elements.0.values().next().map_or("", |element| element.owner.as_str());
            let stand = array_stand(class, array.place, Some(array));
            owners.entry(stand).or_insert(owner);
            let newest = array.elements.0.keys().filter_map(|id| state.channels.0.get(id)).map(|channel| channel.last);
            let until = newest.filter(|last| *last >= since).min().map(|last| last.plus_s(-ARRAY_SETTLES_S));
            recorded.entry(stand).or_default().extend(until.map(|to| Interval { from: Time(i64::MIN), to }));
        }
    }
    let stands: Vec<Stand> = owners.keys().copied().collect();
    let mut found = Vec::new();
    for members in components(&stands) {
        let stands: Vec<Stand> = members.iter().map(|at| stands[*at]).collect();
        let sensors = stands.iter().enumerate().map(|(n, stand)| sensor(n, owners[stand], *stand)).collect();
        let recorded = stands.iter().map(|stand| recorded.get(stand).cloned().unwrap_or_default()).collect();
        let before = heard.zip(stands.first()).and_then(|(state, first)| state.speeds.0.get(first));
        let speeds = before.and_then(|before| before.told(since));
        let of_network = |one: &&&Pooled| stands.binary_search(&one.stand()).is_ok();
        // What may be P may be S, which is slower.
        let phase = |one: &&Pooled| one.phase.unwrap_or(Phase::S);
        let phases: BTreeSet<Phase> = pooled.iter().filter(of_network).map(phase).collect();
        let through_s = across_m(&stands) / slowest_m_s(told, phases.into_iter());
        let shaken = told.coupled.iter().filter(|_| pooled.iter().any(|one| one.phase.is_none()));
        let sound_s = shaken.map(|sound| SHAKEN_RANGE_M / (sound.speed_mm_s.value as f64 / 1e3)).fold(0.0, f64::max);
        let travel_s = through_s.max(sound_s);
        found.push(Network { sensors, stands, recorded, speeds, reach_s: REACH_SHARE * travel_s + REACH_S });
    }
    found
}

fn range_m(kind: SensorKind) -> f64 {
    match kind {
        SensorKind::Microphone | SensorKind::MicrophoneArray => SOUND_RANGE_M,
        SensorKind::Seismometer | SensorKind::SeismicArray => SEISMIC_RANGE_M,
        SensorKind::InfrasoundArray | SensorKind::Satellite => INFRASOUND_RANGE_M,
        SensorKind::Optical | SensorKind::Observer => OBSERVED_RANGE_M,
    }
}

/// A place in metres along its own parallel and meridian.
#[derive(Clone, Copy)]
struct Spot {
    lon_deg: f64,
    lat_deg: f64,
    east_m: f64,
}

fn spot((_, place, _): &Stand) -> Spot {
    let lat_deg = place.lat_deg();
    Spot { lon_deg: place.lon_deg(), lat_deg, east_m: DEGREE_M * libm::cos(lat_deg.to_radians()) }
}

fn apart_m2(a: &Spot, b: &Spot) -> f64 {
    let turn = (a.lon_deg - b.lon_deg).abs();
    let east = turn.min(360.0 - turn) * 0.5 * (a.east_m + b.east_m);
    let north = (a.lat_deg - b.lat_deg) * DEGREE_M;
    east * east + north * north
}

/// Stands that are linked, each component in ascending order, the components by their first.
fn components(stands: &[Stand]) -> Vec<Vec<usize>> {
    let spots: Vec<Spot> = stands.iter().map(spot).collect();
    let local = |at: usize| range_m(stands[at].0) <= SOUND_RANGE_M;
    let mut free: Vec<usize> = (0..stands.len()).collect();
    let mut found = Vec::new();
    while let Some(first) = free.first().copied() {
        let mut component = vec![first];
        free.remove(0);
        let mut next = 0;
        while let Some(&at) = component.get(next) {
            next += 1;
            free.retain(|&other| {
                let link_m = 2.0 * range_m(stands[at].0).min(range_m(stands[other].0));
                let linked = local(at) == local(other) && apart_m2(&spots[at], &spots[other]) <= link_m * link_m;
                if linked {
                    component.push(other);
                }
                !linked
            });
        }
        component.sort_unstable();
        found.push(component);
    }
    found
}

/// A bound on the largest distance between two of them, m.
fn across_m(stands: &[Stand]) -> f64 {
    let spots: Vec<Spot> = stands.iter().map(spot).collect();
    let Some(first) = spots.first() else { return 0.0 };
    // Everything lies within the circle around the first that holds the farthest.
    let farthest = spots.iter().map(|other| apart_m2(first, other)).fold(0.0, f64::max);
    2.0 * farthest.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand(kind: SensorKind, lat: f64, lon: f64) -> Stand {
        (kind, Place::from_degrees(lat, lon).unwrap(), 0)
    }

    #[test]
    fn what_a_sensor_has_not_given_yet_is_not_taken_for_silence() {
        let span = |from, to| Interval { from: Time(from), to: Time(to) };
        let recorded = [span(50, 90), span(0, 20)];
        assert_eq!(up_to(&recorded, Time(70), true), [span(0, 20), span(50, 70)]);
        // All of a new channel is still weighed.
        assert_eq!(up_to(&[span(50, 90)], Time(40), true), [span(50, 50)]);
        assert_eq!(up_to(&recorded, Time(99), false), [span(i64::MIN, 20), span(50, 90)]);
    }

    #[test]
    fn microphones_seismometers_and_far_places_are_networks_of_their_own() {
        let (near, far) = (stand(SensorKind::Microphone, 40.0, 20.0), stand(SensorKind::Microphone, 40.05, 20.0));
        let elsewhere = stand(SensorKind::Microphone, 41.0, 20.0);
        let shaken = stand(SensorKind::Seismometer, 40.0, 20.0);
        let heard = stand(SensorKind::InfrasoundArray, 44.0, 30.0);
        let beyond = stand(SensorKind::Seismometer, -40.0, 20.0);
        let mut all = vec![near, far, elsewhere, shaken, heard, beyond];
        all.sort_unstable();
        let mut found: Vec<Vec<Stand>> =
            components(&all).iter().map(|one| one.iter().map(|at| all[*at]).collect()).collect();
        found.sort();
        let mut expected = vec![vec![near, far], vec![elsewhere], vec![shaken, heard], vec![beyond]];
        expected.iter_mut().for_each(|one| one.sort_unstable());
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_antimeridian_parts_nothing() {
        let all = [stand(SensorKind::Seismometer, 10.0, -179.9), stand(SensorKind::Seismometer, 10.0, 179.9)];
        assert_eq!(components(&all).len(), 1);
        assert!((across_m(&all) / 2.0 - 0.2 * 109_500.0).abs() < 300.0, "{}", across_m(&all));
    }
}
