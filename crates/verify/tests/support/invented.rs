//! An invented mission, made by the product's own code: a register that two states founded, stations that seal frames, the
//! records in them, a finding, witnesses, and the dossier of it all. Every run gives the same bytes.
#![allow(dead_code, reason = "each program takes what it needs")]
#![allow(clippy::unwrap_used, reason = "what is invented here can be made")]
use std::collections::BTreeMap;
use truceline_evidence::dossier;
use truceline_evidence::fields::{Fields, Sealing, place_fields};
use truceline_evidence::frame::{Authenticity, ClockEvidence, ClockSource, Delivered, Frame, Health, SealedFrame};
use truceline_evidence::journal::{Appender, JournalReader};
use truceline_evidence::keys::{Act, Body, Holder, KeyAct, KeyPair, Role};
use truceline_evidence::memory::MemoryJournal;
use truceline_evidence::note::{Algorithm, SigningKey};
use truceline_model::canonical::Encoder;
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::place::Place;
use truceline_model::record::{Form, Payload, Piece, Record};
use truceline_model::report::SourceRef;
use truceline_model::tick::Tick;
use truceline_model::time::{Interval, NS_PER_S, Time};
use truceline_model::waveform::ClockFlags;

/// The journal's name.
pub(crate) const ORIGIN: &str = "example.org/north";

/// When the first frame is sealed: 9 February 2027, 03:00 UTC.
const START: Time = Time(1_802_142_000 * NS_PER_S);

/// The seconds that a frame holds.
const FRAME_S: i64 = 10;

/// When witnesses cosign.
const COSIGNED_S: u64 = 1_802_145_600;

/// A tenth of a degree, in which a station's place is stated coarsely, 1e-7 degrees.
const CELL_E7: i32 = 1_000_000;

/// A mission under way.
pub(crate) struct Mission {
    pub(crate) journal: MemoryJournal,
    pub(crate) stored: BTreeMap<Hash, Vec<u8>>,
    acts: u64,
    finding: u64,
}

/// A station with what its next frame says.
pub(crate) struct Station {
    pub(crate) key: KeyPair,
    pub(crate) next: Frame,
    pub(crate) place: Place,
}

impl Station {
    /// A station with its first key; not enrolled yet.
    pub(crate) fn new(name: &str, place: Place) -> Self {
        let key = key_pair(name);
        let next = Frame {
            station: name.to_owned(),
            key: key.public().id(),
            boot: 0,
            sequence: 0,
            previous: None,
            time: START,
            clock: ClockEvidence {
                source: ClockSource::Gnss,
                sigma_ns: 100,
                satellites: 9,
                authenticity: Authenticity::Authentic,
                holdover_s: 0,
            },
            next_within_s: 60,
            health: Health::default(),
            configuration: Hash::of(b"as delivered"),
            beacon: None,
            fields: None,
            payload: None,
        };
        Self { key, next, place }
    }

    /// The fields of the next frame, with a secret of its own.
    pub(crate) fn sealing(&self) -> Sealing {
        let secret = Hash::of(format!("secret of {} {}", self.next.station, self.next.sequence).as_bytes()).0;
        let mut fields = place_fields(self.place, CELL_E7);
        fields.push(("sensor".to_owned(), truceline_model::canonical::to_bytes(&"geophone 4.5 Hz".to_owned())));
        Sealing::new(fields, secret).unwrap()
    }

    /// The next frame, sealed; the row goes on behind it.
    pub(crate) fn seal(&mut self, payload: Option<&[u8]>) -> SealedFrame {
        self.next.time = Time(self.next.time.0 + FRAME_S * NS_PER_S);
        self.next.fields = Some(self.fields());
        self.next.payload = payload.map(stated);
        let sealed = self.next.seal(&self.key);
        self.next.sequence += 1;
        self.next.previous = Some(sealed.hash());
        sealed
    }

    fn fields(&self) -> Fields {
        self.sealing().fields()
    }
}

/// The key of a name.
pub(crate) fn key_pair(name: &str) -> KeyPair {
    KeyPair::from_seed(&Hash::of(name.as_bytes()).0)
}

fn stated(payload: &[u8]) -> Payload {
    Payload { sha256: Hash::of(payload), bytes: payload.len() as u64 }
}

/// Bytes that compress to nothing, the same for the same number.
pub(crate) fn noise(number: u64, bytes: usize) -> Vec<u8> {
    // SplitMix64 (Steele, Lea and Flood 2014).
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).to_le_bytes()
    };
    let mut noise: Vec<u8> = (0..bytes.div_ceil(8)).flat_map(|_| next()).collect();
    noise.truncate(bytes);
    noise
}

/// An entry of a kind whose body nobody reads here.
fn plain(kind: &str, body: &str) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.array(3);
    encoder.text(kind);
    encoder.unsigned(1);
    encoder.text(body);
    encoder.into_bytes()
}

impl Mission {
    /// A register that the states A and B founded, with two officers each.
    pub(crate) fn new() -> Self {
        let signer = SigningKey::from_seed(ORIGIN, [1; 32]).unwrap();
        let further = SigningKey::of(ORIGIN, Algorithm::MlDsa44, [2; 32]).unwrap();
        let journal = MemoryJournal::new(signer, [9; 32]).and_signed_by(further);
        let mut mission = Self { journal, stored: BTreeMap::new(), acts: 0, finding: 0 };
        let officers = OFFICES.map(|(name, state)| holder(name, Role::Officer, state)).to_vec();
        mission.act(Act::Found { states: 2, officers }, &OFFICES.map(|(name, _)| name));
        mission
    }

