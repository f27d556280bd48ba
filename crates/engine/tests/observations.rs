//! Observations: what becomes of each, and which of them are one event.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use proptest::prelude::*;
use std::collections::BTreeSet;
use support::*;
use truceline_model::agreement::AgreementText;
use truceline_model::appraisal::{Appraisal, Appraised};
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::event::{Cited, Event, Product};
use truceline_model::finding::{Finding, VerdictState};
use truceline_model::geodesic;
use truceline_model::hash::Hash;
use truceline_model::observation::{
    Claim, ClockKind, Count, CountQuality, ExplosionKind, Means, Observation, ObservedAt, ObservedKind, Scope, TimeSpan,
};
use truceline_model::place::Place;
use truceline_model::reassessment::Reassessment;
use truceline_model::remark::LateInput;
use truceline_model::report::SourceRef;
use truceline_model::time::{Interval, Time};

const TERMS: &str = include_str!("invented-pause.toml");

fn terms(text: &str) -> Vec<u8> {
    entry::to_bytes(&AgreementText { text: text.into() })
}

fn at(lat: f64, lon: f64) -> Place {
    Place::from_degrees(lat, lon).unwrap()
}

fn noon() -> Time {
    time("2030-01-05T12:00:00Z")
}

/// A patrol that heard an explosion 4 to 6 km south-east of where it stood.
fn heard() -> Observation {
    Observation {
        source: SourceRef { source: "patrol 2".into(), boot: 1, sequence: 0 },
        owner: "Mission".into(),
        observer_place: Some(at(48.1, 37.5)),
        means: Means::Heard,
        kind: ObservedKind::Explosion,
        explosion: Some(ExplosionKind::Undetermined),
        count: Count { number: Some(1), quality: CountQuality::Exact },
        time: TimeSpan { span: Interval { from: noon(), to: noon() }, sigma_ms: 30_000, clock: ClockKind::Manual },
        at: ObservedAt::Sector { azimuth_mdeg: 135_000, azimuth_sigma_mdeg: 16_394, range_m: Some((4_000, 6_000)) },
        weapon: String::new(),
        direction: String::new(),
        thermal: None,
        harm: None,
        grade: None,
        claim: Claim::default(),
        scope: Scope::Incident,
        evidence: Vec::new(),
        text: String::new(),
    }
}

fn heat(place: Place) -> Observation {
    Observation {
        observer_place: None,
        means: Means::SatelliteThermal,
        kind: ObservedKind::ThermalAnomaly,
        explosion: None,
        at: ObservedAt::Pixel { place, scan_m: 375, track_m: 375 },
        ..heard()
    }
}

/// The terms, the observations between two ticks, and the tick that closes their window.
fn played(text: &str, observations: &[Observation]) -> Vec<Vec<u8>> {
    let mut inputs = vec![epoch(), terms(text), tick(after(noon(), -60))];
    inputs.extend(observations.iter().map(entry::to_bytes));
    inputs.push(tick(after(noon(), 7_200)));
    inputs
}

fn appraisals(observations: &[Observation]) -> Vec<Appraisal> {
    contents(&run(&played(TERMS, observations), 1).0)
}

#[test]
fn what_one_patrol_heard_is_an_event_that_nobody_bears_out() {
    let (outputs, _) = run(&played(TERMS, &[heard()]), 1);
    let appraised: Vec<Appraised> = contents::<Appraisal>(&outputs).iter().map(|one| one.appraised).collect();
    assert_eq!(appraised, [Appraised::Measured, Appraised::Uncorroborated]);
    let events: Vec<Event> = contents(&outputs);
    let [event] = &events[..] else { panic!("{}", events.len()) };
    assert_eq!((event.product, event.solution.association), (Product::E3, None));
    let hash = Hash::of(&entry::to_bytes(&heard()));
    assert!(
        matches!(event.solution.arrivals[..], [used] if matches!(used.cited, Cited::Observation { hash: h, .. } if h == hash))
    );
    // Where it was said to be.
    let middle = geodesic::destination(at(48.1, 37.5), 135.0, 5_000.0).unwrap();
    let posterior = &event.solution.posterior;
    assert!(geodesic::between(posterior.mean, middle).distance_m < 800.0, "{posterior:?}");
    assert!(posterior.region_contains(90, middle));
    let findings: Vec<Finding> = contents(&outputs);
    assert_eq!(findings[0].verdict.state(), VerdictState::PossibleBreach);
}

