//! Which found events are true ones. The rule is that of the peers' own scorer: a found event is true if at least 60 %
//! of its arrivals come from one true event, one to one, those with the most arrivals first.

use std::collections::{BTreeMap, BTreeSet};

/// The share of a found event's arrivals that must come from one true event.
const SHARE_MIN: f64 = 0.6;

/// Pairs of found and true events. `found` holds the rows of each, `truth` the true event of each row.
pub(super) fn pairs(found: &[Vec<usize>], truth: &[Option<usize>]) -> Vec<(usize, usize)> {
    let mut candidates = Vec::new();
    for (at, rows) in found.iter().enumerate() {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for event in rows.iter().filter_map(|row| truth.get(*row).copied().flatten()) {
            *counts.entry(event).or_default() += 1;
        }
        // Of equally frequent ones the first.
        let most = counts.iter().rev().max_by_key(|(_, count)| **count);
        if let Some((event, count)) = most.filter(|(_, count)| **count as f64 >= SHARE_MIN * rows.len() as f64) {
            candidates.push((*count, at, *event));
        }
    }
    candidates.sort_unstable_by(|a, b| b.cmp(a));
    let mut taken = BTreeSet::new();
    candidates.into_iter().filter(|(_, _, event)| taken.insert(*event)).map(|(_, at, event)| (at, event)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_one_with_the_most_arrivals_first() {
        let truth: Vec<Option<usize>> = [0, 0, 0, 0, 0, 1, 1, 9, 9, 9].map(|e| (e < 9).then_some(e)).to_vec();
        // Three of event 0; two of event 0; two of event 1 with one of clutter; clutter alone; half and half.
        let found = vec![vec![0, 1, 2], vec![3, 4], vec![5, 6, 7], vec![8, 9], vec![0, 9]];
        assert_eq!(pairs(&found, &truth), [(2, 1), (0, 0)].iter().rev().copied().collect::<Vec<_>>());
    }
}
