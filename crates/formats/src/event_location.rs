//! Where somebody says that something was, in the words of a daily table.
//!
//! - `4-6 km SE`, `5km south-east`, `SE`, `SE at an unknown distance`: a direction from the observer, and a distance.
//! - `less than 2 km N`: from nothing up to it.
//! - `48.05, 37.8`: a point, latitude first.
//! - `Sector 2 (48.05, 37.8)`: a name, with its middle.
use crate::table::{Reason, clip};
use crate::told::{degrees, place_of};
use truceline_model::observation::ObservedAt;
use truceline_model::report::MAX_NAME_BYTES;

const COLUMN: &str = "event_location";

/// The farthest that somebody can say to have heard or seen something, km.
const RANGE_KM_MAX: f64 = 200.0;

/// By how much a single stated distance may be off either way, as a share: distances by ear and eye are rounded so.
const RANGE_DOUBT: f64 = 0.25;

/// Standard deviation of a direction told by ear or eye, degrees, beside the width of the wind that is named: an assumption.
const DIRECTION_SIGMA_DEG: f64 = 10.0;

/// How far a point reaches where nothing is said, m: a grid reference of four digits.
const POINT_SIGMA_M: u32 = 100;

/// How far a named place reaches where nothing is said, m: most settlements.
pub(crate) const NAMED_RADIUS_M: u32 = 2_500;

const WINDS: [(&str, &str); 16] = [
    ("n", "north"),
    ("nne", "northnortheast"),
    ("ne", "northeast"),
    ("ene", "eastnortheast"),
    ("e", "east"),
    ("ese", "eastsoutheast"),
    ("se", "southeast"),
    ("sse", "southsoutheast"),
    ("s", "south"),
    ("ssw", "southsouthwest"),
    ("sw", "southwest"),
    ("wsw", "westsouthwest"),
    ("w", "west"),
    ("wnw", "westnorthwest"),
    ("nw", "northwest"),
    ("nnw", "northnorthwest"),
];

/// Reads it; `precision_m` is what a column of its own says of how far it reaches.
pub(crate) fn read(text: &str, precision_m: Option<u32>) -> Result<ObservedAt, Reason> {
    if text.is_empty() || matches!(text.to_lowercase().as_str(), "n/k" | "unknown" | "not stated" | "-") {
        return Ok(ObservedAt::NotStated);
    }
    if let Some(pair) = degrees(text) {
        return Ok(ObservedAt::Point { place: place_of(COLUMN, pair)?, sigma_m: precision_m.unwrap_or(POINT_SIGMA_M) });
    }
    if let Some((name, inside)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('('))
        && let Some(pair) = degrees(inside)
    {
        let name = name.trim();
        if name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
            return Err((COLUMN, format!("a name of more than {MAX_NAME_BYTES} bytes or of several lines")));
        }
        let radius_m = precision_m.unwrap_or(NAMED_RADIUS_M);
        return Ok(ObservedAt::Named { name: name.to_owned(), place: place_of(COLUMN, pair)?, radius_m });
    }
    sector(text).ok_or_else(|| {
        let expected = "expected 4-6 km SE, a point 48.05, 37.8 or a name (48.05, 37.8)";
        (COLUMN, format!("{:?}, {expected}", clip(text)))
    })
}

