//! What was registered already, so that a resend is acknowledged and not registered again.
use crate::memory::Memories;
use crate::refusals::{SINGLE_REFUSALS_MAX, SOURCES_A_SECOND_MAX};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use truceline_engine::input::{Input, Standing, standing};
use truceline_evidence::frame::Frame;
use truceline_evidence::journal::{JournalError, JournalReader};
use truceline_evidence::keys::Register;
use truceline_formats::seedlink::resume::{Seen, Verdict};
use truceline_model::canonical::{self, Canonical, DecodeError, Decoder, Encoder};
use truceline_model::configuration::Configuration;
use truceline_model::hash::Hash;
use truceline_model::record::{Payload, Record};
use truceline_model::refusal::Refusals;
use truceline_model::report::SourceRef;
use truceline_model::time::{NS_PER_S, Time};
use truceline_model::witness_state::WitnessState;

/// What is known is stored after so many entries: a start then reads at most these once more.
const STORED_EVERY: u64 = 16_384;

/// The most records of each channel of a live source that are told apart when they come again: more than an hour of
/// records of 4 s, as far back as a stream is taken up.
const STREAM_RECORDS: usize = 1_024;

/// The most refusals that are told apart when they come again, the newest: 4 MB in memory. A source that floods is folded,
/// so they reach back an hour of a thousand sources that refuse at once, or years of an ordinary network. An older one that
/// comes again is registered again.
const REFUSALS_KNOWN: usize = 65_536;

/// The most witnesses whose newest state is known: four policies of the largest kind. Of a further one a change is registered
/// anew at each start.
const WITNESSES_KNOWN: usize = 256;

/// The newest hashes of some, each once.
#[derive(Debug, Default)]
struct Newest {
    order: VecDeque<Hash>,
    held: BTreeSet<Hash>,
}

impl Newest {
    fn insert(&mut self, hash: Hash) {
        if self.held.insert(hash) {
            self.order.push_back(hash);
        }
        if self.order.len() > REFUSALS_KNOWN
            && let Some(oldest) = self.order.pop_front()
        {
            self.held.remove(&oldest);
        }
    }

    fn contains(&self, hash: &Hash) -> bool {
        self.held.contains(hash)
    }
}

/// What is known of a live source.
#[derive(Debug)]
struct Stream {
    seen: Seen,
    /// Up to when it delivered.
    reported_up_to: Time,
}

/// The 32 bits by which two records of a channel and start are told apart: the first of their SHA-256.
pub(crate) fn checksum(payload: &Payload) -> u32 {
    let [a, b, c, d, ..] = payload.sha256.0;
    u32::from_be_bytes([a, b, c, d])
}

/// What was registered already.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Up to which entry this was learnt.
    next: u64,
    /// Sequence numbers of each run of a source, as disjoint ranges: first number to last number.
    sources: BTreeMap<(String, u64), BTreeMap<u64, u64>>,
    /// The newest refusals by their entry's SHA-256, floods of them by [`flood_name`].
    refused: Newest,
    /// Refusals of each source since the newest tick that were registered one by one. Sources that refuse within one
    /// second are few; past [`SOURCES_A_SECOND_MAX`] all of a further one is folded.
    refused_now: BTreeMap<String, u32>,
    /// Erased payloads, with the entries that say so.
    erased: BTreeMap<Hash, u64>,
    /// The newest of them: only it can be unfinished.
    newest_erased: Option<Hash>,
    /// The newest agreement, by its entry's SHA-256.
    agreement: Option<Hash>,
    /// The newest inventory, by its entry's SHA-256.
    inventory: Option<Hash>,
    /// Ends of runs by their entry's SHA-256.
    run_ends: BTreeSet<Hash>,
    /// Live sources by their names.
    streams: BTreeMap<String, Stream>,
    /// The key register, of the journal of this name.
    register: Register,
    origin: String,
    /// The newest frames of each station by number, with the first 8 bytes of their hashes.
    frames: BTreeMap<String, BTreeMap<u64, u64>>,
    /// The newest statements, acts of consultations and editions by their entry's SHA-256.
    statements: Newest,
    /// The newest receipts of relays by their entry's SHA-256.
    receipts: Newest,
    /// What each witness did last, by its keys.
    witnesses: BTreeMap<Vec<String>, WitnessState>,
    /// Appends whose entries are not learnt yet.
    in_flight: u32,
    /// The newest tick.
    pub(crate) now: Option<Time>,
    /// The configuration of the newest epoch.
    pub(crate) configuration: Option<Configuration>,
    stored: u64,
}

