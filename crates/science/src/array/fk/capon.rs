//! Capon's beam: narrower than Bartlett's, for waves that overlap and last.
//!
//! # Algorithm
//! The power of the beam that lets a wave of slowness s pass and everything else as little as can be,
//! P(f) = 1 / (a* R^-1 a), a the vector of e^(-2 pi i f s.r_i), R(f) the elements' covariance (J. Capon, Proceedings of
//! the IEEE 57, 1408-1418, 1969), summed over the band and given as a share of the mean power of an element. R is the
//! mean over parts of the window that overlap by half; its diagonal is raised by 1e-3 of its mean (as infrapy does),
//! so that fewer parts than elements still have an inverse.
//!
//! Every beam is computed. The share is no F statistic: detection goes by Bartlett's.
//!
//! # Checked against
//! Two waves that Bartlett's beam does not part (`tests/array_fk.rs`); 1 / (a* R^-1 a) of one wave in white noise in
//! closed form.
use super::super::error::{ArrayError, Kind};
use super::super::geometry::{pair_index, pairs_of};
use super::super::spectra::{Settings, Spectra};
use super::super::traces::Traces;
use super::plan::{Plan, turn_and_step};

/// What is added to the diagonal of a covariance, over its mean.
const LOADING: f64 = 1e-3;

/// The covariances of the elements at the frequencies of a band.
#[derive(Debug, Clone)]
pub struct Covariances {
    /// The spectra of the first part: its frequencies are those of all.
    shape: Spectra,
    /// For each frequency n x n entries, row by row.
    matrices: Vec<(f64, f64)>,
    parts: usize,
}

impl Covariances {
    /// The mean over parts of `part_samples` samples that overlap by half.
    ///
    /// # Errors
    /// As [`Spectra::of`], or if a part has no sample or more than there are.
    pub fn of(
        traces: &Traces<'_>,
        elements: usize,
        settings: &Settings,
        part_samples: usize,
    ) -> Result<Self, ArrayError> {
        let shape = Spectra::of(&traces.window(0, part_samples)?, elements, settings)?;
        let mut matrices = vec![(0.0, 0.0); shape.bins() * elements * elements];
        let step = part_samples.div_ceil(2);
        let firsts = (0..=traces.samples() - part_samples).step_by(step);
        let parts = firsts.clone().count();
        for first in firsts {
            let spectra = Spectra::of(&traces.window(first, part_samples)?, elements, settings)?;
            for (matrix, row) in
                matrices.chunks_exact_mut(elements * elements).zip(spectra.entries.chunks_exact(elements))
            {
                for (line, a) in matrix.chunks_exact_mut(elements).zip(row) {
                    for (entry, b) in line.iter_mut().zip(row) {
                        entry.0 += (a.0 * b.0 + a.1 * b.1) / parts as f64;
                        entry.1 += (a.1 * b.0 - a.0 * b.1) / parts as f64;
                    }
                }
            }
        }
        Ok(Self { shape, matrices, parts })
    }

    /// Spectra with these frequencies, for [`Plan::new`].
    #[must_use]
    pub fn shape(&self) -> &Spectra {
        &self.shape
    }

    /// How many parts the mean is of.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.parts
    }
}

/// Capon's power of every beam, as a share of the mean power of an element. Azimuths run fastest.
///
/// # Errors
/// If the covariances have other elements or frequencies than those the plan was made for.
pub fn capon(plan: &Plan, covariances: &Covariances) -> Result<Vec<f64>, ArrayError> {
    plan.check(&covariances.shape)?;
    let n = covariances.shape.elements();
    let pairs = n * (n - 1) / 2;
    let mut total = 0.0;
    // For each frequency: whether there is power, the sum of the inverse's diagonal, its entries above the diagonal.
    let mut inverses = Vec::with_capacity(covariances.shape.bins());
    for matrix in covariances.matrices.chunks_exact(n * n) {
        let mean = (0..n).map(|i| matrix[i * n + i].0).sum::<f64>() / n as f64;
        if mean <= 0.0 {
            inverses.push(None);
            continue;
        }
        total += mean;
        let mut loaded = matrix.to_vec();
        (0..n).for_each(|i| loaded[i * n + i].0 += LOADING * mean);
        let inverse = inverse_hermitian(&loaded, n).ok_or(ArrayError(Kind::Singular))?;
        let diagonal: f64 = (0..n).map(|i| inverse[i * n + i].0).sum();
        let mut above = vec![(0.0, 0.0); pairs];
        for pair in pairs_of(n) {
            above[pair_index(n, pair)] = inverse[pair.first * n + pair.second];
        }
        inverses.push(Some((diagonal, above)));
    }
    let mut powers = Vec::with_capacity(plan.grid().beams());
    let mut turns = Vec::with_capacity(pairs);
    for beam in 0..plan.grid().beams() {
        let delays_s = plan.delays_s(beam);
        turns.clear();
        // a_i* a_j = e^(-iw (t_j - t_i)), a_i = e^(-iw t_i).
        turns.extend(pairs_of(n).map(|p| turn_and_step(&covariances.shape, delays_s[p.first] - delays_s[p.second])));
        let mut power = 0.0;
        for inverse in &inverses {
            let mut real = 0.0;
            if let Some((_, above)) = inverse {
                real = above.iter().zip(&turns).map(|(entry, (turn, _))| entry.0 * turn.0 - entry.1 * turn.1).sum();
            }
            for (turn, step) in &mut turns {
                *turn = (turn.0 * step.0 - turn.1 * step.1, turn.0 * step.1 + turn.1 * step.0);
            }
            if let Some((diagonal, _)) = inverse {
                let form = diagonal + 2.0 * real;
                power += if form > 0.0 { 1.0 / form } else { 0.0 };
            }
        }
        powers.push(if total > 0.0 { power / total } else { 0.0 });
    }
    Ok(powers)
}

