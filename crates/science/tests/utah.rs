//! A recorded explosion: three arrays in the west of the United States, 2 June 2004, with its place and time known.
mod common;
use common::{priors, utah, utah_truth};
use truceline_model::canonical;
use truceline_model::geodesic::area;
use truceline_model::place::{Place, rings_contain};
use truceline_model::posterior::{PPB, Posterior};
use truceline_science::locate::{Arrival, levels_at, locate};

#[test]
fn the_truth_lies_inside() {
    let posterior = locate(&utah(), &priors(), 1).unwrap();
    let (place, time) = utah_truth();
    assert!(posterior.region_contains(90, place));
    assert!(posterior.interval(95).unwrap().contains(time));
    let area_km2 = posterior.region(90).unwrap().area_m2 as f64 / 1e6;
    // As issued at most 6,000; measured 4,645.
    assert!((4_600.0..4_700.0).contains(&area_km2), "{area_km2}");

    // Measured: 38.5 km from the mean, in the 81 % region of the place and the 34 % region of the time.
    let levels = levels_at(&posterior, place, Some(time));
    assert!((37.0..40.0).contains(&levels.distance_km), "{levels:?}");
    assert!((0.78..0.83).contains(&levels.place_level), "{levels:?}");
    assert!((0.30..0.38).contains(&levels.time_level.unwrap()), "{levels:?}");
    assert_eq!(levels_at(&posterior, Place { lat_e7: 0, lon_e7: 0 }, None).place_level, 1.0);
    assert_eq!(levels_at(&posterior, posterior.most_probable, None).time_level, None);
    assert!(levels_at(&posterior, posterior.most_probable, None).place_level < 0.01);
}

/// Probability inside the rings by cells that are cut into 5 x 5.
fn mass_inside(posterior: &Posterior, rings: &[truceline_model::place::Ring]) -> f64 {
    let grid = &posterior.grid;
    let part = |cell: u32, start: i32, step: u32, k: u32| {
        start + (f64::from(step) * (f64::from(cell) + (f64::from(k) + 0.5) / 5.0)).round() as i32
    };
    let mut sum = 0.0;
    for cell in &posterior.cells {
        let (row, column) = (cell.index / grid.columns, cell.index % grid.columns);
        let inside = (0..25)
            .filter(|k| {
                let lat_e7 = part(row, grid.south_e7, grid.d_lat_e7, k / 5);
                let lon_e7 = part(column, grid.west_e7, grid.d_lon_e7, k % 5);
                rings_contain(rings, Place { lat_e7, lon_e7 })
            })
            .count();
        sum += f64::from(cell.mass_ppb) / PPB * inside as f64 / 25.0;
    }
    sum
}

#[test]
fn rings_hold_their_level() {
    let posterior = locate(&utah(), &priors(), 1).unwrap();
    for region in &posterior.regions {
        let (mass, level) = (mass_inside(&posterior, &region.rings), f64::from(region.level_percent) / 100.0);
        assert!((mass - level).abs() < 0.01, "{} %: {mass}", region.level_percent);
        assert!(region.rings.iter().all(|ring| ring.len() >= 3));
        assert!(area::ring_m2(&region.rings[0]) > 0.0);
        assert!((area::rings_m2(&region.rings) - region.area_m2 as f64).abs() <= 1.0);
    }
    let areas: Vec<u64> = posterior.regions.iter().map(|region| region.area_m2).collect();
    assert!(areas[0] < areas[1] && areas[1] < areas[2]);
    for region in &posterior.time_regions {
        let mass = posterior.mass(|_| true, Some(&[region.interval]));
        assert!((mass - f64::from(region.level_percent) / 100.0).abs() < 0.002, "{} %: {mass}", region.level_percent);
    }
}

#[test]
fn what_is_kept_is_small_and_sums_to_one() {
    let posterior = locate(&utah(), &priors(), 1).unwrap();
    let inside: u64 = posterior.cells.iter().map(|cell| u64::from(cell.mass_ppb)).sum();
    assert_eq!(inside + u64::from(posterior.outside_ppb), PPB as u64);
    assert!(posterior.outside_ppb < 300_000, "{}", posterior.outside_ppb);
    assert!(posterior.cells.iter().is_sorted_by(|a, b| a.index < b.index));
    assert!(posterior.cells.len() <= 4_000, "{}", posterior.cells.len());
    // Measured: 3,661 cells, 71,159 bytes.
    let bytes = canonical::to_bytes(&posterior);
    assert!(bytes.len() < 80_000, "{}", bytes.len());
    assert_eq!(canonical::from_bytes::<Posterior>(&bytes).unwrap(), posterior);
}

#[test]
fn moments_are_those_of_the_cells() {
    let posterior = locate(&utah(), &priors(), 1).unwrap();
    let total: f64 = posterior.cells.iter().map(|cell| f64::from(cell.mass_ppb)).sum();
    let (mut lat, mut lon, mut time) = (0.0, 0.0, 0.0);
    for cell in &posterior.cells {
        let (middle, mass) = (posterior.grid.middle(cell.index), f64::from(cell.mass_ppb) / total);
        lat += mass * middle.lat_deg();
        lon += mass * middle.lon_deg();
        time += mass * f64::from(cell.time_mean_ms) / 1e3;
    }
    assert!((lat - posterior.mean.lat_deg()).abs() < 1e-6 && (lon - posterior.mean.lon_deg()).abs() < 1e-6);
    assert!((posterior.time_mean.seconds_since(posterior.time_reference) - time).abs() < 0.01);
    let covariance = posterior.covariance;
    let determinant = covariance.east_m2 as f64 * covariance.north_m2 as f64
        - covariance.east_north_m2 as f64 * covariance.east_north_m2 as f64;
    // Of a normal distribution the 90 % ellipse has the area 2 pi ln 10 sqrt(det); this one is nearly normal.
    let ellipse_km2 = std::f64::consts::TAU * libm::log(10.0) * determinant.sqrt() / 1e6;
    let area_km2 = posterior.region(90).unwrap().area_m2 as f64 / 1e6;
    assert!((0.9..1.1).contains(&(ellipse_km2 / area_km2)), "{ellipse_km2} {area_km2}");
}

#[test]
fn threads_and_order_do_not_show() {
    let expected = canonical::to_bytes(&locate(&utah(), &priors(), 1).unwrap());
    for threads in [0, 2, 5] {
        assert_eq!(canonical::to_bytes(&locate(&utah(), &priors(), threads).unwrap()), expected);
    }
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let arrivals: Vec<Arrival> = order.iter().map(|i| utah()[*i]).collect();
        assert_eq!(canonical::to_bytes(&locate(&arrivals, &priors(), 1).unwrap()), expected);
    }
    // A turn of the azimuth by a whole circle says the same thing.
    let mut turned = utah();
    turned[0].azimuth_deg += 360.0;
    let posterior = locate(&turned, &priors(), 1).unwrap();
    assert_eq!(posterior.region(90).unwrap().rings.len(), 1);
}
