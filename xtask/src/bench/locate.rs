//! `bench locate`: the region and the computing time of the Utah event, beside infrapy's BISL; then shots at surveyed
//! places, beside plain least squares.
pub(super) mod gunshot;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::associate::Bench;
use super::figure::{self, Figure};
use super::{quantile, verdict};
use crate::arguments::Arguments;
use crate::project::{PROFILE, Project, output_of};
use crate::step;

const DETECTIONS: &str = "utah-2004/detections.json";
/// The surface explosion: longitude, latitude (degrees), origin time (UTC), as infrapy's example states them.
const TRUTH: [&str; 3] = ["-112.896", "41.131", "2004-06-02T17:23:04Z"];
const RUNS: usize = 30;
/// BISL takes a second or two each time, so a few runs give its median.
const PEER_RUNS: usize = 5;

const COMPUTE_MS_GOAL: f64 = 10.0;
const AREA_P90_KM2_GOAL: f64 = 6_000.0;
const PLACE_LEVEL_GOAL: f64 = 0.90;
const TIME_LEVEL_GOAL: f64 = 0.95;

/// BISL on the same three detections as it was measured once, with the settings of its own example: name, distance of
/// the mean from the truth (km), area of its 90 % ellipse (km2), processor time (ms). The first two figures come out
/// the same on any machine; the third is worth something only beside ours from the same one, which `--peer` gives.
const PEER_ONCE: [(&str, f64, f64, f64); 2] =
    [("BISL without a path model", 46.0, 14_700.0, 680.0), ("BISL with its path model", 35.0, 8_000.0, 1_280.0)];

/// What one run of `truceline locate` says.
struct Located {
    compute_ms: f64,
    area_p90_km2: f64,
    place_level: f64,
    time_level: f64,
    distance_km: f64,
}

/// What BISL says on this machine.
struct Peer {
    name: &'static str,
    distance_km: f64,
    area_p90_km2: f64,
    cpu_ms: f64,
    time_p95: String,
    holds: bool,
}

/// `bench locate [--json] [--peer DIR] [--least-squares DIR] [--python FILE] [--binary FILE] [--regions EVENTS]`. The shots
/// are measured where `TRUCELINE_DATA` names the recordings; `--regions` adds the coverage and size of regions over so many
/// synthetic events of each kind of evidence (2,000 are asked for, some ten minutes).
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let peer = arguments.option("--peer")?.map(PathBuf::from);
    let least_squares = arguments.option("--least-squares")?.map(PathBuf::from);
    let binary = arguments.option("--binary")?;
    let python = arguments.option("--python")?;
    let regions = arguments.option("--regions")?;
    arguments
        .end("locate [--json] [--peer DIR] [--least-squares DIR] [--python FILE] [--binary FILE] [--regions EVENTS]")?;

    step::step("cargo build", || step::run(&mut project.cargo(&["build", "--profile", PROFILE, "-p", "truceline"])))?;
    let (last, times_ms) = step::step(&format!("truceline locate, {RUNS} times"), || measure(project))?;
    let median_ms = quantile(&times_ms, 0.5).context("no run")?;
    let p95_ms = quantile(&times_ms, 0.95).context("no run")?;
    let peers = match &peer {
        Some(checkout) => {
            let python = python.as_deref().unwrap_or("python3");
            step::step("BISL", || run_peer(project, checkout, python))?
        }
        None => Vec::new(),
    };
    let figures = if std::env::var_os("TRUCELINE_DATA").is_some() {
        let bench = Bench::new(project, binary, None, python)?;
        gunshot::run(&bench, least_squares.as_deref())?
    } else {
        eprintln!("    shots: skipped, TRUCELINE_DATA names no recordings");
        Vec::new()
    };
    let regions = match &regions {
        Some(events) => step::step("regions of synthetic events", || regions_of(project, events))?,
        None => String::new(),
    };
    if as_json {
        let mut report = report(&last, median_ms, p95_ms, &peers, &figures);
        report["regions"] = regions.lines().collect();
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    print(&last, median_ms, p95_ms, &peers);
    if !figures.is_empty() {
        println!();
        figure::print(&figures);
    }
    if !regions.is_empty() {
        println!("\n{REGIONS_GOAL}\n{regions}");
    }
    Ok(())
}

/// What is asked of regions.
const REGIONS_GOAL: &str =
    "goal: 90 % regions hold the truth in 88 to 92 %, median area over that of the ideal posterior <= 1.3";

