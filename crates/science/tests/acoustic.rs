//! Shots among echoes and clutter in invented towns.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#[allow(dead_code, reason = "examples use the rest")]
mod acoustic_support;
#[allow(dead_code, reason = "worlds of other tests")]
mod associate_support;

use acoustic_support::{Town, matched};
use truceline_science::associate::{Settings, associate};

/// Shots that enough sensors hear are found, and echoes of walls and mixtures of a burst's shots seldom pass as shots.
#[test]
fn shots_are_told_from_their_echoes() {
    let (mut shots, mut found, mut events, mut phantoms) = (0, 0, 0, 0);
    for seed in 1_000..1_060 {
        let town = Town::new(seed);
        let settings = Settings::with_temperature(town.temperature_c);
        let answer = associate(&town.sensors, &town.measurements, &settings, 1).unwrap();
        let matches = matched(&town, &answer.events);
        let heard = |shot: &usize| town.shots[*shot].len() >= 8;
        shots += (0..town.shots.len()).filter(heard).count();
        found += matches.iter().flatten().filter(|shot| heard(shot)).count();
        events += answer.events.len();
        phantoms += matches.iter().filter(|shot| shot.is_none()).count();
    }
    assert!(shots > 80, "{shots}");
    assert!(found * 100 >= shots * 95 && phantoms * 100 <= events * 8, "{found} of {shots}, {phantoms} of {events}");
}
