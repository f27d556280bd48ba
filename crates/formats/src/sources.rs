//! The file that names a deployment's live sources: one `[[source]]` table each.
//!
//! ```toml
//! [[source]]
//! name = "north-ring"                 # what it is called in the journal
//! owner = "mission"                   # who could make it lie: the unit of independence
//! kind = "seedlink"
//! address = "ring.example.org:18000"
//! stations = ["XX_N01", "XX_N02"]
//! ```
//!
//! Strict: an unknown field, a wrong value or a name that stands twice is an error with its line, and nothing is
//! connected. Reading it opens nothing: `trust`, `password_file` and `token_file` are names of files as written.
use crate::error::FormatError;
use crate::seedlink::{Begin, MAX_SELECTIONS, MAX_SELECTORS, Selection, Selector, Versions};
use crate::source_id::clip;
use crate::text::{TimeText, is_label};
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;
use truceline_model::report::MAX_NAME_BYTES;
use truceline_model::time::Time;

/// The longest file, in bytes: ten thousand stations take 200 kB.
pub const MAX_FILE_BYTES: usize = 4 << 20;

/// The most sources of one store: each has a thread and a connection of its own. More belong to more sectors.
pub const MAX_SOURCES: usize = 1_000;

/// The longest address, in bytes: a host name of the longest kind and a port.
const MAX_ADDRESS_BYTES: usize = 260;

/// A live source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name: refusals, ticks and duplicates are kept by it.
    pub name: String,
    /// Who could make it lie.
    pub owner: String,
    /// How it is reached.
    pub wire: Wire,
}

/// How a source is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wire {
    /// A SeedLink server.
    SeedLink(SeedLink),
}

/// A SeedLink server and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedLink {
    /// `host:port`; an IPv6 address in brackets.
    pub address: String,
    /// Which versions may be spoken.
    pub versions: Versions,
    /// The file of certificates that the server is known by, if the connection is encrypted.
    pub trust: Option<String>,
    /// Who asks.
    pub login: Option<Login>,
    /// The stations with their channels.
    pub selections: Vec<Selection>,
    /// From when on data are asked for where none are registered yet; only what comes next if none is named.
    pub begin: Option<Time>,
}

/// Who asks; the secret stands in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// A user, and the file with the password.
    Password {
        /// The user's name.
        user: String,
        /// The password's file.
        file: String,
    },
    /// The file with a JSON web token.
    Token {
        /// The token's file.
        file: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    source: Vec<Spanned<Table>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: Spanned<String>,
    owner: Spanned<String>,
    kind: Spanned<String>,
    address: Spanned<String>,
    protocol: Option<Spanned<toml::Value>>,
    tls: Option<bool>,
    trust: Option<Spanned<String>>,
    user: Option<Spanned<String>>,
    password_file: Option<Spanned<String>>,
    token_file: Option<Spanned<String>>,
    stations: Spanned<Vec<Spanned<String>>>,
    selectors: Option<Spanned<Vec<Spanned<String>>>>,
    begin: Option<Spanned<TimeText>>,
}

/// Reads the file of sources.
///
/// # Errors
/// Names the line and the field, what stands there and what was expected.
pub fn read(file: &str, text: &str) -> Result<Vec<Source>, FormatError> {
    if text.len() > MAX_FILE_BYTES {
        let message = format!("{} bytes, at most {MAX_FILE_BYTES} are read", text.len());
        return Err(FormatError::new(file, "the whole file", message));
    }
    let read: File = toml::from_str(text).map_err(|error| FormatError::of_toml(file, text, &error))?;
    let place = Place { file, text };
    if read.source.is_empty() || read.source.len() > MAX_SOURCES {
        let message = format!("{} sources, expected 1 to {MAX_SOURCES} [[source]] tables", read.source.len());
        return Err(FormatError::new(file, "the whole file", message));
    }
    let mut names = BTreeSet::new();
    let mut sources = Vec::new();
    for table in read.source {
        let span = table.span();
        let table = table.into_inner();
        let name = place.label("name", &table.name)?;
        if !names.insert(name.clone()) {
            return Err(place.wrong(&table.name, "name", format!("{name:?} stands twice, expected a name of its own")));
        }
        let owner = place.label("owner", &table.owner)?;
        if table.kind.get_ref() != "seedlink" {
            let message = format!("{:?}, expected \"seedlink\"", clip(table.kind.get_ref()));
            return Err(place.wrong(&table.kind, "kind", message));
        }
        sources.push(Source { name, owner, wire: Wire::SeedLink(place.seedlink(span.start, table)?) });
    }
    Ok(sources)
}

/// Says where in the file something is wrong.
struct Place<'a> {
    file: &'a str,
    text: &'a str,
}

