//! What a SeedLink server may send: the first byte chooses the versions, the second how the rest is cut into pieces.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline_formats::seedlink::{
    Begin, Client, Event, Mode, RecordLength, Records, Request, Selection, Selector, Versions,
};

/// Records that say their length in their first byte.
struct Short;

impl Records for Short {
    fn length(&self, bytes: &[u8]) -> RecordLength {
        match bytes.first() {
            None => RecordLength::Unknown,
            Some(0) => RecordLength::NotARecord,
            Some(byte) => RecordLength::Bytes(usize::from(*byte)),
        }
    }

    fn station(&self, record: &[u8]) -> Option<String> {
        record.get(1).map(|byte| format!("XX_{byte}"))
    }
}

fuzz_target!(|bytes: &[u8]| {
    let [versions, piece, bytes @ ..] = bytes else { return };
    let selection = Selection {
        network: "XX".to_owned(),
        station: "*1*".to_owned(),
        selectors: Selector::parse("00_H_H_Z").into_iter().collect(),
        begin: Begin::Next,
    };
    let request = Request {
        versions: [Versions::Prefer4, Versions::Only3, Versions::Only4][usize::from(versions % 3)],
        agent: "fuzz/1".to_owned(),
        credentials: None,
        selections: vec![selection],
        mode: if versions & 64 == 0 { Mode::Stream } else { Mode::Fetch },
    };
    let mut client = Client::new("fuzz", request, Short).expect("a good request");
    let mut events = Vec::new();
    for part in bytes.chunks(usize::from(*piece).max(1)) {
        while client.next_out().is_some() {}
        if client.feed(part, &mut events).is_err() {
            break;
        }
    }
    let _ = client.closed();
    let passed = events.iter().map(|event| if let Event::Packet(packet) = event { packet.bytes.len() } else { 0 });
    assert!(passed.sum::<usize>() <= bytes.len());
});
