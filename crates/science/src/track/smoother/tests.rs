use super::*;
use proptest::prelude::*;

const MOTION: Motion = Motion { q_m2_s3: 1.0, speed_sigma_m_s: 50.0 };

fn plot(time_s: f64, x: f64, y: f64, covariance_m2: [[f64; 2]; 2]) -> Plot {
    Plot { time_s, at_m: [x, y], covariance_m2 }
}

/// All states at once: the normal equations of prior, plots and motion, solved by Gauss's elimination.
fn at_once(plots: &[Plot], motion: Motion) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = plots.len() * 4;
    let mut y = vec![vec![0.0; n]; n];
    let mut right = vec![0.0; n];
    for (k, plot) in plots.iter().enumerate() {
        let [[a, b], [_, d]] = plot.covariance_m2;
        let determinant = a * d - b * b;
        let weight = [[d / determinant, -b / determinant], [-b / determinant, a / determinant]];
        for i in 0..2 {
            for j in 0..2 {
                y[4 * k + i][4 * k + j] += weight[i][j];
                right[4 * k + i] += weight[i][j] * plot.at_m[j];
            }
        }
    }
    for (i, row) in y.iter_mut().enumerate().take(4).skip(2) {
        row[i] += 1.0 / (motion.speed_sigma_m_s * motion.speed_sigma_m_s);
    }
    for k in 1..plots.len() {
        let dt = plots[k].time_s - plots[k - 1].time_s;
        let weight = inverse(&noise(dt, motion.q_m2_s3)).unwrap();
        let step = transition(dt);
        // (x_k - F x_(k-1))' W (x_k - F x_(k-1)): rows of J are [-F, I].
        let j = |i: usize, column: usize| match column {
            0..4 => -step[i][column],
            _ if column - 4 == i => 1.0,
            _ => 0.0,
        };
        for r in 0..8 {
            for c in 0..8 {
                let sum: f64 = (0..4).map(|a| (0..4).map(|b| j(a, r) * weight[a][b] * j(b, c)).sum::<f64>()).sum();
                y[4 * (k - 1) + r][4 * (k - 1) + c] += sum;
            }
        }
    }
    let mut inverse: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect();
    for i in 0..n {
        let pivot = y[i][i];
        for j in 0..n {
            y[i][j] /= pivot;
            inverse[i][j] /= pivot;
        }
        for r in (0..n).filter(|r| *r != i) {
            let factor = y[r][i];
            for j in 0..n {
                y[r][j] -= factor * y[i][j];
                inverse[r][j] -= factor * inverse[i][j];
            }
        }
    }
    let mean = (0..n).map(|i| (0..n).map(|j| inverse[i][j] * right[j]).sum()).collect();
    (mean, inverse)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn equals_the_posterior_of_all_states_at_once(
        steps in prop::collection::vec((0.5_f64..20.0, -500.0_f64..500.0, -500.0_f64..500.0, 20.0_f64..200.0, 20.0_f64..200.0, -0.9_f64..0.9), 1..9),
    ) {
        let mut time = 0.0;
        let plots: Vec<Plot> = steps.iter().map(|(dt, x, y, a, d, r)| {
            time += dt;
            plot(time, *x, *y, [[a * a, r * a * d], [r * a * d, d * d]])
        }).collect();
        let states = smooth(&plots, MOTION).unwrap();
        let (mean, covariance) = at_once(&plots, MOTION);
        for (k, state) in states.iter().enumerate() {
            for i in 0..4 {
                prop_assert!((state.mean[i] - mean[4 * k + i]).abs() < 1e-5 * (1.0 + mean[4 * k + i].abs()));
                for j in 0..4 {
                    let expected = covariance[4 * k + i][4 * k + j];
                    let scale = (covariance[4 * k + i][4 * k + i] * covariance[4 * k + j][4 * k + j]).sqrt();
                    prop_assert!((state.covariance[i][j] - expected).abs() < 1e-6 * scale);
                }
            }
        }
    }
}

#[test]
fn what_makes_no_track_is_named() {
    let round = [[100.0, 0.0], [0.0, 100.0]];
    assert_eq!(smooth(&[], MOTION), Err(NoTrack::Count));
    let same = [plot(0.0, 0.0, 0.0, round), plot(0.0, 1.0, 0.0, round)];
    assert_eq!(smooth(&same, MOTION), Err(NoTrack::Order));
    assert_eq!(smooth(&[plot(0.0, f64::NAN, 0.0, round)], MOTION), Err(NoTrack::Number));
    assert_eq!(smooth(&[plot(0.0, 0.0, 0.0, [[1.0, 2.0], [2.0, 1.0]])], MOTION), Err(NoTrack::Number));
    let still = Motion { q_m2_s3: 0.0, ..MOTION };
    assert_eq!(smooth(&[plot(0.0, 0.0, 0.0, round)], still), Err(NoTrack::Number));
}
