//! What arrives where: for each event and sensor the waves with their times and strengths, the model's plus how this path
//! differs from it. The truth that detections are judged by.
use crate::air;
use crate::earth::{Body, Earth, velocity_m_s};
use crate::network::{Network, Senses, Sensor};
use crate::random::{Draw, Subject};
use crate::scatter;
use crate::source::{Event, Kind};
use crate::waveform::frequency_hz;
use crate::weather::Hour;
use serde::Serialize;

/// A wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wave {
    /// Compression in the ground.
    P,
    /// Shear in the ground.
    S,
    /// Along the ground.
    Surface,
    /// Through the air.
    Air,
}

/// How a source goes off, as it is heard somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Course {
    /// At once.
    AtOnce,
    /// Hole after hole, so many of them so far apart, s.
    Holes {
        /// How many.
        count: u32,
        /// From one to the next, s.
        gap_s: f64,
    },
    /// Clap upon clap from along a channel, for so long, s.
    Rumble {
        /// From the first to the last.
        lasts_s: f64,
    },
}

impl Course {
    /// From the first part to the last one, s.
    #[must_use]
    pub fn lasts_s(self) -> f64 {
        match self {
            Self::AtOnce => 0.0,
            Self::Holes { count, gap_s } => f64::from(count.saturating_sub(1)) * gap_s,
            Self::Rumble { lasts_s } => lasts_s,
        }
    }

    /// Of an event, over a path that a number stands for. Thunder lasts from some seconds to some tens (A. A. Few, *Journal of
    /// Geophysical Research* 74, 6926-6934, 1969; C. R. Holmes and others, same journal 76, 2106-2115, 1971), less where the channel
    /// lies across the way: how it is spread in between is adopted. Holes of a quarry's blast follow each other by delays of 17 to
    /// 65 ms, as detonators are made for; how many they are is adopted.
    fn of(event: &Event, seed: u64, path: u64) -> Self {
        let mut draw = Draw::of(seed, Subject::Source, &[40, event.id as u64]);
        match event.kind {
            Kind::QuarryBlast => {
                Self::Holes { count: draw.between(8.0, 21.0) as u32, gap_s: draw.between(0.017, 0.065) }
            }
            Kind::Thunder => {
                let whole_s = draw.between_log(8.0, 40.0);
                let mut across = Draw::of(seed, Subject::Path, &[event.id as u64, path, 40]);
                Self::Rumble { lasts_s: whole_s * across.between(0.4, 1.0) }
            }
            _ => Self::AtOnce,
        }
    }
}

/// One wave at one sensor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Arrival {
    /// The event.
    pub event: usize,
    /// The sensor.
    pub sensor: usize,
    /// Which wave.
    pub wave: Wave,
    /// When, s after the world's start, by a clock without fault.
    pub at_s: f64,
    /// Its largest value: m/s or Pa.
    pub peak: f64,
    /// That over the rms of the noise then and there, in the band in which such waves are sought.
    pub snr: f64,
    /// Of air waves how long the pressure lasts, s.
    pub duration_s: f64,
    /// From the source, m.
    pub distance_m: f64,
    /// How the source goes off, as it is heard here; its first part is what arrives at the time above.
    pub course: Course,
}

