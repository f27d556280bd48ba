//! What happens: fire and its impacts, explosions, demolitions, quarry blasts, thunder, earthquakes, fires. Each with its truth.
use crate::earth;
use crate::plane::Point;
use crate::random::{Draw, Subject};
use crate::region::{Region, Side};
use serde::Serialize;

/// What kind of event it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A gun was fired.
    ArtilleryLaunch,
    /// Its shell went off.
    ArtilleryImpact,
    /// A mortar was fired.
    MortarLaunch,
    /// Its bomb went off.
    MortarImpact,
    /// A rocket was launched.
    RocketLaunch,
    /// It went off.
    RocketImpact,
    /// A single explosion: a bomb, a mine, an aircraft without crew.
    Explosion,
    /// A demolition, notified or not.
    Demolition,
    /// A blast in a quarry, in many delayed parts.
    QuarryBlast,
    /// A stroke's thunder.
    Thunder,
    /// A small earthquake.
    Earthquake,
}

impl Kind {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ArtilleryLaunch => "artillery-launch",
            Self::ArtilleryImpact => "artillery-impact",
            Self::MortarLaunch => "mortar-launch",
            Self::MortarImpact => "mortar-impact",
            Self::RocketLaunch => "rocket-launch",
            Self::RocketImpact => "rocket-impact",
            Self::Explosion => "explosion",
            Self::Demolition => "demolition",
            Self::QuarryBlast => "quarry-blast",
            Self::Thunder => "thunder",
            Self::Earthquake => "earthquake",
        }
    }
}

/// The truth of one event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// Its number: by time, those that are staged after all others.
    pub id: usize,
    /// What kind.
    pub kind: Kind,
    /// When, s after the world's start.
    pub at_s: f64,
    /// Where.
    pub point: Point,
    /// Where, longitude and latitude.
    pub lon_lat: [f64; 2],
    /// How deep, m.
    pub depth_m: f64,
    /// On which side of the line it lies.
    pub side: Side,
    /// Whose act it was; none of nature's and of quarries'.
    pub by: Option<Side>,
    /// Local magnitude of what the ground takes; none of thunder.
    pub magnitude: Option<f64>,
    /// The charge that air takes it for, kg; none of an earthquake.
    pub air_kg: Option<f64>,
    /// Of launches and impacts which salvo they are of; the rounds of one follow each other within seconds.
    pub salvo: Option<usize>,
    /// Of an impact, when its launch was, s after the world's start.
    pub launched_s: Option<f64>,
    /// Of a demolition, whether it was notified.
    pub notified: bool,
    /// Whether it was done to look like an act of the other side.
    pub staged: bool,
}

impl Event {
    /// A charge that goes off on the ground, an act of nobody yet.
    #[must_use]
    pub fn charge(region: &Region, id: usize, at_s: f64, point: Point, charge_kg: f64) -> Self {
        Self {
            id,
            kind: Kind::Explosion,
            at_s,
            point,
            lon_lat: point.lon_lat(),
            depth_m: 0.0,
            side: region.side(point),
            by: None,
            magnitude: Some(crate::earth::magnitude(charge_kg, 0.9)),
            air_kg: Some(charge_kg),
            salvo: None,
            launched_s: None,
            notified: false,
            staged: false,
        }
    }
}

/// A fire: the truth of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fire {
    /// Where.
    pub point: Point,
    /// From when, s after the world's start.
    pub from_s: f64,
    /// How long, s.
    pub lasts_s: f64,
    /// Radiative power, MW.
    pub power_mw: f64,
}

/// How often something happens, each hour over the whole region.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rates {
    /// Salvos of guns.
    pub artillery: f64,
    /// Series of a mortar.
    pub mortar: f64,
    /// Salvos of rockets.
    pub rocket: f64,
    /// Single explosions.
    pub explosion: f64,
    /// Demolitions.
    pub demolition: f64,
    /// Blasts in quarries, by day.
    pub quarry: f64,
    /// Thunderstorms.
    pub storm: f64,
    /// Earthquakes above magnitude 0.5.
    pub earthquake: f64,
    /// Fires that begin.
    pub fire: f64,
}

