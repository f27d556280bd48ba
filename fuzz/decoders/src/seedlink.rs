//! What a SeedLink server may send: the first byte chooses the versions, the second how the rest is cut into pieces.
use truceline_formats::seedlink::{
    Begin, Client, Event, MiniSeed, Mode, Records, Request, Selection, Selector, Versions,
};

/// Runs a client on it; whether packets came.
pub fn check(bytes: &[u8]) -> bool {
    let [versions, piece, bytes @ ..] = bytes else { return false };
    let selection = Selection {
        network: "XX".to_owned(),
        station: "*T*".to_owned(),
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
    let mut client = Client::new("fuzz", request, MiniSeed).expect("a good request");
    let mut events = Vec::new();
    for part in bytes.chunks(usize::from(*piece).max(1)) {
        while client.next_out().is_some() {}
        if client.feed(part, &mut events).is_err() {
            break;
        }
    }
    let _ = client.closed();
    let length = |event: &Event| if let Event::Packet(packet) = event { packet.bytes.len() } else { 0 };
    assert!(events.iter().map(length).sum::<usize>() <= bytes.len());
    for event in &events {
        if let Event::Packet(packet) = event {
            let _ = MiniSeed.station(&packet.bytes);
        }
    }
    events.iter().any(|event| matches!(event, Event::Packet(_)))
}

/// Sessions as recorded from ringserver 4.5.3, each as one flow.
pub fn originals() -> Vec<Vec<u8>> {
    let text = crate::file("crates/formats/tests/data/seedlink/ringserver-4.5.3.jsonl");
    let text = String::from_utf8(text).expect("text");
    let byte = |hex: &str, i: usize| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hexadecimal digits");
    let mut originals = Vec::new();
    for line in text.lines() {
        let session: serde_json::Value = serde_json::from_str(line).expect("a session");
        let steps = session["steps"].as_array().expect("steps");
        let third = steps.iter().all(|step| step[0] != "SLPROTO 4.0");
        // One station is asked for here, so one station's answers are left.
        let mut flow = vec![u8::from(third), 200];
        let mut stations = 0;
        for step in steps {
            let command = step[0].as_str().expect("a command");
            stations += u8::from(command.starts_with("STATION"));
            let is_answer = ["STATION", "SELECT", "DATA", "TIME", "FETCH"].iter().any(|word| command.starts_with(word));
            if is_answer && (stations > 1 || command.starts_with("SELECT")) {
                continue;
            }
            let hex = step[1].as_str().expect("hexadecimal");
            if is_answer && command.starts_with("STATION") {
                // The client's one selector has an answer too.
                flow.extend(b"OK\r\n");
            }
            flow.extend((0..hex.len() / 2).map(|i| byte(hex, i)));
        }
        originals.push(flow);
    }
    originals
}
