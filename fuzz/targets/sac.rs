//! A SAC file of unknown origin: segments with possible numbers, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline_formats::sac;

fuzz_target!(|bytes: &[u8]| {
    for segment in sac::read("file", bytes).into_iter().flatten() {
        assert!(segment.rate_hz > 0.0 && segment.rate_hz.is_finite());
        assert!(!segment.samples.is_empty() && segment.samples.len() <= bytes.len());
    }
});
