//! Which of two events on different sides came first, in words. That one came first says neither that the other answered it
//! nor whose doing either was, and no sentence here does.
use super::{likelihood, probability};
use truceline_model::case::CaseId;
use truceline_model::posterior::PPB;
use truceline_model::precedence::{Order, Precedence};

/// The order of a case's event and another, seen from that case; empty of a case that it does not name.
#[must_use]
pub fn order(precedence: &Precedence, case: CaseId) -> String {
    let Some((own, p, other)) = precedence.seen_from(case) else { return String::new() };
    let before = match precedence.order() {
        Order::Undetermined => {
            return format!(
                "Order undetermined with case {}, on the side of {}: before it with {} ({}), and the agreement asks for {} \
                 either way.",
                other.case,
                other.side,
                probability(p),
                likelihood(p),
                probability(f64::from(precedence.p_min_ppb) / PPB),
            );
        }
        Order::First(first) => first == own,
    };
    let p = if before { p } else { 1.0 - p };
    format!(
        "{} case {}, on the side of {}: {} ({}), by both origin times and clocks of {} s. That one came first does not say that \
         the other answered it.",
        if before { "Before" } else { "After" },
        other.case,
        other.side,
        likelihood(p),
        probability(p),
        f64::from(precedence.clock_sigma_ms) / 1e3,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_model::hash::Hash;
    use truceline_model::precedence::Sided;

    fn pair(p_one_first_ppb: u32) -> Precedence {
        let sided = |number, side: &str| Sided {
            case: CaseId { year: 26, number },
            event: Hash::of(side.as_bytes()),
            side: side.to_owned(),
        };
        Precedence {
            agreement: Hash::of(b"agreement"),
            one: sided(1, "Alpha"),
            other: sided(2, "Bravo"),
            p_one_first_ppb,
            p_min_ppb: 950_000_000,
            clock_sigma_ms: 1_000,
            apart_ms: 20_000,
        }
    }

    #[test]
    fn each_case_says_the_same_from_its_own_side() {
        let (one, other) = (pair(0).one.case, pair(0).other.case);
        for (p, of_one, of_other) in
            [(990_000_000, "Before case", "After case"), (10_000_000, "After case", "Before case")]
        {
            assert!(order(&pair(p), one).starts_with(of_one));
            assert!(order(&pair(p), other).starts_with(of_other));
            assert!(order(&pair(p), one).contains("almost certain (0.990)"), "{}", order(&pair(p), one));
        }
        let open = order(&pair(700_000_000), other);
        assert!(open.starts_with("Order undetermined with case 26-0001"), "{open}");
        assert!(open.contains("0.300 (unlikely), and the agreement asks for 0.950"), "{open}");
    }

    #[test]
    fn exchanging_the_names_exchanges_nothing_else() {
        for p in [990_000_000, 500_000_000, 10_000_000] {
            let named = pair(p);
            let swapped = Precedence {
                one: Sided { side: "Bravo".to_owned(), ..named.one.clone() },
                other: Sided { side: "Alpha".to_owned(), ..named.other.clone() },
                ..named.clone()
            };
            let exchanged = |text: &str| text.replace("Alpha", "?").replace("Bravo", "Alpha").replace('?', "Bravo");
            assert_eq!(exchanged(&order(&named, named.one.case)), order(&swapped, named.one.case));
        }
    }
}
