//! StationXML against ObsPy's reading, against recordings' inventories, and against damage.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function

#[path = "support/mutation.rs"]
mod mutation;
#[path = "support/recordings.rs"]
mod recordings;

use mutation::{MUTATIONS, Random, damage};
use recordings::{own, recording};
use serde::Deserialize;
use truceline_formats::stationxml::{self, Found, Inventory};
use truceline_model::place::Place;
use truceline_model::time::Time;

/// What ObsPy reads of a channel; see `tests/data/README.md`.
#[derive(Debug, Deserialize)]
struct Row {
    network: String,
    station: String,
    location: String,
    code: String,
    start_ns: Option<i64>,
    latitude: f64,
    longitude: f64,
    elevation: f64,
    depth: f64,
    azimuth: Option<f64>,
    dip: Option<f64>,
    rate: Option<f64>,
    sensitivity: Option<(f64, f64)>,
    units: Option<(String, String)>,
}

fn synthetic() -> Inventory {
    stationxml::read("a", &own("stationxml/synthetic.xml")).unwrap()
}

#[test]
fn every_field_reads_as_obspy_reads_it() {
    let rows: Vec<Row> = serde_json::from_slice(&own("stationxml/synthetic.json")).unwrap();
    let inventory = synthetic();
    assert_eq!(inventory.channels().count(), rows.len());
    for (Found { network, station, channel }, row) in inventory.channels().zip(&rows) {
        assert_eq!((&network.code, &station.code, &channel.code), (&row.network, &row.station, &row.code));
        assert_eq!(channel.location, row.location.trim());
        assert_eq!(channel.epoch.from.map(|time| time.0), row.start_ns);
        assert_eq!(Some(channel.place), Place::from_degrees(row.latitude, row.longitude));
        assert_eq!((channel.elevation_m, channel.depth_m), (row.elevation, row.depth));
        assert_eq!((channel.azimuth_deg, channel.dip_deg, channel.rate_hz), (row.azimuth, row.dip, row.rate));
        let sensitivity = channel.sensitivity.as_ref();
        assert_eq!(sensitivity.map(|found| (found.value, found.frequency_hz)), row.sensitivity);
        let units = sensitivity.map(|found| (found.input_units.clone(), found.output_units.clone()));
        assert_eq!(units, row.units);
    }
}

#[test]
fn a_channel_is_found_by_its_epoch() {
    let inventory = synthetic();
    let at = |time: &str| {
        let found = inventory.channel("FDSN:XX_ONE__S_H_Z", Time::parse(time).unwrap());
        found.and_then(|found| found.channel.rate_hz)
    };
    assert_eq!(at("2019-12-31T23:59:59Z"), None);
    assert_eq!(at("2020-01-01T00:00:00Z"), Some(100.0));
    assert_eq!(at("2022-06-30T12:30:15.25Z"), Some(100.0));
    assert_eq!(at("2022-06-30T12:30:15.5Z"), None);
    assert_eq!(at("2030-01-01T00:00:00Z"), Some(200.0));
    assert!(inventory.channel("FDSN:XX_TWO_01_B_D_F", Time(0)).is_none(), "the network began later");
    assert!(inventory.channel("FDSN:XX_ONE_00_S_H_Z", Time::parse("2030-01-01T00:00:00Z").unwrap()).is_none());
    // An end in the year 2599 is no end.
    assert_eq!(inventory.networks[0].epoch.to, None);
}

#[test]
fn the_arrays_of_the_test_data_read_as_obspy_reads_them() {
    // obspy.read_inventory of ObsPy 1.5.1: channels, sums of latitude, longitude, elevation and sensitivity.
    for (file, count, latitude, longitude, elevation, sensitivity) in ARRAYS {
        let Some(bytes) = recording(&format!("seismic/arrays/{file}")) else { return };
        let inventory = stationxml::read(file, &bytes).unwrap();
        let channels: Vec<_> = inventory.channels().map(|found| found.channel).collect();
        assert_eq!(channels.len(), count, "{file}");
        let sum = |of: &dyn Fn(usize) -> f64| (0..count).map(of).sum::<f64>();
        // Places are kept to 1e-7 degree.
        assert!((sum(&|i| channels[i].place.lat_deg()) - latitude).abs() < 1e-6, "{file}");
        assert!((sum(&|i| channels[i].place.lon_deg()) - longitude).abs() < 1e-6, "{file}");
        assert!((sum(&|i| channels[i].elevation_m) - elevation).abs() < 1e-6, "{file}");
        let found = sum(&|i| channels[i].sensitivity.as_ref().map_or(0.0, |found| found.value));
        assert!((found - sensitivity).abs() <= 1e-12 * sensitivity, "{file}");
    }
}