impl Known {
    /// What a journal holds: what is stored, and what came after it.
    pub(crate) fn read(reader: &dyn JournalReader, memories: &Memories) -> Result<Self, JournalError> {
        // Stored knowledge of a longer journal is of another one.
        let mut known = memories.intake::<Self>().filter(|known| known.next <= reader.size()).unwrap_or_default();
        known.stored = known.next;
        known.origin = reader.origin();
        for index in known.next..reader.size() {
            known.learn(index, &reader.entry(index)?);
        }
        known.store(memories);
        Ok(known)
    }

    /// Learns what an entry says was delivered.
    pub(crate) fn learn(&mut self, index: u64, bytes: &[u8]) {
        self.next = self.next.max(index + 1);
        let (hash, input) = match standing(bytes) {
            Ok(Standing::Input(hash, input)) => (hash, input),
            Ok(Standing::Epoch(epoch)) => {
                self.configuration = Some(epoch.configuration);
                return;
            }
            Ok(Standing::Concluded) => {
                self.statements.insert(Hash::of(bytes));
                return;
            }
            _ => return,
        };
        match *input {
            Input::Report(report) => self.insert(report.source),
            Input::Notice(notice) => self.insert(notice.source),
            Input::Observation(observation) => self.insert(observation.source),
            Input::Hindrance(hindrance) => self.insert(hindrance.source),
            Input::Record(record) => self.learn_record(record),
            Input::Frame(delivered) => {
                if let Ok(frame) = delivered.sealed.frame() {
                    self.learn_frame(frame, delivered.sealed.hash());
                }
            }
            Input::Statement(_) => {
                self.statements.insert(hash);
            }
            Input::Receipt(_) => {
                self.receipts.insert(hash);
            }
            Input::WitnessState(state) => {
                if self.witnesses.len() < WITNESSES_KNOWN || self.witnesses.contains_key(&state.keys) {
                    self.witnesses.insert(state.keys.clone(), state);
                }
            }
            // What has no effect is the engine's to say.
            Input::KeyAct(act) => drop(self.register.take(&self.origin, index, &act)),
            Input::RunEnd(_) => {
                self.run_ends.insert(hash);
            }
            Input::Tick(tick) => {
                if second_of(self.now) != second_of(Some(tick.now)) {
                    self.refused_now.clear();
                }
                self.now = self.now.max(Some(tick.now));
            }
            Input::Refusal(refusal) => {
                *self.refused_now.entry(refusal.source).or_default() += 1;
                self.refused.insert(hash);
            }
            Input::Refusals(flood) => {
                self.refused.insert(flood_name(&flood));
            }
            Input::Erasure(erasure) => {
                self.erased.entry(erasure.payload).or_insert(index);
                self.newest_erased = Some(erasure.payload);
            }
            Input::Agreement(_) => self.agreement = Some(hash),
            Input::Inventory(_) => self.inventory = Some(hash),
            Input::Reassessment(_) | Input::SensorState(_) => {}
        }
    }

    fn learn_record(&mut self, record: Record) {
        // Files have their own numbers; records of a stream come again under others.
        if record.received.is_some()
            && let Some(end) = record.end()
        {
            let name = record.source.source.clone();
            let new = || Stream { seen: Seen::new(STREAM_RECORDS), reported_up_to: end };
            let stream = self.streams.entry(name).or_insert_with(new);
            stream.reported_up_to = stream.reported_up_to.max(end);
            for piece in &record.pieces {
                stream.seen.admit(&piece.channel, piece.span.from, checksum(&record.payload));
            }
        }
        if record.frame.is_some() {
            // The frame has its number.
            return;
        }
        for number in 0..u64::from(record.records) {
            let sequence = record.source.sequence.saturating_add(number);
            self.insert(SourceRef { sequence, ..record.source.clone() });
        }
    }

    /// Of a key that is not enrolled nothing is learnt: names that are made up take no room.
    fn learn_frame(&mut self, frame: Frame, hash: Hash) {
        if self.register.key(frame.key).is_none() {
            return;
        }
        let newest = self.frames.entry(frame.station.clone()).or_default();
        newest.insert(frame.sequence, first_bytes(hash));
        if newest.len() > STREAM_RECORDS {
            newest.pop_first();
        }
        self.insert(SourceRef { source: frame.station, boot: frame.boot, sequence: frame.sequence });
    }

