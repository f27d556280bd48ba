//! A world's stolen key through the product's own bytes: the station's row of sealed frames and the thief's, which goes on from the
//! newest frame before the theft, are delivered together by time; when the theft is known the key is revoked as suspect since what
//! stood before it, and the station goes on under a new one.
//!
//! The rest of the network is not delivered: what is asked is which frames count, and what is said of those that do not.
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use truceline_evidence::frame::{
    self, Authenticity, ClockEvidence, ClockSource, Delivered, Frame, Health, SealedFrame,
};
use truceline_evidence::journal::JournalReader;
use truceline_evidence::keys::{Act, Body, Holder, KeyAct, KeyPair, Role};
use truceline_formats::configuration;
use truceline_formats::recording;
use truceline_model::continuity::{Continuity, Fault};
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::record::Payload;
use truceline_model::remark::Excluded;
use truceline_model::time::Time;
use truceline_node::Node;
use truceline_node::store::Store;
use truceline_sim::agreement::OWNERS;
use truceline_sim::attack::Theft;
use truceline_sim::{File, World};

/// The station promises a frame an hour: no silence is said of a row that is delivered in three parts.
const NEXT_WITHIN_S: u32 = 3_600;
/// The clock's deviation: that of a receiver of satellites, 1 microsecond.
const CLOCK_SIGMA_NS: u64 = 1_000;

/// When a frame was delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum When {
    /// Before the theft.
    Before,
    /// While nobody knew.
    Unknown,
    /// Behind the revocation.
    Revoked,
}

/// What became of a frame.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fate {
    /// When it came.
    pub(crate) when: When,
    /// Whether the thief made it.
    pub(crate) is_forged: bool,
    /// When it was sealed, s after the world's start.
    pub(crate) at_s: f64,
    /// Whether it counts.
    pub(crate) is_admitted: bool,
    /// What is said of it.
    pub(crate) faults: BTreeSet<Fault>,
}

/// A frame on its way.
struct Sealed {
    is_forged: bool,
    time: Time,
    frame: SealedFrame,
    payload: Vec<u8>,
}

/// A row of frames as it grows.
#[derive(Clone)]
struct Row {
    key: KeyPair,
    station: String,
    boot: u64,
    sequence: u64,
    previous: Option<Hash>,
}

impl Row {
    fn new(key: &KeyPair, station: &str) -> Self {
        Self { key: key.clone(), station: station.to_owned(), boot: 0, sequence: 0, previous: None }
    }

    fn seal(&mut self, time: Time, payload: Vec<u8>, is_forged: bool) -> Sealed {
        let clock = ClockEvidence {
            source: ClockSource::Gnss,
            sigma_ns: CLOCK_SIGMA_NS,
            satellites: 8,
            authenticity: Authenticity::Unchecked,
            holdover_s: 0,
        };
        let frame = Frame {
            station: self.station.clone(),
            key: self.key.public().id(),
            boot: self.boot,
            sequence: self.sequence,
            previous: self.previous,
            time,
            clock,
            next_within_s: NEXT_WITHIN_S,
            health: Health::default(),
            configuration: Hash::of(self.station.as_bytes()),
            beacon: None,
            fields: None,
            payload: Some(Payload { sha256: Hash::of(&payload), bytes: payload.len() as u64 }),
        };
        (self.sequence, self.previous) = (self.sequence + 1, Some(frame.hash()));
        Sealed { is_forged, time, frame: frame.seal(&self.key), payload }
    }
}

/// Frames of a recording, unsealed: when each ends, and its bytes.
fn cut(file: &File) -> Result<Vec<(Time, Vec<u8>)>> {
    let recording = recording::read(&file.name, &file.bytes, None)?;
    Ok(recording.runs.iter().map(|run| (run.end(), run.payload(&file.bytes))).collect())
}

fn file_of<'a>(frames: impl IntoIterator<Item = &'a Sealed>) -> Vec<u8> {
    let mut file = frame::MAGIC.to_vec();
    for one in frames {
        frame::write(&mut file, &one.frame, Some(&one.payload));
    }
    file
}

/// Officers of two states, and the acts that they have signed so far.
struct Office {
    officers: [KeyPair; 2],
    journal: String,
    acts: u64,
}

impl Office {
    fn load(&mut self, node: &Node, act: Act, own: Option<&KeyPair>) -> Result<()> {
        let mut act = KeyAct::new(&Body { act, number: self.acts, journal: self.journal.clone() });
        self.officers.iter().chain(own).for_each(|key| act.sign(key));
        let loaded = node.load("act.tlact", &act.to_file())?;
        if let Some(excluded) = loaded.excluded.first() {
            bail!("an act on keys has no effect: {excluded}");
        }
        self.acts += 1;
        Ok(())
    }
}

