//! An observation: what a person, a patrol, a satellite or a party says it observed, as it says it.
//!
//! Not what happened: that is an event's. Whoever makes one states where it stood, by which means, what and how many, when
//! and where, each with its uncertainty. No person and no unit has a field. What a party says of a breach stands in two
//! fields of their own, that something was reported and that a violation is alleged; its totals over a time are a series by
//! themselves and never become events.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use crate::entry::Entry;
use crate::harm::Harm;
use crate::hash::Hash;
use crate::place::Place;
use crate::report::SourceRef;
use crate::time::Interval;
use crate::{canonical_map, canonical_map_grown, canonical_names};

/// The longest text of an observation, in bytes: half a page.
pub const MAX_TEXT_BYTES: usize = 2_000;

/// The most pieces of evidence that one observation names.
pub const MAX_EVIDENCE: usize = 32;

/// By which means something was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// Heard by a person.
    Heard,
    /// Seen by a person.
    Seen,
    /// Seen and heard by a person.
    SeenAndHeard,
    /// Recorded by a camera.
    Camera,
    /// Recorded by an aircraft without a pilot.
    Uav,
    /// Heat seen from orbit.
    SatelliteThermal,
    /// A picture from orbit.
    SatelliteOptical,
    /// A radar picture from orbit.
    SatelliteSar,
    /// Found at the place, after the fact.
    SiteVisit,
    /// Read from a crater.
    CraterAnalysis,
    /// Stated by a party.
    PartyReport,
    /// Stated by somebody who lives there.
    CivilianReport,
    /// Published by the press.
    MediaReport,
}

canonical_names!(Means {
    "heard" => Heard,
    "seen" => Seen,
    "seen-and-heard" => SeenAndHeard,
    "camera" => Camera,
    "uav" => Uav,
    "satellite-thermal" => SatelliteThermal,
    "satellite-optical" => SatelliteOptical,
    "satellite-sar" => SatelliteSar,
    "site-visit" => SiteVisit,
    "crater-analysis" => CraterAnalysis,
    "party-report" => PartyReport,
    "civilian-report" => CivilianReport,
    "media-report" => MediaReport,
});

impl Means {
    /// Whether whoever observed was there when it happened, so that the time is that of the event.
    #[must_use]
    pub const fn is_at_once(self) -> bool {
        !matches!(self, Self::SiteVisit | Self::CraterAnalysis | Self::SatelliteOptical | Self::SatelliteSar)
    }
}

/// What was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObservedKind {
    /// An explosion.
    Explosion,
    /// Something that flies by its own momentum.
    ProjectileInFlight,
    /// The flash of a muzzle.
    MuzzleFlash,
    /// A flare that lights up.
    IlluminationFlare,
    /// A burst of shots.
    Burst,
    /// A shot.
    Shot,
    /// Fire from both directions.
    ExchangeOfFire,
    /// The launch of a rocket.
    RocketLaunch,
    /// An aircraft.
    Aircraft,
    /// An aircraft without a pilot.
    Uav,
    /// Vehicles that move.
    VehicleMovement,
    /// A weapon that stands there.
    WeaponPresent,
    /// People of a force who are there; a count and nothing else.
    PersonnelPresent,
    /// A position that was not there before.
    NewPosition,
    /// A mine.
    MinePresent,
    /// Ammunition that did not explode.
    UxoPresent,
    /// Damage.
    Damage,
    /// Harm to people; a count and nothing else.
    Casualty,
    /// Interference with satellite navigation.
    GnssInterference,
    /// Heat: a fire, or anything else that is hot.
    ThermalAnomaly,
    /// Something else.
    Other,
}

