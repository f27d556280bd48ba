//! Coverage and size of the 90 % regions over synthetic events of each kind, and coverage of both regions and depths
//! where these are to be resolved: `bench_regions [COUNT [COUNT_WITH_DEPTHS]]`.
#![allow(clippy::print_stdout)]
#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/depths_common/mod.rs"]
mod depths_common;
#[path = "../tests/regions_common/mod.rs"]
mod regions_common;
use regions_common::{Count, KINDS, count, event, figures};

fn main() {
    let argument = |at: usize| std::env::args().nth(at).and_then(|count| count.parse::<u64>().ok());
    let events = argument(1).unwrap_or(2_000);
    for (k, kind) in KINDS.into_iter().enumerate() {
        let counts: Vec<Count> = (0..events).map(|i| count(&event(kind, 1_000_003 * (k as u64 + 1) + i))).collect();
        let (held, ratio, bound) = figures(&counts);
        let mut ratios: Vec<f64> = counts.iter().map(|count| count.area_m2 / count.ideal_m2).collect();
        ratios.sort_by(f64::total_cmp);
        println!(
            "{kind:?}: {events} events, 90 % regions hold {:.1} %, median area over ideal {ratio:.3} (of the ratios: median {:.3}, p90 {:.3}), sigma over the bound {bound:.2}",
            100.0 * held,
            ratios[ratios.len() / 2],
            ratios[ratios.len() * 9 / 10],
        );
    }
    let (places, times) = common::covered_by_phases(2015, events);
    println!(
        "infrasound with phases: {events} events, 90 % regions hold {:.1} %, 90 % intervals of time {:.1} %",
        100.0 * places as f64 / events as f64,
        100.0 * times as f64 / events as f64
    );
    let events = argument(2).unwrap_or(events);
    for (k, (depth, heard)) in depths_common::KINDS.into_iter().enumerate() {
        let event = |i| depths_common::event(depth, heard, 2_000_003 * (k as u64 + 1) + i);
        let counts: Vec<depths_common::Count> = (0..events).map(|i| depths_common::count(&event(i))).collect();
        let (places, depths) = depths_common::shares(&counts);
        println!(
            "{depth:?}, heard {heard}: {events} events, 90 % regions hold {:.1} %, 90 % intervals of depth {:.1} %",
            100.0 * places,
            100.0 * depths
        );
    }
}
