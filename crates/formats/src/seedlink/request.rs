//! What is asked of a server, and the commands that say so in each version.
use super::{Protocol, glob};
use crate::source_id::clip;
use std::fmt;
use truceline_model::time::Time;

/// The most stations of one connection: ringserver takes no more.
pub const MAX_SELECTIONS: usize = 10_000;

/// The most selectors of a station: more than it has channels.
pub const MAX_SELECTORS: usize = 100;

/// The longest code, name of the program, user name or password.
const MAX_WORD_BYTES: usize = 120;

/// Which versions may be spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Versions {
    /// 4.0 where it is offered, else 3.1.
    #[default]
    Prefer4,
    /// 3.1 only.
    Only3,
    /// 4.0 only.
    Only4,
}

/// Whether to wait for what comes, or to take what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Data as they come, until the connection is closed.
    #[default]
    Stream,
    /// The data that are there now; then the server ends.
    Fetch,
}

/// From where data are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Begin {
    /// From the next packet on.
    #[default]
    Next,
    /// Data of a window of time.
    Window {
        /// Its beginning.
        from: Time,
        /// Its end; open if there is none.
        to: Option<Time>,
    },
}

/// Who asks, where a server wants to know (4.0 only).
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A user and a password.
    UserPassword(String, String),
    /// A JSON web token.
    Token(String),
}

/// Never the secret.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserPassword(user, _) => write!(f, "UserPassword({user:?}, ..)"),
            Self::Token(_) => write!(f, "Token(..)"),
        }
    }
}

/// All that is asked of a server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// Which versions may be spoken.
    pub versions: Versions,
    /// The client's name and version, as `name/1.0`.
    pub agent: String,
    /// Who asks.
    pub credentials: Option<Credentials>,
    /// The stations.
    pub selections: Vec<Selection>,
    /// Whether to wait for more.
    pub mode: Mode,
}

/// A station, or several by wildcards, and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Network code; `?` and `*` are wildcards where the server knows them.
    pub network: String,
    /// Station code, likewise.
    pub station: String,
    /// Its channels; all, if none is named.
    pub selectors: Vec<Selector>,
    /// From where on.
    pub begin: Begin,
}

/// Channels of a station: codes, each of which may be `*` or hold `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    location: String,
    band: String,
    source: String,
    subsource: String,
}

impl Selector {
    /// Reads `LOC_B_S_SS`, such as `00_H_H_Z`, `_H_H_?` (an empty location) or `*_H_H_*`.
    ///
    /// # Errors
    /// If it has not four parts, or one holds anything but letters, digits, `-`, `?` and `*`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('_').collect();
        match parts[..] {
            [location, band, source, subsource]
                if text.len() <= MAX_WORD_BYTES
                    && parts.iter().all(|part| part.bytes().all(|byte| is_code(byte) || byte == b'-')) =>
            {
                Ok(Self {
                    location: location.to_owned(),
                    band: band.to_owned(),
                    source: source.to_owned(),
                    subsource: subsource.to_owned(),
                })
            }
            _ => Err(format!("selector {:?}, expected LOC_B_S_SS, such as 00_H_H_Z", clip(text))),
        }
    }

    /// As 3.1 writes it: `LLCCC`, or `CCC` for any location.
    fn v3(&self) -> Result<String, String> {
        let one = |code: &str| match code {
            "*" => Some("?".to_owned()),
            code if code.len() == 1 => Some(code.to_owned()),
            _ => None,
        };
        let location = match self.location.as_str() {
            "*" => Some(String::new()),
            "" => Some("--".to_owned()),
            code if code.len() == 2 && !code.contains('*') => Some(code.to_owned()),
            _ => None,
        };
        match (location, one(&self.band), one(&self.source), one(&self.subsource)) {
            (Some(location), Some(band), Some(source), Some(subsource)) => {
                Ok(format!("{location}{band}{source}{subsource}"))
            }
            _ => Err(format!("selector {self} has no form in SeedLink 3.1, which has LLCCC and CCC")),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}_{}_{}", self.location, self.band, self.source, self.subsource)
    }
}

impl Selection {
    /// Whether a station (`NET_STA`) is asked for.
    pub(super) fn holds(&self, station: &str) -> bool {
        let pattern = format!("{}_{}", self.network, self.station);
        glob::fits(pattern.as_bytes(), station.as_bytes())
    }
}

/// What a command is for, which decides what a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Protocol,
    Agent,
    Authorize,
    Station,
    Select,
    Begin,
    /// Instead of a window that was refused.
    BeginNow,
}

/// A command that is answered.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) purpose: Purpose,
    pub(super) text: String,
    /// The selection that it belongs to.
    pub(super) selection: usize,
}

impl Command {
    pub(super) fn new(purpose: Purpose, text: impl Into<String>) -> Self {
        Self { purpose, text: text.into(), selection: 0 }
    }

    /// For people: without a secret.
    pub(super) fn shown(&self) -> &str {
        match self.purpose {
            Purpose::Authorize => "AUTH",
            _ => &self.text,
        }
    }
}

