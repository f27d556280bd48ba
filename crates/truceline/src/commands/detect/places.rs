//! Where the elements of an array stand, from any of the files that say so.
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use truceline_formats::array_places::{self, Position};
use truceline_formats::{sac, stationxml};
use truceline_model::waveform::Segment;
use truceline_science::array::chain::Element;
use truceline_science::array::{Geometry, Offset};

/// The elements that a file names: CSV, or StationXML for the channels of the segments.
pub(super) fn from_file(path: &Path, segments: &[Segment]) -> Result<Vec<Element>> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {name}"))?;
    let is_xml = bytes.iter().find(|byte| !byte.is_ascii_whitespace() && **byte < 0x80) == Some(&b'<');
    let mut positions = BTreeMap::new();
    if is_xml {
        let inventory = stationxml::read(&name, &bytes)?;
        for segment in segments {
            if let Some(found) = inventory.channel(&segment.channel, segment.start) {
                let (place, elevation_m) = (found.channel.place, found.channel.elevation_m - found.channel.depth_m);
                positions.insert(segment.channel.clone(), Position::Geographic { place, elevation_m });
            }
        }
        if positions.is_empty() {
            bail!("{name} names none of the files' channels");
        }
    } else {
        let elements = array_places::read(&name, &bytes)?;
        positions.extend(elements.into_iter().map(|element| (element.channel, element.position)));
    }
    elements(&positions)
}

/// The elements from the headers of SAC files.
pub(super) fn from_headers(files: &[PathBuf]) -> Result<Vec<Element>> {
    let mut positions = BTreeMap::new();
    for path in files {
        let name = path.display().to_string();
        // What cannot be read was said when its samples were.
        let Ok(bytes) = std::fs::read(path) else { continue };
        let Ok(recording) = sac::recording(&name, &bytes) else { continue };
        if let Some(place) = recording.place {
            let elevation_m = recording.elevation_m.unwrap_or(0.0) - recording.depth_m.unwrap_or(0.0);
            positions.insert(recording.segment.channel, Position::Geographic { place, elevation_m });
        }
    }
    if positions.is_empty() {
        bail!("no file is a SAC file whose header says where its sensor stands");
    }
    elements(&positions)
}

fn elements(positions: &BTreeMap<String, Position>) -> Result<Vec<Element>> {
    let places: Vec<_> = positions
        .values()
        .filter_map(|position| match position {
            Position::Geographic { place, .. } => Some(*place),
            Position::Local { .. } => None,
        })
        .collect();
    // Positions of one file have one form.
    let level = if places.is_empty() { None } else { Some(Geometry::from_places(&places).context("--array")?.0) };
    let mut level = level.iter().flat_map(|geometry| geometry.offsets_m());
    let offset = |position: &Position| match (*position, level.next()) {
        (Position::Geographic { elevation_m, .. }, Some(r)) => {
            Offset { east_m: r[0], north_m: r[1], up_m: elevation_m }
        }
        (Position::Local { x_m, y_m, z_m }, _) => Offset { east_m: x_m, north_m: y_m, up_m: z_m },
        (Position::Geographic { .. }, None) => Offset::default(),
    };
    let offsets: Vec<Offset> = positions.values().map(offset).collect();
    Ok(positions.keys().zip(offsets).map(|(channel, offset)| Element { channel: channel.clone(), offset }).collect())
}
