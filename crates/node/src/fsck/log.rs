//! The journal's file and its index.
use super::resync::{Known, LENGTH_BYTES};
use super::{Entries, FsckProgress, Report, derived};
use crate::disk::Disk;
use crate::error::NodeError;
use crate::journal::frame::{self, HEAD_BYTES, MAGIC, Place};
use crate::journal::index;
use crate::store::{INDEX_FILE, JOURNAL_FILE, Store};
use std::fs::File;
use std::io;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::leaf::{self, Salts};
use truceline_model::entry;
use truceline_model::erasure::Erasure;
use truceline_model::hash::Hash;
use truceline_model::record::Record;

/// A damaged frame has at most what a whole one may have.
const FRAME_BYTES_MAX: u64 = (HEAD_BYTES + frame::MAX_PAYLOAD_BYTES) as u64;

/// What is found of the entries on the way through the file.
struct Walk<'a> {
    report: &'a mut Report,
    salts: Salts,
    entries: Entries,
    /// Where the entries stand; none of those that cannot be told apart.
    places: Vec<Option<Place>>,
    /// Where they stand as the index says; empty where that contradicts itself.
    guide: &'a [Place],
    /// The leaves as the tiles say.
    leaves: &'a [Hash],
    /// Entries of sound frames whose leaf is another than the tiles say.
    doubtful: Vec<(u64, Hash)>,
}

pub(super) fn check(
    store: &Store,
    salts: &[u8; 32],
    signed: Option<&Checkpoint>,
    report: &mut Report,
    progress: &mut dyn FnMut(FsckProgress),
) -> Result<Entries, NodeError> {
    let path = store.file(JOURNAL_FILE);
    let io = |error: io::Error| NodeError::io(&path, "read the journal", &error);
    let file = File::open(&path).map_err(io)?;
    let length = file.length().map_err(io)?;
    report.bytes += length;
    let index_bytes = super::read(store, INDEX_FILE, report)?;
    let stated = index_bytes.as_deref().and_then(index::stated);
    let guide =
        stated.clone().filter(|places| index::fits(places.iter().copied(), length).is_none()).unwrap_or_default();
    let leaves = derived::stored_leaves(store);
    let entries = Entries::default();
    let mut walk = Walk {
        report,
        salts: Salts::new(salts),
        entries,
        places: Vec::new(),
        guide: &guide,
        leaves: &leaves,
        doubtful: Vec::new(),
    };
    walk.frames(&file, length, signed.map_or(0, |signed| signed.size), progress).map_err(io)?;
    let Walk { entries, places, doubtful, .. } = walk;
    report.entries = places.len() as u64;
    let entries = settle(entries, &places, doubtful, signed, report);
    check_index(index_bytes.as_deref(), stated.as_deref(), &places, report);
    Ok(entries)
}

