//! A delivered file (detections, observations, hindrances, a notice, an agreement, sensors): it is read, or an error names what was wrong.
use truceline_formats::Delivery;
use truceline_model::entry;
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
    if let Ok(Delivery::Observations(found)) = &read {
        for one in &found.observations {
            assert_eq!(entry::from_bytes(&entry::to_bytes(one)).as_ref(), Ok(one));
        }
    }
    if let Ok(Delivery::Hindrances(found)) = &read {
        for one in &found.hindrances {
            assert_eq!(entry::from_bytes(&entry::to_bytes(one)).as_ref(), Ok(one));
        }
    }
    read.is_ok()
}

/// Observations and hindrances in each of their shapes.
const OBSERVED: [&[u8]; 5] = [
    b"latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,frp,daynight\n\
      48.05,37.5,340.82,0.4,0.4,2026-06-24,0005,N20,VIIRS,n,15.69,N\n",
    b"period_start,observer_id,owner,observer_position,event_location,means,count,observation,local_time_start,grade\n\
      2026-06-24T03:00+03:00,patrol 2,Mission,\"48.10, 37.50\",4-6 km SE,heard,3,undetermined explosion,04:14,B2\n",
    b"datetime,lon,lat,place_name,event_type\n2026-06-24 00:00:00,37.5,48.1,A village,uav|loc\n",
    b"hindrance,from,to,location,radius_m,sensors,lost,consented\nconsent,2026-06-24T10:20:00Z,,\"48, 37\",50,A B,.5,x;y\n",
    b"{\"owner\": \"x\", \"observations\": [{\"means\": \"seen\", \"observation\": \"shot\", \"count\": 2,\
      \"local_time_start\": \"2026-06-24T20:00:00Z\", \"event_location\": \"Mill (48.05, 37.80)\"}]}",
];

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
    originals.extend(OBSERVED.map(<[u8]>::to_vec));
    originals
}
