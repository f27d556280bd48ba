//! A SeedLink server on a loopback socket with the faults that tests ask for. Its lines and frames are those of
//! ringserver 4.5.3 (`crates/formats/tests/support/seedlink_server.rs`).
#![allow(unreachable_pub, reason = "a module of one test program")]
use super::seedlink_server::{Server, v3_frame, v4_frame};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::collections::{BTreeMap, VecDeque};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;
use truceline_formats::miniseed::{self, Packing, Version, Writer};
use truceline_formats::seedlink::{MiniSeed, Records};
use truceline_model::time::{NS_PER_S, Time};
use truceline_model::waveform::ClockFlags;

/// What goes wrong on a connection, after so many packets of it; connections take the faults one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The connection is cut inside the next packet, after so many bytes of it.
    Cut(usize, usize),
    /// What follows is no packet.
    Garbage(usize),
    /// Nothing follows, not even an answer.
    Stall(usize),
    /// Bytes follow one by one and never become a packet.
    Drip(usize),
    /// A packet follows whose record never ends.
    Endless(usize),
    /// The server says END.
    End(usize),
    /// All packets are sent so many times over.
    Flood(usize),
}

#[derive(Debug, Clone)]
struct Sent {
    station: String,
    end: Time,
    record: Vec<u8>,
}

#[derive(Default)]
struct State {
    packets: Vec<Sent>,
    faults: VecDeque<Fault>,
    first_sequence: u64,
    /// The commands of each connection that got as far as END.
    sessions: Vec<Vec<String>>,
    refuses: &'static [&'static str],
    bytes_sent: usize,
    ended: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// The server; it ends with the test.
pub struct Ring {
    pub address: String,
    shared: Arc<Shared>,
}

impl Ring {
    pub fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), None)
    }

    pub fn encrypted(config: ServerConfig) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), Some(Arc::new(config)))
    }

    pub fn on(listener: TcpListener, tls: Option<Arc<ServerConfig>>) -> Self {
        let address = listener.local_addr().unwrap().to_string();
        listener.set_nonblocking(true).unwrap();
        let shared = Arc::new(Shared::default());
        let ring = Self { address, shared: Arc::clone(&shared) };
        std::thread::spawn(move || {
            while !shared.lock().ended {
                match listener.accept() {
                    Ok((stream, _)) => {
                        let (shared, tls) = (Arc::clone(&shared), tls.clone());
                        std::thread::spawn(move || {
                            stream.set_nonblocking(false).unwrap();
                            stream.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
                            stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
                            match tls {
                                None => connection(stream, &shared),
                                Some(config) => {
                                    let session = ServerConnection::new(config).unwrap();
                                    connection(StreamOwned::new(session, stream), &shared);
                                }
                            }
                        });
                    }
                    Err(_) => std::thread::sleep(Duration::from_millis(2)),
                }
            }
        });
        ring
    }

    /// Adds a record to what is there to be sent.
    pub fn push(&self, record: &[u8]) {
        let read = miniseed::records(record).next().unwrap();
        let (station, end) = match &read {
            Ok((_, read)) => {
                let length_s = read.sample_count as f64 / read.rate_hz;
                (MiniSeed.station(record).unwrap(), read.start.plus_s(length_s))
            }
            // Damaged: it belongs to the end.
            Err(_) => (MiniSeed.station(record).unwrap(), Time(i64::MAX)),
        };
        self.shared.lock().packets.push(Sent { station, end, record: record.to_vec() });
    }

    /// What goes wrong on the next connections.
    pub fn faults(&self, faults: &[Fault]) {
        self.shared.lock().faults.extend(faults);
    }

    /// Numbers packets from here on: another buffer of the server.
    pub fn number_from(&self, first: u64) {
        self.shared.lock().first_sequence = first;
    }

    /// Refuses commands that begin so.
    pub fn refuse(&self, refuses: &'static [&'static str]) {
        self.shared.lock().refuses = refuses;
    }

    pub fn sessions(&self) -> Vec<Vec<String>> {
        self.shared.lock().sessions.clone()
    }

    pub fn bytes_sent(&self) -> usize {
        self.shared.lock().bytes_sent
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        self.shared.lock().ended = true;
        self.shared.changed.notify_all();
    }
}

/// What is asked of a station, by its name or a pattern that ends with `*`.
fn asked<'a>(stations: &'a BTreeMap<String, Option<Time>>, station: &str) -> Option<&'a Option<Time>> {
    let fits = |pattern: &String| match pattern.strip_suffix('*') {
        Some(beginning) => station.starts_with(beginning),
        None => pattern == station,
    };
    stations.iter().find_map(|(pattern, from)| fits(pattern).then_some(from))
}

/// From when on each station is wanted, as the commands say; none where only what comes next is.
fn wanted(commands: &[String]) -> BTreeMap<String, Option<Time>> {
    let mut wanted = BTreeMap::new();
    let mut station = String::new();
    for command in commands {
        let words: Vec<&str> = command.split_whitespace().collect();
        match words[..] {
            ["STATION", code, network] => station = format!("{network}_{code}"),
            ["STATION", id] => station = id.to_owned(),
            ["DATA"] => drop(wanted.insert(station.clone(), None)),
            ["DATA", "ALL", from] => drop(wanted.insert(station.clone(), Some(Time::parse(from).unwrap()))),
            ["TIME", from] => {
                let parts: Vec<u32> = from.split(',').map(|part| part.parse().unwrap()).collect();
                let [year, month, day, hour, minute, second] = parts[..] else { panic!("{from}") };
                let from = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
                wanted.insert(station.clone(), Some(Time::parse(&from).unwrap()));
            }
            _ => {}
        }
    }
    wanted
}

