//! What could be told at best of an event's place and side, by who knows the world's own model: the true ground and weather, how
//! times and directions scatter, which sensors are sound and whose owners are honest.
//!
//! # Algorithm
//! Measurements are the times of waves, and of arrays the direction of the front, each with its deviation: what paths scatter, and
//! what noise leaves uncertain of an onset, `1 / (2 pi f rho)` of a wave of frequency f and signal-to-noise ratio rho (S. M. Kay,
//! *Fundamentals of statistical signal processing: estimation theory*, 1993, section 3.11). Waves at one station share its
//! unknown delay; origin time is unknown and even beforehand; the depth is known. Of residuals r with information W, both of them
//! integrated out,
//!
//! `ln L(place) = -(r' W r - (1' W r)^2 / 1' W 1) / 2`.
//!
//! The bound is the inverse of the Fisher information of the same measurements. The ratio of two sides is that of the sums of
//! L over a grid of the bound's own shape about the true place, even beforehand over the plane.
//!
//! It is an upper limit: it knows which wave is which and is disturbed by no other event's.
use crate::arrival::{
    AIR_SIGMA, Arrival, ELEMENT_SIGMA_S, GROUND_SIGMA_S, LATER_SLOWER, STATION_SIGMA_S, TURN_SIGMA_DEG, Wave,
};
use crate::earth::Body;
use crate::plane::Point;
use crate::random::{Draw, Subject};
use crate::source::Event;
use crate::waveform::frequency_hz;
use crate::weather::Hour;
use crate::world::World;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// From this signal-to-noise ratio on a sensor is in range.
pub const IN_RANGE_SNR: f64 = 5.0;

/// Travel times of the ground are kept at such steps and between them taken for straight, m: off by less than 1e-4 s.
const STEP_M: f64 = 100.0;
/// As far as two places of the region can lie apart, and what the grid reaches beyond it, m.
const REACH_M: f64 = 320_000.0;
/// How far the grid reaches, and how fine it is, in deviations of the bound.
const GRID_SIGMAS: f64 = 6.0;
const GRID_STEP_SIGMAS: f64 = 0.25;
/// A place that is known no better than this says nothing of a side, m: a third of the region.
const SIGMA_M_MAX: f64 = 60_000.0;
/// Sums over a grid hold no greater ratio; ln.
const LN_RATIO_MAX: f64 = 18.0;
/// Frequency at which arrays hear blasts best, within the band in which they are sought, Hz.
const AIR_HZ: f64 = 2.0;

/// What is measured of one wave.
#[derive(Debug, Clone, Copy)]
enum Of {
    /// When it came.
    Time { wave: Wave, at_s: f64 },
    /// Of an array where its front went, degrees.
    Front { towards_deg: f64 },
}

#[derive(Debug, Clone, Copy)]
struct Measured {
    place: Point,
    of: Of,
    sigma: f64,
    /// The station whose delay it shares, and how many times.
    station: Option<(usize, f64)>,
}

/// How well a place could be known at best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// The larger deviation, m.
    pub major_m: f64,
    /// The smaller one, m.
    pub minor_m: f64,
    /// Where the larger one lies, radians counter-clockwise from east.
    turn: f64,
}

impl Bound {
    /// Root of the sum of both variances, m.
    #[must_use]
    pub fn sigma_m(&self) -> f64 {
        libm::hypot(self.major_m, self.minor_m)
    }

    /// The median error of an estimate that reaches the bound, m: within 3 % for any shape (from a straight line's .6745 to a
    /// circle's 1.1774 of the deviation).
    #[must_use]
    pub fn median_m(&self) -> f64 {
        let straight = 0.674_5 * self.major_m;
        straight.max(0.562 * self.major_m + 0.615 * self.minor_m)
    }
}

/// The one who knows a world.
#[derive(Debug)]
pub struct Oracle<'a> {
    world: &'a World,
    /// Of sources at the surface; P and S.
    surface: [Vec<f64>; 2],
    by_event: BTreeMap<usize, Vec<&'a Arrival>>,
}