impl Default for Rates {
    /// A broken ceasefire's day: with the rounds of each salvo some 37 explosions an hour, about 900 a day. The Special Monitoring
    /// Mission to Ukraine recorded 800 to 1,200 a day in one of its two regions in a bad week (daily reports of 3 to 5 February
    /// 2017), and some 60 in both on a better day (16 March). How they part into kinds is chosen: a bench of some hours sees all.
    fn default() -> Self {
        Self {
            artillery: 3.0,
            mortar: 3.0,
            rocket: 0.8,
            explosion: 4.0,
            demolition: 1.5,
            quarry: 1.0,
            storm: 0.15,
            earthquake: 1.0,
            fire: 3.0,
        }
    }
}

/// How one sort of fire goes.
struct Fired {
    launch: Kind,
    impact: Kind,
    /// How far behind the line launchers stand, m.
    behind_m: (f64, f64),
    /// How far beyond it they reach, m.
    beyond_m: (f64, f64),
    rounds: (f64, f64),
    gap_s: (f64, f64),
    /// Flight time: fixed, and for each km.
    flight_s: (f64, f64),
    launch_kg: f64,
    launch_loss: f64,
    impact_kg: (f64, f64),
}

/// Shells of 122 to 155 mm hold 4 to 11 kg, mortar bombs 0.5 to 3, rockets of 122 to 300 mm 6 to 90: from memory, no table of
/// fillings could be read. A muzzle is as loud as a small part of its propellant, and shakes the ground by its recoil alone:
/// adopted, no measurement of either in such terms was found.
const FIRED: [Fired; 3] = [
    Fired {
        launch: Kind::ArtilleryLaunch,
        impact: Kind::ArtilleryImpact,
        behind_m: (5_000.0, 14_000.0),
        beyond_m: (500.0, 8_000.0),
        rounds: (1.0, 6.0),
        gap_s: (6.0, 40.0),
        flight_s: (18.0, 2.2),
        launch_kg: 1.5,
        launch_loss: 2.0,
        impact_kg: (4.0, 11.0),
    },
    Fired {
        launch: Kind::MortarLaunch,
        impact: Kind::MortarImpact,
        behind_m: (800.0, 4_000.0),
        beyond_m: (100.0, 2_500.0),
        rounds: (2.0, 8.0),
        gap_s: (5.0, 25.0),
        flight_s: (16.0, 2.5),
        launch_kg: 0.1,
        launch_loss: 2.2,
        impact_kg: (0.5, 3.0),
    },
    Fired {
        launch: Kind::RocketLaunch,
        impact: Kind::RocketImpact,
        behind_m: (8_000.0, 20_000.0),
        beyond_m: (1_000.0, 15_000.0),
        rounds: (3.0, 12.0),
        gap_s: (0.6, 3.0),
        flight_s: (12.0, 2.0),
        launch_kg: 0.5,
        launch_loss: 2.4,
        impact_kg: (6.0, 90.0),
    },
];

/// What most chemical explosions lose, in magnitude, of what a contained one in hard rock has: 1.5 to 2 (V. I. Khalturin,
/// T. G. Rautian and P. G. Richards, *Evaluation of chemical explosions and methods of discrimination*, final report, and BSSA
/// 88, 1998). It is taken for what lies on the ground, and for blasts that are delayed hole by hole.
const MOST_LOSE: (f64, f64) = (1.5, 2.0);

/// What a charge loses that is buried and goes off at once, in soil: adopted, between a contained one and most.
const BURIED_LOSES: (f64, f64) = (0.8, 1.5);

/// All that happens within so many hours, by time. `first_hour` is the local hour of the day at the start.
#[must_use]
pub fn events(region: &Region, rates: &Rates, first_hour: f64, hours: f64) -> Vec<Event> {
    let mut scene = Scene { region, length_s: hours * 3_600.0, events: Vec::new() };
    for (n, fired) in FIRED.iter().enumerate() {
        scene.fire(n as u64, fired, [rates.artillery, rates.mortar, rates.rocket][n]);
    }
    scene.explosions(rates.explosion);
    scene.demolitions(rates.demolition);
    scene.quarries(rates.quarry, first_hour);
    scene.storms(rates.storm);
    scene.earthquakes(rates.earthquake);
    let mut events = scene.events;
    events.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    for (id, event) in events.iter_mut().enumerate() {
        event.id = id;
    }
    events
}

/// How often an hour something is staged: an hour of it gives reports to point at for a day.
const STAGED_PER_HOUR: f64 = 4.0;

