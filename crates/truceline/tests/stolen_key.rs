//! A stolen key through the node: the thief's frames stand, are shown as a second row under the key, and none of them counts once the
//! key is revoked.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#[path = "stolen_key/theft.rs"]
mod theft;

use theft::{Fate, When, delivered};
use truceline_model::continuity::Fault;
use truceline_node::store::Store;
use truceline_sim::World;
use truceline_sim::adversary::{Behaviour, Condition};
use truceline_sim::attack::Attack;
use truceline_sim::source::Rates;

#[test]
fn two_rows_under_one_key_are_shown_and_what_it_signs_after_its_revocation_is_not_used() {
    let world = World::drawn(11, 1, &Rates::default()).unwrap().under(Condition::Of(Behaviour::StolenKey));
    let Some(Attack::StolenKey(theft)) = &world.attack else { panic!() };
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store"), true).unwrap().guarded_in(&folder.path().join("guard"));
    let fates = delivered(&world, theft, &store).unwrap();
    let of = |when: When, is_forged: bool| {
        fates.iter().filter(move |fate| (fate.when, fate.is_forged) == (when, is_forged)).collect::<Vec<&Fate>>()
    };
    let (before, own, forged) = (of(When::Before, false), of(When::Unknown, false), of(When::Unknown, true));
    let (renewed, late) = (of(When::Revoked, false), of(When::Revoked, true));
    assert!([&before, &own, &forged, &renewed, &late].iter().all(|some| some.len() > 3), "{fates:#?}");
    assert!(before.iter().all(|fate| fate.is_admitted && fate.faults.is_empty()));
    // Nobody knows yet which of both is the station; that there are two is said at the first frame that does not fit.
    let first = own[0].at_s.max(forged[0].at_s);
    let contradicts = |fate: &&Fate| fate.faults.iter().any(|one| matches!(one, Fault::Forked | Fault::Unchained));
    let shown = fates.iter().filter(contradicts).map(|fate| fate.at_s).fold(f64::INFINITY, f64::min);
    assert!(shown <= first, "{shown} {first}");
    let between = own.iter().chain(&forged);
    assert!(between.filter(|fate| !fate.is_admitted).all(contradicts), "{fates:#?}");
    // Once it is known, none of the thief's counts, and all of the station's does.
    assert!(late.iter().all(|fate| !fate.is_admitted && fate.faults.contains(&Fault::Suspect)), "{late:#?}");
    assert!(renewed.iter().all(|fate| fate.is_admitted), "{renewed:#?}");
}
