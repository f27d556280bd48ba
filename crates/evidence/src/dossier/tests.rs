use super::*;
use crate::journal::{Appender, JournalError, JournalReader};
use crate::memory::MemoryJournal;
use crate::note::{SigningKey, VerifierKey};
use crate::tiles::Tile;
use crate::verification::{Outcome, verify};
use proptest::prelude::*;
use truceline_model::canonical;

/// The dossier of [`journal`]'s finding. The form is fixed: a change of these bytes is a new version of it.
const GOLDEN: &[u8] = include_bytes!("../../golden/dossier-1.tldoss");

/// The index of the finding in [`journal`], and the end of what it rests on.
pub(crate) const FINDING: u64 = 6;
pub(crate) const END: u64 = 8;

/// An entry of a kind with a text as its body.
pub(crate) fn entry(kind: &str, body: &str) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.array(3);
    encoder.text(kind);
    encoder.unsigned(1);
    encoder.text(body);
    encoder.into_bytes()
}

/// Ten entries: a finding with what it rests on, and two later ones.
pub(crate) fn journal() -> MemoryJournal {
    let journal = MemoryJournal::new(key("example.org/north", 1), [9; 32]);
    let kinds =
        ["epoch", "agreement", "report", "report", "tick", "event", "finding", "outputs_end", "tick", "outputs_end"];
    let entries = kinds.iter().enumerate().map(|(i, kind)| entry(kind, &format!("number {i}"))).collect();
    assert_eq!(journal.append(entries).unwrap(), 0..10);
    journal
}

pub(crate) fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(name, [seed; 32]).unwrap()
}

pub(crate) fn golden() -> Vec<u8> {
    build(&journal(), 0..END, FINDING, "04-0001-E", "Possible breach of clause 2.1, p = 0.97.").unwrap()
}

impl Dossier {
    /// The file again, with whatever was changed in it; it holds no payloads.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.to_bytes_with(None)
    }

    /// The file again as one that can show fields.
    pub(crate) fn to_bytes_of_third_form(&self) -> Vec<u8> {
        let disclosures: Vec<Disclosed> = self.disclosures().cloned().collect();
        build::File::<Vec<u8>> {
            disclosures: Some(&disclosures),
            ..self.parts(&canonical::to_bytes(&self.manifest.value))
        }
        .to_bytes()
    }

    fn parts<'a>(&'a self, manifest: &'a [u8]) -> build::File<'a, Vec<u8>> {
        build::File {
            entries: &self.entries,
            manifest,
            payloads: None,
            signature: &self.signature.value,
            checkpoint: &self.checkpoint.value,
            disclosures: None,
        }
    }

    /// The file again, with these payloads.
    fn to_bytes_with(&self, payloads: Option<&[Vec<u8>]>) -> Vec<u8> {
        build::File { payloads, ..self.parts(&canonical::to_bytes(&self.manifest.value)) }.to_bytes()
    }
}

/// A dossier with something changed in its parts and the manifest signed anew by the journal's own key, listing what the file
/// holds.
pub(crate) fn signed_anew(file: &[u8], key: &SigningKey, change: impl FnOnce(&mut Dossier)) -> Vec<u8> {
    let mut dossier = Dossier::parse(file).unwrap();
    change(&mut dossier);
    let manifest = &mut dossier.manifest.value;
    manifest.entries = dossier.entries.iter().map(|part| (part.value.index, Hash::of(&part.value.entry.0))).collect();
    manifest.checkpoint = Hash::of(dossier.checkpoint.value.as_bytes());
    let hash = Hash::of(&canonical::to_bytes(manifest));
    dossier.signature.value = key.sign(&manifest_text(&manifest.origin, hash)).unwrap();
    if dossier.disclosures.is_empty() { dossier.to_bytes() } else { dossier.to_bytes_of_third_form() }
}

#[test]
fn the_form_is_the_golden_file_s() {
    let found = golden();
    if found != GOLDEN {
        let path = std::env::temp_dir().join("dossier-1.tldoss");
        std::fs::write(&path, &found).unwrap();
        panic!("the dossier's bytes changed; what is built now stands in {}", path.display());
    }
}

