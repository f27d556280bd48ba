//! A world of some hours: what happens in it, and the files that its sensors, people and satellites deliver.
use crate::adversary::Lie;
use crate::agreement;
use crate::arrival::{self, Arrival};
use crate::earth::Earth;
use crate::network::{Fault, Network};
use crate::random::{Draw, Subject};
use crate::records;
use crate::region::Region;
use crate::source::{self, Event, Fire, Rates};
use crate::waveform::{self, Span};
use crate::weather::{self, Hour};
use crate::witness;
use serde::Serialize;
use std::fmt;
use truceline_model::time::{NS_PER_S, Time};

/// The longest world, hours: a channel of 100 Hz then takes 70 MB of memory while it is made.
pub const HOURS_MAX: u32 = 24;

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
    /// The owner whose sensors say what is not so, if there is one.
    pub lie: Option<Lie>,
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
        Ok(Self { seed, start, hours, first_hour, region, earth, weather, network, events, fires, arrivals, lie: None })
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

    /// The waveforms: a file for each sensor, those that come late last.
    ///
    /// # Errors
    /// If samples do not fit into the format.
    pub fn waveforms(&self) -> Result<Vec<File>, WorldError> {
        let mut by_sensor: Vec<Vec<Arrival>> = vec![Vec::new(); self.network.sensors.len()];
        let told = self.lie.map_or_else(|| self.arrivals.clone(), |lie| lie.told(self));
        for arrival in told {
            by_sensor[arrival.sensor].push(arrival);
        }
        let length_s = f64::from(self.hours) * 3_600.0;
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
            let shift_s = self.lie.filter(|lie| lie.owner == sensor.owner).map_or(0.0, |lie| lie.shift_s(self.seed));
            let records = |from_s: f64, to_s: f64| {
                records::of(sensor, &counts, self.start, 0.0, from_s..to_s, shift_s)
                    .map_err(|error| WorldError(format!("sensor {}: {error}", sensor.id)))
            };
            let name = sensor.id.trim_start_matches("FDSN:").to_owned();
            match sensor.fault {
                Some(Fault::Late) => {
                    late.push(File { name: format!("40-late-{name}.mseed"), bytes: records(0.0, 3_600.0)? });
                    files.push(File { name: format!("10-{name}.mseed"), bytes: records(3_600.0, length_s)? });
                }
                Some(Fault::Twice) => {
                    let bytes = records(0.0, length_s)?;
                    files.push(File { name: format!("10-{name}.mseed"), bytes: bytes.clone() });
                    late.push(File { name: format!("41-again-{name}.mseed"), bytes });
                }
                _ => files.push(File { name: format!("10-{name}.mseed"), bytes: records(0.0, length_s)? }),
            }
        }
        files.append(&mut late);
        files.retain(|file| !file.bytes.is_empty());
        Ok(files)
    }

    /// What people and satellites deliver.
    #[must_use]
    pub fn observations(&self) -> Vec<File> {
        let hours = f64::from(self.hours);
        let files = vec![
            File::text("30-patrols.csv", witness::patrols(&self.region, &self.events, &self.weather, self.start)),
            File::text("31-parties.csv", witness::parties(&self.region, &self.events, self.start)),
            File::text("32-satellites.csv", witness::satellites(&self.region, &self.fires, self.start, hours)),
        ];
        // A table with a header alone says nothing.
        files.into_iter().filter(|file| file.bytes.iter().filter(|byte| **byte == b'\n').count() > 1).collect()
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
            File::text("lie.jsonl", lines(self.lie.as_slice())?),
            File::text("region.json", lines(&[&self.region])?),
        ])
    }
}

impl File {
    fn text(name: impl Into<String>, text: String) -> Self {
        Self { name: name.into(), bytes: text.into_bytes() }
    }
}

fn lines<T: Serialize>(items: &[T]) -> Result<String, WorldError> {
    let mut text = String::new();
    for item in items {
        text += &serde_json::to_string(item).map_err(|error| WorldError(error.to_string()))?;
        text.push('\n');
    }
    Ok(text)
}
