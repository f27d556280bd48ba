//! Temporary.
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::associate::{Settings, associate};
fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).map_or(0.0, |ns| ns / 1e9)
}
fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let (mut sensors, mut ms, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for line in text.lines() {
        let f: Vec<&str> = line.split(' ').collect();
        let n = |i: usize| f[i].parse::<f64>().unwrap();
        if f[0] == "S" {
            let kind = if f[1] == "Seismometer" { SensorKind::Seismometer } else { SensorKind::InfrasoundArray };
            sensors.push(Sensor {
                id: sensors.len().to_string(),
                owner: "a".into(),
                kind,
                site: Site::Geographic { lon_deg: n(2), lat_deg: n(3), elevation_m: n(4) },
            });
        } else {
            let mut m = Measurement::arrival(f[1].parse().unwrap(), Time(0).plus_s(n(2)));
            m.phase = match f[3] {
                "P" => Some(Phase::P),
                "S" => Some(Phase::S),
                _ => None,
            };
            m.azimuth_deg = f[4].parse().ok();
            m.azimuth_sigma_deg = f[5].parse().ok();
            ms.push(m);
            labels.push(f[6].to_owned());
        }
    }
    let c = cpu_s();
    let a = associate(&sensors, &ms, &Settings::default(), 1).unwrap();
    eprintln!("cpu {:.2} events {} left {} unused {}", cpu_s() - c, a.events.len(), a.left.len(), a.unused.len());
    for e in &a.events {
        let Site::Geographic { lon_deg, lat_deg, .. } = e.site else { continue };
        println!(
            "E {:.3} {lon_deg:.4} {lat_deg:.4} {:.1} {:.1} {}",
            e.time.0 as f64 / 1e9,
            e.place_m[2],
            e.log_odds,
            e.members.len()
        );
        if e.members.len() < 15 && ms.len() < 1000 {
            for m in &e.members {
                println!("    {} az {:?}", labels[*m], ms[*m].azimuth_deg);
            }
        }
    }
}