fn connection(mut stream: impl Read + Write, shared: &Shared) {
    let mut server = Server::new(Vec::new());
    server.refuses = shared.lock().refuses;
    let mut buffer = [0; 4096];
    let mut fault = Fault::None;
    let mut stations = BTreeMap::new();
    // The packet that is next, and how many were there when the connection began.
    let (mut next, mut there, mut sent) = (0, 0, 0);
    let mut streams = false;
    while !shared.lock().ended {
        match stream.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => {
                let answer = server.feed(&buffer[..count]);
                if fault == Fault::Stall(sent) && streams {
                    continue;
                }
                if send(&mut stream, &answer, shared).is_err() {
                    return;
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return,
        }
        if !streams && server.commands.last().is_some_and(|last| last == "END") {
            streams = true;
            stations = wanted(&server.commands);
            let mut state = shared.lock();
            state.sessions.push(server.commands.clone());
            fault = state.faults.pop_front().unwrap_or(Fault::None);
            there = state.packets.len();
        }
        if !streams {
            continue;
        }
        loop {
            let (packet, number) = {
                let state = shared.lock();
                let Some(packet) = state.packets.get(next) else { break };
                (packet.clone(), state.first_sequence + next as u64)
            };
            let is_due = match asked(&stations, &packet.station) {
                None => packet.station.starts_with("ZZ"), // A server that sends what nobody asked for.
                Some(None) => next >= there,
                Some(Some(from)) => packet.end > *from,
            };
            if !is_due {
                next += 1;
                continue;
            }
            let frame = match server.version {
                4 => v4_frame(*b"2D", number, &packet.station, &packet.record),
                _ => v3_frame(number, &packet.record),
            };
            let bytes = match fault {
                Fault::Cut(after, bytes) if after == sent => {
                    let _ = send(&mut stream, &frame[..bytes], shared);
                    return;
                }
                Fault::Garbage(after) if after == sent => {
                    let _ = send(
                        &mut stream,
                        &[b"HTTP/1.1 500 no ring here\r\n".as_slice(), &[0xfe; 600]].concat(),
                        shared,
                    );
                    return;
                }
                Fault::End(after) if after == sent => {
                    let _ = send(&mut stream, b"END", shared);
                    return;
                }
                Fault::Stall(after) if after == sent => break,
                Fault::Drip(after) if after == sent => {
                    for byte in frame[..frame.len() - 1].iter().cycle() {
                        if shared.lock().ended || send(&mut stream, &[*byte], shared).is_err() {
                            return;
                        }
                        std::thread::sleep(Duration::from_millis(20));
                    }
                    return;
                }
                Fault::Endless(after) if after == sent => {
                    // A miniSEED 2 record without a length and without an end in 3.1, a length beyond all in 4.0.
                    let mut start = frame;
                    if server.version == 4 {
                        start[4..8].fill(0xff);
                    } else {
                        start[8 + 39] = 0;
                    }
                    start.extend(vec![b'0'; 2 << 20]);
                    let _ = send(&mut stream, &start, shared);
                    return;
                }
                Fault::Flood(times) => frame.repeat(times),
                _ => frame,
            };
            if send(&mut stream, &bytes, shared).is_err() {
                return;
            }
            (next, sent) = (next + 1, sent + 1);
        }
    }
}

/// Sends all, however long the other side does not read; an error if the connection or the test is over.
fn send(stream: &mut impl Write, bytes: &[u8], shared: &Shared) -> Result<(), ()> {
    let mut at = 0;
    while at < bytes.len() {
        match stream.write(&bytes[at..]) {
            Ok(0) => return Err(()),
            Ok(count) => {
                at += count;
                shared.lock().bytes_sent += count;
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if shared.lock().ended {
                    return Err(());
                }
            }
            Err(_) => return Err(()),
        }
    }
    stream.flush().map_err(|_| ())
}

/// The time of the first record.
pub const BEGIN: &str = "2024-05-01T12:00:00Z";

/// Records of a channel (`NET_STA_LOC_B_S_SS`), one for each ten seconds at 20 Hz from [`BEGIN`] on, as many as `range`
/// says.
pub fn records(channel: &str, range: std::ops::Range<i64>) -> Vec<Vec<u8>> {
    let begin = Time::parse(BEGIN).unwrap();
    let writer = Writer {
        channel: format!("FDSN:{channel}"),
        version: Version::V2,
        packing: Packing::Steim2,
        rate_hz: 20.0,
        clock: ClockFlags::default(),
        publication_version: 2,
        record_bytes_max: 512,
    };
    let record = |i: i64| {
        let samples: Vec<i32> = (0..200).map(|k| ((k * 7 + i as i32 * 13) % 50) - 25).collect();
        let mut bytes = Vec::new();
        writer.write(Time(begin.0 + 10 * i * NS_PER_S), &samples, &mut bytes).unwrap();
        bytes
    };
    range.map(record).collect()
}
