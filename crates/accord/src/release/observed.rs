//! What leaves of an observation: what was observed, how often and by what kind of observer; where, only as coarsely and as
//! late as that something was recorded may be said.
//!
//! A count without a place is told by the rule of what could be seen, since no count may stand without its coverage; a sign of
//! fire gets its place by the rule of a flash, and whatever people have reviewed by that of a finding. An observer's own place, its name and
//! its words stay in the enclave.
use super::ladder::Product;
use super::views::Exact;
use super::{Coarse, ForOperator, Releasable, Rung};
use crate::agreement::Zone;
use truceline_model::appraisal::{Appraisal, Appraised};
use truceline_model::canonical_names;
use truceline_model::case::CaseId;
use truceline_model::geodesic;
use truceline_model::harm::Toll;
use truceline_model::observation::{
    Count, CountQuality, ExplosionKind, Means, Observation, ObservedAt, ObservedKind, Scope, TimeSpan,
};
use truceline_model::place::Place;
use truceline_model::time::{Interval, Time};

/// Standard deviations to the 95 % interval of a normal time.
const TIME_SIGMAS: f64 = 1.96;
/// Standard deviations of each component to the radius that holds 90 % of a circular normal: `sqrt(-2 ln 0.1)`.
const PLACE_SIGMAS: f64 = 2.146;
/// With a time worse than this nothing is placed among events, s: the engine measures with none such.
const EVENT_SIGMA_S_MAX: f64 = 600.0;
/// A place is undecided below this probability for the likelier side, 1e-9: the engine states no side then.
const DECIDED_PPB: u32 = 990_000_000;

/// Who observed, as far as anybody but the enclave is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Observer {
    /// The mechanism's own people, cameras and aircraft.
    Mission,
    /// A party, or somebody who reports for it.
    Party,
    /// Somebody who lives there.
    Civilian,
    /// The press.
    Press,
    /// A satellite.
    Satellite,
}

canonical_names!(Observer {
    "mission" => Mission,
    "party" => Party,
    "civilian" => Civilian,
    "press" => Press,
    "satellite" => Satellite,
});

impl Observer {
    /// By the means and by whether the owner is a party.
    #[must_use]
    pub fn of(means: Means, by_party: bool) -> Self {
        match means {
            Means::SatelliteThermal | Means::SatelliteOptical | Means::SatelliteSar => Self::Satellite,
            Means::MediaReport => Self::Press,
            _ if by_party => Self::Party,
            Means::PartyReport => Self::Party,
            Means::CivilianReport => Self::Civilian,
            Means::Heard
            | Means::Seen
            | Means::SeenAndHeard
            | Means::Camera
            | Means::Uav
            | Means::SiteVisit
            | Means::CraterAnalysis => Self::Mission,
        }
    }
}

/// A class of weapons. An observer names a weapon in its own words, which may name a place as well: only the class leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WeaponClass {
    /// A tank.
    Tank,
    /// A mortar.
    Mortar,
    /// A howitzer or another gun.
    Artillery,
    /// A multiple launch rocket system.
    RocketArtillery,
    /// A missile, or what launches it.
    Missile,
    /// Against tanks.
    AntiTank,
    /// An armoured vehicle.
    ArmouredVehicle,
    /// Against aircraft.
    AirDefence,
    /// A grenade launcher.
    GrenadeLauncher,
    /// A machine gun.
    MachineGun,
    /// A rifle or another small arm.
    SmallArm,
    /// An aircraft without a pilot.
    Uav,
    /// An aircraft.
    Aircraft,
    /// A mine.
    Mine,
    /// A warship.
    Warship,
    /// Electronic warfare.
    ElectronicWarfare,
    /// Another, or one that was not named.
    Other,
}

canonical_names!(WeaponClass {
    "tank" => Tank,
    "mortar" => Mortar,
    "artillery" => Artillery,
    "rocket-artillery" => RocketArtillery,
    "missile" => Missile,
    "anti-tank" => AntiTank,
    "armoured-vehicle" => ArmouredVehicle,
    "air-defence" => AirDefence,
    "grenade-launcher" => GrenadeLauncher,
    "machine-gun" => MachineGun,
    "small-arm" => SmallArm,
    "uav" => Uav,
    "aircraft" => Aircraft,
    "mine" => Mine,
    "warship" => Warship,
    "electronic-warfare" => ElectronicWarfare,
    "other" => Other,
});

