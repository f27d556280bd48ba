//! A delivered file (detections, a notice, an agreement): it is read, or an error names what was wrong.
use truceline_formats::Delivery;

/// Reads it; whether it was read.
pub fn check(bytes: &[u8]) -> bool {
    let read = Delivery::read("file", bytes);
    if let Ok(Delivery::Detections(detections)) = &read {
        for report in &detections.reports {
            assert!(report.azimuth_mdeg < 360_000);
            assert!((-900_000_000..=900_000_000).contains(&report.place.lat_e7));
        }
    }
    read.is_ok()
}

/// The example's files.
pub fn originals() -> Vec<Vec<u8>> {
    ["detections.json", "notice.toml", "agreement.toml"]
        .map(|name| crate::file(&format!("examples/utah-2004/{name}")))
        .into()
}
