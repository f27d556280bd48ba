//! Sides that are stated, right and wrong, against who knows the world; and owners who are shown to be inconsistent.
//!
//! Two figures are of wrong sides. The product says on which side of the line something *was*; it does not yet part a launch from
//! an impact, so of a shell that crossed the line it states the side that it fell on. The first figure takes its words for
//! that; the second takes them for whose act it was, of nature's for no one's: so an impact is wrong in it. Of what is staged to
//! look like the other side's act both are counted apart.
//!
//! Where false satellite time leads clocks off, a sensor of the sector that is named is named rightly, and its owner is honest: beside
//! the figure of all honest owners that are shown stands that of those who are shown by anything but such sensors.
use crate::derived::Journalled;
use crate::label::Match;
use crate::tally::Tally;
use std::collections::BTreeSet;
use std::f64::consts::LN_10;
use truceline_model::attribution::{OriginSide, Why};
use truceline_model::geodesic;
use truceline_model::place::Place;
use truceline_model::posterior::Posterior;
use truceline_sim::World;
use truceline_sim::agreement::OWNERS;
use truceline_sim::attack::Attack;
use truceline_sim::oracle::Oracle;
use truceline_sim::region::Side;

/// As near as this, m and s, is there and then: a salvo lasts some tens of seconds and falls within some hundreds of metres.
const NEAR_M: f64 = 2_000.0;
const NEAR_S: f64 = 30.0;

/// ln of the ratio from which on who knows the world would state a side: 100.
const LN_RATIO_MIN: f64 = 2.0 * LN_10;

pub(crate) fn score(tally: &mut Tally, world: &World, oracle: &Oracle<'_>, found: &Journalled, matches: &[Match]) {
    let (mut is_found, mut is_stated) = (vec![false; world.events.len()], vec![false; world.events.len()]);
    for (event, of) in found.events.values().zip(matches) {
        let finding = found.findings.get(&event.case);
        let Some(attribution) = finding.and_then(|finding| finding.attribution.as_ref()) else { continue };
        let stated = attribution.stated();
        let (Match::Of(of) | Match::Again(of)) = of else {
            tally.count("side stated of what is no true event", stated.is_some());
            if let Some(party) = stated {
                tally.count("of no true event, of stated sides", true);
                let name = "an act was there and then on that side, of sides stated of no true event";
                tally.count(name, acted(world, &event.solution.posterior, party));
            }
            continue;
        };
        is_found[*of] = true;
        let source = &world.events[*of];
        tally.count("side stated of true events", stated.is_some());
        for name in Why::NAMES {
            let so = matches!(attribution.origin_side, OriginSide::Abstains(why) if why.name() == *name);
            tally.count(format!("no side of true events: {name}"), so);
        }
        let first = &attribution.line.parties.0;
        let way = if first == source.side.name() { 1.0 } else { -1.0 };
        let log10 = f64::from(attribution.between.log10_milli) / 1e3;
        tally.sample("log10 of the ratio said for the true side", way * log10);
        if let Some(party) = stated {
            let is_right = party == source.side.name();
            is_stated[*of] |= is_right;
            tally.count("of no true event, of stated sides", false);
            tally.count("side wrong of stated", !is_right);
            if let Some(number) = attribution.collusion_number() {
                tally.count(format!("side wrong of stated with a collusion number of {}", words(number)), !is_right);
                // So many owners would have to be false together: with fewer it holds.
                if world.lies.len() < number as usize {
                    tally.count("side wrong of stated that so few false owners cannot turn", !is_right);
                }
            }
            tally.count("stated side is not the actor's", source.by.map(Side::name) != Some(party));
            if source.staged {
                tally.count("side wrong of stated, of staged acts", !is_right);
                tally.count("stated side is not the actor's, of staged acts", source.by.map(Side::name) != Some(party));
            }
        }
        if source.staged {
            tally.count("side stated of staged acts", stated.is_some());
        }
    }
    for event in &world.events {
        let Some(ln_ratio) = oracle.side_ln_ratio(event.id) else { continue };
        if event.by.is_none() {
            continue;
        }
        tally.sample("log10 of the oracle's ratio for the true side", ln_ratio / LN_10);
        if ln_ratio.abs() >= LN_RATIO_MIN {
            tally.count("oracle's side wrong where its ratio is at least 100", ln_ratio < 0.0);
        }
        if ln_ratio >= LN_RATIO_MIN {
            tally.count("side stated of acts whose side the oracle knows", is_stated[event.id]);
            let known = oracle.side_ln_ratio_without_any(event.id).is_some_and(|ln_ratio| ln_ratio >= LN_RATIO_MIN);
            tally.count("known to the oracle without any one owner, of acts whose side it knows", known);
            if known {
                tally.count(
                    "side stated of acts whose side the oracle knows without any one owner",
                    is_stated[event.id],
                );
                if is_found[event.id] {
                    let name = "side stated of found acts whose side the oracle knows without any one owner";
                    tally.count(name, is_stated[event.id]);
                }
            }
        }
    }
    inconsistent(tally, world, found);
}

