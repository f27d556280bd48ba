//! An agreement's text, of unknown origin: see `truceline_decoders::agreement`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::agreement::check(bytes);
});
