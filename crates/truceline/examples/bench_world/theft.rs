//! What is scored of a stolen key: which of the station's and of the thief's frames count, and whether what does not is said to
//! contradict.
#[path = "../../tests/stolen_key/theft.rs"]
mod delivery;

use crate::tally::Tally;
use anyhow::{Context, Result};
use delivery::{Fate, When};
use truceline_model::continuity::Fault;
use truceline_node::store::Store;
use truceline_sim::World;
use truceline_sim::attack::Theft;

pub(crate) fn score(world: &World, theft: &Theft) -> Result<Tally> {
    let folder = tempfile::tempdir().context("cannot make a folder for the store")?;
    let store = Store::open(&folder.path().join("store"), true)?.guarded_in(&folder.path().join("guard"));
    let fates = delivery::delivered(world, theft, &store)?;
    let mut tally = Tally::default();
    for fate in &fates {
        let whose = if fate.is_forged { "forged" } else { "station's own" };
        let when = match fate.when {
            When::Before => "before the theft",
            When::Unknown => "between theft and revocation",
            When::Revoked => "behind the revocation",
        };
        tally.count(format!("{whose} frame counts, of those {when}"), fate.is_admitted);
        if fate.when == When::Unknown && !fate.is_admitted {
            tally.count(
                "said to contradict, of frames that do not count between theft and revocation",
                contradicts(fate),
            );
        }
    }
    let shown_s = fates.iter().filter(|fate| contradicts(fate)).map(|fate| fate.at_s).reduce(f64::min);
    tally.count("two rows under one key shown before the revocation", shown_s.is_some_and(|at_s| at_s < theft.known_s));
    if let Some(shown_s) = shown_s {
        tally.sample("two rows under one key shown after the theft, s", shown_s - theft.from_s);
    }
    Ok(tally)
}

fn contradicts(fate: &Fate) -> bool {
    fate.faults.iter().any(|fault| matches!(fault, Fault::Forked | Fault::Unchained))
}
