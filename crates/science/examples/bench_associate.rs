//! How well and how fast measurements are associated, on sets with the true event of each pick.
//!
//! `bench_associate FOLDER...`: each folder has `stations.csv` (id,x,y,z km), `picks.csv` (station,phase,time,ev)
//! and `events.csv` (ev,t,x,y,z,npick,...). Prints one line of JSON per folder.
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::associate::{Association, Curve, Settings, associate, explain};

type Failure = Box<dyn std::error::Error>;

struct Truth {
    t: f64,
    x: f64,
    y: f64,
    z: f64,
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
        truth.push(Truth {
            t: f[1].parse()?,
            x: f[2].parse()?,
            y: f[3].parse()?,
            z: f[4].parse()?,
            picks: f[5].parse()?,
        });
    }
    Ok(Set { sensors, measurements, event, truth })
}

/// As the peers are scored: a true match has 60 % of its picks from one true event, one to one.
fn score(set: &Set, found: &Association, bar: f64) -> (f64, f64, f64) {
    let mut candidates = Vec::new();
    let mut total = 0;
    for (i, event) in found.events.iter().enumerate().filter(|(_, e)| e.log_odds > bar && e.members.len() > 4) {
        total += 1;
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
    (
        hit as f64 / eligible.max(1) as f64,
        used.len() as f64 / total.max(1) as f64,
        off.get(off.len() / 2).copied().unwrap_or(f64::NAN),
    )
}

/// Seconds that this thread was computing; zero where the system does not say.
fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).map_or(0.0, |ns| ns / 1e9)
}

fn main() -> Result<(), Failure> {
    for folder in std::env::args().skip(1) {
        let set = read(Path::new(&folder))?;
        let start = cpu_s();
        let found = associate(&set.sensors, &set.measurements, &Settings::default(), 1)?;
        let seconds = cpu_s() - start;
        let (recall, precision, error_km) = score(&set, &found, 0.0);
        let f1 = 2.0 * recall * precision / (recall + precision);
        writeln!(
            std::io::stdout(),
            "{{\"set\":\"{folder}\",\"picks\":{},\"events\":{},\"recall\":{recall:.4},\"precision\":{precision:.4},\"f1\":{f1:.4},\"error_km\":{error_km:.3},\"seconds\":{seconds:.2}}}",
            set.measurements.len(),
            found.events.len(),
        )?;
        if std::env::var_os("DIAG").is_some() {
            //TRACE
            let mut best: BTreeMap<i64, (usize, usize)> = BTreeMap::new(); //TRACE
            for (i, e) in found.events.iter().enumerate() {
                //TRACE
                let mut count: BTreeMap<i64, usize> = BTreeMap::new(); //TRACE
                for m in &e.members {
                    *count.entry(set.event[*m]).or_default() += 1;
                } //TRACE
                for (ev, n) in &count {
                    if *ev >= 0 {
                        let b = best.entry(*ev).or_default();
                        if *n > b.1 {
                            *b = (i, *n);
                        }
                    }
                } //TRACE
                let top = count.iter().filter(|(ev, _)| **ev >= 0).max_by_key(|(_, n)| **n); //TRACE
                let purity = top.map_or(0.0, |(_, n)| *n as f64 / e.members.len() as f64); //TRACE
                if purity < 0.6 {
                    //TRACE
                    eprintln!(
                        "  FALSE {i} t {:.2} at {:.1?} odds {:.1} members {} parts {:?}",
                        e.time.0 as f64 / 1e9,
                        e.place_m,
                        e.log_odds,
                        e.members.len(),
                        count
                    ); //TRACE
                } //TRACE
            } //TRACE
            for (ev, t) in set.truth.iter().enumerate() {
                //TRACE
                let b = best.get(&(ev as i64)).copied().unwrap_or_default(); //TRACE
                if t.picks >= 10 && (b.1 * 10 < 6 * found.events.get(b.0).map_or(1, |e| e.members.len()) || b.1 == 0) {
                    //TRACE
                    eprintln!(
                        "  MISSED {ev} t {:.2} at {:.1} {:.1} {:.1} picks {} best: event {} with {}",
                        t.t, t.x, t.y, t.z, t.picks, b.0, b.1
                    ); //TRACE
                } //TRACE
            } //TRACE
        } //TRACE
        let origins: Vec<_> = set
            .truth
            .iter()
            .map(|t| (Site::Local { x_m: t.x * 1e3, y_m: t.y * 1e3, z_m: -t.z * 1e3 }, Time(0).plus_s(t.t)))
            .collect();
        let mut known = found.learnt.clone();
        for class in &mut known.classes {
            let p = class.phase == Phase::P;
            class.speed_m_s = if p { 6_000.0 } else { 6_000.0 / 1.75 };
            class.travel_relative = 0.0;
            class.time_sigma_s = if p { 0.1 } else { 0.2 };
            class.detection = Curve { ceiling: if p { 0.999 } else { 0.8 }, range_m: 60_000.0, width_m: 8_000.0 };
        }
        known.strength_sigma = 0.3;
        let settings = Settings { learn: false, start: Some(known), ..Settings::default() };
        let oracle = explain(&set.sensors, &set.measurements, &origins, &settings)?;
        for bar in [-20.0, -15.0, -10.0, -8.0, -6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0] {
            let (r, p, e) = score(&set, &oracle, bar);
            let (rr, pp, _) = score(&set, &found, bar);
            eprintln!(
                "   oracle bar {bar}: {r:.4} {p:.4} f1 {:.4} err {e:.3}   found {rr:.4} {pp:.4} f1 {:.4}",
                2.0 * r * p / (r + p),
                2.0 * rr * pp / (rr + pp)
            );
        }
    }
    Ok(())
}
