//! Regions by the curvature at the most probable point: ellipses, where a posterior is as good as normal.
//!
//! `k^2 = -2 ln(1 - p)` of two dimensions; the ellipse's area is `pi k^2 sqrt(det C)`.
use serde_json::{Map, Value, json};
use std::f64::consts::{PI, TAU};

/// Corners of an ellipse's polygon: its area is short by 0.4 %.
const CORNERS: usize = 40;

/// -2 ln(1 - p) for 50, 90 and 95 %.
const LEVELS: [(&str, f64); 3] =
    [("p50", 1.386_294_361_119_890_6), ("p90", 4.605_170_185_988_091), ("p95", 5.991_464_547_107_979)];

/// A covariance in the plane, m2.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ellipse {
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Ellipse {
    /// None of what is no covariance.
    pub(crate) fn new(xx: f64, xy: f64, yy: f64) -> Option<Self> {
        let positive = xx > 0.0 && yy > 0.0 && xx * yy > xy * xy;
        (positive && (xx * yy).is_finite()).then_some(Self { xx, xy, yy })
    }

    /// Half of the longest axis of the 90 % region, m.
    pub(crate) fn longest_p90_m(self) -> f64 {
        let (mean, half) = ((self.xx + self.yy) / 2.0, (self.xx - self.yy) / 2.0);
        (LEVELS[1].1 * (mean + (half * half + self.xy * self.xy).sqrt())).sqrt()
    }

    fn area_m2(self, k2: f64) -> f64 {
        PI * k2 * (self.xx * self.yy - self.xy * self.xy).sqrt()
    }

    pub(crate) fn p90_m2(self) -> f64 {
        self.area_m2(LEVELS[1].1)
    }

    /// The regions, around a middle; `point` says how a place is written.
    pub(crate) fn regions(self, (x, y): (f64, f64), point: impl Fn(f64, f64) -> Value) -> Value {
        // Cholesky: the unit circle onto the ellipse.
        let a = self.xx.sqrt();
        let (b, c) = (self.xy / a, (self.yy - self.xy * self.xy / self.xx).max(0.0).sqrt());
        let mut regions = Map::new();
        for (name, k2) in LEVELS {
            let k = k2.sqrt();
            let corner = |at: usize| {
                let (sin, cos) = libm_sincos(TAU * (at % CORNERS) as f64 / CORNERS as f64);
                point(x + k * a * cos, y + k * (b * cos + c * sin))
            };
            let ring: Vec<Value> = (0..=CORNERS).map(corner).collect();
            regions.insert(name.to_owned(), json!({ "area_km2": self.area_m2(k2) / 1e6, "polygon": ring }));
        }
        Value::Object(regions)
    }

    /// Standard deviations east and north, m, and the covariance, m2.
    pub(crate) fn sigma(self) -> Value {
        json!({ "east_m": self.xx.sqrt(), "north_m": self.yy.sqrt(), "east_north_m2": self.xy })
    }
}

#[allow(clippy::disallowed_methods, reason = "corners of a drawing; nothing is derived from them")]
fn libm_sincos(angle: f64) -> (f64, f64) {
    angle.sin_cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_polygon_has_the_area_and_the_axis() {
        assert!(Ellipse::new(1.0, 2.0, 1.0).is_none() && Ellipse::new(f64::NAN, 0.0, 1.0).is_none());
        let ellipse = Ellipse::new(400.0, 0.0, 100.0).unwrap();
        assert!((ellipse.longest_p90_m() - 20.0 * 2.145_966).abs() < 1e-3);
        let ellipse = Ellipse::new(400.0, 150.0, 100.0).unwrap();
        let regions = ellipse.regions((1_000.0, -500.0), |x, y| json!([x, y]));
        for level in ["p50", "p90", "p95"] {
            let ring = regions[level]["polygon"].as_array().unwrap();
            let at = |corner: usize, axis: usize| ring[corner][axis].as_f64().unwrap();
            let shoelace: f64 = (0..CORNERS).map(|i| at(i, 0) * at(i + 1, 1) - at(i + 1, 0) * at(i, 1)).sum();
            let stated = regions[level]["area_km2"].as_f64().unwrap() * 1e6;
            assert!((shoelace / 2.0 / stated - 0.996).abs() < 0.001, "{level}");
            assert_eq!(ring.len(), CORNERS + 1);
            assert_eq!(ring[0], ring[CORNERS]);
        }
    }
}
