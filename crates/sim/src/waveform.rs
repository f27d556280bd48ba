//! What a sensor sends: noise, the waves that arrive, its faults, as counts.
use crate::air::pulse;
use crate::arrival::{Arrival, Course, Wave, air_noise, ground_noise};
use crate::network::{Fault, Senses, Sensor};
use crate::random::{Draw, Subject};
use crate::weather::Hour;

/// A span of a world whose waveforms are computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// When it begins, s after the world's start: a whole number, so that every rate has a sample there.
    pub from_s: f64,
    /// How long it is, s.
    pub length_s: f64,
    /// Of a world of which only some spans are computed the number of this one: its noise is its own. None of a whole world.
    pub number: Option<u64>,
}

impl Span {
    /// A whole world of this length.
    #[must_use]
    pub const fn whole(length_s: f64) -> Self {
        Self { from_s: 0.0, length_s, number: None }
    }

    /// The stream of a part of a channel's noise.
    fn noise(&self, seed: u64, channel: usize, part: u64) -> Draw {
        match self.number {
            None => Draw::of(seed, Subject::Noise, &[channel as u64, part]),
            Some(number) => Draw::of(seed, Subject::Noise, &[channel as u64, part, number]),
        }
    }
}

/// Counts of a channel over a span, gapless: what is not sent is cut out later.
///
/// `first_hour` is the local hour of the day at the world's start.
#[must_use]
pub fn counts(
    sensor: &Sensor,
    number: usize,
    arrivals: &[Arrival],
    hours: &[Hour],
    seed: u64,
    first_hour: f64,
    span: Span,
) -> Vec<i32> {
    let rate_hz = sensor.senses.rate_hz();
    let length = (span.length_s * rate_hz) as usize;
    let mut samples = match sensor.senses {
        Senses::Ground => ground(sensor, number, seed, first_hour, span, length),
        Senses::Air => air(sensor, number, hours, seed, span, length),
    };
    if sensor.fault != Some(Fault::Dead) {
        for arrival in arrivals {
            let mut draw = Draw::of(seed, Subject::Wave, &[arrival.event as u64, number as u64, arrival.wave as u64]);
            let arrival = &Arrival { at_s: arrival.at_s - span.from_s, ..*arrival };
            let array = sensor.array.unwrap_or(number);
            for (part, (late_s, share)) in parts(arrival, seed, array).into_iter().enumerate() {
                let arrival = &Arrival { at_s: arrival.at_s + late_s, peak: arrival.peak * share, ..*arrival };
                match sensor.senses {
                    Senses::Ground => burst(&mut samples, rate_hz, arrival, &mut draw),
                    Senses::Air => blast(&mut samples, rate_hz, arrival, seed, (array, part as u64)),
                }
            }
        }
    } else {
        samples.iter_mut().for_each(|sample| *sample *= 1e-3);
    }
    let gain = if let Some(Fault::Gain(times)) = sensor.fault { times } else { 1.0 } / sensor.senses.count();
    samples.iter().map(|sample| (sample * gain).round() as i32).collect()
}

/// Noise of a resonance: `x = a x' + b x'' + e`, of rms 1.
struct Resonance {
    a: f64,
    b: f64,
    scale: f64,
    last: (f64, f64),
}

impl Resonance {
    /// At a frequency, as share of the rate, with a pole of this radius.
    fn new(frequency: f64, radius: f64) -> Self {
        let (a, b) = (2.0 * radius * libm::cos(std::f64::consts::TAU * frequency), -radius * radius);
        // The variance of an autoregressive process of second order.
        let variance = (1.0 - b) / ((1.0 + b) * ((1.0 - b) * (1.0 - b) - a * a));
        Self { a, b, scale: 1.0 / variance.sqrt(), last: (0.0, 0.0) }
    }

    fn next(&mut self, draw: &mut Draw) -> f64 {
        let value = self.a * self.last.0 + self.b * self.last.1 + draw.noise();
        self.last = (value, self.last.0);
        value * self.scale
    }
}

