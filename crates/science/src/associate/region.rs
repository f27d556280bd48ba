//! Where events are sought.
use super::network::Network;
use super::settings::Settings;
use super::small::N;
use truceline_model::measurement::Phase;

/// A box in metres, and how many coordinates an event has in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Region {
    pub low: [f64; 3],
    pub high: [f64; 3],
    /// 3: time, east, north. 4: with the height too.
    pub rows: usize,
}

impl Region {
    /// The sensors' box with a margin; a depth where seismic waves can be registered.
    pub(super) fn new(network: &Network, settings: &Settings) -> Self {
        let margin = settings.margin_spacings * network.spacing_m;
        let deep = settings.depth_m_max > 0.0
            && network.classes.iter().any(|class| matches!(class.phase, Phase::P | Phase::S));
        let (mut low, mut high) = (network.low, network.high);
        for axis in 0..2 {
            low[axis] -= margin;
            high[axis] += margin;
        }
        // The middle height of the sensors is the ground.
        let mut heights: Vec<f64> = network.places.iter().map(|p| p[2]).collect();
        heights.sort_unstable_by(f64::total_cmp);
        let ground = heights.get(heights.len() / 2).copied().unwrap_or(0.0);
        (low[2], high[2]) = if deep { (ground - settings.depth_m_max, ground) } else { (ground, ground) };
        Self { low, high, rows: if deep { 4 } else { 3 } }
    }

    /// Its volume, or its area where there is no depth.
    pub(super) fn volume(&self) -> f64 {
        let area = (self.high[0] - self.low[0]).max(1.0) * (self.high[1] - self.low[1]).max(1.0);
        if self.rows == N { area * (self.high[2] - self.low[2]) } else { area }
    }

    /// Puts a spot back into the box.
    #[inline]
    pub(super) fn clamp(&self, spot: &mut [f64; N]) {
        for axis in 0..3 {
            spot[axis + 1] = spot[axis + 1].clamp(self.low[axis], self.high[axis]);
        }
    }
}

/// A spot as a sensor sees it: distance, and its change with east, north and up.
#[inline]
pub(super) fn sight(place: &[f64; 3], spot: &[f64; N], rows: usize) -> (f64, [f64; 3]) {
    let (dx, dy) = (spot[1] - place[0], spot[2] - place[1]);
    let dz = if rows == N { spot[3] - place[2] } else { 0.0 };
    // A metre at least: at the sensor itself no direction is defined.
    let r = (dx * dx + dy * dy + dz * dz).sqrt().max(1.0);
    (r, [dx / r, dy / r, dz / r])
}

/// The distance of [`sight`] alone.
#[inline]
pub(super) fn distance(place: &[f64; 3], spot: &[f64; N], rows: usize) -> f64 {
    let (dx, dy) = (spot[1] - place[0], spot[2] - place[1]);
    let dz = if rows == N { spot[3] - place[2] } else { 0.0 };
    (dx * dx + dy * dy + dz * dz).sqrt().max(1.0)
}
