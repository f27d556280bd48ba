//! First arrivals in a 1-D spherical earth, by shooting rays.
//!
//! # Algorithm
//! The model is a stack of shells in which the speed is a power of the radius, `v = a r^b` (Bullen's law; a constant
//! shell has b = 0). With `eta = r / v` and a ray parameter p in s/rad a ray crosses from radius r1 to r2 in
//! ```text
//! time     = (q2 - q1) / (1 - b),                  q = sqrt(eta^2 - p^2)
//! distance = R (atan(q2 / p) - atan(q1 / p)) / (1 - b)
//! ```
//! and turns where eta = p (K. E. Bullen, *An introduction to the theory of seismology*, 1963, section 7.3). Both
//! are exact, so the only errors are those of interpolating.
//!
//! For a source and a sensor at given depths the first arrival is the earliest of three families: rays that leave
//! the deeper of both upwards; rays that leave it downwards and turn in a shell below (diving waves); and paths that
//! run along an interface where such a family ends (head waves, and waves that creep around the rim of a shadow).
//! Each family is sampled in p, densely at its ends; between two samples the travel time is the cubic in distance
//! that fits both times and both slopes, since dT/dX is the ray parameter. By Fermat's principle a path more in the
//! list can only make the earliest one truer.

/// Radius of the earth in such models, m.
pub(super) const EARTH_M: f64 = 6_371_000.0;

/// The greatest depth of a node, m: below it the core begins, which no ray of ours reaches.
pub(super) const MODEL_DEPTH_M_MAX: f64 = 3_000_000.0;

/// Depth at which the last shell ends, m: deeper than the greatest distance's chord.
const BOTTOM_M: f64 = 3_500_000.0;

/// Within a shell the speed changes by 4 % at most: with 20 % the sag of a power below the straight line between
/// nodes would cost a Moho head wave 18 ms, and it goes with the square.
const RATIO_LOG_MAX: f64 = 0.04;

/// Samples of each family.
const SAMPLES: usize = 48;

/// Speed as a power of the radius between two depths.
#[derive(Debug, Clone, Copy)]
struct Shell {
    top_m: f64,
    bottom_m: f64,
    /// r / v at the top and at the bottom, s (per radian).
    eta_top: f64,
    eta_bottom: f64,
    /// 1 / (1 - b); infinite where eta is constant.
    scale: f64,
}

/// A point of a travel-time curve.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ray {
    pub distance_m: f64,
    pub time_s: f64,
    /// dT/dX at the surface, s/m.
    pub slowness_s_per_m: f64,
}

/// A path's parts: angle and time.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    angle_rad: f64,
    time_s: f64,
}

impl Part {
    fn plus(self, other: Self) -> Self {
        Self { angle_rad: self.angle_rad + other.angle_rad, time_s: self.time_s + other.time_s }
    }
}

impl Shell {
    /// A shell between two depths with the speeds there.
    fn new(top: (f64, f64), bottom: (f64, f64)) -> Self {
        let (r1, r2) = (EARTH_M - top.0, EARTH_M - bottom.0);
        let (eta_top, eta_bottom) = (r1 / top.1, r2 / bottom.1);
        // eta = r^(1 - b) / a
        let scale = libm::log(r1 / r2) / libm::log(eta_top / eta_bottom);
        Self { top_m: top.0, bottom_m: bottom.0, eta_top, eta_bottom, scale }
    }

    /// r / v at a depth inside.
    fn eta(&self, depth_m: f64) -> f64 {
        if depth_m <= self.top_m {
            return self.eta_top;
        }
        if depth_m >= self.bottom_m {
            return self.eta_bottom;
        }
        if !self.scale.is_finite() {
            return self.eta_top;
        }
        let ratio = (EARTH_M - depth_m) / (EARTH_M - self.top_m);
        self.eta_top * libm::exp(libm::log(ratio) / self.scale)
    }

