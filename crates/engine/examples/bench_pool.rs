//! What a tick costs when many measurements wait: a look among the newest, and the closing of a block. 500 seismometers in
//! a square of 300 km, one thread, its own time; half of the measurements of events of about twelve arrivals, half clutter, over one hour. Prints
//! one JSON line for each size.
//!
//! `cargo run --profile fast -p truceline-engine --example bench_pool`
#![allow(clippy::unwrap_used, reason = "a failed step of a benchmark is its end")]
#![allow(clippy::print_stdout, reason = "the figures are what it is for")]
use truceline_engine::Engine;
use truceline_engine::input::Input;
use truceline_engine::output::Output;
use truceline_engine::state::{Origin, Pooled, State};
use truceline_formats::configuration;
use truceline_model::event::Event;
use truceline_model::geodesic;
use truceline_model::hash::Hash;
use truceline_model::measurement::{Phase, SensorKind};
use truceline_model::place::Place;
use truceline_model::tick::Tick;
use truceline_model::time::Time;

const STATIONS: usize = 500;
const HOUR_S: f64 = 3_600.0;

struct Uniform(u64);

impl Uniform {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn place(&mut self) -> Place {
        Place::from_degrees(48.0 + 2.7 * self.next(), 30.0 + 4.1 * self.next()).unwrap()
    }
}

/// Measurements of one hour, by time.
fn measurements(count: usize) -> Vec<Pooled> {
    let mut uniform = Uniform(count as u64);
    let stations: Vec<Place> = (0..STATIONS).map(|_| uniform.place()).collect();
    let mut times: Vec<(f64, usize)> = Vec::new();
    while times.len() < count / 2 {
        let (place, origin_s) = (uniform.place(), HOUR_S * uniform.next());
        let reach_m = 30_000.0;
        for (station, stands) in stations.iter().enumerate() {
            let r_m = geodesic::between(place, *stands).distance_m;
            if r_m < reach_m && uniform.next() < 0.9 {
                times.push((origin_s + r_m / 6_000.0 + 0.2 * (uniform.next() - 0.5), station));
            }
        }
    }
    while times.len() < count {
        times.push((HOUR_S * uniform.next(), (STATIONS as f64 * uniform.next()) as usize));
    }
    times.truncate(count);
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let pooled = |(n, (time_s, station)): (usize, (f64, usize))| Pooled {
        origin: Origin::Detection,
        hash: Hash::of(&(n as u64).to_be_bytes()),
        order: (n as u64, 0),
        owner: "one".into(),
        kind: SensorKind::Seismometer,
        place: stations[station],
        elevation_cm: 0,
        time: Time(0).plus_s(time_s),
        time_sigma_us: Some(50_000),
        phase: Some(Phase::P),
        azimuth_mdeg: None,
        azimuth_sigma_mdeg: None,
        f_statistic_milli: None,
        slowness_us_km: None,
        said: None,
        lasted_us: None,
    };
    times.into_iter().enumerate().map(pooled).collect()
}

/// What this thread has computed so far, s, as Linux counts it.
fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn main() {
    let configuration = configuration::read("configuration.toml", configuration::DEFAULT).unwrap();
    let engine = Engine::new(configuration, Hash([0; 32]), "bench", 1);
    for count in [100, 300, 1_000, 10_000] {
        let mut state = State::default();
        state.pool.waiting = measurements(count);
        let newest = state.pool.waiting.last().unwrap().time;
        state.pool.fresh_from = Some(newest.plus_s(-1.0));
        let tick = |state: State, now: Time| {
            let input = Input::Tick(Tick { now, reported_up_to: Vec::new() });
            let begin_s = cpu_s();
            let (state, outputs) = engine.step(state, 1, Hash([1; 32]), &input, &[]);
            let events = outputs.iter().filter(|output| matches!(output, Output::Event(Event { .. }))).count();
            (state, events, (cpu_s() - begin_s) * 1e3)
        };
        // Before the block's window ends: a look. After it: the block is closed, and so is the rest, one by one.
        let first = state.pool.waiting[0].time;
        let (state, seen, look_ms) = tick(state, first.plus_s(HOUR_S - 1.0));
        let (state, closed, close_ms) = tick(state, first.plus_s(HOUR_S));
        println!(
            "{{\"measurements\": {count}, \"look_ms\": {look_ms:.1}, \"look_events\": {seen}, \"close_ms\": {close_ms:.1}, \
             \"close_events\": {closed}, \"left\": {}}}",
            state.pool.waiting.len()
        );
    }
}
