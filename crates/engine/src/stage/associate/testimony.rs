//! Asks each owner's sensors of every event that is final, keeps what speaks against it in the state, and says which owners contradict
//! the others. The statistics are `truceline_science::testimony`.
//!
//! Asked are sensors of the inventory from which data came until after the wave should have come: others had no chance. Events are
//! taken in the order of their contents, so nothing hangs on the order in which inputs came.
use super::find::{self, Found, Member};
use super::measure::{array_stand, counts, sensor};
use super::networks::{Network, Stand};
use super::settings::settings;
use crate::output::{Emitter, Output};
use crate::state::{MAX_OWNERS, MAX_SITES, Pooled, State, Tally, Testimony, Told};
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::association::Association;
use truceline_model::inconsistency::{Fits, Inconsistency};
use truceline_model::measurement::{Sensor, Site};
use truceline_model::time::{Interval, Time};
use truceline_science::associate::Frame;
use truceline_science::testimony::{
    Arrival, BAR_NATS, Counted, Ear, Happened, Listener, OTHERS_MIN, OWN_ARRIVALS_MIN, Scene, Waves, Way,
};

/// An event of smaller log odds is no question to anybody: nine to one by the associator's model. What holds of them, `p_real`, weighs
/// what is answered.
const LOG_ODDS_MIN: f64 = 2.197_224_577_336_219_6;

/// What was said is said again once it rests on so many times as many events.
const AGAIN: u32 = 2;

/// Who is heard from in a block.
struct Heard {
    owner: String,
    until: Time,
    /// When it registered anything, ascending.
    times: Vec<Time>,
}

/// A block that is closed.
pub(super) struct Block<'a> {
    /// Its beginning.
    pub(super) first: Time,
    /// What begins before this is final.
    pub(super) end: Time,
    /// All that was measured from its beginning until half a window after its end, by time.
    pub(super) near: &'a [&'a Pooled],
    /// Who was heard from.
    pub(super) networks: &'a [Network],
}

/// Takes the events of a block, and what owners alone have left in it.
pub(super) fn take(
    told: &Association,
    threads: usize,
    state: &mut State,
    block: &Block<'_>,
    found: &[Found<'_>],
    emitter: &mut Emitter<'_>,
) {
    let waves = Waves::new(&settings(told, 0.0));
    let mut heard = heard(state, block.first);
    for one in block.near {
        if let Some(of) = heard.get_mut(&one.stand()) {
            of.times.push(one.time);
        }
    }
    let alone = alone(told, threads, block, &heard, found);
    for event in found.iter().chain(&alone).filter(|event| event.log_odds >= LOG_ODDS_MIN) {
        ask(&waves, state, &heard, block.first, event);
    }
    let until = block.near.last().map_or(block.first, |last| last.time);
    for one in named(state, until) {
        emitter.emit(Output::Inconsistency(one));
    }
}

/// What would be events by what no event took of one owner's measurements, were there no others who kept silent: where they are silent
/// the associator makes none, which is right, and hides an invention.
fn alone<'a>(
    told: &Association,
    threads: usize,
    block: &Block<'a>,
    heard: &BTreeMap<Stand, Heard>,
    found: &[Found<'_>],
) -> Vec<Found<'a>> {
    let taken: BTreeSet<(u64, u32)> =
        found.iter().flat_map(|event| event.members.iter().map(|one| one.order)).collect();
    let mut all = Vec::new();
    for network in block.networks {
        let mut of_owner: BTreeMap<&str, Vec<Stand>> = BTreeMap::new();
        for stand in &network.stands {
            if let Some(of) = heard.get(stand).filter(|of| !of.owner.is_empty()) {
                of_owner.entry(&of.owner).or_default().push(*stand);
            }
        }
        for (owner, stands) in of_owner.iter().filter(|_| of_owner.len() > OTHERS_MIN) {
            let is_left = |one: &&Pooled| stands.binary_search(&one.stand()).is_ok() && !taken.contains(&one.order);
            let left: Vec<&Pooled> = block.near.iter().copied().filter(is_left).collect();
            if left.len() < OWN_ARRIVALS_MIN {
                continue;
            }
            let sensors = stands.iter().enumerate().map(|(n, stand)| sensor(n, owner, *stand)).collect();
            let recorded = stands.iter().map(|stand| network.recorded_of(stand).to_vec()).collect();
            let speeds = network.speeds.clone();
            let own = Network { sensors, stands: stands.clone(), recorded, speeds, reach_s: network.reach_s };
            let observed_s = left.last().map_or(0.0, |last| last.time.seconds_since(block.first));
            let Ok(find::Outcome { events, .. }) = find::events(told, threads, &own, &left, observed_s) else {
                continue;
            };
            // What begins later is looked at in the block that it begins in.
            let begins = |event: &Found<'_>| event.members.iter().map(|one| one.time).min();
            let events = events.into_iter().filter(|event| begins(event).is_some_and(|time| time < block.end));
            all.extend(events.map(|event| Found { listening: network.stands.as_slice().into(), ..event }));
        }
    }
    all
}

