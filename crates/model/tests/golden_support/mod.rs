//! How golden bytes are compared, and the values that several kinds hold.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test is a program of its own and uses a part")]

use std::path::Path;
use truceline_model::attribution::corroboration::{Corroboration, Counted};
use truceline_model::attribution::{
    Attribution, LineVersion, OriginSide, OwnerPart, PlaceShares, Proposition, Ratio, Weighed,
};
use truceline_model::canonical::Canonical;
use truceline_model::case::CaseId;
use truceline_model::derived::Derived;
use truceline_model::entry::{self, Entry};
use truceline_model::hash::Hash;
use truceline_model::place::Place;
use truceline_model::posterior::{Cell, Covariance, Grid, Posterior, Region, TimeRegion};
use truceline_model::report::SourceRef;
use truceline_model::time::{Interval, Time};

pub const CASE: CaseId = CaseId { year: 4, number: 1 };

pub fn check<T: Entry + PartialEq + std::fmt::Debug>(value: &T) {
    check_as(value, "");
}

pub fn check_as<T: Entry + PartialEq + std::fmt::Debug>(value: &T, suffix: &str) {
    let name = format!("{}-{}{suffix}", T::KIND, value.version());
    let path = golden(&name);
    let bytes = entry::to_bytes(value);
    let hex: String =
        bytes.chunks(40).map(|row| row.iter().map(|b| format!("{b:02x}")).collect::<String>() + "\n").collect();
    if !path.exists() && std::env::var_os("TRUCELINE_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, &hex).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(hex, golden, "{name}");
    assert_eq!(&entry::from_bytes::<T>(&bytes).unwrap(), value, "{name}");
    // No byte may be changed into another spelling of the same value.
    for at in 0..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 1;
        assert_ne!(entry::from_bytes::<T>(&other).ok().as_ref(), Some(value), "{name}, byte {at}");
    }
}

pub fn attribution(origin_side: OriginSide) -> Attribution {
    let ratio = |log10_milli| Ratio { log10_milli, least_log10_milli: 1_204, most_log10_milli: 2_000 };
    let weighed = |proposition, ratio, posterior_ppb: Option<u32>| Weighed {
        proposition,
        ratio,
        prior_ppb: posterior_ppb.map(|_| 100_000_000),
        posterior_ppb,
    };
    Attribution {
        line: LineVersion {
            agreement: Hash::of(b"agreement"),
            lines: vec!["contact".into()],
            parties: ("Alpha".into(), "Bravo".into()),
        },
        origin_side,
        between: ratio(1_903),
        place: PlaceShares { first_ppb: 987_000_000, second_ppb: 12_000_000, beyond_ppb: 500_000, band_ppb: 4_500_000 },
        propositions: vec![
            weighed(Proposition::Side("Alpha".into()), Some(ratio(295)), Some(700_000_000)),
            weighed(Proposition::Side("Bravo".into()), Some(ratio(-1_620)), None),
            weighed(Proposition::Exchange, None, None),
            weighed(Proposition::Band, None, None),
            weighed(Proposition::ThirdActor, None, None),
            weighed(Proposition::NoOne, None, None),
            weighed(Proposition::Unknown, Some(ratio(0)), Some(300_000_000)),
        ],
        prior: Some("even sides".into()),
        certificate_k: Some(1),
        owners: vec![OwnerPart {
            owner: "Mission".into(),
            arrivals: 2,
            without_log10_milli: Some(1_204),
            stated_without: false,
            p_false_ppb: Some(970_000_000),
            inconsistent: true,
        }],
        corroboration: Corroboration::new(Counted {
            owners: 3,
            arrivals: 5,
            modalities: 2,
            site_visit: false,
            own_party: true,
        }),
    }
}

pub fn golden(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("golden/{name}.hex"))
}

pub fn unhex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

pub fn place(lat: f64, lon: f64) -> Place {
    Place::from_degrees(lat, lon).unwrap()
}

pub fn source() -> SourceRef {
    SourceRef { source: "PDIAR".into(), boot: 0x0123_4567_89ab_cdef, sequence: 2 }
}

pub fn time(s: i64) -> Time {
    Time(1_086_196_984_000_000_000 + s * 1_000_000_000)
}

pub fn posterior() -> Posterior {
    let interval = Interval { from: time(-200), to: time(300) };
    Posterior {
        grid: Grid {
            south_e7: 400_000_000,
            west_e7: -1_140_000_000,
            d_lat_e7: 450_000,
            d_lon_e7: 600_000,
            rows: 20,
            columns: 30,
        },
        cells: vec![
            Cell { index: 31, mass_ppb: 400_000_000, time_mean_ms: -1_500, time_sigma_ms: 90_000 },
            Cell { index: 32, mass_ppb: 599_900_000, time_mean_ms: 2_500, time_sigma_ms: 91_000 },
        ]
        .into(),
        outside_ppb: 100_000,
        time_reference: time(0),
        mean: place(40.8, -113.1),
        most_probable: place(40.9, -113.0),
        covariance: Covariance { east_m2: 900_000_000, north_m2: 1_200_000_000, east_north_m2: -100_000_000 },
        regions: vec![Region {
            level_percent: 90,
            area_m2: 4_700_000_000,
            rings: vec![vec![place(40.0, -114.0), place(40.0, -112.0), place(42.0, -113.0)]],
        }],
        time_mean: time(-20),
        time_regions: vec![TimeRegion { level_percent: 95, interval }],
    }
}

pub fn derived<T: Canonical>(content: T) -> Derived<T> {
    Derived::new(Hash::of(b"epoch"), "truceline/golden", 7, 1, content)
}
