use super::*;
use crate::note::{self, Algorithm, SigningKey};
use proptest::prelude::*;
use truceline_model::hash::Hash;

fn log_key() -> SigningKey {
    SigningKey::from_seed("example.org/log", [1; 32]).unwrap()
}

fn witness_key(seed: u8) -> SigningKey {
    SigningKey::of(&format!("example.org/w{seed}"), Algorithm::Ed25519Cosignature, [seed; 32]).unwrap()
}

fn vkey(key: &SigningKey) -> String {
    key.verifier_key().to_string()
}

/// The specification's own example: a log, six witnesses, two groups under one.
fn example() -> String {
    let mut text = format!("# An example\nlog {}\n\n", vkey(&log_key()));
    for (name, seed) in ["X1", "X2", "X3", "Y1", "Y2", "Y3"].iter().zip(11..) {
        text += &format!("witness {name} {}\n", vkey(&witness_key(seed)));
    }
    text + "group X-witnesses 2 X1 X2 X3\ngroup Y-witnesses any Y1 Y2 Y3\n\
        group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
}

/// The example's checkpoint, cosigned by these of its witnesses.
fn cosigned(witnesses: &[usize]) -> String {
    let checkpoint = Checkpoint { origin: "example.org/log".into(), size: 3, root: Hash::of(b"root") };
    let mut lines = vec![log_key().line(&checkpoint.to_string(), 0).unwrap()];
    for place in witnesses {
        let key = witness_key(11 + u8::try_from(*place).unwrap());
        lines.push(key.line(&checkpoint.to_string(), 100 + *place as u64).unwrap());
    }
    note::write(&checkpoint.to_string(), &lines).unwrap()
}

#[test]
fn the_specification_s_example_is_met_as_it_says() {
    let policy = Policy::parse(example().as_bytes()).unwrap();
    assert_eq!((policy.logs().len(), policy.witnesses().len(), policy.groups().len()), (1, 6, 3));
    assert_eq!(policy.demand(), "all of (2 of (X1, X2, X3), 1 of (Y1, Y2, Y3))");
    for (witnesses, met) in [
        (&[0, 1, 3][..], true),
        (&[0, 2, 5], true),
        (&[0, 1, 2, 3, 4, 5], true),
        (&[0, 3, 4, 5], false),
        (&[0, 1, 2], false),
        (&[], false),
    ] {
        let standing = policy.judge(&cosigned(witnesses)).unwrap();
        assert_eq!((standing.met, standing.of_listed_log), (met, true), "{witnesses:?}");
        assert_eq!(standing.is_valid(), met);
        let expected: Vec<Signer> = witnesses.iter().map(|w| Signer { key: *w, time_s: 100 + *w as u64 }).collect();
        assert_eq!(standing.cosigned, expected);
        let missing: Vec<usize> = (0..6).filter(|place| !witnesses.contains(place)).collect();
        assert_eq!(standing.missing, missing);
    }
    assert_eq!(policy.names([0, 3]), "X1, Y1");
    assert_eq!(policy.names([]), "none");
}

#[test]
fn a_checkpoint_of_another_log_is_not_valid() {
    let other = SigningKey::from_seed("example.org/other", [2; 32]).unwrap();
    let text = example().replace(&vkey(&log_key()), &vkey(&other));
    let standing = Policy::parse(text.as_bytes()).unwrap().judge(&cosigned(&[0, 1, 3])).unwrap();
    assert_eq!((standing.met, standing.of_listed_log, standing.is_valid()), (true, false, false));
    // The name alone does not make it the log.
    let namesake = SigningKey::from_seed("example.org/log", [2; 32]).unwrap();
    let text = example().replace(&vkey(&log_key()), &vkey(&namesake));
    assert!(!Policy::parse(text.as_bytes()).unwrap().judge(&cosigned(&[0, 1, 3])).unwrap().is_valid());
    // Where no log is listed, that is for the user to check.
    let text = example().replace(&format!("log {}\n", vkey(&log_key())), "");
    assert!(Policy::parse(text.as_bytes()).unwrap().judge(&cosigned(&[0, 1, 3])).unwrap().is_valid());
}