#[test]
fn a_dossier_reads_back() {
    let journal = journal();
    let dossier = Dossier::parse(GOLDEN).unwrap();
    assert_eq!(dossier.to_bytes(), GOLDEN);
    let manifest = dossier.manifest();
    assert_eq!((manifest.case.as_str(), manifest.origin.as_str()), ("04-0001-E", "example.org/north"));
    assert_eq!(manifest.statement, "Possible breach of clause 2.1, p = 0.97.");
    assert_eq!(manifest.finding, Hash::of(&journal.entry(FINDING).unwrap()));
    assert_eq!(manifest.checkpoint, Hash::of(journal.checkpoint().unwrap().as_bytes()));
    assert_eq!(dossier.checkpoint(), journal.checkpoint().unwrap());
    assert_eq!(dossier.entries().len() as u64, END);
    for (index, held) in (0..).zip(dossier.entries()) {
        assert_eq!((held.index, &held.entry.0), (index, &journal.entry(index).unwrap()));
        assert_eq!(held.salt, journal.salt(index));
        assert_eq!(manifest.entries[index as usize], (index, Hash::of(&held.entry.0)));
    }
    // The parts name their bytes of the file.
    let part = &dossier.entries[3];
    assert_eq!(canonical::from_bytes::<DossierEntry>(&GOLDEN[part.bytes.clone()]).unwrap(), part.value);
    let manifest: Bytes = canonical::from_bytes(&GOLDEN[dossier.manifest.bytes.clone()]).unwrap();
    assert_eq!(Hash::of(&manifest.0), dossier.manifest_hash);
}

#[test]
fn build_refuses_what_cannot_be_a_dossier() {
    let journal = journal();
    let built = |entries: Range<u64>, finding, case: &str, statement: &str| {
        build(&journal, entries, finding, case, statement).unwrap_err()
    };
    assert!(built(0..6, 6, "case", "").is_out_of_range());
    assert!(built(0..0, 0, "case", "").is_out_of_range());
    assert!(built(0..11, 6, "case", "").to_string().contains("covers 10 entries, expected at least 11"));
    assert!(built(0..100_001, 6, "case", "").is_over_limit());
    assert!(built(0..8, 6, "", "").to_string().contains("names no case"));
    assert!(built(0..8, 6, &"x".repeat(65), "").is_malformed());
    assert!(built(0..8, 6, "case", "a\u{1b}[31mred").to_string().contains("no readable statement"));
    assert!(built(0..8, 6, "case", &"x".repeat(MAX_STATEMENT_BYTES + 1)).is_malformed());
    let empty = MemoryJournal::new(key("example.org/north", 1), [9; 32]);
    assert!(build(&empty, 0..1, 0, "case", "").unwrap_err().to_string().contains("no signed checkpoint"));
}

/// A journal in which something is not as it was appended.
struct Faulty {
    journal: MemoryJournal,
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    Entry,
    Unreadable,
    Salt,
    Proof,
    Key,
    Signature,
    Large,
}

impl JournalReader for Faulty {
    fn origin(&self) -> String {
        self.journal.origin()
    }
    fn size(&self) -> u64 {
        self.journal.size()
    }
    fn entry(&self, index: u64) -> Result<Vec<u8>, JournalError> {
        match self.fault {
            Fault::Entry if index == 3 => Ok(entry("report", "another number")),
            Fault::Unreadable if index == 3 => Err(JournalError::damaged(3, "its hash is another")),
            Fault::Large => Ok(vec![0; MAX_DOSSIER_BYTES / 4]),
            _ => self.journal.entry(index),
        }
    }
    fn salt(&self, index: u64) -> [u8; 32] {
        self.journal.salt(if self.fault == Fault::Salt { index + 1 } else { index })
    }
    fn checkpoint(&self) -> Option<String> {
        self.journal.checkpoint()
    }
    fn wait_until_signed(&self, size: u64) {
        self.journal.wait_until_signed(size);
    }
    fn hash_tile(&self, tile: &Tile) -> Result<Vec<u8>, JournalError> {
        self.journal.hash_tile(tile)
    }
    fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, JournalError> {
        self.journal.inclusion_proof(if self.fault == Fault::Proof { index ^ 1 } else { index }, size)
    }
    fn verifier_key(&self) -> String {
        let other = key("example.org/north", 2).verifier_key().to_string();
        if self.fault == Fault::Key { other } else { self.journal.verifier_key() }
    }
    fn sign_manifest(&self, text: &str) -> String {
        let other = key("example.org/north", 2).sign(text).unwrap();
        if self.fault == Fault::Signature { other } else { self.journal.sign_manifest(text) }
    }
}

