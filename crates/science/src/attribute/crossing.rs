//! The side of a line on which a place lies that is known as a mixture of normals, the line being uncertain too.
//!
//! # Algorithm
//! Within a component the line is taken as straight across the place's spread, at each of some places along it:
//! `P(left) = sum_i w_i Phi(d_i / sqrt(v + s^2))`, with d the signed distance, v the component's variance across the line
//! given the place along it (Gauss and Hermite's nodes), and s the line's deviation. Errors of the line along itself are of
//! no matter to one event, since expectations add.
//!
//! # Checked against
//! The sum over a fine grid of places ([`normal_sides`](crate::locate::normal_sides)) and the closed form for straight
//! lines. Against a line without a deviation of its own it is right to 1e-8 where places along and across the line correlate
//! by 0.8, to 3e-5 at 0.9 and to 0.002 at 0.95; a deviation of the line makes it better.
use crate::locate::Point;
use crate::locate::Segments;
use crate::track::back_trace::Component;

/// Gauss and Hermite's nodes and weights for a standard normal (Abramowitz and Stegun, *Handbook of Mathematical Functions*,
/// 25.4.46, scaled): the nodes are the zeros of the Hermite polynomial of degree 21. So many, since places along and across a
/// line that correlate by 0.9 step over it steeply.
const NODES: [(f64, f64); 21] = [
    (-7.849_382_895_113_822_5, 2.098_991_219_565_671_2e-14),
    (-6.751_444_718_717_461, 4.975_368_604_121_718_6e-11),
    (-5.829_382_007_304_471_5, 1.450_661_284_493_085_7e-8),
    (-4.994_963_944_782_025, 1.225_354_836_148_252_6e-6),
    (-4.214_343_981_688_422, 4.219_234_742_551_663e-5),
    (-3.469_846_690_475_376_4, 0.000_708_047_795_481_536_9),
    (-2.750_592_981_052_373_3, 0.006_439_697_051_408_777),
    (-2.049_102_468_257_163, 0.033_952_729_786_542_866),
    (-1.359_765_823_211_230_2, 0.108_392_285_626_419_49),
    (-0.678_045_692_440_644, 0.215_333_715_695_059_7),
    (0.0, 0.270_260_183_572_877_07),
    (0.678_045_692_440_644, 0.215_333_715_695_059_7),
    (1.359_765_823_211_230_2, 0.108_392_285_626_419_49),
    (2.049_102_468_257_163, 0.033_952_729_786_542_866),
    (2.750_592_981_052_373_3, 0.006_439_697_051_408_777),
    (3.469_846_690_475_376_4, 0.000_708_047_795_481_536_9),
    (4.214_343_981_688_422, 4.219_234_742_551_663e-5),
    (4.994_963_944_782_025, 1.225_354_836_148_252_6e-6),
    (5.829_382_007_304_471_5, 1.450_661_284_493_085_7e-8),
    (6.751_444_718_717_461, 4.975_368_604_121_718_6e-11),
    (7.849_382_895_113_822_5, 2.098_991_219_565_671_2e-14),
];

/// How the probability lies about a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// Left of it.
    pub left: f64,
    /// Right of it.
    pub right: f64,
    /// Beyond its ends, on no side.
    pub beyond: f64,
}

/// How a mixture lies about a line that is cut up in metres; `sigma_scale` multiplies the line's deviations.
#[must_use]
pub fn crossing(parts: &[Component], line: &Segments, sigma_scale: f64) -> Crossing {
    let mut found = Crossing { left: 0.0, right: 0.0, beyond: 0.0 };
    for part in parts {
        let [x, y] = part.mean_m;
        let middle = line.across(Point { x, y });
        let n = middle.towards;
        let t = [n[1], -n[0]];
        let form = |a: [f64; 2], b: [f64; 2]| {
            let c = &part.covariance_m2;
            a[0] * (c[0][0] * b[0] + c[0][1] * b[1]) + a[1] * (c[1][0] * b[0] + c[1][1] * b[1])
        };
        let (across, along, both) = (form(n, n).max(0.0), form(t, t).max(0.0), form(n, t));
        let along_sigma = along.sqrt();
        let slope = if along > 0.0 { both / along } else { 0.0 };
        let left_over = (across - slope * both).max(0.0);
        for (node, weight) in NODES {
            let (a, b) = (node * along_sigma, slope * node * along_sigma);
            let seen = line.across(Point { x: x + a * t[0] + b * n[0], y: y + a * t[1] + b * n[1] });
            let share = part.weight * weight;
            if seen.beyond {
                found.beyond += share;
                continue;
            }
            let (left, right) = sides_of(seen.signed_m, left_over, sigma_scale * seen.sigma_m);
            found.left += share * left;
            found.right += share * right;
        }
    }
    found
}

