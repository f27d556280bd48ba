//! Places from which several events may have come, the most telling first.
//!
//! Shots of a burst leave a pattern of arrivals that repeats, and halves of two shots fit a third place: one by one, such
//! a mixture can stand before every true shot, and takes their arrivals away. All shots of the true place together
//! explain more than the mixture does. So in small sets places are taken in the order of what all their events
//! together explain.
use super::fit::{Fitted, Scene, Scratch};
use super::network::Carrier;
use super::small::N;
use super::untangle;

/// Measurements up to which places are compared: some minutes of a town. In larger sets the learnt density knows them.
pub(super) const PICKS_MAX: usize = 2_000;

/// The most places that are compared: what many candidates promise is one place.
const PLACES_MAX: usize = 24;

/// Groups of one place that are looked at.
const GROUPS_MAX: usize = 8;

/// Places of candidates that show an event above the bar, those whose events together explain most first. `doubt` is that of a
/// candidate's time (s) and place (m); `apart_s`: groups of one place nearer than that are one.
pub(super) fn places(
    scene: &Scene<'_>,
    scratch: &mut Scratch,
    candidates: impl Iterator<Item = [f64; N]>,
    bar: f64,
    doubt: (f64, f64),
    apart_s: f64,
) -> Vec<[f64; N]> {
    let mut fitted: Vec<Fitted> = Vec::new();
    for spot in candidates {
        if fitted.len() == PLACES_MAX {
            break;
        }
        // Within its doubt a candidate gives the same fit again.
        let near = |other: &Fitted| {
            let at = &other.spot;
            let off2 = (at[1] - spot[1]) * (at[1] - spot[1]) + (at[2] - spot[2]) * (at[2] - spot[2]);
            (at[0] - spot[0]).abs() < doubt.0 && off2 < doubt.1 * doubt.1
        };
        if fitted.iter().any(near) {
            continue;
        }
        fitted.extend(scene.fit(scratch, spot, doubt.0, doubt.1).filter(|event| event.log_odds > bar));
    }
    let mut told: Vec<(f64, [f64; N])> = Vec::new();
    for event in fitted {
        let total = total(scene, scratch, &event.spot, apart_s);
        told.push((total.max(event.log_odds), event.spot));
    }
    told.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1[0].total_cmp(&b.1[0])).then(a.1[1].total_cmp(&b.1[1])));
    told.into_iter().map(|(_, spot)| spot).collect()
}

/// What the events of a place explain together, nats.
fn total(scene: &Scene<'_>, scratch: &mut Scratch, place: &[f64; N], apart_s: f64) -> f64 {
    let travel_s = scene.model.learnt.longest_travel_s(0..scene.model.classes.len());
    let window = (scene.picks.from_s - travel_s, scene.picks.to_s);
    let mut groups = untangle::origins(scene, Carrier::Sound, place, window, 0.5 * apart_s);
    groups.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
    let (mut tried, mut sum): (Vec<f64>, f64) = (Vec::new(), 0.0);
    for (_, time) in groups {
        if tried.len() == GROUPS_MAX {
            break;
        }
        if tried.iter().all(|other| (other - time).abs() > apart_s) {
            tried.push(time);
            let settled = scene.settle(scratch, [time, place[1], place[2], place[3]]);
            sum += settled.map_or(0.0, |event| event.log_odds.max(0.0));
        }
    }
    sum
}
