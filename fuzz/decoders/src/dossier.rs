//! A dossier of unknown origin: verified without a key it is never proven, and nothing else happens.
use truceline_evidence::dossier::Dossier;
use truceline_evidence::verification::{Outcome, verify};

/// Verifies it; whether it is a dossier at all.
pub fn check(bytes: &[u8]) -> bool {
    assert!(!matches!(verify(bytes, None).outcome, Outcome::Proven));
    Dossier::parse(bytes).is_ok()
}

/// The golden dossier.
pub fn originals() -> Vec<Vec<u8>> {
    crate::files("crates/evidence/golden", "tldoss")
}
