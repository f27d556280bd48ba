//! How well and how fast measurements are associated, on sets with the true event of each pick.
//!
//! `bench_associate FOLDER...`: each folder has `stations.csv` (id,x,y,z km), `picks.csv` (station,phase,time,ev)
//! and `events.csv` (ev,t,x,y,z,npick,...). Prints one line of JSON per folder: with the model learnt from the picks,
//! with starting speeds 2 % off, with the generator's model told, and, with true places and times given, the oracle's
//! curve over the bar of the log odds. `--brief` leaves all but the first out, `--curve` all but the first and
//! the curves, with why events were missed and how often what is said to be real is.
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::associate::{Associated, Association, Curve, Settings, associate, explain};

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

/// As the peers are scored: a true match has 60 % of its picks from one true event, one to one. Of each true event the
/// one that was found, and how many were found in all.
fn matched(set: &Set, found: &Association, bar: f64) -> (BTreeMap<i64, usize>, usize) {
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
    (used, total)
}

/// Recall, precision and the median error of the place, km.
fn score(set: &Set, found: &Association, bar: f64) -> (f64, f64, f64) {
    let (used, total) = matched(set, found, bar);
    let eligible = set.truth.iter().filter(|t| t.picks >= 10).count();
    let hit = used.keys().filter(|ev| set.truth[**ev as usize].picks >= 10).count();
    let mut off: Vec<f64> = used
        .iter()
        .map(|(ev, i)| {
            let (t, p) = (&set.truth[*ev as usize], &found.events[*i].place_m);
            libm::hypot(t.x - p[0] / 1e3, t.y - p[1] / 1e3)
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

/// Two decimals more than a percentage.
fn round4(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// Recall, precision, their harmonic mean and the median error of what is above a bar, as JSON.
fn figures(set: &Set, found: &Association, bar: f64) -> String {
    let (recall, precision, error_km) = score(set, found, bar);
    let f1 = 2.0 * recall * precision / (recall + precision);
    let figures = [("recall", recall), ("precision", precision), ("f1", f1), ("error_km", error_km)];
    figures.map(|(name, value)| format!("\"{name}\":{}", round4(value))).join(",")
}

/// The generator's own model: what an associator would know if everything had been told to it.
fn told(found: &Association) -> Settings {
    let mut known = found.learnt.clone();
    for class in &mut known.classes {
        let p = class.phase == Phase::P;
        class.speed_m_s = if p { 6_000.0 } else { 6_000.0 / 1.75 };
        class.travel_relative = 0.0;
        class.time_sigma_s = if p { 0.1 } else { 0.2 };
        class.detection = Curve { ceiling: if p { 0.999 } else { 0.8 }, range_m: 60_000.0, width_m: 8_000.0 };
    }
    known.strength_sigma = 0.3;
    Settings { learn: false, start: Some(known), ..Settings::default() }
}

/// Starting speeds off by a factor.
fn off(factor: f64) -> Settings {
    let mut settings = Settings::default();
    for wave in settings.waves.iter_mut().filter(|wave| matches!(wave.phase, Phase::P | Phase::S)) {
        wave.speed_m_s = factor * if wave.phase == Phase::P { 6_000.0 } else { 6_000.0 / 1.75 };
    }
    settings
}

/// Why the true events that were missed were missed, of those that count and stand when all true places are given: as
/// JSON, how many the oracle misses too, how many are not stated although they stand once their place is given beside
/// what was found (the search has missed them), and how many do not stand then (others hold their measurements). Also
/// how many of what was found falls then, and of what is false how much has half of its picks from one missed event.
fn missed(set: &Set, found: &Association, oracle: &Association) -> Result<String, Failure> {
    let (used, _) = matched(set, found, 0.0);
    let (best, _) = matched(set, oracle, 0.0);
    let eligible = |ev: i64| set.truth[ev as usize].picks >= 10;
    let lost: Vec<i64> = (0..set.truth.len() as i64).filter(|ev| eligible(*ev) && !used.contains_key(ev)).collect();
    let (lost, out): (Vec<i64>, Vec<i64>) = lost.into_iter().partition(|ev| best.contains_key(ev));
    let mut origins: Vec<(Site, Time)> = found.events.iter().map(|event| (event.site, event.time)).collect();
    origins.extend(lost.iter().map(|ev| origin(&set.truth[*ev as usize])));
    let settings = Settings { learn: false, start: Some(found.learnt.clone()), ..Settings::default() };
    let both = explain(&set.sensors, &set.measurements, &origins, &settings)?;
    let (beside, _) = matched(set, &both, 0.0);
    let stand = lost.iter().filter(|ev| beside.contains_key(ev)).count();
    let fall = used.keys().filter(|ev| !beside.contains_key(ev)).count();
    let right: BTreeSet<usize> = used.values().copied().collect();
    let wrong = found.events.iter().enumerate().filter(|(i, event)| !right.contains(i) && event.members.len() > 4);
    let (mut split, mut mixed, mut chance) = (0, 0, 0);
    for (_, event) in wrong {
        let mut count: BTreeMap<i64, usize> = BTreeMap::new();
        event.members.iter().for_each(|m| *count.entry(set.event[*m]).or_default() += 1);
        let most = count.iter().filter(|(ev, _)| **ev >= 0).max_by_key(|(_, n)| **n);
        match most {
            Some((ev, n)) if *n as f64 >= 0.5 * event.members.len() as f64 => {
                if used.contains_key(ev) {
                    split += 1;
                } else {
                    mixed += 1;
                }
            }
            _ => chance += 1,
        }
    }
    Ok(format!(
        "\"missed\":{{\"oracle_too\":{},\"search\":{stand},\"sharing\":{},\"fall\":{fall}}},\
         \"false\":{{\"of_a_found_one\":{split},\"of_a_missed_one\":{mixed},\"chance\":{chance}}}",
        out.len(),
        lost.len() - stand,
    ))
}

/// How often what is said to be real is real: by what is said, as JSON.
fn reliability(set: &Set, found: &Association) -> String {
    let right: BTreeSet<usize> = matched(set, found, f64::NEG_INFINITY).0.values().copied().collect();
    let edges = [0.5, 0.7, 0.9, 0.97, 0.99, 0.999, 1.1];
    let line = |edge: &[f64]| {
        let within = |(_, event): &(usize, &Associated)| {
            event.members.len() > 4 && event.p_real >= edge[0] && event.p_real < edge[1]
        };
        let (mut events, mut said, mut real) = (0, 0.0, 0);
        for (i, event) in found.events.iter().enumerate().filter(within) {
            (events, said, real) = (events + 1, said + event.p_real, real + usize::from(right.contains(&i)));
        }
        format!("{{\"from\":{},\"events\":{events},\"said\":{},\"real\":{real}}}", edge[0], round4(said))
    };
    format!("\"reliability\":[{}]", edges.windows(2).map(line).collect::<Vec<_>>().join(","))
}

fn origin(t: &Truth) -> (Site, Time) {
    (Site::Local { x_m: t.x * 1e3, y_m: t.y * 1e3, z_m: -t.z * 1e3 }, Time(0).plus_s(t.t))
}

fn main() -> Result<(), Failure> {
    let mut out = std::io::stdout();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let said = |flag: &str| arguments.iter().any(|a| a == flag);
    let (brief, curve) = (said("--brief"), said("--curve"));
    for folder in arguments.iter().filter(|a| !a.starts_with("--")) {
        let set = read(Path::new(folder))?;
        let run = |settings: &Settings| -> Result<(Association, f64), Failure> {
            let start = cpu_s();
            let found = associate(&set.sensors, &set.measurements, settings, 1)?;
            Ok((found, cpu_s() - start))
        };
        let (found, seconds) = run(&Settings::default())?;
        write!(out, "{{\"set\":\"{folder}\",\"picks\":{},\"cpu_s\":{seconds:.2}", set.measurements.len())?;
        write!(out, ",\"learnt\":{{\"events\":{},{}}}", found.events.len(), figures(&set, &found, 0.0))?;
        if !brief && !curve {
            for (name, settings) in
                [("slow_2_percent", off(0.98)), ("fast_2_percent", off(1.02)), ("told", told(&found))]
            {
                let (found, seconds) = run(&settings)?;
                let figures = figures(&set, &found, 0.0);
                write!(out, ",\"{name}\":{{\"events\":{},\"cpu_s\":{seconds:.2},{figures}}}", found.events.len())?;
            }
        }
        if !brief {
            let origins: Vec<_> = set.truth.iter().map(origin).collect();
            let oracle = explain(&set.sensors, &set.measurements, &origins, &told(&found))?;
            write!(out, ",{},{}", missed(&set, &found, &oracle)?, reliability(&set, &found))?;
            for (name, of) in [("oracle", &oracle), ("curve", &found)] {
                let bars = [-15.0, -10.0, -6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 8.0];
                let points = bars.map(|bar| format!("{{\"bar\":{bar},{}}}", figures(&set, of, bar)));
                write!(out, ",\"{name}\":[{}]", points.join(","))?;
            }
        }
        writeln!(out, "}}")?;
    }
    Ok(())
}
