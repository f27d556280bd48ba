use super::*;
use crate::region::Side;
use std::collections::BTreeSet;
use truceline_formats::Delivery as Read;
use truceline_model::hash::Hash;

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (a, b) = (Day::drawn(3).unwrap(), Day::drawn(3).unwrap());
    assert_eq!(a, b);
    let hash = |day: &Day| {
        let bytes: Vec<u8> = day.records(0).unwrap().into_iter().flat_map(|record| record.bytes).collect();
        Hash::of(&bytes)
    };
    assert_eq!(hash(&a), hash(&b));
    assert_ne!(hash(&a), hash(&Day::drawn(4).unwrap()));
}

#[test]
fn scenes_stand_in_order_within_the_day_and_hold_what_happens() {
    for seed in 0..30 {
        let day = Day::drawn(seed).unwrap();
        let ids: BTreeSet<&str> = day.scenes.iter().map(|scene| scene.id).collect();
        assert_eq!(ids.len(), day.scenes.len());
        assert!(day.scenes.windows(2).all(|pair| pair[0].span_s.end + 600.0 < pair[1].span_s.start), "{seed}");
        for scene in &day.scenes {
            let Range { start, end } = scene.span_s;
            assert!(start >= 0.0 && end <= 86_400.0 && end - start <= SCENE_S_MAX, "{seed} {}", scene.id);
            assert!(start.fract() == 0.0, "a whole second, so that every rate has a sample there");
            let of_scene = day.world.events.iter().filter(|event| scene.span_s.contains(&event.at_s));
            assert!(of_scene.count() > 0, "{seed} {}", scene.id);
            // What comes last has its time to be heard.
            let last = day.world.events.iter().rfind(|event| scene.span_s.contains(&event.at_s)).unwrap();
            assert!(last.at_s + 60.0 <= end, "{seed} {}: {} {end}", scene.id, last.at_s);
        }
        let inside = |at_s: f64| day.scenes.iter().any(|scene| scene.span_s.contains(&at_s));
        assert!(day.world.events.iter().all(|event| inside(event.at_s)), "{seed}");
        let kinds: BTreeSet<Kind> = day.world.events.iter().map(|event| event.kind).collect();
        assert_eq!(kinds.len(), 11, "{kinds:?}");
    }
}

/// Over many seeds both sides do the same, and who comes first in the exchange is one as often as the other.
#[test]
fn both_sides_are_treated_alike() {
    let (mut acts, mut first) = ([0_u32; 2], [0_u32; 2]);
    for seed in 0..200 {
        let day = Day::drawn(seed).unwrap();
        day.world.events.iter().filter_map(|event| event.by).for_each(|by| acts[by as usize] += 1);
        let launch = day.world.events.iter().find(|event| event.salvo == Some(0)).unwrap();
        first[launch.by.unwrap() as usize] += 1;
        let answers = day.world.events.iter().filter(|event| event.salvo == Some(1));
        assert!(answers.clone().count() > 0 && answers.clone().all(|one| one.by == launch.by.map(Side::other)));
    }
    let share = |[alpha, bravo]: [u32; 2]| f64::from(alpha) / f64::from(alpha + bravo);
    assert!((share(acts) - 0.5).abs() < 0.03, "{acts:?}");
    // Three deviations of 200 even draws.
    assert!((share(first) - 0.5).abs() < 0.106, "{first:?}");
}

#[test]
fn what_is_delivered_is_read_in_the_order_of_its_times() {
    for seed in 0..10 {
        let day = Day::drawn(seed).unwrap();
        assert!(day.deliveries.windows(2).all(|pair| pair[0].at_s <= pair[1].at_s));
        let mut kinds = BTreeSet::new();
        for Delivery { at_s, file } in &day.deliveries {
            let read = Read::read(&file.name, &file.bytes).unwrap();
            if let Read::Observations(found) = &read {
                assert!(found.refusals.is_empty(), "{} {:?}", file.name, found.refusals);
                let now = day.world.start.plus_s(f64::from(*at_s));
                // Nobody says what has not happened yet.
                assert!(found.observations.iter().all(|one| one.time.span.from <= now), "{}", file.name);
            }
            if let Read::Hindrances(found) = &read {
                assert!(found.refusals.is_empty() && found.hindrances.len() == 1, "{:?}", found.refusals);
            }
            kinds.insert(read.kind());
            let in_scene = day.scenes.iter().any(|scene| scene.span_s.contains(&f64::from(*at_s)));
            assert!(*at_s == 0 || in_scene, "{} at {at_s}", file.name);
        }
        assert!(
            ["inventory", "agreement", "notice", "observations", "hindrances"].iter().all(|kind| kinds.contains(kind))
        );
    }
}

#[test]
fn records_come_when_they_are_whole_and_nothing_comes_from_who_is_not_heard() {
    let day = Day::drawn(5).unwrap();
    let at = |id: &str| day.scenes.iter().position(|scene| scene.id == id).unwrap();
    let stations = |scene: usize| {
        let records = day.records(scene).unwrap();
        assert!(records.windows(2).all(|pair| pair[0].at_s <= pair[1].at_s));
        let Range { start, end } = day.scenes[scene].span_s;
        assert!(records.iter().all(|one| (start..end + 3.0).contains(&one.at_s)), "{scene}");
        records.iter().map(|one| one.station.clone()).collect::<BTreeSet<_>>()
    };
    // 36 seismometers and eight arrays of four elements, each a station.
    let all = stations(0).len();
    assert_eq!(all, 36 + 32);
    let dead = &day.outages[0];
    let jammed = &day.outages[1];
    assert_eq!((dead.sensors.len(), stations(at("jammed-hour")).len()), (1, all - 1));
    assert_eq!(stations(at("party-report")).len(), all - 1);
    assert!(jammed.sensors.len() >= 3, "{}", jammed.sensors.len());
    let scene = at("jammed-hour");
    let jammed: BTreeSet<String> = jammed
        .sensors
        .iter()
        .map(|one| day.world.network.sensors[*one].id.trim_start_matches("FDSN:")[..6].to_owned())
        .collect();
    let cut_s = day.outages[1].span_s.start;
    let late = day.records(scene).unwrap().into_iter().filter(|one| one.at_s > cut_s + 3.0);
    assert!(
        late.clone().count() > 100 && late.clone().all(|one| !jammed.iter().any(|name| one.station.starts_with(name)))
    );
    // Who is false is false in its scene alone, and its records come when all come.
    let shift_s = day.falsehood.shift_s;
    let of = |scene: usize| {
        let records = day.records(scene).unwrap();
        let own = records.into_iter().find(|one| one.owner == day.falsehood.owner).unwrap();
        own.end.seconds_since(day.world.start) - own.at_s + DELIVERED_AFTER_S
    };
    assert!((of(at("false-owner")) - shift_s).abs() < 1e-3 && of(at("staged")).abs() < 1e-3);
}
