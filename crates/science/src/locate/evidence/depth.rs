//! How deep an event was that was registered through the ground alone: on the ground, or anywhere below it.
//!
//! # Algorithm
//! Two hypotheses: on the ground, with the probability [`ON_GROUND`] beforehand, or even between the ground and the greatest
//! depth, cut into [`LAYERS`] layers. Of each the evidence is one leaf of the tree (`tree.rs`) around the most probable point there
//! ([`fit`]), with the place in it, origin time, speeds and delay integrated by Laplace's approximation (Tierney and Kadane, JASA
//! 81, 82-86, 1986). If the arrivals scatter more than their deviations allow where they fit best, all deviations are widened first, as
//! for a whole posterior.
//!
//! # Checked against
//! The whole posterior over depth, and synthetic sources drawn as the hypotheses have them (`tests/depth.rs`), in the speeds
//! that are taken for granted and in layered ground that is not.
//!
//! [`fit`]: super::fit
use super::super::error::EvidenceError;
use super::super::priors::{Heights, Priors};
use super::frame::{metres_per_unit, spot};
use super::likelihood::Look;
use super::problem::Problem;
use super::tree::{Leaf, log_mass};
use super::widening_of;
use truceline_model::measurement::{Measurement, Phase, Sensor};

/// How probable it is beforehand that the source lies on the ground. Adopted: even odds, so that the arrivals alone speak.
pub const ON_GROUND: f64 = 0.5;

/// Into how many layers the depths are cut.
const LAYERS: usize = 30;

/// Fewer times of ground waves say nothing of a depth: place and origin time are three unknowns.
const TIMES_MIN: usize = 4;

/// Half side of the leaf in deviations of the place, and at least, m: the point's own curvature leaves out what all
/// paths share.
const HALF_SIGMAS: f64 = 6.0;
const HALF_M_MIN: f64 = 100.0;

/// What the arrivals say of the depth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DepthOfGroundWaves {
    /// Probability that the source lies on the ground, by [`ON_GROUND`] beforehand.
    pub p_ground: f64,
    /// Mean depth if it does not, m below the ground.
    pub mean_m: f64,
    /// Its standard deviation, m.
    pub sigma_m: f64,
}

