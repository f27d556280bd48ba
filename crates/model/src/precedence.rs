//! Which of two events on different sides of a line came first.
//!
//! It is said of a pair whose sides are both stated, and of no other. It stands as long as both events are the newest of their
//! cases and both findings state these sides; whatever revises one of them says it anew. That one came first does not say that
//! the other answered it, nor whose doing either was.
use crate::canonical_map;
use crate::case::CaseId;
use crate::hash::Hash;

/// One of the two events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sided {
    /// Its case.
    pub case: CaseId,
    /// The output id of the revision of the event.
    pub event: Hash,
    /// The party whose side is stated of it.
    pub side: String,
}

canonical_map!(Sided { "case" => case, "side" => side, "event" => event });

/// How probably the one event came before the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precedence {
    /// The agreement whose line parts them, by its entry's SHA-256.
    pub agreement: Hash,
    /// The event of the case that was named first.
    pub one: Sided,
    /// The other.
    pub other: Sided,
    /// Probability that the one came before the other, by both origin times and what the clocks may be off, 1e-9.
    pub p_one_first_ppb: u32,
    /// From this probability on, by the agreement, the order is stated, 1e-9.
    pub p_min_ppb: u32,
    /// What each event's clocks were taken to be off against each other, one standard deviation, ms.
    pub clock_sigma_ms: u32,
    /// Time from the one to the other by their means, ms; negative if the other's mean is the earlier.
    pub apart_ms: i64,
}

canonical_map!(Precedence {
    "one" => one,
    "other" => other,
    "apart_ms" => apart_ms,
    "agreement" => agreement,
    "p_min_ppb" => p_min_ppb,
    "clock_sigma_ms" => clock_sigma_ms,
    "p_one_first_ppb" => p_one_first_ppb,
});

/// What is said of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order<'a> {
    /// This one came first.
    First(&'a Sided),
    /// Neither is probable enough.
    Undetermined,
}

impl Precedence {
    /// Which came first, if that is probable enough for the agreement.
    #[must_use]
    pub fn order(&self) -> Order<'_> {
        const CERTAIN_PPB: u32 = 1_000_000_000;
        match () {
            () if self.p_one_first_ppb >= self.p_min_ppb => Order::First(&self.one),
            () if CERTAIN_PPB.saturating_sub(self.p_one_first_ppb) >= self.p_min_ppb => Order::First(&self.other),
            () => Order::Undetermined,
        }
    }

    /// The event of a case and the probability that it came first, then the other event; none of a case that it does not name.
    #[must_use]
    pub fn seen_from(&self, case: CaseId) -> Option<(&Sided, f64, &Sided)> {
        let p = f64::from(self.p_one_first_ppb) / crate::posterior::PPB;
        match () {
            () if self.one.case == case => Some((&self.one, p, &self.other)),
            () if self.other.case == case => Some((&self.other, 1.0 - p, &self.one)),
            () => None,
        }
    }
}