#[test]
fn a_journal_that_contradicts_itself_gives_no_dossier() {
    for (fault, why) in [
        (Fault::Entry, "Entry 3 (report) does not stand in the journal"),
        (Fault::Unreadable, "entry 3 is damaged: its hash is another"),
        (Fault::Salt, "Entry 0 (epoch) does not stand in the journal"),
        (Fault::Proof, "Entry 0 (epoch) does not stand in the journal"),
        (Fault::Key, "none of the known keys signed"),
        (Fault::Signature, "not by the pinned key"),
        (Fault::Large, "at most 67108864 are written"),
    ] {
        let error = build(&Faulty { journal: journal(), fault }, 0..END, FINDING, "case", "").unwrap_err();
        assert!(error.to_string().contains(why), "{fault:?}: {error}");
        assert_eq!(error.is_journal(), fault == Fault::Unreadable);
    }
    let sound = build(&Faulty { journal: journal(), fault: Fault::None }, 0..END, FINDING, "case", "").unwrap();
    let key = VerifierKey::parse(&journal().verifier_key()).unwrap();
    assert_eq!(verify(&sound, Some(&key)).outcome, Outcome::Proven);
}

#[test]
fn parse_refuses_other_forms_and_names_the_byte() {
    let at = |bytes: &[u8]| Dossier::parse(bytes).unwrap_err();
    assert_eq!(at(&[]).offset(), Some(0));
    assert_eq!(at(&[GOLDEN, &[0]].concat()).offset(), Some(GOLDEN.len()));
    assert!(at(&vec![0; MAX_DOSSIER_BYTES + 1]).is_over_limit());

    let mut other = GOLDEN.to_vec();
    let version = other.windows(19).position(|w| w == b"truceline-dossier-1").unwrap() + 18;
    other[version] = b'2';
    assert!(at(&other).to_string().contains("the format is \"truceline-dossier-2\""));

    let dossier = Dossier::parse(GOLDEN).unwrap();
    let changed = |change: &dyn Fn(&mut Dossier)| {
        let mut dossier = dossier.clone();
        change(&mut dossier);
        at(&dossier.to_bytes()).to_string()
    };
    assert!(changed(&|d| d.entries.swap(2, 3)).contains("entry 2 does not stand after all entries of lower index"));
    assert!(changed(&|d| d.entries[1] = d.entries[0].clone()).contains("entry 0 does not stand after"));
    assert!(changed(&|d| d.manifest.value.entries.swap(2, 3)).contains("by ascending index"));
    assert!(changed(&|d| d.manifest.value.origin = "a b".into()).contains("names no journal"));
    let long = vec![Hash::of(b""); 65];
    assert!(changed(&|d| d.entries[1].value.proof.clone_from(&long)).contains("entry 1 has a proof of 65 hashes"));
    let large = vec![0; MAX_ENTRY_BYTES + 1];
    assert!(changed(&|d| d.entries[1].value.entry.0.clone_from(&large)).contains("entry 1 has 1048577 bytes"));

    // An error inside the manifest names the byte of the file.
    let mut broken = GOLDEN.to_vec();
    let case = broken.windows(4).position(|w| w == b"case").unwrap();
    broken[case] = b'd';
    let error = at(&broken);
    assert_eq!(error.offset(), Some(case - 1));
    assert!(error.to_string().contains("in the manifest"), "{error}");
}

/// Payloads that are cut, of another spelling or over their bound are named at their byte.
#[test]
fn what_breaks_among_payloads_is_named_at_its_byte() {
    let whole = with_records(&of_two).unwrap();
    let places: Vec<Range<usize>> =
        Dossier::parse(&whole).unwrap().payloads.unwrap().into_iter().map(|p| p.bytes).collect();
    let changed = |at: usize, to: &[u8]| {
        let mut bytes = whole.clone();
        bytes.splice(at..=at, to.iter().copied());
        let error = Dossier::parse(&bytes).unwrap_err();
        (error.offset(), error.to_string())
    };
    let at = places[1].start;
    assert_eq!(changed(at, &[0x60 + 5]).1, format!("byte {at}, in payloads: expected a byte string"));
    assert_eq!(changed(at, &[0x58, 5]).1, format!("byte {at}, in payloads: expected the shortest form of a number"));
    assert_eq!(changed(at, &[0x5f]).1, format!("byte {at}, in payloads: expected a definite length"));
    let long = [&[0x5a][..], &(MAX_DOSSIER_PAYLOAD_BYTES as u32).to_be_bytes()].concat();
    assert!(changed(at, &long).1.contains("at most 268435456 are read"));
    assert_eq!(
        changed(places[0].start - 1, &[0xa2]).1,
        format!("byte {}, in payloads: expected an array", at - 1 - (at - places[0].start))
    );
    for end in [at, at + 1, at + 2] {
        let error = Dossier::parse(&whole[..end]).unwrap_err();
        assert_eq!(error.offset(), Some(at), "{error}");
    }
    let behind = places[1].end;
    assert_eq!(Dossier::parse(&whole[..behind]).unwrap_err().offset(), Some(behind));
    let error = Dossier::parse(&[&whole[..], &[0]].concat()).unwrap_err();
    assert_eq!(error.offset(), Some(whole.len()), "{error}");
}

