//! How fast a channel's detector is: 2.16 million samples at 100 Hz, the chain of the ObsPy script it is measured
//! against (demean, band-pass 2-20 Hz of 4 corners, recursive STA/LTA of 0.5 and 10 s, trigger 3.5/1.0), best of
//! several runs on one thread. Prints one line of JSON; figures are millions of samples per second.
use std::io::Write;
use std::time::Instant;
use truceline_model::time::Time;
use truceline_model::waveform::{ClockFlags, Samples, Segment};
use truceline_science::dsp::biquad::Cascade;
use truceline_science::dsp::butterworth::{Band, butterworth};
use truceline_science::dsp::chain::{ChannelDetector, Characteristic, Outcome, Settings};
use truceline_science::dsp::repetition::Repetition;
use truceline_science::dsp::stalta::{ClassicStaLta, RecursiveStaLta};

/// Six hours at 100 Hz.
const SAMPLES: usize = 2_160_000;

/// Runs, of which the best counts: the machine is shared.
const RUNS: usize = 9;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counts = counts();
    let floats: Vec<f64> = counts.iter().map(|c| f64::from(*c)).collect();
    let settings = Settings::local_seismic();
    let mut arrivals = 0;
    let mut chain = |settings: &Settings, samples: &dyn Fn(usize, usize) -> Samples, record: usize| {
        let records = records(samples, record);
        best(|| {
            let mut detector = ChannelDetector::new(CHANNEL, settings.clone())?;
            let mut outcome = Outcome::default();
            for segment in &records {
                detector.push(segment, &mut outcome)?;
            }
            detector.finish(&mut outcome);
            arrivals = outcome.arrivals.len();
            Ok(())
        })
    };
    let i32_of = |from: usize, to: usize| Samples::I32(counts[from..to].to_vec());
    let f64_of = |from: usize, to: usize| Samples::F64(floats[from..to].to_vec());
    let silent = |from: usize, to: usize| Samples::I32(vec![7; to - from]);
    let whole = chain(&settings, &i32_of, SAMPLES)?;
    let by_413 = chain(&settings, &i32_of, 413)?;
    let by_100 = chain(&settings, &i32_of, 100)?;
    let doubles = chain(&settings, &f64_of, 4_096)?;
    let silence = chain(&settings, &silent, 413)?;
    let with = |characteristic| Settings { characteristic, ..settings.clone() };
    let classic = chain(&with(Characteristic::ClassicStaLta { sta_s: 0.5, lta_s: 10.0 }), &i32_of, 413)?;
    let z = chain(&with(Characteristic::ZDetector { sta_s: 0.5, lta_s: 10.0 }), &i32_of, 413)?;
    let kurtosis = chain(&with(Characteristic::Kurtosis { window_s: 3.0 }), &i32_of, 413)?;
    let rises = chain(&Settings { rise_p_false: Some(1e-6), ..settings.clone() }, &i32_of, 413)?;
    let sections = butterworth(Band::BandPass { low_hz: 2.0, high_hz: 20.0 }, 4, 100.0)?;
    let band = best(|| {
        let mut out = floats.clone();
        Cascade::new(sections.clone()).apply(&mut out);
        std::hint::black_box(&out);
        Ok(())
    })?;
    let recursive_alone = best(|| {
        let mut ratio = RecursiveStaLta::new(50, 1_000);
        std::hint::black_box(floats.iter().map(|x| ratio.push(*x)).collect::<Vec<_>>());
        Ok(())
    })?;
    let classic_alone = best(|| {
        let mut ratio = ClassicStaLta::new(50, 1_000);
        std::hint::black_box(floats.iter().map(|x| ratio.push(*x)).collect::<Vec<_>>());
        Ok(())
    })?;
    let by_413_again = records(&i32_of, 413);
    let repeats = best(|| {
        let mut repetition = Repetition::new();
        for segment in &by_413_again {
            std::hint::black_box(repetition.push(segment));
        }
        Ok(())
    })?;
    writeln!(
        std::io::stdout(),
        "{{\"chain_i32_whole\":{whole:.1},\"chain_i32_413\":{by_413:.1},\"chain_i32_100\":{by_100:.1},\
         \"chain_f64_4096\":{doubles:.1},\"chain_silence\":{silence:.1},\"chain_classic\":{classic:.1},\
         \"chain_z\":{z:.1},\"chain_kurtosis\":{kurtosis:.1},\"chain_rises\":{rises:.1},\"bandpass\":{band:.1},\
         \"recursive_sta_lta\":{recursive_alone:.1},\"classic_sta_lta\":{classic_alone:.1},\"repetition_i32_413\":{repeats:.1},\"arrivals\":{arrivals}}}"
    )?;
    Ok(())
}

const CHANNEL: &str = "FDSN:XX_AAA__H_H_Z";

/// A random walk of counts with its running mean away, and a burst every ten minutes.
fn counts() -> Vec<i32> {
    let mut state = 1_u64;
    let mut walk = 0.0;
    (0..SAMPLES)
        .map(|i| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let step = ((state >> 33) % 2_001) as f64 / 100.0 - 10.0;
            walk = 0.999 * walk + if i % 60_000 > 59_800 { 12.0 * step } else { step };
            walk as i32
        })
        .collect()
}

fn records(samples: &dyn Fn(usize, usize) -> Samples, record: usize) -> Vec<Segment> {
    (0..SAMPLES)
        .step_by(record)
        .map(|from| Segment {
            channel: CHANNEL.into(),
            start: Time(1_500_000_000_000_000_000 + from as i64 * 10_000_000),
            rate_hz: 100.0,
            samples: samples(from, (from + record).min(SAMPLES)),
            clock: ClockFlags::default(),
        })
        .collect()
}

/// Millions of samples per second in the best run.
fn best(
    mut run: impl FnMut() -> Result<(), truceline_science::dsp::DspError>,
) -> Result<f64, truceline_science::dsp::DspError> {
    let mut best_s = f64::INFINITY;
    for _ in 0..RUNS {
        let start = Instant::now();
        run()?;
        best_s = best_s.min(start.elapsed().as_secs_f64());
    }
    Ok(SAMPLES as f64 / best_s / 1e6)
}
