//! The register over the interface: what people signed stands in a journal, and the board, a state's page, what changed and two
//! consultations of twelve states are answered from it.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use serde_json::Value;
use std::path::Path;
use support::server::Server;
use support::*;
use truceline_evidence::journal::Appender;
use truceline_evidence::keys::{Act as OnKeys, Body, Holder, KeyAct, KeyPair, Role};
use truceline_model::canonical::{self, Bytes};
use truceline_model::cosigned::Cosigned;
use truceline_model::entry::{self, Entry};
use truceline_model::hash::Hash;
use truceline_model::time::Time;
use truceline_node::journal::{Journal, Mode};
use truceline_node::store::Store;
use truceline_register::body::BodyKind;
use truceline_register::consult::*;
use truceline_register::edition::Edition;

const STATES: [&str; 12] = ["XA", "XB", "XC", "XD", "XE", "XF", "XG", "XH", "XI", "XJ", "XK", "XL"];
const REGISTER: &str = "web/e2e/register/twelve.toml";
/// 2030-02-01, and a day before it.
const DAYS: [Time; 2] = [Time(1_896_048_000_000_000_000), Time(1_896_134_400_000_000_000)];

/// The keys of a state: 0 is its officer's, 1 to 3 its delegates'.
fn key(state: &str, at: u8) -> KeyPair {
    let mut seed = [at + 1; 32];
    seed[..2].copy_from_slice(state.as_bytes());
    KeyPair::from_seed(&seed)
}

/// What stands in a journal that is being written.
struct Log {
    entries: Vec<Vec<u8>>,
    key_acts: u64,
}

impl Log {
    fn at(&self) -> u64 {
        self.entries.len() as u64
    }

    fn on_keys(&mut self, act: OnKeys, by: &[(&str, u8)]) {
        let mut act = KeyAct::new(&Body { act, number: self.key_acts, journal: ORIGIN.into() });
        by.iter().for_each(|(state, at)| act.sign(&key(state, *at)));
        self.key_acts += 1;
        self.entries.push(entry::to_bytes(&act));
    }

    fn put<T: Cosigned + Entry>(&mut self, mut signed: T, by: &[(&str, u8)]) {
        for (state, at) in by {
            let key = key(state, *at);
            let signature = key.sign(T::DOMAIN, signed.body());
            signed.put(key.public().id(), signature);
        }
        self.entries.push(entry::to_bytes(&signed));
    }

    fn edition(&mut self, number: u32, published_at: Time, text: &str) {
        let files = vec![("twelve.toml".to_owned(), Bytes(text.as_bytes().to_vec()))];
        let edition = Edition { number, journal: ORIGIN.into(), published_at, files };
        self.put(edition.unsigned().unwrap(), &[("XA", 0), ("XB", 0)]);
    }

    /// An act, signed by two delegates of each of these seats. Says its hash.
    fn act(&mut self, act: &Act, seats: &[&str]) -> Hash {
        let by: Vec<(&str, u8)> = seats.iter().flat_map(|seat| [(*seat, 1), (*seat, 2)]).collect();
        self.act_by(act, &by)
    }

    fn act_by(&mut self, act: &Act, by: &[(&str, u8)]) -> Hash {
        let signed = SignedAct { body: Bytes(canonical::to_bytes(act)), signatures: Vec::new() };
        let hash = signed.hash();
        self.put(signed, by);
        hash
    }

    fn found(&mut self, body: BodyKind) -> Hash {
        let seat = |state: &&str| {
            let mut keys: Vec<Hash> = (1..=3).map(|at| key(state, at).public().id()).collect();
            keys.sort();
            Seat { state: (*state).to_owned(), keys }
        };
        let quorum = Quorum { take_part_min: 8, sign_min: 7, oppose_max: Some(1) };
        let seats = STATES.iter().map(seat).collect();
        self.act(&Act::Found(Roll { body, journal: ORIGIN.into(), seats, quorum }), &STATES)
    }

    fn call(&mut self, roll: Hash, basis: Basis, question: &str) -> Hash {
        let call = Act::Call(Call {
            roll,
            seat: "XA".into(),
            stage: Stage::Commission,
            basis: vec![basis],
            pack: Hash([7; 32]),
            question: question.into(),
            called_at: DAYS[1],
            reminders: vec![RemindAt {
                words: "Look at it again".into(),
                from: truceline_register::reminder::Start::BreachTime,
                earliest: DAYS[0],
                latest: DAYS[1],
                after_h: 24,
            }],
        });
        self.act(&call, &["XA"])
    }

    fn position(&mut self, call: Hash, seat: &str, stance: Stance, words: &str) -> Hash {
        let text = PositionText { call, seat: seat.into(), stance, words: words.into(), supersedes: None };
        self.act(&Act::Position(text), &[seat])
    }
}

fn named(positions: &[(&str, Hash)]) -> Vec<(String, Option<Hash>)> {
    let of = |state: &str| positions.iter().find(|(seat, _)| *seat == state).map(|(_, hash)| *hash);
    STATES.iter().map(|state| ((*state).to_owned(), of(state))).collect()
}