    /// Whether this very frame was registered. Of the newest of a station by their hashes; an older one by its number, since
    /// nothing could tell any more that it is another.
    pub(crate) fn has_frame(&self, frame: &Frame, hash: Hash) -> bool {
        let Some(newest) = self.frames.get(&frame.station) else { return false };
        match newest.get(&frame.sequence) {
            Some(held) => *held == first_bytes(hash),
            None if newest.first_key_value().is_some_and(|(oldest, _)| frame.sequence < *oldest) => {
                self.has(&SourceRef { source: frame.station.clone(), boot: frame.boot, sequence: frame.sequence })
            }
            None => false,
        }
    }

    /// Whether a statement, an act of a consultation or an edition was registered, by its entry's SHA-256.
    pub(crate) fn has_statement(&self, hash: Hash) -> bool {
        self.statements.contains(&hash)
    }

    /// Whether a receipt was registered, by its entry's SHA-256.
    pub(crate) fn has_receipt(&self, hash: Hash) -> bool {
        self.receipts.contains(&hash)
    }

    /// What the witness of these keys did last, if anything of it was registered.
    pub(crate) fn witness(&self, keys: &[String]) -> Option<&WitnessState> {
        self.witnesses.get(keys)
    }

    /// The key register.
    pub(crate) fn register(&self) -> &Register {
        &self.register
    }

    /// Whether a record of a live source was registered.
    pub(crate) fn has_record(&self, source: &str, channel: &str, start: Time, payload: &Payload) -> bool {
        let seen = self.streams.get(source).map(|stream| stream.seen.look(channel, start, checksum(payload)));
        seen == Some(Verdict::Repeated)
    }

    /// See [`Seen::resume_from`].
    pub(crate) fn resume_from(&self, source: &str, station: &str, now: Time, reach_s: i64) -> Option<Time> {
        self.streams.get(source)?.seen.resume_from(station, now, reach_s)
    }

    /// Up to when each live source delivered, by name.
    pub(crate) fn reported_up_to(&self) -> Vec<(String, Time)> {
        self.streams.iter().map(|(name, stream)| (name.clone(), stream.reported_up_to)).collect()
    }

    /// The number after the last of a source's run.
    pub(crate) fn next_sequence(&self, source: &str, boot: u64) -> u64 {
        let ranges = self.sources.get(&(source.to_owned(), boot));
        let last = ranges.and_then(|ranges| ranges.last_key_value()).map(|(_, last)| *last);
        last.map_or(0, |last| last.saturating_add(1))
    }

    /// An append begins: what follows the entries known so far is not all learnt until it has ended.
    pub(crate) fn begin_append(&mut self) {
        self.in_flight += 1;
    }

    /// An append has ended, and its entries are learnt.
    pub(crate) fn end_append(&mut self) {
        self.in_flight -= 1;
    }

    /// Stores what is known, if enough is new. A failure costs the next start some time and nothing else.
    pub(crate) fn store(&mut self, memories: &Memories) {
        if self.in_flight == 0 && self.next - self.stored >= STORED_EVERY && memories.keep_intake(self).is_ok() {
            self.stored = self.next;
        }
    }

    /// Whether a delivery of a source was registered.
    pub(crate) fn has(&self, source: &SourceRef) -> bool {
        let Some(ranges) = self.sources.get(&(source.source.clone(), source.boot)) else { return false };
        ranges.range(..=source.sequence).next_back().is_some_and(|(_, last)| source.sequence <= *last)
    }

    /// Whether the end of a run was registered, by its entry's SHA-256.
    pub(crate) fn has_run_end(&self, hash: Hash) -> bool {
        self.run_ends.contains(&hash)
    }

    /// Whether all that was appended is learnt.
    pub(crate) fn is_all_learnt(&self) -> bool {
        self.in_flight == 0
    }

    /// Whether a refusal was registered, by its entry's SHA-256.
    pub(crate) fn has_refusal(&self, hash: Hash) -> bool {
        self.refused.contains(&hash)
    }

    /// Whether a flood of refusals was registered.
    pub(crate) fn has_flood(&self, flood: &Refusals) -> bool {
        self.refused.contains(&flood_name(flood))
    }

    /// The entry that says that a payload was erased.
    pub(crate) fn erasure_of(&self, payload: Hash) -> Option<u64> {
        self.erased.get(&payload).copied()
    }

