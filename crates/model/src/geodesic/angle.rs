//! Angles in degrees, with exact reduction to a quadrant.

/// `(x, y)` scaled to length one.
pub(super) fn normalised(x: f64, y: f64) -> (f64, f64) {
    let r = libm::hypot(x, y);
    (x / r, y / r)
}

/// Sum of two numbers and its rounding error (Knuth's two-sum).
fn sum(u: f64, v: f64) -> (f64, f64) {
    let s = u + v;
    let up = s - v;
    let vpp = s - up;
    (s, -((up - u) + (vpp - v)))
}

/// An angle reduced to (-180, 180] degrees, exactly.
pub(super) fn reduced_deg(x: f64) -> f64 {
    let y = libm::remainder(x, 360.0);
    if y == -180.0 { 180.0 } else { y }
}

/// `y - x` reduced to [-180, 180] degrees, as a number and its rounding error.
pub(super) fn difference_deg(x: f64, y: f64) -> (f64, f64) {
    let (d, t) = sum(reduced_deg(-x), reduced_deg(y));
    let d = reduced_deg(d);
    sum(if d == 180.0 && t > 0.0 { -180.0 } else { d }, t)
}

/// Rounds an angle in degrees to a multiple of 2^-57 below 1/16 degree, so that nothing is almost but not zero.
/// 2^-57 degree is less than a picometre on the ground.
pub(super) fn coarsened_deg(x: f64) -> f64 {
    const STEP: f64 = 1.0 / 16.0;
    let mut y = x.abs();
    if y < STEP {
        y = STEP - (STEP - y);
    }
    if x == 0.0 { 0.0 } else { y.copysign(x) }
}

/// Sine and cosine of an angle in degrees; exact at multiples of 90.
pub(super) fn sin_cos_deg(x: f64) -> (f64, f64) {
    let (r, quadrant) = libm::remquo(x, 90.0);
    let (s, c) = libm::sincos(r.to_radians());
    let (s, c) = match quadrant & 3 {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    };
    // Adding zero turns -0 into +0, so that no sign hangs on a rounding.
    (if x == 0.0 { x } else { s + 0.0 }, c + 0.0)
}

/// `atan2` in degrees; exact at multiples of 90, and as precise around them as around zero.
pub(super) fn atan2_deg(y: f64, x: f64) -> f64 {
    let steep = y.abs() > x.abs();
    let (along, across) = if steep { (y, x) } else { (x, y) };
    let angle = libm::atan2(across, along.abs()).to_degrees();
    match (steep, along < 0.0) {
        (false, false) => angle,
        (false, true) => 180.0_f64.copysign(y) - angle,
        (true, false) => 90.0 - angle,
        (true, true) => angle - 90.0,
    }
}