/// A store in which twelve states published two editions, one consultation came to a decision and one to no determination. Says
/// the hashes of both calls.
fn store() -> (tempfile::TempDir, String, [Hash; 2]) {
    let (folder, store) = new_store();
    let mut log = Log { entries: Vec::new(), key_acts: 0 };
    let holder = |state: &str, at: u8, role: Role| Holder {
        name: format!("{state}-{at}"),
        role,
        owner: state.to_owned(),
        key: key(state, at).public(),
    };
    let officers = ["XA", "XB"].map(|state| holder(state, 0, Role::Officer)).to_vec();
    log.on_keys(OnKeys::Found { states: 2, officers }, &[("XA", 0), ("XB", 0)]);
    for state in STATES {
        for at in 1..=3 {
            log.on_keys(OnKeys::Enrol(holder(state, at, Role::Delegate)), &[("XA", 0), ("XB", 0), (state, at)]);
        }
    }
    let text = text_of(REGISTER);
    log.edition(1, DAYS[0], &text);
    let changed = text.replace("quantity = \"unclear\"", "quantity = { from = 2, to = 3, unit = \"ships\" }");
    log.edition(2, DAYS[1], &changed);
    log.edition(2, DAYS[1], &text);

    let guarantors = log.found(BodyKind::GuarantorsConsultation);
    let decided = log.call(guarantors, Basis::Other("A request of the beneficiary".into()), "What follows?");
    let agenda = Agenda { call: decided, seat: "XA".into(), items: vec!["Support".into()] };
    log.act(&Act::Agenda(agenda), &["XA"]);
    let mut positions = Vec::new();
    for state in &STATES[..10] {
        let (stance, words) = match *state {
            "XD" => (Stance::Reservation, "Only for six months."),
            "XJ" => (Stance::Oppose, "Not on this basis."),
            _ => (Stance::Support, ""),
        };
        positions.push((*state, log.position(decided, state, stance, words)));
    }
    // One key of a seat is not the seat.
    let alone = PositionText {
        call: decided,
        seat: "XK".into(),
        stance: Stance::Support,
        words: String::new(),
        supersedes: None,
    };
    log.act_by(&Act::Position(alone), &[("XK", 1)]);
    log.act(&Act::Close(Close { call: decided, seat: "XA".into() }), &["XA"]);
    let decision = Act::Decision(DecisionText {
        call: decided,
        outcome: Outcome::Adopted,
        words: "For the reasons in the pack.".into(),
        positions: named(&positions),
        review_by: Some(DAYS[1]),
    });
    let decision = log.act(&decision, &STATES[..8]);
    log.act(&Act::Dissent(Dissent { about: decision, seat: "XJ".into(), words: "As said.".into() }), &["XJ"]);
    let measure = Act::Measure(Measure {
        decision,
        seat: "XA".into(),
        option: "support-economic".into(),
        words: "Money for repair.".into(),
        legal_basis: "Law on aid".into(),
        caveats_checked_by: "Legal office".into(),
        announced_at: DAYS[1],
    });
    let measure = log.act(&measure, &["XA"]);
    let review = Review { decision, outcome: ReviewOutcome::Stands, words: "Nothing is new.".into() };
    log.act(&Act::Review(review), &STATES[..7]);
    log.act(&Act::Lift(Lift { of: measure, words: "It is done.".into() }), &["XA"]);

    let commission = log.found(BodyKind::SpecialCommission);
    let finding = Basis::Finding { entry: Hash([1; 32]), proof: Hash([2; 32]) };
    let open = log.call(commission, finding, "Who is responsible?");
    let mut positions = Vec::new();
    for state in &STATES[..10] {
        let stance = if *state == "XC" { Stance::Reservation } else { Stance::Abstain };
        let words = if *state == "XC" { "The time is disputed." } else { "" };
        positions.push((*state, log.position(open, state, stance, words)));
    }
    // Half-way one key of XB is revoked since before it signed, so its position falls.
    let since = log.at() - 11;
    let revoke =
        Revoke { roll: commission, seat: "XB".into(), key: key("XB", 2).public().id(), since, reason: "lost".into() };
    log.act_by(&Act::Revoke(revoke), &[("XB", 1), ("XB", 3)]);
    let standing: Vec<(&str, Hash)> = positions.into_iter().filter(|(seat, _)| *seat != "XB").collect();
    log.act(&Act::Close(Close { call: open, seat: "XA".into() }), &["XA"]);
    let none = Act::Determination(DeterminationText {
        call: open,
        responsibility: Responsibility::NoDetermination,
        parties: Vec::new(),
        standard: ProofStandard::Clear,
        policy: None,
        intent: Intent::NotAssessed,
        remedies: vec![Remedy::Monitoring],
        words: "The data do not carry it.".into(),
        positions: named(&standing),
    });
    let signers = ["XA", "XC", "XD", "XE", "XF", "XG", "XH"];
    log.act(&none, &signers);
    let opened = Store::open(Path::new(&store), false).unwrap().guarded_in(&Path::new(&store).join("guard"));
    Journal::open(&opened, Mode::Write).unwrap().append(log.entries).unwrap();
    (folder, store, [decided, open])
}