impl<'a> Oracle<'a> {
    /// Of a world.
    #[must_use]
    pub fn of(world: &'a World) -> Self {
        let mut by_event: BTreeMap<usize, Vec<&Arrival>> = BTreeMap::new();
        for arrival in &world.arrivals {
            by_event.entry(arrival.event).or_default().push(arrival);
        }
        Self { world, surface: tables(world, 0.0), by_event }
    }

    /// The arrivals of an event in range of sensors that are sound then and whose owners are honest; of an array those at all its
    /// elements.
    pub fn in_range(&self, event: usize) -> impl Iterator<Item = &'a Arrival> {
        let of_event = self.by_event.get(&event).into_iter().flatten().copied();
        of_event.filter(|arrival| arrival.snr >= IN_RANGE_SNR && self.world.is_sound(arrival.sensor, arrival.at_s))
    }

    /// How well an event's place could be known at best from some of its arrivals. None where they leave a direction free.
    #[must_use]
    pub fn bound(&self, event: usize, arrivals: &[&Arrival]) -> Option<Bound> {
        let event = self.world.events.get(event)?;
        let evidence = Evidence::of(self, event, arrivals);
        evidence.bound(event.point)
    }

    /// ln of the likelihood ratio of the side on which an event lies against the other one, from all arrivals in range: at most
    /// 18 either way. None where they leave the place open.
    #[must_use]
    pub fn side_ln_ratio(&self, event: usize) -> Option<f64> {
        self.ratio_from(event, &self.in_range(event).collect::<Vec<_>>())
    }

    /// The least of that ratio over all ways to do without one owner's sensors: what is known of a side although any one owner may be
    /// false. None where some of them leave the place open.
    #[must_use]
    pub fn side_ln_ratio_without_any(&self, event: usize) -> Option<f64> {
        let arrivals: Vec<&Arrival> = self.in_range(event).collect();
        let owner = |arrival: &Arrival| self.world.network.sensors[arrival.sensor].owner;
        let owners: BTreeSet<usize> = arrivals.iter().map(|arrival| owner(arrival)).collect();
        let without = |one: &usize| -> Option<f64> {
            let rest: Vec<&Arrival> = arrivals.iter().copied().filter(|arrival| owner(arrival) != *one).collect();
            self.ratio_from(event, &rest)
        };
        owners.iter().map(without).reduce(|least, other| Some(least?.min(other?)))?
    }

    fn ratio_from(&self, event: usize, arrivals: &[&Arrival]) -> Option<f64> {
        let event = self.world.events.get(event)?;
        let evidence = Evidence::of(self, event, arrivals);
        let bound = evidence.bound(event.point).filter(|bound| bound.major_m <= SIGMA_M_MAX)?;
        let steps = (GRID_SIGMAS / GRID_STEP_SIGMAS) as i32;
        let (east, north) = (libm::cos(bound.turn), libm::sin(bound.turn));
        let mut weighed: Vec<(bool, f64)> = Vec::new();
        for i in -steps..=steps {
            for j in -steps..=steps {
                let along_m = f64::from(i) * GRID_STEP_SIGMAS * bound.major_m;
                let across_m = f64::from(j) * GRID_STEP_SIGMAS * bound.minor_m;
                let place = event.point.moved(along_m * east - across_m * north, along_m * north + across_m * east);
                weighed.push((self.world.region.side(place) == event.side, evidence.ln_likelihood(place)));
            }
        }
        let most = weighed.iter().fold(f64::NEG_INFINITY, |most, (_, ln)| most.max(*ln));
        let sum = |own: bool| -> f64 {
            weighed.iter().filter(|(side, _)| *side == own).map(|(_, ln)| libm::exp(ln - most)).sum()
        };
        let floor = libm::exp(-LN_RATIO_MAX);
        let ratio = libm::log(sum(true).max(floor)) - libm::log(sum(false).max(floor));
        Some(ratio.clamp(-LN_RATIO_MAX, LN_RATIO_MAX))
    }
}

