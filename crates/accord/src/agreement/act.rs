//! Acts that a clause can speak of, and who could observe them.
use truceline_model::canonical_names;

/// An act, by the names that agreements on record use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Anything that infrasound records as an event.
    InfrasonicEvent,
    /// Fire of small arms.
    FireSmallArms,
    /// Fire of a heavy weapon.
    FireHeavyWeapon,
    /// A sniper's fire.
    SniperFire,
    /// Shelling.
    Shelling,
    /// A strike by rocket or missile.
    RocketOrMissileStrike,
    /// A strike from an aircraft.
    AirStrike,
    /// A strike by an unmanned aircraft that does not come back.
    OneWayUavStrike,
    /// A flight of an unmanned aircraft.
    UavFlight,
    /// A flight of a manned aircraft.
    MannedFlight,
    /// An offensive.
    OffensiveAction,
    /// An advance, or another change of position.
    AdvanceOrChangeOfPosition,
    /// Reconnaissance.
    Reconnaissance,
    /// Sabotage.
    Sabotage,
    /// Laying of mines.
    MineLaying,
    /// Building of fortifications.
    Fortification,
    /// Training with live fire.
    LiveFireTraining,
    /// Crossing of a line.
    Crossing,
    /// An attack at sea.
    MaritimeAttack,
    /// Obstruction at sea.
    MaritimeObstruction,
    /// An attack on a protected site.
    AttackOnProtectedSite,
    /// An attack on infrastructure.
    AttackOnInfrastructure,
    /// Obstruction of monitors.
    ObstructMonitors,
    /// An attack on what belongs to the monitors.
    AttackMonitorAsset,
    /// Jamming, spoofing, dazzling, cutting or tampering with a sensor.
    InterfereWithSensor,
    /// Reinforcement.
    Reinforce,
    /// Rotation of forces.
    RotateForces,
    /// Resupply.
    Resupply,
    /// Stockpiling.
    Stockpile,
}

canonical_names!(Act {
    "infrasonic-event" => InfrasonicEvent,
    "fire-small-arms" => FireSmallArms,
    "fire-heavy-weapon" => FireHeavyWeapon,
    "sniper-fire" => SniperFire,
    "shelling" => Shelling,
    "rocket-or-missile-strike" => RocketOrMissileStrike,
    "air-strike" => AirStrike,
    "one-way-uav-strike" => OneWayUavStrike,
    "uav-flight" => UavFlight,
    "manned-flight" => MannedFlight,
    "offensive-action" => OffensiveAction,
    "advance-or-change-of-position" => AdvanceOrChangeOfPosition,
    "reconnaissance" => Reconnaissance,
    "sabotage" => Sabotage,
    "mine-laying" => MineLaying,
    "fortification" => Fortification,
    "live-fire-training" => LiveFireTraining,
    "crossing" => Crossing,
    "maritime-attack" => MaritimeAttack,
    "maritime-obstruction" => MaritimeObstruction,
    "attack-on-protected-site" => AttackOnProtectedSite,
    "attack-on-infrastructure" => AttackOnInfrastructure,
    "obstruct-monitors" => ObstructMonitors,
    "attack-monitor-asset" => AttackMonitorAsset,
    "interfere-with-sensor" => InterfereWithSensor,
    "reinforce" => Reinforce,
    "rotate-forces" => RotateForces,
    "resupply" => Resupply,
    "stockpile" => Stockpile,
});

/// How much of an act this program can observe so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed {
    /// An event of this kind is judged.
    Judged,
    /// Its sound or shock is recorded and located, but of what kind it was is not assessed.
    KindNotAssessed,
    /// Nothing that is taken in yet shows it.
    NotObserved,
}

impl Act {
    /// How much of it can be observed so far.
    #[must_use]
    pub fn observed(self) -> Observed {
        match self {
            Self::InfrasonicEvent => Observed::Judged,
            Self::FireSmallArms
            | Self::FireHeavyWeapon
            | Self::SniperFire
            | Self::Shelling
            | Self::RocketOrMissileStrike
            | Self::AirStrike
            | Self::OneWayUavStrike
            | Self::LiveFireTraining
            | Self::AttackOnProtectedSite
            | Self::AttackOnInfrastructure => Observed::KindNotAssessed,
            Self::UavFlight
            | Self::MannedFlight
            | Self::OffensiveAction
            | Self::AdvanceOrChangeOfPosition
            | Self::Reconnaissance
            | Self::Sabotage
            | Self::MineLaying
            | Self::Fortification
            | Self::Crossing
            | Self::MaritimeAttack
            | Self::MaritimeObstruction
            | Self::ObstructMonitors
            | Self::AttackMonitorAsset
            | Self::InterfereWithSensor
            | Self::Reinforce
            | Self::RotateForces
            | Self::Resupply
            | Self::Stockpile => Observed::NotObserved,
        }
    }
}
