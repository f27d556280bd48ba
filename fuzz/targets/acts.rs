//! Acts of consultations, editions and files of a register, of unknown origin: see `truceline_decoders::acts`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::acts::check(bytes);
});