impl Walk<'_> {
    fn say(&mut self, bytes: std::ops::Range<u64>, index: usize, what: &str) {
        self.report.say(JOURNAL_FILE, bytes, Some(index as u64), what);
    }

    fn frames(
        &mut self,
        file: &File,
        length: u64,
        signed: u64,
        progress: &mut dyn FnMut(FsckProgress),
    ) -> io::Result<()> {
        let mut magic = vec![0; MAGIC.len().min(usize::try_from(length).unwrap_or(usize::MAX))];
        file.read_exact_at(&mut magic, 0)?;
        if magic != MAGIC {
            self.report.say(JOURNAL_FILE, 0..magic.len() as u64, None, "the file does not begin with its magic line");
        }
        let mut at = MAGIC.len() as u64;
        while at < length {
            progress(FsckProgress { part: "journal", done: at, of: length });
            let first = self.places.len();
            let whole =
                frame::payload_at(file, at, length)?.and_then(|payload| Some((frame::split(&payload)?, payload)));
            if let Some((within, payload)) = whole {
                let begin = at + HEAD_BYTES as u64;
                at = begin + payload.len() as u64;
                for place in within {
                    let stands =
                        Place { offset: begin + place.start as u64, length: place.len() as u32, frame_end: at };
                    self.sound(stands, &payload[place]);
                }
            } else if let Some(frame_end) =
                self.guide.get(first).map(|place| place.frame_end).filter(|end| end - at <= FRAME_BYTES_MAX)
            {
                let count = self.guide[first..].partition_point(|place| place.frame_end <= frame_end);
                let places = self.guide[first..first + count].to_vec();
                self.damaged(at, &read(file, at..frame_end)?, &places);
                at = frame_end;
            } else if first as u64 >= signed && signed > 0 {
                self.report.unacknowledged_bytes = length - at;
                return Ok(());
            } else if let Some((next, index)) = self.next(file, at, length, signed)? {
                self.skip(file, at..next, index - first)?;
                at = next;
            } else {
                self.say(at..length, first, "a frame is damaged, and neither index nor tiles say what follows");
                return Ok(());
            }
        }
        if (self.places.len() as u64) < signed {
            let missing = format!("{} entries were signed, the file holds {}", signed, self.places.len());
            self.say(length..length, self.places.len(), &missing);
        }
        Ok(())
    }

    /// Takes an entry of a frame whose check sum fits.
    fn sound(&mut self, place: Place, bytes: &[u8]) {
        let index = self.places.len();
        let leaf = leaf::of_entry(&self.salts.of(index as u64), bytes);
        if let Some(stated) = self.leaves.get(index).filter(|stated| **stated != leaf) {
            self.doubtful.push((index as u64, *stated));
        }
        self.places.push(Some(place));
        self.entries.tree.append(leaf);
        self.note(index as u64, bytes);
    }

    /// Where the next whole frame begins, with the index of its first entry; the end where there is none.
    fn next(&self, file: &File, at: u64, length: u64, signed: u64) -> io::Result<Option<(u64, usize)>> {
        let (first, all) = (self.places.len(), self.leaves.len().min(usize::try_from(signed).unwrap_or(usize::MAX)));
        let next = self.known().next_frame(file, at, length, first)?;
        Ok(next.or_else(|| (all > first).then_some((length, all))))
    }

    fn known(&self) -> Known<'_> {
        Known { salts: &self.salts, leaves: self.leaves }
    }

    /// Passes a damaged frame of so many entries, without the index.
    fn skip(&mut self, file: &File, range: std::ops::Range<u64>, count: usize) -> io::Result<()> {
        let first = self.places.len();
        let mut lost = range.clone();
        if range.end - range.start <= FRAME_BYTES_MAX {
            let frame = read(file, range.clone())?;
            let places = self.known().places(range.start, &frame, first, count);
            lost.start = places.last().map_or(range.start, |last| last.offset + u64::from(last.length));
            if places.len() == count {
                self.damaged(range.start, &frame, &places);
                return Ok(());
            }
            self.entries_of(range.start, &frame, &places);
        }
        let left = self.leaves[self.places.len()..first + count].to_vec();
        self.say(lost, self.places.len(), "the entries in it are damaged and cannot be told apart");
        self.entries.unread += left.len() as u64;
        for leaf in left {
            self.places.push(None);
            self.entries.tree.append(leaf);
        }
        Ok(())
    }

    /// Finds in a damaged frame what is damaged, by where its entries stand and by the tiles.
    fn damaged(&mut self, at: u64, frame: &[u8], places: &[Place]) {
        let (first, count) = (self.places.len(), places.len());
        let end = at + frame.len() as u64;
        let said = self.entries_of(at, frame, places);
        let payload_bytes = (frame.len() - HEAD_BYTES) as u32;
        if frame[..4] != payload_bytes.to_le_bytes() || !said && self.leaves.len() >= first + count {
            self.say(at..at + HEAD_BYTES as u64, first, "the head of a frame is damaged: its length or its check sum");
        } else if !said {
            self.say(
                at..end,
                first,
                "the frame's check sum does not fit, and the tiles do not say which entry is damaged",
            );
        }
    }

    /// Takes the entries of a damaged frame; says whether one of them is damaged.
    fn entries_of(&mut self, at: u64, frame: &[u8], places: &[Place]) -> bool {
        let first = self.places.len();
        let mut said = false;
        for (index, place) in (first..).zip(places.iter().copied()) {
            let begin = (place.offset - at) as usize;
            let bytes = &frame[begin..begin + place.length as usize];
            let leaf = leaf::of_entry(&self.salts.of(index as u64), bytes);
            if frame[begin - LENGTH_BYTES..begin] != place.length.to_le_bytes() {
                self.say(place.offset - LENGTH_BYTES as u64..place.offset, index, "the length of the entry is damaged");
                said = true;
            }
            let stated = self.leaves.get(index).copied();
            if stated.is_some_and(|stated| stated != leaf) {
                let end = place.offset + u64::from(place.length);
                self.say(place.offset..end, index, "the entry's bytes are not those that were registered");
                self.entries.unread += 1;
                said = true;
            } else {
                self.note(index as u64, bytes);
            }
            self.places.push(Some(place));
            self.entries.tree.append(stated.unwrap_or(leaf));
        }
        said
    }

    /// Keeps what an entry says of payloads.
    fn note(&mut self, index: u64, bytes: &[u8]) {
        if let Ok(record) = entry::from_bytes::<Record>(bytes) {
            self.entries.named.entry(record.payload.sha256).or_insert(index);
        } else if let Ok(erasure) = entry::from_bytes::<Erasure>(bytes) {
            self.entries.erased.entry(erasure.payload).or_insert(index);
        }
    }
}