/// The measurements of an event, with what is needed to compute them for another place.
struct Evidence<'a> {
    /// Those of one station one after the other.
    measured: Vec<Measured>,
    /// How measurements go with the origin time: one for each time, none for each direction.
    with_origin: Vec<f64>,
    /// Information on the origin time.
    times: f64,
    hour: Hour,
    origin_s: f64,
    surface_m_s: f64,
    tables: [Cow<'a, [f64]>; 2],
}

impl<'a> Evidence<'a> {
    fn of(oracle: &'a Oracle<'_>, event: &Event, arrivals: &[&Arrival]) -> Self {
        let world = oracle.world;
        let hour = world.weather[((event.at_s / 3_600.0) as usize).min(world.weather.len() - 1)];
        let tables = if event.depth_m == 0.0 {
            oracle.surface.each_ref().map(|table| Cow::Borrowed(table.as_slice()))
        } else {
            tables(world, event.depth_m).map(Cow::Owned)
        };
        let mut measured = Vec::new();
        let mut fronts: BTreeMap<usize, Vec<&Arrival>> = BTreeMap::new();
        for arrival in arrivals {
            let sensor = &world.network.sensors[arrival.sensor];
            if let Some(array) = sensor.array {
                fronts.entry(array).or_default().push(arrival);
                continue;
            }
            let slower = if arrival.wave == Wave::P { 1.0 } else { LATER_SLOWER };
            let (path_s, station) = match arrival.wave {
                Wave::Air => (AIR_SIGMA * (arrival.at_s - event.at_s), None),
                _ => (
                    slower * (GROUND_SIGMA_S.0 + GROUND_SIGMA_S.1 * arrival.distance_m / 1e3),
                    Some((arrival.sensor, slower)),
                ),
            };
            let onset_s = onset_s(frequency_hz(arrival.wave, arrival.distance_m), arrival.snr);
            let at_s = arrival.at_s + onset_s * noise(world, arrival);
            measured.push(Measured {
                place: sensor.point,
                of: Of::Time { wave: arrival.wave, at_s },
                sigma: libm::hypot(path_s, onset_s),
                station,
            });
        }
        for (array, elements) in fronts {
            measured.extend(of_array(world, event, array, &elements));
        }
        measured.sort_by_key(|one| one.station.map(|(station, _)| station));
        let with_origin = measured.iter().map(|one| f64::from(u8::from(matches!(one.of, Of::Time { .. })))).collect();
        let (origin_s, surface_m_s) = (event.at_s, world.earth.surface_m_s);
        let mut evidence = Self { measured, with_origin, times: 0.0, hour, origin_s, surface_m_s, tables };
        evidence.times = evidence.product(&evidence.with_origin, &evidence.with_origin);
        evidence
    }

    /// What would be measured of an event at a place at the true origin time.
    fn expected(&self, one: &Measured, place: Point) -> f64 {
        let distance_m = place.distance_m(one.place);
        match one.of {
            Of::Time { wave, .. } => {
                self.origin_s
                    + match wave {
                        Wave::P => at(&self.tables[0], distance_m),
                        Wave::S => at(&self.tables[1], distance_m),
                        Wave::Surface => distance_m / self.surface_m_s,
                        Wave::Air => distance_m / self.hour.celerity_m_s(place.azimuth_deg(one.place)),
                    }
            }
            Of::Front { .. } => {
                let to_deg = place.azimuth_deg(one.place);
                to_deg + self.hour.turn_deg(to_deg)
            }
        }
    }

