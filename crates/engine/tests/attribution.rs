//! From which side an event came: through the whole engine, with invented arrays, owners and lines.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests, outside of any test function

mod support;

use proptest::prelude::*;
use support::*;
use truceline_accord::agreement::Agreement;
use truceline_accord::words;
use truceline_model::agreement::AgreementText;
use truceline_model::attribution::corroboration::Level;
use truceline_model::attribution::{Attribution, OriginSide, PropositionKind, Why};
use truceline_model::entry;
use truceline_model::event::Event;
use truceline_model::finding::{Finding, VerdictState};
use truceline_model::geodesic;
use truceline_model::kind::{Class, Kind};
use truceline_model::place::Place;
use truceline_model::precedence::{Order, Precedence};
use truceline_model::report::Report;
use truceline_model::time::Time;

/// Where the line runs, north along this meridian: the first party lies west of it, on its left.
const LINE_LON: f64 = -113.0;

/// Back-azimuths and distances of the invented arrays from the middle of the line, degrees and km.
const ARRAYS: [(f64, f64); 6] =
    [(80.0, 260.0), (200.0, 310.0), (320.0, 280.0), (20.0, 230.0), (140.0, 330.0), (260.0, 250.0)];

fn origin() -> Time {
    time("2004-06-02T17:20:00Z")
}

/// An explosion so many km east of the line, as arrays of these owners report it; the second of a pair says how far off its
/// back-azimuth is, degrees, and how late it is, s.
fn reports(east_km: f64, owners: &[(&str, (f64, f64))]) -> Vec<Report> {
    let middle = Place::from_degrees(41.0, LINE_LON).unwrap();
    let (towards, far_m) = if east_km < 0.0 { (270.0, -east_km * 1e3) } else { (90.0, east_km * 1e3) };
    let source = geodesic::destination(middle, towards, far_m).unwrap();
    let one = |(n, (owner, (azimuth_off_deg, late_s))): (usize, &(&str, (f64, f64)))| {
        let (azimuth_deg, km) = ARRAYS[n];
        let stands = geodesic::destination(middle, azimuth_deg, km * 1e3).unwrap();
        let sight = geodesic::between(stands, source);
        let azimuth_mdeg = ((sight.azimuth_deg + azimuth_off_deg).rem_euclid(360.0) * 1e3) as u32;
        let arrival = origin().plus_s(sight.distance_m / 300.0 + late_s);
        let name = format!("array {n}");
        let mut report = report(&name, "a", stands.lat_deg(), stands.lon_deg(), arrival, azimuth_mdeg);
        report.owner = (*owner).to_owned();
        report
    };
    let mut reports: Vec<Report> = owners.iter().enumerate().map(one).collect();
    reports.sort_by_key(|report| report.arrival);
    reports
}

/// An agreement with that line, of this deviation; `more` is put in where its parts stand.
fn terms(sigma_m: f64, in_force: &str, more: &str) -> String {
    format!(
        "[agreement]\nid = \"t\"\nversion = 1\ntitle = \"T\"\nparties = [\"Alpha\", \"Bravo\"]\np_min = 0.5\nnote = \"Invented.\"\n\
         {in_force}\n[[line]]\nid = \"contact\"\nname = \"Line\"\nkind = \"contact-line\"\nstatus = \"assessed\"\n\
         left = \"Alpha\"\nright = \"Bravo\"\nsigma_m = {sigma_m}\npath = [[{LINE_LON}, 36.0], [{LINE_LON}, 46.0]]\n\n\
         [[zone]]\nid = \"z\"\nname = \"Zone\"\nring = [[-120.0, 36.0], [-106.0, 36.0], [-106.0, 46.0], [-120.0, 46.0]]\n\n\
         [[clause]]\nid = \"1\"\nprohibits = \"infrasonic-event\"\nzone = \"z\"\ntext = \"None.\"\n{more}"
    )
}

