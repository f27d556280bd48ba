//! A WAV file, of unknown origin: see `truceline_decoders::wav`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::wav::check(bytes);
});
