//! Recordings outside the repository, and the peers' reading of our own small files.
#![allow(dead_code)]

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::path::PathBuf;
use truceline_model::waveform::{Samples, Segment};

/// A file below the folder of test data; `None` where there is no such folder and it is not required.
pub(crate) fn recording(path: &str) -> Option<Vec<u8>> {
    let path = recording_path(path)?;
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// Where that file stands.
pub(crate) fn recording_path(path: &str) -> Option<PathBuf> {
    match std::env::var_os("TRUCELINE_DATA") {
        Some(folder) => Some(PathBuf::from(folder).join(path)),
        None => {
            assert!(
                std::env::var_os("TRUCELINE_REQUIRE_DATA").is_none(),
                "TRUCELINE_REQUIRE_DATA is set, so TRUCELINE_DATA must name the folder of test data"
            );
            None
        }
    }
}

/// A file of our own under `tests/data`.
pub(crate) fn own(path: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a peer reads from one channel of a file of ours; see `tests/data/README.md`.
#[derive(Debug, Deserialize)]
pub(crate) struct Reference {
    pub(crate) file: String,
    pub(crate) id: Option<String>,
    pub(crate) start_ns: Option<i64>,
    pub(crate) rate_hz: f64,
    #[serde(deserialize_with = "exact")]
    pub(crate) samples: Vec<f64>,
}

/// Numbers to the last bit: `serde_json` by itself may be one unit in the last place off.
fn exact<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let texts = Vec::<Box<RawValue>>::deserialize(deserializer)?;
    texts.iter().map(|text| text.get().parse().map_err(D::Error::custom)).collect()
}

/// The peer's reading of all channels of one file, in order.
pub(crate) fn references(file: &str) -> Vec<Reference> {
    let all: Vec<Reference> = serde_json::from_slice(&own("waveforms.json")).unwrap();
    let of_file: Vec<Reference> = all.into_iter().filter(|reference| reference.file == file).collect();
    assert!(!of_file.is_empty(), "no reference of {file}");
    of_file
}

/// All samples as `f64`.
pub(crate) fn values(segment: &Segment) -> Vec<f64> {
    let mut values = Vec::new();
    segment.samples.extend_f64(&mut values);
    values
}

/// The bytes that samples take in memory.
pub(crate) fn bytes_of(samples: &Samples) -> usize {
    match samples {
        Samples::I32(samples) => samples.capacity() * 4,
        Samples::F32(samples) => samples.capacity() * 4,
        Samples::F64(samples) => samples.capacity() * 8,
    }
}
