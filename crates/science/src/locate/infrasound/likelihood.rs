//! How well a place explains the arrivals, and when the origin then was.
//!
//! # Model
//! Array i hears at time `t_i` from back-azimuth `a_i` with statistic `F_i`; a source at x lies from it at the
//! distance `d_i` and azimuth `A_i`.
//!
//! - Azimuth: von Mises around `A_i` with `kappa_i = 1 / sigma_i^2`,
//!   `sigma_i^2 = propagation^2 + beam^2 / (F_i - 1)`. The second term is the Cramer-Rao bound of an array's azimuth:
//!   for n elements it falls with the root of the beam's signal-to-noise power ratio, which is F - 1
//!   (R. R. Blandford, *Design of infrasonic arrays*, AFTAC-TR-97-013, 1997).
//! - Time: `t_i ~ N(t0 + d_i / v_i, s_i^2)`, `v_i = c + w . u_i`. The celerity c ~ N(c0, sigma_c^2) and the wind
//!   w ~ N(0, sigma_w^2) per component are shared by all arrays; `u_i` is the direction of travel at the array;
//!   `s_i = fixed + relative * d_i / c0`.
//! - Origin time flat.
//! - Where celerities by phase are stated, `phases.rs` puts them in the place of c.
//!
//! # Algorithm
//! The origin time enters linearly and is integrated out exactly. Celerity and wind, in units of their prior
//! deviations, are integrated by Laplace's approximation: [`STEPS`] Gauss-Newton steps from the prior mean, then
//! the full Hessian there, which carries on to the mode (Tierney & Kadane, JASA 81, 82-86, 1986). The origin time given the place is
//! normal; its mean is the mode's, moved by the third-order term of the same expansion.
//!
//! A cell's evidence is that at its middle, but for the azimuths' likelihood, which close to an array changes within
//! a cell: it is averaged over the cell as a von Mises distribution with the variance of the azimuth within the cell
//! added, `kappa' = 1 / (sigma^2 + side^2 / (12 d^2))`, times `sqrt(kappa' / kappa)`; a full circle at most.
//!
//! # Checked against
//! Gauss-Hermite quadrature over celerity and wind: see `tests/quadrature.rs`, which states the differences.
use super::super::evidence::bessel_i0_scaled;
use super::Arrival;
use super::error::{Kind, LocateError};
use super::phases::{Options, PHASES, SeasonalCelerity, Way};
use super::small::{Cholesky, Product, add_outer, dot};
use truceline_model::configuration::InfrasoundPriors;
use truceline_model::geodesic::near::{Meridian, Parallel, Sight, Station, sight};
use truceline_model::time::Time;

/// Gauss-Newton steps.
const STEPS: usize = 3;

/// The widest deviation of a beam's azimuth, degrees: half a turn, which is no direction at all. Reached where F - 1
/// is near zero or below.
pub(super) const BEAM_SIGMA_DEG_MAX: f64 = 180.0;

/// The slowest speed along a path, as a share of the mean celerity. Slower is no propagation; it keeps a step of the
/// search from dividing by zero.
const SPEED_SHARE_MIN: f64 = 0.25;

/// The priors in SI units and radians.
#[derive(Debug, Clone, Copy)]
struct Priors {
    celerity_m_s: f64,
    celerity_sigma_m_s: f64,
    wind_sigma_m_s: f64,
    relative: f64,
    fixed_s: f64,
}

impl Priors {
    fn new(priors: &InfrasoundPriors) -> Result<Self, LocateError> {
        let positive = |name, value: i64| match value {
            1.. => Ok(value as f64),
            _ => Err(LocateError(Kind::Prior { name, value, expected: "above zero" })),
        };
        let not_negative = |name, value: i64| match value {
            0.. => Ok(value as f64),
            _ => Err(LocateError(Kind::Prior { name, value, expected: "zero or above" })),
        };
        positive("azimuth_sigma_mdeg", priors.azimuth_sigma_mdeg.value)?;
        not_negative("beam_azimuth_sigma_mdeg", priors.beam_azimuth_sigma_mdeg.value)?;
        Ok(Self {
            celerity_m_s: positive("celerity_mean_mm_s", priors.celerity_mean_mm_s.value)? / 1e3,
            celerity_sigma_m_s: not_negative("celerity_sigma_mm_s", priors.celerity_sigma_mm_s.value)? / 1e3,
            wind_sigma_m_s: not_negative("wind_sigma_mm_s", priors.wind_sigma_mm_s.value)? / 1e3,
            relative: not_negative("travel_time_relative_ppm", priors.travel_time_relative_ppm.value)? / 1e6,
            fixed_s: positive("travel_time_fixed_ms", priors.travel_time_fixed_ms.value)? / 1e3,
        })
    }
}

