//! What a side needs of its event: that it is one, with all owners and without any.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
use super::*;
use crate::stage::solve;
use crate::step::Engine;
use truceline_formats::configuration;
use truceline_model::event::Association;
use truceline_model::geodesic;
use truceline_model::place::Place;
use truceline_model::report::{Report, SourceRef};
use truceline_model::time::Time;

/// An agreement with a line north along 113 west.
const TERMS: &str = r#"
[agreement]
id = "t"
version = 1
title = "T"
parties = ["Alpha", "Bravo"]
p_min = 0.5
note = "Invented."

[[in_force]]
from = 2004-06-01T00:00:00Z
to = 2004-06-08T00:00:00Z

[[line]]
id = "contact"
name = "Line"
kind = "contact-line"
status = "assessed"
left = "Alpha"
right = "Bravo"
sigma_m = 2000
path = [[-113.0, 36.0], [-113.0, 46.0]]

[[zone]]
id = "z"
name = "Zone"
ring = [[-120.0, 36.0], [-106.0, 36.0], [-106.0, 46.0], [-120.0, 46.0]]

[[clause]]
id = "1"
prohibits = "infrasonic-event"
zone = "z"
text = "None."
"#;

/// An explosion 150 km west of the line, as arrays of five owners reported it.
fn reported() -> Solution {
    reported_with(0.0, 0.0)
}

/// The same with so much added to the azimuth, degrees, and the time, s, of what one of them said.
fn reported_with(off_deg: f64, late_s: f64) -> Solution {
    let source = Place::from_degrees(41.0, -114.8).unwrap();
    let at = Time::parse("2004-06-02T17:20:00Z").unwrap();
    let arrays =
        [("A", 80.0, 260e3), ("B", 200.0, 310e3), ("C", 320.0, 280e3), ("D", 20.0, 230e3), ("E", 140.0, 330e3)];
    let one = |(owner, azimuth_deg, range_m): (&str, f64, f64)| {
        let place = geodesic::destination(source, azimuth_deg, range_m).unwrap();
        let sight = geodesic::between(place, source);
        let (off_deg, late_s) = if owner == "B" { (off_deg, late_s) } else { (0.0, 0.0) };
        let report = Report {
            source: SourceRef { source: owner.into(), boot: 1, sequence: 0 },
            owner: owner.into(),
            place,
            arrival: at.plus_s(sight.distance_m / 300.0 + late_s),
            azimuth_mdeg: ((sight.azimuth_deg + off_deg).rem_euclid(360.0) * 1e3) as u32,
            f_statistic_milli: 75_000,
            elements: 4,
            trace_velocity_mm_s: None,
            event_label: "a".into(),
            provenance: "a test".into(),
        };
        (Hash::of(owner.as_bytes()), report)
    };
    let configuration = configuration::read("configuration.toml", configuration::DEFAULT).unwrap();
    let engine = Engine::new(configuration, Hash([1; 32]), "a test", 1);
    solve::solution(&engine, "a", &arrays.map(one)).unwrap()
}

fn said(p_real: f64, without: &[f64; 5]) -> Attribution {
    let mut solution = reported();
    solution.association = Some(Association { p_real_ppb: (p_real * PPB) as u32, runners_up: 0 });
    for (one, p_real) in solution.without.iter_mut().zip(without) {
        one.p_real_ppb = Some((p_real * PPB) as u32);
    }
    attribution(&solution, Hash([2; 32]), &Agreement::read(TERMS).unwrap()).unwrap()
}

#[test]
fn a_side_is_stated_of_what_is_very_likely_one_event_alone() {
    let stated = OriginSide::Stated("Alpha".to_owned());
    assert_eq!(said(0.8, &[0.6; 5]).origin_side, stated);
    assert_eq!(said(0.79, &[0.79; 5]).origin_side, OriginSide::Abstains(Why::OneOrigin));
    let stricter = Agreement::read(&format!("{TERMS}\n[proof]\np_real_min = 0.95\n")).unwrap();
    let solution = Solution { association: Some(Association { p_real_ppb: 900_000_000, runners_up: 0 }), ..reported() };
    let found = attribution(&solution, Hash([2; 32]), &stricter).unwrap();
    assert_eq!(found.origin_side, OriginSide::Abstains(Why::OneOrigin));
    // People who report one event say themselves that it is one.
    let told = attribution(&reported(), Hash([2; 32]), &stricter).unwrap();
    assert_eq!(told.origin_side, stated);
}

#[test]
fn no_side_is_stated_of_an_event_that_one_owner_alone_makes_one() {
    let all = said(0.99, &[0.6; 5]);
    assert!(all.certificate_k >= Some(1) && all.owners.iter().all(|one| one.stated_without), "{all:#?}");
    for pillar in 0..5 {
        let mut without = [0.9; 5];
        without[pillar] = 0.49;
        let found = said(0.99, &without);
        assert_eq!(found.origin_side, OriginSide::Abstains(Why::NotRobust), "{pillar}: {found:#?}");
        assert_eq!(found.certificate_k, Some(0));
        let stands: Vec<bool> = found.owners.iter().map(|one| one.stated_without).collect();
        assert_eq!(stands, (0..5).map(|at| at != pillar).collect::<Vec<_>>());
    }
}

#[test]
fn what_may_be_several_events_accuses_nobody() {
    let agreement = Agreement::read(TERMS).unwrap();
    let named = |p_real: Option<u32>| {
        let association = p_real.map(|p_real_ppb| Association { p_real_ppb, runners_up: 0 });
        let solution = Solution { association, ..reported_with(35.0, 240.0) };
        let found = attribution(&solution, Hash([2; 32]), &agreement).unwrap();
        let is_false = |one: &&OwnerPart| one.p_false_ppb > Some(950_000_000);
        assert!(found.owners.iter().filter(is_false).all(|one| one.owner == "B"), "{found:#?}");
        assert_eq!(found.owners.iter().filter(is_false).count(), 1);
        found.inconsistent().map(|one| one.owner.clone()).collect::<Vec<String>>()
    };
    assert_eq!(named(None), ["B"]);
    assert_eq!(named(Some(990_000_000)), ["B"]);
    assert!(named(Some(900_000_000)).is_empty());
}
