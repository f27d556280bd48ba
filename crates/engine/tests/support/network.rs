//! Seismometers of our own making around an explosion of our own making: miniSEED records as they come in the field.
use super::held::{Held, record};
use super::*;
use std::collections::BTreeMap;
use truceline_engine::replay::Replay;
use truceline_formats::miniseed::{Packing, Version, Writer};
use truceline_model::geodesic;
use truceline_model::inventory::{Inventory, SensorSite};
use truceline_model::measurement::SensorKind;
use truceline_model::waveform::ClockFlags;

const RATE_HZ: f64 = 100.0;

/// Length of a recording, s, and of a record.
pub(crate) const SECONDS: usize = 240;
const RECORD_S: usize = 10;

/// Runs inputs as a node does, and keeps every memory.
pub(crate) fn run_network(inputs: &[Vec<u8>], payloads: &BTreeMap<Hash, Vec<u8>>, threads: usize) -> (Held, Replay) {
    let mut replay = Replay::new(engine(), ORIGIN, threads);
    let mut held = Held { payloads: payloads.clone(), ..Held::default() };
    go_on(&mut held, inputs, &mut replay);
    (held, replay)
}

/// Gives more inputs to a run.
pub(crate) fn go_on(held: &mut Held, inputs: &[Vec<u8>], replay: &mut Replay) {
    for input in inputs {
        replay.take(input, held).unwrap();
        held.entries.push(input.clone());
        if let Some((_, memory)) = replay.take_memory() {
            held.memories.insert(Hash::of(&memory), memory);
        }
        let derived: Vec<Vec<u8>> = replay.expected().map(<[u8]>::to_vec).collect();
        for bytes in derived {
            replay.take(&bytes, held).unwrap();
            held.entries.push(bytes);
        }
    }
}

/// Payloads by their hashes.
pub(crate) type Payloads = BTreeMap<Hash, Vec<u8>>;

/// A station of the network.
#[derive(Debug, Clone)]
pub(crate) struct Station {
    pub(crate) channel: String,
    pub(crate) owner: String,
    pub(crate) place: Place,
    /// When waves of interest and others arrive, s from the start.
    pub(crate) bursts_s: Vec<f64>,
}

/// A recording's start.
pub(crate) fn start() -> Time {
    time("2024-05-06T07:00:00Z")
}

/// Where the explosion was, and when.
pub(crate) fn truth() -> (Place, Time) {
    (Place::from_degrees(41.0, -113.0).unwrap(), start().plus_s(100.0))
}

/// Eight stations 12 to 45 km around; P at 6 km/s; two more arrivals at each that have nothing to do with it, if wanted.
pub(crate) fn stations(clutter: bool) -> Vec<Station> {
    let (place, origin) = truth();
    let mut state = 11_u64;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..8)
        .map(|n| {
            let azimuth_deg = f64::from(n) * 45.0 + 30.0 * uniform();
            let stands = geodesic::destination(place, azimuth_deg, 12_000.0 + 33_000.0 * uniform()).unwrap();
            let travel_s = geodesic::between(place, stands).distance_m / 6_000.0;
            let mut bursts_s = vec![origin.seconds_since(start()) + travel_s];
            if clutter {
                bursts_s.extend([40.0 + 40.0 * uniform(), 140.0 + 80.0 * uniform()]);
            }
            Station { channel: format!("FDSN:XX_S{n:02}__H_H_Z"), owner: format!("owner {n}"), place: stands, bursts_s }
        })
        .collect()
}

/// The example's agreement, in force in May 2024.
pub(crate) fn agreement_text_of_2024() -> String {
    AGREEMENT.replace("2004-06-01", "2024-05-01").replace("2004-06-08", "2024-05-31")
}

pub(crate) fn agreement_of_2024() -> Vec<u8> {
    entry::to_bytes(&truceline_model::agreement::AgreementText { text: agreement_text_of_2024() })
}

fn counts(station: &Station, seed: u64) -> Vec<i32> {
    let mut state = seed;
    let mut noise = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    };
    (0..SECONDS * RATE_HZ as usize)
        .map(|n| {
            let t = n as f64 / RATE_HZ;
            let burst = |at: &f64| {
                let since = t - at;
                if since < 0.0 { 0.0 } else { 2_000.0 * libm::exp(-since * 2.0) * libm::sin(since * 40.0) }
            };
            (50.0 * noise() + station.bursts_s.iter().map(burst).sum::<f64>()) as i32
        })
        .collect()
}

/// The stations as P and S of a source below the explosion's place shake them.
pub(crate) fn shaken(depth_m: f64) -> Vec<Station> {
    let (place, origin) = truth();
    let mut stations = stations(false);
    for station in &mut stations {
        let far_m = libm::hypot(geodesic::between(place, station.place).distance_m, depth_m);
        let since_s = origin.seconds_since(start());
        station.bursts_s = [6_000.0, 3_464.0].map(|speed_m_s| since_s + far_m / speed_m_s).to_vec();
    }
    stations
}

/// The inventory that names the stations.
pub(crate) fn inventory(stations: &[Station]) -> Vec<u8> {
    let site = |station: &Station| SensorSite {
        id: station.channel.clone(),
        owner: station.owner.clone(),
        kind: SensorKind::Seismometer,
        place: station.place,
        elevation_cm: 0,
        array: None,
    };
    entry::to_bytes(&Inventory::new(stations.iter().map(site).collect()).unwrap())
}

/// Writes the records of a channel as its station does.
pub(crate) fn writer(channel: &str, rate_hz: f64) -> Writer {
    Writer {
        channel: channel.into(),
        version: Version::V3,
        packing: Packing::Steim2,
        rate_hz,
        clock: ClockFlags::default(),
        publication_version: 1,
        record_bytes_max: 1 << 16,
    }
}

/// The records of all stations with the times at which they are whole, and the payloads.
pub(crate) fn records(stations: &[Station]) -> (Vec<(Time, Vec<u8>)>, Payloads) {
    let mut payloads = BTreeMap::new();
    let mut timed = Vec::new();
    for (n, station) in stations.iter().enumerate() {
        let writer = writer(&station.channel, RATE_HZ);
        let samples = counts(station, n as u64 + 1);
        for (sequence, part) in samples.chunks(RECORD_S * RATE_HZ as usize).enumerate() {
            let mut bytes = Vec::new();
            writer.write(start().plus_s((sequence * RECORD_S) as f64), part, &mut bytes).unwrap();
            let record = record(&bytes, sequence as u64, &station.owner);
            payloads.insert(Hash::of(&bytes), bytes);
            timed.push((record.end().unwrap(), entry::to_bytes(&record)));
        }
    }
    timed.sort_by_key(|(end, _)| *end);
    (timed, payloads)
}

/// The recording as inputs: what is known beforehand, then records with a tick each ten seconds.
pub(crate) fn recorded(stations: &[Station]) -> (Vec<Vec<u8>>, Payloads) {
    let (timed, payloads) = records(stations);
    let mut entries = vec![epoch(), inventory(stations)];
    let mut ticked = start();
    for (end, bytes) in timed {
        while end.0 - ticked.0 >= 10 * NS_PER_S {
            ticked = Time(ticked.0 + 10 * NS_PER_S);
            entries.push(tick(ticked));
        }
        entries.push(bytes);
    }
    (entries, payloads)
}

/// The tick that closes all windows of the recording.
pub(crate) fn closing_tick() -> Vec<u8> {
    tick(after(start(), SECONDS as i64 + 3_600))
}
