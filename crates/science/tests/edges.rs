//! Unusual groups: very close and very far arrays, two arrays, many arrays, weak beams, the region's edge, and what
//! cannot be located at all.
mod common;
use common::{arrival, place, priors, utah};
use truceline_model::canonical;
use truceline_model::geodesic;
use truceline_model::posterior::{MAX_CELLS, PPB, Posterior};
use truceline_model::time::Time;
use truceline_science::locate::{Arrival, MAX_ARRIVALS, levels_at, locate};

/// What arrays hear of a source when nothing disturbs: mean celerity, no wind, exact azimuths.
fn undisturbed(source: (f64, f64), arrays: &[(f64, f64)], f_statistic: f64) -> Vec<Arrival> {
    let time = Time::parse("2024-01-01T00:00:00Z").expect("a time");
    arrays
        .iter()
        .map(|array| {
            let path = geodesic::inverse(*array, source);
            Arrival {
                place: place(array.0, array.1),
                arrival: time.plus_s(path.distance_m / 300.0),
                azimuth_deg: path.azimuth_deg,
                f_statistic,
            }
        })
        .collect()
}

/// What holds of every posterior.
fn check(posterior: &Posterior) {
    let inside: u64 = posterior.cells.iter().map(|cell| u64::from(cell.mass_ppb)).sum();
    assert_eq!(inside + u64::from(posterior.outside_ppb), PPB as u64);
    assert!(!posterior.cells.is_empty() && posterior.cells.len() <= MAX_CELLS);
    assert!(posterior.cells.iter().all(|cell| cell.index < posterior.grid.rows * posterior.grid.columns));
    assert!(posterior.regions.iter().all(|region| region.area_m2 > 0 && !region.rings.is_empty()));
    assert!(posterior.time_regions.windows(2).all(|pair| pair[0].interval.from >= pair[1].interval.from));
    assert!(canonical::to_bytes(posterior).len() < 200_000);
    assert!(posterior.region_contains(95, posterior.most_probable));
}

/// Cells whose middles lie in the 90 % region.
fn core_cells(posterior: &Posterior) -> usize {
    let middles = posterior.cells.iter().map(|cell| posterior.grid.middle(cell.index));
    middles.filter(|middle| posterior.region_contains(90, *middle)).count()
}

#[test]
fn a_posterior_far_smaller_than_the_base_grid_is_resolved() {
    let source = (48.001, 37.503);
    let arrays = [(48.02, 37.5), (47.99, 37.53), (47.99, 37.47)];
    let posterior = locate(&undisturbed(source, &arrays, 60.0), &priors(), 1).unwrap();
    check(&posterior);
    let area_km2 = posterior.region(90).unwrap().area_m2 as f64 / 1e6;
    assert!(area_km2 < 2.0, "{area_km2}");
    assert!((500..3_000).contains(&core_cells(&posterior)), "{}", core_cells(&posterior));
    let levels = levels_at(&posterior, place(source.0, source.1), None);
    assert!(levels.place_level < 0.5 && levels.distance_km < 0.3, "{levels:?}");
}

#[test]
fn one_near_array_and_two_far_ones() {
    let source = (48.3, 37.6);
    let arrays = [(48.31, 37.62), (46.0, 33.0), (51.0, 41.0)];
    let posterior = locate(&undisturbed(source, &arrays, 30.0), &priors(), 1).unwrap();
    check(&posterior);
    assert!(levels_at(&posterior, place(source.0, source.1), None).place_level < 0.9);
}

#[test]
fn two_arrays_make_a_wide_region() {
    let posterior = locate(&utah()[..2], &priors(), 1).unwrap();
    check(&posterior);
    let three = locate(&utah(), &priors(), 1).unwrap();
    // Measured: 5,939 km2 instead of 4,645.
    assert!(posterior.region(90).unwrap().area_m2 > three.region(90).unwrap().area_m2 * 6 / 5);
    assert!(posterior.region_contains(90, place(41.131, -112.896)));
}

#[test]
fn beams_without_direction_leave_the_times() {
    // F of one and below: no azimuth at all. The band that the times leave is cut at the region's southern edge.
    let mut arrivals = utah();
    for (arrival, f_statistic) in arrivals.iter_mut().zip([1.0, 0.5, 0.0]) {
        arrival.f_statistic = f_statistic;
    }
    let posterior = locate(&arrivals, &priors(), 1).unwrap();
    check(&posterior);
    // Measured: 33,917 km2.
    assert!(posterior.region(90).unwrap().area_m2 > 30_000_000_000);
    assert_eq!(posterior.grid.south_e7 / 10_000, 33_907);
    assert!(
        posterior
            .region(95)
            .unwrap()
            .rings
            .iter()
            .flatten()
            .all(|place| { (33.8..52.9).contains(&place.lat_deg()) && (-125.2..-102.7).contains(&place.lon_deg()) })
    );
}

