//! One step of the ladder at one instant: it alone makes what a tier below the enclave may see.
//!
//! When something appears tells when it happened, to whoever asks every second. So a rung stands still within each step of its
//! cadence, which is as long as its longest slot, and a delay counts from the end of the slot that holds the instant: all that
//! happened in one slot appears at once.
use super::ladder::{PRODUCTS, Product, Rule};
use super::{Cell, Releasable, Released, Slot, Tier};
use truceline_model::geodesic;
use truceline_model::place::Place;
use truceline_model::posterior::Posterior;
use truceline_model::time::{Interval, NS_PER_S, Time};

/// The level of the region and the interval that a cell and a slot must be as wide as.
const LEVEL_PERCENT: u8 = 90;

/// What a tier may see at an instant.
#[derive(Debug, Clone, Copy)]
pub struct Rung {
    tier: Tier,
    now: Time,
    rules: [Option<Rule>; PRODUCTS.len()],
}

/// Where and when something was, as coarsely as a tier may know. Only a [`Rung`] makes one.
///
/// What happened lies in the cell or in one that touches it, and in the slot or one beside it: a cell is as wide as the
/// tier's, and never narrower than the 90 % region reaches from its mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coarse {
    cell: Cell,
    slot: Slot,
    blunted: bool,
}

impl Coarse {
    /// The cell.
    #[must_use]
    pub fn cell(&self) -> Cell {
        self.cell
    }

    /// The slot of time.
    #[must_use]
    pub fn slot(&self) -> Slot {
        self.slot
    }

    /// Whether more is known than the cell tells. Then no number that hangs on the place is released beside it: a
    /// probability of 0.5 for a zone would tell that the place lies on the zone's rim.
    #[must_use]
    pub fn is_blunted(&self) -> bool {
        self.blunted
    }
}

/// As long as the longest slot of what appears one by one: what could be seen is told of whole slots alone.
fn cadence_s(rules: &[Option<Rule>; PRODUCTS.len()]) -> u32 {
    let singly = [Product::Flash, Product::Finding, Product::Notice].map(|product| rules[product as usize]);
    singly.into_iter().flatten().map(|rule| rule.slot_s).max().unwrap_or(1)
}

impl Rung {
    pub(super) fn new(tier: Tier, now: Time, rules: [Option<Rule>; PRODUCTS.len()]) -> Self {
        let now = Slot::around(now, cadence_s(&rules)).from();
        Self { tier, now, rules }
    }

    /// From one step of what it shows to the next, s; the steps are counted from 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn cadence_s(&self) -> u32 {
        Slot::around(self.now, cadence_s(&self.rules)).width_s()
    }

    /// The tier.
    #[must_use]
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// The instant: the step of its cadence that came last.
    #[must_use]
    pub fn now(&self) -> Time {
        self.now
    }

    /// The rule for a product; none where the tier gets none of it.
    #[must_use]
    pub fn rule(&self, product: Product) -> Option<Rule> {
        self.rules[product as usize]
    }

    /// Releases a value; none where nothing of it is due.
    pub fn release<T: Releasable>(&self, value: &T) -> Option<Released<T::View>> {
        value.for_tier(self).map(Released)
    }

    /// The rule for a product if it is due: its delay has passed since the end of the slot that holds `since`, and it is
    /// reviewed if it must be.
    #[must_use]
    pub fn due(&self, product: Product, since: Time, reviewed: bool) -> Option<Rule> {
        let rule = self.rule(product)?;
        (self.now >= self.due_at(product, since)? && (reviewed || !rule.reviewed)).then_some(rule)
    }

    /// From when on a product is due: when its delay has passed since the end of the slot that holds `since`.
    #[must_use]
    pub fn due_at(&self, product: Product, since: Time) -> Option<Time> {
        let rule = self.rule(product)?;
        let slot = Slot::around(since, rule.slot_s);
        Some(Time(slot.to().0.saturating_add(rule.after_s.saturating_mul(NS_PER_S))))
    }

    /// Where and when something was that happened within `extent_m` of a place during an interval, by the rule for a product;
    /// none where that is not due, counted from the interval's end.
    #[must_use]
    pub fn coarse(&self, product: Product, place: Place, extent_m: f64, interval: &Interval) -> Option<Coarse> {
        self.due(product, interval.to, false).map(|rule| Self::coarse_by(rule, place, extent_m, interval))
    }

    /// The time that may be told of an interval of what could be seen: its slots; none where that is not due.
    #[must_use]
    pub fn seen(&self, interval: &Interval) -> Option<Interval> {
        self.due(Product::Sight, interval.to, true).map(|rule| Self::slots(rule, interval))
    }

    /// An interval out to the edges of a rule's slots.
    pub(super) fn slots(rule: Rule, interval: &Interval) -> Interval {
        let (first, last) = (Slot::around(interval.from, rule.slot_s), Slot::around(interval.to, rule.slot_s));
        // What ends at an edge does not reach into the next slot.
        let to = if interval.to > interval.from && last.from() == interval.to { last.from() } else { last.to() };
        Interval { from: first.from(), to }
    }

    pub(super) fn coarse_by(rule: Rule, place: Place, extent_m: f64, interval: &Interval) -> Coarse {
        let extent_m = extent_m.clamp(0.0, f64::from(u32::MAX)).ceil() as u32;
        let half_ns = interval.to.0.saturating_sub(interval.from.0).max(0) / 2;
        let half_s = (half_ns / NS_PER_S).clamp(0, i64::from(u32::MAX) - 1) as u32 + u32::from(half_ns % NS_PER_S > 0);
        Coarse {
            cell: Cell::around(place, rule.cell_m.max(extent_m)),
            slot: Slot::around(Time(interval.from.0.saturating_add(half_ns)), rule.slot_s.max(half_s)),
            blunted: extent_m < rule.cell_m,
        }
    }

    /// Where and when, of a posterior.
    pub(super) fn coarse_posterior(rule: Rule, posterior: &Posterior) -> Coarse {
        let corners = posterior.region(LEVEL_PERCENT).map_or(&[][..], |region| &region.rings[..]).iter().flatten();
        let extent_m = corners
            .map(|corner| geodesic::between(posterior.mean, *corner).distance_m)
            .fold(0.0, |most: f64, distance| most.max(distance));
        let mean = posterior.time_mean;
        let interval = posterior.interval(LEVEL_PERCENT).unwrap_or(Interval { from: mean, to: mean });
        Self::coarse_by(rule, posterior.mean, extent_m, &interval)
    }
}
