//! The same numbers as ObsPy 1.5.1 and scipy, on a signal that both sides make from one integer formula.
//!
//! `dsp_peers.txt` holds what the peers gave (versions in its first line). The calls, with `x` the signal of seed 1 at
//! 100 Hz and `y = obspy.signal.filter.bandpass(x, 2, 20, 100.0, corners=4)`:
//! `filter.bandpass|highpass|lowpass(x, frequencies..., 100.0, corners)`, `scipy.signal.iirfilter(4, [2/50, 20/50],
//! btype="band", ftype="butter", output="sos")` and `sosfilt` with it, `trigger.recursive_sta_lta(y, 50, 1000)` (`c`),
//! `classic_sta_lta(y, 50, 1000)`, `z_detect(y, 50)`, `obspy.realtime.signal.kurtosis(Trace(y), 3.0)`,
//! `trigger_onset(c, on, off[, max_len])`, `aic_simple(y[1900:2200])`, `pk_baer(bandpassed seed n, 100.0, 20, 60, 7.0,
//! 12.0, 100, 100)`, and `coincidence_trigger(None, on, off, four recursive STA/LTA, sum)`.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
use std::collections::BTreeMap;
use truceline_model::time::{NS_PER_S, Time};
use truceline_science::dsp::aic::aic;
use truceline_science::dsp::baer::{BaerSettings, FirstMotion, baer};
use truceline_science::dsp::biquad::{Cascade, Section};
use truceline_science::dsp::butterworth::{Band, butterworth};
use truceline_science::dsp::coincidence::{ChannelTrigger, coincidences};
use truceline_science::dsp::kurtosis::Kurtosis;
use truceline_science::dsp::stalta::{ClassicStaLta, RecursiveStaLta};
use truceline_science::dsp::trigger::{OnOff, Thresholds, Trigger};
use truceline_science::dsp::zdetect::z_detect;

const RATE_HZ: f64 = 100.0;

fn peers() -> BTreeMap<&'static str, Vec<(usize, f64)>> {
    let mut all: BTreeMap<&str, Vec<(usize, f64)>> = BTreeMap::new();
    for line in include_str!("dsp_peers.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split(' ');
        let (name, index, value) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        all.entry(name).or_default().push((index.parse().unwrap(), value.parse().unwrap()));
    }
    all
}

/// Noise with an offset and a drift, and a burst twelve times as loud from sample 2000 that fades till 2300.
fn signal(seed: u64) -> Vec<f64> {
    let mut state = seed;
    (0..4_000_i64)
        .map(|i| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut value = ((state >> 33) % 2_001) as i64 - 1_000;
            if (2_000..2_300).contains(&i) {
                value *= 12 - (i - 2_000) / 25;
            }
            (value + 500 + i / 10) as f64
        })
        .collect()
}

fn filtered(band: Band, corners: u32, samples: &[f64]) -> Vec<f64> {
    let mut out = samples.to_vec();
    Cascade::new(butterworth(band, corners, RATE_HZ).unwrap()).apply(&mut out);
    out
}

fn band(low_hz: f64, high_hz: f64) -> Band {
    Band::BandPass { low_hz, high_hz }
}

/// The largest difference in units of the peer's largest value.
fn of_maximum(ours: &[f64], peer: &[(usize, f64)]) -> f64 {
    let scale = peer.iter().map(|(_, value)| value.abs()).fold(0.0, f64::max);
    assert!(peer.len() > 40 && scale > 0.0);
    peer.iter().map(|(i, value)| (ours[*i] - value).abs() / scale).fold(0.0, f64::max)
}

/// The largest relative difference, value by value.
fn relative(ours: &[f64], peer: &[(usize, f64)]) -> f64 {
    assert!(peer.len() > 40 && peer.iter().filter(|(_, value)| *value != 0.0).count() > 30);
    let one = |i: usize, value: f64| if ours[i] == value { 0.0 } else { (ours[i] - value).abs() / value.abs() };
    peer.iter().map(|(i, value)| one(*i, *value)).fold(0.0, f64::max)
}

#[test]
fn filters() {
    let (peers, x) = (peers(), signal(1));
    for (name, band, corners) in [
        ("bandpass_2_20_4", band(2.0, 20.0), 4),
        ("bandpass_10_20_4", band(10.0, 20.0), 4),
        ("bandpass_1_40_3", band(1.0, 40.0), 3),
        ("highpass_1_4", Band::HighPass { corner_hz: 1.0 }, 4),
        ("highpass_5_3", Band::HighPass { corner_hz: 5.0 }, 3),
        ("lowpass_10_4", Band::LowPass { corner_hz: 10.0 }, 4),
        ("lowpass_3_5", Band::LowPass { corner_hz: 3.0 }, 5),
    ] {
        let ours = filtered(band, corners, &x);
        let (absolute, relative) = (of_maximum(&ours, &peers[name]), relative(&ours, &peers[name]));
        println!("{name}: {absolute:.1e} of the maximum, {relative:.1e} relative");
        assert!(absolute < 1e-11, "{name}: {absolute:e}");
        assert!(relative < 1e-9, "{name}: {relative:e}");
    }
}

#[test]
fn the_same_sections_give_the_same_samples() {
    let peers = peers();
    let numbers = &peers["sos_2_20_4"];
    let section = |row: &[(usize, f64)]| {
        assert_eq!(row[3].1, 1.0);
        Section { b0: row[0].1, b1: row[1].1, b2: row[2].1, a1: row[4].1, a2: row[5].1 }
    };
    let mut ours = signal(1);
    Cascade::new(numbers.chunks(6).map(section).collect()).apply(&mut ours);
    let difference = of_maximum(&ours, &peers["sosfilt_2_20_4"]);
    println!("sosfilt: {difference:.1e} of the maximum");
    assert!(difference < 1e-12, "{difference:e}");
}