/// Noise of the ground: the microseisms near 0.2 Hz, what people make, and cars and steps that pass.
fn ground(sensor: &Sensor, number: usize, seed: u64, first_hour: f64, span: Span, length: usize) -> Vec<f64> {
    const MICROSEISM_M_S: f64 = 4e-7;
    const BLOCK: usize = 100;
    let rate_hz = Senses::Ground.rate_hz();
    let mut draw = span.noise(seed, number, 0);
    let mut swell = Resonance::new(0.2 / rate_hz, 0.999);
    let mut events = span.noise(seed, number, 1);
    let length_s = length as f64 / rate_hz;
    // A car is heard for half a minute, ten times as loud as it is quiet.
    let cars: Vec<(f64, f64, f64)> = events
        .instants(700.0, length_s)
        .into_iter()
        .map(|at_s| (at_s, events.between(6.0, 15.0), events.between_log(1.0, 6.0)))
        .collect();
    let mut samples = Vec::with_capacity(length);
    for first in (0..length).step_by(BLOCK) {
        let at_s = first as f64 / rate_hz;
        let passing: f64 = cars
            .iter()
            .filter(|(car_s, width_s, _)| (at_s - car_s).abs() < 4.0 * width_s)
            .map(|(car_s, width_s, loud)| {
                let away = (at_s - car_s) / width_s;
                loud * libm::exp(-0.5 * away * away)
            })
            .sum();
        // From 2 to 20 Hz lies a share of 18 in 50 of white noise's power.
        let rms = ground_noise(sensor, first_hour + (span.from_s + at_s) / 3_600.0) * (1.0 + passing) / 0.6;
        for _ in 0..BLOCK.min(length - first) {
            samples.push(MICROSEISM_M_S * swell.next(&mut draw) + rms * draw.noise());
        }
    }
    // Steps, doors, branches: short and sharp, and of this sensor alone.
    for at_s in events.instants(1_200.0, length_s) {
        let peak = sensor.noise * events.between_log(4.0, 40.0);
        let step = Arrival {
            event: 0,
            sensor: number,
            wave: Wave::Air,
            at_s,
            peak,
            snr: 0.0,
            duration_s: 0.0,
            distance_m: 0.0,
            course: Course::AtOnce,
        };
        burst(&mut samples, rate_hz, &step, &mut events);
    }
    samples
}

/// Noise of the air: wind, and swell near 0.2 Hz, at each element for itself.
fn air(sensor: &Sensor, number: usize, hours: &[Hour], seed: u64, span: Span, length: usize) -> Vec<f64> {
    const MICROBAROM_PA: f64 = 0.02;
    let rate_hz = Senses::Air.rate_hz();
    let mut draw = span.noise(seed, number, 2);
    let mut swell = Resonance::new(0.2 / rate_hz, 0.995);
    let mut gusts = 0.0;
    (0..length)
        .map(|at| {
            let hour = &hours[(((span.from_s + at as f64 / rate_hz) / 3_600.0) as usize).min(hours.len() - 1)];
            // Wind's power falls with frequency: a process of first order with a corner near half a Hz. The share of its power
            // from 0.5 to 4 Hz is 0.4.
            gusts = 0.86 * gusts + 0.51 * draw.noise();
            MICROBAROM_PA * swell.next(&mut draw) + air_noise(sensor, hour) / 0.63 * gusts
        })
        .collect()
}

/// The frequency at which a wave shakes the ground, Hz.
#[must_use]
pub fn frequency_hz(wave: Wave, distance_m: f64) -> f64 {
    let km = distance_m / 1e3;
    match wave {
        Wave::P => (12.0 - 0.06 * km).max(4.0),
        Wave::S => (8.0 - 0.05 * km).max(3.0),
        Wave::Surface => 2.5,
        Wave::Air => 9.0,
    }
}

/// How fast a wave sets in, s.
fn rise_s(wave: Wave) -> f64 {
    match wave {
        Wave::P => 0.03,
        Wave::S => 0.05,
        Wave::Surface => 0.4,
        Wave::Air => 0.02,
    }
}

/// How fast its scattered waves die away, s.
fn decay_s(wave: Wave, km: f64) -> f64 {
    match wave {
        Wave::P => 0.8 + km / 40.0,
        Wave::S => 1.2 + km / 30.0,
        Wave::Surface => 1.5 + km / 15.0,
        Wave::Air => 0.4,
    }
}

/// What is left of a wave so long after its onset, of its peak 1: the envelope of what [`counts`] swings within.
#[must_use]
pub fn left_of(arrival: &Arrival, after_s: f64) -> f64 {
    libm::exp(-(after_s - arrival.course.lasts_s()).max(0.0) / decay_s(arrival.wave, arrival.distance_m / 1e3))
}

/// A clap each so many s, on the mean.
const CLAPS_S: f64 = 0.4;
/// How much claps differ in strength, natural log units.
const CLAPS_SIGMA: f64 = 0.6;
/// How fast a rumble grows from its first claps, s.
const SWELLS_S: f64 = 2.0;

/// The parts of a wave as its source goes off: how late each is, s, and its share of the peak. Holes add up at random, so each has the
/// root of its number; of claps the strongest has the peak, and the first ones are weak: a rumble swells.
fn parts(arrival: &Arrival, seed: u64, array: usize) -> Vec<(f64, f64)> {
    match arrival.course {
        Course::AtOnce => vec![(0.0, 1.0)],
        Course::Holes { count, gap_s } => {
            let share = 1.0 / f64::from(count).sqrt();
            (0..count).map(|hole| (f64::from(hole) * gap_s, share)).collect()
        }
        Course::Rumble { lasts_s } => {
            let mut draw = Draw::of(seed, Subject::Wave, &[arrival.event as u64, array as u64, 1_001]);
            let mut claps = draw.instants(CLAPS_S, lasts_s);
            claps.insert(0, 0.0);
            let swelled = |late_s: f64| 0.3 + 0.7 * (1.0 - libm::exp(-late_s / SWELLS_S));
            let strengths: Vec<f64> =
                claps.iter().map(|late_s| swelled(*late_s) * libm::exp(CLAPS_SIGMA * draw.normal())).collect();
            let most = strengths.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
            claps.into_iter().zip(strengths).map(|(late_s, strength)| (late_s, strength / most)).collect()
        }
    }
}

