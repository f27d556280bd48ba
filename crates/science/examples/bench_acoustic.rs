//! How shots are told from echoes and clutter in invented towns: `bench_acoustic [TOWNS [FIRST SEED]]`. Prints shares found and of
//! phantoms, how often events of a stated probability are shots, and the processor's time of a town.
#![allow(clippy::print_stdout)]
#[allow(dead_code)]
#[path = "../tests/acoustic_support/mod.rs"]
mod acoustic_support;
#[allow(dead_code)]
#[path = "../tests/associate_support/mod.rs"]
mod associate_support;
use acoustic_support::{Town, matched};
use truceline_science::associate::{Settings, associate};

/// Edges of the log odds in which events are counted, nats.
const EDGES: [f64; 9] = [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 32.0, f64::INFINITY];

/// Seconds that this thread has computed.
fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1e9
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let towns: u64 = std::env::args().nth(1).map_or(Ok(400), |n| n.parse())?;
    let first: u64 = std::env::args().nth(2).map_or(Ok(0), |n| n.parse())?;
    for share in [1.0, 0.6, 0.4] {
        let (mut shots, mut found, mut events, mut phantoms, mut said) = (0, 0, 0, 0, 0.0);
        let mut bins = [(0, 0, 0.0); EDGES.len() - 1];
        let mut errors_m = Vec::new();
        let mut seconds = 0.0;
        for seed in first..first + towns {
            let town = Town::new(seed).with_share(share, seed + 1_000_000);
            let start = cpu_s();
            let settings = Settings::with_temperature(town.temperature_c);
            let answer = associate(&town.sensors, &town.measurements, &settings, 1)?;
            seconds += cpu_s() - start;
            let matches = matched(&town, &answer.events);
            shots += town.shots.iter().filter(|rows| rows.len() >= 4).count();
            for (event, shot) in answer.events.iter().zip(matches) {
                let bin = EDGES.iter().rposition(|edge| event.log_odds >= *edge).unwrap_or(0).min(EDGES.len() - 2);
                bins[bin].0 += 1;
                bins[bin].1 += usize::from(shot.is_some());
                bins[bin].2 += event.p_real;
                events += 1;
                said += event.p_real;
                match shot {
                    Some(shot) => {
                        found += 1;
                        let at = town.places_m[shot];
                        errors_m.push(libm::hypot(event.place_m[0] - at[0], event.place_m[1] - at[1]));
                    }
                    None => phantoms += 1,
                }
            }
        }
        errors_m.sort_by(f64::total_cmp);
        let at = |share: f64| errors_m.get((share * errors_m.len() as f64) as usize).copied().unwrap_or(f64::NAN);
        println!(
            "{:3.0} % of the sensors: {shots} shots, {:.4} found, {:.4} phantoms, real {:.4} said {:.4}; median {:.2} m, p96 {:.2} m; {:.2} ms",
            100.0 * share,
            f64::from(found) / shots as f64,
            f64::from(phantoms) / f64::from(events),
            f64::from(found) / f64::from(events),
            said / f64::from(events),
            at(0.5),
            at(0.96),
            1e3 * seconds / towns as f64
        );
        for (bin, (all, real, said)) in bins.iter().enumerate() {
            let n = f64::from(*all).max(1.0);
            println!(
                "   from {:4.0} nats: {all:5} events, {:.3} shots, said {:.3}",
                EDGES[bin],
                *real as f64 / n,
                said / n
            );
        }
    }
    Ok(())
}
