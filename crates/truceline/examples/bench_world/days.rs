//! Whether memory stays flat over many days: a node takes a world's day again and again, each with waveforms and reports of its own
//! times, and the desk's views follow.
//!
//! What is thinned, since thirty days of waveforms would take hours: of each day the waveforms of its first [`WAVEFORMS_S`] of all
//! channels, as miniSEED, and for the rest of the day what arrays report themselves ([`truceline_sim::reports`]) of all that they
//! hear. People and satellites say nothing.
use crate::{memory, play};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Instant;
use truceline_desk::views::Views;
use truceline_evidence::journal::JournalReader;
use truceline_formats::configuration;
use truceline_model::case::CaseId;
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::event::Event;
use truceline_model::remark::CaseClosed;
use truceline_node::Node;
use truceline_node::store::Store;
use truceline_sim::source::Rates;
use truceline_sim::world::HOURS_MAX;
use truceline_sim::{File, World, reports};

/// Waveforms of each day, s: a tenth of an hour of all channels takes some seconds to derive from.
const WAVEFORMS_S: f64 = 360.0;

const DAY_S: f64 = 86_400.0;

/// Runs so many days; memory is read at the end of each, and said on standard error.
pub(crate) fn run(seed: u64, days: u32) -> Result<Value> {
    let mut world = World::drawn(seed, HOURS_MAX, &Rates::default())?;
    let folder = tempfile::tempdir().context("cannot make a folder for the store")?;
    let store = Store::open(&folder.path().join("store"), true)?.guarded_in(&folder.path().join("guard"));
    let numbers = configuration::read("the numbers", configuration::DEFAULT)?;
    let node = Node::open(&store, None, &numbers, 1)?;
    let journal = node.journal();
    let mut views = Views::open(&folder.path().join("views"), &journal.origin())?;
    for file in world.known() {
        node.load(&file.name, &file.bytes)?;
    }
    let (begun, start) = (Instant::now(), world.start);
    let (mut resident_mb, mut open) = (Vec::new(), Open::default());
    for day in 0..days {
        let reported = reports::of_day(&world, day)?;
        // The day's own times; what happens in it is the same.
        world.start = start.plus_s(f64::from(day) * DAY_S);
        let waveforms = world.waveforms_until(WAVEFORMS_S)?;
        world.start = start;
        play(&node, &waveforms.iter().collect::<Vec<&File>>())?;
        // The samples of all channels are the sender's and not the node's.
        drop(waveforms);
        node.load(&reported.name, &reported.bytes)?;
        views.follow(&*journal)?;
        open.follow(&*journal)?;
        resident_mb.push(memory::of("VmRSS:")? / 1_024.0);
        eprintln!(
            "    day {}: {:.1} MB resident, {} entries, {} cases, {} of them open, {:.0} s",
            day + 1,
            resident_mb.last().copied().unwrap_or_default(),
            journal.size(),
            open.all,
            open.now.len(),
            begun.elapsed().as_secs_f64(),
        );
    }
    Ok(json!({
        "seed": seed, "days": days, "resident_mb": resident_mb, "peak_mb": memory::of("VmHWM:")? / 1_024.0,
        "entries": journal.size(), "cases": open.all, "open": open.now.len(), "took_s": begun.elapsed().as_secs_f64(),
    }))
}

/// Cases that the engine holds.
#[derive(Debug, Default)]
struct Open {
    next: u64,
    all: usize,
    now: BTreeSet<CaseId>,
}

impl Open {
    fn follow(&mut self, journal: &dyn JournalReader) -> Result<()> {
        for index in self.next..journal.size() {
            let bytes = journal.entry(index)?;
            if let Ok(event) = entry::from_bytes::<Derived<Event>>(&bytes) {
                self.all += usize::from(event.content.revision == 1);
                self.now.insert(event.content.case);
            } else if let Ok(closed) = entry::from_bytes::<Derived<CaseClosed>>(&bytes) {
                self.now.remove(&closed.content.case);
            }
        }
        self.next = journal.size();
        Ok(())
    }
}
