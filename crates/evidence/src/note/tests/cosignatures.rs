//! Cosignatures with a time, of Ed25519 and ML-DSA-44.
use super::*;
use crate::note::algorithm::verify_ml_dsa_44;
use ml_dsa::MlDsa44;

const TEXT: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

fn of(name: &str, algorithm: Algorithm, seed: u8) -> SigningKey {
    SigningKey::of(name, algorithm, [seed; 32]).unwrap()
}

/// The bytes after the key's id of the only signature line of a note.
fn signature(line: &str) -> Vec<u8> {
    let note = Note::parse(&write("text\n", &[line.to_owned()]).unwrap()).unwrap();
    note.signatures()[0].bytes.clone()
}

/// C2SP tlog-cosignature, section "Ed25519 signed message": its very example, signed by the key itself.
#[test]
fn an_ed25519_cosignature_signs_the_specification_s_message() {
    let key = of("witness.example.com/w1", Algorithm::Ed25519Cosignature, 1);
    let line = key.line(TEXT, 1_679_315_147).unwrap();
    let bytes = signature(&line);
    assert_eq!(bytes[..8], 1_679_315_147_u64.to_be_bytes());
    let message = format!("cosignature/v1\ntime 1679315147\n{TEXT}");
    let plain = VerifierKey::of("any", Algorithm::Ed25519, key.verifier_key().public_bytes()).unwrap();
    assert!(plain.verify(message.as_bytes(), &bytes[8..]));
    assert_eq!(key.verifier_key().signed_at(TEXT.as_bytes(), &bytes), Some(1_679_315_147));
}

