//! Notes signed with Ed25519.
mod cosignatures;
mod oracle;

use super::*;
use crate::checkpoint::Checkpoint;
use crate::merkle::{Tree, verify_consistency};
use crate::test_data;
use proptest::prelude::*;
use truceline_model::hash::Hash;

/// The example of the C2SP signed-note specification, version 1.0.0.
const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const EXAMPLE_NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo \
    Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(name, [seed; 32]).unwrap()
}

/// The bytes of hexadecimal digits.
fn hex(value: &serde_json::Value) -> Vec<u8> {
    let digits = value.as_str().unwrap();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn the_specification_s_example_opens() {
    let key = VerifierKey::parse(EXAMPLE_KEY).unwrap();
    assert_eq!(key.to_string(), EXAMPLE_KEY);
    let opened = open(EXAMPLE_NOTE, std::slice::from_ref(&key)).unwrap();
    assert_eq!(opened, Opened { text: "This is an example message.\n".into(), keys: vec![0] });
    let changed = EXAMPLE_NOTE.replace("message", "massage");
    assert!(open(&changed, std::slice::from_ref(&key)).unwrap_err().is_false_signature());
    assert!(open(EXAMPLE_NOTE, &[]).unwrap_err().is_unknown_signer());
}

/// RFC 8032, section 7.1, test 1: the key of this seed.
#[test]
fn a_seed_gives_the_key_of_rfc_8032() {
    let seed = Hash::from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap().0;
    let public = Hash::from_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a").unwrap().0;
    let signing = SigningKey::from_seed("example.org/north", seed).unwrap();
    assert_eq!(signing.verifier_key(), &VerifierKey::new("example.org/north", &public).unwrap());
    assert_eq!(format!("{signing:?}"), format!("SigningKey({})", signing.verifier_key().short()));
}

#[test]
fn what_is_signed_opens_and_keys_read_themselves() {
    let (north, south) = (key("example.org/north", 1), key("example.org/south", 2));
    let text = "a text\n\nwith an empty line\n\u{2014} and a dash\n";
    let note = north.sign(text).unwrap();
    let both = format!("{note}{}", south.sign(text).unwrap().rsplit_once("\n\n").unwrap().1);
    let keys = [south.verifier_key().clone(), north.verifier_key().clone()];
    assert_eq!(open(&note, &keys).unwrap(), Opened { text: text.into(), keys: vec![1] });
    assert_eq!(open(&both, &keys).unwrap(), Opened { text: text.into(), keys: vec![0, 1] });
    for key in &keys {
        assert_eq!(&VerifierKey::parse(&key.to_string()).unwrap(), key);
    }
}

#[test]
fn unknown_signers_are_ignored_and_false_signatures_reject_the_note() {
    let (north, south) = (key("example.org/north", 1), key("example.org/south", 2));
    let namesake = key("example.org/north", 3);
    let note = north.sign("text\n").unwrap();
    let line = |note: &str| note.rsplit_once("\n\n").unwrap().1.to_owned();
    let known = [north.verifier_key().clone()];

    // The same name with another id, and another name with the same id, are other keys.
    let garbage = format!("\u{2014} example.org/east {}\n", STANDARD.encode([&known[0].id()[..], &[9; 3]].concat()));
    let with_others = format!("{note}{}{garbage}", line(&namesake.sign("other\n").unwrap()));
    assert_eq!(open(&with_others, &known).unwrap().keys, vec![0]);
    assert!(open(&with_others, &[south.verifier_key().clone()]).unwrap_err().is_unknown_signer());

    // A known key's false signature rejects the note, though another known key signed it.
    let with_false = format!("{note}{}", line(&south.sign("other\n").unwrap()));
    assert_eq!(open(&with_false, &known).unwrap().keys, vec![0]);
    let both = [known[0].clone(), south.verifier_key().clone()];
    assert!(open(&with_false, &both).unwrap_err().is_false_signature());
    let twice = format!("{note}{}", line(&north.sign("other\n").unwrap()));
    assert!(open(&twice, &known).unwrap_err().is_false_signature());
}

#[test]
fn malformed_notes_are_refused() {
    let good = key("example.org/north", 1).sign("text\n").unwrap();
    let signature = good.rsplit_once(' ').unwrap().1.trim_end().to_owned();
    let dash = "\u{2014}";
    for (note, why) in [
        (String::new(), "without an empty line"),
        ("text\n".to_owned(), "without an empty line"),
        ("text\n\n".to_owned(), "do not end in a newline"),
        (good.trim_end().to_owned(), "do not end in a newline"),
        (good.replace("text", "te\tt"), "byte 2 of the note is a control character"),
        (good.replace('\n', "\r\n"), "control character"),
        (format!("{good}\n"), "do not end in a newline"),
        (good.replace("\n\n", "\n"), "without an empty line"),
        (format!("text\n\n- example.org/north {signature}\n"), "em dash"),
        (format!("text\n\n{dash}example.org/north {signature}\n"), "em dash"),
        (format!("text\n\n{dash} {signature}\n"), "key name and a signature"),
        (format!("text\n\n{dash}  {signature}\n"), "empty key name"),
        (format!("text\n\n{dash} a+b {signature}\n"), "plus sign"),
        (format!("text\n\n{dash} a\u{3000}b {signature}\n"), "space"),
        (format!("text\n\n{dash} a  {signature}\n"), "base64"),
        (format!("text\n\n{dash} a {signature} \n"), "base64"),
        (format!("text\n\n{dash} a {}\n", signature.replace('=', "")), "base64"),
        (format!("text\n\n{dash} a AAAA\n"), "too short"),
        (format!("text\n\n{dash} a AAAAAA==\n"), "too short"),
        (format!("text\n\n{dash} a AAAAAB==\n"), "base64"),
    ] {
        let error = Note::parse(&note).unwrap_err();
        assert!(error.is_malformed() && error.to_string().contains(why), "{note:?}: {error}");
    }
    assert!(Note::parse(&good).is_ok());
    let signer = key("example.org/north", 1);
    assert!(signer.sign("no newline").unwrap_err().is_malformed());
    assert!(signer.sign("tab\t\n").unwrap_err().is_malformed());
}

#[test]
fn bounds_hold() {
    let signer = key("example.org/north", 1);
    let good = signer.sign("text\n").unwrap();
    let line = good.rsplit_once("\n\n").unwrap().1;
    for (lines, accepted) in [(16, true), (MAX_SIGNATURES, true), (MAX_SIGNATURES + 1, false)] {
        let note = format!("text\n\n{}", line.repeat(lines));
        let opened = open(&note, &[signer.verifier_key().clone()]);
        assert_eq!(opened.is_ok(), accepted, "{lines} signatures");
        assert!(opened.is_ok() || opened.unwrap_err().is_over_limit());
    }
    let long = "x".repeat(MAX_NOTE_BYTES);
    assert!(Note::parse(&format!("{long}{good}")).unwrap_err().is_over_limit());
    assert!(signer.sign(&format!("{long}\n")).unwrap_err().is_over_limit());
    assert!(SigningKey::from_seed(&"x".repeat(256), [1; 32]).unwrap_err().is_over_limit());
}

#[test]
fn malformed_keys_are_refused() {
    let good = EXAMPLE_KEY;
    let (name, rest) = good.split_once('+').unwrap();
    let (id, encoded) = rest.split_once('+').unwrap();
    let ecdsa = STANDARD.encode([[2].as_slice(), &[7; 32]].concat());
    let short = STANDARD.encode([[6].as_slice(), &[7; 1_311]].concat());
    // The x coordinate that y = 2 would need does not exist.
    let no_point = STANDARD.encode([[1, 2].as_slice(), &[0; 31]].concat());
    for (text, why) in [
        (String::new(), "name+id+key"),
        (format!("{name}+{id}"), "name+id+key"),
        (format!("+{id}+{encoded}"), "names no key"),
        (format!("a b+{id}+{encoded}"), "names no key"),
        (format!("other+{id}+{encoded}"), "has the id"),
        (format!("{name}+{}+{encoded}", id.to_uppercase()), "has the id"),
        (format!("{name}+0{id}+{encoded}"), "has the id"),
        (format!("{name}+{id}+"), "is empty"),
        (format!("{name}+{id}+{encoded} "), "base64"),
        (format!("{name}+{id}+AQ=="), "of 0 bytes, expected 32"),
        (format!("{name}+{id}+{ecdsa}"), "of type 0x02"),
        (format!("{name}+{id}+{short}"), "of 1311 bytes, expected 1312"),
        (format!("{name}+{id}+{no_point}"), "no Ed25519 public key"),
    ] {
        let error = VerifierKey::parse(&text).unwrap_err();
        assert!(error.is_malformed() && error.to_string().contains(why), "{text:?}: {error}");
    }
    assert!(VerifierKey::parse(good).is_ok());
}

/// C2SP/wycheproof, ed25519_test.json: 151 vectors, all as they say.
#[test]
fn wycheproof_vectors() {
    let Some(path) = test_data::path("evidence/wycheproof/ed25519_test.json") else { return };
    let mut count = 0;
    for group in test_data::json(&path)["testGroups"].as_array().unwrap() {
        let public: [u8; 32] = hex(&group["publicKey"]["pk"]).try_into().unwrap();
        let key = VerifierKey::new("example.org/wycheproof", &public).unwrap();
        for test in group["tests"].as_array().unwrap() {
            let accepted = key.verify(&hex(&test["msg"]), &hex(&test["sig"]));
            assert_eq!(accepted, test["result"] == "valid", "vector {}: {}", test["tcId"], test["comment"]);
            count += 1;
        }
    }
    assert_eq!(count, 151);
}

/// transparency-dev/tessera, testdata/log: 16 checkpoints of a log that another program wrote. Their signatures
/// hold, and their roots are ours over the leaves of the log's tile.
#[test]
fn the_checkpoints_of_another_log_open() {
    let Some(folder) = test_data::path("evidence/tessera/testdata/log") else { return };
    let key =
        VerifierKey::parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx").unwrap();
    let tile = std::fs::read(folder.join("tile/0/000.p/15")).unwrap();
    let mut tree = Tree::new();
    for leaf in tile.chunks_exact(32) {
        tree.append(Hash(leaf.try_into().unwrap()));
    }
    let newest = tree.root();
    for size in 0..=15 {
        let note = std::fs::read_to_string(folder.join(format!("checkpoint.{size}"))).unwrap();
        let checkpoint = Checkpoint::open(&note, &key).unwrap();
        assert_eq!((checkpoint.size, checkpoint.root), (size, tree.root_at(size).unwrap()));
        if size > 0 {
            let proof = tree.consistency_proof(size, 15).unwrap();
            verify_consistency(size, 15, &proof, checkpoint.root, newest).unwrap();
        }
    }
}

proptest! {
    #[test]
    fn any_text_signs_and_opens(text in "([^\\x00-\\x1f]|\n){0,200}", name in "[a-z./]{1,30}", seed: [u8; 32]) {
        let key = SigningKey::from_seed(&name, seed).unwrap();
        let text = format!("{text}\n");
        let note = key.sign(&text).unwrap();
        prop_assert_eq!(open(&note, std::slice::from_ref(key.verifier_key())).unwrap().text, text);
    }

    #[test]
    fn any_bytes_are_a_note_or_an_error(text in "(\u{2014} |[ -~]|\n){0,300}") {
        if let Ok(note) = Note::parse(&text) {
            prop_assert!(note.unverified_text().ends_with('\n'));
            prop_assert!(!note.signatures().is_empty());
        }
        let _ = VerifierKey::parse(&text);
        let _ = Checkpoint::parse(&text);
    }
}
