//! The ladder: for each tier below the enclave and each product, after how long and how coarsely it is released.
//!
//! The numbers are an agreement's to adopt, in its `[[release]]` tables. What it does not name stands at the defaults here,
//! which no body has adopted; whatever is released says which of the two it is.
use super::grid::{SIDE_M_MAX, SIDE_M_MIN};
use super::slot::WIDTH_S_MAX;
use super::{Rung, Tier};
use truceline_model::canonical_names;
use truceline_model::time::Time;

/// The longest delay, s: ten years.
pub const DELAY_S_MAX: i64 = 3_652 * 86_400;

/// What is released by a rule of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Product {
    /// That something was recorded, roughly where and when; without a verdict.
    Flash,
    /// What the agreement says of it.
    Finding,
    /// What a party notified.
    Notice,
    /// What could and could not be seen.
    Sight,
}

canonical_names!(Product { "flash" => Flash, "finding" => Finding, "notice" => Notice, "sight" => Sight });

/// All products, in the order of the ladder's table.
pub const PRODUCTS: [Product; 4] = [Product::Flash, Product::Finding, Product::Notice, Product::Sight];

/// The tiers below the enclave, the nearest first.
pub const LOWER: [Tier; 3] = [Tier::Commission, Tier::Parties, Tier::Public];

/// When and how coarsely a product is released to a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// So long after it happened, s.
    pub after_s: i64,
    /// In cells with sides of at least so many m.
    pub cell_m: u32,
    /// In slots of time of at least so many s.
    pub slot_s: u32,
    /// Only once people have reviewed it.
    pub reviewed: bool,
}

impl Rule {
    const fn new(after_s: i64, cell_m: u32, slot_s: u32, reviewed: bool) -> Self {
        Self { after_s, cell_m, slot_s, reviewed }
    }

    /// Whether it releases nothing earlier, finer or less reviewed than `other`.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.after_s >= other.after_s
            && self.cell_m >= other.cell_m
            && self.slot_s >= other.slot_s
            && (self.reviewed || !other.reviewed)
    }
}

const MINUTE: u32 = 60;
const HOUR: u32 = 3_600;
const DAY: u32 = 86_400;

/// The defaults, by tier and product in the orders of [`LOWER`] and [`PRODUCTS`]. The commission gets the parties' flash,
/// not a finer one: nothing but that flash goes out before people have looked.
const DEFAULTS: [[Option<Rule>; PRODUCTS.len()]; LOWER.len()] = [
    [
        Some(Rule::new(300, 5_000, MINUTE, false)),
        Some(Rule::new(0, 2_000, 1, true)),
        Some(Rule::new(0, 2_000, 1, false)),
        Some(Rule::new(HOUR as i64, 5_000, HOUR, false)),
    ],
    [
        Some(Rule::new(300, 5_000, MINUTE, false)),
        Some(Rule::new(DAY as i64, 2_000, MINUTE, true)),
        Some(Rule::new(0, 2_000, MINUTE, false)),
        Some(Rule::new(DAY as i64, 5_000, HOUR, false)),
    ],
    [
        None,
        Some(Rule::new(3 * DAY as i64, 5_000, HOUR, true)),
        Some(Rule::new(3 * DAY as i64, 5_000, HOUR, false)),
        Some(Rule::new(3 * DAY as i64, 10_000, DAY, false)),
    ],
];

/// The ladder of an agreement, or the defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    rules: [[Option<Rule>; PRODUCTS.len()]; LOWER.len()],
    /// How many of its rules the agreement states; the others are defaults.
    adopted: usize,
}

impl Default for Ladder {
    fn default() -> Self {
        Self { rules: DEFAULTS, adopted: 0 }
    }
}

impl Ladder {
    /// The rule of a tier for a product; none where it gets none of it, or is no tier below the enclave.
    #[must_use]
    pub fn rule(&self, tier: Tier, product: Product) -> Option<Rule> {
        self.rules[place_of(tier)?][product as usize]
    }

    /// How many of its rules an agreement states.
    #[must_use]
    pub fn adopted(&self) -> usize {
        self.adopted
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        LOWER.len() * PRODUCTS.len()
    }

    /// Never: a ladder has all its rules.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// What a tier below the enclave may see at an instant; none for the enclave, which sees all.
    #[must_use]
    pub fn rung(&self, tier: Tier, now: Time) -> Option<Rung> {
        Some(Rung::new(tier, now, self.rules[place_of(tier)?]))
    }

