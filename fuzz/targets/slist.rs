//! An SLIST or TSPAIR file, of unknown origin: see `truceline_decoders::slist`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::slist::check(bytes);
});
