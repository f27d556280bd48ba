//! How well a place explains the measurements, and when the origin then was.
//!
//! # Model
//! Measurement i is, given the place, independent of the others but for the shared unknowns:
//! - time: `t_i = t0 + T_i (1 + b_k) / (1 + w . u_i / c_i) + r_i`: origin time t0 (flat), a factor b_k for each
//!   technology whose speed is uncertain, the wind w; T_i from the medium, c_i = d_i / T_i, u_i the direction of
//!   travel. r_i has the deviation `s_i^2 = own^2 + fixed^2 + (relative T_i)^2`.
//! - back-azimuth: von Mises with kappa = 1 / sigma^2; slowness: normal around the phase's horizontal slowness.
//! - distance interval: even inside, with ends that fall off as a normal distribution's integral.
//! - satellite fix: normal in the plane.
//!
//! Each has a share of outliers: `robust.rs` for times and slownesses; any direction for a bearing, anywhere for
//! the others.
//!
//! # Algorithm
//! Origin time, factors and wind are integrated by Laplace's approximation around their mode (Tierney & Kadane, JASA
//! 81, 82-86, 1986), found by iterated reweighted least squares from the origin time that most arrivals agree on.
//! A large leaf's evidence is an average over the leaf: where in it the source lies is one more unknown, normal with the
//! leaf's own variance, and integrated in the same way. So a leaf that is much larger than a peak shows that there
//! is one, and how much it holds. A small cell's evidence is that of its middle with every measurement's variance
//! widened by how much it varies within the cell.
use super::bearing::{Angle, bearing_density};
use super::frame::{Sight, Spot};
use super::problem::Problem;
use super::robust::exp_negative;
use super::small::{Product, Root, add};
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Most unknowns: origin time, a factor for each of five technologies, two of the wind, a delay, three of the place in a leaf.
pub(super) const UNKNOWNS_MAX: usize = 12;

/// Reweighted steps at most; 3 to 5 are usual.
const STEPS: usize = 8;

/// Times up to this number are each tried as the one that all agree on; beyond, their median.
const TRIED_TIMES: usize = 6;

/// The wind's reach against the speed of the wave: slower is no propagation.
pub(super) const SPEED_SHARE_MIN: f64 = 0.25;

/// A cell to look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub spot: Spot,
    pub depth_m: f64,
    /// Variances of a point's coordinates in the cell, m2: a twelfth of its sides squared, east, north and down.
    pub spread_m2: [f64; 3],
    /// Whether the point in the cell is an unknown of its own, as in the tree's large leaves; else each measurement's
    /// variance is widened by itself, which is the same as cells shrink.
    pub averaged: bool,
}

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Local {
    /// Log of the likelihood, nats, everything but the place integrated out.
    pub log: f64,
    /// Mean of the origin time, s from the reference.
    pub time_s: f64,
    /// Variance of it, s2; infinite if no time was measured.
    pub time_variance_s2: f64,
}

/// Room for one cell, reused from cell to cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    pub sights: Vec<Sight>,
    pub paths: Vec<Path>,
    /// Bearings, where the place in the cell is an unknown.
    angles: Vec<Angle>,
    /// Slownesses off, in deviations.
    slowness_offs: Vec<f64>,
    /// Origin times that arrivals ask for, to find their median.
    times_s: Vec<f64>,
}

impl Scratch {
    /// Mean of the origin times that arrivals ask for.
    fn mean_s(&self) -> f64 {
        self.paths.iter().map(|path| path.residual_s).sum::<f64>() / self.paths.len() as f64
    }
}

/// One arrival as seen from one cell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Path {
    /// Travel time with neutral factors and no wind, s.
    pub travel_s: f64,
    /// Arrival minus travel time and the delay that is taken for granted, s: the origin time that it asks for.
    pub residual_s: f64,
    pub variance_s2: f64,
    per_variance: f64,
    /// Derivatives of the arrival time by distance and depth.
    pub per_distance: f64,
    pub per_depth: f64,
    /// Wind over speed per metre a second of eastward and northward wind: u_i / c_i.
    pub wind: [f64; 2],
    /// Derivatives by the place in the cell in units of its deviation, s.
    tilt: [f64; 3],
    /// Whether the phase can come from here at all.
    possible: bool,
}

