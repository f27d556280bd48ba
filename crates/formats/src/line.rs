//! A line as GeoJSON (RFC 7946): a `LineString` or a `MultiLineString`, bare, as a feature, or as the only feature of a
//! collection. Left and right are meant along its vertices. Of a `Polygon` or a `MultiPolygon` the line is the rim: outer rings
//! run counter-clockwise and holes clockwise, whichever way the file has them, so left is inside.
//!
//! Properties that are read: `sigma_m`, the standard deviation of the line across itself in metres, one number for all
//! vertices or one for each (for each part a list); `left` and `right`, names of the sides. Coordinates are longitude and
//! latitude, or metres where the sensors stand in metres.
use crate::error::FormatError;
use serde_json::Value;

/// The most vertices, all parts together.
pub const MAX_VERTICES: usize = 100_000;

/// The most parts.
const MAX_PARTS: usize = 10_000;

/// The most characters of a side's name.
const MAX_NAME: usize = 100;

/// A line as the file gives it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LineFile {
    /// Its parts; each vertex as x, y and the standard deviation, m.
    pub parts: Vec<Vec<(f64, f64, f64)>>,
    /// The name of the left side.
    pub left: Option<String>,
    /// The name of the right side.
    pub right: Option<String>,
}

/// Reads the file.
///
/// # Errors
/// Names the member, and what was expected.
pub fn read(file: &str, bytes: &[u8]) -> Result<LineFile, FormatError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| FormatError::of_json(file, &error))?;
    let wrong = |place: &str, message: &str| FormatError::new(file, place, message);
    let feature = match value["type"].as_str() {
        Some("FeatureCollection") => match value["features"].as_array().map(Vec::as_slice) {
            Some([one]) => one,
            _ => return Err(wrong("features", "expected exactly one feature")),
        },
        _ => &value,
    };
    let geometry = if feature["type"] == "Feature" { &feature["geometry"] } else { feature };
    let properties = &feature["properties"];
    let coordinates = &geometry["coordinates"];
    let list = |value: &'_ Value, message: &str| value.as_array().cloned().ok_or_else(|| wrong("coordinates", message));
    // Each part, and of a rim whether it is a hole's.
    let parts: Vec<(Value, Option<bool>)> = match geometry["type"].as_str() {
        Some("LineString") => vec![(coordinates.clone(), None)],
        Some("MultiLineString") => {
            list(coordinates, "expected a list of lines")?.into_iter().map(|part| (part, None)).collect()
        }
        Some(kind @ ("Polygon" | "MultiPolygon")) => {
            let polygons = match kind {
                "Polygon" => vec![coordinates.clone()],
                _ => list(coordinates, "expected a list of polygons")?,
            };
            let mut parts = Vec::new();
            for polygon in &polygons {
                let rings = list(polygon, "expected a list of rings")?;
                parts.extend(rings.into_iter().enumerate().map(|(n, ring)| (ring, Some(n > 0))));
            }
            parts
        }
        _ => return Err(wrong("type", "expected LineString, MultiLineString, Polygon or MultiPolygon")),
    };
    if parts.len() > MAX_PARTS {
        return Err(wrong("coordinates", &format!("{} parts, at most {MAX_PARTS} are read", parts.len())));
    }
    let sigma = &properties["sigma_m"];
    let mut line = LineFile::default();
    let mut count = 0;
    for (at, (part, hole)) in parts.iter().enumerate() {
        let place = format!("coordinates[{at}]");
        let vertices = part.as_array().ok_or_else(|| wrong(&place, "expected a list of positions"))?;
        count += vertices.len();
        if vertices.len() < 2 || count > MAX_VERTICES {
            let message = format!("{} positions, expected 2 to {MAX_VERTICES} in all", vertices.len());
            return Err(wrong(&place, &message));
        }
        let own = if geometry["type"] == "LineString" || !sigma.is_array() { sigma } else { &sigma[at] };
        if own.as_array().is_some_and(|all| all.len() != vertices.len()) {
            return Err(wrong("sigma_m", &format!("expected one number, or {} for {place}", vertices.len())));
        }
        let mut read = Vec::with_capacity(vertices.len());
        for (n, vertex) in vertices.iter().enumerate() {
            let number = |axis: usize| vertex[axis].as_f64().filter(|number| number.is_finite() && number.abs() < 1e8);
            let (Some(x), Some(y)) = (number(0), number(1)) else {
                return Err(wrong(&format!("{place}[{n}]"), "expected two numbers, longitude first"));
            };
            let sigma_m = match own {
                Value::Null => Some(0.0),
                Value::Array(all) => all[n].as_f64(),
                other => other.as_f64(),
            };
            let sigma_m = sigma_m.filter(|sigma_m| (0.0..=1e6).contains(sigma_m));
            read.push((x, y, sigma_m.ok_or_else(|| wrong("sigma_m", "expected 0 to 1000000 m"))?));
        }
        if let Some(hole) = hole {
            if read.first().map(|v| (v.0, v.1)) != read.last().map(|v| (v.0, v.1)) {
                return Err(wrong(&place, "a ring whose last position is not its first"));
            }
            if (double_area(&read) > 0.0) == *hole {
                read.reverse();
            }
        }
        line.parts.push(read);
    }
    let name = |side: &str| match &properties[side] {
        Value::Null => Ok(None),
        Value::String(name) if (1..=MAX_NAME).contains(&name.chars().count()) => Ok(Some(name.clone())),
        _ => Err(wrong(side, &format!("expected a name of 1 to {MAX_NAME} characters"))),
    };
    (line.left, line.right) = (name("left")?, name("right")?);
    Ok(line)
}