/// Delivers both rows to a new store and says what became of each frame.
pub(crate) fn delivered(world: &World, theft: &Theft, store: &Store) -> Result<Vec<Fate>> {
    let numbers = configuration::read("the numbers", configuration::DEFAULT)?;
    let node = Node::open(store, None, &numbers, 1)?;
    let key = |number: u8| KeyPair::from_seed(&[number; 32]);
    let (stolen, new) = (key(3), key(4));
    let sensor = &world.network.sensors[theft.sensor];
    let station = sensor.id.trim_start_matches("FDSN:").to_owned();
    let mut office = Office { officers: [key(1), key(2)], journal: node.journal().origin(), acts: 0 };
    let officer = |(key, state): (&KeyPair, &str)| Holder {
        name: format!("office-{state}"),
        role: Role::Officer,
        owner: state.to_owned(),
        key: key.public(),
    };
    let officers = office.officers.iter().zip(["A", "B"]).map(officer).collect();
    office.load(&node, Act::Found { states: 2, officers }, None)?;
    let owner = OWNERS[sensor.owner].replace(' ', "-");
    let holder =
        |key: &KeyPair| Holder { name: station.clone(), role: Role::Station, owner: owner.clone(), key: key.public() };
    office.load(&node, Act::Enrol(holder(&stolen)), Some(&stolen))?;

    let (own, forged) = theft.recordings(world)?;
    let (from, known) = (world.start.plus_s(theft.from_s), world.start.plus_s(theft.known_s));
    let mut row = Row::new(&stolen, &station);
    let (mut before, mut unknown, mut revoked) = (Vec::new(), Vec::new(), Vec::new());
    let mut thief = None;
    let mut own = cut(&own)?.into_iter().peekable();
    while let Some((time, payload)) = own.next_if(|(time, _)| *time < known) {
        if time >= from {
            thief.get_or_insert_with(|| row.clone());
        }
        let sealed = row.seal(time, payload, false);
        if time < from { before.push(sealed) } else { unknown.push(sealed) }
    }
    // The station, whole again, begins a new row.
    let mut renewed = Row { boot: 1, ..Row::new(&new, &station) };
    revoked.extend(own.map(|(time, payload)| renewed.seal(time, payload, false)));
    let mut thief = thief.context("the station sealed nothing between theft and revocation")?;
    for (time, payload) in cut(&forged)? {
        let sealed = thief.seal(time, payload, true);
        if time < known { unknown.push(sealed) } else { revoked.push(sealed) }
    }
    unknown.sort_by_key(|one| one.time);
    revoked.sort_by_key(|one| one.time);

    node.load("before.tlframes", &file_of(&before))?;
    let safe = node.journal().size();
    node.load("unknown.tlframes", &file_of(&unknown))?;
    let revoke = Act::Revoke { key: stolen.public().id(), reason: "stolen".to_owned(), suspect_since: safe };
    office.load(&node, revoke, None)?;
    office.load(&node, Act::Enrol(holder(&new)), Some(&new))?;
    node.load("revoked.tlframes", &file_of(&revoked))?;

    let mut excluded: BTreeSet<Hash> = BTreeSet::new();
    let (mut stands, mut said): (Vec<(Hash, Hash)>, Vec<Continuity>) = (Vec::new(), Vec::new());
    let journal = node.journal();
    for index in 0..journal.size() {
        let bytes = journal.entry(index)?;
        if let Ok(one) = entry::from_bytes::<Derived<Excluded>>(&bytes) {
            excluded.insert(one.content.input);
        } else if let Ok(one) = entry::from_bytes::<Derived<Continuity>>(&bytes) {
            said.push(one.content);
        } else if let Ok(one) = entry::from_bytes::<Delivered>(&bytes) {
            stands.push((one.sealed.hash(), Hash::of(&bytes)));
        }
    }
    let fate = |when: When, sealed: &Sealed| {
        let hash = sealed.frame.hash();
        let (_, input) = stands.iter().find(|(of, _)| *of == hash).context("a frame is not registered")?;
        Ok(Fate {
            when,
            is_forged: sealed.is_forged,
            at_s: sealed.time.seconds_since(world.start),
            is_admitted: !excluded.contains(input),
            faults: said.iter().filter(|one| one.frame == Some(hash)).map(|one| one.fault).collect(),
        })
    };
    let parts = [(When::Before, before), (When::Unknown, unknown), (When::Revoked, revoked)];
    parts.iter().flat_map(|(when, part)| part.iter().map(|sealed| fate(*when, sealed))).collect()
}
