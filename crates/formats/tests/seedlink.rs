//! SeedLink against the bytes of ringserver 4.5.3, against a server of our own with every fault, and against damage.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function

#[path = "support/mutation.rs"]
mod mutation;
#[path = "support/seedlink_server.rs"]
mod seedlink_server;

use mutation::{MUTATIONS, Random, damage};
use seedlink_server::{RINGSERVER, Server, record, v3_frame, v4_frame};
use serde::Deserialize;
use truceline_formats::seedlink::{
    Begin, Client, Credentials, Event, MAX_LINE_BYTES, MAX_RECORD_BYTES, MiniSeed, Mode, Packet, Payload, Protocol,
    Request, Selection, Selector, Versions,
};
use truceline_model::time::Time;

fn selection(station: &str, selector: &str, begin: Begin) -> Selection {
    let selectors = (!selector.is_empty()).then(|| Selector::parse(selector).unwrap());
    Selection {
        network: "XX".to_owned(),
        station: station.to_owned(),
        selectors: selectors.into_iter().collect(),
        begin,
    }
}

fn window(from: &str, to: Option<&str>) -> Begin {
    Begin::Window { from: Time::parse(from).unwrap(), to: to.map(|to| Time::parse(to).unwrap()) }
}

fn request(versions: Versions, mode: Mode, selections: Vec<Selection>) -> Request {
    Request { versions, agent: "truceline/0.1".to_owned(), credentials: None, selections, mode }
}

fn one_station(versions: Versions) -> Request {
    request(versions, Mode::Stream, vec![selection("ONE", "", Begin::Next)])
}

fn client(request: Request) -> Client<MiniSeed> {
    Client::new("ring", request, MiniSeed).unwrap()
}

/// Runs a client against a server until neither has anything to say.
fn run(client: &mut Client<MiniSeed>, server: &mut Server) -> Result<Vec<Event>, (Vec<Event>, String)> {
    let mut events = Vec::new();
    while let Some(out) = client.next_out() {
        if let Err(error) = client.feed(&server.feed(&out), &mut events) {
            return Err((events, error.to_string()));
        }
    }
    Ok(events)
}

fn packets(events: &[Event]) -> Vec<&Packet> {
    events.iter().filter_map(|event| if let Event::Packet(packet) = event { Some(packet) } else { None }).collect()
}

/// A recorded session: each command and what came after it.
#[derive(Deserialize)]
struct Session {
    name: String,
    steps: Vec<(String, String)>,
}

