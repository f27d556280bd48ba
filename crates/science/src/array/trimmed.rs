//! The slowness of a plane wave although one element is wrong.
//!
//! # Algorithm
//! Least trimmed squares on the delays of pairs (J. W. Bishop, D. Fee and C. A. L. Szuberla, Geophysical Journal
//! International 221, 2020; P. J. Rousseeuw and K. Van Driessen, FAST-LTS, Data Mining and Knowledge Discovery 12,
//! 29-45, 2006): of m pairs the h with the least sum of squared residuals decide, h = m - (n - 1), so that all pairs of
//! one element can be left out. Starts are the slownesses of all triplets of elements (evenly chosen ones above
//! 2,300) instead of random pairs of pairs: one of them is clean, and the result is the same every time. From
//! each start concentration steps follow until the h pairs stay.
//!
//! Nothing is left out where the plane wave of all pairs fits and the delays close. Else a pair is *set aside* if its residual is above 2.5 times the scale (the trimmed sum's, made consistent for normal
//! errors, or the sigma of the delays, whichever is larger). If more than half of the pairs of one element are, and of
//! no other, the element is named and left out whole; else the wave is fitted again to the pairs that are left.
//!
//! # Limitation
//! Five elements are the fewest: of four, any three fit a wave exactly, so that a wrong clock or place can be any of
//! them.
//!
//! # Checked against
//! A wrong clock on each element in turn, an element that hears something else, and no wrong element at all
//! (`tests/array_delays.rs`).
use super::delays::{PairDelay, check, closes, sigma_rms_s, triplets_of};
use super::error::ArrayError;
use super::geometry::{Geometry, Pair, pair_index};
use super::slowness::{PlaneWave, plane_wave_of};

/// The fewest elements of which a wrong one can be named.
pub const ELEMENTS_MIN: usize = 5;

/// The most starts: all triplets of 25 elements.
const STARTS_MAX: usize = 2_300;

/// Concentration steps: each lowers the sum, and they end after some five.
const STEPS_MAX: usize = 50;

/// Residuals above this many times the scale are set aside: 1.2 % of normal errors.
const OUTLYING: f64 = 2.5;

/// A fit that tolerates one wrong element.
#[derive(Debug, Clone, PartialEq)]
pub struct Trimmed {
    /// The wave that fits what is left.
    pub wave: PlaneWave,
    /// The element that was left out, if one was wrong.
    pub wrong_element: Option<usize>,
    /// The pairs that were left out.
    pub set_aside: Vec<Pair>,
}

/// The plane wave that fits most pairs.
///
/// # Errors
/// If there are fewer than [`ELEMENTS_MIN`] elements or the delays are not those of all pairs in order.
pub fn trimmed(geometry: &Geometry, delays: &[PairDelay]) -> Result<Trimmed, ArrayError> {
    let n = geometry.elements();
    if n < ELEMENTS_MIN {
        return Err(ArrayError::count("the number of elements", n, "at least 5 to find a wrong one among them"));
    }
    check(n, delays)?;
    let all: Vec<usize> = (0..delays.len()).collect();
    let wave = plane_wave_of(geometry, delays, &all)?;
    if wave.fits() && closes(n, delays) {
        return Ok(Trimmed { wave, wrong_element: None, set_aside: Vec::new() });
    }
    let kept_count = delays.len() - (n - 1);
    let starts = n * (n - 1) * (n - 2) / 6;
    let stride = starts.div_ceil(STARTS_MAX);
    let mut best: Option<(f64, Vec<usize>)> = None;
    for [i, j, k] in triplets_of(n).step_by(stride) {
        let start = [(i, j), (i, k), (j, k)].map(|(first, second)| pair_index(n, Pair { first, second }));
        let Some((sum, kept)) = concentrated(geometry, delays, &start, kept_count) else { continue };
        if best.as_ref().is_none_or(|(least, _)| sum < *least) {
            best = Some((sum, kept));
        }
    }
    let (sum, kept) = match best {
        Some(best) => best,
        // Every triplet stands on a line: all pairs together do not, the geometry was checked.
        None => (f64::INFINITY, all),
    };
    let wave = plane_wave_of(geometry, delays, &kept)?;
    let raw_s = (sum / kept_count as f64).sqrt() * consistency(kept_count, delays.len());
    let sigma_s = sigma_rms_s(delays);
    // The places' sigma shows in pairs as the delays' does.
    let survey_s = std::f64::consts::SQRT_2 * geometry.survey_sigma_m() * super::small::norm(&wave.slowness_s_m);
    let floor_s = (sigma_s * sigma_s + survey_s * survey_s).sqrt();
    let scale_s = if raw_s > floor_s && raw_s.is_finite() { raw_s } else { floor_s };
    let residuals = residuals_s(geometry, delays, &wave.slowness_s_m);
    let outlying = |number: &usize| residuals[*number].abs() > OUTLYING * scale_s;
    let mut counts = vec![0; n];
    for number in (0..delays.len()).filter(|number| outlying(number)) {
        counts[delays[number].pair.first] += 1;
        counts[delays[number].pair.second] += 1;
    }
    let over: Vec<usize> = (0..n).filter(|element| 2 * counts[*element] > n - 1).collect();
    let wrong_element = if over.len() == 1 { Some(over[0]) } else { None };
    let holds = |pair: Pair| wrong_element.is_some_and(|wrong| pair.first == wrong || pair.second == wrong);
    let mut left: Vec<usize> =
        (0..delays.len()).filter(|number| !outlying(number) && !holds(delays[*number].pair)).collect();
    let wave = match wrong_element {
        Some(wrong) => {
            let rest = geometry.without(wrong);
            match rest {
                Ok(rest) => {
                    let renumbered = without(delays, wrong);
                    let number = |old: &usize| {
                        let pair = delays[*old].pair;
                        let less = |element: usize| element - usize::from(element > wrong);
                        pair_index(n - 1, Pair { first: less(pair.first), second: less(pair.second) })
                    };
                    let used: Vec<usize> = left.iter().map(number).collect();
                    plane_wave_of(&rest, &renumbered, &used)?
                }
                // The rest stand on a line: nothing can be left out.
                Err(_) => {
                    left = (0..delays.len()).collect();
                    plane_wave_of(geometry, delays, &left)?
                }
            }
        }
        None => plane_wave_of(geometry, delays, &left).or_else(|_| plane_wave_of(geometry, delays, &kept))?,
    };
    let set_aside =
        (0..delays.len()).filter(|number| !left.contains(number)).map(|number| delays[number].pair).collect();
    Ok(Trimmed { wave, wrong_element: wrong_element.filter(|_| left.len() < delays.len()), set_aside })
}

