//! A file of sensors and one of arrivals, of unknown origin: see `truceline_decoders::arrivals`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::arrivals::check(bytes);
});
