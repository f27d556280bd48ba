//! Levels: how deep in a probability a density lies, and the density at a level.

/// The densities above which the given shares lie: everything at least as dense as the i-th holds the i-th share.
/// `items` are (mass, density), the densest first. If all of them together hold less, the least density of any.
pub(super) fn thresholds<const N: usize>(items: &[(f64, f64)], shares: [f64; N]) -> [f64; N] {
    shares.map(|share| {
        let mut sum = 0.0;
        let mut previous = items.first().map_or(0.0, |item| item.1);
        for (mass, density) in items {
            if sum + mass >= share {
                // Between the last density inside and the one before it, by the share of its mass that is needed.
                let part = ((share - sum) / mass).clamp(0.0, 1.0);
                return previous + part * (density - previous);
            }
            sum += mass;
            previous = *density;
        }
        previous
    })
}

/// The share of everything at least as dense as `density`. `items` are (mass, density).
pub(super) fn level(items: impl Iterator<Item = (f64, f64)>, density: f64) -> f64 {
    items.filter(|item| item.1 >= density).map(|item| item.0).sum::<f64>().clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEMS: [(f64, f64); 4] = [(0.5, 5.0), (0.3, 3.0), (0.1, 1.0), (0.1, 0.5)];

    #[test]
    fn thresholds_fall_as_the_share_grows() {
        let expected = [5.0, 4.0, 1.0, 0.5];
        for (found, expected) in thresholds(&ITEMS, [0.5, 0.65, 0.9, 1.5]).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }

    #[test]
    fn a_level_counts_what_is_denser() {
        assert!((level(ITEMS.into_iter(), 3.0) - 0.8).abs() < 1e-12);
        assert_eq!(level(ITEMS.into_iter(), 9.0), 0.0);
    }
}
