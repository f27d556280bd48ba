//! How the unknowns beside place and origin time hang together before any arrival, where other events said so (`together.rs`).
use super::likelihood::UNKNOWNS_MAX;
use super::problem::{Problem, TECHNOLOGIES};
use super::small::Root;
use super::together::Shared;

/// How unknowns hang together beforehand.
#[derive(Debug, Clone)]
pub(super) struct Precision {
    matrix: [[f64; UNKNOWNS_MAX]; UNKNOWNS_MAX],
    half_log_determinant: f64,
}

impl Precision {
    /// The precision as a sum of squares of the first so many unknowns.
    pub(super) fn rows(&self, unknowns: usize) -> Option<Vec<Vec<f64>>> {
        let root = Root::of(&self.matrix, unknowns)?;
        // The origin time is free.
        Some((1..unknowns).map(|j| (0..unknowns).map(|i| root.element(i, j)).collect()).collect())
    }

    /// Puts it in the place of independent unknowns in normal equations, for those before `place`; by how much the logarithm of the
    /// density differs.
    #[inline]
    pub(super) fn take<const N: usize>(
        &self,
        matrix: &mut [[f64; N]; N],
        right: &mut [f64; N],
        unknowns: &[f64; N],
        place: usize,
    ) -> f64 {
        let mut log = self.half_log_determinant;
        for a in 1..place {
            let pull: f64 = (1..place).map(|b| self.matrix[a][b] * unknowns[b]).sum();
            log += 0.5 * unknowns[a] * (unknowns[a] - pull);
            right[a] = -pull;
            matrix[a][1..place].copy_from_slice(&self.matrix[a][1..place]);
        }
        log
    }
}

impl Problem {
    /// The precision of what is shared, of those that are unknowns here.
    pub(super) fn precision(&self, shared: &Shared, scale_of: &[Option<usize>; TECHNOLOGIES]) -> Option<Precision> {
        let [east, north, delay] = Shared::wind_and_delay();
        let mut of: Vec<(usize, f64)> = vec![(0, 0.0); self.scales.len()];
        for (technology, scale) in scale_of.iter().enumerate() {
            if let Some(scale) = scale {
                of[*scale] = (technology, self.scales[*scale]);
            }
        }
        if self.windy {
            of.extend([east, north].map(|k| (k, self.priors.wind_sigma_m_s)));
        }
        if self.delayed {
            of.push((delay, self.priors.p.delay_s.1));
        }
        let mut covariance = [[0.0; UNKNOWNS_MAX]; UNKNOWNS_MAX];
        for (i, (a, sigma_a)) in of.iter().enumerate() {
            for (j, (b, sigma_b)) in of.iter().enumerate() {
                covariance[i][j] = shared.covariance(*a, *b) / (sigma_a * sigma_b);
            }
        }
        let root = Root::of(&covariance, of.len())?;
        let mut matrix = [[0.0; UNKNOWNS_MAX]; UNKNOWNS_MAX];
        for (k, row) in matrix.iter_mut().enumerate() {
            row[k] = 1.0;
        }
        for j in 0..of.len() {
            let mut unit = [0.0; UNKNOWNS_MAX];
            unit[j] = 1.0;
            let column = root.solve(&unit);
            for i in 0..of.len() {
                // After the origin time.
                matrix[1 + i][1 + j] = column[i];
            }
        }
        Some(Precision { matrix, half_log_determinant: -root.half_log_determinant() })
    }
}
