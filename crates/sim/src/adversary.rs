//! An owner whose sensors say what is not so. Each behaviour has a name and can be switched on for a world; what really arrived
//! stays in the truth.
use crate::arrival::{self, Arrival};
use crate::network::Network;
use crate::random::{Draw, Subject};
use crate::region::{Region, Side};
use crate::source::{Event, Kind};
use crate::world::World;
use serde::Serialize;

/// What a false owner does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    /// All its clocks are set off by the same span, which its records do not say.
    Shift,
    /// It takes out of its records what a side did: of a party its own side's acts, of others all acts.
    Mute,
    /// It computes its records for acts mirrored over the line, as if the other side had done it.
    Displace,
    /// It adds waves of explosions that never were, as they would have come to each of its sensors.
    Invent,
}

impl Behaviour {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Shift, Self::Mute, Self::Displace, Self::Invent];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shift => "shift",
            Self::Mute => "mute",
            Self::Displace => "displace",
            Self::Invent => "invent",
        }
    }

    /// The behaviour of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|behaviour| behaviour.name() == name)
    }
}

/// A false owner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Lie {
    /// Which owner.
    pub owner: usize,
    /// What it does.
    pub behaviour: Behaviour,
}

/// How many explosions an owner invents an hour.
const INVENTED_PER_HOUR: f64 = 4.0;
/// What is mirrored lands at least so far beyond the line, m: less would turn no side.
const BEYOND_M: f64 = 3_000.0;

impl Lie {
    /// A world's false owner, drawn from those that have sensors.
    #[must_use]
    pub fn drawn(seed: u64, network: &Network, behaviour: Behaviour) -> Self {
        let mut draw = Draw::of(seed, Subject::Fault, &[1]);
        let sensor = &network.sensors[draw.one_of(network.sensors.len())];
        Self { owner: sensor.owner, behaviour }
    }

    /// How far its clocks are off, s.
    #[must_use]
    pub fn shift_s(&self, seed: u64) -> f64 {
        let mut draw = Draw::of(seed, Subject::Fault, &[2]);
        let way = if draw.chance(0.5) { 1.0 } else { -1.0 };
        if self.behaviour == Behaviour::Shift { way * draw.between(1.0, 6.0) } else { 0.0 }
    }

    /// The arrivals that its sensors tell of, and others' as they were.
    #[must_use]
    pub fn told(&self, world: &World) -> Vec<Arrival> {
        let is_own = |arrival: &Arrival| world.network.sensors[arrival.sensor].owner == self.owner;
        let of = |event: &Event| {
            arrival::of(event, &world.network, &world.earth, &world.weather, world.seed, world.first_hour)
        };
        let mut told = world.arrivals.clone();
        match self.behaviour {
            Behaviour::Shift => {}
            Behaviour::Mute => {
                told.retain(|arrival| !(is_own(arrival) && self.hides(world.events[arrival.event].by)));
            }
            Behaviour::Displace => {
                told.retain(|arrival| !is_own(arrival) || world.events[arrival.event].by.is_none());
                for event in world.events.iter().filter(|event| event.by.is_some()) {
                    told.extend(of(&mirrored(&world.region, event)).into_iter().filter(is_own));
                }
            }
            Behaviour::Invent => {
                for event in invented(world) {
                    told.extend(of(&event).into_iter().filter(is_own));
                }
            }
        }
        told
    }

    /// Whether it hides the acts of a side: the owners 3 and 4 are the parties.
    fn hides(&self, by: Option<Side>) -> bool {
        match self.owner {
            3 => by == Some(Side::Alpha),
            4 => by == Some(Side::Bravo),
            _ => by.is_some(),
        }
    }
}

/// The event as it would be on the other side.
fn mirrored(region: &Region, event: &Event) -> Event {
    let ahead_m = region.ahead_m(event.point);
    let beyond_m = -ahead_m.signum() * ahead_m.abs().max(BEYOND_M);
    let point = event.point.moved(0.0, beyond_m - ahead_m);
    Event { point, lon_lat: point.lon_lat(), side: region.side(point), ..event.clone() }
}

/// Explosions that never were, with numbers beyond those of the true ones.
fn invented(world: &World) -> Vec<Event> {
    let mut draw = Draw::of(world.seed, Subject::Fault, &[3]);
    let instants = draw.instants(3_600.0 / INVENTED_PER_HOUR, f64::from(world.hours) * 3_600.0);
    let one = |(n, at_s): (usize, f64)| {
        let side = Side::BOTH[draw.one_of(2)];
        let point = world.region.behind(&mut draw, side, 1_000.0, 12_000.0);
        let charge_kg = draw.between_log(20.0, 200.0);
        Event {
            id: world.events.len() + n,
            kind: Kind::Explosion,
            at_s,
            point,
            lon_lat: point.lon_lat(),
            depth_m: 0.0,
            side,
            by: Some(side.other()),
            magnitude: Some(crate::earth::magnitude(charge_kg, 0.9)),
            air_kg: Some(charge_kg),
            salvo: None,
            launched_s: None,
            notified: false,
        }
    };
    instants.into_iter().enumerate().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Rates;

    #[test]
    fn a_lie_changes_what_its_own_sensors_tell_and_nothing_else() {
        let world = World::drawn(4, 1, &Rates::default()).unwrap();
        for behaviour in Behaviour::ALL {
            let lie = Lie::drawn(4, &world.network, behaviour);
            let told = lie.told(&world);
            let others = |arrivals: &[Arrival]| {
                let of_others = |arrival: &&Arrival| world.network.sensors[arrival.sensor].owner != lie.owner;
                arrivals.iter().filter(of_others).copied().collect::<Vec<_>>()
            };
            assert_eq!(others(&told), others(&world.arrivals), "{behaviour:?}");
            assert_eq!(told == world.arrivals, behaviour == Behaviour::Shift, "{behaviour:?}");
            assert_eq!(lie.shift_s(4).abs() >= 1.0, behaviour == Behaviour::Shift);
            assert_eq!(Behaviour::named(behaviour.name()), Some(behaviour));
        }
    }

    #[test]
    fn mirrored_acts_lie_on_the_other_side() {
        let world = World::drawn(5, 2, &Rates::default()).unwrap();
        for event in &world.events {
            assert_eq!(mirrored(&world.region, event).side, event.side.other());
        }
    }
}
