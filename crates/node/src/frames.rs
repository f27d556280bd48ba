//! Files of sealed frames to inputs: each frame as its station signed it, and behind it the record that it delivers; in a
//! relay's file before them the relay's receipt.
//!
//! A frame is registered whether or not it will be admitted; that is the engine's to say ([`truceline_evidence::admit`]).
//! What this file decides is only what was delivered before, and whether a payload can be decoded.
use crate::error::NodeError;
use crate::intake::{BATCH_ENTRIES, Intake, REFUSALS_SAID_MAX, Taken};
use crate::payloads::Payloads;
use crate::player::Player;
use crate::refusals;
use std::ops::Range;
use truceline_evidence::Error;
use truceline_evidence::frame::{self, Delivered, InFile};
use truceline_evidence::journal::Appender;
use truceline_evidence::receipt::{self, Relayed, SealedReceipt};
use truceline_formats::FormatError;
use truceline_formats::recording::{self, Recording, Run};
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::record::{MAX_PIECES, Payload, Record};
use truceline_model::refusal::Refusal;
use truceline_model::report::SourceRef;

/// The most bytes of payloads that are gathered before they are written.
const BATCH_BYTES: usize = 8 << 20;

/// What is gathered to be written together.
#[derive(Default)]
struct Batch {
    entries: Vec<Vec<u8>>,
    payloads: Vec<(Hash, Vec<u8>)>,
    bytes: usize,
}

/// What stands in a station's or a relay's file.
fn items(bytes: &[u8]) -> Box<dyn Iterator<Item = Result<Relayed, Error>> + '_> {
    if receipt::is_relayed(bytes) {
        Box::new(receipt::read(bytes).map(|read| read.map(|(_, item)| item)))
    } else {
        Box::new(frame::read(bytes).map(|read| read.map(|(_, frame)| Relayed::Frame(frame))))
    }
}

impl Intake {
    /// Registers a station's or a relay's file of frames, played in its order with the clock of its stations. Returns when all is durable.
    ///
    /// # Errors
    /// If nothing can be registered. What is no frame ends the file and is registered as a refusal.
    pub(crate) fn take_frames(
        &self,
        appender: &dyn Appender,
        payloads: &Payloads,
        file: &str,
        bytes: &[u8],
    ) -> Result<Taken, NodeError> {
        let _others_wait = self.one_file();
        let mut taken = Taken {
            kind: "sealed frames",
            range: 0..0,
            registered: Vec::new(),
            already: 0,
            refused: 0,
            refusals: Vec::new(),
        };
        let mut player = Player::resume(self.known().now);
        let (mut batch, mut whole, mut last) = (Batch::default(), None, None);
        for read in items(bytes) {
            match read {
                Ok(Relayed::Receipt(sealed)) => self.add_receipt(&sealed, &mut batch, &mut taken),
                Ok(Relayed::Frame(read)) => {
                    let station = read.frame.station.clone();
                    let recording = read.payload.as_ref().map(|payload| recording::read(&station, payload, None));
                    // It came with its last sample; a heartbeat when it was sealed.
                    let ends = recording.iter().flatten().flat_map(|recording| recording.runs.iter().map(Run::end));
                    let at = ends.max().unwrap_or(read.frame.time);
                    last = last.max(Some(at));
                    if self.known().has_frame(&read.frame, read.sealed.hash()) {
                        taken.already += 1;
                        player.heard_from(&station, at);
                        continue;
                    }
                    let tick = player.before_delivery(&station, at);
                    batch.entries.extend(tick.map(|tick| entry::to_bytes(&tick)));
                    self.add(read, recording, &mut batch, &mut taken);
                }
                Err(error) => {
                    let at = error.offset().unwrap_or(0);
                    let refusal = Refusal {
                        source: file.rsplit('/').next().unwrap_or(file).chars().take(100).collect(),
                        offset: format!("byte {at}"),
                        rule: "frame".to_owned(),
                        expected: error.to_string(),
                        payload: Hash::of(bytes.get(at..).unwrap_or_default()),
                    };
                    self.refuse_one(refusal, &mut batch, &mut taken);
                }
            }
            if batch.entries.len() >= BATCH_ENTRIES || batch.bytes >= BATCH_BYTES {
                self.write_frames(appender, payloads, &mut batch, &mut whole)?;
            }
        }
        if let Some(last) = last.filter(|_| !taken.registered.is_empty()) {
            let end = player.end(last, self.configuration().group_window_s);
            batch.entries.extend(end.map(|tick| entry::to_bytes(&tick)));
        }
        self.write_frames(appender, payloads, &mut batch, &mut whole)?;
        taken.range = match whole {
            Some(range) => range,
            None => appender.append(Vec::new())?,
        };
        Ok(taken)
    }

