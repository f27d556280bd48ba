use super::views::{Case, CaseView, NoticeView};
use super::*;
use proptest::prelude::*;
use truceline_model::case::CaseId;
use truceline_model::event::{Event, Product as Stage, Solution};
use truceline_model::finding::{Finding, NoticeMatch, Verdict};
use truceline_model::geodesic;
use truceline_model::hash::Hash;
use truceline_model::kind::Class;
use truceline_model::notice::{Activity, Notice};
use truceline_model::place::{Place, Ring};
use truceline_model::posterior::{Cells, Covariance, Grid, Posterior, Region, TimeRegion};
use truceline_model::report::SourceRef;
use truceline_model::time::{Interval, NS_PER_S, Time};

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 24 * HOUR_S;

/// A posterior whose 90 % region reaches about `extent_m` from its mean, and whose interval `half_s` from its mean time.
fn posterior(mean: Place, extent_m: f64, time_mean: Time, half_s: i64) -> Posterior {
    let corner = |azimuth| geodesic::destination(mean, azimuth, extent_m).unwrap();
    let ring: Ring = vec![corner(45.0), corner(135.0), corner(225.0), corner(315.0)];
    let interval = Interval { from: Time(time_mean.0 - half_s * NS_PER_S), to: Time(time_mean.0 + half_s * NS_PER_S) };
    Posterior {
        grid: Grid { south_e7: 0, west_e7: 0, d_lat_e7: 1, d_lon_e7: 1, rows: 1, columns: 1 },
        cells: Cells::default(),
        outside_ppb: 1_000_000_000,
        time_reference: time_mean,
        mean,
        most_probable: mean,
        covariance: Covariance { east_m2: 1, north_m2: 1, east_north_m2: 0 },
        regions: vec![Region { level_percent: 90, area_m2: 1, rings: vec![ring] }],
        time_mean,
        time_regions: [90, 95].map(|level_percent| TimeRegion { level_percent, interval }).into(),
    }
}

