//! Two consultations of twelve states, through commands, the interface and their dossiers: one comes to no determination, one to a
//! decision.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use serde_json::Value;
use support::server::Server;
use support::*;
use tempfile::TempDir;
use truceline_evidence::keys::{Act, Body, Holder, KeyAct, KeyPair, Role};
use truceline_evidence::note::VerifierKey;
use truceline_evidence::verification::{Outcome, verify};
use truceline_model::hash::Hash;

/// Twelve states.
const STATES: [&str; 12] = ["XA", "XB", "XC", "XD", "XE", "XF", "XG", "XH", "XI", "XJ", "XK", "XL"];

const AT: &str = "2030-01-02T03:04:05Z";

/// A store whose key register three states founded, with three delegates of each of twelve, and the files of their keys.
struct House {
    folder: TempDir,
    store: String,
}

impl House {
    fn new() -> Self {
        let (folder, store) = new_store();
        let house = Self { folder, store };
        let mut holders = Vec::new();
        for (at, state) in STATES.iter().enumerate() {
            for number in 0..4 {
                let seed = [(4 * at + number) as u8 + 1; 32];
                std::fs::write(house.key(state, number), format!("{}\n", Hash(seed))).unwrap();
                let role = if number == 0 { Role::Officer } else { Role::Delegate };
                let key = KeyPair::from_seed(&seed).public();
                holders.push(Holder { name: format!("{state}-{number}"), role, owner: (*state).to_owned(), key });
            }
        }
        let officers: Vec<Holder> =
            holders.iter().filter(|holder| holder.role == Role::Officer).take(3).cloned().collect();
        let delegates = holders.into_iter().filter(|holder| holder.role == Role::Delegate).map(Act::Enrol);
        let mut arguments = vec!["load".to_owned(), house.store.clone()];
        for (number, act) in (0..).zip([Act::Found { states: 2, officers }].into_iter().chain(delegates)) {
            let mut act = KeyAct::new(&Body { act, number, journal: ORIGIN.into() });
            (0..=255).map(|seed| KeyPair::from_seed(&[seed; 32])).for_each(|key| act.sign(&key));
            act.signatures.retain(|(id, _)| signs(*id, number));
            let path = house.file(&format!("{number}.tlact"));
            std::fs::write(&path, act.to_file()).unwrap();
            arguments.push(path);
        }
        run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).succeeded();
        house
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn key(&self, state: &str, number: usize) -> String {
        self.file(&format!("{state}-{number}.key"))
    }

    fn consult(&self, arguments: &[&str]) -> Run {
        run(&[&["register", "consult"], arguments].concat())
    }

    /// Writes an act.
    fn written(&self, arguments: &[&str]) -> String {
        let out = self.file("act.tlcon");
        let _ = std::fs::remove_file(&out);
        self.consult(&[arguments, &["--out", &out]].concat()).succeeded();
        out
    }

    /// Writes an act, has these delegates sign it and registers it.
    fn act(&self, arguments: &[&str], by: &[(&str, usize)]) -> Run {
        let act = self.written(arguments);
        let keys: Vec<String> =
            by.iter().flat_map(|(state, number)| ["--key".to_owned(), self.key(state, *number)]).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        self.consult(&[&["sign", &act], &keys[..]].concat()).succeeded();
        self.consult(&["register", &self.store, &act])
    }

    /// As [`act`](Self::act), by the first two delegates of these states; it is taken.
    fn taken(&self, arguments: &[&str], by: &[&str]) {
        let keys: Vec<(&str, usize)> = by.iter().flat_map(|state| [(*state, 1), (*state, 2)]).collect();
        let run = self.act(arguments, &keys).succeeded();
        assert!(run.stdout.contains("1 registered"), "{run:?}");
    }

    fn refused(&self, rule: &str, arguments: &[&str], by: &[(&str, usize)]) {
        let run = self.act(arguments, by);
        assert!(run.code == 1 && run.stderr.contains(&format!("[{rule}]")), "{rule}: {run:?}");
    }

    /// Has every seat found a body, and one call a consultation; says the call's hash.
    fn called(&self, body: &str, question: &str) -> String {
        let mut found = vec!["found", &self.store, "--body", body, "--take-part", "8", "--sign", "7"];
        STATES.iter().for_each(|state| found.extend(["--seat", state]));
        self.taken(&found, &STATES);
        let pack = self.file("pack.txt");
        std::fs::write(&pack, "The same for all.").unwrap();
        let other = "A request of the beneficiary";
        self.taken(
            &[
                "call",
                &self.store,
                "--seat",
                "XA",
                "--stage",
                "commission",
                "--other",
                other,
                "--pack",
                &pack,
                "--question",
                question,
                "--at",
                AT,
            ],
            &["XA"],
        );
        let all = self.consult(&["show", &self.store, "--json"]).succeeded().json();
        all["bodies"][0]["consultations"][0]["call"].as_str().unwrap().to_owned()
    }

