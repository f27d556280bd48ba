//! The replay hash of a fixed recording: the same on every machine, on any number of threads, and without the
//! processor's wide instructions. A change of it is a change of results and needs a reason in the changelog.
mod support;

use std::process::Command;
use support::*;

const GOLDEN: &str = include_str!("golden/replay-hash.txt");

/// glibc then picks its plain functions. Ours are in `libm`, so nothing may change.
const PLAIN_PROCESSOR: &str = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX";

fn replay_hash(threads: usize) -> String {
    run(&recording(), threads).1.hash().to_string()
}

#[test]
fn the_replay_hash_is_the_golden_one() {
    assert_eq!(replay_hash(1), GOLDEN.trim());
    assert_eq!(replay_hash(1), GOLDEN.trim());
    assert_eq!(replay_hash(2), GOLDEN.trim());
    assert_eq!(replay_hash(5), GOLDEN.trim());
}

#[test]
fn it_is_the_same_without_wide_instructions() {
    if std::env::var_os("GLIBC_TUNABLES").is_some() {
        // This is the process that the test below started.
        assert_eq!(replay_hash(1), GOLDEN.trim());
        return;
    }
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "it_is_the_same_without_wide_instructions"])
        .env("GLIBC_TUNABLES", PLAIN_PROCESSOR)
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn it_changes_when_one_input_changes() {
    for changed in 1..recording().len() {
        let mut inputs = recording();
        let Some(byte) = one_changed(&inputs[changed]) else { continue };
        inputs[changed] = byte;
        assert_ne!(run(&inputs, 1).1.hash().to_string(), GOLDEN.trim(), "input {changed}");
    }
}

/// The input with one figure changed, if it is one that events and findings rest on.
fn one_changed(bytes: &[u8]) -> Option<Vec<u8>> {
    use truceline_model::entry;
    use truceline_model::notice::Notice;
    use truceline_model::report::Report;
    if let Ok(report) = entry::from_bytes::<Report>(bytes) {
        return Some(entry::to_bytes(&Report { azimuth_mdeg: report.azimuth_mdeg + 1, ..report }));
    }
    let notice = entry::from_bytes::<Notice>(bytes).ok()?;
    Some(entry::to_bytes(&Notice { radius_m: notice.radius_m + 1, ..notice }))
}
