//! A dossier of unknown origin: verified without a key it is never proven, and nothing else happens.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline_evidence::verification::{Outcome, verify};

fuzz_target!(|bytes: &[u8]| {
    assert!(!matches!(verify(bytes, None).outcome, Outcome::Proven));
});