canonical_names!(ObservedKind {
    "explosion" => Explosion,
    "projectile-in-flight" => ProjectileInFlight,
    "muzzle-flash" => MuzzleFlash,
    "illumination-flare" => IlluminationFlare,
    "burst" => Burst,
    "shot" => Shot,
    "exchange-of-fire" => ExchangeOfFire,
    "rocket-launch" => RocketLaunch,
    "aircraft" => Aircraft,
    "uav" => Uav,
    "vehicle-movement" => VehicleMovement,
    "weapon-present" => WeaponPresent,
    "personnel-present" => PersonnelPresent,
    "new-position" => NewPosition,
    "mine-present" => MinePresent,
    "uxo-present" => UxoPresent,
    "damage" => Damage,
    "casualty" => Casualty,
    "gnss-interference" => GnssInterference,
    "thermal-anomaly" => ThermalAnomaly,
    "other" => Other,
});

impl ObservedKind {
    /// Whether it happens at an instant, so that several who observe it observe one event.
    #[must_use]
    pub const fn is_sudden(self) -> bool {
        matches!(
            self,
            Self::Explosion | Self::MuzzleFlash | Self::Burst | Self::Shot | Self::ExchangeOfFire | Self::RocketLaunch
        )
    }
}

/// What kind of explosion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExplosionKind {
    /// It could not be told.
    Undetermined,
    /// Something was fired.
    Outgoing,
    /// Something came down.
    Impact,
    /// It was in the air.
    Airburst,
    /// Made on purpose, to clear or to demolish.
    ControlledDetonation,
}

canonical_names!(ExplosionKind {
    "undetermined" => Undetermined,
    "outgoing" => Outgoing,
    "impact" => Impact,
    "airburst" => Airburst,
    "controlled-detonation" => ControlledDetonation,
});

/// How good a count is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountQuality {
    /// So many.
    Exact,
    /// So many or more.
    AtLeast,
    /// About so many.
    About,
    /// Too many, or too close on each other, to be counted.
    Uncountable,
}

canonical_names!(CountQuality {
    "exact" => Exact,
    "at-least" => AtLeast,
    "about" => About,
    "uncountable" => Uncountable,
});

/// How many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The number; none where it could not be counted.
    pub number: Option<u32>,
    /// How good it is.
    pub quality: CountQuality,
}

canonical_map!(Count { "number" => number, "quality" => quality });

/// What the time was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClockKind {
    /// Satellite navigation, at the time.
    Gnss,
    /// A clock that was set by satellite navigation earlier.
    Holdover,
    /// A wrist watch or a wall clock.
    Manual,
    /// It was not said.
    NotStated,
}

canonical_names!(ClockKind {
    "gnss" => Gnss,
    "holdover" => Holdover,
    "manual" => Manual,
    "not-stated" => NotStated,
});

/// When.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeSpan {
    /// From when to when; of an instant both are the same.
    pub span: Interval,
    /// Standard deviation of each end, ms.
    pub sigma_ms: u64,
    /// What it was taken from.
    pub clock: ClockKind,
}

canonical_map!(TimeSpan { "span" => span, "clock" => clock, "sigma_ms" => sigma_ms });

/// Where it was observed to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObservedAt {
    /// A point, with the standard deviation of each horizontal component.
    Point {
        /// The point.
        place: Place,
        /// Standard deviation, m.
        sigma_m: u32,
    },
    /// The footprint of a satellite's pixel: it is somewhere within.
    Pixel {
        /// The middle.
        place: Place,
        /// Length across the satellite's way, m.
        scan_m: u32,
        /// Length along it, m.
        track_m: u32,
    },
    /// A direction, and a distance if one was said, from where the observer stood.
    Sector {
        /// Degrees clockwise from north, 1e-3, from the observer towards it.
        azimuth_mdeg: u32,
        /// Its standard deviation, 1e-3 degree.
        azimuth_sigma_mdeg: u32,
        /// Least and greatest distance, m.
        range_m: Option<(u32, u32)>,
    },
    /// A place by its name, and how far around its middle it reaches.
    Named {
        /// The name.
        name: String,
        /// The middle.
        place: Place,
        /// How far it reaches, m.
        radius_m: u32,
    },
    /// It was not said where.
    NotStated,
}

