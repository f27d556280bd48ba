//! What speaks against owners, on events and sensors of our own making: honest ones, and false in each of the ways.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
use truceline_model::measurement::{Phase, SensorKind};
use truceline_science::associate::Settings;
use truceline_science::testimony::{Against, Arrival, BAR_NATS, Ear, Happened, Listener, Scene, Waves, Way};

const OWNERS: usize = 5;
const SENSORS: usize = 40;
/// The owner that is false where one is.
const FALSE: usize = 2;
/// As fast as waves go there: a per cent or two off what is stated.
const P_M_S: f64 = 5_900.0;
const S_M_S: f64 = 3_430.0;

/// Numbers from a counter: the same on every machine.
struct Drawn(u64);

impl Drawn {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * libm::log(self.uniform().max(1e-12))).sqrt() * libm::cos(std::f64::consts::TAU * self.uniform())
    }
}

/// What the false owner does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Lie {
    None,
    /// Takes out two events of three.
    Mutes,
    /// Tells of each as if it were 12 km north.
    Displaces,
    /// Its clocks are this much late.
    Late(f64),
    /// Of three events one is its own alone.
    Invents,
}

/// How well sensors hear beside what is taken for granted.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Hearing {
    Alike,
    /// Each site has amplitudes of its own, and of each owner one sensor is dead.
    Uneven,
    /// The false owner's first three sensors stand at loud sites; it has eight.
    LoudOwner,
}

struct World {
    draw: Drawn,
    places_m: Vec<[f64; 2]>,
    site: Vec<f64>,
}

impl World {
    fn new(seed: u64, hearing: Hearing) -> Self {
        let mut draw = Drawn(seed.wrapping_mul(0x1234_5677));
        let places_m: Vec<[f64; 2]> =
            (0..SENSORS).map(|_| [draw.between(-70e3, 70e3), draw.between(-35e3, 35e3)]).collect();
        let site = (0..SENSORS)
            .map(|k| match hearing {
                Hearing::Alike => 0.0,
                Hearing::Uneven if k < OWNERS => f64::NEG_INFINITY,
                Hearing::Uneven => 0.5 * draw.normal(),
                Hearing::LoudOwner if k % OWNERS == FALSE && k < 3 * OWNERS => -1.2,
                Hearing::LoudOwner => 0.0,
            })
            .collect();
        Self { draw, places_m, site }
    }

    /// Runs so many events a quarter of an hour apart; what speaks against each owner at its highest, and how at the end.
    fn run(&mut self, events: usize, lie: Lie) -> Vec<(f64, Against)> {
        let waves = Waves::new(&Settings::default());
        let mut all: Vec<(f64, Against)> = vec![(0.0, Against::default()); OWNERS];
        let mut ears = vec![Ear::default(); SENSORS];
        for n in 0..events {
            let place_m = [self.draw.between(-60e3, 60e3), self.draw.between(-15e3, 15e3)];
            let strength = self.draw.between(10.0, 11.2);
            let is_own = lie == Lie::Invents && n % 3 == 0;
            let (mut arrivals, mut times): (Vec<Arrival>, Vec<Vec<f64>>) = (Vec::new(), vec![Vec::new(); SENSORS]);
            for (k, times) in times.iter_mut().enumerate() {
                let is_false = k % OWNERS == FALSE;
                if is_own && !is_false || is_false && lie == Lie::Mutes && n % 3 != 0 {
                    continue;
                }
                let moved_m = if is_false && lie == Lie::Displaces { 12e3 } else { 0.0 };
                let (east, north) = (self.places_m[k][0] - place_m[0], self.places_m[k][1] - place_m[1] - moved_m);
                let r_m = libm::hypot(east, north);
                for (phase, speed, weaker) in [(Phase::P, P_M_S, 0.4), (Phase::S, S_M_S, 0.0)] {
                    // Amplitudes fall with the distance and scatter by half an order from path to path.
                    let over_noise =
                        strength - weaker - libm::log(r_m.max(1e3)) + self.site[k] + 0.6 * self.draw.normal();
                    if over_noise < 0.0 {
                        continue;
                    }
                    let late_s = if let (true, Lie::Late(s)) = (is_false, lie) { s } else { 0.0 };
                    let at_s = 300.0 + r_m / speed + 0.15 * self.draw.normal() + late_s;
                    times.push(at_s);
                    // What does not fit the others is in no event with them.
                    if !is_false || matches!(lie, Lie::None | Lie::Mutes | Lie::Invents) {
                        arrivals.push(Arrival { listener: k, place_m: self.places_m[k], at_s, phase });
                    }
                }
                // What has nothing to do with it: one in two minutes.
                (0..5).for_each(|_| times.push(self.draw.between(0.0, 600.0)));
                times.sort_by(f64::total_cmp);
            }
            let listener = |(k, times_s): (usize, Vec<f64>)| Listener {
                kind: SensorKind::Seismometer,
                owner: k % OWNERS,
                place_m: self.places_m[k],
                until_s: 900.0,
                times_s,
            };
            let listeners: Vec<Listener> = times.into_iter().enumerate().map(listener).collect();
            let event = Happened { arrivals, start: [302.0, place_m[0] + 800.0, place_m[1] - 500.0], p_real: 1.0 };
            let mut learnt = Vec::new();
            for (owner, (highest, against)) in all.iter_mut().enumerate() {
                let scene = Scene { waves: &waves, listeners: &listeners, ears: &ears };
                learnt.extend(against.take(&scene, &event, owner).ears);
                *highest = highest.max(against.nats());
            }
            learnt.into_iter().for_each(|(k, ear)| ears[k] = ear);
        }
        all
    }
}