#[test]
fn one_false_cosignature_refuses_the_note() {
    let policy = Policy::parse(example().as_bytes()).unwrap();
    let good = cosigned(&[0, 1, 3]);
    let line = good.lines().last().unwrap();
    let other = Checkpoint { origin: "example.org/log".into(), size: 4, root: Hash::of(b"root") };
    let foreign = witness_key(14).line(&other.to_string(), 103).unwrap();
    let error = policy.judge(&good.replace(&format!("{line}\n"), &foreign)).unwrap_err();
    assert!(error.is_false_signature(), "{error}");
}

/// A log's own post-quantum key can be demanded as a witness.
#[test]
fn both_signatures_of_the_log_can_be_demanded() {
    let second = SigningKey::of("example.org/log", Algorithm::MlDsa44, [2; 32]).unwrap();
    let text = format!(
        "log {}\nwitness log-itself {}\nwitness W {}\ngroup both all log-itself W\nquorum both\n",
        vkey(&log_key()),
        vkey(&second),
        vkey(&witness_key(11))
    );
    let policy = Policy::parse(text.as_bytes()).unwrap();
    let alone = cosigned(&[0]);
    assert!(!policy.judge(&alone).unwrap().is_valid());
    let text = alone.split_once("\n\n").unwrap().0.to_owned() + "\n";
    assert!(policy.judge(&(alone + &second.line(&text, 0).unwrap())).unwrap().is_valid());
}

#[test]
fn no_quorum_is_met_by_anything() {
    let text = format!("quorum none\nlog {} https://log.example.org/\n", vkey(&log_key()));
    let policy = Policy::parse(text.as_bytes()).unwrap();
    assert!(policy.demands_nothing() && policy.judge(&cosigned(&[])).unwrap().is_valid());
    assert_eq!(policy.logs()[0].url.as_deref(), Some("https://log.example.org/"));
    assert_eq!(policy.demand(), "nothing");
}

#[test]
fn names_are_octets_and_lines_may_be_indented() {
    let text = format!(" \t witness\t\u{212a}   {} \t\n\t# {}\n  quorum \u{212a}\n", vkey(&witness_key(11)), "é");
    assert_eq!(Policy::parse(text.as_bytes()).unwrap().demand(), "\u{212a}");
    let key = vkey(&witness_key(11));
    let parts: [&[u8]; 4] = [b"witness \xff ", key.as_bytes(), b"\nquorum \xff\n", b"# \xfe\n"];
    assert_eq!(Policy::parse(&parts.concat()).unwrap().demand(), "\u{fffd}");
}

#[test]
fn other_forms_are_refused_with_their_line() {
    let (log, w1, w2) = (vkey(&log_key()), vkey(&witness_key(11)), vkey(&witness_key(12)));
    let cosigner_of_log = SigningKey::of("example.org/w", Algorithm::Ed25519Cosignature, [1; 32]).unwrap();
    let two = format!("witness A {w1}\nwitness B {w2}\n");
    for (text, why) in [
        (String::new(), "does not end in a newline"),
        ("quorum none".to_owned(), "does not end in a newline"),
        ("\n".to_owned(), "no quorum line"),
        ("quorum none\nquorum none\n".to_owned(), "line 2 of the policy is a second quorum line"),
        ("quorum A\n".to_owned(), "line 1 of the policy names \"A\", which no line before it defines"),
        (format!("quorum A\n{two}"), "no line before it defines"),
        ("quorum\n".to_owned(), "another form than: quorum"),
        ("quorum none none\n".to_owned(), "another form than: quorum"),
        ("Quorum none\n".to_owned(), "begins with \"Quorum\""),
        ("quorum none\r\n".to_owned(), "the control character 0x0d"),
        ("quorum none\x7f\n".to_owned(), "the control character 0x7f"),
        ("log\n".to_owned(), "another form than: log"),
        (format!("log {log} u v\n"), "another form than: log"),
        (format!("log {w1}\n"), "by a witness's key"),
        (format!("log {log}\nlog {log}\n"), "line 2 of the policy names the key of example.org/log+"),
        (format!("witness A {log}\n"), "by a log's key"),
        (format!("witness A {w1}\nwitness B {w1}\n"), "names the key of example.org/w11+"),
        (format!("witness A {w1}\nwitness A {w2}\n"), "defines \"A\" a second time"),
        (format!("witness none {w1}\n"), "defines the name none"),
        ("witness A key\n".to_owned(), "has no key: the verifier key has not the form"),
        (format!("witness A {w1} u v\n"), "another form than: witness"),
        (format!("{two}group A any B\n"), "defines \"A\" a second time"),
        (format!("{two}group none any B\n"), "defines the name none"),
        (format!("{two}group G any\n"), "another form than: group"),
        (format!("{two}group G 0 A B\n"), "has the threshold 0, expected 1 to its 2 members"),
        (format!("{two}group G 3 A B\n"), "has the threshold 3"),
        (format!("{two}group G +1 A B\n"), "without sign"),
        (format!("{two}group G 01 A B\n"), "without sign"),
        (format!("{two}group G most A B\n"), "expected all, any or a number"),
        (format!("{two}group G any A A\n"), "one of a group already"),
        (format!("{two}group G any A\ngroup H any A B\n"), "line 4 of the policy has \"A\" as a member"),
        (format!("{two}group G any none\n"), "has none as a member"),
        (format!("{two}group G any G\n"), "names \"G\", which no line before it defines"),
        (format!("{two}group G any H\ngroup H any A\n"), "names \"H\", which no line before it defines"),
    ] {
        let error = Policy::parse(text.as_bytes()).unwrap_err();
        assert!(error.is_malformed() && error.to_string().contains(why), "{text:?}: {error}");
    }
    // The same key as a log's and as a witness's is two keys: that is how a log can be demanded twice.
    assert!(Policy::parse(format!("log {log}\nwitness A {}\nquorum A\n", vkey(&cosigner_of_log)).as_bytes()).is_ok());
}

