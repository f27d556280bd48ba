//! Payloads that were erased: what comes of their bytes later is not derived from, whether or not they are there again.
use crate::state::{MAX_ERASED, State};
use truceline_model::erasure::Erasure;
use truceline_model::hash::Hash;

/// Remembers an erasure.
pub(crate) fn take(state: &mut State, erasure: &Erasure) {
    if !is_erased(state, erasure.payload) {
        state.erased.push(erasure.payload);
        let surplus = state.erased.len().saturating_sub(MAX_ERASED);
        state.erased.drain(..surplus);
    }
}

/// Whether a payload was erased.
pub(crate) fn is_erased(state: &State, payload: Hash) -> bool {
    state.erased.contains(&payload)
}
