//! The world as a whole: what it delivers is what the product reads, and the same seed gives the same bytes.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use truceline_formats::{Delivery, configuration, waveform};
use truceline_model::hash::Hash;
use truceline_sim::arrival::Wave;
use truceline_sim::network::{Fault, Senses};
use truceline_sim::source::Rates;
use truceline_sim::{File, World};

fn world(seed: u64) -> World {
    World::drawn(seed, 1, &Rates::default()).unwrap()
}

/// Everything that a world delivers and everything that is true of it, as one hash.
fn hash_of(world: &World) -> Hash {
    let mut files: Vec<File> = world.known();
    files.extend(world.waveforms().unwrap());
    files.extend(world.observations());
    files.extend(world.truth().unwrap());
    let each: Vec<u8> =
        files.iter().flat_map(|file| [Hash::of(file.name.as_bytes()).0, Hash::of(&file.bytes).0].concat()).collect();
    Hash::of(&each)
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    assert_eq!(hash_of(&world(5)), hash_of(&world(5)));
    assert_ne!(world(5).truth().unwrap(), world(6).truth().unwrap());
}

#[test]
fn everything_delivered_is_read() {
    for seed in 1..2 {
        let world = world(seed);
        for file in world.known().into_iter().chain(world.observations()) {
            match Delivery::read(&file.name, &file.bytes).unwrap() {
                Delivery::Observations(found) => {
                    assert!(found.refusals.is_empty(), "{} {:?}", file.name, found.refusals[0]);
                    assert!(!found.observations.is_empty(), "{}", file.name);
                }
                other => assert!(["inventory", "agreement", "notice"].contains(&other.kind()), "{}", file.name),
            }
        }
        let files = world.waveforms().unwrap();
        for sensor in &world.network.sensors {
            let own = |file: &&File| file.name.ends_with(&format!("{}.mseed", sensor.id.trim_start_matches("FDSN:")));
            let mut spans = Vec::new();
            for file in files.iter().filter(own) {
                let found = waveform::read(&file.name, &file.bytes, None).unwrap();
                assert!(found.refused.is_empty(), "{}", file.name);
                spans.extend(found.segments.iter().map(|segment| (segment.start, segment.samples.len())));
            }
            let samples: usize = spans.iter().map(|(_, count)| count).sum();
            let whole = (3_600.0 * sensor.senses.rate_hz()) as usize;
            match sensor.fault {
                Some(Fault::Gap { from_s, to_s }) => {
                    let lost = ((to_s.min(3_600.0) - from_s) * sensor.senses.rate_hz()) as usize;
                    assert!((whole - samples).abs_diff(lost) <= 1, "{}", sensor.id);
                }
                Some(Fault::Twice) => assert_eq!(samples, 2 * whole),
                Some(Fault::Drift { .. }) => assert!(samples == whole && spans.len() > 1, "{} spans", spans.len()),
                _ => assert_eq!(samples, whole, "{}", sensor.id),
            }
        }
    }
}

/// Each row of a table is of the event that the truth says: a party's at its place, a patrol's after it.
#[test]
fn rows_are_of_their_events() {
    let world = World::drawn(2, 2, &Rates::default()).unwrap();
    let mut seen = 0;
    for (file, of) in world.observed() {
        let Delivery::Observations(read) = Delivery::read(&file.name, &file.bytes).unwrap() else { panic!() };
        assert_eq!(read.observations.len(), of.len(), "{}", file.name);
        for observation in read.observations {
            // Pixels of satellites have a number of their own, and are of no event.
            let row = usize::try_from(observation.source.sequence).unwrap();
            let Some(event) = of.get(row).copied().flatten().map(|event| &world.events[event]) else { continue };
            let after_s = observation.time.span.from.seconds_since(world.start.plus_s(event.at_s));
            assert!((-300.0..900.0).contains(&after_s), "{}: {after_s} s", file.name);
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

/// Waves come in their order, the nearer the earlier, and air waves last.
#[test]
fn arrivals_are_possible() {
    let world = world(2);
    assert!(world.arrivals.len() > 500);
    for arrival in &world.arrivals {
        let event = &world.events[arrival.event];
        let speed_m_s = arrival.distance_m / (arrival.at_s - event.at_s);
        let (slowest, fastest) = match arrival.wave {
            Wave::P => (2_500.0, 9_000.0),
            Wave::S => (1_500.0, 5_500.0),
            Wave::Surface => (1_500.0, 4_000.0),
            Wave::Air => (290.0, 390.0),
        };
        // Close to a source station delays are as long as the way.
        if arrival.distance_m > 10_000.0 {
            assert!((slowest..fastest).contains(&speed_m_s), "{arrival:?} {speed_m_s}");
        }
        let sensor = &world.network.sensors[arrival.sensor];
        assert!(sensor.senses == Senses::Ground || arrival.wave == Wave::Air);
    }
}

/// The ground that a survey would have found is a part of the product's own file of numbers.
#[test]
fn the_ground_is_read_as_numbers() {
    for seed in 0..20 {
        let world = world(seed);
        let text = format!("{}{}", configuration::DEFAULT, world.earth.numbers());
        let read = configuration::read("numbers", &text).unwrap();
        let layers = read.association.unwrap().layers.unwrap();
        assert_eq!(layers.len(), world.earth.layers.len());
        for (read, own) in layers.iter().zip(&world.earth.layers) {
            assert!((read.p_mm_s.value as f64 / 1e3 - own.vp_m_s).abs() <= 1.0);
        }
    }
}

#[test]
fn a_world_without_hours_is_refused() {
    for hours in [0, 25] {
        let error = World::drawn(1, hours, &Rates::default()).unwrap_err().to_string();
        assert_eq!(error, format!("a world of {hours} hours, expected 1 to 24"));
    }
}
