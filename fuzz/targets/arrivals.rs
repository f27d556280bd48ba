//! A file of sensors and one of arrivals, of unknown origin, split at the first zero byte: possible rows, or errors.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline_formats::{arrivals, sensors};

/// Sensors for inputs without any of their own.
const SENSORS: &[u8] = b"sensor_id,lon,lat\nA,0,0\nB,1,1\n";

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    let Ok(mut sensors) = sensors::read("sensors", second.map_or(SENSORS, |_| first)) else { return };
    let Ok(found) = arrivals::read("arrivals", second.unwrap_or(first), &sensors) else { return };
    sensors.suggest_kinds(&found.arrivals);
    for arrival in &found.arrivals {
        let m = arrival.measurement;
        assert!(m.sensor < sensors.sensors.len());
        assert!(m.time_sigma_s.is_none_or(|sigma_s| sigma_s > 0.0 && sigma_s.is_finite()));
        assert!(m.azimuth_deg.is_none_or(|azimuth_deg| (0.0..=360.0).contains(&azimuth_deg)));
        assert!(m.range_m.is_none_or(|(least, most)| least < most && most.is_finite()));
    }
});
