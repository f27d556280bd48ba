//! A party's notice as a TOML file with one `[notice]` table.
use crate::error::FormatError;
use crate::text::{TimeText, is_label};
use serde::Deserialize;
use truceline_model::hash::Hash;
use truceline_model::notice::{Activity, Notice};
use truceline_model::place::Place;
use truceline_model::report::{MAX_NAME_BYTES, SourceRef};
use truceline_model::time::{Interval, NS_PER_S, Time};

/// The widest area one notice may announce: a whole region would excuse anything.
pub const RADIUS_KM_MAX: f64 = 200.0;

/// The longest window one notice may announce, for the same reason.
pub const WINDOW_S_MAX: i64 = 31 * 86_400;

/// The longest text of a notice, in bytes: a page.
pub const MAX_TEXT_BYTES: usize = 4_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    notice: Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    party: String,
    activity: String,
    latitude: f64,
    longitude: f64,
    radius_km: f64,
    from: TimeText,
    to: TimeText,
    filed_at: TimeText,
    text: String,
}

/// Reads a notice; `bytes` and `text` are the same file.
pub(crate) fn read(file: &str, bytes: &[u8], text: &str) -> Result<Notice, FormatError> {
    let File { notice: table } = toml::from_str(text).map_err(|error| FormatError::of_toml(file, text, &error))?;
    let wrong = |field: &str, message: String| FormatError::new(file, format!("notice.{field}"), message);
    let time = |field: &str, text: &TimeText| -> Result<Time, FormatError> {
        text.time().ok_or_else(|| wrong(field, "expected a time such as 2004-06-02T17:00:00Z".to_owned()))
    };
    if table.party.is_empty() || !is_label(&table.party) {
        return Err(wrong("party", format!("expected a name of at most {MAX_NAME_BYTES} bytes in one line")));
    }
    if table.text.len() > MAX_TEXT_BYTES {
        return Err(wrong("text", format!("{} bytes, at most {MAX_TEXT_BYTES} are read", table.text.len())));
    }
    let activity = Activity::from_name(&table.activity).ok_or_else(|| {
        wrong("activity", format!("{:?}, expected one of demolition, demining, exercise", table.activity))
    })?;
    let place = Place::from_degrees(table.latitude, table.longitude).ok_or_else(|| {
        let message = format!("{}, {} is no place: expected -90 to 90, -180 to 180", table.latitude, table.longitude);
        wrong("latitude, longitude", message)
    })?;
    if !(table.radius_km > 0.0 && table.radius_km <= RADIUS_KM_MAX) {
        return Err(wrong(
            "radius_km",
            format!("{}, expected more than 0 and at most {RADIUS_KM_MAX}", table.radius_km),
        ));
    }
    let window = Interval { from: time("from", &table.from)?, to: time("to", &table.to)? };
    let length_s = window.to.0.saturating_sub(window.from.0) / NS_PER_S;
    if window.to <= window.from || length_s > WINDOW_S_MAX {
        let message = format!("{} to {}, expected from before to, at most 31 days", window.from, window.to);
        return Err(wrong("from, to", message));
    }
    let boot = Hash::of(bytes).0.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    Ok(Notice {
        source: SourceRef { source: table.party.clone(), boot, sequence: 0 },
        party: table.party,
        activity,
        place,
        radius_m: (table.radius_km * 1e3).round() as u32,
        window,
        filed_at: time("filed_at", &table.filed_at)?,
        text: table.text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[notice]\nparty = \"Alpha\"\nactivity = \"demolition\"\nlatitude = 41.1\nlongitude = -112.9\n\
        radius_km = 20\nfrom = 2004-06-02T15:00:00Z\nto = \"2004-06-02T21:00:00Z\"\nfiled_at = 2004-06-01T09:00:00Z\n\
        text = \"Destruction of old rocket motors.\"\n";

    #[test]
    fn a_notice_is_read() {
        let notice = read("n.toml", GOOD.as_bytes(), GOOD).unwrap();
        assert_eq!((notice.party.as_str(), notice.radius_m), ("Alpha", 20_000));
        assert_eq!(notice.window.from, Time::parse("2004-06-02T15:00:00Z").unwrap());
    }

    #[test]
    fn every_error_names_the_field() {
        for (old, new, place) in [
            ("radius_km = 20", "radius_km = 2000", "notice.radius_km"),
            ("radius_km = 20", "radius_km = nan", "notice.radius_km"),
            ("latitude = 41.1", "latitude = 141.1", "notice.latitude, longitude"),
            ("\"demolition\"", "\"parade\"", "notice.activity"),
            ("\"2004-06-02T21:00:00Z\"", "\"2004-06-02T11:00:00Z\"", "notice.from, to"),
            ("\"2004-06-02T21:00:00Z\"", "\"later\"", "notice.to"),
            ("party = \"Alpha\"", "party = \"\"", "notice.party"),
            ("party = \"Alpha\"", "colour = \"Alpha\"", "line 2"),
        ] {
            let text = GOOD.replace(old, new);
            let error = read("n.toml", text.as_bytes(), &text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("n.toml, {place}: ")), "{error}");
        }
    }
}