impl Place<'_> {
    fn at(&self, offset: usize, field: &str, message: impl Into<String>) -> FormatError {
        FormatError::new(self.file, format!("line {}, {field}", line_of(self.text, offset)), message)
    }

    fn wrong<T>(&self, value: &Spanned<T>, field: &str, message: impl Into<String>) -> FormatError {
        self.at(value.span().start, field, message)
    }

    fn label(&self, field: &str, value: &Spanned<String>) -> Result<String, FormatError> {
        let text = value.get_ref();
        if text.trim().is_empty() || !is_label(text) {
            let message = format!("{:?}, expected a name of 1 to {MAX_NAME_BYTES} bytes in one line", clip(text));
            return Err(self.wrong(value, field, message));
        }
        Ok(text.clone())
    }

    fn seedlink(&self, start: usize, table: Table) -> Result<SeedLink, FormatError> {
        let address = table.address.get_ref().clone();
        if !is_address(&address) {
            let message = format!("{:?}, expected host:port, such as ring.example.org:18000", clip(&address));
            return Err(self.wrong(&table.address, "address", message));
        }
        let trust = match (table.tls.unwrap_or(false), table.trust) {
            (true, Some(trust)) => Some(self.file_name("trust", trust)?),
            (false, None) => None,
            (true, None) => {
                let message = "tls = true without it, expected the file of certificates that the server is known by";
                return Err(self.at(start, "trust", message));
            }
            (false, Some(trust)) => {
                return Err(self.wrong(&trust, "trust", "certificates without tls = true, which would not be used"));
            }
        };
        let begin = match table.begin {
            None => None,
            Some(begin) => match begin.get_ref().time() {
                Some(time) => Some(time),
                None => {
                    let message = "expected a time such as 2024-05-01T12:00:00Z";
                    return Err(self.wrong(&begin, "begin", message));
                }
            },
        };
        let login = self.login(start, table.user, table.password_file, table.token_file)?;
        if login.is_some() && trust.is_none() {
            let message = "a secret that would cross the network in the clear, expected tls = true";
            return Err(self.at(start, "password_file, token_file", message));
        }
        Ok(SeedLink {
            address,
            versions: self.versions(table.protocol)?,
            trust,
            login,
            selections: self.selections(table.stations, table.selectors)?,
            begin,
        })
    }

    fn versions(&self, protocol: Option<Spanned<toml::Value>>) -> Result<Versions, FormatError> {
        let Some(protocol) = protocol else { return Ok(Versions::Prefer4) };
        match protocol.get_ref() {
            toml::Value::String(text) if text == "auto" => Ok(Versions::Prefer4),
            toml::Value::Integer(3) => Ok(Versions::Only3),
            toml::Value::Integer(4) => Ok(Versions::Only4),
            _ => {
                let written = self.text.get(protocol.span()).unwrap_or_default();
                let message = format!("{}, expected \"auto\", 3 or 4", clip(written));
                Err(self.wrong(&protocol, "protocol", message))
            }
        }
    }

    fn login(
        &self,
        start: usize,
        user: Option<Spanned<String>>,
        password_file: Option<Spanned<String>>,
        token_file: Option<Spanned<String>>,
    ) -> Result<Option<Login>, FormatError> {
        match (user, password_file, token_file) {
            (None, None, None) => Ok(None),
            (Some(user), Some(file), None) => Ok(Some(Login::Password {
                user: self.label("user", &user)?,
                file: self.file_name("password_file", file)?,
            })),
            (None, None, Some(file)) => Ok(Some(Login::Token { file: self.file_name("token_file", file)? })),
            _ => {
                let message = "expected user with password_file, or token_file alone";
                Err(self.at(start, "user, password_file, token_file", message))
            }
        }
    }

    fn file_name(&self, field: &str, name: Spanned<String>) -> Result<String, FormatError> {
        if name.get_ref().is_empty() || name.get_ref().contains('\0') {
            return Err(self.wrong(&name, field, "expected the name of a file"));
        }
        Ok(name.into_inner())
    }

    fn selections(
        &self,
        stations: Spanned<Vec<Spanned<String>>>,
        selectors: Option<Spanned<Vec<Spanned<String>>>>,
    ) -> Result<Vec<Selection>, FormatError> {
        if stations.get_ref().is_empty() || stations.get_ref().len() > MAX_SELECTIONS {
            let message = format!("{} stations, expected 1 to {MAX_SELECTIONS}", stations.get_ref().len());
            return Err(self.wrong(&stations, "stations", message));
        }
        let mut channels = Vec::new();
        if let Some(selectors) = selectors {
            if selectors.get_ref().is_empty() || selectors.get_ref().len() > MAX_SELECTORS {
                let message = format!("{} selectors, expected 1 to {MAX_SELECTORS}", selectors.get_ref().len());
                return Err(self.wrong(&selectors, "selectors", message));
            }
            for selector in selectors.get_ref() {
                let parsed = Selector::parse(selector.get_ref());
                channels.push(parsed.map_err(|message| self.wrong(selector, "selectors", message))?);
            }
        }
        let mut seen = BTreeSet::new();
        let mut selections = Vec::new();
        for station in stations.into_inner() {
            let codes = station.get_ref().split_once('_');
            let Some((network, code)) = codes.filter(|(network, code)| is_pattern(network) && is_pattern(code)) else {
                let message = format!("{:?}, expected NET_STA, such as XX_N01 or XX_*", clip(station.get_ref()));
                return Err(self.wrong(&station, "stations", message));
            };
            if !seen.insert(station.get_ref().clone()) {
                let message = format!("{:?} stands twice", clip(station.get_ref()));
                return Err(self.wrong(&station, "stations", message));
            }
            selections.push(Selection {
                network: network.to_owned(),
                station: code.to_owned(),
                selectors: channels.clone(),
                begin: Begin::Next,
            });
        }
        Ok(selections)
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

/// Letters, digits and wildcards: what a code may be.
fn is_pattern(code: &str) -> bool {
    (1..=8).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'?' || byte == b'*')
}

