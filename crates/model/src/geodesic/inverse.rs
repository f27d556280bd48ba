//! The inverse problem: from two places to distance and azimuths.
use super::angle::{atan2_deg, coarsened_deg, difference_deg, normalised, sin_cos_deg};
use super::series::{a1_minus_1, a2_minus_1, a3, c1, c2, c3, epsilon, sine_sum};
use super::{EP2, F1, FLATTENING, Inverse, N, SEMI_MAJOR_M, SEMI_MINOR_M, TINY};
use std::f64::consts::PI;

/// Newton steps before the search falls back to bisection. Newton ends in a few; this only bounds it.
const NEWTON_MAX: u32 = 20;
/// All steps: bisection halves an interval of azimuths 53 times at most, with ten to spare.
const STEPS_MAX: u32 = NEWTON_MAX + 53 + 10;
/// Longitude residual that counts as none, radians.
const RESIDUAL_MIN: f64 = f64::EPSILON;
/// Root of the machine epsilon.
const ROOT_EPSILON: f64 = 1.490_116_119_384_765_6e-8;
/// Width of a bracket of azimuths that counts as none.
const BRACKET_MIN: f64 = f64::EPSILON * ROOT_EPSILON;
/// How close to the antipodal point `y` counts as zero.
const ANTIPODE_Y: f64 = 200.0 * f64::EPSILON;
/// How close to the antipodal point `x` counts as at its end.
const ANTIPODE_X: f64 = 1000.0 * ROOT_EPSILON;

/// One end in reduced latitude.
#[derive(Clone, Copy)]
struct End {
    sin: f64,
    cos: f64,
    /// Root of 1 + e'^2 sin^2.
    dn: f64,
}

impl End {
    fn new(lat_deg: f64) -> Self {
        let (s, c) = sin_cos_deg(lat_deg);
        let (sin, cos) = normalised(s * F1, c);
        Self { sin, cos: cos.max(TINY), dn: 0.0 }
    }
}

/// Difference of longitude in radians, with sine and cosine.
#[derive(Clone, Copy)]
struct Longitude {
    lam: f64,
    sin: f64,
    cos: f64,
}

/// A geodesic segment in arcs from its crossing of the equator.
#[derive(Clone, Copy)]
struct Segment {
    eps: f64,
    sig12: f64,
    ssig1: f64,
    csig1: f64,
    ssig2: f64,
    csig2: f64,
}

/// Sine and cosine of an azimuth.
type Heading = (f64, f64);

/// Distance and azimuths between two places.
///
/// Both are (latitude, longitude) in degrees. For coinciding places the distance is zero and the azimuths are
/// those of going north or south, whichever the meridian's formula gives; for antipodes, one of the shortest ways.
#[must_use]
pub fn inverse(from: (f64, f64), to: (f64, f64)) -> Inverse {
    let ((mut lat1, lon1), (mut lat2, lon2)) = (from, to);
    if !(lat1.abs() <= 90.0 && lat2.abs() <= 90.0 && lon1.is_finite() && lon2.is_finite()) {
        return Inverse { distance_m: f64::NAN, azimuth_deg: f64::NAN, azimuth_at_end_deg: f64::NAN };
    }
    // Canonical arrangement: 0 <= lon12 <= 180, lat1 <= 0, lat1 <= lat2 <= -lat1.
    let (lon12, lon12_error) = difference_deg(lon1, lon2);
    let mut lon_sign = if lon12 >= 0.0 { 1.0 } else { -1.0 };
    let lon12_abs = lon_sign * coarsened_deg(lon12);
    let to_180 = coarsened_deg((180.0 - lon12_abs) - lon_sign * lon12_error);
    let (slam, clam) = if lon12_abs > 90.0 {
        let (s, c) = sin_cos_deg(to_180);
        (s, -c)
    } else {
        sin_cos_deg(lon12_abs)
    };
    let longitude = Longitude { lam: lon12_abs.to_radians(), sin: slam, cos: clam };
    lat1 = coarsened_deg(lat1);
    lat2 = coarsened_deg(lat2);
    let swap = lat1.abs() < lat2.abs();
    let swap_sign = if swap { -1.0 } else { 1.0 };
    if swap {
        lon_sign = -lon_sign;
        std::mem::swap(&mut lat1, &mut lat2);
    }
    let lat_sign = if lat1 < 0.0 { 1.0 } else { -1.0 };
    lat1 *= lat_sign;
    lat2 *= lat_sign;

    let (mut a, mut b) = (End::new(lat1), End::new(lat2));
    // Where the latitudes agree but for their sign, let rounding not say otherwise.
    if a.cos < -a.sin {
        if b.cos == a.cos {
            b.sin = a.sin.copysign(b.sin);
        }
    } else if b.sin.abs() == -a.sin {
        b.cos = a.cos;
    }
    a.dn = (1.0 + EP2 * a.sin * a.sin).sqrt();
    b.dn = (1.0 + EP2 * b.sin * b.sin).sqrt();

    let (distance_m, mut heading1, mut heading2) = canonical(a, b, longitude, to_180, lat1);
    if swap {
        std::mem::swap(&mut heading1, &mut heading2);
    }
    let azimuth = |heading: Heading| atan2_deg(heading.0 * swap_sign * lon_sign, heading.1 * swap_sign * lat_sign);
    Inverse { distance_m, azimuth_deg: azimuth(heading1), azimuth_at_end_deg: azimuth(heading2) }
}

