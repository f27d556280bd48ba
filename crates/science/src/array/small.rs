//! Small linear algebra by hand, in a fixed order of operations.

/// The length of a vector.
pub(super) fn norm(v: &[f64; 3]) -> f64 {
    (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt()
}

/// The smaller and the larger eigenvalue of a symmetric matrix given as (xx, xy, yy).
pub(super) fn eigenvalues2(m: &[f64; 3]) -> (f64, f64) {
    let mean = (m[0] + m[2]) / 2.0;
    let half = (m[0] - m[2]) / 2.0;
    let radius = (half * half + m[1] * m[1]).sqrt();
    let large = mean + radius;
    // By the determinant: the difference would lose a small eigenvalue's digits.
    let small = if large > 0.0 { (m[0] * m[2] - m[1] * m[1]) / large } else { mean - radius };
    (small, large)
}

/// The inverse of a symmetric matrix given as (xx, xy, yy); `None` unless it is positive definite.
pub(super) fn inverse2(m: &[f64; 3]) -> Option<[f64; 3]> {
    let determinant = m[0] * m[2] - m[1] * m[1];
    let definite = m[0] > 0.0 && determinant > 0.0 && determinant.is_finite();
    definite.then(|| [m[2] / determinant, -m[1] / determinant, m[0] / determinant])
}

/// The determinant of a symmetric 3 x 3 matrix.
pub(super) fn determinant3(m: &[[f64; 3]; 3]) -> f64 {
    m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
}

/// The inverse of a symmetric positive definite matrix by Cholesky's root; `None` if it is not one to working
/// precision (a pivot below 1e-13 of its diagonal).
pub(super) fn inverse<const N: usize>(m: &[[f64; N]; N]) -> Option<[[f64; N]; N]> {
    let mut root = [[0.0; N]; N];
    for i in 0..N {
        for j in 0..=i {
            let products = root[i].iter().zip(&root[j]).take(j).map(|(a, b)| a * b);
            let sum = products.fold(m[i][j], |sum, product| sum - product);
            if i == j {
                // Written so that NaN fails it too.
                if !(sum > 1e-13 * m[i][i] && sum.is_finite()) {
                    return None;
                }
                root[i][i] = sum.sqrt();
            } else {
                root[i][j] = sum / root[j][j];
            }
        }
    }
    let mut inverse = [[0.0; N]; N];
    // The inverse is symmetric: its columns are its rows.
    for (column, line) in inverse.iter_mut().enumerate() {
        let mut y = [0.0; N];
        for i in 0..N {
            let mut sum = f64::from(u8::from(i == column));
            for k in 0..i {
                sum -= root[i][k] * y[k];
            }
            y[i] = sum / root[i][i];
        }
        for i in (0..N).rev() {
            let mut sum = y[i];
            for k in i + 1..N {
                sum -= root[k][i] * line[k];
            }
            line[i] = sum / root[i][i];
        }
    }
    Some(inverse)
}

/// A matrix times a vector.
pub(super) fn times<const N: usize>(m: &[[f64; N]; N], v: &[f64; N]) -> [f64; N] {
    let mut product = [0.0; N];
    for (entry, row) in product.iter_mut().zip(m) {
        *entry = row.iter().zip(v).map(|(a, b)| a * b).sum();
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses_are_inverses() {
        let m = [[4.0, 1.0, 0.5], [1.0, 3.0, -0.7], [0.5, -0.7, 2.0]];
        let inverse = inverse(&m).unwrap();
        for (i, row) in inverse.iter().enumerate() {
            let column = times(&m, row);
            for (j, entry) in column.iter().enumerate() {
                assert!((entry - f64::from(u8::from(i == j))).abs() < 1e-14);
            }
        }
        let two = inverse2(&[4.0, 1.0, 3.0]).unwrap();
        assert!((two[0] - 3.0 / 11.0).abs() < 1e-15 && (two[1] + 1.0 / 11.0).abs() < 1e-15);
        assert!(super::inverse(&[[1.0, 1.0], [1.0, 1.0]]).is_none());
        assert!(inverse2(&[1.0, 1.0, 1.0]).is_none());
    }

    #[test]
    fn eigenvalues_keep_the_small_one() {
        let (small, large) = eigenvalues2(&[1e12, 0.0, 1e-3]);
        assert!((small / 1e-3 - 1.0).abs() < 1e-12 && large == 1e12);
    }
}
