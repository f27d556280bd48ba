//! The elements that are read, one function each.
use super::walk::{Element, Walk};
use super::{Channel, Epoch, Inventory, MAX_ENTRIES, Network, Sensitivity, Station};
use crate::error::FormatError;
use crate::source_id::clip;
use truceline_model::place::Place;
use truceline_model::time::Time;

/// Codes are short; SEED's have at most five characters, FDSN source identifiers eight.
const CODE_BYTES_MAX: usize = 16;

/// Heights and depths, m: from the deepest sea to the highest mountain, with room.
const HEIGHT_M_MAX: f64 = 12_000.0;

/// The first year that time in 64-bit nanoseconds does not hold.
const FAR_YEAR: u32 = 2262;

pub(super) fn inventory(walk: &mut Walk<'_>) -> Result<Inventory, FormatError> {
    let root = walk.root()?;
    if root.name() != "FDSNStationXML" {
        return Err(walk.error(&root, "expected FDSNStationXML"));
    }
    match walk.attribute(&root, "schemaVersion")? {
        Some(version) if version == "1" || version.starts_with("1.") => {}
        Some(version) => return Err(walk.error(&root, format!("version {:?}, expected 1.x", clip(&version)))),
        None => return Err(walk.error(&root, "expected the attribute schemaVersion")),
    }
    let mut inventory = Inventory::default();
    let mut entries = 0;
    while let Some(element) = walk.next(&root)? {
        match element.name() {
            "Network" => {
                count(walk, &element, &mut entries)?;
                inventory.networks.push(network(walk, &element, &mut entries)?);
            }
            _ => walk.skip(&element)?,
        }
    }
    Ok(inventory)
}

fn network(walk: &mut Walk<'_>, element: &Element<'_>, entries: &mut usize) -> Result<Network, FormatError> {
    let mut network = Network { code: code(walk, element)?, epoch: epoch(walk, element)?, stations: Vec::new() };
    while let Some(child) = walk.next(element)? {
        match child.name() {
            "Station" => {
                count(walk, &child, entries)?;
                network.stations.push(station(walk, &child, entries)?);
            }
            _ => walk.skip(&child)?,
        }
    }
    Ok(network)
}

fn station(walk: &mut Walk<'_>, element: &Element<'_>, entries: &mut usize) -> Result<Station, FormatError> {
    let (code, epoch) = (code(walk, element)?, epoch(walk, element)?);
    let mut site = Site::default();
    let mut channels = Vec::new();
    while let Some(child) = walk.next(element)? {
        if site.take(walk, &child)? {
            continue;
        }
        match child.name() {
            "Channel" => {
                count(walk, &child, entries)?;
                channels.push(channel(walk, &child)?);
            }
            _ => walk.skip(&child)?,
        }
    }
    let (place, elevation_m) = site.close(walk, element)?;
    Ok(Station { code, epoch, place, elevation_m, channels })
}

fn channel(walk: &mut Walk<'_>, element: &Element<'_>) -> Result<Channel, FormatError> {
    let (code, epoch) = (code(walk, element)?, epoch(walk, element)?);
    let location = walk
        .attribute(element, "locationCode")?
        .ok_or_else(|| walk.error(element, "expected the attribute locationCode"))?;
    let location = match location.trim() {
        // Two dashes are SEED's way to print two blanks.
        "--" => String::new(),
        location => location.to_owned(),
    };
    let mut site = Site::default();
    let (mut depth_m, mut azimuth_deg, mut dip_deg, mut rate_hz, mut sensitivity) = (None, None, None, None, None);
    while let Some(child) = walk.next(element)? {
        if site.take(walk, &child)? {
            continue;
        }
        match child.name() {
            "Depth" => depth_m = Some(number(walk, &child, -HEIGHT_M_MAX, HEIGHT_M_MAX)?),
            "Azimuth" => azimuth_deg = Some(number(walk, &child, -360.0, 360.0)?.rem_euclid(360.0)),
            "Dip" => dip_deg = Some(number(walk, &child, -90.0, 90.0)?),
            // Channels without samples (logs) have a rate of 0.
            "SampleRate" => rate_hz = Some(number(walk, &child, 0.0, crate::sac::RATE_HZ_MAX)?).filter(|hz| *hz > 0.0),
            "Response" => sensitivity = response(walk, &child)?,
            _ => walk.skip(&child)?,
        }
    }
    let (place, elevation_m) = site.close(walk, element)?;
    let depth_m = depth_m.ok_or_else(|| walk.error(element, "expected a Depth"))?;
    Ok(Channel { code, location, epoch, place, elevation_m, depth_m, azimuth_deg, dip_deg, rate_hz, sensitivity })
}

fn response(walk: &mut Walk<'_>, element: &Element<'_>) -> Result<Option<Sensitivity>, FormatError> {
    let mut found = None;
    while let Some(child) = walk.next(element)? {
        match child.name() {
            "InstrumentSensitivity" => found = Some(sensitivity(walk, &child)?),
            _ => walk.skip(&child)?,
        }
    }
    Ok(found)
}