/// Charges that a side sets off on its own ground where the other's shells would fall, as strong and as far apart in time as theirs,
/// and without a launch. They have numbers from `first` on.
pub(crate) fn decoys(region: &Region, by: Side, hours: f64, first: usize) -> Vec<Event> {
    let mut scene = Scene { region, length_s: hours * 3_600.0, events: Vec::new() };
    let mut draw = scene.draw(15);
    let shells = &FIRED[0];
    for start_s in draw.instants(3_600.0 / STAGED_PER_HOUR, scene.length_s) {
        let middle = region.behind(&mut draw, by, shells.beyond_m.0, shells.beyond_m.1);
        let charge_kg = draw.between_log(shells.impact_kg.0, shells.impact_kg.1);
        let gap_s = draw.between_log(shells.gap_s.0, shells.gap_s.1);
        let mut at_s = start_s;
        for _ in 0..draw.between(shells.rounds.0, shells.rounds.1 + 1.0) as usize {
            let point = middle.moved(120.0 * draw.normal(), 120.0 * draw.normal());
            let loss = draw.between(MOST_LOSE.0, MOST_LOSE.1);
            let strength = (Some(earth::magnitude(charge_kg, loss)), Some(charge_kg));
            scene.add(Kind::Explosion, at_s, point, Some(by), strength);
            at_s += gap_s * draw.between(0.7, 1.3);
        }
    }
    staged(scene.events, first)
}

/// Mortar fire of a side onto its own ground, from just behind the line on the other's: launches and impacts. They have numbers from
/// `first` on.
pub(crate) fn false_flags(region: &Region, by: Side, hours: f64, first: usize) -> Vec<Event> {
    const BEHIND_M: (f64, f64) = (300.0, 2_500.0);
    // No salvo of the region's own fire has such a number.
    const FIRST_SALVO: usize = 1_000_000;
    let mut scene = Scene { region, length_s: hours * 3_600.0, events: Vec::new() };
    let mut draw = scene.draw(16);
    let mortar = &FIRED[1];
    for (number, start_s) in draw.instants(3_600.0 / STAGED_PER_HOUR, scene.length_s).into_iter().enumerate() {
        let from = region.behind(&mut draw, by.other(), BEHIND_M.0, BEHIND_M.1);
        let east_m = from.east_m + draw.between(-2_000.0, 2_000.0);
        let fallen_m = draw.between(mortar.beyond_m.0, mortar.beyond_m.1);
        let target = Point::new(east_m, region.line_north_m(east_m) + by.sign() * fallen_m);
        scene.salvo(&mut draw, mortar, by, (from, target), start_s, FIRST_SALVO + number);
    }
    staged(scene.events, first)
}

fn staged(mut events: Vec<Event>, first: usize) -> Vec<Event> {
    events.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    for (n, event) in events.iter_mut().enumerate() {
        (event.id, event.staged) = (first + n, true);
    }
    events
}

/// The fires that burn at some time within so many hours; some began before.
#[must_use]
pub fn fires(region: &Region, rates: &Rates, hours: f64) -> Vec<Fire> {
    let mut draw = Draw::of(region.seed, Subject::Source, &[20]);
    let before_s = 6.0 * 3_600.0;
    let starts = draw.instants(3_600.0 / rates.fire, before_s + hours * 3_600.0);
    let one = |from_s: f64| {
        let side = Side::BOTH[draw.one_of(2)];
        Fire {
            point: region.behind(&mut draw, side, 500.0, 30_000.0),
            from_s: from_s - before_s,
            lasts_s: draw.between_log(1_200.0, 20_000.0),
            power_mw: draw.between_log(0.5, 60.0),
        }
    };
    starts.into_iter().map(one).collect()
}

struct Scene<'a> {
    region: &'a Region,
    length_s: f64,
    events: Vec<Event>,
}

