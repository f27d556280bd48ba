//! `truceline detect --array` on a wave of our own making, from each kind of file that says where elements stand.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![allow(clippy::disallowed_methods, reason = "a test signal, not a result")]
mod support;

use std::path::Path;
use support::run;
use support::snapshot::Sessions;
use truceline_formats::miniseed::{Packing, Version, Writer};
use truceline_model::time::Time;

const RATE_HZ: f64 = 20.0;
const START: &str = "2026-01-02T03:00:00Z";
const ONSET_S: f64 = 250.0;
const AZIMUTH_DEG: f64 = 300.0;
/// m east and north of the first element.
const PLACES_M: [(f64, f64); 4] = [(0.0, 0.0), (5.0, 110.0), (-95.0, -60.0), (90.0, -50.0)];

/// Noise with a pulse from an azimuth at 340 m/s, as counts.
fn samples(element: usize) -> Vec<i32> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64 + element as u64;
    let mut noise = || {
        // xorshift64
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % 201) as f64 - 100.0
    };
    let (east, north) = PLACES_M[element];
    let (sin, cos) = AZIMUTH_DEG.to_radians().sin_cos();
    let delay_s = -(sin * east + cos * north) / 340.0;
    (0..6_000)
        .map(|n| {
            let t = f64::from(n) / RATE_HZ - ONSET_S - delay_s;
            let pulse = if t < 0.0 { 0.0 } else { 900.0 * (-t / 2.0).exp() * (t * 1.3 * std::f64::consts::TAU).sin() };
            (noise() + pulse) as i32
        })
        .collect()
}

fn write(folder: &Path) -> Vec<String> {
    (0..4)
        .map(|element| {
            let writer = Writer {
                channel: format!("FDSN:XX_A{element}__B_D_F"),
                version: Version::V3,
                packing: Packing::Steim2,
                rate_hz: RATE_HZ,
                clock: Default::default(),
                publication_version: 1,
                record_bytes_max: 512,
            };
            let mut bytes = Vec::new();
            // One element stops a minute early.
            let samples = samples(element);
            let samples = if element == 3 { &samples[..4_800] } else { &samples[..] };
            writer.write(Time::parse(START).unwrap(), samples, &mut bytes).unwrap();
            let path = folder.join(format!("A{element}.mseed"));
            std::fs::write(&path, bytes).unwrap();
            path.to_str().unwrap().to_owned()
        })
        .collect()
}

fn local_csv() -> String {
    let lines = PLACES_M.iter().enumerate();
    let lines = lines.map(|(i, (east, north))| format!("FDSN:XX_A{i}__B_D_F,{east},{north},0\n"));
    format!("channel,x_m,y_m,z_m\n{}", lines.collect::<String>())
}

#[test]
fn a_wave_is_found_with_its_direction_in_words_in_json_and_in_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let files = write(folder.path());
    let csv = folder.path().join("array.csv");
    std::fs::write(&csv, local_csv()).unwrap();
    let plot = folder.path().join("out.svg");
    let mut sessions = Sessions::default();
    sessions.hidden = vec![(folder.path().to_str().unwrap().to_owned(), "FOLDER")];
    let mut arguments = vec!["detect"];
    arguments.extend(files.iter().map(String::as_str));
    arguments.extend(["--array", csv.to_str().unwrap(), "--survey-sigma", "0.5"]);
    arguments.extend(["--plot", plot.to_str().unwrap()]);
    sessions.run("detect-array", &arguments);
    sessions.finish();
    let svg = std::fs::read_to_string(&plot).unwrap();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && svg.contains("back-azimuth"));
    assert_eq!(svg.matches("stroke=\"#c33\"").count(), 1, "one onset is drawn");
    let snapshot = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/detect-array.svg");
    if std::env::var_os("TRUCELINE_WRITE_SNAPSHOTS").is_some_and(|value| value == "1") {
        std::fs::write(&snapshot, &svg).unwrap();
    }
    assert!(svg == std::fs::read_to_string(&snapshot).unwrap_or_default(), "the picture is not as checked in");

    arguments.push("--json");
    let found = run(&arguments);
    assert_eq!((found.code, found.stderr.as_str()), (0, ""));
    let found = found.json();
    let arrivals = found["arrivals"].as_array().unwrap();
    assert_eq!(arrivals.len(), 1, "{found}");
    let direction = &arrivals[0]["direction"];
    let number = |name: &str| direction[name].as_f64().unwrap();
    let off = number("azimuth_deg") - AZIMUTH_DEG;
    assert!(off.abs() <= 4.0 * number("azimuth_sigma_deg"), "{direction}");
    assert_eq!(arrivals[0]["elements"], 3);
    assert_eq!(arrivals[0]["without"][0], "FDSN:XX_A3__B_D_F");
    assert_eq!(found["impediments"][0]["kind"], "missing");
    // No place among it, by any name.
    assert!(!found.to_string().contains("lat"));
}

