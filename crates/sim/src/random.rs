//! Randomness by counter: what is drawn hangs on the seed and on what it is drawn for, never on what was drawn before.
//!
//! So a further sensor or a longer day changes nothing of what was there. SplitMix64: G. L. Steele, D. Lea and C. H. Flood,
//! *Fast splittable pseudorandom number generators*, OOPSLA 2014.

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What is drawn for: each subject has a stream of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Subject {
    /// Coast, river, towns, roads, line.
    Region = 1,
    /// Wind and temperature.
    Weather = 2,
    /// When and where something happens.
    Source = 3,
    /// Where sensors stand and what they are like.
    Network = 4,
    /// Noise of a channel.
    Noise = 5,
    /// How a path from a source to a sensor differs from the model.
    Path = 6,
    /// The waveform of a wave.
    Wave = 7,
    /// What is broken.
    Fault = 8,
    /// What people and satellites say.
    Witness = 9,
    /// Layers of the ground.
    Earth = 10,
    /// What noise leaves uncertain for who knows the world.
    Oracle = 11,
}

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub struct Draw {
    key: u64,
    count: u64,
}

impl Draw {
    /// The stream of a subject and of the numbers that say which of its kind.
    #[must_use]
    pub fn of(seed: u64, subject: Subject, which: &[u64]) -> Self {
        let key =
            which.iter().fold(mix(seed ^ mix(subject as u64)), |key, word| mix(key.wrapping_add(GOLDEN) ^ mix(*word)));
        Self { key, count: 0 }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.count = self.count.wrapping_add(1);
        mix(self.key.wrapping_add(self.count.wrapping_mul(GOLDEN)))
    }

    /// Evenly from 0, included, to 1, excluded.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly between two numbers.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Evenly in logarithm between two positive numbers.
    pub fn between_log(&mut self, low: f64, high: f64) -> f64 {
        libm::exp(self.between(libm::log(low), libm::log(high)))
    }

    /// One of so many, from 0; of none it is 0.
    pub fn one_of(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// True with this probability.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Normal, mean 0 and deviation 1 (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    /// Nearly normal, mean 0 and deviation 1, and cheap: the sum of eight even numbers, which ends at 4.9 deviations. For
    /// samples of noise, of which there are tens of millions.
    pub fn noise(&mut self) -> f64 {
        let parts = |bits: u64| (bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48);
        let sum = parts(self.bits()) + parts(self.bits());
        // The sum of n even numbers on 0 to 1 has the variance n / 12.
        (sum as f64 / 65_535.0 - 4.0) / (8.0_f64 / 12.0).sqrt()
    }

    /// Exponential of this mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.unit())
    }

    /// The instants of a Poisson process of this mean gap, ascending, below a length.
    pub fn instants(&mut self, mean_gap_s: f64, length_s: f64) -> Vec<f64> {
        let mut at = self.exponential(mean_gap_s);
        let mut instants = Vec::new();
        while at < length_s {
            instants.push(at);
            at += self.exponential(mean_gap_s);
        }
        instants
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut draw = Draw::of(7, Subject::Noise, &[1]);
        let n = 200_000;
        for (name, mean, deviation, mut one) in [
            ("normal", 0.0, 1.0, Box::new(Draw::normal) as Box<dyn FnMut(&mut Draw) -> f64>),
            ("noise", 0.0, 1.0, Box::new(Draw::noise)),
            ("unit", 0.5, (1.0_f64 / 12.0).sqrt(), Box::new(Draw::unit)),
            ("exponential", 3.0, 3.0, Box::new(|draw| draw.exponential(3.0))),
        ] {
            let values: Vec<f64> = (0..n).map(|_| one(&mut draw)).collect();
            let average = values.iter().sum::<f64>() / f64::from(n);
            let spread = (values.iter().map(|v| (v - average) * (v - average)).sum::<f64>() / f64::from(n)).sqrt();
            assert!((average - mean).abs() < 0.01 * deviation.max(1.0), "{name}: mean {average}");
            assert!((spread / deviation - 1.0).abs() < 0.01, "{name}: deviation {spread}");
        }
    }

    #[test]
    fn streams_hang_on_their_subject_alone() {
        let first = |subject, which: &[u64]| Draw::of(1, subject, which).bits();
        assert_eq!(first(Subject::Noise, &[1, 2]), first(Subject::Noise, &[1, 2]));
        let all = [
            first(Subject::Noise, &[1, 2]),
            first(Subject::Noise, &[2, 1]),
            first(Subject::Path, &[1, 2]),
            first(Subject::Noise, &[1]),
            Draw::of(2, Subject::Noise, &[1, 2]).bits(),
        ];
        for (n, a) in all.iter().enumerate() {
            assert!(all[n + 1..].iter().all(|b| a != b), "{n}");
        }
    }
}
