//! What relays signed of when stations' frames had arrived, and times that frames claim and that lie outside of their bounds.
use super::{Check, Outcome};
use crate::admit::Admission;
use crate::receipt::SealedReceipt;
use std::collections::BTreeSet;
use truceline_model::continuity::{Continuity, Fault};
use truceline_model::entry;
use truceline_model::hash::Hash;

const NAME: &str = "stations";

/// The most frames with a time outside of its bounds that the sentence names.
const MAX_OUTSIDE_NAMED: usize = 4;

/// Receipts, and the frames that they are for.
#[derive(Default)]
pub(super) struct Receipts {
    /// Receipts that count.
    count: u64,
    /// Frames with a receipt that are still to come.
    open: BTreeSet<Hash>,
    /// Frames that were admitted, and how many of them have a receipt.
    frames: u64,
    receipted: u64,
    relays: BTreeSet<String>,
    /// Claimed times outside of their bounds.
    outside: Vec<Continuity>,
}

impl Receipts {
    /// Takes an entry if it is a receipt.
    ///
    /// # Errors
    /// In words why it counts for nothing.
    pub(super) fn take(&mut self, admission: &mut Admission, index: u64, bytes: &[u8]) -> Result<(), String> {
        let Ok(sealed) = entry::from_bytes::<SealedReceipt>(bytes) else { return Ok(()) };
        admission.take_receipt(index, &sealed).0?;
        if let Ok(receipt) = sealed.receipt() {
            self.count += 1;
            self.relays.insert(receipt.relay);
            self.open.extend(receipt.frames);
        }
        Ok(())
    }

    /// A frame was taken, and this was said of it.
    pub(super) fn frame(&mut self, hash: Hash, is_admitted: bool, found: &[Continuity]) {
        if is_admitted {
            self.frames += 1;
            self.receipted += u64::from(self.open.remove(&hash));
        }
        let is_of_time = |found: &&Continuity| {
            matches!(found.fault, Fault::Backdated | Fault::Postdated | Fault::HeldBack | Fault::Unreceipted)
        };
        self.outside.extend(found.iter().filter(is_of_time).cloned());
    }

    /// Nothing where no relay gave a receipt and no time is outside of its bounds.
    pub(super) fn check(&self, completeness: Outcome) -> Option<Check> {
        if self.count == 0 && self.outside.is_empty() {
            return None;
        }
        let relays = if self.relays.is_empty() {
            "none".to_owned()
        } else {
            self.relays.iter().cloned().collect::<Vec<_>>().join(", ")
        };
        let mut sentence =
            format!("By when {} of {} frames had arrived, a relay signed ({relays}).", self.receipted, self.frames);
        if !self.outside.is_empty() {
            let named: Vec<String> = self
                .outside
                .iter()
                .take(MAX_OUTSIDE_NAMED)
                .map(|found| format!("{} frame {}: {}", found.station, found.from, found.words))
                .collect();
            let more = match self.outside.len() - named.len() {
                0 => String::new(),
                more => format!("; and {more} more"),
            };
            sentence += &format!(" Times that are not between their bounds: {}{more}.", named.join("; "));
        }
        let check = Check::new(NAME, completeness, sentence, None);
        Some(check.with("frames_receipted", self.receipted).with("times_outside", self.outside.len()))
    }
}

#[cfg(test)]
mod tests;
