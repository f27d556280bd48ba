//! Reads a dossier's file piece by piece. Payloads are most of its bytes: they are hashed as they come and never held, so a
//! file takes the memory of what is besides, and each payload is hashed once and copied nowhere.
use super::{
    Disclosed, Dossier, DossierEntry, Form, HeldPayload, MAX_DOSSIER_BYTES, MAX_DOSSIER_ENTRIES,
    MAX_DOSSIER_PAYLOAD_BYTES, Manifest, Part, check_disclosures, check_entries, check_manifest, malformed_part,
};
use crate::Error;
use sha2::{Digest, Sha256};
use truceline_model::canonical::{self, Bytes, Canonical, DecodeError, Decoder};
use truceline_model::hash::Hash;

/// How many keys and values stand before the payloads' key: those of `format`, `entries` and `manifest`.
const ITEMS_BEFORE_PAYLOADS: u64 = 6;

/// The key of the payloads, as it is encoded.
const PAYLOADS_KEY: &[u8] = b"\x68payloads";

/// Where the reading stands.
#[derive(Debug)]
enum State {
    /// At the file's first byte.
    Start,
    /// Before the payloads: items that are still to be stepped over, and bytes of the one under way.
    Before { items: u64, skip: u64 },
    /// At the head of the payloads.
    Count,
    /// At the head of a payload; so many are left.
    Head { left: u64 },
    /// Within a payload, the head of which begins at a byte.
    Within { start: usize, bytes: u64, missing: u64, left: u64, hasher: Box<Sha256> },
    /// Behind the payloads, which end before a byte.
    Behind { start: usize },
    /// All is held: there are no payloads, or the form is broken, and reading it whole says where.
    Whole,
    /// Something is wrong; what follows is counted.
    Failed(Error),
}

/// A dossier's file under way.
#[derive(Debug)]
pub struct Reading {
    state: State,
    /// How many bytes came.
    at: usize,
    /// What is held of the part under way.
    held: Vec<u8>,
    /// A head that is not whole yet.
    pending: Vec<u8>,
    /// How many bytes stand before the payloads.
    front_bytes: usize,
    front: Option<Front>,
    payloads: Vec<HeldPayload>,
    payload_bytes: u64,
}

/// What stands before the payloads.
#[derive(Debug)]
struct Front {
    form: Form,
    entries: Vec<Part<DossierEntry>>,
    manifest: Part<Manifest>,
    manifest_hash: Hash,
}

/// What stands behind them.
struct Back {
    signature: Part<String>,
    checkpoint: Part<String>,
    disclosures: Vec<Part<Disclosed>>,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            state: State::Start,
            at: 0,
            held: Vec::new(),
            pending: Vec::new(),
            front_bytes: 0,
            front: None,
            payloads: Vec::new(),
            payload_bytes: 0,
        }
    }
}

