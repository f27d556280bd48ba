//! How long locating takes: the explosion of 2 June 2004 in Utah, three arrays, one thread, 200 runs.
//! Prints one line of JSON.
use std::io::Write;
use std::time::Instant;
use truceline_model::configuration::{InfrasoundPriors, Stated};
use truceline_model::place::Place;
use truceline_model::time::Time;
use truceline_science::locate::{Arrival, locate_counted};

/// Runs that are timed.
const RUNS: usize = 200;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let stated = |value| Stated { value, source: "as in examples/utah-2004".into() };
    let priors = InfrasoundPriors {
        celerity_mean_mm_s: stated(300_000),
        celerity_sigma_mm_s: stated(20_000),
        wind_sigma_mm_s: stated(20_000),
        azimuth_sigma_mdeg: stated(2_500),
        beam_azimuth_sigma_mdeg: stated(6_200),
        travel_time_relative_ppm: stated(20_000),
        travel_time_fixed_ms: stated(10_000),
        region_margin_m: stated(500_000),
        phases: None,
    };
    let mut arrivals = Vec::new();
    for (lat, lon, time, azimuth_deg) in [
        (42.7668, -109.5939, "2004-06-02T17:42:14Z", -125.6),
        (38.4296, -118.3036, "2004-06-02T17:50:38Z", 56.6),
        (48.2641, -117.1257, "2004-06-02T18:09:14Z", 157.5),
    ] {
        let place = Place::from_degrees(lat, lon).ok_or("no place")?;
        arrivals.push(Arrival { place, arrival: Time::parse(time)?, azimuth_deg, f_statistic: 75.0 });
    }
    let mut times_ms = Vec::with_capacity(RUNS);
    let mut last = locate_counted(&arrivals, &priors, 1)?;
    for _ in 0..RUNS {
        let start = Instant::now();
        last = locate_counted(&arrivals, &priors, 1)?;
        times_ms.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times_ms.sort_by(f64::total_cmp);
    let (posterior, work) = last;
    let area90_km2 = posterior.region(90).map_or(0.0, |region| region.area_m2 as f64 / 1e6);
    writeln!(
        std::io::stdout(),
        "{{\"median_ms\":{:.3},\"p95_ms\":{:.3},\"cells_5km\":{},\"cells_refined\":{},\"area90_km2\":{:.1}}}",
        times_ms[RUNS / 2],
        times_ms[RUNS * 95 / 100],
        work.base_cells,
        work.refined_cells,
        area90_km2
    )?;
    Ok(())
}
