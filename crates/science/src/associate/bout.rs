//! Which events follow each other from one place: rounds of a salvo, which say together what one of them says.
use super::small::N;

/// Events so near to each other and so soon after are of one salvo, m and s: its rounds scatter by some hundred metres and follow each
/// other within a minute. In a town no place is so wide: there it is as wide as a common place (`density.rs`).
const NEAR_M: f64 = 2_000.0;
const SOON_S: f64 = 120.0;

/// The number of each event's salvo: that of the first of its events, to which all are linked by those between.
pub(super) fn of(spots: &[[f64; N]], common_m: f64) -> Vec<usize> {
    let near_m = NEAR_M.min(common_m);
    let mut order: Vec<usize> = (0..spots.len()).collect();
    order.sort_by(|a, b| spots[*a][0].total_cmp(&spots[*b][0]).then(a.cmp(b)));
    let mut bouts: Vec<usize> = (0..spots.len()).collect();
    for (at, &later) in order.iter().enumerate() {
        let spot = spots[later];
        let mut soon = order[..at].iter().rev().take_while(|earlier| spot[0] - spots[**earlier][0] <= SOON_S);
        let near =
            |earlier: &&usize| libm::hypot(spots[**earlier][1] - spot[1], spots[**earlier][2] - spot[2]) <= near_m;
        if let Some(&earlier) = soon.find(near) {
            bouts[later] = bouts[earlier];
        }
    }
    bouts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_from_one_place_are_of_one_salvo() {
        let rounds = (0..4).map(|round| [100.0 * f64::from(round), 50.0 * f64::from(round), 0.0, 0.0]);
        let elsewhere = (0..4).map(|round| [100.0 * f64::from(round) + 5.0, 9_000.0, 0.0, 0.0]);
        let later = [[900.0, 0.0, 0.0, 0.0]];
        let spots: Vec<[f64; N]> = rounds.chain(elsewhere).chain(later).collect();
        assert_eq!(of(&spots, 5_000.0), [0, 0, 0, 0, 4, 4, 4, 4, 8]);
        assert_eq!(of(&spots, 40.0), [0, 1, 2, 3, 4, 4, 4, 4, 8]);
    }
}