/// Distance and headings in the canonical arrangement.
fn canonical(a: End, b: End, longitude: Longitude, to_180_deg: f64, lat1_deg: f64) -> (f64, Heading, Heading) {
    if lat1_deg == -90.0 || longitude.sin == 0.0 {
        let heading1 = (longitude.sin, longitude.cos);
        let (ssig1, csig1) = (a.sin, heading1.1 * a.cos);
        let (ssig2, csig2) = (b.sin, b.cos);
        let sig12 = libm::atan2((csig1 * ssig2 - ssig1 * csig2).max(0.0), csig1 * csig2 + ssig1 * ssig2);
        let (s, m) = lengths(Segment { eps: N, sig12, ssig1, csig1, ssig2, csig2 }, a, b);
        // Beyond the conjugate point the meridian is no longer the shortest way.
        if sig12 < 1.0 || m >= 0.0 {
            let s = if sig12 < 3.0 * TINY { 0.0 } else { s };
            return (s * SEMI_MINOR_M, heading1, (0.0, 1.0));
        }
    }
    if a.sin == 0.0 && to_180_deg >= FLATTENING * 180.0 {
        return (SEMI_MAJOR_M * longitude.lam, (1.0, 0.0), (1.0, 0.0));
    }
    match start(a, b, longitude) {
        Start::Short { sig12, dn_mean, heading1, heading2 } => (sig12 * SEMI_MINOR_M * dn_mean, heading1, heading2),
        Start::Guess(heading) => solve(a, b, longitude, heading),
    }
}

/// Newton's method on the longitude as a function of the first azimuth, guarded by a bracket; section 4.
fn solve(a: End, b: End, longitude: Longitude, mut heading: Heading) -> (f64, Heading, Heading) {
    let (mut low, mut high) = ((TINY, 1.0), (TINY, -1.0));
    let mut settled = false;
    let mut last = false;
    let mut step = 0;
    loop {
        let hybrid = Hybrid::new(a, b, longitude, heading, step < NEWTON_MAX);
        let v = hybrid.residual;
        // "Not at least" also ends on NaN.
        let open = v.abs() >= RESIDUAL_MIN * if settled { 8.0 } else { 1.0 };
        step += 1;
        if last || !open || step >= STEPS_MAX {
            return (lengths(hybrid.segment, a, b).0 * SEMI_MINOR_M, heading, hybrid.heading2);
        }
        let cotangent = |heading: Heading| heading.1 / heading.0;
        let newton = step <= NEWTON_MAX;
        if v > 0.0 && (!newton || cotangent(heading) > cotangent(high)) {
            high = heading;
        } else if v < 0.0 && (!newton || cotangent(heading) < cotangent(low)) {
            low = heading;
        }
        if newton && hybrid.slope > 0.0 {
            let turn = -v / hybrid.slope;
            let (st, ct) = libm::sincos(turn);
            let sin = heading.0 * ct + heading.1 * st;
            if sin > 0.0 && turn.abs() < PI {
                heading = normalised(sin, heading.1 * ct - heading.0 * st);
                settled = v.abs() <= 16.0 * RESIDUAL_MIN;
                continue;
            }
        }
        let middle = ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0);
        heading = normalised(middle.0, middle.1);
        settled = false;
        last = (low.0 - heading.0).abs() + (low.1 - heading.1) < BRACKET_MIN
            || (heading.0 - high.0).abs() + (heading.1 - high.1) < BRACKET_MIN;
    }
}

