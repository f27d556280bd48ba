//! Fields of a record as salted commitments in a small tree, so that some can be shown and others withheld.
//!
//! # Form
//! A field is a path and a value. Its commitment is
//! SHA-256(`truceline-field-1` || canonical `[path, salt, value]`), with a salt of 32 bytes of its own; the commitments, by
//! ascending path, are the leaves of an RFC 6962 tree ([`crate::merkle`]), and a station signs root and count in its
//! [frame](crate::frame). Whoever is shown a field recomputes its commitment and follows its proof; of a field that is not
//! shown nothing can be learnt, since a salt must be guessed with its value: a place on a map has few values, a salt has
//! 2^256. (SD-JWT, RFC 9901, is the same construction; here it is binary and a tree.)
//!
//! # Withholding a place
//! [`place_fields`] states a place twice under one root: exactly, as [`PLACE`], and as the [`Cell`] that holds it, as
//! [`CELL`]. A dossier that shows the cell alone proves that the station itself said, before anybody asked, that it stands
//! there. Whoever is shown both checks that one lies in the other ([`Disclosure::check`] does).
pub mod file;

use crate::Error;
use crate::leaf::leaf_hash;
use crate::merkle::{MAX_INCLUSION_HASHES, Tree, verify_inclusion};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use truceline_model::canonical::{self, Bytes};
use truceline_model::canonical_map;
use truceline_model::hash::Hash;
use truceline_model::place::Place;

/// The most fields of one record: a station states some ten.
pub const MAX_FIELDS: usize = 64;

/// The longest path, in bytes.
pub const MAX_PATH_BYTES: usize = 64;

/// The longest value, in bytes: a line of text. What is longer is a payload.
pub const MAX_VALUE_BYTES: usize = 1_024;

/// The path of an exact place; its value is a canonical [`Place`].
pub const PLACE: &str = "place";

/// The path of the cell that holds the place; its value is a canonical [`Cell`].
pub const CELL: &str = "place.cell";

/// What a commitment's bytes begin with, so that they are no other thing's.
const DOMAIN: &[u8] = b"truceline-field-1";

/// What a station signs for its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields {
    /// The root over their commitments.
    pub root: Hash,
    /// How many there are: what is withheld is counted.
    pub count: u64,
}

canonical_map!(Fields { "root" => root, "count" => count });

/// A box of latitude and longitude, as coarse as the station chose. Its edges belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The edge of lowest latitude and longitude.
    pub low: Place,
    /// The edge of highest latitude and longitude.
    pub high: Place,
}

canonical_map!(Cell { "low" => low, "high" => high });

impl Cell {
    /// The cell of a grid of `step_e7` (1e-7 degrees, at least 1) that holds a place.
    #[must_use]
    pub fn holding(place: Place, step_e7: i32) -> Self {
        let low = |e7: i32| e7.div_euclid(step_e7.max(1)).saturating_mul(step_e7.max(1));
        let low = Place { lat_e7: low(place.lat_e7), lon_e7: low(place.lon_e7) };
        let high = |e7: i32| e7.saturating_add(step_e7.max(1));
        Self { low, high: Place { lat_e7: high(low.lat_e7), lon_e7: high(low.lon_e7) } }
    }

    /// Whether a place lies in it.
    #[must_use]
    pub fn holds(&self, place: Place) -> bool {
        (self.low.lat_e7..=self.high.lat_e7).contains(&place.lat_e7)
            && (self.low.lon_e7..=self.high.lon_e7).contains(&place.lon_e7)
    }
}

/// The two fields of a place: exact, and the cell of `step_e7` that holds it.
#[must_use]
pub fn place_fields(place: Place, step_e7: i32) -> Vec<(String, Vec<u8>)> {
    let cell = Cell::holding(place, step_e7);
    vec![(PLACE.to_owned(), canonical::to_bytes(&place)), (CELL.to_owned(), canonical::to_bytes(&cell))]
}

/// A field with what proves it under the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What it is.
    pub path: String,
    /// Its salt.
    pub salt: [u8; 32],
    /// Its value, canonical bytes.
    pub value: Bytes,
    /// Its place among the fields.
    pub index: u64,
    /// The inclusion proof, from the leaf upward.
    pub proof: Vec<Hash>,
}

canonical_map!(Shown { "path" => path, "salt" => salt, "index" => index, "proof" => proof, "value" => value });

/// Some fields of one record; the others stay withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// What is shown, by ascending index.
    pub shown: Vec<Shown>,
}

canonical_map!(Disclosure { "shown" => shown });

/// All fields of a record with their secret: what the station keeps.
#[derive(Debug, Clone)]
pub struct Sealing {
    fields: Vec<(String, Vec<u8>)>,
    secret: [u8; 32],
    tree: Tree,
}

