//! The Z-detector: short-term energy in units of its own scatter.
use super::stalta::EnergyWindow;
use super::state::{State, array_of};
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Float};

/// The Z-detector over a closed record.
///
/// # Algorithm
/// `S_i` is the sum of `x^2` over the `n` samples before sample `i` (zero for `i < n`); `z_i = (S_i - mean S) / std S`
/// with mean and standard deviation over the whole record.
///
/// Source: W. H. Swindell and N. S. Snell, *Station processor automatic signal detection system*, Texas Instruments,
/// 1977; Withers et al. 1998, page 99. A constant record, whose scatter is zero, gives zeros.
///
/// # Checked against
/// `obspy.signal.trigger.z_detect` of ObsPy 1.5.1: equal to 1e-11 of the maximum (`tests/dsp_peers.rs`). It looks
/// ahead, so it cannot stream; [`ZDetector`] can.
#[must_use]
pub fn z_detect(samples: &[f64], window_samples: u32) -> Vec<f64> {
    let n = window_samples.max(1) as usize;
    let mut window = EnergyWindow::new(window_samples);
    let mut sums = Vec::with_capacity(samples.len());
    let mut sum = 0.0;
    for (i, x) in samples.iter().enumerate() {
        sums.push(if i < n { 0.0 } else { sum });
        sum = window.push(x * x);
    }
    let count = samples.len().max(1) as f64;
    let mean = sums.iter().sum::<f64>() / count;
    let deviation = (sums.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / count).sqrt();
    if deviation > 0.0 {
        for sum in &mut sums {
            *sum = (*sum - mean) / deviation;
        }
    } else {
        sums.fill(0.0);
    }
    sums
}

/// The Z-detector as samples come in.
///
/// # Algorithm
/// `S_i` is the sum of `x^2` over the last `n` samples; mean and variance of `S` are those of the samples **before**,
/// weighted down with the time constant of the long window: with `k = min(count of S so far, nl)`,
///
/// ```text
/// z_i = (S_i - m) / sqrt(v);   d = S_i - m;   m += d/k;   v = (1 - 1/k)(v + d^2/k)
/// ```
///
/// Source: as [`z_detect`]; the recursion is the exponentially weighted one of T. Finch, *Incremental calculation of
/// weighted mean and variance*, University of Cambridge, 2009. It is **not** equal to ObsPy's `z_detect`, which uses
/// the mean over the whole record, samples to come included. Zero until `n + nl` samples were seen.
#[derive(Debug, Clone, PartialEq)]
pub struct ZDetector {
    window: EnergyWindow,
    short_samples: u32,
    long_samples: u32,
    seen: u32,
    mean: f64,
    variance: f64,
}

impl ZDetector {
    /// With lengths in samples; zero counts as one.
    #[must_use]
    pub fn new(short_samples: u32, long_samples: u32) -> Self {
        Self {
            window: EnergyWindow::new(short_samples),
            short_samples: short_samples.max(1),
            long_samples: long_samples.max(1),
            seen: 0,
            mean: 0.0,
            variance: 0.0,
        }
    }

    /// One sample on; its z.
    #[inline]
    pub fn push(&mut self, sample: f64) -> f64 {
        let sum = self.window.push(sample * sample);
        let end = self.short_samples.saturating_add(self.long_samples);
        let settled = self.seen >= end;
        if !settled {
            self.seen += 1;
        }
        if self.seen < self.short_samples {
            return 0.0;
        }
        let count = f64::from((self.seen - self.short_samples + 1).min(self.long_samples));
        let difference = sum - self.mean;
        let z = if settled && self.variance > 0.0 { difference / self.variance.sqrt() } else { 0.0 };
        self.mean += difference / count;
        self.variance = (1.0 - 1.0 / count) * (self.variance + difference * difference / count);
        z
    }
}

impl State for ZDetector {
    fn write_state(&self, encoder: &mut Encoder) {
        encoder.array(2);
        self.window.write_state(encoder);
        (self.seen, Float(self.mean), Float(self.variance)).encode(encoder);
    }
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        array_of(decoder, 2)?;
        self.window.read_state(decoder)?;
        let (seen, Float(mean), Float(variance)) = Canonical::decode(decoder)?;
        let end = self.short_samples.saturating_add(self.long_samples);
        (self.seen, self.mean, self.variance) = (end.min(seen), mean, variance);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_scatters_with_unit_variance_and_a_bang_stands_out() {
        let mut detector = ZDetector::new(20, 2_000);
        let mut state = 9_u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
        };
        let z: Vec<f64> = (0..60_000).map(|_| detector.push(noise())).collect();
        let tail = &z[10_000..];
        let power = tail.iter().map(|z| z * z).sum::<f64>() / tail.len() as f64;
        assert!((power - 1.0).abs() < 0.1, "{power}");
        assert!(detector.push(30.0) > 50.0);
        assert!(z_detect(&[3.0; 50], 0).iter().all(|z| z.is_finite()));
        assert!(z_detect(&[], 5).is_empty());
    }
}
