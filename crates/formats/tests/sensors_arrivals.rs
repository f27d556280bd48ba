//! The files of sensors and of arrivals: what is read, what is set aside and why, and damage.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function

#[path = "support/mutation.rs"]
mod mutation;

use mutation::{MUTATIONS, Random, damage};
use truceline_formats::arrivals::{self, Arrivals, TimeForm};
use truceline_formats::sensors::{self, Frame, Sensors};
use truceline_formats::table::MAX_SET_ASIDE;
use truceline_formats::{Delivery, inventory};
use truceline_model::measurement::{Fix, Measurement, Phase, SensorKind, Site};
use truceline_model::time::Time;

const SENSORS: &str = "\
sensor_id,owner,kind,lon,lat,elevation_m
A1,Alpha,infrasound array,-112.9,41.1,1300
\"B, 2\",,seismometer,-111.5,40.25,
C3,Bravo,,-110,39.5,0
";

const LOCAL: &str = "x_m,y_m,z_m,sensor_id\n0,0,0,m1\n100,0,2.5,m2\n0,100,,m3\n";

const ARRIVALS: &str = "\
sensor_id,time,sigma_s,phase,azimuth_deg,azimuth_sigma_deg,slowness_s_per_km,snr_db,amplitude
A1,2004-06-02T17:42:14.1Z,,I,-37.5,2,2.9,12,
\"B, 2\",2004-06-02T17:30:00,0.1,Pn,,,,,1.5e-6
C3,2004-06-02T19:30:01.25+02:00,,,,,,,
";

fn sensors() -> Sensors {
    sensors::read("s.csv", SENSORS.as_bytes()).unwrap()
}

fn arrivals(text: &str) -> Arrivals {
    arrivals::read("a.csv", text.as_bytes(), &sensors()).unwrap()
}

fn errors(set_aside: &truceline_formats::table::SetAside) -> Vec<(usize, String)> {
    assert_eq!(set_aside.count, set_aside.rows.len());
    set_aside.rows.iter().map(|bad| (bad.row, bad.error.to_string())).collect()
}

#[test]
fn sensors_read_as_they_are_written() {
    let found = sensors();
    assert_eq!((found.frame, found.set_aside.count, found.ignored_columns.len()), (Frame::Geographic, 0, 0));
    let names: Vec<(&str, &str)> = found.sensors.iter().map(|s| (s.id.as_str(), s.owner.as_str())).collect();
    assert_eq!(names, [("A1", "Alpha"), ("B, 2", "B, 2"), ("C3", "Bravo")]);
    assert_eq!(found.sensors[1].site, Site::Geographic { lon_deg: -111.5, lat_deg: 40.25, elevation_m: 0.0 });
    assert_eq!(found.index("C3"), Some(2));
    let local = sensors::read("s.csv", LOCAL.as_bytes()).unwrap();
    assert_eq!(local.frame, Frame::Local);
    assert_eq!(local.sensors[1].site, Site::Local { x_m: 100.0, y_m: 0.0, z_m: 2.5 });
}

#[test]
fn arrivals_read_as_they_are_written() {
    let found = arrivals(ARRIVALS);
    assert_eq!((found.time_form, found.set_aside.count), (TimeForm::Date, 0));
    let rows: Vec<(usize, usize)> = found.arrivals.iter().map(|a| (a.row, a.line)).collect();
    assert_eq!(rows, [(0, 2), (1, 3), (2, 4)]);
    let time = |text| Time::parse(text).unwrap();
    let expected = Measurement {
        phase: Some(Phase::Airwave),
        azimuth_deg: Some(322.5),
        azimuth_sigma_deg: Some(2.0),
        slowness_s_per_km: Some(2.9),
        snr_db: Some(12.0),
        ..Measurement::arrival(0, time("2004-06-02T17:42:14.1Z"))
    };
    assert_eq!(found.arrivals[0].measurement, expected);
    let expected = Measurement {
        phase: Some(Phase::P),
        time_sigma_s: Some(0.1),
        amplitude: Some(1.5e-6),
        ..Measurement::arrival(1, time("2004-06-02T17:30:00Z"))
    };
    assert_eq!(found.arrivals[1].measurement, expected);
    assert_eq!(found.arrivals[2].measurement, Measurement::arrival(2, time("2004-06-02T17:30:01.25Z")));
}