/// Scatter of a wave's strength from path to path, log10 units: as station residuals of magnitudes.
const STRENGTH_SIGMA: f64 = 0.25;
/// Scatter of travel times in the ground, by place (`scatter.rs`): fixed, s, and for each km.
pub const GROUND_SIGMA_S: (f64, f64) = (0.03, 0.001);
/// Scatter of celerity from path to path, relative, by place and time: winds that the hour's mean does not hold.
pub const AIR_SIGMA: f64 = 0.008;
/// Scatter of back-azimuths, degrees, beyond what the side wind turns.
pub const TURN_SIGMA_DEG: f64 = 1.0;
/// How much elements' times scatter, s: turbulence within an array.
pub const ELEMENT_SIGMA_S: f64 = 0.003;
/// How many times as much S and surface waves scatter and are delayed as P: as they are slower.
pub const LATER_SLOWER: f64 = 1.7;
/// Scatter of stations' own delays, s ([`Sensor::delay_s`]).
pub const STATION_SIGMA_S: f64 = 0.05;
/// P over S in strength: of explosions and of earthquakes.
const P_OVER_S: (f64, f64) = (0.7, 0.25);
/// How fast the ground moves under a pulse of air, m/s for each Pa: `c (l + 2m) / (2 m (l + m))` of a load that passes at the speed
/// of sound c over a half-space (G. G. Sorrells, *Geophysical Journal* 26, 71-82, 1971; A. Ben-Menahem and S. J. Singh, *Seismic
/// Waves and Sources*, 1981). Of soil of 1,800 kg/m3 in which S takes 270 m/s, l = m: 1.9e-6. On the clay of a dry lake 7.3e-6 was
/// measured, twice what theory gives there (W. N. Edwards and others, JGR 112, B10306, 2007).
const COUPLING: f64 = 2e-6;
/// What of a wave differs alike from sources near each other: its time, and of arrays whence its front comes.
const TIME: u64 = 0;
const FRONT: u64 = 1;
/// Weaker than this share of the noise a wave is not computed.
const SNR_MIN: f64 = 0.3;

/// The rms of a seismometer's noise from 2 to 20 Hz, m/s, at a local hour of the day: twice as loud by day. It lies between what
/// the quietest and the loudest stations of the world have, some 0.5 and 1,100 nm/s from 2 to 10 Hz (J. Peterson, *Observations
/// and modeling of seismic background noise*, USGS Open-File Report 93-322, 1993, whose models end there).
#[must_use]
pub fn ground_noise(sensor: &Sensor, hour_of_day: f64) -> f64 {
    let day = libm::cos((hour_of_day - 14.0) / 24.0 * std::f64::consts::TAU);
    sensor.noise * (1.5 + 0.5 * day)
}

/// The rms of a microbarometer's noise from 0.5 to 4 Hz, Pa, in an hour's wind: it goes with the square of its speed (S. P.
/// Walker and M. A. H. Hedlin in *Infrasound monitoring for atmospheric studies*, 2010, chapter 5). Its two numbers are adopted:
/// stations differ by four orders of power at one frequency (J. R. Bowman, G. E. Baker and M. Bahavar, GRL 32, L09803, 2005; of
/// their models only the abstract could be read).
#[must_use]
pub fn air_noise(sensor: &Sensor, hour: &Hour) -> f64 {
    sensor.noise * (0.006 + 0.0025 * hour.wind_m_s * hour.wind_m_s)
}

