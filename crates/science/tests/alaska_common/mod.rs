//! Four earthquakes of southern Alaska that NonLinLoc ships as its samples: picks, stations, and its own answers.
#![allow(dead_code, unreachable_pub)]
use std::path::Path;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::locate::{Heights, Priors, Solution, evidence};
use truceline_science::travel::{Layer, Medium, Reach, Speeds};

pub const EVENTS: [&str; 4] =
    ["alaska.20181130.172935", "alaska.20181130.173543", "alaska.20181130.175512", "alaska.20181130.180013"];

/// The layered model of southern Alaska of K. A. Fogleman, J. C. Lahr, C. D. Stephens and R. A. Page, *Earthquake
/// locations determined by the southern Alaska seismograph network for October 1971 through May 1989*, USGS
/// Open-File Report 93-309, 1993: depth of the top km, P km/s; S by P / 1.78. NonLinLoc's own model is not with its
/// answers.
pub const SOUTHERN_ALASKA: [(f64, f64); 9] =
    [(0.0, 5.3), (4.0, 5.6), (10.0, 6.2), (15.0, 6.9), (20.0, 7.4), (25.0, 7.7), (33.0, 7.9), (47.0, 8.1), (65.0, 8.3)];

/// An earthquake: what NonLinLoc used of the picks, and its answer.
pub struct Quake {
    pub sensors: Vec<Sensor>,
    pub measurements: Vec<Measurement>,
    /// Predicted travel times, s, and its hypocentre: longitude, latitude, depth km.
    pub predicted_s: Vec<f64>,
    pub hypocentre: (f64, f64, f64),
    /// The cloud: x and y km in its projection, depth km.
    pub cloud: Vec<(f64, f64, f64)>,
}

pub fn quake(data: &Path, name: &str) -> Quake {
    let folder = data.join("seismic/nonlinloc");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).expect("a file of the recordings");
    let stations: Vec<(String, Site)> = read("station_coordinates.txt")
        .lines()
        .filter(|line| line.starts_with("GTSRCE"))
        .map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let number = |i: usize| fields[i].parse::<f64>().expect("a number");
            let site =
                Site::Geographic { lon_deg: number(4), lat_deg: number(3), elevation_m: 1e3 * (number(6) - number(5)) };
            (fields[1].to_owned(), site)
        })
        .collect();
    let text = read(&format!("{name}.loc.hyp"));
    let mut quake = Quake {
        sensors: vec![],
        measurements: vec![],
        predicted_s: vec![],
        hypocentre: (0.0, 0.0, 0.0),
        cloud: cloud(&std::fs::read(folder.join(format!("{name}.loc.scat"))).expect("a cloud")),
    };
    for line in text.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let number = |i: usize| fields[i].parse::<f64>().expect("a number");
        if fields.first() == Some(&"GEOGRAPHIC") {
            quake.hypocentre = (number(11), number(9), number(13));
        }
        let Some(mark) = fields.iter().position(|field| *field == ">").filter(|mark| *mark > 8) else { continue };
        if fields[0] == "PHASE" || number(mark + 3) <= 0.0 {
            continue;
        }
        let Some((id, site)) = stations.iter().find(|(id, _)| id == fields[0]) else { continue };
        let (date, clock) = (fields[6], format!("{:0>4}", fields[7]));
        let minute = format!("{}-{}-{}T{}:{}:00Z", &date[..4], &date[4..6], &date[6..], &clock[..2], &clock[2..]);
        let time = Time::parse(&minute).expect("a time").plus_s(number(8));
        let sensor = quake.sensors.iter().position(|sensor| sensor.id == *id).unwrap_or_else(|| {
            quake.sensors.push(Sensor {
                id: id.clone(),
                owner: id[..2].to_owned(),
                kind: SensorKind::Seismometer,
                site: *site,
            });
            quake.sensors.len() - 1
        });
        let mut measurement = Measurement::arrival(sensor, time);
        measurement.phase = Some(if fields[4].starts_with('S') { Phase::S } else { Phase::P });
        measurement.time_sigma_s = Some(number(10));
        quake.measurements.push(measurement);
        quake.predicted_s.push(number(mark + 1));
    }
    quake
}

/// Records of four little-endian floats: x, y, z, density; the first holds the count.
fn cloud(bytes: &[u8]) -> Vec<(f64, f64, f64)> {
    let float = |record: &[u8], i: usize| {
        f64::from(f32::from_le_bytes([record[4 * i], record[4 * i + 1], record[4 * i + 2], record[4 * i + 3]]))
    };
    bytes.as_chunks::<16>().0.iter().skip(1).map(|r| (float(r, 0), float(r, 1), float(r, 2))).collect()
}