impl ObservedAt {
    /// The place that was stated, or the middle of what was.
    #[must_use]
    pub const fn place(&self) -> Option<Place> {
        match self {
            Self::Point { place, .. } | Self::Pixel { place, .. } | Self::Named { place, .. } => Some(*place),
            Self::Sector { .. } | Self::NotStated => None,
        }
    }

    /// Variance of a place within it along each horizontal component, m2: of a named place that of an even spread over its
    /// circle; of a pixel that of an even spread over one longer side either way, since a scanner's response to a point
    /// reaches over two pixels (W. Schroeder et al., The New VIIRS 375 m active fire detection data product, 2014).
    #[must_use]
    pub fn variance_m2(&self) -> Option<f64> {
        let square = |m: u32| f64::from(m) * f64::from(m);
        match self {
            Self::Point { sigma_m, .. } => Some(square(*sigma_m)),
            Self::Pixel { scan_m, track_m, .. } => Some(square(*scan_m.max(track_m)) / 3.0),
            Self::Named { radius_m, .. } => Some(square(*radius_m) / 4.0),
            Self::Sector { .. } | Self::NotStated => None,
        }
    }
}

impl Canonical for ObservedAt {
    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::Point { place, sigma_m } => ("point".to_owned(), *place, *sigma_m).encode(encoder),
            Self::Pixel { place, scan_m, track_m } => ("pixel".to_owned(), *place, *scan_m, *track_m).encode(encoder),
            Self::Sector { azimuth_mdeg, azimuth_sigma_mdeg, range_m } => {
                ("sector".to_owned(), *azimuth_mdeg, *azimuth_sigma_mdeg, *range_m).encode(encoder);
            }
            Self::Named { name, place, radius_m } => {
                ("named".to_owned(), name.clone(), *place, *radius_m).encode(encoder);
            }
            Self::NotStated => encoder.null(),
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        if decoder.null() {
            return Ok(Self::NotStated);
        }
        let at = decoder.offset();
        let length = decoder.array()?;
        let kind = decoder.text()?;
        match (kind, length) {
            ("point", 3) => Ok(Self::Point { place: Place::decode(decoder)?, sigma_m: u32::decode(decoder)? }),
            ("pixel", 4) => Ok(Self::Pixel {
                place: Place::decode(decoder)?,
                scan_m: u32::decode(decoder)?,
                track_m: u32::decode(decoder)?,
            }),
            ("sector", 4) => Ok(Self::Sector {
                azimuth_mdeg: u32::decode(decoder)?,
                azimuth_sigma_mdeg: u32::decode(decoder)?,
                range_m: Option::decode(decoder)?,
            }),
            ("named", 4) => Ok(Self::Named {
                name: String::decode(decoder)?,
                place: Place::decode(decoder)?,
                radius_m: u32::decode(decoder)?,
            }),
            _ => Err(DecodeError::new(at, "a point, a pixel, a sector or a named place")),
        }
    }
}

/// How reliable a source is, by the letters that liaison uses (NATO AJP-2.1's A to F).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceGrade {
    /// Completely reliable.
    A,
    /// Usually reliable.
    B,
    /// Fairly reliable.
    C,
    /// Not usually reliable.
    D,
    /// Unreliable.
    E,
    /// It cannot be judged.
    F,
}

canonical_names!(SourceGrade { "A" => A, "B" => B, "C" => C, "D" => D, "E" => E, "F" => F });

/// How a source and what it said are graded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grade {
    /// The source.
    pub source: SourceGrade,
    /// What it said: 1 confirmed, 2 probably true, 3 possibly true, 4 doubtful, 5 improbable, 6 cannot be judged.
    pub item: u8,
}

canonical_map!(Grade { "item" => item, "source" => source });

/// What a party says of a breach. That fire was reported does not say that it was a breach, nor the reverse.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claim {
    /// It reports an attack.
    pub attack_reported: bool,
    /// It alleges a violation, in its own words.
    pub violation_alleged: Option<String>,
}

