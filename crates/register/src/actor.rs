//! States, groups of them whose members may be unclear, and organisations.
use crate::source::SourceRef;
use crate::words::{Id, Text, Words, choice};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The most members of a group: twice the states of the world.
pub const MAX_MEMBERS: usize = 400;

choice! {
    /// What a state or an organisation is in the arrangement. A role is data and can change.
    Role {
        /// Gives a guarantee.
        Guarantor => "guarantor",
        /// Is one of the coalition.
        CoalitionMember => "coalition-member",
        /// Leads the coalition.
        CoalitionLead => "coalition-lead",
        /// Leads the mechanism.
        MechanismLead => "mechanism-lead",
        /// Leads the force.
        ForceLead => "force-lead",
        /// Is what the guarantees are for.
        Beneficiary => "beneficiary",
        /// Is a party to the hostilities.
        Party => "party",
        /// Took part in a meeting; no more is said.
        Participant => "participant",
        /// Looks on.
        Observer => "observer",
        /// Was there.
        Attended => "attended",
        /// Hosts a body or a meeting.
        Host => "host",
    }
}

impl Role {
    /// Whether the role is to give or lead a guarantee. Being there gives none.
    #[must_use]
    pub const fn gives(self) -> bool {
        matches!(self, Self::Guarantor | Self::CoalitionMember | Self::CoalitionLead | Self::ForceLead)
    }
}

choice! {
    /// Whether a party agrees to a ceasefire or to the mechanism.
    Consent {
        /// It has said so.
        Given => "given",
        /// It has given no sign of it.
        NoSign => "no-sign",
        /// Not known.
        Unclear => "unclear",
    }
}

/// A state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Its code of ISO 3166-1.
    pub id: Id,
    /// Its name.
    pub name: Words,
    /// What it is in the arrangement.
    pub roles: Vec<Role>,
    /// Of a party: whether it agrees.
    pub consent: Option<Consent>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

/// Who belongs to a group or a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// Nobody has said, and nobody is guessed.
    Unclear,
    /// These.
    Listed(Vec<Id>),
}

impl Members {
    /// Those who are named.
    #[must_use]
    pub fn named(&self) -> &[Id] {
        match self {
            Self::Unclear => &[],
            Self::Listed(members) => members,
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "\"unclear\", or a list of 1 to {MAX_MEMBERS} ids")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Members, E> {
                if text == "unclear" { Ok(Members::Unclear) } else { Err(E::custom("expected \"unclear\" or a list")) }
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(id) = items.next_element()? {
                    members.push(id);
                }
                if members.is_empty() || members.len() > MAX_MEMBERS {
                    return Err(A::Error::custom(format!("expected 1 to {MAX_MEMBERS} members")));
                }
                Ok(Members::Listed(members))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unclear => serializer.serialize_str("unclear"),
            Self::Listed(members) => members.serialize(serializer),
        }
    }
}

/// Several states of which a source speaks together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// What other lines call it.
    pub id: Id,
    /// What it is called.
    pub name: Words,
    /// How many the source says they are, in its words.
    pub count: Option<Text>,
    /// Who they are.
    pub members: Members,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

/// An organisation. It attends or observes; attendance makes nobody a guarantor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// What other lines call it.
    pub id: Id,
    /// Its name.
    pub name: Words,
    /// What it is in the arrangement.
    pub roles: Vec<Role>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}
