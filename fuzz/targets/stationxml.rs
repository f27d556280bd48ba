//! A StationXML file of unknown origin: an inventory with possible numbers, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline_formats::stationxml;
use truceline_model::time::Time;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(inventory) = stationxml::read("file", bytes) {
        for found in inventory.channels() {
            assert!((-900_000_000..=900_000_000).contains(&found.channel.place.lat_e7));
            assert!(found.channel.rate_hz.is_none_or(|rate_hz| rate_hz > 0.0));
        }
        let _ = inventory.channel("FDSN:XX_ONE__S_H_Z", Time(0));
    }
});
