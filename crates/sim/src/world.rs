//! A world of some hours: what happens in it, and the files that its sensors, people and satellites deliver.
use crate::adversary::{Condition, Lie};
use crate::agreement;
use crate::arrival::{self, Arrival};
use crate::attack::{self, Attack};
use crate::earth::Earth;
use crate::network::{Fault, Network};
use crate::random::{Draw, Subject};
use crate::records::{self, SetOff};
use crate::region::Region;
use crate::source::{self, Event, Fire, Rates};
use crate::waveform::{self, Span};
use crate::weather::{self, Hour};
use crate::witness;
use serde::Serialize;
use std::fmt;
use std::ops::Range;
use truceline_model::time::{NS_PER_S, Time};

/// The longest world, hours: a channel of 100 Hz then takes 70 MB of memory while it is made.
pub const HOURS_MAX: u32 = 24;

/// The records of a sensor that is late come after all others up to this time, s after the start.
const LATE_S: f64 = 3_600.0;

/// 1 May 2031, midnight.
pub(crate) const EPOCH: Time = Time(1_935_360_000 * NS_PER_S);

/// Local time is so many hours behind UTC in the middle of the region.
pub(crate) const BEHIND_UTC_H: f64 = 2.8;

/// A file: its name and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name. What is to be loaded has names in the order in which it is delivered.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why there is no world, or no file of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldError(String);

impl WorldError {
    pub(crate) fn new(why: String) -> Self {
        Self(why)
    }
}

impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WorldError {}

/// A world: everything that is true of it.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// The seed.
    pub seed: u64,
    /// When it begins.
    pub start: Time,
    /// How long it is, hours.
    pub hours: u32,
    /// The local hour of the day at its start.
    pub first_hour: f64,
    /// The map.
    pub region: Region,
    /// The ground.
    pub earth: Earth,
    /// The air, by the hour.
    pub weather: Vec<Hour>,
    /// The sensors.
    pub network: Network,
    /// What happens suddenly, by time.
    pub events: Vec<Event>,
    /// What burns.
    pub fires: Vec<Fire>,
    /// What arrives where, by event and sensor.
    pub arrivals: Vec<Arrival>,
    /// The owners whose sensors say what is not so.
    pub lies: Vec<Lie>,
    /// What is done to honest ones, or staged for them.
    pub attack: Option<Attack>,
}

impl World {
    /// The world of a seed. Which hour of the day it begins at is drawn, too.
    ///
    /// # Errors
    /// If it has no hour, or more than [`HOURS_MAX`].
    pub fn drawn(seed: u64, hours: u32, rates: &Rates) -> Result<Self, WorldError> {
        if !(1..=HOURS_MAX).contains(&hours) {
            return Err(WorldError(format!("a world of {hours} hours, expected 1 to {HOURS_MAX}")));
        }
        let mut draw = Draw::of(seed, Subject::Weather, &[9]);
        let start_hour = draw.one_of(24) as f64;
        let start = EPOCH.plus_s(86_400.0 * draw.one_of(90) as f64 + 3_600.0 * start_hour);
        let first_hour = (start_hour - BEHIND_UTC_H).rem_euclid(24.0);
        let region = Region::drawn(seed);
        let earth = Earth::drawn(seed);
        let weather = weather::hours(seed, first_hour, hours as usize);
        let network = Network::drawn(&region, f64::from(hours));
        let events = source::events(&region, rates, first_hour, f64::from(hours));
        let fires = source::fires(&region, rates, f64::from(hours));
        let arrivals =
            events.iter().flat_map(|event| arrival::of(event, &network, &earth, &weather, seed, first_hour)).collect();
        Ok(Self {
            seed,
            start,
            hours,
            first_hour,
            region,
            earth,
            weather,
            network,
            events,
            fires,
            arrivals,
            lies: Vec::new(),
            attack: None,
        })
    }

    /// The same with false owners, or with what is done to honest ones.
    #[must_use]
    pub fn under(mut self, condition: Condition) -> Self {
        self.lies = condition.lies(self.seed, &self.network);
        let Condition::Of(behaviour) = condition else { return self };
        self.attack = Attack::of(behaviour, &self);
        if let Some(Attack::Staged(by)) = self.attack {
            let (events, arrivals) = attack::staged(behaviour, by, &self);
            self.events.extend(events);
            self.arrivals.extend(arrivals);
        }
        self
    }

