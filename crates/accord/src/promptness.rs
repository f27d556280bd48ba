//! How soon each product of an event is to stand, and whether it did.
//!
//! Counted from the last arrival that a revision rests on, the first moment at which it could have been derived, to the
//! journal's time when it was. In a recorded run both are the recording's times, so that a replay says the same. A target that
//! was missed says nothing against what is found; it says where a link or a queue was slow.
//!
//! # Targets
//! A spot report is to reach people fifteen minutes after what it tells of was detected. The first product leaves them two
//! thirds of that. The last one waits until the window of an hour has closed, and for its own late links as long again. The
//! International Data Centre's three lists are its model in that they are staged, not in their hours: it waits for a globe.
use truceline_model::event::Product;

/// The first solution: five minutes, a third of what a spot report may take.
pub const E1_TARGET_S: u32 = 300;

/// Every revision as data come in: as long as a spot report may take in all.
pub const E2_TARGET_S: u32 = 900;

/// The final one: two hours, a window of an hour and as long again for what was on its way.
pub const E3_TARGET_S: u32 = 7_200;

/// Within how long after its last arrival a product is to stand, s.
#[must_use]
pub fn target_s(product: Product) -> u32 {
    match product {
        Product::E1 => E1_TARGET_S,
        Product::E2 => E2_TARGET_S,
        Product::E3 => E3_TARGET_S,
    }
}

/// How long after its last arrival a product stood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promptness {
    /// The product.
    pub product: Product,
    /// How long after, s.
    pub after_s: f64,
}

impl Promptness {
    /// Whether the target was kept.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.after_s <= f64::from(target_s(self.product))
    }

    /// As one statement.
    #[must_use]
    pub fn words(&self) -> String {
        format!(
            "{} stood {} after its last arrival; target {}, {}.",
            self.product.name(),
            length(self.after_s),
            length(f64::from(target_s(self.product))),
            if self.is_kept() { "kept" } else { "not kept" }
        )
    }
}

fn length(s: f64) -> String {
    match s {
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3_600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_kept_up_to_its_end() {
        let of = |product, after_s| Promptness { product, after_s };
        for (product, target) in [(Product::E1, 300.0), (Product::E2, 900.0), (Product::E3, 7_200.0)] {
            assert!(of(product, target).is_kept() && !of(product, target + 1.0).is_kept());
        }
        assert_eq!(of(Product::E1, 12.4).words(), "E1 stood 12 s after its last arrival; target 5 min, kept.");
        assert_eq!(of(Product::E3, 10_800.0).words(), "E3 stood 3.0 h after its last arrival; target 2.0 h, not kept.");
    }
}
