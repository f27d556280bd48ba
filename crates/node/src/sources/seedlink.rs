//! The thread of a SeedLink source: connect, ask, register, and again.
use super::backoff::{Backoff, GOOD_AFTER};
use super::connection::{Connection, READ_BYTES, Received};
use super::link::Link;
use super::status::{SourceState, Watch, shown};
use super::tls::Tls;
use super::{Clock, Pace, Running};
use crate::error::NodeError;
use crate::records::{RecordBytes, RecordIntake, RecordSource, TAKE_BYTES_MAX, TAKE_RECORDS_MAX};
use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use truceline_formats::seedlink::{
    Begin, Client, Credentials, Event, MAX_RECORD_BYTES, MiniSeed, Mode, Packet, Payload, Protocol, Request,
};
use truceline_formats::sources::{Login, SeedLink};
use truceline_model::hash::Hash;
use truceline_model::refusal::Refusal;
use truceline_model::sensor_state::LinkState;
use truceline_model::time::Time;

/// How far a channel that fell silent draws the others of its station back when a stream is taken up again, s. The intake
/// remembers some thousand records of each channel: with the overlap that is a record a second, and none comes twice.
const RESUME_REACH_S: i64 = 900;

/// How long greeting and commands may take altogether: a minute, and a second for each station (each takes some
/// answers). Each single answer has its own bound; this one is for a server that drips.
const ASKING_MAX: Duration = Duration::from_secs(60);
const ASKING_MAX_OF_STATION: Duration = Duration::from_secs(1);

/// How long bytes may come without a packet getting whole: a megabyte at 14 kbit/s. For a server that drips.
const WHOLE_PACKET_MAX: Duration = Duration::from_secs(600);

/// How long to wait while the journal's queue is full.
const BUSY_WAIT: Duration = Duration::from_millis(100);

/// The longest secret's file, in bytes.
const SECRET_BYTES_MAX: u64 = 8_192;

// What one read can hold of whole packets fits into one call, the packet that was begun before it included.
const _: () = assert!(READ_BYTES + MAX_RECORD_BYTES <= TAKE_BYTES_MAX);

/// What a source's thread works by.
#[derive(Debug)]
pub(super) struct Settings {
    wire: SeedLink,
    tls: Option<Tls>,
    credentials: Option<Credentials>,
}

impl Settings {
    /// Reads the files that the configuration names.
    pub(super) fn open(wire: &SeedLink, folder: &Path) -> Result<Self, String> {
        let host = wire.address.rsplit_once(':').map_or(wire.address.as_str(), |(host, _)| host);
        let tls = wire.trust.as_ref().map(|file| Tls::open(&folder.join(file), host)).transpose()?;
        let credentials = match &wire.login {
            None => None,
            Some(Login::Password { user, file }) => {
                Some(Credentials::UserPassword(user.clone(), secret(&folder.join(file))?))
            }
            Some(Login::Token { file }) => Some(Credentials::Token(secret(&folder.join(file))?)),
        };
        Ok(Self { wire: wire.clone(), tls, credentials })
    }
}

/// The one line of a secret's file. What is wrong with it is said without it.
fn secret(file: &Path) -> Result<String, String> {
    let named = |what: String| format!("{}: {what}", file.display());
    let size = std::fs::metadata(file).map_err(|error| named(format!("cannot be read: {error}")))?.len();
    if size > SECRET_BYTES_MAX {
        return Err(named(format!("{size} bytes, at most {SECRET_BYTES_MAX} are read")));
    }
    let text = std::fs::read_to_string(file).map_err(|error| named(format!("cannot be read: {error}")))?;
    match text.trim() {
        "" => Err(named("is empty, expected a secret in one line".to_owned())),
        text if text.contains(char::is_whitespace) => Err(named("expected a secret without blanks".to_owned())),
        text => Ok(text.to_owned()),
    }
}

