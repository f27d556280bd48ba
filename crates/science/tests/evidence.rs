//! What holds for every solution: order, threads and names do not show; what cannot be resolved is said; bad input is
//! named.
mod regions_common;
use regions_common::{Evidence, HALF_M, KINDS, SPEED_M_S, event, priors, solve};
use truceline_model::geodesic::{destination, inverse};
use truceline_model::measurement::{Fix, Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::place::Place;
use truceline_model::time::Time;
use truceline_science::locate::{
    Heights, Line, Point, Priors, Resolution, Sides, Solution, Unresolved, Vertex, evidence, fit, without_owners,
};
use truceline_science::travel::{Medium, Speeds, sound_m_s};

fn sensor(id: usize, kind: SensorKind, (x_m, y_m, z_m): (f64, f64, f64)) -> Sensor {
    Sensor { id: format!("s{id}"), owner: format!("o{id}"), kind, site: Site::Local { x_m, y_m, z_m } }
}

fn place(site: Site) -> (f64, f64) {
    match site {
        Site::Local { x_m, y_m, .. } => (x_m, y_m),
        Site::Geographic { lon_deg, lat_deg, .. } => (lon_deg, lat_deg),
    }
}

/// All but the residuals, which name measurements by the numbers of the call.
fn anonymous(solution: &Solution) -> Solution {
    Solution { residuals: vec![], ..solution.clone() }
}

#[test]
fn order_threads_and_names_do_not_show() {
    for kind in KINDS {
        let mut event = event(kind, 4_242);
        let one = solve(&event, 1);
        for threads in [2, 5] {
            assert_eq!(one, solve(&event, threads), "{kind:?}");
        }
        let names: Vec<String> = event.sensors.iter().map(|sensor| sensor.id.clone()).collect();
        for (sensor, name) in event.sensors.iter_mut().zip(names.iter().rev()) {
            sensor.id.clone_from(name);
            sensor.owner = format!("another {name}");
        }
        event.measurements.reverse();
        let turned = solve(&event, 1);
        assert_eq!(anonymous(&one), anonymous(&turned), "{kind:?}");
        // And with the sensors in another order.
        let last = event.sensors.len() - 1;
        event.sensors.reverse();
        for measurement in &mut event.measurements {
            measurement.sensor = last - measurement.sensor;
        }
        assert_eq!(anonymous(&one), anonymous(&solve(&event, 1)), "{kind:?}");
    }
}

#[test]
fn cells_regions_and_samples_agree() {
    let event = event(Evidence::TimesAndBearings, 99);
    let solution = solve(&event, 1);
    let whole: f64 = solution.cells.iter().map(|cell| cell.mass).sum();
    assert!((whole + solution.outside - 1.0).abs() < 1e-9);
    for region in &solution.regions {
        let inside =
            solution.mass(|point| region.rings.iter().filter(|ring| solution_contains(ring, point)).count() % 2 == 1);
        assert!((inside - f64::from(region.level_percent) / 100.0).abs() < 0.02, "{}: {inside}", region.level_percent);
    }
    let samples = solution.samples(4_000, 7);
    assert_eq!(samples, solution.samples(4_000, 7));
    let (mx, my) = place(solution.mean);
    let mean = samples.iter().map(|sample| sample.place.x).sum::<f64>() / 4_000.0;
    let variance = samples.iter().map(|sample| (sample.place.x - mx) * (sample.place.x - mx)).sum::<f64>() / 4_000.0;
    assert!((mean - mx).abs() < 0.1 * solution.covariance.east_m2.sqrt());
    assert!((variance / solution.covariance.east_m2 - 1.0).abs() < 0.1);
    // A line through the mean, northwards: left is west.
    let vertex = |y| Vertex { at: Point { x: mx, y }, sigma_m: 0.0 };
    let line = Line::new(vec![vec![vertex(my - 1e5), vertex(my + 1e5)]]).expect("a line");
    let Sides { left, right, .. } = solution.sides(&line);
    assert!((left + right - whole).abs() < 1e-9 && (left - 0.5).abs() < 0.1, "{left} {right}");
    let west = [
        Point { x: -HALF_M, y: -HALF_M },
        Point { x: mx, y: -HALF_M },
        Point { x: mx, y: HALF_M },
        Point { x: -HALF_M, y: HALF_M },
    ];
    // Cells by their middles, and cut.
    assert!((solution.mass_in(&west) - left).abs() < 0.04);
    let (x, y) = place(solution.most_probable);
    let time = solution.time_mean;
    let levels = solution.levels_at(Point { x, y }, time);
    assert!(levels.place_level < 0.02 && levels.time_level.expect("a time") < 0.1, "{levels:?}");
    assert_eq!(solution.levels_at(Point { x: 1e7, y }, None).place_level, 1.0);
}

fn solution_contains(ring: &[Point], point: Point) -> bool {
    let mut inside = false;
    for (i, a) in ring.iter().enumerate() {
        let b = &ring[(i + ring.len() - 1) % ring.len()];
        if (a.y > point.y) != (b.y > point.y) {
            inside ^= point.x < a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x);
        }
    }
    inside
}

