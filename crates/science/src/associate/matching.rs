//! Who gets which measurement of one channel, and what the others lose if one is taken away.
//!
//! # Algorithm
//! Events and measurements of a channel are two sides of an assignment problem: an event has one measurement at most, a
//! measurement one event, and the sum of what the events gain is to be greatest. An auction solves it (D. P. Bertsekas,
//! *A distributed algorithm for the assignment problem*, 1979): events without a measurement bid for the one that is
//! worth most to them after its price, up to what the next best is worth, and [`STEP`] more. The sum is within
//! [`STEP`] for each event of the greatest.
//!
//! Then of each measurement the greatest price at which nobody would change: what its event would lose without it, less
//! the best that it would find instead, which another may have to give up: `p_i = v_ei - max(0, max_j (v_ej - p_j))`.
//! That is what all events together would lose without it (L. S. Shapley and M. Shubik, *The assignment game I: The
//! core*, International Journal of Game Theory 1, 111-130, 1972). An event that is yet to be found pays this price.
use super::network::NONE;

/// Of bids, nats. Far less than what tells one sharing from another.
const STEP: f64 = 0.01;

/// Passes over the prices: so many changes of hands in a row are followed.
const PASSES: usize = 6;

/// What an event would gain by a measurement of the channel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim {
    pub event: u32,
    pub pick: u32,
    pub gain: f64,
}

/// Room for the channels, reused.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Where the claims of each event begin, and one past the last.
    start: Vec<u32>,
    /// Of each event the claim that won.
    won: Vec<u32>,
    waiting: Vec<u32>,
    price: Vec<f64>,
    wanted: Vec<(f64, u32)>,
    /// Of each measurement the event that has it.
    owner: Vec<u32>,
}

/// What a measurement is worth.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Worth {
    /// What all events would lose without it, nats.
    pub price: f64,
    /// What the others would gain if its event gave it away, nats, and which of them gains most.
    pub wanted: f64,
    pub by: u32,
}

