//! Takes two events apart that may have mixed up their measurements, and builds them anew.
//!
//! Two shots from one place, or two earthquakes of one swarm, give pairs of arrivals everywhere. A fit may take one
//! half from each and stand firmly at a wrong place, and no single measurement gains by changing sides. So pairs of
//! events that predict each other's measurements are let go together; at the place of either, and between them,
//! the times of the measurements minus travel times show the two origins again. The pair that explains more stays.
use super::fit::{Fitted, Scene, Scratch};
use super::network::{Carrier, NONE};
use super::picks::Picks;
use super::region::sight;
use super::rounds::Search;
use super::small::N;
use super::sweep::Live;
use std::collections::BTreeSet;

/// Members that the other event predicts within six deviations too, as a share of the smaller event's: below, they do
/// not compete.
const CLOSE_MIN: f64 = 0.35;

/// Pairs of one event at most: a burst of shots has each beside the next few.
const PAIRS_MAX: usize = 2;

/// Fewer free measurements are not worth a fit: an event needs more than three, and takes few away from others.
const GROUP_MIN: usize = 3;

/// The pairs that compete, each event in its strongest pairs only.
///
/// They compete where one predicts members of the other, or where both are of one cell of the candidates' grid (its
/// side in metres, and the time that a wave takes along it).
pub(super) fn pairs(scene: &Scene<'_>, live: &[Live], cell: (f64, f64)) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..live.len()).collect();
    order.sort_by(|a, b| live[*a].fitted.spot[0].total_cmp(&live[*b].fitted.spot[0]));
    let longest = scene
        .model
        .classes
        .iter()
        .filter(|fast| fast.in_use)
        .map(|fast| fast.table.r_m_max * fast.slowness_s_m)
        .fold(0.0, f64::max);
    let mut found = Vec::new();
    for (i, &a) in order.iter().enumerate() {
        for &b in &order[i + 1..] {
            if live[b].fitted.spot[0] - live[a].fitted.spot[0] > longest {
                break;
            }
            let (few, other) =
                if live[a].fitted.members.len() <= live[b].fitted.members.len() { (a, b) } else { (b, a) };
            let members = &live[few].fitted.members;
            let near = |pick: u32| near(scene, &live[other].fitted.spot, pick);
            let share = members.iter().filter(|(pick, _)| near(*pick)).count() as f64 / members.len() as f64;
            let (x, y) = (&live[a].fitted.spot, &live[b].fitted.spot);
            let apart = ((x[1] - y[1]) * (x[1] - y[1]) + (x[2] - y[2]) * (x[2] - y[2])).sqrt();
            let together = apart < cell.0 && y[0] - x[0] < cell.1;
            if share >= CLOSE_MIN || together {
                found.push((share, a.min(b), a.max(b)));
            }
        }
    }
    found.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)).then(x.2.cmp(&y.2)));
    let mut used = vec![0; live.len()];
    let mut pairs = Vec::new();
    for (_, a, b) in found {
        if used[a] < PAIRS_MAX && used[b] < PAIRS_MAX {
            used[a] += 1;
            used[b] += 1;
            pairs.push((a, b));
        }
    }
    pairs
}

/// Whether an event predicts a measurement within six deviations.
fn near(scene: &Scene<'_>, spot: &[f64; N], pick: u32) -> bool {
    let (weight, _, residual) = scene.row(spot, pick as usize);
    residual * residual * weight < 36.0
}

/// The event that free measurements give at a place.
pub(super) fn next(
    scene: &Scene<'_>,
    scratch: &mut Scratch,
    carrier: Carrier,
    place: &[f64; N],
    window: (f64, f64),
    doubt: (f64, f64),
) -> Option<Fitted> {
    let time = origin(scene, carrier, place, window, doubt.0)?;
    scene.fit(scratch, [time, place[1], place[2], place[3]], doubt.0, doubt.1)
}

/// The time within a window at which most free measurements would have left a place.
fn origin(scene: &Scene<'_>, carrier: Carrier, place: &[f64; N], window: (f64, f64), half_s: f64) -> Option<f64> {
    let all = origins(scene, carrier, place, window, half_s);
    all.into_iter().reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, time)| time)
}

/// Times within a window at which a carrier's free measurements would have left a place together: the sum of their probabilities
/// of detection and the middle, for each measurement that ends such a group of [`GROUP_MIN`] or more.
pub(super) fn origins(
    scene: &Scene<'_>,
    carrier: Carrier,
    place: &[f64; N],
    window: (f64, f64),
    half_s: f64,
) -> Vec<(f64, f64)> {
    let mut times: Vec<(f64, f64)> = Vec::new();
    for (sensor, at) in scene.network.places.iter().enumerate() {
        let (r, _) = sight(at, place, scene.region.rows);
        for (class, fast) in scene.model.classes.iter().enumerate() {
            if !scene.is_of(class, carrier) {
                continue;
            }
            let (Some(channel), Some(row)) = (scene.network.channel(sensor, class), fast.table.at(r)) else { continue };
            let travel = r * fast.slowness(at, place, r);
            let end = scene.picks.of(channel).end;
            let mut i = scene.picks.first_from(channel, window.0 + travel);
            while i < end && scene.picks.times[i] <= window.1 + travel {
                if scene.picks.owner[i] == NONE {
                    times.push((scene.picks.times[i] - travel, row.mean));
                }
                i += 1;
            }
        }
    }
    times.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (mut groups, mut sum, mut first) = (Vec::with_capacity(times.len()), 0.0, 0);
    for last in 0..times.len() {
        sum += times[last].1;
        while times[last].0 - times[first].0 > 2.0 * half_s {
            sum -= times[first].1;
            first += 1;
        }
        if last + 1 - first >= GROUP_MIN {
            groups.push((sum, 0.5 * (times[last].0 + times[first].0)));
        }
    }
    groups
}

