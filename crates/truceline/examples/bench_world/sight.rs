//! What `truceline coverage` and the desk's chart would have said could be seen, against what was: of each true event how probably
//! it is seen at its place, hour and strength, and how well it would be located, beside whether it was found and how far off.
//!
//! How far sensors see is learnt as the desk learns it: by the command's own module, from the arrivals that the newest events cite;
//! a sensor runs that was recorded within two minutes before.
//!
//! # What is comparable
//! - Coverage speaks of an event of so many times the middle one's reach. A true event's reach is told by the coverage's own laws
//!   from its true magnitude (of what the ground carries) and charge (of what the air carries), each over the median of the true
//!   events that were found *in that medium*, which are those from which was learnt there (most of what is found is heard and shakes
//!   no ground: over the median of all, events of which no wave of the ground was ever registered would count as strong): in the ground ten times the amplitude is one magnitude, in the
//!   air four times the charge is twice the reach. It is told per medium, since nothing else would be fair to an earthquake, or
//!   to thunder. So the curves are tried, and not what is made of them for the rest of all events: that is tried by what is said
//!   of an event of which the strength is not known.
//! - Coverage speaks of one event in quiet: rounds of salvos follow each other faster than waves die away, and are told apart.
//! - It promises that enough sensors of enough owners *register* an event. That is scored for itself; that the event is then
//!   *found* is the associator's part.
//! - It knows no wind, no hour's noise (nobody states it here), and nothing of sound that shakes seismometers.
#[path = "../../src/commands/coverage/network.rs"]
#[allow(dead_code, reason = "the command needs more of it")]
mod network;

use crate::THREADS;
use crate::derived::{Heard, Journalled};
use crate::label::Match;
use crate::score::{ONSET_ARRAY_S, ONSET_S};
use crate::tally::Tally;
use anyhow::Result;
use network::{Medium, Watching};
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::event::{ArrivalUse, Cited};
use truceline_model::geodesic;
use truceline_model::inventory::SensorSite;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::place::Place;
use truceline_model::time::Time;
use truceline_science::coverage::{Demand, Hour, Sense, Watcher, error_m, heard_ratio};
use truceline_sim::World;
use truceline_sim::arrival::Wave;
use truceline_sim::attack::{Attack, SECTOR_M, Sector};
use truceline_sim::network::Senses;
use truceline_sim::source::Event;

/// As the desk has them (`desk::coverage::network`): from so many events is learnt, a sensor is fresh for so long, an array needs so
/// many elements.
const EVENTS_MAX: usize = 150;
const FRESH_S: f64 = 120.0;
const ELEMENTS_MIN: usize = 3;

/// From here on coverage all but promises that an event is registered: which kinds keep it.
const SURE: f64 = 0.9;

/// Of the ground; with the exponent of amplitudes there, ten times the amplitude is a magnitude and 20 dB.
const DB_PER_MAGNITUDE: f64 = 20.0;

/// The sensors as the desk sees them.
struct Sensed {
    sensors: Vec<Sensor>,
    /// Of each the channels.
    channels: Vec<Vec<String>>,
}

impl Sensed {
    fn of(sites: &[SensorSite]) -> Self {
        let mut groups: BTreeMap<&str, Vec<&SensorSite>> = BTreeMap::new();
        for site in sites {
            groups.entry(site.array.as_deref().unwrap_or(&site.id)).or_default().push(site);
        }
        let mut sensed = Self { sensors: Vec::new(), channels: Vec::new() };
        for (id, members) in groups {
            let mean = |value: fn(&SensorSite) -> f64| {
                members.iter().map(|site| value(site)).sum::<f64>() / members.len() as f64
            };
            let site = Site::Geographic {
                lon_deg: mean(|site| site.place.lon_deg()),
                lat_deg: mean(|site| site.place.lat_deg()),
                elevation_m: mean(|site| f64::from(site.elevation_cm) / 100.0),
            };
            let (owner, kind) = (members[0].owner.clone(), members[0].kind);
            sensed.sensors.push(Sensor { id: id.to_owned(), owner, kind, site });
            sensed.channels.push(members.iter().map(|site| site.id.clone()).collect());
        }
        sensed
    }

    /// What was registered of the newest events, each arrival with the wave that it was taken for.
    fn registered(&self, found: &Journalled) -> Vec<Measurement> {
        let mut newest: Vec<_> =
            found.events.values().filter(|event| !found.taken_back.contains(&event.case)).collect();
        newest.sort_by_key(|event| std::cmp::Reverse(event.solution.posterior.time_mean));
        let mut arrivals = Vec::new();
        for used in newest.into_iter().take(EVENTS_MAX).flat_map(|event| &event.solution.arrivals) {
            arrivals.extend(self.used(found, used));
        }
        arrivals.sort_by_key(|arrival| (arrival.time, arrival.sensor));
        arrivals
    }