/// Words by which observers name weapons, the more telling before the less.
const SPELLINGS: [(&str, WeaponClass); 35] = [
    ("anti-tank", WeaponClass::AntiTank),
    ("anti tank", WeaponClass::AntiTank),
    ("atgm", WeaponClass::AntiTank),
    ("anti-aircraft", WeaponClass::AirDefence),
    ("air defence", WeaponClass::AirDefence),
    ("air-defence", WeaponClass::AirDefence),
    ("surface-to-air", WeaponClass::AirDefence),
    ("electronic", WeaponClass::ElectronicWarfare),
    ("jammer", WeaponClass::ElectronicWarfare),
    ("mlrs", WeaponClass::RocketArtillery),
    ("multiple launch", WeaponClass::RocketArtillery),
    ("rocket-artillery", WeaponClass::RocketArtillery),
    ("missile", WeaponClass::Missile),
    ("grenade", WeaponClass::GrenadeLauncher),
    ("mortar", WeaponClass::Mortar),
    ("howitzer", WeaponClass::Artillery),
    ("artillery", WeaponClass::Artillery),
    ("machine gun", WeaponClass::MachineGun),
    ("machine-gun", WeaponClass::MachineGun),
    ("hmg", WeaponClass::MachineGun),
    ("small arm", WeaponClass::SmallArm),
    ("small-arm", WeaponClass::SmallArm),
    ("rifle", WeaponClass::SmallArm),
    ("infantry fighting", WeaponClass::ArmouredVehicle),
    ("armoured", WeaponClass::ArmouredVehicle),
    ("ifv", WeaponClass::ArmouredVehicle),
    ("apc", WeaponClass::ArmouredVehicle),
    ("tank", WeaponClass::Tank),
    ("uav", WeaponClass::Uav),
    ("drone", WeaponClass::Uav),
    ("unmanned", WeaponClass::Uav),
    ("aircraft", WeaponClass::Aircraft),
    ("mine", WeaponClass::Mine),
    ("warship", WeaponClass::Warship),
    ("boat", WeaponClass::Warship),
];

impl WeaponClass {
    /// The class that a label names; none of an empty one or of one that says that it is not known.
    #[must_use]
    pub fn of_label(label: &str) -> Option<Self> {
        let label = label.trim().to_lowercase();
        if matches!(label.as_str(), "" | "n/k" | "nk" | "n/a" | "-" | "unknown" | "not known" | "undetermined") {
            return None;
        }
        // At the beginning of a word: what is undetermined is no mine.
        let begins = |at: usize| !label[..at].ends_with(char::is_alphanumeric);
        let found = SPELLINGS.into_iter().find(|(word, _)| label.match_indices(word).any(|(at, _)| begins(at)));
        Some(found.map_or(Self::Other, |(_, class)| class))
    }
}

/// An observation with what is said of it, on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// The observation.
    pub observation: &'a Observation,
    /// What became of it; none where nothing is said of it yet.
    pub appraisal: Option<&'a Appraisal>,
    /// Whether its owner is a party of the agreement.
    pub by_party: bool,
    /// The case whose event rests on it.
    pub case: Option<CaseId>,
    /// Whether another observation of the same event is counted in its place.
    pub repeats: bool,
    /// How many owners, its own among them, say the same of the same place and day.
    pub owners: usize,
    /// Whether people have reviewed it.
    pub reviewed: bool,
    /// The agreement's zones.
    pub zones: &'a [Zone],
}

/// An observation as it leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservationView<W> {
    /// What kind of observer.
    pub observer: Observer,
    /// The party that observed or reported; none where it was none.
    pub party: Option<String>,
    /// By which means.
    pub means: Means,
    /// What.
    pub kind: ObservedKind,
    /// Of an explosion, what kind.
    pub explosion: Option<ExplosionKind>,
    /// How many.
    pub count: Count,
    /// What it stands for.
    pub scope: Scope,
    /// Whether it reports an attack. That is no word on a breach, nor the reverse.
    pub attack_reported: bool,
    /// Whether it alleges that an agreement was broken.
    pub alleged: bool,
    /// Whether anything was handed in that bears it out.
    pub has_evidence: bool,
    /// What became of it.
    pub appraised: Option<Appraised>,
    /// The class of weapon; none where none was named.
    pub weapon: Option<WeaponClass>,
    /// The party on whose side of the line the stated place lies; none where that is not stated.
    pub side: Option<String>,
    /// Whether its own uncertainty and the line's reach across, so that it could lie on either side.
    pub undecided: bool,
    /// People who were killed and injured; none where nothing was said of harm.
    pub harm: Option<(Toll, Toll)>,
    /// The case whose event rests on it.
    pub case: Option<CaseId>,
    /// Whether another observation of the same event is counted in its place.
    pub repeats: bool,
    /// How many owners say the same of the same place and day.
    pub owners: usize,
    /// When, as it is counted.
    pub span: Interval,
    /// Whether its time is too uncertain for an event: it is of its day and no more.
    pub unplaced_in_time: bool,
    /// Where, and when to its own uncertainty; none where no place was stated, or it is not released.
    pub at: Option<W>,
    /// Whether a place was stated.
    pub placed: bool,
    /// What its source says; in the enclave alone.
    pub words: Option<ObservedWords>,
}

