//! The sensors: whose they are, where they stand, how quiet it is there, and what is broken.
use crate::agreement::OWNERS;
use crate::arrival::STATION_SIGMA_S;
use crate::plane::Point;
use crate::random::{Draw, Subject};
use crate::region::{HALF_HEIGHT_M, Region};
use serde::Serialize;
use std::fmt::Write as _;

/// What a sensor senses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Senses {
    /// Vertical ground motion.
    Ground,
    /// Air pressure, as an element of an array.
    Air,
}

impl Senses {
    /// Samples a second.
    #[must_use]
    pub const fn rate_hz(self) -> f64 {
        match self {
            Self::Ground => 100.0,
            Self::Air => 20.0,
        }
    }

    /// One count: nm/s, or a ten-thousandth of a Pa.
    #[must_use]
    pub const fn count(self) -> f64 {
        match self {
            Self::Ground => 1e-9,
            Self::Air => 1e-4,
        }
    }
}

/// What is wrong with a sensor; most have nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Its clock lost the satellites and runs on: so many s an hour. Whether its records say so.
    Drift {
        /// Above zero it is ahead.
        s_per_hour: f64,
        /// Whether the records say that the clock is not locked.
        said: bool,
    },
    /// Nothing is sent within this span, s after the world's start.
    Gap {
        /// From when.
        from_s: f64,
        /// Until when.
        to_s: f64,
    },
    /// It sends its own noise only.
    Dead,
    /// Its counts are this many times what they should be.
    Gain(f64),
    /// Its records of the first hour come after all others.
    Late,
    /// Its records are sent twice.
    Twice,
}

/// A sensor, one channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensor {
    /// FDSN source identifier.
    pub id: String,
    /// Which of the owners.
    pub owner: usize,
    /// What it senses.
    pub senses: Senses,
    /// Where.
    pub point: Point,
    /// Of an element the number of its array.
    pub array: Option<usize>,
    /// Of ground motion: rms of noise from 2 to 20 Hz, m/s, by night and far from roads.
    pub noise: f64,
    /// How many times larger waves are here than on the mean.
    pub site: f64,
    /// How much later waves of the ground come here than the layers say, s.
    pub delay_s: f64,
    /// What is wrong with it.
    pub fault: Option<Fault>,
}

/// An array of sensors of air pressure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Array {
    /// Its name.
    pub name: String,
    /// Its middle.
    pub point: Point,
    /// Its elements, by number of sensor.
    pub elements: Vec<usize>,
}

/// All sensors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Network {
    /// Channels.
    pub sensors: Vec<Sensor>,
    /// Arrays.
    pub arrays: Vec<Array>,
}

/// Columns of seismometers along the line, and rows at so many m from it.
const COLUMNS: usize = 9;
const ROWS_M: [f64; 4] = [-30_000.0, -11_000.0, 11_000.0, 30_000.0];
/// Arrays along the line, alternately north and south of it, so far off.
const ARRAYS: usize = 8;
const ARRAY_M: f64 = 17_000.0;
/// Elements around an array's middle one, and how far off.
const RING: usize = 3;
const RING_M: f64 = 110.0;

impl Network {
    /// The network of a region, with what is broken within so many hours.
    #[must_use]
    pub fn drawn(region: &Region, hours: f64) -> Self {
        let mut draw = Draw::of(region.seed, Subject::Network, &[0]);
        let mut network = Self { sensors: Vec::new(), arrays: Vec::new() };
        for column in 0..COLUMNS {
            for row_m in ROWS_M {
                let east_m = -84_000.0 + 21_000.0 * column as f64 + draw.between(-6_000.0, 6_000.0);
                let ahead_m = row_m + draw.between(-4_500.0, 4_500.0);
                let north_m = (region.line_north_m(east_m) + ahead_m).clamp(-HALF_HEIGHT_M, HALF_HEIGHT_M);
                let point = Point::new(east_m, north_m);
                let owner = owner(&mut draw, region, point);
                let near_road = if region.road_m(point) < 2_000.0 { 2.0 } else { 1.0 };
                let number = network.sensors.len() + 1;
                network.sensors.push(Sensor {
                    id: format!("FDSN:{}_S{number:02}_00_H_H_Z", code(owner)),
                    owner,
                    senses: Senses::Ground,
                    point,
                    array: None,
                    noise: near_road * 15e-9 * libm::exp(0.5 * draw.normal()),
                    site: libm::exp(0.35 * draw.normal()),
                    delay_s: STATION_SIGMA_S * draw.normal(),
                    fault: None,
                });
            }
        }
        for number in 0..ARRAYS {
            let east_m = -77_000.0 + 22_000.0 * number as f64 + draw.between(-5_000.0, 5_000.0);
            let ahead_m = if number % 2 == 0 { ARRAY_M } else { -ARRAY_M };
            let middle = Point::new(east_m, region.line_north_m(east_m) + ahead_m + draw.between(-4_000.0, 4_000.0));
            let owner = owner(&mut draw, region, middle);
            let mut elements = Vec::new();
            let turn_deg = draw.between(0.0, 360.0);
            for element in 0..=RING {
                let azimuth_deg = turn_deg + 120.0 * element as f64 + draw.between(-15.0, 15.0);
                let off_m = if element == 0 { 0.0 } else { RING_M * draw.between(0.8, 1.2) };
                let letter = char::from(b'A' + element as u8);
                elements.push(network.sensors.len());
                network.sensors.push(Sensor {
                    id: format!("FDSN:{}_I{}{letter}_00_B_D_F", code(owner), number + 1),
                    owner,
                    senses: Senses::Air,
                    point: middle.towards(azimuth_deg, off_m),
                    array: Some(number),
                    noise: libm::exp(0.3 * draw.normal()),
                    site: 1.0 + 0.03 * draw.normal(),
                    delay_s: 0.0,
                    fault: None,
                });
            }
            network.arrays.push(Array { name: format!("I{}", number + 1), point: middle, elements });
        }
        network.spoil(region.seed, hours);
        network
    }