    /// Whitened products of two vectors over the measurements: stations' delays are integrated out.
    fn product(&self, a: &[f64], b: &[f64]) -> f64 {
        let variance = STATION_SIGMA_S * STATION_SIGMA_S;
        let mut sum = 0.0;
        // Of the station at hand; its measurements follow each other.
        let mut of: Option<usize> = None;
        let (mut with_a, mut with_b, mut own) = (0.0, 0.0, 0.0);
        for ((one, a), b) in self.measured.iter().zip(a).zip(b) {
            let weight = 1.0 / (one.sigma * one.sigma);
            sum += weight * a * b;
            if one.station.map(|(station, _)| station) != of {
                sum -= variance * with_a * with_b / (1.0 + variance * own);
                (of, with_a, with_b, own) = (one.station.map(|(station, _)| station), 0.0, 0.0, 0.0);
            }
            if let Some((_, times)) = one.station {
                with_a += weight * times * a;
                with_b += weight * times * b;
                own += weight * times * times;
            }
        }
        sum - variance * with_a * with_b / (1.0 + variance * own)
    }

    fn ln_likelihood(&self, place: Point) -> f64 {
        let residual = |one: &Measured| match one.of {
            Of::Time { at_s, .. } => at_s - self.expected(one, place),
            Of::Front { towards_deg } => turned(towards_deg - self.expected(one, place)),
        };
        let residuals: Vec<f64> = self.measured.iter().map(residual).collect();
        let (ones, times) = (&self.with_origin, self.times);
        let late = self.product(ones, &residuals);
        -0.5 * (self.product(&residuals, &residuals) - if times > 0.0 { late * late / times } else { 0.0 })
    }

    fn bound(&self, place: Point) -> Option<Bound> {
        // Wide enough that the kinks of first arrivals do not show, and narrow against any region.
        const OFF_M: f64 = 250.0;
        let by = |east_m: f64, north_m: f64| -> Vec<f64> {
            let slope = |one: &Measured| {
                let ahead = self.expected(one, place.moved(east_m, north_m));
                let behind = self.expected(one, place.moved(-east_m, -north_m));
                let difference =
                    if matches!(one.of, Of::Front { .. }) { turned(ahead - behind) } else { ahead - behind };
                difference / (2.0 * OFF_M)
            };
            self.measured.iter().map(slope).collect()
        };
        let (east, north) = (by(OFF_M, 0.0), by(0.0, OFF_M));
        let (ones, times) = (&self.with_origin, self.times);
        let information = |a: &[f64], b: &[f64]| {
            let of_time = if times > 0.0 { self.product(a, ones) * self.product(b, ones) / times } else { 0.0 };
            self.product(a, b) - of_time
        };
        let (ee, nn, en) = (information(&east, &east), information(&north, &north), information(&east, &north));
        let (middle, half) = (0.5 * (ee + nn), libm::hypot(0.5 * (ee - nn), en));
        let (least, most) = (middle - half, middle + half);
        // Rounding leaves some 1e-12 of what was there before.
        if most.is_nan() || least <= 1e-9 * most {
            return None;
        }
        // The axis of the least information is that of the larger deviation.
        let turn = 0.5 * libm::atan2(2.0 * en, ee - nn) + std::f64::consts::FRAC_PI_2;
        Some(Bound { major_m: 1.0 / least.sqrt(), minor_m: 1.0 / most.sqrt(), turn })
    }
}

