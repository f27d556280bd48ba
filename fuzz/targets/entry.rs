//! An entry of the journal, of unknown origin: see `truceline_decoders::entry`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::entry::check(bytes);
});
