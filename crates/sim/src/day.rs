//! A scripted day: some twenty incidents, each of a kind that teaches something, in scenes of minutes over 24 hours.
//!
//! Map, ground, weather and sensors are drawn as of any world. What happens is written in [`script`]; where, on which side and
//! how strong is drawn from the seed, with the sizes that such things have. Waveforms are computed for the scenes alone: of the
//! hours between them nothing is recorded.
mod script;

use crate::adversary::Behaviour;
use crate::agreement::OWNERS;
use crate::arrival::{self, Arrival};
use crate::attack::SECTOR_M;
use crate::network::{Fault, Network, Senses};
use crate::random::{Draw, Subject};
use crate::records::{self, SetOff};
use crate::source::{Kind, Rates};
use crate::waveform::{self, Span};
use crate::weather;
use crate::witness;
use crate::world::{BEHIND_UTC_H, EPOCH, File, World, WorldError};
use std::ops::Range;
use truceline_formats::miniseed;
use truceline_model::time::Time;

/// The hours of the day.
const HOURS: u32 = 24;

/// What passes between a record's last sample and its delivery, s: as a recorder and a link of the field take.
const DELIVERED_AFTER_S: f64 = 2.0;

/// How long after what they saw or heard people's tables come, s: by radio, in this day.
const REPORTED_AFTER_S: f64 = 120.0;

/// The longest scene, s: a channel of 100 Hz then takes a megabyte.
pub const SCENE_S_MAX: f64 = 900.0;

/// A stretch of the day that is recorded, with something to learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Its name.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What to look at, in one or two sentences.
    pub teaches: &'static str,
    /// From when on it is recorded, s after the day's start.
    pub span_s: Range<f64>,
    /// When what it is about happens, s after the day's start.
    pub at_s: f64,
}

/// What is delivered as a file, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// When, whole s after the day's start.
    pub at_s: u32,
    /// It.
    pub file: File,
}

/// A record of a channel, as its owner's server sends it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// When it is there, s after the day's start.
    pub at_s: f64,
    /// Whose.
    pub owner: usize,
    /// Network and station, as `NET_STA`.
    pub station: String,
    /// When it ends, as it is stamped.
    pub end: Time,
    /// miniSEED.
    pub bytes: Vec<u8>,
}

/// What keeps sensors from being heard: nothing that they send within the time comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Outage {
    /// What it is: `jamming` or `outage`.
    pub means: &'static str,
    /// From when to when, s after the day's start.
    pub span_s: Range<f64>,
    /// The sensors, by number.
    pub sensors: Vec<usize>,
}

/// A false owner, and when it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Falsehood {
    /// Which owner.
    pub owner: usize,
    /// What it does: its clocks are set off.
    pub behaviour: Behaviour,
    /// By how much, s: more than in other worlds, where few seconds pass for other waves.
    pub shift_s: f64,
    /// From when to when, s after the day's start.
    pub span_s: Range<f64>,
}

/// The day: everything that is true of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// The world, with what happens in it and what arrives where.
    pub world: World,
    /// The scenes, in order; none overlaps another.
    pub scenes: Vec<Scene>,
    /// Files, by their time.
    pub deliveries: Vec<Delivery>,
    /// A jammed sector, and a sensor that dies.
    pub outages: Vec<Outage>,
    /// The owner whose data are false for a while.
    pub falsehood: Falsehood,
}

impl Day {
    /// The day of a seed.
    ///
    /// # Errors
    /// If there is no world of an hour.
    pub fn drawn(seed: u64) -> Result<Self, WorldError> {
        let mut draw = Draw::of(seed, Subject::Source, &[30]);
        // From midnight on, so that the times of day are those of the clock.
        let start = EPOCH.plus_s(86_400.0 * draw.one_of(90) as f64);
        let first_hour = 24.0 - BEHIND_UTC_H;
        let map = World::drawn(seed, 1, &Rates::default())?;
        let weather = weather::hours(seed, first_hour, HOURS as usize);
        let mut network = map.network.clone();
        // What is broken in this day stands in its script.
        network.sensors.iter_mut().for_each(|sensor| sensor.fault = None);
        // Of all sensors one: who has more of them is drawn more often.
        let owner = network.sensors[draw.one_of(network.sensors.len())].owner;
        let script = script::written(&map.region, &network, owner);
        let events = script.events;
        let arriving = |event| arrival::of(event, &network, &map.earth, &weather, seed, first_hour);
        let arrivals: Vec<Arrival> = events.iter().flat_map(arriving).collect();
        let outages = outages(&mut network, &script.dies, &script.jammed);
        let falsehood = Falsehood { owner, behaviour: Behaviour::Shift, shift_s: shift_s(seed), span_s: script.lied_s };
        let fires = script.fires;
        let world = World { start, hours: HOURS, first_hour, weather, network, events, fires, arrivals, ..map };
        let mut day = Self { world, scenes: script.scenes, deliveries: Vec::new(), outages, falsehood };
        day.deliveries = day.delivered();
        Ok(day)
    }

