//! What a station states of itself in salted fields: the arguments of `seal`, and of `disclose` again.
use anyhow::{Result, anyhow};
use clap::Args;
use truceline_evidence::fields::{Sealing, place_fields};
use truceline_evidence::frame::Frame;
use truceline_evidence::keys::KeyPair;
use truceline_model::canonical;
use truceline_model::place::Place;

/// The fields that a station seals.
#[derive(Debug, Args)]
pub(crate) struct FieldArguments {
    /// Where the station stands: sealed exactly, and as a cell that can be shown without the place
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    place: Option<String>,
    /// How wide that cell is, degrees
    #[arg(long, value_name = "DEGREES", default_value_t = 0.1, requires = "place")]
    cell_deg: f64,
    /// Something else that it states of itself
    #[arg(long = "field", value_name = "NAME=TEXT")]
    texts: Vec<String>,
}

impl FieldArguments {
    /// The fields that are stated, by path; none where nothing is.
    pub(crate) fn fields(&self) -> Result<Vec<(String, Vec<u8>)>> {
        let mut fields = match &self.place {
            None => Vec::new(),
            Some(text) => place_fields(place(text)?, self.cell_e7()?),
        };
        for text in &self.texts {
            let (name, value) = text.split_once('=').ok_or_else(|| anyhow!("--field {text:?}: expected NAME=TEXT"))?;
            fields.push((name.to_owned(), canonical::to_bytes(&value.to_owned())));
        }
        Ok(fields)
    }

    fn cell_e7(&self) -> Result<i32> {
        let inside = (0.001..=10.0).contains(&self.cell_deg);
        let cell_e7 = inside.then(|| (self.cell_deg * 1e7).round() as i32);
        cell_e7.ok_or_else(|| anyhow!("--cell-deg {}: expected 0.001 to 10 degrees", self.cell_deg))
    }
}

/// Fields as they are sealed in a frame, the number and predecessor of which stand.
pub(crate) fn sealing(fields: &[(String, Vec<u8>)], key: &KeyPair, frame: &Frame) -> Result<Sealing> {
    Ok(Sealing::new(fields.to_vec(), key.field_secret(frame.sequence, frame.previous))?)
}

fn place(text: &str) -> Result<Place> {
    let expected = || anyhow!("--place {text:?}: expected LON,LAT such as 37.2,48.3; longitude comes first");
    let (lon, lat) = text.split_once(',').ok_or_else(expected)?;
    let degrees = |text: &str| text.trim().parse::<f64>().map_err(|_| expected());
    Place::from_degrees(degrees(lat)?, degrees(lon)?).ok_or_else(expected)
}
