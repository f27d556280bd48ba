//! Stations whose frames are among the entries: are they their own, and is any missing.
//!
//! What is missing is no fault of the file: it is said, and as proven as it is that no entry is left out.
//! All entries from the first on are taken again as node and engine took them ([`crate::admit`]), so what it says rests on
//! the file alone. Whose keys they are rests on the founding of the key register, an entry that the sentence names: a reader
//! compares it with what the states published.
mod row;

use super::receipts::Receipts;
use super::{Check, Location, Outcome, count, entry_words, sentence};
use crate::admit::Admission;
use crate::dossier::{Dossier, DossierEntry};
use crate::fields::Fields;
use crate::frame::Delivered;
use crate::keys::{KeyAct, Role, Standing};
use row::Rows;
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::record::{Payload, Record};
use truceline_model::tick::Tick;

const NAME: &str = "stations";

/// The most frames, and records, that are refused and named one by one; what is over it is counted.
const MAX_REFUSED_NAMED: usize = 8;

/// What is known of the frames after all entries were taken.
pub(super) struct Stations {
    /// What stands of each admitted frame, by the index of its entry.
    pub(super) frames: BTreeMap<u64, AdmittedFrame>,
    admission: Admission,
    rows: Rows,
    receipts: Receipts,
    founding: Option<(u64, Hash)>,
    /// Frames and receipts that are not admitted, by their places in the file, and why.
    refused: Vec<(usize, String)>,
    /// Records that say that they came in a frame, and did not, as far as the file shows.
    strays: Vec<(usize, String)>,
    records: u64,
    sealed: u64,
}

/// A frame that is its station's own.
pub(super) struct AdmittedFrame {
    pub(super) station: String,
    pub(super) fields: Option<Fields>,
    key: Hash,
    sequence: u64,
}

/// What an admitted frame delivers, by the frame's hash.
struct Delivery {
    station: String,
    sequence: u64,
    payload: Option<Payload>,
    has_record: bool,
}

impl Stations {
    /// Takes all entries in the order of the journal.
    pub(super) fn of(dossier: &Dossier) -> Self {
        let mut stations = Self {
            frames: BTreeMap::new(),
            admission: Admission::default(),
            rows: Rows::default(),
            receipts: Receipts::default(),
            founding: None,
            refused: Vec::new(),
            strays: Vec::new(),
            records: 0,
            sealed: 0,
        };
        let mut deliveries: BTreeMap<Hash, Delivery> = BTreeMap::new();
        for (place, part) in dossier.entries.iter().enumerate() {
            let DossierEntry { index, entry, .. } = &part.value;
            let (index, bytes) = (*index, entry.0.as_slice());
            let Ok((kind, ..)) = entry::open(bytes) else { continue };
            match kind {
                "key_act" => stations.take_act(&dossier.manifest().origin, index, bytes),
                "frame" => stations.take_frame(place, index, bytes, &mut deliveries),
                "receipt" => stations.take_receipt(place, index, bytes),
                "tick" => {
                    if let Ok(tick) = entry::from_bytes::<Tick>(bytes) {
                        let found = stations.admission.take_tick(index, &tick);
                        stations.rows.say(&found);
                    }
                }
                "record" => {
                    if let Ok(record) = entry::from_bytes::<Record>(bytes) {
                        stations.take_record(place, &record, &mut deliveries);
                    }
                }
                _ => {}
            }
        }
        for delivery in deliveries.into_values() {
            if delivery.payload.is_some() && !delivery.has_record {
                stations.rows.without_record(&delivery.station, delivery.sequence);
            }
        }
        stations
    }

    fn take_act(&mut self, origin: &str, index: u64, bytes: &[u8]) {
        let Ok(act) = entry::from_bytes::<KeyAct>(bytes) else { return };
        let is_first = self.admission.register().acts() == 0;
        // What has no effect vouches for nobody.
        if self.admission.take_act(origin, index, &act).is_ok() && is_first {
            self.founding = Some((index, Hash::of(&act.body.0)));
        }
    }

    fn take_frame(&mut self, place: usize, index: u64, bytes: &[u8], deliveries: &mut BTreeMap<Hash, Delivery>) {
        let Ok(delivered) = entry::from_bytes::<Delivered>(bytes) else { return };
        let (admitted, found) = self.admission.take_frame(index, &delivered);
        self.receipts.frame(delivered.sealed.hash(), admitted.is_ok(), &found);
        match admitted {
            Ok(admitted) => {
                let frame = admitted.frame;
                self.rows.take(index, &frame);
                let (station, sequence, payload) = (frame.station.clone(), frame.sequence, frame.payload);
                let delivery = Delivery { station, sequence, payload, has_record: false };
                deliveries.insert(delivered.sealed.hash(), delivery);
                let held = AdmittedFrame {
                    station: frame.station,
                    fields: frame.fields,
                    key: frame.key,
                    sequence: frame.sequence,
                };
                self.frames.insert(index, held);
            }
            Err(why) => self.refused.push((place, why)),
        }
        self.rows.say(&found);
    }

    fn take_receipt(&mut self, place: usize, index: u64, bytes: &[u8]) {
        if let Err(why) = self.receipts.take(&mut self.admission, index, bytes) {
            self.refused.push((place, why));
        }
    }

