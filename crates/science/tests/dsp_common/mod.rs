//! What the tests of detectors share.
#![allow(dead_code, reason = "each test uses a part of it")]
use truceline_model::time::Time;
use truceline_model::waveform::{ClockFlags, Samples, Segment};
use truceline_science::dsp::chain::{Arrival, ChannelDetector, Outcome, Settings};

/// A small generator of numbers: the tests must be the same everywhere.
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    /// Uniform between 0 and 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }

    /// Normal with mean 0 and variance 1 (Box and Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
        radius * libm::cos(2.0 * std::f64::consts::PI * self.uniform())
    }
}

/// Adds a decaying oscillation that begins at a place between samples.
pub(crate) fn burst(samples: &mut [f64], at: f64, rate_hz: f64, frequency_hz: f64, amplitude: f64) {
    let first = at.ceil() as usize;
    // After 100 periods exp(-25) is left.
    let length = (100.0 * rate_hz / frequency_hz) as usize;
    for (i, sample) in samples.iter_mut().enumerate().skip(first).take(length) {
        let t = (i as f64 - at) / rate_hz;
        *sample +=
            amplitude * libm::exp(-t * frequency_hz / 4.0) * libm::sin(2.0 * std::f64::consts::PI * frequency_hz * t);
    }
}

/// A segment of the channel of these tests.
pub(crate) fn segment(start_ns: i64, rate_hz: f64, samples: Samples) -> Segment {
    Segment {
        channel: "FDSN:XX_A__H_H_Z".into(),
        start: Time(start_ns),
        rate_hz,
        samples,
        clock: ClockFlags::default(),
    }
}

/// All that comes of segments.
pub(crate) fn run(settings: &Settings, segments: &[Segment]) -> Outcome {
    let mut detector = ChannelDetector::new("FDSN:XX_A__H_H_Z", settings.clone()).expect("settings that can be built");
    let mut outcome = Outcome::default();
    for segment in segments {
        detector.push(segment, &mut outcome).expect("a segment of this channel");
    }
    detector.finish(&mut outcome);
    outcome
}

/// Arrivals with their numbers as bits.
pub(crate) fn bits(arrivals: &[Arrival]) -> Vec<String> {
    arrivals
        .iter()
        .map(|a| {
            let numbers = [a.sigma_s, a.duration_s, a.amplitude, a.snr, a.value_max].map(f64::to_bits);
            format!("{a:?} {numbers:?}")
        })
        .collect()
}