    /// Registers an act on the keys, signed by these.
    pub(crate) fn act(&mut self, act: Act, signers: &[&str]) {
        let mut act = KeyAct::new(&Body { act, number: self.acts, journal: ORIGIN.to_owned() });
        signers.iter().for_each(|name| act.sign(&key_pair(name)));
        self.acts += 1;
        self.append(vec![entry::to_bytes(&act)]);
    }

    /// A station that is enrolled.
    pub(crate) fn station(&mut self, name: &str, owner: &str, place: Place) -> Station {
        self.act(Act::Enrol(holder(name, Role::Station, owner)), &["office-a1", "office-b1", name]);
        Station::new(name, place)
    }

    /// Registers entries.
    pub(crate) fn append(&self, entries: Vec<Vec<u8>>) -> u64 {
        self.journal.append(entries).unwrap().start
    }

    /// Registers a frame and, where it delivers, the record that came in it.
    pub(crate) fn deliver(&mut self, station: &mut Station, payload: Option<Vec<u8>>) -> u64 {
        let (boot, sequence) = (station.next.boot, station.next.sequence);
        let sealed = station.seal(payload.as_deref());
        let mut entries = vec![entry::to_bytes(&Delivered { sealed: sealed.clone(), received: None })];
        if let Some(payload) = payload {
            let stated = stated(&payload);
            let to = station.next.time;
            let record = Record {
                source: SourceRef { source: station.next.station.clone(), boot, sequence },
                records: 1,
                owner: owner_of(&station.next.station).to_owned(),
                form: Form::MiniSeed,
                pieces: vec![Piece {
                    channel: format!("FDSN:XX_{}_00_B_H_Z", station.next.station),
                    span: Interval { from: Time(to.0 - FRAME_S * NS_PER_S), to },
                    samples: 1_000,
                    rate_uhz: 100_000_000,
                    clock: ClockFlags { questionable: Some(false), locked: Some(true), quality_percent: Some(100) },
                }],
                payload: stated,
                frame: Some(sealed.hash()),
                received: None,
            };
            entries.push(entry::to_bytes(&record));
            self.stored.insert(stated.sha256, payload);
        }
        self.append(entries)
    }

    /// Registers a tick of the clock.
    pub(crate) fn tick(&mut self, seconds: i64) {
        let now = Time(START.0 + seconds * NS_PER_S);
        self.append(vec![entry::to_bytes(&Tick { now, reported_up_to: Vec::new() })]);
    }

    /// Registers a finding and the marker behind it.
    pub(crate) fn find(&mut self) {
        self.finding = self.append(vec![plain("finding", "possible breach"), plain("outputs_end", "1")]);
    }

    /// The dossier of the finding.
    pub(crate) fn dossier(&self, with_payloads: bool) -> Vec<u8> {
        self.dossier_from(0, with_payloads)
    }

    /// The same, from an entry on: what is before it is left out.
    pub(crate) fn dossier_from(&self, first: u64, with_payloads: bool) -> Vec<u8> {
        let entries = first..self.finding + 2;
        let words = ("04-0001-P", "Possible breach of clause 2.1, p = 0.97.");
        let stored = |sha256: Hash| self.stored.get(&sha256).cloned();
        if with_payloads {
            dossier::build_with_payloads(&self.journal, entries, self.finding, words, &stored).unwrap()
        } else {
            dossier::build(&self.journal, entries, self.finding, words.0, words.1).unwrap()
        }
    }

    /// The key that people pin.
    pub(crate) fn key(&self) -> String {
        self.journal.verifier_key()
    }

    /// Has the first `count` of the policy's witnesses cosign, each with both algorithms.
    pub(crate) fn cosign(&self, count: u8) {
        let keys: Vec<SigningKey> = (1..=count).flat_map(witness).collect();
        self.journal.cosign(&keys, COSIGNED_S).unwrap();
    }

    /// A policy of `of` witnesses, `least` of whom are enough, each with both signatures.
    pub(crate) fn policy(&self, least: u8, of: u8) -> String {
        let mut text = format!("log {}\n", self.key());
        for number in 1..=of {
            let [classic, quantum] = witness(number).map(|key| key.verifier_key().to_string());
            text += &format!("witness w{number}-ed25519 {classic}\nwitness w{number}-ml-dsa-44 {quantum}\n");
            text += &format!("group w{number} all w{number}-ed25519 w{number}-ml-dsa-44\n");
        }
        let names: Vec<String> = (1..=of).map(|number| format!("w{number}")).collect();
        text + &format!("group guarantors {least} {}\nquorum guarantors\n", names.join(" "))
    }
}

const OFFICES: [(&str, &str); 4] = [("office-a1", "A"), ("office-a2", "A"), ("office-b1", "B"), ("office-b2", "B")];

/// The owner of a station's name.
fn owner_of(_station: &str) -> &'static str {
    "observatory"
}

fn holder(name: &str, role: Role, owner: &str) -> Holder {
    Holder { name: name.to_owned(), role, owner: owner.to_owned(), key: key_pair(name).public() }
}

/// Both keys of a witness.
fn witness(number: u8) -> [SigningKey; 2] {
    [Algorithm::Ed25519Cosignature, Algorithm::MlDsa44]
        .map(|algorithm| SigningKey::of(&format!("w{number}.example.org"), algorithm, [40 + number; 32]).unwrap())
}
