//! Takes two events apart that may have mixed up their measurements, and builds them anew.
//!
//! Two shots from one place, or two earthquakes of one swarm, give pairs of arrivals everywhere. A fit may take one
//! half from each and stand firmly at a wrong place, and no single measurement gains by changing sides. So pairs of
//! events that predict each other's measurements are let go together; at the place of either, and between them,
//! the times of the measurements minus travel times show the two origins again. The pair that explains more stays.
use super::fit::{Fitted, Scene, Scratch};
use super::network::{Carrier, NONE};
use super::region::sight;
use super::small::N;
use super::sweep::Live;

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