#[test]
fn characteristics() {
    let (peers, y) = (peers(), filtered(band(2.0, 20.0), 4, &signal(1)));
    let mut recursive = RecursiveStaLta::new(50, 1_000);
    let mut classic = ClassicStaLta::new(50, 1_000);
    let mut kurtosis = Kurtosis::new(300);
    for (name, ours, bound) in [
        ("recursive_sta_lta_50_1000", y.iter().map(|y| recursive.push(*y)).collect::<Vec<_>>(), 1e-12),
        ("classic_sta_lta_50_1000", y.iter().map(|y| classic.push(*y)).collect(), 1e-11),
        ("z_detect_50", z_detect(&y, 50), 1e-9),
        ("kurtosis_3s", y.iter().map(|y| kurtosis.push(*y)).collect(), 1e-9),
    ] {
        let (absolute, relative) = (of_maximum(&ours, &peers[name]), relative(&ours, &peers[name]));
        println!("{name}: {absolute:.1e} of the maximum, {relative:.1e} relative");
        assert!(relative < bound, "{name}: {relative:e}");
    }
}

fn stretches(values: &[f64], on: f64, off: f64, max_samples: u64) -> Vec<OnOff> {
    let mut trigger = Trigger::new(Thresholds { on, off, max_samples }).unwrap();
    let mut found: Vec<_> = values.iter().filter_map(|value| trigger.push(*value)).collect();
    found.extend(trigger.finish());
    found
}

fn ratio(samples: &[f64]) -> Vec<f64> {
    let mut recursive = RecursiveStaLta::new(50, 1_000);
    samples.iter().map(|sample| recursive.push(*sample)).collect()
}

#[test]
fn triggers() {
    let (peers, c) = (peers(), ratio(&filtered(band(2.0, 20.0), 4, &signal(1))));
    for (name, on, off, max_samples) in [
        ("trigger_3.5_1", 3.5, 1.0, u64::MAX),
        ("trigger_1.1_0.9", 1.1, 0.9, u64::MAX),
        ("trigger_1.1_0.9_max60", 1.1, 0.9, 60),
    ] {
        let ours: Vec<u64> = stretches(&c, on, off, max_samples).iter().flat_map(|s| [s.on, s.off]).collect();
        let peer: Vec<u64> = peers[name].iter().map(|(_, value)| *value as u64).collect();
        assert_eq!(ours, peer, "{name}");
    }
}

#[test]
fn onsets() {
    let (peers, y) = (peers(), filtered(band(2.0, 20.0), 4, &signal(1)));
    let ours = aic(&y[1_900..2_200]);
    let difference = relative(&ours, &peers["aic_1900_2200"]);
    println!("aic: {difference:.1e} relative");
    assert!(difference < 1e-11, "{difference:e}");

    let settings = BaerSettings {
        pick_threshold: 7.0,
        update_threshold: 12.0,
        down_samples_max: 20,
        up_samples_min: 60,
        preset_samples: 100,
    };
    let picks = &peers["pk_baer"];
    assert_eq!(picks.len(), 12);
    for (pair, seed) in picks.chunks(2).zip(1..) {
        let pick = baer(&filtered(band(2.0, 20.0), 4, &signal(seed)), RATE_HZ, &settings).unwrap().unwrap();
        // ObsPy adds one to the index of the first triggered sample.
        assert_eq!(pick.onset.index + 1, pair[0].1 as usize, "seed {seed}");
        // The peer's letters are those of an inverting digitiser.
        let motion = if pair[1].1 as u8 == b'D' { FirstMotion::Falling } else { FirstMotion::Rising };
        assert_eq!(pick.first_motion, motion, "seed {seed}");
    }
}

#[test]
fn network_coincidences() {
    let peers = peers();
    let channels: Vec<Vec<f64>> = (0..4_u64)
        .map(|channel| {
            let mut samples = filtered(band(2.0, 20.0), 4, &signal(channel + 1));
            samples.rotate_right(13 * channel as usize);
            samples[..40].fill(0.0);
            ratio(&samples)
        })
        .collect();
    for (name, on, off, sum, extension_s) in
        [("coincidence_a", 1.3, 1.0, 3.0, 0.0), ("coincidence_b", 1.15, 0.95, 2.0, 0.3)]
    {
        let time = |sample: u64| Time(sample as i64 * (NS_PER_S / 100));
        let triggers: Vec<ChannelTrigger> = channels
            .iter()
            .zip(0..)
            .flat_map(|(values, channel)| {
                stretches(values, on, off, 100_000_000).into_iter().map(move |stretch| ChannelTrigger {
                    channel,
                    weight: 1.0,
                    on: time(stretch.on),
                    off: time(stretch.off),
                })
            })
            .collect();
        let ours = coincidences(&triggers, sum, extension_s);
        assert_eq!(ours.len(), peers[name].len() / 3, "{name}");
        for (ours, peer) in ours.iter().zip(peers[name].chunks(3)) {
            assert!((ours.time.seconds_since(Time(0)) - peer[0].1).abs() < 1e-6, "{name}: {ours:?} {peer:?}");
            assert!((ours.duration_s - peer[1].1).abs() < 1e-6, "{name}: {ours:?} {peer:?}");
            assert_eq!(ours.channels.len(), peer[2].1 as usize, "{name}");
        }
    }
}
