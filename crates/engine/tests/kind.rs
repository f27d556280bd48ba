//! Of what kind an event was, from the waves to the verdict.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::network::*;
use support::*;
use truceline_accord::agreement::Agreement;
use truceline_accord::trial::{Obstacle, Outcome, trial};
use truceline_accord::words;
use truceline_model::agreement::AgreementText;
use truceline_model::attribution::{OriginSide, Proposition, Why};
use truceline_model::entry;
use truceline_model::event::Event;
use truceline_model::finding::{Finding, VerdictState};
use truceline_model::kind::{Class, Kind};

/// The example's agreement with a line east of the source.
fn agreement_text() -> String {
    let line = "\n[[line]]\nid = \"contact\"\nname = \"Line\"\nkind = \"contact-line\"\nstatus = \"assessed\"\nleft = \"Alpha\"\n\
                right = \"Bravo\"\nsigma_m = 300\npath = [[-112.6, 36.0], [-112.6, 46.0]]\n";
    agreement_text_of_2024() + line
}

/// The ratio of *no one*, log10.
fn no_one_log10(finding: &Finding) -> f64 {
    let weighed = finding.attribution.iter().flat_map(|found| &found.propositions);
    let ratio = weighed.filter(|one| one.proposition == Proposition::NoOne).find_map(|one| one.ratio);
    f64::from(ratio.expect("a ratio of no one").log10_milli) / 1e3
}

/// The final event of a source at this depth, with its finding.
fn final_of(depth_m: f64) -> (Event, Finding) {
    let (mut inputs, payloads) = recorded(&shaken(depth_m));
    inputs.insert(1, entry::to_bytes(&AgreementText { text: agreement_text() }));
    inputs.push(closing_tick());
    let (held, _) = run_network(&inputs, &payloads, 1);
    (contents::<Event>(&held.entries).pop().unwrap(), contents::<Finding>(&held.entries).pop().unwrap())
}

/// Eight seismometers and nothing that hears: what they felt is of the ground either way, and its depth tells.
#[test]
fn what_lay_deep_is_an_earthquake_and_no_possible_breach_is_said_of_it() {
    let (event, finding) = final_of(14e3);
    let kinds = event.solution.kinds.as_ref().unwrap();
    let depth = kinds.depth.unwrap();
    assert!(depth.p_ground_ppb < 50_000_000 && depth.mean_m.abs_diff(14_000) < 2 * depth.sigma_m, "{depth:?}");
    assert_eq!(event.solution.class, Class::Of(Kind::Earthquake), "{kinds:?}");
    // At its own depth, it is where it was.
    assert!(event.solution.posterior.region_contains(90, truth().0));
    assert!(kinds.natural_log10().unwrap() > 1.3, "{kinds:?}");
    assert_eq!(finding.verdict.state(), VerdictState::Undetermined);
    assert_eq!(finding.attribution.as_ref().unwrap().origin_side, OriginSide::Abstains(Why::Natural));
    assert!((no_one_log10(&finding) - kinds.natural_log10().unwrap()).abs() < 1e-3);
    let agreement = Agreement::read(&agreement_text()).unwrap();
    let sentence = words::sentence(&event, &finding, Some(&agreement), None);
    assert!(
        sentence.contains("Kind of event: earthquake fits best") && sentence.starts_with("Undetermined"),
        "{sentence}"
    );
    let why = words::against(&event, &finding, Some(&agreement)).join(" ");
    assert!(why.contains("taken for natural"), "{why}");
    let trial = trial(&event, &finding, &agreement, &[]);
    assert_eq!(trial.outcome, Outcome::NotVerified);
    assert!(trial.unverified.iter().any(|one| one.obstacle == Obstacle::Natural), "{trial:?}");
}

#[test]
fn what_lay_on_the_ground_is_none() {
    let (event, finding) = final_of(0.0);
    let kinds = event.solution.kinds.as_ref().unwrap();
    assert!(kinds.depth.unwrap().p_ground_ppb > 500_000_000, "{kinds:?}");
    assert_ne!(event.solution.class, Class::Of(Kind::Earthquake));
    assert!(kinds.natural_log10().unwrap() < 0.0, "{kinds:?}");
    assert_eq!(finding.verdict.state(), VerdictState::PossibleBreach);
    assert_eq!(finding.attribution.as_ref().unwrap().origin_side, OriginSide::Stated("Alpha".into()));
    assert!(no_one_log10(&finding) < 0.0);
}
