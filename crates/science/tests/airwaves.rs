//! Events that seismometers only hear: blasts in the open whose sound shakes the ground as it passes, in a wind that nobody states.
use truceline_model::measurement::{Measurement, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::associate::{Association, Settings, Speeds, associate};

const SOUND_M_S: f64 = 340.0;
const WIND_M_S: [f64; 2] = [9.0, -6.0];
/// So far the blasts are heard, m.
const HEARD_M: f64 = 32_000.0;

/// A number from -1 to 1.
fn draw(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// Thirty seismometers over 90 x 72 km, and what they registered.
struct Heard {
    state: u64,
    places: Vec<[f64; 2]>,
    measurements: Vec<Measurement>,
    /// Of each measurement the blast.
    of: Vec<Option<usize>>,
    blasts: usize,
}

impl Heard {
    fn new(seed: u64) -> Self {
        let (mut state, mut places) = (seed, Vec::new());
        for column in 0..6 {
            for row in 0..5 {
                let (x_m, y_m) = (f64::from(column) * 18_000.0, f64::from(row) * 18_000.0);
                places.push([x_m + 4_000.0 * draw(&mut state), y_m + 4_000.0 * draw(&mut state)]);
            }
        }
        Self { state, places, measurements: Vec::new(), of: Vec::new(), blasts: 0 }
    }

    fn somewhere(&mut self) -> [f64; 2] {
        [45_000.0 + 35_000.0 * draw(&mut self.state), 36_000.0 + 28_000.0 * draw(&mut self.state)]
    }

    fn take(&mut self, blast: Option<usize>, sensor: usize, at_s: f64) {
        let arrival = Measurement::arrival(sensor, Time(0).plus_s(at_s));
        self.measurements.push(Measurement { time_sigma_s: Some(0.05), ..arrival });
        self.of.push(blast);
    }

    /// A blast that a share of the sensors in reach lacks.
    fn blast(&mut self, place: [f64; 2], at_s: f64, lacking: f64) {
        self.blast_along(place, at_s, lacking, &vec![0.0; self.places.len()]);
    }

    /// One whose paths to the sensors are slower by these shares.
    fn blast_along(&mut self, [x_m, y_m]: [f64; 2], at_s: f64, lacking: f64, slower: &[f64]) {
        for (sensor, slower) in slower.iter().enumerate() {
            let (dx, dy) = (self.places[sensor][0] - x_m, self.places[sensor][1] - y_m);
            let distance_m = libm::hypot(dx, dy);
            if distance_m < HEARD_M && draw(&mut self.state) > 2.0 * lacking - 1.0 {
                let speed = SOUND_M_S + (WIND_M_S[0] * dx + WIND_M_S[1] * dy) / distance_m;
                let late_s = 0.004 * distance_m / SOUND_M_S * draw(&mut self.state) + 0.05 * draw(&mut self.state);
                self.take(Some(self.blasts), sensor, at_s + distance_m / speed * (1.0 + slower) + late_s);
            }
        }
        self.blasts += 1;
    }

    /// Steps and doors: one an hour at each.
    fn noise(&mut self) {
        for sensor in 0..self.places.len() {
            let at_s = 1_800.0 + 1_800.0 * draw(&mut self.state);
            self.take(None, sensor, at_s);
        }
    }

    fn associated(&self) -> Association {
        self.associated_after(None)
    }

    /// After a time that told how fast waves ran.
    fn associated_after(&self, speeds: Option<Speeds>) -> Association {
        let sensor = |(id, [x_m, y_m]): (usize, &[f64; 2])| Sensor {
            id: id.to_string(),
            owner: "one".into(),
            kind: SensorKind::Seismometer,
            site: Site::Local { x_m: *x_m, y_m: *y_m, z_m: 0.0 },
        };
        let sensors: Vec<Sensor> = self.places.iter().enumerate().map(sensor).collect();
        let settings = Settings { observed_s: Some(3_700.0), speeds, ..Settings::default() };
        associate(&sensors, &self.measurements, &settings, 1).expect("sensors and settings are sound")
    }

    /// Whether four fifths of an event's measurements are of one blast.
    fn is_of(&self, members: &[usize], blast: usize) -> bool {
        members.iter().filter(|row| self.of[**row] == Some(blast)).count() * 5 >= members.len() * 4
    }

    fn found(&self, association: &Association) -> Vec<bool> {
        let is_found = |blast| association.events.iter().any(|one| self.is_of(&one.members, blast));
        (0..self.blasts).map(is_found).collect()
    }
}

/// Blasts that stand alone before the salvos.
const ALONE: usize = 4;

/// Rounds of salvos and how many of them were found, events and how many of them are none.
#[derive(Debug, Default)]
struct Told {
    rounds: usize,
    found: usize,
    events: usize,
    none: usize,
}

impl Told {
    fn add(&mut self, mut heard: Heard) {
        heard.noise();
        let association = heard.associated();
        let of_salvos = heard.found(&association).split_off(ALONE);
        self.rounds += of_salvos.len();
        self.found += of_salvos.into_iter().filter(|found| *found).count();
        self.events += association.events.len();
        let is_any = |members: &[usize]| (0..heard.blasts).any(|blast| heard.is_of(members, blast));
        self.none += association.events.iter().filter(|one| !is_any(&one.members)).count();
    }
}

#[test]
fn blasts_that_are_only_heard_are_found_and_show_the_wind() {
    let mut heard = Heard::new(7);
    for blast in 0..12 {
        let place = heard.somewhere();
        heard.blast(place, 300.0 * blast as f64, 0.0);
    }
    heard.noise();
    let association = heard.associated();
    let count = heard.found(&association).into_iter().filter(|found| *found).count();
    assert!(count >= 11, "{count} of 12 found, {} events", association.events.len());
    let wind_m_s = association.learnt.wind_m_s;
    let off = libm::hypot(wind_m_s[0] - WIND_M_S[0], wind_m_s[1] - WIND_M_S[1]);
    assert!(off < 1.5, "{wind_m_s:?}");
}

/// Two guns fire at the same time: rounds follow each other faster than sound goes from one sensor to the next.
#[test]
fn rounds_of_salvos_are_told_apart_where_they_hide_each_other() {
    let mut told = Told::default();
    for seed in [11, 12, 13] {
        let mut heard = Heard::new(seed);
        for blast in 0..ALONE {
            let place = heard.somewhere();
            heard.blast(place, 300.0 * blast as f64, 0.2);
        }
        let guns = [heard.somewhere(), heard.somewhere()];
        for round in 0..6 {
            for (gun, [x_m, y_m]) in guns.into_iter().enumerate() {
                let scattered = [x_m + 120.0 * draw(&mut heard.state), y_m + 120.0 * draw(&mut heard.state)];
                let at_s = 1_800.0 + f64::from(round) * [11.0, 14.0][gun] + 2.0 * draw(&mut heard.state);
                heard.blast(scattered, at_s, 0.2);
            }
        }
        told.add(heard);
    }
    assert!(4 * told.found >= 3 * told.rounds && 10 * told.none <= told.events, "{told:?}");
}

/// The paths from one place differ from the mean wind alike for all rounds: 1.5 % are a second at 23 km, and arrivals follow each other
/// by some seconds.
#[test]
fn what_paths_add_is_learnt_from_the_rounds_before() {
    let mut told = Told::default();
    for seed in 21..27 {
        let mut heard = Heard::new(seed);
        for blast in 0..ALONE {
            let place = heard.somewhere();
            heard.blast(place, 300.0 * blast as f64, 0.2);
        }
        for gun in 0..2 {
            let ([x_m, y_m], sensors) = (heard.somewhere(), heard.places.len());
            let slower: Vec<f64> = (0..sensors).map(|_| 0.015 * draw(&mut heard.state)).collect();
            for round in 0..6 {
                let scattered = [x_m + 80.0 * draw(&mut heard.state), y_m + 80.0 * draw(&mut heard.state)];
                let at_s = 1_800.0 + f64::from(round) * [11.0, 14.0][gun] + 2.0 * draw(&mut heard.state);
                heard.blast_along(scattered, at_s, 0.25, &slower);
            }
        }
        told.add(heard);
    }
    assert!(5 * told.found >= 4 * told.rounds && 10 * told.none <= told.events, "{told:?}");
}

/// Blasts so far from most sensors that the wind sets their arrivals off by seconds, in an hour with too few to learn it.
#[test]
fn an_hour_that_tells_no_wind_is_heard_with_that_of_the_hour_before() {
    let mut before = Heard::new(31);
    for blast in 0..12 {
        let place = before.somewhere();
        before.blast(place, 300.0 * blast as f64, 0.0);
    }
    before.noise();
    let speeds = before.associated().learnt.speeds();
    assert!(speeds.is_some());
    // Found, and how far from the blast on the mean, km.
    let mut told = [(0, 0.0), (0, 0.0)];
    for seed in 41..51 {
        let mut heard = Heard::new(seed);
        heard.places.clone_from(&before.places);
        let places = [heard.somewhere(), heard.somewhere()];
        for (at_s, place) in [1_200.0, 2_400.0].into_iter().zip(places) {
            heard.blast(place, at_s, 0.5);
        }
        heard.noise();
        for (speeds, (found, off_km)) in [None, speeds.clone()].into_iter().zip(&mut told) {
            for event in heard.associated_after(speeds).events {
                let Some(blast) = (0..2).find(|blast| heard.is_of(&event.members, *blast)) else { continue };
                let Site::Local { x_m, y_m, .. } = event.site else { panic!("{:?}", event.site) };
                *found += 1;
                *off_km += libm::hypot(x_m - places[blast][0], y_m - places[blast][1]) / 1e3;
            }
        }
    }
    let [(without, off_without), (with, off_with)] = told.map(|(found, km)| (found, km / f64::from(found)));
    assert!(with >= without && 4.0 * off_with < 3.0 * off_without, "{told:?}");
}

/// What an hour tells itself goes before what it was told: a wind that has turned does no harm.
#[test]
fn an_hour_that_tells_its_own_wind_is_as_if_it_were_told_none() {
    let mut heard = Heard::new(7);
    for blast in 0..12 {
        let place = heard.somewhere();
        heard.blast(place, 300.0 * blast as f64, 0.0);
    }
    heard.noise();
    let alone = heard.associated();
    let speeds = alone.learnt.speeds().map(|speeds| Speeds { wind_m_s: speeds.wind_m_s.map(|wind| -wind), ..speeds });
    assert!(speeds.is_some());
    assert_eq!(heard.associated_after(speeds), alone);
}
