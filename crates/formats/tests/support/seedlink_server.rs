//! The server's side of SeedLink, without input or output, as far as tests of a client need it. Its lines and frames are
//! those of ringserver 4.5.3 (`tests/data/seedlink`).

/// A server with packets to send.
pub(crate) struct Server {
    /// The greeting's first line.
    pub(crate) greeting: &'static str,
    /// Commands that begin so are refused.
    pub(crate) refuses: &'static [&'static str],
    /// Number, station and record of each packet, in order.
    pub(crate) packets: Vec<(u64, String, Vec<u8>)>,
    /// Commands that were given, in order.
    pub(crate) commands: Vec<String>,
    /// The version that is spoken: 3 until the client asks for 4.
    pub(crate) version: u8,
    /// A line that is not yet whole.
    pub(crate) input: Vec<u8>,
}

/// The greeting of ringserver 4.5.3.
pub(crate) const RINGSERVER: &str = "SeedLink v4.0 (RingServer/4.5.3) :: SLPROTO:4.0 SLPROTO:3.1 CAP WS:13";

impl Server {
    pub(crate) fn new(packets: Vec<(u64, String, Vec<u8>)>) -> Self {
        Self { greeting: RINGSERVER, refuses: &[], packets, commands: Vec::new(), version: 3, input: Vec::new() }
    }

    /// Takes what the client sends; what it gets back.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.input.extend_from_slice(bytes);
        let mut out = Vec::new();
        while let Some(end) = self.input.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.input.drain(..=end).collect();
            let line = String::from_utf8(line).unwrap().trim().to_owned();
            self.command(&line, &mut out);
            self.commands.push(line);
        }
        out
    }

    fn command(&mut self, line: &str, out: &mut Vec<u8>) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if self.refuses.iter().any(|refused| line.starts_with(refused)) {
            out.extend(if self.version == 4 || words[0] == "SLPROTO" {
                &b"ERROR UNSUPPORTED not here\r\n"[..]
            } else {
                b"ERROR\r\n"
            });
            return;
        }
        match (words[0], self.version) {
            ("HELLO", _) => out.extend(format!("{}\r\nTest ring\r\n", self.greeting).into_bytes()),
            ("SLPROTO", _) => {
                self.version = 4;
                out.extend(b"OK\r\n");
            }
            ("USERAGENT" | "AUTH", 4) | ("STATION" | "SELECT" | "DATA", _) | ("TIME" | "FETCH", 3) => {
                out.extend(b"OK\r\n")
            }
            ("END", _) => self.stream(out),
            ("ENDFETCH", 4) => {
                self.stream(out);
                out.extend(b"END");
            }
            ("INFO", 4) => out.extend(v4_frame(*b"JI", 0, "", b"{\"software\":\"Test ring\"}")),
            ("INFO", 3) => out.extend([&b"SLINFO  "[..], &record("INFO", 9)].concat()),
            _ => out.extend(format!("ERROR UNSUPPORTED Unrecognized command: {line}\r\n").into_bytes()),
        }
    }

    fn stream(&self, out: &mut Vec<u8>) {
        for (sequence, station, record) in &self.packets {
            match self.version {
                4 => {
                    let format = if record.starts_with(b"MS\x03") { *b"3D" } else { *b"2D" };
                    out.extend(v4_frame(format, *sequence, station, record));
                }
                _ => out.extend(v3_frame(*sequence, record)),
            }
        }
    }
}

/// A packet of 4.0.
pub(crate) fn v4_frame(format: [u8; 2], sequence: u64, station: &str, content: &[u8]) -> Vec<u8> {
    let mut frame = b"SE".to_vec();
    frame.extend(format);
    frame.extend((content.len() as u32).to_le_bytes());
    frame.extend(sequence.to_le_bytes());
    frame.push(station.len() as u8);
    frame.extend(station.bytes());
    frame.extend(content);
    frame
}

/// A packet of 3.1.
pub(crate) fn v3_frame(sequence: u64, record: &[u8]) -> Vec<u8> {
    let mut frame = format!("SL{:06X}", sequence & 0xff_ffff).into_bytes();
    frame.extend(record);
    frame
}

/// A miniSEED 2 record of zeros with a blockette 1000 that says its length.
pub(crate) fn record(station: &str, length_exponent: u8) -> Vec<u8> {
    let mut record = vec![0; 1 << length_exponent];
    record[..20].copy_from_slice(format!("000001D {station:<5}00HHZXX").as_bytes());
    record[20..24].copy_from_slice(&[7, 232, 0, 122]); // 2024, day 122
    record[39] = 1;
    record[46..48].copy_from_slice(&[0, 48]);
    record[48..56].copy_from_slice(&[3, 232, 0, 0, 11, 1, length_exponent, 0]);
    record
}
