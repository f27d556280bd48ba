//! The cases of the specification, and those of another project's conformance suite, by version 1.0.0 of the protocol.
use super::*;
use crate::test_data;
use proptest::prelude::*;
use serde_json::Value;

#[test]
fn each_refusal_has_the_status_of_the_specification() {
    let witness = witness();
    let (good, fork) = (tree(0, 20), tree(1, 20));
    let last = at(&witness, &good, 8);
    let body = |request: &Request| request.write().into_bytes();
    let stranger = SigningKey::from_seed(ORIGIN, [9; 32]).unwrap();
    let unknown = SigningKey::from_seed("example.org/unknown", [1; 32]).unwrap();
    let of_unknown = Checkpoint { origin: "example.org/unknown".into(), ..checkpoint(&good, 12) };
    let with_note = |note: String| body(&Request { note, ..request(&good, 8, 12) });
    let false_line = log_key().line(&checkpoint(&good, 13).to_string(), 0).unwrap();
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("grown", body(&request(&good, 8, 12)), 200),
        ("the same again", body(&request(&good, 8, 8)), 200),
        ("of an unknown log", with_note(of_unknown.sign(&unknown).unwrap()), 404),
        ("of no key of the log", with_note(checkpoint(&good, 12).sign(&stranger).unwrap()), 403),
        ("signed falsely", with_note(format!("{}\n{false_line}", checkpoint(&good, 12))), 403),
        ("signed well and falsely", with_note(request(&good, 8, 12).note + &false_line), 403),
        ("old size larger", body(&Request { old_size: 13, ..request(&good, 8, 12) }), 400),
        (
            "old size larger, unknown log",
            body(&Request { old_size: 13, note: of_unknown.sign(&unknown).unwrap(), proof: vec![] }),
            404,
        ),
        ("from an earlier size", body(&request(&good, 5, 12)), 409),
        ("from a later size", body(&request(&good, 9, 12)), 409),
        ("from nothing", body(&request(&good, 0, 12)), 409),
        ("a rollback", body(&request(&good, 5, 7)), 409),
        ("a fork of the same size", body(&request(&fork, 8, 8)), 422),
        ("a fork", body(&request(&fork, 8, 12)), 422),
        ("without its proof", body(&Request { proof: vec![], ..request(&good, 8, 12) }), 422),
        (
            "with one hash more",
            body(&{
                let mut more = request(&good, 8, 12);
                more.proof.push(Hash::of(b""));
                more
            }),
            422,
        ),
        ("the same with a proof", body(&Request { proof: vec![Hash::of(b"")], ..request(&good, 8, 8) }), 422),
        ("no checkpoint", b"old 8\n\n".to_vec(), 400),
        ("no note", b"old 8\n\ntext\n".to_vec(), 400),
        ("nothing", Vec::new(), 400),
        ("no text", vec![0xff, 0xfe], 400),
    ];
    for (what, body, status) in cases {
        let found = submit(&witness, &body, Some(&last));
        assert_eq!(found.as_ref().map_or_else(|refusal| refusal.status, |_| 200), status, "{what}: {found:?}");
        if let Err(refusal) = &found {
            assert_eq!(refusal.size, (status == 409).then_some(8), "{what}");
            assert_eq!(refusal.body() == "8\n", status == 409, "{what}");
        }
    }
    // Before anything was cosigned of a log.
    let nothing = |request: &Request| submit(&witness, request.write().as_bytes(), None);
    assert!(nothing(&request(&good, 0, 12)).is_ok() && nothing(&request(&good, 0, 0)).is_ok());
    assert_eq!(nothing(&Request { proof: vec![Hash::of(b"")], ..request(&good, 0, 12) }).unwrap_err().status, 422);
    assert_eq!(nothing(&request(&good, 8, 12)).unwrap_err().size, Some(0));
    let no_entries = Checkpoint { size: 0, ..checkpoint(&good, 12) }.sign(&log_key()).unwrap();
    assert_eq!(nothing(&Request { note: no_entries, ..request(&good, 0, 0) }).unwrap_err().status, 422);
}