#[test]
fn mark_line_ends_order_case_quotes_and_empty_columns_do_not_matter() {
    let text = "\u{feff} Time ,PHASE,\"sensor_id\",note,,\r\n\r\n 2004-06-02 17:42:14.1Z ,\"i\", A1 ,\"a \"\"b\"\", c\",,,\r\n";
    let found = arrivals(text);
    assert_eq!((found.arrivals.len(), found.set_aside.count), (1, 0), "{:?}", found.set_aside);
    assert_eq!(found.ignored_columns, ["note"]);
    assert_eq!((found.arrivals[0].row, found.arrivals[0].line), (0, 3));
    assert_eq!(found.arrivals[0].measurement.phase, Some(Phase::Airwave));
}

#[test]
fn observers_satellites_and_events() {
    let text = "sensor_id,time,event,range_min_m,range_max_m,fix_lon,fix_lat,fix_sigma_m\n\
                A1,1.5,one,,2000,,,\nC3,2.5,one,1000,2000,,,\n\"B, 2\",3,,,,-112,41,375\n";
    let found = arrivals(text);
    assert_eq!((found.time_form, found.set_aside.count), (TimeForm::Seconds, 0), "{:?}", found.set_aside);
    let [first, second, third] = &found.arrivals[..] else { panic!("{found:?}") };
    assert_eq!((first.event.as_deref(), first.measurement.range_m), (Some("one"), Some((0.0, 2000.0))));
    assert_eq!(second.measurement.range_m, Some((1000.0, 2000.0)));
    let site = Site::Geographic { lon_deg: -112.0, lat_deg: 41.0, elevation_m: 0.0 };
    assert_eq!((third.event.as_deref(), third.measurement.fix), (None, Some(Fix { site, sigma_m: 375.0 })));
    let mut sensors = sensors();
    sensors.suggest_kinds(&found.arrivals);
    assert_eq!(sensors.sensors[2].kind, SensorKind::Observer);
    // What the file says stays.
    assert_eq!(sensors.sensors[1].kind, SensorKind::Seismometer);
}

#[test]
fn kinds_that_are_not_said_come_from_the_phases() {
    for (phases, azimuth, expected) in [
        (&["P", "S"][..], "", SensorKind::Seismometer),
        (&["Lg"], "10", SensorKind::SeismicArray),
        (&["I"], "10", SensorKind::InfrasoundArray),
        (&["shock", "muzzle", "P"], "", SensorKind::Microphone),
        (&["muzzle"], "0", SensorKind::MicrophoneArray),
        (&["flash"], "0", SensorKind::Optical),
        (&["", ""], "", SensorKind::Seismometer),
    ] {
        let rows: String = phases.iter().enumerate().map(|(n, phase)| format!("C3,{n},{phase},{azimuth}\n")).collect();
        let found = arrivals(&format!("sensor_id,time,phase,azimuth_deg\n{rows}"));
        let mut sensors = sensors();
        sensors.suggest_kinds(&found.arrivals);
        assert_eq!(sensors.sensors[2].kind, expected, "{phases:?} {azimuth}");
    }
}

