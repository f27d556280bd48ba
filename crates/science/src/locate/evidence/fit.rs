//! The most probable point alone, in microseconds: for the associator and for shots.
//!
//! # Algorithm
//! Starting places are tried with the origin time that most arrivals agree on (as in equal differential time
//! location: what counts is how well pairs agree, not how far some are off); from the best one iterated reweighted
//! Gauss-Newton steps, halved where they lead too far, with the robust density of `robust.rs`, its deviation shrinking from what the start shows to the
//! stated one.
use super::super::error::{EvidenceError, Kind};
use super::super::priors::Priors;
use super::super::solution::{Covariance, Point};
use super::frame::{Sight, metres_per_unit, spot};
use super::problem::Problem;
use truceline_model::measurement::{Measurement, Sensor};
use truceline_model::time::Time;

/// Steps at each width, and at the last.
const STEPS: (usize, usize) = (4, 12);

/// The deviation of the residuals shrinks by this from width to width.
const SHRINK: f64 = 4.0;

/// The greatest width, in stated deviations: at it everything counts.
const WIDTH_MAX: f64 = 1e4;

/// Starting places along each side of the box of the sensors, and around the first of them.
const STARTS: (i32, i32) = (6, 4);

/// The most probable point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointFit {
    /// The place, degrees or metres.
    pub place: Point,
    /// The origin time.
    pub time: Time,
    /// Spread of the place by the curvature there.
    pub covariance: Covariance,
    /// Root of the mean squared residual of the arrivals that fit, s.
    pub rms_s: f64,
    /// How many arrivals fit.
    pub fitting: usize,
}

/// The most probable point by arrival times alone, on the level of the heights' middle.
///
/// # Errors
/// As [`super::evidence`], and if there are fewer than three arrival times.
pub fn fit(
    sensors: &[Sensor],
    measurements: &[Measurement],
    members: &[usize],
    priors: &Priors,
) -> Result<PointFit, EvidenceError> {
    let problem = Problem::new(sensors, measurements, members, priors)?;
    if problem.times.len() < 3 {
        return Err(EvidenceError(Kind::Few { times: problem.times.len() }));
    }
    Ok(problem.fit())
}

/// One arrival from one place.
#[derive(Clone, Copy, Default)]
struct Row {
    residual_s: f64,
    per_sigma: f64,
    east: f64,
    north: f64,
}

impl Problem {
    fn rows(&self, x: f64, y: f64, rows: &mut Vec<Row>) {
        let spot = spot(x, y, self.geographic);
        let (top_m, bottom_m) = self.depths_m;
        rows.clear();
        let mut last = (usize::MAX, Sight::default());
        for term in &self.times {
            if last.0 != term.stand {
                last = (term.stand, self.stands[term.stand].sight(&spot));
            }
            let sight = last.1;
            let Some(leg) = self.leg(term, &sight, 0.5 * (top_m + bottom_m)) else { continue };
            let model_s = term.relative * leg.time_s;
            let scale_s = term.scale.map_or(0.0, |scale| self.scales[scale] * leg.time_s);
            // A delay that is common to all moves the origin time alone.
            let variance_s2 = term.variance_s2 + model_s * model_s + scale_s * scale_s;
            rows.push(Row {
                residual_s: term.time_s - leg.time_s - term.delay_s.0,
                per_sigma: 1.0 / variance_s2.sqrt(),
                east: leg.per_distance_s_per_m * sight.east,
                north: leg.per_distance_s_per_m * sight.north,
            });
        }
    }

    /// How badly rows agree on one origin time: the sum of absolute deviations from their median, in the mean sigma.
    fn disagreement(rows: &[Row], sorted: &mut Vec<f64>) -> f64 {
        sorted.clear();
        sorted.extend(rows.iter().map(|row| row.residual_s));
        if sorted.is_empty() {
            return f64::INFINITY;
        }
        let middle = sorted.len() / 2;
        let median = *sorted.select_nth_unstable_by(middle, f64::total_cmp).1;
        sorted.iter().map(|value| (value - median).abs()).sum()
    }