fn found<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    list.as_array().unwrap().iter().find(|item| item[key] == value).unwrap_or_else(|| panic!("{key} {value}: {list}"))
}

#[test]
fn the_register_and_two_consultations_are_answered() {
    let (_folder, store, [decided, open]) = store();
    let server = Server::start_with(&store, |command| {
        command.args(["--state", "XA"]);
    });
    let get = |path: &str| {
        let answer = server.get(&format!("/api/v1/{path}"));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    };
    let status = get("status");
    assert_eq!(status["register"]["edition"], 2);
    assert_eq!(status["register"]["house"]["name"]["fr"], "Aldère");

    let board = get("register");
    assert_eq!(
        (&board["edition"]["number"], &board["edition"]["signed_by"]),
        (&2.into(), &serde_json::json!(["XA", "XB"]))
    );
    assert_eq!(board["states"].as_array().unwrap().len(), 12);
    assert_eq!((&board["quantities"]["unclear"], &board["quantities"]["of"]), (&0.into(), &2.into()));
    assert_eq!(found(&board["pledges"], "id", "pledge-XB")["quantity"]["to"], 3);
    assert_eq!(server.get("/api/v1/register?layer=article").status, 400);

    let changes = get("register/changes?since=1");
    let line = &changes["lines"][0];
    assert_eq!((&line["id"], &line["became"]), (&"pledge-XB".into(), &"changed".into()), "{changes}");
    assert_eq!(
        (&line["fields"][0]["before"], &line["fields"][0]["after"]["unit"]),
        (&"unclear".into(), &"ships".into())
    );
    assert_eq!(server.get("/api/v1/register/changes?since=9").status, 404);

    let state = get("register/states/XA");
    let may = |id: &str| found(&state["options"], "id", id)["allowed"].clone();
    assert_eq!((may("support-economic"), may("support-military")), ("yes".into(), "after-a-vote".into()));
    assert_eq!((&state["seats"][0]["keys"], &state["seats"][0]["needed"]), (&3.into(), &2.into()));
    assert_eq!(state["consultations"].as_array().unwrap().len(), 2);
    let other = get("register/states/XC");
    assert_eq!(found(&other["options"], "id", "support-diplomatic")["named"], false);
    assert_eq!(server.get("/api/v1/register/states/ZZ").status, 404);

    let one = get(&format!("consultations/{decided}"));
    assert_eq!(
        (&one["state"], &one["silent"], &one["conclusion"]["outcome"]),
        (&"adopted".into(), &2.into(), &"adopted".into())
    );
    let seat = |of: &Value, state: &str| found(&of["seat_lines"], "state", state).clone();
    assert_eq!(seat(&one, "XD")["position"]["words"], "Only for six months.");
    assert!(seat(&one, "XK")["position"].is_null() && seat(&one, "XL")["concluded_with"].is_null());
    assert_eq!(one["not_taken"][0]["rule"], "two-keys");
    assert_eq!((&one["dissents"][0]["state"], &one["measures"][0]["lifted"]), (&"XJ".into(), &"It is done.".into()));
    assert_eq!((&one["reviews"][0]["outcome"], &one["agenda"][0]), (&"stands".into(), &"Support".into()));

    let two = get(&format!("consultations/{open}"));
    assert_eq!((&two["state"], &two["silent"]), (&"no-determination".into(), &3.into()));
    let fallen = seat(&two, "XB");
    assert_eq!((&fallen["fallen"]["stance"], fallen["revoked"].as_array().unwrap().len()), (&"abstain".into(), 1));
    assert!(fallen["position"].is_null(), "it is silent again, and read as nothing");
    assert_eq!((&two["basis"][0]["case"], &two["conclusion"]["intent"]), (&Value::Null, &"not-assessed".into()));
    let list = get("consultations");
    assert_eq!(list["consultations"][0]["call"], open.to_string(), "the newest first");
    for call in ["00", &"0".repeat(64)] {
        assert_eq!(server.get(&format!("/api/v1/consultations/{call}")).status, 404);
    }
}

#[test]
fn a_journal_without_a_register_says_so() {
    let (_folder, store) = new_store();
    let server = Server::start(&store);
    assert!(server.get("/api/v1/register").json()["edition"].is_null());
    assert!(server.get("/api/v1/register/changes").json()["newest"].is_null());
    assert_eq!(server.get("/api/v1/register/states/XA").status, 404);
    assert_eq!(server.get("/api/v1/consultations").json()["consultations"].as_array().unwrap().len(), 0);
    assert!(server.get("/api/v1/status").json()["register"]["house"].is_null());
}

#[test]
fn no_other_tier_is_told_of_the_register() {
    let (_folder, store, _) = store();
    let server = Server::start_with(&store, |command| {
        command.args(["--tier", "commission"]);
    });
    for path in ["register", "register/states/XA", "register/changes", "consultations"] {
        assert_eq!(server.get(&format!("/api/v1/{path}")).status, 404, "{path}");
    }
    let refused = run(&["serve", &store, "--tier", "public", "--state", "XA"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("a tier below the enclave has no page"), "{}", refused.stderr);
}