    /// Crossing between two depths inside, upwards or downwards.
    fn cross(&self, p: f64, top_m: f64, bottom_m: f64) -> Part {
        let (eta1, eta2) = (self.eta(top_m), self.eta(bottom_m));
        let (q1, q2) = (root(eta1, p), root(eta2, p));
        if !self.scale.is_finite() || (eta1 - eta2).abs() < 1e-9 * eta1 {
            // eta is constant: the ray keeps its angle and is a logarithmic spiral.
            let log = libm::log((EARTH_M - top_m) / (EARTH_M - bottom_m));
            let q = (0.5 * (q1 + q2)).max(1e-6 * eta1);
            return Part { angle_rad: p / q * log, time_s: eta1 * eta1 / q * log };
        }
        let angle = libm::atan2(p * (q1 - q2), p * p + q1 * q2);
        Part { angle_rad: self.scale * angle, time_s: self.scale * (q1 - q2) }
    }

    /// From a depth inside down to where the ray turns.
    fn turn(&self, p: f64, from_m: f64) -> Part {
        let q = root(self.eta(from_m), p);
        Part { angle_rad: self.scale * libm::atan2(q, p), time_s: self.scale * q }
    }
}

#[inline]
fn root(eta: f64, p: f64) -> f64 {
    ((eta - p) * (eta + p)).max(0.0).sqrt()
}

/// A model of one wave.
#[derive(Debug, Clone)]
pub(super) struct Model {
    shells: Vec<Shell>,
}

impl Model {
    /// From nodes of depth and speed in order of depth; the first speed goes on up to `top_m`.
    pub(super) fn new(nodes: &[(f64, f64)], top_m: f64) -> Self {
        let mut all = Vec::with_capacity(nodes.len() + 2);
        if nodes[0].0 > top_m {
            all.push((top_m, nodes[0].1));
        }
        for (i, node) in nodes.iter().enumerate() {
            if i > 0 && node.0 > nodes[i - 1].0 {
                between(nodes[i - 1], *node, &mut all);
            }
            all.push(*node);
        }
        all.push((BOTTOM_M, all[all.len() - 1].1));
        let shells = all.windows(2).filter(|pair| pair[1].0 > pair[0].0).map(|pair| Shell::new(pair[0], pair[1]));
        Self { shells: shells.collect() }
    }

    /// The interfaces' and nodes' depths.
    pub(super) fn depths_m(&self) -> impl Iterator<Item = f64> {
        self.shells.iter().map(|shell| shell.top_m)
    }

    /// 1 / v just below a depth, s/m.
    pub(super) fn slowness_s_per_m(&self, depth_m: f64) -> f64 {
        self.shells[self.index(depth_m)].eta(depth_m) / (EARTH_M - depth_m)
    }

    /// The shell that a depth lies in; an interface belongs to the shell below.
    fn index(&self, depth_m: f64) -> usize {
        self.shells.partition_point(|shell| shell.bottom_m <= depth_m).min(self.shells.len() - 1)
    }

    /// Crossing everything between two depths.
    fn through(&self, p: f64, top_m: f64, bottom_m: f64) -> Part {
        let mut sum = Part::default();
        for shell in &self.shells[self.index(top_m)..] {
            if shell.top_m >= bottom_m {
                break;
            }
            sum = sum.plus(shell.cross(p, shell.top_m.max(top_m), shell.bottom_m.min(bottom_m)));
        }
        sum
    }

    /// The greatest ray parameter that passes between two depths.
    fn passes(&self, top_m: f64, bottom_m: f64) -> f64 {
        let mut least = f64::INFINITY;
        for shell in &self.shells[self.index(top_m)..] {
            if shell.top_m >= bottom_m {
                break;
            }
            least = least.min(shell.eta(shell.top_m.max(top_m))).min(shell.eta(shell.bottom_m.min(bottom_m)));
        }
        least
    }