    fn take_record(&mut self, place: usize, record: &Record, deliveries: &mut BTreeMap<Hash, Delivery>) {
        self.records += 1;
        let Some(frame) = record.frame else { return };
        let why = match deliveries.get_mut(&frame) {
            None => "no frame before it that is its station's own has that hash".to_owned(),
            Some(delivery) if delivery.station != record.source.source => {
                format!("it is a record of {}, and the frame is one of {}", record.source.source, delivery.station)
            }
            Some(delivery) if delivery.payload != Some(record.payload) => {
                format!("frame {} of {} delivers another payload", delivery.sequence, delivery.station)
            }
            Some(delivery) => {
                delivery.has_record = true;
                self.sealed += 1;
                return;
            }
        };
        self.strays.push((place, why));
    }

    /// One check for each station, nothing where no frame is among the entries. `completeness` is the outcome of the check of
    /// that name: where entries are left out, a frame that is missing may be one of them.
    pub(super) fn check(&self, dossier: &Dossier, completeness: Outcome, checks: &mut Vec<Check>) {
        if !self.frames.is_empty() || !self.refused.is_empty() {
            for (words, frames, missing) in self.rows.in_words() {
                let check = Check::new(NAME, completeness, words, None).with("frames", frames);
                checks.push(check.with("frames_missing", missing));
            }
            checks.extend(self.receipts.check(completeness));
            self.suspects(completeness, checks);
            self.refused(dossier, completeness, checks);
        }
        self.strays(dossier, completeness, checks);
        if let Some((index, body)) = self.founding.filter(|_| !self.frames.is_empty() || !self.refused.is_empty()) {
            let officers = self.admission.register().keys().filter(|(_, key)| key.holder.role == Role::Officer).count();
            let (sealed, records) = (self.sealed, self.records);
            let sentence = format!(
                "{sealed} of {} of records came in frames that their stations signed; the others are vouched for by the \
                 first relay alone. Whose keys these are was founded by entry {index} with {officers} officers: compare its \
                 SHA-256 with the one that the states published.",
                count(usize::try_from(records).unwrap_or(usize::MAX)),
            );
            let check = Check::new(NAME, completeness, sentence, None);
            checks.push(check.with("founding_sha256", body).with("records_sealed", sealed).with("records", records));
        }
    }

    /// Frames that were admitted, and behind which their key was said to have been somebody else's already.
    fn suspects(&self, completeness: Outcome, checks: &mut Vec<Check>) {
        let register = self.admission.register();
        let mut suspects: BTreeMap<(&str, Hash), Vec<u64>> = BTreeMap::new();
        for (index, frame) in &self.frames {
            if register.standing(frame.key, *index) == Standing::Suspect {
                suspects.entry((&frame.station, frame.key)).or_default().push(frame.sequence);
            }
        }
        for ((station, key), numbers) in suspects {
            let Some(enrolled) = register.key(key) else { continue };
            let (since, until) = (enrolled.suspect_since.unwrap_or_default(), enrolled.until.unwrap_or_default());
            let words = format!(
                "{station}: its key was revoked by entry {until} as suspect since entry {since}. Whether {} of the station are \
                 its own is not known.",
                row::frames(&numbers)
            );
            checks.push(Check::new(NAME, completeness, words, None).with("frames_suspect", numbers.len()));
        }
    }

    fn refused(&self, dossier: &Dossier, completeness: Outcome, checks: &mut Vec<Check>) {
        let words = |words: &str, why: &str| format!("The key register does not vouch for {words}: {why}.");
        Self::unused(dossier, &self.refused, words, ("frames_refused", completeness), checks);
    }

    /// Records that claim a frame in vain; those of a refused frame were said with it.
    fn strays(&self, dossier: &Dossier, completeness: Outcome, checks: &mut Vec<Check>) {
        let entry_of = |place: usize| dossier.entries[place].value.entry.0.as_slice();
        let hash_of = |(place, _): &(usize, String)| {
            entry::from_bytes::<Delivered>(entry_of(*place)).ok().map(|delivered| delivered.sealed.hash())
        };
        let refused: BTreeSet<Hash> = self.refused.iter().filter_map(hash_of).collect();
        let is_refused = |place: usize| {
            let record = entry::from_bytes::<Record>(entry_of(place));
            record.ok().and_then(|record| record.frame).is_some_and(|frame| refused.contains(&frame))
        };
        let strays: Vec<(usize, String)> =
            self.strays.iter().filter(|(place, _)| !is_refused(*place)).cloned().collect();
        let words =
            |words: &str, why: &str| sentence(format!("{words} says that it came in a frame, and did not: {why}."));
        Self::unused(dossier, &strays, words, ("records_refused", completeness), checks);
    }

    /// Entries that stand in the journal, by their places in the file, and why they must not be used: the engine excludes them.
    fn unused(
        dossier: &Dossier,
        entries: &[(usize, String)],
        in_words: impl Fn(&str, &str) -> String,
        (figure, completeness): (&'static str, Outcome),
        checks: &mut Vec<Check>,
    ) {
        for (place, why) in entries.iter().take(MAX_REFUSED_NAMED) {
            let part = &dossier.entries[*place];
            let index = part.value.index;
            let words = in_words(&entry_words(index, &part.value.entry.0), why);
            let location = Location { part: "entries", entry: Some(index), bytes: Some(part.bytes.clone()) };
            let words = format!("{words} It stands in the journal and must not be used.");
            checks.push(Check::new(NAME, completeness, words, Some(location)).with(figure, entries.len()));
        }
        if entries.len() > MAX_REFUSED_NAMED {
            let words = format!("The same holds for {} more.", count(entries.len() - MAX_REFUSED_NAMED));
            checks.push(Check::new(NAME, completeness, words, None));
        }
    }
}

#[cfg(test)]
mod tests;
