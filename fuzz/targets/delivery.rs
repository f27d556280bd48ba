//! A delivered file: it is read, or an error names what was wrong; nothing else happens.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline_formats::{Delivery, configuration};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(Delivery::Detections(detections)) = Delivery::read("file", bytes) {
        for report in &detections.reports {
            assert!(report.azimuth_mdeg < 360_000);
            assert!((-900_000_000..=900_000_000).contains(&report.place.lat_e7));
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = configuration::read("file", text);
    }
});
