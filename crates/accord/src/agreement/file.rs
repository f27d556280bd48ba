use super::{Act, Agreement, AgreementError, Clause, Rule, Zone};
use serde::Deserialize;
use std::collections::BTreeSet;
use truceline_model::notice::Activity;
use truceline_model::place::Place;
use truceline_model::report::MAX_NAME_BYTES;
use truceline_model::time::{Interval, Time};

/// The most parties, intervals, zones or clauses: ten times the longest ceasefire text on record.
const LIST_MAX: usize = 1_000;

/// The most corners of a zone: a settlement's outline takes some hundreds.
const RING_PLACES_MAX: usize = 10_000;

/// The longest clause or note, in bytes: a page.
const TEXT_BYTES_MAX: usize = 4_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    agreement: Head,
    #[serde(default)]
    in_force: Vec<Force>,
    #[serde(default)]
    zone: Vec<ZoneTable>,
    #[serde(default)]
    clause: Vec<ClauseTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    version: u32,
    title: String,
    parties: Vec<String>,
    p_min: f64,
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Force {
    from: toml::value::Datetime,
    to: toml::value::Datetime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneTable {
    id: String,
    name: String,
    ring: Vec<[f64; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseTable {
    id: String,
    text: String,
    prohibits: Option<String>,
    permits: Option<String>,
    zone: Option<String>,
}

pub(super) fn read(text: &str) -> Result<Agreement, AgreementError> {
    let file: File = toml::from_str(text).map_err(|error| of_toml(text, &error))?;
    let head = file.agreement;
    for (place, label) in [("agreement.id", &head.id), ("agreement.title", &head.title)] {
        check_label(place, label)?;
    }
    check_text("agreement.note", &head.note)?;
    for (list, count) in [
        ("agreement.parties", head.parties.len()),
        ("in_force", file.in_force.len()),
        ("zone", file.zone.len()),
        ("clause", file.clause.len()),
    ] {
        if count == 0 || count > LIST_MAX {
            return Err(AgreementError::new(list, format!("{count} of them, expected 1 to {LIST_MAX}")));
        }
    }
    for party in &head.parties {
        check_label("agreement.parties", party)?;
    }
    check_unique("agreement.parties", head.parties.iter())?;
    if !(head.p_min > 0.0 && head.p_min < 1.0) {
        let message = format!("{}, expected a probability between 0 and 1", head.p_min);
        return Err(AgreementError::new("agreement.p_min", message));
    }
    let in_force = in_force(&file.in_force)?;
    let zones = file.zone.iter().enumerate().map(zone).collect::<Result<Vec<_>, _>>()?;
    check_unique("zone.id", zones.iter().map(|zone| &zone.id))?;
    let clauses =
        file.clause.into_iter().enumerate().map(|item| clause(item, &zones)).collect::<Result<Vec<_>, _>>()?;
    check_unique("clause.id", clauses.iter().map(|clause| &clause.id))?;
    Ok(Agreement {
        id: head.id,
        version: head.version,
        title: head.title,
        note: head.note,
        parties: head.parties,
        p_min: head.p_min,
        in_force,
        zones,
        clauses,
    })
}

fn in_force(tables: &[Force]) -> Result<Vec<Interval>, AgreementError> {
    let mut intervals: Vec<Interval> = Vec::new();
    for (i, table) in tables.iter().enumerate() {
        let time = |field: &str, value: &toml::value::Datetime| {
            Time::parse(&value.to_string())
                .map_err(|error| AgreementError::new(format!("in_force[{i}].{field}"), error.to_string()))
        };
        let interval = Interval { from: time("from", &table.from)?, to: time("to", &table.to)? };
        if interval.to <= interval.from || intervals.last().is_some_and(|last| last.to >= interval.from) {
            let message = format!(
                "{} to {}, expected from before to, and each interval after the one before it",
                interval.from, interval.to
            );
            return Err(AgreementError::new(format!("in_force[{i}]"), message));
        }
        intervals.push(interval);
    }
    Ok(intervals)
}

fn zone((i, table): (usize, &ZoneTable)) -> Result<Zone, AgreementError> {
    check_label(&format!("zone[{i}].id"), &table.id)?;
    check_label(&format!("zone[{i}].name"), &table.name)?;
    let mut ring = Vec::new();
    for (n, [lon, lat]) in table.ring.iter().enumerate() {
        ring.push(Place::from_degrees(*lat, *lon).ok_or_else(|| {
            let message = format!("[{lon}, {lat}], expected [longitude, latitude] in degrees");
            AgreementError::new(format!("zone[{i}].ring[{n}]"), message)
        })?);
    }
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if !(3..=RING_PLACES_MAX).contains(&ring.len()) {
        let message = format!("{} corners, expected 3 to {RING_PLACES_MAX}", ring.len());
        return Err(AgreementError::new(format!("zone[{i}].ring"), message));
    }
    if let Some((a, b)) = crossing(&ring) {
        let message = format!("edge {a} crosses edge {b}, expected a rim that does not cross itself");
        return Err(AgreementError::new(format!("zone[{i}].ring"), message));
    }
    Ok(Zone { id: table.id.clone(), name: table.name.clone(), ring })
}

/// The first two edges of a ring that properly cross.
fn crossing(ring: &[Place]) -> Option<(usize, usize)> {
    let side = |a: &Place, b: &Place, c: &Place| {
        let across = |p: &Place, q: &Place| {
            (i128::from(q.lon_e7) - i128::from(p.lon_e7), i128::from(q.lat_e7) - i128::from(p.lat_e7))
        };
        let ((x1, y1), (x2, y2)) = (across(a, b), across(a, c));
        (x1 * y2 - y1 * x2).signum()
    };
    let edge = |i: usize| (&ring[i], &ring[(i + 1) % ring.len()]);
    for i in 0..ring.len() {
        for j in i + 1..ring.len() {
            let ((a, b), (c, d)) = (edge(i), edge(j));
            if side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0 {
                return Some((i, j));
            }
        }
    }
    None
}

fn clause((i, table): (usize, ClauseTable), zones: &[Zone]) -> Result<Clause, AgreementError> {
    let wrong = |field: &str, message: String| AgreementError::new(format!("clause[{i}].{field}"), message);
    check_label(&format!("clause[{i}].id"), &table.id)?;
    check_text(&format!("clause[{i}].text"), &table.text)?;
    let rule = match (&table.prohibits, &table.permits, table.zone) {
        (Some(act), None, Some(zone)) => {
            if act != "infrasonic-event" {
                return Err(wrong("prohibits", format!("{act:?}, expected \"infrasonic-event\"")));
            }
            if !zones.iter().any(|known| known.id == zone) {
                return Err(wrong("zone", format!("{zone:?}, expected the id of a zone in this file")));
            }
            Rule::Prohibits { act: Act::InfrasonicEvent, zone }
        }
        (None, Some(name), None) => {
            let activity = Activity::from_name(name)
                .ok_or_else(|| wrong("permits", format!("{name:?}, expected one of demolition, demining, exercise")))?;
            Rule::PermitsNotified { activity }
        }
        _ => {
            let message = "expected either `prohibits` with `zone`, or `permits` alone".to_owned();
            return Err(AgreementError::new(format!("clause[{i}]"), message));
        }
    };
    Ok(Clause { id: table.id, text: table.text, rule })
}

fn check_label(place: &str, text: &str) -> Result<(), AgreementError> {
    if text.trim().is_empty() || text.len() > MAX_NAME_BYTES || text.chars().any(char::is_control) {
        let message = format!("expected a name of 1 to {MAX_NAME_BYTES} bytes in one line");
        return Err(AgreementError::new(place, message));
    }
    Ok(())
}

fn check_text(place: &str, text: &str) -> Result<(), AgreementError> {
    if text.trim().is_empty() || text.len() > TEXT_BYTES_MAX {
        return Err(AgreementError::new(place, format!("expected a text of 1 to {TEXT_BYTES_MAX} bytes")));
    }
    Ok(())
}

fn check_unique<'a>(place: &str, names: impl Iterator<Item = &'a String>) -> Result<(), AgreementError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(AgreementError::new(place, format!("{name:?} stands twice, expected each once")));
        }
    }
    Ok(())
}

