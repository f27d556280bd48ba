//! Relays' files of receipts and frames, of unknown origin: see `truceline_decoders::receipts`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::receipts::check(bytes);
});