/// How deep the source of these measurements (by index) was; none where the times of ground waves are fewer than four, where it
/// was heard or seen too, or where no layer explains them. The ground is the level of the priors' heights; `thickness_m` is how far
/// below it sources are looked for. Neither names nor the order of the measurements move anything.
///
/// # Errors
/// As [`super::evidence`].
pub fn depth_of_ground_waves(
    sensors: &[Sensor],
    measurements: &[Measurement],
    members: &[usize],
    priors: &Priors,
    thickness_m: f64,
) -> Result<Option<DepthOfGroundWaves>, EvidenceError> {
    let mut ground = Problem::new(sensors, measurements, members, priors)?;
    let of_ground = |phase: Phase| matches!(phase, Phase::P | Phase::S | Phase::Surface);
    let enough = ground.times.len() >= TIMES_MIN && ground.times.iter().all(|term| of_ground(term.phase));
    if !enough || thickness_m <= 0.0 {
        return Ok(None);
    }
    let top_m = ground.depths_m.0;
    let step_m = thickness_m / LAYERS as f64;
    let mut layers = Vec::with_capacity(LAYERS);
    for layer in 0..LAYERS {
        let top_m = top_m + step_m * layer as f64;
        let heights = Heights::Between { top_m, bottom_m: top_m + step_m };
        layers.push(Problem::new(sensors, measurements, members, &Priors { heights, ..priors.clone() })?);
    }
    let said = |ground: &Problem, layers: &[Problem]| {
        let logs: Vec<(f64, Look)> = layers.iter().filter_map(Problem::on_level).collect();
        (logs.len() == layers.len()).then_some(())?;
        Some((ground.on_level()?, logs))
    };
    let Some(mut found) = said(&ground, &layers) else { return Ok(None) };
    // The level on which the arrivals fit best says by how much they scatter more than they may.
    let (best, look) = (std::iter::once((&ground, &found.0)).chain(layers.iter().zip(&found.1)))
        .map(|(problem, (log, look))| (problem, *log, *look))
        .fold(None, |best: Option<(&Problem, f64, Look)>, next| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            _ => Some(next),
        })
        .map_or((&ground, found.0.1), |(problem, _, look)| (problem, look));
    if let Some(widening) = best.widening_at(&look) {
        ground.widen(widening);
        layers.iter_mut().for_each(|layer| layer.widen(widening));
        let Some(again) = said(&ground, &layers) else { return Ok(None) };
        found = again;
    }
    let (on_ground, below) = found;
    let most = below.iter().map(|(log, _)| *log).fold(on_ground.0, f64::max);
    let weights: Vec<f64> = below.iter().map(|(log, _)| libm::exp(log - most) / LAYERS as f64).collect();
    let total: f64 = weights.iter().sum();
    let surface = ON_GROUND * libm::exp(on_ground.0 - most);
    let p_ground = surface / (surface + (1.0 - ON_GROUND) * total);
    if !p_ground.is_finite() {
        return Ok(None);
    }
    let middle_m = |layer: usize| step_m * (layer as f64 + 0.5);
    let share = |(layer, weight): (usize, &f64)| (middle_m(layer), weight / total);
    let mean_m: f64 = weights.iter().enumerate().map(share).map(|(depth_m, share)| depth_m * share).sum();
    let variance_m2: f64 = weights
        .iter()
        .enumerate()
        .map(share)
        .map(|(depth_m, share)| share * ((depth_m - mean_m) * (depth_m - mean_m) + step_m * step_m / 12.0))
        .sum();
    Ok(Some(DepthOfGroundWaves { p_ground, mean_m, sigma_m: variance_m2.sqrt() }))
}

impl Problem {
    /// Log of the evidence on this problem's level or in its layer, an average over the layer's height, and where it was taken; none
    /// where the times have no most probable point.
    fn on_level(&self) -> Option<(f64, Look)> {
        let point = self.fit();
        let (x, y) = (point.place.x, point.place.y);
        let (east_m, north_m) = metres_per_unit(y, self.geographic);
        let half_m = |variance_m2: f64| (HALF_SIGMAS * variance_m2.sqrt()).max(HALF_M_MIN);
        let (wide_m, high_m) = (half_m(point.covariance.east_m2), half_m(point.covariance.north_m2));
        if !(wide_m.is_finite() && high_m.is_finite()) {
            return None;
        }
        let (top_m, bottom_m) = self.depths_m;
        let half_depth_m = 0.5 * (bottom_m - top_m);
        let leaf = Leaf::around((x, y, 0.5 * (top_m + bottom_m)), (wide_m / east_m, high_m / north_m, half_depth_m));
        let log = log_mass(self, &leaf, &mut self.scratch());
        let height_m = if half_depth_m > 0.0 { 2.0 * half_depth_m } else { 1.0 };
        let look =
            Look { spot: spot(x, y, self.geographic), depth_m: leaf.depth_m, spread_m2: [0.0; 3], averaged: false };
        log.is_finite().then(|| (log - libm::log(height_m), look))
    }

    /// By how much the times' deviations must grow to be what the arrivals show here; none if they are compatible.
    fn widening_at(&self, look: &Look) -> Option<f64> {
        let mut scratch = self.scratch();
        self.look(look, &mut scratch);
        let mode = self.mode(&mut scratch);
        let residuals = scratch.paths.iter().enumerate().map(|(i, path)| self.residual(i, path, &mode.unknowns));
        widening_of(self, residuals.map(|(_, sigmas, fits)| (sigmas, fits)))
    }
}