type Vector = [f64; UNKNOWNS_MAX];

/// Where a mode was in a cell beside.
struct Before {
    unknowns: Vector,
    /// Mean of the origin times that arrivals asked for there.
    mean_s: f64,
}

impl Before {
    /// The origin time, moved as that mean.
    fn time_s(&self, scratch: &Scratch) -> f64 {
        self.unknowns[0] - self.mean_s + scratch.mean_s()
    }
}

/// The mode over the unknowns beside the place.
pub(super) struct Mode {
    pub log: f64,
    pub time_s: f64,
    pub time_variance_s2: f64,
    /// The unknowns: origin time, factors and wind in units of their prior deviations.
    pub unknowns: Vector,
}

impl Problem {
    /// Room for computing.
    pub(super) fn scratch(&self) -> Scratch {
        Scratch {
            sights: vec![Sight::default(); self.stands.len()],
            paths: vec![Path::default(); self.times.len()],
            angles: Vec::new(),
            slowness_offs: Vec::new(),
            times_s: Vec::with_capacity(self.times.len()),
        }
    }

    /// What a cell says.
    pub(super) fn at(&self, look: &Look, scratch: &mut Scratch) -> Local {
        self.sights(&look.spot, scratch);
        self.seen(look, &mut None, scratch)
    }

    /// What the cells of one spot say, depth by depth: sights are the same for all.
    pub(super) fn column(&self, looks: impl Iterator<Item = Look>, scratch: &mut Scratch) -> Vec<Local> {
        let mut column = Vec::with_capacity(looks.size_hint().0);
        let mut before = None;
        for look in looks {
            if column.is_empty() {
                self.sights(&look.spot, scratch);
            }
            column.push(self.seen(&look, &mut before, scratch));
        }
        column
    }

    /// What cells beside each other say, one after the other.
    pub(super) fn row(&self, looks: impl Iterator<Item = Look>, scratch: &mut Scratch) -> Vec<Local> {
        let mut before = None;
        let seen = |look: Look| {
            self.sights(&look.spot, scratch);
            self.seen(&look, &mut before, scratch)
        };
        looks.map(seen).collect()
    }

    /// What a cell says whose sights are in the scratch: those of its spot, at whatever depth. The unknowns begin where those
    /// of the cell `before` ended, and then are what the next one begins with.
    fn seen(&self, look: &Look, before: &mut Option<Before>, scratch: &mut Scratch) -> Local {
        let mut log = self.paths(look, scratch);
        if look.averaged {
            // Along a height that the leaf does not have, its middle is its point.
            let flat = look.spread_m2[2] <= 0.0;
            let mode = self.mode_of_all(None, scratch, if flat { 2 } else { 3 });
            log += if flat { inside_leaf(0.0, 1.0) } else { 0.0 };
            return Local { log: log + mode.log, time_s: mode.time_s, time_variance_s2: mode.time_variance_s2 };
        }
        let (mut time_s, mut time_variance_s2) = (0.0, f64::INFINITY);
        if !self.times.is_empty() {
            let mode = self.mode_from(before.as_ref(), scratch);
            // Of few arrivals those that agree are sought at each place anew.
            let lasts = scratch.paths.len() > TRIED_TIMES && mode.log.is_finite();
            *before = lasts.then(|| Before { unknowns: mode.unknowns, mean_s: scratch.mean_s() });
            log += mode.log;
            (time_s, time_variance_s2) = (mode.time_s, mode.time_variance_s2);
        }
        Local { log, time_s, time_variance_s2 }
    }