/// `host:port`, with a port from 1 on and nothing that is no part of a name or number.
fn is_address(address: &str) -> bool {
    let Some((host, port)) = address.rsplit_once(':') else { return false };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match bare {
        Some(v6) => v6.parse::<core::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte)),
    };
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    address.len() <= MAX_ADDRESS_BYTES && is_host && is_port
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
[[source]]
name = \"north\"
owner = \"mission\"
kind = \"seedlink\"
address = \"ring.example.org:18500\"
protocol = 4
tls = true
trust = \"north.pem\"
user = \"duty\"
password_file = \"north.secret\"
stations = [\"XX_N01\",
  \"XX_N*\"]
selectors = [\"*_H_H_?\"]
begin = 2024-05-01T12:00:00Z

[[source]]
name = \"south\"
owner = \"bravo\"
kind = \"seedlink\"
address = \"[::1]:18000\"
stations = [\"YY_S01\"]
";

    #[test]
    fn all_fields_are_read() {
        let sources = read("s.toml", FILE).unwrap();
        let Wire::SeedLink(north) = &sources[0].wire;
        assert_eq!((sources[0].name.as_str(), sources[0].owner.as_str()), ("north", "mission"));
        assert_eq!((north.versions, north.trust.as_deref()), (Versions::Only4, Some("north.pem")));
        assert_eq!(north.begin, Some(Time::parse("2024-05-01T12:00:00Z").unwrap()));
        let login = Login::Password { user: "duty".to_owned(), file: "north.secret".to_owned() };
        assert_eq!(north.login, Some(login));
        assert_eq!((north.selections.len(), north.selections[1].station.as_str()), (2, "N*"));
        assert_eq!(north.selections[1].selectors, [Selector::parse("*_H_H_?").unwrap()]);
        let Wire::SeedLink(south) = &sources[1].wire;
        assert_eq!((south.versions, south.trust.is_none(), south.begin), (Versions::Prefer4, true, None));
        assert!(south.selections[0].selectors.is_empty());
    }

    #[test]
    fn every_error_names_line_and_field() {
        for (old, new, expected) in [
            ("name = \"south\"", "name = \"north\"", "line 17, name: \"north\" stands twice"),
            ("owner = \"bravo\"", "owner = \" \"", "line 18, owner: \" \", expected a name"),
            ("kind = \"seedlink\"", "kind = \"mqtt\"", "line 4, kind: \"mqtt\", expected \"seedlink\""),
            ("[::1]:18000", "[::1]", "line 20, address: \"[::1]\", expected host:port"),
            ("[::1]:18000", "a b:18000", "line 20, address: "),
            ("[::1]:18000", "host:0", "line 20, address: "),
            ("protocol = 4", "protocol = 5", "line 6, protocol: 5, expected \"auto\", 3 or 4"),
            ("protocol = 4", "protocol = \"4\"", "line 6, protocol: "),
            ("tls = true\n", "", "line 7, trust: certificates without tls = true"),
            ("trust = \"north.pem\"\n", "", "line 1, trust: tls = true without it"),
            ("tls = true\ntrust = \"north.pem\"\n", "", "line 1, password_file, token_file: a secret that would cross"),
            ("user = \"duty\"\n", "", "line 1, user, password_file, token_file: expected user with password_file"),
            ("\"XX_N*\"", "\"XXN01\"", "line 12, stations: \"XXN01\", expected NET_STA"),
            ("\"XX_N*\"", "\"XX_N01\"", "line 12, stations: \"XX_N01\" stands twice"),
            ("[\"YY_S01\"]", "[]", "line 21, stations: 0 stations"),
            ("*_H_H_?", "HHZ", "line 13, selectors: selector \"HHZ\", expected LOC_B_S_SS"),
            ("12:00:00Z", "12:00:00+30:00", "line 14"),
            ("stations = [\"YY_S01\"]", "station = [\"YY_S01\"]", "line 21: unknown field `station`"),
            ("address = \"[::1]:18000\"\n", "", "line 16: missing field `address`"),
        ] {
            assert!(FILE.contains(old), "{old}");
            let error = read("s.toml", &FILE.replacen(old, new, 1)).unwrap_err().to_string();
            assert!(error.starts_with(&format!("s.toml, {expected}")), "{error}\nexpected {expected}");
        }
        assert!(read("s.toml", "").unwrap_err().to_string().contains("0 sources, expected 1 to 1000"));
        let many = "[[source]]\n".repeat(3);
        assert!(read("s.toml", &many).is_err());
    }
}
