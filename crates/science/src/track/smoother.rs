//! The state at each plot, given all plots: place and velocity of something that moves evenly but for small accelerations.
//!
//! # Algorithm
//! Kalman's filter over a nearly constant velocity with white acceleration of spectral density `q` (Y. Bar-Shalom, X. R. Li
//! and T. Kirubarajan, *Estimation with Applications to Tracking and Navigation*, 2001, 6.2.2):
//! `Q = q [[t^3/3, t^2/2], [t^2/2, t]]` for each axis; then backwards H. E. Rauch, F. Tung and C. T. Striebel's smoother
//! (*Maximum likelihood estimates of linear dynamic systems*, AIAA Journal 3, 1445-1450, 1965). Plots have covariances of
//! their own and come at any times.
//!
//! # Checked against
//! The posterior of all states at once, by dense least squares (tests).
use crate::matrix::{inverse, product, times, transposed};

/// Place and velocity along both axes.
type Matrix4 = [[f64; 4]; 4];

/// The most plots of one track: an hour at a second.
pub const PLOTS_MAX: usize = 3_600;

/// A place that a sensor saw at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plot {
    /// When, s after a time of the caller's choice.
    pub time_s: f64,
    /// Where, m east and north.
    pub at_m: [f64; 2],
    /// Covariance, m2.
    pub covariance_m2: [[f64; 2]; 2],
}

/// How things move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Motion {
    /// Spectral density of the acceleration, m2/s3.
    pub q_m2_s3: f64,
    /// Standard deviation of the velocity beforehand, m/s along each axis.
    pub speed_sigma_m_s: f64,
}

/// Place and velocity at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// When, s.
    pub time_s: f64,
    /// East and north, m, then the velocity to both, m/s.
    pub mean: [f64; 4],
    /// Their covariance.
    pub covariance: [[f64; 4]; 4],
}

/// Why plots make no track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTrack {
    /// None, or more than [`PLOTS_MAX`].
    Count,
    /// Times do not ascend.
    Order,
    /// A number that is none, or a covariance or motion without meaning.
    Number,
}

/// Smooths plots, by ascending time, into one state for each.
///
/// # Errors
/// [`NoTrack`].
pub fn smooth(plots: &[Plot], motion: Motion) -> Result<Vec<State>, NoTrack> {
    check(plots, motion)?;
    let filtered = filter(plots, motion)?;
    let mut states: Vec<State> = Vec::with_capacity(filtered.len());
    states.extend(filtered.last().map(|step| step.after));
    for k in (0..filtered.len() - 1).rev() {
        let (now, next) = (&filtered[k].after, &filtered[k + 1]);
        let later = states[states.len() - 1];
        // G = P F' (P-)^-1
        let cross = product(&now.covariance, &transposed(&next.transition));
        let gain = product(&cross, &inverse(&next.before.covariance).ok_or(NoTrack::Number)?);
        let mut off = [0.0; 4];
        for (i, value) in off.iter_mut().enumerate() {
            *value = later.mean[i] - next.before.mean[i];
        }
        let shift = times(&gain, &off);
        let mut mean = now.mean;
        mean.iter_mut().zip(shift).for_each(|(mean, shift)| *mean += shift);
        let change = sum(&later.covariance, -1.0, &next.before.covariance);
        let covariance = sum(&now.covariance, 1.0, &product(&product(&gain, &change), &transposed(&gain)));
        states.push(State { time_s: now.time_s, mean, covariance });
    }
    states.reverse();
    Ok(states)
}

/// One step of the filter: the transition to it, what it foresaw, and what the plot made of it.
struct Step {
    transition: Matrix4,
    before: State,
    after: State,
}

fn filter(plots: &[Plot], motion: Motion) -> Result<Vec<Step>, NoTrack> {
    let mut steps: Vec<Step> = Vec::with_capacity(plots.len());
    for plot in plots {
        let step = match steps.last() {
            None => {
                let variance = motion.speed_sigma_m_s * motion.speed_sigma_m_s;
                let [[a, b], [_, d]] = plot.covariance_m2;
                let covariance =
                    [[a, b, 0.0, 0.0], [b, d, 0.0, 0.0], [0.0, 0.0, variance, 0.0], [0.0, 0.0, 0.0, variance]];
                let mean = [plot.at_m[0], plot.at_m[1], 0.0, 0.0];
                let state = State { time_s: plot.time_s, mean, covariance };
                Step { transition: transition(0.0), before: state, after: state }
            }
            Some(last) => {
                let dt = plot.time_s - last.after.time_s;
                let transition = transition(dt);
                let mean = times(&transition, &last.after.mean);
                let moved = product(&product(&transition, &last.after.covariance), &transposed(&transition));
                let covariance = sum(&moved, 1.0, &noise(dt, motion.q_m2_s3));
                let before = State { time_s: plot.time_s, mean, covariance };
                Step { transition, before, after: updated(&before, plot).ok_or(NoTrack::Number)? }
            }
        };
        steps.push(step);
    }
    Ok(steps)
}

