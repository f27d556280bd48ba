//! Events that seismometers only hear: blasts in the open whose sound shakes the ground as it passes, in a wind that nobody states.
use truceline_model::measurement::{Measurement, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::associate::{Settings, associate};

const SOUND_M_S: f64 = 340.0;
const WIND_M_S: [f64; 2] = [9.0, -6.0];
/// So far the blasts are heard, m.
const HEARD_M: f64 = 32_000.0;

/// A number from -1 to 1.
fn draw(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

#[test]
fn blasts_that_are_only_heard_are_found_and_show_the_wind() {
    let mut state = 7;
    let mut sensors = Vec::new();
    for column in 0..6 {
        for row in 0..5 {
            let (x_m, y_m) = (f64::from(column) * 18_000.0, f64::from(row) * 18_000.0);
            let (x_m, y_m) = (x_m + 4_000.0 * draw(&mut state), y_m + 4_000.0 * draw(&mut state));
            sensors.push(Sensor {
                id: sensors.len().to_string(),
                owner: "one".into(),
                kind: SensorKind::Seismometer,
                site: Site::Local { x_m, y_m, z_m: 0.0 },
            });
        }
    }
    let places: Vec<[f64; 2]> = sensors
        .iter()
        .map(|sensor| match sensor.site {
            Site::Local { x_m, y_m, .. } => [x_m, y_m],
            Site::Geographic { .. } => [0.0; 2],
        })
        .collect();
    let mut measurements = Vec::new();
    let mut of = Vec::new();
    let mut take = |event: Option<usize>, sensor: usize, at_s: f64| {
        measurements
            .push(Measurement { time_sigma_s: Some(0.05), ..Measurement::arrival(sensor, Time(0).plus_s(at_s)) });
        of.push(event);
    };
    for event in 0..12_usize {
        let [x_m, y_m] = [45_000.0 + 35_000.0 * draw(&mut state), 36_000.0 + 28_000.0 * draw(&mut state)];
        for (sensor, place) in places.iter().enumerate() {
            let (dx, dy) = (place[0] - x_m, place[1] - y_m);
            let distance_m = libm::hypot(dx, dy);
            if distance_m < HEARD_M {
                let speed = SOUND_M_S + (WIND_M_S[0] * dx + WIND_M_S[1] * dy) / distance_m;
                let late_s = 0.004 * distance_m / SOUND_M_S * draw(&mut state) + 0.05 * draw(&mut state);
                take(Some(event), sensor, 300.0 * event as f64 + distance_m / speed + late_s);
            }
        }
    }
    // Steps and doors: one an hour at each.
    for sensor in 0..places.len() {
        take(None, sensor, 1_800.0 + 1_800.0 * draw(&mut state));
    }
    let settings = Settings { observed_s: Some(3_700.0), ..Settings::default() };
    let found = associate(&sensors, &measurements, &settings, 1).unwrap();
    let is_of = |event: usize| {
        let share =
            |members: &[usize]| members.iter().filter(|row| of[**row] == Some(event)).count() * 10 / members.len();
        found.events.iter().any(|one| share(&one.members) >= 8)
    };
    let count = (0..12).filter(|event| is_of(*event)).count();
    assert!(count >= 11, "{count} of 12 found, {} events", found.events.len());
    let off = libm::hypot(found.learnt.wind_m_s[0] - WIND_M_S[0], found.learnt.wind_m_s[1] - WIND_M_S[1]);
    assert!(off < 1.5, "{:?}", found.learnt.wind_m_s);
}
