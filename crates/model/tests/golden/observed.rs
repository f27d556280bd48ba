//! What was observed, what hindered, and what is said of it.
use super::{check, check_as, derived, place, source, time};
use truceline_model::appraisal::{Appraisal, Appraised, LineSide};
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::hindrance::{Hindrance, HindranceKind};
use truceline_model::observation::{
    Claim, ClockKind, Count, CountQuality, ExplosionKind, Grade, Means, Observation, ObservedAt, ObservedKind, Scope,
    SourceGrade, Thermal, ThermalConfidence, TimeSpan,
};
use truceline_model::time::Interval;

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
        grade: Some(Grade { source: SourceGrade::B, item: 2 }),
        claim: Claim::default(),
        scope: Scope::Incident,
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
            scope: Scope::PeriodTotal,
            evidence: vec![Hash::of(b"a picture")],
            ..heard()
        },
        "-claim",
    );
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
