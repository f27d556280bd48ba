//! How long F-K takes: 4 elements, 28,800 beams (240 azimuths by 120 trace velocities), 20 frequencies, one thread; by
//! bounds and by computing every beam, for a clear wave, a weak one and noise; and how fast an array's stream is watched.
//! Prints one line of JSON for each; with the word `stream` the last one alone.
use std::f64::consts::TAU;
use std::io::Write;
use std::time::Instant;
use truceline_model::time::Time;
use truceline_model::waveform::{ClockFlags, Samples, Segment};
use truceline_science::array::chain::{self, ArrayDetector, Element};
use truceline_science::array::fk::{Grid, Plan, bearing};
use truceline_science::array::{Geometry, Offset, Settings, Spectra, Taper, Traces};

/// Windows that are timed.
const WINDOWS: u64 = 200;

/// Windows of which every beam is computed.
const WINDOWS_OF_ALL: u64 = 20;

/// Numbers between -1 and 1.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().any(|argument| argument == "stream") {
        return stream();
    }
    // A centred triangle some 150 m wide, as small infrasound arrays are.
    let points = [(-68.0, -20.0), (-34.0, 102.0), (86.0, 2.0), (9.0, 13.0)];
    let offsets: Vec<Offset> = points.iter().map(|p| Offset { east_m: p.0, north_m: p.1, up_m: 0.0 }).collect();
    let geometry = Geometry::new(&offsets)?;
    // 10.24 s at 100 Hz: 20 frequencies from 0.6 to 2.4 Hz.
    let settings = Settings { low_hz: 0.58, high_hz: 2.45, taper: Taper::Hann, whiten: false, padded: false };
    let (rate_hz, samples) = (100.0, 1_024);
    for (name, amplitude) in [("clear", 3.0), ("weak", 0.15), ("noise", 0.0)] {
        let (mut times_ms, mut all_ms, mut spectra_ms) = (Vec::new(), Vec::new(), Vec::new());
        let (mut computed, mut plan) = (0, None);
        let mut bins = 0;
        for window in 0..WINDOWS {
            let mut draws = Draws(window + 1);
            let azimuth = 180.0 * (draws.next() + 1.0);
            let (sin, cos) = libm::sincos(f64::to_radians(azimuth));
            let tones: Vec<(f64, f64)> = (0..40).map(|_| (1.5 + draws.next(), TAU * draws.next())).collect();
            let channels: Vec<Vec<f64>> = geometry
                .offsets_m()
                .iter()
                .map(|r| {
                    let delay = -(sin * r[0] + cos * r[1]) / 345.0;
                    let wave = |t: f64| tones.iter().map(|(hz, phase)| libm::cos(TAU * hz * t + phase)).sum::<f64>();
                    (0..samples).map(|i| amplitude * wave(f64::from(i) / rate_hz - delay) + draws.next()).collect()
                })
                .collect();
            let views: Vec<&[f64]> = channels.iter().map(Vec::as_slice).collect();
            let traces = Traces::new(Time(0), rate_hz, &views)?;
            let start = Instant::now();
            let spectra = Spectra::of(&traces, geometry.elements(), &settings)?;
            spectra_ms.push(start.elapsed().as_secs_f64() * 1e3);
            bins = spectra.bins();
            if plan.is_none() {
                plan = Some(Plan::new(&geometry, Grid::of_velocities(240, (300.0, 597.5), 120)?, &spectra)?);
            }
            let Some(plan) = &plan else { continue };
            let start = Instant::now();
            let peak = plan.peak(&spectra)?;
            times_ms.push(start.elapsed().as_secs_f64() * 1e3);
            computed += peak.computed;
            if window < WINDOWS_OF_ALL {
                let start = Instant::now();
                let all = plan.peak_of_all(&spectra)?;
                all_ms.push(start.elapsed().as_secs_f64() * 1e3);
                if (peak.beam, peak.semblance.to_bits()) != (all.beam, all.semblance.to_bits()) {
                    return Err("the peak by bounds is not that of all beams".into());
                }
            }
            bearing(&geometry, &spectra, &peak)?;
        }
        for times in [&mut times_ms, &mut all_ms, &mut spectra_ms] {
            times.sort_by(f64::total_cmp);
        }
        writeln!(
            std::io::stdout(),
            "{{\"case\":\"{name}\",\"beams\":28800,\"frequencies\":{bins},\"median_ms\":{:.4},\"p95_ms\":{:.4},\
             \"all_beams_ms\":{:.2},\"spectra_ms\":{:.4},\"beams_computed\":{:.0}}}",
            times_ms[times_ms.len() / 2],
            times_ms[times_ms.len() * 95 / 100],
            all_ms[all_ms.len() / 2],
            spectra_ms[spectra_ms.len() / 2],
            computed as f64 / WINDOWS as f64
        )?;
    }
    stream()
}

/// Elements of a stream, and its minutes.
const STREAM_MINUTES: u64 = 60;

/// How many times faster than it comes a four-element 100 Hz array is watched with the settings for infrasound: records
/// of a second, one thread; noise with a wave every five minutes.
fn stream() -> Result<(), Box<dyn std::error::Error>> {
    let points = [(-68.0, -20.0), (-34.0, 102.0), (86.0, 2.0), (9.0, 13.0)];
    let elements: Vec<Element> = points
        .iter()
        .enumerate()
        .map(|(i, p)| Element { channel: format!("E{i}"), offset: Offset { east_m: p.0, north_m: p.1, up_m: 0.0 } })
        .collect();
    let mut detector = ArrayDetector::new(&elements, 1.0, chain::Settings::infrasound())?;
    let mut outcome = chain::Outcome::default();
    let mut draws = Draws(7);
    let mut segments = Vec::new();
    for second in 0..STREAM_MINUTES * 60 {
        for (element, p) in points.iter().enumerate() {
            let value = |i: u32, draws: &mut Draws| {
                let t = (second % 300) as f64 + f64::from(i) / 100.0 - 150.0 - (p.0 + p.1) / 480.0;
                let wave = if t < 0.0 { 0.0 } else { 5.0 * libm::sin(TAU * 1.5 * t) * libm::exp(-t / 4.0) };
                (1_000.0 * (wave + draws.next())) as i32
            };
            segments.push(Segment {
                channel: format!("E{element}"),
                start: Time(0).plus_s(second as f64),
                rate_hz: 100.0,
                samples: Samples::I32((0..100).map(|i| value(i, &mut draws)).collect()),
                clock: ClockFlags::default(),
            });
        }
    }
    let start = Instant::now();
    for segment in &segments {
        detector.push(segment, &mut outcome)?;
    }
    detector.finish(&mut outcome)?;
    let seconds = start.elapsed().as_secs_f64();
    let stream_s = STREAM_MINUTES as f64 * 60.0;
    writeln!(
        std::io::stdout(),
        "{{\"case\":\"stream\",\"elements\":4,\"rate_hz\":100,\"stream_s\":{stream_s},\"seconds\":{seconds:.3},\
         \"times_real_time\":{:.0},\"ms_per_window\":{:.4},\"arrivals\":{}}}",
        stream_s / seconds,
        1e3 * seconds / (stream_s / 2.5),
        outcome.arrivals.len()
    )?;
    Ok(())
}
