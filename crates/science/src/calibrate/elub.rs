//! How far a likelihood ratio may go that was checked on so many items: the empirical bounds.
//!
//! # Algorithm
//! Empirical lower and upper bounds (P. Vergeer et al., *Numerical likelihood ratios outputted by LR systems are often based
//! on extrapolation: when to stop extrapolating?*, Science and Justice 56, 482-491, 2016). Whoever decides for A from a ratio
//! of `t` on pays `1` for each A that is missed and `t` for each B that is taken for A; without the system the lesser of 1
//! and `t`. To each kind one item is added that misleads without bound: as many as could have gone unseen. The bounds are
//! the ends of the stretch of `t` about one within which the system still costs less than none.
use super::sorted_ln_ratios;

/// Bounds on ln LR, the lower first; both 0 where the set supports no statement at all.
///
/// Items are natural logarithms of likelihood ratios of A against B, each with whether A is true. `None` without items of
/// both kinds, or if one is no number.
#[must_use]
pub fn bounds(items: &[(f64, bool)]) -> Option<(f64, f64)> {
    let (a, b) = (sorted_ln_ratios(items, true)?, sorted_ln_ratios(items, false)?);
    // What the costs are just at, below and above each ratio: they change nowhere else but by t itself, so each stretch is
    // looked at from its end that is nearer to one.
    let missed = |ln_t: f64| (1 + a.partition_point(|ratio| *ratio < ln_t)) as f64 / (a.len() + 1) as f64;
    let taken = |ln_t: f64| (1 + b.len() - b.partition_point(|ratio| *ratio < ln_t)) as f64 / (b.len() + 1) as f64;
    // The greatest ln t at and above 0 with missed + t taken < 1: within a stretch both shares are constant.
    let upper = {
        let mut edges: Vec<f64> = a.iter().chain(&b).copied().filter(|ratio| *ratio > 0.0).collect();
        edges.sort_by(f64::total_cmp);
        edges.push(f64::INFINITY);
        let mut from = 0.0_f64;
        let mut upper = 0.0;
        for edge in edges {
            // Just above `from` up to and with `edge` the shares are those at `edge`.
            let end = libm::log((1.0 - missed(edge)) / taken(edge));
            if end <= from {
                break;
            }
            upper = end.min(edge);
            if end < edge {
                break;
            }
            from = edge;
        }
        upper
    };
    let lower = {
        let mut edges: Vec<f64> = a.iter().chain(&b).copied().filter(|ratio| *ratio < 0.0).collect();
        edges.sort_by(|one, other| other.total_cmp(one));
        edges.push(f64::NEG_INFINITY);
        let mut from = 0.0_f64;
        let mut lower = 0.0;
        for edge in edges {
            // Just above `edge` up to and with `from` the shares are those at `from`: missed < t (1 - taken).
            let end = libm::log(missed(from) / (1.0 - taken(from)));
            if end >= from {
                break;
            }
            lower = end.max(edge);
            if end > edge {
                break;
            }
            from = edge;
        }
        lower
    };
    Some((lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hundred of each, all told apart without fail: one unseen in 101 could mislead, so ratios go to about a hundred.
    #[test]
    fn a_perfect_set_supports_its_size() {
        let items: Vec<(f64, bool)> =
            (0..100).flat_map(|i| [(20.0 + f64::from(i), true), (-20.0 - f64::from(i), false)]).collect();
        let (lower, upper) = bounds(&items).unwrap();
        assert!((libm::exp(upper) - 100.0).abs() < 1e-9, "{}", libm::exp(upper));
        assert!((libm::exp(-lower) - 100.0).abs() < 1e-9, "{}", libm::exp(-lower));
    }

    #[test]
    fn a_set_that_says_nothing_supports_nothing() {
        let items: Vec<(f64, bool)> = (0..50).flat_map(|_| [(3.0, true), (3.0, false)]).collect();
        assert_eq!(bounds(&items), Some((0.0, 0.0)));
        assert_eq!(bounds(&[(0.0, true)]), None);
    }

    /// Swapping A and B mirrors the bounds, up to which side a ratio that stands at the threshold itself goes.
    #[test]
    fn the_sides_are_alike() {
        let items: Vec<(f64, bool)> = (0..400)
            .map(|i| (f64::from(i % 37) * 0.4 - 5.0 + if i % 3 == 0 { 2.0 } else { 0.0 }, i % 3 == 0))
            .collect();
        let mirrored: Vec<(f64, bool)> = items.iter().map(|(ratio, is_a)| (-ratio, !is_a)).collect();
        let ((low, high), (other_low, other_high)) = (bounds(&items).unwrap(), bounds(&mirrored).unwrap());
        assert!(
            (low + other_high).abs() < 1e-9 && (high + other_low).abs() < 1e-9,
            "{low} {high} {other_low} {other_high}"
        );
    }
}