    /// It stands before the frames that it is for; one that stands already is acknowledged again.
    fn add_receipt(&self, sealed: &SealedReceipt, batch: &mut Batch, taken: &mut Taken) {
        let bytes = entry::to_bytes(sealed);
        let hash = Hash::of(&bytes);
        if self.known().has_receipt(hash) {
            taken.already += 1;
        } else {
            taken.registered.push(hash);
            batch.entries.push(bytes);
        }
    }

    fn add(
        &self,
        read: InFile,
        recording: Option<Result<Recording, FormatError>>,
        batch: &mut Batch,
        taken: &mut Taken,
    ) {
        let InFile { sealed, frame, payload } = read;
        let (name, hash) = (frame.station.clone(), sealed.hash());
        let bytes = entry::to_bytes(&Delivered { sealed, received: None });
        taken.registered.push(Hash::of(&bytes));
        batch.entries.push(bytes);
        // Of a key that is not enrolled nobody knows whose the data are: the frame stands, and will be excluded.
        let owner = self.known().register().key(frame.key).map(|key| key.holder.owner.clone());
        let (Some(owner), Some(payload), Some(recording)) = (owner, payload, recording) else { return };
        let sha256 = Hash::of(&payload);
        let refused = self.erased_before(&name, sha256);
        if let Some(refusal) = refused {
            return self.refuse_one(refusal, batch, taken);
        }
        let undecodable = |expected: String| Refusal {
            source: name.clone(),
            offset: format!("the payload of frame {}", frame.sequence),
            rule: "frame-payload".to_owned(),
            expected,
            payload: sha256,
        };
        let recording = match recording {
            Ok(recording) => recording,
            Err(error) => return self.refuse_one(undecodable(error.to_string()), batch, taken),
        };
        if let Some(refusal) = recording.refusals.into_iter().next() {
            return self.refuse_one(undecodable(refusal.expected), batch, taken);
        }
        let pieces: Vec<_> = recording.runs.into_iter().flat_map(|run| run.pieces).collect();
        if pieces.len() > MAX_PIECES {
            let expected = format!("{} channels and runs, at most {MAX_PIECES} of a payload", pieces.len());
            return self.refuse_one(undecodable(expected), batch, taken);
        }
        let record = Record {
            source: SourceRef { source: name, boot: frame.boot, sequence: frame.sequence },
            records: 1,
            owner,
            form: recording.form,
            pieces,
            payload: Payload { sha256, bytes: payload.len() as u64 },
            frame: Some(hash),
            received: None,
        };
        batch.entries.push(entry::to_bytes(&record));
        batch.bytes += payload.len();
        batch.payloads.push((sha256, payload));
    }

    fn refuse_one(&self, refusal: Refusal, batch: &mut Batch, taken: &mut Taken) {
        batch.entries.extend(refusals::entries(std::slice::from_ref(&refusal), &self.known()));
        taken.refused += 1;
        taken.refusals.push(refusal);
        taken.refusals.truncate(REFUSALS_SAID_MAX);
    }

    /// Payloads first: their entries are acknowledged only after them.
    fn write_frames(
        &self,
        appender: &dyn Appender,
        payloads: &Payloads,
        batch: &mut Batch,
        whole: &mut Option<Range<u64>>,
    ) -> Result<(), NodeError> {
        if batch.entries.is_empty() {
            return Ok(());
        }
        let named: Vec<(Hash, &[u8])> = batch.payloads.iter().map(|(hash, bytes)| (*hash, bytes.as_slice())).collect();
        if !named.is_empty() {
            payloads.put(&named)?;
        }
        let range = self.register(appender, std::mem::take(&mut batch.entries))?;
        *batch = Batch::default();
        *whole = Some(whole.take().map_or(range.clone(), |first| first.start..range.end));
        Ok(())
    }
}