#[test]
fn one_bad_sensor_is_set_aside_and_named() {
    let local = "sensor_id,lon,lat,x_m,y_m\na,1,2,,\n";
    for (row, expected) in [
        ("a,3,4,,", "s.csv, line 3, sensor_id: \"a\" stands in line 2 already"),
        (",3,4,,", "s.csv, line 3, sensor_id: it is empty, expected a name"),
        ("b,181,4,,", "s.csv, line 3, lon: \"181\", expected a number from -180 to 180 degrees"),
        ("b,NaN,4,,", "s.csv, line 3, lon: \"NaN\", expected a number from -180 to 180 degrees"),
        ("b,3,x,,", "s.csv, line 3, lat: \"x\", expected a number from -90 to 90 degrees"),
        ("b,3,,,", "s.csv, line 3, lat: it is empty, expected a latitude"),
        ("b,,,,", "s.csv, line 3, lon: the sensor has no place, expected lon, lat or x_m, y_m"),
        ("b,,,5,6", "s.csv, line 3, x_m: another frame than in line 2, expected lon, lat"),
        ("b,3,4,5,6", "s.csv, line 3, x_m: the sensor has places in two frames, expected lon, lat or x_m, y_m"),
        ("b,3,4", "s.csv, line 3: 3 fields, the header has 5"),
        ("b,3,4,,,7", "s.csv, line 3: 6 fields, the header has 5"),
        ("\"b,3,4,,", "s.csv, line 3: a quote is not closed on its line"),
    ] {
        let found = sensors::read("s.csv", format!("{local}{row}\nlast,5,6,,\n").as_bytes()).unwrap();
        assert_eq!(errors(&found.set_aside), [(1, expected.to_owned())]);
        let names: Vec<&str> = found.sensors.iter().map(|sensor| sensor.id.as_str()).collect();
        assert_eq!(names, ["a", "last"], "{row}");
    }
    let kind = sensors::read("s.csv", b"sensor_id,kind,x_m,y_m\na,telescope,0,0\nb,mic,0,0\n").unwrap();
    let [(0, error)] = &errors(&kind.set_aside)[..] else { panic!("{kind:?}") };
    assert!(error.starts_with("s.csv, line 2, kind: \"telescope\", expected one of seismometer, "), "{error}");
    let long = format!("sensor_id,x_m,y_m\n{},0,0\nb,0,0\n", "x".repeat(1000));
    let found = sensors::read("s.csv", long.as_bytes()).unwrap();
    assert!(errors(&found.set_aside)[0].1.contains("x...\", expected a short name"));
    assert_eq!(found.sensors.len(), 1);
}

const ELEMENTS: &str = "\
sensor_id,owner,kind,lon,lat,elevation_m,array
FDSN:XX_A1__B_D_F,Alpha,infrasound array,-112.9,41.1,1300.25,XA
FDSN:XX_A2__B_D_F,Alpha,microbarometer,-112.91,41.1,,XA
Post 4,,observer,-112,41,900,
";

#[test]
fn sensors_are_registered_with_their_arrays() {
    let found = inventory::of_sensors("s.csv", ELEMENTS.as_bytes()).unwrap();
    let rows: Vec<_> = found
        .sites()
        .iter()
        .map(|site| (site.id.as_str(), site.owner.as_str(), site.kind, site.elevation_cm, site.array.as_deref()))
        .collect();
    assert_eq!(
        rows,
        [
            ("FDSN:XX_A1__B_D_F", "Alpha", SensorKind::InfrasoundArray, 130_025, Some("XA")),
            ("FDSN:XX_A2__B_D_F", "Alpha", SensorKind::Microphone, 0, Some("XA")),
            ("Post 4", "Post 4", SensorKind::Observer, 90_000, None),
        ]
    );
    assert_eq!((found.sites()[0].place.lat_e7, found.sites()[0].place.lon_e7), (411_000_000, -1_129_000_000));
    // The file means the same to whoever associates: an array's elements are sensors.
    assert_eq!(sensors::read("s.csv", ELEMENTS.as_bytes()).unwrap().ignored_columns, [""; 0]);
}

#[test]
fn an_inventory_is_refused_where_a_part_of_it_would_be_missing() {
    let error = |text: &str| inventory::of_sensors("s.csv", text.as_bytes()).unwrap_err().to_string();
    let good = "sensor_id,kind,lon,lat,array\na,post,1,2,\n";
    for (row, expected) in [
        ("b,post,181,2,", "s.csv, line 3, lon: \"181\", expected a number from -180 to 180 degrees"),
        ("b,post,1,2,x\u{7}", "s.csv, line 3, array: \"x\\u{7}\", expected a short name without control characters"),
        ("b,,1,2,x", "s.csv, sensor \"b\", kind: it is empty, and must be stated to be registered"),
    ] {
        assert_eq!(error(&format!("{good}{row}\n")), expected);
    }
    let expected = "s.csv, sensor \"m1\", x_m: metres of a frame of its own cannot be registered, expected lon and lat";
    assert_eq!(error(LOCAL), expected);
    let rows: String = (0..2_001).map(|n| format!("s{n},post,1,2\n")).collect();
    let expected = "s.csv, the whole file: 2001 sensors, expected 1 to 2000 in one inventory";
    assert_eq!(error(&format!("sensor_id,kind,lon,lat\n{rows}")), expected);
}