/// A source's thread.
pub(super) struct Run {
    pub(super) source: RecordSource,
    pub(super) settings: Settings,
    pub(super) link: Arc<Link>,
    pub(super) intake: Weak<dyn RecordIntake>,
    pub(super) stop: Arc<Running>,
    pub(super) watch: Watch,
    pub(super) pace: Pace,
    pub(super) clock: Arc<dyn Clock>,
}

/// Why a connection is over.
enum Over {
    /// The program ends.
    Ended,
    /// For a reason, in words.
    Lost(String),
}

impl From<String> for Over {
    fn from(why: String) -> Self {
        Self::Lost(why)
    }
}

/// What is known of one connection.
struct Session {
    /// When it began.
    began: Time,
    /// When packets were asked for.
    streaming: Option<Instant>,
    /// The earliest time that data are asked for again from.
    resumed_from: Option<Time>,
    refused_commands: u64,
    said_foreign: bool,
    said_refused: bool,
}

impl Session {
    fn new(began: Time) -> Self {
        Self {
            began,
            streaming: None,
            resumed_from: None,
            refused_commands: 0,
            said_foreign: false,
            said_refused: false,
        }
    }
}

/// A place in a connection, for the journal.
fn place(at: &str, began: Time) -> String {
    format!("{at} of the connection of {began}")
}

impl Run {
    /// Until the end.
    pub(super) fn run(self) {
        self.connect_again_and_again();
        self.link_is(LinkState::Stopped, None, None);
    }

    fn connect_again_and_again(&self) {
        // Another seed for each source and start.
        let seed = self.source.name.bytes().fold(self.source.boot, |seed, byte| seed.rotate_left(8) ^ u64::from(byte));
        let mut backoff = Backoff::new(seed);
        while !self.stop.is_ended() {
            let mut session = Session::new(self.clock.now());
            let Err(Over::Lost(why)) = self.connect(&mut session) else { return };
            if session.streaming.is_some_and(|since| self.pace.felt(since.elapsed()) >= GOOD_AFTER) {
                backoff.reset();
            }
            let wait = backoff.wait();
            let (lost, state) = match session.streaming {
                Some(_) => ("lost", LinkState::Lost),
                None => ("not connected", LinkState::Unreachable),
            };
            let line = format!("{lost}: {}; trying again in {:.1} s", shown(&why), wait.as_secs_f64());
            self.watch.go(SourceState::Waiting, |status| status.problem = Some(shown(&why)), Some(&line));
            self.link_is(state, Some(shown(&why)), None);
            if self.stop.wait(self.pace.real(wait)) {
                return;
            }
        }
    }

    /// Registers what the link is. What cannot be registered now is kept: the clock's thread tries again and says why.
    fn link_is(&self, state: LinkState, reason: Option<String>, resumed_from: Option<Time>) {
        if let Some(intake) = self.intake.upgrade() {
            let _ = self.link.change(&*intake, self.clock.now(), (state, reason), resumed_from);
        }
    }