#[test]
fn malformed_bodies_are_refused() {
    let good = request(&tree(0, 20), 8, 12).write();
    assert_eq!(Request::parse(good.as_bytes()).unwrap(), request(&tree(0, 20), 8, 12));
    let hash = good.lines().nth(1).unwrap();
    for (body, why) in [
        (good.replace("\n\n", "\n"), "no empty line"),
        (good.replace("old 8", "old"), "old <size>"),
        (good.replace("old 8", "Old 8"), "old <size>"),
        (good.replace("old 8", "old  8"), "decimal"),
        (good.replace("old 8", "old 08"), "leading zeros"),
        (good.replace("old 8", "old +8"), "sign"),
        (good.replace("old 8", "old 8 "), "decimal"),
        (good.replace("old 8", "old -8"), "decimal"),
        (good.replace("old 8", "old 18446744073709551616"), "decimal"),
        (good.replace("old 8", "old 8\r"), "decimal"),
        (good.replace(hash, &hash.replace('=', "")), "line 1 of proof"),
        (good.replace(hash, &hash[4..]), "line 1 of proof"),
        (good.replace(hash, &format!("{hash}\n{}", &hash[..40])), "line 2 of proof"),
    ] {
        let error = Request::parse(body.as_bytes()).unwrap_err();
        assert!(error.is_malformed() && error.to_string().contains(why), "{body:?}: {error}");
    }
    let lines = |count: usize| good.replace(hash, &vec![hash; count].join("\n"));
    let extra = request(&tree(0, 20), 8, 12).proof.len() - 1;
    assert_eq!(Request::parse(lines(MAX_PROOF_LINES - extra).as_bytes()).unwrap().proof.len(), MAX_PROOF_LINES);
    assert!(Request::parse(lines(MAX_PROOF_LINES + 1 - extra).as_bytes()).unwrap_err().is_over_limit());
    assert!(Request::parse(&vec![b'x'; MAX_REQUEST_BYTES + 1]).unwrap_err().is_over_limit());
}

/// The tree behind the suite's cases: leaf `i` is the hash 0x2a, i, 0, 0, ...
fn suite_tree(size: u64) -> Tree {
    let mut tree = Tree::new();
    for index in 0..size {
        let mut leaf = [0; 32];
        (leaf[0], leaf[1]) = (0x2a, u8::try_from(index).unwrap());
        tree.append(Hash(leaf));
    }
    tree
}

/// The 19 cases of the conformance suite of siglog. They were written for an earlier version of the protocol: where version
/// 1.0.0 says another status, that is expected and named here.
#[test]
fn the_cases_of_a_conformance_suite() {
    let Some(folder) = test_data::path("evidence/witness-conformance/cases") else { return };
    let witness = witness();
    let files = test_data::files(&folder);
    assert_eq!(files.len(), 19);
    for path in files {
        let case = test_data::json(&path);
        let name = case["name"].as_str().unwrap();
        let number = |field: &str| case[field].as_u64().unwrap();
        let (old_size, new_size) = (number("old_size"), number("new_size"));
        let body = body_of(&case, old_size, new_size);
        let last = (old_size > 0 && old_size <= 32).then(|| {
            let seen = Checkpoint { origin: ORIGIN.into(), size: old_size, root: suite_tree(old_size).root() };
            let first = Request { old_size: 0, proof: Vec::new(), note: seen.sign(&log_key()).unwrap() };
            submit(&witness, first.write().as_bytes(), None).unwrap()
        });
        let found = submit(&witness, body.as_bytes(), last.as_ref());
        let status = found.as_ref().map_or_else(|refusal| refusal.status, |_| 200);
        let expected = match (name, case["expected_status"].as_u64()) {
            // The suite states none: a checkpoint without a root is malformed.
            ("empty_checkpoint_fail", None) => 400,
            // A line of proof that is no base64 is malformed.
            ("invalid_base64_proof_fail", _) => 400,
            (_, Some(status)) => u16::try_from(status).unwrap(),
            (_, None) => panic!("{name} states no status"),
        };
        assert_eq!(status, expected, "{name}: {found:?}");
        assert_eq!(status != 200, case["should_fail"] == true, "{name}");
    }
}

fn body_of(case: &Value, old_size: u64, new_size: u64) -> String {
    let text = format!("{ORIGIN}\n{new_size}\n{}\n", case["root_hash"].as_str().unwrap());
    let key =
        if case["checkpoint_valid"] == false { SigningKey::from_seed(ORIGIN, [9; 32]).unwrap() } else { log_key() };
    let proof: String =
        case["proof"].as_array().unwrap().iter().map(|line| format!("{}\n", line.as_str().unwrap())).collect();
    format!("old {old_size}\n{proof}\n{}", key.sign(&text).unwrap())
}

proptest! {
    #[test]
    fn any_bytes_are_a_request_or_an_error(body in "(old |[0-9]|\n|\u{2014} |[A-Za-z+/=]){0,200}") {
        if let Ok(request) = Request::parse(body.as_bytes()) {
            prop_assert_eq!(&request.write(), &body);
        }
        let refusal = witness_with(&[Algorithm::Ed25519Cosignature]).read(body.as_bytes()).unwrap_err();
        prop_assert!([400, 404].contains(&refusal.status));
    }
}