/// All that is worth computing of an event. `hours` is the weather, `first_hour` the local hour of the day at the start.
#[must_use]
pub fn of(event: &Event, network: &Network, earth: &Earth, hours: &[Hour], seed: u64, first_hour: f64) -> Vec<Arrival> {
    let hour = &hours[((event.at_s / 3_600.0) as usize).min(hours.len() - 1)];
    let mut arrivals = Vec::new();
    for (number, sensor) in network.sensors.iter().enumerate() {
        let course = Course::of(event, seed, path_of(network, number));
        let path =
            |wave: Wave| Draw::of(seed, Subject::Path, &[event.id as u64, path_of(network, number), wave as u64]);
        // What travels one path soon after comes as late, and as much from the side.
        let alike = |wave: Wave, which: u64| {
            scatter::of(seed, path_of(network, number), (wave, which), event.point, event.at_s)
        };
        let add = |arrivals: &mut Vec<Arrival>, wave: Wave, at_s: f64, peak: f64, snr: f64, duration_s: f64| {
            if snr >= SNR_MIN {
                let distance_m = event.point.distance_m(sensor.point);
                arrivals.push(Arrival {
                    event: event.id,
                    sensor: number,
                    wave,
                    at_s,
                    peak,
                    snr,
                    duration_s,
                    distance_m,
                    course,
                });
            }
        };
        let distance_m = event.point.distance_m(sensor.point);
        let of_day = first_hour + event.at_s / 3_600.0;
        if let (Senses::Ground, Some(magnitude)) = (sensor.senses, event.magnitude) {
            let noise = ground_noise(sensor, of_day);
            let focus_m = libm::hypot(distance_m, event.depth_m);
            let s_peak = velocity_m_s(magnitude, focus_m) * sensor.site;
            let is_blast = event.kind != Kind::Earthquake;
            let p_share = if is_blast { P_OVER_S.0 } else { P_OVER_S.1 };
            let mut waves = vec![
                (Wave::P, earth.first_s(Body::P, distance_m, event.depth_m), p_share),
                (Wave::S, earth.first_s(Body::S, distance_m, event.depth_m), if is_blast { 0.8 } else { 1.0 }),
            ];
            if event.depth_m < 1_500.0 {
                waves.push((Wave::Surface, distance_m / earth.surface_m_s, 0.9));
            }
            for (wave, time_s, share) in waves {
                let mut draw = path(wave);
                let peak = s_peak * share * libm::pow(10.0, STRENGTH_SIGMA * draw.normal());
                let sigma_s = GROUND_SIGMA_S.0 + GROUND_SIGMA_S.1 * distance_m / 1e3;
                let slower = if wave == Wave::P { 1.0 } else { LATER_SLOWER };
                let off_s = slower * (sensor.delay_s + sigma_s * alike(wave, TIME));
                add(&mut arrivals, wave, event.at_s + (time_s + off_s).max(0.0), peak, peak / noise, 0.0);
            }
        }
        if let Some(charge_kg) = event.air_kg {
            let mut draw = path(Wave::Air);
            let to_deg = event.point.azimuth_deg(sensor.point);
            let peak_pa = air::peak_pa(charge_kg, distance_m)
                * air::transmission(hour, to_deg, distance_m)
                * libm::pow(10.0, STRENGTH_SIGMA * draw.normal());
            let slower = 1.0 + AIR_SIGMA * alike(Wave::Air, TIME);
            let (time_s, turn_sigma) = match sensor.array {
                None => (distance_m / hour.celerity_m_s(to_deg) * slower, 0.0),
                // The array's middle has the time, the front its elements' differences.
                Some(array) => {
                    let middle = network.arrays[array].point;
                    let time_s = event.point.distance_m(middle) / hour.celerity_m_s(to_deg) * slower;
                    let turn_deg = hour.turn_deg(to_deg) + TURN_SIGMA_DEG * alike(Wave::Air, FRONT);
                    let front = middle.towards(to_deg + turn_deg, 1.0);
                    let (east, north) = (front.east_m - middle.east_m, front.north_m - middle.north_m);
                    let (dx, dy) = (sensor.point.east_m - middle.east_m, sensor.point.north_m - middle.north_m);
                    // Rays in a duct come down at a slant: the trace is somewhat faster than sound.
                    (time_s + (dx * east + dy * north) / (1.02 * hour.sound_m_s()), ELEMENT_SIGMA_S)
                }
            };
            let mut own = Draw::of(seed, Subject::Path, &[event.id as u64, number as u64, 77]);
            let at_s = event.at_s + time_s + turn_sigma * own.normal();
            // Pulses grow longer on their way, as waves of finite strength do.
            let duration_s = air::duration_s(charge_kg) * (1.0 + 0.3 * libm::log(distance_m.max(1e3) / 1e3));
            match sensor.senses {
                Senses::Ground => {
                    // A seismometer's noise is that from 2 to 20 Hz: of a small charge's pulse little lies there.
                    let in_band = air::in_band(duration_s, frequency_hz(Wave::Air, distance_m), 18.0);
                    let peak = peak_pa * in_band * COUPLING * sensor.site * libm::exp(0.5 * own.normal());
                    add(&mut arrivals, Wave::Air, at_s, peak, peak / ground_noise(sensor, of_day), duration_s);
                }
                Senses::Air => {
                    // Arrays seek from 0.5 to 4 Hz.
                    let in_band = air::in_band(duration_s, 2.0, 3.5);
                    let snr = peak_pa * in_band / air_noise(sensor, hour);
                    add(&mut arrivals, Wave::Air, at_s, peak_pa * sensor.site, snr, duration_s);
                }
            }
        }
    }
    arrivals
}

