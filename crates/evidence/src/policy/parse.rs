//! From a policy file's bytes to a policy.
use super::{Group, Log, MAX_POLICY_BYTES, MAX_POLICY_ITEMS, Member, Name, Policy, Witness};
use crate::Error;
use crate::note::{Algorithm, VerifierKey};
use std::collections::{BTreeMap, BTreeSet};

/// The name that demands nothing.
const NONE: &[u8] = b"none";

#[derive(Default)]
struct Reading {
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    named: BTreeMap<Name, Member>,
    /// Who is a member of a group already.
    grouped: BTreeSet<Name>,
    quorum: Option<Option<Member>>,
}

pub(super) fn parse(bytes: &[u8]) -> Result<Policy, Error> {
    if bytes.len() > MAX_POLICY_BYTES {
        return Err(Error::over_limit(format!(
            "a policy of {} bytes, at most {MAX_POLICY_BYTES} are read",
            bytes.len()
        )));
    }
    let Some(lines) = bytes.strip_suffix(b"\n") else {
        return Err(Error::malformed("the policy does not end in a newline: it may have been cut off"));
    };
    let mut reading = Reading::default();
    for (line, number) in lines.split(|byte| *byte == b'\n').zip(1_usize..) {
        reading.line(line).map_err(|error| error.in_line(number))?;
    }
    let Reading { logs, witnesses, groups, quorum, .. } = reading;
    let quorum = quorum.ok_or_else(|| Error::malformed("the policy has no quorum line, expected one"))?;
    Ok(Policy { logs, witnesses, groups, quorum })
}

/// What is wrong with a line.
enum Fault {
    Malformed(String),
    OverLimit(String),
}

impl Fault {
    fn in_line(self, number: usize) -> Error {
        match self {
            Self::Malformed(why) => Error::malformed(format!("line {number} of the policy {why}")),
            Self::OverLimit(why) => Error::over_limit(format!("line {number} of the policy {why}")),
        }
    }
}

impl From<String> for Fault {
    fn from(why: String) -> Self {
        Self::Malformed(why)
    }
}

