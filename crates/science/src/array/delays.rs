//! Delays between the elements of an array.
use super::error::{ArrayError, Kind};
use super::geometry::{Pair, pair_index, pairs_of};

/// How much later a wave came to the second element of a pair than to the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairDelay {
    /// The elements.
    pub pair: Pair,
    /// The delay, s: arrival at the second element less arrival at the first.
    pub delay_s: f64,
    /// Its standard deviation, s.
    pub sigma_s: f64,
    /// Height of the correlation there: 1 for equal waveforms, about 0 for noise.
    pub height: f64,
    /// Height of the next lower maximum of the correlation over this one's; 0 where there is none. Near 1 the delay
    /// may be a period off.
    pub rival: f64,
}

/// That the delays are those of all pairs of `elements` in order, and finite.
pub(super) fn check(elements: usize, delays: &[PairDelay]) -> Result<(), ArrayError> {
    let pairs = elements * (elements - 1) / 2;
    if delays.len() != pairs {
        return Err(ArrayError::count("the number of delays", delays.len(), "one for each pair of elements"));
    }
    for (number, (delay, pair)) in delays.iter().zip(pairs_of(elements)).enumerate() {
        let wrong = |what| Err(ArrayError(Kind::Pair { number, what }));
        if delay.pair != pair {
            return wrong("it is out of order, expected (0, 1), (0, 2), ... (1, 2), ...");
        }
        if !(delay.delay_s.abs() < 1e9 && delay.sigma_s >= 0.0 && delay.sigma_s < 1e9) {
            return wrong("its delay or sigma is not a number, expected seconds below 1e9");
        }
    }
    Ok(())
}

/// The closure of three elements: t_ij + t_jk - t_ik, s. Zero for delays that come from arrival times.
pub(super) fn closure_s(delays_s: &[f64], elements: usize, [i, j, k]: [usize; 3]) -> f64 {
    let at = |first, second| delays_s[pair_index(elements, Pair { first, second })];
    at(i, j) + at(j, k) - at(i, k)
}

/// All triplets in order.
pub(super) fn triplets_of(elements: usize) -> impl Iterator<Item = [usize; 3]> {
    (0..elements).flat_map(move |i| (i + 1..elements).flat_map(move |j| (j + 1..elements).map(move |k| [i, j, k])))
}

/// Cansi's *consistency* of the delays of all pairs: the root mean square of the closures of all triplets, s
/// (Y. Cansi, Geophysical Research Letters 22, 1021-1024, 1995).
///
/// # Errors
/// If the delays are not those of all pairs in order.
pub fn consistency_s(elements: usize, delays: &[PairDelay]) -> Result<f64, ArrayError> {
    check(elements, delays)?;
    let delays_s: Vec<f64> = delays.iter().map(|delay| delay.delay_s).collect();
    Ok(consistency_of(&delays_s, elements))
}

pub(super) fn consistency_of(delays_s: &[f64], elements: usize) -> f64 {
    let (mut sum, mut count) = (0.0, 0_u32);
    for triplet in triplets_of(elements) {
        let closure = closure_s(delays_s, elements, triplet);
        sum += closure * closure;
        count += 1;
    }
    (sum / f64::from(count.max(1))).sqrt()
}

/// The arrival time at each element that fits the delays of all pairs best, s; their mean is zero. The least-squares
/// solution for equal weights is the mean of an element's delays.
///
/// # Errors
/// If the delays are not those of all pairs in order.
pub fn element_times_s(elements: usize, delays: &[PairDelay]) -> Result<Vec<f64>, ArrayError> {
    check(elements, delays)?;
    let mut times = vec![0.0; elements];
    for delay in delays {
        times[delay.pair.second] += delay.delay_s / elements as f64;
        times[delay.pair.first] -= delay.delay_s / elements as f64;
    }
    Ok(times)
}

/// Closures above this many times their sigma are no noise.
const CLOSURE_SIGMAS: f64 = 4.0;

/// Whether closures are no larger than the sigmas of three delays let expect, were none of it the elements' own.
pub(super) fn closes(elements: usize, delays: &[PairDelay]) -> bool {
    let delays_s: Vec<f64> = delays.iter().map(|delay| delay.delay_s).collect();
    consistency_of(&delays_s, elements) <= CLOSURE_SIGMAS * 3.0_f64.sqrt() * sigma_rms_s(delays)
}

/// The root mean square of the delays' sigmas, s.
pub(super) fn sigma_rms_s(delays: &[PairDelay]) -> f64 {
    (delays.iter().map(|delay| delay.sigma_s * delay.sigma_s).sum::<f64>() / delays.len().max(1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delay(first: usize, second: usize, delay_s: f64) -> PairDelay {
        PairDelay { pair: Pair { first, second }, delay_s, sigma_s: 0.001, height: 1.0, rival: 0.0 }
    }

    #[test]
    fn delays_of_arrival_times_close_and_give_them_back() {
        let times = [0.3, -0.1, -0.4, 0.2];
        let delays: Vec<PairDelay> =
            pairs_of(4).map(|p| delay(p.first, p.second, times[p.second] - times[p.first])).collect();
        assert!(consistency_s(4, &delays).unwrap() < 1e-15);
        for (found, time) in element_times_s(4, &delays).unwrap().iter().zip(times) {
            assert!((found - time).abs() < 1e-15);
        }
        let mut off = delays.clone();
        off[2].delay_s += 0.06;
        // Two of the four triplets hold the pair.
        assert!((consistency_s(4, &off).unwrap() - 0.06 / 2.0_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn delays_out_of_order_or_missing_are_refused() {
        let delays = [delay(0, 1, 0.0), delay(0, 2, 0.0), delay(1, 2, 0.0)];
        assert!(consistency_s(4, &delays).unwrap_err().to_string().contains("the number of delays is 3"));
        let swapped = [delays[1], delays[0], delays[2]];
        assert!(element_times_s(3, &swapped).unwrap_err().to_string().contains("pair 0: it is out of order"));
        let mut nan = delays;
        nan[1].sigma_s = f64::NAN;
        assert!(consistency_s(3, &nan).unwrap_err().to_string().contains("pair 1"));
    }
}
