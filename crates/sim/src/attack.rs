//! What somebody does to honest owners' sensors from outside, or stages for them to hear. Like the lies of
//! [`adversary`](crate::adversary) each has a name and is switched on for a world; what is true stays in the truth.
//!
//! How large a sector is, how far false satellites lead clocks off and how much is staged is adopted: no measurement of such things
//! along a line was found.
use crate::adversary::Behaviour;
use crate::arrival::{self, Arrival};
use crate::network::{Fault, Senses};
use crate::plane::Point;
use crate::random::{Draw, Subject};
use crate::records::{self, SetOff};
use crate::region::Side;
use crate::source::{self, Event};
use crate::waveform::{self, Span};
use crate::world::{File, World, WorldError};
use serde::Serialize;
use std::collections::BTreeSet;
use std::ops::Range;

/// Sensors within this distance of its middle lie in a sector, m.
pub const SECTOR_M: f64 = 32_000.0;

/// How long a sector is jammed, s.
const JAMMED_S: f64 = 3_600.0;

/// A jammed sector's hour is at most this share of the world: else there would be no before and after.
const JAMMED_SHARE_MAX: f64 = 0.5;

/// How long clocks take to be led to where they then are, s; at most this share of the world.
const LED_S: f64 = 1_200.0;
const LED_SHARE_MAX: f64 = 0.2;

/// How far off clocks are led, s.
const LED_OFF_S: (f64, f64) = (1.0, 6.0);

/// Explosions that whoever stole a key invents, an hour.
const FORGED_PER_HOUR: f64 = 20.0;

/// Its noise is its own: no scene of a day has such a number.
const FORGED_SPAN: u64 = 1 << 40;

/// A part of the region, and when something is done to the sensors there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sector {
    /// Its middle, on the line.
    pub middle: Point,
    /// From when to when, s after the world's start.
    pub span_s: Range<f64>,
    /// The sensors that it is done to, by number.
    pub sensors: Vec<usize>,
}

/// False satellite time: all clocks there that follow satellites are led off together, and say that they are locked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spoofing {
    /// Where and when; at its end the clocks are right again at once.
    pub sector: Sector,
    /// How far off they are once they are led, s.
    pub led_off_s: f64,
    /// How long that takes, s.
    pub led_s: f64,
}

impl Spoofing {
    /// How far off the clocks are at a time, s.
    #[must_use]
    pub fn off_s(&self, true_s: f64) -> f64 {
        if !self.sector.span_s.contains(&true_s) {
            return 0.0;
        }
        self.led_off_s * ((true_s - self.sector.span_s.start) / self.led_s).min(1.0)
    }
}

/// A station's key in somebody else's hands, who goes on with its row of frames from elsewhere while the station does, too.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Theft {
    /// The station, by number of its sensor.
    pub sensor: usize,
    /// From when on the thief signs, s after the world's start.
    pub from_s: f64,
    /// When it is known, and the key is revoked.
    pub known_s: f64,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attack {
    /// Satellites' time is false in a sector.
    Spoof(Spoofing),
    /// Nothing that sensors of a sector send comes: no sample, no heartbeat, and no word why.
    Jam(Sector),
    /// A station's key is stolen.
    StolenKey(Theft),
    /// A side stages charges on its own ground, or fire of its own from the other's.
    Staged(Side),
}

impl Attack {
    /// The attack of a behaviour on a world; none of what an owner does itself.
    #[must_use]
    pub fn of(behaviour: Behaviour, world: &World) -> Option<Self> {
        let mut draw = Draw::of(world.seed, Subject::Fault, &[6, behaviour as u64]);
        let length_s = f64::from(world.hours) * 3_600.0;
        match behaviour {
            Behaviour::Spoof => {
                let span_s = length_s * draw.between(0.1, 0.25)..length_s * draw.between(0.8, 0.95);
                let way = if draw.chance(0.5) { 1.0 } else { -1.0 };
                // A clock that lost the satellites already follows no false ones.
                let follows = |n: &usize| !matches!(world.network.sensors[*n].fault, Some(Fault::Drift { .. }));
                let mut sector = sector(world, &mut draw, span_s);
                sector.sensors.retain(follows);
                let led_off_s = way * draw.between(LED_OFF_S.0, LED_OFF_S.1);
                Some(Self::Spoof(Spoofing { sector, led_off_s, led_s: LED_S.min(LED_SHARE_MAX * length_s) }))
            }
            Behaviour::Jam => {
                let jammed_s = JAMMED_S.min(JAMMED_SHARE_MAX * length_s);
                let from_s = draw.between(0.1 * length_s, 0.9 * length_s - jammed_s);
                Some(Self::Jam(sector(world, &mut draw, from_s..from_s + jammed_s)))
            }
            Behaviour::StolenKey => {
                let stations = world.network.sensors.iter().enumerate();
                let sound =
                    |(_, one): &(usize, &crate::network::Sensor)| one.senses == Senses::Ground && one.fault.is_none();
                let stations: Vec<usize> = stations.filter(sound).map(|(n, _)| n).collect();
                let sensor = *stations.get(draw.one_of(stations.len()))?;
                let from_s = length_s * draw.between(0.2, 0.4);
                Some(Self::StolenKey(Theft { sensor, from_s, known_s: from_s + length_s * draw.between(0.2, 0.3) }))
            }
            Behaviour::Decoy | Behaviour::FalseFlag => Some(Self::Staged(Side::BOTH[draw.one_of(2)])),
            _ => None,
        }
    }