fn read(file: &File, range: std::ops::Range<u64>) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; (range.end - range.start) as usize];
    file.read_exact_at(&mut bytes, range.start)?;
    Ok(bytes)
}

/// Decides by the signed root whether the journal or the tiles are wrong where they differ; says it of the journal. The tiles'
/// own faults are found against the tree that this gives.
fn settle(
    entries: Entries,
    places: &[Option<Place>],
    doubtful: Vec<(u64, Hash)>,
    signed: Option<&Checkpoint>,
    report: &mut Report,
) -> Entries {
    let Some(signed) = signed.filter(|signed| signed.size <= entries.tree.size()) else { return entries };
    if entries.tree.root_at(signed.size).ok() == Some(signed.root) {
        return entries;
    }
    let mut doubtful = doubtful.into_iter().peekable();
    let mut tree = truceline_evidence::merkle::Tree::new();
    let mut others = Vec::new();
    for index in 0..entries.tree.size() {
        match doubtful.next_if(|(at, _)| *at == index) {
            Some((_, leaf)) => {
                others.push(index);
                tree.append(leaf);
            }
            None => {
                entries.tree.leaf(index).map(|leaf| tree.append(leaf));
            }
        }
    }
    if !others.is_empty() && tree.root_at(signed.size).ok() == Some(signed.root) {
        for index in others {
            let Some(place) = places[index as usize] else { continue };
            let end = place.offset + u64::from(place.length);
            let what = "the entry is not the one that was signed, under a check sum that fits it";
            report.say(JOURNAL_FILE, place.offset..end, Some(index), what);
        }
        return Entries { tree, ..entries };
    }
    let end = places.iter().flatten().last().map_or(0, |place| place.frame_end);
    let what = format!("the first {} entries are not those that were signed", signed.size);
    report.say(JOURNAL_FILE, MAGIC.len() as u64..end, None, what);
    entries
}

/// Compares the index with where the entries stand.
fn check_index(bytes: Option<&[u8]>, stated: Option<&[Place]>, places: &[Option<Place>], report: &mut Report) {
    let Some(bytes) = bytes else { return };
    let Some(stated) = stated else {
        report.say(INDEX_FILE, 0..MAGIC.len() as u64, None, "the index does not begin with its magic line");
        return;
    };
    let record = |at: usize| (MAGIC.len() + at * index::RECORD_BYTES) as u64;
    for (at, (found, expected)) in stated.iter().zip(places).enumerate() {
        if expected.as_ref().is_some_and(|expected| found != expected) {
            report.say(
                INDEX_FILE,
                record(at)..record(at + 1),
                Some(at as u64),
                "the index says another place than the entry's",
            );
        }
    }
    if bytes.len() as u64 > record(stated.len().min(places.len())) {
        let from = record(stated.len().min(places.len()));
        report.say(
            INDEX_FILE,
            from..bytes.len() as u64,
            Some(places.len() as u64),
            "the index goes on behind the last entry",
        );
    }
}
