//! The bytes of derived kinds and of observations, kept for ever: see `golden.rs`.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function
mod golden_support;

use golden_support::{CASE, attribution, check, check_as, derived, golden, place, posterior, source, time, unhex};
use truceline_model::appraisal::{Appraisal, Appraised, LineSide};
use truceline_model::attribution::{OriginSide, Why};
use truceline_model::bearing::{Bearing, Direction, Elevation, Towards, Unresolved};
use truceline_model::case::CaseId;
use truceline_model::continuity::{Continuity, Fault};
use truceline_model::derived::case_of_derived;
use truceline_model::detection::{Detection, OnsetBy, PulseKind, SensorClass};
use truceline_model::entry;
use truceline_model::epoch::EpochEnd;
use truceline_model::event::{
    ArrivalUse, Association, Cited, Elsewhere, Event, Part, Product, Solution, Spread, Without,
};
use truceline_model::finding::{Finding, NoticeMatch, Verdict};
use truceline_model::harm::{Harm, Toll};
use truceline_model::hash::Hash;
use truceline_model::hindrance::{Hindrance, HindranceKind};
use truceline_model::impediment::{Impediment, ImpedimentKind};
use truceline_model::inconsistency::{Fits, Inconsistency};
use truceline_model::kind::{Class, Depth, Kind, KindRatio, Kinds};
use truceline_model::measurement::Phase;
use truceline_model::observation::{
    Claim, ClockKind, Count, CountQuality, ExplosionKind, Grade, Means, Observation, ObservedAt, ObservedKind,
    Scope as StandsFor, SourceGrade, Thermal, ThermalConfidence, TimeSpan,
};
use truceline_model::posterior::Covariance;
use truceline_model::precedence::{Precedence, Sided};
use truceline_model::reassessment::{Earlier, Reassessed, Revises};
use truceline_model::remark::{CaseClosed, Divergence, Excluded, LateInput, OutputsEnd};
use truceline_model::snapshot::Snapshot;
use truceline_model::time::Interval;