impl Reading {
    /// How many bytes came so far.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.at
    }

    /// Takes the next bytes, any number of them.
    pub fn push(&mut self, mut piece: &[u8]) {
        loop {
            match self.step(&mut piece) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    self.state = State::Failed(error);
                    break;
                }
            }
        }
        self.at += piece.len();
    }

    /// One step with the bytes that are left; whether there may be another one.
    fn step(&mut self, rest: &mut &[u8]) -> Result<bool, Error> {
        match self.state {
            State::Start => {
                let Some(head) = self.head(rest) else { return Ok(false) };
                self.state = match head {
                    Ok((5, pairs)) if pairs > Form::Plain.pairs() => {
                        State::Before { items: ITEMS_BEFORE_PAYLOADS, skip: 0 }
                    }
                    _ => State::Whole,
                };
                self.hold_pending();
            }
            State::Before { items: 0, skip: 0 } => {
                if !self.fill(rest, PAYLOADS_KEY.len()) {
                    return Ok(false);
                }
                self.hold_pending();
                self.state = State::Whole;
                if self.held.ends_with(PAYLOADS_KEY) {
                    let mut decoder = Decoder::new(&self.held);
                    self.front = Some(front(&mut decoder)?);
                    self.front_bytes = self.held.len();
                    self.held = Vec::new();
                    self.state = State::Count;
                }
            }
            State::Before { items, skip } if skip > 0 => {
                let taken = usize::try_from(skip).unwrap_or(usize::MAX).min(rest.len());
                self.hold(rest, taken)?;
                self.state = State::Before { items, skip: skip - taken as u64 };
                return Ok(taken > 0);
            }
            State::Before { items, .. } => {
                let Some(head) = self.head(rest) else { return Ok(false) };
                let more = |count: u64| (items - 1).checked_add(count).map(|items| State::Before { items, skip: 0 });
                let next = match head {
                    Ok((0 | 1 | 7, _)) => more(0),
                    Ok((2 | 3, skip)) => Some(State::Before { items: items - 1, skip }),
                    Ok((4, count)) => more(count),
                    Ok((5, pairs)) => pairs.checked_mul(2).and_then(more),
                    _ => None,
                };
                self.state = next.unwrap_or(State::Whole);
                self.hold_pending();
            }
            State::Count => {
                let Some(count) = self.head_of(rest, 4, "an array")? else { return Ok(false) };
                if count > MAX_DOSSIER_ENTRIES as u64 {
                    return Err(broken(self.at, "no more payloads than there can be entries"));
                }
                self.state = if count == 0 { State::Behind { start: self.at } } else { State::Head { left: count } };
            }
            State::Head { left } => {
                let before = self.at - self.pending.len();
                let Some(bytes) = self.head_of(rest, 2, "a byte string")? else { return Ok(false) };
                self.payload_bytes = self.payload_bytes.saturating_add(bytes);
                if self.payload_bytes > MAX_DOSSIER_PAYLOAD_BYTES as u64 {
                    return Err(Error::over_limit(format!(
                        "payloads of {} bytes or more, at most {MAX_DOSSIER_PAYLOAD_BYTES} are read",
                        self.payload_bytes
                    )));
                }
                self.state = State::Within { start: before, bytes, missing: bytes, left, hasher: Box::default() };
            }
            State::Within { ref mut missing, ref mut hasher, .. } => {
                let taken = usize::try_from(*missing).unwrap_or(usize::MAX).min(rest.len());
                hasher.update(&rest[..taken]);
                *missing -= taken as u64;
                *rest = &rest[taken..];
                self.at += taken;
                if *missing > 0 {
                    return Ok(false);
                }
                self.end_payload()?;
            }
            State::Behind { .. } | State::Whole => {
                self.hold(rest, rest.len())?;
                return Ok(false);
            }
            State::Failed(_) => return Ok(false),
        }
        Ok(true)
    }

    fn end_payload(&mut self) -> Result<(), Error> {
        let state = std::mem::replace(&mut self.state, State::Behind { start: self.at });
        let State::Within { start, bytes, left, hasher, .. } = state else { return Ok(()) };
        let payload = HeldPayload { sha256: Hash(hasher.finalize().into()), length: bytes, bytes: start..self.at };
        if self.payloads.last().is_some_and(|before| before.sha256 >= payload.sha256) {
            let why = "does not stand after all payloads of lower SHA-256, each once";
            return Err(malformed_part(&payload.bytes, &format!("the payload {}", payload.sha256), why));
        }
        self.payloads.push(payload);
        if left > 1 {
            self.state = State::Head { left: left - 1 };
        }
        Ok(())
    }

    /// Takes bytes until so many are pending; whether they are.
    fn fill(&mut self, rest: &mut &[u8], bytes: usize) -> bool {
        let taken = bytes.saturating_sub(self.pending.len()).min(rest.len());
        self.pending.extend_from_slice(&rest[..taken]);
        *rest = &rest[taken..];
        self.at += taken;
        self.pending.len() >= bytes
    }

    /// Major type and argument of the head that stands here, pending until it is held or dropped; none while it is not whole.
    fn head(&mut self, rest: &mut &[u8]) -> Option<Result<(u8, u64), &'static str>> {
        if !self.fill(rest, 1) {
            return None;
        }
        let width = match self.pending[0] & 0x1f {
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => 0,
        };
        self.fill(rest, 1 + width).then(|| head(&self.pending))
    }

    /// The argument of a head of this major type among the payloads.
    fn head_of(&mut self, rest: &mut &[u8], major: u8, expected: &'static str) -> Result<Option<u64>, Error> {
        let Some(head) = self.head(rest) else { return Ok(None) };
        let at = self.at - self.pending.len();
        self.pending.clear();
        match head {
            Ok((found, argument)) if found == major => Ok(Some(argument)),
            Ok(_) => Err(broken(at, expected)),
            Err(expected) => Err(broken(at, expected)),
        }
    }

    fn hold_pending(&mut self) {
        self.held.append(&mut self.pending);
    }

    fn hold(&mut self, rest: &mut &[u8], bytes: usize) -> Result<(), Error> {
        if self.front_bytes + self.held.len() + bytes > MAX_DOSSIER_BYTES {
            return Err(Error::over_limit(format!(
                "a dossier of more than {MAX_DOSSIER_BYTES} bytes besides its payloads, at most so many are read"
            )));
        }
        self.held.extend_from_slice(&rest[..bytes]);
        *rest = &rest[bytes..];
        self.at += bytes;
        Ok(())
    }

    /// The dossier, when all bytes came.
    ///
    /// # Errors
    /// If a bound is exceeded, or the bytes are not of the one form; names the byte.
    pub fn finish(mut self) -> Result<Dossier, Error> {
        match std::mem::replace(&mut self.state, State::Whole) {
            State::Failed(error) => Err(error),
            State::Start | State::Before { .. } | State::Whole => {
                self.hold_pending();
                let mut decoder = Decoder::new(&self.held);
                let front = front(&mut decoder)?;
                let whole = Hash::of(&self.held);
                let back =
                    back(&mut decoder, front.form).map_err(|e| Error::malformed_at(e.offset(), e.to_string()))?;
                dossier(front, None, back, Some(whole))
            }
            State::Count | State::Head { .. } => {
                Err(broken(self.at - self.pending.len(), "a value, the bytes end here"))
            }
            State::Within { start, .. } => Err(broken(start, "a string that fits into the bytes left")),
            State::Behind { start } => {
                let Some(front) = self.front else { return Err(broken(0, "what stands before the payloads")) };
                let mut back = back(&mut Decoder::new(&self.held), front.form).map_err(|error| {
                    let at = start + error.offset();
                    Error::malformed_at(at, format!("byte {at}, behind the payloads, at its {error}"))
                })?;
                back.shift(start);
                dossier(front, Some(self.payloads), back, None)
            }
        }
    }
}