/// The delays without those of an element, elements after it renumbered.
pub(super) fn without(delays: &[PairDelay], element: usize) -> Vec<PairDelay> {
    let less = |other: usize| other - usize::from(other > element);
    delays
        .iter()
        .filter(|delay| delay.pair.first != element && delay.pair.second != element)
        .map(|delay| PairDelay {
            pair: Pair { first: less(delay.pair.first), second: less(delay.pair.second) },
            ..*delay
        })
        .collect()
}

/// Concentration steps from the slowness of some pairs: the least sum of squares of `count` pairs, and those pairs.
fn concentrated(geometry: &Geometry, delays: &[PairDelay], start: &[usize], count: usize) -> Option<(f64, Vec<usize>)> {
    let mut used = start.to_vec();
    let mut sum = f64::INFINITY;
    for _ in 0..STEPS_MAX {
        // A triplet fixes two components; three need more pairs, so the third starts at zero.
        let wave = plane_wave_of(geometry, delays, &used).ok();
        let slowness = match wave {
            Some(wave) => wave.slowness_s_m,
            None if used.len() == 3 => level_slowness(geometry, delays, &used)?,
            None => return None,
        };
        let residuals = residuals_s(geometry, delays, &slowness);
        let mut order: Vec<usize> = (0..delays.len()).collect();
        order.sort_by(|a, b| residuals[*a].abs().total_cmp(&residuals[*b].abs()).then(a.cmp(b)));
        order.truncate(count);
        let found: f64 = order.iter().map(|number| residuals[*number] * residuals[*number]).sum();
        order.sort_unstable();
        let stays = order == used;
        (used, sum) = (order, found);
        if stays {
            break;
        }
    }
    Some((sum, used))
}

/// The level slowness of three pairs.
fn level_slowness(geometry: &Geometry, delays: &[PairDelay], used: &[usize]) -> Option<[f64; 3]> {
    let mut normal = [0.0; 3];
    let mut right = [0.0; 2];
    for number in used {
        let x = geometry.baseline_m(delays[*number].pair);
        normal = [normal[0] + x[0] * x[0], normal[1] + x[0] * x[1], normal[2] + x[1] * x[1]];
        right = [right[0] + x[0] * delays[*number].delay_s, right[1] + x[1] * delays[*number].delay_s];
    }
    let inverse = super::small::inverse2(&normal)?;
    Some([inverse[0] * right[0] + inverse[1] * right[1], inverse[1] * right[0] + inverse[2] * right[1], 0.0])
}

fn residuals_s(geometry: &Geometry, delays: &[PairDelay], s: &[f64; 3]) -> Vec<f64> {
    let residual = |delay: &PairDelay| {
        let x = geometry.baseline_m(delay.pair);
        delay.delay_s - (s[0] * x[0] + s[1] * x[1] + s[2] * x[2])
    };
    delays.iter().map(residual).collect()
}

/// What the root mean square of the `kept` smallest of `all` normal errors is to be multiplied with to give their
/// standard deviation: 1 / sqrt(1 - 2 q phi(q) all / kept), q the normal quantile of (kept + all) / (2 all).
fn consistency(kept: usize, all: usize) -> f64 {
    let share = kept as f64 / all as f64;
    if share >= 1.0 {
        return 1.0;
    }
    // erf(q / sqrt 2) = share, by halving.
    let (mut low, mut high) = (0.0, 8.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if libm::erf(middle * std::f64::consts::FRAC_1_SQRT_2) < share {
            low = middle;
        } else {
            high = middle;
        }
    }
    let q = (low + high) / 2.0;
    let density = libm::exp(-q * q / 2.0) / std::f64::consts::TAU.sqrt();
    1.0 / (1.0 - 2.0 * q * density / share).sqrt()
}

#[cfg(test)]
mod tests {
    use super::consistency;

    #[test]
    fn trimmed_scales_are_consistent() {
        // Half of the normal errors, those below the quartile 0.6745: their variance is 0.1426.
        assert!((consistency(1_000, 2_000) - 1.0 / 0.142_650_f64.sqrt()).abs() < 1e-4, "{}", consistency(1_000, 2_000));
        assert_eq!(consistency(10, 10), 1.0);
    }
}