    /// One connection, to its end.
    fn connect(&self, session: &mut Session) -> Result<(), Over> {
        let wire = &self.settings.wire;
        let began = session.began;
        self.watch.go(SourceState::Connecting, |status| status.counts.attempts += 1, None);
        let mut connection = Connection::open(&wire.address, self.settings.tls.as_ref(), &|| self.stop.is_ended())?;
        let request = self.request(session).ok_or(Over::Ended)?;
        let stations = u32::try_from(request.selections.len()).unwrap_or(u32::MAX);
        let asking_max = ASKING_MAX + ASKING_MAX_OF_STATION * stations;
        let mut client =
            Client::new(&wire.address, request, MiniSeed).map_err(|error| Over::Lost(error.to_string()))?;
        let mut buffer = vec![0; READ_BYTES];
        let begun = Instant::now();
        let (mut heard, mut whole) = (begun, begun);
        loop {
            if self.stop.is_ended() {
                return Err(Over::Ended);
            }
            while let Some(bytes) = client.next_out() {
                connection.send(&bytes)?;
            }
            let mut events = Vec::new();
            let over = match connection.receive(&mut buffer)? {
                Received::Bytes(count) => {
                    heard = Instant::now();
                    let received = self.clock.now();
                    let error = client.feed(&buffer[..count], &mut events).err();
                    if !events.is_empty() {
                        whole = heard;
                    }
                    // What came before an error stands.
                    self.take(events, received, session)?;
                    if let Some(error) = &error {
                        let offset = place(error.place(), began);
                        self.refuse("seedlink-stream", offset, error.message().to_owned(), &buffer[..count])?;
                    }
                    error.map(|error| error.to_string())
                }
                Received::Nothing => {
                    let silent_s = self.pace.felt(heard.elapsed()).as_secs_f64();
                    client.silent_for(silent_s).err().map(|error| error.to_string())
                }
                Received::Closed => Some(match client.closed() {
                    Err(error) => error.to_string(),
                    Ok(()) => "the server has ended the stream".to_owned(),
                }),
            };
            if let Some(why) = over {
                return Err(Over::Lost(why));
            }
            if session.streaming.is_none() && self.pace.felt(begun.elapsed()) > asking_max {
                let why = format!("greeting and commands took more than {} s", asking_max.as_secs());
                return Err(Over::Lost(why));
            }
            if heard > whole && self.pace.felt(heard.duration_since(whole)) > WHOLE_PACKET_MAX {
                let why = format!("bytes came for {} s without a whole packet", WHOLE_PACKET_MAX.as_secs());
                return Err(Over::Lost(why));
            }
        }
    }

    /// What is asked for: all that is not registered yet, with an overlap. None if the store is being closed.
    fn request(&self, session: &mut Session) -> Option<Request> {
        let intake = self.intake.upgrade()?;
        let wire = &self.settings.wire;
        let mut selections = wire.selections.clone();
        let now = self.clock.now();
        for selection in &mut selections {
            let station = format!("{}_{}", selection.network, selection.station);
            let resumed = intake.resume_from(&self.source.name, &station, now, RESUME_REACH_S);
            session.resumed_from = match (session.resumed_from, resumed) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            selection.begin = match resumed.or(wire.begin) {
                Some(from) => Begin::Window { from, to: None },
                None => Begin::Next,
            };
        }
        Some(Request {
            versions: wire.versions,
            agent: concat!("truceline/", env!("CARGO_PKG_VERSION")).to_owned(),
            credentials: self.settings.credentials.clone(),
            selections,
            mode: Mode::Stream,
        })
    }

    /// Takes what happened, in order; returns when the records are durable.
    fn take(&self, events: Vec<Event>, received: Time, session: &mut Session) -> Result<(), Over> {
        let mut packets = Vec::new();
        let mut over = None;
        for event in events {
            match event {
                Event::Greeting { software, .. } => {
                    self.watch.set(|status| status.server = Some(shown(&software)));
                }
                Event::Agreed(protocol) => self.watch.set(|status| status.protocol = Some(protocol)),
                Event::Refused { command, reply } => {
                    let why = format!("{command} was refused with {:?}", shown(&reply));
                    // Ten thousand stations may be refused; the first says it, the others are counted.
                    session.refused_commands += 1;
                    if session.refused_commands == 1 {
                        self.watch.tell(&why);
                        self.watch.set(|status| status.problem = Some(shown(&why)));
                    }
                }
                Event::Streaming => self.streaming(session),
                Event::Packet(packet) if is_data(&packet) => packets.push(packet),
                Event::Packet(_) => self.watch.set(|status| status.counts.ignored += 1),
                Event::Foreign { station, sequence, offset } => {
                    self.watch.set(|status| status.counts.foreign += 1);
                    if !std::mem::replace(&mut session.said_foreign, true) {
                        let line = format!(
                            "byte {offset}: packet {sequence} is of station {}, which was not asked for; it is left \
                             out, others are counted",
                            shown(&station)
                        );
                        self.watch.tell(&line);
                        self.refuse(
                            "seedlink-station",
                            place(&format!("byte {offset}"), session.began),
                            line.clone(),
                            &[],
                        )?;
                        self.watch.set(|status| status.problem = Some(line));
                    }
                }
                Event::Info { error: true, bytes, .. } => {
                    self.watch.tell(&format!("the server says: {}", shown(&String::from_utf8_lossy(&bytes))));
                }
                Event::Info { .. } => {}
                Event::End => over = Some(Over::Lost("the server has ended the stream".to_owned())),
            }
        }
        for chunk in packets.chunks(TAKE_RECORDS_MAX) {
            self.register(chunk, received, session)?;
        }
        over.map_or(Ok(()), Err)
    }

