//! A dossier, of unknown origin: see `truceline_decoders::dossier`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::dossier::check(bytes);
});
