//! The server's side of one SeedLink 4.0 connection, without input or output: command lines in, answers out.
use truceline_formats::seedlink::MAX_LINE_BYTES;
use truceline_model::time::Time;

/// The most stations of one connection: the demo's own client asks for one pattern.
const STATIONS_MAX: usize = 64;

const GREETING: &str = concat!(
    "SeedLink v4.0 (truceline-demo/",
    env!("CARGO_PKG_VERSION"),
    ") :: SLPROTO:4.0\r\nAn invented world, nothing of it ever was\r\n"
);

/// A station that is asked for, and from when on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    /// `NET_STA`; a `*` at its end stands for the rest.
    pattern: String,
    from: Option<Time>,
}

/// What one client said so far.
#[derive(Debug, Default)]
pub(super) struct Session {
    line: Vec<u8>,
    is_agreed: bool,
    station: Option<String>,
    wanted: Vec<Wanted>,
    /// Packets are asked for.
    pub(super) streams: bool,
    /// The client is gone or said what no client says.
    pub(super) is_over: bool,
}

impl Session {
    /// Takes bytes of the client; what it gets back.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for byte in bytes {
            if *byte != b'\n' {
                self.line.push(*byte);
                self.is_over |= self.line.len() > MAX_LINE_BYTES;
            } else {
                let line = std::mem::take(&mut self.line);
                let line = String::from_utf8_lossy(&line).trim().to_owned();
                out.extend(self.command(&line));
            }
            if self.is_over {
                break;
            }
        }
        out
    }

    /// Whether a packet of a station with an end is asked for, by the windows of the connection.
    pub(super) fn wants(&self, station: &str, end: Time) -> bool {
        let fits = |wanted: &Wanted| match wanted.pattern.strip_suffix('*') {
            Some(beginning) => station.starts_with(beginning),
            None => wanted.pattern == station,
        };
        self.wanted.iter().any(|wanted| fits(wanted) && wanted.from.is_none_or(|from| end > from))
    }

    fn command(&mut self, line: &str) -> Vec<u8> {
        const OK: &str = "OK\r\n";
        let words: Vec<&str> = line.split_whitespace().collect();
        let text = match (words.as_slice(), self.is_agreed) {
            (["HELLO"], _) => GREETING,
            (["SLPROTO", "4.0"], _) => {
                self.is_agreed = true;
                OK
            }
            (["USERAGENT", ..], true) => OK,
            (["STATION", id], true) if self.wanted.len() < STATIONS_MAX => {
                self.station = Some((*id).to_owned());
                OK
            }
            (["DATA", rest @ ..], true) => match (self.station.take(), window(rest)) {
                (Some(pattern), Some(from)) => {
                    self.wanted.push(Wanted { pattern, from });
                    OK
                }
                _ => "ERROR ARGUMENTS expected STATION before, and DATA ALL TIME\r\n",
            },
            (["END"], true) => {
                self.streams = true;
                ""
            }
            (["INFO", ..], true) => return frame(*b"JI", 0, "", b"{\"software\":\"truceline-demo\"}"),
            (["BYE"], _) => {
                self.is_over = true;
                ""
            }
            _ => "ERROR UNSUPPORTED this server speaks what a monitoring node needs of SeedLink 4.0\r\n",
        };
        text.as_bytes().to_vec()
    }
}

/// What `DATA` says: from when on; none if it cannot be read.
fn window(words: &[&str]) -> Option<Option<Time>> {
    match words {
        [] => Some(None),
        ["ALL", from] => Time::parse(from).ok().map(Some),
        _ => None,
    }
}

/// A packet of 4.0.
pub(super) fn frame(format: [u8; 2], sequence: u64, station: &str, content: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(17 + station.len() + content.len());
    frame.extend(b"SE");
    frame.extend(format);
    frame.extend((content.len() as u32).to_le_bytes());
    frame.extend(sequence.to_le_bytes());
    frame.push(station.len() as u8);
    frame.extend(station.bytes());
    frame.extend(content);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_formats::seedlink::{
        Begin, Client, Event, KEEPALIVE_AFTER_S, MiniSeed, Mode, Request, Selection, Versions,
    };

    /// The product's own client and this server understand each other.
    #[test]
    fn the_node_s_client_is_served() {
        let from = Time::parse("2031-05-01T00:00:00Z").unwrap();
        let begin = Begin::Window { from, to: None };
        let selection = Selection { network: "XA".into(), station: "*".into(), selectors: Vec::new(), begin };
        let request = Request {
            versions: Versions::Prefer4,
            agent: "test/1".into(),
            credentials: None,
            selections: vec![selection],
            mode: Mode::Stream,
        };
        let mut client = Client::new("test", request, MiniSeed).unwrap();
        let (mut session, mut events) = (Session::default(), Vec::new());
        while let Some(bytes) = client.next_out() {
            let answer = session.feed(&bytes);
            client.feed(&answer, &mut events).unwrap();
        }
        assert!(session.streams && !session.is_over);
        assert!(events.iter().any(|event| matches!(event, Event::Streaming)), "{events:?}");
        assert!(!events.iter().any(|event| matches!(event, Event::Refused { .. })), "{events:?}");
        assert!(session.wants("XA_S01", Time(from.0 + 1)) && !session.wants("XA_S01", from));
        assert!(!session.wants("XB_S01", Time(from.0 + 1)));
        // A link that is silent is asked, and answers.
        client.silent_for(KEEPALIVE_AFTER_S).unwrap();
        let answer = session.feed(&client.next_out().unwrap());
        client.feed(&answer, &mut events).unwrap();
        assert!(matches!(events.last(), Some(Event::Info { error: false, .. })), "{events:?}");
    }

    #[test]
    fn what_no_client_says_ends_the_connection_or_is_refused() {
        let mut session = Session::default();
        assert!(session.feed(b"DATA ALL yesterday\r\n").starts_with(b"ERROR"));
        assert!(session.feed(b"SLPROTO 3.1\r\n").starts_with(b"ERROR") && !session.is_agreed);
        session.feed(&vec![b'x'; MAX_LINE_BYTES + 1]);
        assert!(session.is_over);
    }
}
