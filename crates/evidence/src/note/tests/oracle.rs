//! Another implementation of signed notes, the crate `signed_note`, says the same.
use super::*;
use signed_note::{Note as Theirs, StandardVerifier, VerifierList};

/// Their answer: the keys' names that signed, or that the note is refused.
fn their_signers(note: &str, keys: &[VerifierKey]) -> Option<usize> {
    let verifier = |key: &VerifierKey| -> Box<dyn signed_note::Verifier> {
        Box::new(StandardVerifier::new(&key.to_string()).unwrap())
    };
    let list = VerifierList::new(keys.iter().map(verifier).collect());
    let (verified, _) = Theirs::from_bytes(note.as_bytes()).ok()?.verify(&list).ok()?;
    Some(verified.len())
}

proptest! {
    #[test]
    fn both_read_what_either_signs(texts in prop::collection::vec("[ -~]{1,20}", 1..4), signers in 1_usize..4) {
        let text = format!("{}\n", texts.join("\n"));
        let names = ["example.org/north", "example.org/south", "example.org/west"];
        let keys: Vec<SigningKey> = names[..signers].iter().zip(1..).map(|(name, seed)| key(name, seed)).collect();
        let lines: Vec<String> = keys.iter().map(|key| key.line(&text, 0).unwrap()).collect();
        let note = write(&text, &lines).unwrap();
        let public: Vec<VerifierKey> = keys.iter().map(|key| key.verifier_key().clone()).collect();
        prop_assert_eq!(their_signers(&note, &public), Some(signers));
        prop_assert_eq!(open(&note, &public).unwrap().keys.len(), signers);
    }

    #[test]
    fn both_refuse_the_same_changed_bytes(at in 0_usize..400, bit in 0_u8..7) {
        let text = "example.org/north\n12\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let keys = [key("example.org/north", 1), key("example.org/south", 2)];
        let lines: Vec<String> = keys.iter().map(|key| key.line(text, 0).unwrap()).collect();
        let mut note = write(text, &lines).unwrap().into_bytes();
        let at = at % note.len();
        note[at] ^= 1 << bit;
        let Ok(note) = String::from_utf8(note) else { return Ok(()) };
        let public: Vec<VerifierKey> = keys.iter().map(|key| key.verifier_key().clone()).collect();
        let ours = open(&note, &public).ok().map(|opened| opened.keys.len());
        prop_assert_eq!(ours, their_signers(&note, &public), "{:?}", note);
    }
}