/// Whether anyone acted on a party's side near a place and time: what is said of no true event then names a side on which there was
/// something, as where rounds of a salvo are taken for one event.
fn acted(world: &World, about: &Posterior, party: &str) -> bool {
    world.events.iter().any(|event| {
        let [lon, lat] = event.lon_lat;
        let off_s = about.time_mean.seconds_since(world.start.plus_s(event.at_s)).abs();
        event.by.is_some()
            && event.side.name() == party
            && off_s <= NEAR_S
            && Place::from_degrees(lat, lon)
                .is_some_and(|place| geodesic::between(about.mean, place).distance_m <= NEAR_M)
    })
}

fn words(collusion_number: u32) -> &'static str {
    match collusion_number {
        0 | 1 => "1",
        2 => "2",
        _ => "3 and more",
    }
}

/// Owners who are called inconsistent: in an event, or in a run at all, be it with one of its sensors.
fn inconsistent(tally: &mut Tally, world: &World, found: &Journalled) {
    let behaviour = |owner: &str| world.lies.iter().find(|lie| OWNERS[lie.owner] == owner).map(|lie| lie.behaviour);
    let mut shown: BTreeSet<&str> = BTreeSet::new();
    for finding in found.findings.values() {
        for owner in finding.attribution.iter().flat_map(|attribution| &attribution.owners) {
            let which = if behaviour(&owner.owner).is_some() { "false" } else { "honest" };
            tally.count(format!("{which} owner called inconsistent in an event"), owner.inconsistent);
            if owner.inconsistent {
                shown.insert(&owner.owner);
            }
        }
    }
    let led_off = led_off(world);
    let mut shown_else = shown.clone();
    for (owner, sensor) in &found.inconsistent {
        shown.insert(owner);
        if !led_off.contains(sensor.as_str()) {
            shown_else.insert(owner);
        }
    }
    for (number, owner) in OWNERS.into_iter().enumerate() {
        let is_shown = shown.contains(owner);
        match behaviour(owner) {
            Some(behaviour) => {
                tally.count("false owner shown inconsistent in a run", is_shown);
                tally.count(format!("false owner shown inconsistent in a run: {}", behaviour.name()), is_shown);
            }
            // A party may have no sensor.
            None if world.network.sensors.iter().any(|sensor| sensor.owner == number) => {
                tally.count("honest owner shown inconsistent in a run", is_shown);
                if !led_off.is_empty() {
                    let name = "honest owner shown inconsistent in a run, by more than sensors that were led off";
                    tally.count(name, shown_else.contains(owner));
                }
            }
            None => {}
        }
    }
    let is_named = |name: &str| found.inconsistent.iter().any(|(_, sensor)| sensor == name);
    led_off.iter().for_each(|name| tally.count("named of sensors whose clocks were led off", is_named(name)));
}

/// Sensors whose clocks false satellites led off, as the product names them.
fn led_off(world: &World) -> BTreeSet<&str> {
    let Some(Attack::Spoof(spoofing)) = &world.attack else { return BTreeSet::new() };
    let name = |number: &usize| {
        let sensor = &world.network.sensors[*number];
        sensor.array.map_or(sensor.id.as_str(), |array| world.network.arrays[array].name.as_str())
    };
    spoofing.sector.sensors.iter().map(name).collect()
}
