//! Recognising the first bytes of a record, and finding the next record after damage.

/// The fixed section of a version 2 header.
pub(super) const FIXED_V2_BYTES: usize = 48;
/// The fixed section of a version 3 header.
pub(super) const FIXED_V3_BYTES: usize = 40;

/// What the first bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signature {
    /// A version 2 header.
    V2,
    /// A version 3 header.
    V3,
    /// So far nothing speaks against a header; this many bytes tell.
    Open(usize),
    /// A control header of a full SEED volume: it holds no samples.
    Control(u8),
    /// No header.
    Neither,
}

/// Tells what begins here by the fields of limited values, as libmseed 3.4 does: version 3 by `MS`, 3 and the time of
/// day; version 2 by the sequence number, the quality letter, the reserved byte and the time of day.
pub(super) fn signature(bytes: &[u8]) -> Signature {
    if begins_with(bytes, b"MS\x03") {
        return match bytes.get(12..15) {
            Some(&[hour, minute, second]) if time_of_day(hour, minute, second) => {
                if bytes.len() < FIXED_V3_BYTES {
                    Signature::Open(FIXED_V3_BYTES)
                } else {
                    Signature::V3
                }
            }
            Some(_) => Signature::Neither,
            None => Signature::Open(FIXED_V3_BYTES),
        };
    }
    let digits = &bytes[..bytes.len().min(6)];
    if !digits.iter().all(|byte| byte.is_ascii_digit() || is_padding(*byte)) {
        return Signature::Neither;
    }
    match bytes.get(6) {
        None => return Signature::Open(FIXED_V2_BYTES),
        Some(b'D' | b'R' | b'Q' | b'M') => {}
        Some(kind @ (b'V' | b'A' | b'S' | b'T')) if digits.iter().any(u8::is_ascii_digit) => {
            return match bytes.get(7) {
                None => Signature::Open(FIXED_V2_BYTES),
                Some(b' ' | b'*') => Signature::Control(*kind),
                Some(_) => Signature::Neither,
            };
        }
        Some(_) => return Signature::Neither,
    }
    match bytes.get(7) {
        None => return Signature::Open(FIXED_V2_BYTES),
        Some(byte) if is_padding(*byte) => {}
        Some(_) => return Signature::Neither,
    }
    match bytes.get(24..27) {
        Some(&[hour, minute, second]) if !time_of_day(hour, minute, second) => Signature::Neither,
        _ if bytes.len() < FIXED_V2_BYTES => Signature::Open(FIXED_V2_BYTES),
        _ => Signature::V2,
    }
}

/// The first place at or after `from` where a record may begin; the length of the bytes if there is none. Bytes at the
/// edge that may be the beginning of a record count as such, unless nothing follows them.
pub(super) fn next_record(bytes: &[u8], from: usize, at_end: bool) -> usize {
    (from..bytes.len())
        .find(|at| match signature(&bytes[*at..]) {
            Signature::V2 | Signature::V3 => true,
            Signature::Open(_) => !at_end,
            Signature::Control(_) | Signature::Neither => false,
        })
        .unwrap_or(bytes.len())
}

/// Whether a version 2 header stands at the place: what ends a record that does not state its length.
pub(super) fn is_v2(bytes: &[u8]) -> bool {
    signature(bytes) == Signature::V2
}

/// The bytes agree with the prefix as far as both go, and there is at least one.
fn begins_with(bytes: &[u8], prefix: &[u8]) -> bool {
    let common = bytes.len().min(prefix.len());
    common > 0 && bytes[..common] == prefix[..common]
}

fn time_of_day(hour: u8, minute: u8, second: u8) -> bool {
    hour <= 23 && minute <= 59 && second <= 60
}

pub(super) fn is_padding(byte: u8) -> bool {
    byte == b' ' || byte == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_told_from_other_bytes() {
        let mut v2 = b"000001D TEST   BHZXX".to_vec();
        v2.resize(48, 0);
        assert_eq!(signature(&v2), Signature::V2);
        assert_eq!(signature(&v2[..47]), Signature::Open(48));
        assert_eq!(signature(&v2[..3]), Signature::Open(48));
        v2[24] = 24;
        assert_eq!(signature(&v2), Signature::Neither);
        let mut v3 = b"MS\x03".to_vec();
        v3.resize(40, 0);
        assert_eq!(signature(&v3), Signature::V3);
        assert_eq!(signature(&v3[..1]), Signature::Open(40));
        v3[14] = 61;
        assert_eq!(signature(&v3), Signature::Neither);
        assert_eq!(signature(b"000001V 0110362 2.312"), Signature::Control(b'V'));
        assert_eq!(signature(b"-12.8168\n"), Signature::Neither);
        assert_eq!(signature(b"Mx"), Signature::Neither);
        assert_eq!(signature(b""), Signature::Open(48));
    }

    #[test]
    fn the_next_record_is_found_also_at_the_edge() {
        let mut bytes = vec![b'x'; 100];
        assert_eq!(next_record(&bytes, 0, false), 100);
        bytes.extend_from_slice(b"MS");
        assert_eq!(next_record(&bytes, 1, false), 100);
        assert_eq!(next_record(&bytes, 1, true), 102);
    }
}
