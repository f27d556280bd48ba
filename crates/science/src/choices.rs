//! Choices among owners, as sets of bits.

/// Every choice of so many of these owners, ascending.
pub(crate) fn choices(among: u32, count: u32) -> Vec<u32> {
    let owners: Vec<u32> = (0..u32::BITS).filter(|i| among >> i & 1 == 1).collect();
    // Owner by owner, the highest first: all choices so far, with how many were taken.
    let mut chosen: Vec<(u32, u32)> = vec![(0, 0)];
    for (left, owner) in owners.iter().enumerate().rev() {
        let grown = chosen.iter().flat_map(|(set, taken)| [(*set, *taken), (set | 1 << owner, taken + 1)]);
        chosen = grown.filter(|(_, taken)| *taken <= count && *taken as usize + left >= count as usize).collect();
    }
    chosen.into_iter().map(|(set, _)| set).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_stands_once_in_ascending_order() {
        for among in [0b1_u32, 0b1011, 0b11111, 0b1010_0110_0001] {
            for count in 0..=among.count_ones() {
                let plain: Vec<u32> =
                    (0..=among).filter(|set| set & !among == 0 && set.count_ones() == count).collect();
                assert_eq!(choices(among, count), plain, "{among:b} {count}");
            }
        }
        assert!(choices(0b11, 3).is_empty());
    }
}