/// Of so many worlds of 18 events, in how many the false owner passes the bar, and how many honest owners ever do.
fn named(worlds: u64, hearing: Hearing, lie: Lie) -> (usize, usize, Vec<Way>) {
    let (mut of_false, mut of_honest, mut ways) = (0, 0, Vec::new());
    for seed in 1..=worlds {
        for (owner, (highest, against)) in World::new(seed, hearing).run(18, lie).into_iter().enumerate() {
            let is_named = highest >= BAR_NATS;
            if lie != Lie::None && owner == FALSE {
                of_false += usize::from(is_named);
                ways.push(against.way());
            } else {
                of_honest += usize::from(is_named);
            }
        }
    }
    (of_false, of_honest, ways)
}

#[test]
fn an_honest_owner_passes_the_bar_in_less_than_one_in_a_hundred() {
    for hearing in [Hearing::Alike, Hearing::Uneven, Hearing::LoudOwner] {
        let (_, honest, _) = named(50, hearing, Lie::None);
        assert!(honest <= 2, "{honest} of 250, {hearing:?}");
    }
}

#[test]
fn false_owners_are_named_each_in_its_way_and_no_honest_one_with_them() {
    let cases = [
        (Lie::Mutes, vec![Way::Misses]),
        // Seen from one side, another place is another time.
        (Lie::Displaces, vec![Way::Misses, Way::Clock]),
        (Lie::Late(2.3), vec![Way::Clock]),
        (Lie::Late(-1.4), vec![Way::Clock]),
        (Lie::Invents, vec![Way::Alone]),
    ];
    for (lie, expected) in cases {
        for hearing in [Hearing::Alike, Hearing::Uneven] {
            let (of_false, honest, ways) = named(20, hearing, lie);
            assert!(of_false >= 17, "{of_false} of 20, {lie:?}, {hearing:?}");
            assert!(honest <= 1, "{honest} of 80, {lie:?}, {hearing:?}");
            let of_way = ways.iter().filter(|way| expected.contains(way)).count();
            assert!(of_way >= 16, "{of_way} of 20, {lie:?}: {ways:?}");
        }
    }
}

#[test]
fn a_span_of_time_is_told_to_its_step() {
    for late_s in [2.0, -4.5] {
        let all = World::new(7, Hearing::Alike).run(10, Lie::Late(late_s));
        assert!((all[FALSE].1.clock.offset_s() - late_s).abs() < 1e-9, "{}", all[FALSE].1.clock.offset_s());
    }
}

/// Who was not heard from had no chance, and one owner's word against another's is none.
#[test]
fn silence_without_data_and_the_word_of_one_owner_say_nothing() {
    let waves = Waves::new(&Settings::default());
    let place_m = |k: usize| [4e3 * k as f64 - 20e3, if k.is_multiple_of(2) { 9e3 } else { -7e3 }];
    let arrival = |k: usize| {
        let [east, north] = place_m(k);
        Arrival { listener: k, place_m: [east, north], at_s: 100.0 + libm::hypot(east, north) / P_M_S, phase: Phase::P }
    };
    let listeners = |owner: fn(usize) -> usize, until_s: f64| -> Vec<Listener> {
        let one = |k: usize| {
            let heard = !k.is_multiple_of(3);
            Listener {
                kind: SensorKind::Seismometer,
                owner: owner(k),
                place_m: place_m(k),
                until_s: if heard { 600.0 } else { until_s },
                times_s: if heard { vec![arrival(k).at_s] } else { Vec::new() },
            }
        };
        (0..12).map(one).collect()
    };
    let arrivals: Vec<Arrival> = (0..12).filter(|k| k % 3 != 0).map(arrival).collect();
    let asked_of = |p_real: f64, listeners: &[Listener]| {
        let event = Happened { arrivals: arrivals.clone(), start: [100.0, 0.0, 0.0], p_real };
        let mut against = Against::default();
        let asked = against.take(&Scene { waves: &waves, listeners, ears: &[Ear::default(); 12] }, &event, 0);
        (asked.others.events, against.nats())
    };
    let asked = |listeners: &[Listener]| asked_of(1.0, listeners);
    // Three owners, of whom the first misses all.
    let missing = listeners(|k| k % 3, 600.0);
    let (events, nats) = asked(&missing);
    assert!(events == 1 && nats > 0.3, "{events} {nats}");
    assert_eq!(asked(&listeners(|k| k % 3, 50.0)).0, 0);
    assert_eq!(asked(&listeners(|k| (k % 3).min(1), 600.0)).0, 0);
    // Of what is real with a half, silence says at most two to one, and of what never was nothing.
    let half = asked_of(0.5, &missing).1;
    assert!(half > 0.0 && half < 0.7 * nats.min(std::f64::consts::LN_2), "{half} {nats}");
    assert!(asked_of(0.0, &missing).1.abs() < 1e-5);
}
