//! Coverage and size of the 90 % regions over synthetic events of each kind: `bench_regions [COUNT]`.
#![allow(clippy::print_stdout)]
#[path = "../tests/regions_common/mod.rs"]
mod regions_common;
use regions_common::{Count, KINDS, count, event, figures};

fn main() {
    let events: u64 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(2_000);
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
}