/// One arrival, ready for computing.
#[derive(Debug, Clone, Copy)]
struct Heard {
    station: Station,
    /// Arrival, s from the reference.
    arrival_s: f64,
    /// Sine and cosine of the back-azimuth.
    east: f64,
    north: f64,
    kappa: f64,
    /// The stratosphere's zonal wind at the array, in units of a mid-latitude winter's.
    zonal: f64,
}

/// The likelihood of one group of arrivals.
#[derive(Debug, Clone)]
pub(super) struct Likelihood {
    heard: Vec<Heard>,
    priors: Priors,
    /// Celerities by phase, where they are stated.
    celerity: Option<SeasonalCelerity>,
    reference: Time,
}

/// What one cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Evidence {
    /// Log of the likelihood with origin time, celerity and wind integrated out, up to a constant.
    pub log: f64,
    /// How far the best fit at this place is from a perfect one, nats.
    pub misfit: f64,
    /// Mean of the origin time, s from the reference.
    pub time_mean_s: f64,
    /// Standard deviation of the origin time, s.
    pub time_sigma_s: f64,
}

/// One path: from the place to one array.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Path {
    distance_m: f64,
    arrival_s: f64,
    /// Mean celerity, m/s.
    celerity_m_s: f64,
    /// 1 / s^2.
    pub weight: f64,
    /// Change of the speed per unit of the three parameters.
    m: [f64; 3],
}

/// A cell: what its middle's latitude and longitude fix per arrival, and how far its points lie from the middle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'a> {
    pub parallels: &'a [Parallel],
    pub meridians: &'a [Meridian],
    /// Variance of a coordinate of a point in the cell, m2: a twelfth of its side squared.
    pub variance_m2: f64,
}

/// Room for one place's paths, reused from place to place.
#[derive(Debug, Clone)]
pub(super) struct Scratch {
    pub paths: Vec<Path>,
    /// The paths by phase, and the ways to choose among them; empty without phases.
    pub options: Vec<Options>,
    pub ways: Vec<Way>,
    pub next: Vec<Way>,
}

impl Likelihood {
    /// The likelihood of arrivals under priors. The arrivals are in the order in which they are to be computed.
    pub(super) fn new(arrivals: &[Arrival], stated: &InfrasoundPriors, reference: Time) -> Result<Self, LocateError> {
        let priors = Priors::new(stated)?;
        let celerity = stated.phases.as_ref().map(SeasonalCelerity::new).transpose()?;
        let heard = arrivals
            .iter()
            .map(|arrival| {
                let (east, north) = libm::sincos(arrival.azimuth_deg.to_radians());
                let sigma_rad = arrival.azimuth_sigma_deg(stated).to_radians();
                Heard {
                    station: Station::new(arrival.place.lat_deg(), arrival.place.lon_deg()),
                    arrival_s: arrival.arrival.seconds_since(reference),
                    east,
                    north,
                    kappa: 1.0 / (sigma_rad * sigma_rad),
                    zonal: SeasonalCelerity::zonal(arrival.place.lat_deg(), arrival.arrival),
                }
            })
            .collect();
        Ok(Self { heard, priors, celerity, reference })
    }

    /// What times count from.
    pub(super) fn reference(&self) -> Time {
        self.reference
    }

    /// How many arrivals there are.
    pub(super) fn len(&self) -> usize {
        self.heard.len()
    }

    /// What [`Evidence::log`] leaves out to be the logarithm of a density of back-azimuths in radians and arrival times in
    /// seconds, the origin time's being 1: the norms of the von Mises and of the normal distributions.
    pub(super) fn log_norm(&self) -> f64 {
        let tau = std::f64::consts::TAU;
        let of = |heard: &Heard| -libm::log(tau * bessel_i0_scaled(heard.kappa));
        let azimuths: f64 = self.heard.iter().map(of).sum();
        // One deviation and one root less than arrivals: the origin time is integrated out.
        azimuths - (self.heard.len() as f64 - 1.0) * (libm::log(self.priors.fixed_s) + 0.5 * libm::log(tau))
    }

    /// Room for computing.
    pub(super) fn scratch(&self) -> Scratch {
        let phased = if self.celerity.is_some() { self.heard.len() } else { 0 };
        Scratch {
            paths: vec![Path::default(); self.heard.len()],
            options: vec![[None; PHASES]; phased],
            ways: Vec::new(),
            next: Vec::new(),
        }
    }

