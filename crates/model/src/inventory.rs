//! An inventory: which sensors there are, whose they are, and where they stand.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use crate::measurement::SensorKind;
use crate::place::Place;
use crate::report::MAX_NAME_BYTES;
use crate::{canonical_map, canonical_names, journal_entry};

/// The most sites of one inventory: with the longest names they take 0.9 MB, which an entry holds.
pub const MAX_INVENTORY_SITES: usize = 2_000;

/// Elevations lie within these, cm: from the deepest sea to a balloon.
const ELEVATION_CM: std::ops::RangeInclusive<i32> = -1_200_000..=6_000_000;

/// Where a sensor stands. The newest that is registered of an id holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SensorSite {
    /// The channel's identifier as waveforms have it, or the name of a source.
    pub id: String,
    /// Who could make it lie: the unit of independence.
    pub owner: String,
    /// What it is.
    pub kind: SensorKind,
    /// Where it stands.
    pub place: Place,
    /// Its height above the sea, cm.
    pub elevation_cm: i32,
    /// The array that it is an element of.
    pub array: Option<String>,
}

canonical_map!(SensorSite {
    "id" => id,
    "kind" => kind,
    "array" => array,
    "owner" => owner,
    "place" => place,
    "elevation_cm" => elevation_cm,
});

canonical_names!(SensorKind {
    "seismometer" => Seismometer,
    "seismic array" => SeismicArray,
    "infrasound array" => InfrasoundArray,
    "microphone" => Microphone,
    "microphone array" => MicrophoneArray,
    "optical" => Optical,
    "satellite" => Satellite,
    "observer" => Observer,
});

/// Sites, one for each id, in ascending order of the ids; effective from its registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    sites: Vec<SensorSite>,
}

impl Inventory {
    /// From sites in any order.
    ///
    /// # Errors
    /// Which site cannot be, and why: none or too many of them, a name that is empty, longer than [`MAX_NAME_BYTES`] or
    /// with control characters, an id that comes twice, a place outside the globe.
    pub fn new(mut sites: Vec<SensorSite>) -> Result<Self, String> {
        sites.sort_by(|a, b| a.id.cmp(&b.id));
        Self::of_sorted(sites)
    }

    /// The sites, by their ids ascending.
    #[must_use]
    pub fn sites(&self) -> &[SensorSite] {
        &self.sites
    }

    fn of_sorted(sites: Vec<SensorSite>) -> Result<Self, String> {
        if sites.is_empty() || sites.len() > MAX_INVENTORY_SITES {
            return Err(format!("{} sensors, expected 1 to {MAX_INVENTORY_SITES} in one inventory", sites.len()));
        }
        for (at, site) in sites.iter().enumerate() {
            if let Some(why) = site.problem() {
                return Err(format!("sensor {:?}: {why}", site.id.chars().take(MAX_NAME_BYTES).collect::<String>()));
            }
            if at > 0 && sites[at - 1].id >= site.id {
                return Err(format!("sensor {:?}: each id once, in ascending order", site.id));
            }
        }
        Ok(Self { sites })
    }
}

impl SensorSite {
    /// Why it cannot be.
    fn problem(&self) -> Option<String> {
        let names = [("id", Some(&self.id)), ("owner", Some(&self.owner)), ("array", self.array.as_ref())];
        for (what, name) in names.into_iter().filter_map(|(what, name)| Some((what, name?))) {
            if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
                let bytes = name.len();
                let expected = format!("1 to {MAX_NAME_BYTES} without control characters");
                return Some(format!("the {what} has {bytes} bytes, expected {expected}"));
            }
        }
        let Place { lat_e7, lon_e7 } = self.place;
        let on_globe = lat_e7.unsigned_abs() <= 900_000_000 && lon_e7.unsigned_abs() <= 1_800_000_000;
        if !on_globe {
            return Some("its place is not on the globe".to_owned());
        }
        (!ELEVATION_CM.contains(&self.elevation_cm))
            .then(|| format!("elevation {} cm, expected {ELEVATION_CM:?}", self.elevation_cm))
    }
}

/// A map of one key; what [`Inventory::new`] refuses is no inventory.
impl Canonical for Inventory {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.map(1);
        encoder.text("sites");
        self.sites.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decoder.map(1)?;
        decoder.key("sites")?;
        let at = decoder.offset();
        let sites = Vec::decode(decoder).map_err(|error| error.within("sites"))?;
        Self::of_sorted(sites).map_err(|_| DecodeError::new(at, "possible sites, each id once, ascending"))
    }
}

journal_entry!(Inventory, "inventory", 1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry;

    fn site(id: &str) -> SensorSite {
        SensorSite {
            id: id.into(),
            owner: "one".into(),
            kind: SensorKind::InfrasoundArray,
            place: Place { lat_e7: 394_727_000, lon_e7: -1_107_403_000 },
            elevation_cm: 190_000,
            array: Some("BRP".into()),
        }
    }

    #[test]
    fn any_order_of_sites_has_the_same_bytes() {
        let bytes = |ids: &[&str]| entry::to_bytes(&Inventory::new(ids.iter().map(|id| site(id)).collect()).unwrap());
        assert_eq!(bytes(&["b", "a", "c"]), bytes(&["c", "b", "a"]));
        let back: Inventory = entry::from_bytes(&bytes(&["b", "a"])).unwrap();
        assert_eq!(back.sites().iter().map(|site| site.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn what_cannot_be_is_refused_by_name_and_not_decoded() {
        type Spoil = fn(&mut SensorSite);
        let cases: [(Spoil, &str); 6] = [
            (|site| site.id = String::new(), "sensor \"\": the id has 0 bytes, expected 1 to 120"),
            (|site| site.owner = "x".repeat(121), "the owner has 121 bytes"),
            (|site| site.array = Some("a\nb".into()), "the array has 3 bytes"),
            (|site| site.place.lat_e7 = 900_000_001, "not on the globe"),
            (|site| site.elevation_cm = 6_000_001, "elevation 6000001 cm"),
            (|site| site.id = "a".into(), "each id once"),
        ];
        for (spoil, expected) in cases {
            let mut sites = vec![site("a"), site("b")];
            spoil(&mut sites[1]);
            let error = Inventory::new(sites.clone()).unwrap_err();
            assert!(error.contains(expected), "{error}");
            let bytes = entry::to_bytes(&Inventory { sites });
            assert!(entry::from_bytes::<Inventory>(&bytes).is_err(), "{expected}");
        }
        assert!(Inventory::new(vec![]).is_err());
        let many = (0..=MAX_INVENTORY_SITES).map(|n| site(&n.to_string())).collect();
        assert!(Inventory::new(many).unwrap_err().starts_with("2001 sensors"));
        assert!(
            entry::from_bytes::<Inventory>(&entry::to_bytes(&Inventory { sites: vec![site("b"), site("a")] })).is_err()
        );
    }

    #[test]
    fn the_largest_inventory_fits_an_entry() {
        let long = |n: usize| SensorSite {
            id: format!("{n:0120}"),
            owner: "x".repeat(120),
            array: Some("y".repeat(120)),
            elevation_cm: -1_200_000,
            ..site("")
        };
        let largest = Inventory::new((0..MAX_INVENTORY_SITES).map(long).collect()).unwrap();
        assert!(entry::to_bytes(&largest).len() <= entry::MAX_ENTRY_BYTES);
    }
}