impl Reading {
    fn line(&mut self, line: &[u8]) -> Result<(), Fault> {
        if let Some(control) = line.iter().find(|byte| (**byte < 0x20 && **byte != b'\t') || **byte == 0x7f) {
            return Err(format!("holds the control character {control:#04x}, expected none but tab and newline").into());
        }
        let items: Vec<&[u8]> =
            line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|item| !item.is_empty()).collect();
        match items[..] {
            [] => Ok(()),
            [first, ..] if first.starts_with(b"#") => Ok(()),
            [b"log", key] => self.log(key, None),
            [b"log", key, url] => self.log(key, Some(url)),
            [b"log", ..] => Err("is of another form than: log <vkey> [<url>]".to_owned().into()),
            [b"witness", name, key] => self.witness(name, key, None),
            [b"witness", name, key, url] => self.witness(name, key, Some(url)),
            [b"witness", ..] => Err("is of another form than: witness <name> <vkey> [<url>]".to_owned().into()),
            [b"group", name, threshold, ref members @ ..] if !members.is_empty() => {
                self.group(name, threshold, members)
            }
            [b"group", ..] => Err("is of another form than: group <name> all|any|<k> <name>...".to_owned().into()),
            [b"quorum", name] => self.quorum(name),
            [b"quorum", ..] => Err("is of another form than: quorum <name>".to_owned().into()),
            [other, ..] => Err(format!("begins with {}, expected log, witness, group or quorum", shown(other)).into()),
        }
    }

    fn log(&mut self, key: &[u8], url: Option<&[u8]>) -> Result<(), Fault> {
        check_room(self.logs.len(), "log")?;
        let key = read_key(key)?;
        if key.algorithm() == Algorithm::Ed25519Cosignature {
            return Err("names a log by a witness's key, expected one of type 0x01 or 0x06".to_owned().into());
        }
        if self.logs.iter().any(|log| log.key.public_bytes() == key.public_bytes()) {
            return Err(format!("names the key of {} a second time", key.short()).into());
        }
        self.logs.push(Log { key, url: url.map(shown_plain) });
        Ok(())
    }

    fn witness(&mut self, name: &[u8], key: &[u8], url: Option<&[u8]>) -> Result<(), Fault> {
        check_room(self.witnesses.len(), "witness")?;
        let key = read_key(key)?;
        if !key.algorithm().is_cosignature() {
            return Err("names a witness by a log's key, expected one of type 0x04 or 0x06".to_owned().into());
        }
        if self.witnesses.iter().any(|witness| witness.key.public_bytes() == key.public_bytes()) {
            return Err(format!("names the key of {} a second time", key.short()).into());
        }
        let name = self.define(name, Member::Witness(self.witnesses.len()))?;
        self.witnesses.push(Witness { name, key, url: url.map(shown_plain) });
        Ok(())
    }

    fn group(&mut self, name: &[u8], threshold: &[u8], names: &[&[u8]]) -> Result<(), Fault> {
        check_room(self.groups.len(), "group")?;
        let mut members = Vec::with_capacity(names.len());
        for member in names {
            members.push(self.member(member)?);
        }
        let threshold = match threshold {
            b"all" => members.len(),
            b"any" => 1,
            number => read_threshold(number, members.len())?,
        };
        // After its members, so that no group is a member of itself.
        let name = self.define(name, Member::Group(self.groups.len()))?;
        self.groups.push(Group { name, threshold, members });
        Ok(())
    }

    fn member(&mut self, name: &[u8]) -> Result<Member, Fault> {
        if name == NONE {
            return Err("has none as a member, expected a witness or a group".to_owned().into());
        }
        let member = self.defined(name)?;
        if !self.grouped.insert(Name(name.to_vec())) {
            return Err(format!("has {} as a member, which is one of a group already", shown(name)).into());
        }
        Ok(member)
    }

    fn quorum(&mut self, name: &[u8]) -> Result<(), Fault> {
        if self.quorum.is_some() {
            return Err("is a second quorum line, expected one".to_owned().into());
        }
        self.quorum = Some(if name == NONE { None } else { Some(self.defined(name)?) });
        Ok(())
    }

    fn defined(&self, name: &[u8]) -> Result<Member, Fault> {
        let found = self.named.get(&Name(name.to_vec())).copied();
        found.ok_or_else(|| format!("names {}, which no line before it defines", shown(name)).into())
    }

    fn define(&mut self, name: &[u8], member: Member) -> Result<Name, Fault> {
        if name == NONE {
            return Err("defines the name none, which stands for no demand".to_owned().into());
        }
        let name = Name(name.to_vec());
        if self.named.insert(name.clone(), member).is_some() {
            return Err(format!("defines {name:?} a second time").into());
        }
        Ok(name)
    }
}

fn check_room(held: usize, what: &str) -> Result<(), Fault> {
    if held < MAX_POLICY_ITEMS {
        return Ok(());
    }
    Err(Fault::OverLimit(format!("is {what} line {}, at most {MAX_POLICY_ITEMS} are read", held + 1)))
}

fn read_key(text: &[u8]) -> Result<VerifierKey, Fault> {
    let text = str::from_utf8(text).map_err(|_| "has a verifier key that is no text".to_owned())?;
    VerifierKey::parse(text).map_err(|error| format!("has no key: {error}").into())
}

fn read_threshold(text: &[u8], members: usize) -> Result<usize, Fault> {
    let number = str::from_utf8(text).ok().and_then(|text| text.parse::<usize>().ok());
    match number {
        Some(k) if k.to_string().as_bytes() != text => {
            Err(format!("has the threshold {}, expected a number without sign and leading zeros", shown(text)).into())
        }
        Some(k) if (1..=members).contains(&k) => Ok(k),
        Some(k) => Err(format!("has the threshold {k}, expected 1 to its {members} members").into()),
        None => Err(format!("has the threshold {}, expected all, any or a number", shown(text)).into()),
    }
}

/// A word of the file, quoted and not longer than a line.
fn shown(word: &[u8]) -> String {
    const SHOWN_BYTES: usize = 64;
    format!("{:?}", String::from_utf8_lossy(&word[..word.len().min(SHOWN_BYTES)]))
}

fn shown_plain(word: &[u8]) -> String {
    String::from_utf8_lossy(word).into_owned()
}
