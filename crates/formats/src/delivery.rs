//! A file as it is handed in: which kind it is, and what it holds.
use crate::detections::{self, Detections};
use crate::error::FormatError;
use crate::hindrances::{self, Hindrances};
use crate::observations::{self, Observations};
use crate::{daily_table, inventory, notice};
use truceline_model::agreement::{AgreementText, MAX_AGREEMENT_BYTES};
use truceline_model::inventory::Inventory;
use truceline_model::notice::Notice;

/// The largest file that is read: 100,000 detections take about 40 MB of text.
pub const MAX_DELIVERY_BYTES: usize = 48 << 20;

/// What a file holds.
#[derive(Debug)]
pub enum Delivery {
    /// Detections of infrasound arrays.
    Detections(Detections),
    /// A notice of a party.
    Notice(Box<Notice>),
    /// The text of an agreement; `accord` reads what it says.
    Agreement(AgreementText),
    /// Which sensors there are.
    Inventory(Inventory),
    /// What somebody observed.
    Observations(Observations),
    /// What kept the mechanism from seeing.
    Hindrances(Hindrances),
}

impl Delivery {
    /// The kind in one word, for people and JSON.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Detections(_) => "detections",
            Self::Notice(_) => "notice",
            Self::Agreement(_) => "agreement",
            Self::Inventory(_) => "inventory",
            Self::Observations(_) => "observations",
            Self::Hindrances(_) => "hindrances",
        }
    }

    /// Whether a file holds observations, by its content: several of one time can be played together.
    #[must_use]
    pub fn is_observations(bytes: &[u8]) -> bool {
        let named = || std::str::from_utf8(bytes).is_ok_and(|text| text.contains("\"observations\""));
        observations::shape(bytes).is_some() || bytes.trim_ascii_start().first() == Some(&b'{') && named()
    }

    /// Reads a file by its content: JSON holds detections, or else the member that it names, `observations` or `hindrances`;
    /// TOML holds a `[notice]` or an `[agreement]`; CSV with a column `sensor_id`, and StationXML, an inventory; CSV with a
    /// column `hindrance` hindrances, and with the columns of one of the shapes of [`observations`], observations.
    ///
    /// # Errors
    /// If it is none of these, is over [`MAX_DELIVERY_BYTES`], or cannot be read as a whole. Single impossible
    /// rows are no error: they are refused one by one inside [`Detections`] and its like.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        if bytes.len() > MAX_DELIVERY_BYTES {
            let message = format!("{} bytes, at most {MAX_DELIVERY_BYTES} are read", bytes.len());
            return Err(FormatError::new(file, "the whole file", message));
        }
        // Both have an encoding of their own.
        if inventory::is_xml(bytes) {
            return inventory::of_stationxml(file, bytes).map(Self::Inventory);
        }
        if inventory::is_sensors(bytes) {
            return inventory::of_sensors(file, bytes).map(Self::Inventory);
        }
        if observations::shape(bytes).is_some() {
            return observations::read(file, bytes).map(Self::Observations);
        }
        if hindrances::is_table(bytes) {
            return hindrances::read(file, bytes).map(Self::Hindrances);
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            FormatError::new(file, format!("byte {}", error.valid_up_to()), "expected text in UTF-8")
        })?;
        match text.trim_start().as_bytes().first() {
            Some(b'{') if text.contains("\"observations\"") => {
                daily_table::read_json(file, bytes).map(Self::Observations)
            }
            Some(b'{') if text.contains("\"hindrances\"") => hindrances::read_json(file, bytes).map(Self::Hindrances),
            Some(b'{' | b'[') if !looks_like_toml(text) => detections::read(file, bytes, text).map(Self::Detections),
            Some(_) => Self::read_toml(file, bytes, text),
            None => Err(FormatError::new(file, "the whole file", "it is empty")),
        }
    }

    fn read_toml(file: &str, bytes: &[u8], text: &str) -> Result<Self, FormatError> {
        let table: toml::Table = text.parse().map_err(|error| FormatError::of_toml(file, text, &error))?;
        if table.contains_key("notice") {
            notice::read(file, bytes, text).map(|notice| Self::Notice(Box::new(notice)))
        } else if table.contains_key("agreement") {
            if bytes.len() > MAX_AGREEMENT_BYTES {
                let message = format!("{} bytes, an agreement has at most {MAX_AGREEMENT_BYTES}", bytes.len());
                return Err(FormatError::new(file, "the whole file", message));
            }
            Ok(Self::Agreement(AgreementText { text: text.to_owned() }))
        } else {
            let message = "expected JSON with detections, observations or hindrances, TOML with a [notice] or an [agreement], or \
                           CSV with sensors, observations or hindrances";
            Err(FormatError::new(file, "the whole file", message))
        }
    }
}

/// A TOML file may begin with a table's name in brackets; a JSON list then goes on with a value.
fn looks_like_toml(text: &str) -> bool {
    let line = text.trim_start().lines().next().unwrap_or_default().trim_end();
    line.starts_with('[') && line.ends_with(']') && line[1..].trim_start_matches('[').starts_with(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_are_told_apart_by_content() {
        assert!(matches!(Delivery::read("a", b"[]").unwrap(), Delivery::Detections(_)));
        let agreement = b"[agreement]\nid = \"x\"\n";
        assert!(matches!(Delivery::read("a", agreement).unwrap(), Delivery::Agreement(_)));
        for sensors in
            ["sensor_id,kind,lon,lat\nA,microphone,1,2\n", "\u{feff}\n lat,lon,kind,\"Sensor_ID\"\n1,2,post,A\n"]
        {
            assert!(matches!(Delivery::read("a", sensors.as_bytes()).unwrap(), Delivery::Inventory(_)), "{sensors}");
        }
        assert!(Delivery::read("a", b" <x/>").unwrap_err().to_string().contains("FDSNStationXML"));
        for (bytes, expected) in [
            (&b""[..], "a, the whole file: it is empty"),
            (b"\xff", "a, byte 0: expected text in UTF-8"),
            (
                b"x = 1",
                "a, the whole file: expected JSON with detections, observations or hindrances, TOML with a [notice] or an \
                 [agreement], or CSV with sensors, observations or hindrances",
            ),
        ] {
            assert_eq!(Delivery::read("a", bytes).unwrap_err().to_string(), expected);
        }
        assert!(Delivery::read("a", b"{\"detections\": [}").unwrap_err().to_string().starts_with("a, line 1, column "));
        assert!(Delivery::read("a", b"[notice]\nparty = 3\n").unwrap_err().to_string().contains("line 2"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Delivery::read("a", &bytes);
        }

        #[test]
        fn no_json_makes_it_panic(text in r#"[\[{]("[A-Za-z ()-]{0,12}": ?(null|-?[0-9]{1,9}(\.[0-9])?|"[0-9T:-]{0,20}"|\[\]|\{\}),? ?){0,8}[\]}]"#) {
            let _ = Delivery::read("a", text.as_bytes());
        }
    }
}
