//! SENSORS: which sensors there are, whose they are and where they stand, as CSV.
//!
//! ```text
//! sensor_id,owner,kind,lon,lat,elevation_m
//! A1,Alpha,infrasound array,-112.9,41.1,1300
//! ```
//! or with `x_m,y_m,z_m` (metres east, north and up in a frame of the file's own) instead of the last three. Columns
//! stand in any order. `owner` may be empty or missing: then each sensor is its own. `kind` may be: then the phases
//! that the sensor reports suggest it ([`Sensors::suggest_kinds`]). `elevation_m` and `z_m` may be: then it is 0. A column
//! `array` names the array that a sensor is an element of; it counts where the file is registered as an
//! [`inventory`](crate::inventory).
use crate::arrivals::Arrival;
use crate::error::FormatError;
use crate::spelling;
use crate::table::{Range, Reason, Row, SetAside, Table, clip};
use crate::text::is_label;
use std::collections::BTreeMap;
use truceline_model::measurement::{Phase, Sensor, SensorKind, Site};

/// The most sensors of one file: ten times the largest network that is known.
pub const MAX_SENSORS: usize = 20_000;

const COLUMNS: [&str; 10] = ["sensor_id", "owner", "kind", "lon", "lat", "elevation_m", "x_m", "y_m", "z_m", "array"];

pub(crate) const LON: Range = Range::of(-180.0, 180.0, "degrees");
pub(crate) const LAT: Range = Range::of(-90.0, 90.0, "degrees");
/// From the deepest sea to a balloon.
const ELEVATION: Range = Range::of(-12_000.0, 60_000.0, "m");
/// UTM's northings reach 10,000 km.
pub(crate) const LOCAL: Range = Range::of(-1e7, 1e7, "m");

/// In which frame a file's places stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// Longitude and latitude.
    Geographic,
    /// Metres east and north.
    Local,
}

/// A file of sensors.
#[derive(Debug, Clone)]
pub struct Sensors {
    /// The sensors, in the file's order; all in one frame.
    pub sensors: Vec<Sensor>,
    /// The frame of the first row that could be read.
    pub frame: Frame,
    /// Rows that could not be used.
    pub set_aside: SetAside,
    /// Columns that have no meaning here.
    pub ignored_columns: Vec<String>,
    indices: BTreeMap<String, usize>,
    /// Which sensors' kind the file does not say.
    unstated: Vec<bool>,
    /// The array that each sensor is an element of.
    arrays: Vec<Option<String>>,
}

/// Reads a file of sensors. Rows that cannot be used are set aside.
///
/// # Errors
/// Names the place and what was expected: no header, a column that is missing, too many rows, no sensor at all.
pub fn read(file: &str, bytes: &[u8]) -> Result<Sensors, FormatError> {
    let mut table = Table::open(file, bytes, &COLUMNS, &["sensor_id"])?;
    if !(table.has("lon") && table.has("lat") || table.has("x_m") && table.has("y_m")) {
        return Err(table.header_error("expected the columns lon and lat, or x_m and y_m"));
    }
    let mut found = Sensors {
        sensors: Vec::new(),
        frame: Frame::Geographic,
        set_aside: SetAside::default(),
        ignored_columns: std::mem::take(&mut table.ignored),
        indices: BTreeMap::new(),
        unstated: Vec::new(),
        arrays: Vec::new(),
    };
    let mut lines: Vec<usize> = Vec::new();
    while let Some(row) = table.next_row() {
        if row.number >= MAX_SENSORS {
            let message = format!("more than {MAX_SENSORS} sensors, which is the most that one file may hold");
            return Err(FormatError::new(file, format!("line {}", row.line), message));
        }
        let read = one(&table, &row).and_then(|(sensor, kind)| {
            let array = name(&table, &row, "array")?;
            if let Some(before) = found.indices.get(&sensor.id) {
                return Err(("sensor_id", format!("{:?} stands in line {} already", clip(&sensor.id), lines[*before])));
            }
            let frame = frame_of(sensor.site);
            if !found.sensors.is_empty() && frame != found.frame {
                let (column, other) = if frame == Frame::Local { ("x_m", "lon, lat") } else { ("lon", "x_m, y_m") };
                return Err((column, format!("another frame than in line {}, expected {other}", lines[0])));
            }
            Ok((sensor, kind, array))
        });
        match read {
            Ok((sensor, kind, array)) => {
                found.frame = frame_of(sensor.site);
                found.indices.insert(sensor.id.clone(), found.sensors.len());
                found.sensors.push(sensor);
                found.unstated.push(kind.is_none());
                found.arrays.push((!array.is_empty()).then_some(array));
                lines.push(row.line);
            }
            Err(reason) => found.set_aside.push(row.number, table.error(&row, reason)),
        }
    }
    if found.sensors.is_empty() {
        return Err(match found.set_aside.rows.into_iter().next() {
            Some(first) => first.error,
            None => FormatError::new(file, "the whole file", "it has a header and no sensor"),
        });
    }
    Ok(found)
}

