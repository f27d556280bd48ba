//! Asks each owner's sensors of every event that is final, keeps what speaks against it in the state, and says which owners contradict
//! the others. The statistics are `truceline_science::testimony`.
//!
//! Asked are sensors of the inventory from which data came until after the wave should have come: others had no chance. Events are
//! taken in the order of their contents, so nothing hangs on the order in which inputs came.
use super::find::{Found, Member};
use super::measure::{array_stand, counts, sensor};
use super::networks::Stand;
use super::settings::settings;
use crate::output::{Emitter, Output};
use crate::state::{MAX_OWNERS, MAX_SITES, Pooled, State, Tally, Testimony, Told};
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::association::Association;
use truceline_model::event::{ArrivalUse, Product, Solution};
use truceline_model::hash::Hash;
use truceline_model::inconsistency::{Fits, Inconsistency};
use truceline_model::measurement::{Sensor, Site};
use truceline_model::time::{Interval, Time};
use truceline_science::associate::Frame;
use truceline_science::testimony::{Arrival, BAR_NATS, Counted, Ear, Happened, Listener, Scene, Waves, Way};

/// An event that is less probably real is no question to anybody.
const P_REAL_MIN: f64 = 0.9;

/// What was said is said again once it rests on so many times as many events.
const AGAIN: u32 = 2;

/// Who is heard from in a block.
struct Heard {
    owner: String,
    until: Time,
    /// When it registered anything, ascending.
    times: Vec<Time>,
}

/// Takes the events of a block that is closed. `before`: how many outputs there were before its events; `first`: its beginning.
pub(super) fn take(
    told: &Association,
    state: &mut State,
    (first, near): (Time, &[&Pooled]),
    found: &[Found<'_>],
    before: usize,
    emitter: &mut Emitter<'_>,
) {
    let waves = Waves::new(&settings(told, 0.0));
    let mut placed: BTreeMap<Vec<Hash>, Solution> = BTreeMap::new();
    for output in emitter.outputs().iter().skip(before) {
        if let Output::Event(event) = output
            && event.product == Product::E3
        {
            let cited = event.solution.arrivals.iter().map(ArrivalUse::hash).collect();
            placed.insert(cited, event.solution.clone());
        }
    }
    let mut heard = heard(state, first);
    for one in near {
        if let Some(of) = heard.get_mut(&one.stand()) {
            of.times.push(one.time);
        }
    }
    for event in found.iter().filter(|event| event.is_associated && event.p_real >= P_REAL_MIN) {
        let mut cited: Vec<Hash> = event.members.iter().map(|one| one.hash).collect();
        cited.sort_unstable();
        if let Some(solution) = placed.get(&cited) {
            ask(&waves, state, &heard, first, event, solution);
        }
    }
    let until = near.last().map_or(first, |last| last.time);
    for one in named(state, until) {
        emitter.emit(Output::Inconsistency(one));
    }
}

/// Asks all owners of one event. Times count from `first`.
fn ask(
    waves: &Waves,
    state: &mut State,
    heard: &BTreeMap<Stand, Heard>,
    first: Time,
    event: &Found<'_>,
    solution: &Solution,
) {
    let asked: Vec<(Stand, &Heard)> =
        event.listening.iter().filter_map(|stand| heard.get(stand).map(|of| (*stand, of))).collect();
    let names: Vec<&str> =
        asked.iter().map(|(_, of)| of.owner.as_str()).collect::<BTreeSet<&str>>().into_iter().collect();
    let sensors: Vec<Sensor> = asked.iter().enumerate().map(|(n, (stand, _))| sensor(n, "", *stand)).collect();
    let Ok(frame) = Frame::of(&sensors) else { return };
    let mean = solution.posterior.mean;
    let middle = Site::Geographic { lon_deg: mean.lon_deg(), lat_deg: mean.lat_deg(), elevation_m: 0.0 };
    let metres = |site: &Site| frame.metres(site).map(|[east, north, _]| [east, north]);
    let Some([east_m, north_m]) = metres(&middle) else { return };
    let since_s = |time: Time| time.seconds_since(first);
    let mut listeners: Vec<Listener> = Vec::new();
    for ((stand, of), sensor) in asked.iter().zip(&sensors) {
        let Some(place_m) = metres(&sensor.site) else { return };
        let owner = names.binary_search(&of.owner.as_str()).unwrap_or_default();
        let times_s = of.times.iter().map(|time| since_s(*time)).collect();
        listeners.push(Listener { kind: stand.0, owner, place_m, until_s: since_s(of.until), times_s });
    }
    let arrival = |one: &Member<'_>| {
        let listener = asked.binary_search_by_key(&one.stand(), |(stand, _)| *stand).ok()?;
        Some(Arrival { listener, place_m: listeners[listener].place_m, at_s: since_s(one.time), phase: one.phase })
    };
    let happened = Happened {
        arrivals: event.members.iter().filter_map(arrival).collect(),
        start: [since_s(solution.posterior.time_mean), east_m, north_m],
    };
    let Testimony { ears: known, owners } = &mut state.testimony;
    let ears: Vec<Ear> = asked.iter().map(|(stand, _)| known.0.get(stand).copied().unwrap_or_default()).collect();
    let scene = Scene { waves, listeners: &listeners, ears: &ears };
    let mut learnt: Vec<(usize, Ear)> = Vec::new();
    for (owner, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if !owners.0.contains_key(*name) && owners.0.len() >= MAX_OWNERS {
            continue;
        }
        let told = owners.0.entry((*name).to_owned()).or_insert_with(|| Told::new(first));
        let answer = told.against.take(&scene, &happened, owner);
        count(&mut told.others, &answer.others);
        // Of its own events only those count that others miss.
        let of_own = if answer.own.registered > 0 { 0.0 } else { answer.own.expected };
        count(&mut told.own, &Counted { expected: of_own, ..answer.own });
        learnt.extend(answer.ears);
    }
    for (listener, ear) in learnt {
        let stand = asked[listener].0;
        if known.0.contains_key(&stand) || known.0.len() < MAX_SITES {
            known.0.insert(stand, ear);
        }
    }
}