pub fn medium() -> Medium {
    let layers = SOUTHERN_ALASKA.map(|(top_km, p_km_s)| Layer {
        top_m: 1e3 * top_km,
        p_m_s: 1e3 * p_km_s,
        s_m_s: 1e3 * p_km_s / 1.78,
    });
    let reach = Reach { distance_m_max: 600e3, source_depth_m: (-5e3, 101e3), sensor_depth_m: (-3_000.0, 500.0) };
    Medium::layered(&layers, reach, Speeds::default()).expect("a model")
}

/// NonLinLoc's search box in depth, and the priors' own model error.
pub fn priors() -> Priors {
    let mut priors = Priors::new(medium());
    priors.heights = Heights::Between { top_m: -5e3, bottom_m: 101e3 };
    priors
}

pub fn solve(quake: &Quake) -> Solution {
    let members: Vec<usize> = (0..quake.measurements.len()).collect();
    evidence(&quake.sensors, &quake.measurements, &members, &priors(), 1).expect("a solution")
}

/// NonLinLoc's projection: Lambert's conformal cone on Clarke 1880 with parallels 60 and 62, origin 61 north, 150 west,
/// km (J. P. Snyder, *Map projections: a working manual*, USGS Professional Paper 1395, 1987, equations 15-1 to 15-9).
pub fn project(lon_deg: f64, lat_deg: f64) -> (f64, f64) {
    const A_KM: f64 = 6_378.249_145;
    let f: f64 = 1.0 / 293.465;
    let e2 = f * (2.0 - f);
    let e = f64::sqrt(e2);
    let m = |lat: f64| libm::cos(lat) / f64::sqrt(1.0 - e2 * libm::sin(lat) * libm::sin(lat));
    let t = |lat: f64| {
        let s = e * libm::sin(lat);
        libm::tan(std::f64::consts::FRAC_PI_4 - lat / 2.0) / libm::pow((1.0 - s) / (1.0 + s), e / 2.0)
    };
    let (one, two, origin) = (60_f64.to_radians(), 62_f64.to_radians(), 61_f64.to_radians());
    let n = (libm::log(m(one)) - libm::log(m(two))) / (libm::log(t(one)) - libm::log(t(two)));
    let big_f = m(one) / (n * libm::pow(t(one), n));
    let rho = |lat: f64| A_KM * big_f * libm::pow(t(lat), n);
    let theta = n * (lon_deg + 150.0).to_radians();
    let r = rho(lat_deg.to_radians());
    (r * libm::sin(theta), rho(origin) - r * libm::cos(theta))
}

/// The share of the cloud that is denser than at (x, y), by a normal kernel of Silverman's width.
pub fn level_in_cloud(cloud: &[(f64, f64, f64)], x: f64, y: f64) -> f64 {
    let n = cloud.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64, f64)) -> f64| cloud.iter().map(of).sum::<f64>() / n;
    let (mx, my) = (mean(&|c| c.0), mean(&|c| c.1));
    let width = libm::pow(n, -1.0 / 6.0);
    let sx = f64::sqrt(mean(&|c| (c.0 - mx) * (c.0 - mx))) * width;
    let sy = f64::sqrt(mean(&|c| (c.1 - my) * (c.1 - my))) * width;
    let density = |x: f64, y: f64| {
        let one = |c: &(f64, f64, f64)| {
            let (a, b) = ((c.0 - x) / sx, (c.1 - y) / sy);
            libm::exp(-0.5 * (a * a + b * b))
        };
        cloud.iter().map(one).sum::<f64>()
    };
    let here = density(x, y);
    let some: Vec<&(f64, f64, f64)> = cloud.iter().step_by(10).collect();
    some.iter().filter(|c| density(c.0, c.1) > here).count() as f64 / some.len() as f64
}

/// Variances and covariance of the cloud in the plane, and the variance of the depth, km2.
pub fn spread(cloud: &[(f64, f64, f64)]) -> (f64, f64, f64, f64) {
    let n = cloud.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64, f64)) -> f64| cloud.iter().map(of).sum::<f64>() / n;
    let (mx, my, mz) = (mean(&|c| c.0), mean(&|c| c.1), mean(&|c| c.2));
    (
        mean(&|c| (c.0 - mx) * (c.0 - mx)),
        mean(&|c| (c.1 - my) * (c.1 - my)),
        mean(&|c| (c.0 - mx) * (c.1 - my)),
        mean(&|c| (c.2 - mz) * (c.2 - mz)),
    )
}
