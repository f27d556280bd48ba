//! A file of live sources, of unknown origin: see `truceline_decoders::sources`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::sources::check(bytes);
});
