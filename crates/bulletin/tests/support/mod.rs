//! An invented day at the parties' tier: some cases, notices and impediments.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test is a program of its own and uses a part")]

use truceline_accord::Agreement;
use truceline_accord::release::hindered::HindranceView;
use truceline_accord::release::observed::{ObservationView, Observer, WeaponClass};
use truceline_accord::release::views::{CaseView, EventView, FindingView, NoticeView, SideView};
use truceline_accord::release::{Coarse, Ladder, Product, Tier};
use truceline_bulletin::material::{
    Correction, CoverageRow, Head, Heat, ImpedimentCount, LineMeasured, Loss, Sight, Watched,
};
use truceline_bulletin::{Kind, Material, Zone};
use truceline_model::appraisal::Appraised;
use truceline_model::attribution::corroboration::Level;
use truceline_model::case::CaseId;
use truceline_model::event::Product as Stage;
use truceline_model::finding::VerdictState;
use truceline_model::harm::Toll;
use truceline_model::hash::Hash;
use truceline_model::hindrance::HindranceKind;
use truceline_model::notice::Activity;
use truceline_model::observation::{Count, CountQuality, ExplosionKind, Means, ObservedKind, Scope};
use truceline_model::place::Place;
use truceline_model::time::{Interval, NS_PER_S, Time};

pub const KINDS: [Kind; 5] = [Kind::Daily, Kind::Spot, Kind::Flash, Kind::Weekly, Kind::Rolling];

pub fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

pub fn agreement(force: &str) -> Agreement {
    let text = format!(
        "[agreement]\nid = \"river-truce\"\nversion = 3\ntitle = \"Truce along the river\"\n\
         class = \"local-or-humanitarian-pause\"\nparties = [\"Alpha\", \"Bravo\"]\np_min = 0.9\n\
         note = \"An invented agreement. It takes no position on the legal status of any place.\"\n{force}\n\
         [[zone]]\nid = \"buffer\"\nname = \"Buffer zone\"\nring = [[37.0, 48.0], [38.5, 48.0], [38.5, 49.0], [37.0, 49.0]]\n\
         [[clause]]\nid = \"1\"\nprohibits = \"infrasonic-event\"\nzone = \"buffer\"\ntext = \"No explosion inside the buffer zone.\"\n\
         [[clause]]\nid = \"2\"\npermits = \"demolition\"\ntext = \"Demolitions that were notified are allowed for.\"\n"
    );
    Agreement::read(&text).unwrap()
}

pub const AGREED: &str = "[[in_force]]\nfrom = 2027-02-09T06:00:00Z\nto = 2027-02-20T00:00:00Z";
pub const DISPUTED: &str = "[[in_force]]\nby = \"Alpha\"\nfrom = 2027-02-01T00:00:00Z\nto = 2027-02-12T00:00:00Z\n\
                            [[in_force]]\nby = \"Bravo\"\nfrom = 2027-02-13T00:00:00Z\nto = 2027-02-20T00:00:00Z";

pub fn at(lat: f64, lon: f64, from: Time, extent_m: f64) -> Coarse {
    let rung = Ladder::default().rung(Tier::Parties, time("2040-01-01T00:00:00Z")).unwrap();
    let interval = Interval { from, to: Time(from.0 + 2 * NS_PER_S) };
    rung.coarse(Product::Flash, Place::from_degrees(lat, lon).unwrap(), extent_m, &interval).unwrap()
}

pub fn case(number: u32, at: Coarse, owners: usize, state: Option<VerdictState>) -> CaseView<Coarse> {
    let judged = state.is_some_and(|state| state != VerdictState::RecordedOnly);
    CaseView {
        event: EventView {
            case: CaseId { year: 27, number },
            revision: 1,
            stage: Stage::E3,
            arrivals: owners + 2,
            observations: if number == 412 { 1 } else { 0 },
            owners,
            arrays: number.is_multiple_of(2),
            at,
        },
        finding: state.map(|state| FindingView {
            revision: 1,
            state,
            governed: judged,
            clause: judged.then(|| "1".to_owned()),
            permitted_by: (state == VerdictState::PermittedAndNotified).then(|| "2".to_owned()),
            p: (judged && !at.is_blunted()).then_some(0.643),
            reviewed: number.is_multiple_of(3),
            side: (judged && owners > 1).then(|| SideView {
                party: (number.is_multiple_of(2)).then(|| "Alpha".to_owned()),
                certificate_k: (number.is_multiple_of(2)).then_some(1),
                level: Level::C3,
            }),
        }),
    }
}