impl Back {
    /// The parts by their bytes of the file.
    fn shift(&mut self, by: usize) {
        let ranges = [&mut self.signature.bytes, &mut self.checkpoint.bytes];
        for range in ranges.into_iter().chain(self.disclosures.iter_mut().map(|part| &mut part.bytes)) {
            *range = range.start + by..range.end + by;
        }
    }
}

/// Major type and argument, in the shortest form only.
fn head(bytes: &[u8]) -> Result<(u8, u64), &'static str> {
    let (first, argument) = bytes.split_first().ok_or("a value, the bytes end here")?;
    let value = argument.iter().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
    let (value, least) = match argument.len() {
        0 => (u64::from(first & 0x1f), 0),
        1 => (value, 24),
        2 => (value, 0x100),
        4 => (value, 0x1_0000),
        _ => (value, 0x1_0000_0000),
    };
    if argument.is_empty() && value > 23 {
        return Err("a definite length");
    }
    if value < least {
        return Err("the shortest form of a number");
    }
    Ok((first >> 5, value))
}

fn broken(at: usize, expected: &'static str) -> Error {
    Error::malformed_at(at, DecodeError::new(at, expected).within("payloads").to_string())
}

/// What stands before the payloads, their key included.
fn front(decoder: &mut Decoder<'_>) -> Result<Front, Error> {
    let broken = |error: DecodeError| Error::malformed_at(error.offset(), error.to_string());
    let form = Form::of_pairs(decoder.map_within(5, 7).map_err(broken)?);
    let format: Part<String> = value(decoder, "format").map_err(broken)?;
    decoder.key("entries").map_err(broken)?;
    let mut ahead = Decoder::new(decoder.rest());
    // Before anything is taken apart: no more parts than are read.
    if let Ok(count) = ahead.array()
        && count > MAX_DOSSIER_ENTRIES
    {
        return Err(Error::over_limit(format!("a dossier of {count} entries, at most {MAX_DOSSIER_ENTRIES} are read")));
    }
    let entries: Vec<Part<DossierEntry>> = Canonical::decode(decoder).map_err(|e| broken(e.within("entries")))?;
    let manifest: Part<Bytes> = value(decoder, "manifest").map_err(broken)?;
    if form != Form::Plain {
        decoder.key("payloads").map_err(broken)?;
    }
    if format.value != form.name() {
        let why = format!("is {:?}, expected {:?}", format.value, form.name());
        return Err(malformed_part(&format.bytes, "the format", &why));
    }
    check_entries(&entries)?;
    let bytes = &manifest.value.0;
    // The string's content ends where the part ends; its head stands before it.
    let start = manifest.bytes.end - bytes.len();
    let read: Manifest = canonical::from_bytes(bytes).map_err(|e| {
        let at = start + e.offset();
        Error::malformed_at(at, format!("byte {at}, in the manifest, at its {e}"))
    })?;
    check_manifest(&read).map_err(|why| malformed_part(&manifest.bytes, "the manifest", &why))?;
    let manifest_hash = Hash::of(bytes);
    Ok(Front { form, entries, manifest: Part { value: read, bytes: manifest.bytes }, manifest_hash })
}

/// What stands behind the payloads, to the file's end.
fn back(decoder: &mut Decoder<'_>, form: Form) -> Result<Back, DecodeError> {
    let signature = value(decoder, "signature")?;
    let checkpoint = value(decoder, "checkpoint")?;
    let disclosures = if form == Form::WithDisclosures {
        decoder.key("disclosures")?;
        Canonical::decode(decoder).map_err(|e| e.within("disclosures"))?
    } else {
        Vec::new()
    };
    decoder.end()?;
    Ok(Back { signature, checkpoint, disclosures })
}

fn value<T: Canonical>(decoder: &mut Decoder<'_>, key: &'static str) -> Result<T, DecodeError> {
    decoder.key(key)?;
    T::decode(decoder).map_err(|e| e.within(key))
}

fn dossier(
    front: Front,
    payloads: Option<Vec<HeldPayload>>,
    back: Back,
    sha256: Option<Hash>,
) -> Result<Dossier, Error> {
    check_disclosures(&back.disclosures)?;
    let Front { entries, manifest, manifest_hash, .. } = front;
    let Back { signature, checkpoint, disclosures } = back;
    Ok(Dossier { entries, manifest, manifest_hash, payloads, signature, checkpoint, disclosures, sha256 })
}