    /// Fills the scratch with sights and paths; the log likelihood of everything but times.
    pub(super) fn look(&self, look: &Look, scratch: &mut Scratch) -> f64 {
        self.sights(&look.spot, scratch);
        self.paths(look, scratch)
    }

    /// Fills the scratch with the sights of a spot.
    pub(super) fn sights(&self, spot: &Spot, scratch: &mut Scratch) {
        for (stand, sight) in self.stands.iter().zip(&mut scratch.sights) {
            *sight = stand.sight(spot);
        }
    }

    /// Fills the scratch with paths, its sights being those of the spot; the log likelihood of everything but times.
    fn paths(&self, look: &Look, scratch: &mut Scratch) -> f64 {
        let [wide2, high2, deep2] = look.spread_m2;
        let (wide, high, deep) = (wide2.sqrt(), high2.sqrt(), deep2.sqrt());
        for (term, path) in self.times.iter().zip(&mut scratch.paths) {
            let sight = &scratch.sights[term.stand];
            let from_m = self.leaves_from_m(term.phase, look.depth_m);
            let Some(mut leg) = self.leg(term, sight, from_m) else {
                let variance_s2 = term.variance_s2;
                let per_variance = 1.0 / variance_s2;
                *path = Path { residual_s: term.time_s, variance_s2, per_variance, ..Path::default() };
                continue;
            };
            if from_m < look.depth_m {
                leg.per_depth_s_per_m = 0.0;
            }
            let along2 = wide2 * sight.east * sight.east + high2 * sight.north * sight.north;
            let (per_distance, per_depth) = (leg.per_distance_s_per_m, leg.per_depth_s_per_m);
            let model_s = term.relative * leg.time_s;
            let mut variance_s2 = term.variance_s2 + model_s * model_s;
            let mut tilt = [0.0; 3];
            if look.averaged {
                // The wave front's curvature, which a tilt does not hold.
                let across2 = wide2 + high2 - along2 + deep2;
                let bend_s = per_distance.max(per_depth.abs()) * across2 / (2.0 * sight.distance_m.max(across2.sqrt()));
                variance_s2 += bend_s * bend_s;
                tilt = [per_distance * sight.east * wide, per_distance * sight.north * high, per_depth * deep];
            } else {
                variance_s2 += per_distance * per_distance * along2 + per_depth * per_depth * deep2;
            }
            // Travel goes from the source to the sensor, against the direction in which the sensor sees it.
            let per_speed = if term.blown { leg.time_s / sight.distance_m.max(1.0) } else { 0.0 };
            *path = Path {
                travel_s: leg.time_s,
                residual_s: term.time_s - leg.time_s - term.delay_s.0,
                variance_s2,
                per_variance: 1.0 / variance_s2,
                per_distance,
                per_depth,
                wind: [-per_speed * sight.east, -per_speed * sight.north],
                tilt,
                possible: true,
            };
        }
        self.other(look, scratch)
    }

