//! Which sensors there are, and where they stand: of each id the newest site that was registered.
use super::{array, exclude};
use crate::output::Emitter;
use crate::state::{MAX_SITES, State};
use crate::step::Engine;
use std::collections::BTreeSet;
use truceline_model::hash::Hash;
use truceline_model::inventory::Inventory;

/// Holds the sites of an inventory in the place of earlier ones of their ids, and makes arrays of those that are elements.
pub(crate) fn take(engine: &Engine, state: &mut State, hash: Hash, inventory: &Inventory, emitter: &mut Emitter<'_>) {
    let mut left_out = 0_usize;
    let mut touched: BTreeSet<String> = BTreeSet::new();
    for site in inventory.sites() {
        let before = state.sites.0.get(&site.id);
        if before.is_none() && state.sites.0.len() >= MAX_SITES {
            left_out += 1;
        } else if before != Some(site) {
            touched.extend(before.and_then(|before| before.array.clone()));
            touched.extend(site.array.clone());
            state.sites.0.insert(site.id.clone(), site.clone());
        }
    }
    if left_out > 0 {
        exclude(emitter, hash, format!("{left_out} of its sensors: {MAX_SITES} are held already"));
    }
    array::register(engine, state, hash, &touched, emitter);
}
