//! The stages that an input passes, one file each.
pub(crate) mod align;
pub(crate) mod array;
pub(crate) mod assess;
pub(crate) mod associate;
mod attribute;
pub(crate) mod bear_out;
pub(crate) mod close;
pub(crate) mod detect;
pub(crate) mod erase;
pub(crate) mod group;
pub(crate) mod inventory;
mod leave_out;
pub(crate) mod lines;
pub(crate) mod links;
pub(crate) mod observe;
mod precede;
pub(crate) mod reassess;
pub(crate) mod record;
pub(crate) mod repeat;
mod said;
pub(crate) mod seal;
pub(crate) mod solve;

use crate::output::{Emitter, Output};
use truceline_model::hash::Hash;
use truceline_model::remark::Excluded;

/// Says that an input is registered and not used.
pub(crate) fn exclude(emitter: &mut Emitter<'_>, input: Hash, reason: impl Into<String>) {
    emitter.emit(Output::Excluded(Excluded { input, reason: reason.into() }));
}