/// Coverage and size of regions, a line for each kind of evidence: an example of the science crate, since the command has
/// no ideal posterior.
fn regions_of(project: &Project, events: &str) -> Result<String> {
    let example =
        ["run", "--quiet", "--release", "-p", "truceline-science", "--example", "bench_regions", "--", events];
    output_of(&mut project.cargo(&example))
}

fn print(last: &Located, median_ms: f64, p95_ms: f64, peers: &[Peer]) {
    let within = |found: f64, goal: f64| verdict(found <= goal);
    println!("{:<34} {:>10}  {:>10}", "truceline locate, one thread", "measured", "goal");
    println!(
        "{:<34} {median_ms:>10.2}  {:>10}  {}",
        "computing, median (ms)",
        "<= 10",
        within(median_ms, COMPUTE_MS_GOAL)
    );
    println!("{:<34} {p95_ms:>10.2}  {:>10}  {}", "computing, p95 (ms)", "<= 10", within(p95_ms, COMPUTE_MS_GOAL));
    println!(
        "{:<34} {:>10.0}  {:>10}  {}",
        "90 % region (km2)",
        last.area_p90_km2,
        "<= 6000",
        within(last.area_p90_km2, AREA_P90_KM2_GOAL)
    );
    println!(
        "{:<34} {:>10.3}  {:>10}  {}",
        "level that holds the true place",
        last.place_level,
        "<= 0.90",
        within(last.place_level, PLACE_LEVEL_GOAL)
    );
    println!(
        "{:<34} {:>10.3}  {:>10}  {}",
        "level that holds the true time",
        last.time_level,
        "<= 0.95",
        within(last.time_level, TIME_LEVEL_GOAL)
    );
    println!("{:<34} {:>10.1}", "mean from the truth (km)", last.distance_km);
    println!();
    if peers.is_empty() {
        println!("BISL as measured once; --peer DIR measures it here (DIR: a checkout of infrapy)");
        for (name, distance_km, area_p90_km2, cpu_ms) in PEER_ONCE {
            println!(
                "{name:<34} {distance_km:.0} km off, 90 % {area_p90_km2:.0} km2, {cpu_ms:.0} ms, time misses the truth"
            );
        }
        return;
    }
    println!("BISL on this machine, one thread, median of {PEER_RUNS}");
    for peer in peers {
        let (area, time) = (peer.area_p90_km2 / last.area_p90_km2, peer.cpu_ms / median_ms);
        println!(
            "{:<34} {:.1} km off, 90 % {:.0} km2, {:.0} ms",
            peer.name, peer.distance_km, peer.area_p90_km2, peer.cpu_ms
        );
        println!("{:<34} 95 % time {}: {} the truth", "", peer.time_p95, if peer.holds { "holds" } else { "misses" });
        println!("{:<34} {area:.2} times our area, {time:.0} times our computing", "");
    }
}

fn report(last: &Located, median_ms: f64, p95_ms: f64, peers: &[Peer], figures: &[Figure]) -> Value {
    let peers: Vec<Value> = peers
        .iter()
        .map(|peer| {
            json!({
                "name": peer.name, "distance_km": peer.distance_km, "area_p90_km2": peer.area_p90_km2,
                "cpu_ms": peer.cpu_ms, "time_p95": peer.time_p95, "time_p95_holds_truth": peer.holds,
                "area_ratio": peer.area_p90_km2 / last.area_p90_km2, "compute_ratio": peer.cpu_ms / median_ms,
            })
        })
        .collect();
    json!({
        "runs": RUNS,
        "compute_ms": { "median": median_ms, "p95": p95_ms, "goal": COMPUTE_MS_GOAL },
        "area_p90_km2": { "found": last.area_p90_km2, "goal": AREA_P90_KM2_GOAL },
        "place_level": { "found": last.place_level, "goal": PLACE_LEVEL_GOAL },
        "time_level": { "found": last.time_level, "goal": TIME_LEVEL_GOAL },
        "distance_km": last.distance_km,
        "peers": peers,
        "figures": figures.iter().map(Figure::to_json).collect::<Vec<Value>>(),
    })
}