    /// What is known before anything is recorded: sensors, agreement, notices.
    #[must_use]
    pub fn known(&self) -> Vec<File> {
        let day_s = 86_400.0;
        let (from, to) = (self.start.plus_s(-day_s), self.start.plus_s(30.0 * day_s));
        let mut files = vec![
            File::text("00-sensors.csv", self.network.csv()),
            File::text("01-agreement.toml", agreement::text(&self.region, from, to)),
        ];
        for (n, text) in witness::notices(&self.region, &self.events, self.start).into_iter().enumerate() {
            files.push(File::text(format!("02-notice-{:02}.toml", n + 1), text));
        }
        files
    }

    /// What the sensors tell of: what arrives, but for what false owners make of it.
    #[must_use]
    pub fn told(&self) -> Vec<Arrival> {
        self.lies.iter().fold(self.arrivals.clone(), |told, lie| lie.told(self, told))
    }

    /// How far off the stamps of a sensor's records are at a time, s: its own drift, and what its owner or somebody else sets its clock
    /// off by.
    #[must_use]
    pub fn stamp_off_s(&self, number: usize, at_s: f64) -> f64 {
        let sensor = &self.network.sensors[number];
        let drift_s = match sensor.fault {
            Some(Fault::Drift { s_per_hour, .. }) => s_per_hour * at_s / 3_600.0,
            _ => 0.0,
        };
        drift_s + self.set_off(number).at(at_s)
    }

    /// Whether a sensor is sound at a time: nothing is wrong with it then, and its owner is honest. What is sent twice is sound, and
    /// what comes late is once it comes in time.
    #[must_use]
    pub fn is_sound(&self, sensor: usize, at_s: f64) -> bool {
        if self.attack.as_ref().is_some_and(|attack| attack.spoils(sensor, at_s)) {
            return false;
        }
        let sensor = &self.network.sensors[sensor];
        let works = match sensor.fault {
            None | Some(Fault::Twice) => true,
            Some(Fault::Gap { from_s, to_s }) => !(from_s..to_s).contains(&at_s),
            Some(Fault::Late) => at_s >= LATE_S,
            Some(_) => false,
        };
        works && self.lies.iter().all(|lie| lie.owner != sensor.owner)
    }

