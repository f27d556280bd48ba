//! What happens in the day, scene by scene.
//!
//! Charges are those of the field: bombs of 250 and 500 kg hold some 100 and 200 kg, shells of 155 mm 11 kg, mortar bombs of
//! 120 mm 3 kg, of 240 mm 32 kg, rockets of 220 mm 50 kg. A missile that burns some hundred kg in its first seconds is as loud
//! as 100 kg: adopted. How much of a charge the ground takes hangs on how deep it goes off: see [`BURIED_LOSES`] and [`MOST_LOSE`].
use super::{Scene, is_fired};
use crate::earth;
use crate::network::Network;
use crate::plane::Point;
use crate::random::{Draw, Subject};
use crate::region::{Region, Side};
use crate::source::{Event, Fire, Kind};
use std::ops::Range;

/// When the satellite passes over, s after midnight: the first pass of [`crate::witness`].
pub(super) const PASS_S: f64 = 3.1 * 3_600.0;

/// Before what a scene is about, s: two windows of the slowest detectors' noise. Before the first one longer, for the detectors
/// of arrays know nothing then.
const BEFORE_S: f64 = 100.0;
const BEFORE_FIRST_S: f64 = 200.0;
/// After it, s: sound comes from 35 km off, and the records that hold it are sent.
const AFTER_S: f64 = 140.0;

/// What charges lose, in magnitude, of what a contained one in hard rock has. Most chemical explosions lose 1.5 to 2 (V. I.
/// Khalturin, T. G. Rautian and P. G. Richards, *The seismic signal strength of chemical explosions*, BSSA 88, 1998): those on the
/// ground. Bombs and shells with delayed fuses go off in it, as demolitions do: adopted, between that and a contained one.
const BURIED_LOSES: (f64, f64) = (0.8, 1.2);
const MOST_LOSE: (f64, f64) = (1.5, 2.0);

/// Farther from the middle along the line nothing happens, m: nearer to an end too few sensors stand around it.
const EAST_M: f64 = 60_000.0;

/// A jammed sector.
pub(super) struct Jammed {
    pub(super) middle: Point,
    pub(super) span_s: Range<f64>,
}

/// The sensor that dies, by the place that it stands nearest to.
pub(super) struct Dies {
    pub(super) near: Point,
    pub(super) at_s: f64,
}

/// The day as it is written.
pub(super) struct Script {
    pub(super) events: Vec<Event>,
    pub(super) fires: Vec<Fire>,
    pub(super) scenes: Vec<Scene>,
    pub(super) dies: Dies,
    pub(super) jammed: Jammed,
    /// While an owner's data are false.
    pub(super) lied_s: Range<f64>,
}

/// Writes the day. `false_owner` has false data in its scene, which is played where its sensors stand.
pub(super) fn written(region: &Region, network: &Network, false_owner: usize) -> Script {
    let mut stage = Stage { region, events: Vec::new(), scenes: Vec::new() };
    stage.clear_breach();
    stage.notified_demolition();
    stage.earthquake();
    let fires = stage.satellite();
    stage.exchange();
    stage.contested_band();
    stage.mortar();
    stage.artillery();
    stage.rockets();
    stage.patrol();
    stage.quarry();
    stage.demolition();
    let dies = stage.sensor_dies();
    let jammed = stage.jammed_hour();
    stage.party_report();
    stage.thunder();
    let lied_s = stage.false_owner(network, false_owner);
    stage.staged();
    stage.protected_site();
    let Stage { mut events, scenes, .. } = stage;
    events.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    for (id, event) in events.iter_mut().enumerate() {
        event.id = id;
    }
    Script { events, fires, scenes, dies, jammed, lied_s }
}

struct Stage<'a> {
    region: &'a Region,
    events: Vec<Event>,
    scenes: Vec<Scene>,
}

/// What a scene is called and what it teaches.
struct Said {
    id: &'static str,
    title: &'static str,
    teaches: &'static str,
}

/// Local magnitude and the charge that air takes it for.
type Strength = (Option<f64>, Option<f64>);