#[test]
fn a_wrong_owner_is_seen_without_it() {
    // Eight sensors of three owners; one owner's are half a second late.
    let mut event = event(Evidence::Times, 5);
    for measurement in &mut event.measurements {
        if event.sensors[measurement.sensor].owner == "o1" {
            measurement.time = measurement.time.plus_s(0.5);
        }
    }
    let members: Vec<usize> = (0..8).collect();
    let mut without = without_owners(&event.sensors, &event.measurements, &members, &priors(), 1).expect("owners");
    without.sort_by(|a, b| a.owner.cmp(&b.owner));
    assert_eq!(without.iter().map(|one| one.owner.as_str()).collect::<Vec<_>>(), ["o0", "o1", "o2"]);
    let level = |i: usize| {
        let solution = without[i].solution.as_ref().expect("a solution");
        solution.levels_at(Point { x: event.truth.0, y: event.truth.1 }, None).place_level
    };
    assert!(level(1) < 0.95, "{}", level(1));
    // Of one owner alone nothing is left without it.
    let one: Vec<usize> = members.into_iter().filter(|i| event.sensors[*i].owner == "o2").collect();
    let without = without_owners(&event.sensors, &event.measurements, &one, &priors(), 1).expect("owners");
    assert!(without.len() == 1 && without[0].solution.is_none());
}

#[test]
fn one_bearing_and_two_times_hold_no_point() {
    let mut measurement = Measurement::arrival(0, Time(0));
    measurement.azimuth_deg = Some(60.0);
    measurement.azimuth_sigma_deg = Some(2.0);
    let sensors = [sensor(0, SensorKind::Observer, (0.0, 0.0, 0.0))];
    let solution = evidence(&sensors, &[measurement], &[0], &priors(), 1).expect("a solution");
    let Resolution::Bearing(bearing, Unresolved::Range { edge_percent }) = solution.resolution else {
        panic!("{:?}", solution.resolution)
    };
    assert!((bearing.azimuth_deg - 60.0).abs() < 1.0 && bearing.azimuth_sigma_deg < 12.0, "{bearing:?}");
    assert!(edge_percent > 1.0 && solution.time_mean.is_none() && solution.bound_ratio.is_none());

    let sensors =
        [sensor(0, SensorKind::Seismometer, (0.0, 0.0, 0.0)), sensor(1, SensorKind::Seismometer, (8e3, 0.0, 0.0))];
    let times = [Measurement::arrival(0, Time(0)), Measurement::arrival(1, Time(400_000_000))];
    let solution = evidence(&sensors, &times, &[0, 1], &priors(), 1).expect("a solution");
    assert!(matches!(solution.resolution, Resolution::Bearing(..)), "{:?}", solution.resolution);
}

#[test]
fn a_source_overhead_is_a_bearing() {
    // Three masts of two microphones, 20 m apart; something 150 m up, 40 m off.
    let masts = [(17.0, 9.0), (0.0, 0.0), (1.0, 19.0)];
    let sensors: Vec<Sensor> = masts
        .iter()
        .flat_map(|(x, y)| [14.0, 3.0].map(|z| (*x, *y, z)))
        .enumerate()
        .map(|(i, at)| sensor(i, SensorKind::Microphone, at))
        .collect();
    let speed = sound_m_s(20.0).expect("air");
    let measurements: Vec<Measurement> = sensors
        .iter()
        .enumerate()
        .map(|(i, sensor)| {
            let Site::Local { x_m, y_m, z_m } = sensor.site else { panic!("a local frame") };
            let off = [x_m - 40.0, y_m - 20.0, z_m - 150.0];
            let length = f64::sqrt(off.iter().map(|d| d * d).sum());
            let mut measurement = Measurement::arrival(i, Time(0).plus_s(length / speed));
            measurement.time_sigma_s = Some(2e-4);
            measurement
        })
        .collect();
    let mut priors = Priors::sound(20.0).expect("air");
    priors.heights = Heights::Between { top_m: -500.0, bottom_m: 0.0 };
    let solution = evidence(&sensors, &measurements, &[0, 1, 2, 3, 4, 5], &priors, 1).expect("a solution");
    let Resolution::Bearing(bearing, Unresolved::Overhead { elevation_deg }) = solution.resolution else {
        panic!("{:?}", solution.resolution)
    };
    assert!((elevation_deg - 77.0).abs() < 3.0, "{elevation_deg}");
    assert!((bearing.azimuth_deg - 74.0).abs() < 10.0, "{bearing:?}");
}

