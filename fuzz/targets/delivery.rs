//! A delivered file, of unknown origin: see `truceline_decoders::delivery`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::delivery::check(bytes);
});
