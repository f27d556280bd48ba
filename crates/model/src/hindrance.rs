//! A hindrance: what somebody says kept the mechanism from seeing, and who agreed to what it may see.
//!
//! Beside what our own detectors notice of their channels ([`impediment`](crate::impediment)), monitors are turned back, delayed,
//! jammed and shot at, stations are cut off or opened, and sensors stand only where somebody consented. Each is an
//! input: coverage is what is left of the network without it, and reports print it.
use crate::geodesic;
use crate::place::Place;
use crate::report::SourceRef;
use crate::time::{Interval, Time};
use crate::{canonical_map, canonical_names, journal_entry};

/// All of what a sensor could see, 1e-6.
pub const ALL_PPM: u32 = 1_000_000;

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

    /// Whether an instrument that it reaches sees nothing more, where nobody says how much was lost. Weather takes some, and
    /// nobody knows how much; what stops people stops no instrument.
    #[must_use]
    pub const fn stops_instruments(self) -> bool {
        matches!(
            self,
            Self::Jamming
                | Self::Spoofing
                | Self::Outage
                | Self::LossOfControl
                | Self::Tampering
                | Self::AssetTargeted
                | Self::ConsentWithdrawn
        )
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

    /// The share of what a sensor sees that it takes while it holds, 1e-6: as stated, else all or nothing by its kind. Nothing of
    /// a sensor that it neither names nor, naming none, reaches around its place.
    #[must_use]
    pub fn takes_ppm(&self, sensor: &str, place: Option<Place>) -> u32 {
        let is_near = |(at, place)| geodesic::between(at, place).distance_m <= f64::from(self.radius_m);
        let reaches = match self.sensors.is_empty() {
            false => self.sensors.iter().any(|id| id == sensor),
            true => self.kind.reaches_instruments() && self.place.zip(place).is_some_and(is_near),
        };
        let all = if self.kind.stops_instruments() { ALL_PPM } else { 0 };
        if reaches && self.kind != HindranceKind::Consent { self.lost_ppm.unwrap_or(all).min(ALL_PPM) } else { 0 }
    }

    /// Whether it says that one party alone consented.
    #[must_use]
    pub fn is_one_party_consent(&self) -> bool {
        self.kind == HindranceKind::Consent && self.consented.len() == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hindrance(kind: HindranceKind, sensors: &[&str], lost_ppm: Option<u32>) -> Hindrance {
        Hindrance {
            source: SourceRef { source: "post".into(), boot: 0, sequence: 0 },
            owner: "Mission".into(),
            kind,
            from: Time(0),
            to: None,
            place: Place::from_degrees(48.0, 37.0),
            radius_m: 1_000,
            sensors: sensors.iter().map(|id| (*id).to_owned()).collect(),
            area_of: None,
            said_reason: String::new(),
            lost_ppm,
            liaison_informed: None,
            consented: Vec::new(),
            text: String::new(),
        }
    }

    /// By kind: what is taken of a sensor that is named, that is near, and that is far.
    #[test]
    fn each_kind_takes_what_it_says_or_all_or_nothing() {
        use HindranceKind::{Consent, ConsentWithdrawn, Denial, Jamming, Outage, Tampering, Threat, Weather};
        let (near, far) = (Place::from_degrees(48.005, 37.0), Place::from_degrees(48.02, 37.0));
        for (kind, named, around) in [
            (Jamming, ALL_PPM, ALL_PPM),
            (Outage, ALL_PPM, ALL_PPM),
            (Weather, 0, 0),
            (Tampering, ALL_PPM, 0),
            (ConsentWithdrawn, ALL_PPM, 0),
            (Denial, 0, 0),
            (Threat, 0, 0),
            (Consent, 0, 0),
        ] {
            let (by_name, by_place) = (hindrance(kind, &["A"], None), hindrance(kind, &[], None));
            assert_eq!((by_name.takes_ppm("A", None), by_name.takes_ppm("B", near)), (named, 0), "{kind:?}");
            assert_eq!(by_place.takes_ppm("A", near), around, "{kind:?}");
            assert_eq!((by_place.takes_ppm("A", far), by_place.takes_ppm("A", None)), (0, 0), "{kind:?}");
        }
        assert_eq!(hindrance(Weather, &["A"], Some(300_000)).takes_ppm("A", None), 300_000);
        assert_eq!(hindrance(Weather, &[], Some(300_000)).takes_ppm("A", near), 300_000);
        assert_eq!(hindrance(Consent, &["A"], Some(300_000)).takes_ppm("A", None), 0);
        assert_eq!(hindrance(Jamming, &["A"], Some(u32::MAX)).takes_ppm("A", None), ALL_PPM);
    }
}
