//! How well and how fast measurements are associated, on sets with the true event of each pick.
//!
//! `bench_associate FOLDER...`: each folder has `stations.csv` (id,x,y,z km), `picks.csv` (station,phase,time,ev)
//! and `events.csv` (ev,t,x,y,z,npick,...). Prints one line of JSON per folder.
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::Instant;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::associate::{Association, Settings, associate};

type Failure = Box<dyn std::error::Error>;

struct Truth {
    t: f64,
    x: f64,
    y: f64,
    picks: usize,
}

struct Set {
    sensors: Vec<Sensor>,
    measurements: Vec<Measurement>,
    event: Vec<i64>,
    truth: Vec<Truth>,
}

fn read(folder: &Path) -> Result<Set, Failure> {
    let text = |name: &str| std::fs::read_to_string(folder.join(name));
    let mut sensors = Vec::new();
    let mut index = BTreeMap::new();
    for line in text("stations.csv")?.lines().skip(1) {
        let f: Vec<&str> = line.split(',').collect();
        index.insert(f[0].to_owned(), sensors.len());
        let km = |i: usize| f[i].parse::<f64>().map(|v| v * 1e3);
        sensors.push(Sensor {
            id: f[0].into(),
            owner: "one".into(),
            kind: SensorKind::Seismometer,
            site: Site::Local { x_m: km(1)?, y_m: km(2)?, z_m: km(3)? },
        });
    }
    let (mut measurements, mut event) = (Vec::new(), Vec::new());
    for line in text("picks.csv")?.lines().skip(1) {
        let f: Vec<&str> = line.split(',').collect();
        let time = Time(0).plus_s(f[2].parse()?);
        let mut m = Measurement::arrival(index[f[0]], time);
        m.phase = Some(if f[1] == "P" { Phase::P } else { Phase::S });
        measurements.push(m);
        event.push(f[3].parse()?);
    }
    let mut truth = Vec::new();
    for line in text("events.csv")?.lines().skip(1) {
        let f: Vec<&str> = line.split(',').collect();
        truth.push(Truth { t: f[1].parse()?, x: f[2].parse()?, y: f[3].parse()?, picks: f[5].parse()? });
    }
    Ok(Set { sensors, measurements, event, truth })
}

/// As the peers are scored: a true match has 60 % of its picks from one true event, one to one.
fn score(set: &Set, found: &Association) -> (f64, f64, f64) {
    let mut candidates = Vec::new();
    for (i, event) in found.events.iter().enumerate() {
        let mut count: BTreeMap<i64, usize> = BTreeMap::new();
        for m in &event.members {
            if set.event[*m] >= 0 {
                *count.entry(set.event[*m]).or_default() += 1;
            }
        }
        if let Some((&ev, &n)) = count.iter().max_by_key(|(ev, n)| (**n, -**ev))
            && n as f64 / event.members.len() as f64 >= 0.6
        {
            candidates.push((n, i, ev));
        }
    }
    candidates.sort_unstable_by(|a, b| b.cmp(a));
    let mut used: BTreeMap<i64, usize> = BTreeMap::new();
    for (_, i, ev) in candidates {
        used.entry(ev).or_insert(i);
    }
    let eligible = set.truth.iter().filter(|t| t.picks >= 10).count();
    let hit = used.keys().filter(|ev| set.truth[**ev as usize].picks >= 10).count();
    let mut off: Vec<f64> = used
        .iter()
        .map(|(ev, i)| {
            let (t, p) = (&set.truth[*ev as usize], &found.events[*i].place_m);
            ((t.x - p[0] / 1e3).powi(2) + (t.y - p[1] / 1e3).powi(2)).sqrt()
        })
        .collect();
    off.sort_by(f64::total_cmp);
    let _ = set.truth.first().map(|t| t.t);
    (
        hit as f64 / eligible.max(1) as f64,
        used.len() as f64 / found.events.len().max(1) as f64,
        off.get(off.len() / 2).copied().unwrap_or(f64::NAN),
    )
}

fn main() -> Result<(), Failure> {
    for folder in std::env::args().skip(1) {
        let set = read(Path::new(&folder))?;
        let start = Instant::now();
        let found = associate(&set.sensors, &set.measurements, &Settings::default(), 1)?;
        let seconds = start.elapsed().as_secs_f64();
        let (recall, precision, error_km) = score(&set, &found);
        let f1 = 2.0 * recall * precision / (recall + precision);
        writeln!(
            std::io::stdout(),
            "{{\"set\":\"{folder}\",\"picks\":{},\"events\":{},\"recall\":{recall:.4},\"precision\":{precision:.4},\"f1\":{f1:.4},\"error_km\":{error_km:.3},\"seconds\":{seconds:.2}}}",
            set.measurements.len(),
            found.events.len(),
        )?;
    }
    Ok(())
}