/// The probabilities of left and right at a signed distance that is known to a variance, m2, from a line that is known to a
/// deviation, m. Each is computed by itself, so that neither is lost beside the other.
#[must_use]
pub fn sides_of(signed_m: f64, variance_m2: f64, line_sigma_m: f64) -> (f64, f64) {
    let sigma = (variance_m2 + line_sigma_m * line_sigma_m).sqrt();
    if sigma > 0.0 {
        let z = signed_m / sigma * std::f64::consts::FRAC_1_SQRT_2;
        return (0.5 * libm::erfc(-z), 0.5 * libm::erfc(z));
    }
    match signed_m {
        d if d > 0.0 => (1.0, 0.0),
        d if d < 0.0 => (0.0, 1.0),
        _ => (0.5, 0.5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locate::{Line, Vertex, normal_sides};
    use proptest::prelude::*;

    fn line(points: &[(f64, f64)], sigma_m: f64) -> Line {
        let vertices = points.iter().map(|(x, y)| Vertex { at: Point { x: *x, y: *y }, sigma_m }).collect();
        Line::new(vec![vertices]).unwrap()
    }

    proptest! {
        /// A straight line: the closed form, exactly.
        #[test]
        fn a_straight_line_has_its_closed_form(
            d in -3_000.0_f64..3_000.0, sx in 10.0_f64..800.0, sy in 10.0_f64..800.0, r in -0.9_f64..0.9, s in 0.0_f64..500.0,
        ) {
            let straight = Segments::of(&line(&[(-1e6, 0.0), (1e6, 0.0)], s), false);
            let covariance_m2 = [[sx * sx, r * sx * sy], [r * sx * sy, sy * sy]];
            let part = Component { weight: 1.0, mean_m: [0.0, d], covariance_m2 };
            let found = crossing(&[part], &straight, 1.0);
            let (left, right) = sides_of(d, sy * sy, s);
            // Worst at 0.9, by 2.4e-5, where the line has no deviation.
            let bound = if r.abs() < 0.8 { 1e-8 } else { 3e-5 };
            prop_assert!((found.left - left).abs() < bound, "{found:?} {left}");
            prop_assert!((found.left + found.right - 1.0).abs() < 1e-12 && (left + right - 1.0).abs() < 1e-12);
        }
    }

    /// A bent line, against a grid of places.
    #[test]
    fn a_bent_line_agrees_with_a_grid() {
        let bent: Vec<(f64, f64)> =
            (-200..=200).map(|i| (f64::from(i) * 250.0, 1_500.0 * libm::sin(f64::from(i) * 250.0 / 6_000.0))).collect();
        let line = line(&bent, 300.0);
        let cut = Segments::of(&line, false);
        let mut worst = 0.0_f64;
        for (x, y) in [(0.0, 300.0), (4_000.0, 1_200.0), (9_000.0, 2_000.0), (-9_000.0, -2_200.0), (2_000.0, -1_500.0)]
        {
            let covariance_m2 = [[250_000.0, 60_000.0], [60_000.0, 360_000.0]];
            let found = crossing(&[Component { weight: 1.0, mean_m: [x, y], covariance_m2 }], &cut, 1.0);
            let grid = normal_sides(Point { x, y }, covariance_m2, &line, false);
            worst = worst.max((found.left - grid.left).abs());
        }
        assert!(worst < 0.01, "{worst}");
    }

    #[test]
    fn beyond_an_end_there_is_no_side() {
        let short = Segments::of(&line(&[(0.0, 0.0), (1_000.0, 0.0)], 100.0), false);
        let part = Component { weight: 1.0, mean_m: [5_000.0, 100.0], covariance_m2: [[100.0, 0.0], [0.0, 100.0]] };
        assert!(crossing(&[part], &short, 1.0).beyond > 0.999);
    }
}
