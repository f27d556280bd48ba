//! Zones: named areas that clauses speak of.
use truceline_model::canonical_names;
use truceline_model::place::{Place, Ring, ring_contains};

/// What a zone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZoneKind {
    /// An area that the text names without more.
    Area,
    /// Between the parties.
    Buffer,
    /// Without forces. It may be inhabited.
    Demilitarised,
    /// Security zone.
    Security,
    /// Where forces were disengaged.
    Disengagement,
    /// Between forces, under monitors.
    Separation,
    /// Where weapons are limited.
    Limitation,
    /// Where weapons are stored.
    WeaponsStorage,
    /// A training area.
    Training,
    /// A protected site.
    ProtectedSite,
    /// A corridor for people and relief.
    HumanitarianCorridor,
    /// Where people cross.
    CrossingPoint,
    /// Where none may fly.
    NoFly,
    /// At sea.
    Maritime,
    /// A minefield.
    Minefield,
}

canonical_names!(ZoneKind {
    "area" => Area,
    "buffer-zone" => Buffer,
    "demilitarised-zone" => Demilitarised,
    "security-zone" => Security,
    "disengagement-area" => Disengagement,
    "area-of-separation" => Separation,
    "area-of-limitation" => Limitation,
    "weapons-storage-site" => WeaponsStorage,
    "training-area" => Training,
    "protected-site" => ProtectedSite,
    "humanitarian-corridor" => HumanitarianCorridor,
    "crossing-point" => CrossingPoint,
    "no-fly-volume" => NoFly,
    "maritime-zone" => Maritime,
    "minefield" => Minefield,
});

/// A zone: a named area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its short name.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What it is.
    pub kind: ZoneKind,
    /// Its rim.
    pub ring: Ring,
}

impl Zone {
    /// Whether a place lies inside.
    #[must_use]
    pub fn contains(&self, place: Place) -> bool {
        ring_contains(&self.ring, place)
    }
}
