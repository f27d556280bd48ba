//! The file's form: a magic line, then frames. A frame is one batch:
//!
//! ```text
//! u32 LE  length of the payload
//! u32 LE  CRC-32C of the payload
//! payload: for each entry  u32 LE length, bytes
//! ```
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use truceline_evidence::leaf;
use truceline_model::entry::MAX_ENTRY_BYTES;
use truceline_model::hash::Hash;

/// The file's first bytes.
pub(super) const MAGIC: &[u8; 16] = b"truceline-log-1\n";

/// The largest payload of a frame: many entries of the largest size, and little enough to read at once.
pub(super) const MAX_PAYLOAD_BYTES: usize = 32 << 20;

const HEAD_BYTES: usize = 8;

/// One batch as a frame, and where in it each entry's bytes begin.
pub(super) fn build(entries: &[Vec<u8>]) -> (Vec<u8>, Vec<(u64, u32)>) {
    let payload_bytes: usize = entries.iter().map(|entry| entry.len() + 4).sum();
    let mut frame = Vec::with_capacity(HEAD_BYTES + payload_bytes);
    frame.extend_from_slice(&[0; HEAD_BYTES]);
    let mut places = Vec::with_capacity(entries.len());
    for entry in entries {
        frame.extend_from_slice(&(entry.len() as u32).to_le_bytes());
        places.push((frame.len() as u64, entry.len() as u32));
        frame.extend_from_slice(entry);
    }
    let crc = crc32c::crc32c(&frame[HEAD_BYTES..]);
    frame[..4].copy_from_slice(&(payload_bytes as u32).to_le_bytes());
    frame[4..HEAD_BYTES].copy_from_slice(&crc.to_le_bytes());
    (frame, places)
}

/// How many bytes a batch takes as a payload.
pub(super) fn payload_bytes(entries: &[Vec<u8>]) -> usize {
    entries.iter().map(|entry| entry.len() + 4).sum()
}

/// What a file holds.
#[derive(Debug)]
pub(super) struct Scan {
    /// Offset and length of each entry's bytes.
    pub(super) places: Vec<(u64, u32)>,
    /// The end of the last whole frame.
    pub(super) end: u64,
    /// The file does not begin as a journal.
    pub(super) damage: Option<String>,
}

/// Reads all whole frames; stops at the first that is not whole.
pub(super) fn scan(file: &File) -> io::Result<Scan> {
    let length = file.metadata()?.len();
    let mut scan = Scan { places: Vec::new(), end: MAGIC.len() as u64, damage: None };
    let mut magic = [0; MAGIC.len()];
    if length < MAGIC.len() as u64 || file.read_exact_at(&mut magic, 0).is_err() || &magic != MAGIC {
        scan.damage = Some("it does not begin with its magic line".to_owned());
        return Ok(scan);
    }
    while let Some((places, end)) = frame_at(file, scan.end, length)? {
        scan.places.extend(places);
        scan.end = end;
    }
    Ok(scan)
}

/// Where each entry of a frame stands, and where the frame ends.
type Frame = (Vec<(u64, u32)>, u64);

fn frame_at(file: &File, at: u64, length: u64) -> io::Result<Option<Frame>> {
    let payload_at = at + HEAD_BYTES as u64;
    if payload_at > length {
        return Ok(None);
    }
    let mut head = [0; HEAD_BYTES];
    file.read_exact_at(&mut head, at)?;
    let [a, b, c, d, e, f, g, h] = head;
    let (bytes, crc) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    let end = payload_at + u64::from(bytes);
    if bytes == 0 || bytes as usize > MAX_PAYLOAD_BYTES || end > length {
        return Ok(None);
    }
    let mut payload = vec![0; bytes as usize];
    file.read_exact_at(&mut payload, payload_at)?;
    if crc32c::crc32c(&payload) != crc {
        return Ok(None);
    }
    let mut places = Vec::new();
    let mut rest = 0;
    while rest < payload.len() {
        let Some(Ok(head)) = payload.get(rest..rest + 4).map(<[u8; 4]>::try_from) else { return Ok(None) };
        let entry_bytes = u32::from_le_bytes(head);
        rest += 4;
        if entry_bytes as usize > MAX_ENTRY_BYTES || rest + entry_bytes as usize > payload.len() {
            return Ok(None);
        }
        places.push((payload_at + rest as u64, entry_bytes));
        rest += entry_bytes as usize;
    }
    Ok(Some((places, end)))
}

impl Scan {
    /// The leaf of each entry.
    pub(super) fn leaves<'a>(
        &'a self,
        file: &'a File,
        salts: &'a [u8; 32],
    ) -> impl Iterator<Item = io::Result<Hash>> + 'a {
        self.places.iter().enumerate().map(move |(index, (offset, length))| {
            let mut bytes = vec![0; *length as usize];
            file.read_exact_at(&mut bytes, *offset)?;
            Ok(leaf::of_entry(&leaf::salt(salts, index as u64), &bytes))
        })
    }
}
