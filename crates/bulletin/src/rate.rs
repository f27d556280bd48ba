//! Rates: events per hour observed, with what chance alone leaves open.

/// Half of what lies outside of the 95 % interval.
const OUTSIDE: f64 = 0.025;
/// Up to so many events the limits are exact; beyond them the approximation is within 0.1 %.
const EXACT_MAX: u32 = 100;
/// The normal quantile of 0.975.
const Z: f64 = 1.959_963_985;
/// Halvings of the interval in which a limit is sought: to 1e-12 of it.
const HALVINGS: usize = 50;

/// The 95 % confidence limits of the mean of a Poisson count.
///
/// # Algorithm
/// F. Garwood, *Fiducial limits for the Poisson distribution* (1936), by halving, up to 100 events; beyond, the cube-root
/// approximation of E. B. Wilson and M. M. Hilferty (1931). Checked against Garwood's table.
#[must_use]
pub fn limits(events: u32) -> (f64, f64) {
    let n = f64::from(events);
    if events > EXACT_MAX {
        let limit = |n: f64, z: f64| {
            let root = 1.0 - 1.0 / (9.0 * n) + z / (3.0 * n.sqrt());
            n * root * root * root
        };
        return (limit(n, -Z), limit(n + 1.0, Z));
    }
    // The probability of so many or fewer falls as the mean grows.
    let mean_at = |events: u32, p: f64| {
        let (mut low, mut high) = (0.0, 2.0 * f64::from(EXACT_MAX));
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if at_most(events, middle) > p { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    };
    let low = if events == 0 { 0.0 } else { mean_at(events - 1, 1.0 - OUTSIDE) };
    (low, mean_at(events, OUTSIDE))
}

/// The probability of so many events or fewer.
fn at_most(events: u32, mean: f64) -> f64 {
    let mut term = libm::exp(-mean);
    let mut sum = term;
    for k in 1..=events {
        term *= mean / f64::from(k);
        sum += term;
    }
    sum
}

/// Events per ten hours with their limits; none where no hour was observed.
#[must_use]
pub fn per_ten_hours(events: usize, hours_tenths: u64) -> Option<String> {
    if hours_tenths == 0 {
        return None;
    }
    let events = u32::try_from(events).unwrap_or(u32::MAX);
    let (low, high) = limits(events);
    let per = |count: f64| format!("{:.2}", 100.0 * count / hours_tenths as f64);
    Some(format!("{} ({}\u{2013}{}) / 10 h", per(f64::from(events)), per(low), per(high)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From Garwood's table.
    #[test]
    fn limits_are_those_of_the_table() {
        for (events, low, high) in
            [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904), (50, 37.1110, 65.9188)]
        {
            let found = limits(events);
            assert!((found.0 - low).abs() < 1e-4 && (found.1 - high).abs() < 1e-4, "{events}: {found:?}");
        }
        // No step where the approximation begins.
        let (exact, near) = (limits(100), limits(101));
        assert!(near.0 > exact.0 && near.0 - exact.0 < 1.1 && near.1 > exact.1 && near.1 - exact.1 < 1.1);
    }

    #[test]
    fn without_hours_there_is_no_rate() {
        assert_eq!(per_ten_hours(3, 0), None);
        assert_eq!(per_ten_hours(1, 100).unwrap(), "1.00 (0.03\u{2013}5.57) / 10 h");
        assert_eq!(per_ten_hours(0, 240).unwrap(), "0.00 (0.00\u{2013}1.54) / 10 h");
    }
}