    /// An arrival that an event cites, with the wave that it was taken for.
    fn used(&self, found: &Journalled, used: &ArrivalUse) -> Option<Measurement> {
        let heard = found.heard.get(&used.hash())?;
        match used.cited {
            Cited::Detection { phase, .. } => self.arrival(heard, phase),
            Cited::Bearing { phase, azimuth_sigma_mdeg, .. } => self.arrival(heard, phase).map(|arrival| Measurement {
                azimuth_deg: heard.azimuth_deg,
                azimuth_sigma_deg: heard.azimuth_deg.map(|_| f64::from(azimuth_sigma_mdeg) / 1e3),
                ..arrival
            }),
            Cited::Report { .. } | Cited::Observation { .. } => None,
        }
    }

    fn arrival(&self, heard: &Heard, phase: Phase) -> Option<Measurement> {
        let sensor = self.sensors.iter().position(|sensor| sensor.id == heard.sensor)?;
        if is_of_ground(self.sensors[sensor].kind) != (Medium::of(phase) == Medium::Ground) {
            return None;
        }
        let time_sigma_s = Some(heard.sigma_s.max(1e-3));
        Some(Measurement { time_sigma_s, phase: Some(phase), ..Measurement::arrival(sensor, heard.onset) })
    }

    /// Which of them ran at a time: of an array as many elements as it needs.
    fn up(&self, found: &Journalled, at: Time) -> Vec<bool> {
        let from = at.plus_s(-FRESH_S);
        let recorded = |channel: &String| {
            found.recorded.get(channel).into_iter().flatten().any(|span| span.from <= at && span.to > from)
        };
        let runs = |channels: &Vec<String>| {
            let needed = if channels.len() > 1 { ELEMENTS_MIN } else { 1 };
            channels.iter().filter(|channel| recorded(channel)).count() >= needed
        };
        self.channels.iter().map(runs).collect()
    }
}

fn is_of_ground(kind: SensorKind) -> bool {
    matches!(kind, SensorKind::Seismometer | SensorKind::SeismicArray)
}

/// How many times as far an event is registered as the middle one of all, in the ground and in the air; 0 where it sends nothing
/// there, or nothing that does was found.
struct Reach {
    middle_magnitude: Option<f64>,
    middle_kg: Option<f64>,
    /// Of the middle one of those that were found.
    found_ratio: f64,
}

impl Reach {
    /// Of the found events with the media in which each was registered.
    fn of(found: &[(&Event, BTreeSet<&str>)], watching: &Watching) -> Self {
        let median = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied()
        };
        let within = |medium: Medium| {
            found.iter().filter(move |(_, media)| media.contains(medium.name())).map(|(event, _)| *event)
        };
        Self {
            middle_magnitude: median(within(Medium::Ground).filter_map(|event| event.magnitude).collect()),
            middle_kg: median(within(Medium::Infrasound).filter_map(|event| event.air_kg).collect()),
            found_ratio: 1.0 / watching.reach_ratio,
        }
    }

    fn ratio(&self, event: &Event, medium: Medium) -> f64 {
        let of_found = match medium {
            Medium::Ground => event.magnitude.zip(self.middle_magnitude).map(|(magnitude, middle)| {
                heard_ratio(DB_PER_MAGNITUDE * (middle - magnitude), Medium::Ground.exponent())
            }),
            _ => event.air_kg.zip(self.middle_kg).map(|(kg, middle)| (kg / middle).sqrt()),
        };
        of_found.map_or(0.0, |ratio| ratio * self.found_ratio)
    }
}

/// The hour of an event, for whom strengths are told by what `ratio` says of a medium.
fn hour(watching: &Watching, up: &[bool], ratio: impl Fn(Medium) -> f64) -> Result<Hour> {
    let watcher = |(placed, up): (&network::Placed, &bool)| {
        let of_kind = watching.curves.iter().filter(|curved| curved.kind == placed.kind);
        let sense = |curved: &network::Curved| Sense { heard_ratio: ratio(Medium::of(curved.phase)), ..curved.sense };
        let senses: Vec<Sense> = of_kind.map(sense).collect();
        let up = f64::from(u8::from(*up));
        (!senses.is_empty()).then_some(Watcher { at_m: placed.at_m, owner: placed.owner, up, senses })
    };
    let watchers = watching.sensors.iter().zip(up).filter_map(watcher).collect();
    Ok(Hour::new(watchers, Demand::default(), watching.strength_sigma)?)
}

