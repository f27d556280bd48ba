//! What could have been seen: against every subset of sensors, closed forms, and events that were drawn.
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use truceline_science::associate::Curve;
use truceline_science::coverage::{
    Area, CELLS_MAX, CoverageError, Demand, Hour, Sense, Watcher, heard_ratio, map, place,
};

fn sense(range_m: f64) -> Sense {
    Sense {
        curve: Curve { ceiling: 0.9, range_m, width_m: range_m / 5.0 },
        speed_m_s: 6_000.0,
        time_sigma_s: 0.1,
        travel_relative: 0.0,
        azimuth_sigma_deg: None,
        heard_ratio: 1.0,
    }
}

fn watcher(at_m: [f64; 2], owner: u32) -> Watcher {
    Watcher { at_m, owner, up: 1.0, senses: vec![sense(30_000.0)] }
}

/// By itself: how probably a sensor with one wave registers an event.
fn registers(watcher: &Watcher, place_m: [f64; 2], ratio: f64) -> f64 {
    let [x, y] = [watcher.at_m[0] - place_m[0], watcher.at_m[1] - place_m[1]];
    let curve = watcher.senses[0].curve;
    let distance_m = libm::hypot(x, y) / (ratio * watcher.senses[0].heard_ratio);
    watcher.up * curve.ceiling / (1.0 + libm::exp((distance_m - curve.range_m) / curve.width_m))
}

fn network() -> impl Strategy<Value = Vec<Watcher>> {
    let one = (-60e3..60e3, -60e3..60e3, 0_u32..4, 0.0..=1.0_f64, 0.3..2.0_f64);
    prop::collection::vec(one, 0..9).prop_map(|all| {
        all.into_iter()
            .map(|(x, y, owner, up, heard_ratio)| Watcher {
                up,
                senses: vec![Sense { heard_ratio, ..sense(30_000.0) }],
                ..watcher([x, y], owner)
            })
            .collect()
    })
}

fn demand() -> impl Strategy<Value = Demand> {
    (1_usize..=8, 1_usize..=4)
        .prop_filter("owners are sensors", |(sensors, owners)| owners <= sensors)
        .prop_map(|(sensors_min, owners_min)| Demand { sensors_min, owners_min })
}

proptest! {
    #[test]
    fn it_is_the_sum_over_every_subset(watchers in network(), demand in demand(), ratio in 0.2..5.0_f64, x in -60e3..60e3_f64) {
        let place_m = [x, 5e3];
        let mut expected = 0.0;
        for subset in 0_u32..1 << watchers.len() {
            let (mut p, mut sensors, mut owners) = (1.0, 0, 0_u32);
            for (at, watcher) in watchers.iter().enumerate() {
                let q = registers(watcher, place_m, ratio);
                if subset >> at & 1 == 1 {
                    p *= q;
                    sensors += 1;
                    owners |= 1 << watcher.owner;
                } else {
                    p *= 1.0 - q;
                }
            }
            if sensors >= demand.sensors_min && owners.count_ones() as usize >= demand.owners_min {
                expected += p;
            }
        }
        let hour = Hour::new(watchers, demand, 0.3).unwrap();
        prop_assert!((hour.seen(place_m, ratio) - expected).abs() < 1e-12);
    }

    #[test]
    fn a_sensor_more_an_hour_longer_a_stronger_event_never_see_less(
        watchers in network(), demand in demand(), x in -60e3..60e3_f64, up in 0.0..1.0_f64
    ) {
        let place_m = [x, -3e3];
        let hour = Hour::new(watchers.clone(), demand, 0.3).unwrap();
        let more: Vec<Watcher> = watchers.iter().cloned().chain([watcher([1e3, 1e3], 9)]).collect();
        prop_assert!(Hour::new(more, demand, 0.3).unwrap().seen_mean(place_m) >= hour.seen_mean(place_m) - 1e-12);
        let shorter: Vec<Watcher> =
            watchers.iter().map(|watcher| Watcher { up: watcher.up * up, ..watcher.clone() }).collect();
        prop_assert!(Hour::new(shorter, demand, 0.3).unwrap().seen_mean(place_m) <= hour.seen_mean(place_m) + 1e-12);
        prop_assert!(hour.seen(place_m, 2.0) >= hour.seen(place_m, 1.0) - 1e-12);
        if let Some(smallest) = hour.smallest_ratio(place_m, 0.9) {
            prop_assert!(hour.seen(place_m, smallest) >= 0.9);
            prop_assert!(smallest < 0.011 || hour.seen(place_m, smallest * 0.998) < 0.9);
        }
    }

    #[test]
    fn owners_numbers_and_the_sensors_order_do_not_show(watchers in network(), demand in demand()) {
        let other: Vec<Watcher> =
            watchers.iter().rev().map(|watcher| Watcher { owner: 3 - watcher.owner, ..watcher.clone() }).collect();
        let (one, other) = (Hour::new(watchers, demand, 0.3).unwrap(), Hour::new(other, demand, 0.3).unwrap());
        prop_assert!((one.seen_mean([0.0, 0.0]) - other.seen_mean([0.0, 0.0])).abs() < 1e-12);
    }
}