/// What a source of an observation says in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObservedWords {
    /// Where its observer stood.
    pub observer: Option<Place>,
    /// Who delivered it.
    pub source: String,
    /// The name of the place.
    pub place: String,
    /// The weapon.
    pub weapon: String,
    /// From where to where.
    pub direction: String,
    /// What was damaged.
    pub object: String,
    /// The names of the zones in which the stated place lies.
    pub zones: Vec<String>,
}

/// Where an observation says it was, and how far around that it reaches at 90 %, m; none where it says no place.
#[must_use]
pub fn stated_place(observation: &Observation) -> Option<(Place, f64)> {
    match &observation.at {
        ObservedAt::Point { place, sigma_m } => Some((*place, PLACE_SIGMAS * f64::from(*sigma_m))),
        ObservedAt::Pixel { place, scan_m, track_m } => Some((*place, f64::from(*scan_m.max(track_m)))),
        ObservedAt::Named { place, radius_m, .. } => Some((*place, f64::from(*radius_m))),
        ObservedAt::Sector { azimuth_mdeg, azimuth_sigma_mdeg, range_m } => {
            let ((near, far), stood) = ((*range_m)?, observation.observer_place?);
            let (near_m, far_m) = (f64::from(near), f64::from(far));
            let middle_m = 0.5 * (near_m + far_m);
            let across_m = PLACE_SIGMAS * middle_m * (f64::from(*azimuth_sigma_mdeg) / 1e3).to_radians();
            let place = geodesic::destination(stood, f64::from(*azimuth_mdeg) / 1e3, middle_m)?;
            Some((place, (0.5 * (far_m - near_m)).max(across_m)))
        }
        ObservedAt::NotStated => None,
    }
}

/// Standard deviation of its time, s: an even spread over its span, and the clock's.
fn time_sigma_s(time: &TimeSpan) -> f64 {
    let (length_s, sigma_s) = (time.span.to.seconds_since(time.span.from), time.sigma_ms as f64 / 1e3);
    (length_s * length_s / 12.0 + sigma_s * sigma_s).sqrt()
}

/// Whether it is a sign of fire, of which a flash tells. Where weapons, forces and aircraft are is none: to say so within minutes
/// would be a list of targets.
fn is_fire(kind: ObservedKind) -> bool {
    kind.is_sudden() || matches!(kind, ObservedKind::ProjectileInFlight | ObservedKind::IlluminationFlare)
}

/// When it was at 95 %, by its own clock's uncertainty.
fn interval(observation: &Observation) -> Interval {
    let margin_ns = (TIME_SIGMAS * observation.time.sigma_ms as f64 * 1e6).min(1e18) as i64;
    let Interval { from, to } = observation.time.span;
    Interval { from: Time(from.0.saturating_sub(margin_ns)), to: Time(to.0.saturating_add(margin_ns)) }
}

impl Observed<'_> {
    fn zones_of(&self, place: Place) -> impl Iterator<Item = String> {
        self.zones.iter().filter(move |zone| zone.contains(place)).map(|zone| zone.name.clone())
    }

    fn view<W>(&self, span: Interval, at: Option<W>, words: Option<ObservedWords>) -> ObservationView<W> {
        let Observation { owner, means, kind, explosion, count, time, scope, weapon, harm, claim, evidence, .. } =
            self.observation;
        let side = self.appraisal.and_then(|appraisal| appraisal.side.as_ref());
        ObservationView {
            observer: Observer::of(*means, self.by_party),
            party: self.by_party.then(|| owner.clone()),
            means: *means,
            kind: *kind,
            explosion: *explosion,
            count: *count,
            scope: *scope,
            attack_reported: claim.attack_reported,
            alleged: claim.violation_alleged.is_some(),
            has_evidence: !evidence.is_empty(),
            appraised: self.appraisal.map(|appraisal| appraisal.appraised),
            weapon: WeaponClass::of_label(weapon),
            side: side.and_then(|side| side.side.clone()),
            undecided: side.is_some_and(|side| side.left_ppb.max(side.right_ppb) < DECIDED_PPB),
            harm: harm.as_ref().map(|harm| (harm.killed, harm.injured)),
            case: self.case,
            repeats: self.repeats,
            owners: self.owners,
            span,
            unplaced_in_time: time_sigma_s(time) > EVENT_SIGMA_S_MAX,
            at,
            placed: stated_place(self.observation).is_some(),
            words,
        }
    }
}

