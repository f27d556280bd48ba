use super::*;
use crate::dossier::tests::{END, FINDING, entry, golden, journal, key, record};
use crate::dossier::{Dossier, build};
use crate::journal::{Appender, JournalReader};
use crate::memory::MemoryJournal;
use crate::note::{Algorithm, SigningKey};
use truceline_model::hash::Hash;

fn pinned() -> VerifierKey {
    VerifierKey::parse(&journal().verifier_key()).unwrap()
}

/// The report on the golden dossier with something changed in its parts.
fn changed(change: impl Fn(&mut Dossier)) -> Report {
    let mut dossier = Dossier::parse(&golden()).unwrap();
    change(&mut dossier);
    verify(&dossier.to_bytes(), Some(&pinned()))
}

/// The same with the manifest signed anew by the journal's own key, and listing what the file holds.
fn signed_anew(change: impl Fn(&mut Dossier)) -> Report {
    let bytes = crate::dossier::tests::signed_anew(&golden(), &key("example.org/north", 1), change);
    verify(&bytes, Some(&pinned()))
}

/// The checks of a name.
fn of<'a>(report: &'a Report, name: &str) -> Vec<(Outcome, &'a str)> {
    report.checks.iter().filter(|c| c.name == name).map(|c| (c.outcome, c.sentence.as_str())).collect()
}

fn failing(report: &Report) -> Vec<&str> {
    report.checks.iter().filter(|c| c.outcome != Outcome::Proven).map(|c| c.sentence.as_str()).collect()
}

#[test]
fn a_sound_dossier_is_proven() {
    let report = verify(&golden(), Some(&pinned()));
    assert_eq!(failing(&report), [""; 0]);
    assert_eq!(report.outcome, Outcome::Proven);
    let sentences: Vec<_> = report.checks.iter().map(|c| (c.name, c.sentence.as_str())).collect();
    let short = pinned().short();
    assert_eq!(
        sentences,
        [
            ("form", "The file is a dossier in its one form, to the last byte."),
            ("manifest", &format!("The manifest is signed by the pinned key {short}.")),
            (
                "checkpoint",
                &format!(
                    "The checkpoint, which states the journal's root over 10 entries, is signed by the pinned key \
                     {short}."
                )
            ),
            ("journal", "Manifest, checkpoint and pinned key are of one journal, example.org/north."),
            ("contents", "The manifest lists exactly what the file holds: 8 entries."),
            ("entries", "Each of 8 entries has the very bytes that the manifest lists."),
            ("places", "Each of 8 entries stands in the journal, at its own place of 10."),
            (
                "completeness",
                "No entry between 0 and 7 is left out. The journal goes on to 9; of what comes after 7 the file says \
                 nothing."
            ),
            ("finding", "The finding that the manifest names is entry 6 (finding) of the file."),
        ]
    );
    assert_eq!((report.case.as_deref(), report.origin.as_deref()), (Some("04-0001-E"), Some("example.org/north")));
    assert_eq!(report.not_proven.len(), 5);
}

#[test]
fn one_entry_reads_as_one() {
    let journal = MemoryJournal::new(key("example.org/north", 1), [9; 32]);
    journal.append(vec![entry("finding", "alone")]).unwrap();
    let report = verify(&build(&journal, 0..1, 0, "case", "").unwrap(), Some(&pinned()));
    assert_eq!(report.outcome, Outcome::Proven);
    assert_eq!(of(&report, "places"), [(Outcome::Proven, "Entry 0 (finding) stands in the journal at place 0 of 1.")]);
    assert_eq!(of(&report, "completeness"), [(Outcome::Proven, "No entry before entry 0 is left out.")]);
}

#[test]
fn without_a_key_what_hangs_on_it_is_unproven() {
    let report = verify(&golden(), None);
    assert_eq!((report.outcome, report.key.clone()), (Outcome::Unproven, None));
    let unproven: Vec<_> = report.checks.iter().filter(|c| c.outcome == Outcome::Unproven).collect();
    assert_eq!(
        unproven.iter().map(|c| c.name).collect::<Vec<_>>(),
        ["manifest", "checkpoint", "places", "completeness"]
    );
    assert!(unproven.iter().all(|c| c.sentence.contains("unproven: key not pinned")), "{unproven:#?}");

    // A contradiction in hashes is one without a key, too.
    let mut dossier = Dossier::parse(&golden()).unwrap();
    dossier.entries[3].value.entry.0[9] ^= 1;
    let report = verify(&dossier.to_bytes(), None);
    assert_eq!(report.outcome, Outcome::Contradicted);
    assert!(of(&report, "places")[0].1.starts_with("Entry 3 (report) does not stand in the journal at place 3 of 10"));
    dossier = Dossier::parse(&golden()).unwrap();
    dossier.manifest.value.statement.push_str(" Surely.");
    assert_eq!(verify(&dossier.to_bytes(), None).outcome, Outcome::Contradicted);
}