const IN_FORCE: &str = "\n[[in_force]]\nfrom = 2004-06-01T00:00:00Z\nto = 2004-06-08T00:00:00Z\n";

const PRIOR: &str = "\n[prior]\nname = \"even sides\"\neach_party = 0.3\nexchange = 0.1\nband = 0.1\nthird_actor = 0.05\n\
                     no_one = 0.1\nunknown = 0.05\n";

/// The newest event and finding of the case, and the sentences; none where the arrivals contradict each other.
fn made(text: &str, reports: &[Report]) -> Option<(Event, Finding, Vec<String>)> {
    let mut entries = vec![epoch(), entry::to_bytes(&AgreementText { text: text.to_owned() })];
    for report in reports {
        entries.push(tick(report.arrival));
        entries.push(entry::to_bytes(report));
    }
    let journal = run(&entries, 1).0;
    let event = contents::<Event>(&journal).pop()?;
    let finding = contents::<Finding>(&journal).pop()?;
    let agreement = Agreement::read(text).unwrap();
    let mut words = vec![words::sentence(&event, &finding, Some(&agreement), None)];
    words.extend(words::against(&event, &finding, Some(&agreement)));
    words.extend(words::would_change(&event, &finding, Some(&agreement)));
    if let Some(found) = &finding.attribution {
        words.push(words::attribution::certificate(found));
        words.extend(words::attribution::alternatives(found));
        words.push(words::attribution::corroboration(&found.corroboration));
    }
    Some((event, finding, words))
}

fn said(text: &str, reports: &[Report]) -> (Event, Finding, Vec<String>) {
    made(text, reports).expect("an event and a finding")
}

fn attribution(text: &str, reports: &[Report]) -> Attribution {
    said(text, reports).1.attribution.expect("an attribution")
}

const TRUE: (f64, f64) = (0.0, 0.0);
const FIVE: [&str; 5] = ["Mission", "Institute", "Alpha", "Bravo", "University"];

#[test]
fn five_owners_that_agree_state_a_side_that_holds_without_any_one() {
    let owners = FIVE.map(|owner| (owner, TRUE));
    for (east_km, party) in [(-150.0, "Alpha"), (150.0, "Bravo")] {
        let found = attribution(&terms(2_000.0, IN_FORCE, PRIOR), &reports(east_km, &owners));
        assert_eq!(found.origin_side, OriginSide::Stated(party.to_owned()), "{found:#?}");
        assert!(found.certificate_k >= Some(1) && found.collusion_number() >= Some(2), "{found:#?}");
        assert_eq!(found.corroboration.counted().owners, 5);
        // One way of sensing: never above C2, whoever's sensors they are.
        assert_eq!(found.corroboration.level(), Level::C2);
        assert!(found.inconsistent().next().is_none(), "{found:#?}");
        // Capped at the hundred items that the default names as validated.
        assert!(found.between.log10_milli.abs() <= 2_000);
        let posterior: u32 = found.propositions.iter().filter_map(|one| one.posterior_ppb).sum();
        assert_eq!(posterior, 1_000_000_000);
        assert_eq!(found.prior.as_deref(), Some("even sides"));
    }
}

/// Of a shell that fell the side is the one that was fired at: nobody is to read it as whose fire it was.
#[test]
fn a_stated_side_is_said_to_be_where_the_event_lay_and_no_more() {
    let owners = FIVE.map(|owner| (owner, TRUE));
    let (event, finding, words) = said(&terms(2_000.0, IN_FORCE, PRIOR), &reports(150.0, &owners));
    assert!(words[0].contains("Origin side: that of Bravo, on which the event lay."), "{words:#?}");
    assert!(words[0].contains(words::attribution::FIRED_OR_FELL), "{words:#?}");
    assert!(words.iter().any(|one| one.contains("does not tell whose it was")), "{words:#?}");
    assert!(!matches!(event.solution.class, Class::Of(_)), "{:?}", event.solution.class);
    let found = finding.attribution.expect("an attribution");
    for (kind, open) in [(Kind::Shot, false), (Kind::Impact, false), (Kind::Explosion, true)] {
        let told = words::attribution::side(&found, Class::Of(kind));
        assert_eq!(told.contains(words::attribution::FIRED_OR_FELL), open, "{kind:?}: {told}");
        assert!(told.contains("fired"), "{kind:?}: {told}");
    }
}