    /// The sector in which nothing comes, if it is one.
    #[must_use]
    pub fn jammed(&self) -> Option<&Sector> {
        if let Self::Jam(sector) = self { Some(sector) } else { None }
    }

    /// What leads the clock of a sensor off, if something does.
    #[must_use]
    pub fn spoofing(&self, sensor: usize) -> Option<&Spoofing> {
        match self {
            Self::Spoof(spoofing) if spoofing.sector.sensors.contains(&sensor) => Some(spoofing),
            _ => None,
        }
    }

    /// Whether it keeps a sensor from saying what is so at a time.
    #[must_use]
    pub fn spoils(&self, sensor: usize, at_s: f64) -> bool {
        match self {
            Self::Jam(sector) => sector.sensors.contains(&sensor) && sector.span_s.contains(&at_s),
            Self::Spoof(_) => self.spoofing(sensor).is_some_and(|spoofing| spoofing.off_s(at_s) != 0.0),
            Self::StolenKey(theft) => theft.sensor == sensor && at_s >= theft.from_s,
            Self::Staged(_) => false,
        }
    }
}

/// What a behaviour stages in a world, with what arrives of it.
pub(crate) fn staged(behaviour: Behaviour, by: Side, world: &World) -> (Vec<Event>, Vec<Arrival>) {
    let (hours, first) = (f64::from(world.hours), world.events.len());
    let events = match behaviour {
        Behaviour::Decoy => source::decoys(&world.region, by, hours, first),
        Behaviour::FalseFlag => source::false_flags(&world.region, by, hours, first),
        _ => Vec::new(),
    };
    let World { network, earth, weather, seed, first_hour, .. } = world;
    let arrivals = events.iter().flat_map(|one| arrival::of(one, network, earth, weather, *seed, *first_hour));
    let arrivals = arrivals.collect();
    (events, arrivals)
}

/// A sector on the line where sensors of two owners and more stand.
fn sector(world: &World, draw: &mut Draw, span_s: Range<f64>) -> Sector {
    // Wherever there is none so many tries find none either, and one owner's sector is as good.
    const TRIES: usize = 50;
    let sensors = &world.network.sensors;
    let mut found = Sector { middle: Point::new(0.0, 0.0), span_s, sensors: Vec::new() };
    for _ in 0..TRIES {
        let east_m = draw.between(-70_000.0, 70_000.0);
        found.middle = Point::new(east_m, world.region.line_north_m(east_m));
        let is_near = |n: &usize| sensors[*n].point.distance_m(found.middle) < SECTOR_M;
        found.sensors = (0..sensors.len()).filter(is_near).collect();
        let owners: BTreeSet<usize> = found.sensors.iter().map(|one| sensors[*one].owner).collect();
        if owners.len() > 1 {
            break;
        }
    }
    found
}

impl Theft {
    /// What the station records, whole, and what the thief makes in its name from the theft on: noise of another place, and waves of
    /// explosions that never were. Both as miniSEED.
    ///
    /// # Errors
    /// If samples do not fit into the format.
    pub fn recordings(&self, world: &World) -> Result<(File, File), WorldError> {
        let length_s = f64::from(world.hours) * 3_600.0;
        let own: Vec<Arrival> = world.told().into_iter().filter(|one| one.sensor == self.sensor).collect();
        let own = self.recording(world, "own", Span::whole(length_s), &own)?;
        let of = |event: &Event| {
            arrival::of(event, &world.network, &world.earth, &world.weather, world.seed, world.first_hour)
        };
        let forged: Vec<Arrival> =
            self.invented(world).iter().flat_map(of).filter(|one| one.sensor == self.sensor).collect();
        let from_s = self.from_s.floor();
        let span = Span { from_s, length_s: length_s - from_s, number: Some(FORGED_SPAN) };
        let forged = self.recording(world, "forged", span, &forged)?;
        Ok((own, forged))
    }

    fn recording(&self, world: &World, name: &str, span: Span, arrivals: &[Arrival]) -> Result<File, WorldError> {
        let sensor = &world.network.sensors[self.sensor];
        let World { weather, seed, first_hour, .. } = world;
        let counts = waveform::counts(sensor, self.sensor, arrivals, weather, *seed, *first_hour, span);
        let span_s = span.from_s..span.from_s + span.length_s;
        let bytes = records::of(sensor, &counts, world.start, span.from_s, span_s, SetOff::By(0.0))
            .map_err(|error| WorldError::new(format!("sensor {}: {error}", sensor.id)))?;
        Ok(File { name: format!("{name}.mseed"), bytes })
    }

    /// Explosions near the station that never were, from the theft on.
    fn invented(&self, world: &World) -> Vec<Event> {
        let mut draw = Draw::of(world.seed, Subject::Fault, &[7, self.sensor as u64]);
        let at = world.network.sensors[self.sensor].point;
        let instants = draw.instants(3_600.0 / FORGED_PER_HOUR, f64::from(world.hours) * 3_600.0);
        let one = |(n, at_s): (usize, f64)| {
            let point = at.towards(draw.between(0.0, 360.0), draw.between(2_000.0, 8_000.0));
            let charge_kg = draw.between_log(20.0, 200.0);
            Event::charge(&world.region, world.events.len() + n, at_s, point, charge_kg)
        };
        let is_later = |event: &Event| event.at_s > self.from_s;
        instants.into_iter().enumerate().map(one).filter(is_later).collect()
    }
}

#[cfg(test)]
mod tests;
