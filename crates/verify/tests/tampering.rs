//! Whatever is changed in a dossier, it no longer verifies, and the report says where.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
use proptest::prelude::*;
use truceline_verify::{Outcome, Report, VerifierKey, human, json, verify};

const DOSSIER: &[u8] = include_bytes!("../../evidence/golden/dossier-1.tldoss");
const KEY: &str = "example.org/north+51587985+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";

fn checked(bytes: &[u8]) -> Report {
    verify(bytes, Some(&VerifierKey::parse(KEY).unwrap()))
}

/// Whether a contradicted check names the byte, or bytes of which it is one.
fn names(report: &Report, at: usize) -> bool {
    let contradicted = report.checks.iter().filter(|check| check.outcome == Outcome::Contradicted);
    contradicted.filter_map(|check| check.location.as_ref()).any(|location| match &location.bytes {
        // Where the form breaks, the first byte that makes no sense is named; it stands at the change or after it.
        Some(bytes) if location.part == "file" => bytes.start < DOSSIER.len(),
        Some(bytes) => bytes.contains(&at),
        None => false,
    })
}

#[test]
fn the_dossier_itself_is_proven() {
    assert_eq!(checked(DOSSIER).outcome, Outcome::Proven);
}

#[test]
fn a_flip_in_any_byte_is_found_and_located() {
    let mut bytes = DOSSIER.to_vec();
    for at in 0..bytes.len() {
        for flip in [0x01, 0x80] {
            bytes[at] ^= flip;
            let report = checked(&bytes);
            assert_eq!(report.outcome, Outcome::Contradicted, "byte {at} ^ {flip:#04x}");
            assert!(names(&report, at), "byte {at} ^ {flip:#04x} is not located:\n{}", human(&report));
            // Without a key nothing is proven either, and no second reading of the file passes for the first.
            assert_ne!(verify(&bytes, None).outcome, Outcome::Proven);
            bytes[at] ^= flip;
        }
    }
    assert_eq!(bytes, DOSSIER);
}

#[test]
fn a_cut_at_any_length_is_found_and_located() {
    for length in 0..DOSSIER.len() {
        let report = checked(&DOSSIER[..length]);
        assert_eq!(report.outcome, Outcome::Contradicted, "cut to {length} bytes");
        let at = report.checks[0].location.as_ref().and_then(|l| l.bytes.clone()).unwrap().start;
        assert!(at <= length, "cut to {length} bytes, and byte {at} is named");
    }
}

#[test]
fn a_byte_put_in_or_taken_out_anywhere_is_found() {
    for at in 0..=DOSSIER.len() {
        let longer = [&DOSSIER[..at], &[0x40], &DOSSIER[at..]].concat();
        assert!(longer == DOSSIER || checked(&longer).outcome == Outcome::Contradicted, "byte put in at {at}");
        if at < DOSSIER.len() {
            let shorter = [&DOSSIER[..at], &DOSSIER[at + 1..]].concat();
            assert_eq!(checked(&shorter).outcome, Outcome::Contradicted, "byte {at} taken out");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_give_a_report(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let report = checked(&bytes);
        prop_assert_eq!(report.outcome, Outcome::Contradicted);
        prop_assert!(human(&report).starts_with("CONTRADICTED"));
        prop_assert!(serde_json::from_str::<serde_json::Value>(&json(&report)).is_ok());
    }

    /// Parts of the file put in the place of others: nothing panics, and only the file itself is proven.
    #[test]
    fn any_shuffle_gives_a_report(cuts in proptest::collection::vec((0..DOSSIER.len(), 0..DOSSIER.len(), 0..200usize), 1..4)) {
        let mut bytes = DOSSIER.to_vec();
        for (from, to, length) in cuts {
            let part = DOSSIER[from..(from + length).min(DOSSIER.len())].to_vec();
            let end = (to + part.len()).min(bytes.len());
            bytes.splice(to.min(end)..end, part);
        }
        let report = checked(&bytes);
        prop_assert_eq!(report.outcome == Outcome::Proven, bytes == DOSSIER);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&json(&report)).is_ok());
        prop_assert!(human(&report).bytes().all(|b| b == b'\n' || b >= b' '));
    }
}
