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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses_are_inverses() {
        let two = inverse2(&[4.0, 1.0, 3.0]).unwrap();
        assert!((two[0] - 3.0 / 11.0).abs() < 1e-15 && (two[1] + 1.0 / 11.0).abs() < 1e-15);
        assert!(inverse2(&[1.0, 1.0, 1.0]).is_none());
    }

    #[test]
    fn eigenvalues_keep_the_small_one() {
        let (small, large) = eigenvalues2(&[1e12, 0.0, 1e-3]);
        assert!((small / 1e-3 - 1.0).abs() < 1e-12 && large == 1e12);
    }
}
