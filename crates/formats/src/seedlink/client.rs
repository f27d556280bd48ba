//! The state of one connection.
use super::frame::{self, Content, Frame};
use super::request::{Command, Purpose};
use super::{Credentials, Event, Packet, Payload, Protocol, Records, Request, Versions};
use crate::error::FormatError;
use crate::source_id::clip;
use std::collections::VecDeque;

/// The longest line of an answer: ringserver's greeting, with the longest name of an organisation.
pub const MAX_LINE_BYTES: usize = 1024;

/// How long an answer may take, s: a slow satellite link many times over.
pub const HANDSHAKE_SILENCE_S_MAX: f64 = 30.0;

/// After how much silence `INFO ID` is asked, s: so that a line that is cut is told from a quiet one.
pub const KEEPALIVE_AFTER_S: f64 = 60.0;

/// After how much silence the connection is given up, s: two questions have then stayed without answer.
pub const SILENCE_S_MAX: f64 = 180.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Waiting for the two lines after `HELLO`.
    Greeting,
    /// Waiting for the answer to the command at the front.
    Asking,
    /// Packets.
    Streaming,
    /// After `END`.
    Ended,
}

/// One connection to a server. See [`super`].
pub struct Client<R> {
    source: String,
    request: Request,
    records: R,
    state: State,
    protocol: Protocol,
    /// The greeting's first line, once it is there.
    software: Option<String>,
    /// What is still to be asked; the first is asked already.
    commands: VecDeque<Command>,
    /// Of the selection that is being asked for: selectors so far, and how many were refused.
    selectors: (usize, usize),
    /// How many stations were accepted.
    accepted: usize,
    out: VecDeque<Vec<u8>>,
    input: Vec<u8>,
    /// Bytes of the connection before the buffer.
    offset: u64,
    /// Questions of the present silence.
    asked: u32,
    failed: Option<FormatError>,
}

impl<R: Records> Client<R> {
    /// A client for a new connection; `source` names it in errors. The first bytes to send are there at once.
    ///
    /// # Errors
    /// Names what of the request cannot be said in a command.
    pub fn new(source: &str, request: Request, records: R) -> Result<Self, FormatError> {
        request.check().map_err(|(place, message)| FormatError::new(source, place, message))?;
        Ok(Self {
            source: source.to_owned(),
            request,
            records,
            state: State::Greeting,
            protocol: Protocol::V3,
            software: None,
            commands: VecDeque::new(),
            selectors: (0, 0),
            accepted: 0,
            out: VecDeque::from([b"HELLO\r\n".to_vec()]),
            input: Vec::new(),
            offset: 0,
            asked: 0,
            failed: None,
        })
    }

    /// The next bytes to send, if there are any.
    pub fn next_out(&mut self) -> Option<Vec<u8>> {
        self.out.pop_front()
    }

