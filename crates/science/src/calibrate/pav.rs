//! Monotone regression by pooling adjacent violators.
//!
//! # Algorithm
//! Pool adjacent violators (M. Ayer et al., *An empirical distribution function for sampling with incomplete information*,
//! Annals of Mathematical Statistics 26, 641-647, 1955): of all functions that do not fall with the score, the one of least
//! squared error to the outcomes. Scores that are equal are pooled first, so that their order is of no matter.
//!
//! # Checked against
//! scikit-learn 1.7.0, `IsotonicRegression` (values in the tests).

/// For each item the share of `true` that its pool has. Items are a score and an outcome; a score that is no number sorts
/// after all others.
#[must_use]
pub fn pooled_shares(items: &[(f64, bool)]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|a, b| items[*a].0.total_cmp(&items[*b].0).then(a.cmp(b)));
    // Pools: outcomes that are true, items.
    let mut pools: Vec<(u64, u64)> = Vec::new();
    let mut from = 0;
    while from < order.len() {
        let score = items[order[from]].0;
        let to = from + order[from..].iter().take_while(|i| items[**i].0.total_cmp(&score).is_eq()).count();
        let yes = order[from..to].iter().filter(|i| items[**i].1).count() as u64;
        let mut pool = (yes, (to - from) as u64);
        // The pool before has at least this one's share: exact in integers.
        while let Some(before) = pools.last()
            && u128::from(before.0) * u128::from(pool.1) >= u128::from(pool.0) * u128::from(before.1)
        {
            pool = (pool.0 + before.0, pool.1 + before.1);
            pools.pop();
        }
        pools.push(pool);
        from = to;
    }
    let mut shares = vec![0.0; items.len()];
    let mut at = 0;
    for (yes, count) in pools {
        for i in &order[at..at + count as usize] {
            shares[*i] = yes as f64 / count as f64;
        }
        at += count as usize;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_reference_values() {
        // IsotonicRegression().fit_transform([1, 2, 3, 4, 5, 6, 6, 8], [0, 1, 0, 0, 1, 0, 1, 1])
        let outcomes = [false, true, false, false, true, false, true, true];
        let items: Vec<(f64, bool)> = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 6.0, 8.0].into_iter().zip(outcomes).collect();
        let third = 1.0 / 3.0;
        let expected = [0.0, third, third, third, 2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 1.0];
        for (own, expected) in pooled_shares(&items).into_iter().zip(expected) {
            assert!((own - expected).abs() < 1e-12, "{own} {expected}");
        }
    }

    proptest! {
        /// It never falls with the score, keeps the sum of outcomes, and asks nothing of the items' order.
        #[test]
        fn monotone_and_true_to_the_sum(items in prop::collection::vec((0u8..20, any::<bool>()), 0..60)) {
            let items: Vec<(f64, bool)> = items.into_iter().map(|(score, yes)| (f64::from(score), yes)).collect();
            let shares = pooled_shares(&items);
            for (i, a) in items.iter().enumerate() {
                for (j, b) in items.iter().enumerate() {
                    prop_assert!(a.0 > b.0 || shares[i] <= shares[j] + 1e-12);
                }
            }
            let yes = items.iter().filter(|item| item.1).count() as f64;
            prop_assert!((shares.iter().sum::<f64>() - yes).abs() < 1e-9);
            let reversed: Vec<(f64, bool)> = items.iter().rev().copied().collect();
            let again: Vec<f64> = pooled_shares(&reversed).into_iter().rev().collect();
            prop_assert_eq!(shares, again);
        }
    }
}