#[test]
fn light_and_sound_give_the_distance_and_people_the_direction() {
    let sound = sound_m_s(10.0).expect("air");
    let sensors = [
        sensor(0, SensorKind::Optical, (0.0, 0.0, 0.0)),
        sensor(1, SensorKind::Microphone, (0.0, 0.0, 0.0)),
        sensor(2, SensorKind::Observer, (500.0, -300.0, 0.0)),
    ];
    let (x, y) = (900.0, 1_200.0);
    let mut flash = Measurement::arrival(0, Time(0));
    flash.time_sigma_s = Some(0.02);
    let mut bang = Measurement::arrival(1, Time(0).plus_s(1_500.0 / sound));
    bang.time_sigma_s = Some(0.02);
    let mut seen = Measurement::arrival(2, Time(0));
    seen.azimuth_deg = Some(libm::atan2(x - 500.0, y + 300.0).to_degrees());
    seen.azimuth_sigma_deg = Some(6.0);
    seen.range_m = Some((1_000.0, 2_500.0));
    let priors = Priors::sound(10.0).expect("air");
    let solution = evidence(&sensors, &[flash, bang, seen], &[0, 1, 2], &priors, 1).expect("a solution");
    let levels = solution.levels_at(Point { x, y }, Some(Time(0)));
    assert!(levels.place_level < 0.5 && levels.time_level.expect("a time") < 0.9, "{levels:?}");
    assert_eq!(solution.resolution, Resolution::Point);
    let time = solution.time_mean.expect("a time");
    assert!(time.seconds_since(Time(0)).abs() < 0.03);
}

#[test]
fn a_satellite_pixel_joins_an_airwave() {
    let medium = Medium::homogeneous(Speeds { airwave_m_s: Some(300.0), ..Speeds::default() }).expect("a speed");
    let mut priors = Priors::new(medium);
    priors.wind_sigma_m_s = 20.0;
    let origin = Place::from_degrees(48.0, 35.0).expect("a place");
    let sensors: Vec<Sensor> = [(20.0, 150e3), (140.0, 210e3), (260.0, 90e3)]
        .iter()
        .enumerate()
        .map(|(i, (azimuth, distance))| {
            let at = destination(origin, *azimuth, *distance).expect("a place");
            Sensor {
                id: format!("a{i}"),
                owner: String::new(),
                kind: SensorKind::InfrasoundArray,
                site: Site::Geographic { lon_deg: at.lon_deg(), lat_deg: at.lat_deg(), elevation_m: 0.0 },
            }
        })
        .chain([Sensor {
            id: "sky".to_owned(),
            owner: String::new(),
            kind: SensorKind::Satellite,
            site: Site::Geographic { lon_deg: 30.0, lat_deg: 50.0, elevation_m: 0.0 },
        }])
        .collect();
    let mut measurements: Vec<Measurement> = (0..3)
        .map(|i| {
            let (lon, lat) = place(sensors[i].site);
            let path = inverse((lat, lon), (48.0, 35.0));
            // A celerity of 285 m/s, off by 5 %.
            let mut measurement = Measurement::arrival(i, Time(0).plus_s(path.distance_m / 285.0));
            measurement.azimuth_deg = Some(path.azimuth_deg);
            measurement.azimuth_sigma_deg = Some(3.0);
            measurement
        })
        .collect();
    let alone = evidence(&sensors, &measurements, &[0, 1, 2], &priors, 1).expect("a solution");
    let truth = Point { x: 35.0, y: 48.0 };
    assert!(alone.levels_at(truth, Some(Time(0))).place_level < 0.9);
    let mut pixel = Measurement::arrival(3, Time(0).plus_s(30.0));
    pixel.time_sigma_s = Some(60.0);
    pixel.fix =
        Some(Fix { site: Site::Geographic { lon_deg: 35.003, lat_deg: 48.002, elevation_m: 0.0 }, sigma_m: 400.0 });
    measurements.push(pixel);
    priors.light.range_m_max = 2_000e3;
    let joined = evidence(&sensors, &measurements, &[0, 1, 2, 3], &priors, 1).expect("a solution");
    let levels = joined.levels_at(truth, Some(Time(0)));
    assert!(levels.place_level < 0.9 && levels.time_level.expect("a time") < 0.99, "{levels:?}");
    let area = |solution: &Solution| solution.regions[1].area_m2;
    assert!(area(&joined) < 0.1 * area(&alone), "{} {}", area(&joined), area(&alone));
    // A normal pixel of 400 m: 2 pi ln(10) sigma^2 = 2.3 km2 at most.
    assert!(area(&joined) < 2.6e6, "{}", area(&joined));
}

