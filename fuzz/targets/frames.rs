//! Sealed frames and acts on keys, of unknown origin: see `truceline_decoders::frames`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::frames::check(bytes);
});
