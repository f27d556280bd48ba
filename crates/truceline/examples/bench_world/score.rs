//! The scorecard: counts with their intervals, and quantiles with their sample sizes.
use crate::bound;
use crate::derived::Journalled;
use crate::label::{Match, Truth};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use truceline_model::attribution::OriginSide;
use truceline_model::event::Cited;
use truceline_model::geodesic;
use truceline_model::place::Place;
use truceline_sim::World;
use truceline_sim::agreement::OWNERS;
use truceline_sim::arrival::Wave;
use truceline_sim::network::{Fault, Senses};
use truceline_sim::source::Kind;

/// From this signal-to-noise ratio on a sensor is in range.
const IN_RANGE_SNR: f64 = 5.0;
/// How many healthy sensors in range an event needs to have to be found.
const SENSORS_MIN: usize = 4;
/// Found onsets this near to a true arrival are of it, s.
const ONSET_S: f64 = 0.5;
/// Classes of distance from the nearest healthy sensor, km.
const DISTANCES_KM: [f64; 4] = [10.0, 20.0, 40.0, f64::INFINITY];

/// So many of so many.
#[derive(Debug, Default, Clone, Copy)]
struct Share {
    yes: usize,
    all: usize,
}

impl Share {
    fn count(&mut self, yes: bool) {
        self.yes += usize::from(yes);
        self.all += 1;
    }

    fn add(&mut self, other: Self) {
        self.yes += other.yes;
        self.all += other.all;
    }

    /// With the 95 % interval of E. B. Wilson, JASA 22, 1927.
    fn card(self) -> Value {
        if self.all == 0 {
            return json!({ "n": 0 });
        }
        let (n, z) = (self.all as f64, 1.959_964);
        let p = self.yes as f64 / n;
        let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        json!({ "share": round(p), "n": self.all, "interval_95": [round(middle - half), round(middle + half)] })
    }
}

/// A sample with its quantiles; the median with the 95 % interval of its ranks, by the normal approximation.
#[derive(Debug, Default, Clone)]
struct Sample(Vec<f64>);

impl Sample {
    fn card(&self) -> Value {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let Some(last) = sorted.len().checked_sub(1) else { return json!({ "n": 0 }) };
        let at = |rank: f64| round(sorted[(rank.round().max(0.0) as usize).min(last)]);
        let n = sorted.len() as f64;
        let half = 0.98 * n.sqrt();
        json!({
            "median": at(0.5 * last as f64),
            "p90": at(0.9 * last as f64),
            "n": sorted.len(),
            "median_interval_95": [at(0.5 * n - half), at(0.5 * n + half)],
        })
    }
}

fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// What is counted over one world, or over several.
#[derive(Debug, Default)]
pub(crate) struct Scores {
    shares: BTreeMap<String, Share>,
    samples: BTreeMap<String, Sample>,
    simulated_s: f64,
    took_s: f64,
}

impl Scores {
    /// Of one world.
    pub(crate) fn of(world: &World, found: &Journalled) -> Self {
        let mut scores = Self::default();
        let truth = Truth::of(world);
        let matches = truth.matches(found);
        scores.arrivals(world, found);
        scores.detection(world, &matches);
        scores.found(&truth, found, &matches);
        scores
    }

    /// How long a world is and how long it took.
    pub(crate) fn ran(&mut self, simulated_s: f64, took_s: f64) {
        self.simulated_s += simulated_s;
        self.took_s += took_s;
    }

    /// Adds another world's.
    pub(crate) fn add(&mut self, other: Self) {
        for (name, share) in other.shares {
            self.shares.entry(name).or_default().add(share);
        }
        for (name, sample) in other.samples {
            self.samples.entry(name).or_default().0.extend(sample.0);
        }
        self.ran(other.simulated_s, other.took_s);
    }

    /// As JSON.
    pub(crate) fn card(&self, of: &str) -> Value {
        let shares: Map<String, Value> = self.shares.iter().map(|(name, share)| (name.clone(), share.card())).collect();
        let samples: Map<String, Value> = self.samples.iter().map(|(name, one)| (name.clone(), one.card())).collect();
        let faster = round(self.simulated_s / self.took_s.max(1e-9));
        json!({ "of": of, "shares": shares, "samples": samples, "faster_than_real_time": faster })
    }

    fn count(&mut self, name: impl Into<String>, yes: bool) {
        self.shares.entry(name.into()).or_default().count(yes);
    }

    fn sample(&mut self, name: impl Into<String>, value: f64) {
        self.samples.entry(name.into()).or_default().0.push(value);
    }

    /// Of waves in range at healthy sensors: how many were found as arrivals at all.
    fn arrivals(&mut self, world: &World, found: &Journalled) {
        let mut onsets: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for heard in found.heard.values() {
            onsets.entry(&heard.sensor).or_default().push(heard.onset.seconds_since(world.start));
        }
        for arrival in world.arrivals.iter().filter(|arrival| arrival.snr >= IN_RANGE_SNR) {
            let sensor = &world.network.sensors[arrival.sensor];
            if sensor.fault.is_some() {
                continue;
            }
            let (name, within_s) = match sensor.array {
                Some(array) if world.network.arrays[array].elements[0] == arrival.sensor => {
                    (world.network.arrays[array].name.as_str(), 5.0)
                }
                Some(_) => continue,
                None => (sensor.id.as_str(), ONSET_S),
            };
            let near = |onset: &f64| (onset - arrival.at_s).abs() <= within_s;
            let seen = onsets.get(name).is_some_and(|onsets| onsets.iter().any(near));
            let kind = if sensor.senses == Senses::Ground { "seismometer" } else { "array" };
            self.count(format!("arrival found: {kind}, {:?}", arrival.wave), seen);
        }
    }