#[test]
fn every_error_names_the_line() {
    let good = String::from_utf8_lossy(&own("stationxml/synthetic.xml")).into_owned();
    let deep = format!("{}x{}", "<a>".repeat(70), "</a>".repeat(70));
    for (old, new, expected) in [
        ("<Latitude>47.75<", "<Latitude>97.75<", "a, line 43: Latitude: \"97.75\", expected -90 to 90"),
        ("<Latitude>47.75<", "<Latitude>NaN<", "a, line 43: Latitude: \"NaN\", expected -90 to 90"),
        ("<Longitude>-12.5<", "<Lon>-12.5<", "a, line 44: "),
        ("<Elevation>308.5</Elevation>", "", "a, line 13: Channel: expected a Latitude, a Longitude and an Elevation"),
        ("<Depth>2.0</Depth>", "", "a, line 13: Channel: expected a Depth"),
        ("<Dip>-90.0", "<Dip>-91", "a, line 20: Dip: \"-91\", expected -90 to 90"),
        ("<Value>9.3339E8", "<Value>0", "a, line 24: Value: 0, expected another sensitivity"),
        ("<Value>9.3339E8", "<Value>many", "a, line 24: Value: \"many\", expected a number"),
        ("<Frequency>1.0</Frequency>", "", "a, line 54: InstrumentSensitivity: expected a Value and a Frequency"),
        (" locationCode=\"01\"", "", "a, line 47: Channel: expected the attribute locationCode"),
        ("code=\"TWO\"", "", "a, line 42: Station: expected the attribute code"),
        ("code=\"TWO\"", "code=\"TWO\" code=\"TOO\"", "a, line 42: Station: the attribute code twice"),
        ("2020-01-01T00:00:00Z\" ext", "soon\" ext", "a, line 8: Station: startDate \"soon\": expected a time"),
        ("endDate=\"2022", "endDate=\"2002", "a, line 13: Channel: endDate 2002-06-30T12:30:15.25Z is before"),
        ("schemaVersion=\"1.1\"", "schemaVersion=\"2.0\"", "a, line 3: FDSNStationXML: version \"2.0\", expected 1.x"),
        ("<FDSNStationXML ", "<!DOCTYPE a [<!ENTITY b \"c\">]><FDSNStationXML ", "a, line 3: a document type"),
        ("&amp;", "&b;", "a, line 7: entity &b;, expected one of XML's own five"),
        ("<Source>synthetic</Source>", &deep, "a, line 4: deeper than 64 elements"),
        ("</FDSNStationXML>", "</FDSNStationXML><more/>", "a, line 64: more: a second outermost element"),
        ("</FDSNStationXML>", "", "a, line 6"),
        ("</Station>", "</Channel>", "a, line 41: "),
    ] {
        let text = good.replacen(old, new, 1);
        assert_ne!(text, good, "{old}");
        let error = stationxml::read("a", text.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}\n{expected}");
    }
    let error = |bytes: &[u8]| stationxml::read("a", bytes).unwrap_err().to_string();
    assert_eq!(error(b""), "a, line 1: it holds no element");
    assert!(error(b"<a>\xff</a>").starts_with("a, byte 3: expected UTF-8, or ISO-8859-1"));
    assert!(error(b"<quakeml/>").starts_with("a, line 1: quakeml: expected FDSNStationXML"));
}

#[test]
fn what_takes_time_is_bounded() {
    // A tag of many attributes, and a text of many entities: each is read once.
    let attributes: String = (0..200_000).map(|i| format!(" a{i}=\"x\"")).collect();
    let text = format!("<FDSNStationXML schemaVersion=\"1.0\"><Network code=\"X\"{attributes}/></FDSNStationXML>");
    assert_eq!(stationxml::read("a", text.as_bytes()).unwrap().networks.len(), 1);
    let entities = "&#65;".repeat(400_000);
    let text = format!("<FDSNStationXML schemaVersion=\"1.0\"><Source>{entities}</Source></FDSNStationXML>");
    assert!(stationxml::read("a", text.as_bytes()).unwrap().networks.is_empty());
}

#[test]
fn damage_gives_an_error_or_possible_places() {
    let original = own("stationxml/synthetic.xml");
    let mut random = Random(4);
    let mut good = 0;
    for _ in 0..MUTATIONS {
        let bytes = damage(&original, &mut random);
        if let Ok(inventory) = stationxml::read("a", &bytes) {
            good += 1;
            for Found { channel, .. } in inventory.channels() {
                assert!(Place::from_degrees(channel.place.lat_deg(), channel.place.lon_deg()).is_some());
                assert!(channel.sensitivity.as_ref().is_none_or(|found| found.value.is_finite() && found.value != 0.0));
                assert!(channel.rate_hz.is_none_or(|rate_hz| rate_hz > 0.0));
            }
        }
    }
    assert!(good > MUTATIONS / 1000 && good < MUTATIONS, "{good}");
}

/// File, channels, sums of latitude and longitude (degrees), of elevation (m) and of sensitivity.
const ARRAYS: [(&str, usize, f64, f64, f64, f64); 2] = [
    ("array_yellowknife.xml", 18, 1_124.989, -2_064.209, 2_948.2, 168_010_200_000.0),
    ("agfainventory.xml", 5, 240.542_659, 57.915_707, 2.25, 0.0),
];