fn of_toml(text: &str, error: &toml::de::Error) -> AgreementError {
    let place = match error.span() {
        Some(span) => {
            let before = &text.as_bytes()[..span.start.min(text.len())];
            format!("line {}", 1 + before.iter().filter(|byte| **byte == b'\n').count())
        }
        None => "the whole file".to_owned(),
    };
    AgreementError::new(place, error.message().trim().replace('\n', ", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXAMPLE: &str = include_str!("../../../../examples/utah-2004/agreement.toml");

    #[test]
    fn the_example_reads() {
        let agreement = Agreement::read(EXAMPLE).unwrap();
        assert_eq!(agreement.parties, ["Alpha", "Bravo"]);
        assert!(agreement.zone("desert").unwrap().contains(Place::from_degrees(41.131, -112.896).unwrap()));
        assert_eq!(agreement.clause("2").unwrap().rule, Rule::PermitsNotified { activity: Activity::Demolition });
    }

    #[test]
    fn every_error_names_its_place() {
        for (old, new, place) in [
            ("p_min = 0.5", "p_min = 1.5", "agreement.p_min: "),
            ("p_min = 0.5", "pmin = 0.5", "line 8: "),
            ("to = 2004-06-08T00:00:00Z", "to = 2004-05-08T00:00:00Z", "in_force[0]: "),
            ("[-114.6, 39.6]", "[39.6, -114.6]", "zone[0].ring[0]: "),
            ("[-111.9, 39.6], [-111.9, 42.1]", "[-111.9, 42.1], [-111.9, 39.6]", "zone[0].ring: "),
            ("prohibits = \"infrasonic-event\"", "prohibits = \"noise\"", "clause[0].prohibits: "),
            ("zone = \"desert\"", "zone = \"sea\"", "clause[0].zone: "),
            ("permits = \"demolition\"", "zone = \"desert\"", "clause[1]: "),
            ("id = \"2\"", "id = \"1\"", "clause.id: "),
            ("\"Bravo\"", "\"Alpha\"", "agreement.parties: "),
        ] {
            assert!(EXAMPLE.contains(old), "{old}");
            let error = Agreement::read(&EXAMPLE.replace(old, new)).unwrap_err().to_string();
            assert!(error.starts_with(place), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_change_of_a_byte_makes_it_panic(at in 0usize..1500, with in "[ -~\n]") {
            let at = at % EXAMPLE.len();
            let mut text = EXAMPLE.to_owned();
            text.replace_range(at..=at, &with);
            let _ = Agreement::read(&text);
        }
    }
}
