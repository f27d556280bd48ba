//! Where a miniSEED record ends and which station it is of, from its header alone.
//!
//! The record may be damaged otherwise: then it is still passed on whole, and whoever decodes it refuses it without
//! the stream being lost. [`crate::miniseed`] decodes.
use super::{RecordLength, Records};

/// The fixed headers.
const V2_HEADER_BYTES: usize = 48;
const V3_HEADER_BYTES: usize = 40;

/// The blockette that says the length, and its bytes.
const DATA_ONLY: u16 = 1000;
const DATA_ONLY_BYTES: usize = 8;

/// The lengths of miniSEED 2 records, as powers of two: 128 bytes to 1 MiB.
const EXPONENTS: std::ops::RangeInclusive<u8> = 7..=20;

/// The longest record that does not say its length; see [`crate::miniseed::MAX_UNDECLARED_BYTES`].
const UNDECLARED_BYTES_MAX: usize = 1 << 16;

/// The header of a SeedLink 3.1 packet.
const PACKET_HEADER_BYTES: usize = 8;

/// miniSEED 2 and 3.
///
/// A record of miniSEED 2 without blockette 1000 does not say its length: it ends where the next packet's header
/// stands, at a power of two, so it is passed on only when the next packet has begun.
#[derive(Debug, Clone, Copy, Default)]
pub struct MiniSeed;

impl Records for MiniSeed {
    fn length(&self, bytes: &[u8]) -> RecordLength {
        const SIGNATURE_3: &[u8] = b"MS\x03";
        if bytes.len() < SIGNATURE_3.len() && SIGNATURE_3.starts_with(bytes) {
            RecordLength::Unknown
        } else if bytes.starts_with(SIGNATURE_3) {
            length_3(bytes)
        } else {
            length_2(bytes)
        }
    }

    fn station(&self, record: &[u8]) -> Option<String> {
        let (network, station) = if record.starts_with(b"MS\x03") {
            let name = record.get(V3_HEADER_BYTES..)?.get(..usize::from(*record.get(33)?))?;
            let mut codes = std::str::from_utf8(name).ok()?.strip_prefix("FDSN:")?.split('_');
            (codes.next()?, codes.next()?)
        } else {
            let text = |from: usize, to: usize| std::str::from_utf8(record.get(from..to)?).ok();
            (text(18, 20)?, text(8, 13)?)
        };
        // Codes are padded with blanks, by some with zeros.
        let plain = |code: &str| code.trim_matches([' ', '\0']).to_owned();
        let (network, station) = (plain(network), plain(station));
        let is_code = |code: &String| code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (is_code(&network) && is_code(&station)).then(|| format!("{network}_{station}"))
    }
}

fn length_3(bytes: &[u8]) -> RecordLength {
    let Some(header) = bytes.get(..V3_HEADER_BYTES) else { return RecordLength::Unknown };
    let name = u64::from(header[33]);
    let extra = u64::from(u16::from_le_bytes([header[34], header[35]]));
    let data = u64::from(u32::from_le_bytes([header[36], header[37], header[38], header[39]]));
    match usize::try_from(V3_HEADER_BYTES as u64 + name + extra + data) {
        Ok(length) => RecordLength::Bytes(length),
        Err(_) => RecordLength::NotARecord,
    }
}

fn length_2(bytes: &[u8]) -> RecordLength {
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b' ' || *byte == 0;
    let kinds: [&dyn Fn(&u8) -> bool; 8] = [
        &is_number,
        &is_number,
        &is_number,
        &is_number,
        &is_number,
        &is_number,
        &|byte| b"DRQM".contains(byte),
        &|byte| *byte == b' ' || *byte == 0,
    ];
    if !bytes.iter().zip(kinds).all(|(byte, is_right)| is_right(byte)) {
        return RecordLength::NotARecord;
    }
    let Some(header) = bytes.get(..V2_HEADER_BYTES) else { return RecordLength::Unknown };
    // The order in which the year is one: the header does not say it otherwise.
    let big_endian = (1900..=2100).contains(&u16::from_be_bytes([header[20], header[21]]));
    let u16_of = |pair: &[u8]| match big_endian {
        true => u16::from_be_bytes([pair[0], pair[1]]),
        false => u16::from_le_bytes([pair[0], pair[1]]),
    };
    let mut at = usize::from(u16_of(&header[46..48]));
    let mut least = V2_HEADER_BYTES;
    for _ in 0..header[39] {
        // The chain goes forward or it ends, so this does too.
        if at < least {
            break;
        }
        let Some(blockette) = bytes.get(at..at + DATA_ONLY_BYTES) else { return RecordLength::Unknown };
        if u16_of(blockette) == DATA_ONLY {
            return match blockette[6] {
                exponent if EXPONENTS.contains(&exponent) => RecordLength::Bytes(1 << exponent),
                _ => RecordLength::NotARecord,
            };
        }
        least = at + 4;
        at = usize::from(u16_of(&blockette[2..4]));
    }
    undeclared(bytes)
}

fn undeclared(bytes: &[u8]) -> RecordLength {
    let mut length = 1 << EXPONENTS.start();
    while length <= UNDECLARED_BYTES_MAX {
        match bytes.get(length..length + PACKET_HEADER_BYTES) {
            None => return RecordLength::Unknown,
            Some(header) if is_packet_header(header) => return RecordLength::Bytes(length),
            Some(_) => length *= 2,
        }
    }
    RecordLength::NotARecord
}

fn is_packet_header(header: &[u8]) -> bool {
    header.starts_with(b"SLINFO") || header.starts_with(b"SL") && header[2..].iter().all(u8::is_ascii_hexdigit)
}