fn one(table: &Table<'_>, row: &Row<'_>) -> Result<(Sensor, Option<SensorKind>), Reason> {
    let id = name(table, row, "sensor_id")?;
    if id.is_empty() {
        return Err(("sensor_id", "it is empty, expected a name".to_owned()));
    }
    let owner = name(table, row, "owner")?;
    let owner = if owner.is_empty() { id.clone() } else { owner };
    let text = table.text(row, "kind")?;
    let kind = spelling::kind(text).map_err(|expected| ("kind", format!("{:?}, {expected}", clip(text))))?;
    let (lon, lat) = (table.number(row, "lon", LON)?, table.number(row, "lat", LAT)?);
    let (x, y) = (table.number(row, "x_m", LOCAL)?, table.number(row, "y_m", LOCAL)?);
    let elevation_m = table.number(row, "elevation_m", ELEVATION)?.unwrap_or(0.0);
    let z_m = table.number(row, "z_m", ELEVATION)?.unwrap_or(0.0);
    let site = match (lon, lat, x, y) {
        (Some(lon_deg), Some(lat_deg), None, None) => Site::Geographic { lon_deg, lat_deg, elevation_m },
        (None, None, Some(x_m), Some(y_m)) => Site::Local { x_m, y_m, z_m },
        (None, Some(_), None, None) => return Err(("lon", "it is empty, expected a longitude".to_owned())),
        (Some(_), None, None, None) => return Err(("lat", "it is empty, expected a latitude".to_owned())),
        (None, None, None, Some(_)) => return Err(("x_m", "it is empty, expected metres east".to_owned())),
        (None, None, Some(_), None) => return Err(("y_m", "it is empty, expected metres north".to_owned())),
        (None, None, None, None) => {
            let column = if table.has("lon") { "lon" } else { "x_m" };
            return Err((column, "the sensor has no place, expected lon, lat or x_m, y_m".to_owned()));
        }
        _ => return Err(("x_m", "the sensor has places in two frames, expected lon, lat or x_m, y_m".to_owned())),
    };
    // The kind is settled when the phases are known.
    Ok((Sensor { id, owner, kind: kind.unwrap_or(SensorKind::Seismometer), site }, kind))
}

/// A name of a sensor, an owner or an event.
pub(crate) fn name(table: &Table<'_>, row: &Row<'_>, column: &'static str) -> Result<String, Reason> {
    let text = table.text(row, column)?;
    if is_label(text) {
        Ok(text.to_owned())
    } else {
        Err((column, format!("{:?}, expected a short name without control characters", clip(text))))
    }
}

fn frame_of(site: Site) -> Frame {
    match site {
        Site::Geographic { .. } => Frame::Geographic,
        Site::Local { .. } => Frame::Local,
    }
}

impl Sensors {
    /// The index of a sensor by its name.
    #[must_use]
    pub fn index(&self, id: &str) -> Option<usize> {
        self.indices.get(id).copied()
    }

    /// The array that a sensor is an element of, by the sensor's index.
    #[must_use]
    pub fn array(&self, index: usize) -> Option<&str> {
        self.arrays.get(index)?.as_deref()
    }

    /// Whether the file says a sensor's kind.
    #[must_use]
    pub fn states_kind(&self, index: usize) -> bool {
        self.unstated.get(index) == Some(&false)
    }

    /// Gives each sensor whose kind the file does not say the kind that most of its arrivals speak for; a seismometer
    /// if there is none.
    pub fn suggest_kinds(&mut self, arrivals: &[Arrival]) {
        let mut votes: Vec<BTreeMap<SensorKind, usize>> = vec![BTreeMap::new(); self.sensors.len()];
        for Arrival { measurement, .. } in arrivals {
            let bearing = measurement.azimuth_deg.is_some();
            let pick = |array: SensorKind, single: SensorKind| if bearing { array } else { single };
            let kind = match measurement.phase {
                _ if measurement.fix.is_some() => SensorKind::Satellite,
                _ if measurement.range_m.is_some() => SensorKind::Observer,
                Some(Phase::P | Phase::S | Phase::Surface) => pick(SensorKind::SeismicArray, SensorKind::Seismometer),
                Some(Phase::Airwave) => pick(SensorKind::InfrasoundArray, SensorKind::Microphone),
                Some(Phase::Muzzle | Phase::Shock) => pick(SensorKind::MicrophoneArray, SensorKind::Microphone),
                Some(Phase::Light) => SensorKind::Optical,
                None => continue,
            };
            if let Some(votes) = votes.get_mut(measurement.sensor) {
                *votes.entry(kind).or_default() += 1;
            }
        }
        for ((sensor, votes), unstated) in self.sensors.iter_mut().zip(votes).zip(&self.unstated) {
            if *unstated {
                // Of kinds with as many votes the first in the order of kinds.
                let most = votes.values().max().copied();
                let kind = votes.iter().find(|(_, count)| Some(**count) == most).map(|(kind, _)| *kind);
                sensor.kind = kind.unwrap_or(SensorKind::Seismometer);
            }
        }
    }
}
