//! Detections of infrasound arrays in the JSON shape of infrapy's `dets.json`.
//!
//! Either the list itself, or an object that says where it comes from:
//! `{"source": "...", "clock": "recorded", "owner": "...", "detections": [...]}`. Both spellings of the field
//! names that infrapy's releases have used are read (`Peak F-Stat Time (UTC)` and `Time (UTC)`, and so on).
use crate::error::FormatError;
use crate::text::is_label;
use serde::Deserialize;
use serde_json::value::RawValue;
use truceline_model::hash::Hash;
use truceline_model::place::Place;
use truceline_model::refusal::Refusal;
use truceline_model::report::{MAX_NAME_BYTES, Report, SourceRef};
use truceline_model::time::Time;

/// The most detections of one file: a day of a hundred busy arrays.
pub const MAX_DETECTIONS: usize = 100_000;

/// No infrasound array stood before this time.
const EARLIEST: Time = Time(-2_208_988_800_000_000_000); // 1900-01-01T00:00:00Z

/// A time after this is a slip of the pen.
const LATEST: Time = Time(7_258_118_400_000_000_000); // 2200-01-01T00:00:00Z

/// Beams above this do not occur; it keeps the number inside its unit.
const F_STATISTIC_MAX: f64 = 1e6;

/// Apparent speeds of infrasound over an array, m/s: from slow gravity waves to an arrival from straight above.
const TRACE_VELOCITY_RANGE_M_S: (f64, f64) = (50.0, 100_000.0);

/// The fewest elements that give a direction.
const ELEMENTS_MIN: i64 = 3;

/// Two arrays nearer than this, in 1e-7 degree (about 100 m), stand at one place.
const SAME_PLACE_E7: u32 = 9_000;

