//! An inventory to be registered: SENSORS as CSV ([`sensors`](crate::sensors)), or StationXML.
//!
//! What `associate` and `locate` set aside is an error here: an inventory of which a part is missing would silently leave
//! sensors where they stood before.
use crate::error::FormatError;
use crate::table::clip;
use crate::{sensors, stationxml};
use std::collections::BTreeMap;
use truceline_model::inventory::{Inventory, SensorSite};
use truceline_model::measurement::{SensorKind, Site};
use truceline_model::place::Place;
use truceline_model::time::Time;

/// Whether the first line with anything in it names a column `sensor_id`.
pub(crate) fn is_sensors(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let header = bytes.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    let name = |field: &[u8]| {
        let field = field.trim_ascii();
        let inside = field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\"")).unwrap_or(field);
        inside.eq_ignore_ascii_case(b"sensor_id")
    };
    header.is_some_and(|header| header.split(|byte| *byte == b',').any(name))
}

/// Whether it is a document in XML.
pub(crate) fn is_xml(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.trim_ascii_start().first() == Some(&b'<')
}

/// The sites of a file of sensors. `owner` may be missing: then each sensor is its own.
///
/// # Errors
/// Names the place and what was expected: as [`sensors::read`], and the first row that cannot be used, says no kind, or
/// has its place in metres of a frame of its own.
pub fn of_sensors(file: &str, bytes: &[u8]) -> Result<Inventory, FormatError> {
    let found = sensors::read(file, bytes)?;
    if let Some(first) = found.set_aside.rows.first() {
        return Err(first.error.clone());
    }
    let mut sites = Vec::with_capacity(found.sensors.len());
    for (at, sensor) in found.sensors.iter().enumerate() {
        let error = |column: &str, message: &str| {
            FormatError::new(file, format!("sensor {:?}, {column}", clip(&sensor.id)), message)
        };
        let Site::Geographic { lon_deg, lat_deg, elevation_m } = sensor.site else {
            return Err(error("x_m", "metres of a frame of its own cannot be registered, expected lon and lat"));
        };
        if !found.states_kind(at) {
            return Err(error("kind", "it is empty, and must be stated to be registered"));
        }
        let place =
            Place::from_degrees(lat_deg, lon_deg).ok_or_else(|| error("lon", "expected a place on the globe"))?;
        sites.push(SensorSite {
            id: sensor.id.clone(),
            owner: sensor.owner.clone(),
            kind: sensor.kind,
            place,
            elevation_cm: centimetres(elevation_m),
            array: found.array(at).map(str::to_owned),
        });
    }
    Inventory::new(sites).map_err(|why| FormatError::new(file, "the whole file", why))
}

/// The sites of the channels of ground motion and air pressure, each in its newest epoch. Their owner is the network, by
/// its code, or the channel where it has none; StationXML does not say of which array a channel is an element.
///
/// # Errors
/// As [`stationxml::read`]; and if it names no such channel, too many, or impossible ones.
pub fn of_stationxml(file: &str, bytes: &[u8]) -> Result<Inventory, FormatError> {
    let found = stationxml::read(file, bytes)?;
    let mut newest: BTreeMap<String, (Option<Time>, SensorSite)> = BTreeMap::new();
    for found in found.channels() {
        let Some(id) = found.source_id() else { continue };
        let Some(kind) = kind_of(&id) else { continue };
        let from = found.channel.epoch.from;
        if newest.get(&id).is_some_and(|(before, _)| *before > from) {
            continue;
        }
        let owner = if found.network.code.is_empty() { &id } else { &found.network.code };
        let site = SensorSite {
            id: id.clone(),
            owner: owner.clone(),
            kind,
            place: found.channel.place,
            elevation_cm: centimetres(found.channel.elevation_m - found.channel.depth_m),
            array: None,
        };
        newest.insert(id, (from, site));
    }
    if newest.is_empty() {
        let message = "it names no channel of ground motion or air pressure";
        return Err(FormatError::new(file, "the whole file", message));
    }
    let sites = newest.into_values().map(|(_, site)| site).collect();
    Inventory::new(sites).map_err(|why| FormatError::new(file, "the whole file", why))
}

/// The kind of a channel by its source code (FDSN Source Identifiers 1.0). Hydrophones are none of ours.
fn kind_of(id: &str) -> Option<SensorKind> {
    // NET_STA_LOC_BAND_SOURCE_SUBSOURCE
    let mut codes = id.strip_prefix("FDSN:")?.split('_').skip(4);
    match (codes.next()?, codes.next()?) {
        ("H" | "L" | "G" | "M" | "N", _) => Some(SensorKind::Seismometer),
        ("D", "H") => None,
        ("D", _) => Some(SensorKind::Microphone),
        _ => None,
    }
}

/// A cast of a float saturates; what is out of range is refused by the inventory.
fn centimetres(metres: f64) -> i32 {
    (metres * 100.0).round() as i32
}
