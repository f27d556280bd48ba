//! A StationXML file, of unknown origin: see `truceline_decoders::stationxml`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_decoders::stationxml::check(bytes);
});