    /// The world with arrivals as they are stamped: those of the false owner, while it is false, are off.
    #[must_use]
    pub fn stamped(&self) -> World {
        let mut world = self.world.clone();
        let Falsehood { owner, shift_s, span_s, .. } = &self.falsehood;
        for arrival in &mut world.arrivals {
            if world.network.sensors[arrival.sensor].owner == *owner && span_s.contains(&arrival.at_s) {
                arrival.at_s += shift_s;
            }
        }
        world
    }

    /// The owners of sensors, in the order of their numbers, with the stations of each as a SeedLink selection.
    #[must_use]
    pub fn owners(&self) -> Vec<(&'static str, String)> {
        let code = |owner: usize| format!("X{}_*", char::from(b'A' + owner as u8));
        OWNERS.iter().enumerate().map(|(owner, name)| (*name, code(owner))).collect()
    }

    /// Keeps these scenes alone: what happens in others happens unrecorded.
    pub fn played_only(&mut self, is_played: impl Fn(&Scene) -> bool) {
        self.scenes.retain(is_played);
    }

    /// The records of a scene, in the order in which they come.
    ///
    /// # Errors
    /// If samples do not fit into the format.
    pub fn records(&self, scene: usize) -> Result<Vec<Record>, WorldError> {
        let Some(&Scene { ref span_s, at_s, .. }) = self.scenes.get(scene) else { return Ok(Vec::new()) };
        let world = &self.world;
        let length_s = span_s.end - span_s.start;
        let span = Span { from_s: span_s.start, length_s, number: Some(at_s as u64) };
        let is_false = self.falsehood.span_s.contains(&span_s.start);
        // What was on its way when the scene began is heard in it, too.
        let mut by_sensor: Vec<Vec<Arrival>> = vec![Vec::new(); world.network.sensors.len()];
        for arrival in world.arrivals.iter().filter(|one| (span_s.start - 60.0..span_s.end).contains(&one.at_s)) {
            by_sensor[arrival.sensor].push(*arrival);
        }
        let mut all = Vec::new();
        for (number, sensor) in world.network.sensors.iter().enumerate() {
            let arrivals = &by_sensor[number];
            let counts = waveform::counts(sensor, number, arrivals, &world.weather, world.seed, world.first_hour, span);
            let lies = is_false && self.falsehood.owner == sensor.owner;
            let shift_s = if lies { self.falsehood.shift_s } else { 0.0 };
            let failed = |why: &dyn std::fmt::Display| WorldError::new(format!("sensor {}: {why}", sensor.id));
            let bytes = records::of(sensor, &counts, world.start, span.from_s, span_s.clone(), SetOff::By(shift_s))
                .map_err(|error| failed(&error))?;
            for read in miniseed::records(&bytes) {
                let (_, read) = read.map_err(|error| failed(&error))?;
                let end = read.start.plus_s(read.sample_count as f64 / read.rate_hz);
                let at_s = end.seconds_since(world.start) - shift_s + DELIVERED_AFTER_S;
                let station = sensor.id.trim_start_matches("FDSN:").split('_').take(2).collect::<Vec<_>>().join("_");
                all.push(Record { at_s, owner: sensor.owner, station, end, bytes: read.bytes().to_vec() });
            }
        }
        // Of one instant in the order of the sensors: the sort is stable.
        all.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
        Ok(all)
    }

