//! Owners whose sensors say what is not so, and what others do to honest ones ([`attack`](crate::attack)). Each behaviour has a
//! name and can be switched on for a world; what really arrived stays in the truth.
//!
//! Left out, since no bytes that the product takes can say them: a decoy that flies and a jammed radar (drones and radars have no
//! feed yet), and a party's stolen key (parties' tables are not signed; a station's frames are, and its key can be stolen).
use crate::agreement::OWNERS;
use crate::arrival::{self, Arrival};
use crate::network::Network;
use crate::random::{Draw, Subject};
use crate::region::{Region, Side};
use crate::source::Event;
use crate::world::World;
use serde::Serialize;
use std::ops::Range;

/// What a false owner does, or somebody to honest ones.
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
    /// For a span it sends nothing; after all others it delivers, as records of that span, a copy of what it recorded later.
    Backdate,
    /// A party reports many explosions on its own ground that never were.
    Flood,
    /// Two owners displace the same acts to the same places.
    Collude,
    /// False satellite time leads all clocks of a sector off together, whoever owns them, while their records say that they are locked.
    Spoof,
    /// A sector is silent for an hour: no sample, no heartbeat, and no word why.
    Jam,
    /// Somebody signs frames with a station's key while the station does, until the key is revoked.
    StolenKey,
    /// A side sets charges off on its own ground, to look like shells of the other's, and reports them.
    Decoy,
    /// A side fires onto its own ground from just behind the line on the other's, and reports what falls.
    FalseFlag,
}

impl Behaviour {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Shift,
        Self::Mute,
        Self::Displace,
        Self::Invent,
        Self::Backdate,
        Self::Flood,
        Self::Collude,
        Self::Spoof,
        Self::Jam,
        Self::StolenKey,
        Self::Decoy,
        Self::FalseFlag,
    ];
    /// Those of owners: their data are false.
    pub const OF_OWNERS: [Self; 7] =
        [Self::Shift, Self::Mute, Self::Displace, Self::Invent, Self::Backdate, Self::Flood, Self::Collude];
    /// Those of one owner alone.
    pub const ALONE: [Self; 6] = [Self::Shift, Self::Mute, Self::Displace, Self::Invent, Self::Backdate, Self::Flood];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shift => "shift",
            Self::Mute => "mute",
            Self::Displace => "displace",
            Self::Invent => "invent",
            Self::Backdate => "backdate",
            Self::Flood => "flood",
            Self::Collude => "collude",
            Self::Spoof => "spoof",
            Self::Jam => "jam",
            Self::StolenKey => "stolen-key",
            Self::Decoy => "decoy",
            Self::FalseFlag => "false-flag",
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

/// Which owners of a world are false.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// None.
    Honest,
    /// One, which one and how is drawn.
    OneFalse,
    /// Two: in half of the worlds they collude, in the others each does what is drawn for it.
    TwoFalse,
    /// Those that this behaviour takes.
    Of(Behaviour),
}

impl Condition {
    /// The condition of a name: `honest`, `one-false`, `two-false`, or a behaviour's.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "honest" => Some(Self::Honest),
            "one-false" => Some(Self::OneFalse),
            "two-false" => Some(Self::TwoFalse),
            _ => Behaviour::named(name).map(Self::Of),
        }
    }

    /// A world's false owners, each another one.
    #[must_use]
    pub fn lies(self, seed: u64, network: &Network) -> Vec<Lie> {
        let mut draw = Draw::of(seed, Subject::Fault, &[4]);
        let any = |draw: &mut Draw| Behaviour::ALONE[draw.one_of(Behaviour::ALONE.len())];
        let behaviours = match self {
            Self::Honest => Vec::new(),
            Self::OneFalse => vec![any(&mut draw)],
            Self::TwoFalse if draw.chance(0.5) => vec![Behaviour::Collude; 2],
            Self::TwoFalse => vec![any(&mut draw), any(&mut draw)],
            Self::Of(Behaviour::Collude) => vec![Behaviour::Collude; 2],
            Self::Of(behaviour) if Behaviour::OF_OWNERS.contains(&behaviour) => vec![behaviour],
            Self::Of(_) => Vec::new(),
        };
        let mut lies: Vec<Lie> = Vec::new();
        for behaviour in behaviours {
            let may = |owner: &usize| {
                let is_free = lies.iter().all(|lie| lie.owner != *owner);
                is_free && (behaviour != Behaviour::Flood || *owner >= FIRST_PARTY)
            };
            // Of all sensors one: who has more of them is drawn more often. Who floods needs none.
            let owners: Vec<usize> = match behaviour {
                Behaviour::Flood => (FIRST_PARTY..OWNERS.len()).filter(may).collect(),
                _ => network.sensors.iter().map(|sensor| sensor.owner).filter(may).collect(),
            };
            if !owners.is_empty() {
                lies.push(Lie { owner: owners[draw.one_of(owners.len())], behaviour });
            }
        }
        lies
    }
}