proptest! {
    /// However the file is cut into pieces, what is read of it, or what is wrong with it, is the same.
    #[test]
    fn pieces_read_as_the_whole(
        cuts in proptest::collection::vec(1..400usize, 1..60),
        flip in proptest::option::of((0..2_000usize, 0..8u8)),
        which in 0..2usize,
    ) {
        let mut file = if which == 0 { GOLDEN.to_vec() } else { with_records(&of_two).unwrap() };
        if let Some((at, bit)) = flip {
            let at = at % file.len();
            file[at] ^= 1 << bit;
        }
        let mut reading = Reading::default();
        let mut rest = &file[..];
        for cut in cuts.iter().cycle().take_while(|_| true) {
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            reading.push(piece);
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(reading.bytes(), file.len());
        prop_assert_eq!(reading.finish(), Dossier::parse(&file));
    }

    #[test]
    fn any_bytes_are_a_dossier_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Dossier::parse(&bytes).is_err());
        prop_assert_eq!(verify(&bytes, None).outcome, Outcome::Contradicted);
    }

    #[test]
    fn what_reads_writes_itself(at in 0..GOLDEN.len(), with in proptest::collection::vec(any::<u8>(), 1..40)) {
        let mut bytes = GOLDEN.to_vec();
        let end = (at + with.len()).min(bytes.len());
        bytes.splice(at..end, with);
        if let Ok(dossier) = Dossier::parse(&bytes) {
            prop_assert_eq!(dossier.to_bytes(), bytes.clone());
        }
        let key = VerifierKey::parse(&journal().verifier_key()).unwrap();
        prop_assert_eq!(verify(&bytes, Some(&key)).outcome == Outcome::Proven, bytes == GOLDEN);
    }
}

/// A record of one waveform.
pub(crate) fn record(sequence: u64, payload: &[u8]) -> Vec<u8> {
    use truceline_model::record::{Form, Payload, Record};
    use truceline_model::report::SourceRef;
    truceline_model::entry::to_bytes(&Record {
        source: SourceRef { source: "post-4".into(), boot: 1, sequence },
        records: 1,
        owner: "not stated".into(),
        form: Form::MiniSeed,
        pieces: Vec::new(),
        payload: Payload { sha256: Hash::of(payload), bytes: payload.len() as u64 },
        frame: None,
        received: None,
    })
}

/// A finding that rests on three records, two of them of the same waveform.
fn with_records(stored: Stored<'_>) -> Result<Vec<u8>, Error> {
    let journal = MemoryJournal::new(key("example.org/north", 1), [9; 32]);
    let records = [record(0, b"one"), record(1, b"three"), record(2, b"one")];
    journal.append([&records[..], &[entry("finding", "number 3"), entry("outputs_end", "number 4")]].concat()).unwrap();
    build_with_payloads(&journal, 0..5, 3, ("04-0001-E", "A statement."), stored)
}

fn of_two(sha256: Hash) -> Option<Vec<u8>> {
    [&b"one"[..], b"three"].into_iter().find(|bytes| Hash::of(bytes) == sha256).map(<[u8]>::to_vec)
}

fn payloads_of(file: &[u8]) -> Vec<Vec<u8>> {
    Dossier::parse(file).unwrap().payloads(file).map(|(_, bytes)| bytes.to_vec()).collect()
}

fn payload_check(bytes: &[u8]) -> (Outcome, String) {
    let key = key("example.org/north", 1).verifier_key().clone();
    let check = verify(bytes, Some(&key)).checks.into_iter().find(|check| check.name == "payloads").unwrap();
    (check.outcome, check.sentence)
}

