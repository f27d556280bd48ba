//! Signed notes, keys and checkpoints, of unknown origin: see `truceline_decoders::note`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::note::check(bytes);
});
