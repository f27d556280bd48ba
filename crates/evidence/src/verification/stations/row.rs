//! The rows of frames of each station: from the first number to the newest one, without a hole or with each hole named.
//!
//! Counted by itself and not taken from [`crate::admit`], which forgets what is older than its bounds.
use crate::frame::Frame;
use std::collections::BTreeMap;
use truceline_model::continuity::{Continuity, Fault};
use truceline_model::hash::Hash;

/// The most numbers or ranges of them that one sentence names.
const MAX_NAMED: usize = 8;

/// What a station's own frames show besides holes, in the order in which it is said.
const SAID: [(Fault, &str); 7] = [
    (Fault::Rebooted, "It started anew at"),
    (Fault::ClockBack, "Its clock went back at"),
    (Fault::Backdated, "A time before a checkpoint that it cites is claimed by"),
    (Fault::Postdated, "A time after its arrival is claimed by"),
    (Fault::Spoofed, "That its satellites' signals are false is said by"),
    (Fault::Unwell, "A fault of its own is reported by"),
    (Fault::Silent, "Silent for longer than it promised it was before"),
];

/// The rows of all stations, by name.
#[derive(Debug, Default)]
pub(super) struct Rows(BTreeMap<String, Vec<Row>>);

/// Frames that follow each other under one key or under keys that were rotated.
#[derive(Debug)]
struct Row {
    key: Hash,
    /// The entry of its first frame.
    from: u64,
    /// The numbers of its frames, in the order of the journal.
    numbers: Vec<u64>,
    said: BTreeMap<Fault, Vec<u64>>,
    without_record: Vec<u64>,
}

impl Rows {
    /// Takes a frame that was admitted.
    pub(super) fn take(&mut self, index: u64, frame: &Frame) {
        let rows = self.0.entry(frame.station.clone()).or_default();
        // A new key may begin a new row; an old row may go on under it.
        if rows.last().is_none_or(|row| row.key != frame.key && frame.sequence == 0) {
            let (said, without_record) = Default::default();
            rows.push(Row { key: frame.key, from: index, numbers: Vec::new(), said, without_record });
        }
        if let Some(row) = rows.last_mut() {
            row.key = frame.key;
            row.numbers.push(frame.sequence);
        }
    }

    /// Takes what was found of rows.
    pub(super) fn say(&mut self, found: &[Continuity]) {
        for one in found {
            if let Some(row) = self.0.get_mut(&one.station).and_then(|rows| rows.last_mut()) {
                row.said.entry(one.fault).or_default().push(one.from);
            }
        }
    }

    /// What a frame delivered is registered nowhere.
    pub(super) fn without_record(&mut self, station: &str, sequence: u64) {
        let rows = self.0.get_mut(station);
        if let Some(row) = rows.and_then(|rows| rows.iter_mut().rev().find(|row| row.numbers.contains(&sequence))) {
            row.without_record.push(sequence);
        }
    }

    /// What is said of each row, up to which number it is known, and how many of its frames are missing.
    pub(super) fn in_words(&self) -> impl Iterator<Item = (String, u64, u64)> {
        self.0.iter().flat_map(|(station, rows)| {
            rows.iter().enumerate().map(move |(place, row)| {
                let under =
                    if place == 0 { String::new() } else { format!(", from entry {} on under another key", row.from) };
                row.in_words(&format!("{station}{under}"))
            })
        })
    }
}

impl Row {
    fn in_words(&self, station: &str) -> (String, u64, u64) {
        let mut numbers = self.numbers.clone();
        numbers.sort_unstable();
        let newest = numbers.last().copied().unwrap_or_default();
        let mut holes = Vec::new();
        let mut expected = 0;
        for number in numbers {
            if number > expected {
                holes.push((expected, number - 1));
            }
            expected = number.saturating_add(1);
        }
        let missing: u64 = holes.iter().map(|(from, to)| to - from + 1).fold(0, u64::saturating_add);
        let mut words = if holes.is_empty() {
            format!("{station}: its frames 0 to {newest} are here, each signed and citing the one before it.")
        } else {
            format!(
                "{station}: of its frames 0 to {newest} these were not delivered: {}. What they held is not known.",
                listed(&holes)
            )
        };
        for (fault, phrase) in SAID {
            if let Some(numbers) = self.said.get(&fault) {
                words += &format!(" {phrase} {}.", frames(numbers));
            }
        }
        if !self.without_record.is_empty() {
            let mut numbers = self.without_record.clone();
            numbers.sort_unstable();
            words += &format!(
                " Nothing is derived from what {} delivered: no record of it is registered.",
                frames(&numbers)
            );
        }
        (words, newest.saturating_add(1), missing)
    }
}

/// `frame 5`, `frames 5, 7 to 9`.
pub(super) fn frames(numbers: &[u64]) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, to)) if *to != u64::MAX && *to + 1 == number => *to = number,
            _ => ranges.push((number, number)),
        }
    }
    let noun = if numbers.len() == 1 { "frame" } else { "frames" };
    format!("{noun} {}", listed(&ranges))
}

fn listed(ranges: &[(u64, u64)]) -> String {
    let range = |(from, to): &(u64, u64)| if from == to { from.to_string() } else { format!("{from} to {to}") };
    let named: Vec<String> = ranges.iter().take(MAX_NAMED).map(range).collect();
    match ranges.len() - named.len() {
        0 => named.join(", "),
        more => format!("{} and {more} more ranges", named.join(", ")),
    }
}
