use super::super::*;
use super::NAME;
use crate::dossier::build;
use crate::dossier::tests::{entry as plain, key};
use crate::journal::Appender;
use crate::keys::tests::{Office, enrol, founded, key as person, revoke};
use crate::keys::{Holder, KeyPair, Role};
use crate::memory::MemoryJournal;
use crate::statement::{Stance, Statement};
use truceline_model::entry;
use truceline_model::hash::Hash;

fn reviewer() -> KeyPair {
    person(40)
}

/// What is said of the statements in the dossier of a finding on which a reviewer stated something at entry 3; with `suspect_since`
/// the key is revoked in the end.
fn said(suspect_since: Option<u64>) -> Vec<(Outcome, String)> {
    let journal = MemoryJournal::new(key("test/log", 1), [9; 32]);
    let officers = [Office::A, Office::B];
    let holder =
        Holder { name: "reviewer".to_owned(), role: Role::Reviewer, owner: "A".to_owned(), key: reviewer().public() };
    let finding = plain("finding", "number");
    let statement = Statement {
        key: reviewer().public().id(),
        about: Hash::of(&finding),
        stance: Stance::Disputes,
        words: "A quarry.".to_owned(),
        journal: "test/log".to_owned(),
        supersedes: None,
    };
    let mut entries = vec![
        entry::to_bytes(&founded()),
        entry::to_bytes(&enrol(1, holder, &officers, Some(&reviewer()))),
        finding,
        entry::to_bytes(&statement.sign(&reviewer())),
    ];
    let revoked = suspect_since.map(|since| revoke(2, reviewer().public().id(), since, &officers));
    entries.extend(revoked.iter().map(entry::to_bytes));
    let end = entries.len() as u64;
    journal.append(entries).unwrap();
    let dossier = build(&journal, 0..end, 2, "04-0001-E", "A statement.").unwrap();
    let pinned = key("test/log", 1);
    let report = verify(&dossier, Some(pinned.verifier_key()));
    let of_statements = report.checks.into_iter().filter(|check| check.name == NAME);
    of_statements.map(|check| (check.outcome, check.sentence)).collect()
}

#[test]
fn what_a_good_key_stated_is_quoted() {
    // Revoked later, and suspect only from then on: what it signed before stands.
    for suspect_since in [None, Some(4)] {
        let found = said(suspect_since);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].0 == Outcome::Proven && found[0].1.contains("reviewer of A disputes the finding"),
            "{found:?}"
        );
    }
}

#[test]
fn what_a_key_stated_that_is_found_to_have_been_suspect_is_counted_and_not_quoted() {
    let found = said(Some(3));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].0 == Outcome::Unproven && found[0].1.starts_with("1 statements of keys that were suspect"),
        "{found:?}"
    );
}
