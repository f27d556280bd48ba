//! Files of sealed frames and of acts on keys, of unknown origin.
use truceline_evidence::frame::{
    self, Authenticity, ClockEvidence, ClockSource, Frame, Health,
};
use truceline_evidence::keys::{Act, Body, Holder, KeyAct, KeyPair, Role};
use truceline_model::hash::Hash;
use truceline_model::record::Payload;
use truceline_model::time::Time;

/// Reads it as each of them; whether it is one. What is read writes itself.
pub fn check(bytes: &[u8]) -> bool {
    let mut again = frame::MAGIC.to_vec();
    let mut frames = 0;
    for read in frame::read(bytes) {
        let Ok((range, read)) = read else { break };
        assert_eq!(range.start, again.len());
        frame::write(&mut again, &read.sealed, read.payload.as_deref());
        frames += 1;
    }
    assert!(frames == 0 || bytes.starts_with(&again));
    let act = KeyAct::from_file(bytes);
    if let Ok(act) = &act {
        assert_eq!(act.to_file(), bytes);
    }
    frames > 0 || act.is_ok()
}

/// Two frames of a station, and an act that enrols it.
pub fn originals() -> Vec<Vec<u8>> {
    let key = KeyPair::from_seed(&[1; 32]);
    let payload = b"some samples";
    let first = Frame {
        station: "TL01".into(),
        key: key.public().id(),
        boot: 1,
        sequence: 0,
        previous: None,
        time: Time(1_700_000_000_000_000_000),
        clock: ClockEvidence {
            source: ClockSource::Gnss,
            sigma_ns: 100,
            satellites: 8,
            authenticity: Authenticity::Authentic,
            holdover_s: 0,
        },
        next_within_s: 60,
        health: Health::default(),
        configuration: Hash([2; 32]),
        beacon: None,
        fields: None,
        payload: Some(Payload { sha256: Hash::of(payload), bytes: payload.len() as u64 }),
    };
    let second = Frame { sequence: 1, previous: Some(first.hash()), payload: None, ..first.clone() };
    let mut file = frame::MAGIC.to_vec();
    frame::write(&mut file, &first.seal(&key), Some(payload));
    frame::write(&mut file, &second.seal(&key), None);
    let holder =
        Holder { name: "TL01".into(), role: Role::Station, owner: "observatory".into(), key: key.public() };
    let mut act = KeyAct::new(&Body { act: Act::Enrol(holder), number: 1, journal: "example.org/north".into() });
    act.sign(&key);
    vec![file, act.to_file()]
}
