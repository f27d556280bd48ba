//! Learns conformal scales on one part of the recordings with surveyed places and reports them on the other: `calibrate DATA`.
//!
//! Of the recordings' classes only microphones have so many events with a surveyed place (108 shots, but three places:
//! what a place's bearings and walls do to all its shots alike is one sample). Splits are by place, by time and by sensors; none
//! is chosen by its result, and nothing in the program is set by any of them.
#![allow(clippy::print_stdout)]
#[path = "../tests/gunshot_common/mod.rs"]
mod gunshot_common;
use gunshot_common::Shot;
use truceline_model::measurement::{SensorKind, Site};
use truceline_science::calibrate::{Needed, coverage, factor, learn, report};
use truceline_science::locate::{Point, evidence};

const LEVEL: f64 = 0.9;

/// Fewer sensors make no region of their own.
const SENSORS_MIN: usize = 4;

/// What one shot says by some of its sensors: the factor that its region needs, and the level of its place.
fn needed(shot: &Shot, of: impl Fn(usize) -> bool) -> Option<(Needed, f64)> {
    let members: Vec<usize> = (0..shot.measurements.len()).filter(|member| of(*member)).collect();
    if members.len() < SENSORS_MIN {
        return None;
    }
    let solution = evidence(&shot.sensors, &shot.measurements, &members, &shot.priors, 1).ok()?;
    let Site::Local { x_m, y_m, .. } = solution.mean else { return None };
    let spread = &solution.covariance;
    let off_m = (shot.truth.0 - x_m, shot.truth.1 - y_m);
    let factor = factor(off_m, (spread.east_m2, spread.north_m2, spread.east_north_m2), LEVEL)?;
    let level = solution.levels_at(Point { x: shot.truth.0, y: shot.truth.1 }, None).place_level;
    Some((Needed { class: SensorKind::Microphone, factor }, level))
}

fn split(name: &str, learnt: &[(Needed, f64)], kept: &[(Needed, f64)]) {
    let of = |all: &[(Needed, f64)]| all.iter().map(|(needed, _)| *needed).collect::<Vec<Needed>>();
    let levels: Vec<f64> = kept.iter().map(|(_, level)| *level).collect();
    let scales = learn(&of(learnt), LEVEL);
    let (Some(Some(scale)), Some(before)) = (scales.get(&SensorKind::Microphone), coverage(&levels, LEVEL)) else {
        println!("{name}: too few");
        return;
    };
    let Some(after) = report(&of(kept), &scales).get(&SensorKind::Microphone).copied() else { return };
    println!(
        "{name:<44} learnt on {:>3}: scale {scale:.2}; on the other {:>3}: {:.1} % held before, {:.1} % after ({:.1} to {:.1})",
        learnt.len(),
        kept.len(),
        100.0 * before.share,
        100.0 * after.share,
        100.0 * after.interval.0,
        100.0 * after.interval.1
    );
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = std::env::args().nth(1).ok_or("a folder of recordings is expected")?;
    let shots = gunshot_common::shots(std::path::Path::new(&data));
    let whole: Vec<(&Shot, (Needed, f64))> =
        shots.iter().filter_map(|shot| Some((shot, needed(shot, |_| true)?))).collect();
    let of = |keep: &dyn Fn(usize, &Shot) -> bool| -> Vec<(Needed, f64)> {
        let kept = whole.iter().enumerate().filter(|(at, (shot, _))| keep(*at, shot));
        kept.map(|(_, (_, said))| *said).collect()
    };
    println!("90 % regions of microphones, at surveyed places");
    for place in ["FP1", "FP3", "FP5"] {
        let (kept, rest) = (of(&|_, shot| shot.position == place), of(&|_, shot| shot.position != place));
        split(&format!("by place: {place} from the two others"), &rest, &kept);
    }
    // Shots stand in the order of their places, then of time.
    let early = |at: usize, shot: &Shot| {
        let first = whole.iter().position(|(other, _)| other.position == shot.position).unwrap_or(0);
        let count = whole.iter().filter(|(other, _)| other.position == shot.position).count();
        2 * (at - first) < count
    };
    split("by time: later half from the earlier", &of(&|at, shot| early(at, shot)), &of(&|at, shot| !early(at, shot)));
    let half = |odd: usize| -> Vec<(Needed, f64)> {
        // By the sensor's own name, so that one sensor is in one half always.
        let odd_name = |name: &str| name.bytes().map(usize::from).sum::<usize>() % 2;
        shots.iter().filter_map(|shot| needed(shot, |member| odd_name(&shot.sensors[member].id) == odd)).collect()
    };
    split("by sensors: one half of them from the other", &half(0), &half(1));
    split("by sensors: the other way", &half(1), &half(0));
    Ok(())
}
