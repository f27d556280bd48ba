//! What broke, or may have broken, the unbroken row of a station's sealed frames; what is said of its clock and its state.
use crate::hash::Hash;
use crate::time::Time;
use crate::{canonical_map, canonical_names};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Frames are missing.
    Gap,
    /// A missing frame came late.
    Late,
    /// The station started anew.
    Rebooted,
    /// Two different frames of one number, signed by one key: a second station has the key, or numbers were used twice.
    Forked,
    /// A frame cites another one than that which came before it: as `Forked`.
    Unchained,
    /// A frame that was delivered before came again.
    Replayed,
    /// The station's clock went back.
    ClockBack,
    /// A frame claims a time before a checkpoint that it cites.
    Backdated,
    /// A frame claims a time after it was received.
    Postdated,
    /// A frame reached its first relay later than its station promised: until then only its own word says when it was sealed.
    HeldBack,
    /// No relay gave a receipt for a frame, though one did for those before it.
    Unreceipted,
    /// The station says that its satellites' signals are false.
    Spoofed,
    /// The station reports a fault of its own.
    Unwell,
    /// No frame came, though the station promised one.
    Silent,
    /// The key was revoked and is suspect here.
    Suspect,
}

canonical_names!(Fault {
    "gap" => Gap,
    "late" => Late,
    "rebooted" => Rebooted,
    "forked" => Forked,
    "unchained" => Unchained,
    "replayed" => Replayed,
    "clock_back" => ClockBack,
    "backdated" => Backdated,
    "postdated" => Postdated,
    "held_back" => HeldBack,
    "unreceipted" => Unreceipted,
    "spoofed" => Spoofed,
    "unwell" => Unwell,
    "silent" => Silent,
    "suspect" => Suspect,
});

/// One finding on a station's row of frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Continuity {
    /// The station, by its name in the key register; of receipts the relay.
    pub station: String,
    /// The key, by its id.
    pub key: Hash,
    /// What was found.
    pub fault: Fault,
    /// The first frame's number that it concerns; of a relay its receipt's.
    pub from: u64,
    /// The last one's.
    pub to: u64,
    /// The frame that showed it, by SHA-256 of its body; none where none came.
    pub frame: Option<Hash>,
    /// When, by the station's clock; for silence since when.
    pub at: Time,
    /// In words.
    pub words: String,
}

canonical_map!(Continuity {
    "at" => at,
    "to" => to,
    "key" => key,
    "from" => from,
    "fault" => fault,
    "frame" => frame,
    "words" => words,
    "station" => station,
});
