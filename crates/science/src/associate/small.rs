//! Small linear algebra, and an exponential that is quick and the same everywhere.

/// Coordinates of an event: time, east, north, up.
pub(super) const N: usize = 4;

/// A symmetric matrix of at most [`N`] rows, its lower triangle by rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Symmetric(pub [f64; N * (N + 1) / 2]);

/// The root of a positive matrix of the first `rows` rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Root {
    l: [f64; N * (N + 1) / 2],
    rows: usize,
}

const fn at(row: usize, column: usize) -> usize {
    row * (row + 1) / 2 + column
}

impl Symmetric {
    pub(super) const ZERO: Self = Self([0.0; N * (N + 1) / 2]);

    /// Adds `w v v'`.
    #[inline]
    pub(super) fn add(&mut self, w: f64, v: &[f64; N]) {
        let mut k = 0;
        for i in 0..N {
            let wi = w * v[i];
            for vj in &v[..=i] {
                self.0[k] += wi * vj;
                k += 1;
            }
        }
    }

    /// Adds to a place of the diagonal.
    pub(super) fn add_diagonal(&mut self, row: usize, value: f64) {
        self.0[at(row, row)] += value;
    }

    /// Its root, none where it is not safely positive.
    pub(super) fn root(&self, rows: usize) -> Option<Root> {
        let mut l = self.0;
        for i in 0..rows {
            for j in 0..=i {
                let mut sum = l[at(i, j)];
                for k in 0..j {
                    sum -= l[at(i, k)] * l[at(j, k)];
                }
                if i == j {
                    // The part of a diagonal that rounding alone can leave.
                    if !(sum > 1e-13 * self.0[at(i, i)] && sum > 0.0) {
                        return None;
                    }
                    l[at(i, i)] = sum.sqrt();
                } else {
                    l[at(i, j)] = sum / l[at(j, j)];
                }
            }
        }
        Some(Root { l, rows })
    }
}

impl Root {
    /// `x` with `A x = b`; what is beyond the rows is zero.
    pub(super) fn solve(&self, b: &[f64; N]) -> [f64; N] {
        let mut x = [0.0; N];
        for i in 0..self.rows {
            let mut sum = b[i];
            for (j, xj) in x.iter().enumerate().take(i) {
                sum -= self.l[at(i, j)] * xj;
            }
            x[i] = sum / self.l[at(i, i)];
        }
        for i in (0..self.rows).rev() {
            let mut sum = x[i];
            for (j, xj) in x.iter().enumerate().take(self.rows).skip(i + 1) {
                sum -= self.l[at(j, i)] * xj;
            }
            x[i] = sum / self.l[at(i, i)];
        }
        x
    }

    /// Log of the determinant.
    pub(super) fn log_determinant(&self) -> f64 {
        (0..self.rows).map(|i| 2.0 * libm::log(self.l[at(i, i)])).sum()
    }

    /// The inverse, by rows.
    pub(super) fn inverse(&self) -> [[f64; N]; N] {
        let mut inverse = [[0.0; N]; N];
        for column in 0..self.rows {
            let mut unit = [0.0; N];
            unit[column] = 1.0;
            let x = self.solve(&unit);
            for row in 0..self.rows {
                inverse[row][column] = x[row];
            }
        }
        inverse
    }
}

/// `e^x` to 2e-7 relative: multiplications and additions alone, so the same bits everywhere. Zero below -700, the
/// value at 700 above it.
///
/// # Algorithm
/// `x = k ln 2 + r`, a Taylor polynomial of the seventh degree in r, and k in the exponent.
#[inline]
pub(super) fn exp(x: f64) -> f64 {
    let x = x.min(700.0);
    if x < -700.0 {
        return 0.0;
    }
    // The floor by a cast: without newer instructions `floor` is a call.
    let half_up = x * std::f64::consts::LOG2_E + 0.5;
    let whole = half_up as i32;
    let k = whole - i32::from(f64::from(whole) > half_up);
    let r = x - f64::from(k) * std::f64::consts::LN_2;
    let p = 1.0
        + r * (1.0
            + r * (0.5
                + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r * (1.0 / 5_040.0)))))));
    p * f64::from_bits(((i64::from(k) + 1_023) as u64) << 52)
}

/// `ln(sum(e^x))`.
pub(super) fn log_sum_exp(x: &[f64]) -> f64 {
    let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return top;
    }
    top + libm::log(x.iter().map(|x| exp(x - top)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_exponential() {
        for i in -6_000..6_000 {
            let x = f64::from(i) * 0.1;
            assert!((exp(x) / libm::exp(x) - 1.0).abs() < 2e-7, "{x}");
        }
        assert_eq!(exp(-1e9), 0.0);
        assert!(exp(1e9).is_finite());
    }

    #[test]
    fn a_root_solves() {
        let mut a = Symmetric::ZERO;
        a.add(2.0, &[1.0, 2.0, 0.5, -1.0]);
        a.add(1.0, &[0.0, 1.0, 1.5, 0.3]);
        for i in 0..N {
            a.add_diagonal(i, 1.0);
        }
        let b = [1.0, -2.0, 0.25, 3.0];
        for rows in [3, 4] {
            let root = a.root(rows).unwrap();
            let x = root.solve(&b);
            for (i, bi) in b.iter().enumerate().take(rows) {
                let sum: f64 = (0..rows).map(|j| a.0[at(i.max(j), i.min(j))] * x[j]).sum();
                assert!((sum - bi).abs() < 1e-12, "{sum} {bi}");
            }
        }
        assert!(Symmetric::ZERO.root(4).is_none());
    }
}