pub fn notice(party: &str) -> NoticeView<Coarse> {
    NoticeView {
        party: party.to_owned(),
        activity: Activity::Demolition,
        at: at(48.4, 37.9, time("2027-02-09T10:00:00Z"), 100.0),
        before: true,
    }
}

pub fn head(kind: Kind) -> Head {
    let from = time("2027-02-09T00:00:00Z");
    let days = if kind == Kind::Weekly { 7 } else { 1 };
    let to = Time(from.0 + days * 86_400 * NS_PER_S);
    Head {
        kind,
        mechanism: "example.org/river".to_owned(),
        period: Interval { from, to },
        zone: Zone::UTC,
        as_of: to,
        issued: Time(to.0 + 86_400 * NS_PER_S),
        tier: Tier::Parties,
        rules_adopted: (0, 12),
        agreement: Some(Hash([0x5a; 32])),
        log_root: Some(Hash([0xc3; 32])),
        log_size: None,
    }
}

/// Something heard at 02:49, of which one event rests.
pub fn observation(kind: ObservedKind, number: Option<u32>) -> ObservationView<Coarse> {
    let begun = time("2027-02-09T03:49:00Z");
    ObservationView {
        observer: Observer::Mission,
        party: None,
        means: Means::Heard,
        kind,
        explosion: (kind == ObservedKind::Explosion).then_some(ExplosionKind::Undetermined),
        count: Count {
            number,
            quality: if number.is_some() { CountQuality::Exact } else { CountQuality::Uncountable },
        },
        scope: Scope::Incident,
        attack_reported: false,
        alleged: false,
        has_evidence: false,
        appraised: Some(Appraised::Uncorroborated),
        weapon: None,
        side: None,
        undecided: false,
        harm: None,
        case: None,
        repeats: false,
        owners: 1,
        span: Interval { from: begun, to: Time(begun.0 + 60 * NS_PER_S) },
        unplaced_in_time: false,
        at: Some(at(48.2, 37.7, begun, 1_500.0)),
        placed: true,
        words: None,
    }
}

/// Of each kind of observer and of each annex something.
pub fn observations() -> Vec<ObservationView<Coarse>> {
    let day = Interval { from: time("2027-02-09T00:00:00Z"), to: time("2027-02-10T00:00:00Z") };
    let by_party = |party: &str, count| ObservationView {
        observer: Observer::Party,
        party: Some(party.to_owned()),
        means: Means::PartyReport,
        ..observation(ObservedKind::Explosion, Some(count))
    };
    vec![
        ObservationView {
            appraised: Some(Appraised::Measured),
            case: Some(CaseId { year: 27, number: 412 }),
            ..observation(ObservedKind::Explosion, Some(3))
        },
        observation(ObservedKind::Burst, Some(12)),
        ObservationView { means: Means::Camera, ..observation(ObservedKind::MuzzleFlash, Some(2)) },
        observation(ObservedKind::ExchangeOfFire, None),
        ObservationView {
            attack_reported: true,
            alleged: true,
            appraised: Some(Appraised::Alleged),
            ..by_party("Alpha", 1)
        },
        ObservationView {
            scope: Scope::PeriodTotal,
            appraised: Some(Appraised::Series),
            span: day,
            at: None,
            placed: false,
            ..by_party("Bravo", 120)
        },
        ObservationView {
            observer: Observer::Press,
            means: Means::MediaReport,
            attack_reported: true,
            appraised: Some(Appraised::Unplaced),
            unplaced_in_time: true,
            span: day,
            ..observation(ObservedKind::Explosion, None)
        },
        ObservationView {
            means: Means::SiteVisit,
            weapon: Some(WeaponClass::Mortar),
            side: Some("Bravo".to_owned()),
            appraised: Some(Appraised::Recorded),
            ..observation(ObservedKind::WeaponPresent, Some(2))
        },
        ObservationView {
            means: Means::SiteVisit,
            appraised: Some(Appraised::Recorded),
            harm: Some((
                Toll { men: 1, women: 0, children: 2, not_stated: 0 },
                Toll { not_stated: 4, ..Toll::default() },
            )),
            owners: 2,
            ..observation(ObservedKind::Casualty, Some(7))
        },
        ObservationView {
            appraised: Some(Appraised::Recorded),
            ..observation(ObservedKind::GnssInterference, Some(1))
        },
    ]
}

