//! Files with the secret keys of stations and people: 64 hexadecimal digits that only their owner can read.
use crate::error::NodeError;
use crate::store::{random, write_secret};
use std::fs;
use std::path::Path;
use truceline_evidence::keys::KeyPair;
use truceline_model::hash::Hash;

/// Makes a new key and writes it to a file that does not exist yet.
///
/// # Errors
/// If the file exists or cannot be written.
pub fn create(path: &Path) -> Result<KeyPair, NodeError> {
    let seed = random()?;
    write_secret(path, &seed)?;
    Ok(KeyPair::from_seed(&seed))
}

/// Reads a key.
///
/// # Errors
/// If the file cannot be read or holds no key.
pub fn read(path: &Path) -> Result<KeyPair, NodeError> {
    let text = fs::read_to_string(path).map_err(|error| NodeError::io(path, "read the key", &error))?;
    let seed = Hash::from_hex(text.trim())
        .ok_or_else(|| NodeError::other(format!("{}: expected 64 hexadecimal digits", path.display())))?;
    Ok(KeyPair::from_seed(&seed.0))
}
