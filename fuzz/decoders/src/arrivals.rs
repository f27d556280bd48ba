//! A file of sensors and one of arrivals, split at the first zero byte: possible rows, or errors.
use truceline_formats::{arrivals, sensors};

/// Sensors for inputs without any of their own.
const SENSORS: &[u8] = b"sensor_id,lon,lat\nA,0,0\nB,1,1\n";

/// Reads them; whether both were read.
pub fn check(bytes: &[u8]) -> bool {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    let Ok(mut sensors) = sensors::read("sensors", second.map_or(SENSORS, |_| first)) else { return false };
    let Ok(found) = arrivals::read("arrivals", second.unwrap_or(first), &sensors) else { return false };
    sensors.suggest_kinds(&found.arrivals);
    for arrival in &found.arrivals {
        let m = arrival.measurement;
        assert!(m.sensor < sensors.sensors.len());
        assert!(m.time_sigma_s.is_none_or(|sigma_s| sigma_s > 0.0 && sigma_s.is_finite()));
        assert!(m.azimuth_deg.is_none_or(|azimuth_deg| (0.0..=360.0).contains(&azimuth_deg)));
        assert!(m.range_m.is_none_or(|(least, most)| least < most && most.is_finite()));
    }
    true
}

/// Two small files of our own, one for each frame.
pub fn originals() -> Vec<Vec<u8>> {
    [
        "sensor_id,owner,kind,lon,lat,elevation_m\nA,one,seismometer,30.1,50.2,120\nB,two,infrasound array,30.5,50.4,90\n\0\
         sensor_id,time,sigma_s,phase,azimuth_deg,azimuth_sigma_deg,slowness_s_per_km,snr_db,amplitude\n\
         A,2010-05-27T16:24:33.21Z,0.1,P,,,,12.5,3e4\nB,2010-05-27T16:25:33Z,,airwave,271.5,3,2.9,,\n",
        "sensor_id,x_m,y_m,z_m\nA,0,0,1\nB,250.5,-31,2\n\0sensor_id,time,phase\nA,12.125,muzzle\nB,12.5,shock\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}