#[test]
fn derived_entries() {
    let event = Event {
        case: CASE,
        revision: 3,
        product: Product::E3,
        revises: None,
        solution: Solution {
            event_label: "a".into(),
            arrivals: vec![ArrivalUse {
                cited: Cited::Report { hash: Hash::of(b"report"), azimuth_sigma_mdeg: 2_602 },
                distance_m: 328_000,
            }],
            class: Class::NotAssessed,
            kinds: None,
            association: None,
            posterior: posterior(),
            without: Vec::new(),
            parts: Vec::new(),
        },
    };
    check(&derived(event.clone()));
    let revises = Some(Revises {
        epoch: Hash::of(b"epoch"),
        earlier: Some(Earlier { id: Hash::of(b"earlier"), epoch: Hash::of(b"earlier epoch") }),
        reassessment: Hash::of(b"reassessment"),
    });
    check(&derived(Event { revision: 4, revises, ..event.clone() }));
    // The third version has arrivals that no source grouped.
    let detection = Cited::Detection { hash: Hash::of(b"detection"), phase: Phase::P };
    let mut arrivals = event.solution.arrivals.clone();
    arrivals.push(ArrivalUse { cited: detection, distance_m: 12_345 });
    let bearing = Cited::Bearing { hash: Hash::of(b"bearing"), phase: Phase::Airwave, azimuth_sigma_mdeg: 2_345 };
    arrivals.push(ArrivalUse { cited: bearing, distance_m: 23_456 });
    let association = Some(Association { p_real_ppb: 999_876_543, runners_up: 1 });
    let solution = Solution { event_label: String::new(), arrivals, association, ..event.solution.clone() };
    // A second wave that came to one of its sensors makes no further sensor.
    let later = Cited::Detection { hash: Hash::of(b"a later wave"), phase: Phase::S };
    let mut twice = solution.clone();
    twice.arrivals.push(ArrivalUse { cited: later, distance_m: 12_345 });
    assert_eq!((solution.sensors(), twice.sensors()), (solution.arrivals.len(), solution.arrivals.len()));
    check(&derived(Event { solution: solution.clone(), ..event.clone() }));
    // The fourth says what is left without each owner.
    let elsewhere = Some(Elsewhere { most_probable: place(40.7, -113.2), area_p90_m2: 5_100_000_000, moved_m: 27_600 });
    let without = vec![
        Without { owner: "Alpha".into(), arrivals: 2, elsewhere, p_real_ppb: Some(712_345_678) },
        Without { owner: "Bravo".into(), arrivals: 1, elsewhere: None, p_real_ppb: None },
    ];
    let solution = Solution { without: without.clone(), ..solution };
    check(&derived(Event { solution: solution.clone(), ..event.clone() }));
    // The fifth says what some of the owners say alone.
    let covariance = Covariance { east_m2: 4_000_000, north_m2: 9_000_000, east_north_m2: -1_000_000 };
    let spread = Some(Spread { mean: place(40.7, -113.2), covariance });
    let parts = vec![
        Part { owners: 1, support_milli: Some(0), place: None },
        Part { owners: 3, support_milli: Some(12_345), place: spread },
        Part { owners: 2, support_milli: None, place: spread },
    ];
    check(&derived(Event { solution: Solution { parts, ..solution }, ..event.clone() }));
    let grouped = Event { solution: Solution { without, ..event.solution.clone() }, ..event.clone() };
    check_as(&derived(grouped), "-grouped");
    // The sixth cites observations.
    let observed = Cited::Observation { hash: Hash::of(b"observation"), phase: Phase::Muzzle };
    let arrivals = vec![ArrivalUse { cited: observed, distance_m: 5_012 }];
    check(&derived(Event { solution: Solution { arrivals, ..event.solution.clone() }, ..event.clone() }));
    // The seventh says what speaks for its kind.
    let ratio = |(kind, log10_milli)| KindRatio { kind, log10_milli };
    let ratios = [(Kind::Explosion, -2_398), (Kind::Earthquake, 641), (Kind::Thunder, -1_204)].map(ratio).to_vec();
    let depth = Some(Depth { p_ground_ppb: 12_345, mean_m: 9_012, sigma_m: 1_423 });
    let kinds = Some(Kinds { depth, ratios: ratios.clone() });
    let solution = Solution { class: Class::Of(Kind::Earthquake), kinds, ..event.solution.clone() };
    check(&derived(Event { solution, ..event.clone() }));
    let solution =
        Solution { class: Class::Undecided, kinds: Some(Kinds { depth: None, ratios }), ..event.solution.clone() };
    assert_eq!(solution.located_hash(), event.solution.located_hash());
    check_as(&derived(Event { solution, ..event }), "-undecided");
    let golden_bytes = |name: &str| std::fs::read_to_string(golden(name)).map(|hex| unhex(&hex)).unwrap();
    for name in
        ["event-1", "event-2", "event-3", "event-4", "event-4-grouped", "event-6", "event-7", "finding-1", "finding-2"]
    {
        assert_eq!(case_of_derived(&golden_bytes(name)), Some(CASE), "{name}");
    }
    assert_eq!(case_of_derived(&golden_bytes("late_input-1")), None);
    let finding = Finding {
        case: CASE,
        revision: 2,
        event: Hash::of(b"event"),
        revises: None,
        agreement: Some(Hash::of(b"agreement")),
        clause: Some("1".into()),
        p_ppb: Some(990_000_000),
        verdict: Verdict::PossibleBreach,
        attribution: None,
    };
    check(&derived(finding.clone()));
    check(&derived(Finding { revises, ..finding.clone() }));
    // The third version says from which side it came.
    let attribution = Some(attribution(OriginSide::Abstains(Why::NotRobust)));
    check(&derived(Finding { attribution, ..finding.clone() }));
    let attribution = Some(self::attribution(OriginSide::Stated("Alpha".into())));
    check_as(&derived(Finding { attribution, revises, ..finding.clone() }), "-stated");
    // The fourth says that nobody did it.
    let attribution = Some(self::attribution(OriginSide::Abstains(Why::Natural)));
    check(&derived(Finding { attribution, ..finding.clone() }));
    let notice = NoticeMatch { notice: Hash::of(b"notice"), clause: "2".into(), mass_ppb: 710_000_000 };
    check_as(&derived(Finding { verdict: Verdict::PermittedAndNotified(notice), ..finding.clone() }), "-notified");
    check_as(
        &derived(Finding { verdict: Verdict::RecordedOnly, agreement: None, clause: None, p_ppb: None, ..finding }),
        "-recorded",
    );
    let golden_bytes = |name: &str| std::fs::read_to_string(golden(name)).map(|hex| unhex(&hex)).unwrap();
    let names = ["event-1", "event-2", "event-3", "event-4", "event-4-grouped", "event-5"];
    for name in names.into_iter().chain(["finding-1", "finding-2", "finding-3", "finding-3-stated"]) {
        assert_eq!(case_of_derived(&golden_bytes(name)), Some(CASE), "{name}");
    }
    assert_eq!(case_of_derived(&golden_bytes("late_input-1")), None);
    check(&derived(LateInput { input: Hash::of(b"report"), case: Some(CASE) }));
    let span = Interval { from: time(0), to: time(3_600) };
    let off = |fits| Inconsistency {
        sensor: "sensor FDSN:XX_ONE__H_H_Z".into(),
        owner: "Alpha".into(),
        fits,
        events: 7,
        agreeing: 1,
        left_out: 9,
        span,
    };
    check(&derived(off(Fits::Later(-2_500_000))));
    check_as(&derived(off(Fits::From(place(40.7, -113.2)))), "-place");
    check_as(&derived(off(Fits::Turned(12_345))), "-turned");
    // The second version says in which ways data do not fit.
    check(&derived(off(Fits::Misses { expected_milli: 6_420, heard: 1 })));
    check_as(&derived(off(Fits::Alone { events: 5, expected_others_milli: 4_750 })), "-alone");
    check_as(&derived(off(Fits::Repeats { of: Interval { from: time(7_200), to: time(10_800) } })), "-repeats");
    let of_owner = off(Fits::Unborne { reports: 40, expected_milli: 21_000 });
    check_as(&derived(Inconsistency { sensor: String::new(), ..of_owner }), "-unborne");
    check(&derived(Excluded { input: Hash::of(b"report"), reason: "one array alone".into() }));
    check(&derived(CaseClosed { case: CASE, reason: "older than 30 days".into() }));
    check(&derived(Detection {
        channel: "FDSN:XX_ONE__H_H_Z".into(),
        class: SensorClass::Seismic,
        owner: "not stated".into(),
        onset: time(3),
        onset_sigma_us: 12_345,
        switched_on: time(4),
        duration_us: 3_210_000,
        amplitude_nano: 123_456_789_000,
        snr_milli: 17_500,
        value_max_milli: 9_001,
        kind: PulseKind::Blast,
        onset_by: OnsetBy::Aic,
        clock_questionable: false,
        cut_short: true,
        waveform: vec![Hash::of(b"waveform"), Hash::of(b"the next")],
    }));
    check(&derived(Continuity {
        station: "TL01".into(),
        key: Hash::of(b"key"),
        fault: Fault::Gap,
        from: 3,
        to: 5,
        frame: Some(Hash::of(b"frame")),
        at: time(4),
        words: "3 frames are missing".into(),
    }));
    check(&derived(Impediment {
        to: Some(time(5)),
        before_uhz: Some(100_000_000),
        after_uhz: Some(50_000_000),
        by_ns: Some(-3),
        samples: Some(7),
        reason: Some("a reason".into()),
        ..Impediment::new("FDSN:XX_ONE__H_H_Z", ImpedimentKind::RateChange, time(4))
    }));
    check(&derived(Impediment {
        array: Some("BRP".into()),
        reason: Some("no samples".into()),
        ..Impediment::new("FDSN:_BRP1__E_D_F", ImpedimentKind::Missing, time(4))
    }));
    let bearing = Bearing {
        array: "BRP".into(),
        class: SensorClass::Infrasound,
        place: place(39.4727, -110.7403),
        owners: vec!["Alpha".into(), "Bravo".into()],
        onset: time(3),
        onset_sigma_us: 210_000,
        onset_picked: true,
        span: Interval { from: time(2), to: time(21) },
        peak: time(9),
        direction: Direction::Towards(Towards {
            azimuth_mdeg: 320_400,
            azimuth_sigma_mdeg: 500,
            azimuth_spread_mdeg: 1_900,
            propagation_sigma_mdeg: 3_000,
            slowness_us_km: 2_950_000,
            slowness_sigma_us_km: 21_000,
            slowness_spread_us_km: 1,
            elevation: Some(Elevation { angle_mdeg: -5_000, sigma_mdeg: 2_000 }),
            near: false,
        }),
        f_statistic_milli: 240_001,
        stretch_milli: 1_500,
        windows: 5,
        elements: ["FDSN:_BRP1__E_D_F", "FDSN:_BRP2__E_D_F", "FDSN:_BRP3__E_D_F"].map(str::to_owned).into(),
        without: vec!["FDSN:_BRP4__E_D_F".into()],
        wrong_element: None,
        clock_questionable: vec!["FDSN:_BRP1__E_D_F".into()],
        amplitude_nano: 12_345_000_000,
        snr_milli: 9_001,
        continued: false,
        cut_short: true,
        waveform: vec![Hash::of(b"waveform"), Hash::of(b"the next")],
    };
    check(&derived(bearing.clone()));
    let direction = Direction::NotResolvable(Unresolved::Overhead);
    check_as(&derived(Bearing { direction, ..bearing }), "-unresolved");
    check(&derived(Reassessed {
        reassessment: Hash::of(b"reassessment"),
        revised: vec![CASE],
        made: vec![CaseId { year: 4, number: 2 }],
        unchanged: vec![],
    }));
    check(&EpochEnd { epoch: Hash::of(b"epoch"), last_input: Some(7) });
    check(&OutputsEnd { input: 7, count: 2, hash: Hash::of(b"outputs") });
    check(&Snapshot { input: 7, state: Hash::of(b"state") });
    check(&Divergence { input: 7, entry: 9, stands: Hash::of(b"a"), derived: Hash::of(b"b") });
}

