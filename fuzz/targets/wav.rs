//! A WAV file of unknown origin: segments with possible numbers, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline_formats::wav;
use truceline_model::time::Time;

fuzz_target!(|bytes: &[u8]| {
    for segment in wav::read("file", bytes, Time(0), |channel| channel.to_string()).into_iter().flatten() {
        assert!(segment.rate_hz > 0.0 && segment.rate_hz.is_finite());
        assert!(!segment.samples.is_empty() && segment.samples.len() <= bytes.len());
    }
});