/// What a charge does that loses between so much.
fn blast(draw: &mut Draw, charge_kg: f64, loses: (f64, f64)) -> Strength {
    (Some(earth::magnitude(charge_kg, draw.between(loses.0, loses.1))), Some(charge_kg))
}

/// A charge of a demolition: buried, so that the air hears less of it.
fn demolished(draw: &mut Draw) -> Strength {
    const CHARGE_KG: f64 = 150.0;
    (blast(draw, CHARGE_KG, BURIED_LOSES).0, Some(0.7 * CHARGE_KG))
}

impl Stage<'_> {
    /// A scene about what happens some minutes after an hour of the day, and what draws for it.
    fn begin(&mut self, said: Said, hour: f64, after_s: f64) -> (Draw, f64) {
        let mut draw = Draw::of(self.region.seed, Subject::Source, &[31, self.scenes.len() as u64]);
        let at_s = (3_600.0 * hour + draw.between(0.0, 360.0)).round();
        self.scene(said, at_s, after_s);
        (draw, at_s)
    }

    fn scene(&mut self, Said { id, title, teaches }: Said, at_s: f64, after_s: f64) {
        let before_s = if self.scenes.is_empty() { BEFORE_FIRST_S } else { BEFORE_S };
        self.scenes.push(Scene { id, title, teaches, span_s: at_s - before_s..at_s + after_s, at_s });
    }

    fn event(&mut self, kind: Kind, at_s: f64, point: Point, by: Option<Side>, strength: Strength) -> &mut Event {
        self.events.push(Event {
            id: 0,
            kind,
            at_s,
            point,
            lon_lat: point.lon_lat(),
            depth_m: 0.0,
            side: self.region.side(point),
            by: by.filter(|_| is_fired(kind)),
            magnitude: strength.0,
            air_kg: strength.1,
            salvo: None,
            launched_s: None,
            notified: false,
            staged: false,
        });
        let last = self.events.len() - 1;
        &mut self.events[last]
    }

    /// A place so far behind the line on a side.
    fn behind(&self, draw: &mut Draw, side: Side, near_m: f64, far_m: f64) -> Point {
        let east_m = draw.between(-EAST_M, EAST_M);
        Point::new(east_m, self.region.line_north_m(east_m) + side.sign() * draw.between(near_m, far_m))
    }

    /// Rounds from a side onto the other: launches and impacts. The last impact's time.
    fn salvo(&mut self, draw: &mut Draw, fired: &Fired, by: Side, start_s: f64, salvo: usize) -> f64 {
        let from = self.behind(draw, by, fired.behind_m.0, fired.behind_m.1);
        let east_m = from.east_m + draw.between(-4_000.0, 4_000.0);
        let beyond_m = draw.between(fired.beyond_m.0, fired.beyond_m.1);
        let target = Point::new(east_m, self.region.line_north_m(east_m) + by.other().sign() * beyond_m);
        let flight_s = fired.flight_s.0 + fired.flight_s.1 * from.distance_m(target) / 1e3;
        let launch = (Some(earth::magnitude(fired.launch_kg, fired.launch_loss)), Some(fired.launch_kg));
        let mut last_s = start_s;
        for round in 0..fired.rounds {
            let launched_s = start_s + fired.gap_s * (f64::from(round) + draw.between(-0.2, 0.2));
            let point = from.moved(40.0 * draw.normal(), 40.0 * draw.normal());
            self.event(fired.launch, launched_s, point, Some(by), launch).salvo = Some(salvo);
            let fallen = target.moved(120.0 * draw.normal(), 120.0 * draw.normal());
            last_s = launched_s + flight_s * (1.0 + 0.01 * draw.normal());
            let strength = blast(draw, fired.impact_kg, fired.impact_loses);
            let impact = self.event(fired.impact, last_s, fallen, Some(by), strength);
            (impact.salvo, impact.launched_s) = (Some(salvo), Some(launched_s));
        }
        last_s
    }

    fn clear_breach(&mut self) {
        let said = Said {
            id: "clear-breach",
            title: "A clear breach",
            teaches: "A bomb falls well beyond the line. Sensors of all owners agree, so the region is small and the side is stated: \
                      look at what would stand without each owner.",
        };
        let (mut draw, at_s) = self.begin(said, 0.1, AFTER_S);
        let by = Side::BOTH[draw.one_of(2)];
        let point = self.behind(&mut draw, by.other(), 8_000.0, 11_000.0);
        let strength = blast(&mut draw, 200.0, BURIED_LOSES);
        self.event(Kind::Explosion, at_s, point, Some(by), strength);
    }

    fn notified_demolition(&mut self) {
        let said = Said {
            id: "notified-demolition",
            title: "A demolition that was notified",
            teaches: "As loud as a bomb, but a notice with place and window stood in the journal before. The finding says: permitted \
                      and notified.",
        };
        let (mut draw, at_s) = self.begin(said, 1.4, AFTER_S);
        let by = Side::BOTH[draw.one_of(2)];
        let point = self.behind(&mut draw, by, 9_000.0, 18_000.0);
        let strength = demolished(&mut draw);
        self.event(Kind::Demolition, at_s, point, Some(by), strength).notified = true;
    }

    fn earthquake(&mut self) {
        let said = Said {
            id: "earthquake",
            title: "A small earthquake",
            teaches: "The ground shakes and the air is still. Only the depth tells an earthquake from a charge in the ground: see \
                      on its case how probably it lay on the ground, and that no breach is possible of what is taken for natural.",
        };
        let (mut draw, at_s) = self.begin(said, 2.2, AFTER_S);
        let side = Side::BOTH[draw.one_of(2)];
        let point = self.behind(&mut draw, side, 2_000.0, 25_000.0);
        let magnitude = draw.between(1.8, 2.4);
        let depth_m = draw.between(7_000.0, 14_000.0);
        self.event(Kind::Earthquake, at_s, point, None, (Some(magnitude), None)).depth_m = depth_m;
    }

    /// Fires that a satellite sees minutes after what lit them.
    fn satellite(&mut self) -> Vec<Fire> {
        let said = Said {
            id: "satellite",
            title: "Fires seen from orbit",
            teaches: "A depot burns after an explosion, and a satellite passes over. Heat alone is no breach: it stands beside \
                      what was heard.",
        };
        let mut draw = Draw::of(self.region.seed, Subject::Source, &[31, self.scenes.len() as u64]);
        let at_s = PASS_S - 120.0;
        self.scene(said, at_s, AFTER_S + 80.0);
        let by = Side::BOTH[draw.one_of(2)];
        let point = self.behind(&mut draw, by.other(), 9_000.0, 14_000.0);
        let strength = blast(&mut draw, 200.0, BURIED_LOSES);
        self.event(Kind::Explosion, at_s, point, Some(by), strength);
        let fire = |n: u32| Fire {
            point: point.towards(120.0 * f64::from(n), 600.0),
            from_s: at_s,
            lasts_s: 7_200.0,
            power_mw: draw.between_log(15.0, 60.0),
        };
        (0..3).map(fire).collect()
    }

    fn exchange(&mut self) {
        let said = Said {
            id: "exchange",
            title: "An exchange of fire",
            teaches: "Both sides fire, one of them first. Look at which impacts are found at all, and whether an order is stated: \
                      only as surely as origin times and clocks allow.",
        };
        let (mut draw, at_s) = self.begin(said, 4.3, AFTER_S + 190.0);
        let first = Side::BOTH[draw.one_of(2)];
        self.salvo(&mut draw, &HEAVY, first, at_s, 0);
        self.salvo(&mut draw, &HEAVY, first.other(), at_s + 100.0, 1);
    }

    fn contested_band(&mut self) {
        let said = Said {
            id: "contested-band",
            title: "A launch in the contested band",
            teaches: "A missile rises so near to the line that the region lies on both sides of it. The side is left \
                      undetermined, and the finding says why.",
        };
        let (mut draw, at_s) = self.begin(said, 5.4, AFTER_S);
        let by = Side::BOTH[draw.one_of(2)];
        let point = self.behind(&mut draw, by, 20.0, 250.0);
        let strength = blast(&mut draw, 100.0, MOST_LOSE);
        self.event(Kind::RocketLaunch, at_s, point, Some(by), strength);
    }

    fn mortar(&mut self) {
        let said = Said {
            id: "mortar",
            title: "A series of a mortar",
            teaches: "Small charges into the buffer zone, most of them too weak for so few sensors. Lay the truth over it: what is \
                      not found is part of the picture.",
        };
        let (mut draw, at_s) = self.begin(said, 6.3, AFTER_S + 100.0);
        let by = Side::BOTH[draw.one_of(2)];
        self.salvo(&mut draw, &MORTAR, by, at_s, 2);
    }

    fn artillery(&mut self) {
        let said = Said {
            id: "artillery",
            title: "A salvo of guns",
            teaches: "Six shells of 155 mm well beyond the line, some seconds apart. Late waves of one mix with early ones of the \
                      next: lay the truth over it and count.",
        };
        let (mut draw, at_s) = self.begin(said, 7.4, AFTER_S + 120.0);
        let by = Side::BOTH[draw.one_of(2)];
        self.salvo(&mut draw, &GUNS, by, at_s, 3);
    }

    fn rockets(&mut self) {
        let said = Said {
            id: "rockets",
            title: "A salvo of rockets",
            teaches: "Rounds within seconds of each other overlap at every sensor. Few of them can be told apart.",
        };
        let (mut draw, at_s) = self.begin(said, 8.5, AFTER_S + 80.0);
        let by = Side::BOTH[draw.one_of(2)];
        self.salvo(&mut draw, &ROCKETS, by, at_s, 4);
    }

    fn patrol(&mut self) {
        let said = Said {
            id: "patrol",
            title: "What a patrol heard",
            teaches: "Patrols note a bang with a direction and a guess of the distance. It joins what instruments registered, as \
                      one more voice of its owner.",
        };
        let (mut draw, at_s) = self.begin(said, 9.6, AFTER_S + 30.0);
        let by = Side::BOTH[draw.one_of(2)];
        let point = self.behind(&mut draw, by.other(), 5_500.0, 8_000.0);
        let strength = blast(&mut draw, 40.0, BURIED_LOSES);
        self.event(Kind::Explosion, at_s, point, Some(by), strength);
    }

    fn quarry(&mut self) {
        let said = Said {
            id: "quarry",
            title: "A blast in a quarry",
            teaches: "Nobody notified it and nobody fired. It lies far behind the line; whether the finding can say what kind of \
                      event it was is for you to see.",
        };
        // By day: nine o'clock there.
        let (mut draw, at_s) = self.begin(said, 11.8, AFTER_S);
        let side = Side::BOTH[draw.one_of(2)];
        let point = self.behind(&mut draw, side, 20_000.0, 28_000.0);
        // Delays between its holes weaken it; most of it stays in the rock.
        let strength = (blast(&mut draw, 2_500.0, MOST_LOSE).0, Some(0.01 * 2_500.0));
        self.event(Kind::QuarryBlast, at_s, point, None, strength);
    }

    fn demolition(&mut self) {
        let said = Said {
            id: "demolition",
            title: "A demolition without notice",
            teaches: "The same act as before, and no notice. What is heard is the same; what the agreement says of it is not.",
        };
        let (mut draw, at_s) = self.begin(said, 12.7, AFTER_S);
        let by = Side::BOTH[draw.one_of(2)];
        let point = self.behind(&mut draw, by, 9_000.0, 18_000.0);
        let strength = demolished(&mut draw);
        self.event(Kind::Demolition, at_s, point, Some(by), strength);
    }

    fn sensor_dies(&mut self) -> Dies {
        let said = Said {
            id: "sensor-dies",
            title: "A sensor falls silent",
            teaches: "The nearest seismometer stops shortly before an explosion. The others find it; the sensor's silence is \
                      said, and its place counts as unseen.",
        };
        let (mut draw, at_s) = self.begin(said, 13.6, AFTER_S);
        let by = Side::BOTH[draw.one_of(2)];
        let point = self.behind(&mut draw, by.other(), 6_000.0, 10_000.0);
        let strength = blast(&mut draw, 60.0, BURIED_LOSES);
        self.event(Kind::Explosion, at_s, point, Some(by), strength);
        Dies { near: point, at_s: at_s - 40.0 }
    }

    fn jammed_hour(&mut self) -> Jammed {
        let said = Said {
            id: "jammed-hour",
            title: "A jammed hour",
            teaches: "No link of one sector works for an hour, and something explodes in it. What was not seen is hatched and \
                      said: no finding is not the same as nothing happened.",
        };
        let (mut draw, at_s) = self.begin(said, 14.9, AFTER_S);
        let by = Side::BOTH[draw.one_of(2)];
        let point = self.behind(&mut draw, by.other(), 6_000.0, 9_000.0);
        let strength = blast(&mut draw, 30.0, BURIED_LOSES);
        self.event(Kind::Explosion, at_s, point, Some(by), strength);
        let from_s = at_s - BEFORE_S + 30.0;
        Jammed { middle: point, span_s: from_s..from_s + 3_600.0 }
    }

    fn party_report(&mut self) {
        let said = Said {
            id: "party-report",
            title: "A party's own report",
            teaches: "A party reports what fell on its side. Its word counts as that of one owner, whichever party it is, and \
                      stands beside what was measured.",
        };
        let (mut draw, at_s) = self.begin(said, 16.4, AFTER_S + 30.0);
        let by = Side::BOTH[draw.one_of(2)];
        let point = self.behind(&mut draw, by.other(), 6_000.0, 12_000.0);
        let strength = blast(&mut draw, 50.0, BURIED_LOSES);
        self.event(Kind::Explosion, at_s, point, Some(by), strength);
    }

    fn thunder(&mut self) {
        let said = Said {
            id: "thunder",
            title: "Thunder",
            teaches: "A storm passes. Its strokes are loud in the air and hardly shake the ground. One that enough sensors hear is \
                      found like a blast: which waves came does not tell the two apart, and its case says so.",
        };
        let (mut draw, at_s) = self.begin(said, 17.5, AFTER_S + 100.0);
        let side = Side::BOTH[draw.one_of(2)];
        let storm = self.behind(&mut draw, side, 4_000.0, 12_000.0);
        let towards_deg = draw.between(0.0, 360.0);
        for stroke in 0..6 {
            let after_s = 20.0 * f64::from(stroke) + draw.between(0.0, 12.0);
            let point =
                storm.towards(towards_deg, 10.0 * after_s).moved(2_000.0 * draw.normal(), 2_000.0 * draw.normal());
            self.event(Kind::Thunder, at_s + after_s, point, None, (None, Some(draw.between_log(0.5, 5.0))));
        }
    }

    /// Explosions where the false owner has sensors, so many that a pattern shows.
    fn false_owner(&mut self, network: &Network, owner: usize) -> Range<f64> {
        const EXPLOSIONS: u32 = 8;
        const APART_S: f64 = 80.0;
        let said = Said {
            id: "false-owner",
            title: "An owner whose data are false",
            teaches: "All clocks of one owner are set off, and its records do not say so. Its sensors contradict the others in \
                      event after event; once their window has closed they are named inconsistent and left out, and no side \
                      turns.",
        };
        let (mut draw, at_s) = self.begin(said, 18.7, AFTER_S + APART_S * f64::from(EXPLOSIONS));
        let own: Vec<Point> =
            network.sensors.iter().filter(|sensor| sensor.owner == owner).map(|sensor| sensor.point).collect();
        for n in 0..EXPLOSIONS {
            let near = own[draw.one_of(own.len())];
            let east_m = (near.east_m + draw.between(-9_000.0, 9_000.0)).clamp(-EAST_M, EAST_M);
            let by = Side::BOTH[draw.one_of(2)];
            let beyond_m = draw.between(6_000.0, 14_000.0);
            let point = Point::new(east_m, self.region.line_north_m(east_m) + by.other().sign() * beyond_m);
            let charge_kg = draw.between_log(60.0, 200.0);
            let after_s = APART_S * f64::from(n) + draw.between(-8.0, 8.0);
            let strength = blast(&mut draw, charge_kg, BURIED_LOSES);
            self.event(Kind::Explosion, at_s + after_s.max(0.0), point, Some(by), strength);
        }
        self.scenes[self.scenes.len() - 1].span_s.clone()
    }

    fn staged(&mut self) {
        let said = Said {
            id: "staged",
            title: "A staged incident",
            teaches: "A side explodes something on its own ground, as if it had been the other's. Where it happened is stated; who \
                      did it cannot be heard, and the alternatives stand in both directions.",
        };
        let (mut draw, at_s) = self.begin(said, 20.4, AFTER_S);
        let by = Side::BOTH[draw.one_of(2)];
        let point = self.behind(&mut draw, by, 6_000.0, 9_000.0);
        let strength = blast(&mut draw, 80.0, BURIED_LOSES);
        self.event(Kind::Explosion, at_s, point, Some(by), strength);
    }

    fn protected_site(&mut self) {
        let said = Said {
            id: "protected-site",
            title: "A protected site",
            teaches: "A bomb falls on a protected site. Look at the clause that is named, and at where it stands in the queue by \
                      severity.",
        };
        let (mut draw, at_s) = self.begin(said, 21.6, AFTER_S);
        let site = self.region.protected[draw.one_of(self.region.protected.len())];
        let point = self.region.towns[site].moved(500.0 * draw.normal(), 500.0 * draw.normal());
        let by = self.region.side(point).other();
        let strength = blast(&mut draw, 100.0, BURIED_LOSES);
        self.event(Kind::Explosion, at_s, point, Some(by), strength);
    }
}