#[test]
fn stationxml_is_an_inventory_of_the_newest_epochs() {
    let channel = |code: &str, from: &str, lat: &str, depth: &str| {
        format!(
            "<Channel code=\"{code}\" locationCode=\"\" startDate=\"{from}\"><Latitude>{lat}</Latitude>\
             <Longitude>30.5</Longitude><Elevation>120</Elevation><Depth>{depth}</Depth></Channel>"
        )
    };
    let station = [
        channel("BHZ", "2020-01-01T00:00:00", "50.1", "0"),
        channel("BHZ", "2022-01-01T00:00:00", "50.2", "3.5"),
        channel("BHZ", "2021-01-01T00:00:00", "50.3", "0"),
        channel("BDF", "2020-01-01T00:00:00", "50.1", "0"),
        channel("LOG", "2020-01-01T00:00:00", "50.1", "0"),
    ]
    .concat();
    let xml = format!(
        "<FDSNStationXML xmlns=\"http://www.fdsn.org/xml/station/1\" schemaVersion=\"1.1\"><Source>t</Source>\
         <Created>2024-01-01T00:00:00</Created><Network code=\"XX\"><Station code=\"ONE\"><Latitude>50</Latitude>\
         <Longitude>30</Longitude><Elevation>1</Elevation>{station}</Station></Network></FDSNStationXML>"
    );
    let Ok(Delivery::Inventory(found)) = Delivery::read("s.xml", xml.as_bytes()) else { panic!("no inventory") };
    let rows: Vec<_> = found
        .sites()
        .iter()
        .map(|site| (site.id.as_str(), site.owner.as_str(), site.kind, site.place.lat_e7, site.elevation_cm))
        .collect();
    assert_eq!(
        rows,
        [
            ("FDSN:XX_ONE__B_D_F", "XX", SensorKind::Microphone, 501_000_000, 12_000),
            ("FDSN:XX_ONE__B_H_Z", "XX", SensorKind::Seismometer, 502_000_000, 11_650),
        ]
    );
    let error = Delivery::read("s.xml", b"<FDSNStationXML></FDSNStationXML>").unwrap_err().to_string();
    assert!(error.contains("channel of ground motion") || error.contains("expected"), "{error}");
}

