//! Consultation: what guarantors say, and what they decide, as signed acts. A pure state machine: acts in, a state or a refusal
//! out. The Special Commission's Determination is of the same make.
//!
//! # Rules
//! - A [`Chamber`] begins with a [`Roll`]: the body, its seats (a state each) with their delegates' keys, and the quorum. Every
//!   seat signs it. A machine's key cannot stand on a roll.
//! - A seat speaks with the signatures of [`KEYS_MIN`] of its keys over the exact bytes of an act. One key alone says nothing.
//! - A *call* rests on findings by hash and proof, or on something else that it says, and gives one pack to all. An *agenda*,
//!   *positions*, a *close*, a *decision* or a *determination* follow; after a decision *dissents*, each state's own *measures*,
//!   *reviews* and *lifting*. An act out of order is refused, and an act is taken once.
//! - A seat without a position in force is silent. Silence is never read as anything: it counts to nothing, and nobody can sign it.
//! - A [`Decision`] can only be made from [`QuorumSignatures`] over its own bytes, and these only from signatures that the
//!   caller's [`Keys`] verified. It names the position of every seat as it stood, silence too.
//! - Nothing here has a clock. [`Chamber::reminders`] says when people would be reminded; no act and no state depends on it.
//!
//! Every refusal names its [`Rule`], and leaves the state as it was.
//!
//! What was concluded can be read by anybody and brought together by nobody:
//!
//! ```
//! use truceline_register::consult::{Decision, DecisionText, Determination, DeterminationText, Position, PositionText};
//! use truceline_register::consult::{QuorumSignatures, SeatSignatures};
//! fn position(it: &Position) -> (&PositionText, &SeatSignatures) {
//!     (it.text(), it.signatures())
//! }
//! fn decision(it: &Decision) -> (&DecisionText, &QuorumSignatures) {
//!     (it.text(), it.signatures())
//! }
//! fn determination(it: &Determination) -> (&DeterminationText, &QuorumSignatures) {
//!     (it.text(), it.signatures())
//! }
//! ```
mod act;
mod chamber;
mod concluded;
mod roll;
mod signed;

#[cfg(test)]
mod tests;

pub use act::{
    Act, Agenda, Basis, Call, Close, DecisionText, DeterminationText, Dissent, Intent, Lift, MAX_ITEMS,
    MAX_WORDS_BYTES, Measure, Outcome, PositionText, ProofStandard, Remedy, RemindAt, Responsibility, Review,
    ReviewOutcome, Revoke, Stage, Stance,
};
pub use chamber::{Chamber, Consultation, MAX_ACTS, MAX_ACTS_BYTES, MAX_CONSULTATIONS};
pub use concluded::{Decision, Determination, Position};
pub use roll::{KEYS_MIN, MAX_SEAT_KEYS, MAX_SEATS, Quorum, Roll, Seat};
pub use signed::{DOMAIN, KeyHolder, Keys, MAX_ACT_BYTES, QuorumSignatures, Refused, Rule, SeatSignatures, SignedAct};
