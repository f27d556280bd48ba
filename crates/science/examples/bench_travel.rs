//! Prints how long making a table and one lookup take.
#![allow(clippy::print_stdout)]
use std::hint::black_box;
use std::time::Instant;
use truceline_model::measurement::Phase;
use truceline_science::travel::{Medium, Node, Reach, Speeds};

fn main() {
    let crust = [(0.0, 5.8, 3.36), (20e3, 5.8, 3.36), (20e3, 6.5, 3.75), (35e3, 6.5, 3.75), (35e3, 8.04, 4.47)];
    let nodes = crust.map(|(depth_m, p, s)| Node { depth_m, p_m_s: p * 1e3, s_m_s: s * 1e3 });
    let reach = Reach { distance_m_max: 300e3, source_depth_m: (0.0, 30e3), sensor_depth_m: (-1_000.0, 0.0) };
    let start = Instant::now();
    let medium = match Medium::graded(&nodes, reach, Speeds::default()) {
        Ok(medium) => medium,
        Err(error) => return println!("{error}"),
    };
    println!("tables of P and S: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let places: Vec<(f64, f64, f64)> = (0..4_096_u32)
        .map(|i| {
            let part = |by: u32| f64::from(i.wrapping_mul(by) % 4_093) / 4_093.0;
            (299e3 * part(7_919), 29e3 * part(104_729), -1e3 * part(1_299_709))
        })
        .collect();
    let mut best_ns = f64::INFINITY;
    for _ in 0..200 {
        let start = Instant::now();
        let mut sum = 0.0;
        for (x, z, sensor) in &places {
            if let Some(leg) = medium.leg(Phase::P, *x, *z, *sensor) {
                sum += leg.time_s + leg.per_distance_s_per_m + leg.per_depth_s_per_m;
            }
        }
        black_box(sum);
        best_ns = best_ns.min(start.elapsed().as_secs_f64() * 1e9 / places.len() as f64);
    }
    println!("a lookup with derivatives: {best_ns:.1} ns");
}
