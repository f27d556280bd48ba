//! What a SeedLink server may send, of unknown origin: see `truceline_decoders::seedlink`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::seedlink::check(bytes);
});