/// A wave of the ground: it sets in within some hundredths of a second, swings at a frequency that falls with distance, and
/// dies away in scattered waves.
fn burst(samples: &mut [f64], rate_hz: f64, arrival: &Arrival, draw: &mut Draw) {
    let km = arrival.distance_m / 1e3;
    let frequency_hz = frequency_hz(arrival.wave, arrival.distance_m);
    let (rise_s, decay_s) = (rise_s(arrival.wave), decay_s(arrival.wave, km));
    let mut scattered = Resonance::new(frequency_hz / rate_hz, 0.94);
    let first = (arrival.at_s * rate_hz).ceil().max(0.0) as usize;
    let last = (((arrival.at_s + 7.0 * decay_s) * rate_hz) as usize).min(samples.len());
    for (at, sample) in samples.iter_mut().enumerate().take(last).skip(first) {
        let t = at as f64 / rate_hz - arrival.at_s;
        let envelope = (1.0 - libm::exp(-t / rise_s)) * libm::exp(-t / decay_s);
        let swing = libm::sin(std::f64::consts::TAU * frequency_hz * t) * libm::exp(-t * frequency_hz / 3.0);
        *sample += arrival.peak * envelope * (0.9 * swing + 0.5 * scattered.next(draw));
    }
}

/// A pulse of air: the blast, then what of it came over other rays, the later the farther it came. All elements of an
/// array hear the same.
fn blast(samples: &mut [f64], rate_hz: f64, arrival: &Arrival, seed: u64, (array, part): (usize, u64)) {
    const RAYS: usize = 5;
    // Parts after the first have streams of their own.
    let which = [arrival.event as u64, array as u64, 1_000, part];
    let mut draw = Draw::of(seed, Subject::Wave, if part == 0 { &which[..3] } else { &which });
    let spread_s = 0.1 + arrival.distance_m / 60_000.0;
    for ray in 0..RAYS {
        let (late_s, share) = match ray {
            0 => (0.0, 1.0),
            _ => (draw.exponential(spread_s), draw.between(-0.3, 0.7)),
        };
        let at_s = arrival.at_s + late_s;
        let first = (at_s * rate_hz).floor().max(0.0) as usize;
        let last = (((at_s + 14.0 * arrival.duration_s) * rate_hz) as usize + 2).min(samples.len());
        for (at, sample) in samples.iter_mut().enumerate().take(last).skip(first) {
            let from_s = at as f64 / rate_hz - at_s;
            *sample += arrival.peak * share * pulse(from_s, from_s + 1.0 / rate_hz, arrival.duration_s);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resonance_has_the_rms_it_says() {
        for (frequency, radius) in [(0.002, 0.999), (0.09, 0.94), (0.01, 0.995)] {
            let mut resonance = Resonance::new(frequency, radius);
            let mut draw = Draw::of(1, Subject::Noise, &[9]);
            let n = 400_000;
            let power: f64 = (0..n).map(|_| resonance.next(&mut draw)).map(|value| value * value).sum();
            assert!((power / f64::from(n) - 1.0).abs() < 0.1, "{frequency}: {}", power / f64::from(n));
        }
    }

    #[test]
    fn the_strongest_clap_has_the_peak_and_the_first_is_weak() {
        let of = |course| Arrival {
            event: 1,
            sensor: 0,
            wave: Wave::Air,
            at_s: 0.0,
            peak: 1.0,
            snr: 1.0,
            duration_s: 0.1,
            distance_m: 5e3,
            course,
        };
        let rumble = parts(&of(Course::Rumble { lasts_s: 20.0 }), 1, 0);
        assert!((30..80).contains(&rumble.len()), "{}", rumble.len());
        let most = rumble.iter().map(|part| part.1).fold(0.0, f64::max);
        assert!(rumble[0].0 == 0.0 && rumble[0].1 < 0.7 && most == 1.0);
        assert!(rumble.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[1].0 < 20.0));
        let holes = parts(&of(Course::Holes { count: 9, gap_s: 0.025 }), 1, 0);
        let power: f64 = holes.iter().map(|part| part.1 * part.1).sum();
        assert!((power - 1.0).abs() < 1e-12 && (holes[8].0 - 0.2).abs() < 1e-12);
        assert_eq!(parts(&of(Course::AtOnce), 1, 0), [(0.0, 1.0)]);
        assert_eq!(left_of(&of(Course::Rumble { lasts_s: 20.0 }), 19.0), 1.0);
    }
}