    fn position(&self, call: &str, state: &str, stance: &str, words: &str) {
        let arguments = ["position", &self.store, call, "--seat", state, "--stance", stance, "--words", words];
        self.taken(&arguments, &[state]);
    }

    fn shown(&self, call: &str) -> Value {
        self.consult(&["show", &self.store, call, "--json"]).succeeded().json()
    }

    /// The dossier proves its entries and signatures, says what it does not show, and comes to the same when it is folded again.
    fn dossier_holds(&self, call: &str) {
        let file = self.file("consultation.tldoss");
        self.consult(&["dossier", &self.store, call, "-o", &file]).succeeded();
        let bytes = std::fs::read(&file).unwrap();
        let key = VerifierKey::parse(&signing_key().verifier_key().to_string()).unwrap();
        let report = verify(&bytes, Some(&key));
        let open: Vec<&str> =
            report.checks.iter().filter(|check| check.outcome != Outcome::Proven).map(|check| check.name).collect();
        assert!(open.iter().all(|name| *name == "completeness"), "{report:?}");
        let acts = report.checks.iter().find(|check| check.name == "acts").unwrap();
        assert!(acts.sentence.contains("by delegates of XA"), "{acts:?}");
        let checked = self.consult(&["check", &file, "--key", key_text().as_str(), "--json"]).succeeded().json();
        assert_eq!(checked["consultation"], self.shown(call));
        // One changed byte of an act is found.
        let mut changed = bytes.clone();
        let words = b"Not beyond the sector";
        if let Some(at) = changed.windows(words.len()).position(|window| window == words) {
            changed[at] ^= 1;
            std::fs::write(&file, &changed).unwrap();
            assert_eq!(self.consult(&["check", &file, "--key", key_text().as_str()]).code, 1);
            assert_eq!(verify(&changed, Some(&key)).outcome, Outcome::Contradicted);
        }
    }
}

fn key_text() -> String {
    signing_key().verifier_key().to_string()
}

/// Who signs the key register's act of a number: the three officers, and from the second on the key itself.
fn signs(id: Hash, number: u64) -> bool {
    let key = |seed: usize| KeyPair::from_seed(&[seed as u8; 32]).public().id();
    let officers = [1, 5, 9].map(key);
    let own = number.checked_sub(1).map(|at| key((4 * (at / 3) + at % 3 + 2) as usize));
    officers.contains(&id) || own == Some(id)
}

fn stance<'a>(shown: &'a Value, state: &str) -> &'a Value {
    shown["seats"].as_array().unwrap().iter().find(|seat| seat["state"] == state).unwrap()
}

#[test]
fn twelve_states_come_to_no_determination() {
    let house = House::new();
    let call = house.called("special-commission", "Whose was it?");
    let call = call.as_str();
    let position =
        |state: &str| ["position", &house.store, call, "--seat", state, "--stance", "support"].map(str::to_owned);
    let refused = |rule: &str, state: &str, by: &[(&str, usize)]| {
        let arguments = position(state);
        house.refused(rule, &arguments.iter().map(String::as_str).collect::<Vec<_>>(), by);
    };
    refused("two-keys", "XB", &[("XB", 1)]);
    refused("unknown-key", "XB", &[("XB", 1), ("XB", 0)]);
    refused("no-seat", "XX", &[("XB", 1), ("XB", 2)]);
    for state in ["XA", "XB", "XC", "XD", "XE"] {
        house.position(call, state, "support", "");
    }
    house.refused(
        "reservation-in-words",
        &["position", &house.store, call, "--seat", "XF", "--stance", "support-with-reservation"],
        &[("XF", 1), ("XF", 2)],
    );
    house.position(call, "XF", "support-with-reservation", "Not beyond the sector.");
    // Half-way a key of XB is revoked, since before it signed: its position falls, and is not read as any other.
    let before = stance(&house.shown(call), "XB")["entry"].as_u64().unwrap().to_string();
    let public = KeyPair::from_seed(&[7; 32]).public();
    let public = Hash(public.bytes()).to_string();
    house
        .act(
            &["revoke", &house.store, "--seat", "XB", "--public", &public, "--reason", "Lost.", "--since", &before],
            &[("XB", 1), ("XB", 3)],
        )
        .succeeded();
    let shown = house.shown(call);
    assert_eq!(stance(&shown, "XB")["stance"], "silent");
    assert!(stance(&shown, "XB")["fallen"].is_u64());
    let again = ["position", &house.store, call, "--seat", "XB", "--stance", "support", "--words", "As before."];
    house.refused("revoked-key", &again, &[("XB", 1), ("XB", 2)]);
    for (state, stance) in [("XG", "abstain"), ("XH", "oppose"), ("XI", "abstain"), ("XJ", "no-mandate-yet")] {
        house.position(call, state, stance, "");
    }
    // XK and XL are silent, and XB does not speak again. What stays open cannot be determined.
    let determine =
        ["determine", &house.store, call, "--responsibility", "no-determination", "--words", "It stays open."];
    let seven: Vec<(&str, usize)> =
        ["XA", "XC", "XD", "XE", "XF", "XG", "XI"].iter().flat_map(|state| [(*state, 1), (*state, 2)]).collect();
    house.refused("out-of-order", &determine, &seven);
    house.taken(&["close", &house.store, call, "--seat", "XA"], &["XA"]);
    house.refused("quorum", &determine, &seven[..12]);
    house.act(&determine, &seven).succeeded();
    let shown = house.shown(call);
    assert_eq!(shown["determination"]["responsibility"], "no-determination");
    assert_eq!(shown["determination"]["intent"], "not-assessed");
    assert_eq!(shown["decision"], Value::Null);
    for state in ["XB", "XK", "XL"] {
        assert_eq!(stance(&shown, state)["stance"], "silent", "{state}");
    }
    assert_eq!(stance(&shown, "XF")["words"], "Not beyond the sector.");
    house.taken(&["dissent", &house.store, call, "--seat", "XH", "--words", "It could be said."], &["XH"]);
    let words = house.consult(&["show", &house.store, call]).succeeded().stdout;
    for line in
        ["XK   silent\n", "determination: no determination: It stays open.\n", "dissent of XH: It could be said.\n"]
    {
        assert!(words.contains(line), "{line}{words}");
    }
    house.dossier_holds(call);
    // The engine passes over all of it.
    replay_hash(&house.store);
    run(&["fsck", &house.store]).succeeded();
}