#[test]
fn an_owner_whose_data_are_false_is_named_and_does_not_turn_the_side() {
    let mut owners = FIVE.map(|owner| (owner, TRUE));
    owners[1].1 = (35.0, 240.0);
    let found = attribution(&terms(2_000.0, IN_FORCE, ""), &reports(-150.0, &owners));
    assert_ne!(found.stated(), Some("Bravo"), "{found:#?}");
    let named: Vec<&str> = found.inconsistent().map(|one| one.owner.as_str()).collect();
    assert_eq!(named, ["Institute"], "{found:#?}");
    assert!(found.prior.is_none() && found.propositions.iter().all(|one| one.posterior_ppb.is_none()));
}

#[test]
fn near_the_line_and_with_few_owners_nothing_is_stated() {
    let owners = FIVE.map(|owner| (owner, TRUE));
    let near = attribution(&terms(2_000.0, IN_FORCE, ""), &reports(1.0, &owners));
    assert_eq!(near.origin_side, OriginSide::Abstains(Why::Between), "{near:#?}");
    assert_eq!(near.certificate_k, None);
    let two = attribution(&terms(2_000.0, IN_FORCE, ""), &reports(-150.0, &owners[..2]));
    assert!(matches!(two.origin_side, OriginSide::Abstains(_)), "one of two alone holds no place: {two:#?}");
    let wide = attribution(&terms(80_000.0, IN_FORCE, ""), &reports(-150.0, &owners));
    assert!(matches!(wide.origin_side, OriginSide::Abstains(Why::Between | Why::Assumptions)), "{wide:#?}");
}