#[test]
fn one_bad_arrival_is_set_aside_and_named() {
    let header = "sensor_id,time,sigma_s,phase,azimuth_deg,range_min_m,range_max_m,fix_lon,fix_lat,fix_sigma_m\n";
    let (first, last) = ("A1,10,,P,,,,,,\n", "C3,11,,S,,,,,,\n");
    for (row, expected) in [
        ("A9,1,,P,,,,,,", ", sensor_id: \"A9\", expected a sensor of the file of sensors"),
        ("A1,,,P,,,,,,", ", time: \"\", expected a time such as 2004-06-02T17:23:04.5Z, or seconds"),
        ("A1,soon,,P,,,,,,", ", time: \"soon\", expected a time such as 2004-06-02T17:23:04.5Z, or seconds"),
        ("A1,2004-06-02T17:23:04Z,,P,,,,,,", ", time: another form than in line 2, expected seconds"),
        ("A1,nan,,P,,,,,,", ", time: \"nan\", expected seconds from -7258118400 to 7258118400"),
        ("A1,1e99,,P,,,,,,", ", time: \"1e99\", expected seconds from -7258118400 to 7258118400"),
        ("A1,1,0,P,,,,,,", ", sigma_s: \"0\", expected a number above 0 and up to 86400 s"),
        ("A1,1,inf,P,,,,,,", ", sigma_s: \"inf\", expected a number above 0 and up to 86400 s"),
        ("A1,1,,P,361,,,,,", ", azimuth_deg: \"361\", expected a number from -180 to 360 degrees"),
        ("A1,1,,P,,5,,,,", ", range_max_m: it is empty, expected the greatest distance too"),
        ("A1,1,,P,,5,4,,,", ", range_max_m: 4, expected more than range_min_m, which is 5 m"),
        ("A1,1,,P,,,,7,8,", ", fix_sigma_m: it is empty, expected the fix's standard deviation"),
        ("A1,1,,P,,,,7,,9", ", fix_lon: expected fix_lon and fix_lat, in the frame of the sensors"),
        ("A1,10,,P,,,,,,", ": the same sensor, time and phase as in line 2"),
        ("A1,10.000,,pg,,,,,,", ": the same sensor, time and phase as in line 2"),
        ("A1,1,", ": 3 fields, the header has 10"),
    ] {
        let found = arrivals(&format!("{header}{first}{row}\n{last}"));
        assert_eq!(errors(&found.set_aside), [(1, format!("a.csv, line 3{expected}"))]);
        let rows: Vec<usize> = found.arrivals.iter().map(|arrival| arrival.row).collect();
        assert_eq!(rows, [0, 2], "{row}");
    }
    let phase = arrivals(&format!("{header}A1,1,,PKP,,,,,,\n"));
    assert!(errors(&phase.set_aside)[0].1.starts_with("a.csv, line 2, phase: \"PKP\", expected one of P, S, Lg, "));
    // Another phase, another event: not the same.
    let more = arrivals("sensor_id,time,phase,event\nA1,1,P,x\nA1,1,S,x\nA1,1,P,y\n");
    assert_eq!((more.arrivals.len(), more.set_aside.count), (3, 0));
}

#[test]
fn a_whole_file_is_refused_only_where_nothing_can_be_read() {
    let sensors_error = |text: &str| sensors::read("s.csv", text.as_bytes()).unwrap_err().to_string();
    assert_eq!(sensors_error(""), "s.csv, the whole file: it is empty, expected a header");
    assert_eq!(sensors_error("\n \n"), "s.csv, the whole file: it is empty, expected a header");
    let message = "s.csv, line 1: no column sensor_id, found \"id,x_m,y_m\", expected sensor_id";
    assert_eq!(sensors_error("id,x_m,y_m\na,0,0\n"), message);
    let message = "s.csv, line 2: expected the columns lon and lat, or x_m and y_m";
    assert_eq!(sensors_error("\nsensor_id,lon,y_m\na,0,0\n"), message);
    assert_eq!(sensors_error("sensor_id,lon,lat,Lon\n"), "s.csv, line 1: column lon stands there twice");
    assert_eq!(sensors_error("sensor_id,x_m,y_m\n"), "s.csv, the whole file: it has a header and no sensor");
    let message = "s.csv, line 2, x_m: \"a\", expected a number from -10000000 to 10000000 m";
    assert_eq!(sensors_error("sensor_id,x_m,y_m\na,a,0\n"), message);
    let wide = format!("sensor_id,x_m,y_m{}\n", ",c".repeat(62));
    assert_eq!(sensors_error(&wide), "s.csv, line 1: 65 columns, at most 64 are read");
    let error = arrivals::read("a.csv", b"sensor_id;time\n", &sensors()).unwrap_err().to_string();
    assert_eq!(error, "a.csv, line 1: no column sensor_id, found \"sensor_id;time\", expected sensor_id,time");
}

#[test]
fn bad_rows_are_listed_up_to_a_bound_and_counted_beyond() {
    let rows = "A9,1\n".repeat(MAX_SET_ASIDE + 5);
    let found = arrivals(&format!("sensor_id,time\n{rows}A1,1\n"));
    assert_eq!((found.set_aside.rows.len(), found.set_aside.count), (MAX_SET_ASIDE, MAX_SET_ASIDE + 5));
    assert_eq!(found.arrivals.len(), 1);
}

