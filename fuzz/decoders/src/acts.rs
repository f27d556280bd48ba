//! Files of acts of consultations and of editions of the register, and the files of a register, of unknown origin.
use truceline_evidence::keys::KeyPair;
use truceline_model::canonical::{self, Bytes};
use truceline_model::cosigned::{Cosigned, SignedAct, SignedEdition};
use truceline_model::hash::Hash;
use truceline_model::time::Time;
use truceline_register::Register;
use truceline_register::body::BodyKind;
use truceline_register::consult::{Act, PositionText, Quorum, Roll, Seat, Stance};
use truceline_register::edition::Edition;

/// Reads it as each of them; whether it is one. What is read writes itself, and what is no register is refused in words.
pub fn check(bytes: &[u8]) -> bool {
    let act = SignedAct::from_file(bytes);
    if let Ok(signed) = &act {
        assert_eq!(signed.to_file(), bytes);
        if let Ok(act) = Act::of(signed) {
            assert_eq!(canonical::to_bytes(&act), signed.body.0);
        }
    }
    let edition = SignedEdition::from_file(bytes);
    if let Ok(signed) = &edition {
        assert_eq!(signed.to_file(), bytes);
        if let Ok(edition) = Edition::of(signed) {
            assert_eq!(canonical::to_bytes(&edition), signed.body.0);
            let _ = edition.sound();
        }
    }
    let register = Register::read(&[("register.toml", bytes)]);
    if let Ok(register) = &register {
        // Whatever contradicts itself is said, and nothing panics.
        truceline_register::check(register).iter().for_each(|broken| assert!(!broken.to_string().is_empty()));
    }
    act.is_ok() || edition.is_ok() || register.is_ok()
}

/// A founding and a position, an edition, and a file of a register.
pub fn originals() -> Vec<Vec<u8>> {
    let register = "schema = \"truceline-register-1\"\nlayer = \"deployment\"\n\n[register]\nid = \"test\"\nversion = 1\n\
        title = { en = \"A register\", fr = \"Un registre\" }\n\n[[source]]\nid = \"N1\"\npublisher = \"Ministry\"\n\
        what = \"Note\"\ngrade = \"A\"\n\n[[state]]\nid = \"XA\"\nname = \"Xandria\"\nroles = [\"guarantor\"]\nsources = [\"N1\"]\n";
    let keys = [KeyPair::from_seed(&[1; 32]), KeyPair::from_seed(&[2; 32])];
    let mut ids: Vec<Hash> = keys.iter().map(|key| key.public().id()).collect();
    ids.sort();
    let acts = [
        Act::Found(Roll {
            body: BodyKind::GuarantorsConsultation,
            journal: "example.org/north".into(),
            seats: vec![Seat { state: "XA".into(), keys: ids }],
            quorum: Quorum { take_part_min: 1, sign_min: 1, oppose_max: None },
        }),
        Act::Position(PositionText {
            call: Hash([3; 32]),
            seat: "XA".into(),
            stance: Stance::Reservation,
            words: "Not beyond the sector.".into(),
            supersedes: None,
        }),
    ];
    let mut files = Vec::new();
    for act in acts {
        let mut signed = SignedAct { body: Bytes(canonical::to_bytes(&act)), signatures: Vec::new() };
        keys.iter().for_each(|key| signed.put(key.public().id(), key.sign(SignedAct::DOMAIN, &signed.body.0)));
        files.push(signed.to_file());
    }
    let edition = Edition {
        number: 1,
        journal: "example.org/north".into(),
        published_at: Time(1_900_000_000_000_000_000),
        files: vec![("register.toml".into(), Bytes(register.into()))],
    };
    files.extend(edition.unsigned().map(|signed| signed.to_file()));
    files.push(register.into());
    files
}