#[test]
fn the_point_fit_is_the_most_probable_point() {
    let mut elsewhere = Vec::new();
    for seed in 0..40 {
        let event = event(if seed % 2 == 0 { Evidence::Times } else { Evidence::Outliers }, seed);
        let members: Vec<usize> = (0..event.measurements.len()).collect();
        let found = fit(&event.sensors, &event.measurements, &members, &priors()).expect("a fit");
        let solution = solve(&event, 1);
        let (x, y) = place(solution.most_probable);
        let sigma = f64::sqrt(solution.covariance.east_m2 + solution.covariance.north_m2);
        let off = libm::hypot(found.place.x - x, found.place.y - y);
        if off > 0.6 * sigma {
            elsewhere.push((seed, off, sigma));
        }
    }
    // Where outliers leave two places, the fit may stand in the lesser one.
    assert!(elsewhere.len() <= 1, "{elsewhere:?}");
}

#[test]
fn bad_input_is_named() {
    let event = event(Evidence::Times, 1);
    let error = |change: &dyn Fn(&mut Vec<Sensor>, &mut Vec<Measurement>), members: &[usize]| {
        let (mut sensors, mut measurements) = (event.sensors.clone(), event.measurements.clone());
        change(&mut sensors, &mut measurements);
        evidence(&sensors, &measurements, members, &priors(), 1).expect_err("an error").to_string()
    };
    assert_eq!(error(&|_, _| {}, &[]), "no measurements, expected at least one");
    assert_eq!(error(&|_, _| {}, &[99]), "measurement 100: there is none of this number");
    assert_eq!(error(&|_, m| m[2].sensor = 50, &[0, 1, 2]), "measurement 3: its sensor is unknown");
    assert_eq!(
        error(&|_, m| m[1].time_sigma_s = Some(f64::NAN), &[0, 1, 2]),
        "measurement 2: time_sigma_s is NaN, expected 0.000001 to 100000 s"
    );
    assert_eq!(
        error(&|_, m| m[1].phase = Some(Phase::Airwave), &[0, 1, 2]),
        "measurement 2: the medium has no speed for airwaves, expected one"
    );
    assert_eq!(
        error(&|s, _| s[1].site = Site::Local { x_m: f64::NAN, y_m: 0.0, z_m: 0.0 }, &[0, 1, 2]),
        "sensor s1: its site is none, expected finite numbers, latitudes within 85 degrees, or metres within 2000 km"
    );
    assert!(
        error(&|s, _| s[1].site = Site::Geographic { lon_deg: 0.0, lat_deg: 0.0, elevation_m: 0.0 }, &[0, 1, 2])
            .contains("another form than the first")
    );
    let late = error(&|_, m| m[1].time = Time(i64::MAX), &[0, 1, 2]);
    assert!(late.contains("more than 10 days"), "{late}");
    // Every pick off by seconds: no place explains half of them.
    let scattered = error(
        &|_, m| {
            for (i, measurement) in m.iter_mut().enumerate() {
                measurement.time = Time(0).plus_s(20.0 * (i * i % 11) as f64);
            }
        },
        &[0, 1, 2, 3, 4, 5, 6, 7],
    );
    assert!(scattered.contains("contradict each other"), "{scattered}");
    let wide = HALF_M / SPEED_M_S;
    assert!(wide > 1.0);
}
