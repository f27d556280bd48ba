//! Packets on the wire: one header of 17 bytes in 4.0, one of 8 bytes in 3.1.
use super::{Payload, RecordLength, Records};
use crate::source_id::clip;

pub use crate::miniseed::MAX_RECORD_BYTES;

/// The longest answer to `INFO`: a station takes 51 bytes in ringserver's `INFO STATIONS`, its streams some hundred
/// each.
pub const MAX_INFO_BYTES: usize = 4 << 20;

/// The shortest record: the fixed header of miniSEED 3.
const MIN_RECORD_BYTES: usize = 40;

/// The header of 4.0, without the station's name.
const V4_HEADER_BYTES: usize = 17;

/// The header of 3.1.
const V3_HEADER_BYTES: usize = 8;

/// What stands at the front of the buffer.
pub(super) enum Frame<'a> {
    /// Not yet whole.
    Part,
    /// A whole packet.
    Whole { bytes: usize, content: Content<'a> },
    /// The server's last word.
    End,
    /// A line that begins with `ERROR`.
    ErrorLine,
}

/// What a packet holds.
pub(super) enum Content<'a> {
    Data { sequence: u64, station: Option<String>, payload: Payload, subformat: u8, record: &'a [u8] },
    Info { payload: Payload, error: bool, last: bool, content: &'a [u8] },
}

/// What is common to both versions: a signature, or the server's last words.
fn signature<'a>(bytes: &'a [u8], of_packet: &[u8; 2]) -> Result<Option<Frame<'a>>, String> {
    const END: &[u8] = b"END";
    const ERROR: &[u8] = b"ERROR";
    let begins = |word: &[u8]| bytes.starts_with(word) || word.starts_with(bytes);
    match () {
        () if bytes.is_empty() => Ok(Some(Frame::Part)),
        () if begins(of_packet) => Ok((bytes.len() < 2).then_some(Frame::Part)),
        () if begins(END) => Ok(Some(if bytes.len() < END.len() { Frame::Part } else { Frame::End })),
        () if begins(ERROR) => Ok(Some(if bytes.len() < ERROR.len() { Frame::Part } else { Frame::ErrorLine })),
        () => Err(format!("{}, expected a packet, END or ERROR", shown(bytes))),
    }
}

/// The packet of 4.0 at the front.
pub(super) fn v4(bytes: &[u8]) -> Result<Frame<'_>, String> {
    if let Some(other) = signature(bytes, b"SE")? {
        return Ok(other);
    }
    let Some((header, rest)) = bytes.split_at_checked(V4_HEADER_BYTES) else { return Ok(Frame::Part) };
    let number =
        |from: usize, to: usize| header[from..to].iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let (format, subformat) = (header[2], header[3]);
    let payload = match format {
        b'2' => Payload::MiniSeed2,
        b'3' => Payload::MiniSeed3,
        b'J' => Payload::Json,
        b'X' => Payload::Xml,
        other => Payload::Other(other),
    };
    let is_record = matches!(payload, Payload::MiniSeed2 | Payload::MiniSeed3);
    let is_info = !is_record && matches!(subformat, b'I' | b'E');
    if !format.is_ascii_graphic() || !subformat.is_ascii_graphic() {
        return Err(format!("format {}, expected two printable characters", shown(&header[2..4])));
    }
    let (least, most) = match (is_record, is_info) {
        (true, _) => (MIN_RECORD_BYTES, MAX_RECORD_BYTES),
        (_, true) => (0, MAX_INFO_BYTES),
        _ => (0, MAX_RECORD_BYTES),
    };
    let length = match usize::try_from(number(4, 8)) {
        Ok(length) if (least..=most).contains(&length) => length,
        _ => return Err(format!("a packet of {} bytes, expected {least} to {most}", number(4, 8))),
    };
    let Some((name, rest)) = rest.split_at_checked(usize::from(header[16])) else { return Ok(Frame::Part) };
    let station = match std::str::from_utf8(name) {
        Ok(name) if name.bytes().all(|byte| byte.is_ascii_graphic()) => name.to_owned(),
        _ => return Err(format!("station {}, expected printable ASCII", shown(name))),
    };
    let Some(content) = rest.get(..length) else { return Ok(Frame::Part) };
    let content = if is_info {
        Content::Info { payload, error: subformat == b'E', last: true, content }
    } else {
        Content::Data { sequence: number(8, 16), station: Some(station), payload, subformat, record: content }
    };
    Ok(Frame::Whole { bytes: V4_HEADER_BYTES + name.len() + length, content })
}

/// The packet of 3.1 at the front.
pub(super) fn v3<'a>(bytes: &'a [u8], records: &impl Records) -> Result<Frame<'a>, String> {
    if let Some(other) = signature(bytes, b"SL")? {
        return Ok(other);
    }
    let Some((header, rest)) = bytes.split_at_checked(V3_HEADER_BYTES) else { return Ok(Frame::Part) };
    let info = header.starts_with(b"SLINFO");
    let sequence = std::str::from_utf8(&header[2..]).ok().filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
    let sequence = sequence.and_then(|text| u64::from_str_radix(text, 16).ok());
    if sequence.is_none() && !info {
        return Err(format!("{}, expected SL and six hexadecimal digits, or SLINFO", shown(header)));
    }
    let length = match records.length(rest) {
        RecordLength::Unknown if rest.len() < MAX_RECORD_BYTES => return Ok(Frame::Part),
        RecordLength::Unknown => return Err(format!("no record ends within {MAX_RECORD_BYTES} bytes")),
        RecordLength::Bytes(length) if (MIN_RECORD_BYTES..=MAX_RECORD_BYTES).contains(&length) => length,
        RecordLength::Bytes(length) => {
            return Err(format!("a record of {length} bytes, expected {MIN_RECORD_BYTES} to {MAX_RECORD_BYTES}"));
        }
        RecordLength::NotARecord => return Err(format!("{}, expected a miniSEED record", shown(rest))),
    };
    let Some(record) = rest.get(..length) else { return Ok(Frame::Part) };
    let payload = if record.starts_with(b"MS\x03") { Payload::MiniSeed3 } else { Payload::MiniSeed2 };
    let content = match sequence {
        Some(sequence) => {
            Content::Data { sequence, station: records.station(record), payload, subformat: b'D', record }
        }
        // The channel ERR says that it is an error, the last character of the header that more follows.
        None => Content::Info {
            payload,
            error: record.get(15..18) == Some(b"ERR"),
            last: header[7] != b'*',
            content: record,
        },
    };
    Ok(Frame::Whole { bytes: V3_HEADER_BYTES + length, content })
}

/// The first bytes for a message.
pub(super) fn shown(bytes: &[u8]) -> String {
    const SHOWN_BYTES: usize = 12;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN_BYTES)]).escape_default().to_string();
    format!("\"{}\"", clip(&text))
}
