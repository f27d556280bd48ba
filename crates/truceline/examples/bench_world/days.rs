//! Whether memory stays flat over many days: a node takes a world's day again and again, each with reports of its own.
//!
//! Fed are the reports of arrays ([`truceline_sim::reports`]), some hundred a day, since 30 days of waveforms would take hours.
use crate::memory;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::time::Instant;
use truceline_evidence::journal::JournalReader;
use truceline_formats::configuration;
use truceline_node::Node;
use truceline_node::store::Store;
use truceline_sim::source::Rates;
use truceline_sim::world::HOURS_MAX;
use truceline_sim::{World, reports};

/// Runs so many days; memory is read at the end of each.
pub(crate) fn run(seed: u64, days: u32) -> Result<Value> {
    let world = World::drawn(seed, HOURS_MAX, &Rates::default())?;
    let folder = tempfile::tempdir().context("cannot make a folder for the store")?;
    let store = Store::open(&folder.path().join("store"), true)?.guarded_in(&folder.path().join("guard"));
    let numbers = configuration::read("the numbers", configuration::DEFAULT)?;
    let node = Node::open(&store, None, &numbers, 1)?;
    for file in world.known() {
        node.load(&file.name, &file.bytes)?;
    }
    let begun = Instant::now();
    let mut resident_mb = Vec::new();
    for day in 0..days {
        let file = reports::of_day(&world, day)?;
        node.load(&file.name, &file.bytes)?;
        resident_mb.push(memory::of("VmRSS:")? / 1_024.0);
    }
    Ok(json!({
        "seed": seed, "days": days, "resident_mb": resident_mb, "peak_mb": memory::of("VmHWM:")? / 1_024.0,
        "entries": node.journal().size(), "took_s": begun.elapsed().as_secs_f64(),
    }))
}
