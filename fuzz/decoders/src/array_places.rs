//! A file of the places of an array's elements: distinct channels with possible positions, or an error.
use truceline_formats::array_places::{self, Position};

/// Reads it; whether it was read.
pub fn check(bytes: &[u8]) -> bool {
    let Ok(elements) = array_places::read("file", bytes) else { return false };
    assert!(elements.len() <= array_places::LINES_MAX);
    for element in &elements {
        assert!(!element.channel.is_empty());
        if let Position::Local { x_m, y_m, z_m } = element.position {
            assert!([x_m, y_m, z_m].iter().all(|metres| metres.abs() <= 1e6));
        }
    }
    true
}

/// Two small files of our own, one for each frame.
pub fn originals() -> Vec<Vec<u8>> {
    [
        "channel,lon,lat,elevation_m\nFDSN:XX_A1__B_D_F,-110.7403,39.4727,1900\nFDSN:XX_A2__B_D_F,-110.7391,39.4732,1902.5\n",
        "channel,x_m,y_m,z_m\nA,0,0,0\nB,-12.5,31,0.5\nC,7,-22,1\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}