    fn streaming(&self, session: &mut Session) {
        session.streaming = Some(Instant::now());
        let from = match session.resumed_from {
            Some(from) => format!("resumed from {from}"),
            None => "connected".to_owned(),
        };
        let refused = match session.refused_commands {
            0 | 1 => String::new(),
            count => format!(", {count} commands refused"),
        };
        let mut line = String::new();
        let change = |status: &mut super::SourceStatus| {
            status.counts.connections += 1;
            // What was refused on this connection stands; what ended the last one is over.
            if session.refused_commands == 0 {
                status.problem = None;
            }
            let protocol = match status.protocol {
                Some(Protocol::V3) => "3.1",
                _ => "4.0",
            };
            let server = status.server.clone().unwrap_or_default();
            line = format!("{from}, SeedLink {protocol}, {server}{refused}");
        };
        self.watch.set(change);
        self.watch.go(SourceState::Connected, |_| {}, Some(&line));
        let state = if session.resumed_from.is_some() { LinkState::Resumed } else { LinkState::Connected };
        self.link_is(state, None, session.resumed_from);
    }

    /// Registers that something was sent of which no record can be made. At most two for each connection: what cannot
    /// be read ends it, and of foreign packets the first says it.
    fn refuse(&self, rule: &str, offset: String, expected: String, bytes: &[u8]) -> Result<(), Over> {
        let refusal = Refusal {
            source: self.source.name.clone(),
            offset,
            rule: rule.to_owned(),
            expected,
            payload: Hash::of(bytes),
        };
        self.when_free(|intake| intake.refuse(refusal.clone()))
    }

    /// Registers packets; waits while the journal is busy, for then nothing more is read either.
    fn register(&self, packets: &[Packet], received: Time, session: &mut Session) -> Result<(), Over> {
        let records: Vec<RecordBytes<'_>> =
            packets.iter().map(|packet| RecordBytes { bytes: &packet.bytes, received }).collect();
        let taken = self.when_free(|intake| intake.take_records(&self.source, &records))?;
        self.watch.set(|status| {
            status.last_packet = Some(received);
            status.counts.registered += taken.registered;
            status.counts.already += taken.already;
            status.counts.refused += taken.refusals.len() as u64;
        });
        if let Some(refusal) = taken.refusals.first()
            && !std::mem::replace(&mut session.said_refused, true)
        {
            let line = format!("a record is refused: {}; others are counted", refusal.expected);
            self.watch.tell(&line);
            self.watch.set(|status| status.problem = Some(shown(&line)));
        }
        Ok(())
    }
}

impl Run {
    /// Calls the intake, again and again while the journal's queue is full.
    fn when_free<T>(&self, call: impl Fn(&dyn RecordIntake) -> Result<T, NodeError>) -> Result<T, Over> {
        loop {
            let intake = self.intake.upgrade().ok_or(Over::Ended)?;
            match call(&*intake) {
                Ok(answer) => return Ok(answer),
                Err(error) if error.is_busy() => {}
                Err(error) => return Err(Over::Lost(format!("cannot be registered: {error}"))),
            }
            drop(intake);
            if self.stop.wait(BUSY_WAIT) {
                return Err(Over::Ended);
            }
        }
    }
}

/// Whether a packet holds samples: not a log, an event of the server's own or the like.
fn is_data(packet: &Packet) -> bool {
    packet.subformat == b'D' && matches!(packet.payload, Payload::MiniSeed2 | Payload::MiniSeed3)
}
