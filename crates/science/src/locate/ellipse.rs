//! Regions by the curvature at the most probable point: ellipses, where a posterior is as good as normal.
//!
//! # Formula
//! The region that holds the share p of a normal distribution in the plane is `d' C^-1 d <= k^2`, `k^2 = -2 ln(1 - p)`;
//! its area is `pi k^2 sqrt(det C)`.
use std::f64::consts::{PI, TAU};

/// Corners of an ellipse's polygon: its area is short by 0.4 %.
const CORNERS: usize = 40;

/// The levels in percent with -2 ln(1 - p).
const LEVELS: [(u8, f64); 3] = [(50, 1.386_294_361_119_890_6), (90, P90), (95, 5.991_464_547_107_979)];

/// -2 ln 0.1.
const P90: f64 = 4.605_170_185_988_091;

/// A covariance in the plane, m2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ellipse {
    xx: f64,
    xy: f64,
    yy: f64,
}

/// A region of a level.
#[derive(Debug, Clone, PartialEq)]
pub struct EllipseRegion {
    /// The share it holds, percent.
    pub level_percent: u8,
    /// Its area, m2.
    pub area_m2: f64,
    /// Its corners, metres east and north, counter-clockwise, the first repeated at the end.
    pub ring_m: Vec<(f64, f64)>,
}

impl Ellipse {
    /// That of variances east and north and their covariance, m2; none of what is no covariance.
    #[must_use]
    pub fn new(east_m2: f64, east_north_m2: f64, north_m2: f64) -> Option<Self> {
        let (xx, xy, yy) = (east_m2, east_north_m2, north_m2);
        let positive = xx > 0.0 && yy > 0.0 && xx * yy > xy * xy;
        (positive && (xx * yy).is_finite()).then_some(Self { xx, xy, yy })
    }

    /// Standard deviations east and north, m, and the covariance, m2.
    #[must_use]
    pub fn sigma(self) -> (f64, f64, f64) {
        (self.xx.sqrt(), self.yy.sqrt(), self.xy)
    }

    /// Half of the longest axis of the 90 % region, m.
    #[must_use]
    pub fn longest_p90_m(self) -> f64 {
        let (mean, half) = ((self.xx + self.yy) / 2.0, (self.xx - self.yy) / 2.0);
        (P90 * (mean + (half * half + self.xy * self.xy).sqrt())).sqrt()
    }

    /// Area of the 90 % region, m2.
    #[must_use]
    pub fn p90_m2(self) -> f64 {
        self.area_m2(P90)
    }

    fn area_m2(self, k2: f64) -> f64 {
        PI * k2 * (self.xx * self.yy - self.xy * self.xy).sqrt()
    }

    /// The regions of 50, 90 and 95 % around a middle, m.
    #[must_use]
    pub fn regions(self, (x_m, y_m): (f64, f64)) -> [EllipseRegion; 3] {
        // Cholesky: the unit circle onto the ellipse.
        let a = self.xx.sqrt();
        let (b, c) = (self.xy / a, (self.yy - self.xy * self.xy / self.xx).max(0.0).sqrt());
        LEVELS.map(|(level_percent, k2)| {
            let k = k2.sqrt();
            let corner = |at: usize| {
                let (sin, cos) = libm::sincos(TAU * (at % CORNERS) as f64 / CORNERS as f64);
                (x_m + k * a * cos, y_m + k * (b * cos + c * sin))
            };
            let ring_m = (0..=CORNERS).map(corner).collect();
            EllipseRegion { level_percent, area_m2: self.area_m2(k2), ring_m }
        })
    }
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
        for region in ellipse.regions((1_000.0, -500.0)) {
            let ring = &region.ring_m;
            let shoelace: f64 = ring.windows(2).map(|pair| pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1).sum();
            assert!((shoelace / 2.0 / region.area_m2 - 0.996).abs() < 0.001, "{}", region.level_percent);
            assert_eq!((ring.len(), ring[0]), (CORNERS + 1, ring[CORNERS]));
        }
    }
}
