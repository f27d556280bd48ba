//! What a measurement says beyond its time: bearing, distance, place, slowness.
//!
//! # Model
//! Each is a log-likelihood ratio against clutter, which comes from anywhere:
//! - bearing: normal around the direction to the event, against a full circle;
//! - distance interval: even inside, falling outside with a seventh of its far end, against the class's reach;
//! - place: normal with the pixel's deviation in each component, against the whole region;
//! - slowness: normal around the wave's horizontal slowness there with a seventh of it, against twice the slowest.
use super::region::Region;
use super::small::{N, Symmetric};

/// How sharp the ends of a stated distance, and an array's slowness, are, as a share: people and small arrays are
/// right to some 15 %. Adopted, not taken from a publication.
const SOFT: f64 = 0.15;

/// What a measurement says beyond its time.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Evidence {
    /// Direction towards the source, east and north, and the standard deviation in radians.
    pub bearing: Option<([f64; 2], f64)>,
    /// Least and greatest distance, m.
    pub range_m: Option<(f64, f64)>,
    /// Place in metres, and standard deviation of each component.
    pub fix: Option<([f64; 2], f64)>,
    /// Horizontal slowness, s/m.
    pub slowness_s_m: Option<f64>,
}

/// One observation of place: residual, its change with east and north, its weight.
struct Pull {
    residual: f64,
    east: f64,
    north: f64,
    weight: f64,
}

impl Evidence {
    /// Numbers that the measurement adds to its time.
    pub(super) fn count(&self) -> usize {
        usize::from(self.bearing.is_some()) + usize::from(self.range_m.is_some()) + 2 * usize::from(self.fix.is_some())
    }

    /// Whether it says anything.
    pub(super) fn any(&self) -> bool {
        self.count() > 0 || self.slowness_s_m.is_some()
    }

    /// By how much its bearing is turned from the direction to a spot, and its deviation, degrees.
    pub(super) fn turn_deg(&self, place: &[f64; 3], spot: &[f64; N]) -> Option<(f64, f64)> {
        let (to, sigma) = self.bearing?;
        let (dx, dy) = (spot[1] - place[0], spot[2] - place[1]);
        let r = (dx * dx + dy * dy).sqrt().max(1.0);
        Some((angle(to, dx / r, dy / r).to_degrees(), sigma.to_degrees()))
    }

    /// Log-likelihood ratio against clutter for a source at a spot; `r_m_max` is the reach and `slowness_s_m` the
    /// wave's.
    pub(super) fn log_ratio(
        &self,
        place: &[f64; 3],
        spot: &[f64; N],
        region: &Region,
        r_m_max: f64,
        slowness_s_m: f64,
    ) -> f64 {
        let mut log = 0.0;
        let (dx, dy) = (spot[1] - place[0], spot[2] - place[1]);
        let r = (dx * dx + dy * dy).sqrt().max(1.0);
        if let Some((to, sigma)) = self.bearing {
            let off = angle(to, dx / r, dy / r);
            log +=
                libm::log(std::f64::consts::TAU / sigma) - super::fit::LN_ROOT_2PI - 0.5 * off * off / (sigma * sigma);
        }
        if let Some((near, far)) = self.range_m {
            let soft = SOFT * far.max(1.0);
            let off = (near - r).max(r - far).max(0.0) / soft;
            // The soft ends widen an even interval by the root of 2 pi.
            let wide = far - near + soft * 2.506_628_274_631;
            log += libm::log((r_m_max / wide).max(1.0)) - 0.5 * off * off;
        }
        if let Some((at, sigma)) = self.fix {
            let (ex, ey) = (spot[1] - at[0], spot[2] - at[1]);
            let area = (region.high[0] - region.low[0]).max(sigma) * (region.high[1] - region.low[1]).max(sigma);
            log += libm::log((area / (std::f64::consts::TAU * sigma * sigma)).max(1.0))
                - 0.5 * (ex * ex + ey * ey) / (sigma * sigma);
        }
        if let Some(measured) = self.slowness_s_m {
            let dz = if region.rows == N { spot[3] - place[2] } else { 0.0 };
            let expected = slowness_s_m * r / (r * r + dz * dz).sqrt();
            let sigma = SOFT * slowness_s_m.max(1e-9);
            let off = (measured - expected) / sigma;
            log += libm::log(2.0 / SOFT) - super::fit::LN_ROOT_2PI - 0.5 * off * off;
        }
        log
    }

    /// Adds its observations of place to normal equations, each `share` of its weight.
    pub(super) fn pull(&self, place: &[f64; 3], spot: &[f64; N], share: f64, h: &mut Symmetric, b: &mut [f64; N]) {
        let (dx, dy) = (spot[1] - place[0], spot[2] - place[1]);
        let r = (dx * dx + dy * dy).sqrt().max(1.0);
        let mut add = |pull: Pull| {
            let g = [0.0, pull.east, pull.north, 0.0];
            h.add(share * pull.weight, &g);
            for (bi, gi) in b.iter_mut().zip(g) {
                *bi += share * pull.weight * pull.residual * gi;
            }
        };
        if let Some((to, sigma)) = self.bearing {
            // Turning clockwise moves the source along (cos, -sin) of the azimuth.
            let (east, north) = (dx / r, dy / r);
            let residual = angle(to, east, north);
            add(Pull { residual, east: north / r, north: -east / r, weight: 1.0 / (sigma * sigma) });
        }
        if let Some((near, far)) = self.range_m {
            let middle = r.clamp(near, far);
            // Inside the interval a weak pull to where one is: the interval's own variance.
            let soft = SOFT * far.max(1.0);
            let width = far - near;
            let weight = if middle == r { 12.0 / (width * width + 12.0 * soft * soft) } else { 1.0 / (soft * soft) };
            add(Pull { residual: middle - r, east: dx / r, north: dy / r, weight });
        }
        if let Some((at, sigma)) = self.fix {
            let weight = 1.0 / (sigma * sigma);
            add(Pull { residual: at[0] - spot[1], east: 1.0, north: 0.0, weight });
            add(Pull { residual: at[1] - spot[2], east: 0.0, north: 1.0, weight });
        }
    }
}

/// The turn from a direction (unit, east and north) to a stated one, clockwise, radians.
fn angle(to: [f64; 2], east: f64, north: f64) -> f64 {
    libm::atan2(to[0] * north - to[1] * east, to[0] * east + to[1] * north)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearing_pulls_the_source_onto_its_line() {
        // Seen from the origin a source stands in the north; it was measured a little east of north.
        let (east, north) = libm::sincos(0.1);
        let evidence = Evidence { bearing: Some(([east, north], 0.05)), ..Evidence::default() };
        let spot = [0.0, 0.0, 1_000.0, 0.0];
        let (mut h, mut b) = (Symmetric::ZERO, [0.0; N]);
        evidence.pull(&[0.0; 3], &spot, 1.0, &mut h, &mut b);
        assert!(b[1] > 0.0 && b[2].abs() < 1e-9, "{b:?}");
        // Gauss-Newton along the only row: the step reaches the line to first order.
        let step = b[1] / h.0[2];
        assert!((step - 100.0).abs() < 1.0, "{step}");
    }
}
