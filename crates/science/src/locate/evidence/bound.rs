//! The Cramer-Rao bound at the most probable place.
use super::super::solution::Covariance;
use super::likelihood::Scratch;
use super::problem::Problem;
use crate::bounds::Information;

/// Deviation in the plane over the bound's. Outliers at this place do not inform the bound.
pub(super) fn ratio(problem: &Problem, scratch: &mut Scratch, covariance: &Covariance) -> Option<f64> {
    let (top_m, bottom_m) = problem.depths_m;
    let deep = bottom_m > top_m;
    let unknowns = problem.unknowns();
    let first = 2 + usize::from(deep);
    let mut information = Information::new(first + unknowns)?;
    match problem.precision.as_ref().filter(|_| !problem.times.is_empty()) {
        None => {
            for unknown in usize::from(!problem.times.is_empty())..unknowns {
                information.add_prior(first + unknown, 1.0);
            }
        }
        Some(precision) => {
            for row in precision.rows(unknowns)? {
                let mut derivative = vec![0.0; first];
                derivative.extend(row);
                information.add(&derivative, 1.0);
            }
        }
    }
    if deep {
        information.add_prior(2, problem.depth_sigma_m());
    }
    if !problem.times.is_empty() {
        let mode = problem.mode(scratch);
        for (i, (term, path)) in problem.times.iter().zip(&scratch.paths).enumerate() {
            let (_, _, fits) = problem.residual(i, path, &mode.unknowns);
            if fits < 0.5 {
                continue;
            }
            let sight = &scratch.sights[term.stand];
            let mut derivative = vec![path.per_distance * sight.east, path.per_distance * sight.north];
            if deep {
                derivative.push(path.per_depth);
            }
            derivative.extend_from_slice(&problem.derivative(i, path)[..unknowns]);
            information.add(&derivative, path.variance_s2.sqrt());
        }
    }
    for term in &problem.bearings {
        let sight = &scratch.sights[term.stand];
        information.add_bearing((sight.east, sight.north), sight.distance_m.max(1.0), term.variance_rad2.sqrt());
    }
    for term in &problem.fixes {
        information.add(&[1.0, 0.0], term.sigma_m);
        information.add(&[0.0, 1.0], term.sigma_m);
    }
    for term in &problem.ranges {
        let sight = &scratch.sights[term.stand];
        let soft_m = problem.priors.range_softness * sight.distance_m;
        let width_m = term.most_m - term.least_m;
        information.add(&[sight.east, sight.north], (soft_m * soft_m + width_m * width_m / 12.0).sqrt());
    }
    let bound = information.bound()?;
    Some((covariance.east_m2 + covariance.north_m2).sqrt() / bound.sigma_m())
}