    /// One of each fault, two gaps; no sensor has two.
    fn spoil(&mut self, seed: u64, hours: f64) {
        let mut draw = Draw::of(seed, Subject::Fault, &[0]);
        let length_s = hours * 3_600.0;
        let gap = |draw: &mut Draw| {
            let from_s = draw.between(0.0, 0.8 * length_s);
            Fault::Gap { from_s, to_s: from_s + draw.between(180.0, 1_200.0) }
        };
        let ahead = if draw.chance(0.5) { 1.0 } else { -1.0 };
        let faults = [
            (Senses::Ground, Fault::Drift { s_per_hour: ahead * draw.between(0.1, 0.4), said: true }),
            (Senses::Ground, Fault::Drift { s_per_hour: -ahead * draw.between(0.1, 0.4), said: false }),
            (Senses::Ground, gap(&mut draw)),
            (Senses::Air, gap(&mut draw)),
            (Senses::Air, Fault::Dead),
            (Senses::Ground, Fault::Gain(if draw.chance(0.5) { 4.0 } else { 0.25 })),
            (Senses::Ground, Fault::Late),
            (Senses::Ground, Fault::Twice),
        ];
        for (senses, fault) in faults {
            let sound: Vec<usize> = (0..self.sensors.len())
                .filter(|n| self.sensors[*n].senses == senses && self.sensors[*n].fault.is_none())
                .collect();
            let at = sound[draw.one_of(sound.len())];
            self.sensors[at].fault = Some(fault);
        }
    }

    /// The file of sensors that a deployment would have.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = "sensor_id,owner,kind,lon,lat,elevation_m,array\n".to_owned();
        for sensor in &self.sensors {
            let [lon, lat] = sensor.point.lon_lat();
            let (kind, array) = match sensor.array {
                Some(array) => ("infrasound array", self.arrays[array].name.as_str()),
                None => ("seismometer", ""),
            };
            let _ = writeln!(text, "{},{},{kind},{lon},{lat},0,{array}", sensor.id, OWNERS[sensor.owner]);
        }
        text
    }
}

/// A party keeps sensors on its own side only; the others everywhere.
fn owner(draw: &mut Draw, region: &Region, point: Point) -> usize {
    match draw.one_of(4) {
        3 => 3 + region.side(point) as usize,
        neutral => neutral,
    }
}

/// The code of an owner's network; X begins those that stand for a time only.
fn code(owner: usize) -> String {
    format!("X{}", char::from(b'A' + owner as u8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::Side;
    use truceline_formats::Delivery;

    #[test]
    fn the_file_of_sensors_is_read_whole() {
        for seed in 0..10 {
            let region = Region::drawn(seed);
            let network = Network::drawn(&region, 2.0);
            let Delivery::Inventory(inventory) = Delivery::read("s", network.csv().as_bytes()).unwrap() else {
                panic!()
            };
            assert_eq!(inventory.sites().len(), network.sensors.len());
            assert_eq!(network.sensors.iter().filter(|sensor| sensor.fault.is_some()).count(), 8);
            for sensor in network.sensors.iter().filter(|sensor| sensor.owner >= 3) {
                let whose = if sensor.owner == 3 { Side::Alpha } else { Side::Bravo };
                assert_eq!(region.side(sensor.point), whose);
            }
        }
    }
}