#[test]
fn ten_who_heard_the_same_are_ten_observations_and_one_event() {
    let truth = at(48.05, 37.55);
    let ten: Vec<Observation> = (0..10_u32)
        .map(|n| {
            let stood = geodesic::destination(truth, f64::from(n) * 36.0, 5_000.0).unwrap();
            let towards = geodesic::between(stood, truth).azimuth_deg;
            Observation {
                source: SourceRef { source: format!("post {n}"), boot: 1, sequence: 0 },
                owner: ["Mission", "Alpha", "Bravo"][n as usize % 3].into(),
                observer_place: Some(stood),
                at: ObservedAt::Sector {
                    azimuth_mdeg: (towards.rem_euclid(360.0) * 1e3) as u32,
                    azimuth_sigma_mdeg: 16_394,
                    range_m: Some((4_000, 6_000)),
                },
                time: TimeSpan {
                    span: Interval { from: after(noon(), i64::from(n)), to: after(noon(), i64::from(n)) },
                    ..heard().time
                },
                ..heard()
            }
        })
        .collect();
    let (outputs, _) = run(&played(TERMS, &ten), 1);
    let events: Vec<Event> = contents(&outputs);
    let cases: BTreeSet<_> = events.iter().map(|event| event.case).collect();
    let last = events.last().unwrap();
    assert_eq!((cases.len(), last.solution.arrivals.len()), (1, 10), "{cases:?}");
    assert!(geodesic::between(last.solution.posterior.mean, truth).distance_m < 1_000.0);
    let measured: Vec<Appraised> = contents::<Appraisal>(&outputs).iter().map(|one| one.appraised).collect();
    assert_eq!(measured, [Appraised::Measured; 10]);
}

#[test]
fn two_incidents_stay_two() {
    let later = after(noon(), 500);
    let other = Observation { time: TimeSpan { span: Interval { from: later, to: later }, ..heard().time }, ..heard() };
    let (outputs, _) = run(&played(TERMS, &[heard(), other]), 1);
    assert_eq!(contents::<Event>(&outputs).len(), 2);
}

#[test]
fn mistakes_and_allegations_have_their_own_verdicts() {
    let exchanged = Observation { at: ObservedAt::Point { place: at(37.5, 48.1), sigma_m: 100 }, ..heard() };
    let yesterday = Interval { from: after(noon(), -86_400), to: after(noon(), -86_400) };
    let late = Observation { time: TimeSpan { span: yesterday, ..heard().time }, ..heard() };
    let tomorrow = Interval { from: after(noon(), 86_400), to: after(noon(), 86_400) };
    let early = Observation { time: TimeSpan { span: tomorrow, ..heard().time }, ..heard() };
    let claim = Claim { attack_reported: true, violation_alleged: Some("clause 1".into()) };
    let alleged = Observation { means: Means::PartyReport, claim, ..heard() };
    let total = Observation { scope: Scope::PeriodTotal, ..alleged.clone() };
    let unplaced = Observation { at: ObservedAt::NotStated, ..heard() };
    let bears_out = Observation { evidence: vec![Hash::of(b"a picture")], ..alleged.clone() };
    for (observation, expected, part) in [
        (&exchanged, Appraised::SuspectedSwap, "48.1, 37.5 among them"),
        (&late, Appraised::Late, "final already"),
        (&early, Appraised::Early, "the clock stands at"),
        (&alleged, Appraised::Alleged, "nothing is handed in"),
        (&total, Appraised::Series, "summed with nothing"),
        (&unplaced, Appraised::Unplaced, "states no place"),
        (&bears_out, Appraised::Measured, "waits for others"),
    ] {
        let (outputs, _) = run(&played(TERMS, std::slice::from_ref(observation)), 1);
        let said: Vec<Appraisal> = contents(&outputs);
        assert_eq!(said[0].appraised, expected, "{said:?}");
        assert!(said[0].reason.contains(part), "{said:?}");
        assert_eq!(said[0].observation, Hash::of(&entry::to_bytes(observation)));
        let is_used = expected == Appraised::Measured;
        assert_eq!(contents::<Event>(&outputs).is_empty(), !is_used, "{expected:?}");
        assert_eq!(contents::<LateInput>(&outputs).len(), usize::from(expected == Appraised::Late));
    }
}