/// What an array measures: when the wave came to its middle, and where its front went, by least squares over its elements.
fn of_array(world: &World, event: &Event, array: usize, elements: &[&Arrival]) -> Vec<Measured> {
    let middle = world.network.arrays[array].point;
    let n = elements.len() as f64;
    let Some(snr) = elements.iter().map(|arrival| arrival.snr).reduce(f64::min) else { return Vec::new() };
    let onset_s = onset_s(AIR_HZ, snr);
    let element_s = libm::hypot(ELEMENT_SIGMA_S, onset_s);
    let heard: Vec<(f64, f64, f64)> = elements
        .iter()
        .map(|arrival| {
            let point = world.network.sensors[arrival.sensor].point;
            let at_s = arrival.at_s + onset_s * noise(world, arrival);
            (point.east_m - middle.east_m, point.north_m - middle.north_m, at_s)
        })
        .collect();
    let mean = |of: fn(&(f64, f64, f64)) -> f64| heard.iter().map(of).sum::<f64>() / n;
    let (x, y, t) = (mean(|one| one.0), mean(|one| one.1), mean(|one| one.2));
    let sum = |of: &dyn Fn(f64, f64, f64) -> f64| -> f64 {
        heard.iter().map(|(east, north, at_s)| of(east - x, north - y, at_s - t)).sum()
    };
    let (xx, yy, xy) = (sum(&|x, _, _| x * x), sum(&|_, y, _| y * y), sum(&|x, y, _| x * y));
    let (xt, yt) = (sum(&|x, _, t| x * t), sum(&|_, y, t| y * t));
    let determinant = xx * yy - xy * xy;
    let path_s = AIR_SIGMA * (t - event.at_s);
    let time = Measured {
        place: middle,
        of: Of::Time { wave: Wave::Air, at_s: t },
        sigma: libm::hypot(path_s, element_s / n.sqrt()),
        station: None,
    };
    // Three elements in a row, or two, show no direction.
    if elements.len() < 3 || determinant <= 1e-3 * xx * yy {
        return vec![time];
    }
    let (east, north) = ((yy * xt - xy * yt) / determinant, (xx * yt - xy * xt) / determinant);
    // Where the front comes to the mean of those elements is not where it comes to the middle.
    let at_s = t - x * east - y * north;
    let slowness = libm::hypot(east, north);
    // Across the front the slowness is uncertain by the mean of both axes.
    let across = element_s * (0.5 * (xx + yy) / determinant).sqrt();
    let sigma = libm::hypot(TURN_SIGMA_DEG, libm::atan2(across, slowness).to_degrees());
    let towards_deg = libm::atan2(east, north).to_degrees();
    let front = Measured { place: middle, of: Of::Front { towards_deg }, sigma, station: None };
    vec![Measured { of: Of::Time { wave: Wave::Air, at_s }, ..time }, front]
}

/// What noise leaves uncertain of an onset, s.
fn onset_s(frequency_hz: f64, snr: f64) -> f64 {
    1.0 / (std::f64::consts::TAU * frequency_hz * snr)
}

/// A normal number of this arrival's own.
fn noise(world: &World, arrival: &Arrival) -> f64 {
    let which = [arrival.event as u64, arrival.sensor as u64, arrival.wave as u64];
    Draw::of(world.seed, Subject::Oracle, &which).normal()
}

/// A difference of directions, from -180 to 180.
fn turned(difference_deg: f64) -> f64 {
    (difference_deg + 180.0).rem_euclid(360.0) - 180.0
}

/// Times of first arrivals by distance, of P and of S.
fn tables(world: &World, depth_m: f64) -> [Vec<f64>; 2] {
    let steps = (REACH_M / STEP_M) as usize;
    [Body::P, Body::S].map(|body| {
        (0..=steps).map(|step| world.earth.first_s(body, step as f64 * STEP_M, depth_m)).collect::<Vec<f64>>()
    })
}

