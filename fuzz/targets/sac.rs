//! A SAC file, of unknown origin: see `truceline_decoders::sac`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::sac::check(bytes);
});