/// Shares the measurements from `first` on to `end` of a channel. Claims are in order of their events and have gains
/// above zero. Gives each claim that won, and what its measurement is worth. What two of which `own` says that they are
/// one's would take from each other is nothing that another wants.
pub(super) fn matching(
    scratch: &mut Scratch,
    claims: &[Claim],
    (first, end): (usize, usize),
    own: impl Fn(u32, u32) -> bool,
    mut won: impl FnMut(&Claim, Worth),
) {
    let Scratch { start, won: best, waiting, price, wanted, owner } = scratch;
    start.clear();
    for (i, claim) in claims.iter().enumerate() {
        if i == 0 || claims[i - 1].event != claim.event {
            start.push(i as u32);
        }
    }
    let events = start.len();
    start.push(claims.len() as u32);
    best.clear();
    best.resize(events, NONE);
    owner.clear();
    owner.resize(end - first, NONE);
    price.clear();
    price.resize(end - first, 0.0);
    let of = |event: u32| start[event as usize] as usize..start[event as usize + 1] as usize;
    waiting.clear();
    waiting.extend((0..events as u32).rev());
    // It ends: a price rises by a step at least and never above the greatest gain.
    while let Some(event) = waiting.pop() {
        // To hear nothing is worth zero.
        let (mut top, mut next, mut which) = (0.0, 0.0, None);
        for i in of(event) {
            let worth = claims[i].gain - price[claims[i].pick as usize - first];
            if worth > top {
                (top, next, which) = (worth, top, Some(i));
            } else if worth > next {
                next = worth;
            }
        }
        let Some(i) = which else { continue };
        let pick = claims[i].pick as usize - first;
        price[pick] += top - next + STEP;
        if owner[pick] != NONE {
            best[owner[pick] as usize] = NONE;
            waiting.push(owner[pick]);
        }
        owner[pick] = event;
        best[event as usize] = i as u32;
    }
    // What bids left is somewhere between what others would give and what nobody would.
    price.fill(0.0);
    for event in (0..events).filter(|event| best[*event] != NONE) {
        let claim = &claims[best[event] as usize];
        price[claim.pick as usize - first] = claim.gain;
    }
    for _ in 0..PASSES {
        let mut moved = false;
        for event in (0..events).filter(|event| best[*event] != NONE) {
            let own = best[event] as usize;
            let others = of(event as u32).filter(|i| *i != own);
            let instead = others.map(|i| claims[i].gain - price[claims[i].pick as usize - first]).fold(0.0, f64::max);
            let at = &mut price[claims[own].pick as usize - first];
            let lower = (claims[own].gain - instead).max(0.0);
            if lower < *at - STEP {
                *at = lower;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    // The other way round: what others would pay, the best of those who are not its event.
    wanted.clear();
    wanted.resize(end - first, (0.0, NONE));
    let has = |pick: usize| claims.get(*best.get(owner[pick] as usize)? as usize).map(|claim| claim.event);
    for _ in 0..PASSES {
        let mut moved = false;
        for (event, won) in best.iter().copied().enumerate() {
            let now = claims.get(won as usize).map_or(0.0, |claim| claim.gain - wanted[claim.pick as usize - first].0);
            for i in of(event as u32).filter(|i| *i as u32 != won) {
                if has(claims[i].pick as usize - first).is_some_and(|other| own(other, claims[i].event)) {
                    continue;
                }
                let at = &mut wanted[claims[i].pick as usize - first];
                let more = claims[i].gain - now;
                if more > at.0 + STEP {
                    *at = (more, claims[i].event);
                    moved = true;
                }
            }
        }
        if !moved {
            break;
        }
    }
    for event in (0..events).filter(|event| best[*event] != NONE) {
        let claim = &claims[best[event] as usize];
        let (wanted, by) = wanted[claim.pick as usize - first];
        won(claim, Worth { price: price[claim.pick as usize - first], wanted: wanted.min(claim.gain), by });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The greatest sum of gains of the events in `events`, without one measurement, by trying all.
    fn greatest(gains: &[Vec<f64>], events: &[usize], without: Option<usize>, taken: u32) -> f64 {
        let Some((event, rest)) = events.split_first() else { return 0.0 };
        let mut best = greatest(gains, rest, without, taken);
        for (pick, gain) in gains[*event].iter().enumerate() {
            if *gain > 0.0 && taken & (1 << pick) == 0 && without != Some(pick) {
                best = best.max(gain + greatest(gains, rest, without, taken | 1 << pick));
            }
        }
        best
    }

    /// Sum, price and what others would pay are those that trying all sharings gives.
    #[test]
    fn as_trying_all() {
        const FIRST: usize = 7;
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as f64 / f64::from(1_u32 << 31)
        };
        for _ in 0..500 {
            let (events, picks) = (1 + (next() * 5.0) as usize, 1 + (next() * 5.0) as usize);
            let gains: Vec<Vec<f64>> =
                (0..events).map(|_| (0..picks).map(|_| (10.0 * next() - 4.0).max(0.0)).collect()).collect();
            let mut claims = Vec::new();
            for (event, of) in gains.iter().enumerate() {
                for (pick, gain) in of.iter().enumerate().filter(|(_, gain)| **gain > 0.0) {
                    claims.push(Claim { event: event as u32, pick: (FIRST + pick) as u32, gain: *gain });
                }
            }
            let mut won = Vec::new();
            let all: Vec<usize> = (0..events).collect();
            matching(
                &mut Scratch::default(),
                &claims,
                (FIRST, FIRST + picks),
                |_, _| false,
                |claim, worth| {
                    won.push((*claim, worth));
                },
            );
            let most = greatest(&gains, &all, None, 0);
            let sum: f64 = won.iter().map(|(claim, _)| claim.gain).sum();
            let near = STEP * 3.0 * events as f64;
            assert!((sum - most).abs() <= near, "{sum} {most}");
            for (claim, worth) in &won {
                let pick = claim.pick as usize - FIRST;
                let price = most - greatest(&gains, &all, Some(pick), 0);
                assert!((worth.price - price).abs() <= near, "{} {price}", worth.price);
                let others: Vec<usize> = all.iter().copied().filter(|event| *event != claim.event as usize).collect();
                let wanted = greatest(&gains, &others, None, 0) - (most - claim.gain);
                assert!((worth.wanted - wanted).abs() <= near, "{} {wanted}", worth.wanted);
            }
        }
    }
}
