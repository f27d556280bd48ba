//! Refusals on their way into the journal: the first ones of a source in a second one by one, the rest as one entry.
//!
//! The second is that of the clock that ticks: the recording's for files. So the same deliveries give the same entries.
use crate::known::{Known, second_of};
use std::collections::BTreeMap;
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::refusal::{Refusal, Refusals};

/// How many refusals of one source are registered one by one within a second. Whoever looks for the cause sees it in
/// the first few; a source that works has none; and a source that floods costs the journal some 5 kB a second.
pub const SINGLE_REFUSALS_MAX: u32 = 16;

/// How many sources may have single refusals within one second. A network has some hundred; more names than this are
/// made up.
pub const SOURCES_A_SECOND_MAX: usize = 1_024;

/// The entries for refusals of one delivery that were not registered yet: for each source the single ones, then the
/// rest as one.
pub(crate) fn entries(refusals: &[Refusal], known: &Known) -> Vec<Vec<u8>> {
    let mut fresh: BTreeMap<&str, Vec<&Refusal>> = BTreeMap::new();
    for refusal in refusals {
        if !known.has_refusal(Hash::of(&entry::to_bytes(refusal))) {
            fresh.entry(&refusal.source).or_default().push(refusal);
        }
    }
    let mut entries = Vec::new();
    for (source, fresh) in fresh {
        // Of a resend the single ones are known, and the rest is what was folded then, whatever the clock says now.
        if folded(&fresh, known).is_some_and(|flood| known.has_flood(&flood)) {
            continue;
        }
        let singles = fresh.len().min(known.singles_left(source) as usize);
        entries.extend(fresh[..singles].iter().map(|refusal| entry::to_bytes(*refusal)));
        entries.extend(folded(&fresh[singles..], known).map(|flood| entry::to_bytes(&flood)));
    }
    entries
}

fn folded(refusals: &[&Refusal], known: &Known) -> Option<Refusals> {
    let (first, rest) = refusals.split_first()?;
    let mut flood = Refusals::begin(second_of(known.now), (*first).clone());
    rest.iter().for_each(|next| flood.fold((*next).clone()));
    Some(flood)
}