#[test]
fn another_key_contradicts() {
    let namesake = key("example.org/north", 2).verifier_key().clone();
    let report = verify(&golden(), Some(&namesake));
    assert_eq!(report.outcome, Outcome::Contradicted);
    let expected = format!("is signed by {} and not by the pinned key {}.", pinned().short(), namesake.short());
    assert_eq!(of(&report, "manifest"), [(Outcome::Contradicted, &*format!("The manifest {expected}"))]);
    assert_eq!(of(&report, "checkpoint"), [(Outcome::Contradicted, &*format!("The checkpoint {expected}"))]);
    assert_eq!(of(&report, "places")[0].0, Outcome::Unproven);
    assert_eq!(of(&report, "completeness")[0].0, Outcome::Unproven);

    let neighbour = key("example.org/south", 1).verifier_key().clone();
    let report = verify(&golden(), Some(&neighbour));
    assert_eq!(
        of(&report, "journal"),
        [(
            Outcome::Contradicted,
            "The manifest is of the journal example.org/north, the pinned key is example.org/south's."
        )]
    );
}

#[test]
fn what_is_taken_out_or_put_in_is_named() {
    let report = changed(|d| drop(d.entries.remove(5)));
    assert_eq!(
        failing(&report),
        [
            "The manifest lists entry 5, and the file does not hold it.",
            "Of the entries up to 7, these are left out: 5. What they say, and whether the finding rests on them, is \
             unproven."
        ]
    );
    assert_eq!(report.outcome, Outcome::Contradicted);
    assert_eq!(report.checks.iter().find(|c| c.name == "contents").unwrap().location.as_ref().unwrap().entry, Some(5));

    let report = changed(|d| {
        let mut more = d.entries[7].clone();
        more.value.index = 8;
        d.entries.push(more);
    });
    assert_eq!(
        of(&report, "contents")[0].1,
        "The file holds entry 8 (outputs end), and the manifest does not list it."
    );
    assert!(of(&report, "places")[0].1.starts_with("Entry 8 (outputs end) does not stand in the journal at place 8"));

    let report = changed(|d| d.entries.clear());
    assert_eq!(report.outcome, Outcome::Contradicted);
    assert_eq!(of(&report, "contents").len(), 8);
}

/// The journal's own key signs a dossier with holes: nothing in it is false, and it is not whole.
#[test]
fn holes_that_the_journal_signed_are_unproven() {
    let report = signed_anew(|d| {
        for index in [4, 1, 0] {
            d.entries.remove(index);
        }
    });
    assert_eq!(report.outcome, Outcome::Unproven);
    assert_eq!(
        failing(&report),
        [
            "Of the entries up to 7, these are left out: 0 to 1, 4. What they say, and whether the finding rests on them, \
          is unproven."
        ]
    );
    let figures = &report.checks.iter().find(|c| c.name == "completeness").unwrap().figures;
    assert_eq!((figures[0].name, figures[0].value.as_str()), ("left_out", "3"));

    let report = verify(&build(&journal(), 3..END, FINDING, "case", "").unwrap(), Some(&pinned()));
    assert_eq!(report.outcome, Outcome::Unproven);
    assert!(of(&report, "completeness")[0].1.contains("left out: 0 to 2."));
}

/// The journal's own key signs a manifest that the rest does not bear out.
#[test]
fn a_signature_does_not_make_hashes_fit() {
    let report = signed_anew(|d| d.entries[3].value.entry.0[9] ^= 1);
    assert_eq!(failing(&report).len(), 2);
    assert!(of(&report, "places")[0].1.starts_with("Entry 3 (report) does not stand"));
    assert!(of(&report, "completeness")[0].1.ends_with("that none is left out is unproven."));

    let report = signed_anew(|d| d.entries[7].value.index = 1 << 40);
    assert_eq!(
        of(&report, "places")[0],
        (Outcome::Contradicted, "Entry 1099511627776 (outputs end) lies outside the journal of 10 entries.")
    );

    let report = signed_anew(|d| d.manifest.value.finding = Hash::of(b"another"));
    assert_eq!(failing(&report), ["The finding that the manifest names is not among the entries of the file."]);

    let report = signed_anew(|d| d.manifest.value.origin = "example.org/south".into());
    assert_eq!(
        failing(&report),
        ["The manifest is of the journal example.org/south, the checkpoint of example.org/north."]
    );

    let report = signed_anew(|d| d.checkpoint.value = "no note".into());
    assert_eq!(report.outcome, Outcome::Contradicted);
    assert!(of(&report, "checkpoint")[0].1.starts_with("The checkpoint cannot be read: a note without an empty line"));
    assert_eq!(of(&report, "places")[0].0, Outcome::Unproven);

    // A manifest's signature is no checkpoint's.
    let report = signed_anew(|d| d.checkpoint.value = d.signature.value.clone());
    assert!(of(&report, "checkpoint")[0].1.contains("the checkpoint has a size that is no decimal number"));
}

