//! What the agreement in force at an event's time says of it.
//!
//! An agreement governs an event if any party says that it is in force then; a verdict is given only where all say so.
//! Between that lies what is disputed: recorded, with the agreement named and no verdict.
//!
//! For each clause that prohibits an act that is judged so far ([`Observed::Judged`]), p is the posterior's mass inside the
//! clause's zone (anywhere, if it names none) while the agreement is in force, place and time together. The clause with the
//! largest p is the one that a finding names (the first of the text where equal). A notice fits when its place meets the event's 95 % region and its window meets the
//! 95 % interval; fitting is compatible, never proof.
//!
//! Kinds do not enter p. What is taken for natural ([`is_natural`]) is *undetermined*, whatever p.
use crate::agreement::{Agreement, Observed, Rule};
use truceline_model::finding::{NoticeMatch, Verdict};
use truceline_model::geodesic;
use truceline_model::hash::Hash;
use truceline_model::kind::Kinds;
use truceline_model::notice::Notice;
use truceline_model::place::Place;
use truceline_model::posterior::{PPB, Posterior};

/// The level of the regions and intervals that must meet.
const LEVEL_PERCENT: u8 = 95;

/// What an agreement says of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The agreement in force, by its entry's SHA-256.
    pub agreement: Option<Hash>,
    /// The prohibiting clause.
    pub clause: Option<String>,
    /// Probability that the clause's zone and the time in force hold the origin, 1e-9.
    pub p_ppb: Option<u32>,
    /// What it says.
    pub verdict: Verdict,
}

/// Judges one event. `agreements` in the order they were registered: the last one in force wins. `notices` in the
/// order they were registered: of several that fit, the one that holds the most mass, the earlier where equal.
#[must_use]
pub fn judge(
    posterior: &Posterior,
    kinds: Option<&Kinds>,
    agreements: &[(Hash, Agreement)],
    notices: &[(Hash, Notice)],
) -> Judgement {
    let none = |agreement| Judgement { agreement, clause: None, p_ppb: None, verdict: Verdict::RecordedOnly };
    let Some(event) = posterior.interval(LEVEL_PERCENT) else { return none(None) };
    let Some((hash, agreement)) = agreements.iter().rev().find(|(_, agreement)| agreement.is_claimed(&event)) else {
        return none(None);
    };
    if !agreement.is_in_force(&event) {
        return none(Some(*hash));
    }
    let Some((clause, p)) = most_probable_clause(posterior, agreement) else {
        // An agreement without a prohibition in force judges nothing.
        return none(Some(*hash));
    };
    let verdict = match best_notice(posterior, agreement, notices) {
        Some(found) => Verdict::PermittedAndNotified(found),
        None if p >= agreement.p_min && !is_natural(kinds) => Verdict::PossibleBreach,
        None => Verdict::Undetermined,
    };
    Judgement { agreement: Some(*hash), clause: Some(clause), p_ppb: Some(ppb(p)), verdict }
}

/// What nobody does explains an event so many times better than what somebody does before it is taken for natural: moderate support in
/// the words of forensic science. Against it, with all kinds alike beforehand, an act is left one chance in eleven.
pub const NATURAL_FROM: f64 = 10.0;

/// Whether an event is taken for natural ([`NATURAL_FROM`]): then it is recorded with its kind, and no breach is possible until more is
/// known.
#[must_use]
pub fn is_natural(kinds: Option<&Kinds>) -> bool {
    let natural_log10 = kinds.and_then(Kinds::natural_log10);
    natural_log10.is_some_and(|log10| log10 >= libm::log10(NATURAL_FROM))
}

fn most_probable_clause(posterior: &Posterior, agreement: &Agreement) -> Option<(String, f64)> {
    let mut best: Option<(String, f64)> = None;
    for clause in &agreement.clauses {
        let Rule::Prohibits { act, zone } = &clause.rule else { continue };
        if act.observed() != Observed::Judged {
            continue;
        }
        let zone = zone.as_deref().map(|id| agreement.zone(id));
        let inside = |place| zone.is_none_or(|zone| zone.is_some_and(|zone| zone.contains(place)));
        let p = posterior.mass(inside, Some(&agreement.in_force));
        if best.as_ref().is_none_or(|(_, most)| p > *most) {
            best = Some((clause.id.clone(), p));
        }
    }
    best
}

fn best_notice(posterior: &Posterior, agreement: &Agreement, notices: &[(Hash, Notice)]) -> Option<NoticeMatch> {
    let mut best: Option<NoticeMatch> = None;
    for (hash, notice) in notices {
        let permitting = agreement
            .clauses
            .iter()
            .find(|clause| matches!(&clause.rule, Rule::PermitsNotified { activity } if *activity == notice.activity));
        let Some(clause) = permitting else { continue };
        if !agreement.parties.contains(&notice.party) || !fits(posterior, notice) {
            continue;
        }
        let mass_ppb = ppb(notified_mass(posterior, notice));
        if best.as_ref().is_none_or(|most| mass_ppb > most.mass_ppb) {
            best = Some(NoticeMatch { notice: *hash, clause: clause.id.clone(), mass_ppb });
        }
    }
    best
}

/// Whether the notice's place and window meet the event's 95 % region and interval.
#[must_use]
pub fn fits(posterior: &Posterior, notice: &Notice) -> bool {
    let window_meets = posterior.interval(LEVEL_PERCENT).is_some_and(|interval| interval.meets(&notice.window));
    let Some(region) = posterior.region(LEVEL_PERCENT) else { return false };
    let meets_rim = |ring: &[Place]| {
        ring.iter().enumerate().any(|(i, a)| {
            let b = ring[(i + 1) % ring.len()];
            distance_to_edge_m(notice.place, *a, b) <= f64::from(notice.radius_m)
        })
    };
    window_meets
        && (posterior.region_contains(LEVEL_PERCENT, notice.place) || region.rings.iter().any(|ring| meets_rim(ring)))
}

/// Probability that the origin lies inside the notified place and window.
#[must_use]
pub fn notified_mass(posterior: &Posterior, notice: &Notice) -> f64 {
    let inside = |place: Place| distance_m(notice.place, place) <= f64::from(notice.radius_m);
    posterior.mass(inside, Some(&[notice.window]))
}

fn distance_m(a: Place, b: Place) -> f64 {
    geodesic::between(a, b).distance_m
}

/// Distance from a place to the edge from `a` to `b`, an edge of a rim, which is far shorter than the globe: the
/// nearest point is found on a plane that is true at the place, its distance on the ellipsoid.
fn distance_to_edge_m(place: Place, a: Place, b: Place) -> f64 {
    let scale = libm::cos(place.lat_deg().to_radians());
    let flat = |p: Place| ((p.lon_deg() - place.lon_deg()) * scale, p.lat_deg() - place.lat_deg());
    let ((ax, ay), (bx, by)) = (flat(a), flat(b));
    let (dx, dy) = (bx - ax, by - ay);
    let length2 = dx * dx + dy * dy;
    let t = if length2 > 0.0 { (-(ax * dx + ay * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    let lon = a.lon_deg() + t * (b.lon_deg() - a.lon_deg());
    let lat = a.lat_deg() + t * (b.lat_deg() - a.lat_deg());
    geodesic::inverse((place.lat_deg(), place.lon_deg()), (lat, lon)).distance_m
}

fn ppb(probability: f64) -> u32 {
    (probability.clamp(0.0, 1.0) * PPB).round() as u32
}

#[cfg(test)]
mod tests;
