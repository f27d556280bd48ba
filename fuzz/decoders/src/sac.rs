//! A SAC file of unknown origin: segments with possible numbers, or an error.
use truceline_formats::sac;

/// Reads it; whether it was read.
pub fn check(bytes: &[u8]) -> bool {
    let read = sac::read("file", bytes);
    for segment in read.iter().flatten() {
        assert!(segment.rate_hz > 0.0 && segment.rate_hz.is_finite());
        assert!(!segment.samples.is_empty() && segment.samples.len() <= bytes.len());
    }
    read.is_ok()
}

/// Small files that peers read alike.
pub fn originals() -> Vec<Vec<u8>> {
    crate::files("crates/formats/tests/data/sac", "sac")
}