    /// How many payloads were erased.
    pub(crate) fn erasures(&self) -> usize {
        self.erased.len()
    }

    /// The payload that was erased last.
    pub(crate) fn newest_erased(&self) -> Option<Hash> {
        self.newest_erased
    }

    /// How many more refusals of a source are registered one by one before the clock's second ends.
    pub(crate) fn singles_left(&self, source: &str) -> u32 {
        match self.refused_now.get(source) {
            Some(count) => SINGLE_REFUSALS_MAX.saturating_sub(*count),
            None if self.refused_now.len() >= SOURCES_A_SECOND_MAX => 0,
            None => SINGLE_REFUSALS_MAX,
        }
    }

    /// Whether an agreement's entry is the newest one. An agreement has no numbering of its source, and counts from
    /// its registration: the same text delivered again while it is the newest is a resend, and after another one it is
    /// a new registration.
    pub(crate) fn is_newest_agreement(&self, hash: Hash) -> bool {
        self.agreement == Some(hash)
    }

    /// Whether an inventory's entry is the newest one. As with agreements, a file that comes again after another one is a
    /// new registration: where a sensor stands may change back.
    pub(crate) fn is_newest_inventory(&self, hash: Hash) -> bool {
        self.inventory == Some(hash)
    }

    fn insert(&mut self, source: SourceRef) {
        if self.has(&source) {
            return;
        }
        let number = source.sequence;
        let ranges = self.sources.entry((source.source, source.boot)).or_default();
        let last = number.checked_add(1).and_then(|next| ranges.remove(&next)).unwrap_or(number);
        match ranges.range_mut(..number).next_back() {
            Some((_, end)) if number.checked_sub(1) == Some(*end) => *end = last,
            _ => {
                ranges.insert(number, last);
            }
        }
    }
}

/// The whole second of a clock.
pub(crate) fn second_of(now: Option<Time>) -> Option<Time> {
    now.map(|now| Time(now.0.div_euclid(NS_PER_S).saturating_mul(NS_PER_S)))
}

/// What two frames of one number are told apart by.
fn first_bytes(hash: Hash) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = hash.0;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// What a flood is known by when it comes again: its source and what was folded, not when it came.
fn flood_name(flood: &Refusals) -> Hash {
    Hash::of(&canonical::to_bytes(&(flood.source.clone(), flood.count, flood.chain)))
}

/// The stored form of a source's run: its name, boot and ranges.
type StoredSource = (String, u64, Vec<(u64, u64)>);

/// A stored form: `[next, sources, refused, refused_now, agreement, inventory, now, configuration, run_ends, erased,
/// newest_erased, streams, register, frames, statements, receipts, witnesses]`.
impl Canonical for Known {
    fn encode(&self, encoder: &mut Encoder) {
        let of = |((source, boot), ranges): (&(String, u64), &BTreeMap<u64, u64>)| {
            let ranges: Vec<(u64, u64)> = ranges.iter().map(|(first, last)| (*first, *last)).collect();
            (source.clone(), *boot, ranges)
        };
        encoder.array(17);
        self.next.encode(encoder);
        self.sources.iter().map(of).collect::<Vec<_>>().encode(encoder);
        self.refused.order.iter().copied().collect::<Vec<Hash>>().encode(encoder);
        let refused_now = self.refused_now.iter().map(|(source, count)| (source.clone(), *count));
        refused_now.collect::<Vec<(String, u32)>>().encode(encoder);
        self.agreement.encode(encoder);
        self.inventory.encode(encoder);
        self.now.encode(encoder);
        self.configuration.encode(encoder);
        self.run_ends.iter().copied().collect::<Vec<Hash>>().encode(encoder);
        self.erased.iter().map(|(payload, entry)| (*payload, *entry)).collect::<Vec<(Hash, u64)>>().encode(encoder);
        self.newest_erased.encode(encoder);
        encoder.array(self.streams.len());
        for (name, stream) in &self.streams {
            encoder.array(3);
            encoder.text(name);
            stream.seen.encode(encoder);
            stream.reported_up_to.encode(encoder);
        }
        self.register.encode(encoder);
        let frames =
            self.frames.iter().map(|(name, newest)| (name.clone(), newest.iter().map(|(a, b)| (*a, *b)).collect()));
        frames.collect::<Vec<(String, Vec<(u64, u64)>)>>().encode(encoder);
        for newest in [&self.statements, &self.receipts] {
            newest.order.iter().copied().collect::<Vec<Hash>>().encode(encoder);
        }
        self.witnesses.values().cloned().collect::<Vec<WitnessState>>().encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        if decoder.array()? != 17 {
            return Err(DecodeError::new(at, "an array of 17"));
        }
        let next = Canonical::decode(decoder)?;
        let sources: Vec<StoredSource> = Canonical::decode(decoder)?;
        let refused = newest(decoder)?;
        let refused_now: Vec<(String, u32)> = Canonical::decode(decoder)?;
        Ok(Self {
            next,
            sources: sources
                .into_iter()
                .map(|(name, boot, ranges)| ((name, boot), ranges.into_iter().collect()))
                .collect(),
            refused,
            refused_now: refused_now.into_iter().collect(),
            agreement: Canonical::decode(decoder)?,
            inventory: Canonical::decode(decoder)?,
            now: Canonical::decode(decoder)?,
            configuration: Canonical::decode(decoder)?,
            run_ends: Vec::<Hash>::decode(decoder)?.into_iter().collect(),
            erased: Vec::<(Hash, u64)>::decode(decoder)?.into_iter().collect(),
            newest_erased: Canonical::decode(decoder)?,
            streams: {
                let streams: Vec<(String, Seen, Time)> = Canonical::decode(decoder)?;
                let of = |(name, seen, reported_up_to)| (name, Stream { seen, reported_up_to });
                streams.into_iter().map(of).collect()
            },
            register: Canonical::decode(decoder)?,
            frames: {
                let frames: Vec<(String, Vec<(u64, u64)>)> = Canonical::decode(decoder)?;
                frames.into_iter().map(|(name, newest)| (name, newest.into_iter().collect())).collect()
            },
            statements: newest(decoder)?,
            receipts: newest(decoder)?,
            witnesses: {
                let states: Vec<WitnessState> = Canonical::decode(decoder)?;
                states.into_iter().map(|state| (state.keys.clone(), state)).collect()
            },
            origin: String::new(),
            in_flight: 0,
            stored: next,
        })
    }
}