impl Sealing {
    /// Seals fields, in any order. Each salt is HMAC-SHA256(`secret`, path); whoever destroys the secret can show nothing
    /// any more. A secret is one record's: with one for all, equal fields would show as equal.
    ///
    /// # Errors
    /// If there are none or over [`MAX_FIELDS`], a path or value is over its bound, or a path comes twice.
    pub fn new(mut fields: Vec<(String, Vec<u8>)>, secret: [u8; 32]) -> Result<Self, Error> {
        fields.sort();
        if fields.is_empty() || fields.len() > MAX_FIELDS {
            return Err(Error::over_limit(format!("{} fields of a record, expected 1 to {MAX_FIELDS}", fields.len())));
        }
        if let Some(pair) = fields.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(Error::malformed(format!("the field {:?} is stated twice", pair[0].0)));
        }
        let mut tree = Tree::new();
        for (path, value) in &fields {
            check_field(path, value)?;
            tree.append(leaf_hash(commitment(path, &salt(&secret, path), value)));
        }
        Ok(Self { fields, secret, tree })
    }

    /// What the station signs.
    #[must_use]
    pub fn fields(&self) -> Fields {
        Fields { root: self.tree.root(), count: self.tree.size() }
    }

    /// Shows the fields of these paths.
    ///
    /// # Errors
    /// If there is no such field.
    pub fn show(&self, paths: &[&str]) -> Result<Disclosure, Error> {
        let mut shown = Vec::with_capacity(paths.len());
        for path in paths {
            let at = self.fields.binary_search_by(|(held, _)| held.as_str().cmp(path));
            let at = at.map_err(|_| Error::out_of_range(format!("there is no field {path:?} in the record")))?;
            let (path, value) = &self.fields[at];
            shown.push(Shown {
                path: path.clone(),
                salt: salt(&self.secret, path),
                value: Bytes(value.clone()),
                index: at as u64,
                proof: self.tree.inclusion_proof(at as u64, self.tree.size())?,
            });
        }
        shown.sort_by_key(|field| field.index);
        shown.dedup_by_key(|field| field.index);
        Ok(Disclosure { shown })
    }
}

impl Disclosure {
    /// Checks every field that is shown against what the station signed, and says how many are withheld. Paths must ascend
    /// with the indices; of a place and a cell that are both shown one must lie in the other.
    ///
    /// # Errors
    /// If a field is not under the root, is over a bound, or contradicts another.
    pub fn check(&self, signed: &Fields) -> Result<u64, Error> {
        if signed.count > MAX_FIELDS as u64 || self.shown.len() as u64 > signed.count {
            let shown = self.shown.len();
            return Err(Error::over_limit(format!(
                "{shown} fields shown of {}, at most {MAX_FIELDS} are signed",
                signed.count
            )));
        }
        if !self.shown.is_sorted_by(|a, b| a.index < b.index && a.path < b.path) {
            return Err(Error::malformed("the fields do not stand by ascending index and path, each once"));
        }
        for field in &self.shown {
            check_field(&field.path, &field.value.0)?;
            if field.proof.len() > MAX_INCLUSION_HASHES {
                return Err(Error::over_limit(format!("the proof of the field {:?} is too long", field.path)));
            }
            let leaf = leaf_hash(commitment(&field.path, &field.salt, &field.value.0));
            verify_inclusion(leaf, field.index, signed.count, &field.proof, signed.root)
                .map_err(|_| Error::false_proof(format!("the field {:?} is not what was signed", field.path)))?;
        }
        if let (Some(place), Some(cell)) = (self.value::<Place>(PLACE)?, self.value::<Cell>(CELL)?)
            && !cell.holds(place)
        {
            return Err(Error::malformed(format!("the {PLACE} does not lie in the {CELL} that was signed with it")));
        }
        Ok(signed.count - self.shown.len() as u64)
    }

    /// The value of a field, if it is shown. As good as [`check`](Self::check).
    ///
    /// # Errors
    /// If its bytes are not such a value.
    pub fn value<T: canonical::Canonical>(&self, path: &str) -> Result<Option<T>, Error> {
        let Some(field) = self.shown.iter().find(|field| field.path == path) else { return Ok(None) };
        let read = canonical::from_bytes(&field.value.0);
        read.map(Some).map_err(|error| Error::malformed(format!("the field {path:?}, {error}")))
    }
}

fn check_field(path: &str, value: &[u8]) -> Result<(), Error> {
    if path.is_empty() || path.len() > MAX_PATH_BYTES || path.chars().any(char::is_control) {
        return Err(Error::malformed(format!(
            "a field's path has {} bytes, expected 1 to {MAX_PATH_BYTES} without control characters",
            path.len()
        )));
    }
    if value.len() > MAX_VALUE_BYTES {
        return Err(Error::over_limit(format!(
            "the field {path:?} has {} bytes, at most {MAX_VALUE_BYTES} are sealed",
            value.len()
        )));
    }
    Ok(())
}

fn salt(secret: &[u8; 32], path: &str) -> [u8; 32] {
    // A key of 32 bytes is within HMAC's block of 64, filled with zeros (RFC 2104).
    let mut block = [0; 64];
    block[..32].copy_from_slice(secret);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(path.as_bytes());
    mac.finalize().into_bytes().into()
}

fn commitment(path: &str, salt: &[u8; 32], value: &[u8]) -> Hash {
    let bytes = canonical::to_bytes(&(path.to_owned(), *salt, Bytes(value.to_vec())));
    Hash::of_parts(&[DOMAIN, &bytes])
}

#[cfg(test)]
mod tests;
