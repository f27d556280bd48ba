//! How long to wait before a source is connected again.
use std::time::Duration;

/// The wait after the first failure: a restarted server is there again soon.
pub const WAIT_FIRST: Duration = Duration::from_secs(1);

/// The longest wait: what was missed meanwhile is asked for, so more would only delay, and a dead server sees one
/// attempt a minute.
pub const WAIT_MAX: Duration = Duration::from_secs(60);

/// So long must packets have flowed before the next wait is the first again: a server that greets and drops is not asked
/// every second.
pub(super) const GOOD_AFTER: Duration = Duration::from_secs(60);

/// Waits that double from [`WAIT_FIRST`] to [`WAIT_MAX`], each drawn evenly between its half and its whole, so that
/// clients of a restarted server do not come all at once.
#[derive(Debug, Clone)]
pub(super) struct Backoff {
    next: Duration,
    random: u64,
}

impl Backoff {
    /// Draws by the seed: the same seed, the same waits.
    pub(super) fn new(seed: u64) -> Self {
        Self { next: WAIT_FIRST, random: seed }
    }

    /// The next wait.
    pub(super) fn wait(&mut self) -> Duration {
        let whole = self.next;
        self.next = (whole * 2).min(WAIT_MAX);
        let half = whole / 2;
        half + half.mul_f64(self.draw())
    }

    /// After a good connection the waits begin anew.
    pub(super) fn reset(&mut self) {
        self.next = WAIT_FIRST;
    }

    /// From 0 to less than 1: SplitMix64 (Steele, Lea, Flood 2014).
    fn draw(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_within_their_bounds() {
        for seed in 0..200 {
            let (mut backoff, mut again) = (Backoff::new(seed), Backoff::new(seed));
            for attempt in 0..12 {
                let whole = (WAIT_FIRST * (1 << attempt.min(10))).min(WAIT_MAX);
                let wait = backoff.wait();
                assert!(wait >= whole / 2 && wait <= whole, "{seed} {attempt}: {wait:?}");
                assert_eq!(wait, again.wait());
            }
            backoff.reset();
            assert!(backoff.wait() <= WAIT_FIRST);
        }
        let firsts: std::collections::BTreeSet<Duration> = (0..200).map(|seed| Backoff::new(seed).wait()).collect();
        assert!(firsts.len() > 190, "two clients wait differently");
    }
}