/// The geodesic from the first end at a given heading to the second end's latitude.
struct Hybrid {
    /// Its longitude less the one wanted, radians.
    residual: f64,
    /// Derivative of the longitude by the heading.
    slope: f64,
    heading2: Heading,
    segment: Segment,
}

impl Hybrid {
    fn new(a: End, b: End, longitude: Longitude, heading: Heading, with_slope: bool) -> Self {
        let salp1 = heading.0;
        let calp1 = if a.sin == 0.0 && heading.1 == 0.0 { -TINY } else { heading.1 };
        let salp0 = salp1 * a.cos;
        let calp0 = libm::hypot(calp1, salp1 * a.sin);

        let (somg1, comg1) = (salp0 * a.sin, calp1 * a.cos);
        let (ssig1, csig1) = normalised(a.sin, comg1);
        let salp2 = if b.cos != a.cos { salp0 / b.cos } else { salp1 };
        let calp2 = if b.cos != a.cos || b.sin.abs() != -a.sin {
            let difference =
                if a.cos < -a.sin { (b.cos - a.cos) * (a.cos + b.cos) } else { (a.sin - b.sin) * (a.sin + b.sin) };
            (calp1 * a.cos * calp1 * a.cos + difference).sqrt() / b.cos
        } else {
            calp1.abs()
        };
        let (somg2, comg2) = (salp0 * b.sin, calp2 * b.cos);
        let (ssig2, csig2) = normalised(b.sin, comg2);

        let sig12 = libm::atan2((csig1 * ssig2 - ssig1 * csig2).max(0.0), csig1 * csig2 + ssig1 * ssig2);
        let somg12 = (comg1 * somg2 - somg1 * comg2).max(0.0);
        let comg12 = comg1 * comg2 + somg1 * somg2;
        let eta = libm::atan2(
            somg12 * longitude.cos - comg12 * longitude.sin,
            comg12 * longitude.cos + somg12 * longitude.sin,
        );
        let eps = epsilon(calp0 * calp0 * EP2);
        let c3 = c3(eps);
        let b312 = sine_sum(ssig2, csig2, &c3) - sine_sum(ssig1, csig1, &c3);
        let segment = Segment { eps, sig12, ssig1, csig1, ssig2, csig2 };
        let slope = if !with_slope {
            f64::NAN
        } else if calp2 == 0.0 {
            -2.0 * F1 * a.dn / a.sin
        } else {
            lengths(segment, a, b).1 * F1 / (calp2 * b.cos)
        };
        let residual = eta - FLATTENING * a3(eps) * salp0 * (sig12 + b312);
        Self { residual, slope, heading2: (salp2, calp2), segment }
    }
}

/// Distance and reduced length, both over the semi-minor axis; eqs. (7) and (38).
fn lengths(segment: Segment, a: End, b: End) -> (f64, f64) {
    let Segment { eps, sig12, ssig1, csig1, ssig2, csig2 } = segment;
    let (a1, a2) = (a1_minus_1(eps), a2_minus_1(eps));
    let (c1, c2) = (c1(eps), c2(eps));
    let b1 = sine_sum(ssig2, csig2, &c1) - sine_sum(ssig1, csig1, &c1);
    let b2 = sine_sum(ssig2, csig2, &c2) - sine_sum(ssig1, csig1, &c2);
    let s = (1.0 + a1) * (sig12 + b1);
    let j12 = (a1 - a2) * sig12 + ((1.0 + a1) * b1 - (1.0 + a2) * b2);
    let m = b.dn * (csig1 * ssig2) - a.dn * (ssig1 * csig2) - csig1 * csig2 * j12;
    (s, m)
}

/// Where the search begins.
enum Start {
    /// So short that the sphere of the mean latitude is exact.
    Short { sig12: f64, dn_mean: f64, heading1: Heading, heading2: Heading },
    /// A first heading.
    Guess(Heading),
}

