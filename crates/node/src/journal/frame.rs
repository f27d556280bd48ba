//! The file's form: a magic line, then frames. A frame is one batch:
//!
//! ```text
//! u32 LE  length of the payload
//! u32 LE  CRC-32C of the payload
//! payload: for each entry  u32 LE length, bytes
//! ```
use crate::disk::Disk;
use std::io;
use std::ops::Range;
use truceline_model::entry::MAX_ENTRY_BYTES;

/// The file's first bytes.
pub(crate) const MAGIC: &[u8; 16] = b"truceline-log-1\n";

/// The largest payload of a frame: many entries of the largest size, and little enough to read at once.
pub(crate) const MAX_PAYLOAD_BYTES: usize = 32 << 20;

/// Length and check sum before the payload.
pub(crate) const HEAD_BYTES: usize = 8;

/// Where an entry's bytes stand in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) length: u32,
    /// The end of the frame that it stands in.
    pub(crate) frame_end: u64,
}

/// A batch as its frame.
#[derive(Debug)]
pub(super) struct Framed {
    pub(super) bytes: Vec<u8>,
    /// Where in it each entry's bytes begin, and how many they are.
    pub(super) places: Vec<(u32, u32)>,
}

impl Framed {
    /// The bytes of each entry.
    pub(super) fn entries(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().map(|(at, length)| &self.bytes[*at as usize..][..*length as usize])
    }
}

/// Makes the frame of a batch, which is within its bound.
pub(super) fn build(entries: &[Vec<u8>]) -> Framed {
    let payload_bytes = payload_bytes(entries);
    let mut bytes = Vec::with_capacity(HEAD_BYTES + payload_bytes);
    let mut places = Vec::with_capacity(entries.len());
    bytes.extend_from_slice(&[0; HEAD_BYTES]);
    for entry in entries {
        bytes.extend_from_slice(&(entry.len() as u32).to_le_bytes());
        places.push((bytes.len() as u32, entry.len() as u32));
        bytes.extend_from_slice(entry);
    }
    let crc = crc32c::crc32c(&bytes[HEAD_BYTES..]);
    bytes[..4].copy_from_slice(&(payload_bytes as u32).to_le_bytes());
    bytes[4..HEAD_BYTES].copy_from_slice(&crc.to_le_bytes());
    Framed { bytes, places }
}

/// How many bytes a batch takes as a payload.
pub(super) fn payload_bytes(entries: &[Vec<u8>]) -> usize {
    entries.iter().map(|entry| entry.len() + 4).sum()
}

/// Whether a file begins as a journal.
pub(super) fn begins(file: &dyn Disk) -> io::Result<bool> {
    let mut magic = [0; MAGIC.len()];
    Ok(file.length()? >= MAGIC.len() as u64 && file.read_exact_at(&mut magic, 0).is_ok() && &magic == MAGIC)
}

/// Reads all whole frames from the byte `end` on and tells `each` entry; says where the last one ends. Stops at the first that
/// is not whole.
pub(super) fn scan(file: &dyn Disk, mut end: u64, mut each: impl FnMut(Place, &[u8])) -> io::Result<u64> {
    let length = file.length()?;
    while let Some(payload) = payload_at(file, end, length)? {
        let payload_at = end + HEAD_BYTES as u64;
        let frame_end = payload_at + payload.len() as u64;
        let Some(within) = split(&payload) else { break };
        for place in within {
            let stands = Place { offset: payload_at + place.start as u64, length: place.len() as u32, frame_end };
            each(stands, &payload[place]);
        }
        end = frame_end;
    }
    Ok(end)
}

/// The payload of a frame, if it is whole.
pub(crate) fn payload_at(file: &dyn Disk, at: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
    let payload_at = at + HEAD_BYTES as u64;
    if payload_at > length {
        return Ok(None);
    }
    let mut head = [0; HEAD_BYTES];
    file.read_exact_at(&mut head, at)?;
    let [a, b, c, d, e, f, g, h] = head;
    let (bytes, crc) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    if bytes == 0 || bytes as usize > MAX_PAYLOAD_BYTES || payload_at + u64::from(bytes) > length {
        return Ok(None);
    }
    let mut payload = vec![0; bytes as usize];
    file.read_exact_at(&mut payload, payload_at)?;
    Ok((crc32c::crc32c(&payload) == crc).then_some(payload))
}

/// Where in a payload each entry's bytes stand.
pub(crate) fn split(payload: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut places = Vec::new();
    let mut at = 0;
    while at < payload.len() {
        let head = <[u8; 4]>::try_from(payload.get(at..at + 4)?).ok()?;
        let length = u32::from_le_bytes(head) as usize;
        let place = at + 4..at + 4 + length;
        if length > MAX_ENTRY_BYTES || place.end > payload.len() {
            return None;
        }
        at = place.end;
        places.push(place);
    }
    Some(places)
}
