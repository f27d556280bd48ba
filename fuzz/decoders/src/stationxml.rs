//! A StationXML file of unknown origin: an inventory with possible numbers, or an error.
use truceline_formats::stationxml;
use truceline_model::time::Time;

/// Reads it; whether it was read.
pub fn check(bytes: &[u8]) -> bool {
    let Ok(inventory) = stationxml::read("file", bytes) else { return false };
    for found in inventory.channels() {
        assert!((-900_000_000..=900_000_000).contains(&found.channel.place.lat_e7));
        assert!(found.channel.rate_hz.is_none_or(|rate_hz| rate_hz > 0.0));
    }
    let _ = inventory.channel("FDSN:XX_ONE__S_H_Z", Time(0));
    true
}

/// An invented inventory.
pub fn originals() -> Vec<Vec<u8>> {
    crate::files("crates/formats/tests/data/stationxml", "xml")
}
