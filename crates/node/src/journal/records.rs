//! A file of records of one size, read in order through a buffer. What cannot be read is not there: index and tiles hold
//! nothing that the journal's file does not give.
use crate::disk::Disk;
use std::sync::Arc;

/// Bytes read at once: little beside the journal's frames, and enough that a call costs nothing beside what it brings.
const BUFFER_BYTES: usize = 256 << 10;

#[derive(Debug)]
pub(super) struct Records<const N: usize> {
    file: Option<Arc<dyn Disk>>,
    /// Where the first record begins.
    begin: u64,
    count: u64,
    buffer: Vec<u8>,
    /// The number of the buffer's first record.
    first: u64,
}

impl<const N: usize> Records<N> {
    /// Those of a file from this byte on; none where there is no file.
    pub(super) fn new(file: Option<Arc<dyn Disk>>, begin: u64) -> Self {
        let length = file.as_ref().and_then(|file| file.length().ok()).unwrap_or(0);
        Self { file, begin, count: length.saturating_sub(begin) / N as u64, buffer: Vec::new(), first: 0 }
    }

    /// How many there were when it was opened.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn get(&mut self, number: u64) -> Option<&[u8; N]> {
        let at = |first: u64| number.checked_sub(first).and_then(|at| usize::try_from(at).ok());
        if at(self.first).is_none_or(|at| at >= self.buffer.len() / N) {
            let count = (BUFFER_BYTES / N).min(usize::try_from(self.count.checked_sub(number)?).ok()?);
            self.buffer.resize(count * N, 0);
            self.first = number;
            let read = self.file.as_ref()?.read_exact_at(&mut self.buffer, self.begin + number * N as u64);
            if read.is_err() {
                self.buffer.clear();
            }
        }
        self.buffer.as_chunks().0.get(at(self.first)?)
    }
}