#[test]
fn as_many_arrays_as_are_allowed() {
    let arrays: Vec<(f64, f64)> = (0..MAX_ARRIVALS as u32)
        .map(f64::from)
        .map(|i| (45.0 + 3.0 * libm::sin(i), 35.0 + 5.0 * libm::cos(1.7 * i)))
        .collect();
    let posterior = locate(&undisturbed((46.0, 36.0), &arrays, 20.0), &priors(), 2).unwrap();
    check(&posterior);
    assert!(levels_at(&posterior, place(46.0, 36.0), None).distance_km < 2.0);
}

#[test]
fn high_latitudes_and_the_southern_hemisphere() {
    for (source, arrays) in [
        ((84.0, 20.0), [(82.0, 10.0), (83.0, 60.0), (81.0, 30.0)]),
        ((-75.0, -60.0), [(-77.0, -50.0), (-74.0, -70.0), (-78.0, -72.0)]),
        ((0.2, 0.1), [(2.0, 1.0), (-3.0, 0.0), (0.0, -4.0)]),
    ] {
        let posterior = locate(&undisturbed(source, &arrays, 40.0), &priors(), 1).unwrap();
        check(&posterior);
        assert!(posterior.region_contains(50, place(source.0, source.1)), "{source:?}");
    }
}

fn message(arrivals: &[Arrival]) -> String {
    locate(arrivals, &priors(), 1).expect_err("no posterior").to_string()
}

#[test]
fn what_cannot_be_located_says_why() {
    assert_eq!(message(&[]), "0 arrivals, expected at least MIN_ARRIVALS = 2");
    assert_eq!(message(&utah()[..1]), "1 arrivals, expected at least MIN_ARRIVALS = 2");
    assert_eq!(message(&[utah()[0]; MAX_ARRIVALS + 1]), "65 arrivals, expected at most MAX_ARRIVALS = 64");
    let mut arrivals = utah();
    arrivals[1].azimuth_deg = f64::NAN;
    assert_eq!(message(&arrivals), "arrival 2 by time: its azimuth is not a number, expected degrees");
    arrivals = utah();
    arrivals[2].arrival = arrivals[2].arrival.plus_s(1e6);
    assert_eq!(message(&arrivals), "arrival 3 by time: it is more than 10 days after the first");
    let two =
        |a: (f64, f64), b: (f64, f64)| [a, b].map(|(lat, lon)| arrival(lat, lon, "2024-01-01T00:00:00Z", 0.0, 10.0));
    assert!(message(&two((88.0, 0.0), (60.0, 0.0))).starts_with("an array stands at latitude 88.0000"));
    assert!(message(&two((10.0, 179.0), (12.0, 170.0))).contains("the antimeridian"));
    assert!(message(&two((10.0, 179.0), (12.0, -179.0))).contains("the antimeridian"));
    assert!(message(&two((-30.0, 0.0), (30.0, 20.0))).contains("REGION_SIDE_KM_MAX = 6000"));
    let mut priors = priors();
    priors.travel_time_fixed_ms.value = 0;
    let error = locate(&utah(), &priors, 1).unwrap_err();
    assert_eq!(error.to_string(), "prior travel_time_fixed_ms is 0, expected above zero");
    assert!(!error.is_contradiction());
}

#[test]
fn arrivals_that_contradict_each_other_are_refused() {
    // Hours between arrays that sound passes between in less.
    let mut arrivals = utah();
    arrivals[2].arrival = arrivals[2].arrival.plus_s(80_000.0);
    let error = locate(&arrivals, &priors(), 1).unwrap_err();
    assert!(error.is_contradiction(), "{error}");
    assert!(error.to_string().starts_with("the arrivals contradict each other: "), "{error}");
    // A bearing that is merely odd is located, and the region says how badly.
    let mut odd = utah();
    odd[1].azimuth_deg += 15.0;
    check(&locate(&odd, &priors(), 1).unwrap());
}

/// The azimuths cross nowhere near one place: an average over a large block is then better than any place in it, and no
/// cell may be dropped for that.
#[test]
fn a_fourth_array_that_points_elsewhere_leaves_a_whole_posterior() {
    let mut arrivals = utah();
    arrivals.push(Arrival {
        place: place(41.0, -109.5939),
        arrival: Time::parse("2004-06-02T17:42:14Z").expect("a time"),
        azimuth_deg: 234.4,
        f_statistic: 43.0,
    });
    let posterior = locate(&arrivals, &priors(), 1).unwrap();
    check(&posterior);
    assert!(core_cells(&posterior) >= 500, "{}", core_cells(&posterior));
}