/// Claims that do not overlap: no verdict word, no side, in any field and any sentence.
#[test]
fn where_force_is_disputed_no_side_is_said() {
    let disputed = "\n[[in_force]]\nby = \"Alpha\"\nfrom = 2004-06-01T00:00:00Z\nto = 2004-06-08T00:00:00Z\n\
                    \n[[in_force]]\nby = \"Bravo\"\nfrom = 2004-07-01T00:00:00Z\nto = 2004-07-08T00:00:00Z\n";
    let owners = FIVE.map(|owner| (owner, TRUE));
    let (_, finding, words) = said(&terms(2_000.0, disputed, PRIOR), &reports(-150.0, &owners));
    assert_eq!(finding.verdict.state(), VerdictState::RecordedOnly);
    assert_eq!((&finding.attribution, &finding.clause), (&None, &None));
    let text = words.join(" ").to_lowercase();
    assert!(text.contains("in force: disputed"), "{text}");
    for word in ["breach", "permitted", "the side of", "times as probable", "undetermined"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

/// A line that is claimed stands beside the others: a side is stated only if all of them give it.
#[test]
fn claimed_lines_must_agree() {
    let owners = FIVE.map(|owner| (owner, TRUE));
    let other = |lon: f64| {
        format!(
            "\n[[line]]\nid = \"other\"\nname = \"Other line\"\nkind = \"contact-line\"\nstatus = \"disputed\"\nclaimed_by = \"Bravo\"\n\
             left = \"Alpha\"\nright = \"Bravo\"\nsigma_m = 2000\npath = [[{lon}, 36.0], [{lon}, 46.0]]\n"
        )
    };
    let own =
        terms(2_000.0, IN_FORCE, "").replace("status = \"assessed\"", "status = \"disputed\"\nclaimed_by = \"Alpha\"");
    let agree = attribution(&format!("{own}{}", other(LINE_LON - 0.05)), &reports(-150.0, &owners));
    assert_eq!((agree.line.lines.len(), agree.stated()), (2, Some("Alpha")));
    let apart = attribution(&format!("{own}{}", other(LINE_LON - 4.0)), &reports(-150.0, &owners));
    assert_eq!(apart.origin_side, OriginSide::Abstains(Why::Assumptions));
}

fn swapped(text: &str) -> String {
    text.replace("Alpha", "\u{1}").replace("Bravo", "Alpha").replace('\u{1}', "Bravo")
}

/// Names exchanged in a debug form, hashes of the agreement's text aside.
fn plain(found: Option<Attribution>, exchange: bool) -> String {
    let text = format!(
        "{:#?}",
        found.map(|found| (
            found.line.parties.clone(),
            found.line.lines.clone(),
            Attribution {
                line: truceline_model::attribution::LineVersion {
                    agreement: truceline_model::hash::Hash::of(b""),
                    ..found.line.clone()
                },
                ..found
            }
        ))
    );
    if exchange { swapped(&text) } else { text }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    /// The parties' names exchanged everywhere, in the agreement and among the owners: the same attribution and the same words
    /// but for the names.
    #[test]
    fn label_swap(
        east_km in -200.0_f64..200.0,
        sigma_m in 100.0_f64..30_000.0,
        owners in prop::collection::vec((0_usize..6, -20.0_f64..20.0, -120.0_f64..120.0), 2..5),
        robustness in 0_u32..3,
        with_prior: bool,
        row in 0_usize..3,
    ) {
        let names = ["Alpha", "Bravo", "Mission", "Institute", "Post of Alpha", "University"];
        let members = ["", "\n[[member]]\norganisation = \"Post of Alpha\"\nparty = \"Alpha\"\ncontributes = true\n",
                       "\n[[member]]\norganisation = \"Mission\"\noperates = true\n"][row];
        let proof = format!("\n[proof]\nrobustness = {robustness}\nreach_m = 20000\n");
        let text = terms(sigma_m, IN_FORCE, &format!("{proof}{}{members}", if with_prior { PRIOR } else { "" }));
        let owners: Vec<(&str, (f64, f64))> = owners.iter().map(|(n, a, t)| (names[*n], (*a, *t))).collect();
        let one = reports(east_km, &owners);
        let mut other = one.clone();
        other.iter_mut().for_each(|report| report.owner = swapped(&report.owner));
        let found = made(&text, &one);
        prop_assume!(found.is_some());
        let (_, finding, words) = found.unwrap();
        let (_, swapped_finding, swapped_words) = said(&swapped(&text), &other);
        prop_assert_eq!(finding.verdict, swapped_finding.verdict);
        prop_assert_eq!(plain(finding.attribution.clone(), false), plain(swapped_finding.attribution, true));
        prop_assert_eq!(words, swapped_words.iter().map(|line| swapped(line)).collect::<Vec<_>>());

        // What holds of every attribution.
        let found = finding.attribution.unwrap();
        if found.corroboration.is_of_one_owner() {
            prop_assert!(found.corroboration.level() <= Level::C1);
            prop_assert_eq!((&found.origin_side, found.certificate_k), (&OriginSide::Abstains(Why::TooFewOwners), None));
        }
        if found.stated().is_some() {
            prop_assert!(found.certificate_k >= Some(robustness));
        }
        prop_assert_eq!(found.propositions.last().map(|one| one.proposition.kind()), Some(PropositionKind::Unknown));
    }

    /// A network of one owner, however large: never above C1, never a side.
    #[test]
    fn a_network_of_one_owner_states_nothing(east_km in -200.0_f64..200.0, count in 2_usize..6) {
        let owners = vec![("Mission", TRUE); count];
        let (_, finding, words) = said(&terms(1_000.0, IN_FORCE, PRIOR), &reports(east_km, &owners));
        let found = finding.attribution.unwrap();
        prop_assert_eq!(&found.origin_side, &OriginSide::Abstains(Why::TooFewOwners));
        prop_assert!(found.corroboration.level() <= Level::C1 && found.certificate_k.is_none() && found.owners.is_empty());
        prop_assert!(words.iter().any(|line| line.contains("never above C1")), "{words:?}");
    }
}

/// An explosion on each side, the second so many seconds later, and what is said of their order.
fn precedences(text: &str, first_km: f64, later_s: f64, second_km: f64) -> Vec<Precedence> {
    let owners = FIVE.map(|owner| (owner, TRUE));
    let mut all = reports(first_km, &owners);
    all.extend(reports(second_km, &owners).into_iter().map(|mut report| {
        report.event_label = "b".to_owned();
        report.arrival = report.arrival.plus_s(later_s);
        report
    }));
    all.sort_by_key(|report| report.arrival);
    let mut entries = vec![epoch(), entry::to_bytes(&AgreementText { text: text.to_owned() })];
    for report in &all {
        entries.push(tick(report.arrival));
        entries.push(entry::to_bytes(report));
    }
    let last = all.last().map(|report| report.arrival.plus_s(7_200.0)).unwrap();
    entries.push(tick(last));
    contents(&run(&entries, 1).0)
}

#[test]
fn which_side_was_first_is_said_only_as_surely_as_the_times_are_known() {
    let text = terms(2_000.0, IN_FORCE, "\n[proof]\norder_window_s = 3600\n");
    let far = precedences(&text, -150.0, 1_200.0, 150.0).pop().expect("an order");
    let Order::First(first) = far.order() else { panic!("{far:#?}") };
    assert_eq!((first.side.as_str(), first.case), ("Alpha", far.one.case));
    assert!((far.apart_ms - 1_200_000).abs() < 120_000, "{far:#?}");
    let near = precedences(&text, -150.0, 5.0, 150.0).pop().expect("an order");
    assert_eq!(near.order(), Order::Undetermined, "{near:#?}");
    // What the clocks may be off counts: as much as an hour, and nothing is sure any more.
    let off = terms(2_000.0, IN_FORCE, "\n[proof]\norder_window_s = 3600\nclock_sigma_s = 3600.0\n");
    let off = precedences(&off, -150.0, 1_200.0, 150.0).pop().expect("an order");
    assert_eq!(off.order(), Order::Undetermined, "{off:#?}");
    assert!(off.p_one_first_ppb < far.p_one_first_ppb);
}

#[test]
fn no_order_is_said_of_one_side_or_beyond_the_window() {
    let text = terms(2_000.0, IN_FORCE, "");
    assert_eq!(precedences(&text, -150.0, 300.0, -140.0), [], "both on the side of Alpha");
    assert_eq!(precedences(&text, -150.0, 2_400.0, 150.0), [], "apart by more than ten minutes");
    assert_eq!(precedences(&text, -150.0, 300.0, 1.0), [], "the side of one is not stated");
}

/// The parties' names exchanged: the same order, of the other names.
#[test]
fn the_order_hangs_on_no_name() {
    for later_s in [5.0, 400.0] {
        let text = terms(2_000.0, IN_FORCE, "");
        let named = precedences(&text, -150.0, later_s, 150.0);
        let exchanged = precedences(&swapped(&text), -150.0, later_s, 150.0);
        assert!(!named.is_empty());
        let bare = |said: &Precedence, exchange: bool| {
            let side = |side: &str| if exchange { swapped(side) } else { side.to_owned() };
            (
                said.one.case,
                said.other.case,
                side(&said.one.side),
                side(&said.other.side),
                said.p_one_first_ppb,
                said.apart_ms,
            )
        };
        let of = |all: &[Precedence], exchange| all.iter().map(|said| bare(said, exchange)).collect::<Vec<_>>();
        assert_eq!(of(&named, false), of(&exchanged, true));
    }
}
