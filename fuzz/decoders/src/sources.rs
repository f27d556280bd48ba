//! A file of live sources: it is read, or an error names line and field.
use truceline_formats::sources::{self, Wire};

/// Reads it; whether it was read.
pub fn check(bytes: &[u8]) -> bool {
    let Ok(sources) = sources::read("file", &String::from_utf8_lossy(bytes)) else { return false };
    for source in &sources {
        let Wire::SeedLink(wire) = &source.wire;
        assert!(!source.name.is_empty() && !wire.selections.is_empty());
        assert!(wire.login.is_none() || wire.trust.is_some(), "a secret goes nowhere in the clear");
    }
    true
}

/// The example's file.
pub fn originals() -> Vec<Vec<u8>> {
    vec![crate::file("examples/sources.toml")]
}