/// A file of detections: what could be read, and what was refused.
#[derive(Debug)]
pub struct Detections {
    /// The reports, in the file's order.
    pub reports: Vec<Report>,
    /// What was refused, each with its place and reason.
    pub refusals: Vec<Refusal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    #[serde(default)]
    title: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    clock: Option<String>,
    #[serde(borrow)]
    detections: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Detection {
    #[serde(rename = "Name", default)]
    name: Option<String>,
    #[serde(rename = "Owner", default)]
    owner: Option<String>,
    #[serde(rename = "Peak F-Stat Time (UTC)", alias = "Time (UTC)")]
    time: String,
    #[serde(rename = "F Statistic", alias = "F Stat.")]
    f_statistic: f64,
    #[serde(rename = "Trace Velocity (m/s)", alias = "Trace Vel. (m/s)", default)]
    trace_velocity_m_s: Option<f64>,
    #[serde(rename = "Back Azimuth")]
    back_azimuth_deg: f64,
    #[serde(rename = "Latitude")]
    latitude_deg: f64,
    #[serde(rename = "Longitude")]
    longitude_deg: f64,
    #[serde(rename = "Array Dimension", alias = "Array Dim.")]
    elements: i64,
    #[serde(rename = "Event", default)]
    event: Option<String>,
    #[serde(rename = "Note", default)]
    note: Option<String>,
}

/// Why one detection is refused: rule, and what was found and expected.
type Reason = (&'static str, String);

/// Reads a file of detections; `bytes` and `text` are the same file.
pub(crate) fn read(file: &str, bytes: &[u8], text: &str) -> Result<Detections, FormatError> {
    let parsed: File<'_> = if text.trim_start().starts_with('[') {
        let detections = serde_json::from_str(text).map_err(|error| FormatError::of_json(file, &error))?;
        File { title: String::new(), source: String::new(), owner: None, clock: None, detections }
    } else {
        serde_json::from_str(text).map_err(|error| FormatError::of_json(file, &error))?
    };
    if parsed.clock.as_deref().is_some_and(|clock| clock != "recorded") {
        return Err(FormatError::new(file, "clock", "expected \"recorded\": a file has the recording's own clock"));
    }
    if parsed.detections.len() > MAX_DETECTIONS {
        let message = format!("{} of them, at most {MAX_DETECTIONS} are read from one file", parsed.detections.len());
        return Err(FormatError::new(file, "detections", message));
    }
    let digest = Hash::of(bytes).0;
    let boot = digest.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    let mut found = Detections { reports: Vec::new(), refusals: Vec::new() };
    for (sequence, raw) in parsed.detections.iter().enumerate() {
        let read = one(&parsed, raw, SourceRef { source: String::new(), boot, sequence: sequence as u64 })
            .and_then(|report| stands_alone(&report, &found.reports).map(|()| report));
        match read {
            Ok(report) => found.reports.push(report),
            Err((rule, expected)) => found.refusals.push(Refusal {
                source: file.to_owned(),
                offset: format!("detections[{sequence}]"),
                rule: rule.to_owned(),
                expected,
                payload: Hash::of(raw.get().as_bytes()),
            }),
        }
    }
    Ok(found)
}

fn one(file: &File<'_>, raw: &RawValue, source: SourceRef) -> Result<Report, Reason> {
    let read: Detection = serde_json::from_str(raw.get()).map_err(|error| {
        let message = error.to_string();
        ("shape", message.split(" at line ").next().unwrap_or_default().to_owned())
    })?;
    let arrival = Time::parse(&read.time)
        .map_err(|error| ("time-form", format!("Peak F-Stat Time (UTC) is {:?}: {error}", clip(&read.time))))?;
    if arrival < EARLIEST || arrival > LATEST {
        let message = format!("Peak F-Stat Time (UTC) is {arrival}: expected a time from {EARLIEST} to {LATEST}");
        return Err(("time-range", message));
    }
    let azimuth_mdeg = azimuth_mdeg(read.back_azimuth_deg)?;
    let place = Place::from_degrees(read.latitude_deg, read.longitude_deg).ok_or_else(|| {
        let message = format!(
            "Latitude, Longitude are {}, {}: expected -90 to 90 and -180 to 180 degrees",
            read.latitude_deg, read.longitude_deg
        );
        ("place-range", message)
    })?;
    if !(0.0..=F_STATISTIC_MAX).contains(&read.f_statistic) {
        let message = format!("F Statistic is {}: expected 0 to {F_STATISTIC_MAX}", read.f_statistic);
        return Err(("f-statistic-range", message));
    }
    let elements = u8::try_from(read.elements).ok().filter(|n| i64::from(*n) >= ELEMENTS_MIN).ok_or_else(|| {
        ("elements-range", format!("Array Dimension is {}: expected {ELEMENTS_MIN} to 255 elements", read.elements))
    })?;
    let (slowest, fastest) = TRACE_VELOCITY_RANGE_M_S;
    let trace_velocity_mm_s = match read.trace_velocity_m_s {
        None => None,
        Some(v) if (slowest..=fastest).contains(&v) => Some((v * 1e3).round() as u32),
        Some(v) => {
            let message = format!("Trace Velocity (m/s) is {v}: expected {slowest} to {fastest}, or null");
            return Err(("trace-velocity-range", message));
        }
    };
    let name = read.name.filter(|name| !name.is_empty()).unwrap_or_else(|| name_by_place(place));
    let owner = read.owner.or_else(|| file.owner.clone()).unwrap_or_else(|| "not stated".to_owned());
    let event_label = read.event.unwrap_or_default();
    for (field, text) in [("Name", &name), ("Owner", &owner), ("Event", &event_label)] {
        if !is_label(text) {
            let message = format!("{field} is {:?}: expected at most {MAX_NAME_BYTES} bytes of one line", clip(text));
            return Err(("label", message));
        }
    }
    let provenance = [file.title.as_str(), file.source.as_str(), read.note.as_deref().unwrap_or_default()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| clip(part).to_owned())
        .collect::<Vec<_>>()
        .join("; ");
    Ok(Report {
        source: SourceRef { source: name, ..source },
        owner,
        place,
        arrival,
        azimuth_mdeg,
        f_statistic_milli: (read.f_statistic * 1e3).round() as u32,
        elements,
        trace_velocity_mm_s,
        event_label,
        provenance,
    })
}

/// From -360 to 360 degrees, clockwise from north; both conventions, -180..180 and 0..360, are in use.
fn azimuth_mdeg(azimuth_deg: f64) -> Result<u32, Reason> {
    if !(-360.0..=360.0).contains(&azimuth_deg) {
        let message = format!("Back Azimuth is {azimuth_deg}: expected -360 to 360 degrees clockwise from north");
        return Err(("azimuth-range", message));
    }
    Ok((azimuth_deg * 1e3).round().rem_euclid(360e3) as u32)
}

/// Two arrays cannot stand at one place and both hear one event. One array may hear an event twice, or several:
/// which of its detections counts is the engine's to say.
fn stands_alone(report: &Report, earlier: &[Report]) -> Result<(), Reason> {
    let other = earlier.iter().find(|other| {
        other.event_label == report.event_label
            && other.source.source != report.source.source
            && other.place.lat_e7.abs_diff(report.place.lat_e7) < SAME_PLACE_E7
            && other.place.lon_e7.abs_diff(report.place.lon_e7) < SAME_PLACE_E7
    });
    match other {
        None => Ok(()),
        Some(other) => {
            let message = format!(
                "{} stands where detections[{}] of the same event has {}: expected one array at one place",
                report.source.source, other.source.sequence, other.source.source
            );
            Err(("one-array-one-place", message))
        }
    }
}

/// The name of an array that has none: where it stands.
fn name_by_place(place: Place) -> String {
    let (lat, lon) = (place.lat_deg(), place.lon_deg());
    let (ns, ew) = (if lat < 0.0 { 'S' } else { 'N' }, if lon < 0.0 { 'W' } else { 'E' });
    format!("array {:.4}{ns} {:.4}{ew}", lat.abs(), lon.abs())
}

/// The beginning of a text that may be long.
fn clip(text: &str) -> &str {
    const SHOWN_BYTES_MAX: usize = 400;
    let mut end = text.len().min(SHOWN_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detection(name: &str, time: &str, azimuth: f64, lat: f64) -> String {
        format!(
            r#"{{"Name": "{name}", "Peak F-Stat Time (UTC)": "{time}", "F Statistic": 75.0, "Trace Velocity (m/s)": null,
            "Back Azimuth": {azimuth}, "Latitude": {lat}, "Longitude": -109.5, "Array Dimension": 4, "Event": "a"}}"#
        )
    }

    fn read_list(items: &[String]) -> Detections {
        let text = format!("[{}]", items.join(","));
        read("file", text.as_bytes(), &text).unwrap()
    }

    #[test]
    fn a_detection_is_read_into_units() {
        let found = read_list(&[detection("", "2004-06-02T17:42:14", -125.6, 42.7668)]);
        let report = &found.reports[0];
        assert_eq!(report.azimuth_mdeg, 234_400);
        assert_eq!(report.place, Place { lat_e7: 427_668_000, lon_e7: -1_095_000_000 });
        assert_eq!(report.arrival, Time::parse("2004-06-02T17:42:14Z").unwrap());
        assert_eq!(report.source.source, "array 42.7668N 109.5000W");
        assert_eq!((report.f_statistic_milli, report.elements), (75_000, 4));
        assert_eq!(report.owner, "not stated");
    }

    #[test]
    fn impossible_detections_are_refused_and_the_rest_goes_on() {
        let good = "2004-06-02T17:42:14";
        let found = read_list(&[
            detection("A", good, 400.0, 40.0),
            detection("B", "1850-06-02T17:42:14", 10.0, 41.0),
            detection("C", good, 10.0, 95.0),
            detection("D", good, 10.0, 42.0),
            detection("E", good, 20.0, 42.0),
            detection("D", good, 30.0, 42.0),
            detection("F", "soon", 30.0, 43.0),
            r#"{"Name": "G"}"#.to_owned(),
            detection("H", good, 30.0, 44.0),
        ]);
        let names: Vec<_> = found.reports.iter().map(|r| r.source.source.as_str()).collect();
        assert_eq!(names, ["D", "D", "H"]);
        let refused: Vec<_> = found.refusals.iter().map(|r| (r.offset.as_str(), r.rule.as_str())).collect();
        assert_eq!(
            refused,
            [
                ("detections[0]", "azimuth-range"),
                ("detections[1]", "time-range"),
                ("detections[2]", "place-range"),
                ("detections[4]", "one-array-one-place"),
                ("detections[6]", "time-form"),
                ("detections[7]", "shape"),
            ]
        );
        assert_eq!(
            found.refusals[0].expected,
            "Back Azimuth is 400: expected -360 to 360 degrees clockwise from north"
        );
        assert_eq!(found.refusals[5].expected, "missing field `Peak F-Stat Time (UTC)`");
    }

    #[test]
    fn one_array_may_be_named_anew_in_another_event() {
        let other = detection("E", "2004-06-02T19:00:00", 10.0, 42.0).replace(r#""Event": "a""#, r#""Event": "b""#);
        let found = read_list(&[detection("D", "2004-06-02T17:42:14", 10.0, 42.0), other]);
        assert_eq!(found.reports.len(), 2);
    }

    #[test]
    fn a_field_given_twice_is_refused() {
        let twice = detection("A", "2004-06-02T17:42:14", 1.0, 40.0).replace('}', r#", "Back Azimuth": 2.0}"#);
        assert_eq!(read_list(&[twice]).refusals[0].expected, "duplicate field `Back Azimuth`");
    }

    #[test]
    fn an_object_says_where_it_comes_from() {
        let text = format!(
            r#"{{"source": "a paper", "owner": "an owner", "clock": "recorded", "detections": [{}]}}"#,
            detection("A", "2004-06-02T17:42:14", 1.0, 40.0)
        );
        let found = read("file", text.as_bytes(), &text).unwrap();
        assert_eq!((found.reports[0].owner.as_str(), found.reports[0].provenance.as_str()), ("an owner", "a paper"));
        let wrong = text.replace("recorded", "mine");
        assert_eq!(
            read("file", wrong.as_bytes(), &wrong).unwrap_err().to_string(),
            "file, clock: expected \"recorded\": a file has the recording's own clock"
        );
    }

    #[test]
    fn both_spellings_of_infrapy_are_read() {
        let text = r#"[{"Name": "", "Time (UTC)": "2010-01-01T13:03:49", "F Stat.": 10.0, "Trace Vel. (m/s)": 340,
            "Back Azimuth": -74.2, "Latitude": 35.857, "Longitude": -106.315, "Array Dim.": 5, "Event": ""}]"#;
        let found = read("file", text.as_bytes(), text).unwrap();
        assert_eq!(found.reports[0].elements, 5);
        assert_eq!(found.reports[0].trace_velocity_mm_s, Some(340_000));
    }
}