    /// The fit: the best of those from each starting place.
    pub(super) fn fit(&self) -> PointFit {
        let (mut rows, mut sorted) = (Vec::with_capacity(self.times.len()), Vec::with_capacity(self.times.len()));
        let mut best: Option<Descent> = None;
        for start in self.starts(&mut rows, &mut sorted) {
            let found = self.descend(start, &mut rows, &mut sorted);
            if best.as_ref().is_none_or(|best| found.log > best.log) {
                best = Some(found);
            }
        }
        let Descent { at: (x, y, time_s), normal, .. } = best.unwrap_or(Descent {
            log: f64::NEG_INFINITY,
            at: (self.first.0, self.first.1, 0.0),
            normal: [[0.0; 3]; 3],
        });
        self.rows(x, y, &mut rows);
        let (mut fitting, mut squares) = (0, 0.0);
        for row in &rows {
            let off_s = row.residual_s - time_s;
            let z = off_s * row.per_sigma;
            if self.robust.say(z * z).fits >= 0.5 {
                fitting += 1;
                squares += off_s * off_s;
            }
        }
        let inverse = |unit: [f64; 3]| solve(&normal, &unit).unwrap_or([f64::INFINITY; 3]);
        let (first, second) = (inverse([1.0, 0.0, 0.0]), inverse([0.0, 1.0, 0.0]));
        PointFit {
            place: Point { x, y },
            time: self.reference.plus_s(time_s),
            covariance: Covariance { east_m2: first[0], north_m2: second[1], east_north_m2: first[1] },
            rms_s: (squares / f64::max(1.0, fitting as f64)).sqrt(),
            fitting,
        }
    }

    /// Steps from one starting place.
    fn descend(&self, (mut x, mut y): (f64, f64), rows: &mut Vec<Row>, sorted: &mut Vec<f64>) -> Descent {
        let mut time_s = 0.0;
        let mut normal = [[0.0; 3]; 3];
        self.rows(x, y, rows);
        let spread_s = Self::disagreement(rows, sorted) / rows.len().max(1) as f64;
        if !sorted.is_empty() {
            time_s = sorted[sorted.len() / 2];
        }
        let per_sigma = rows.iter().map(|row| row.per_sigma).fold(0.0, f64::max);
        let mut width = (2.0 * spread_s * per_sigma).clamp(1.0, WIDTH_MAX);
        let best = loop {
            // What was reached at this width, and the step that led on from there.
            let mut reached = (f64::NEG_INFINITY, (x, y, time_s), [0.0; 3]);
            for _ in 0..if width > 1.0 { STEPS.0 } else { STEPS.1 } {
                self.rows(x, y, rows);
                let mut right = [0.0; 3];
                let mut log = 0.0;
                normal = [[0.0; 3]; 3];
                for row in rows.iter() {
                    let off_s = row.residual_s - time_s;
                    let per_sigma = row.per_sigma / width;
                    let z = off_s * per_sigma;
                    let say = self.robust.say(z * z);
                    log += libm::log(say.density * per_sigma);
                    let weight = say.weight * per_sigma * per_sigma;
                    let g = [row.east, row.north, 1.0];
                    for a in 0..3 {
                        right[a] += weight * g[a] * off_s;
                        for b in 0..3 {
                            normal[a][b] += weight * g[a] * g[b];
                        }
                    }
                }
                let (east_m, north_m) = metres_per_unit(y, self.geographic);
                let step = |from: (f64, f64, f64), by: &[f64; 3]| {
                    (
                        (from.0 + by[0] / east_m).clamp(self.bounds.west, self.bounds.east),
                        (from.1 + by[1] / north_m).clamp(self.bounds.south, self.bounds.north),
                        from.2 + by[2],
                    )
                };
                if log < reached.0 - 1e-9 {
                    // Too far: half of it.
                    reached.2 = reached.2.map(|part| 0.5 * part);
                    (x, y, time_s) = step(reached.1, &reached.2);
                    continue;
                }
                let Some(delta) = solve(&normal, &right) else { break };
                reached = (log, (x, y, time_s), delta);
                (x, y, time_s) = step(reached.1, &delta);
                let gain = delta[0] * right[0] + delta[1] * right[1] + delta[2] * right[2];
                if gain < 1e-4 {
                    break;
                }
            }
            (x, y, time_s) = reached.1;
            if width <= 1.0 {
                break (reached.0, reached.1);
            }
            width = (width / SHRINK).max(1.0);
        };
        Descent { log: best.0, at: best.1, normal }
    }

