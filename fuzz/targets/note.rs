//! Signed notes and checkpoints of unknown origin.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::note::{Note, VerifierKey};

fuzz_target!(|text: &str| {
    let _ = Note::parse(text);
    let _ = VerifierKey::parse(text);
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(checkpoint.to_string(), text);
    }
});
