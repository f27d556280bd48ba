//! Which engine this is.
use truceline_model::hash::Hash;

/// SHA-256 over the sources of model, formats, science, accord and engine, over Cargo.lock, the compiler's version
/// and the target. Computed when this crate is built.
#[must_use]
pub fn engine_id() -> Hash {
    // The build script wrote 64 digits; were it not so, no epoch would match and nothing would be derived.
    Hash::from_hex(env!("TRUCELINE_ENGINE_ID")).unwrap_or(Hash([0; 32]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_build_named_the_engine() {
        assert_ne!(super::engine_id().0, [0; 32]);
    }
}
