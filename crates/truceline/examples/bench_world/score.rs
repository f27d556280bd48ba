//! What is scored of a world: what was found, whether it is true, and how soon.
//!
//! - *In range* are sensors that are sound then and whose owners are honest, with a signal-to-noise ratio of 5 in any wave; an array
//!   counts as one. Every event with four of them counts, each round of a salvo for itself, whatever else shook the sensors at that
//!   time. Beside it stand two narrower shares that show why events are missed: of those that four sensors hear *clear* of the
//!   codas of all other events (what lies between is masked), and of those in range without the airwaves that shake seismometers
//!   (of small charges in the open these are nearly all that is heard; whoever takes them for P loses them).
//! - *Phantoms* are all events of the product that are no true event of their own: none at all, or a true one a second time.
//!   Those that were taken back when their window closed count: their findings stand and are shown.
//! - That an event is called a true one *by chance* is measured: the same events with all times 307 s off.
//! - The *latency* is by the recording's clock, which ticks once a minute and which the engine cannot outrun; what computing adds
//!   is measured by the replay (`replayed.rs`).
use crate::derived::Journalled;
use crate::label::{Match, Truth};
use crate::tally::Tally;
use crate::{places, sides, sight};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::event::{Cited, Solution};
use truceline_model::kind::{Class, Kind as Told};
use truceline_model::posterior::PPB;
use truceline_sim::World;
use truceline_sim::arrival::{Arrival, Wave};
use truceline_sim::network::Senses;
use truceline_sim::oracle::{IN_RANGE_SNR, Oracle};
use truceline_sim::source::{Event, Kind};
use truceline_sim::waveform;

/// How many sensors in range an event needs to have to be found.
const SENSORS_MIN: usize = 4;
/// Found onsets this near to a true arrival are of it, s.
pub(crate) const ONSET_S: f64 = 0.5;
pub(crate) const ONSET_ARRAY_S: f64 = 5.0;
/// Classes of distance from the nearest sound sensor, km.
const DISTANCES_KM: [f64; 4] = [10.0, 20.0, 40.0, f64::INFINITY];
/// Longer than this after its onset nothing of a wave is left, s.
const CODA_S: f64 = 60.0;

/// What was counted of one world.
///
/// # Errors
/// If a sensor has no meaning for who tells what could be seen.
pub(crate) fn of(world: &World, found: &Journalled) -> Result<Tally> {
    let mut tally = Tally::default();
    let truth = Truth::of(world);
    let oracle = Oracle::of(world);
    let matches = truth.matches(found);
    arrivals(&mut tally, world, found);
    detection(&mut tally, world, &oracle, &matches);
    events(&mut tally, &truth, found, &matches);
    by_chance(&mut tally, &truth, found);
    places::score(&mut tally, &truth, &oracle, found, &matches);
    sides::score(&mut tally, world, &oracle, found, &matches);
    sight::score(&mut tally, world, found, &matches)?;
    Ok(tally)
}

/// Of waves in range at sound sensors: how many were found as arrivals at all.
fn arrivals(tally: &mut Tally, world: &World, found: &Journalled) {
    let mut onsets: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for heard in found.heard.values() {
        onsets.entry(&heard.sensor).or_default().push(heard.onset.seconds_since(world.start));
    }
    let in_range = |arrival: &&Arrival| arrival.snr >= IN_RANGE_SNR && world.is_sound(arrival.sensor, arrival.at_s);
    for arrival in world.arrivals.iter().filter(in_range) {
        let sensor = &world.network.sensors[arrival.sensor];
        let (name, within_s) = match sensor.array {
            Some(array) if world.network.arrays[array].elements[0] == arrival.sensor => {
                (world.network.arrays[array].name.as_str(), ONSET_ARRAY_S)
            }
            Some(_) => continue,
            None => (sensor.id.as_str(), ONSET_S),
        };
        let near = |onset: &f64| (onset - arrival.at_s).abs() <= within_s;
        let seen = onsets.get(name).is_some_and(|onsets| onsets.iter().any(near));
        let kind = if sensor.senses == Senses::Ground { "seismometer" } else { "array" };
        tally.count(format!("arrival found: {kind}, {:?}", arrival.wave), seen);
    }
}