    /// The files of the day, by their time: what is known before, what people and satellites deliver, what kept from seeing.
    fn delivered(&self) -> Vec<Delivery> {
        let world = &self.world;
        let mut all: Vec<Delivery> = world.known().into_iter().map(|file| Delivery { at_s: 0, file }).collect();
        let mut add = |at_s: f64, name: &str, text: String| {
            // A table with a header alone says nothing.
            if text.lines().count() > 1 {
                all.push(Delivery {
                    at_s: at_s as u32,
                    file: File { name: name.to_owned(), bytes: text.into_bytes() },
                });
            }
        };
        for scene in &self.scenes {
            let events: Vec<_> =
                world.events.iter().filter(|event| scene.span_s.contains(&event.at_s)).cloned().collect();
            match scene.id {
                "patrol" => {
                    let at_s = scene.at_s + REPORTED_AFTER_S;
                    let text = witness::patrols_who_note(&world.region, &events, &world.weather, world.start, 1.0);
                    add(at_s, "patrols.csv", noted_by(&text.text, world.start.plus_s(at_s)));
                }
                "party-report" => {
                    let at_s = scene.at_s + REPORTED_AFTER_S;
                    let text = witness::parties_who_report(&world.region, &events, world.start, 1.0);
                    add(at_s, "parties.csv", noted_by(&text.text, world.start.plus_s(at_s)));
                }
                "satellite" => {
                    // As a station that receives the satellite itself has it; by way of the archives it takes hours.
                    let hours = (script::PASS_S + 60.0) / 3_600.0;
                    let text = witness::satellites(&world.region, &world.fires, world.start, hours);
                    add(script::PASS_S + 60.0, "satellite.csv", text.text);
                }
                _ => {}
            }
        }
        for outage in self.outages.iter().filter(|outage| outage.means == "jamming") {
            let time = |s: f64| world.start.plus_s(s).to_string();
            let sensors: Vec<&str> = outage.sensors.iter().map(|one| world.network.sensors[*one].id.as_str()).collect();
            let text = format!(
                "hindrance,from,to,sensors,lost,text,owner,source\njamming,{},{},{},1,links of a sector are jammed,{},network \
                 control\n",
                time(outage.span_s.start),
                time(outage.span_s.end),
                sensors.join(" "),
                OWNERS[0],
            );
            // Whoever runs the network sees within minutes that all of a sector is gone.
            add(outage.span_s.start + 180.0, "hindrances.csv", text);
        }
        all.sort_by_key(|delivery| delivery.at_s);
        all
    }
}

/// By how much the false owner's clocks are off, s: so much that nobody takes it for a slower wave.
fn shift_s(seed: u64) -> f64 {
    let mut draw = Draw::of(seed, Subject::Fault, &[30]);
    let way = if draw.chance(0.5) { 1.0 } else { -1.0 };
    way * draw.between(15.0, 30.0)
}

/// The rows of a table of people that were noted by then: who hears it later reports it later.
fn noted_by(text: &str, then: Time) -> String {
    let then = then.to_string();
    // The column before the last one is the time, in a form that sorts as text.
    let is_noted = |line: &&str| line.rsplit(',').nth(1).is_none_or(|at| *at < *then || at.starts_with("local"));
    text.lines().filter(is_noted).map(|line| format!("{line}\n")).collect()
}

/// Cuts out what is not heard, as faults of the sensors.
fn outages(network: &mut Network, dies: &script::Dies, jammed: &script::Jammed) -> Vec<Outage> {
    let nearest = |network: &Network| {
        let ground = (0..network.sensors.len()).filter(|n| network.sensors[*n].senses == Senses::Ground);
        let far = |n: &usize| network.sensors[*n].point.distance_m(dies.near);
        ground.min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or(0)
    };
    let dead = nearest(network);
    let span_s = dies.at_s..f64::from(HOURS) * 3_600.0;
    let sector: Vec<usize> = (0..network.sensors.len())
        .filter(|n| *n != dead && network.sensors[*n].point.distance_m(jammed.middle) < SECTOR_M)
        .collect();
    for (sensors, Range { start, end }) in [(&[dead][..], span_s.clone()), (&sector[..], jammed.span_s.clone())] {
        for sensor in sensors {
            network.sensors[*sensor].fault = Some(Fault::Gap { from_s: start, to_s: end });
        }
    }
    vec![
        Outage { means: "outage", span_s, sensors: vec![dead] },
        Outage { means: "jamming", span_s: jammed.span_s.clone(), sensors: sector },
    ]
}

/// Whether a kind is an act with a charge, of which a side could say that it was the other's.
const fn is_fired(kind: Kind) -> bool {
    !matches!(kind, Kind::QuarryBlast | Kind::Thunder | Kind::Earthquake)
}

#[cfg(test)]
mod tests;
