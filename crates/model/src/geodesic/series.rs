//! The series of Karney (2013) to sixth order. Equation numbers are the paper's.
use super::N;

/// Order of the series.
pub(super) const ORDER: usize = 6;

/// Coefficients of sin 2l sigma (or sin 2l tau); entry 0 stands for l = 1.
pub(super) type Sines = [f64; ORDER];

/// Expansion parameter of a geodesic whose k squared is given, eq. (16).
pub(super) fn epsilon(k2: f64) -> f64 {
    k2 / (2.0 * (1.0 + (1.0 + k2).sqrt()) + k2)
}

/// A1 - 1, eq. (17).
pub(super) fn a1_minus_1(eps: f64) -> f64 {
    let e2 = eps * eps;
    let t = e2 * (64.0 + e2 * (4.0 + e2)) / 256.0;
    (t + eps) / (1.0 - eps)
}

/// C1, eq. (18).
pub(super) fn c1(eps: f64) -> Sines {
    let e2 = eps * eps;
    scaled(
        eps,
        [
            (-16.0 + e2 * (6.0 - e2)) / 32.0,
            (-128.0 + e2 * (64.0 - 9.0 * e2)) / 2048.0,
            (-16.0 + 9.0 * e2) / 768.0,
            (-5.0 + 3.0 * e2) / 512.0,
            -7.0 / 1280.0,
            -7.0 / 2048.0,
        ],
    )
}

/// C1', eq. (21): the reverse of C1.
pub(super) fn c1_reverse(eps: f64) -> Sines {
    let e2 = eps * eps;
    scaled(
        eps,
        [
            (768.0 + e2 * (-432.0 + 205.0 * e2)) / 1536.0,
            (3840.0 + e2 * (-4736.0 + 4005.0 * e2)) / 12288.0,
            (116.0 - 225.0 * e2) / 384.0,
            (2695.0 - 7173.0 * e2) / 7680.0,
            3467.0 / 7680.0,
            38081.0 / 61440.0,
        ],
    )
}

/// A2 - 1, eq. (42).
pub(super) fn a2_minus_1(eps: f64) -> f64 {
    let e2 = eps * eps;
    let t = e2 * (-192.0 + e2 * (-28.0 - 11.0 * e2)) / 256.0;
    (t - eps) / (1.0 + eps)
}

/// C2, eq. (43).
pub(super) fn c2(eps: f64) -> Sines {
    let e2 = eps * eps;
    scaled(
        eps,
        [
            (16.0 + e2 * (2.0 + e2)) / 32.0,
            (384.0 + e2 * (64.0 + 35.0 * e2)) / 2048.0,
            (80.0 + 15.0 * e2) / 768.0,
            (35.0 + 7.0 * e2) / 512.0,
            63.0 / 1280.0,
            77.0 / 2048.0,
        ],
    )
}

/// A3, eq. (24).
pub(super) fn a3(eps: f64) -> f64 {
    const A: [f64; 6] = [
        1.0,
        (N - 1.0) / 2.0,
        ((3.0 * N - 1.0) * N - 2.0) / 8.0,
        ((-N - 3.0) * N - 1.0) / 16.0,
        (-2.0 * N - 3.0) / 64.0,
        -3.0 / 128.0,
    ];
    A[0] + eps * (A[1] + eps * (A[2] + eps * (A[3] + eps * (A[4] + eps * A[5]))))
}

/// C3, eq. (25). It ends with l = 5; the sixth entry is zero.
pub(super) fn c3(eps: f64) -> Sines {
    const L1: [f64; 5] =
        [(1.0 - N) / 4.0, (1.0 - N * N) / 8.0, ((3.0 - N) * N + 3.0) / 64.0, (2.0 * N + 5.0) / 128.0, 3.0 / 128.0];
    const L2: [f64; 4] =
        [((N - 3.0) * N + 2.0) / 32.0, ((-3.0 * N - 2.0) * N + 3.0) / 64.0, (N + 3.0) / 128.0, 5.0 / 256.0];
    const L3: [f64; 3] = [((5.0 * N - 9.0) * N + 5.0) / 192.0, (-10.0 * N + 9.0) / 384.0, 7.0 / 512.0];
    const L4: [f64; 2] = [(-14.0 * N + 7.0) / 512.0, 7.0 / 512.0];
    const L5: f64 = 21.0 / 2560.0;
    scaled(
        eps,
        [
            L1[0] + eps * (L1[1] + eps * (L1[2] + eps * (L1[3] + eps * L1[4]))),
            L2[0] + eps * (L2[1] + eps * (L2[2] + eps * L2[3])),
            L3[0] + eps * (L3[1] + eps * L3[2]),
            L4[0] + eps * L4[1],
            L5,
            0.0,
        ],
    )
}

/// The l-th entry times eps to the l.
fn scaled(eps: f64, mut c: Sines) -> Sines {
    let mut power = eps;
    for value in &mut c {
        *value *= power;
        power *= eps;
    }
    c
}

/// Sum of `c_l sin 2l sigma` by Clenshaw's recurrence.
pub(super) fn sine_sum(sin: f64, cos: f64, c: &Sines) -> f64 {
    let twice_cos_2 = 2.0 * (cos - sin) * (cos + sin);
    let (mut y0, mut y1) = (0.0, 0.0);
    for value in c.iter().rev() {
        (y0, y1) = (twice_cos_2 * y0 - y1 + value, y0);
    }
    2.0 * sin * cos * y0
}