    /// Log likelihood of bearings, slownesses, ranges and fixes.
    fn other(&self, look: &Look, scratch: &mut Scratch) -> f64 {
        let [wide2, high2, _] = look.spread_m2;
        let share = self.robust.share;
        let mut log = 0.0;
        scratch.angles.clear();
        for term in &self.bearings {
            let sight = &scratch.sights[term.stand];
            if look.averaged {
                scratch.angles.push(Angle::new(term, sight, (wide2, high2)));
                continue;
            }
            log +=
                libm::log(bearing_density(term.variance_rad2, (term.east, term.north), sight, (wide2, high2), share));
        }
        scratch.slowness_offs.clear();
        for term in &self.slownesses {
            let (stand, sight) = (&self.stands[term.stand], &scratch.sights[term.stand]);
            let from_m = self.leaves_from_m(term.phase, look.depth_m);
            let leg = self.priors.medium.leg(term.phase, sight.distance_m, from_m, stand.depth_m);
            let off = leg.map_or(1e3, |leg| (term.slowness_s_per_m - leg.per_distance_s_per_m) / term.sigma_s_per_m);
            scratch.slowness_offs.push(off);
            log += libm::log(self.robust.say(off * off).density);
        }
        for term in &self.ranges {
            let sight = &scratch.sights[term.stand];
            let soft_m = self.priors.range_softness * sight.distance_m.max(1.0);
            let along2 = wide2 * sight.east * sight.east + high2 * sight.north * sight.north;
            let soft_m = (soft_m * soft_m + along2).sqrt();
            let below = |edge_m: f64| 0.5 * libm::erfc((edge_m - sight.distance_m) / soft_m * FRAC_1_SQRT_2);
            let inside = (below(term.least_m) - below(term.most_m)).max(0.0);
            log += libm::log((1.0 - share) * inside + share);
        }
        for term in &self.fixes {
            let sight = &scratch.sights[term.stand];
            let sigma2 = term.sigma_m * term.sigma_m;
            let (east_m, north_m) = (sight.east * sight.distance_m, sight.north * sight.distance_m);
            let (east2, north2) = (sigma2 + wide2, sigma2 + high2);
            let q = east_m * east_m / east2 + north_m * north_m / north2;
            // Outliers: a Student's t of one degree of freedom in the plane, ten times as wide.
            let far = 1.0 + q / 100.0;
            let density = (1.0 - share) * exp_negative(-0.5 * q) + share / (100.0 * far * far.sqrt());
            log += libm::log(density / (2.0 * PI * (east2 * north2).sqrt()));
        }
        log
    }

    /// Squared residual over variance given the unknowns' part of the arrival time.
    #[inline]
    fn q(path: &Path, off_s: f64) -> f64 {
        if path.possible { off_s * off_s * path.per_variance } else { 1e8 }
    }

    /// The mode over origin time, factors and wind.
    pub(super) fn mode(&self, scratch: &mut Scratch) -> Mode {
        self.mode_from(None, scratch)
    }

    /// As [`Problem::mode`], begun where that of a cell beside it ended.
    fn mode_from(&self, before: Option<&Before>, scratch: &mut Scratch) -> Mode {
        if self.scales.is_empty() && !self.windy && !self.delayed {
            self.mode_of_time(before, scratch)
        } else {
            self.mode_of_all(before, scratch, 0)
        }
    }

    /// An origin time that most arrivals agree on.
    pub(super) fn agreed_s(&self, scratch: &mut Scratch) -> f64 {
        let Scratch { paths, times_s, .. } = scratch;
        if paths.len() <= TRIED_TIMES {
            return self.tried_s(paths);
        }
        times_s.clear();
        times_s.extend(paths.iter().map(|path| path.residual_s));
        let middle = times_s.len() / 2;
        let (_, median, _) = times_s.select_nth_unstable_by(middle, f64::total_cmp);
        *median
    }

    /// Of few arrivals the origin time that most agree on.
    fn tried_s(&self, paths: &[Path]) -> f64 {
        let mut best = (f64::NEG_INFINITY, 0.0);
        for tried in paths {
            let mut product = 1.0;
            for path in paths {
                let off_s = path.residual_s - tried.residual_s;
                product *= self.robust.say(Self::q(path, off_s)).density;
            }
            if product > best.0 {
                best = (product, tried.residual_s);
            }
        }
        best.1
    }

