//! Finds sensors whose clock is off: what they registered fits the others' events, all of it at another time.
//!
//! # Algorithm
//! For each sensor the free measurements minus the arrivals that events predict there are counted in bins as wide as
//! four deviations. Pairs that have nothing to do with each other spread evenly; a wrong clock piles them up in one
//! bin. The sensor is off where the fullest bin is improbable beyond [`NATS_MIN`] under a Poisson count, all bins
//! considered, and holds more events than the sensor takes part in at its own time.
use super::fit::Scene;
use super::network::NONE;
use super::region::sight;
use super::sweep::Live;

/// The greatest error of a clock that is looked for, s.
pub const CLOCK_S_MAX: f64 = 60.0;

/// How improbable a pile must be: e^-20 leaves no false alarm among thousands of sensors.
const NATS_MIN: f64 = 20.0;

/// A sensor whose clock is off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockOff {
    /// The sensor, by its index.
    pub sensor: usize,
    /// Its time minus the true time, s.
    pub offset_s: f64,
    /// How many events say so.
    pub events: usize,
}

/// The sensors whose clocks are off.
pub(super) fn off(scene: &Scene<'_>, live: &[Live]) -> Vec<ClockOff> {
    let mut found = Vec::new();
    for (sensor, place) in scene.network.places.iter().enumerate() {
        let mut differences = Vec::new();
        let mut deviation: f64 = 0.0;
        let mut own = 0;
        for (class, fast) in scene.model.classes.iter().enumerate() {
            let Some(channel) = scene.network.channel(sensor, class).filter(|_| fast.in_use) else { continue };
            for one in live {
                let spot = &one.fitted.spot;
                let (r, _) = sight(place, spot, scene.region.rows);
                // Where it would seldom register the event, chance pairs would drown the pile.
                if fast.table.at(r).is_none_or(|row| row.mean < 0.3) {
                    continue;
                }
                let travel = r * fast.slowness_s_m;
                deviation = deviation.max((fast.variance_s2 + fast.relative2 * travel * travel).sqrt());
                let at = spot[0] + travel;
                let end = scene.picks.of(channel).end;
                let mut i = scene.picks.first_from(channel, at - CLOCK_S_MAX);
                while i < end && scene.picks.times[i] <= at + CLOCK_S_MAX {
                    if scene.picks.owner[i] == NONE {
                        differences.push(scene.picks.times[i] - at);
                    }
                    i += 1;
                }
            }
            own += scene.picks.of(channel).filter(|i| scene.picks.owner[*i] != NONE).count();
        }
        found.extend(pile(sensor, &mut differences, 4.0 * deviation).filter(|off| off.events > own));
    }
    found
}

/// The fullest bin, if it is too full for chance.
fn pile(sensor: usize, differences: &mut [f64], width_s: f64) -> Option<ClockOff> {
    differences.sort_unstable_by(f64::total_cmp);
    let (mut best, mut middle, mut first) = (0, 0.0, 0);
    for last in 0..differences.len() {
        while differences[last] - differences[first] > width_s {
            first += 1;
        }
        if last + 1 - first > best {
            best = last + 1 - first;
            middle = differences[first..=last].iter().sum::<f64>() / best as f64;
        }
    }
    let bins = 2.0 * CLOCK_S_MAX / width_s.max(1e-6);
    let mean = (differences.len() as f64 / bins).max(1e-3);
    let count = best as f64;
    let nats = count * libm::log(count / mean) - count + mean - libm::log(bins.max(1.0));
    // A pile around zero is the sensor's own share of unfinished events.
    (count > mean && nats > NATS_MIN && middle.abs() > width_s).then_some(ClockOff {
        sensor,
        offset_s: middle,
        events: best,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pile_is_told_from_an_even_spread() {
        let mut even: Vec<f64> = (0..600).map(|i| f64::from(i) * 0.2 - 60.0).collect();
        assert_eq!(pile(0, &mut even, 0.8), None);
        even.extend((0..25).map(|i| 3.03 + f64::from(i) * 0.01));
        let off = pile(7, &mut even, 0.8).unwrap();
        assert_eq!(off.sensor, 7);
        assert!((off.offset_s - 3.15).abs() < 0.2, "{off:?}");
    }
}