/// Twice the area within a ring; positive where it runs counter-clockwise.
fn double_area(ring: &[(f64, f64, f64)]) -> f64 {
    // From the first vertex, so that nothing is lost far from the origin.
    let Some((x, y, _)) = ring.first() else { return 0.0 };
    ring.windows(2).map(|pair| (pair[0].0 - x) * (pair[1].1 - y) - (pair[1].0 - x) * (pair[0].1 - y)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_and_without_a_feature() {
        let bare = r#"{"type":"LineString","coordinates":[[30.0,48.0],[31,48.5,120]]}"#;
        let line = read("l.geojson", bare.as_bytes()).unwrap();
        assert_eq!(line.parts, [[(30.0, 48.0, 0.0), (31.0, 48.5, 0.0)]]);
        let feature = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
            "properties":{"sigma_m":[[100,200],[50,60]],"left":"Alpha","right":"Bravo"},
            "geometry":{"type":"MultiLineString","coordinates":[[[0,0],[1,0]],[[2,0],[3,0]]]}}]}"#;
        let line = read("l.geojson", feature.as_bytes()).unwrap();
        assert_eq!(line.parts[1], [(2.0, 0.0, 50.0), (3.0, 0.0, 60.0)]);
        assert_eq!((line.left.as_deref(), line.right.as_deref()), (Some("Alpha"), Some("Bravo")));
        let one = r#"{"type":"Feature","properties":{"sigma_m":250},"geometry":{"type":"LineString",
            "coordinates":[[0,0],[1,0]]}}"#;
        assert_eq!(read("l.geojson", one.as_bytes()).unwrap().parts, [[(0.0, 0.0, 250.0), (1.0, 0.0, 250.0)]]);
    }

    #[test]
    fn rims_have_their_inside_on_the_left() {
        let clockwise = "[[0,0],[0,9],[9,9],[9,0],[0,0]]";
        let hole = "[[2,2],[3,2],[3,3],[2,3],[2,2]]";
        let text = format!(r#"{{"type":"MultiPolygon","coordinates":[[{clockwise},{hole}]]}}"#);
        let line = read("l.geojson", text.as_bytes()).unwrap();
        let second: Vec<(f64, f64)> = line.parts.iter().map(|part| (part[1].0, part[1].1)).collect();
        assert_eq!(second, [(9.0, 0.0), (2.0, 3.0)]);
        let open = r#"{"type":"Polygon","coordinates":[[[0,0],[0,9],[9,9]]]}"#;
        let error = read("l.geojson", open.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("a ring whose last position is not its first"), "{error}");
    }

    #[test]
    fn errors_name_the_member() {
        for (text, expected) in [
            ("{", "l.geojson, line 1"),
            (r#"{"type":"Point","coordinates":[0,0]}"#, "l.geojson, type: expected LineString"),
            (r#"{"type":"LineString","coordinates":[[0,0]]}"#, "l.geojson, coordinates[0]: 1 positions, expected 2"),
            (
                r#"{"type":"LineString","coordinates":[[0,0],["a",1]]}"#,
                "l.geojson, coordinates[0][1]: expected two numbers",
            ),
            (
                r#"{"type":"Feature","properties":{"sigma_m":[1]},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}}"#,
                "l.geojson, sigma_m: expected one number, or 2",
            ),
            (
                r#"{"type":"Feature","properties":{"sigma_m":-1},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}}"#,
                "l.geojson, sigma_m: expected 0 to",
            ),
            (
                r#"{"type":"Feature","properties":{"left":7},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}}"#,
                "l.geojson, left: expected a name",
            ),
            (r#"{"type":"FeatureCollection","features":[]}"#, "l.geojson, features: expected exactly one"),
        ] {
            let error = read("l.geojson", text.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
