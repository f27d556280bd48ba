use super::*;
use crate::adversary::Condition;
use crate::source::{Kind, Rates};
use truceline_formats::waveform::read;
use truceline_model::time::Interval;

fn honest(seed: u64) -> World {
    World::drawn(seed, 1, &Rates::default()).unwrap()
}

fn under(seed: u64, behaviour: Behaviour) -> World {
    honest(seed).under(Condition::Of(behaviour))
}

fn spans(file: &File) -> Vec<Interval> {
    let read = read(&file.name, &file.bytes, None).unwrap();
    let span = |one: &truceline_model::waveform::Segment| Interval {
        from: one.start,
        to: one.time_of(one.samples.len().saturating_sub(1)),
    };
    read.segments.iter().map(span).collect()
}

/// The files of a world's waveforms that are not, to the byte, those of the honest one.
fn changed(honest: &World, world: &World) -> Vec<File> {
    let all = honest.waveforms().unwrap();
    world.waveforms().unwrap().into_iter().filter(|file| !all.contains(file)).collect()
}

fn is_of(world: &World, file: &File, sensor: usize) -> bool {
    file.name.ends_with(&format!("{}.mseed", world.network.sensors[sensor].id.trim_start_matches("FDSN:")))
}

#[test]
fn every_attack_has_a_name_and_no_owner_is_false_in_it() {
    for behaviour in Behaviour::ALL {
        assert_eq!(Behaviour::named(behaviour.name()), Some(behaviour));
        let world = under(3, behaviour);
        let is_of_owner = Behaviour::OF_OWNERS.contains(&behaviour);
        assert_eq!((world.lies.is_empty(), world.attack.is_some()), (!is_of_owner, !is_of_owner), "{behaviour:?}");
        assert_eq!(world, under(3, behaviour), "the same of the same seed");
    }
}

#[test]
fn false_satellites_lead_the_clocks_of_a_sector_off_and_their_records_say_locked() {
    for seed in [1] {
        let (honest, world) = (honest(seed), under(seed, Behaviour::Spoof));
        let Some(Attack::Spoof(spoofing)) = &world.attack else { panic!() };
        let owners: BTreeSet<usize> =
            spoofing.sector.sensors.iter().map(|one| world.network.sensors[*one].owner).collect();
        assert!(owners.len() > 1, "{owners:?}");
        let changed = changed(&honest, &world);
        assert!(!changed.is_empty());
        for file in &changed {
            let of = spoofing.sector.sensors.iter().find(|one| is_of(&world, file, **one));
            let of = *of.unwrap_or_else(|| panic!("{} is not of the sector", file.name));
            let flags = read(&file.name, &file.bytes, None).unwrap().segments;
            assert!(flags.iter().all(|one| one.clock.locked == Some(true) && one.clock.quality_percent == Some(100)));
            // Led to where it stays, and back at the end.
            let led_s = 0.5 * (spoofing.sector.span_s.start + spoofing.sector.span_s.end);
            assert_eq!(world.stamp_off_s(of, led_s), spoofing.led_off_s);
            assert_eq!(world.stamp_off_s(of, spoofing.sector.span_s.end), 0.0);
            assert!(!world.is_sound(of, led_s) && world.is_sound(of, 0.0) == honest.is_sound(of, 0.0));
        }
        // What they hear is the same: the stamps alone are not.
        assert_eq!(world.told(), honest.arrivals);
    }
}

#[test]
fn of_a_jammed_sector_nothing_comes_for_its_time_and_all_of_the_others() {
    let (honest, world) = (honest(5), under(5, Behaviour::Jam));
    let sector = world.attack.as_ref().and_then(Attack::jammed).unwrap();
    let at = |s: f64| world.start.plus_s(s);
    let changed = changed(&honest, &world);
    assert!(!changed.is_empty());
    for file in &changed {
        assert!(sector.sensors.iter().any(|one| is_of(&world, file, *one)), "{}", file.name);
        // Half a sample and what a drifting clock is off at its sides.
        let (from, to) = (at(sector.span_s.start + 1.0), at(sector.span_s.end - 1.0));
        assert!(spans(file).iter().all(|span| span.to <= from || span.from >= to), "{}", file.name);
    }
}

#[test]
fn what_is_staged_comes_beside_what_happens_and_its_side_reports_all_that_falls() {
    for (behaviour, seed) in [(Behaviour::Decoy, 6), (Behaviour::FalseFlag, 7)] {
        let (honest, world) = (honest(seed), under(seed, behaviour));
        let Some(Attack::Staged(by)) = world.attack else { panic!() };
        let (before, staged) = world.events.split_at(honest.events.len());
        assert_eq!(before, honest.events, "{behaviour:?}");
        assert_eq!(world.arrivals[..honest.arrivals.len()], honest.arrivals);
        assert!(staged.len() > 3 && staged.iter().all(|event| event.staged && event.by == Some(by)));
        for (n, event) in staged.iter().enumerate() {
            assert_eq!(event.id, before.len() + n);
            match event.kind {
                Kind::Explosion => assert_eq!((behaviour, event.side, event.salvo), (Behaviour::Decoy, by, None)),
                Kind::MortarLaunch => assert_eq!((behaviour, event.side), (Behaviour::FalseFlag, by.other())),
                Kind::MortarImpact => assert_eq!(behaviour, Behaviour::FalseFlag),
                other => panic!("{other:?}"),
            }
        }
        let parties = |world: &World| world.observed().into_iter().find(|(file, _)| file.name.starts_with("31"));
        let told: BTreeSet<usize> = parties(&world).unwrap().1.into_iter().flatten().collect();
        let falls = staged.iter().filter(|event| event.side == by);
        assert!(falls.clone().count() > 0 && falls.clone().all(|event| told.contains(&event.id)));
    }
}

#[test]
fn a_thief_goes_on_in_the_stations_name_with_other_samples() {
    let world = under(8, Behaviour::StolenKey);
    let Some(Attack::StolenKey(theft)) = &world.attack else { panic!() };
    let (own, forged) = theft.recordings(&world).unwrap();
    let honest = honest(8).waveforms().unwrap();
    assert!(honest.iter().any(|file| is_of(&world, file, theft.sensor) && file.bytes == own.bytes));
    let spans = spans(&forged);
    assert_eq!(spans[0].from, world.start.plus_s(theft.from_s.floor()));
    assert!(theft.from_s < theft.known_s && theft.known_s < 3_600.0 && !theft.invented(&world).is_empty());
    assert_eq!(theft.recordings(&world).unwrap(), (own, forged));
}