    /// The ladder with these rules of an agreement.
    ///
    /// # Errors
    /// Says in which rule something is out of bounds, stands twice, or would reach a tier earlier, finer or less reviewed than
    /// the one above it.
    pub(crate) fn adopt(rules: &[(Tier, Product, Option<Rule>)]) -> Result<Self, (usize, String)> {
        let mut ladder = Self::default();
        let mut seen = Vec::new();
        for (i, (tier, product, rule)) in rules.iter().enumerate() {
            let wrong = |message: String| Err((i, message));
            let Some(place) = place_of(*tier) else {
                return wrong("the enclave sees all, expected a tier below it".to_owned());
            };
            if seen.contains(&(*tier, *product)) {
                return wrong(format!("{} to {} stands twice, expected each once", product.name(), tier.name()));
            }
            seen.push((*tier, *product));
            if let Some(rule) = rule {
                if !(0..=DELAY_S_MAX).contains(&rule.after_s) {
                    return wrong(format!("after_s is {}, expected 0 to {DELAY_S_MAX}", rule.after_s));
                }
                if !(SIDE_M_MIN..=SIDE_M_MAX).contains(&rule.cell_m) {
                    return wrong(format!("cell_m is {}, expected {SIDE_M_MIN} to {SIDE_M_MAX}", rule.cell_m));
                }
                if !(1..=WIDTH_S_MAX).contains(&rule.slot_s) {
                    return wrong(format!("slot_s is {}, expected 1 to {WIDTH_S_MAX}", rule.slot_s));
                }
            }
            ladder.rules[place][*product as usize] = *rule;
            ladder.adopted += 1;
        }
        for (i, (_, product, _)) in rules.iter().enumerate() {
            let of = |place: usize| ladder.rules[place][*product as usize];
            for (above, below) in [(0, 1), (1, 2), (0, 2)] {
                let (Some(upper), Some(lower)) = (of(above), of(below)) else { continue };
                if !lower.is_within(&upper) {
                    let message = format!(
                        "{} would reach {} earlier, finer or less reviewed than {}",
                        product.name(),
                        LOWER[below].name(),
                        LOWER[above].name()
                    );
                    return Err((i, message));
                }
            }
        }
        Ok(ladder)
    }
}

fn place_of(tier: Tier) -> Option<usize> {
    LOWER.iter().position(|lower| *lower == tier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_default_goes_around_the_tier_above() {
        for product in PRODUCTS {
            let all = LOWER.map(|tier| (tier, product, Ladder::default().rule(tier, product)));
            assert_eq!(Ladder::adopt(&all).unwrap().adopted(), 3);
            assert_eq!(Ladder::default().rule(Tier::Enclave, product), None);
        }
        let all: Vec<Rule> = DEFAULTS.iter().flatten().flatten().copied().collect();
        assert!(all.iter().all(|rule| rule.cell_m >= 2_000), "no default is finer than 2 km");
        assert!(Ladder::default().rung(Tier::Enclave, Time(0)).is_none());
    }

    #[test]
    fn what_an_agreement_cannot_adopt_is_said() {
        let rule = Rule::new(0, 5_000, 60, false);
        let wrong = |tier, product, rule| Ladder::adopt(&[(tier, product, Some(rule))]).unwrap_err().1;
        assert!(wrong(Tier::Enclave, Product::Flash, rule).contains("expected a tier below it"));
        assert!(wrong(Tier::Parties, Product::Notice, Rule { after_s: -1, ..rule }).contains("after_s is -1"));
        assert!(wrong(Tier::Parties, Product::Notice, Rule { cell_m: 100, ..rule }).contains("expected 625 to 640000"));
        assert!(wrong(Tier::Parties, Product::Notice, Rule { slot_s: 0, ..rule }).contains("slot_s is 0"));
        let said = wrong(Tier::Public, Product::Finding, Rule { cell_m: 625, ..rule });
        assert!(said.contains("finding would reach public earlier, finer or less reviewed than parties"), "{said}");
        let twice = [(Tier::Public, Product::Flash, None), (Tier::Public, Product::Flash, None)];
        assert_eq!(
            Ladder::adopt(&twice).unwrap_err(),
            (1, "flash to public stands twice, expected each once".to_owned())
        );
    }
}
