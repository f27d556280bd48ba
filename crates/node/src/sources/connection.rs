//! One connection, encrypted or not: bytes in and out, with a bound on every wait.
use super::tls::Tls;
use rustls::{ClientConnection, StreamOwned};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// How long reaching one address of a server may take, and then how long agreeing on encryption.
pub const CONNECT_MAX: Duration = Duration::from_secs(10);

/// How long a read waits for bytes before the end and the silence are looked at.
pub const POLL: Duration = Duration::from_millis(100);

/// The most bytes of one read: a hundred records of 512 bytes, so that a busy source shares its synchronisations.
pub const READ_BYTES: usize = 1 << 16;

/// How long a command may take to leave: it is a line.
const SEND_MAX: Duration = Duration::from_secs(10);

/// The most addresses of a name that are tried.
const ADDRESSES_MAX: usize = 8;

/// What a read gave.
pub(super) enum Received {
    /// So many bytes.
    Bytes(usize),
    /// Nothing within [`POLL`].
    Nothing,
    /// The server has closed.
    Closed,
}

/// A connection to a server.
pub(super) enum Connection {
    Plain(TcpStream),
    Encrypted(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Connection {
    /// Connects. `ended` says that it is no longer wanted.
    pub(super) fn open(address: &str, tls: Option<&Tls>, ended: &dyn Fn() -> bool) -> Result<Self, String> {
        let addresses = address.to_socket_addrs().map_err(|error| format!("the name cannot be looked up: {error}"))?;
        let mut why = "the name has no address".to_owned();
        for address in addresses.take(ADDRESSES_MAX) {
            match TcpStream::connect_timeout(&address, CONNECT_MAX) {
                Ok(stream) => return Self::begin(stream, tls, ended),
                Err(error) => why = format!("{address} cannot be reached: {error}"),
            }
            if ended() {
                break;
            }
        }
        Err(why)
    }

    fn begin(mut stream: TcpStream, tls: Option<&Tls>, ended: &dyn Fn() -> bool) -> Result<Self, String> {
        let set = stream
            .set_read_timeout(Some(POLL))
            .and_then(|()| stream.set_write_timeout(Some(SEND_MAX)))
            .and_then(|()| stream.set_nodelay(true));
        set.map_err(|error| format!("the connection cannot be set up: {error}"))?;
        let Some(tls) = tls else { return Ok(Self::Plain(stream)) };
        let mut session = ClientConnection::new(tls.config.clone(), tls.name.clone())
            .map_err(|error| format!("no encryption: {error}"))?;
        let begun = Instant::now();
        while session.is_handshaking() {
            match session.complete_io(&mut stream) {
                Ok(_) => {}
                Err(error) if is_wait(error.kind()) && !ended() && begun.elapsed() < CONNECT_MAX => {}
                Err(error) if is_wait(error.kind()) => {
                    return Err(format!("no encryption: no agreement within {} s", CONNECT_MAX.as_secs()));
                }
                Err(error) => return Err(format!("no encryption: {error}")),
            }
        }
        Ok(Self::Encrypted(Box::new(StreamOwned::new(session, stream))))
    }

    pub(super) fn receive(&mut self, buffer: &mut [u8]) -> Result<Received, String> {
        let read = match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Encrypted(stream) => stream.read(buffer),
        };
        match read {
            Ok(0) => Ok(Received::Closed),
            Ok(count) => Ok(Received::Bytes(count)),
            // An encrypted end without farewell: what was said stands in the packets, which have lengths.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(Received::Closed),
            Err(error) if is_wait(error.kind()) => Ok(Received::Nothing),
            Err(error) => Err(format!("cannot be read from: {error}")),
        }
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> Result<(), String> {
        let sent = match self {
            Self::Plain(stream) => stream.write_all(bytes),
            Self::Encrypted(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        };
        sent.map_err(|error| format!("cannot be written to: {error}"))
    }
}

/// Nothing is wrong; it only takes longer.
fn is_wait(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}
