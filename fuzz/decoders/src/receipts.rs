//! Relays' files of receipts and frames, of unknown origin.
use truceline_evidence::frame;
use truceline_evidence::keys::KeyPair;
use truceline_evidence::receipt::{self, Relayed, Row};
use truceline_model::time::Time;

/// Reads it; whether anything of it was read. What is read writes itself.
pub fn check(bytes: &[u8]) -> bool {
    let mut again = receipt::MAGIC.to_vec();
    let mut items = 0;
    for read in receipt::read(bytes) {
        let Ok((range, item)) = read else { break };
        assert_eq!(range.start, again.len());
        match item {
            Relayed::Receipt(sealed) => {
                assert!(sealed.receipt().is_ok());
                receipt::write(&mut again, &sealed);
            }
            Relayed::Frame(read) => frame::write(&mut again, &read.sealed, read.payload.as_deref()),
        }
        assert_eq!(range.end, again.len());
        items += 1;
    }
    assert!(items == 0 || bytes.starts_with(&again));
    items > 0
}

/// A receipt for both frames of a station, and one for each.
pub fn originals() -> Vec<Vec<u8>> {
    let key = KeyPair::from_seed(&[9; 32]);
    let frames: Vec<_> = frame::read(&crate::frames::originals()[0]).filter_map(|read| Some(read.ok()?.1)).collect();
    let sealed: Vec<_> = frames.iter().map(|frame| frame.sealed.clone()).collect();
    let clock = frames[0].frame.clock;
    [1, 2]
        .map(|batch| {
            let mut row = Row::after(None, "R01", &key, clock);
            let mut file = receipt::MAGIC.to_vec();
            for (given, frames) in sealed.chunks(batch).zip(frames.chunks(batch)) {
                receipt::write(&mut file, &row.give(given, Time(1_700_000_001_000_000_000), None, &key));
                for one in frames {
                    frame::write(&mut file, &one.sealed, one.payload.as_deref());
                }
            }
            file
        })
        .to_vec()
}