fn newest(decoder: &mut Decoder<'_>) -> Result<Newest, DecodeError> {
    let mut newest = Newest::default();
    Vec::<Hash>::decode(decoder)?.into_iter().for_each(|hash| newest.insert(hash));
    Ok(newest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn source(sequence: u64) -> SourceRef {
        SourceRef { source: "a".into(), boot: 1, sequence }
    }

    proptest! {
        #[test]
        fn ranges_hold_what_was_put_in_and_nothing_else(numbers in proptest::collection::vec(0u64..40, 0..60)) {
            let mut known = Known::default();
            for number in &numbers {
                known.insert(source(*number));
            }
            for number in 0..41 {
                prop_assert_eq!(known.has(&source(number)), numbers.contains(&number));
            }
            let ranges = &known.sources.values().next().cloned().unwrap_or_default();
            let ends: Vec<(u64, u64)> = ranges.iter().map(|(first, last)| (*first, *last)).collect();
            prop_assert!(ends.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "{:?}", ends);
            let bytes = truceline_model::canonical::to_bytes(&known);
            let again: Known = truceline_model::canonical::from_bytes(&bytes).unwrap();
            prop_assert_eq!(truceline_model::canonical::to_bytes(&again), bytes);
        }
    }

    #[test]
    fn refusals_are_known_up_to_a_bound_and_the_oldest_goes_first() {
        let name = |n: usize| Hash::of(&n.to_le_bytes());
        let mut known = Known::default();
        for n in 0..REFUSALS_KNOWN + 10 {
            known.refused.insert(name(n));
            known.refused.insert(name(n));
        }
        let bytes = truceline_model::canonical::to_bytes(&known);
        let again: Known = truceline_model::canonical::from_bytes(&bytes).unwrap();
        for known in [&known, &again] {
            assert_eq!((known.refused.order.len(), known.refused.held.len()), (REFUSALS_KNOWN, REFUSALS_KNOWN));
            assert!(!known.has_refusal(name(9)) && known.has_refusal(name(10)));
            assert!(known.has_refusal(name(REFUSALS_KNOWN + 9)));
        }
    }

    #[test]
    fn the_last_number_has_no_next_one() {
        let mut known = Known::default();
        known.insert(source(u64::MAX));
        known.insert(source(u64::MAX - 1));
        assert!(known.has(&source(u64::MAX)) && known.has(&source(u64::MAX - 1)) && !known.has(&source(0)));
    }
}