fn heard() -> Observation {
    Observation {
        source: source(),
        owner: "Mission".into(),
        observer_place: Some(place(48.1, 37.7)),
        means: Means::Heard,
        kind: ObservedKind::Explosion,
        explosion: Some(ExplosionKind::Undetermined),
        count: Count { number: Some(3), quality: CountQuality::Exact },
        time: TimeSpan { span: Interval { from: time(0), to: time(60) }, sigma_ms: 30_000, clock: ClockKind::Manual },
        at: ObservedAt::Sector { azimuth_mdeg: 135_000, azimuth_sigma_mdeg: 13_000, range_m: Some((4_000, 6_000)) },
        weapon: "N/K".into(),
        direction: String::new(),
        thermal: None,
        harm: None,
        grade: Some(Grade { source: SourceGrade::B, item: 2 }),
        claim: Claim::default(),
        scope: StandsFor::Incident,
        evidence: Vec::new(),
        text: "assessed as outside of the area".into(),
    }
}

#[test]
fn observations() {
    check(&heard());
    check_as(
        &Observation {
            observer_place: None,
            means: Means::SatelliteThermal,
            kind: ObservedKind::ThermalAnomaly,
            explosion: None,
            count: Count { number: None, quality: CountQuality::Uncountable },
            at: ObservedAt::Pixel { place: place(50.11067, 36.82927), scan_m: 490, track_m: 400 },
            thermal: Some(Thermal {
                satellite: "N20".into(),
                confidence: Some(ThermalConfidence::Nominal),
                brightness_mk: Some(340_820),
                power_kw: Some(15_690),
                is_night: Some(true),
            }),
            grade: None,
            ..heard()
        },
        "-thermal",
    );
    check_as(
        &Observation {
            means: Means::PartyReport,
            at: ObservedAt::Named { name: "Sector 2".into(), place: place(48.0, 37.5), radius_m: 5_000 },
            claim: Claim { attack_reported: true, violation_alleged: Some("clause 1".into()) },
            scope: StandsFor::PeriodTotal,
            evidence: vec![Hash::of(b"a picture")],
            ..heard()
        },
        "-claim",
    );
    let harm = Harm {
        killed: Toll { men: 1, women: 0, children: 2, not_stated: 0 },
        injured: Toll { not_stated: 4, ..Toll::default() },
        object: "school".into(),
    };
    check(&Observation { kind: ObservedKind::Casualty, explosion: None, harm: Some(harm), ..heard() });
    let point = ObservedAt::Point { place: place(48.0, 37.5), sigma_m: 20 };
    for at in [point, ObservedAt::NotStated] {
        let told = Observation { at, ..heard() };
        assert_eq!(entry::from_bytes::<Observation>(&entry::to_bytes(&told)).unwrap(), told);
    }
}