#[test]
fn bounds_hold() {
    let witnesses = |count: u8| {
        let line = |seed| format!("witness W{seed} {}\n", vkey(&witness_key(seed)));
        (0..count).map(line).collect::<String>() + "quorum W0\n"
    };
    assert!(Policy::parse(witnesses(64).as_bytes()).is_ok());
    let error = Policy::parse(witnesses(65).as_bytes()).unwrap_err();
    assert!(error.is_over_limit() && error.to_string().contains("line 65"), "{error}");
    let long = format!("#{}\nquorum none\n", "x".repeat(MAX_POLICY_BYTES));
    assert!(Policy::parse(long.as_bytes()).unwrap_err().is_over_limit());
}

/// A policy of eight witnesses in groups of groups, made from numbers: any shape that the form allows.
fn any_policy() -> impl Strategy<Value = String> {
    let cut = prop::collection::vec((1_usize..4, 0_usize..4), 1..6);
    cut.prop_map(|groups| {
        let mut text: String = (0..8).map(|n| format!("witness W{n} {}\n", vkey(&witness_key(n)))).collect();
        let mut free: Vec<String> = (0..8).map(|n| format!("W{n}")).collect();
        for (n, (size, threshold)) in groups.into_iter().enumerate() {
            let members: Vec<String> = free.drain(..size.min(free.len())).collect();
            let threshold = 1 + threshold % members.len();
            text += &format!("group G{n} {threshold} {}\n", members.join(" "));
            free.push(format!("G{n}"));
        }
        format!("{text}group all-of-them {} {}\nquorum all-of-them\n", 1 + free.len() / 2, free.join(" "))
    })
}

proptest! {
    /// One more cosignature never loses a quorum, and with all of them every quorum is met.
    #[test]
    fn more_cosignatures_never_lose_a_quorum(text in any_policy(), signed in any::<u8>(), more in any::<u8>()) {
        let policy = Policy::parse(text.as_bytes()).unwrap();
        let met = |who: u8| policy.is_met(&|place| who >> place & 1 == 1);
        prop_assert!(!met(signed) || met(signed | more));
        prop_assert!(met(0xff) && !met(0));
    }

    #[test]
    fn any_bytes_are_a_policy_or_an_error(text in "((log|witness|group|quorum|none|any|all|A|B|2|#|\t| )|\n){0,60}") {
        if let Ok(policy) = Policy::parse(text.as_bytes()) {
            prop_assert!(policy.demands_nothing() || !policy.witnesses().is_empty());
        }
    }
}
