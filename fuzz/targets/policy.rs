//! Witness policies, of unknown origin: see `truceline_decoders::policy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::policy::check(bytes);
});
