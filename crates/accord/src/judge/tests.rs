use super::*;
use truceline_model::notice::Activity;
use truceline_model::posterior::{Cell, Covariance, Grid, Region, TimeRegion};
use truceline_model::report::SourceRef;
use truceline_model::time::{Interval, Time};

const EXAMPLE: &str = include_str!("../../../../examples/utah-2004/agreement.toml");

fn place(lat: f64, lon: f64) -> Place {
    Place::from_degrees(lat, lon).unwrap()
}

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

/// Two cells of 0.2 degree, 0.7 to the west and 0.3 to the east of `lon`, at 17:20 give or take two minutes.
fn posterior(lat: f64, lon: f64) -> Posterior {
    let reference = time("2004-06-02T17:20:00Z");
    let west = place(lat, lon - 0.2);
    Posterior {
        grid: Grid {
            south_e7: west.lat_e7,
            west_e7: west.lon_e7,
            d_lat_e7: 2_000_000,
            d_lon_e7: 2_000_000,
            rows: 1,
            columns: 2,
        },
        cells: vec![
            Cell { index: 0, mass_ppb: 700_000_000, time_mean_ms: 0, time_sigma_ms: 120_000 },
            Cell { index: 1, mass_ppb: 300_000_000, time_mean_ms: 0, time_sigma_ms: 120_000 },
        ]
        .into(),
        outside_ppb: 0,
        time_reference: reference,
        mean: place(lat + 0.1, lon),
        most_probable: place(lat + 0.1, lon - 0.1),
        covariance: Covariance { east_m2: 1, north_m2: 1, east_north_m2: 0 },
        regions: vec![Region {
            level_percent: 95,
            area_m2: 1,
            rings: vec![vec![west, place(lat, lon + 0.2), place(lat + 0.2, lon + 0.2), place(lat + 0.2, lon - 0.2)]],
        }],
        time_mean: reference,
        time_regions: vec![TimeRegion {
            level_percent: 95,
            interval: Interval { from: time("2004-06-02T17:16:00Z"), to: time("2004-06-02T17:24:00Z") },
        }],
    }
}

fn agreements(text: &str) -> Vec<(Hash, Agreement)> {
    vec![(Hash::of(text.as_bytes()), Agreement::read(text).unwrap())]
}

fn notice(party: &str, lat: f64, lon: f64, radius_m: u32) -> (Hash, Notice) {
    let notice = Notice {
        source: SourceRef { source: party.into(), boot: 1, sequence: 0 },
        party: party.into(),
        activity: Activity::Demolition,
        place: place(lat, lon),
        radius_m,
        window: Interval { from: time("2004-06-02T15:00:00Z"), to: time("2004-06-02T21:00:00Z") },
        filed_at: time("2004-06-01T09:00:00Z"),
        text: String::new(),
    };
    (Hash::of(party.as_bytes()), notice)
}

#[test]
fn mass_inside_the_zone_decides_at_p_min() {
    let inside = judge(&posterior(41.0, -113.0), None, &agreements(EXAMPLE), &[]);
    assert_eq!((inside.p_ppb, inside.verdict), (Some(1_000_000_000), Verdict::PossibleBreach));
    // The eastern cell lies outside: 0.7 is left.
    let rim = judge(&posterior(41.0, -111.9), None, &agreements(EXAMPLE), &[]);
    assert_eq!((rim.p_ppb, rim.verdict), (Some(700_000_000), Verdict::PossibleBreach));
    let strict =
        judge(&posterior(41.0, -111.9), None, &agreements(&EXAMPLE.replace("p_min = 0.5", "p_min = 0.71")), &[]);
    assert_eq!((strict.p_ppb, strict.verdict), (Some(700_000_000), Verdict::Undetermined));
    let outside = judge(&posterior(45.0, -113.0), None, &agreements(EXAMPLE), &[]);
    assert_eq!((outside.p_ppb, outside.verdict), (Some(0), Verdict::Undetermined));
}

#[test]
fn time_in_force_counts_as_place_does() {
    // In force from the very middle of the event's time: half of the mass.
    let text = EXAMPLE.replace("from = 2004-06-01T00:00:00Z", "from = 2004-06-02T17:20:00Z");
    let half = judge(&posterior(41.0, -113.0), None, &agreements(&text), &[]);
    assert_eq!(half.p_ppb, Some(500_000_000));
}

#[test]
fn without_an_agreement_in_force_there_is_no_verdict() {
    let text = EXAMPLE.replace("from = 2004-06-01T00:00:00Z", "from = 2004-06-03T00:00:00Z");
    for agreements in [vec![], agreements(&text)] {
        let judged = judge(&posterior(41.0, -113.0), None, &agreements, &[notice("Alpha", 41.1, -113.0, 20_000)]);
        assert_eq!((judged.agreement, judged.p_ppb, judged.verdict), (None, None, Verdict::RecordedOnly));
    }
}