#[test]
fn seconds_are_exact_to_the_nanosecond() {
    for (text, ns) in [
        ("1700000000.123456789", 1_700_000_000_123_456_789),
        ("-0.5", -500_000_000),
        ("0.0000000004", 0),
        ("0.9999999996", 1_000_000_000),
        ("+3.", 3_000_000_000),
        (".25", 250_000_000),
        ("00000000000000000007", 7_000_000_000),
        ("1.5e3", 1_500_000_000_000),
    ] {
        assert_eq!(arrivals::seconds(text), Some(Some(Time(ns))), "{text}");
    }
    for text in ["", ".", "-", "+.", "1.2.3", "0x10", "1_000", "2004-06-02", "seven"] {
        assert_eq!(arrivals::seconds(text), None, "{text}");
    }
    for text in ["inf", "-1e10", "9999999999", "99999999999999999999999"] {
        assert_eq!(arrivals::seconds(text), Some(None), "{text}");
    }
}

#[test]
fn damage_gives_an_error_or_rows_that_can_be_true() {
    let mut random = Random(11);
    let originals = [SENSORS, LOCAL];
    let mut good = 0;
    for round in 0..MUTATIONS {
        let original = originals[round as usize % 2];
        if let Ok(found) = sensors::read("s", &damage(original.as_bytes(), &mut random)) {
            good += 1;
            assert!(!found.sensors.is_empty() && found.sensors.len() <= 8);
            for (at, sensor) in found.sensors.iter().enumerate() {
                assert_eq!(found.index(&sensor.id), Some(at));
                assert!(!sensor.owner.is_empty());
                match sensor.site {
                    Site::Geographic { lon_deg, lat_deg, elevation_m } => {
                        assert!(lon_deg.abs() <= 180.0 && lat_deg.abs() <= 90.0 && elevation_m.is_finite());
                    }
                    Site::Local { x_m, y_m, z_m } => assert!((x_m + y_m + z_m).is_finite()),
                }
            }
        }
    }
    assert!(good > MUTATIONS / 100 && good < MUTATIONS, "{good}");
    let mut good = 0;
    for _ in 0..MUTATIONS {
        if let Ok(found) = inventory::of_sensors("s", &damage(ELEMENTS.as_bytes(), &mut random)) {
            good += 1;
            assert!(!found.sites().is_empty() && found.sites().windows(2).all(|pair| pair[0].id < pair[1].id));
        }
    }
    assert!(good > MUTATIONS / 100 && good < MUTATIONS, "{good}");
    let sensors = sensors();
    let wide = "sensor_id,time,phase,event,range_min_m,range_max_m,fix_lon,fix_lat,fix_sigma_m\n\
                A1,1.5,P,one,,2000,,,\nC3,2.5,,one,1000,2000,,,\nA1,-3e2,flash,,,,-112,41,375\n";
    let originals = [ARRIVALS, wide];
    let mut good = 0;
    for round in 0..MUTATIONS {
        let bytes = damage(originals[round as usize % 2].as_bytes(), &mut random);
        if let Ok(found) = arrivals::read("a", &bytes, &sensors) {
            good += u64::from(!found.arrivals.is_empty());
            let lines = bytes.split(|byte| *byte == b'\n').count();
            assert!(found.arrivals.len() + found.set_aside.count < lines);
            for arrival in &found.arrivals {
                let m = arrival.measurement;
                assert!(m.sensor < sensors.sensors.len() && arrival.line <= lines && arrival.row < arrival.line);
                assert!(m.time_sigma_s.is_none_or(|sigma_s| sigma_s > 0.0 && sigma_s.is_finite()));
                assert!(m.azimuth_deg.is_none_or(|azimuth_deg| (0.0..=360.0).contains(&azimuth_deg)));
                assert!(m.range_m.is_none_or(|(least, most)| least < most && most.is_finite()));
                assert!(m.fix.is_none_or(|fix| fix.sigma_m > 0.0));
            }
        }
    }
    assert!(good > MUTATIONS / 100 && good < MUTATIONS, "{good}");
}