fn sensitivity(walk: &mut Walk<'_>, element: &Element<'_>) -> Result<Sensitivity, FormatError> {
    let (mut value, mut frequency_hz, mut input_units, mut output_units) = (None, None, None, None);
    while let Some(child) = walk.next(element)? {
        match child.name() {
            "Value" => {
                let number = number(walk, &child, -f64::MAX, f64::MAX)?;
                if number == 0.0 {
                    return Err(walk.error(&child, "0, expected another sensitivity"));
                }
                value = Some(number);
            }
            "Frequency" => frequency_hz = Some(number(walk, &child, 0.0, crate::sac::RATE_HZ_MAX)?),
            "InputUnits" => input_units = Some(units(walk, &child)?),
            "OutputUnits" => output_units = Some(units(walk, &child)?),
            _ => walk.skip(&child)?,
        }
    }
    match (value, frequency_hz) {
        (Some(value), Some(frequency_hz)) => Ok(Sensitivity {
            value,
            frequency_hz,
            input_units: input_units.unwrap_or_default(),
            output_units: output_units.unwrap_or_default(),
        }),
        _ => Err(walk.error(element, "expected a Value and a Frequency")),
    }
}

fn units(walk: &mut Walk<'_>, element: &Element<'_>) -> Result<String, FormatError> {
    let mut name = String::new();
    while let Some(child) = walk.next(element)? {
        match child.name() {
            "Name" => name = walk.text(&child)?,
            _ => walk.skip(&child)?,
        }
    }
    Ok(name)
}

/// Latitude, longitude and elevation, which stations and channels have alike.
#[derive(Default)]
struct Site {
    latitude_deg: Option<f64>,
    longitude_deg: Option<f64>,
    elevation_m: Option<f64>,
}

impl Site {
    /// Reads the element if it is one of the three.
    fn take(&mut self, walk: &mut Walk<'_>, element: &Element<'_>) -> Result<bool, FormatError> {
        match element.name() {
            "Latitude" => self.latitude_deg = Some(number(walk, element, -90.0, 90.0)?),
            "Longitude" => self.longitude_deg = Some(number(walk, element, -180.0, 180.0)?),
            "Elevation" => self.elevation_m = Some(number(walk, element, -HEIGHT_M_MAX, HEIGHT_M_MAX)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn close(self, walk: &Walk<'_>, element: &Element<'_>) -> Result<(Place, f64), FormatError> {
        let missing = || walk.error(element, "expected a Latitude, a Longitude and an Elevation");
        let (Some(latitude), Some(longitude)) = (self.latitude_deg, self.longitude_deg) else { return Err(missing()) };
        let place = Place::from_degrees(latitude, longitude).ok_or_else(missing)?;
        Ok((place, self.elevation_m.ok_or_else(missing)?))
    }
}

fn count(walk: &Walk<'_>, element: &Element<'_>, entries: &mut usize) -> Result<(), FormatError> {
    *entries += 1;
    match *entries <= MAX_ENTRIES {
        true => Ok(()),
        false => Err(walk.error(element, format!("at most {MAX_ENTRIES} networks, stations and channels are read"))),
    }
}

fn code(walk: &Walk<'_>, element: &Element<'_>) -> Result<String, FormatError> {
    match walk.attribute(element, "code")? {
        Some(code) if !code.is_empty() && code.len() <= CODE_BYTES_MAX && !code.chars().any(char::is_control) => {
            Ok(code)
        }
        Some(code) => Err(walk.error(element, format!("code {:?}, expected 1 to {CODE_BYTES_MAX} bytes", clip(&code)))),
        None => Err(walk.error(element, "expected the attribute code")),
    }
}

fn epoch(walk: &Walk<'_>, element: &Element<'_>) -> Result<Epoch, FormatError> {
    let from = match walk.attribute(element, "startDate")? {
        None => None,
        Some(text) => Some(time(&text).map_err(|message| walk.error(element, format!("startDate {message}")))?),
    };
    let to = match walk.attribute(element, "endDate")? {
        Some(text) if !is_far(&text) => {
            Some(time(&text).map_err(|message| walk.error(element, format!("endDate {message}")))?)
        }
        _ => None,
    };
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        return Err(walk.error(element, format!("endDate {to} is before startDate {from}")));
    }
    Ok(Epoch { from, to })
}

fn time(text: &str) -> Result<Time, String> {
    Time::parse(text.trim()).map_err(|error| format!("{:?}: {error}", clip(text)))
}

/// Whether the text is a time of a year too far to hold: `2599-12-31T23:59:59` and the like stand for "open".
fn is_far(text: &str) -> bool {
    let text = text.trim();
    let (year, rest) = text.split_once('-').unwrap_or((text, ""));
    // A leap year near by holds every day and month that the far one can have.
    year.len() == 4
        && year.parse::<u32>().is_ok_and(|year| year >= FAR_YEAR)
        && Time::parse(&format!("2096-{rest}")).is_ok()
}

fn number(walk: &mut Walk<'_>, element: &Element<'_>, least: f64, most: f64) -> Result<f64, FormatError> {
    let text = walk.text(element)?;
    match text.parse::<f64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ if most == f64::MAX => Err(walk.error(element, format!("{:?}, expected a number", clip(&text)))),
        _ => Err(walk.error(element, format!("{:?}, expected {least} to {most}", clip(&text)))),
    }
}