/// From this one on owners are parties.
const FIRST_PARTY: usize = 3;

/// How many explosions an owner invents an hour.
const INVENTED_PER_HOUR: f64 = 4.0;
/// How many explosions a party that floods reports an hour: one every half a minute.
pub(crate) const FLOODED_PER_HOUR: f64 = 120.0;
/// What is mirrored lands at least so far beyond the line, m: less would turn no side.
const BEYOND_M: f64 = 3_000.0;

/// The span that is backdated, and how much later what is delivered for it was made; s.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Backdated {
    pub(crate) span_s: Range<f64>,
    pub(crate) later_s: f64,
}

impl Lie {
    /// How far its clocks are off, s.
    #[must_use]
    pub fn shift_s(&self, seed: u64) -> f64 {
        let mut draw = Draw::of(seed, Subject::Fault, &[2, self.owner as u64]);
        let way = if draw.chance(0.5) { 1.0 } else { -1.0 };
        if self.behaviour == Behaviour::Shift { way * draw.between(1.0, 6.0) } else { 0.0 }
    }

    /// What it backdates within so many s, if it does. What is copied is within the world, too.
    pub(crate) fn backdated(&self, seed: u64, length_s: f64) -> Option<Backdated> {
        let mut draw = Draw::of(seed, Subject::Fault, &[5, self.owner as u64]);
        let from_s = length_s * draw.between(0.1, 0.5);
        let to_s = from_s + length_s * draw.between(0.1, 0.2);
        let later_s = length_s * draw.between(0.15, 0.25);
        (self.behaviour == Behaviour::Backdate).then_some(Backdated { span_s: from_s..to_s, later_s })
    }

    /// The party that it floods for, if it does.
    pub(crate) fn floods_for(&self) -> Option<Side> {
        let side = *Side::BOTH.get(self.owner.checked_sub(FIRST_PARTY)?)?;
        (self.behaviour == Behaviour::Flood).then_some(side)
    }

    /// Of what all sensors tell of: what is told where its own sensors tell of what it would have them.
    #[must_use]
    pub fn told(&self, world: &World, mut told: Vec<Arrival>) -> Vec<Arrival> {
        let is_own = |arrival: &Arrival| world.network.sensors[arrival.sensor].owner == self.owner;
        let of = |event: &Event| {
            arrival::of(event, &world.network, &world.earth, &world.weather, world.seed, world.first_hour)
        };
        match self.behaviour {
            // Their samples are true: the times or the reports are not.
            Behaviour::Shift | Behaviour::Backdate | Behaviour::Flood => {}
            // No owner does these.
            Behaviour::Spoof | Behaviour::Jam | Behaviour::StolenKey | Behaviour::Decoy | Behaviour::FalseFlag => {}
            Behaviour::Mute => {
                told.retain(|arrival| !(is_own(arrival) && self.hides(world.events[arrival.event].by)));
            }
            Behaviour::Displace | Behaviour::Collude => {
                told.retain(|arrival| !is_own(arrival) || world.events[arrival.event].by.is_none());
                for event in world.events.iter().filter(|event| event.by.is_some()) {
                    told.extend(of(&mirrored(&world.region, event)).into_iter().filter(is_own));
                }
            }
            Behaviour::Invent => {
                for event in invented(world, self.owner) {
                    told.extend(of(&event).into_iter().filter(is_own));
                }
            }
        }
        told
    }