impl<W> ObservationView<W> {
    /// How many it counts; none where that could not be counted.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        self.count.number.filter(|_| self.count.quality != CountQuality::Uncountable).map(u64::from)
    }
}

impl Releasable for Observed<'_> {
    type View = ObservationView<Coarse>;

    fn for_tier(&self, rung: &Rung) -> Option<Self::View> {
        let (stated, around) = (self.observation.time.span, interval(self.observation));
        let counted = rung.seen(&stated);
        let rule = rung
            .due(Product::Finding, stated.to, self.reviewed)
            .filter(|_| self.reviewed)
            .or_else(|| rung.due(Product::Flash, stated.to, self.reviewed).filter(|_| is_fire(self.observation.kind)));
        let at = match (rule, stated_place(self.observation)) {
            // A total over a time has no place of its own.
            (Some(rule), Some((place, extent_m))) if self.observation.scope == Scope::Incident => {
                Some(Rung::coarse_by(rule, place, extent_m, &around))
            }
            _ => None,
        };
        let span = match (counted, rule) {
            (Some(seen), _) => seen,
            (None, Some(rule)) => Rung::slots(rule, &stated),
            (None, None) => return None,
        };
        let view = self.view(span, at, None);
        // That a place lies at the line tells more of it than its cell; heat is counted together.
        Some(ObservationView { undecided: view.undecided && view.observer == Observer::Satellite, ..view })
    }
}

impl ForOperator for Observed<'_> {
    type View = ObservationView<Exact>;

    fn whole(self) -> Self::View {
        let observation = self.observation;
        let at = stated_place(observation).map(|(mean, extent_m)| Exact {
            mean,
            area_p90_m2: (std::f64::consts::PI * extent_m * extent_m).round() as u64,
            interval: interval(observation),
        });
        let words = ObservedWords {
            observer: observation.observer_place,
            source: observation.source.source.clone(),
            place: match &observation.at {
                ObservedAt::Named { name, .. } => name.clone(),
                _ => String::new(),
            },
            weapon: observation.weapon.clone(),
            direction: observation.direction.clone(),
            object: observation.harm.as_ref().map(|harm| harm.object.clone()).unwrap_or_default(),
            zones: at.iter().flat_map(|at| self.zones_of(at.mean)).collect(),
        };
        self.view(observation.time.span, at, Some(words))
    }
}

