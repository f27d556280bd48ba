//! Temporary.
use truceline_model::measurement::{Measurement, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::associate::{Settings, associate};

#[derive(Default)]
struct Test {
    name: String,
    temp: f64,
    x: f64,
    y: f64,
    shots: usize,
    sensors: Vec<Sensor>,
    pulses: Vec<Measurement>,
    own: Vec<i64>,
}

fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).map_or(0.0, |ns| ns / 1e9)
}

fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let mut tests: Vec<Test> = Vec::new();
    for line in text.lines() {
        let f: Vec<&str> = line.split(' ').collect();
        let n = |i: usize| f[i].parse::<f64>().unwrap();
        match f[0] {
            "T" => tests.push(Test {
                name: f[1].into(),
                temp: n(2),
                x: n(3),
                y: n(4),
                shots: f[5].parse().unwrap(),
                ..Test::default()
            }),
            "S" => {
                let t = tests.last_mut().unwrap();
                let id = format!("{}", t.sensors.len());
                t.sensors.push(Sensor {
                    id,
                    owner: "a".into(),
                    kind: SensorKind::Microphone,
                    site: Site::Local { x_m: n(1), y_m: n(2), z_m: n(3) },
                });
            }
            _ => {
                let t = tests.last_mut().unwrap();
                t.pulses.push(Measurement::arrival(f[1].parse().unwrap(), Time(0).plus_s(n(2))));
                t.own.push(f[3].parse().unwrap());
            }
        }
    }
    let verbose = std::env::var_os("V").is_some();
    let (mut shots, mut found, mut phantom, mut near) = (0, 0, 0, 0);
    let mut errors = Vec::new();
    let mut seconds = 0.0;
    for t in &tests {
        let settings = Settings::with_temperature(t.temp);
        let c = cpu_s();
        let a = associate(&t.sensors, &t.pulses, &settings, 1).unwrap();
        seconds += cpu_s() - c;
        let mut hit = vec![false; t.shots];
        let count = |k: usize| t.own.iter().filter(|o| **o == k as i64).count();
        for e in &a.events {
            let err = ((e.place_m[0] - t.x).powi(2) + (e.place_m[1] - t.y).powi(2)).sqrt();
            let mut best = (0, 0);
            for k in 0..t.shots {
                let n = e.members.iter().filter(|m| t.own[**m] == k as i64).count();
                if n > best.1 {
                    best = (k, n);
                }
            }
            let ok = best.1 * 2 > e.members.len() && !hit[best.0];
            if ok {
                hit[best.0] = true;
                errors.push(err);
            } else {
                phantom += 1;
                if err < 25.0 {
                    near += 1;
                }
            }
            if verbose && (!ok || err > 10.0) {
                println!(
                    "{} {} event at {:.1} {:.1} err {err:.1} odds {:.1} members {} best {:?}",
                    t.name,
                    if ok { "ok" } else { "PHANTOM" },
                    e.place_m[0],
                    e.place_m[1],
                    e.log_odds,
                    e.members.len(),
                    best
                );
            }
        }
        for k in 0..t.shots {
            if count(k) >= 4 {
                shots += 1;
                if hit[k] {
                    found += 1;
                } else if verbose {
                    println!("{} MISSED shot {k} with {} of {} pulses", t.name, count(k), t.pulses.len());
                }
            }
        }
        if verbose {
            let c = a.learnt.classes.iter().find(|c| c.in_use).unwrap();
            println!(
                "  {} events {} of {}: v {:.1} sigma {:.4} {:?} echo {:?} clutter {:.4} str {:.2}",
                t.name,
                a.events.len(),
                t.shots,
                c.speed_m_s,
                c.time_sigma_s,
                c.detection,
                c.echo,
                c.clutter_per_s,
                a.learnt.strength_sigma
            );
        }
    }
    errors.sort_by(f64::total_cmp);
    println!(
        "shots {shots} found {found} phantom {phantom} ({near} near) median {:.2} p96 {:.2} max {:.1} ms/test {:.2}",
        errors[errors.len() / 2],
        errors[errors.len() * 96 / 100],
        errors[errors.len() - 1],
        seconds * 1e3 / tests.len() as f64
    );
}