/// C2SP tlog-cosignature, section "ML-DSA-44 signed message", written out byte by byte.
#[test]
fn an_ml_dsa_44_cosignature_signs_the_specification_s_message() {
    let key = of("witness.example.com/w1", Algorithm::MlDsa44, 1);
    let line = key.line(TEXT, 1_679_315_147).unwrap();
    let bytes = signature(&line);
    assert_eq!((key.verifier_key().public_bytes().len(), bytes.len()), (1_312, 8 + 2_420));
    let mut message = b"subtree/v1\n\0\x16witness.example.com/w1".to_vec();
    message.extend([0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb]);
    message.extend(b"\x1bexample.com/behind-the-sofa");
    message.extend([0; 8]);
    message.extend([0, 0, 0, 0, 0x01, 0x3e, 0x2d, 0xc3]);
    message.extend(STANDARD.decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=").unwrap());
    let public = ml_dsa::VerifyingKey::<MlDsa44>::decode(key.verifier_key().public_bytes().try_into().unwrap());
    assert!(verify_ml_dsa_44(&public, &message, b"", &bytes[8..]));
    assert_eq!(line, key.line(TEXT, 1_679_315_147).unwrap(), "the same checkpoint, the same signature");
}

#[test]
fn keys_of_all_kinds_read_themselves_and_are_told_apart() {
    let algorithms = [Algorithm::Ed25519, Algorithm::Ed25519Cosignature, Algorithm::MlDsa44];
    let keys = algorithms.map(|algorithm| of("example.org/north", algorithm, 1));
    let public: Vec<VerifierKey> = keys.iter().map(|key| key.verifier_key().clone()).collect();
    for (key, algorithm) in public.iter().zip(algorithms) {
        let read = VerifierKey::parse(&key.to_string()).unwrap();
        assert_eq!((&read, read.algorithm()), (key, algorithm));
    }
    assert_eq!(public[0].public_bytes(), public[1].public_bytes());
    assert!(public[0] != public[1] && public[0].id() != public[1].id());

    let lines: Vec<String> = keys.iter().map(|key| key.line(TEXT, 7).unwrap()).collect();
    let note = Note::parse(&write(TEXT, &lines).unwrap()).unwrap();
    let signers: Vec<(usize, u64)> = note.signers(&public).unwrap().iter().map(|s| (s.key, s.time_s)).collect();
    assert_eq!(signers, [(0, 0), (1, 7), (2, 7)]);
    // A signature of one kind is none of another.
    for (at, key) in public.iter().enumerate() {
        for (other, line) in lines.iter().enumerate() {
            assert_eq!(key.verify(TEXT.as_bytes(), &signature(line)), at == other, "{at} {other}");
        }
    }
}

#[test]
fn what_a_cosignature_states_cannot_be_changed() {
    for algorithm in [Algorithm::Ed25519Cosignature, Algorithm::MlDsa44] {
        let key = of("example.org/w", algorithm, 1);
        let bytes = signature(&key.line(TEXT, 7).unwrap());
        let holds = |key: &VerifierKey, text: &str, bytes: &[u8]| key.verify(text.as_bytes(), bytes);
        assert!(holds(key.verifier_key(), TEXT, &bytes));
        for (from, to) in [("sofa", "soap"), ("20852163", "20852164"), ("CsUY", "DsUY")] {
            assert!(!holds(key.verifier_key(), &TEXT.replace(from, to), &bytes), "{algorithm:?} {from}");
        }
        for at in [0, 7, 8, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(!holds(key.verifier_key(), TEXT, &changed), "{algorithm:?} byte {at}");
        }
        for cut in [0, 7, 8, bytes.len() - 1] {
            assert!(!holds(key.verifier_key(), TEXT, &bytes[..cut]), "{algorithm:?} cut at {cut}");
        }
        assert!(!holds(key.verifier_key(), TEXT, &[&bytes[..], &[0]].concat()));
        let renamed = VerifierKey::of("example.org/v", algorithm, key.verifier_key().public_bytes()).unwrap();
        // The specification's own warning: an Ed25519 cosignature does not hold its signer's name.
        assert_eq!(holds(&renamed, TEXT, &bytes), algorithm == Algorithm::Ed25519Cosignature);
        assert!(key.line(TEXT, 1 << 63).unwrap_err().is_out_of_range());
        assert!(key.line(TEXT, (1 << 63) - 1).is_ok());
    }
}

#[test]
fn ml_dsa_44_signs_checkpoints_only_and_not_their_extension_lines() {
    let key = of("example.org/w", Algorithm::MlDsa44, 1);
    assert!(key.line("a text\n", 7).unwrap_err().is_malformed());
    let origin = "x".repeat(256);
    assert!(key.line(&TEXT.replace("example.com/behind-the-sofa", &origin), 7).unwrap_err().is_over_limit());
    let bytes = signature(&key.line(TEXT, 7).unwrap());
    let extended = format!("{TEXT}more\n");
    assert!(key.verifier_key().verify(extended.as_bytes(), &bytes));
    // So nothing of ours reads a checkpoint that has such lines.
    assert!(Checkpoint::parse(&extended).unwrap_err().to_string().contains("extension lines"));
    assert_eq!(Checkpoint::parse_extended(&extended).unwrap(), (Checkpoint::parse(TEXT).unwrap(), "more"));
}

/// A log that signs with both: a reader who knows both keys refuses the note where either does not hold.
#[test]
fn a_checkpoint_of_two_keys_is_refused_where_either_does_not_hold() {
    let keys = [of("example.org/log", Algorithm::Ed25519, 1), of("example.org/log", Algorithm::MlDsa44, 2)];
    let (first, second) = (keys[0].verifier_key(), std::slice::from_ref(keys[1].verifier_key()));
    let checkpoint = Checkpoint { origin: "example.org/log".into(), size: 3, root: Hash::of(b"root") };
    let note = checkpoint.sign_all(&keys).unwrap();
    assert_eq!(Checkpoint::open_by(&note, first, second).unwrap(), checkpoint);
    // The form of before: signed by one key, read for ever.
    let alone = checkpoint.sign(&keys[0]).unwrap();
    assert!(note.starts_with(&alone));
    assert_eq!(Checkpoint::open_by(&alone, first, second).unwrap(), checkpoint);

    let other = Checkpoint { size: 4, ..checkpoint.clone() };
    let foreign = other.sign_all(&keys).unwrap();
    let lines = |note: &str| note.split_inclusive('\n').skip(4).map(str::to_owned).collect::<Vec<_>>();
    let mixed = write(&checkpoint.to_string(), &[lines(&note)[0].clone(), lines(&foreign)[1].clone()]).unwrap();
    assert!(Checkpoint::open_by(&mixed, first, second).unwrap_err().is_false_signature());
    assert_eq!(Checkpoint::open(&mixed, first).unwrap(), checkpoint, "whoever does not know the key ignores it");
    let only_second = write(&checkpoint.to_string(), &[lines(&note)[1].clone()]).unwrap();
    assert!(Checkpoint::open_by(&only_second, first, second).unwrap_err().is_unknown_signer());
    let strange = [keys[0].clone(), of("example.org/other", Algorithm::MlDsa44, 2)];
    assert!(checkpoint.sign_all(&strange).unwrap_err().to_string().contains("key's name"));
}

/// C2SP/wycheproof, mldsa_44_verify_test.json: 180 vectors, all as they say.
#[test]
fn wycheproof_vectors_of_ml_dsa_44() {
    let Some(path) = test_data::path("evidence/wycheproof/mldsa_44_verify_test.json") else { return };
    let mut count = 0;
    for group in test_data::json(&path)["testGroups"].as_array().unwrap() {
        let public = hex(&group["publicKey"]);
        let key = public.as_slice().try_into().ok().map(ml_dsa::VerifyingKey::<MlDsa44>::decode);
        assert_eq!(VerifierKey::of("example.org/wycheproof", Algorithm::MlDsa44, &public).is_ok(), key.is_some());
        for test in group["tests"].as_array().unwrap() {
            let context = if test["ctx"].is_null() { Vec::new() } else { hex(&test["ctx"]) };
            let accepted =
                key.as_ref().is_some_and(|key| verify_ml_dsa_44(key, &hex(&test["msg"]), &context, &hex(&test["sig"])));
            assert_eq!(accepted, test["result"] == "valid", "vector {}: {}", test["tcId"], test["comment"]);
            count += 1;
        }
    }
    assert_eq!(count, 180);
}
