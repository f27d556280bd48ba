//! Taking the bytes of a payload away: the entry first, then the bytes.
//!
//! ```text
//! the entry is durable -> the engine has passed it, and its memory after it is durable -> zeros where the bytes stood
//! ```
//! So nobody needs the bytes to go on: a start begins from that memory. A crash between leaves the newest erasure
//! unfinished, and the next start finishes it.
//!
//! The files of the engine's memory hold the last seconds of each channel's samples. Of a payload that is erased while it is
//! among the newest of its channel they are gone once later records of the channel, or its silence, have pushed them out and
//! two snapshots were taken since.
use crate::error::NodeError;
use crate::failpoint;
use crate::node::Node;
use crate::sources::now;
use std::sync::PoisonError;
use truceline_evidence::journal::JournalReader;
use truceline_model::entry;
use truceline_model::erasure::{Erasure, MAX_REASON_BYTES};
use truceline_model::hash::Hash;
use truceline_model::report::MAX_NAME_BYTES;

/// The most payloads that one journal says were erased: intake remembers them for ever, 40 bytes each.
pub const ERASURES_MAX: usize = 100_000;

/// What became of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// The entry that says so.
    pub entry: u64,
    /// It had been registered before.
    pub already: bool,
    /// In how many packs the bytes stood.
    pub packs: usize,
}

impl Node {
    /// Registers that a payload shall be erased, waits until nothing is to be derived from it any more, and takes its bytes
    /// away. What was derived from them stands.
    ///
    /// # Errors
    /// If nothing is stored under this hash ([`NodeError::is_bad_file`]), the reason is over its bound, nothing can be
    /// registered, or storage fails; what was registered is finished when the store is opened again.
    pub fn erase(&self, payload: Hash, asked_by: &str, reason: &str) -> Result<Erased, NodeError> {
        let bounds = [("reason", reason, MAX_REASON_BYTES), ("name", asked_by, MAX_NAME_BYTES)];
        for (what, text, most) in bounds {
            if text.is_empty() || text.len() > most || text.contains(char::is_control) {
                let message = format!("the {what} has {} bytes: expected 1 to {most} of one line", text.len());
                return Err(NodeError::bad_file(message));
            }
        }
        self.begun();
        let _one = self.erasing().lock().unwrap_or_else(PoisonError::into_inner);
        self.finish()?;
        let known = self.intake().known().erasure_of(payload);
        if let Some(entry) = known {
            // They may have come back with a copy of the folder.
            return Ok(Erased { entry, already: true, packs: self.payloads().erase(payload)? });
        }
        if !self.payloads().holds(payload) {
            return Err(NodeError::bad_file(format!("no payload is stored under {payload}")));
        }
        if self.intake().known().erasures() >= ERASURES_MAX {
            return Err(NodeError::other(format!("{ERASURES_MAX} payloads were erased from this store already")));
        }
        let (asked_by, reason) = (asked_by.to_owned(), reason.to_owned());
        let erasure = entry::to_bytes(&Erasure { payload, asked_by, reason, at: now() });
        // Where deriving has stopped, nothing is derived from the bytes either.
        let settled = || Ok(self.settle(self.journal().size()).unwrap_or_default());
        let range = self.intake().take_settled(&*self.journal(), settled, erasure)?;
        let _stopped = self.settle(range.end);
        self.journal().wait_until_signed(range.end);
        failpoint::pass("erasure");
        Ok(Erased { entry: range.start, already: false, packs: self.payloads().erase(payload)? })
    }

    /// Finishes the newest erasure, if a crash left it unfinished: waits until its entry is passed first.
    pub(crate) fn finish_erasure(&self) -> Result<(), NodeError> {
        let _one = self.erasing().lock().unwrap_or_else(PoisonError::into_inner);
        self.finish()
    }

    fn finish(&self) -> Result<(), NodeError> {
        let newest = self.intake().known().newest_erased();
        if let Some(unfinished) = newest.filter(|payload| self.problem().is_none() && self.payloads().holds(*payload)) {
            self.begun();
            self.payloads().erase(unfinished)?;
        }
        Ok(())
    }
}
