//! Editions: the rules by which one follows another, and their bytes, kept for ever.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::path::Path;
use truceline_model::canonical::Bytes;
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::time::Time;
use truceline_register::edition::{Edition, MAX_FILES, MAX_FILES_BYTES, Rule, SignedEdition};

const HEAD: &str = "schema = \"truceline-register-1\"\nlayer = \"deployment\"\n\n";

const SMALL: &str = "schema = \"truceline-register-1\"\nlayer = \"deployment\"\n\n[register]\nid = \"test\"\nversion = 1\n\
    title = { en = \"A register\" }\n";

fn edition(number: u32, at: i64) -> Edition {
    let files = vec![("register.toml".into(), Bytes(SMALL.into()))];
    Edition { number, journal: "test/log".into(), published_at: Time(at), files }
}

#[test]
fn one_follows_the_other() {
    let first = edition(1, 10);
    assert!(first.follows(None, "test/log", 2, 2).is_ok());
    let rule = |edition: &Edition, journal: &str, signed: usize, needed: u32| {
        edition.follows(Some(&first), journal, signed, needed).unwrap_err().rule
    };
    assert!(edition(2, 10).follows(Some(&first), "test/log", 3, 2).is_ok());
    assert_eq!(rule(&edition(2, 10), "other/log", 2, 2), Rule::OtherJournal);
    assert_eq!(rule(&edition(1, 10), "test/log", 2, 2), Rule::Number);
    assert_eq!(rule(&edition(3, 10), "test/log", 2, 2), Rule::Number);
    assert_eq!(rule(&edition(2, 9), "test/log", 2, 2), Rule::Time);
    assert_eq!(rule(&edition(2, 10), "test/log", 1, 2), Rule::Officers);
    assert_eq!(rule(&edition(2, 10), "test/log", 1, 0), Rule::Officers, "before the key register is founded");
    let with = |text: &str| {
        let mut edition = edition(2, 10);
        edition.files.push(("states.toml".into(), Bytes(format!("{HEAD}{text}").into())));
        edition
    };
    assert_eq!(rule(&with("[[state]]\n"), "test/log", 2, 2), Rule::NoRegister);
    let unsound = "[[reminder]]\nid = \"a\"\ntext = { en = \"x\" }\non = false\nfrom = \"breach-time\"\nafter_h = 0\nsources = []\n";
    let refused = with(unsound).follows(Some(&first), "test/log", 2, 2).unwrap_err();
    assert_eq!(refused.rule, Rule::Unsound, "{refused}");
}

#[test]
fn bounds_of_files_hold() {
    let with = |files: Vec<(String, Bytes)>| Edition { files, ..edition(1, 0) }.unsigned().unwrap_err().rule;
    let file = |name: &str, bytes: usize| (name.to_owned(), Bytes(vec![b'#'; bytes]));
    assert_eq!(with((0..=MAX_FILES).map(|at| file(&format!("{at:03}.toml"), 1)).collect()), Rule::Bound);
    assert_eq!(with(vec![file("a.toml", MAX_FILES_BYTES), file("b.toml", 1)]), Rule::Bound);
    assert_eq!(with(vec![file("b.toml", 1), file("a.toml", 1)]), Rule::Files);
    assert_eq!(with(vec![file("a.toml", 1), file("a.toml", 1)]), Rule::Files);
    for name in ["", "../a.toml", "a\n.toml"] {
        assert_eq!(with(vec![file(name, 1)]), Rule::Files, "{name:?}");
    }
}

/// A file that exists is never written again.
#[test]
fn the_bytes_of_an_edition_stay_as_they_are() {
    let mut signed = edition(1, 1_900_000_000_000_000_000).unsigned().unwrap();
    signed.signatures = vec![(Hash([7; 32]), [9; 64])];
    let bytes = entry::to_bytes(&signed);
    let hex: String =
        bytes.chunks(40).map(|row| row.iter().map(|b| format!("{b:02x}")).collect::<String>() + "\n").collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/register_edition-1.hex");
    if !path.exists() && std::env::var_os("TRUCELINE_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, &hex).unwrap();
    }
    assert_eq!(hex, std::fs::read_to_string(&path).unwrap());
    let read: SignedEdition = entry::from_bytes(&bytes).unwrap();
    assert_eq!(read, signed);
    assert_eq!(Edition::of(&read).unwrap(), edition(1, 1_900_000_000_000_000_000));
    for at in 0..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 1;
        assert_ne!(entry::from_bytes::<SignedEdition>(&other).ok().as_ref(), Some(&signed), "byte {at}");
    }
}
