//! What relays say of when frames had arrived.
use super::{Check, NAME, Outcome, count};
use crate::receipt::SealedReceipt;
use std::collections::BTreeSet;
use truceline_model::continuity::{Continuity, Fault};
use truceline_model::hash::Hash;

/// The most frames with a time outside of its bounds that the sentence names.
const MAX_OUTSIDE_NAMED: usize = 4;

/// The receipts that count, and the frames that came too late for theirs or had none.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    /// How many.
    count: u64,
    /// Frames with a receipt that are still to come.
    open: BTreeSet<Hash>,
    /// Frames that were admitted and have one.
    frames: u64,
    relays: BTreeSet<String>,
    /// Arrivals that are not as a relay signed; what a station's own frames show is said with its row.
    outside: Vec<Continuity>,
}

impl Receipts {
    /// Takes a receipt that was admitted.
    pub(super) fn add(&mut self, sealed: &SealedReceipt) {
        let Ok(receipt) = sealed.receipt() else { return };
        self.count += 1;
        self.relays.insert(receipt.relay);
        self.open.extend(receipt.frames);
    }

    /// Takes a frame that was admitted, by its hash.
    pub(super) fn take(&mut self, frame: Hash) {
        self.frames += u64::from(self.open.remove(&frame));
    }

    /// Takes what was found of a frame.
    pub(super) fn say(&mut self, found: &[Continuity]) {
        let arrived = |found: &&Continuity| matches!(found.fault, Fault::HeldBack | Fault::Unreceipted);
        self.outside.extend(found.iter().filter(arrived).cloned());
    }

    /// Nothing where no relay gave a receipt and none is missing; `frames` is how many were admitted.
    pub(super) fn check(&self, completeness: Outcome, frames: usize) -> Option<Check> {
        if self.count == 0 && self.outside.is_empty() {
            return None;
        }
        let relays = match self.relays.is_empty() {
            true => "none".to_owned(),
            false => self.relays.iter().cloned().collect::<Vec<_>>().join(", "),
        };
        let mut sentence =
            format!("By when {} of {} of frames had arrived, a relay signed ({relays}).", self.frames, count(frames));
        if !self.outside.is_empty() {
            let named = self.outside.iter().take(MAX_OUTSIDE_NAMED);
            let named: Vec<String> =
                named.map(|found| format!("{} frame {}: {}", found.station, found.from, found.words)).collect();
            let more = match self.outside.len() - named.len() {
                0 => String::new(),
                more => format!("; and {more} more"),
            };
            sentence += &format!(" Arrivals that are not as signed: {}{more}.", named.join("; "));
        }
        let check = Check::new(NAME, completeness, sentence, None);
        Some(check.with("frames_receipted", self.frames).with("arrivals_outside", self.outside.len()))
    }
}
