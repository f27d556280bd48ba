//! A file of places of unknown origin: distinct channels with possible positions, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline_formats::array_places::{self, Position};

fuzz_target!(|bytes: &[u8]| {
    let Ok(elements) = array_places::read("file", bytes) else { return };
    assert!(elements.len() <= array_places::LINES_MAX);
    for element in &elements {
        assert!(!element.channel.is_empty());
        if let Position::Local { x_m, y_m, z_m } = element.position {
            assert!([x_m, y_m, z_m].iter().all(|metres| metres.abs() <= 1e6));
        }
    }
});
