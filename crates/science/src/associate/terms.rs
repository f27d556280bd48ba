//! What a path adds to a travel time, known from other events that came nearly the same way: source-specific station terms.
//!
//! # Model
//! What is in doubt of a travel time beside the onset belongs to the path, and paths from sources near each other differ alike, the
//! air's for as long as its eddies take to drift by. Of another event at distance d and time t from this one a share
//! `rho = e^(-d / L - t / T)` of the path's variance is common. With residuals r_j of the others at a channel, each with what is its own
//! `v_j = (1 - rho_j) P + onset's`, the term is `sum r_j / v_j / (1 / (rho P) + sum 1 / v_j)`, P the variance of the path and rho the largest;
//! what is left in doubt is the inverse of the same sum and `(1 - rho) P` (K. B. Richards-Dinger and P. M. Shearer, JGR 105,
//! 10939-10960, 2000, with a prior instead of a mean).
use super::fit::{Fitted, Scene};
use super::region::sight;
use super::small::{N, exp};

/// How far common paths reach, m: as the boundary layer is high.
const COMMON_M: f64 = 1_500.0;

/// And for how long, s: what drifts by with some m/s.
const COMMON_S: f64 = 150.0;

/// Less than such a share in common is none.
const SHARE_MIN: f64 = 0.1;

/// By channel what is added to the travel time, and what is left in doubt of the path, s and s2.
#[derive(Debug, Clone)]
pub(super) struct Terms(Vec<Option<(f64, f64)>>);

impl Terms {
    pub(super) fn of(&self, channel: usize) -> Option<(f64, f64)> {
        self.0[channel]
    }
}

impl Scene<'_> {
    /// The terms of an event at a spot by what others had; none where there are no others near.
    pub(super) fn terms<'b>(&self, spot: &[f64; N], others: impl Iterator<Item = &'b Fitted>) -> Option<Terms> {
        let plain = Scene { terms: None, ..*self };
        // By channel the largest share, the sum of weights and that of weighted residuals.
        let mut sums: Vec<[f64; 3]> = vec![[0.0; 3]; self.network.channels.len()];
        let mut is_any = false;
        for other in others {
            let apart_s = (other.spot[0] - spot[0]).abs();
            if apart_s > -libm::log(SHARE_MIN) * COMMON_S {
                continue;
            }
            let apart_m = libm::hypot(other.spot[1] - spot[1], other.spot[2] - spot[2]);
            let share = exp(-apart_m / COMMON_M - apart_s / COMMON_S);
            if share < SHARE_MIN {
                continue;
            }
            for (pick, _) in &other.members {
                let number = self.picks.all[*pick as usize].channel as usize;
                let channel = self.network.channels[number];
                let fast = &self.model.classes[channel.class as usize];
                if fast.relative2 == 0.0 || fast.secondary.is_some() {
                    continue;
                }
                let (weight, _, residual_s) = plain.row(&other.spot, *pick as usize);
                let place = &self.network.places[channel.sensor as usize];
                let (r, _) = sight(place, &other.spot, self.region.rows);
                let travel_s = r * fast.slowness(place, &other.spot, r);
                let path_s2 = fast.relative2 * travel_s * travel_s;
                let own_s2 = (1.0 / weight - share * path_s2).max(1e-6);
                let [most, weights, pulls] = &mut sums[number];
                *most = most.max(share);
                *weights += 1.0 / own_s2;
                *pulls += residual_s / own_s2;
                is_any = true;
            }
        }
        let term = |(number, [share, weights, pulls]): (usize, &[f64; 3])| {
            if *weights == 0.0 {
                return None;
            }
            let channel = self.network.channels[number];
            let fast = &self.model.classes[channel.class as usize];
            let place = &self.network.places[channel.sensor as usize];
            let (r, _) = sight(place, spot, self.region.rows);
            let travel_s = r * fast.slowness(place, spot, r);
            let path_s2 = fast.relative2 * travel_s * travel_s;
            let precision = 1.0 / (share * path_s2).max(1e-9) + weights;
            Some((pulls / precision, (1.0 - share) * path_s2 + 1.0 / precision))
        };
        is_any.then(|| Terms(sums.iter().enumerate().map(term).collect()))
    }
}