fn event(posterior: Posterior) -> Event {
    Event {
        case: CaseId { year: 27, number: 411 },
        revision: 1,
        product: Stage::E3,
        revises: None,
        solution: Solution {
            event_label: "north of the mill, 41.131, -112.896".to_owned(),
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

fn finding(verdict: Verdict) -> Finding {
    Finding {
        case: CaseId { year: 27, number: 411 },
        revision: 1,
        event: Hash([1; 32]),
        revises: None,
        agreement: Some(Hash([2; 32])),
        clause: Some("1".to_owned()),
        p_ppb: Some(500_000_000),
        verdict,
        attribution: None,
    }
}

fn notice(party: &str, place: Place, from: Time) -> Notice {
    Notice {
        source: SourceRef { source: format!("{party} liaison"), boot: 1, sequence: 1 },
        party: party.to_owned(),
        activity: Activity::Demolition,
        place,
        radius_m: 100,
        window: Interval { from, to: Time(from.0 + HOUR_S * NS_PER_S) },
        filed_at: Time(from.0 - HOUR_S * NS_PER_S),
        text: format!("at {}, {}", place.lat_deg(), place.lon_deg()),
    }
}

fn later(time: Time, seconds: i64) -> Time {
    Time(time.0 + seconds * NS_PER_S)
}

fn at() -> (Place, Time) {
    (Place::from_degrees(48.123_456_7, 37.765_432_1).unwrap(), Time::parse("2027-02-09T02:49:10.123Z").unwrap())
}

#[test]
fn each_tier_sees_it_when_it_is_due_and_not_a_second_before() {
    let (place, _) = at();
    let hour = Time::parse("2027-02-09T02:00:00Z").unwrap();
    let finding = finding(Verdict::PossibleBreach);
    let ladder = Ladder::default();
    // Wherever in the minute it was.
    for within_s in [0, 1, 30, 59] {
        let event = event(posterior(place, 300.0, later(hour, within_s), 1));
        let seen = |tier, after_s, reviewed| {
            let case = Case { event: &event, finding: &finding, reviewed };
            let view = ladder.rung(tier, later(hour, after_s)).unwrap().release(&case)?.into_inner();
            Some((view.finding.is_some(), view.event.at.cell().side_m(), view.event.at.slot().width_s()))
        };
        let flash = Some((false, 5_000, 60));
        assert_eq!(seen(Tier::Parties, 359, true), None);
        assert_eq!(seen(Tier::Parties, 360, false), flash);
        assert_eq!(seen(Tier::Parties, 30 * DAY_S, false), flash, "no finding before people looked");
        assert_eq!(seen(Tier::Parties, DAY_S + 59, true), flash);
        assert_eq!(seen(Tier::Parties, DAY_S + 60, true), Some((true, 2_500, 60)));
        assert_eq!(seen(Tier::Commission, 359, false), None);
        assert_eq!(seen(Tier::Commission, 360, false), flash);
        assert_eq!(seen(Tier::Commission, 60, true), Some((true, 2_500, 1)));
        assert_eq!(seen(Tier::Public, 3 * DAY_S + 3_599, true), None);
        assert_eq!(seen(Tier::Public, 3 * DAY_S + 3_600, true), Some((true, 5_000, 3_600)));
        assert_eq!(seen(Tier::Public, 300 * DAY_S, false), None, "the public has no flash");
        assert_eq!(seen(Tier::Public, -DAY_S, true), None);
    }
}

#[test]
fn a_rung_stands_still_within_its_cadence() {
    let (_, time) = at();
    for (tier, cadence_s) in [(Tier::Commission, 60), (Tier::Parties, 60), (Tier::Public, 3_600)] {
        let rung = Ladder::default().rung(tier, time).unwrap();
        assert_eq!((rung.cadence_s(), rung.now().0 % (i64::from(cadence_s) * NS_PER_S)), (cadence_s, 0));
        assert!(rung.now() <= time && later(rung.now(), i64::from(cadence_s)) > time);
    }
}

#[test]
fn what_is_vague_is_not_made_sharp_and_what_is_sharp_has_no_numbers() {
    let (place, time) = at();
    let finding = finding(Verdict::Undetermined);
    let seen = |extent_m, half_s| {
        let event = event(posterior(place, extent_m, time, half_s));
        let rung = Ladder::default().rung(Tier::Public, later(time, 9 * DAY_S)).unwrap();
        let view = rung.release(&Case { event: &event, finding: &finding, reviewed: true }).unwrap().into_inner();
        let at = view.event.at;
        (at.cell().side_m(), at.slot().width_s(), view.finding.unwrap().p)
    };
    assert_eq!(seen(300.0, 1), (5_000, 3_600, None));
    assert_eq!(seen(38_000.0, 4_000), (40_000, 21_600, Some(0.5)));
    assert_eq!(seen(9e6, 9 * DAY_S), (640_000, 86_400, Some(0.5)));
}

#[test]
fn notices_go_to_both_parties_when_filed_and_to_the_public_when_all_is_over() {
    let (place, time) = at();
    let notice = notice("Alpha", place, time);
    let seen = |tier, at| Ladder::default().rung(tier, at).unwrap().release(&notice).map(Released::into_inner);
    assert_eq!(seen(Tier::Parties, notice.filed_at), None, "from the next minute on");
    let view = seen(Tier::Parties, later(notice.filed_at, 60)).unwrap();
    assert_eq!((view.at.cell().side_m(), view.before), (2_500, true));
    assert!(!format!("{view:?}").contains("48.12"), "{view:?}");
    let over = later(notice.window.to, 3 * DAY_S);
    assert_eq!((seen(Tier::Public, over), seen(Tier::Public, later(over, HOUR_S)).is_some()), (None, true));
}

#[test]
fn an_agreement_adopts_its_own_ladder() {
    use crate::agreement::Agreement;
    const EXAMPLE: &str = include_str!("../../../../examples/utah-2004/agreement.toml");
    assert_eq!(Agreement::read(EXAMPLE).unwrap().release, Ladder::default());
    let read = |more: &str| Agreement::read(&format!("{EXAMPLE}\n{more}"));
    let own = "[[release]]\nto = \"public\"\nproduct = \"finding\"\nafter_s = 864000\ncell_m = 20000\nslot_s = 3600\n\
               reviewed = true\n[[release]]\nto = \"parties\"\nproduct = \"flash\"\nwithheld = true\n";
    let ladder = read(own).unwrap().release;
    assert_eq!((ladder.adopted(), ladder.len()), (2, 12));
    assert_eq!(ladder.rule(Tier::Public, Product::Finding).unwrap().after_s, 864_000);
    assert_eq!(ladder.rule(Tier::Parties, Product::Flash), None);
    assert_eq!(ladder.rule(Tier::Parties, Product::Finding), Ladder::default().rule(Tier::Parties, Product::Finding));
    for (old, new, said) in [
        ("\"public\"", "\"all\"", "release[0].to: \"all\", expected one of commission, parties, public"),
        ("\"finding\"", "\"track\"", "release[0].product: \"track\", expected one of flash, finding, notice, sight"),
        ("cell_m = 20000\n", "", "release[0]: expected `after_s`, `cell_m`, `slot_s` and `reviewed`, or"),
        ("864000", "60", "release[0]: finding would reach public earlier, finer or less reviewed than parties"),
        ("withheld = true", "withheld = false", "release[1]: expected"),
    ] {
        let error = read(&own.replace(old, new)).unwrap_err().to_string();
        assert!(error.starts_with(said), "{error}");
    }
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::RecordedOnly),
        Just(Verdict::PossibleBreach),
        Just(Verdict::Undetermined),
        Just(Verdict::PermittedAndNotified(NoticeMatch {
            notice: Hash([3; 32]),
            clause: "2".to_owned(),
            mass_ppb: 400_000_000
        })),
    ]
}

fn tiers() -> impl Strategy<Value = Tier> {
    prop_oneof![Just(Tier::Commission), Just(Tier::Parties), Just(Tier::Public)]
}

fn places() -> impl Strategy<Value = Place> {
    (-80.0..80.0_f64, -179.0..179.0_f64).prop_map(|(lat, lon)| Place::from_degrees(lat, lon).unwrap())
}

proptest! {
    /// With the parties' names swapped the same is released in the same second, but for the names.
    #[test]
    fn release_is_the_same_with_the_parties_swapped(
        place in places(), extent_m in 1.0..90_000.0_f64, half_s in 0_i64..5_000, tier in tiers(), verdict in verdicts(),
        after_s in -10_i64..10 * DAY_S, reviewed: bool, alpha: bool,
    ) {
        let (_, time) = at();
        let swapped = |name: &str| if name == "Alpha" { "Bravo" } else { "Alpha" }.to_owned();
        let party = if alpha { "Alpha" } else { "Bravo" };
        let event = event(posterior(place, extent_m, time, half_s));
        let finding = finding(verdict);
        let rung = Ladder::default().rung(tier, later(time, after_s)).unwrap();
        let case = rung.release(&Case { event: &event, finding: &finding, reviewed });
        // No name of a party can stand in what is released of a case.
        let words = format!("{:?}", case);
        prop_assert!(!words.contains("Alpha") && !words.contains("Bravo"));
        let of = |party: &str| rung.release(&notice(party, place, time)).map(Released::into_inner);
        let unswapped = of(&swapped(party)).map(|view| NoticeView { party: swapped(&view.party), ..view });
        prop_assert_eq!(of(party), unswapped);
    }

    /// What a tier sees holds the truth within the stated distance, and two events in one cell and slot look alike.
    #[test]
    fn nothing_finer_than_the_cell_shows(
        place in places(), extent_m in 1.0..90_000.0_f64, half_s in 0_i64..5_000, tier in tiers(), within_s in 0_i64..3_600,
    ) {
        let (_, time) = at();
        let seen = |place: Place, time: Time| -> Option<CaseView<Coarse>> {
            let (event, finding) = (event(posterior(place, extent_m, time, half_s)), finding(Verdict::Undetermined));
            let rung = Ladder::default().rung(tier, later(time, 9 * DAY_S)).unwrap();
            Some(rung.release(&Case { event: &event, finding: &finding, reviewed: true })?.into_inner())
        };
        let view = seen(place, time).unwrap();
        let (cell, slot) = (view.event.at.cell(), view.event.at.slot());
        prop_assert!(cell.contains(place) && f64::from(cell.side_m()) >= extent_m.min(f64::from(SIDE_M_MAX)));
        let [sw, _, ne, _] = cell.ring();
        let middle = Place {
            lat_e7: ((i64::from(sw.lat_e7) + i64::from(ne.lat_e7)) / 2) as i32,
            lon_e7: ((i64::from(sw.lon_e7) + i64::from(ne.lon_e7)) / 2) as i32,
        };
        let inside = later(slot.from(), within_s % i64::from(slot.width_s()));
        prop_assert_eq!(seen(middle, inside).unwrap().event.at.cell(), cell);
        prop_assert_eq!(seen(middle, inside), seen(place, time));
    }
}