/// The middle of a time, at which it counts into a period.
#[must_use]
pub fn middle(span: &Interval) -> Time {
    Time(span.from.0.saturating_add(span.to.0.saturating_sub(span.from.0).max(0) / 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::{Ladder, Tier};
    use proptest::prelude::*;
    use truceline_model::observation::{Claim, ClockKind};
    use truceline_model::report::SourceRef;

    const MINUTE_NS: i64 = 60_000_000_000;
    const DAY_S: i64 = 86_400;

    fn seen(place: Place, from: Time) -> Observation {
        Observation {
            source: SourceRef { source: "patrol by the mill".into(), boot: 1, sequence: 7 },
            owner: "Mission".into(),
            observer_place: Some(place),
            means: Means::Seen,
            kind: ObservedKind::Explosion,
            explosion: None,
            count: Count { number: Some(3), quality: CountQuality::Exact },
            time: TimeSpan { span: Interval { from, to: from }, sigma_ms: 1_000, clock: ClockKind::Gnss },
            at: ObservedAt::Named { name: "mill".into(), place, radius_m: 200 },
            weapon: "mortar by the mill".into(),
            direction: "from the mill".into(),
            thermal: None,
            harm: None,
            grade: None,
            claim: Claim { attack_reported: true, violation_alleged: Some("at the mill".into()) },
            scope: Scope::Incident,
            evidence: Vec::new(),
            text: "the mill".into(),
        }
    }

    fn released(tier: Tier, now: Time, observation: &Observation) -> Option<ObservationView<Coarse>> {
        let observed = Observed {
            observation,
            appraisal: None,
            by_party: false,
            case: None,
            repeats: false,
            owners: 1,
            reviewed: false,
            zones: &[],
        };
        Some(Ladder::default().rung(tier, now).unwrap().release(&observed)?.into_inner())
    }

    fn later(time: Time, seconds: i64) -> Time {
        Time(time.0 + seconds * 1_000_000_000)
    }

    #[test]
    fn a_place_goes_out_as_a_flash_and_a_count_with_what_could_be_seen() {
        let hour = Time::parse("2027-02-09T02:00:00Z").unwrap();
        let one = seen(Place::from_degrees(48.123_456_7, 37.765_432_1).unwrap(), later(hour, 59));
        let told = |tier, after_s| {
            let view = released(tier, later(hour, after_s), &one)?;
            assert!(!format!("{view:?}").contains("mill"), "{view:?}");
            let width_s = view.span.to.seconds_since(view.span.from) as i64;
            Some((width_s, view.at.map(|at| (at.cell().side_m(), at.slot().width_s()))))
        };
        let flash = Some((5_000, 60));
        assert_eq!(told(Tier::Parties, 359), None);
        assert_eq!(told(Tier::Parties, 360), Some((60, flash)));
        assert_eq!(told(Tier::Parties, DAY_S + 3_600), Some((3_600, flash)));
        assert_eq!(told(Tier::Commission, 3_600 + 3_600), Some((3_600, flash)));
        // The public is told that it was counted, and not where.
        assert_eq!(told(Tier::Public, 3 * DAY_S + 79_199), None);
        assert_eq!(told(Tier::Public, 3 * DAY_S + 79_200), Some((DAY_S, None)));
        // Where a weapon stands is in no flash, to nobody.
        let weapon = Observation { kind: ObservedKind::WeaponPresent, ..one };
        assert_eq!(released(Tier::Parties, later(hour, DAY_S), &weapon), None);
        assert_eq!(released(Tier::Parties, later(hour, 2 * DAY_S), &weapon).unwrap().at, None);
    }

    proptest! {
        /// Two that lie in one cell and one slot look alike.
        #[test]
        fn nothing_finer_than_the_cell_and_the_slot_shows(
            lat in -70.0..70.0_f64, lon in -170.0..170.0_f64, tier in 0_usize..3, within_s in 0_i64..60,
        ) {
            let tier = [Tier::Commission, Tier::Parties, Tier::Public][tier];
            let begun = Time::parse("2027-02-09T02:49:10.123Z").unwrap();
            let now = later(begun, 9 * DAY_S);
            let view = |place, time| released(tier, now, &seen(place, time)).unwrap();
            let place = Place::from_degrees(lat, lon).unwrap();
            let first = view(place, begun);
            let middle = first.at.map_or(place, |at| {
                let [sw, _, ne, _] = at.cell().ring();
                let half = |a: i32, b: i32| ((i64::from(a) + i64::from(b)) / 2) as i32;
                Place { lat_e7: half(sw.lat_e7, ne.lat_e7), lon_e7: half(sw.lon_e7, ne.lon_e7) }
            });
            let minute = Time(begun.0.div_euclid(MINUTE_NS) * MINUTE_NS);
            prop_assert_eq!(view(middle, later(minute, within_s)), first);
        }
    }

    #[test]
    fn a_label_names_a_class_and_nothing_else_leaves_of_it() {
        for (label, class) in [
            ("82 mm mortar", Some(WeaponClass::Mortar)),
            ("Anti-tank gun (100mm) at 48.12, 37.61", Some(WeaponClass::AntiTank)),
            ("2 tanks", Some(WeaponClass::Tank)),
            ("MLRS (BM-21)", Some(WeaponClass::RocketArtillery)),
            ("undetermined", None),
            ("N/K", None),
            ("", None),
            ("undetermined calibre", Some(WeaponClass::Other)),
            ("anti-personnel mines", Some(WeaponClass::Mine)),
        ] {
            assert_eq!(WeaponClass::of_label(label), class, "{label}");
        }
    }

    #[test]
    fn who_observed_follows_from_the_means_and_the_owner() {
        for (means, by_party, observer) in [
            (Means::Heard, false, Observer::Mission),
            (Means::Heard, true, Observer::Party),
            (Means::PartyReport, false, Observer::Party),
            (Means::MediaReport, true, Observer::Press),
            (Means::SatelliteThermal, true, Observer::Satellite),
            (Means::CivilianReport, false, Observer::Civilian),
        ] {
            assert_eq!(Observer::of(means, by_party), observer);
        }
    }
}
