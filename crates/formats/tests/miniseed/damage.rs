//! A hundred thousand damaged records for each version: no panic, no standing still, no memory past the payload.
use crate::support::{PEERS_MSEED, Xorshift};
use truceline_formats::miniseed::{self, Payload, Version};
use truceline_model::waveform::Samples;

/// Mutations for each version.
const MUTATIONS: usize = 100_000;

/// Where the CRC of a version 3 record stands.
const CRC: std::ops::Range<usize> = 28..32;

#[test]
fn damaged_records_of_version_2() {
    let (decoded, refused) = mutate(Version::V2, 0x5eed_0002);
    // Damage must reach both sides, or it tests nothing.
    assert!(decoded > MUTATIONS / 10 && refused > MUTATIONS / 10, "{decoded} {refused}");
}

#[test]
fn damaged_records_of_version_3() {
    let (decoded, refused) = mutate(Version::V3, 0x5eed_0003);
    assert!(decoded > MUTATIONS / 10 && refused > MUTATIONS / 10, "{decoded} {refused}");
}

/// How many of the damaged records decoded, and how many refusals there were.
fn mutate(version: Version, seed: u64) -> (usize, usize) {
    let records: Vec<Vec<u8>> = miniseed::records(PEERS_MSEED)
        .map(|record| record.unwrap().1)
        .filter(|record| record.version == version)
        .map(|record| record.bytes().to_vec())
        .collect();
    assert!(records.len() >= 7);
    let mut random = Xorshift(seed);
    let (mut decoded, mut refused) = (0, 0);
    let mut buffer = Vec::new();
    for _ in 0..MUTATIONS {
        let mut bytes = records[random.below(records.len())].clone();
        for _ in 0..=random.below(3) {
            damage(&mut bytes, &records, &mut random);
        }
        if version == Version::V3 && random.below(4) > 0 && bytes.len() >= CRC.end {
            // So that the damage gets past the checksum.
            bytes[CRC].fill(0);
            let crc = crc32c::crc32c(&bytes);
            bytes[CRC].copy_from_slice(&crc.to_le_bytes());
        }
        if random.below(2) == 0 {
            bytes.extend_from_slice(&records[random.below(records.len())]);
        }
        let mut turns = 0;
        for read in miniseed::records(&bytes) {
            turns += 1;
            assert!(turns <= bytes.len(), "it stands still");
            let Ok((at, record)) = read else {
                refused += 1;
                continue;
            };
            assert!(at + record.bytes().len() <= bytes.len());
            assert!(record.rate_hz >= 0.0 && record.rate_hz <= miniseed::MAX_RATE_HZ);
            let length = record.bytes().len();
            match record.payload() {
                Ok(Payload::Samples(samples)) => {
                    decoded += 1;
                    assert_eq!(samples.len(), record.sample_count);
                    assert!(samples.len() <= 2 * length, "more samples than the record can hold");
                    if let Samples::I32(samples) = samples {
                        record.decode_i32(&mut buffer).unwrap();
                        assert_eq!(buffer, samples);
                    }
                }
                Ok(Payload::Text(text)) => assert!(text.len() <= length),
                Ok(Payload::Empty) => {}
                Err(error) => {
                    refused += 1;
                    assert_eq!(error.skip_bytes(), length);
                }
            }
            // The reused buffer is bounded by the record too, also where the samples were refused.
            let _ = record.decode_i32(&mut buffer);
            assert!(buffer.capacity() <= 16_384, "{}", buffer.capacity());
            let _ = record.segment();
        }
    }
    (decoded, refused)
}

/// Flips, sets, inserts, deletes, cuts or splices.
fn damage(bytes: &mut Vec<u8>, records: &[Vec<u8>], random: &mut Xorshift) {
    if bytes.is_empty() {
        return;
    }
    // Half of the damage goes to the header, where it does most.
    let reach = if random.below(2) == 0 { bytes.len().min(64) } else { bytes.len() };
    let at = random.below(reach);
    match random.below(7) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes[at] = random.next() as u8,
        2 => bytes[at] = [0, 0xff, 0x7f, 0x80][random.below(4)],
        3 => {
            let insert: Vec<u8> = (0..=random.below(16)).map(|_| random.next() as u8).collect();
            bytes.splice(at..at, insert);
        }
        4 => {
            let end = (at + 1 + random.below(16)).min(bytes.len());
            bytes.drain(at..end);
        }
        5 => bytes.truncate(at),
        _ => {
            let other = &records[random.below(records.len())];
            let from = random.below(other.len());
            let length = (1 + random.below(64)).min(other.len() - from).min(bytes.len() - at);
            bytes[at..at + length].copy_from_slice(&other[from..from + length]);
        }
    }
}
