//! A configuration file: it is read, or an error names what was wrong.
use truceline_formats::configuration;

/// Reads it; whether it was read.
pub fn check(bytes: &[u8]) -> bool {
    configuration::read("file", &String::from_utf8_lossy(bytes)).is_ok()
}

/// The shipped configuration.
pub fn originals() -> Vec<Vec<u8>> {
    vec![configuration::DEFAULT.as_bytes().to_vec()]
}