#[test]
fn places_come_from_csv_stationxml_or_headers_and_what_is_missing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let files = write(folder.path());
    let (csv, xml) = (folder.path().join("array.csv"), folder.path().join("array.xml"));
    // The same places on the ellipsoid, near the equator: 1e-5 degree is 1.11 m.
    let degrees = |metres: f64| metres / 111_320.0;
    let mut stations = String::new();
    let mut lines = "channel,lon,lat,elevation_m\n".to_owned();
    for (i, (east, north)) in PLACES_M.iter().enumerate() {
        let (lat, lon) = (degrees(*north), degrees(*east));
        lines += &format!("FDSN:XX_A{i}__B_D_F,{lon},{lat},12\n");
        let place = format!("<Latitude>{lat}</Latitude><Longitude>{lon}</Longitude><Elevation>12</Elevation>");
        stations += &format!(
            "<Station code=\"A{i}\">{place}<Site><Name>A</Name></Site>\
             <Channel code=\"BDF\" locationCode=\"\">{place}<Depth>0</Depth></Channel></Station>"
        );
    }
    let head = "<?xml version=\"1.0\"?><FDSNStationXML xmlns=\"http://www.fdsn.org/xml/station/1\" \
                schemaVersion=\"1.1\"><Source>T</Source><Created>2026-01-01T00:00:00Z</Created>";
    std::fs::write(&xml, format!("{head}<Network code=\"XX\">{stations}</Network></FDSNStationXML>")).unwrap();
    std::fs::write(&csv, &lines).unwrap();
    let with = |place: &str| {
        let mut arguments = vec!["detect"];
        arguments.extend(files.iter().map(String::as_str));
        arguments.extend(["--array", place, "--json"]);
        run(&arguments)
    };
    let by_csv = with(csv.to_str().unwrap());
    assert_eq!(by_csv.json()["arrivals"].as_array().unwrap().len(), 1, "{}", by_csv.stderr);
    let by_xml = with(xml.to_str().unwrap());
    assert_eq!(by_xml.stdout, by_csv.stdout, "{}", by_xml.stderr);
    let headers = with("headers");
    assert!(headers.code == 1 && headers.stderr.contains("no file is a SAC file"), "{}", headers.stderr);
    std::fs::write(&csv, lines.replace("A2", "B2")).unwrap();
    let other = with(csv.to_str().unwrap());
    assert!(other.stderr.contains("FDSN:XX_A2__B_D_F is no element of the array: left out"), "{}", other.stderr);
    assert_eq!(other.code, 1);
    std::fs::write(&csv, "channel,lon,lat\n").unwrap();
    let wrong = with(csv.to_str().unwrap());
    assert!(wrong.stderr.contains("array.csv, line 1: ") && wrong.stdout.is_empty(), "{}", wrong.stderr);
    let alone = run(&["detect", &files[0], "--plot", "a.svg"]);
    assert!(alone.code == 2 && alone.stderr.contains("--array"), "{}", alone.stderr);
}
