//! Fork files, of unknown origin: see `truceline_decoders::fork`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::fork::check(bytes);
});