    /// What a latitude fixes, per arrival.
    pub(super) fn parallels(&self, lat_deg: f64) -> impl Iterator<Item = Parallel> {
        self.heard.iter().map(move |heard| heard.station.parallel(lat_deg))
    }

    /// What a longitude fixes, per arrival.
    pub(super) fn meridians(&self, lon_deg: f64) -> impl Iterator<Item = Meridian> {
        self.heard.iter().map(move |heard| heard.station.meridian(lon_deg))
    }

    /// Standard deviation of a travel time at a celerity, s.
    fn deviation_s(&self, distance_m: f64, celerity_m_s: f64) -> f64 {
        self.priors.fixed_s + self.priors.relative * distance_m / celerity_m_s
    }

    /// One over the square of the fixed deviation: products of variances are kept in units of it.
    pub(super) fn unit(&self) -> f64 {
        1.0 / (self.priors.fixed_s * self.priors.fixed_s)
    }

    #[cfg(test)]
    pub(super) fn keep_ways(&mut self, ways_max: usize) {
        self.celerity = self.celerity.take().map(|celerity| celerity.with_ways(ways_max));
    }

    /// The zonal wind at an array.
    pub(super) fn zonal(&self, i: usize) -> f64 {
        self.heard[i].zonal
    }

    /// A bound that no place within `radius_m` of this one exceeds in [`Evidence::log`].
    ///
    /// Azimuths: seen from a distance D a circle of radius r spans `asin(sin r / sin D)` to each side. Times: whatever
    /// celerity and wind, the density of the arrivals with the origin time integrated out is at most
    /// `1 / (prod s_i sqrt(sum s_i^-2))`, which falls with every s_i, so the smallest distances bound it.
    pub(super) fn bound(&self, spot: Spot<'_>, radius_m: f64) -> f64 {
        const EARTH_M: f64 = 6_356_752.0;
        let mut azimuth = 0.0;
        let mut weights = 0.0;
        let mut product = Product::new();
        let unit = self.unit();
        let fastest_m_s = self.celerity.as_ref().map_or(self.priors.celerity_m_s, SeasonalCelerity::fastest_m_s);
        let n = self.heard.len();
        let (parallels, meridians) = (&spot.parallels[..n], &spot.meridians[..n]);
        for i in 0..n {
            let heard = &self.heard[i];
            let sight = sight(&parallels[i], &meridians[i]);
            let arc = sight.distance_m / EARTH_M;
            // sin D is at least D (1 - D^2 / 6).
            let sin_span = radius_m / (sight.distance_m * (1.0 - arc * arc / 6.0)).max(1e-9);
            let cos = sight.east * heard.east + sight.north * heard.north;
            let mut cos_best = 1.0;
            if sin_span < 1.0 {
                let cos_span = (1.0 - sin_span * sin_span).sqrt();
                if cos < cos_span {
                    let sin = (sight.east * heard.north - sight.north * heard.east).abs();
                    cos_best = cos * cos_span + sin * sin_span;
                }
            }
            azimuth += heard.kappa * (cos_best - 1.0);
            let s = self.deviation_s((sight.distance_m - radius_m).max(0.0), fastest_m_s);
            product.times(s * s * unit);
            weights += 1.0 / (s * s);
        }
        product.times(weights / unit);
        azimuth - 0.5 * product.log()
    }

    /// What a cell says.
    pub(super) fn at(&self, spot: Spot<'_>, scratch: &mut Scratch) -> Evidence {
        if let Some(celerity) = &self.celerity {
            return self.mixed(celerity, spot, scratch);
        }
        let (weights, azimuth, mut product) = self.trace(spot, scratch);
        let expansion = self.expand(&scratch.paths, 1.0 / weights);
        product.times(expansion.root.determinant());
        let shift_s = self.third_order(&scratch.paths, &expansion);
        Evidence {
            log: azimuth - expansion.misfit - 0.5 * product.log(),
            misfit: expansion.misfit - azimuth,
            time_mean_s: expansion.time_s + shift_s,
            time_sigma_s: expansion.time_variance_s2.sqrt(),
        }
    }

    /// [`Evidence::log`] of a cell alone.
    pub(super) fn log_at(&self, spot: Spot<'_>, scratch: &mut Scratch) -> f64 {
        if let Some(celerity) = &self.celerity {
            return self.mixed(celerity, spot, scratch).log;
        }
        let (weights, azimuth, mut product) = self.trace(spot, scratch);
        let expansion = self.expand(&scratch.paths, 1.0 / weights);
        product.times(expansion.root.determinant());
        azimuth - expansion.misfit - 0.5 * product.log()
    }