fn sessions() -> Vec<Session> {
    let text = include_str!("data/seedlink/ringserver-4.5.3.jsonl");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn bytes_of_hex(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// The requests of the recorded sessions, in their order.
fn recorded_requests() -> Vec<Request> {
    const T: &str = "2024-05-01T12:00:00Z";
    let from_t = || window(T, None);
    let mut elsewhere = selection("SUCH", "", from_t());
    elsewhere.network = "NO".to_owned();
    let all = vec![
        selection("TST1", "00_H_H_Z", from_t()),
        selection("TST2", "_H_H_Z", from_t()),
        selection("TST3", "", from_t()),
        selection("TST4", "*_H_H_Z", from_t()),
    ];
    vec![
        request(Versions::Prefer4, Mode::Stream, vec![all[0].clone(), selection("TST4", "", from_t())]),
        request(Versions::Only4, Mode::Fetch, vec![all[1].clone(), selection("TST4", "", from_t()), elsewhere]),
        request(
            Versions::Only4,
            Mode::Fetch,
            vec![selection("TST1", "", window("2024-05-01T12:00:02.5Z", Some("2024-05-01T12:00:04Z")))],
        ),
        request(Versions::Only3, Mode::Stream, all),
        request(Versions::Only3, Mode::Stream, vec![selection("TST1", "", window(T, Some("2024-05-01T12:00:03Z")))]),
        request(Versions::Only3, Mode::Fetch, vec![selection("TST1", "", Begin::Next)]),
    ]
}

#[test]
fn ringserver_is_understood_in_any_split() {
    // Packets and bytes of records that each session sent, and how many of them are miniSEED 3.
    let expected = [(6, 2673, 3), (6, 1905, 3), (1, 512, 0), (12, 6513, 3), (1, 512, 0), (0, 0, 0)];
    for ((session, request), (count, bytes, of_3)) in sessions().iter().zip(recorded_requests()).zip(expected) {
        for piece in [usize::MAX, 1, 7, 300] {
            let mut client = client(request.clone());
            let mut events = Vec::new();
            for (command, reply) in &session.steps {
                if command == "INFO ID" {
                    client.silent_for(61.0).unwrap();
                }
                let sent = client.next_out().unwrap_or_else(|| panic!("{}: nothing for {command}", session.name));
                assert_eq!(String::from_utf8(sent).unwrap(), format!("{command}\r\n"), "{}", session.name);
                for part in bytes_of_hex(reply).chunks(piece.min(usize::MAX / 2)) {
                    client.feed(part, &mut events).unwrap();
                }
            }
            assert_eq!(client.next_out(), None);
            let packets = packets(&events);
            assert_eq!(packets.len(), count, "{}", session.name);
            assert_eq!(packets.iter().map(|packet| packet.bytes.len()).sum::<usize>(), bytes);
            assert_eq!(packets.iter().filter(|packet| packet.payload == Payload::MiniSeed3).count(), of_3);
            let number_and_station = |packet: &&Packet| (packet.sequence, packet.station.clone().unwrap());
            let (first, last) = (packets.first().map(number_and_station), packets.last().map(number_and_station));
            if count == 12 {
                assert_eq!((first, last), (Some((2, "XX_TST1".to_owned())), Some((13, "XX_TST4".to_owned()))));
            }
            let keeps_alive = session.steps.iter().any(|(command, _)| command == "INFO ID");
            let told = events.iter().any(|event| matches!(event, Event::Info { error: false, last: true, .. }));
            assert_eq!(told, keeps_alive, "{}", session.name);
            let ended = events.contains(&Event::End);
            assert_eq!(ended, !keeps_alive, "{}", session.name);
            assert_eq!(client.closed().is_ok(), ended);
        }
    }
}

#[test]
fn the_version_is_settled() {
    for (greeting, refuses, versions, expected) in [
        (RINGSERVER, &[][..], Versions::Prefer4, Some(Protocol::V4)),
        (RINGSERVER, &["SLPROTO"], Versions::Prefer4, Some(Protocol::V3)),
        (RINGSERVER, &[], Versions::Only3, Some(Protocol::V3)),
        (RINGSERVER, &["SLPROTO"], Versions::Only4, None),
        ("SeedLink v3.1 (2020.075)", &[], Versions::Prefer4, Some(Protocol::V3)),
        ("SeedLink v3.1 (2020.075)", &[], Versions::Only4, None),
        ("SeedLink v4.0 (x) :: SLPROTO:4.0", &[], Versions::Only3, None),
    ] {
        let mut server = Server { greeting, refuses, ..Server::new(Vec::new()) };
        let mut client = client(one_station(versions));
        match (run(&mut client, &mut server), expected) {
            (Ok(events), Some(protocol)) => {
                assert!(events.contains(&Event::Agreed(protocol)), "{events:?}");
                assert_eq!(client.protocol(), protocol);
                assert_eq!(events.last(), Some(&Event::Streaming));
            }
            (Err(_), None) => {}
            (result, expected) => panic!("{greeting} {versions:?}: {result:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn refusals_have_their_consequence() {
    let two = || {
        let begin = window("2024-05-01T12:00:00Z", None);
        let mut request = request(
            Versions::Prefer4,
            Mode::Stream,
            vec![selection("ONE", "00_H_H_Z", begin), selection("TWO", "00_H_H_N", begin)],
        );
        request.selections[0].selectors.push(Selector::parse("00_H_H_E").unwrap());
        request
    };
    let commands = |refuses: &'static [&'static str]| {
        let mut server = Server { refuses, ..Server::new(Vec::new()) };
        let result = run(&mut client(two()), &mut server);
        (result.map_err(|(_, error)| error), server.commands.join(" | "))
    };
    let refused = |events: &[Event]| events.iter().filter(|event| matches!(event, Event::Refused { .. })).count();
    // A station: its other commands are not sent.
    let (result, said) = commands(&["STATION XX_ONE"]);
    assert_eq!(refused(&result.unwrap()), 1);
    let expected = "STATION XX_ONE | STATION XX_TWO | SELECT 00_H_H_N | DATA ALL 2024-05-01T12:00:00Z | END";
    assert!(said.ends_with(expected), "{said}");
    // All stations.
    let (result, said) = commands(&["STATION"]);
    assert_eq!(result.unwrap_err(), "ring, byte 118: no station was accepted");
    assert!(!said.contains("END"));
    // One selector of two; then all of a station, which would let everything through.
    assert_eq!(refused(&commands(&["SELECT 00_H_H_E"]).0.unwrap()), 1);
    let error = commands(&["SELECT 00_H_H_N"]).0.unwrap_err();
    assert!(
        error.contains("every selector of the station was refused, the last one with \"ERROR UNSUPPORTED"),
        "{error}"
    );
    // A window: what comes next is taken instead, and the event says so.
    let (result, said) = commands(&["DATA ALL"]);
    assert_eq!(refused(&result.unwrap()), 2);
    assert!(said.ends_with("DATA ALL 2024-05-01T12:00:00Z | DATA | END"), "{said}");
    let (result, _) = commands(&["DATA"]);
    assert!(result.unwrap_err().contains("DATA was refused with"));
}

#[test]
fn a_password_is_sent_and_not_shown() {
    let mut request = one_station(Versions::Prefer4);
    request.credentials = Some(Credentials::UserPassword("duty".to_owned(), "sesame".to_owned()));
    let mut server = Server { refuses: &["AUTH"], ..Server::new(Vec::new()) };
    let (events, error) = run(&mut client(request.clone()), &mut server).unwrap_err();
    assert_eq!(server.commands.last().unwrap(), "AUTH USERPASS duty sesame");
    assert!(
        error.contains("AUTH was refused") && !error.contains("sesame") && !format!("{events:?}").contains("sesame")
    );
    assert!(run(&mut client(request), &mut Server::new(Vec::new())).is_ok());
}

#[test]
fn another_station_is_not_passed_on() {
    let sent = || {
        [(1, "ONE", 9), (2, "TWO", 8), (3, "ONE", 12)]
            .map(|(sequence, station, exponent)| (sequence, format!("XX_{station}"), record(station, exponent)))
            .to_vec()
    };
    for versions in [Versions::Only3, Versions::Only4] {
        let events = run(&mut client(one_station(versions)), &mut Server::new(sent())).unwrap();
        let lengths: Vec<_> = packets(&events).iter().map(|packet| (packet.sequence, packet.bytes.len())).collect();
        assert_eq!(lengths, [(1, 512), (3, 4096)], "{versions:?}");
        let foreign = events.iter().any(|event| {
            matches!(event, Event::Foreign { station, sequence: 2, offset } if station == "XX_TWO" && *offset > 500)
        });
        assert!(foreign, "{versions:?}");
        // A wildcard asks for it.
        let any = request(versions, Mode::Stream, vec![selection("T?O", "", Begin::Next)]);
        let events = run(&mut client(any), &mut Server::new(sent())).unwrap();
        assert_eq!(packets(&events).iter().map(|packet| packet.sequence).collect::<Vec<_>>(), [2]);
    }
}

/// A client that is past all commands, how many bytes it has got, and a packet for it.
fn streaming(versions: Versions) -> (Client<MiniSeed>, Vec<u8>) {
    let mut client = client(one_station(versions));
    run(&mut client, &mut Server::new(Vec::new())).unwrap();
    let record = record("ONE", 9);
    let frame = if versions == Versions::Only4 { v4_frame(*b"2D", 5, "XX_ONE", &record) } else { v3_frame(5, &record) };
    (client, frame)
}

#[test]
fn what_is_no_packet_is_named_with_its_place() {
    for (versions, garbage, expected) in [
        (Versions::Only4, &b"HTTP/1.1 400"[..], "\"HTTP/1.1 400\", expected a packet, END or ERROR"),
        (Versions::Only4, b"SL000001", "\"SL000001xxxx\", expected a packet"),
        (
            Versions::Only4,
            b"SE2D\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0",
            "a packet of 4294967295 bytes, expected 40 to 1048576",
        ),
        (Versions::Only4, b"SE2D\x01\0\0\0\0\0\0\0\0\0\0\0\0", "a packet of 1 bytes, expected 40 to 1048576"),
        (
            Versions::Only4,
            b"SE\0D\x01\0\0\0\0\0\0\0\0\0\0\0\0",
            "format \"\\u{0}D\", expected two printable characters",
        ),
        (Versions::Only4, b"SE2D\x40\0\0\0\0\0\0\0\0\0\0\0\x02\n\n", "station \"\\n\\n\", expected printable ASCII"),
        (Versions::Only4, b"ERROR AUTH wanted\r\n", "the server ends the stream with \"ERROR AUTH wanted\""),
        (Versions::Only3, b"SL00000G", "\"SL00000G\", expected SL and six hexadecimal digits, or SLINFO"),
        (Versions::Only3, b"SE2D", "\"SE2Dxxxxxxxx\", expected a packet, END or ERROR"),
        (Versions::Only3, b"SL000001garbage!", "\"garbage!xxxx\", expected a miniSEED record"),
        (
            Versions::Only3,
            b"SL000001MS\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\x7f",
            "a record of 2147483687 bytes, expected 40 to 1048576",
        ),
        (Versions::Only3, b"ENDmore", "\"more\" after END, expected nothing"),
    ] {
        let (mut client, frame) = streaming(versions);
        let mut events = Vec::new();
        client.feed(&frame, &mut events).unwrap();
        let before = match &events[..] {
            [Event::Packet(packet)] => packet.offset + frame.len() as u64 + if garbage == b"ENDmore" { 3 } else { 0 },
            other => panic!("{other:?}"),
        };
        let both = [garbage, &[b'x'; 9]].concat();
        let bytes = if garbage == b"ENDmore" { garbage } else { &both };
        let error = client.feed(bytes, &mut events).unwrap_err().to_string();
        assert!(error.starts_with(&format!("ring, byte {before}: {expected}")), "{error}\n{before}: {expected}");
        // It stays so.
        assert_eq!(client.feed(&frame, &mut events).unwrap_err().to_string(), error);
        assert_eq!(client.closed().unwrap_err().to_string(), error);
    }
}

#[test]
fn greetings_and_answers_are_bounded() {
    let feed =
        |client: &mut Client<MiniSeed>, bytes: &[u8]| client.feed(bytes, &mut Vec::new()).map_err(|e| e.to_string());
    let mut endless = client(one_station(Versions::Prefer4));
    for _ in 0..MAX_LINE_BYTES / 64 {
        feed(&mut endless, &[b'S'; 64]).unwrap();
    }
    let error = feed(&mut endless, b"S").unwrap_err();
    assert_eq!(error, "ring, byte 0: \"SSSSSSSSSSSS\" begins a line of more than 1024 bytes");
    for (bytes, expected) in [
        (&b"220 mail.example.org\r\n"[..], "ring, byte 0: \"220 mail.example.org\", expected a greeting"),
        (b"\xff\xfe\n", "ring, byte 0: \"\u{5c}u{fffd}\u{5c}u{fffd}\\n\", expected a line of text"),
        (
            b"SeedLink v3.1\r\nx\r\nMAYBE\r\n",
            "ring, byte 18: \"MAYBE\" in answer to STATION ONE XX, expected OK or ERROR",
        ),
    ] {
        let error = feed(&mut client(one_station(Versions::Prefer4)), bytes).unwrap_err();
        assert!(error.starts_with(expected), "{error}\n{expected}");
    }
}

#[test]
fn a_server_that_stops_is_noticed() {
    let mut waiting = client(one_station(Versions::Prefer4));
    waiting.silent_for(29.0).unwrap();
    assert_eq!(waiting.silent_for(31.0).unwrap_err().to_string(), "ring, byte 0: no answer to HELLO for 30 s");

    let (mut quiet, frame) = streaming(Versions::Only4);
    quiet.silent_for(59.0).unwrap();
    assert_eq!(quiet.next_out(), None);
    quiet.silent_for(61.0).unwrap();
    quiet.silent_for(62.0).unwrap();
    assert_eq!((quiet.next_out(), quiet.next_out()), (Some(b"INFO ID\r\n".to_vec()), None));
    quiet.feed(&v4_frame(*b"JI", 0, "", b"{}"), &mut Vec::new()).unwrap();
    quiet.silent_for(61.0).unwrap();
    assert_eq!(quiet.next_out(), Some(b"INFO ID\r\n".to_vec()));
    quiet.feed(&frame[..100], &mut Vec::new()).unwrap();
    assert!(quiet.silent_for(181.0).unwrap_err().to_string().ends_with("nothing for 180 s, not even on request"));

    for (versions, cut) in [(Versions::Only3, 100), (Versions::Only4, 20)] {
        let (mut client, frame) = streaming(versions);
        client.feed(&frame[..cut], &mut Vec::new()).unwrap();
        let error = client.closed().unwrap_err().to_string();
        assert!(error.ends_with(&format!("closed inside a packet, after {cut} bytes of it")), "{error}");
    }
    let error = client(one_station(Versions::Prefer4)).closed().unwrap_err().to_string();
    assert_eq!(error, "ring, byte 0: closed before the greeting was whole");
}

#[test]
fn a_record_without_an_end_is_bounded() {
    // It looks like a record for ever: nothing is longer than the bound, and no more than the bound is kept.
    struct Endless;
    impl truceline_formats::seedlink::Records for Endless {
        fn length(&self, _: &[u8]) -> truceline_formats::seedlink::RecordLength {
            truceline_formats::seedlink::RecordLength::Unknown
        }
        fn station(&self, _: &[u8]) -> Option<String> {
            None
        }
    }
    let mut client = Client::new("ring", one_station(Versions::Only3), Endless).unwrap();
    let mut events = Vec::new();
    let mut server = Server::new(Vec::new());
    while let Some(out) = client.next_out() {
        client.feed(&server.feed(&out), &mut events).unwrap();
    }
    client.feed(b"SL000001", &mut events).unwrap();
    let mut fed = 0;
    let error = loop {
        match client.feed(&[b'0'; 4096], &mut events) {
            Ok(()) => fed += 4096,
            Err(error) => break error.to_string(),
        }
    };
    assert_eq!(fed + 4096, MAX_RECORD_BYTES);
    assert!(error.ends_with(&format!("no record ends within {MAX_RECORD_BYTES} bytes")), "{error}");
}

#[test]
fn a_request_that_cannot_be_said_is_refused() {
    let mut injected = one_station(Versions::Prefer4);
    injected.selections[0].station = "ONE\r\nDATA".to_owned();
    let mut blank = one_station(Versions::Prefer4);
    blank.agent = "my agent".to_owned();
    let mut backwards = one_station(Versions::Prefer4);
    backwards.selections[0].begin = window("2024-05-01T12:00:00Z", Some("2024-05-01T11:00:00Z"));
    for (request, expected) in [
        (Request::default(), "ring, selections: 0 stations, expected 1 to 10000"),
        (injected, "ring, selection 0: code \"ONE\\r\\nDATA\", expected letters, digits, ? and *"),
        (blank, "ring, agent: \"my agent\", expected name/version without blanks"),
        (backwards, "ring, selection 0: the window ends at 2024-05-01T11:00:00Z, before it begins at"),
    ] {
        let error = Client::new("ring", request, MiniSeed).err().unwrap().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    // What only 4.0 can say is noticed when the version is settled.
    let open = request(Versions::Only3, Mode::Fetch, vec![selection("ONE", "", window("2024-05-01T12:00:00Z", None))]);
    let (_, error) = run(&mut client(open), &mut Server::new(Vec::new())).unwrap_err();
    assert!(error.ends_with("a window without an end cannot be fetched with SeedLink 3.1"), "{error}");
}

#[test]
fn a_record_without_a_length_ends_where_the_next_packet_begins() {
    let (mut client, _) = streaming(Versions::Only3);
    let mut undeclared = record("ONE", 10);
    undeclared[48..56].fill(0);
    let flow = [v3_frame(1, &undeclared), v3_frame(2, &record("ONE", 7)), v3_frame(3, &undeclared)].concat();
    let mut events = Vec::new();
    for part in flow.chunks(100) {
        client.feed(part, &mut events).unwrap();
    }
    let lengths: Vec<_> = packets(&events).iter().map(|packet| (packet.sequence, packet.bytes.len())).collect();
    assert_eq!(lengths, [(1, 1024), (2, 128)], "the third has no packet behind it yet");
    // What is no packet's header does not end it; over the bound it is no record.
    let error = loop {
        if let Err(error) = client.feed(&[b'x'; 1024], &mut events) {
            break error.to_string();
        }
    };
    assert!(error.ends_with("expected a miniSEED record"), "{error}");
}

#[test]
fn stations_are_read_from_both_headers() {
    use truceline_formats::seedlink::Records;
    let two = record("ONE", 9);
    assert_eq!(MiniSeed.station(&two).as_deref(), Some("XX_ONE"));
    let mut three = vec![0; 40];
    three[..3].copy_from_slice(b"MS\x03");
    three[33] = 20;
    three.extend(b"FDSN:NET_TWO_00_H_H_");
    assert_eq!(MiniSeed.station(&three).as_deref(), Some("NET_TWO"));
    three[40] = b'X';
    assert_eq!(MiniSeed.station(&three), None);
    assert_eq!(MiniSeed.station(&two[..10]), None);
}

#[test]
fn damage_gives_an_error_or_bounded_packets() {
    // Whole sessions as one flow: greeting, answers, packets.
    let flows: Vec<(Request, Vec<u8>)> = sessions()
        .iter()
        .zip(recorded_requests())
        .map(|(session, request)| (request, session.steps.iter().flat_map(|(_, reply)| bytes_of_hex(reply)).collect()))
        .collect();
    let mut random = Random(5);
    let (mut good, mut passed) = (0, 0);
    for round in 0..MUTATIONS {
        let (request, flow) = &flows[round as usize % flows.len()];
        let bytes = damage(flow, &mut random);
        let mut client = client(request.clone());
        let mut events = Vec::new();
        let piece = 1 + random.below(2000);
        let result = bytes.chunks(piece).try_for_each(|part| client.feed(part, &mut events));
        good += u64::from(result.is_ok());
        passed += packets(&events).len();
        assert!(packets(&events).iter().map(|packet| packet.bytes.len()).sum::<usize>() <= bytes.len());
        let mut sent = 0;
        while client.next_out().is_some() {
            sent += 1;
        }
        assert!(sent <= 20, "{sent}");
    }
    assert!(good > MUTATIONS / 100 && good < MUTATIONS && passed > 1000, "{good} {passed}");
}