    /// Which events were found, by kind, distance and how many sensors they are in range of.
    fn detection(&mut self, world: &World, matches: &[Match]) {
        let mut is_found = vec![false; world.events.len()];
        for of in matches {
            if let Match::Of(event) = of {
                is_found[*event] = true;
            }
        }
        // Rounds of a salvo follow each other faster than waves die away: whether any of them is found.
        let mut salvos: BTreeMap<(usize, Kind), (bool, bool)> = BTreeMap::new();
        for event in &world.events {
            let mut in_range: Vec<usize> = Vec::new();
            for arrival in
                world.arrivals.iter().filter(|arrival| arrival.event == event.id && arrival.snr >= IN_RANGE_SNR)
            {
                let sensor = &world.network.sensors[arrival.sensor];
                let sees = match sensor.senses {
                    Senses::Ground => matches!(arrival.wave, Wave::P | Wave::S),
                    Senses::Air => true,
                };
                let healthy = matches!(sensor.fault, None | Some(Fault::Twice));
                // An array is one sensor.
                let number = sensor.array.map_or(arrival.sensor, |array| 10_000 + array);
                if sees && healthy && !in_range.contains(&number) {
                    in_range.push(number);
                }
            }
            let found = is_found[event.id];
            let kind = format!("{:?}", event.kind);
            self.count(format!("found of all: {kind}"), found);
            if in_range.len() >= SENSORS_MIN {
                self.count("found of those with 4 sensors in range", found);
                self.count(format!("found of those with 4 sensors in range: {kind}"), found);
            }
            if let Some(salvo) = event.salvo {
                let of = salvos.entry((salvo, event.kind)).or_default();
                *of = (of.0 || found, of.1 || in_range.len() >= SENSORS_MIN);
            }
            let nearest_km = world
                .network
                .sensors
                .iter()
                .filter(|sensor| sensor.fault.is_none())
                .map(|sensor| sensor.point.distance_m(event.point) / 1e3)
                .fold(f64::INFINITY, f64::min);
            let class = DISTANCES_KM.iter().find(|km| nearest_km <= **km).copied().unwrap_or(f64::INFINITY);
            self.count(format!("found of all: nearest sensor within {class} km"), found);
        }
        for ((_, kind), (found, in_range)) in salvos {
            self.count(format!("any round found of salvos: {kind:?}"), found);
            if in_range {
                self.count("any round found of salvos with 4 sensors in range", found);
            }
        }
    }

    /// What the product's events are worth.
    fn found(&mut self, truth: &Truth<'_>, found: &Journalled, matches: &[Match]) {
        let world = truth.world;
        for (event, of) in found.events.values().zip(matches) {
            self.count("phantoms of events", *of == Match::Phantom);
            self.count("true events found again of events", matches!(of, Match::Again(_)));
            for cited in &event.solution.arrivals {
                if let Some(heard) = found.heard.get(&cited.hash()) {
                    let phase = match cited.cited {
                        Cited::Detection { phase, .. } | Cited::Bearing { phase, .. } => phase,
                        _ => continue,
                    };
                    let wave = truth.wave(heard);
                    let in_what = if *of == Match::Phantom { "phantoms" } else { "true events" };
                    let true_wave = wave.map_or("noise".to_owned(), |wave| format!("{wave:?}"));
                    for each in ["P", "S", "Surface", "Air", "noise"] {
                        self.count(format!("{each} of what is taken for {phase:?}, in {in_what}"), each == true_wave);
                    }
                }
            }
            let finding = found.findings.get(&event.case);
            let attribution = finding.and_then(|finding| finding.attribution.as_ref());
            let stated = attribution.and_then(|attribution| match &attribution.origin_side {
                OriginSide::Stated(party) => Some(party.as_str()),
                OriginSide::Abstains(_) => None,
            });
            let Match::Of(of) = of else {
                self.count("side stated of events that are none", stated.is_some());
                continue;
            };
            let source = &world.events[*of];
            self.count("side stated of true events", stated.is_some());
            if let Some(party) = stated {
                self.count("side wrong of stated", party != source.side.name());
            }
            for owner in attribution.into_iter().flat_map(|attribution| &attribution.owners) {
                let is_false = world.lie.is_some_and(|lie| OWNERS[lie.owner] == owner.owner);
                let which = if is_false { "false" } else { "honest" };
                self.count(format!("{which} owner called inconsistent in an event"), owner.inconsistent);
            }
            let [lon, lat] = source.lon_lat;
            let Some(place) = Place::from_degrees(lat, lon) else { continue };
            let posterior = &event.solution.posterior;
            let error_m = geodesic::between(posterior.mean, place).distance_m;
            let kind = format!("{:?}", source.kind);
            self.sample("error of place, km", error_m / 1e3);
            self.sample(format!("error of place, km: {kind}"), error_m / 1e3);
            if let Some(sigma_m) = bound::sigma_m(truth, found, event, *of) {
                self.sample("error of place over the bound", error_m / sigma_m);
                self.sample("bound of place, km", sigma_m / 1e3);
            }
            let at = world.start.plus_s(source.at_s);
            self.sample("error of time, s", posterior.time_mean.seconds_since(at).abs());
            for level in [50, 90, 95] {
                let inside = posterior.region_contains(level, place);
                self.count(format!("{level} % region holds the place"), inside);
                self.count(format!("{level} % region holds the place: {kind}"), inside);
                let in_time = posterior.interval(level).is_some_and(|interval| interval.contains(at));
                self.count(format!("{level} % interval holds the time"), in_time);
            }
        }
        let late = found.late;
        self.sample("inputs after their window, of a world", late as f64);
    }
}