pub(crate) fn score(tally: &mut Tally, world: &World, found: &Journalled, matches: &[Match]) -> Result<()> {
    let sensed = Sensed::of(&found.sites);
    let arrivals = sensed.registered(found);
    let learnt =
        Watching::new(&truceline_formats::network::Network::default(), &sensed.sensors, Some(&arrivals), THREADS);
    tally.count("how far sensors see could be learnt, of worlds", learnt.is_ok());
    let Ok(watching) = learnt else { return Ok(()) };
    let mut error_of: BTreeMap<usize, f64> = BTreeMap::new();
    let mut media: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (event, of) in found.events.values().zip(matches) {
        let Match::Of(of) = of else { continue };
        let [lon, lat] = world.events[*of].lon_lat;
        let Some(place) = Place::from_degrees(lat, lon) else { continue };
        error_of.insert(*of, geodesic::between(event.solution.posterior.mean, place).distance_m);
        let used = event.solution.arrivals.iter().filter_map(|used| sensed.used(found, used));
        media.insert(*of, used.filter_map(|one| one.phase).map(|phase| Medium::of(phase).name()).collect());
    }
    let registered = Registered::of(world, found);
    let of_found: Vec<(&Event, BTreeSet<&str>)> =
        media.into_iter().map(|(event, media)| (&world.events[event], media)).collect();
    let reach = Reach::of(&of_found, &watching);
    tally.sample("coverage: reach of the middle event over that of the middle one found", watching.reach_ratio);
    for event in &world.events {
        let [lon_deg, lat_deg] = event.lon_lat;
        let site = Site::Geographic { lon_deg, lat_deg, elevation_m: 0.0 };
        let Some([x_m, y_m, _]) = watching.frame.metres(&site) else { continue };
        let up = sensed.up(found, world.start.plus_s(event.at_s));
        let known = hour(&watching, &up, |medium| reach.ratio(event, medium))?;
        let p = known.seen([x_m, y_m], 1.0);
        let of_any = hour(&watching, &up, |_| 1.0)?.seen_mean([x_m, y_m]);
        let is_in =
            |sector: &&Sector| sector.span_s.contains(&event.at_s) && sector.middle.distance_m(event.point) < SECTOR_M;
        if world.attack.as_ref().and_then(Attack::jammed).filter(is_in).is_some() {
            tally.sample("coverage: p of events in a jammed sector, then", p);
            tally.count("found in a jammed sector, then", error_of.contains_key(&event.id));
        }
        let of = if event.salvo.is_some() { "rounds of salvos" } else { "single events" };
        let error = error_of.get(&event.id);
        let outcome = |name: &str, is: bool| format!("coverage, {of}: p of {}{name}", if is { "" } else { "not " });
        tally.sample(outcome("found", error.is_some()), p);
        tally.sample(outcome("registered", registered.is(event.id)), p);
        tally.sample(outcome("found, strength not known", error.is_some()), of_any);
        if p >= SURE {
            let name = format!("registered where coverage said {SURE} or more, {of}: {:?}", event.kind);
            tally.count(name, registered.is(event.id));
        }
        if let Some((error, expected)) = error.zip(error_m(&known, [x_m, y_m])) {
            tally.sample(format!("coverage, {of}: error of place over the expected one"), error / expected);
        }
    }
    Ok(())
}

/// What enough sensors of enough owners registered, by what waves coverage speaks of.
struct Registered(BTreeSet<usize>);

impl Registered {
    fn of(world: &World, found: &Journalled) -> Self {
        let mut onsets: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for heard in found.heard.values() {
            onsets.entry(&heard.sensor).or_default().push(heard.onset.seconds_since(world.start));
        }
        onsets.values_mut().for_each(|onsets| onsets.sort_by(f64::total_cmp));
        let near = |name: &str, at_s: f64, within_s: f64| {
            let Some(onsets) = onsets.get(name) else { return false };
            onsets
                .get(onsets.partition_point(|onset| *onset < at_s - within_s))
                .is_some_and(|onset| *onset <= at_s + within_s)
        };
        let mut by_event: BTreeMap<usize, BTreeSet<(&str, usize)>> = BTreeMap::new();
        for arrival in &world.arrivals {
            let sensor = &world.network.sensors[arrival.sensor];
            let (name, within_s) = match sensor.array {
                Some(array) => (world.network.arrays[array].name.as_str(), ONSET_ARRAY_S),
                None => (sensor.id.as_str(), ONSET_S),
            };
            let is_spoken_of = (sensor.senses == Senses::Ground) != (arrival.wave == Wave::Air);
            if is_spoken_of && near(name, arrival.at_s, within_s) {
                by_event.entry(arrival.event).or_default().insert((name, sensor.owner));
            }
        }
        let demand = Demand::default();
        let enough = |sensors: &BTreeSet<(&str, usize)>| {
            let owners: BTreeSet<usize> = sensors.iter().map(|(_, owner)| *owner).collect();
            sensors.len() >= demand.sensors_min && owners.len() >= demand.owners_min
        };
        Self(by_event.into_iter().filter(|(_, sensors)| enough(sensors)).map(|(event, _)| event).collect())
    }

    fn is(&self, event: usize) -> bool {
        self.0.contains(&event)
    }
}
