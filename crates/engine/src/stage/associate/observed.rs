//! Incidents that people alone observed: those observations that no event explains, taken together where they are of one.
//!
//! Each observer says that there was something, so one is enough for an event; ten who observed the same are one event and not
//! ten. Two are of one incident if their times and places fit each other as their own uncertainties have it; all members fit
//! each other, so that a row of neighbours makes no chain. They are taken in the order of their contents.
use super::find::{Found, Member};
use crate::state::Pooled;
use std::sync::Arc;
use truceline_model::geodesic;
use truceline_model::measurement::Phase;
use truceline_model::place::Place;

/// Times fit within so many standard deviations of their difference.
const TIME_SIGMAS: f64 = 2.0;

/// Places fit within so many standard deviations of their distance: 90 % of a normal distribution in two dimensions.
const PLACE_SIGMAS: f64 = 2.146;

/// Speed of sound, m/s: what was heard was earlier by the way.
const SOUND_M_S: f64 = 340.0;

/// Where and when one observer puts it.
struct Guess {
    place: Place,
    variance_m2: f64,
    time_s: f64,
    variance_s2: f64,
}

fn guess(one: &Pooled, since: &Pooled) -> Option<Guess> {
    let said = one.said?;
    let seconds = one.time.seconds_since(since.time);
    let sigma_s = one.time_sigma_us.map_or(0.0, |us| us as f64 / 1e6);
    if let Some((place, sigma_m)) = said.fix {
        let variance_m2 = f64::from(sigma_m) * f64::from(sigma_m);
        let way_s = match one.phase {
            Some(Phase::Muzzle) => geodesic::between(one.place, place).distance_m / SOUND_M_S,
            _ => 0.0,
        };
        return Some(Guess { place, variance_m2, time_s: seconds - way_s, variance_s2: sigma_s * sigma_s });
    }
    let ((near, far), azimuth) = said.range_m.zip(one.azimuth_mdeg)?;
    let (middle_m, length_m) = (0.5 * (f64::from(near) + f64::from(far)), f64::from(far) - f64::from(near));
    let sigma_rad = (f64::from(one.azimuth_sigma_mdeg.unwrap_or(0)) / 1e3).to_radians();
    let across_m = middle_m * sigma_rad;
    let place = geodesic::destination(one.place, f64::from(azimuth) / 1e3, middle_m)?;
    let heard = one.phase == Some(Phase::Muzzle);
    let way_s = if heard { middle_m / SOUND_M_S } else { 0.0 };
    let way_sigma_s = if heard { length_m / SOUND_M_S / 12.0_f64.sqrt() } else { 0.0 };
    Some(Guess {
        place,
        // The longer axis of the sector counts for both.
        variance_m2: (length_m * length_m / 12.0).max(across_m * across_m),
        time_s: seconds - way_s,
        variance_s2: sigma_s * sigma_s + way_sigma_s * way_sigma_s,
    })
}

fn fit(a: &Guess, b: &Guess) -> bool {
    let apart_s = a.time_s - b.time_s;
    if apart_s * apart_s > TIME_SIGMAS * TIME_SIGMAS * (a.variance_s2 + b.variance_s2) {
        return false;
    }
    let apart_m = geodesic::between(a.place, b.place).distance_m;
    apart_m * apart_m <= PLACE_SIGMAS * PLACE_SIGMAS * (a.variance_m2 + b.variance_m2)
}

/// The incidents of observations that no event explains; they come in the order of their contents.
pub(super) fn incidents<'a>(left: &[&'a Pooled]) -> Vec<Found<'a>> {
    let mut found: Vec<(Vec<&'a Pooled>, Vec<Guess>)> = Vec::new();
    for one in left {
        let Some(guess) = guess(one, left[0]) else { continue };
        match found.iter_mut().find(|(_, guesses)| guesses.iter().all(|other| fit(other, &guess))) {
            Some((members, guesses)) => {
                members.push(one);
                guesses.push(guess);
            }
            None => found.push((vec![one], vec![guess])),
        }
    }
    let of = |(members, _): (Vec<&'a Pooled>, _)| Found {
        members: members.into_iter().filter_map(Member::stated).collect(),
        is_associated: false,
        p_real: 1.0,
        log_odds: f64::INFINITY,
        runners_up: 0,
        left_out: Vec::new(),
        origin: None,
        listening: Arc::default(),
        fellows: None,
    };
    found.into_iter().map(of).collect()
}