    /// The version, once it is settled ([`Event::Agreed`]).
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Takes bytes that have arrived and adds what they say to `events`, in order. Kept between calls is at most one
    /// packet that is not yet whole.
    ///
    /// # Errors
    /// Names the byte of the connection, what stands there and what was expected. The events before it are there; the
    /// connection is of no more use, and every further call gives the same error.
    pub fn feed(&mut self, bytes: &[u8], events: &mut Vec<Event>) -> Result<(), FormatError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        self.asked = 0;
        self.input.extend_from_slice(bytes);
        let input = std::mem::take(&mut self.input);
        let mut at = 0;
        let result = loop {
            match self.take(&input, at, events) {
                Ok(0) => break Ok(()),
                Ok(taken) => at += taken,
                Err(message) => break Err(self.error(at, message)),
            }
        };
        self.offset += at as u64;
        self.input = input;
        self.input.drain(..at);
        if let Err(error) = &result {
            self.failed = Some(error.clone());
            self.input = Vec::new();
        }
        result
    }

    /// Says that nothing has arrived for so long; may have something to send then.
    ///
    /// # Errors
    /// If the server has been silent too long for what is awaited; the connection is of no more use.
    pub fn silent_for(&mut self, seconds: f64) -> Result<(), FormatError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let message = match self.state {
            State::Greeting if seconds > HANDSHAKE_SILENCE_S_MAX => {
                format!("no answer to HELLO for {HANDSHAKE_SILENCE_S_MAX} s")
            }
            State::Asking if seconds > HANDSHAKE_SILENCE_S_MAX => {
                let command = self.commands.front().map_or("", Command::shown);
                format!("no answer to {command} for {HANDSHAKE_SILENCE_S_MAX} s")
            }
            State::Streaming if seconds > SILENCE_S_MAX => {
                format!("nothing for {SILENCE_S_MAX} s, not even on request")
            }
            State::Streaming => {
                let due = (seconds / KEEPALIVE_AFTER_S) as u32;
                if due > self.asked {
                    self.asked = due;
                    self.out.push_back(b"INFO ID\r\n".to_vec());
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        Err(self.fail(message))
    }

    /// Says that the server has closed the connection.
    ///
    /// # Errors
    /// If it was closed before all was said: inside a packet, before an answer, or in the middle of a stream.
    pub fn closed(&mut self) -> Result<(), FormatError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let message = match self.state {
            State::Ended => return Ok(()),
            State::Greeting => "closed before the greeting was whole".to_owned(),
            State::Asking => {
                format!("closed before the answer to {}", self.commands.front().map_or("", Command::shown))
            }
            State::Streaming if self.input.is_empty() => "closed by the server between two packets".to_owned(),
            State::Streaming => format!("closed inside a packet, after {} bytes of it", self.input.len()),
        };
        Err(self.fail(message))
    }

    fn error(&self, at: usize, message: impl Into<String>) -> FormatError {
        FormatError::new(&self.source, format!("byte {}", self.offset + at as u64), message)
    }

    fn fail(&mut self, message: String) -> FormatError {
        let error = self.error(self.input.len(), message);
        self.failed = Some(error.clone());
        error
    }

    /// Takes what stands at `at`; how many bytes it took, 0 if it is not yet whole.
    fn take(&mut self, input: &[u8], at: usize, events: &mut Vec<Event>) -> Result<usize, String> {
        let bytes = &input[at..];
        match self.state {
            State::Greeting | State::Asking => {
                let Some((line, taken)) = line(bytes)? else { return Ok(0) };
                match self.state {
                    State::Greeting => self.greeted(line, events)?,
                    _ => self.answered(line, events)?,
                }
                Ok(taken)
            }
            State::Streaming => self.packet(bytes, self.offset + at as u64, events),
            // ringserver ends without, others with the end of a line.
            State::Ended => match bytes.iter().position(|byte| !b"\r\n".contains(byte)) {
                None => Ok(bytes.len()),
                Some(_) => Err(format!("{} after END, expected nothing", frame::shown(bytes))),
            },
        }
    }

    fn greeted(&mut self, line: String, events: &mut Vec<Event>) -> Result<(), String> {
        let Some(software) = self.software.take() else {
            if !line.to_ascii_lowercase().starts_with("seedlink") {
                return Err(format!("{:?}, expected a greeting that begins with SeedLink", clip(&line)));
            }
            self.software = Some(line);
            return Ok(());
        };
        let offers = |version: &str| software.split_ascii_whitespace().any(|word| word == version);
        let offers_4 = software.split_ascii_whitespace().any(|word| word.starts_with("SLPROTO:4."));
        // A server that names no version speaks 3.
        let offers_3 = !offers_4 || offers("SLPROTO:3.1") || offers("SLPROTO:3.0");
        let versions = self.request.versions;
        events.push(Event::Greeting { software, organization: line });
        match versions {
            Versions::Prefer4 | Versions::Only4 if offers_4 => {
                self.commands.push_back(Command::new(Purpose::Protocol, "SLPROTO 4.0"));
                self.ask(events)
            }
            Versions::Prefer4 | Versions::Only3 if offers_3 => self.agree(Protocol::V3, events),
            _ => Err(format!("the server does not offer what is asked for ({versions:?})")),
        }
    }

    /// The version is settled: all commands are.
    fn agree(&mut self, protocol: Protocol, events: &mut Vec<Event>) -> Result<(), String> {
        self.protocol = protocol;
        events.push(Event::Agreed(protocol));
        if protocol == Protocol::V4 {
            self.commands.push_back(Command::new(Purpose::Agent, format!("USERAGENT {}", self.request.agent)));
            let authorize = match &self.request.credentials {
                None => None,
                Some(Credentials::UserPassword(user, password)) => Some(format!("AUTH USERPASS {user} {password}")),
                Some(Credentials::Token(token)) => Some(format!("AUTH JWT {token}")),
            };
            self.commands.extend(authorize.map(|text| Command::new(Purpose::Authorize, text)));
        } else if self.request.credentials.is_some() {
            return Err("the server speaks SeedLink 3.1, which has no AUTH".to_owned());
        }
        self.commands.extend(self.request.commands(protocol)?);
        self.ask(events)
    }

    /// Sends the command at the front, or the last one.
    fn ask(&mut self, events: &mut Vec<Event>) -> Result<(), String> {
        match self.commands.front() {
            Some(command) => {
                self.state = State::Asking;
                self.out.push_back(format!("{}\r\n", command.text).into_bytes());
            }
            None if self.accepted == 0 => return Err("no station was accepted".to_owned()),
            None => {
                self.state = State::Streaming;
                self.out.push_back(format!("{}\r\n", self.request.end(self.protocol)).into_bytes());
                events.push(Event::Streaming);
            }
        }
        Ok(())
    }

    fn answered(&mut self, line: String, events: &mut Vec<Event>) -> Result<(), String> {
        let Some(command) = self.commands.pop_front() else {
            return Err(format!("{:?} where nothing was asked", clip(&line)));
        };
        // An extended reply of 3.1 goes on after a single carriage return.
        let word = line.split([' ', '\r']).next().unwrap_or_default();
        let ok = match word {
            "OK" => true,
            "ERROR" => false,
            _ => return Err(format!("{:?} in answer to {}, expected OK or ERROR", clip(&line), command.shown())),
        };
        if !ok {
            events.push(Event::Refused { command: command.shown().to_owned(), reply: line.clone() });
        }
        match (command.purpose, ok) {
            (Purpose::Protocol, true) => return self.agree(Protocol::V4, events),
            (Purpose::Protocol, false) if self.request.versions == Versions::Prefer4 => {
                return self.agree(Protocol::V3, events);
            }
            (Purpose::Agent | Purpose::Authorize, true) | (Purpose::Agent, false) => {}
            (Purpose::Station, true) => self.selectors = (0, 0),
            (Purpose::Station, false) => {
                while self.commands.front().is_some_and(|next| next.selection == command.selection) {
                    self.commands.pop_front();
                }
            }
            (Purpose::Select, _) => {
                self.selectors.0 += 1;
                self.selectors.1 += usize::from(!ok);
                // Without any selector the server would send all channels.
                let last = self.commands.front().is_none_or(|next| next.purpose != Purpose::Select);
                if last && self.selectors.0 == self.selectors.1 {
                    return Err(format!(
                        "every selector of the station was refused, the last one with {:?}",
                        clip(&line)
                    ));
                }
            }
            (Purpose::Begin | Purpose::BeginNow, true) => self.accepted += 1,
            (Purpose::Begin, false) => {
                // What comes is better than nothing; that the window is not filled stands in the event.
                let text = self.request.begin_now(self.protocol);
                let selection = command.selection;
                self.commands.push_front(Command { purpose: Purpose::BeginNow, text, selection });
            }
            (Purpose::Protocol | Purpose::Authorize | Purpose::BeginNow, false) => {
                return Err(format!("{} was refused with {:?}", command.shown(), clip(&line)));
            }
        }
        self.ask(events)
    }

    fn packet(&mut self, bytes: &[u8], offset: u64, events: &mut Vec<Event>) -> Result<usize, String> {
        let frame = match self.protocol {
            Protocol::V4 => frame::v4(bytes)?,
            Protocol::V3 => frame::v3(bytes, &self.records)?,
        };
        let (taken, content) = match frame {
            Frame::Part => return Ok(0),
            Frame::Whole { bytes, content } => (bytes, content),
            Frame::End => {
                self.state = State::Ended;
                events.push(Event::End);
                return Ok(b"END".len());
            }
            Frame::ErrorLine => {
                let Some((line, _)) = line(bytes)? else { return Ok(0) };
                return Err(format!("the server ends the stream with {:?}", clip(&line)));
            }
        };
        events.push(match content {
            Content::Info { payload, error, last, content } => {
                Event::Info { payload, error, last, bytes: content.to_vec() }
            }
            Content::Data { sequence, station, payload, subformat, record } => {
                // A packet of 4.0 names a station, and so does the record in it: neither may be another one.
                let is_record = matches!(payload, Payload::MiniSeed2 | Payload::MiniSeed3);
                let of_record = if is_record { self.records.station(record) } else { None };
                let other = |name: &String| !self.request.selections.iter().any(|selection| selection.holds(name));
                let foreign = [&station, &of_record].into_iter().flatten().find(|name| other(name)).cloned();
                match foreign {
                    Some(station) => Event::Foreign { station, sequence, offset },
                    None => {
                        Event::Packet(Packet { sequence, station, payload, subformat, bytes: record.to_vec(), offset })
                    }
                }
            }
        });
        Ok(taken)
    }
}

/// The line at the front without its end, and how many bytes it takes with it; `None` if it is not yet whole.
fn line(bytes: &[u8]) -> Result<Option<(String, usize)>, String> {
    let Some(end) = bytes.iter().take(MAX_LINE_BYTES + 1).position(|byte| *byte == b'\n') else {
        return match bytes.len() > MAX_LINE_BYTES {
            true => Err(format!("{} begins a line of more than {MAX_LINE_BYTES} bytes", frame::shown(bytes))),
            false => Ok(None),
        };
    };
    let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
    match std::str::from_utf8(line) {
        Ok(text) if text.chars().all(|character| !character.is_control() || character == '\r') => {
            Ok(Some((text.to_owned(), end + 1)))
        }
        _ => Err(format!("{}, expected a line of text", frame::shown(bytes))),
    }
}