/// Asks all owners of one event. Times count from `first`.
fn ask(waves: &Waves, state: &mut State, heard: &BTreeMap<Stand, Heard>, first: Time, event: &Found<'_>) {
    let Some((origin, site)) = &event.origin else { return };
    let asked: Vec<(Stand, &Heard)> =
        event.listening.iter().filter_map(|stand| heard.get(stand).map(|of| (*stand, of))).collect();
    let names: Vec<&str> =
        asked.iter().map(|(_, of)| of.owner.as_str()).collect::<BTreeSet<&str>>().into_iter().collect();
    let sensors: Vec<Sensor> = asked.iter().enumerate().map(|(n, (stand, _))| sensor(n, "", *stand)).collect();
    let Ok(frame) = Frame::of(&sensors) else { return };
    let metres = |site: &Site| frame.metres(site).map(|[east, north, _]| [east, north]);
    let Some([east_m, north_m]) = metres(site) else { return };
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
        start: [since_s(*origin), east_m, north_m],
        p_real: event.p_real,
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
            // Nothing stands against it: what is counted and said is of what comes from here on.
            let against = std::mem::take(&mut told.against);
            *told = Told { against, ..Told::new(until) };
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
    use super::*;
    use truceline_formats::configuration;
    use truceline_model::canonical::{from_bytes, to_bytes};
    use truceline_model::geodesic;
    use truceline_model::measurement::SensorKind;
    use truceline_model::place::Place;

    const OWNERS: [&str; 4] = ["Institute", "Mission", "Alpha", "Bravo"];
    const SENSORS: usize = 16;

    fn stand(k: usize) -> Stand {
        let middle = Place::from_degrees(47.0, 31.0).unwrap();
        let r_m = 9_000.0 + 1_500.0 * k as f64;
        (SensorKind::Seismometer, geodesic::destination(middle, 75.0 * k as f64, r_m).unwrap(), 0)
    }

    fn site(place: Place) -> Site {
        Site::Geographic { lon_deg: place.lon_deg(), lat_deg: place.lat_deg(), elevation_m: 0.0 }
    }

    fn pooled(k: usize, shot: u64, time: Time) -> Pooled {
        let order = shot * SENSORS as u64 + k as u64;
        super::super::tests::pooled(order, OWNERS[k % OWNERS.len()], stand(k).1, time)
    }

    /// A state that knows eight shots, ten minutes apart; what was said in them.
    fn after_shots(is_silent: fn(usize) -> bool, later_s: fn(usize) -> f64) -> (State, Vec<Inconsistency>) {
        let told = configuration::read("configuration.toml", configuration::DEFAULT).unwrap().association.unwrap();
        let waves = Waves::new(&settings(&told, 0.0));
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
            let agrees = |one: &&Pooled| (0..SENSORS).any(|k| stand(k) == one.stand() && later_s(k) == 0.0);
            let found = Found {
                members: all.iter().filter(agrees).filter_map(Member::stated).collect(),
                is_associated: true,
                p_real: 0.999,
                log_odds: 7.0,
                runners_up: 0,
                left_out: Vec::new(),
                origin: Some((first.plus_s(59.5), site(middle))),
                listening: stands.as_slice().into(),
                fellows: None,
            };
            ask(&waves, &mut state, &heard, first, &found);
            said.extend(named(&mut state, until));
        }
        (state, said)
    }

    #[test]
    fn an_owner_that_misses_what_others_register_is_said_by_name_and_again_after_twice_as_many_events() {
        let (state, said) = after_shots(|k| k % 4 == 3, |_| 0.0);
        assert!((1..=3).contains(&said.len()), "{said:#?}");
        assert!(said.windows(2).all(|pair| pair[1].events >= AGAIN * pair[0].events), "{said:#?}");
        for one in &said {
            assert_eq!((one.owner.as_str(), one.sensor.as_str()), ("Bravo", ""));
            assert!(matches!(one.fits, Fits::Misses { heard: 0..=1, .. }), "{said:?}");
        }
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
    fn what_owners_alone_left_is_found_though_others_are_silent() {
        let told = configuration::read("configuration.toml", configuration::DEFAULT).unwrap().association.unwrap();
        let first = Time::parse("2024-05-06T07:00:00Z").unwrap();
        let (middle, until) = (Place::from_degrees(47.0, 31.0).unwrap(), first.plus_s(500.0));
        let own = |k: &usize| k.is_multiple_of(2);
        let come = |k: usize| {
            let travel_s = geodesic::between(stand(k).1, middle).distance_m / 6_000.0;
            pooled(k, 0, first.plus_s(60.0 + travel_s))
        };
        let all: Vec<Pooled> = (0..SENSORS).filter(own).map(come).collect();
        let mut near: Vec<&Pooled> = all.iter().collect();
        near.sort_by_key(|one| one.content_order());
        let heard: BTreeMap<Stand, Heard> = (0..SENSORS)
            .map(|k| (stand(k), ["own", "one", "own", "two"][k % 4]))
            .map(|(stand, owner)| (stand, Heard { owner: owner.to_owned(), until, times: Vec::new() }))
            .collect();
        let stands: Vec<Stand> = heard.keys().copied().collect();
        let sensors = stands.iter().enumerate().map(|(n, stand)| sensor(n, "", *stand)).collect();
        let networks = [Network { sensors, stands, recorded: Vec::new(), speeds: None, reach_s: 60.0 }];
        let of = |end: Time| {
            let block = Block { first, end, near: &near, networks: &networks };
            alone(&told, 1, &block, &heard, &[]).iter().map(|event| event.members.len()).collect::<Vec<usize>>()
        };
        assert_eq!(of(first.plus_s(300.0)), [8]);
        assert_eq!(of(first.plus_s(30.0)), [0_usize; 0]);
    }

    #[test]
    fn nobody_is_named_where_all_agree() {
        let (state, said) = after_shots(|_| false, |_| 0.0);
        assert!(said.is_empty(), "{said:#?}");
        assert_eq!(state.testimony.owners.0.len(), 4);
        assert!(state.testimony.owners.0.values().all(|told| told.against.nats() < 0.5 && told.said.is_none()));
    }
}
