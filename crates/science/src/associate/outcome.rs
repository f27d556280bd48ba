//! What one stretch of time gave.
use super::inconsistent::Inconsistent;
use super::leave_out::LeftOut;
use super::model::Learnt;
use super::sweep::Live;

/// What one stretch gave: events in order of time, with what belongs to each.
pub(super) struct Outcome {
    pub live: Vec<Live>,
    /// Of each event the odds that it is another one's echo, or made of others' measurements, to that it is real.
    pub other_odds: Vec<f64>,
    pub learnt: Learnt,
    /// Sensors that contradict the others.
    pub inconsistent: Vec<Inconsistent>,
    /// What is left of each event without each of its owners, if that was asked for.
    pub left_out: Vec<Vec<LeftOut>>,
}

impl Outcome {
    pub(super) fn in_order_of_time(self) -> Self {
        let Self { live, other_odds, left_out, learnt, inconsistent } = self;
        let mut events: Vec<(Live, f64, Vec<LeftOut>)> = live
            .into_iter()
            .zip(other_odds)
            .zip(left_out)
            .map(|((live, odds), left_out)| (live, odds, left_out))
            .collect();
        events.sort_by(|(a, ..), (b, ..)| a.fitted.spot[0].total_cmp(&b.fitted.spot[0]));
        let mut sorted = Self { live: Vec::new(), other_odds: Vec::new(), left_out: Vec::new(), learnt, inconsistent };
        for (live, odds, left_out) in events {
            sorted.live.push(live);
            sorted.other_odds.push(odds);
            sorted.left_out.push(left_out);
        }
        sorted
    }
}