impl Search<'_> {
    /// Takes competing pairs apart that were not tried with these members; how many were built better.
    pub(super) fn untangle(&mut self, picks: &mut Picks, bar: f64, tried: &mut BTreeSet<Vec<u32>>) -> usize {
        let mut live = std::mem::take(&mut self.live);
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut better = 0;
        let mut changed = vec![false; live.len()];
        let pairs = {
            let scene = self.scene(picks);
            let cell = |carrier| {
                let side_m = scene.coarse_m(carrier);
                (side_m, side_m * scene.slowest(carrier).0)
            };
            let finest = scene.carriers().into_iter().map(cell).min_by(|a, b| a.1.total_cmp(&b.1));
            pairs(&scene, &live, finest.unwrap_or((0.0, 0.0)))
        };
        for (a, b) in pairs {
            if changed[a] || changed[b] {
                continue;
            }
            let (one, two) = (live[a].fitted.clone(), live[b].fitted.clone());
            if !tried.insert(one.members.iter().chain(&two.members).map(|(pick, _)| *pick).collect()) {
                continue;
            }
            self.echoes(picks);
            let now = |event: &Fitted| {
                let scene = Scene { own: 1.0, ..self.scene(picks) };
                scene.score(&event.spot, &event.members).map_or(f64::NEG_INFINITY, |fitted| fitted.log_odds)
            };
            let before = now(&one) + now(&two);
            let carrier = self.scene(picks).carrier(&[&one, &two]);
            let (slow, sigma) = self.scene(picks).slowest(carrier);
            let (x, y) = (one.spot, two.spot);
            let apart = ((x[1] - y[1]) * (x[1] - y[1]) + (x[2] - y[2]) * (x[2] - y[2])).sqrt();
            let doubt_s = 2.0 * sigma + apart * slow / 6.0;
            let mut places = Vec::new();
            for (i, j) in [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)] {
                let middle = |k: usize| (x[k] + y[k]) / 2.0;
                places.push([
                    0.0,
                    middle(1) + f64::from(i) * apart / 3.0,
                    middle(2) + f64::from(j) * apart / 3.0,
                    middle(3),
                ]);
            }
            let reach_s = apart * slow + 4.0 * doubt_s;
            let window = (x[0].min(y[0]) - reach_s, x[0].max(y[0]) + reach_s);
            places.extend([x, y]);
            let mut best: Option<(f64, Fitted, Fitted)> = None;
            for place in places {
                for (pick, _) in one.members.iter().chain(&two.members) {
                    picks.give(*pick, NONE, 0.0);
                }
                self.echoes(picks);
                let doubt = (doubt_s, apart.max(doubt_s / slow));
                let touched = self.rebuilt(picks, &mut scratch, carrier, &place, window, doubt, bar);
                if let Some((first, second)) = touched {
                    let total = first.log_odds + second.log_odds;
                    if second.members.len() > self.region.rows && total > best.as_ref().map_or(before + 0.5, |b| b.0) {
                        best = Some((total, first, second));
                    }
                }
            }
            if let Some((_, first, second)) = best {
                better += 1;
                (changed[a], changed[b]) = (true, true);
                for (pick, _) in first.members.iter().chain(&second.members) {
                    let owner = picks.owner[*pick as usize];
                    if owner != NONE && owner != a as u32 && owner != b as u32 {
                        live[owner as usize].fitted.members.retain(|(other, _)| !picks.same(*other, *pick));
                    }
                }
                let taken: Vec<u32> = second.members.iter().map(|(pick, _)| *pick).collect();
                live[a].fitted = first;
                let is_taken = |pick: u32| taken.iter().any(|other| picks.same(*other, pick));
                live[a].fitted.members.retain(|(pick, _)| !is_taken(*pick));
                live[b].fitted = second;
            }
            for event in [a, b] {
                for (pick, gain) in &live[event].fitted.members {
                    picks.give(*pick, event as u32, gain.max(0.0));
                }
            }
        }
        self.live = live;
        self.scratch = scratch;
        better
    }

    /// A pair built anew, if both stand above the bar; the measurements are left as they were.
    #[allow(clippy::too_many_arguments, reason = "a part of the loop above, taken out of it")]
    fn rebuilt(
        &self,
        picks: &mut Picks,
        scratch: &mut Scratch,
        carrier: Carrier,
        place: &[f64; 4],
        window: (f64, f64),
        doubt: (f64, f64),
        bar: f64,
    ) -> Option<(Fitted, Fitted)> {
        let mut undo: Vec<(u32, u32, f64)> = Vec::new();
        let mut both = Vec::new();
        for _ in 0..2 {
            let scene = Scene { own: 2.0, ..self.scene(picks) };
            let fitted = next(&scene, scratch, carrier, place, window, doubt);
            let Some(fitted) = fitted.filter(|fitted| fitted.log_odds > bar) else { break };
            for (pick, gain) in &fitted.members {
                undo.push((*pick, picks.owner[*pick as usize], picks.held[*pick as usize]));
                picks.give(*pick, NONE - 1, gain.max(0.0));
            }
            self.echoes(picks);
            both.push(fitted);
        }
        for (pick, owner, held) in undo.into_iter().rev() {
            picks.give(pick, owner, held);
        }
        let second = both.pop()?;
        both.pop().map(|first| (first, second))
    }
}