/// A table's value at a distance.
fn at(table: &[f64], distance_m: f64) -> f64 {
    let step = (distance_m / STEP_M).min((table.len() - 2) as f64);
    let below = step as usize;
    table[below] + (table[below + 1] - table[below]) * (step - below as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Rates;

    /// Far more events than a world has: it is not waveforms that are made of them.
    fn many() -> Rates {
        Rates { explosion: 60.0, artillery: 10.0, mortar: 10.0, ..Rates::default() }
    }

    #[test]
    fn sides_are_wrong_as_often_as_the_ratios_say() {
        const SEEDS: u64 = 8;
        let (mut said, mut variance, mut wrong, mut all) = (0.0, 0.0, 0.0, 0);
        for seed in 0..SEEDS {
            let world = World::drawn(seed, 1, &many()).unwrap();
            let oracle = Oracle::of(&world);
            // Rounds of a salvo differ from the model alike: they are right or wrong together.
            let mut salvos = BTreeSet::new();
            let mut is_first = |event: &&Event| event.salvo.is_none_or(|salvo| salvos.insert((salvo, event.kind)));
            let told: Vec<usize> = world.events.iter().filter(&mut is_first).map(|event| event.id).collect();
            for ln_ratio in told.into_iter().filter_map(|event| oracle.side_ln_ratio(event)) {
                let p = 1.0 / (1.0 + libm::exp(ln_ratio.abs()));
                said += p;
                variance += p * (1.0 - p);
                wrong += f64::from(u8::from(ln_ratio < 0.0));
                all += 1;
            }
        }
        assert!(all > 200 && said > 2.0, "{said} of {all}");
        // Sources lie beside the line, not even over the plane: few sigma.
        assert!((wrong - said).abs() < 3.5 * variance.sqrt() + 1.0, "{wrong} wrong, {said} said, of {all}");
    }

    /// Errors of the best place over its bound: each place is that of the greatest likelihood on a grid.
    #[test]
    fn the_bound_is_what_the_best_estimate_reaches() {
        let mut scaled = Vec::new();
        for seed in 10..13 {
            let world = World::drawn(seed, 1, &many()).unwrap();
            let oracle = Oracle::of(&world);
            for event in &world.events {
                let arrivals: Vec<&Arrival> = oracle.in_range(event.id).collect();
                let evidence = Evidence::of(&oracle, event, &arrivals);
                let Some(bound) = evidence.bound(event.point).filter(|bound| bound.major_m < 2_000.0) else { continue };
                let (east, north) = (libm::cos(bound.turn), libm::sin(bound.turn));
                let mut best = (f64::NEG_INFINITY, 0.0, 0.0);
                for i in -20..=20 {
                    for j in -20..=20 {
                        let (u, v) = (f64::from(i) * 0.2, f64::from(j) * 0.2);
                        let (along_m, across_m) = (u * bound.major_m, v * bound.minor_m);
                        let place =
                            event.point.moved(along_m * east - across_m * north, along_m * north + across_m * east);
                        let ln = evidence.ln_likelihood(place);
                        if ln > best.0 {
                            best = (ln, u, v);
                        }
                    }
                }
                scaled.push(best.1 * best.1 + best.2 * best.2);
            }
        }
        // Two independent deviations of one: the sum of their squares has the mean 2.
        let mean = scaled.iter().sum::<f64>() / scaled.len() as f64;
        assert!(scaled.len() > 80 && (mean - 2.0).abs() < 0.5, "{mean} of {}", scaled.len());
    }

    /// Of all owners, and of all but any one: the second needs more, and errs no more often.
    #[test]
    fn what_is_known_without_any_owner_is_known_with_all() {
        let (mut with_all, mut without_any, mut wrong) = (0, 0, 0);
        for seed in 0..3 {
            let world = World::drawn(seed, 1, &many()).unwrap();
            let oracle = Oracle::of(&world);
            for event in 0..world.events.len() {
                let known = |ratio: Option<f64>| ratio.is_some_and(|ln_ratio| ln_ratio >= 4.6);
                let (all, any) = (oracle.side_ln_ratio(event), oracle.side_ln_ratio_without_any(event));
                assert!(any.is_none() || all.is_some());
                with_all += u32::from(known(all));
                without_any += u32::from(known(any));
                wrong += u32::from(known(any) && all < Some(0.0));
            }
        }
        assert!(without_any > 20 && without_any < with_all && wrong == 0, "{without_any} of {with_all}, {wrong}");
    }

    #[test]
    fn medians_of_both_extremes() {
        let of = |minor_m: f64| Bound { major_m: 1.0, minor_m, turn: 0.0 }.median_m();
        assert!((of(0.0) - 0.6745).abs() < 1e-9 && (of(1.0) - 1.1774).abs() < 1e-3);
    }

    #[test]
    fn what_false_owners_and_broken_sensors_say_is_not_used() {
        let mut world = World::drawn(4, 1, &many()).unwrap();
        world.lies = crate::adversary::Condition::OneFalse.lies(4, &world.network);
        let oracle = Oracle::of(&world);
        for arrival in (0..world.events.len()).flat_map(|event| oracle.in_range(event)) {
            assert_ne!(world.network.sensors[arrival.sensor].owner, world.lies[0].owner);
        }
    }
}
