//! Where something was before the first plot: from the smoothed state there, back through a lag that is known only as a
//! distribution.
//!
//! # Algorithm
//! A launch precedes the first plot by a lag with a stated prior. Given the lag t the place of the launch is normal, with mean
//! `x - v t` and covariance `T P T' + q t^3/3 I` with `T = [I, -t I]`; over lags it is a mixture, one normal for each node
//! of the lag's prior. The side of first sight is the worst of all rules: it is sure of the wrong side of nearly one launch in
//! three (`peers/attribution_rules.py`), since what is launched towards a line is often seen beyond it.
use super::smoother::State;

/// Nodes of the lag's prior: one a second for lags of a minute.
pub const LAG_NODES: usize = 60;

/// The prior of the lag from launch to first plot: even between two bounds, s.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LagPrior {
    /// The least lag, s.
    pub from_s: f64,
    /// The greatest lag, s.
    pub to_s: f64,
}

/// One normal of the mixture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Component {
    /// Its share.
    pub weight: f64,
    /// Its mean, m east and north.
    pub mean_m: [f64; 2],
    /// Its covariance, m2.
    pub covariance_m2: [[f64; 2]; 2],
}

/// The place of the launch as a mixture, given the state at the first plot. `q_m2_s3` is the acceleration's spectral
/// density before the first plot; zero if it is taken to have flown straight until then.
#[must_use]
pub fn back_trace(first: &State, lag: LagPrior, q_m2_s3: f64) -> Vec<Component> {
    let p = &first.covariance;
    let width = (lag.to_s - lag.from_s).max(0.0) / LAG_NODES as f64;
    let nodes = if width > 0.0 { LAG_NODES } else { 1 };
    let component = |k: usize| {
        let t = lag.from_s + (k as f64 + 0.5) * width;
        let covariance = |i: usize, j: usize| p[i][j] - t * (p[i][j + 2] + p[i + 2][j]) + t * t * p[i + 2][j + 2];
        let spread = q_m2_s3 * t * t * t / 3.0;
        Component {
            weight: 1.0 / nodes as f64,
            mean_m: [first.mean[0] - first.mean[2] * t, first.mean[1] - first.mean[3] * t],
            covariance_m2: [
                [covariance(0, 0) + spread, covariance(0, 1)],
                [covariance(1, 0), covariance(1, 1) + spread],
            ],
        }
    };
    (0..nodes).map(component).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certain state goes back along its velocity, and the lag's spread is all that is left.
    #[test]
    fn a_certain_state_goes_straight_back() {
        let mut covariance = [[0.0; 4]; 4];
        covariance[3][3] = 4.0;
        let first = State { time_s: 0.0, mean: [1_000.0, 500.0, 20.0, -10.0], covariance };
        let parts = back_trace(&first, LagPrior { from_s: 0.0, to_s: 60.0 }, 0.0);
        assert_eq!(parts.len(), LAG_NODES);
        assert!((parts.iter().map(|part| part.weight).sum::<f64>() - 1.0).abs() < 1e-12);
        let mean: f64 = parts.iter().map(|part| part.weight * part.mean_m[0]).sum();
        assert!((mean - (1_000.0 - 20.0 * 30.0)).abs() < 1e-9);
        for (k, part) in parts.iter().enumerate() {
            let t = k as f64 + 0.5;
            assert!((part.covariance_m2[1][1] - 4.0 * t * t).abs() < 1e-9);
            assert_eq!(part.covariance_m2[0][0], 0.0);
        }
        let at_once = back_trace(&first, LagPrior { from_s: 0.0, to_s: 0.0 }, 1.0);
        assert_eq!((at_once.len(), at_once[0].mean_m), (1, [1_000.0, 500.0]));
    }
}
