//! When an agreement is in force: what each party says, and when all say so.
//!
//! Truces on record were in force by one party's word and not by the other's. So each party has its own from and to; a verdict
//! is given only where all overlap, and elsewhere it is said that being in force is disputed.
use truceline_model::time::Interval;

/// What one party, or all of them together, say of when the agreement is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForceClaim {
    /// Whose words these are; none where the text was agreed by all.
    pub by: Option<String>,
    /// From when to when.
    pub interval: Interval,
    /// Where it was said.
    pub source: Option<String>,
}

/// The intervals within which every party says that it is in force: disjoint, ascending.
pub(super) fn agreed(parties: &[String], claims: &[ForceClaim]) -> Vec<Interval> {
    let of = |party: &String| {
        let own = claims.iter().filter(|claim| claim.by.as_ref().is_none_or(|by| by == party));
        joined(own.map(|claim| claim.interval).collect())
    };
    parties.iter().map(of).reduce(|all, own| common(&all, &own)).unwrap_or_default()
}

/// Intervals that touch or overlap, as one.
fn joined(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.sort_by_key(|interval| (interval.from, interval.to));
    let mut out: Vec<Interval> = Vec::new();
    for interval in intervals {
        match out.last_mut() {
            Some(last) if interval.from <= last.to => last.to = last.to.max(interval.to),
            _ => out.push(interval),
        }
    }
    out
}

/// What two lists of disjoint ascending intervals have in common.
fn common(a: &[Interval], b: &[Interval]) -> Vec<Interval> {
    let mut out = Vec::new();
    for one in a {
        for other in b {
            let both = Interval { from: one.from.max(other.from), to: one.to.min(other.to) };
            if both.from < both.to {
                out.push(both);
            }
        }
    }
    out.sort_by_key(|interval| interval.from);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use truceline_model::time::Time;

    fn claim(by: Option<&str>, from: i64, to: i64) -> ForceClaim {
        let interval = Interval { from: Time(from), to: Time(to) };
        ForceClaim { by: by.map(str::to_owned), interval, source: None }
    }

    fn parties() -> Vec<String> {
        vec!["Alpha".to_owned(), "Bravo".to_owned()]
    }

    #[test]
    fn only_what_all_say_is_agreed() {
        let found = agreed(&parties(), &[claim(Some("Alpha"), 0, 10), claim(Some("Bravo"), 4, 20)]);
        assert_eq!(found, [Interval { from: Time(4), to: Time(10) }]);
        assert!(agreed(&parties(), &[claim(Some("Alpha"), 0, 10)]).is_empty(), "the other says nothing");
        assert!(agreed(&parties(), &[claim(Some("Alpha"), 0, 4), claim(Some("Bravo"), 4, 20)]).is_empty());
        let joint = agreed(&parties(), &[claim(None, 0, 4), claim(Some("Alpha"), 2, 9), claim(Some("Bravo"), 3, 7)]);
        assert_eq!(joint, [Interval { from: Time(0), to: Time(7) }]);
    }

    proptest! {
        /// An instant is agreed if and only if each party has a claim that holds it; who is called what is of no matter.
        #[test]
        fn an_instant_is_agreed_if_each_says_so(
            claims in prop::collection::vec((0_u8..3, 0_i64..40, 1_i64..15), 0..8), at in 0_i64..60,
        ) {
            let of = |swap: bool| -> Vec<ForceClaim> {
                claims.iter().map(|(by, from, length)| {
                    let by = match (by, swap) { (0, _) => None, (1, false) | (2, true) => Some("Alpha"), _ => Some("Bravo") };
                    claim(by, *from, from + length)
                }).collect()
            };
            let found = agreed(&parties(), &of(false));
            prop_assert_eq!(&found, &agreed(&parties(), &of(true)));
            let holds = |interval: &Interval| interval.from.0 <= at && at < interval.to.0;
            let each = parties().iter().all(|party| {
                of(false).iter().any(|claim| claim.by.as_ref().is_none_or(|by| by == party) && holds(&claim.interval))
            });
            prop_assert_eq!(found.iter().any(holds), each);
            prop_assert!(found.windows(2).all(|pair| pair[0].to < pair[1].from || pair[0].to <= pair[1].from));
        }
    }
}