/// Elements of one array lie on one path.
fn path_of(network: &Network, sensor: usize) -> u64 {
    network.sensors[sensor].array.map_or(sensor as u64, |array| 1_000 + array as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::Region;

    /// Peterson's new low and high noise models: period, and A + B log10(period) in dB of 1 (m/s2)^2/Hz from there on.
    const LOW: [(f64, f64, f64); 3] = [(0.10, -162.36, 5.64), (0.17, -166.70, 0.0), (0.40, -170.0, -8.30)];
    const HIGH: [(f64, f64, f64); 3] = [(0.10, -108.73, -17.23), (0.22, -150.34, -80.50), (0.32, -122.31, -23.87)];

    /// Rms of ground velocity from 2 to 10 Hz.
    fn rms(model: &[(f64, f64, f64)]) -> f64 {
        const STEP_HZ: f64 = 0.01;
        let power = |step: i32| {
            let hz = 2.0 + STEP_HZ * (f64::from(step) + 0.5);
            let part = model.iter().rfind(|(period_s, ..)| *period_s <= 1.0 / hz).unwrap();
            let db = part.1 + part.2 * libm::log10(1.0 / hz);
            let swing = std::f64::consts::TAU * hz;
            libm::pow(10.0, db / 10.0) / (swing * swing) * STEP_HZ
        };
        (0..800).map(power).sum::<f64>().sqrt()
    }

    #[test]
    fn seismometers_are_neither_quieter_nor_louder_than_stations_are() {
        let (low, high) = (rms(&LOW), rms(&HIGH));
        assert!((low - 0.46e-9).abs() < 0.02e-9 && (high - 1.11e-6).abs() < 0.02e-6, "{low} {high}");
        let mut levels: Vec<f64> = Vec::new();
        for seed in 0..10 {
            let network = Network::drawn(&Region::drawn(seed), 2.0);
            let ground = network.sensors.iter().filter(|sensor| sensor.senses == Senses::Ground);
            // White from 2 to 20 Hz: of its power 8 in 18 lie below 10.
            levels.extend(
                ground.flat_map(|one| [2.0, 14.0].map(|hour| ground_noise(one, hour) * (8.0_f64 / 18.0).sqrt())),
            );
        }
        levels.sort_by(f64::total_cmp);
        assert!(levels[0] > low && levels[levels.len() - 1] < high);
        let middle = levels[levels.len() / 2];
        assert!((0.3..3.0).contains(&(middle / (low * high).sqrt())), "{middle}");
    }

    #[test]
    fn thunder_rumbles_a_quarry_goes_off_hole_by_hole_and_all_else_at_once() {
        let world = crate::World::drawn(9, 12, &crate::source::Rates::default()).unwrap();
        let mut of = std::collections::BTreeMap::<Kind, usize>::new();
        for arrival in &world.arrivals {
            let kind = world.events[arrival.event].kind;
            *of.entry(kind).or_default() += 1;
            let lasts_s = arrival.course.lasts_s();
            match (kind, arrival.course) {
                (Kind::Thunder, Course::Rumble { .. }) => assert!((3.0..40.0).contains(&lasts_s), "{lasts_s}"),
                (Kind::QuarryBlast, Course::Holes { .. }) => assert!((0.1..1.4).contains(&lasts_s), "{lasts_s}"),
                (Kind::Thunder | Kind::QuarryBlast, course) => panic!("{kind:?} {course:?}"),
                (_, course) => assert_eq!(course, Course::AtOnce),
            }
        }
        assert!(of.contains_key(&Kind::Thunder) && of.contains_key(&Kind::QuarryBlast), "{of:?}");
    }
}