#[test]
fn one_owner_alone_is_never_two() {
    let watchers: Vec<Watcher> = (0..9).map(|at| watcher([f64::from(at) * 1e3, 0.0], 7)).collect();
    let of = |owners_min| Hour::new(watchers.clone(), Demand { sensors_min: 4, owners_min }, 0.3).unwrap();
    assert!(of(1).seen_mean([0.0, 0.0]) > 0.99);
    assert_eq!(of(2).seen_mean([0.0, 0.0]), 0.0);
    assert_eq!(of(2).smallest_ratio([0.0, 0.0], 0.9), None);
}

#[test]
fn events_that_were_drawn_are_seen_as_often_as_it_says() {
    const DRAWS: u32 = 40_000;
    let watchers: Vec<Watcher> = (0..12)
        .map(|at| Watcher { up: 0.8, ..watcher([f64::from(at % 4) * 20e3, f64::from(at / 4) * 20e3], at / 3) })
        .collect();
    let demand = Demand { sensors_min: 4, owners_min: 2 };
    let hour = Hour::new(watchers.clone(), demand, 0.3).unwrap();
    let mut draws = ChaCha8Rng::seed_from_u64(11);
    let mut even = move || (f64::from(draws.next_u32()) + 0.5) / 4_294_967_296.0;
    let mut seen = 0;
    for _ in 0..DRAWS {
        let normal = (-2.0 * libm::log(even())).sqrt() * libm::cos(std::f64::consts::TAU * even());
        let ratio = libm::exp(0.3 * normal);
        let (mut sensors, mut owners) = (0, 0_u32);
        for watcher in &watchers {
            if even() < registers(watcher, [70e3, 20e3], ratio) {
                sensors += 1;
                owners |= 1 << watcher.owner;
            }
        }
        seen += u32::from(sensors >= 4 && owners.count_ones() >= 2);
    }
    let share = f64::from(seen) / f64::from(DRAWS);
    let expected = hour.seen_mean([70e3, 20e3]);
    // Four standard deviations; the strength's nodes end at 2.5 deviations.
    assert!((share - expected).abs() < 4.0 * (0.25 / f64::from(DRAWS)).sqrt() + 0.002, "{share} {expected}");
    assert!((0.2..0.8).contains(&expected));
}