#[test]
fn a_side_is_stated_only_beyond_the_pixel() {
    let metres = |north: f64| geodesic::destination(at(48.0, 37.5), 0.0, north).unwrap();
    let near: Vec<Appraisal> = appraisals(&[100.0, 374.0, -375.0].map(|north| heat(metres(north))));
    for one in &near {
        assert_eq!(one.appraised, Appraised::Recorded);
        assert_eq!(one.side.as_ref().unwrap().side, None, "{one:?}");
        assert!(one.reason.contains("reach across"), "{one:?}");
    }
    let far = appraisals(&[800.0, -800.0, 9_000.0].map(|north| heat(metres(north))));
    let sides: Vec<&str> = far.iter().map(|one| one.side.as_ref().unwrap().side.as_deref().unwrap()).collect();
    assert_eq!(sides, ["Alpha", "Bravo", "Alpha"]);
    assert_eq!(far[0].side.as_ref().unwrap().distance_m, 800);
    // Of a line that one party alone drew nothing is stated.
    let claimed = TERMS.replace("status = \"agreed\"", "status = \"agreed\"\nclaimed_by = \"Alpha\"");
    let said: Vec<Appraisal> = contents(&run(&played(&claimed, &[heat(metres(9_000.0))]), 1).0);
    assert!(said[0].side.as_ref().unwrap().side.is_none() && said[0].reason.contains("Alpha alone"), "{said:?}");
}