#[test]
fn signatures_that_do_not_hold_are_told_apart() {
    let report = changed(|d| d.manifest.value.statement.push_str(" Surely."));
    assert!(
        of(&report, "manifest")[0].1.ends_with("signed another manifest: this one was changed after it was signed.")
    );
    assert_eq!(report.checks[1].location.as_ref().unwrap().part, "manifest");

    let report = changed(|d| d.signature.value = d.signature.value.replacen("north", "south", 1));
    assert!(of(&report, "manifest")[0].1.starts_with("The signature of the manifest in the name of the pinned key"));
    assert_eq!(report.checks[1].location.as_ref().unwrap().part, "signature");

    let report = changed(|d| d.signature.value = "no note".into());
    assert!(of(&report, "manifest")[0].1.starts_with("The manifest's signature cannot be read"));

    // A second line by a key that nobody knows would be bytes that nothing binds.
    let report = changed(|d| {
        let other = key("example.org/east", 3).sign("text\n").unwrap();
        d.signature.value.push_str(other.rsplit_once("\n\n").unwrap().1);
    });
    assert!(of(&report, "manifest")[0].1.starts_with("The manifest bears 2 signatures, expected one"));

    // Another checkpoint of the same journal, rightly signed, is not the one that the manifest names.
    let later = journal();
    later.append(vec![entry("tick", "later")]).unwrap();
    let report = changed(|d| d.checkpoint.value = later.checkpoint().unwrap());
    assert_eq!(
        of(&report, "checkpoint")[0],
        (Outcome::Contradicted, "The checkpoint is not the one that the manifest names: one of the two was changed.")
    );
}

#[test]
fn faults_beyond_the_bound_are_counted() {
    let journal = MemoryJournal::new(key("example.org/north", 1), [9; 32]);
    journal.append((0..100).map(|i| entry("report", &i.to_string())).collect()).unwrap();
    let mut dossier = Dossier::parse(&build(&journal, 0..100, 0, "case", "").unwrap()).unwrap();
    for part in &mut dossier.entries {
        part.value.salt[0] ^= 1;
    }
    let report = verify(&dossier.to_bytes(), Some(&pinned()));
    let places = of(&report, "places");
    assert_eq!(places.len(), MAX_FAULTS_NAMED + 1);
    assert_eq!(places[MAX_FAULTS_NAMED].1, "The same holds for 84 entries more.");
    dossier.entries.retain(|part| part.value.index % 2 == 1);
    let report = verify(&dossier.to_bytes(), Some(&pinned()));
    assert!(of(&report, "completeness")[0].1.contains("28, 30 and 34 more gaps."), "{:?}", of(&report, "completeness"));
}

#[test]
fn records_name_the_waveforms_that_the_file_does_not_hold() {
    let journal = MemoryJournal::new(key("example.org/north", 1), [7; 32]);
    let entries = vec![record(0, b"one"), record(1, b"three"), record(2, b"one"), b"a finding".to_vec()];
    journal.append(entries).unwrap();
    let bytes = build(&journal, 0..4, 3, "04-0001-E", "A statement.").unwrap();
    let report = verify(&bytes, Some(&VerifierKey::parse(&journal.verifier_key()).unwrap()));
    let [(outcome, sentence)] = &of(&report, "payloads")[..] else { panic!("{:?}", report.checks) };
    assert_eq!(*outcome, Outcome::Proven);
    assert!(
        sentence.starts_with("3 entries of records name 2 payloads of waveforms by SHA-256, 8 bytes. "),
        "{sentence}"
    );
}

/// A policy of three witnesses, two of which are enough.
fn policy() -> Policy {
    let mut text = format!("log {}\n", pinned());
    for seed in 1..=3 {
        text += &format!("witness W{seed} {}\n", witness(seed).verifier_key());
    }
    Policy::parse(format!("{text}group G 2 W1 W2 W3\nquorum G\n").as_bytes()).unwrap()
}