pub fn hindrance(kind: HindranceKind, hours: (i64, i64)) -> HindranceView<Coarse> {
    let begun = time("2027-02-09T00:00:00Z").0;
    let span =
        Interval { from: Time(begun + hours.0 * 3_600 * NS_PER_S), to: Time(begun + hours.1 * 3_600 * NS_PER_S) };
    HindranceView {
        kind,
        span,
        at: Some(at(48.0, 37.6, span.from, 500.0)),
        area_of: (!kind.is_consent()).then(|| "Bravo".to_owned()),
        sensors: 2,
        lost_ppm: Some(500_000),
        liaison_informed: Some(span),
        consented: if kind.is_consent() { vec!["Alpha".to_owned()] } else { Vec::new() },
        one_party: kind == HindranceKind::Consent,
        said_reason: None,
    }
}

pub fn sight() -> Sight<Coarse> {
    let begun = time("2027-02-09T00:00:00Z").0;
    let span = |from: i64, to: i64| Interval {
        from: Time(begun + from * 3_600 * NS_PER_S),
        to: Time(begun + to * 3_600 * NS_PER_S),
    };
    let watched = Watched::new(vec![span(1, 19), span(20, 22)]);
    let line = LineMeasured { name: "River".to_owned(), version: 3, length_km: 112 };
    Sight {
        impediments: vec![
            ImpedimentCount { kind: "gap".to_owned(), count: 21, channels: 3 },
            ImpedimentCount { kind: "silent".to_owned(), count: 1, channels: 1 },
        ],
        hindrances: vec![
            hindrance(HindranceKind::Denial, (10, 11)),
            hindrance(HindranceKind::Jamming, (12, 15)),
            hindrance(HindranceKind::Consent, (0, 24)),
        ],
        coverage: vec![CoverageRow {
            line: Some(line),
            sensors: (5, 6),
            watched: watched.clone(),
            loss: Loss::Hindered(HindranceKind::Jamming, 30),
        }],
        watched,
        heat: Some(Heat {
            became: vec![(Some(Appraised::Recorded), 7), (Some(Appraised::Late), 2)],
            fires: 4,
            undecided: 3,
            spans: vec![span(2, 3); 9],
        }),
        tally_before: 21,
    }
}

/// Cases in each state, of several owners.
pub fn material(kind: Kind) -> Material<Coarse> {
    let states = [
        Some(VerdictState::PossibleBreach),
        Some(VerdictState::Undetermined),
        Some(VerdictState::PermittedAndNotified),
        Some(VerdictState::RecordedOnly),
        None,
    ];
    let cases = states.into_iter().enumerate().map(|(i, state)| {
        let begun = time(&format!("2027-02-09T0{}:49:10Z", 2 + i));
        case(411 + i as u32, at(48.1 + 0.1 * i as f64, 37.7, begun, if i == 1 { 7_000.0 } else { 300.0 }), 1 + i, state)
    });
    let mut material = Material {
        head: head(kind),
        agreement: Some(agreement(AGREED)),
        cases: cases.collect(),
        before: 11,
        notices: vec![notice("Alpha"), notice("Bravo")],
        owners: 5,
        observations: observations(),
        sight: Some(sight()),
        corrections: vec![Correction { case: "27-0398-C".to_owned(), revision: 2 }],
        withdrawn: vec!["27-0399-D".to_owned()],
    };
    if matches!(kind, Kind::Spot | Kind::Flash) {
        material.cases.truncate(1);
    }
    material
}

/// The same without anything judged: nobody agreed, or not on when it holds.
pub fn unjudged(kind: Kind, agreement: Option<Agreement>) -> Material<Coarse> {
    let mut material = material(kind);
    material.head.agreement = material.head.agreement.filter(|_| agreement.is_some());
    material.agreement = agreement;
    for case in &mut material.cases {
        if let Some(finding) = &mut case.finding {
            finding.state = VerdictState::RecordedOnly;
            (finding.clause, finding.permitted_by, finding.p, finding.side) = (None, None, None, None);
        }
    }
    material
}