fn count(tally: &mut Tally, by: &Counted) {
    tally.events = tally.events.saturating_add(by.events);
    tally.registered = tally.registered.saturating_add(by.registered);
    tally.expected_milli = tally.expected_milli.saturating_add((by.expected * 1e3).round() as u32);
}

/// Sensors of the inventory of which data came since a time.
fn heard(state: &State, since: Time) -> BTreeMap<Stand, Heard> {
    let last = |id: &String| state.channels.0.get(id).map(|channel| channel.last).filter(|last| *last >= since);
    let one = |owner: &str, until: Time| Heard { owner: owner.to_owned(), until, times: Vec::new() };
    let mut heard = BTreeMap::new();
    for site in state.sites.0.values().filter(|site| counts(site)) {
        if let Some(until) = last(&site.id) {
            heard.insert((site.kind, site.place, site.elevation_cm), one(&site.owner, until));
        }
    }
    for array in state.arrays.0.values() {
        let came = array.elements.0.iter().filter_map(|(id, element)| Some((element, last(id)?)));
        let until = came.clone().map(|(_, until)| until).min();
        let mut owners = came.map(|(element, _)| element.owner.as_str());
        // An array of several owners speaks for none of them alone.
        let Some(owner) = owners.next().filter(|first| owners.all(|other| other == *first)) else { continue };
        if let (Some(class), Some(until)) = (array.class, until) {
            heard.insert(array_stand(class, array.place, Some(array)), one(owner, until));
        }
    }
    heard
}

