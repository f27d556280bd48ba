//! An agreement's text: it is read, or an error names what was wrong.
use truceline_accord::Agreement;

/// Reads it; whether it was read.
pub fn check(bytes: &[u8]) -> bool {
    let Ok(agreement) = Agreement::read(&String::from_utf8_lossy(bytes)) else { return false };
    assert!(agreement.p_min > 0.0 && agreement.p_min < 1.0);
    assert!(agreement.in_force.windows(2).all(|pair| pair[0].to < pair[1].from));
    true
}

/// The example's agreement.
pub fn originals() -> Vec<Vec<u8>> {
    vec![crate::file("examples/utah-2004/agreement.toml")]
}