/// Which events were found, by kind, distance and how many sensors they are in range of.
fn detection(tally: &mut Tally, world: &World, oracle: &Oracle<'_>, matches: &[Match]) {
    let mut is_found = vec![false; world.events.len()];
    for of in matches {
        if let Match::Of(event) = of {
            is_found[*event] = true;
        }
    }
    let disturbed = Disturbed::of(world);
    // Whether any round of a salvo is found, too: they follow each other faster than waves die away.
    let mut salvos: BTreeMap<(usize, Kind), (bool, bool)> = BTreeMap::new();
    for event in &world.events {
        let (mut in_range, mut clear, mut without_airwaves) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for arrival in oracle.in_range(event.id) {
            // An array is one sensor.
            let number = world.network.sensors[arrival.sensor].array.map_or(arrival.sensor, |array| usize::MAX - array);
            in_range.insert(number);
            if world.network.sensors[arrival.sensor].senses == Senses::Air || arrival.wave != Wave::Air {
                without_airwaves.insert(number);
            }
            if disturbed.is_clear(arrival) {
                clear.insert(number);
            }
        }
        let found = is_found[event.id];
        let kind = format!("{:?}", event.kind);
        tally.count(format!("found of all: {kind}"), found);
        tally.count(format!("in range of 4 sensors: {kind}"), in_range.len() >= SENSORS_MIN);
        if in_range.len() >= SENSORS_MIN {
            tally.count("found of those with 4 sensors in range", found);
            tally.count(format!("found of those with 4 sensors in range: {kind}"), found);
            tally.count("heard clear by 4 sensors, of those with 4 in range", clear.len() >= SENSORS_MIN);
        }
        if clear.len() >= SENSORS_MIN {
            tally.count("found of those that 4 sensors hear clear of others", found);
        }
        if without_airwaves.len() >= SENSORS_MIN {
            tally.count("found of those with 4 in range but for airwaves at seismometers", found);
            tally.count(format!("found of those with 4 in range but for airwaves at seismometers: {kind}"), found);
        }
        if let Some(salvo) = event.salvo {
            let of = salvos.entry((salvo, event.kind)).or_default();
            *of = (of.0 || found, of.1 || in_range.len() >= SENSORS_MIN);
        }
        let sensors = world.network.sensors.iter().enumerate();
        let nearest_km = sensors
            .filter(|(number, _)| world.is_sound(*number, event.at_s))
            .map(|(_, sensor)| sensor.point.distance_m(event.point) / 1e3)
            .fold(f64::INFINITY, f64::min);
        let class = DISTANCES_KM.iter().find(|km| nearest_km <= **km).copied().unwrap_or(f64::INFINITY);
        tally.count(format!("found by distance: {kind}, nearest sensor within {class} km"), found);
    }
    for ((_, kind), (found, in_range)) in salvos {
        tally.count(format!("any round found of salvos: {kind:?}"), found);
        if in_range {
            tally.count("any round found of salvos with 4 sensors in range", found);
        }
    }
}

/// How many events would be called true ones by chance: with all arrivals some later, and some earlier. Arrivals of one event lie
/// within less of each other at most sensors, and codas are over.
fn by_chance(tally: &mut Tally, truth: &Truth<'_>, found: &Journalled) {
    const OFF_S: f64 = 307.0;
    for by_s in [-OFF_S, OFF_S] {
        for of in truth.matches(&found.later(by_s)) {
            tally.count("a true event by chance, of events with other times", of != Match::Phantom);
        }
    }
}

/// All that shakes each sensor, by time.
struct Disturbed<'a>(Vec<Vec<&'a Arrival>>);

impl<'a> Disturbed<'a> {
    fn of(world: &'a World) -> Self {
        let mut by_sensor: Vec<Vec<&Arrival>> = vec![Vec::new(); world.network.sensors.len()];
        for arrival in &world.arrivals {
            by_sensor[arrival.sensor].push(arrival);
        }
        for arrivals in &mut by_sensor {
            arrivals.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
        }
        Self(by_sensor)
    }

    /// Whether a wave stands out of noise and of what other events have left there by then.
    fn is_clear(&self, arrival: &Arrival) -> bool {
        let noise = arrival.peak / arrival.snr;
        let all = &self.0[arrival.sensor];
        let before = all.partition_point(|other| other.at_s <= arrival.at_s);
        let recent = all[..before].iter().rev().take_while(|other| other.at_s > arrival.at_s - CODA_S);
        let others = recent.filter(|other| other.event != arrival.event);
        let power: f64 = others
            .map(|other| other.peak * waveform::left_of(other, arrival.at_s - other.at_s))
            .map(|left| left * left)
            .sum();
        arrival.peak >= IN_RANGE_SNR * (noise * noise + power).sqrt()
    }
}

