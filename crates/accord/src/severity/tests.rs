use super::*;
use proptest::prelude::*;
use truceline_model::case::CaseId;
use truceline_model::harm::{Harm, Toll};
use truceline_model::hash::Hash;
use truceline_model::observation::{Claim, ClockKind, Count, CountQuality, Means, ObservedAt, Scope, TimeSpan};
use truceline_model::report::SourceRef;
use truceline_model::time::{Interval, Time};

const EXAMPLE: &str = include_str!("../../../../examples/two-sides/agreement.toml");

fn finding(verdict: Verdict, clause: &str) -> Finding {
    Finding {
        case: CaseId { year: 26, number: 1 },
        revision: 1,
        event: Hash::of(b"event"),
        revises: None,
        agreement: Some(Hash::of(b"agreement")),
        clause: Some(clause.to_owned()),
        p_ppb: Some(990_000_000),
        verdict,
        attribution: None,
    }
}

fn observed(kind: ObservedKind, number: u32, owner: &str) -> Observation {
    Observation {
        source: SourceRef { source: owner.to_owned(), boot: 1, sequence: u64::from(number) },
        owner: owner.to_owned(),
        observer_place: None,
        means: Means::Seen,
        kind,
        explosion: None,
        count: Count { number: Some(number), quality: CountQuality::Exact },
        time: TimeSpan { span: Interval { from: Time(0), to: Time(1) }, sigma_ms: 1_000, clock: ClockKind::Gnss },
        at: ObservedAt::NotStated,
        weapon: String::new(),
        direction: String::new(),
        thermal: None,
        harm: None,
        grade: None,
        claim: Claim { attack_reported: true, violation_alleged: None },
        scope: Scope::Incident,
        evidence: Vec::new(),
        text: String::new(),
    }
}

fn swapped(text: &str) -> String {
    text.replace("Alpha", "\u{1}").replace("Bravo", "Alpha").replace('\u{1}', "Bravo")
}

fn kinds() -> impl Strategy<Value = ObservedKind> {
    prop::sample::select(vec![
        ObservedKind::Explosion,
        ObservedKind::Shot,
        ObservedKind::Burst,
        ObservedKind::RocketLaunch,
        ObservedKind::Casualty,
    ])
}

proptest! {
    /// However often the same is said, by however many and with whatever count: as severe as once.
    #[test]
    fn counting_never_raises_it(
        said in prop::collection::vec((kinds(), 1_u32..5), 1..6),
        times in 2_usize..50,
        count in 1_u32..10_000,
        act in prop::sample::select(Act::NAMES.to_vec()),
    ) {
        let text = EXAMPLE.replace("\"infrasonic-event\"", &format!("\"{act}\""));
        let agreement = Agreement::read(&text).unwrap();
        let finding = finding(Verdict::PossibleBreach, &agreement.clauses[0].id);
        let once: Vec<Observation> = said.iter().map(|(kind, number)| observed(*kind, *number, "Mission")).collect();
        let mut often = once.clone();
        for n in 0..times {
            often.extend(said.iter().map(|(kind, number)| observed(*kind, number.saturating_mul(count), &format!("Post {n}"))));
        }
        let of = |all: &[Observation]| severity(&finding, Some(&agreement), Facts::of(all));
        prop_assert!(of(&once).is_some());
        prop_assert_eq!(of(&once), of(&often));
    }

    /// The parties' names exchanged: as severe, in the same place.
    #[test]
    fn no_name_moves_it(said in prop::collection::vec(kinds(), 0..4), owner in prop::sample::select(vec!["Alpha", "Bravo", "Mission"])) {
        let (named, exchanged) = (Agreement::read(EXAMPLE).unwrap(), Agreement::read(&swapped(EXAMPLE)).unwrap());
        let finding = finding(Verdict::PossibleBreach, &named.clauses[0].id);
        let facts = |owner: &str| Facts::of(&said.iter().map(|kind| observed(*kind, 1, owner)).collect::<Vec<_>>());
        let one = severity(&finding, Some(&named), facts(owner));
        let other = severity(&finding, Some(&exchanged), facts(&swapped(owner)));
        prop_assert_eq!(one, other);
        prop_assert_eq!(queue_place(one, Level::C2), queue_place(other, Level::C2));
    }
}

#[test]
fn without_a_verdict_there_is_none_and_what_was_notified_is_the_least() {
    let agreement = Agreement::read(EXAMPLE).unwrap();
    let clause = &agreement.clauses[0].id;
    let casualty = Facts { casualty: true, rocket: false };
    assert_eq!(severity(&finding(Verdict::RecordedOnly, clause), Some(&agreement), casualty), None);
    let matched = truceline_model::finding::NoticeMatch {
        notice: Hash::of(b"notice"),
        clause: clause.clone(),
        mass_ppb: 900_000_000,
    };
    let notified = finding(Verdict::PermittedAndNotified(matched), clause);
    assert_eq!(severity(&notified, Some(&agreement), casualty), Some(Severity::Irregularity));
    let breach = finding(Verdict::PossibleBreach, clause);
    assert_eq!(severity(&breach, Some(&agreement), Facts::default()), Some(Severity::Incident));
    assert_eq!(severity(&breach, Some(&agreement), casualty), Some(Severity::Serious));
    // Harm to people in an explosion's row is harm to people; a broken roof is not.
    let harmed = |injured: u32| {
        let harm =
            Harm { injured: Toll { not_stated: injured, ..Toll::default() }, object: "roof".into(), ..Harm::default() };
        Facts::of(&[Observation { harm: Some(harm), ..observed(ObservedKind::Explosion, 1, "Mission") }])
    };
    assert_eq!((harmed(1), harmed(0)), (casualty, Facts::default()));
}

#[test]
fn the_queue_goes_by_severity_then_by_corroboration() {
    use Severity::{Grave, Incident, Irregularity, Serious};
    let all = [Some(Grave), Some(Serious), Some(Incident), Some(Irregularity), None];
    let levels = [Level::C4, Level::C3, Level::C2, Level::C1, Level::C0];
    let places: Vec<u8> = all.iter().flat_map(|one| levels.map(|level| queue_place(*one, level))).collect();
    assert_eq!(places, (0..25).collect::<Vec<u8>>());
}
