//! What the tests of miniSEED share.
use std::path::PathBuf;
use truceline_formats::miniseed::{Payload, Record, RecordError};
use truceline_model::waveform::Samples;

/// The folder of files from outside; `None` where there is none and it is not required.
pub(crate) fn formats_folder() -> Option<PathBuf> {
    match std::env::var_os("TRUCELINE_DATA") {
        Some(folder) => Some(PathBuf::from(folder).join("formats")),
        None => {
            assert!(
                std::env::var_os("TRUCELINE_REQUIRE_DATA").is_none(),
                "TRUCELINE_REQUIRE_DATA is set, so TRUCELINE_DATA must name the folder of test data"
            );
            None
        }
    }
}

pub(crate) fn read_file(path: &std::path::Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The offset from which [`fold`] starts.
pub(crate) const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(number: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(number, |number, byte| (number ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Adds a record to the number of `reference.rs`.
pub(crate) fn fold(number: u64, record: &Record<'_>) -> Result<u64, RecordError> {
    let flags = u8::from(record.clock.questionable == Some(true)) * 2 + u8::from(record.clock.locked == Some(true)) * 4;
    let mut number = fnv(number, record.source.to_string().as_bytes());
    number = fnv(number, &record.start.0.to_le_bytes());
    number = fnv(number, &record.rate_hz.to_le_bytes());
    number = fnv(number, &(record.sample_count as u32).to_le_bytes());
    number = fnv(number, &(record.bytes().len() as u32).to_le_bytes());
    number = fnv(number, &[record.encoding.code(), record.publication_version, flags]);
    Ok(match record.payload()? {
        Payload::Empty => number,
        Payload::Text(text) => fnv(number, text),
        Payload::Samples(Samples::I32(samples)) => samples.iter().fold(number, |n, s| fnv(n, &s.to_le_bytes())),
        Payload::Samples(Samples::F32(samples)) => samples.iter().fold(number, |n, s| fnv(n, &s.to_le_bytes())),
        Payload::Samples(Samples::F64(samples)) => samples.iter().fold(number, |n, s| fnv(n, &s.to_le_bytes())),
    })
}

/// Our own records of all encodings, in both versions and byte orders.
pub(crate) const PEERS_MSEED: &[u8] = include_bytes!("../data/miniseed/peers.mseed");

/// Marsaglia's xorshift: the mutations are the same on every machine.
pub(crate) struct Xorshift(pub(crate) u64);

impl Xorshift {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Below `bound`, which is above 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}