impl Request {
    /// That everything can be said in a command, whichever version will be spoken.
    pub(super) fn check(&self) -> Result<(), (String, String)> {
        let place = |index: usize| format!("selection {index}");
        if self.selections.is_empty() || self.selections.len() > MAX_SELECTIONS {
            let message = format!("{} stations, expected 1 to {MAX_SELECTIONS}", self.selections.len());
            return Err(("selections".to_owned(), message));
        }
        let words = match &self.credentials {
            Some(Credentials::UserPassword(user, password)) => vec![("user", user), ("password", password)],
            // Tokens are longer than names.
            Some(Credentials::Token(token)) if is_word(token, 32 * MAX_WORD_BYTES) => Vec::new(),
            Some(Credentials::Token(token)) => vec![("token", token)],
            None => Vec::new(),
        };
        for (name, word) in words {
            if !is_word(word, MAX_WORD_BYTES) {
                return Err((name.to_owned(), "expected printable ASCII without blanks".to_owned()));
            }
        }
        if !is_word(&self.agent, MAX_WORD_BYTES) {
            let message = format!("{:?}, expected name/version without blanks", clip(&self.agent));
            return Err(("agent".to_owned(), message));
        }
        for (index, selection) in self.selections.iter().enumerate() {
            for code in [&selection.network, &selection.station] {
                if code.is_empty() || code.len() > MAX_WORD_BYTES || !code.bytes().all(is_code) {
                    let message = format!("code {:?}, expected letters, digits, ? and *", clip(code));
                    return Err((place(index), message));
                }
            }
            if selection.selectors.len() > MAX_SELECTORS {
                let message = format!("{} selectors, at most {MAX_SELECTORS}", selection.selectors.len());
                return Err((place(index), message));
            }
            if let Begin::Window { from, to: Some(to) } = selection.begin
                && to < from
            {
                return Err((place(index), format!("the window ends at {to}, before it begins at {from}")));
            }
        }
        Ok(())
    }

    /// The commands for all stations.
    pub(super) fn commands(&self, protocol: Protocol) -> Result<Vec<Command>, String> {
        let mut commands = Vec::new();
        for (index, selection) in self.selections.iter().enumerate() {
            let mut add = |purpose, text| commands.push(Command { purpose, text, selection: index });
            let Selection { network, station, selectors, begin } = selection;
            match protocol {
                Protocol::V4 => add(Purpose::Station, format!("STATION {network}_{station}")),
                Protocol::V3 => add(Purpose::Station, format!("STATION {station} {network}")),
            }
            for selector in selectors {
                let text = match protocol {
                    Protocol::V4 => selector.to_string(),
                    Protocol::V3 => selector.v3()?,
                };
                add(Purpose::Select, format!("SELECT {text}"));
            }
            add(Purpose::Begin, self.begin(protocol, *begin)?);
        }
        Ok(commands)
    }

    fn begin(&self, protocol: Protocol, begin: Begin) -> Result<String, String> {
        Ok(match (protocol, begin) {
            (_, Begin::Next) => self.begin_now(protocol),
            (Protocol::V4, Begin::Window { from, to: None }) => format!("DATA ALL {from}"),
            (Protocol::V4, Begin::Window { from, to: Some(to) }) => format!("DATA ALL {from} {to}"),
            (Protocol::V3, Begin::Window { to: None, .. }) if self.mode == Mode::Fetch => {
                return Err("a window without an end cannot be fetched with SeedLink 3.1".to_owned());
            }
            (Protocol::V3, Begin::Window { from, to: None }) => format!("TIME {}", v3_time(from)),
            (Protocol::V3, Begin::Window { from, to: Some(to) }) => {
                // Whole seconds only: the window is widened, not cut.
                format!("TIME {} {}", v3_time(from), v3_time(Time(to.0.saturating_add(999_999_999))))
            }
        })
    }

    /// The command for what comes next.
    pub(super) fn begin_now(&self, protocol: Protocol) -> String {
        match (protocol, self.mode) {
            (Protocol::V3, Mode::Fetch) => "FETCH".to_owned(),
            _ => "DATA".to_owned(),
        }
    }

    /// The command after which packets flow; it has no answer.
    pub(super) fn end(&self, protocol: Protocol) -> &'static str {
        match (protocol, self.mode) {
            (Protocol::V4, Mode::Fetch) => "ENDFETCH",
            _ => "END",
        }
    }
}

/// `2010,2,27,6,50,0`.
fn v3_time(time: Time) -> String {
    let text = time.to_string();
    let parts = text.split(|character: char| !character.is_ascii_digit()).take(6);
    let parts: Vec<&str> = parts.map(|part| part.trim_start_matches('0')).collect();
    parts.iter().map(|part| if part.is_empty() { "0" } else { part }).collect::<Vec<_>>().join(",")
}

fn is_code(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'?' || byte == b'*'
}

fn is_word(text: &str, most: usize) -> bool {
    !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_v3_are_whole_seconds() {
        assert_eq!(v3_time(Time::parse("2010-02-27T06:50:00.999Z").unwrap()), "2010,2,27,6,50,0");
        assert_eq!(v3_time(Time::parse("2024-12-31T23:59:59Z").unwrap()), "2024,12,31,23,59,59");
    }

    #[test]
    fn selectors_have_both_forms() {
        for (text, v3) in [("00_H_H_Z", "00HHZ"), ("*_H_H_?", "HH?"), ("_L_*_Z", "--L?Z"), ("1?_B_D_F", "1?BDF")] {
            let selector = Selector::parse(text).unwrap();
            assert_eq!((selector.to_string(), selector.v3().unwrap()), (text.to_owned(), v3.to_owned()));
        }
        for text in ["", "HHZ", "00_H_H_Z\r\nEND", "00_H_H_Z X", "00_H_H_Z_3"] {
            assert!(Selector::parse(text).is_err(), "{text}");
        }
        for text in ["0_H_H_Z", "00_H_H_ZZ", "0*_H_H_Z", "00__H_Z"] {
            assert!(Selector::parse(text).unwrap().v3().is_err(), "{text}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let credentials = Credentials::UserPassword("duty".to_owned(), "sesame".to_owned());
        let request = Request { credentials: Some(credentials), ..Request::default() };
        assert!(!format!("{request:?}").contains("sesame"));
        assert_eq!(Command::new(Purpose::Authorize, "AUTH USERPASS duty sesame").shown(), "AUTH");
    }
}
