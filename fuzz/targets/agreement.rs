//! An agreement's text: it is read, or an error names what was wrong.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline_accord::Agreement;

fuzz_target!(|text: &str| {
    if let Ok(agreement) = Agreement::read(text) {
        assert!(agreement.p_min > 0.0 && agreement.p_min < 1.0);
        assert!(agreement.in_force.windows(2).all(|pair| pair[0].to < pair[1].from));
    }
});