/// The inverse of a Hermitian positive definite matrix by Cholesky's root; `None` if it is not one.
fn inverse_hermitian(m: &[(f64, f64)], n: usize) -> Option<Vec<(f64, f64)>> {
    let times = |a: (f64, f64), b: (f64, f64)| (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0);
    let conjugate = |a: (f64, f64)| (a.0, -a.1);
    let mut root = vec![(0.0, 0.0); n * n];
    for i in 0..n {
        for j in 0..=i {
            let mut sum = m[i * n + j];
            for k in 0..j {
                let product = times(root[i * n + k], conjugate(root[j * n + k]));
                sum = (sum.0 - product.0, sum.1 - product.1);
            }
            if i == j {
                // Written so that NaN fails it too.
                if !(sum.0 > 0.0 && sum.0.is_finite()) {
                    return None;
                }
                root[i * n + i] = (sum.0.sqrt(), 0.0);
            } else {
                let pivot = root[j * n + j].0;
                root[i * n + j] = (sum.0 / pivot, sum.1 / pivot);
            }
        }
    }
    let mut inverse = vec![(0.0, 0.0); n * n];
    let mut y = vec![(0.0, 0.0); n];
    for column in 0..n {
        for i in 0..n {
            let mut sum = (f64::from(u8::from(i == column)), 0.0);
            for k in 0..i {
                let product = times(root[i * n + k], y[k]);
                sum = (sum.0 - product.0, sum.1 - product.1);
            }
            let pivot = root[i * n + i].0;
            y[i] = (sum.0 / pivot, sum.1 / pivot);
        }
        for i in (0..n).rev() {
            let mut sum = y[i];
            for k in i + 1..n {
                let product = times(conjugate(root[k * n + i]), inverse[k * n + column]);
                sum = (sum.0 - product.0, sum.1 - product.1);
            }
            let pivot = root[i * n + i].0;
            inverse[i * n + column] = (sum.0 / pivot, sum.1 / pivot);
        }
    }
    Some(inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_of_one_wave_in_white_noise_gives_its_power() {
        // R = p a a* + q I has 1 / (a* R^-1 a) = p + q / n.
        let (n, p, q) = (5, 3.0, 0.7);
        let angles: Vec<f64> = (0..n).map(|i| 0.9 * (i * i) as f64).collect();
        let a: Vec<(f64, f64)> = angles.iter().map(|x| (libm::cos(*x), libm::sin(*x))).collect();
        let mut r = vec![(0.0, 0.0); n * n];
        for i in 0..n {
            for j in 0..n {
                r[i * n + j].0 = p * (a[i].0 * a[j].0 + a[i].1 * a[j].1) + if i == j { q } else { 0.0 };
                r[i * n + j].1 = p * (a[i].1 * a[j].0 - a[i].0 * a[j].1);
            }
        }
        let inverse = inverse_hermitian(&r, n).unwrap();
        let mut form = 0.0;
        for i in 0..n {
            for j in 0..n {
                let product = (a[i].0 * a[j].0 + a[i].1 * a[j].1, a[i].0 * a[j].1 - a[i].1 * a[j].0);
                form += inverse[i * n + j].0 * product.0 - inverse[i * n + j].1 * product.1;
            }
        }
        assert!((1.0 / form - (p + q / n as f64)).abs() < 1e-12, "{}", 1.0 / form);
        assert!(inverse_hermitian(&[(0.0, 0.0); 9], 3).is_none());
    }
}
