//! A configuration file, of unknown origin: see `truceline_decoders::configuration`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::configuration::check(bytes);
});
