//! The discrete Fourier transform of real samples, for lengths that are powers of two.
//!
//! # Algorithm
//! Radix-2 decimation in time (J. W. Cooley and J. W. Tukey, Mathematics of Computation 19, 297-301, 1965) of half
//! the length, with the real samples taken as complex ones and the spectrum untangled after (R. C. Singleton). The
//! twiddle factors are `libm`'s, computed each by itself, so errors grow with the logarithm of the length.
//! X(k) = sum over n of x(n) e^(-2 pi i k n / N).
//!
//! # Checked against
//! The defining sum (1e-12 of the largest entry at 4,096) and its own inverse.

/// The longest transform: one hour at 1 kHz fits; the tables then take 64 MB.
pub(crate) const LENGTH_MAX: usize = 1 << 22;

/// The tables for one length.
#[derive(Debug, Clone)]
pub(crate) struct Fft {
    /// Real samples, a power of two from 4 on.
    length: usize,
    /// e^(-2 pi i k / length), k below half the length.
    twiddles: Vec<(f64, f64)>,
}

impl Fft {
    /// For `samples` samples with zeros after them up to the next power of two; `None` above [`LENGTH_MAX`].
    pub(crate) fn holding(samples: usize) -> Option<Self> {
        let length = samples.max(4).checked_next_power_of_two().filter(|length| *length <= LENGTH_MAX)?;
        let step = -std::f64::consts::TAU / length as f64;
        let twiddles = (0..length / 2).map(|k| libm::sincos(step * k as f64)).map(|(sin, cos)| (cos, sin)).collect();
        Some(Self { length, twiddles })
    }

    /// The transform's length.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Entries 0 to length / 2 of the spectrum of samples, zeros after them.
    pub(crate) fn forward(&self, samples: &[f64]) -> Vec<(f64, f64)> {
        let half = self.length / 2;
        let at = |i: usize| samples.get(i).copied().unwrap_or(0.0);
        let mut z: Vec<(f64, f64)> = (0..half).map(|i| (at(2 * i), at(2 * i + 1))).collect();
        self.complex(&mut z);
        let mut spectrum = Vec::with_capacity(half + 1);
        for k in 0..=half {
            let (a, b) = (z[k % half], z[(half - k) % half]);
            let even = ((a.0 + b.0) / 2.0, (a.1 - b.1) / 2.0);
            let odd = ((a.1 + b.1) / 2.0, (b.0 - a.0) / 2.0);
            let (cos, sin) = if k == half { (-1.0, 0.0) } else { self.twiddles[k] };
            spectrum.push((even.0 + odd.0 * cos - odd.1 * sin, even.1 + odd.0 * sin + odd.1 * cos));
        }
        spectrum
    }

    /// The samples of a spectrum as [`Fft::forward`] gives it (entries that are missing are zero; the imaginary parts
    /// of the first and the last are taken as zero).
    pub(crate) fn inverse(&self, spectrum: &[(f64, f64)]) -> Vec<f64> {
        let half = self.length / 2;
        let at = |k: usize| match spectrum.get(k).copied().unwrap_or((0.0, 0.0)) {
            (re, _) if k == 0 || k == half => (re, 0.0),
            entry => entry,
        };
        // The conjugate of the untangling above, and the transform of the conjugate: an inverse by a forward one.
        let mut z: Vec<(f64, f64)> = (0..half)
            .map(|k| {
                let (a, b) = (at(k), at(half - k));
                let even = (a.0 + b.0, a.1 - b.1);
                let odd = (a.0 - b.0, a.1 + b.1);
                let (cos, sin) = self.twiddles[k];
                let odd = (odd.0 * cos + odd.1 * sin, odd.1 * cos - odd.0 * sin);
                (even.0 - odd.1, -(even.1 + odd.0))
            })
            .collect();
        self.complex(&mut z);
        let scale = 1.0 / self.length as f64;
        z.iter().flat_map(|(re, im)| [re * scale, -im * scale]).collect()
    }

    /// The complex transform of half the length, in place.
    fn complex(&self, z: &mut [(f64, f64)]) {
        let n = z.len();
        let bits = n.trailing_zeros();
        for i in 0..n {
            let j = i.reverse_bits() >> (usize::BITS - bits);
            if i < j {
                z.swap(i, j);
            }
        }
        let mut width = 1;
        while width < n {
            // The twiddle table is that of the real length, twice this one's.
            let stride = n / width;
            for block in z.chunks_exact_mut(2 * width) {
                let (low, high) = block.split_at_mut(width);
                for (i, (a, b)) in low.iter_mut().zip(high).enumerate() {
                    let (cos, sin) = self.twiddles[i * stride];
                    let t = (b.0 * cos - b.1 * sin, b.0 * sin + b.1 * cos);
                    *b = (a.0 - t.0, a.1 - t.1);
                    *a = (a.0 + t.0, a.1 + t.1);
                }
            }
            width *= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(n: usize) -> Vec<f64> {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        };
        (0..n).map(|_| next()).collect()
    }

    #[test]
    fn it_is_the_defining_sum() {
        for n in [4, 8, 64, 4_096] {
            let x = samples(n);
            let spectrum = Fft::holding(n).unwrap().forward(&x);
            let largest = spectrum.iter().map(|z| (z.0 * z.0 + z.1 * z.1).sqrt()).fold(0.0, f64::max);
            for k in [0, 1, n / 4, n / 2 - 1, n / 2] {
                let mut sum = (0.0, 0.0);
                for (i, x) in x.iter().enumerate() {
                    let (sin, cos) = libm::sincos(-std::f64::consts::TAU * ((i * k) % n) as f64 / n as f64);
                    sum = (sum.0 + x * cos, sum.1 + x * sin);
                }
                let error = (sum.0 - spectrum[k].0).abs() + (sum.1 - spectrum[k].1).abs();
                assert!(error < 1e-12 * largest, "{n} {k} {error}");
            }
        }
    }

    #[test]
    fn the_inverse_gives_the_samples_back_and_missing_samples_are_zeros() {
        for n in [3, 4, 100, 1_024] {
            let x = samples(n);
            let fft = Fft::holding(n).unwrap();
            let back = fft.inverse(&fft.forward(&x));
            assert_eq!(back.len(), fft.length());
            for (i, value) in back.iter().enumerate() {
                assert!((value - x.get(i).copied().unwrap_or(0.0)).abs() < 1e-14, "{n} {i}");
            }
        }
        assert!(Fft::holding(LENGTH_MAX + 1).is_none());
        assert!(Fft::holding(usize::MAX).is_none());
    }
}
