//! Signed notes, keys and checkpoints of unknown origin.
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::dossier::Dossier;
use truceline_evidence::note::{Note, VerifierKey};

/// Reads it as each of them; whether it is one.
pub fn check(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let checkpoint = Checkpoint::parse(&text);
    if let Ok(checkpoint) = &checkpoint {
        assert_eq!(checkpoint.to_string(), text);
    }
    Note::parse(&text).is_ok() | VerifierKey::parse(&text).is_ok() | checkpoint.is_ok()
}

/// The note and key of the C2SP specification's example, and a checkpoint.
pub fn originals() -> Vec<Vec<u8>> {
    const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo \
        Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    let mut originals = vec![KEY.as_bytes().to_vec(), NOTE.as_bytes().to_vec()];
    for dossier in crate::files("crates/evidence/golden", "tldoss") {
        let dossier = Dossier::parse(&dossier).expect("the golden dossier");
        originals.push(dossier.checkpoint().to_string().into_bytes());
    }
    originals
}
