use super::*;
use crate::judge::judge;
use truceline_model::case::CaseId;
use truceline_model::event::{Product, Solution};
use truceline_model::hash::Hash;
use truceline_model::kind::Class;
use truceline_model::place::Place;
use truceline_model::posterior::{Cell, Covariance, Grid, TimeRegion};
use truceline_model::time::{Interval, Time};

const EXAMPLE: &str = include_str!("../../../../examples/utah-2004/agreement.toml");

/// One cell at a place, its time known to `sigma_s`.
fn event(lat: f64, lon: f64, at: &str, sigma_s: i64) -> Event {
    let (mean, place) = (Time::parse(at).unwrap(), Place::from_degrees(lat, lon).unwrap());
    let width = 200_000;
    let posterior = Posterior {
        grid: Grid {
            south_e7: place.lat_e7 - width / 2,
            west_e7: place.lon_e7 - width / 2,
            d_lat_e7: width as u32,
            d_lon_e7: width as u32,
            rows: 1,
            columns: 1,
        },
        cells: vec![Cell { index: 0, mass_ppb: 1_000_000_000, time_mean_ms: 0, time_sigma_ms: sigma_s as u32 * 1_000 }]
            .into(),
        outside_ppb: 0,
        time_reference: mean,
        mean: place,
        most_probable: place,
        covariance: Covariance { east_m2: 1, north_m2: 1, east_north_m2: 0 },
        regions: Vec::new(),
        time_mean: mean,
        time_regions: vec![TimeRegion {
            level_percent: 95,
            interval: Interval { from: mean.plus_s(-2.0 * sigma_s as f64), to: mean.plus_s(2.0 * sigma_s as f64) },
        }],
    };
    Event {
        case: CaseId { year: 4, number: 1 },
        revision: 1,
        product: Product::E3,
        revises: None,
        solution: Solution {
            event_label: String::new(),
            arrivals: Vec::new(),
            class: Class::NotAssessed,
            kinds: None,
            association: None,
            posterior,
            without: Vec::new(),
            parts: Vec::new(),
        },
    }
}

fn tried(text: &str, event: &Event) -> Trial {
    let agreement = Agreement::read(text).unwrap();
    let agreements = [(Hash::of(text.as_bytes()), agreement.clone())];
    let judged = judge(&event.solution.posterior, event.solution.kinds.as_ref(), &agreements, &[]);
    let finding = Finding {
        case: event.case,
        revision: 1,
        event: Hash::of(b"event"),
        revises: None,
        agreement: judged.agreement,
        clause: judged.clause,
        p_ppb: judged.p_ppb,
        verdict: judged.verdict,
        attribution: None,
    };
    trial(event, &finding, &agreement, &["outage of CAM-1".to_owned()])
}

fn obstacles(trial: &Trial) -> Vec<Obstacle> {
    trial.unverified.iter().map(|one| one.obstacle).collect()
}

#[test]
fn each_event_has_an_outcome_and_its_reasons() {
    use Obstacle::{Hindered, KindNotAssessed, NoLine, NotInForce, NothingJudged, OutsideZone, TimeUncertain};
    let (inside, noon) = ((40.9, -113.2), "2004-06-02T12:00:00Z");
    let breach = tried(EXAMPLE, &event(inside.0, inside.1, noon, 60));
    assert_eq!((breach.outcome, breach.clause.as_deref()), (Outcome::WouldBeBreach, Some("1")), "{breach:?}");
    assert!(breach.why.contains("> 0.999 inside the desert zone and > 0.999 within"), "{}", breach.why);
    assert_eq!(obstacles(&breach), [NoLine, Hindered]);

    let outside = tried(EXAMPLE, &event(30.0, -90.0, noon, 60));
    assert_eq!((outside.outcome, obstacles(&outside)), (Outcome::NotCovered, vec![OutsideZone, NoLine, Hindered]));

    let agreement = Agreement::read(EXAMPLE).unwrap();
    let begins = agreement.in_force[0].from.plus_s(-600.0).to_string();
    let at_the_start = tried(EXAMPLE, &event(inside.0, inside.1, &begins, 3_600));
    assert_eq!(at_the_start.outcome, Outcome::NotVerified, "{at_the_start:?}");
    assert_eq!(obstacles(&at_the_start), [TimeUncertain, NoLine, Hindered]);

    let before = tried(EXAMPLE, &event(inside.0, inside.1, "2003-01-01T00:00:00Z", 60));
    assert_eq!((before.outcome, obstacles(&before)), (Outcome::NotJudged, vec![NotInForce]));

    let shelling = EXAMPLE.replace("infrasonic-event", "shelling");
    let unjudged = tried(&shelling, &event(inside.0, inside.1, noon, 60));
    assert_eq!((unjudged.outcome, obstacles(&unjudged)), (Outcome::NotJudged, vec![NothingJudged]));
    let both = format!("{EXAMPLE}\n[[clause]]\nid = \"9\"\nprohibits = \"shelling\"\ntext = \"No shelling.\"\n");
    let both = tried(&both, &event(inside.0, inside.1, noon, 60));
    assert_eq!(obstacles(&both), [KindNotAssessed, NoLine, Hindered]);
    assert!(both.unverified[0].words.starts_with("clause 9: it covers place and time"), "{both:?}");
}