/// Which owners are inconsistent and were not said to be so, or rest on much more by now.
fn named(state: &mut State, until: Time) -> Vec<Inconsistency> {
    let owners = &mut state.testimony.owners.0;
    let over = owners.values().filter(|told| told.against.nats() >= BAR_NATS).count();
    // Where most owners contradict the rest nobody can tell who is right, or the model of the earth fails.
    let is_told = 2 * over < owners.len();
    let mut found = Vec::new();
    for (owner, told) in owners.iter_mut() {
        let nats = told.against.nats();
        if nats < 0.0 {
            told.said = None;
        }
        if nats < BAR_NATS || !is_told {
            continue;
        }
        let way = told.against.way();
        let tally = if way == Way::Alone { told.own } else { told.others };
        let stands = told.said.is_some_and(|(said, events)| said == way && tally.events < events.saturating_mul(AGAIN));
        if stands {
            continue;
        }
        told.said = Some((way, tally.events));
        let missed = tally.events.saturating_sub(tally.registered);
        let fits = match way {
            Way::Clock => Fits::Later((told.against.clock.offset_s() * 1e6).round() as i64),
            Way::Misses => Fits::Misses { expected_milli: tally.expected_milli, heard: tally.registered },
            Way::Alone => Fits::Alone { events: missed, expected_others_milli: tally.expected_milli },
        };
        let events = if way == Way::Misses { tally.events } else { missed };
        found.push(Inconsistency {
            sensor: String::new(),
            owner: owner.clone(),
            fits,
            events,
            agreeing: tally.registered,
            left_out: 0,
            span: Interval { from: told.from, to: until },
        });
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::super::locate;
    use super::*;
    use crate::state::Origin;
    use crate::step::Engine;
    use truceline_formats::configuration;
    use truceline_model::canonical::{from_bytes, to_bytes};
    use truceline_model::geodesic;
    use truceline_model::measurement::{Phase, SensorKind};
    use truceline_model::place::Place;

    const OWNERS: [&str; 4] = ["Institute", "Mission", "Alpha", "Bravo"];
    const SENSORS: usize = 16;

    fn stand(k: usize) -> Stand {
        let middle = Place::from_degrees(47.0, 31.0).unwrap();
        let r_m = 9_000.0 + 1_500.0 * k as f64;
        (SensorKind::Seismometer, geodesic::destination(middle, 75.0 * k as f64, r_m).unwrap(), 0)
    }

    fn pooled(k: usize, shot: u64, time: Time) -> Pooled {
        let (kind, place, elevation_cm) = stand(k);
        let order = (shot, k as u32);
        Pooled {
            origin: Origin::Detection,
            hash: Hash::of(&to_bytes(&order)),
            order,
            owner: OWNERS[k % OWNERS.len()].to_owned(),
            kind,
            place,
            elevation_cm,
            time,
            time_sigma_us: Some(50_000),
            phase: Some(Phase::P),
            azimuth_mdeg: None,
            azimuth_sigma_mdeg: None,
            f_statistic_milli: None,
            slowness_us_km: None,
            said: None,
        }
    }

    /// A state that knows eight shots, ten minutes apart; what was said in them.
    fn after_shots(is_silent: fn(usize) -> bool, later_s: fn(usize) -> f64) -> (State, Vec<Inconsistency>) {
        let configuration = configuration::read("configuration.toml", configuration::DEFAULT).unwrap();
        let engine = Engine::new(configuration, Hash([1; 32]), "a test", 1);
        let waves = Waves::new(&settings(engine.configuration.association.as_ref().unwrap(), 0.0));
        let mut stands: Vec<Stand> = (0..SENSORS).map(stand).collect();
        stands.sort_unstable();
        let (mut state, mut said) = (State::default(), Vec::new());
        for shot in 0..8 {
            let first = Time::parse("2024-05-06T07:00:00Z").unwrap().plus_s(600.0 * shot as f64);
            let middle = Place::from_degrees(47.0, 31.0).unwrap();
            let source = geodesic::destination(middle, 77.0 * shot as f64, 3_000.0 + 900.0 * shot as f64).unwrap();
            let come = |k: usize| {
                let travel_s = geodesic::between(stand(k).1, source).distance_m / 6_000.0;
                pooled(k, shot, first.plus_s(60.0 + travel_s + later_s(k)))
            };
            let all: Vec<Pooled> = (0..SENSORS).filter(|k| !is_silent(*k)).map(come).collect();
            let until = first.plus_s(500.0);
            let mut heard: BTreeMap<Stand, Heard> = BTreeMap::new();
            for k in 0..SENSORS {
                let times = all.iter().filter(|one| one.stand() == stand(k)).map(|one| one.time).collect();
                heard.insert(stand(k), Heard { owner: OWNERS[k % OWNERS.len()].to_owned(), until, times });
            }
            let agree = all.iter().enumerate().filter(|(_, one)| {
                let k = (0..SENSORS).find(|k| stand(*k) == one.stand()).unwrap();
                later_s(k) == 0.0
            });
            let found = Found {
                members: agree.filter_map(|(_, one)| Member::stated(one)).collect(),
                is_associated: true,
                p_real: 0.999,
                runners_up: 0,
                left_out: Vec::new(),
                listening: stands.as_slice().into(),
            };
            let solution = locate::solution(&engine, &found).unwrap();
            ask(&waves, &mut state, &heard, first, &found, &solution);
            said.extend(named(&mut state, until));
        }
        (state, said)
    }

    #[test]
    fn an_owner_that_misses_what_others_register_is_said_once_and_by_name() {
        let (state, said) = after_shots(|k| k % 4 == 3, |_| 0.0);
        assert_eq!(said.len(), 1, "{said:#?}");
        assert_eq!((said[0].owner.as_str(), said[0].sensor.as_str()), ("Bravo", ""));
        assert!(matches!(said[0].fits, Fits::Misses { heard: 0, .. }), "{said:?}");
        assert_eq!(from_bytes::<Testimony>(&to_bytes(&state.testimony)).unwrap(), state.testimony);
        assert_eq!(state.testimony.owners.0.len(), 4);
    }

    #[test]
    fn an_owner_whose_clocks_are_off_is_said_with_the_span() {
        let (_, said) = after_shots(|_| false, |k| if k % 4 == 2 { 2.0 } else { 0.0 });
        let owners: BTreeSet<&str> = said.iter().map(|one| one.owner.as_str()).collect();
        assert_eq!(owners, BTreeSet::from(["Alpha"]), "{said:#?}");
        assert_eq!(said.last().unwrap().fits, Fits::Later(2_000_000), "{said:#?}");
    }

    #[test]
    fn nobody_is_named_where_all_agree() {
        let (state, said) = after_shots(|_| false, |_| 0.0);
        assert!(said.is_empty(), "{said:#?}");
        assert!(state.testimony.owners.0.values().all(|told| told.others.events == 8 && told.against.nats() < 0.5));
    }
}