    /// Places to start from: the best on a grid around the first sensor, and the two best that are no neighbours on one
    /// over all sensors.
    fn starts(&self, rows: &mut Vec<Row>, sorted: &mut Vec<f64>) -> [(f64, f64); 3] {
        let (mx, my, _) = super::problem::coordinates(&self.middle);
        // The times are in order: the first arrival's sensor is the nearest, if speeds are one.
        let first = self.first;
        let (east_m, north_m) = metres_per_unit(my, self.geographic);
        let off = ((mx - first.0) * east_m, (my - first.1) * north_m);
        let reach_m = 1.5 * (off.0 * off.0 + off.1 * off.1).sqrt().max(1.0);
        let mut bad = |(x, y): (f64, f64)| {
            self.rows(x, y, rows);
            Self::disagreement(rows, sorted)
        };
        let around = STARTS.1 / 2;
        let share = reach_m / f64::from(around);
        let near = (-around..=around).flat_map(|i| (-around..=around).map(move |j| (i, j))).map(|(i, j)| {
            let at = (first.0 + f64::from(i) * share / east_m, first.1 + f64::from(j) * share / north_m);
            (bad(at), at)
        });
        let near = near.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(first, |(_, at)| at);

        let (west, south, east, north) = self.extent;
        let place = |(i, j): (i32, i32)| {
            let share = |k: i32| (f64::from(k) + 0.5) / f64::from(STARTS.0);
            (west + share(i) * (east - west), south + share(j) * (north - south))
        };
        let all = (0..STARTS.0).flat_map(|i| (0..STARTS.0).map(move |j| (i, j)));
        let mut all: Vec<(f64, (i32, i32))> = all.map(|cell| (bad(place(cell)), cell)).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let best = all[0].1;
        let apart = |cell: (i32, i32)| (cell.0 - best.0).abs().max((cell.1 - best.1).abs()) > 1;
        let second = all.iter().find(|(_, cell)| apart(*cell)).map_or(best, |(_, cell)| *cell);
        [near, place(best), place(second)]
    }
}

/// Where steps ended.
struct Descent {
    log: f64,
    at: (f64, f64, f64),
    normal: [[f64; 3]; 3],
}

/// Three unknowns by Cramer's rule on a symmetric matrix.
fn solve(m: &[[f64; 3]; 3], b: &[f64; 3]) -> Option<[f64; 3]> {
    let c = |i: usize, j: usize| {
        let (i1, i2) = ((i + 1) % 3, (i + 2) % 3);
        let (j1, j2) = ((j + 1) % 3, (j + 2) % 3);
        m[i1][j1] * m[i2][j2] - m[i1][j2] * m[i2][j1]
    };
    let determinant = m[0][0] * c(0, 0) + m[0][1] * c(0, 1) + m[0][2] * c(0, 2);
    if determinant.is_nan() || determinant <= 1e-12 * m[0][0] * m[1][1] * m[2][2] {
        return None;
    }
    let x = |k: usize| (c(0, k) * b[0] + c(1, k) * b[1] + c(2, k) * b[2]) / determinant;
    Some([x(0), x(1), x(2)])
}
