//! Locates the surveyed shots of a folder of recordings with the vendor's grouping, and associates each test's pulses
//! without it: `gunshots DATA`. Times are those that this thread has computed.
#![allow(clippy::print_stdout)]
#[path = "../tests/gunshot_common/mod.rs"]
mod gunshot_common;
use truceline_model::measurement::Site;
use truceline_science::associate::{Settings, associate};
use truceline_science::locate::{Point, Priors, evidence, fit};

/// Fits of one shot that are timed together.
const REPEATS: u32 = 100;

/// Seconds that this thread has computed.
fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1e9
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = std::env::args().nth(1).ok_or("a folder of recordings is expected")?;
    let (mut errors, mut means, mut levels, mut ratios) = (vec![], vec![], vec![], vec![]);
    let (mut point_s, mut full_s, mut sensors) = (0.0, 0.0, vec![]);
    for shot in gunshot_common::shots(std::path::Path::new(&data)) {
        let members: Vec<usize> = (0..shot.measurements.len()).collect();
        let start = cpu_s();
        let mut found = fit(&shot.sensors, &shot.measurements, &members, &shot.priors)?;
        for _ in 1..REPEATS {
            found = fit(&shot.sensors, &shot.measurements, &members, &shot.priors)?;
        }
        point_s += (cpu_s() - start) / f64::from(REPEATS);
        let start = cpu_s();
        let solution = evidence(&shot.sensors, &shot.measurements, &members, &shot.priors, 1)?;
        full_s += cpu_s() - start;
        let off = |x: f64, y: f64| libm::hypot(x - shot.truth.0, y - shot.truth.1);
        errors.push(off(found.place.x, found.place.y));
        if let Site::Local { x_m, y_m, .. } = solution.mean {
            means.push(off(x_m, y_m));
        }
        levels.push(solution.levels_at(Point { x: shot.truth.0, y: shot.truth.1 }, None).place_level);
        ratios.push(solution.bound_ratio.unwrap_or(f64::NAN));
        sensors.push(members.len() as f64);
    }
    let n = errors.len() as f64;
    let at = |values: &mut Vec<f64>, share: f64| {
        values.sort_by(f64::total_cmp);
        values[((share * values.len() as f64) as usize).min(values.len() - 1)]
    };
    println!(
        "{n} shots of {} sensors (median): median {:.2} m, p96 {:.2} m, most {:.2} m; {:.1} us a point, {:.2} ms a posterior",
        at(&mut sensors, 0.5),
        at(&mut errors, 0.5),
        at(&mut errors, 0.96),
        at(&mut errors, 1.0),
        point_s / n * 1e6,
        full_s / n * 1e3,
    );
    println!(
        "posterior means: median {:.2} m, p96 {:.2} m; surveyed places at the level {:.2} (median), {:.0} % within 90 %; sigma over the bound {:.2}",
        at(&mut means, 0.5),
        at(&mut means, 0.96),
        at(&mut levels, 0.5),
        100.0 * levels.iter().filter(|level| **level <= 0.9).count() as f64 / n,
        at(&mut ratios, 0.5),
    );
    let (mut tests_s, mut pulses, mut events) = (vec![], vec![], 0);
    for position in ["FP1", "FP3", "FP5"] {
        for test in gunshot_common::firings(std::path::Path::new(&data), position) {
            let (settings, priors) =
                (Settings::with_temperature(test.temperature_c), Priors::sound(test.temperature_c)?);
            let start = cpu_s();
            let found = associate(&test.sensors, &test.measurements, &settings, 1)?;
            for event in &found.events {
                fit(&test.sensors, &test.measurements, &event.members, &priors)?;
            }
            tests_s.push(cpu_s() - start);
            pulses.push(test.measurements.len() as f64);
            events += found.events.len();
        }
    }
    println!(
        "{} tests of {} pulses (median), no grouping given: {events} events; {:.2} ms a test (median), p95 {:.2} ms, most {:.2} ms",
        tests_s.len(),
        at(&mut pulses, 0.5),
        1e3 * at(&mut tests_s, 0.5),
        1e3 * at(&mut tests_s, 0.95),
        1e3 * at(&mut tests_s, 1.0),
    );
    Ok(())
}
