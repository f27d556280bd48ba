//! Deliveries to the army and long-term cooperation: packages, their tranches and how each stands.
use crate::pillar::Modality;
use crate::quantity::Quantity;
use crate::source::SourceRef;
use crate::words::{Date, Id, Text, Words, choice};
use serde::{Deserialize, Serialize};

/// The most tranches of a programme: a month each for twenty years.
pub const MAX_TRANCHES: usize = 240;

choice! {
    /// How a tranche stands.
    TrancheStatus {
        /// It was announced.
        Announced => "announced",
        /// It was agreed.
        Agreed => "agreed",
        /// It is on its way.
        UnderWay => "under-way",
        /// It was delivered.
        Delivered => "delivered",
        /// It was cancelled.
        Cancelled => "cancelled",
        /// Not known.
        Unclear => "unclear",
    }
}

/// A part of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tranche {
    /// What it is called.
    pub name: Text,
    /// How much.
    pub quantity: Quantity,
    /// How it stands.
    pub status: TrancheStatus,
    /// When it is due, if that was said.
    pub due: Option<Date>,
    /// What the tranche rests on; the programme's sources if none are given.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

/// A package of deliveries or a programme of cooperation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// What other lines call it.
    pub id: Id,
    /// The pillar that it belongs to.
    pub pillar: Id,
    /// Who gives; nobody, where no source says.
    pub from: Vec<Id>,
    /// What.
    pub what: Words,
    /// How firmly it was said.
    pub modality: Modality,
    /// Its parts, as far as they were said.
    #[serde(default, rename = "tranche")]
    pub tranches: Vec<Tranche>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}
