//! SeedLink 4.0 and 3.1, the client's side, without input or output: bytes in, events and bytes out.
//!
//! A [`Client`] holds one connection. What [`Client::next_out`] gives is sent, what arrives goes to [`Client::feed`];
//! time passes through [`Client::silent_for`], the end through [`Client::closed`].
//!
//! ```text
//! HELLO -> two lines · SLPROTO 4.0 -> OK, or 3.1 where it is not offered or refused · USERAGENT · AUTH
//! for each station: STATION · SELECT ... · DATA or TIME       each answered before the next is sent
//! END, or ENDFETCH for what is there now -> packets
//! ```
//!
//! The commands go one by one because a refused `STATION` would otherwise let the `SELECT` behind it change the
//! station before.
//!
//! - *Packets of 4.0* say their length and station. *Packets of 3.1* say neither: the length comes from the record
//!   itself ([`Records`], [`MiniSeed`]), never from the 512 bytes that were once the rule.
//! - *Sequence numbers* are passed on and nothing rests on them. A server's numbers are one space for all stations,
//!   they begin anew with a new buffer, and 3.1 keeps 24 bits. So a stream is taken up again by a window of time
//!   ([`Begin::Window`]) and what comes twice falls by its channel, start and checksum ([`resume::Seen`]).
//! - *A window that ends* is over for ringserver 4.5.3 as soon as every channel **that it has sent so far** has passed
//!   the end: of several channels the later ones can be missing although `END` came. A window with an end is
//!   therefore asked of one channel at a time. A window without an end, which a stream is taken up with, has no such
//!   fault: the server then stands at the first packet in its buffer whose data end after the earliest of all
//!   windows of the connection, and sends everything that was asked for from there on. The first packet of its buffer
//!   is never sent by time.
//! - *Another station* than was asked for, by the packet's header or the record's own, is not passed on:
//!   [`Event::Foreign`].
//!
//! Sources: FDSN SeedLink 4.0; SeisComP and EarthScope documentation of 3.1. Checked live against ringserver 4.5.3
//! (both versions, streaming and fetching, windows, refusals, keepalive), and in the tests against its bytes.
mod client;
mod frame;
mod glob;
mod record;
mod request;
pub mod resume;

pub use client::{Client, HANDSHAKE_SILENCE_S_MAX, KEEPALIVE_AFTER_S, MAX_LINE_BYTES, SILENCE_S_MAX};
pub use frame::{MAX_INFO_BYTES, MAX_RECORD_BYTES};
pub use record::MiniSeed;
pub use request::{Begin, Credentials, MAX_SELECTIONS, MAX_SELECTORS, Mode, Request, Selection, Selector, Versions};

/// What a record's own bytes say of its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordLength {
    /// Not enough of it is there to tell.
    Unknown,
    /// This many bytes.
    Bytes(usize),
    /// It is no record.
    NotARecord,
}

/// Reads what SeedLink 3.1 leaves to the record.
pub trait Records {
    /// The length of the record that begins here.
    fn length(&self, bytes: &[u8]) -> RecordLength;

    /// The station of a whole record, as `NET_STA`; `None` if it has none.
    fn station(&self, record: &[u8]) -> Option<String>;
}

/// The version that both sides speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// 3.1, and 3.0 as far as it is used here.
    V3,
    /// 4.0.
    V4,
}

/// How the content of a packet is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// A miniSEED 2 record.
    MiniSeed2,
    /// A miniSEED 3 record.
    MiniSeed3,
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// The character that 4.0 gives for it.
    Other(u8),
}

/// A packet of data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// The server's number: 64 bits in 4.0, 24 in 3.1.
    pub sequence: u64,
    /// The station as `NET_STA`; `None` if a record of 3.1 does not tell.
    pub station: Option<String>,
    /// How the content is written.
    pub payload: Payload,
    /// The kind within it: `D` for data; always `D` in 3.1.
    pub subformat: u8,
    /// The record.
    pub bytes: Vec<u8>,
    /// Where in the connection the packet begins, bytes.
    pub offset: u64,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The server has said who it is.
    Greeting {
        /// The program, with the versions that it offers.
        software: String,
        /// Who runs it.
        organization: String,
    },
    /// The version is settled.
    Agreed(Protocol),
    /// A command was refused; the connection goes on without what it asked for.
    Refused {
        /// The command, without secrets.
        command: String,
        /// The server's words.
        reply: String,
    },
    /// All is asked for; packets follow.
    Streaming,
    /// Data.
    Packet(Packet),
    /// A packet of a station that was not asked for; its content is dropped.
    Foreign {
        /// The station.
        station: String,
        /// The packet's number.
        sequence: u64,
        /// Where in the connection it begins, bytes.
        offset: u64,
    },
    /// An answer to `INFO`: JSON in 4.0, text in a miniSEED 2 record in 3.1.
    Info {
        /// How it is written.
        payload: Payload,
        /// Whether the server calls it an error.
        error: bool,
        /// Whether it is the answer's last packet.
        last: bool,
        /// The content.
        bytes: Vec<u8>,
    },
    /// The server has sent all that it will send.
    End,
}