    /// The paths from a cell to all arrays: sum of weights, log likelihood of the azimuths, and the product
    /// `prod s_i^2 sum s_i^-2` in units of the fixed deviation, with the azimuths' norms.
    #[inline]
    fn trace(&self, spot: Spot<'_>, scratch: &mut Scratch) -> (f64, f64, Product) {
        let priors = &self.priors;
        let n = self.heard.len();
        let (paths, parallels, meridians) = (&mut scratch.paths[..n], &spot.parallels[..n], &spot.meridians[..n]);
        let unit = self.unit();
        let (mut azimuth, mut weights, mut product) = (0.0, 0.0, Product::new());
        for i in 0..n {
            let sight = sight(&parallels[i], &meridians[i]);
            let (log, widened) = self.azimuth(i, &sight, spot.variance_m2);
            azimuth += log;
            product.times(widened);
            paths[i] = self.path(i, &sight, (priors.celerity_m_s, priors.celerity_sigma_m_s));
            let weight = paths[i].weight;
            weights += weight;
            let s = self.deviation_s(sight.distance_m, priors.celerity_m_s);
            product.times(s * s * unit);
        }
        product.times(weights / unit);
        (weights, azimuth, product)
    }

    /// Log likelihood of an azimuth, averaged over the cell, and by how much its variance is widened for that.
    #[inline]
    pub(super) fn azimuth(&self, i: usize, sight: &Sight, variance_m2: f64) -> (f64, f64) {
        let heard = &self.heard[i];
        // The variance of the azimuth within the cell, in units of the arrival's own.
        let widening = variance_m2 * heard.kappa / (sight.distance_m * sight.distance_m).max(1.0);
        let widened = (1.0 + widening).min((heard.kappa * std::f64::consts::TAU).max(1.0));
        let cos = sight.east * heard.east + sight.north * heard.north;
        (heard.kappa / widened * (cos - 1.0), widened)
    }

    /// The path to an array at a celerity of this mean and deviation, m/s.
    #[inline]
    pub(super) fn path(&self, i: usize, sight: &Sight, (celerity_m_s, sigma_m_s): (f64, f64)) -> Path {
        let s = self.deviation_s(sight.distance_m, celerity_m_s);
        // Travel goes from the source to the array, against the direction in which the array sees it.
        let wind_m_s = self.priors.wind_sigma_m_s;
        Path {
            distance_m: sight.distance_m,
            arrival_s: self.heard[i].arrival_s,
            celerity_m_s,
            weight: 1.0 / (s * s),
            m: [sigma_m_s, -wind_m_s * sight.east, -wind_m_s * sight.north],
        }
    }

    /// Travel time along a path, with its first three derivatives by the speed over the powers of it that come with
    /// them: `(tt, -tt', tt''/2, -tt'''/6) = d / v^(1..4)`.
    #[inline]
    fn travel(&self, path: &Path, z: &[f64; 3]) -> [f64; 4] {
        let v = path.celerity_m_s + path.m[0] * z[0] + path.m[1] * z[1] + path.m[2] * z[2];
        let slowness = 1.0 / v.max(SPEED_SHARE_MIN * path.celerity_m_s);
        let t = path.distance_m * slowness;
        [t, t * slowness, t * slowness * slowness, t * slowness * slowness * slowness]
    }

    /// Sums over arrivals at `z`, centred on the origin time that fits best there.
    #[inline]
    pub(super) fn sums(&self, paths: &[Path], per_weight: f64, z: &[f64; 3]) -> Sums {
        let (mut jj, mut jf, mut j1, mut f1, mut ff) = ([0.0; 6], [0.0; 3], [0.0; 3], 0.0, 0.0);
        for path in paths {
            let [t, t1, ..] = self.travel(path, z);
            let f = path.arrival_s - t;
            let j = [path.m[0] * t1, path.m[1] * t1, path.m[2] * t1];
            let wj = [j[0] * path.weight, j[1] * path.weight, j[2] * path.weight];
            add_outer(&mut jj, &wj, &j);
            jf = [jf[0] + wj[0] * f, jf[1] + wj[1] * f, jf[2] + wj[2] * f];
            j1 = [j1[0] + wj[0], j1[1] + wj[1], j1[2] + wj[2]];
            f1 += path.weight * f;
            ff += path.weight * f * f;
        }
        let mean = [j1[0] * per_weight, j1[1] * per_weight, j1[2] * per_weight];
        add_outer(&mut jj, &[-mean[0], -mean[1], -mean[2]], &j1);
        let time_s = f1 * per_weight;
        // f grows by J per unit of z, so the way down goes against J f and against z itself.
        let descent = [-(jf[0] - mean[0] * f1) - z[0], -(jf[1] - mean[1] * f1) - z[1], -(jf[2] - mean[2] * f1) - z[2]];
        Sums { jj, mean, descent, time_s, misfit: 0.5 * ((ff - f1 * time_s).max(0.0) + dot(z, z)) }
    }