    /// With the origin time as the one unknown.
    fn mode_of_time(&self, before: Option<&Before>, scratch: &mut Scratch) -> Mode {
        let mut time_s = match before {
            Some(before) => before.time_s(scratch),
            None => self.agreed_s(scratch),
        };
        let paths = &scratch.paths;
        for _ in 0..STEPS {
            let (mut weights, mut sum) = (0.0, 0.0);
            for path in paths {
                let off_s = path.residual_s - time_s;
                let weight = self.robust.say(Self::q(path, off_s)).weight * path.per_variance;
                weights += weight;
                sum += weight * off_s;
            }
            let step_s = sum / weights;
            time_s += step_s;
            if step_s * step_s * weights < 1e-4 {
                break;
            }
        }
        let (mut weights, mut sum) = (0.0, 0.0);
        let mut product = Product::new();
        for path in paths {
            let off_s = path.residual_s - time_s;
            let say = self.robust.say(Self::q(path, off_s));
            let weight = say.weight * path.per_variance;
            weights += weight;
            sum += weight * off_s;
            product.times(say.density * say.density * path.per_variance);
        }
        let rest = 0.5 * sum * sum / weights;
        product.times(2.0 * PI / weights);
        let mut unknowns = [0.0; UNKNOWNS_MAX];
        unknowns[0] = time_s + sum / weights;
        Mode { log: 0.5 * product.log() + rest, time_s: unknowns[0], time_variance_s2: 1.0 / weights, unknowns }
    }

    /// Arrival minus what the unknowns make of it, and the latter's derivatives.
    #[inline]
    fn linear<const N: usize>(&self, i: usize, path: &Path, unknowns: &[f64; N]) -> (f64, [f64; N]) {
        let term = &self.times[i];
        let mut derivative = [0.0; N];
        derivative[0] = 1.0;
        let mut travel_s = path.travel_s;
        let mut factor = 1.0;
        if term.windy {
            let at = 1 + self.scales.len();
            let sigma = self.priors.wind_sigma_m_s;
            let blow = sigma * (path.wind[0] * unknowns[at] + path.wind[1] * unknowns[at + 1]);
            factor = 1.0 / (1.0 + blow).max(SPEED_SHARE_MIN);
        }
        if let Some(scale) = term.scale {
            let sigma = self.scales[scale];
            derivative[1 + scale] = travel_s * sigma * factor;
            travel_s *= 1.0 + sigma * unknowns[1 + scale];
        }
        travel_s *= factor;
        if term.windy {
            let at = 1 + self.scales.len();
            let sigma = self.priors.wind_sigma_m_s;
            derivative[at] = -travel_s * factor * sigma * path.wind[0];
            derivative[at + 1] = -travel_s * factor * sigma * path.wind[1];
        }
        if term.delay_s.1 > 0.0 {
            let at = 1 + self.scales.len() + 2 * usize::from(self.windy);
            derivative[at] = term.delay_s.1;
            travel_s += term.delay_s.1 * unknowns[at];
        }
        (term.time_s - unknowns[0] - travel_s - term.delay_s.0, derivative)
    }

    /// With all unknowns: origin time, factors, wind and so many coordinates of the place in the cell, none unless it is
    /// averaged.
    fn mode_of_all(&self, before: Option<&Before>, scratch: &mut Scratch, axes: usize) -> Mode {
        // The compiler lays out what has a fixed number of unknowns.
        match self.unknowns() + axes {
            3 => self.mode_of::<3>(before, scratch, axes, 3),
            4 => self.mode_of::<4>(before, scratch, axes, 4),
            5 => self.mode_of::<5>(before, scratch, axes, 5),
            6 => self.mode_of::<6>(before, scratch, axes, 6),
            7 => self.mode_of::<7>(before, scratch, axes, 7),
            8 => self.mode_of::<8>(before, scratch, axes, 8),
            9 => self.mode_of::<9>(before, scratch, axes, 9),
            10 => self.mode_of::<10>(before, scratch, axes, 10),
            n => self.mode_of::<UNKNOWNS_MAX>(before, scratch, axes, n),
        }
    }

