//! Which sensors there are, and where they stand: of each id the newest site that was registered.
use super::exclude;
use crate::output::Emitter;
use crate::state::{MAX_SITES, State};
use truceline_model::hash::Hash;
use truceline_model::inventory::Inventory;

/// Holds the sites of an inventory in the place of earlier ones of their ids.
pub(crate) fn take(state: &mut State, hash: Hash, inventory: &Inventory, emitter: &mut Emitter<'_>) {
    let mut left_out = 0_usize;
    for site in inventory.sites() {
        if state.sites.0.len() < MAX_SITES || state.sites.0.contains_key(&site.id) {
            state.sites.0.insert(site.id.clone(), site.clone());
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        exclude(emitter, hash, format!("{left_out} of its sensors: {MAX_SITES} are held already"));
    }
}