fn witness(seed: u8) -> SigningKey {
    let algorithm = if seed == 1 { Algorithm::Ed25519Cosignature } else { Algorithm::MlDsa44 };
    SigningKey::of(&format!("example.org/w{seed}"), algorithm, [40 + seed; 32]).unwrap()
}

/// The dossier with these lines behind its checkpoint, signed anew by the journal.
fn cosigned(lines: &[String]) -> Vec<u8> {
    let mut dossier = Dossier::parse(&golden()).unwrap();
    dossier.checkpoint.value += &lines.concat();
    let manifest = &mut dossier.manifest.value;
    manifest.checkpoint = Hash::of(dossier.checkpoint.value.as_bytes());
    let hash = Hash::of(&truceline_model::canonical::to_bytes(manifest));
    dossier.signature.value = journal().sign_manifest(&crate::dossier::manifest_text(&manifest.origin, hash));
    dossier.to_bytes()
}

fn cosign(seed: u8) -> String {
    let dossier = Dossier::parse(&golden()).unwrap();
    let text = dossier.checkpoint().split_inclusive('\n').take(3).collect::<String>();
    witness(seed).line(&text, 1_700_000_000 + u64::from(seed)).unwrap()
}

fn witnessed(lines: &[String], policy: &Policy) -> Report {
    verify_witnessed(&cosigned(lines), Some(&pinned()), policy)
}

#[test]
fn a_quorum_of_witnesses_is_proven_and_fewer_are_unwitnessed() {
    let policy = policy();
    let report = witnessed(&[cosign(1), cosign(3)], &policy);
    assert_eq!((report.outcome, failing(&report)), (Outcome::Proven, vec![""; 0]));
    assert_eq!(
        of(&report, "witnesses"),
        [(
            Outcome::Proven,
            "The journal of 10 entries was cosigned by W1, W3, and the policy demands 2 of (W1, W2, W3): each of them says \
             that it never saw another journal under this name."
        )]
    );
    assert!(report.not_proven.iter().all(|line| !line.contains("No witness's signature is checked")));
    let report = witnessed(&[cosign(2)], &policy);
    assert_eq!(report.outcome, Outcome::Unproven);
    assert_eq!(
        failing(&report),
        [
            "Unwitnessed: the policy demands 2 of (W1, W2, W3). This journal of 10 entries was cosigned by: W2. Not by: W1, W3."
        ]
    );
    assert_eq!(failing(&witnessed(&[], &policy)).len(), 1);
}

#[test]
fn without_a_policy_nothing_is_said_and_under_one_of_another_journal_witnesses_are_unproven() {
    let lines = [cosign(1), cosign(3)];
    let report = verify(&cosigned(&lines), Some(&pinned()));
    assert_eq!((report.outcome, of(&report, "witnesses")), (Outcome::Proven, Vec::new()));
    assert!(report.not_proven.iter().any(|line| line.contains("No witness's signature is checked")));
    let other = key("example.org/north", 2).verifier_key().to_string();
    let text = "quorum none\n".to_owned() + &format!("log {other}\n");
    let report = witnessed(&lines, &Policy::parse(text.as_bytes()).unwrap());
    assert_eq!(failing(&report), ["The policy names no key of the journal example.org/north that signed."]);
    let nothing = Policy::parse(format!("log {}\nquorum none\n", pinned()).as_bytes()).unwrap();
    assert!(failing(&witnessed(&lines, &nothing))[0].contains("demands nobody's cosignature"));
}

#[test]
fn a_false_cosignature_contradicts() {
    let text = "example.org/north\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let foreign = witness(2).line(text, 1_700_000_000).unwrap();
    let report = witnessed(&[cosign(1), cosign(3), foreign], &policy());
    assert_eq!(report.outcome, Outcome::Contradicted);
    assert!(
        failing(&report)[0]
            .starts_with("A signature under the checkpoint, of one whom the policy names, does not hold")
    );
    // Whoever does not name that witness is not concerned.
    let fewer = policy_without_second();
    assert_eq!(witnessed(&[cosign(1), cosign(3)], &fewer).outcome, Outcome::Proven);
    let foreign = witness(2).line(text, 1_700_000_000).unwrap();
    assert_eq!(witnessed(&[cosign(1), cosign(3), foreign], &fewer).outcome, Outcome::Proven);
}

fn policy_without_second() -> Policy {
    let witness = |seed: u8| format!("witness W{seed} {}\n", witness(seed).verifier_key());
    let text = format!("log {}\n{}{}group G all W1 W3\nquorum G\n", pinned(), witness(1), witness(3));
    Policy::parse(text.as_bytes()).unwrap()
}