#[test]
fn hindrances_and_appraisals() {
    check(&Hindrance {
        source: source(),
        owner: "Mission".into(),
        kind: HindranceKind::Denial,
        from: time(0),
        to: Some(time(1_800)),
        place: Some(place(48.0, 37.6)),
        radius_m: 500,
        sensors: vec!["CAM-1".into()],
        area_of: Some("Bravo".into()),
        said_reason: "mines".into(),
        lost_ppm: Some(1_000_000),
        liaison_informed: Some(time(900)),
        consented: Vec::new(),
        text: "turned back at the checkpoint".into(),
    });
    check(&derived(Appraisal {
        observation: Hash::of(b"an observation"),
        appraised: Appraised::Uncorroborated,
        side: Some(LineSide {
            agreement: Hash::of(b"agreement"),
            line: "contact".into(),
            distance_m: 812,
            left_ppb: 999_000_000,
            right_ppb: 1_000_000,
            side: Some("Alpha".into()),
        }),
        reason: "no event explains it".into(),
    }));
}

#[test]
fn which_of_two_events_came_first() {
    let sided = |number, side: &str| Sided {
        case: CaseId { year: 26, number },
        event: Hash::of(side.as_bytes()),
        side: side.into(),
    };
    check(&derived(Precedence {
        agreement: Hash::of(b"agreement"),
        one: sided(7, "Bravo"),
        other: sided(9, "Alpha"),
        p_one_first_ppb: 987_000_000,
        p_min_ppb: 950_000_000,
        clock_sigma_ms: 1_000,
        apart_ms: -42_000,
    }));
}