#[test]
fn payloads_stand_once_in_the_order_of_their_hashes() {
    let found = with_records(&of_two).unwrap();
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/dossier-2.tldoss");
    if std::env::var_os("TRUCELINE_WRITE_GOLDEN").is_some() && !std::path::Path::new(golden).exists() {
        std::fs::write(golden, &found).unwrap();
    }
    assert!(found == std::fs::read(golden).unwrap(), "the bytes of a dossier with payloads changed");
    let dossier = Dossier::parse(&found).unwrap();
    let held: Vec<(Hash, &[u8])> = dossier.payloads(&found).collect();
    assert_eq!(dossier.to_bytes_with(Some(&payloads_of(&found))), found);
    let mut expected = [(Hash::of(b"one"), &b"one"[..]), (Hash::of(b"three"), &b"three"[..])];
    expected.sort();
    assert_eq!(held, expected);
    let (outcome, sentence) = payload_check(&found);
    let all = "3 entries of records name 2 payloads of waveforms by SHA-256, 8 bytes. The file holds all of them, each with \
               the very bytes that its record names.";
    assert_eq!((outcome, sentence.as_str()), (Outcome::Proven, all));
    // What is not stored, or stored with other bytes, is left out and counted.
    for stored in [&|sha256| of_two(sha256).filter(|bytes| bytes != b"three") as Option<Vec<u8>>, &|sha256| {
        of_two(sha256).map(|bytes| if bytes == b"three" { b"other".to_vec() } else { bytes })
    }] as [Stored<'_>; 2]
    {
        let (outcome, sentence) = payload_check(&with_records(stored).unwrap());
        let end = "The file holds 1 of them, each with the very bytes that its record names. 1 payload of 5 bytes not: \
                   nothing can be derived from their records.";
        assert!(outcome == Outcome::Proven && sentence.ends_with(end), "{sentence}");
    }
}

#[test]
fn payloads_that_were_changed_or_put_in_are_named() {
    let whole = with_records(&of_two).unwrap();
    let dossier = Dossier::parse(&whole).unwrap();
    let sorted = |mut payloads: Vec<Vec<u8>>| {
        payloads.sort_by_key(|payload| Hash::of(payload));
        dossier.to_bytes_with(Some(&payloads))
    };
    let mut payloads = payloads_of(&whole);
    payloads.iter_mut().for_each(|payload| payload[0] ^= 0x20);
    let (outcome, sentence) = payload_check(&sorted(payloads));
    assert_eq!(outcome, Outcome::Contradicted);
    assert!(sentence.ends_with("is named by no record among its entries: it was changed or put in."), "{sentence}");
    let mut payloads = payloads_of(&whole);
    payloads.push(b"more".to_vec());
    assert_eq!(payload_check(&sorted(payloads.clone())).0, Outcome::Contradicted);
    payloads.sort_by_key(|payload| std::cmp::Reverse(Hash::of(payload)));
    let error = Dossier::parse(&dossier.to_bytes_with(Some(&payloads))).unwrap_err();
    assert!(error.to_string().contains("does not stand after all payloads of lower SHA-256"), "{error}");
    // Each form has its own name.
    let (plain, with_payloads) = (Form::Plain.name(), Form::WithPayloads.name().as_bytes());
    let first = whole.windows(plain.len()).position(|window| window == with_payloads).unwrap();
    let mut renamed = whole.clone();
    renamed[first..first + plain.len()].copy_from_slice(plain.as_bytes());
    assert!(Dossier::parse(&renamed).unwrap_err().to_string().contains("expected \"truceline-dossier-2\""));
}

#[test]
fn payloads_over_their_bound_are_refused_with_a_way_out() {
    // Bytes that are no payload of the records are never counted, however many; of those that are, the bound is on what
    // is written. A journal whose records name so much is made of few records of the largest payload.
    use truceline_model::record::{Form, MAX_PAYLOAD_BYTES, Payload, Record};
    use truceline_model::report::SourceRef;
    let large = |n: u8| vec![n; MAX_PAYLOAD_BYTES as usize];
    let names: Vec<Hash> = (0..6).map(|n| Hash::of(&large(n))).collect();
    let record = |(n, sha256): (usize, &Hash)| {
        truceline_model::entry::to_bytes(&Record {
            source: SourceRef { source: "post-4".into(), boot: 1, sequence: n as u64 },
            records: 1,
            owner: "not stated".into(),
            form: Form::MiniSeed,
            pieces: Vec::new(),
            payload: Payload { sha256: *sha256, bytes: MAX_PAYLOAD_BYTES },
            frame: None,
            received: None,
        })
    };
    let journal = MemoryJournal::new(key("example.org/north", 1), [9; 32]);
    journal.append(names.iter().enumerate().map(record).chain([entry("finding", "number 6")]).collect()).unwrap();
    let stored = |sha256| names.iter().position(|name| *name == sha256).map(|n| large(n as u8));
    let error = build_with_payloads(&journal, 0..7, 6, ("case", ""), &stored).unwrap_err();
    assert!(error.is_over_limit() && error.to_string().contains("take the dossier without them"), "{error}");
    assert!(build(&journal, 0..7, 6, "case", "").is_ok());
}