    /// As [`Problem::mode_of_all`], with `n` of `N` unknowns.
    fn mode_of<const N: usize>(&self, before: Option<&Before>, scratch: &mut Scratch, axes: usize, n: usize) -> Mode {
        let place = self.unknowns();
        // Without any arrival there is no origin time, and every unknown has a prior.
        let timed = usize::from(!scratch.paths.is_empty());
        let mut unknowns = [0.0; N];
        if let Some(before) = before {
            unknowns.copy_from_slice(&before.unknowns[..N]);
            unknowns[0] = before.time_s(scratch);
        } else if timed == 1 {
            unknowns[0] = self.start_s(scratch);
        }
        let paths = &scratch.paths;
        for step in 0..=STEPS {
            let mut matrix = [[0.0; N]; N];
            let mut right = [0.0; N];
            let mut product = Product::new();
            let mut log = 0.0;
            for k in timed..n {
                matrix[k][k] = 1.0;
                right[k] = -unknowns[k];
                log -= 0.5 * unknowns[k] * unknowns[k];
            }
            if let Some(precision) = self.precision.as_ref().filter(|_| timed == 1) {
                log += precision.take(&mut matrix, &mut right, &unknowns, place);
            }
            // The first step from nowhere lets everything that the factors can still move count.
            let soft = if step == 0 && before.is_none() { 1.0 } else { 0.0 };
            for (i, path) in paths.iter().enumerate() {
                let (mut off_s, mut derivative) = self.linear(i, path, &unknowns);
                for k in 0..axes {
                    derivative[place + k] = path.tilt[k];
                    off_s -= path.tilt[k] * unknowns[place + k];
                }
                let mut variance = path.variance_s2;
                if soft > 0.0 {
                    variance += derivative[1..n].iter().map(|d| d * d).sum::<f64>();
                }
                let per_variance = if soft > 0.0 { 1.0 / variance } else { path.per_variance };
                let q = if path.possible { off_s * off_s * per_variance } else { 1e8 };
                let say = self.robust.say(q);
                let weight = say.weight * path.per_variance;
                product.times(say.density * say.density * per_variance);
                add(&mut matrix, &mut right, n, &derivative, weight, off_s);
            }
            for angle in &scratch.angles {
                let off = angle.off_rad - angle.tilt[0] * unknowns[place] - angle.tilt[1] * unknowns[place + 1];
                let tilt2 = angle.tilt[0] * angle.tilt[0] + angle.tilt[1] * angle.tilt[1];
                let per_variance = 1.0 / (angle.variance_rad2 + soft * tilt2);
                let say = self.robust.say(off * off * per_variance);
                product.times(say.density * say.density * per_variance);
                let mut derivative = [0.0; N];
                derivative[place] = angle.tilt[0];
                derivative[place + 1] = angle.tilt[1];
                add(&mut matrix, &mut right, n, &derivative, say.weight / angle.variance_rad2, off);
            }
            let Some(root) = Root::of(&matrix, n) else { break };
            let delta = root.solve(&right);
            let gain: f64 = (0..n).map(|k| delta[k] * right[k]).sum();
            if step == STEPS || (soft == 0.0 && gain < if axes > 0 { 0.02 } else { 1e-4 }) {
                // What is left to the mode of the quadratic; more than one nat is no rest.
                let rest = if gain < 1.0 { 0.5 * gain } else { 0.0 };
                if timed == 1 {
                    product.times(2.0 * PI);
                }
                let mut log = log + 0.5 * product.log() - root.half_log_determinant() + rest;
                if gain < 1.0 {
                    for k in 0..n {
                        unknowns[k] += delta[k];
                    }
                }
                for (k, unknown) in unknowns.iter().enumerate().take(n).skip(place) {
                    log += inside_leaf(*unknown, root.variance(k));
                }
                let time_variance_s2 = if timed == 1 { root.variance(0) } else { f64::INFINITY };
                return Mode { log, time_s: unknowns[0], time_variance_s2, unknowns: all(&unknowns) };
            }
            // A step of three prior deviations at once is a leap in the dark.
            let longest = (timed..n).map(|k| delta[k].abs()).fold(0.0, f64::max);
            let scale = if longest > 3.0 { 3.0 / longest } else { 1.0 };
            for k in 0..n {
                unknowns[k] += scale * delta[k];
            }
        }
        let time_s = unknowns[0];
        Mode { log: f64::NEG_INFINITY, time_s, time_variance_s2: 1e12, unknowns: all(&unknowns) }
    }

