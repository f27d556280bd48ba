//! A delivered file (detections, a notice, an agreement, sensors): it is read, or an error names what was wrong.
use truceline_formats::Delivery;
use truceline_model::inventory::MAX_INVENTORY_SITES;

/// Reads it; whether it was read.
pub fn check(bytes: &[u8]) -> bool {
    let read = Delivery::read("file", bytes);
    if let Ok(Delivery::Detections(detections)) = &read {
        for report in &detections.reports {
            assert!(report.azimuth_mdeg < 360_000);
            assert!((-900_000_000..=900_000_000).contains(&report.place.lat_e7));
        }
    }
    if let Ok(Delivery::Inventory(inventory)) = &read {
        assert!(!inventory.sites().is_empty() && inventory.sites().len() <= MAX_INVENTORY_SITES);
        assert!(inventory.sites().windows(2).all(|pair| pair[0].id < pair[1].id));
    }
    read.is_ok()
}

/// A file of an array's elements.
const SENSORS: &[u8] = b"sensor_id,owner,kind,lon,lat,elevation_m,array\n\
    FDSN:XX_A1__B_D_F,one,infrasound array,-110.74,39.47,1900,A\n\
    FDSN:XX_A2__B_D_F,one,infrasound array,-110.73,39.48,1902.5,A\nB,,post,30.5,50.4,,\n";

/// The example's files, and one of sensors.
pub fn originals() -> Vec<Vec<u8>> {
    let example = ["detections.json", "notice.toml", "agreement.toml"];
    let mut originals: Vec<Vec<u8>> =
        example.iter().map(|name| crate::file(&format!("examples/utah-2004/{name}"))).collect();
    originals.push(SENSORS.to_vec());
    originals
}