    fn set_off(&self, sensor: usize) -> SetOff<'_> {
        if let Some(spoofing) = self.attack.as_ref().and_then(|attack| attack.spoofing(sensor)) {
            return SetOff::Spoofed(spoofing);
        }
        let owner = self.network.sensors[sensor].owner;
        SetOff::By(self.lies.iter().filter(|lie| lie.owner == owner).map(|lie| lie.shift_s(self.seed)).sum())
    }

    /// The waveforms: a file for each sensor, those that come late last.
    ///
    /// # Errors
    /// If samples do not fit into the format.
    pub fn waveforms(&self) -> Result<Vec<File>, WorldError> {
        self.waveforms_until(f64::from(self.hours) * 3_600.0)
    }

    /// The waveforms of its first so many seconds: of a longer world whose waveforms would be too many.
    ///
    /// # Errors
    /// If samples do not fit into the format.
    pub fn waveforms_until(&self, length_s: f64) -> Result<Vec<File>, WorldError> {
        let mut by_sensor: Vec<Vec<Arrival>> = vec![Vec::new(); self.network.sensors.len()];
        for arrival in self.told() {
            by_sensor[arrival.sensor].push(arrival);
        }
        let mut files = Vec::new();
        let mut late = Vec::new();
        for (number, sensor) in self.network.sensors.iter().enumerate() {
            let arrivals = &by_sensor[number];
            let counts = waveform::counts(
                sensor,
                number,
                arrivals,
                &self.weather,
                self.seed,
                self.first_hour,
                Span::whole(length_s),
            );
            let backdated = self
                .lies
                .iter()
                .filter(|lie| lie.owner == sensor.owner)
                .find_map(|lie| lie.backdated(self.seed, length_s));
            let jammed =
                self.attack.as_ref().and_then(Attack::jammed).filter(|sector| sector.sensors.contains(&number));
            let withheld_s =
                backdated.as_ref().map(|backdated| &backdated.span_s).or(jammed.map(|sector| &sector.span_s)).cloned();
            let records = |counts: &[i32], spans_s: Vec<Range<f64>>| {
                let mut bytes = Vec::new();
                for span_s in spans_s {
                    let of_span = records::of(sensor, counts, self.start, 0.0, span_s, self.set_off(number));
                    bytes.extend(of_span.map_err(|error| WorldError(format!("sensor {}: {error}", sensor.id)))?);
                }
                Ok::<_, WorldError>(bytes)
            };
            let name = sensor.id.trim_start_matches("FDSN:").to_owned();
            let sent = |span_s: Range<f64>| records(&counts, without(span_s, withheld_s.as_ref()));
            match sensor.fault {
                Some(Fault::Late) => {
                    let late_s = LATE_S.min(length_s);
                    late.push(File { name: format!("40-late-{name}.mseed"), bytes: sent(0.0..late_s)? });
                    files.push(File { name: format!("10-{name}.mseed"), bytes: sent(late_s..length_s)? });
                }
                Some(Fault::Twice) => {
                    let bytes = sent(0.0..length_s)?;
                    files.push(File { name: format!("10-{name}.mseed"), bytes: bytes.clone() });
                    late.push(File { name: format!("41-again-{name}.mseed"), bytes });
                }
                _ => files.push(File { name: format!("10-{name}.mseed"), bytes: sent(0.0..length_s)? }),
            }
            if let Some(backdated) = backdated {
                let at = |s: f64| (s * sensor.senses.rate_hz()).round() as usize;
                let later = at(backdated.span_s.start + backdated.later_s) - at(backdated.span_s.start);
                let made_later = &counts[later..];
                let bytes = records(made_later, vec![backdated.span_s])?;
                late.push(File { name: format!("42-backdated-{name}.mseed"), bytes });
            }
        }
        files.append(&mut late);
        files.retain(|file| !file.bytes.is_empty());
        Ok(files)
    }

    /// What people and satellites deliver.
    #[must_use]
    pub fn observations(&self) -> Vec<File> {
        self.observed().into_iter().map(|(file, _)| file).collect()
    }

    /// What people and satellites deliver, with the event that each row of a file tells of.
    #[must_use]
    pub fn observed(&self) -> Vec<(File, Vec<Option<usize>>)> {
        let hours = f64::from(self.hours);
        let mut parties = witness::parties(&self.region, &self.events, self.start);
        for side in self.lies.iter().filter_map(Lie::floods_for) {
            witness::flood(&mut parties, &self.region, side, self.start, hours);
        }
        let tables = [
            ("30-patrols.csv", witness::patrols(&self.region, &self.events, &self.weather, self.start)),
            ("31-parties.csv", parties),
            ("32-satellites.csv", witness::satellites(&self.region, &self.fires, self.start, hours)),
        ];
        // A table with a header alone says nothing.
        let tables = tables.into_iter().filter(|(_, table)| !table.of.is_empty());
        tables.map(|(name, table)| (File::text(name, table.text), table.of)).collect()
    }

    /// The truth, as JSON: one file a noun, one line an item where there are many.
    ///
    /// # Errors
    /// If a number is none.
    pub fn truth(&self) -> Result<Vec<File>, WorldError> {
        Ok(vec![
            File::text("events.jsonl", lines(&self.events)?),
            File::text("arrivals.jsonl", lines(&self.arrivals)?),
            File::text("fires.jsonl", lines(&self.fires)?),
            File::text("sensors.jsonl", lines(&self.network.sensors)?),
            File::text("weather.jsonl", lines(&self.weather)?),
            File::text("earth.json", lines(&[&self.earth])?),
            File::text("lies.jsonl", lines(&self.lies)?),
            File::text("attack.jsonl", lines(self.attack.as_slice())?),
            File::text("region.json", lines(&[&self.region])?),
        ])
    }
}

impl File {
    fn text(name: impl Into<String>, text: String) -> Self {
        Self { name: name.into(), bytes: text.into_bytes() }
    }
}

/// A span, but for another one within it.
fn without(span_s: Range<f64>, withheld_s: Option<&Range<f64>>) -> Vec<Range<f64>> {
    let Some(withheld_s) = withheld_s else { return vec![span_s] };
    let before_s = span_s.start..withheld_s.start.clamp(span_s.start, span_s.end);
    let after_s = withheld_s.end.clamp(span_s.start, span_s.end)..span_s.end;
    [before_s, after_s].into_iter().filter(|span_s| span_s.start < span_s.end).collect()
}

fn lines<T: Serialize>(items: &[T]) -> Result<String, WorldError> {
    let mut text = String::new();
    for item in items {
        text += &serde_json::to_string(item).map_err(|error| WorldError(error.to_string()))?;
        text.push('\n');
    }
    Ok(text)
}