    /// The origin time that most arrivals agree on if factors and wind may move each by its prior.
    fn start_s(&self, scratch: &mut Scratch) -> f64 {
        if scratch.paths.len() > TRIED_TIMES {
            return self.agreed_s(scratch);
        }
        let mut wide: Vec<Path> = scratch.paths.clone();
        for (i, path) in wide.iter_mut().enumerate() {
            let (_, derivative) = self.linear(i, path, &[0.0; UNKNOWNS_MAX]);
            path.variance_s2 += derivative[1..].iter().chain(&path.tilt).map(|d| d * d).sum::<f64>();
            path.per_variance = 1.0 / path.variance_s2;
        }
        self.tried_s(&wide)
    }

    /// How bearings, slownesses, ranges and fixes fit: measurement, deviations off, probability of being no outlier.
    pub(super) fn other_fits(&self, scratch: &Scratch) -> Vec<(usize, f64, f64)> {
        let share = self.robust.share;
        let mut fits = Vec::new();
        for term in &self.bearings {
            let sight = &scratch.sights[term.stand];
            let density = bearing_density(term.variance_rad2, (term.east, term.north), sight, (0.0, 0.0), share);
            let off = libm::atan2(
                sight.east * term.north - sight.north * term.east,
                sight.east * term.east + sight.north * term.north,
            );
            fits.push((term.measurement, off / term.variance_rad2.sqrt(), 1.0 - share / (2.0 * PI) / density));
        }
        for (term, off) in self.slownesses.iter().zip(&scratch.slowness_offs) {
            fits.push((term.measurement, *off, self.robust.say(off * off).fits));
        }
        for term in &self.ranges {
            let sight = &scratch.sights[term.stand];
            let soft_m = self.priors.range_softness * sight.distance_m.max(1.0);
            let over = (term.least_m - sight.distance_m).max(sight.distance_m - term.most_m).max(0.0) / soft_m;
            fits.push((term.measurement, over, self.robust.say(over * over).fits));
        }
        for term in &self.fixes {
            let over = scratch.sights[term.stand].distance_m / term.sigma_m;
            fits.push((term.measurement, over, self.robust.say(over * over).fits));
        }
        fits
    }

    /// A time's residual, s and in deviations, and its probability of being no outlier.
    pub(super) fn residual(&self, i: usize, path: &Path, unknowns: &Vector) -> (f64, f64, f64) {
        let (off_s, _) = self.linear(i, path, unknowns);
        let q = Self::q(path, off_s);
        (off_s, off_s * path.per_variance.sqrt(), self.robust.say(q).fits)
    }

    /// Derivatives of an arrival time by the unknowns beside the place, at the neutral ones.
    pub(super) fn derivative(&self, i: usize, path: &Path) -> Vector {
        self.linear(i, path, &[0.0; UNKNOWNS_MAX]).1
    }
}

/// Log of the probability that a coordinate lies inside the leaf, whose edge is at the root of three deviations: the
/// normal stand-in for an even leaf must not take its neighbour's peak for its own.
fn inside_leaf(mean: f64, variance: f64) -> f64 {
    const EDGE: f64 = 1.732_050_807_568_877_2;
    /// Below it a leaf counts as empty: e^-40.
    const LEAST: f64 = 4e-18;
    let scale = FRAC_1_SQRT_2 / variance.max(1e-300).sqrt();
    let beyond = 0.5 * (libm::erfc((EDGE - mean) * scale) + libm::erfc((EDGE + mean) * scale));
    libm::log((1.0 - beyond).max(LEAST))
}

/// Room for all unknowns, the first of which are these.
fn all<const N: usize>(unknowns: &[f64; N]) -> Vector {
    let mut vector = [0.0; UNKNOWNS_MAX];
    vector[..N].copy_from_slice(unknowns);
    vector
}