    /// All families of paths between two depths that matter for first arrivals, each a curve in the order of its ray
    /// parameters. A curve of one point is a path along the depth itself.
    pub(super) fn curves(&self, depth_m: f64, sensor_depth_m: f64) -> Vec<Vec<Ray>> {
        let (top_m, bottom_m) = (depth_m.min(sensor_depth_m), depth_m.max(sensor_depth_m));
        let own = self.index(bottom_m);
        let mut curves = Vec::with_capacity(self.shells.len() - own + 1);
        // Upwards. At equal depths this is the path along that depth.
        let limit = self.passes(top_m, bottom_m);
        if bottom_m > top_m {
            curves.push(sampled(0.0, limit, |p| self.through(p, top_m, bottom_m)));
        }
        // Downwards, turning in each shell from the source's own.
        let mut limit = limit.min(self.shells[own].eta(bottom_m));
        if bottom_m == top_m {
            curves.push(vec![ray(limit, Part::default())]);
        }
        for (i, shell) in self.shells.iter().enumerate().skip(own) {
            let from_m = shell.top_m.max(bottom_m);
            limit = limit.min(shell.eta(from_m));
            if shell.eta_bottom < limit {
                let crossed = &self.shells[own..i];
                curves.push(sampled(shell.eta_bottom, limit, |p| {
                    let mut sum = self.through(p, top_m, bottom_m);
                    for above in crossed {
                        let part = above.cross(p, above.top_m.max(bottom_m), above.bottom_m);
                        sum = sum.plus(part).plus(part);
                    }
                    let part = shell.turn(p, from_m);
                    sum.plus(part).plus(part)
                }));
            }
            limit = limit.min(shell.eta_bottom);
        }
        curves
    }
}

/// Nodes on the straight line between two nodes, so near that the power of the radius follows it.
fn between(a: (f64, f64), b: (f64, f64), nodes: &mut Vec<(f64, f64)>) {
    let pieces = (libm::log(b.1 / a.1).abs() / RATIO_LOG_MAX).ceil().max(1.0);
    for piece in 1..pieces as usize {
        let part = piece as f64 / pieces;
        nodes.push((a.0 + part * (b.0 - a.0), a.1 + part * (b.1 - a.1)));
    }
}

fn ray(p: f64, part: Part) -> Ray {
    Ray { distance_m: EARTH_M * part.angle_rad, time_s: part.time_s, slowness_s_per_m: p / EARTH_M }
}

/// A family between two ray parameters. Distance goes with the root of what is left to either end, so samples lie
/// there as a cosine's.
fn sampled(from: f64, to: f64, path: impl Fn(f64) -> Part) -> Vec<Ray> {
    (0..SAMPLES)
        .map(|i| {
            let phase = std::f64::consts::PI * i as f64 / (SAMPLES - 1) as f64;
            // Towards the upper end once more as dense: there a ray that leaves flat sweeps over all distances.
            let u = 0.5 * (1.0 - libm::cos(phase));
            let p = to - (to - from) * (1.0 - u) * (1.0 - u);
            ray(p, path(p))
        })
        .collect()
}

/// The earliest time at each of ascending distances, s.
pub(super) fn earliest(curves: &[Vec<Ray>], distances_m: &[f64]) -> Vec<f64> {
    let mut times = vec![f64::INFINITY; distances_m.len()];
    let first = |distance_m: f64| distances_m.partition_point(|x| *x < distance_m);
    for curve in curves {
        for pair in curve.windows(2) {
            let (a, b) = if pair[0].distance_m <= pair[1].distance_m { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
            let width = b.distance_m - a.distance_m;
            for i in first(a.distance_m)..distances_m.len() {
                let x = distances_m[i];
                if x > b.distance_m {
                    break;
                }
                if width > 0.0 {
                    let u = (x - a.distance_m) / width;
                    times[i] = times[i].min(hermite(&a, &b, width, u));
                } else {
                    times[i] = times[i].min(a.time_s.min(b.time_s));
                }
            }
        }
        // On from both ends along the depth or interface where the ray runs flat.
        for end in [curve.first(), curve.last()].into_iter().flatten().filter(|end| end.slowness_s_per_m > 0.0) {
            for i in first(end.distance_m)..distances_m.len() {
                times[i] = times[i].min(end.time_s + end.slowness_s_per_m * (distances_m[i] - end.distance_m));
            }
        }
    }
    times
}

fn hermite(a: &Ray, b: &Ray, width: f64, u: f64) -> f64 {
    let (u2, v) = (u * u, 1.0 - u);
    let v2 = v * v;
    a.time_s * v2 * (1.0 + 2.0 * u)
        + b.time_s * u2 * (1.0 + 2.0 * v)
        + width * (a.slowness_s_per_m * u * v2 - b.slowness_s_per_m * u2 * v)
}
