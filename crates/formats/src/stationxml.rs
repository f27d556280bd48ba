//! FDSN StationXML 1.x: where sensors stand, which channels they have, and how counts become units of motion.
//!
//! Read is the part that locating and scaling need: networks, stations and channels with their codes, epochs, places,
//! sample rates and orientations, and the overall sensitivity of the response. Everything else (stages, comments,
//! equipment) is passed over.
//!
//! Text is UTF-8, or ISO-8859-1 where the file says so. There is no document type, so no entity beyond XML's own five.
//! An end after the year 2261 means "still there".
//!
//! Source: FDSN StationXML schema 1.0 to 1.2. Checked against ObsPy 1.5.1 (`obspy.read_inventory`): every field of a
//! small file of our own, and the inventories of the Yellowknife array and of a small array of the test data.
mod elements;
mod walk;

use crate::error::FormatError;
use crate::source_id;
use truceline_model::place::Place;
use truceline_model::time::Time;
use walk::Walk;

/// The largest file: some 5,000 channels with all stages, which take 25 kB each in the Yellowknife array's file.
pub const MAX_INVENTORY_BYTES: usize = 128 << 20;

/// The most networks, stations and channels of a file, together: more than any line has.
pub const MAX_ENTRIES: usize = 100_000;

/// Networks, stations and channels of one file, in the file's order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Inventory {
    /// The networks.
    pub networks: Vec<Network>,
}

/// From when to when something stood so; an end that is not given is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Epoch {
    /// The first instant.
    pub from: Option<Time>,
    /// The last instant.
    pub to: Option<Time>,
}

impl Epoch {
    /// Whether the instant lies inside; both ends do.
    #[must_use]
    pub fn contains(&self, at: Time) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at <= to)
    }
}

/// A network.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Its code.
    pub code: String,
    /// When it operated.
    pub epoch: Epoch,
    /// Its stations.
    pub stations: Vec<Station>,
}

/// A station in one of its epochs.
#[derive(Debug, Clone, PartialEq)]
pub struct Station {
    /// Its code.
    pub code: String,
    /// When it stood so.
    pub epoch: Epoch,
    /// Where it stands.
    pub place: Place,
    /// Height of the ground over the sea, m.
    pub elevation_m: f64,
    /// Its channels.
    pub channels: Vec<Channel>,
}

/// A channel in one of its epochs.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Its code, such as `SHZ`.
    pub code: String,
    /// Its location code, without the blanks that some files pad it with.
    pub location: String,
    /// When it was so.
    pub epoch: Epoch,
    /// Where its sensor stands.
    pub place: Place,
    /// Height of the ground over the sea, m.
    pub elevation_m: f64,
    /// Depth of the sensor below the ground, m.
    pub depth_m: f64,
    /// Azimuth, degrees clockwise from north.
    pub azimuth_deg: Option<f64>,
    /// Dip, degrees down from the horizontal: -90 is straight up.
    pub dip_deg: Option<f64>,
    /// Samples per second.
    pub rate_hz: Option<f64>,
    /// Counts for one unit of motion or pressure.
    pub sensitivity: Option<Sensitivity>,
}

/// The overall sensitivity of a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// Output units for one input unit, at the frequency; not zero.
    pub value: f64,
    /// The frequency at which it holds, Hz.
    pub frequency_hz: f64,
    /// Units of what is sensed, as the file writes them: `M/S`, `Pa`.
    pub input_units: String,
    /// Units of what is recorded, mostly `COUNTS`.
    pub output_units: String,
}

/// A channel with the station and network that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found<'a> {
    /// The network.
    pub network: &'a Network,
    /// The station.
    pub station: &'a Station,
    /// The channel.
    pub channel: &'a Channel,
}

impl Inventory {
    /// The channel of an FDSN source identifier (`FDSN:NET_STA_LOC_B_S_SS`) at an instant; the first, if the file
    /// has several.
    #[must_use]
    pub fn channel(&self, source_id: &str, at: Time) -> Option<Found<'_>> {
        self.channels().find(|found| {
            let Found { network, station, channel } = found;
            [network.epoch, station.epoch, channel.epoch].iter().all(|epoch| epoch.contains(at))
                && found.source_id().is_some_and(|id| id == source_id)
        })
    }

    /// All channels in the file's order.
    pub fn channels(&self) -> impl Iterator<Item = Found<'_>> {
        self.networks.iter().flat_map(|network| {
            network.stations.iter().flat_map(move |station| {
                station.channels.iter().map(move |channel| Found { network, station, channel })
            })
        })
    }
}

impl Found<'_> {
    /// The FDSN source identifier; `None` if the codes make none.
    #[must_use]
    pub fn source_id(&self) -> Option<String> {
        let Channel { location, code, .. } = self.channel;
        source_id::of_codes(&self.network.code, &self.station.code, location, code).ok()
    }
}

/// Reads a file. What is allocated is at most some times the file's own size.
///
/// # Errors
/// Names the line and the element or attribute, what stands there and what was expected: not well-formed, a document
/// type, an unknown entity, too deep or too large, a code, place, time or number that is missing or cannot be.
pub fn read(file: &str, bytes: &[u8]) -> Result<Inventory, FormatError> {
    if bytes.len() > MAX_INVENTORY_BYTES {
        let message = format!("{} bytes, at most {MAX_INVENTORY_BYTES} are read", bytes.len());
        return Err(FormatError::new(file, "the whole file", message));
    }
    let latin;
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) if declares_latin(bytes) => {
            latin = bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
            &latin
        }
        Err(error) => {
            let place = format!("byte {}", error.valid_up_to());
            return Err(FormatError::new(file, place, "expected UTF-8, or ISO-8859-1 declared in the first line"));
        }
    };
    let mut walk = Walk::new(file, text);
    let inventory = elements::inventory(&mut walk)?;
    walk.end()?;
    Ok(inventory)
}

/// Whether the XML declaration says ISO-8859-1, in which every byte is the character of its number.
fn declares_latin(bytes: &[u8]) -> bool {
    const DECLARATION_BYTES: usize = 100;
    let head = bytes[..bytes.len().min(DECLARATION_BYTES)].to_ascii_lowercase();
    head.starts_with(b"<?xml") && head.windows(10).any(|window| window == b"iso-8859-1")
}