/// The state with a plot taken in, by Joseph's form, which stays positive.
fn updated(before: &State, plot: &Plot) -> Option<State> {
    let p = &before.covariance;
    let r = &plot.covariance_m2;
    let s = [[p[0][0] + r[0][0], p[0][1] + r[0][1]], [p[1][0] + r[1][0], p[1][1] + r[1][1]]];
    let determinant = s[0][0] * s[1][1] - s[0][1] * s[1][0];
    if determinant.is_nan() || determinant <= 0.0 {
        return None;
    }
    let inverse = [[s[1][1] / determinant, -s[0][1] / determinant], [-s[1][0] / determinant, s[0][0] / determinant]];
    let mut gain = [[0.0; 2]; 4];
    for (i, row) in gain.iter_mut().enumerate() {
        for (j, value) in row.iter_mut().enumerate() {
            *value = p[i][0] * inverse[0][j] + p[i][1] * inverse[1][j];
        }
    }
    let off = [plot.at_m[0] - before.mean[0], plot.at_m[1] - before.mean[1]];
    let mut mean = before.mean;
    let mut keep = [[0.0; 4]; 4];
    let mut taken = [[0.0; 4]; 4];
    for i in 0..4 {
        mean[i] += gain[i][0] * off[0] + gain[i][1] * off[1];
        for j in 0..4 {
            let unit = if i == j { 1.0 } else { 0.0 };
            keep[i][j] = unit - if j < 2 { gain[i][j] } else { 0.0 };
            taken[i][j] = (0..2).map(|a| (0..2).map(|b| gain[i][a] * r[a][b] * gain[j][b]).sum::<f64>()).sum();
        }
    }
    let covariance = sum(&product(&product(&keep, p), &transposed(&keep)), 1.0, &taken);
    Some(State { time_s: plot.time_s, mean, covariance })
}

/// `a + sign * b`, made symmetric again.
fn sum(a: &Matrix4, sign: f64, b: &Matrix4) -> Matrix4 {
    let mut out = [[0.0; 4]; 4];
    for i in 0..4 {
        for j in 0..4 {
            out[i][j] = 0.5 * (a[i][j] + a[j][i]) + sign * 0.5 * (b[i][j] + b[j][i]);
        }
    }
    out
}

fn transition(dt: f64) -> Matrix4 {
    [[1.0, 0.0, dt, 0.0], [0.0, 1.0, 0.0, dt], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
}

fn noise(dt: f64, q: f64) -> Matrix4 {
    let (a, b, c) = (q * dt * dt * dt / 3.0, q * dt * dt / 2.0, q * dt);
    [[a, 0.0, b, 0.0], [0.0, a, 0.0, b], [b, 0.0, c, 0.0], [0.0, b, 0.0, c]]
}

fn check(plots: &[Plot], motion: Motion) -> Result<(), NoTrack> {
    if !(1..=PLOTS_MAX).contains(&plots.len()) {
        return Err(NoTrack::Count);
    }
    let meant = |plot: &Plot| {
        let [[a, b], [c, d]] = plot.covariance_m2;
        let numbers = [plot.time_s, plot.at_m[0], plot.at_m[1], a, b, c, d];
        numbers.iter().all(|number| number.is_finite()) && a > 0.0 && d > 0.0 && b == c && a * d > b * b
    };
    let positive = |number: f64| number.is_finite() && number > 0.0;
    if !plots.iter().all(meant) || !positive(motion.q_m2_s3) || !positive(motion.speed_sigma_m_s) {
        return Err(NoTrack::Number);
    }
    if plots.windows(2).any(|pair| pair[1].time_s <= pair[0].time_s) {
        return Err(NoTrack::Order);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
