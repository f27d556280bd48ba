//! Submissions to a witness, of unknown origin: see `truceline_decoders::submission`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::submission::check(bytes);
});
