//! The part of GeoJSON (RFC 7946) that a line needs: a `LineString` or a `MultiLineString`, bare or in a `Feature`.
use serde::Deserialize;

/// Rows of longitude and latitude.
pub(super) type Rows = Vec<Vec<[f64; 2]>>;

#[derive(Deserialize)]
struct Feature {
    geometry: Geometry,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    LineString { coordinates: Vec<Position> },
    MultiLineString { coordinates: Vec<Vec<Position>> },
}

/// Longitude and latitude; what comes after, a height, is not read.
#[derive(Deserialize)]
struct Position(Vec<f64>);

/// Reads a line's text; what is wrong with it in words otherwise.
pub(super) fn rows(text: &str) -> Result<Rows, String> {
    let wrong = |error: &dyn std::fmt::Display| {
        format!("{error}; expected GeoJSON, a LineString or a MultiLineString, bare or in a Feature")
    };
    let geometry = match serde_json::from_str::<Geometry>(text) {
        Ok(geometry) => geometry,
        Err(error) => match serde_json::from_str::<Feature>(text) {
            Ok(feature) => feature.geometry,
            Err(other) => return Err(if text.contains("\"geometry\"") { wrong(&other) } else { wrong(&error) }),
        },
    };
    let parts = match geometry {
        Geometry::LineString { coordinates } => vec![coordinates],
        Geometry::MultiLineString { coordinates } => coordinates,
    };
    let position = |position: Position| match position.0.as_slice() {
        [lon, lat, ..] => Ok([*lon, *lat]),
        _ => Err(wrong(&"a position with fewer than two numbers")),
    };
    parts.into_iter().map(|part| part.into_iter().map(position).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_bare_and_in_a_feature() {
        let bare = r#"{"type": "LineString", "coordinates": [[37.5, 48.0, 120.0], [37.6, 48.1]]}"#;
        assert_eq!(rows(bare).unwrap(), [vec![[37.5, 48.0], [37.6, 48.1]]]);
        let many = r#"{"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}"#;
        let feature = format!(r#"{{"type": "Feature", "properties": {{}}, "geometry": {many}}}"#);
        assert_eq!(rows(&feature).unwrap(), rows(many).unwrap());
    }

    #[test]
    fn anything_else_is_named() {
        for (text, part) in [
            (r#"{"type": "Polygon", "coordinates": []}"#, "unknown variant `Polygon`"),
            (r#"{"type": "LineString", "coordinates": [[1]]}"#, "fewer than two numbers"),
            ("[1, 2", "GeoJSON"),
        ] {
            let error = rows(text).unwrap_err();
            assert!(error.contains(part) && error.contains("expected GeoJSON"), "{error}");
        }
    }
}