/// How a salvo of the day goes; see `source.rs` for where its numbers come from.
struct Fired {
    launch: Kind,
    impact: Kind,
    behind_m: (f64, f64),
    beyond_m: (f64, f64),
    rounds: u32,
    gap_s: f64,
    flight_s: (f64, f64),
    launch_kg: f64,
    launch_loss: f64,
    impact_kg: f64,
    impact_loses: (f64, f64),
}

/// Guns of 155 mm.
const GUNS: Fired = Fired {
    launch: Kind::ArtilleryLaunch,
    impact: Kind::ArtilleryImpact,
    behind_m: (6_000.0, 9_000.0),
    beyond_m: (7_000.0, 10_000.0),
    rounds: 6,
    gap_s: 15.0,
    flight_s: (18.0, 2.2),
    launch_kg: 1.5,
    launch_loss: 1.8,
    impact_kg: 11.0,
    impact_loses: BURIED_LOSES,
};

/// A mortar of 120 mm.
const MORTAR: Fired = Fired {
    launch: Kind::MortarLaunch,
    impact: Kind::MortarImpact,
    behind_m: (1_000.0, 3_000.0),
    beyond_m: (800.0, 2_500.0),
    rounds: 6,
    gap_s: 12.0,
    flight_s: (16.0, 2.5),
    launch_kg: 0.1,
    launch_loss: 2.2,
    impact_kg: 3.0,
    impact_loses: MOST_LOSE,
};

/// Mortars of 240 mm, two rounds each.
const HEAVY: Fired = Fired {
    behind_m: (4_000.0, 6_000.0),
    beyond_m: (5_500.0, 7_500.0),
    rounds: 2,
    gap_s: 40.0,
    launch_kg: 0.3,
    impact_kg: 32.0,
    impact_loses: BURIED_LOSES,
    ..MORTAR
};

/// Rockets of 220 mm.
const ROCKETS: Fired = Fired {
    launch: Kind::RocketLaunch,
    impact: Kind::RocketImpact,
    behind_m: (9_000.0, 15_000.0),
    beyond_m: (7_000.0, 12_000.0),
    rounds: 6,
    gap_s: 3.0,
    flight_s: (12.0, 2.0),
    launch_kg: 0.5,
    launch_loss: 2.4,
    impact_kg: 50.0,
    impact_loses: BURIED_LOSES,
};