#[test]
fn a_notice_fits_where_it_meets_the_region_and_the_interval() {
    let found = |notice: &(Hash, Notice)| {
        judge(&posterior(41.0, -113.0), None, &agreements(EXAMPLE), std::slice::from_ref(notice)).verdict
    };
    // The radius holds the western cell's middle only.
    let Verdict::PermittedAndNotified(matched) = found(&notice("Alpha", 41.1, -113.1, 10_000)) else {
        panic!("expected a match");
    };
    assert_eq!((matched.mass_ppb, matched.clause.as_str()), (700_000_000, "2"));
    // Outside the region, but its radius reaches the rim: it meets, with no cell's middle inside.
    let Verdict::PermittedAndNotified(matched) = found(&notice("Alpha", 41.3, -113.1, 12_000)) else {
        panic!("expected a match");
    };
    assert_eq!(matched.mass_ppb, 0);
    assert_eq!(found(&notice("Alpha", 41.3, -113.1, 10_000)), Verdict::PossibleBreach);
    let mut late = notice("Alpha", 41.1, -113.1, 10_000);
    late.1.window = Interval { from: time("2004-06-02T18:00:00Z"), to: time("2004-06-02T19:00:00Z") };
    assert_eq!(found(&late), Verdict::PossibleBreach);
    assert_eq!(found(&notice("Gamma", 41.1, -113.1, 10_000)), Verdict::PossibleBreach, "no party of this agreement");
    let mut exercise = notice("Alpha", 41.1, -113.1, 10_000);
    exercise.1.activity = Activity::Exercise;
    assert_eq!(found(&exercise), Verdict::PossibleBreach, "no clause permits exercises");
}

/// Swapping the parties' names changes the names and nothing else.
#[test]
fn label_swap() {
    let swap = |text: &str| text.replace("Alpha", "\u{1}").replace("Bravo", "Alpha").replace('\u{1}', "Bravo");
    let swapped_agreements = agreements(&swap(EXAMPLE));
    for (lat, lon, radius_m) in [(41.1, -113.1, 10_000), (41.3, -113.1, 12_000), (43.0, -113.0, 10_000)] {
        let [alpha, bravo] = ["Alpha", "Bravo"].map(|party| notice(party, lat, lon, radius_m));
        let with = |agreements: &[(Hash, Agreement)], notice: &(Hash, Notice)| {
            let judged = judge(&posterior(41.0, -113.0), None, agreements, std::slice::from_ref(notice));
            let mass = match &judged.verdict {
                Verdict::PermittedAndNotified(found) => Some((found.mass_ppb, found.clause.clone())),
                _ => None,
            };
            (judged.p_ppb, judged.clause, judged.verdict.state(), mass)
        };
        let straight = with(&agreements(EXAMPLE), &alpha);
        assert_eq!(straight, with(&agreements(EXAMPLE), &bravo));
        assert_eq!(straight, with(&swapped_agreements, &bravo));
    }
}

/// Where parties do not agree on when it is in force, what both say is judged, what one says is named and not judged.
#[test]
fn what_is_disputed_is_not_judged() {
    let claims = |alpha: &str, bravo: &str| {
        let claim =
            |by: &str, to: &str| format!("[[in_force]]\nby = \"{by}\"\nfrom = 2004-06-01T00:00:00Z\nto = {to}\n\n");
        let (from, to) = (EXAMPLE.find("[[in_force]]").unwrap(), EXAMPLE.find("[[zone]]").unwrap());
        format!("{}{}{}{}", &EXAMPLE[..from], claim("Alpha", alpha), claim("Bravo", bravo), &EXAMPLE[to..])
    };
    let (early, late) = ("2004-06-02T00:00:00Z", "2004-06-08T00:00:00Z");
    let judged = |text: &str| judge(&posterior(41.0, -113.0), None, &agreements(text), &[]);
    assert_eq!(judged(&claims(late, late)).verdict, Verdict::PossibleBreach);
    for text in [claims(early, late), claims(late, early)] {
        let disputed = judged(&text);
        assert_eq!((disputed.clause, disputed.p_ppb, disputed.verdict), (None, None, Verdict::RecordedOnly));
        assert_eq!(disputed.agreement, Some(Hash::of(text.as_bytes())));
    }
    assert_eq!(judged(&claims(early, early)).agreement, None, "nobody says that it is in force");
}

/// An act whose kind is not assessed is not judged; a clause without a zone holds anywhere.
#[test]
fn acts_that_cannot_be_told_are_not_judged() {
    let anywhere = EXAMPLE.replace("zone = \"desert\"\n", "");
    assert_eq!(judge(&posterior(45.0, -113.0), None, &agreements(&anywhere), &[]).p_ppb, Some(1_000_000_000));
    let shelling = EXAMPLE.replace("\"infrasonic-event\"", "\"shelling\"");
    let judged = judge(&posterior(41.0, -113.0), None, &agreements(&shelling), &[]);
    assert_eq!((judged.clause, judged.verdict), (None, Verdict::RecordedOnly));
    assert!(judged.agreement.is_some());
}

#[test]
fn what_is_taken_for_natural_is_no_possible_breach_and_a_notice_still_fits() {
    use truceline_model::kind::{Kind, KindRatio, Kinds};
    let kinds = |earthquake_milli| {
        let ratio = |(kind, log10_milli)| KindRatio { kind, log10_milli };
        let acts = Kind::ACTS.map(|kind| (kind, 0));
        let natural = [(Kind::Earthquake, earthquake_milli), (Kind::Thunder, -9_000)];
        Kinds { depth: None, ratios: acts.into_iter().chain(natural).map(ratio).collect() }
    };
    // Half of the natural kinds has twenty to one: ten to one of all.
    for (earthquake_milli, expected) in [(1_302, Verdict::Undetermined), (1_290, Verdict::PossibleBreach)] {
        let kinds = kinds(earthquake_milli);
        let judged = judge(&posterior(41.0, -113.0), Some(&kinds), &agreements(EXAMPLE), &[]);
        assert_eq!((judged.verdict, judged.p_ppb), (expected, Some(1_000_000_000)));
        let fits = judge(
            &posterior(41.0, -113.0),
            Some(&kinds),
            &agreements(EXAMPLE),
            &[notice("Alpha", 41.1, -113.0, 20_000)],
        );
        assert!(matches!(fits.verdict, Verdict::PermittedAndNotified(_)));
    }
}
