//! A file of places of unknown origin: see `truceline_decoders::array_places`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::array_places::check(bytes);
});