/// The spherical answer, or that of the astroid near the antipode; section 5.
fn start(a: End, b: End, longitude: Longitude) -> Start {
    let root_f = (FLATTENING.max(0.001) * (1.0 - FLATTENING / 2.0) / 2.0).sqrt();
    let short_max = 0.1 * ROOT_EPSILON / root_f;
    let sbet12 = b.sin * a.cos - b.cos * a.sin;
    let cbet12 = b.cos * a.cos + b.sin * a.sin;
    let sbet12a = b.sin * a.cos + b.cos * a.sin;
    let short = cbet12 >= 0.0 && sbet12 < 0.5 && b.cos * longitude.lam < 0.5;
    let mut dn_mean = 1.0;
    let (somg12, comg12) = if short {
        let sum = (a.sin + b.sin) * (a.sin + b.sin);
        let sin2_mean = sum / (sum + (a.cos + b.cos) * (a.cos + b.cos));
        dn_mean = (1.0 + EP2 * sin2_mean).sqrt();
        libm::sincos(longitude.lam / (F1 * dn_mean))
    } else {
        (longitude.sin, longitude.cos)
    };
    let salp1 = b.cos * somg12;
    let calp1 = if comg12 >= 0.0 {
        sbet12 + b.cos * a.sin * somg12 * somg12 / (1.0 + comg12)
    } else {
        sbet12a - b.cos * a.sin * somg12 * somg12 / (1.0 - comg12)
    };
    let ssig12 = libm::hypot(salp1, calp1);
    let csig12 = a.sin * b.sin + a.cos * b.cos * comg12;
    if short && ssig12 < short_max {
        let versine = if comg12 >= 0.0 { somg12 * somg12 / (1.0 + comg12) } else { 1.0 - comg12 };
        return Start::Short {
            sig12: libm::atan2(ssig12, csig12),
            dn_mean,
            heading1: heading_of(salp1, calp1),
            heading2: normalised(a.cos * somg12, sbet12 - a.cos * b.sin * versine),
        };
    }
    let far_from_antipode = csig12 >= 0.0 || ssig12 >= 6.0 * N * PI * a.cos * a.cos;
    if far_from_antipode {
        return Start::Guess(heading_of(salp1, calp1));
    }
    // The antipode's neighbourhood in units in which the envelope of the geodesics is an astroid.
    let lon_scale = FLATTENING * a.cos * a3(epsilon(a.sin * a.sin * EP2)) * PI;
    let x = libm::atan2(-longitude.sin, -longitude.cos) / lon_scale;
    let y = sbet12a / (lon_scale * a.cos);
    if y > -ANTIPODE_Y && x > -1.0 - ANTIPODE_X {
        let salp1 = (-x).min(1.0);
        return Start::Guess(heading_of(salp1, -(1.0 - salp1 * salp1).sqrt()));
    }
    let k = astroid(x, y);
    let (s, c) = libm::sincos(lon_scale * -x * k / (1.0 + k));
    let (somg12, comg12) = (s, -c);
    Start::Guess(heading_of(b.cos * somg12, sbet12a - b.cos * a.sin * somg12 * somg12 / (1.0 - comg12)))
}

/// A heading to the east; due east where rounding left none.
fn heading_of(sin: f64, cos: f64) -> Heading {
    if sin > 0.0 || sin.is_nan() { normalised(sin, cos) } else { (1.0, 0.0) }
}

/// The positive root of `k^4 + 2 k^3 - (x^2 + y^2 - 1) k^2 - 2 y^2 k - y^2 = 0`, eq. (55).
fn astroid(x: f64, y: f64) -> f64 {
    let (p, q) = (x * x, y * y);
    let r = (p + q - 1.0) / 6.0;
    if q == 0.0 && r <= 0.0 {
        return 0.0;
    }
    let s = p * q / 4.0;
    let (r2, r3) = (r * r, r * r * r);
    let discriminant = s * (s + 2.0 * r3);
    let mut u = r;
    if discriminant >= 0.0 {
        let t3 = s + r3;
        let root = discriminant.sqrt();
        // The sign that loses no digits.
        let t = libm::cbrt(t3 + if t3 < 0.0 { -root } else { root });
        u += t + if t != 0.0 { r2 / t } else { 0.0 };
    } else {
        let angle = libm::atan2((-discriminant).sqrt(), -(s + r3));
        u += 2.0 * r * libm::cos(angle / 3.0);
    }
    let v = (u * u + q).sqrt();
    let uv = if u < 0.0 { q / (v - u) } else { u + v };
    let w = (uv - q) / (2.0 * v);
    uv / ((uv + w * w).sqrt() + w)
}
