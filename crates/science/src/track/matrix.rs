//! Four by four, as much as the smoother needs.

/// A row-major matrix of four by four.
pub(super) type Matrix4 = [[f64; 4]; 4];

pub(super) fn product(a: &Matrix4, b: &Matrix4) -> Matrix4 {
    let mut out = [[0.0; 4]; 4];
    for (i, row) in out.iter_mut().enumerate() {
        for (j, value) in row.iter_mut().enumerate() {
            *value = (0..4).map(|k| a[i][k] * b[k][j]).sum();
        }
    }
    out
}

pub(super) fn transposed(a: &Matrix4) -> Matrix4 {
    let mut out = [[0.0; 4]; 4];
    for (i, row) in a.iter().enumerate() {
        for (j, value) in row.iter().enumerate() {
            out[j][i] = *value;
        }
    }
    out
}

pub(super) fn apply(a: &Matrix4, x: &[f64; 4]) -> [f64; 4] {
    let mut out = [0.0; 4];
    for (value, row) in out.iter_mut().zip(a) {
        *value = row.iter().zip(x).map(|(a, x)| a * x).sum();
    }
    out
}

/// `a + sign * b`, made symmetric again.
pub(super) fn sum(a: &Matrix4, sign: f64, b: &Matrix4) -> Matrix4 {
    let mut out = [[0.0; 4]; 4];
    for i in 0..4 {
        for j in 0..4 {
            out[i][j] = 0.5 * (a[i][j] + a[j][i]) + sign * 0.5 * (b[i][j] + b[j][i]);
        }
    }
    out
}

/// The inverse of a symmetric positive definite matrix by Cholesky's factor; none if it is not one.
pub(super) fn inverse(a: &Matrix4) -> Option<Matrix4> {
    let mut l = [[0.0; 4]; 4];
    for i in 0..4 {
        for j in 0..=i {
            let rest = a[i][j] - (0..j).map(|k| l[i][k] * l[j][k]).sum::<f64>();
            if i == j {
                if rest.is_nan() || rest <= 0.0 {
                    return None;
                }
                l[i][i] = rest.sqrt();
            } else {
                l[i][j] = rest / l[j][j];
            }
        }
    }
    let mut out = [[0.0; 4]; 4];
    for column in 0..4 {
        let mut x = [0.0; 4];
        for i in 0..4 {
            let unit = if i == column { 1.0 } else { 0.0 };
            x[i] = (unit - (0..i).map(|k| l[i][k] * x[k]).sum::<f64>()) / l[i][i];
        }
        for i in (0..4).rev() {
            x[i] = (x[i] - (i + 1..4).map(|k| l[k][i] * x[k]).sum::<f64>()) / l[i][i];
        }
        for (row, value) in out.iter_mut().zip(x) {
            row[column] = value;
        }
    }
    Some(out)
}
