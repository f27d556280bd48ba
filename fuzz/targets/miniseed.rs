//! A stream of miniSEED records, of unknown origin: see `truceline_decoders::miniseed`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::miniseed::check(bytes);
});