fn any_observation() -> impl Strategy<Value = Observation> {
    (
        0..4_u32,
        -9_000_i32..9_000,
        -20_000_i32..20_000,
        0..3_000_i64,
        0..360_000_u32,
        prop::sample::select(vec!["Mission", "Alpha", "Bravo"]),
    )
        .prop_map(|(what, north, east, seconds, azimuth_mdeg, owner)| {
            let place = geodesic::destination(at(48.0, 37.5), 0.0, f64::from(north)).unwrap();
            let place = geodesic::destination(place, 90.0, f64::from(east)).unwrap();
            let moment = after(noon(), seconds);
            let own = TimeSpan { span: Interval { from: moment, to: moment }, ..heard().time };
            let base = Observation { time: own, owner: owner.into(), observer_place: Some(place), ..heard() };
            let sector = ObservedAt::Sector { azimuth_mdeg, azimuth_sigma_mdeg: 16_394, range_m: Some((1_000, 3_000)) };
            match what {
                0 => Observation { at: sector, ..base },
                1 => Observation { means: Means::Seen, at: ObservedAt::Point { place, sigma_m: 300 }, ..base },
                2 => Observation { time: own, owner: owner.into(), ..heat(place) },
                _ => Observation { means: Means::Camera, kind: ObservedKind::MuzzleFlash, at: sector, ..base },
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// With the parties' names exchanged everything is the same but for the names.
    #[test]
    fn exchanging_the_parties_exchanges_their_names(observed in prop::collection::vec(any_observation(), 1..6)) {
        let other = |text: &str| text.replace("Alpha", "\u{1}").replace("Bravo", "Alpha").replace('\u{1}', "Bravo");
        let exchanged: Vec<Observation> =
            observed.iter().map(|one| Observation { owner: other(&one.owner), ..one.clone() }).collect();
        let (a, _) = run(&played(TERMS, &observed), 1);
        let (b, _) = run(&played(&other(TERMS), &exchanged), 1);
        let sides = |outputs: &[Vec<u8>], named: &dyn Fn(&str) -> String| -> Vec<_> {
            let of = |one: Appraisal| {
                let side = one.side.map(|side| (side.distance_m, side.left_ppb, side.right_ppb, side.side.map(|n| named(&n))));
                (one.appraised, side, named(&one.reason))
            };
            contents::<Appraisal>(outputs).into_iter().map(of).collect()
        };
        prop_assert_eq!(sides(&a, &|text| text.to_owned()), sides(&b, &|text| other(text)));
        let places = |outputs: &[Vec<u8>]| -> Vec<_> {
            contents::<Event>(outputs).into_iter().map(|one| (one.case, one.revision, one.solution.posterior)).collect()
        };
        prop_assert_eq!(places(&a), places(&b));
        let verdicts = |outputs: &[Vec<u8>]| -> Vec<_> {
            contents::<Finding>(outputs).into_iter().map(|one| (one.verdict.state(), one.p_ppb)).collect()
        };
        prop_assert_eq!(verdicts(&a), verdicts(&b));
    }

    /// Each observation is said something of, on one thread as on four.
    #[test]
    fn none_disappears(observed in prop::collection::vec(any_observation(), 1..8)) {
        let inputs = played(TERMS, &observed);
        let (one, _) = run(&inputs, 1);
        let (four, _) = run(&inputs, 4);
        prop_assert_eq!(&one, &four);
        let said: BTreeSet<Hash> = contents::<Appraisal>(&one).iter().map(|said| said.observation).collect();
        let all: BTreeSet<Hash> = observed.iter().map(|one| Hash::of(&entry::to_bytes(one))).collect();
        prop_assert_eq!(said, all);
    }
}

/// A new epoch reads what waits again: the same event, once, whichever epoch closes its window.
#[test]
fn an_observation_that_waits_outlives_its_epoch() {
    let mut configuration = configuration();
    configuration.snapshot_every_inputs += 1;
    let next = entry::to_bytes(&Epoch { engine: engine(), configuration });
    let mut inputs = played(TERMS, &[heard()]);
    let unbroken: Vec<Event> = contents(&run(&inputs, 1).0);
    inputs.insert(inputs.len() - 1, next.clone());
    let (outputs, _) = run(&inputs, 1);
    assert_eq!(contents::<Event>(&outputs), unbroken);
    // After it is closed it is the same case still.
    let mut inputs = played(TERMS, &[heard()]);
    inputs.push(next);
    inputs.push(tick(after(noon(), 9_000)));
    assert_eq!(contents::<Event>(&run(&inputs, 1).0), unbroken);
}

/// The recorded days against that day's rim: what lies within a pixel of it has no side. Counts by an independent program, of
/// the same rims with a sphere's metres.
#[test]
fn recorded_heat_abstains_within_its_pixel() {
    let Some(folder) = std::env::var_os("TRUCELINE_DATA") else { return };
    let folder = std::path::Path::new(&folder);
    let bytes = std::fs::read(folder.join("firms/viirs_nrt_2026-06-24_25.csv")).unwrap();
    let observed = truceline_formats::observations::read("firms", &bytes).unwrap().observations;
    let path = folder.join("contactline/deepstatemap_data_20260624.geojson");
    let rims = truceline_formats::line::read("line", &std::fs::read(path).unwrap()).unwrap();
    let parts: Vec<String> = rims
        .parts
        .iter()
        .map(|part| format!("[{}]", part.iter().map(|(x, y, _)| format!("[{x},{y}]")).collect::<Vec<_>>().join(",")))
        .collect();
    let geojson = format!("{{\"type\":\"MultiLineString\",\"coordinates\":[{}]}}", parts.join(","));
    let (from, to) = (TERMS.find("path = ").unwrap(), TERMS.find("[[zone]]").unwrap());
    let text = format!("{}geojson = '{geojson}'\n\n{}", &TERMS[..from], &TERMS[to..]);
    let mut found = Vec::new();
    for day in ["2026-06-24T00:00:00Z", "2026-06-25T00:00:00Z"] {
        let (begins, ends) = (time(day), after(time(day), 86_400));
        let of_day: Vec<&Observation> =
            observed.iter().filter(|one| (begins..ends).contains(&one.time.span.from)).collect();
        let mut inputs = vec![epoch(), terms(&text), tick(begins)];
        inputs.extend(of_day.iter().map(|one| entry::to_bytes(*one)));
        let said: Vec<Appraisal> = contents(&run(&inputs, 1).0);
        let near = |m: u32| said.iter().filter(move |one| one.side.as_ref().is_some_and(|side| side.distance_m <= m));
        assert!(near(375).all(|one| one.side.as_ref().unwrap().side.is_none()));
        found.push((said.len(), near(5_000).count(), near(375).count()));
    }
    // The other program counts 435 and 273 within 5 km, where one in each lies within metres of that distance.
    assert_eq!(found, [(1_616, 434, 13), (1_055, 272, 8)]);
}

/// What comes after its window, once a reassessment is asked for: the event that it had been in time, and a word of its own.
#[test]
fn a_reassessment_takes_late_observations_in() {
    let truth = at(48.05, 37.55);
    let observer = |name: &str, owner: &str, from_deg: f64| {
        let stood = geodesic::destination(truth, from_deg, 5_000.0).unwrap();
        let towards = geodesic::between(stood, truth).azimuth_deg;
        Observation {
            source: SourceRef { source: name.into(), boot: 1, sequence: 0 },
            owner: owner.into(),
            observer_place: Some(stood),
            at: ObservedAt::Sector {
                azimuth_mdeg: (towards.rem_euclid(360.0) * 1e3) as u32,
                azimuth_sigma_mdeg: 16_394,
                range_m: Some((4_000, 6_000)),
            },
            ..heard()
        }
    };
    let (first, second) = (observer("post 1", "Mission", 20.0), observer("post 2", "Alpha", 140.0));
    let in_time: Vec<Event> = contents(&run(&played(TERMS, &[first.clone(), second.clone()]), 1).0);
    let scope = truceline_model::reassessment::Scope::All;
    let asked = entry::to_bytes(&Reassessment { scope, asked_by: "a test".into(), reason: "a late post".into() });
    let late = entry::to_bytes(&second);

    let mut inputs = played(TERMS, std::slice::from_ref(&first));
    inputs.extend([late.clone(), asked.clone()]);
    let (outputs, _) = run(&inputs, 1);
    let events: Vec<Event> = contents(&outputs);
    assert_eq!(events.len(), 2, "one in time, one revision of it");
    assert_eq!(events[0].case, events[1].case);
    assert_eq!(events[1].solution, in_time.last().unwrap().solution);
    let of_late: Vec<Appraised> = contents::<Appraisal>(&outputs)
        .iter()
        .filter(|one| one.observation == Hash::of(&late))
        .map(|one| one.appraised)
        .collect();
    assert_eq!(of_late, [Appraised::Late, Appraised::Measured]);
    let again = run(&[inputs.clone(), vec![asked.clone()]].concat(), 1).0;
    assert_eq!(contents::<Event>(&again).len(), 2, "asked again, nothing changes");

    // Both late: a case that was none before.
    let mut inputs = played(TERMS, &[]);
    inputs.extend([entry::to_bytes(&first), late, asked]);
    let made: Vec<Event> = contents(&run(&inputs, 1).0);
    let [made] = &made[..] else { panic!("{}", made.len()) };
    assert_eq!(made.solution, in_time.last().unwrap().solution);
}
