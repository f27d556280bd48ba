//! The force: facilities, deployments and the rule on where it may be, which binds the force itself.
use crate::pillar::Domain;
use crate::pledge::PledgeStatus;
use crate::quantity::Quantity;
use crate::source::SourceRef;
use crate::words::{Id, Words, choice};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

choice! {
    /// What a facility is.
    FacilityKind {
        /// A hub.
        Hub => "hub",
        /// A protected store of weapons and equipment.
        ProtectedStore => "protected-store",
    }
}

/// A cell of one degree by one, by its south-western corner. No place finer than this can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CoarseCell {
    /// Degrees north.
    pub lat_deg: i8,
    /// Degrees east.
    pub lon_deg: i16,
}

impl<'de> Deserialize<'de> for CoarseCell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [lat_deg, lon_deg] = <[i16; 2]>::deserialize(deserializer)
            .map_err(|_| D::Error::custom("expected [latitude, longitude] in whole degrees"))?;
        match i8::try_from(lat_deg) {
            Ok(lat_deg) if (-90..90).contains(&lat_deg) && (-180..180).contains(&lon_deg) => {
                Ok(Self { lat_deg, lon_deg })
            }
            _ => Err(D::Error::custom(format!("[{lat_deg}, {lon_deg}], expected [latitude, longitude] in degrees"))),
        }
    }
}

/// A facility, as coarsely as it may be known: it tells that an incident was near a protected site, no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facility {
    /// What other lines call it.
    pub id: Id,
    /// What it is.
    pub kind: FacilityKind,
    /// Who said that they would have it.
    pub by: Vec<Id>,
    /// The state in which it would lie.
    pub host: Id,
    /// The area, in words.
    pub area: Words,
    /// The area, as a cell.
    pub cell: Option<CoarseCell>,
    /// How many.
    pub quantity: Quantity,
    /// How far it has come.
    pub status: PledgeStatus,
    /// What it is for.
    pub purpose: Option<Words>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

/// Where the force may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// The rule, in words.
    pub text: Words,
    /// The least distance from the line, if the rule has a figure.
    pub least_km: Option<u32>,
}

/// How far from the line a deployment is, as stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distance {
    /// At least so far.
    pub least_km: u32,
    /// At most so far.
    pub most_km: u32,
}

/// What is to be said of a deployment under its own rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// There is no rule.
    NoRule,
    /// The rule has no figure, so nobody can check it.
    NoFigure,
    /// The distance was not stated, or only so coarsely that both may be.
    Unclear,
    /// It is kept.
    Yes,
    /// It is not kept.
    No,
}

impl Kept {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoRule => "no rule",
            Self::NoFigure => "not verifiable: the rule has no figure",
            Self::Unclear => "unclear: the distance is not stated, or too coarsely",
            Self::Yes => "kept",
            Self::No => "not kept",
        }
    }
}

/// A deployment of the force, or one that is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// What other lines call it.
    pub id: Id,
    /// Whose.
    pub by: Vec<Id>,
    /// In which fields.
    pub domains: Vec<Domain>,
    /// The area, in words.
    pub area: Option<Words>,
    /// What it is for.
    pub purpose: Option<Words>,
    /// How much.
    pub quantity: Quantity,
    /// How far it has come.
    pub status: PledgeStatus,
    /// Where it may be: the force is bound too.
    pub placement: Option<Placement>,
    /// How far from the line it is, as stated.
    pub distance: Option<Distance>,
    /// The area, as a cell: how far from a line it is can then be checked.
    pub cell: Option<CoarseCell>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

impl Deployment {
    /// What is to be said of it under its own rule, by the distance that is stated.
    #[must_use]
    pub fn kept(&self) -> Kept {
        self.kept_at(self.distance)
    }

    /// What is to be said of it under its own rule at a distance.
    #[must_use]
    pub fn kept_at(&self, distance: Option<Distance>) -> Kept {
        let Some(placement) = &self.placement else { return Kept::NoRule };
        match (placement.least_km, distance) {
            (None, _) => Kept::NoFigure,
            (Some(least), Some(distance)) if distance.least_km >= least => Kept::Yes,
            (Some(least), Some(distance)) if distance.most_km < least => Kept::No,
            (Some(_), _) => Kept::Unclear,
        }
    }
}

choice! {
    /// What a stretch of water is for.
    WaterKind {
        /// An area.
        Zone => "zone",
        /// A way through.
        Corridor => "corridor",
    }
}

/// A maritime zone or corridor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Water {
    /// What other lines call it.
    pub id: Id,
    /// What it is for.
    pub kind: WaterKind,
    /// What it is called.
    pub name: Words,
    /// Who takes care of it.
    pub in_charge: Vec<Id>,
    /// The areas that it covers, as cells; none where nobody has said.
    #[serde(default)]
    pub cells: Vec<CoarseCell>,
    /// How far it has come.
    pub status: PledgeStatus,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}
