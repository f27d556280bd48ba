//! A stream of records: it is read or refused, reading goes on, and no record asks for more than its bytes can hold.
use truceline_formats::miniseed::{MAX_RECORD_BYTES, Next, Payload, read_record, records};

/// Where the checksum of a version 3 record stands.
const CRC: std::ops::Range<usize> = 28..32;

/// Reads all records, as a stream and as a file; whether one was read.
pub fn check(bytes: &[u8]) -> bool {
    let mut good = false;
    for at_end in [false, true] {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = match read_record(rest, at_end) {
                Ok(Next::Record(record)) => {
                    match record.payload() {
                        Ok(Payload::Samples(samples)) => {
                            good = true;
                            assert_eq!(samples.len(), record.sample_count);
                            assert!(samples.len() <= 2 * record.bytes().len());
                        }
                        Ok(Payload::Text(text)) => assert_eq!(text.len(), record.sample_count),
                        Ok(Payload::Empty) => assert_eq!(record.sample_count, 0),
                        Err(error) => assert_eq!(error.skip_bytes(), record.bytes().len()),
                    }
                    record.bytes().len()
                }
                Ok(Next::More(needed)) => {
                    assert!(!at_end && needed > rest.len() && needed <= MAX_RECORD_BYTES);
                    break;
                }
                Err(error) => error.skip_bytes(),
            };
            assert!(taken > 0 && taken <= rest.len());
            rest = &rest[taken..];
        }
    }
    good
}

/// Records of both versions, one by one.
pub fn originals() -> Vec<Vec<u8>> {
    let mut originals = Vec::new();
    for file in crate::files("crates/formats/tests/data/miniseed", "mseed") {
        originals.extend(records(&file).flatten().map(|(_, record)| record.bytes().to_vec()));
    }
    originals
}

/// Puts the checksum of a version 3 record right.
pub fn seal(bytes: &mut [u8]) {
    if bytes.starts_with(b"MS\x03") && bytes.len() >= CRC.end {
        bytes[CRC].fill(0);
        let crc = crc32c::crc32c(bytes);
        bytes[CRC].copy_from_slice(&crc.to_le_bytes());
    }
}