/// What the product's events are, what waves it took their arrivals for, and when it said so.
fn events(tally: &mut Tally, truth: &Truth<'_>, found: &Journalled, matches: &[Match]) {
    for (event, of) in found.events.values().zip(matches) {
        let is_own = matches!(of, Match::Of(_));
        tally.count("phantoms of events", !is_own);
        tally.count("no true event at all, of events", *of == Match::Phantom);
        tally.count("a true event again, of events", matches!(of, Match::Again(_)));
        let told_alone = event.solution.arrivals.iter().all(|one| found.observed.contains_key(&one.hash()));
        tally.count("of what people observed alone, of events", told_alone);
        let made_of = if told_alone { "observed by people alone" } else { "measured" };
        tally.count(format!("no true event at all, of events {made_of}"), *of == Match::Phantom);
        let taken_back = found.taken_back.contains(&event.case);
        tally.count("taken back of events", taken_back);
        if !taken_back {
            tally.count("phantoms of events that were not taken back", !is_own);
            if let Some(association) = &event.solution.association {
                let not = if is_own { "" } else { "not " };
                tally.sample(format!("events: p of {not}real"), f64::from(association.p_real_ppb) / PPB);
            }
        }
        for cited in &event.solution.arrivals {
            let Some(heard) = found.heard.get(&cited.hash()) else { continue };
            let phase = match cited.cited {
                Cited::Detection { phase, .. } | Cited::Bearing { phase, .. } => phase,
                _ => continue,
            };
            let in_what = if *of == Match::Phantom { "phantoms" } else { "true events" };
            let true_wave = truth.wave(heard).map_or("noise".to_owned(), |wave| format!("{wave:?}"));
            for each in ["P", "S", "Surface", "Air", "noise"] {
                tally.count(format!("{each} of what is taken for {phase:?}, in {in_what}"), each == true_wave);
            }
        }
        if let Match::Of(of) = of {
            let kind = format!("{:?}", truth.world.events[*of].kind);
            kinds(tally, &truth.world.events[*of], &event.solution);
            let verdict = found.findings.get(&event.case).map(|finding| finding.verdict.state());
            let verdict = verdict.map_or("no finding".to_owned(), |state| format!("{state:?}"));
            for each in ["PossibleBreach", "Undetermined", "PermittedAndNotified", "RecordedOnly", "no finding"] {
                tally.count(format!("verdict of {kind}: {each}"), each == verdict);
            }
        }
        if let Some(first) = found.first.get(&event.case) {
            let onsets = first.cited.iter().filter_map(|hash| found.heard.get(hash)).map(|heard| heard.onset);
            if let Some(last) = onsets.max() {
                tally.sample("latency of the first finding after its last arrival, s", first.now.seconds_since(last));
            }
        }
    }
    tally.sample("inputs after their window, of a world", found.late as f64);
}

/// What is said of a true event's kind: the class by name, the depth, and the ratio of natural kinds to acts. It misleads where it
/// is ten or more to one for the wrong one.
fn kinds(tally: &mut Tally, event: &Event, solution: &Solution) {
    let kind = format!("{:?}", event.kind);
    tally.count("a kind is named of true events", matches!(solution.class, Class::Of(_)));
    for each in [Class::NotAssessed, Class::Undecided].into_iter().chain(Told::ALL.map(Class::Of)) {
        tally.count(format!("called of {kind}: {}", each.name()), solution.class == each);
    }
    let Some(kinds) = &solution.kinds else { return };
    let natural = matches!(event.kind, Kind::Earthquake | Kind::Thunder);
    if let Some(log10) = kinds.natural_log10() {
        let of = if natural { "natural events" } else { "acts" };
        let right = if natural { log10 } else { -log10 };
        tally.count(format!("told natural or act by 10 to 1 and rightly, of {of}"), right >= 1.0);
        tally.count(format!("told natural or act by 10 to 1 and wrongly, of {of}"), right <= -1.0);
        tally.sample(format!("log10 of natural over act, {kind}"), log10);
    }
    if let Some(depth) = kinds.depth {
        let p_ground = f64::from(depth.p_ground_ppb) / PPB;
        let truly = if event.depth_m > 0.0 { "lay below it" } else { "lay on it" };
        tally.count(format!("said to lie below the ground (p on it below .5), of those that {truly}"), p_ground < 0.5);
        tally.sample(format!("p on the ground, {kind}"), p_ground);
    }
}