canonical_map!(Claim { "attack_reported" => attack_reported, "violation_alleged" => violation_alleged });

/// What one observation stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// One incident.
    Incident,
    /// A total over its time. It is a series of its source's own and is never summed with anything.
    PeriodTotal,
}

canonical_names!(Scope { "incident" => Incident, "period-total" => PeriodTotal });

/// How sure the maker of a thermal product is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ThermalConfidence {
    /// Low: mostly sun glint and weak anomalies by day.
    Low,
    /// Nominal.
    Nominal,
    /// High: saturated pixels.
    High,
}

canonical_names!(ThermalConfidence { "low" => Low, "nominal" => Nominal, "high" => High });

/// What a satellite measured of heat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thermal {
    /// The satellite's name.
    pub satellite: String,
    /// How sure the product's maker is.
    pub confidence: Option<ThermalConfidence>,
    /// Brightness temperature in the band at about 4 um, 1e-3 K.
    pub brightness_mk: Option<u32>,
    /// Fire radiative power, kW.
    pub power_kw: Option<u32>,
    /// Whether it was night there.
    pub is_night: Option<bool>,
}

canonical_map!(Thermal {
    "is_night" => is_night,
    "power_kw" => power_kw,
    "satellite" => satellite,
    "confidence" => confidence,
    "brightness_mk" => brightness_mk,
});

/// What somebody or something says it observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Who delivered it, and its number.
    pub source: SourceRef,
    /// Who could make this source lie: the unit of independence.
    pub owner: String,
    /// Where the observer stood, where it is stated.
    pub observer_place: Option<Place>,
    /// By which means.
    pub means: Means,
    /// What.
    pub kind: ObservedKind,
    /// Of an explosion, what kind.
    pub explosion: Option<ExplosionKind>,
    /// How many.
    pub count: Count,
    /// When.
    pub time: TimeSpan,
    /// Where.
    pub at: ObservedAt,
    /// The class of weapon as the observer names it; may be empty.
    pub weapon: String,
    /// From where to where, as the observer names it; may be empty.
    pub direction: String,
    /// Of heat, what was measured.
    pub thermal: Option<Thermal>,
    /// Of harm, to how many.
    pub harm: Option<Harm>,
    /// How it was graded.
    pub grade: Option<Grade>,
    /// What a party says of a breach.
    pub claim: Claim,
    /// What it stands for.
    pub scope: Scope,
    /// Payloads and files that bear it out, by SHA-256.
    pub evidence: Vec<Hash>,
    /// Its own words; may be empty.
    pub text: String,
}

canonical_map_grown!(Observation {
    "at" => at;
    "harm" => harm;
    "kind" => kind,
    "text" => text,
    "time" => time,
    "claim" => claim,
    "count" => count,
    "grade" => grade,
    "means" => means,
    "owner" => owner,
    "scope" => scope,
    "source" => source,
    "weapon" => weapon,
    "thermal" => thermal,
    "evidence" => evidence,
    "direction" => direction,
    "explosion" => explosion,
    "observer_place" => observer_place,
});

impl Entry for Observation {
    const KIND: &'static str = "observation";
    const VERSION: u64 = 2;

    fn version(&self) -> u64 {
        if self.harm.is_some() { 2 } else { 1 }
    }
}

impl Observation {
    /// Whether it is an allegation that nothing bears out: a party's word on a violation, without a file, from nobody who was
    /// there.
    #[must_use]
    pub fn is_bare_allegation(&self) -> bool {
        let second_hand = matches!(self.means, Means::PartyReport | Means::MediaReport);
        second_hand && self.claim.violation_alleged.is_some() && self.evidence.is_empty()
    }

    /// An order by content, then by the source's own number; no name or owner is in it.
    #[must_use]
    pub fn content_order(&self) -> impl Ord + use<> {
        let place = self.at.place().map(|place| (place.lat_e7, place.lon_e7));
        (self.time.span.from, self.time.span.to, self.kind, self.means, place, self.source.sequence)
    }
}