    /// Whether it hides the acts of a side.
    fn hides(&self, by: Option<Side>) -> bool {
        match self.owner.checked_sub(FIRST_PARTY).and_then(|party| Side::BOTH.get(party)) {
            Some(side) => by == Some(*side),
            None => by.is_some(),
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
fn invented(world: &World, owner: usize) -> Vec<Event> {
    let mut draw = Draw::of(world.seed, Subject::Fault, &[3, owner as u64]);
    let instants = draw.instants(3_600.0 / INVENTED_PER_HOUR, f64::from(world.hours) * 3_600.0);
    let one = |(n, at_s): (usize, f64)| {
        let side = Side::BOTH[draw.one_of(2)];
        let point = world.region.behind(&mut draw, side, 1_000.0, 12_000.0);
        let charge_kg = draw.between_log(20.0, 200.0);
        let charge = Event::charge(&world.region, world.events.len() + n, at_s, point, charge_kg);
        Event { side, by: Some(side.other()), ..charge }
    };
    instants.into_iter().enumerate().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::File;
    use crate::source::Rates;
    use std::collections::BTreeSet;

    fn world(seed: u64, lies: Vec<Lie>) -> World {
        World { lies, ..World::drawn(seed, 1, &Rates::default()).unwrap() }
    }

    #[test]
    fn a_lie_changes_what_its_own_sensors_tell_and_nothing_else() {
        let honest = world(4, Vec::new());
        for behaviour in Behaviour::OF_OWNERS {
            let lies = Condition::Of(behaviour).lies(4, &honest.network);
            let own: BTreeSet<usize> = lies.iter().map(|lie| lie.owner).collect();
            assert_eq!(own.len(), if behaviour == Behaviour::Collude { 2 } else { 1 });
            let told = world(4, lies.clone()).told();
            let others = |arrivals: &[Arrival]| {
                let of_others = |arrival: &&Arrival| !own.contains(&honest.network.sensors[arrival.sensor].owner);
                arrivals.iter().filter(of_others).copied().collect::<Vec<_>>()
            };
            assert_eq!(others(&told), others(&honest.arrivals), "{behaviour:?}");
            let keeps_samples = [Behaviour::Shift, Behaviour::Backdate, Behaviour::Flood].contains(&behaviour);
            assert_eq!(told == honest.arrivals, keeps_samples, "{behaviour:?}");
            for lie in &lies {
                assert_eq!(lie.shift_s(4).abs() >= 1.0, behaviour == Behaviour::Shift);
                assert_eq!(lie.backdated(4, 3_600.0).is_some(), behaviour == Behaviour::Backdate);
                assert_eq!(lie.floods_for().is_some(), behaviour == Behaviour::Flood);
            }
            assert_eq!(Behaviour::named(behaviour.name()), Some(behaviour));
        }
    }

    #[test]
    fn conditions_draw_every_behaviour_and_owner_and_no_owner_twice() {
        let (mut one, mut two) = (BTreeSet::new(), BTreeSet::new());
        for seed in 0..600 {
            let network = Network::drawn(&Region::drawn(seed), 1.0);
            assert!(Condition::Honest.lies(seed, &network).is_empty());
            one.extend(Condition::OneFalse.lies(seed, &network).iter().map(|lie| (lie.behaviour, lie.owner)));
            let lies = Condition::TwoFalse.lies(seed, &network);
            assert!(lies.len() == 2 && lies[0].owner != lies[1].owner, "{lies:?}");
            two.extend(lies.iter().map(|lie| lie.behaviour));
        }
        assert_eq!(two.len(), Behaviour::OF_OWNERS.len());
        let of = |behaviour: Behaviour| one.iter().filter(|(one, _)| *one == behaviour).count();
        assert_eq!(Behaviour::ALONE.map(of), [5, 5, 5, 5, 5, 2]);
        assert_eq!(Condition::named("two-false"), Some(Condition::TwoFalse));
        assert_eq!(Condition::named("flood"), Some(Condition::Of(Behaviour::Flood)));
        assert_eq!(Condition::named("two"), None);
    }

    #[test]
    fn mirrored_acts_lie_on_the_other_side() {
        let world = World::drawn(5, 2, &Rates::default()).unwrap();
        for event in &world.events {
            assert_eq!(mirrored(&world.region, event).side, event.side.other());
        }
    }

    /// Both who collude tell of the same false places: their waves come as one event's would.
    #[test]
    fn who_collude_tell_of_the_same_places() {
        let honest = world(6, Vec::new());
        let lies = Condition::Of(Behaviour::Collude).lies(6, &honest.network);
        let displaced: Vec<Vec<Arrival>> = lies
            .iter()
            .map(|lie| Lie { behaviour: Behaviour::Displace, ..*lie }.told(&honest, honest.arrivals.clone()))
            .collect();
        let told = world(6, lies.clone()).told();
        for (lie, alone) in lies.iter().zip(&displaced) {
            let own = |arrivals: &[Arrival]| -> Vec<Arrival> {
                arrivals.iter().filter(|one| honest.network.sensors[one.sensor].owner == lie.owner).copied().collect()
            };
            let sorted = |mut arrivals: Vec<Arrival>| {
                arrivals.sort_by(|a, b| a.at_s.total_cmp(&b.at_s).then(a.sensor.cmp(&b.sensor)));
                arrivals
            };
            assert_eq!(sorted(own(&told)), sorted(own(alone)));
        }
    }

    /// What comes late under the early stamp is, sample for sample, what the same sensor recorded later.
    #[test]
    fn backdated_records_are_later_ones_with_an_earlier_stamp() {
        let honest = world(7, Vec::new());
        let lies = Condition::Of(Behaviour::Backdate).lies(7, &honest.network);
        let lie = lies[0];
        let backdated = lie.backdated(7, 3_600.0).unwrap();
        let (own, all) = (world(7, lies).waveforms().unwrap(), honest.waveforms().unwrap());
        let sensor = honest.network.sensors.iter().find(|one| one.owner == lie.owner && one.fault.is_none()).unwrap();
        let name = sensor.id.trim_start_matches("FDSN:");
        let samples = |files: &[File], kind: &str| {
            let file = files.iter().find(|file| file.name == format!("{kind}-{name}.mseed")).unwrap();
            let read = truceline_formats::waveform::read(&file.name, &file.bytes, None).unwrap();
            let mut all = Vec::new();
            read.segments.iter().for_each(|one| one.samples.extend_f64(&mut all));
            (read.segments[0].start, all)
        };
        let true_ones = samples(&all, "10");
        let late = samples(&own, "42-backdated");
        let rate_hz = sensor.senses.rate_hz();
        let from_s = late.0.seconds_since(honest.start);
        assert!((from_s - backdated.span_s.start).abs() <= 1.0 / rate_hz);
        let copied = ((backdated.span_s.start + backdated.later_s) * rate_hz).round() as usize;
        assert_eq!(late.1[..], true_ones.1[copied..copied + late.1.len()]);
        // What it sent in time lacks the span and nothing else.
        assert_eq!(samples(&own, "10").1.len() + late.1.len(), true_ones.1.len());
        // Another owner's files are the same bytes.
        let others = |files: &[File]| -> Vec<File> {
            let is_own = |file: &File| {
                let of = |one: &&crate::network::Sensor| {
                    file.name.ends_with(&format!("{}.mseed", one.id.trim_start_matches("FDSN:")))
                };
                honest.network.sensors.iter().find(of).is_some_and(|one| one.owner == lie.owner)
            };
            files.iter().filter(|file| !is_own(file)).cloned().collect()
        };
        assert_eq!(others(&own), others(&all));
    }

    #[test]
    fn a_flood_adds_reports_of_its_party_and_leaves_the_others() {
        let honest = world(8, Vec::new());
        let lies = Condition::Of(Behaviour::Flood).lies(8, &honest.network);
        let party = lies[0].floods_for().unwrap().name();
        let rows = |world: &World| {
            let file = world.observations().into_iter().find(|file| file.name.starts_with("31")).unwrap();
            let text = String::from_utf8(file.bytes).unwrap();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let (before, flooded) = (rows(&honest), rows(&world(8, lies)));
        assert_eq!(flooded[..before.len()], before);
        let added = &flooded[before.len()..];
        assert!((80..160).contains(&added.len()), "{}", added.len());
        assert!(added.iter().all(|row| row.contains(&format!("liaison {party},party,{party},"))));
    }
}
