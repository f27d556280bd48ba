//! Relays' rows of receipts, and what they say of frames that are still to come.
use super::{Admission, MAX_STATIONS, Standing};
use crate::keys::Role;
use crate::receipt::{Receipt, SealedReceipt};
use truceline_model::canonical_map;
use truceline_model::continuity::{Continuity, Fault};
use truceline_model::hash::Hash;
use truceline_model::time::Time;

/// How many frames are remembered whose receipt came and that did not: four receipts at their largest. Frames follow their
/// receipt at once; of more the oldest is forgotten and counts as without.
pub const RECEIPTED_REMEMBERED: usize = 4_096;

/// What is known of a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Relay {
    key: Hash,
    /// Number, hash and time of the newest receipt.
    number: u64,
    hash: Hash,
    time: Time,
}

canonical_map!(Relay { "key" => key, "hash" => hash, "time" => time, "number" => number });

impl Admission {
    /// Takes the receipt that stands at `index`: whether it counts for the frames that follow it, and all that is to be said.
    /// The first receipt that came for a frame counts.
    ///
    /// # Errors
    /// In words why it is not the relay's own, does not go on from its newest one, or claims a time before what it cites.
    pub fn take_receipt(&mut self, index: u64, sealed: &SealedReceipt) -> (Result<(), String>, Vec<Continuity>) {
        let mut found = Vec::new();
        let taken = self.take_one(index, sealed, &mut found);
        (taken, found)
    }

    fn take_one(&mut self, index: u64, sealed: &SealedReceipt, found: &mut Vec<Continuity>) -> Result<(), String> {
        let receipt = sealed.receipt().map_err(|error| format!("it is no receipt: {error}"))?;
        let relay = receipt.relay.as_str();
        let mut say = |fault, from, words: String| {
            let (key, at, to) = (receipt.key, receipt.time, receipt.number);
            found.push(Continuity { station: relay.to_owned(), key, fault, from, to, frame: None, at, words });
        };
        let Some(enrolled) = self.register.key(receipt.key) else {
            return Err(format!("{relay}: the key {} is not enrolled", receipt.key));
        };
        let holder = &enrolled.holder;
        if holder.role != Role::Relay || holder.name != relay {
            return Err(format!("{relay}: the key {} is that of {}", receipt.key, holder.name));
        }
        if !sealed.is_signed_by(&holder.key) {
            return Err(format!("{relay}: the signature of receipt {} does not hold", receipt.number));
        }
        match self.register.standing(receipt.key, index) {
            Standing::Good => {}
            Standing::Suspect => {
                say(Fault::Suspect, receipt.number, "the key of its receipt was revoked".to_owned());
                return Err(format!("{relay}: receipt {} is signed with a revoked key", receipt.number));
            }
            Standing::Rotated | Standing::NotYet | Standing::Unknown => {
                return Err(format!("{relay}: the key {} does not hold here", receipt.key));
            }
        }
        if let Some(words) = self.before_beacon(index, receipt.beacon.as_ref(), receipt.time, &receipt.clock) {
            say(Fault::Backdated, receipt.number, format!("its receipt: {words}"));
            return Err(format!("{relay}: receipt {} bounds nothing: {words}", receipt.number));
        }
        let hash = sealed.hash();
        let held = Relay { key: receipt.key, number: receipt.number, hash, time: receipt.time };
        match self.relays.binary_search_by(|(name, _)| name.as_str().cmp(relay)) {
            Ok(at) => {
                go_on(&self.relays[at].1, &receipt, hash, &mut say)?;
                self.relays[at].1 = held;
            }
            Err(_) if self.relays.len() >= MAX_STATIONS => {
                return Err(format!("{relay}: {MAX_STATIONS} relays are known"));
            }
            Err(at) => self.relays.insert(at, (relay.to_owned(), held)),
        }
        for frame in receipt.frames {
            if self.receipts.iter().all(|(held, _)| *held != frame) {
                self.receipts.push_back((frame, receipt.time));
            }
        }
        let over = self.receipts.len().saturating_sub(RECEIPTED_REMEMBERED);
        self.receipts.drain(..over);
        Ok(())
    }

    /// The newest receipt of a relay, by hash.
    #[cfg(test)]
    pub(super) fn newest_receipt(&self, name: &str) -> Option<Hash> {
        self.relays.iter().find(|(relay, _)| relay == name).map(|(_, relay)| relay.hash)
    }

    /// By when a frame had arrived at its first relay; asked once.
    pub(super) fn receipted(&mut self, frame: Hash) -> Option<Time> {
        let at = self.receipts.iter().position(|(held, _)| *held == frame)?;
        self.receipts.remove(at).map(|(_, time)| time)
    }
}

/// Whether a receipt goes on from the relay's newest one.
fn go_on(relay: &Relay, receipt: &Receipt, hash: Hash, say: &mut dyn FnMut(Fault, u64, String)) -> Result<(), String> {
    let Receipt { relay: name, number, .. } = receipt;
    // A new key may begin a new row.
    if receipt.key != relay.key && *number == 0 {
        return Ok(());
    }
    if *number <= relay.number {
        if hash == relay.hash {
            say(Fault::Replayed, *number, "its receipt was delivered before".to_owned());
            return Err(format!("{name}: receipt {number} was delivered before"));
        }
        say(Fault::Forked, *number, format!("its receipt has a number up to {}, which were used", relay.number));
        return Err(format!("{name}: receipt {number} has the number of another one"));
    }
    if *number == relay.number + 1 && receipt.previous != Some(relay.hash) {
        say(Fault::Unchained, *number, format!("its receipt cites another one than receipt {}", relay.number));
        return Err(format!("{name}: receipt {number} does not cite the one before it"));
    }
    if receipt.time < relay.time {
        say(Fault::ClockBack, *number, format!("its receipts go from {} to {}", relay.time, receipt.time));
        return Err(format!("{name}: receipt {number} claims a time before the one before it"));
    }
    if *number > relay.number + 1 {
        say(Fault::Gap, relay.number + 1, format!("{} receipts are missing", number - relay.number - 1));
    }
    Ok(())
}
