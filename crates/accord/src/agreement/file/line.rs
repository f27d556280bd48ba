//! A line's table.
use super::{check_label, check_party, crossing, interval, one_of, place_of};
use crate::agreement::AgreementError;
use crate::agreement::geojson;
use crate::agreement::line::{Line, LineKind, LineStatus, LineVertex};
use serde::Deserialize;
use truceline_model::place::Place;

/// The most vertices of a line: a contact line of 1,000 km at every hundred metres.
const LINE_PLACES_MAX: usize = 10_000;

/// The widest deviation of a line, m: beyond it a line tells no sides.
const SIGMA_M_MAX: f64 = 100_000.0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineTable {
    id: String,
    name: String,
    kind: String,
    status: String,
    claimed_by: Option<String>,
    left: Option<String>,
    right: Option<String>,
    from: Option<toml::value::Datetime>,
    to: Option<toml::value::Datetime>,
    sigma_m: Sigma,
    path: Option<Vec<[f64; 2]>>,
    geojson: Option<String>,
}

/// One deviation for all vertices, or one for each in the order of the parts.
#[derive(Deserialize)]
#[serde(untagged)]
enum Sigma {
    Same(f64),
    Each(Vec<f64>),
}

pub(super) fn line((i, table): (usize, LineTable), parties: &[String]) -> Result<Line, AgreementError> {
    let at = |field: &str| format!("line[{i}].{field}");
    check_label(&at("id"), &table.id)?;
    check_label(&at("name"), &table.name)?;
    let kind = LineKind::from_name(&table.kind).ok_or_else(|| one_of(&at("kind"), &table.kind, LineKind::NAMES))?;
    let status =
        LineStatus::from_name(&table.status).ok_or_else(|| one_of(&at("status"), &table.status, LineStatus::NAMES))?;
    for (field, party) in [("claimed_by", &table.claimed_by), ("left", &table.left), ("right", &table.right)] {
        if let Some(party) = party {
            check_party(&at(field), party, parties)?;
        }
    }
    let sides = match (table.left, table.right) {
        (Some(left), Some(right)) if left != right => Some((left, right)),
        (None, None) => None,
        _ => {
            return Err(AgreementError::new(
                at("left"),
                "expected two different parties in `left` and `right`, or neither",
            ));
        }
    };
    let epoch = match (table.from, table.to) {
        (Some(from), Some(to)) => Some(interval(&format!("line[{i}]"), &from, &to)?),
        (None, None) => None,
        _ => return Err(AgreementError::new(at("from"), "expected both `from` and `to`, or neither")),
    };
    let rows = match (table.path, table.geojson) {
        (Some(path), None) => vec![path],
        (None, Some(text)) => geojson::rows(&text).map_err(|message| AgreementError::new(at("geojson"), message))?,
        _ => return Err(AgreementError::new(at("path"), "expected either `path` or `geojson`")),
    };
    let count: usize = rows.iter().map(Vec::len).sum();
    if rows.is_empty() || rows.iter().any(|row| row.len() < 2) || count > LINE_PLACES_MAX {
        let message =
            format!("{} parts of {count} places, expected 2 to {LINE_PLACES_MAX}, each part at least 2", rows.len());
        return Err(AgreementError::new(at("path"), message));
    }
    let sigmas = match table.sigma_m {
        Sigma::Same(sigma_m) => vec![sigma_m; count],
        Sigma::Each(each) => each,
    };
    if sigmas.len() != count || sigmas.iter().any(|sigma_m| !(0.0..=SIGMA_M_MAX).contains(sigma_m)) {
        let message = format!(
            "{} of them for {count} places, expected one number or one for each place, 0 to {SIGMA_M_MAX}",
            sigmas.len()
        );
        return Err(AgreementError::new(at("sigma_m"), message));
    }
    let mut sigmas = sigmas.into_iter();
    let mut parts = Vec::with_capacity(rows.len());
    for (part, row) in rows.into_iter().enumerate() {
        let mut vertices = Vec::with_capacity(row.len());
        for (n, (place, sigma_m)) in row.into_iter().zip(&mut sigmas).enumerate() {
            vertices.push(LineVertex { place: place_of(&at(&format!("path[{part}][{n}]")), place)?, sigma_m });
        }
        parts.push(vertices);
    }
    let edges: Vec<(Place, Place)> =
        parts.iter().flat_map(|part| part.windows(2).map(|pair| (pair[0].place, pair[1].place))).collect();
    if let Some((a, b)) = crossing(&edges) {
        let message = format!("edge {a} crosses edge {b}, expected a line that does not cross itself");
        return Err(AgreementError::new(at("path"), message));
    }
    Ok(Line { id: table.id, name: table.name, kind, status, claimed_by: table.claimed_by, sides, epoch, parts })
}
