//! A hindrance: what somebody says kept the mechanism from seeing, and who agreed to what it may see.
//!
//! Beside what our own detectors notice of their channels ([`impediment`](crate::impediment)), monitors are turned back, delayed,
//! jammed and shot at, stations are cut off or opened, and sensors stand only where somebody consented. Each is an
//! input: coverage is what is left of the network without it, and reports print it.
use crate::place::Place;
use crate::report::SourceRef;
use crate::time::{Interval, Time};
use crate::{canonical_map, canonical_names, journal_entry};

/// What kind of hindrance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HindranceKind {
    /// Access was refused.
    Denial,
    /// Access was given on conditions.
    ConditionalAccess,
    /// Access was given late.
    Delay,
    /// Monitors were threatened.
    Threat,
    /// Fire came down near monitors.
    FireNearMonitors,
    /// Mines or ammunition lay in the way.
    MinesOrUxo,
    /// A means of the mechanism was shot at.
    AssetTargeted,
    /// A signal was jammed.
    Jamming,
    /// A signal was forged.
    Spoofing,
    /// Control over an aircraft or a sensor was lost.
    LossOfControl,
    /// Information was refused.
    InformationRefused,
    /// A sensor, a link or power was down.
    Outage,
    /// A station was opened or changed.
    Tampering,
    /// Weather kept from seeing.
    Weather,
    /// Consent to a sensor, a patrol or a flight, within its limits.
    Consent,
    /// That consent was taken back.
    ConsentWithdrawn,
}

canonical_names!(HindranceKind {
    "denial" => Denial,
    "conditional-access" => ConditionalAccess,
    "delay" => Delay,
    "threat" => Threat,
    "fire-near-monitors" => FireNearMonitors,
    "mines-or-uxo" => MinesOrUxo,
    "asset-targeted" => AssetTargeted,
    "jamming" => Jamming,
    "spoofing" => Spoofing,
    "loss-of-control" => LossOfControl,
    "information-refused" => InformationRefused,
    "outage" => Outage,
    "tampering" => Tampering,
    "weather" => Weather,
    "consent" => Consent,
    "consent-withdrawn" => ConsentWithdrawn,
});

impl HindranceKind {
    /// Whether it is about consent, which by itself keeps nothing from being seen.
    #[must_use]
    pub const fn is_consent(self) -> bool {
        matches!(self, Self::Consent | Self::ConsentWithdrawn)
    }

    /// Whether instruments around its place are reached by it without being named: what stops people, or one asset, leaves
    /// the others running.
    #[must_use]
    pub const fn reaches_instruments(self) -> bool {
        matches!(self, Self::Jamming | Self::Spoofing | Self::Outage | Self::Weather)
    }
}

/// What somebody says kept the mechanism from seeing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hindrance {
    /// Who delivered it, and its number.
    pub source: SourceRef,
    /// Who could make this source lie.
    pub owner: String,
    /// What kind.
    pub kind: HindranceKind,
    /// From when to when; without an end it still holds.
    pub from: Time,
    /// The end.
    pub to: Option<Time>,
    /// The middle of where it holds; none where it is about a sensor whose place is known.
    pub place: Option<Place>,
    /// How far around it holds, m.
    pub radius_m: u32,
    /// The sensors that it is about, by their ids in the inventory; may be empty.
    pub sensors: Vec<String>,
    /// In whose area it was, by the party's name in the agreement, as the source states it.
    pub area_of: Option<String>,
    /// The reason that was given; may be empty.
    pub said_reason: String,
    /// The share of what could be seen there that is lost, 1e-6.
    pub lost_ppm: Option<u32>,
    /// When liaison was informed.
    pub liaison_informed: Option<Time>,
    /// Of consent: who consented, by the parties' names. With one name of two it is one party's consent.
    pub consented: Vec<String>,
    /// The source's own words; may be empty.
    pub text: String,
}

canonical_map!(Hindrance {
    "to" => to,
    "from" => from,
    "kind" => kind,
    "text" => text,
    "owner" => owner,
    "place" => place,
    "source" => source,
    "area_of" => area_of,
    "sensors" => sensors,
    "lost_ppm" => lost_ppm,
    "radius_m" => radius_m,
    "consented" => consented,
    "said_reason" => said_reason,
    "liaison_informed" => liaison_informed,
});
journal_entry!(Hindrance, "hindrance", 1);

impl Hindrance {
    /// When it holds, up to `now` where no end is stated.
    #[must_use]
    pub fn interval(&self, now: Time) -> Interval {
        Interval { from: self.from, to: self.to.unwrap_or(now).max(self.from) }
    }

    /// Whether it says that one party alone consented.
    #[must_use]
    pub fn is_one_party_consent(&self) -> bool {
        self.kind == HindranceKind::Consent && self.consented.len() == 1
    }
}