#[test]
fn twelve_states_come_to_a_decision_through_the_server() {
    let house = House::new();
    let edition = house.file("edition.tlreg");
    let example = "examples/paris-2026-01-06";
    run(&["register", "publish", &house.store, example, "--at", AT, "--out", &edition]).succeeded();
    run(&["register", "sign", &edition, "--key", &house.key("XA", 0)]).succeeded();
    let alone = run(&["load", &house.store, &edition]);
    assert!(alone.code == 1 && alone.stderr.contains("[officers-of-enough-states]"), "{alone:?}");
    run(&["register", "sign", &edition, "--key", &house.key("XB", 0)]).succeeded();
    run(&["load", &house.store, &edition]).succeeded();
    let again = run(&["load", &house.store, &edition, "--json"]).succeeded().json();
    assert_eq!(again["files"][0]["already"], 1);
    let call = house.called("guarantors-consultation", "What follows?");
    let call = call.as_str();
    let server = Server::start(&house.store);
    house.taken(&["agenda", &house.store, call, "--seat", "XA", "--item", "The finding"], &["XA"]);
    for state in &STATES[..9] {
        house.position(call, state, "support", "");
    }
    // What breaks a rule is not registered through the interface either.
    let bytes = std::fs::read(house.written(&["close", &house.store, call, "--seat", "XA"])).unwrap();
    let answer = server.post("close.tlcon", &[("X-Truceline", "1")], &bytes);
    assert!(answer.status == 400 && answer.text().contains("[two-keys]"), "{answer:?}");
    house.taken(&["close", &house.store, call, "--seat", "XA"], &["XA"]);
    let decide = ["decide", &house.store, call, "--outcome", "adopted", "--words", "For the reasons in the pack."];
    let kept = house.file("kept.tlcon");
    std::fs::copy(house.written(&decide), &kept).unwrap();
    house.taken(&decide, &STATES[..7]);
    // An act that comes again is acknowledged; the same one with other signatures is taken once.
    let late = house.consult(&["sign", &kept, "--key", &house.key("XH", 1)]).succeeded();
    assert!(late.stdout.contains("1 signature"), "{late:?}");
    let twice = house.consult(&["register", &house.store, &kept]);
    assert!(twice.code == 1 && twice.stderr.contains("[once]"), "{twice:?}");
    let measure = [
        "measure",
        &house.store,
        call,
        "--seat",
        "XC",
        "--option",
        "support-logistic",
        "--words",
        "Fuel.",
        "--legal-basis",
        "Act on support, section 4",
        "--caveats-checked-by",
        "Legal adviser",
        "--at",
        AT,
    ];
    house.taken(&measure, &["XC"]);
    house.taken(&["review", &house.store, call, "--outcome", "stands", "--words", "It stands."], &STATES[..7]);
    drop(server);
    let shown = house.shown(call);
    assert_eq!(shown["decision"]["outcome"], "adopted");
    assert_eq!(shown["decision"]["signed_by"].as_array().unwrap().len(), 7);
    assert_eq!(shown["measures"][0]["option"], "support-logistic");
    assert_eq!(shown["reviews"][0]["outcome"], "stands");
    assert_eq!(stance(&shown, "XL")["stance"], "silent");
    house.dossier_holds(call);
    replay_hash(&house.store);
}