#[test]
fn a_ring_in_closed_form() {
    // p near 0.9 at each of n sensors: the variance of each axis is 2 v^2 sigma^2 / (n p), drms its double's root.
    let ring = |n: u32| -> Vec<Watcher> {
        (0..n)
            .map(|at| {
                let (y, x) = libm::sincos(std::f64::consts::TAU * f64::from(at) / f64::from(n));
                watcher([x * 1e3, y * 1e3], at)
            })
            .collect()
    };
    let hour = Hour::new(ring(6), Demand::default(), 0.0).unwrap();
    let p = registers(&ring(6)[0], [0.0, 0.0], 1.0);
    let expected = (4.0 * 600.0 * 600.0 / (6.0 * p)).sqrt();
    let found = map(&hour, &[[0.0, 0.0]], 0.9, 1)[0].error_m.unwrap();
    assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
    let two = Hour::new(ring(2), Demand::default(), 0.0).unwrap();
    assert_eq!(map(&two, &[[300.0, 400.0]], 0.9, 1)[0].error_m, None);
}

#[test]
fn noise_shortens_by_the_law_of_amplitudes() {
    // Twenty decibels are a factor of ten; with spherical spreading ten times as near.
    assert!((heard_ratio(20.0, 1.0) - 0.1).abs() < 1e-12 && (heard_ratio(-20.0, 1.0) - 10.0).abs() < 1e-12);
    assert!((heard_ratio(6.0, 1.4072) - 0.612).abs() < 5e-4);
    assert_eq!(heard_ratio(30.0, 0.0), 1.0);
}

#[test]
fn sensors_are_placed_as_well_as_by_trying_all() {
    let watchers: Vec<Watcher> = (0..4).map(|at| watcher([f64::from(at) * 10e3, 0.0], at)).collect();
    let hour = Hour::new(watchers.clone(), Demand { sensors_min: 4, owners_min: 2 }, 0.3).unwrap();
    let area = Area { low_m: [-20e3, -60e3], cell_m: 20e3, columns: 4, rows: 6 };
    let places = area.middles_m().unwrap();
    let sensor = watcher([0.0, 0.0], 77);
    let placing = place(&hour, &sensor, &places, &places, 2, 1);
    let mean = |chosen: &[usize]| {
        let all = watchers.iter().cloned().chain(chosen.iter().map(|at| watcher(places[*at], 77))).collect();
        let hour = Hour::new(all, Demand { sensors_min: 4, owners_min: 2 }, 0.3).unwrap();
        places.iter().map(|at| hour.seen_mean(*at)).sum::<f64>() / places.len() as f64
    };
    let mut most = 0.0_f64;
    for a in 0..places.len() {
        for b in 0..a {
            most = most.max(mean(&[a, b]));
        }
    }
    assert!((placing.before - mean(&[])).abs() < 1e-12 && (placing.after[1] - mean(&placing.chosen)).abs() < 1e-12);
    assert!(placing.after[1] > placing.after[0] && placing.after[0] > placing.before);
    assert!((placing.after[1] - most).abs() < 1e-9, "{} {most}", placing.after[1]);
    assert_eq!(placing, place(&hour, &sensor, &places, &places, 2, 5));
}

#[test]
fn what_has_no_meaning_is_named() {
    let fine = watcher([0.0, 0.0], 0);
    let of = |watcher: Watcher| Hour::new(vec![fine.clone(), watcher], Demand::default(), 0.3).unwrap_err().to_string();
    assert_eq!(of(Watcher { up: 1.5, ..fine.clone() }), "sensor 1: expected a share of the hour, 0 to 1");
    assert_eq!(of(Watcher { at_m: [f64::NAN, 0.0], ..fine.clone() }), "sensor 1: expected a place in metres");
    let demand = Demand { sensors_min: 1, owners_min: 2 };
    assert_eq!(Hour::new(vec![], demand, 0.3), Err(CoverageError::Demand));
    assert_eq!(Hour::new(vec![], Demand::default(), f64::NAN), Err(CoverageError::Strength));
    let wide = Area { low_m: [0.0, 0.0], cell_m: 1.0, columns: CELLS_MAX, rows: 2 };
    assert_eq!(wide.middles_m(), Err(CoverageError::Area));
    let nobody = Hour::new(vec![], Demand::default(), 0.3).unwrap();
    assert_eq!(nobody.seen_mean([0.0, 0.0]), 0.0);
}