/// A distance, if one is said, and a wind.
fn sector(text: &str) -> Option<ObservedAt> {
    let lower = text.to_lowercase().replace(['\u{2013}', '\u{2014}'], "-");
    let unknown = ["at an unknown distance", "unknown distance", "distance unknown"];
    let said = unknown.iter().fold(lower.clone(), |text, words| text.replace(words, " "));
    let (distance, wind) = match said.find("km") {
        Some(at) => (Some(said[..at].trim()), &said[at + 2..]),
        None => (None, said.as_str()),
    };
    let wind: String = wind.chars().filter(|c| !matches!(c, ' ' | '-' | ',' | '.')).collect();
    let wind = wind.strip_suffix("ofobserver").or_else(|| wind.strip_suffix("of")).unwrap_or(&wind);
    let at = WINDS.iter().position(|(short, long)| wind == *short || wind == *long)?;
    let half_width_deg = if at % 2 == 1 { 11.25 } else { 22.5 };
    // An even spread over the wind that is named, and the doubt of a direction by ear or eye.
    let variance = half_width_deg * half_width_deg / 3.0 + DIRECTION_SIGMA_DEG * DIRECTION_SIGMA_DEG;
    let range_m = match distance {
        Some(distance) => Some(range_m(distance)?),
        None => None,
    };
    Some(ObservedAt::Sector {
        azimuth_mdeg: at as u32 * 22_500,
        azimuth_sigma_mdeg: (variance.sqrt() * 1e3).round() as u32,
        range_m,
    })
}

fn range_m(text: &str) -> Option<(u32, u32)> {
    let text = text.strip_prefix("about").or_else(|| text.strip_prefix("approx.")).unwrap_or(text).trim();
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|km| (0.0..=RANGE_KM_MAX).contains(km));
    let metres = |km: f64| (km * 1e3).round() as u32;
    if let Some(most) = text.strip_prefix("less than").or_else(|| text.strip_prefix('<')) {
        return Some((0, metres(number(most)?)));
    }
    match text.split_once('-') {
        Some((near, far)) => {
            let (near, far) = (number(near)?, number(far)?);
            (near <= far && far > 0.0).then(|| (metres(near), metres(far)))
        }
        None => {
            let km = number(text).filter(|km| *km > 0.0)?;
            Some((metres(km * (1.0 - RANGE_DOUBT)), metres(km * (1.0 + RANGE_DOUBT))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use truceline_model::place::Place;

    #[test]
    fn sectors_points_and_names() {
        let sector = |azimuth_mdeg, azimuth_sigma_mdeg, range_m| ObservedAt::Sector {
            azimuth_mdeg,
            azimuth_sigma_mdeg,
            range_m,
        };
        let place = Place::from_degrees(48.05, 37.8).unwrap();
        for (text, expected) in [
            ("4-6 km SE", sector(135_000, 16_394, Some((4_000, 6_000)))),
            ("4\u{2013}6km south-east", sector(135_000, 16_394, Some((4_000, 6_000)))),
            ("5 km N", sector(0, 16_394, Some((3_750, 6_250)))),
            ("less than 2 km WNW", sector(292_500, 11_924, Some((0, 2_000)))),
            ("SE at an unknown distance", sector(135_000, 16_394, None)),
            ("ne", sector(45_000, 16_394, None)),
            ("48.05, 37.8", ObservedAt::Point { place, sigma_m: 100 }),
            ("Sector 2 (48.05, 37.8)", ObservedAt::Named { name: "Sector 2".into(), place, radius_m: 2_500 }),
            ("n/k", ObservedAt::NotStated),
        ] {
            assert_eq!(read(text, None).unwrap(), expected, "{text}");
        }
        assert_eq!(read("48.05 37.8", Some(30)).unwrap(), ObservedAt::Point { place, sigma_m: 30 });
    }

    #[test]
    fn anything_else_is_named() {
        for (text, part) in [
            ("behind the hill", "expected 4-6 km SE"),
            ("6-4 km SE", "expected 4-6 km SE"),
            ("400 km SE", "expected 4-6 km SE"),
            ("4-6 km", "expected 4-6 km SE"),
            ("148.05, 37.8", "are latitude and longitude exchanged?"),
            ("Sector 2 (48.05)", "expected 4-6 km SE"),
        ] {
            let (column, message) = read(text, None).unwrap_err();
            assert!(column == COLUMN && message.contains(part), "{message}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}|[0-9 .,-]{0,12}(km)?[ A-Za-z-]{0,12}") {
            let _ = read(&text, None);
        }
    }
}
