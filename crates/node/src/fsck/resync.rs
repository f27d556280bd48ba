//! The way on behind a damaged frame where the index does not say it: the next whole frame is looked for byte by byte, and the
//! tiles say which entry it begins with. So what only looks like a frame is none: its first entry has no leaf there.
use crate::disk::Disk;
use crate::journal::frame::{self, HEAD_BYTES, Place};
use std::io;
use truceline_evidence::leaf::{self, Salts};
use truceline_model::entry::MAX_ENTRY_BYTES;
use truceline_model::hash::Hash;

/// Bytes before an entry that say its length.
pub(super) const LENGTH_BYTES: usize = 4;
/// Looked through at once.
const WINDOW_BYTES: usize = 1 << 20;

/// What is known of the entries without the journal's file.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) salts: &'a Salts,
    /// The leaves as the tiles say.
    pub(super) leaves: &'a [Hash],
}

impl Known<'_> {
    /// Where the next whole frame behind `at` begins, and the index of its first entry. `first` is the next index at `at`.
    pub(super) fn next_frame(
        self,
        file: &dyn Disk,
        at: u64,
        length: u64,
        first: usize,
    ) -> io::Result<Option<(u64, usize)>> {
        const HEADS_BYTES: usize = HEAD_BYTES + LENGTH_BYTES;
        let mut begin = at + 1;
        while begin + HEADS_BYTES as u64 <= length {
            let mut window = vec![0; (length - begin).min((WINDOW_BYTES + HEADS_BYTES - 1) as u64) as usize];
            file.read_exact_at(&mut window, begin)?;
            for (next, heads) in (begin..).zip(window.windows(HEADS_BYTES)) {
                let (payload_bytes, entry_bytes) = (length_at(heads, 0), length_at(heads, HEAD_BYTES));
                let could_be = |bytes: usize| {
                    bytes <= frame::MAX_PAYLOAD_BYTES
                        && entry_bytes.is_some_and(|entry| entry <= MAX_ENTRY_BYTES && entry + LENGTH_BYTES <= bytes)
                };
                if payload_bytes.is_some_and(could_be)
                    && let Some(payload) = frame::payload_at(file, next, length)?
                    && let Some(within) = frame::split(&payload)
                    && let Some(entry) = within.first()
                    && let Some(index) = self.index_of(&payload[entry.clone()], first, (next - at) as usize)
                {
                    return Ok(Some((next, index)));
                }
            }
            begin += WINDOW_BYTES as u64;
        }
        Ok(None)
    }

    /// Where in a damaged frame, which begins at `at` and has `count` entries from `first` on, each entry stands: those at its
    /// beginning that can be told apart.
    pub(super) fn places(self, at: u64, frame: &[u8], first: usize, count: usize) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        let mut begin = HEAD_BYTES + LENGTH_BYTES;
        for index in first..first + count {
            let is_last = index + 1 == first + count;
            let follows = |end: usize| if is_last { end == frame.len() } else { self.entry_at(frame, end, index + 1) };
            let fits = |end: &usize| {
                frame.get(begin..*end).is_some_and(|bytes| self.is(index, bytes)) || *end >= begin && follows(*end)
            };
            // As its length says; where that is damaged, up to the next one.
            let stated = length_at(frame, begin - LENGTH_BYTES).map(|length| begin + length);
            let Some(end) = stated.filter(fits).or_else(|| (begin..=frame.len()).find(|end| follows(*end))) else {
                break;
            };
            let frame_end = at + frame.len() as u64;
            places.push(Place { offset: at + begin as u64, length: (end - begin) as u32, frame_end });
            begin = end + LENGTH_BYTES;
        }
        places
    }

    /// Whether these are the bytes of the entry.
    fn is(self, index: usize, bytes: &[u8]) -> bool {
        self.leaves.get(index).is_some_and(|leaf| leaf::of_entry(&self.salts.of(index as u64), bytes) == *leaf)
    }

    /// Whether the entry stands at `at`, behind its length.
    fn entry_at(self, frame: &[u8], at: usize, index: usize) -> bool {
        let begin = at + LENGTH_BYTES;
        length_at(frame, at)
            .filter(|length| *length <= MAX_ENTRY_BYTES)
            .and_then(|length| frame.get(begin..begin + length))
            .is_some_and(|bytes| self.is(index, bytes))
    }

    /// Which entry these bytes are, where those before it take so many bytes at the most.
    fn index_of(self, bytes: &[u8], first: usize, bytes_before: usize) -> Option<usize> {
        let most = first + bytes_before / LENGTH_BYTES;
        (first..self.leaves.len().min(most + 1)).find(|index| self.is(*index, bytes))
    }
}

fn length_at(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes) as usize)
}
