//! Which cosignatures make a checkpoint one that people rely on (C2SP tlog-policy).
//!
//! A policy is a text file that the parties agree on: the logs, the witnesses, groups of them that are met by k of their n
//! members, and the quorum, which is one witness or group. Groups hold groups, so "three of five guarantors, and each side"
//! is two lines. Each name is a member of one group at most: nobody counts twice.
//!
//! ```text
//! log <vkey> [<url>]
//! witness <name> <vkey> [<url>]
//! group <name> all|any|<k> <name>...
//! quorum <name>|none
//! ```
//!
//! A log's own ML-DSA-44 key has the form of a cosignature, so it can stand as a witness too: `all` of it and of the others
//! demands both signatures of the log.
//!
//! Checked against the specification's own example and rules, one by one.
mod parse;

use crate::Error;
use crate::checkpoint::Checkpoint;
use crate::note::{Note, Signer, VerifierKey};
use std::fmt;

/// The largest policy file. A line with an ML-DSA-44 key takes 2 kB, and this holds as many as are read.
pub const MAX_POLICY_BYTES: usize = 1 << 20;

/// The most lines of `log`, of `witness` and of `group` each. The specification asks for at least 32 of each; a note that all
/// of so many witnesses signed stays under its own bound.
pub const MAX_POLICY_ITEMS: usize = 64;

/// A log that people rely on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its key; the key's name is the log's origin.
    pub key: VerifierKey,
    /// Where it is to be had.
    pub url: Option<String>,
}

/// Somebody who cosigns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Its name in this policy.
    pub name: Name,
    /// Its key.
    pub key: VerifierKey,
    /// What stands before `/add-checkpoint` (C2SP tlog-witness, submission prefix).
    pub url: Option<String>,
}

/// Witnesses and groups, of which some are enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name in this policy.
    pub name: Name,
    /// How many of its members are enough.
    pub threshold: usize,
    /// Its members.
    pub members: Vec<Member>,
}

/// A name of a policy: any octets but controls and spaces.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(Vec<u8>);

/// What a group or a quorum names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// A witness, as its place in [`Policy::witnesses`].
    Witness(usize),
    /// A group, as its place in [`Policy::groups`].
    Group(usize),
}

/// Logs, witnesses, groups and the quorum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Option<Member>,
}

/// What a policy says of one cosigned checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What was cosigned.
    pub checkpoint: Checkpoint,
    /// Whether one of the policy's logs of this origin signed; true where the policy lists no log, which is then for its
    /// user to check.
    pub of_listed_log: bool,
    /// Whether the quorum is met.
    pub met: bool,
    /// Who cosigned, as places in [`Policy::witnesses`], each with the time it states.
    pub cosigned: Vec<Signer>,
    /// Who did not.
    pub missing: Vec<usize>,
}

impl Standing {
    /// Whether the checkpoint is valid under the policy: signed by a listed log, and cosigned by the quorum.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.of_listed_log && self.met
    }
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// If it is over a bound, or of another form; names the line.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        parse::parse(bytes)
    }

    /// The logs, in the file's order.
    #[must_use]
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// The witnesses, in the file's order.
    #[must_use]
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// The groups, in the file's order: members stand before the groups that name them.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Whether no cosignature is demanded.
    #[must_use]
    pub fn demands_nothing(&self) -> bool {
        self.quorum.is_none()
    }

    /// Whether the quorum is met where `cosigned` says of each witness, by its place, whether it cosigned.
    #[must_use]
    pub fn is_met(&self, cosigned: &dyn Fn(usize) -> bool) -> bool {
        let mut groups: Vec<bool> = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let met = group.members.iter().filter(|member| holds(**member, cosigned, &groups)).count();
            groups.push(met >= group.threshold);
        }
        self.quorum.is_none_or(|quorum| holds(quorum, cosigned, &groups))
    }

    /// What the policy says of a note that is a cosigned checkpoint.
    ///
    /// # Errors
    /// If the note or its checkpoint is malformed, or a signature in the name of one of the policy's keys does not hold.
    pub fn judge(&self, note: &str) -> Result<Standing, Error> {
        let note = Note::parse(note)?;
        let checkpoint = Checkpoint::parse(note.unverified_text())?;
        let of_origin: Vec<VerifierKey> =
            self.logs.iter().map(|log| &log.key).filter(|key| key.name() == checkpoint.origin).cloned().collect();
        let of_listed_log = !note.signers(&of_origin)?.is_empty() || self.logs.is_empty();
        let keys: Vec<VerifierKey> = self.witnesses.iter().map(|witness| witness.key.clone()).collect();
        let cosigned = note.signers(&keys)?;
        let signed = |place: usize| cosigned.iter().any(|signer| signer.key == place);
        let met = self.is_met(&signed);
        let missing = (0..self.witnesses.len()).filter(|place| !signed(*place)).collect();
        Ok(Standing { checkpoint, of_listed_log, met, cosigned, missing })
    }

    /// The names of some witnesses, for people: `north, south`; `none` where there is none.
    #[must_use]
    pub fn names(&self, witnesses: impl IntoIterator<Item = usize>) -> String {
        let names: Vec<String> = witnesses
            .into_iter()
            .filter_map(|place| self.witnesses.get(place).map(|witness| witness.name.to_string()))
            .collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }

    /// What the quorum demands, for people: `2 of (north, south, west)`.
    #[must_use]
    pub fn demand(&self) -> String {
        self.quorum.map_or_else(|| "nothing".to_owned(), |quorum| self.words(quorum))
    }

    fn words(&self, member: Member) -> String {
        match member {
            Member::Witness(place) => self.witnesses[place].name.to_string(),
            Member::Group(place) => {
                let Group { threshold, members, .. } = &self.groups[place];
                let members: Vec<String> = members.iter().map(|member| self.words(*member)).collect();
                if members.len() == *threshold {
                    format!("all of ({})", members.join(", "))
                } else {
                    format!("{threshold} of ({})", members.join(", "))
                }
            }
        }
    }
}

fn holds(member: Member, cosigned: &dyn Fn(usize) -> bool, groups: &[bool]) -> bool {
    match member {
        Member::Witness(place) => cosigned(place),
        // Members stand before the group that names them, so it was looked at.
        Member::Group(place) => groups.get(place).copied().unwrap_or(false),
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

#[cfg(test)]
mod tests;