impl Scene<'_> {
    fn draw(&self, which: u64) -> Draw {
        Draw::of(self.region.seed, Subject::Source, &[which])
    }

    /// Adds an event, if it is within the time.
    fn add(&mut self, kind: Kind, at_s: f64, point: Point, by: Option<Side>, strength: (Option<f64>, Option<f64>)) {
        if (0.0..self.length_s).contains(&at_s) {
            self.events.push(Event {
                id: 0,
                kind,
                at_s,
                point,
                lon_lat: point.lon_lat(),
                depth_m: 0.0,
                side: self.region.side(point),
                by,
                magnitude: strength.0,
                air_kg: strength.1,
                salvo: None,
                launched_s: None,
                notified: false,
                staged: false,
            });
        }
    }

    fn fire(&mut self, which: u64, fired: &Fired, per_hour: f64) {
        let mut draw = self.draw(which);
        for (number, start_s) in draw.instants(3_600.0 / per_hour, self.length_s).into_iter().enumerate() {
            // Three sorts of fire, each with numbers of its own.
            let salvo = 3 * number + which as usize;
            let by = Side::BOTH[draw.one_of(2)];
            let from = self.region.behind(&mut draw, by, fired.behind_m.0, fired.behind_m.1);
            let east_m = (from.east_m + draw.between(-5_000.0, 5_000.0)).clamp(-80_000.0, 80_000.0);
            let beyond_m = draw.between(fired.beyond_m.0, fired.beyond_m.1);
            let target = Point::new(east_m, self.region.line_north_m(east_m) + by.other().sign() * beyond_m);
            self.salvo(&mut draw, fired, by, (from, target), start_s, salvo);
        }
    }

    /// The rounds of a salvo from a place onto another one.
    fn salvo(
        &mut self,
        draw: &mut Draw,
        fired: &Fired,
        by: Side,
        (from, target): (Point, Point),
        start_s: f64,
        number: usize,
    ) {
        let first = self.events.len();
        let flight_s = fired.flight_s.0 + fired.flight_s.1 * from.distance_m(target) / 1e3;
        let charge_kg = draw.between_log(fired.impact_kg.0, fired.impact_kg.1);
        let gap_s = draw.between_log(fired.gap_s.0, fired.gap_s.1);
        let mut at_s = start_s;
        for _ in 0..draw.between(fired.rounds.0, fired.rounds.1 + 1.0) as usize {
            let launch = (Some(earth::magnitude(fired.launch_kg, fired.launch_loss)), Some(fired.launch_kg));
            self.add(fired.launch, at_s, from.moved(40.0 * draw.normal(), 40.0 * draw.normal()), Some(by), launch);
            let impact_s = at_s + flight_s * (1.0 + 0.01 * draw.normal());
            let fallen = target.moved(120.0 * draw.normal(), 120.0 * draw.normal());
            let loss = draw.between(MOST_LOSE.0, MOST_LOSE.1);
            let impact = (Some(earth::magnitude(charge_kg, loss)), Some(charge_kg));
            let before = self.events.len();
            self.add(fired.impact, impact_s, fallen, Some(by), impact);
            if let Some(added) = self.events.get_mut(before) {
                added.launched_s = Some(at_s);
            }
            at_s += gap_s * draw.between(0.7, 1.3);
        }
        self.events[first..].iter_mut().for_each(|event| event.salvo = Some(number));
    }

    fn explosions(&mut self, per_hour: f64) {
        let mut draw = self.draw(10);
        for at_s in draw.instants(3_600.0 / per_hour, self.length_s) {
            let by = Side::BOTH[draw.one_of(2)];
            let point = self.region.behind(&mut draw, by.other(), 300.0, 15_000.0);
            let charge_kg = draw.between_log(3.0, 300.0);
            let loss = draw.between(MOST_LOSE.0, MOST_LOSE.1);
            self.add(
                Kind::Explosion,
                at_s,
                point,
                Some(by),
                (Some(earth::magnitude(charge_kg, loss)), Some(charge_kg)),
            );
        }
    }

    fn demolitions(&mut self, per_hour: f64) {
        let mut draw = self.draw(11);
        for at_s in draw.instants(3_600.0 / per_hour, self.length_s) {
            let by = Side::BOTH[draw.one_of(2)];
            let point = self.region.behind(&mut draw, by, 6_000.0, 30_000.0);
            let charge_kg = draw.between_log(20.0, 300.0);
            let before = self.events.len();
            let loss = draw.between(BURIED_LOSES.0, BURIED_LOSES.1);
            let strength = (Some(earth::magnitude(charge_kg, loss)), Some(0.7 * charge_kg));
            self.add(Kind::Demolition, at_s, point, Some(by), strength);
            let notified = draw.chance(0.6);
            if let Some(added) = self.events.get_mut(before) {
                added.notified = notified;
            }
        }
    }

    /// Three quarries, which blast between eight and five.
    fn quarries(&mut self, per_hour: f64, first_hour: f64) {
        let mut draw = self.draw(12);
        let quarries: Vec<Point> =
            (0..3).map(|n| self.region.behind(&mut draw, Side::BOTH[n % 2], 20_000.0, 40_000.0)).collect();
        for at_s in draw.instants(3_600.0 / per_hour, self.length_s) {
            let hour = (first_hour + at_s / 3_600.0).rem_euclid(24.0);
            let point = quarries[draw.one_of(quarries.len())].moved(150.0 * draw.normal(), 150.0 * draw.normal());
            let charge_kg = draw.between_log(300.0, 4_000.0);
            if (8.0..17.0).contains(&hour) {
                // Delays between its holes weaken it; most of it stays in the rock.
                let loss = draw.between(MOST_LOSE.0, MOST_LOSE.1);
                let strength = (Some(earth::magnitude(charge_kg, loss)), Some(0.01 * charge_kg));
                self.add(Kind::QuarryBlast, at_s, point, None, strength);
            }
        }
    }

    /// A storm goes with its strokes over the region for half an hour.
    fn storms(&mut self, per_hour: f64) {
        let mut draw = self.draw(13);
        for start_s in draw.instants(3_600.0 / per_hour, self.length_s) {
            let from = Point::new(draw.between(-80_000.0, 80_000.0), draw.between(-50_000.0, 50_000.0));
            let towards_deg = draw.between(0.0, 360.0);
            for after_s in draw.instants(45.0, 1_800.0) {
                let point =
                    from.towards(towards_deg, 10.0 * after_s).moved(3_000.0 * draw.normal(), 3_000.0 * draw.normal());
                // A stroke's channel is as loud as some kg a part of it (A. A. Few, Journal of Geophysical Research 74, 1969): some
                // 2 to 20 MJ, of the order of 1e5 J/m over tens of metres.
                self.add(Kind::Thunder, start_s + after_s, point, None, (None, Some(draw.between_log(0.5, 5.0))));
            }
        }
    }

    /// Gutenberg and Richter, b = 1.
    fn earthquakes(&mut self, per_hour: f64) {
        let mut draw = self.draw(14);
        for at_s in draw.instants(3_600.0 / per_hour, self.length_s) {
            let point = Point::new(draw.between(-85_000.0, 85_000.0), draw.between(-50_000.0, 50_000.0));
            let magnitude = 0.5 + draw.exponential(1.0 / std::f64::consts::LN_10);
            let before = self.events.len();
            self.add(Kind::Earthquake, at_s, point, None, (Some(magnitude.min(3.5)), None));
            let depth_m = draw.between(3_000.0, 18_000.0);
            if let Some(added) = self.events.get_mut(before) {
                added.depth_m = depth_m;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_day_holds_every_kind_and_fire_crosses_the_line() {
        let region = Region::drawn(3);
        let events = events(&region, &Rates::default(), 0.0, 24.0);
        let kinds: BTreeSet<Kind> = events.iter().map(|event| event.kind).collect();
        assert_eq!(kinds.len(), 11, "{kinds:?}");
        assert!(events.windows(2).all(|pair| pair[0].at_s <= pair[1].at_s));
        for event in &events {
            assert_eq!(serde_json::to_value(event.kind).unwrap(), event.kind.name());
            match event.kind {
                Kind::ArtilleryLaunch | Kind::MortarLaunch | Kind::RocketLaunch => {
                    assert_eq!(Some(event.side), event.by)
                }
                Kind::ArtilleryImpact | Kind::RocketImpact => {
                    assert_eq!(Some(event.side.other()), event.by);
                    assert!(event.launched_s.is_some_and(|launched_s| launched_s < event.at_s));
                }
                _ => {}
            }
        }
    }

    #[test]
    fn both_sides_fire_alike() {
        let by = |side| {
            (0..20)
                .flat_map(|seed| events(&Region::drawn(seed), &Rates::default(), 0.0, 24.0))
                .filter(|event| event.kind == Kind::ArtilleryLaunch && event.by == Some(side))
                .count() as f64
        };
        let (alpha, bravo) = (by(Side::Alpha), by(Side::Bravo));
        assert!((alpha / (alpha + bravo) - 0.5).abs() < 0.05, "{alpha} {bravo}");
    }
}