    /// Gauss-Newton steps from the prior mean towards the mode, and the normal approximation around where they end,
    /// carried to its own mode.
    pub(super) fn expand(&self, paths: &[Path], per_weight: f64) -> Expansion {
        let mut z = [0.0; 3];
        for _ in 0..STEPS {
            let sums = self.sums(paths, per_weight, &z);
            let step = Cholesky::of_unit_plus(&sums.jj).solve(&sums.descent);
            z = [z[0] + step[0], z[1] + step[1], z[2] + step[2]];
        }
        let Sums { jj, mean, descent, time_s, misfit } = self.sums(paths, per_weight, &z);
        let mut hessian = jj;
        for path in paths {
            let [t, _, t2, _] = self.travel(path, &z);
            let curvature = -2.0 * path.weight * t2 * (path.arrival_s - t - time_s);
            add_outer(&mut hessian, &[path.m[0] * curvature, path.m[1] * curvature, path.m[2] * curvature], &path.m);
        }
        let root = Cholesky::of_unit_plus_if_positive(&hessian).unwrap_or_else(|| Cholesky::of_unit_plus(&jj));
        // What is left to the mode of the quadratic, where the gradient vanishes. More than one prior deviation after
        // all steps is no rest: the place is so implausible that the steps have gone astray.
        let mut rest = root.solve(&descent);
        if dot(&rest, &rest) > 1.0 {
            rest = [0.0; 3];
        }
        // Given z the origin time is time + mean . (z - mode): its covariance with z and its variance.
        let covariance = root.solve(&mean);
        let variance = per_weight + dot(&mean, &covariance);
        Expansion {
            z: [z[0] + rest[0], z[1] + rest[1], z[2] + rest[2]],
            misfit: (misfit - 0.5 * dot(&descent, &rest)).max(0.0),
            time_s: time_s + dot(&mean, &rest),
            time_variance_s2: variance,
            covariance,
            root,
        }
    }

    /// What the third order adds to the mean of the origin time, s: `mean - mode = -Sigma grad(tr(Sigma H)) / 2`,
    /// of which the origin time's part.
    pub(super) fn third_order(&self, paths: &[Path], expansion: &Expansion) -> f64 {
        let (mut g, mut g0) = ([0.0; 3], 0.0);
        for path in paths {
            let [t, t1, t2, t3] = self.travel(path, &expansion.z);
            let residual = expansion.time_s + t - path.arrival_s;
            let speed_variance = expansion.root.inverse_square(&path.m);
            let with_residual = dot(&path.m, &expansion.covariance) - t1 * speed_variance;
            let part =
                path.weight * (t2 * (2.0 * with_residual - t1 * speed_variance) - 3.0 * residual * t3 * speed_variance);
            g = [g[0] + part * path.m[0], g[1] + part * path.m[1], g[2] + part * path.m[2]];
            g0 += path.weight * t2 * speed_variance;
        }
        let shift_s = -(expansion.time_variance_s2 * g0 + dot(&expansion.covariance, &g));
        // A correction beyond the deviation itself is none; only implausible places come to it.
        let limit_s = expansion.time_variance_s2.sqrt();
        shift_s.clamp(-limit_s, limit_s)
    }
}

/// Sums over arrivals of weighted products of J = -d(travel time)/dz and f = arrival - travel time.
pub(super) struct Sums {
    /// Of J J', centred: lower triangle.
    pub jj: [f64; 6],
    /// Mean of J.
    mean: [f64; 3],
    /// Against the gradient.
    pub descent: [f64; 3],
    /// Mean of f: the origin time that fits best.
    time_s: f64,
    pub misfit: f64,
}

/// The normal approximation around the mode over celerity and wind.
pub(super) struct Expansion {
    z: [f64; 3],
    pub misfit: f64,
    pub time_s: f64,
    pub time_variance_s2: f64,
    /// Of the origin time with z.
    covariance: [f64; 3],
    pub root: Cholesky,
}