/// Runs locate [`RUNS`] times: the last answer, and the computing time of each. The answers must be the same.
fn measure(project: &Project) -> Result<(Located, Vec<f64>)> {
    let binary = project.binary("truceline")?;
    let detections = project.examples().join(DETECTIONS);
    let at = TRUTH.join(",");
    let mut times_ms = Vec::with_capacity(RUNS);
    let mut last: Option<Located> = None;
    for _ in 0..RUNS {
        let mut command = Command::new(&binary);
        command.arg("locate").arg(&detections).args(["--json", "--at", &at]);
        let located = parse(&output_of(&mut command)?)?;
        if let Some(before) = &last
            && (before.area_p90_km2 != located.area_p90_km2 || before.place_level != located.place_level)
        {
            bail!("two runs of locate differ: 90 % of {} and {} km2", before.area_p90_km2, located.area_p90_km2);
        }
        times_ms.push(located.compute_ms);
        last = Some(located);
    }
    Ok((last.context("no run")?, times_ms))
}

fn parse(text: &str) -> Result<Located> {
    let answer: Value = serde_json::from_str(text).context("locate --json: not JSON")?;
    let number = |pointer: &str| {
        answer
            .pointer(pointer)
            .and_then(Value::as_f64)
            .with_context(|| format!("locate --json: no number at {pointer}"))
    };
    Ok(Located {
        compute_ms: number("/events/0/compute_ms")?,
        area_p90_km2: number("/events/0/regions/p90/area_km2")?,
        place_level: number("/events/0/at/place_level")?,
        time_level: number("/events/0/at/time_level")?,
        distance_km: number("/events/0/at/distance_km")?,
    })
}

/// Runs BISL of an infrapy checkout on the same detections, on one thread.
fn run_peer(project: &Project, checkout: &Path, python: &str) -> Result<Vec<Peer>> {
    if !checkout.join("infrapy/location/bisl.py").is_file() {
        bail!(
            "{}: no infrapy/location/bisl.py; expected a checkout of LANL-Seismoacoustics/infrapy",
            checkout.display()
        );
    }
    let mut command = Command::new(python);
    command.arg(project.root.join("xtask/peers/bisl.py")).arg(checkout).arg(project.examples().join(DETECTIONS));
    command.args(TRUTH).arg(PEER_RUNS.to_string()).env("PYTHONDONTWRITEBYTECODE", "1");
    for threads in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
        command.env(threads, "1");
    }
    let answer: Value = serde_json::from_str(&output_of(&mut command)?).context("bisl.py: not JSON")?;
    [("without_path_model", PEER_ONCE[0].0), ("with_path_model", PEER_ONCE[1].0)]
        .into_iter()
        .map(|(field, name)| parse_peer(&answer[field], name).with_context(|| format!("bisl.py: {field}")))
        .collect()
}

fn parse_peer(answer: &Value, name: &'static str) -> Result<Peer> {
    let number = |field: &str| answer[field].as_f64().with_context(|| format!("no number in {field}"));
    let times: Vec<f64> = answer["cpu_ms"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    let time = |at: usize| answer["time_p95"][at].as_str().with_context(|| format!("no time in time_p95[{at}]"));
    Ok(Peer {
        name,
        distance_km: number("distance_km")?,
        area_p90_km2: number("area_p90_km2")?,
        cpu_ms: quantile(&times, 0.5).context("no time in cpu_ms")?,
        time_p95: format!("{} to {}", time(0)?, time(1)?),
        holds: answer["time_p95_holds_truth"].as_bool().context("no time_p95_holds_truth")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_locate_prints() {
        let text = r#"{"events":[{"compute_ms":3.5,"regions":{"p90":{"area_km2":5000.5}},
                       "at":{"distance_km":36.1,"place_level":0.7,"time_level":0.4}}]}"#;
        let located = parse(text).unwrap();
        assert_eq!((located.compute_ms, located.area_p90_km2, located.distance_km), (3.5, 5000.5, 36.1));
        assert_eq!((located.place_level, located.time_level), (0.7, 0.4));
        let error = parse(r#"{"events":[{}]}"#).err().unwrap().to_string();
        assert_eq!(error, "locate --json: no number at /events/0/compute_ms");
    }

    #[test]
    fn reads_what_the_peer_prints() {
        let answer = json!({"distance_km": 46.0, "area_p90_km2": 14749.7, "cpu_ms": [3.0, 1.0, 2.0],
                            "time_p95": ["a", "b"], "time_p95_holds_truth": false});
        let peer = parse_peer(&answer, "x").unwrap();
        assert_eq!((peer.cpu_ms, peer.time_p95.as_str(), peer.holds), (2.0, "a to b", false));
        assert!(parse_peer(&json!({}), "x").is_err());
    }
}
