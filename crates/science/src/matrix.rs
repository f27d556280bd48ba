//! Small square matrices by hand, in a fixed order of operations.

/// The inverse of a symmetric positive definite matrix by Cholesky's root; `None` if it is not one to working
/// precision (a pivot below 1e-13 of its diagonal).
pub(crate) fn inverse<const N: usize>(m: &[[f64; N]; N]) -> Option<[[f64; N]; N]> {
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
pub(crate) fn times<const N: usize>(m: &[[f64; N]; N], v: &[f64; N]) -> [f64; N] {
    let mut product = [0.0; N];
    for (entry, row) in product.iter_mut().zip(m) {
        *entry = row.iter().zip(v).map(|(a, b)| a * b).sum();
    }
    product
}

/// A matrix times a matrix.
pub(crate) fn product<const N: usize>(a: &[[f64; N]; N], b: &[[f64; N]; N]) -> [[f64; N]; N] {
    let mut product = [[0.0; N]; N];
    for (line, row) in product.iter_mut().zip(a) {
        for (j, entry) in line.iter_mut().enumerate() {
            *entry = row.iter().zip(b).map(|(a, b)| a * b[j]).sum();
        }
    }
    product
}

/// Rows as columns.
pub(crate) fn transposed<const N: usize>(m: &[[f64; N]; N]) -> [[f64; N]; N] {
    let mut transposed = [[0.0; N]; N];
    for (i, row) in m.iter().enumerate() {
        for (j, entry) in row.iter().enumerate() {
            transposed[j][i] = *entry;
        }
    }
    transposed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses_are_inverses() {
        let m = [[4.0, 1.0, 0.5], [1.0, 3.0, -0.7], [0.5, -0.7, 2.0]];
        let inverse = inverse(&m).unwrap();
        for (i, row) in product(&m, &inverse).iter().enumerate() {
            for (j, entry) in row.iter().enumerate() {
                assert!((entry - f64::from(u8::from(i == j))).abs() < 1e-14);
            }
            assert!((times(&m, &inverse[i])[i] - 1.0).abs() < 1e-14);
        }
        assert!(super::inverse(&[[1.0, 1.0], [1.0, 1.0]]).is_none());
        assert_eq!(transposed(&[[1.0, 2.0], [3.0, 4.0]]), [[1.0, 3.0], [2.0, 4.0]]);
        assert_eq!(product(&[[1.0, 2.0], [3.0, 4.0]], &[[0.0, 1.0], [1.0, 0.0]]), [[2.0, 1.0], [4.0, 3.0]]);
    }
}
