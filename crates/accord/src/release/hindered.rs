//! What leaves of a hindrance: what kept the mechanism from seeing, as of what could be seen. Whether it still holds is not
//! told to tiers below the enclave, since it tells where nobody is looking: they are told of the time that is over as long as
//! their rule says.
use super::ladder::Product;
use super::views::Exact;
use super::{Coarse, ForOperator, Releasable, Rung};
use truceline_model::hindrance::{Hindrance, HindranceKind};
use truceline_model::time::{Interval, NS_PER_S, Time};

/// A hindrance on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Hindered<'a> {
    /// The hindrance.
    pub hindrance: &'a Hindrance,
    /// The parties of the agreement: of other names nothing leaves.
    pub parties: &'a [String],
    /// The time up to which one that has no end holds.
    pub now: Time,
}

/// A hindrance as it leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct HindranceView<W> {
    /// What kind.
    pub kind: HindranceKind,
    /// From when to when.
    pub span: Interval,
    /// Where; none where it was not said or is about sensors alone.
    pub at: Option<W>,
    /// The party in whose area it was, as its source states it.
    pub area_of: Option<String>,
    /// How many sensors it is about.
    pub sensors: usize,
    /// The share of what could be seen that was lost, 1e-6; none where it was not said.
    pub lost_ppm: Option<u32>,
    /// When liaison was informed; none where it was not.
    pub liaison_informed: Option<Interval>,
    /// Of consent: the parties that consented.
    pub consented: Vec<String>,
    /// Whether it is one party's consent alone.
    pub one_party: bool,
    /// The reason that was given; in the enclave alone.
    pub said_reason: Option<String>,
}

impl Hindered<'_> {
    fn view<W>(&self, span: Interval, at: Option<W>, informed: Option<Interval>) -> HindranceView<W> {
        let Hindrance { kind, area_of, sensors, lost_ppm, consented, .. } = self.hindrance;
        HindranceView {
            kind: *kind,
            span,
            at,
            area_of: area_of.clone().filter(|name| self.parties.contains(name)),
            sensors: sensors.len(),
            lost_ppm: *lost_ppm,
            liaison_informed: informed,
            consented: consented.iter().filter(|name| self.parties.contains(name)).cloned().collect(),
            one_party: self.hindrance.is_one_party_consent(),
            said_reason: None,
        }
    }
}

impl Releasable for Hindered<'_> {
    type View = HindranceView<Coarse>;

    fn for_tier(&self, rung: &Rung) -> Option<Self::View> {
        let rule = rung.rule(Product::Sight)?;
        let told_to = Time(rung.now().0.saturating_sub(rule.after_s.saturating_mul(NS_PER_S)));
        let held = self.hindrance.interval(told_to);
        // Its first slot must be over as long as the rule says; of later ones those are told that are.
        rung.due(Product::Sight, held.from, true)?;
        let slots = |from, to| Rung::slots(rule, &Interval { from, to });
        let span = slots(held.from, held.to);
        let span = Interval { from: span.from, to: span.to.min(slots(told_to, told_to).from) };
        let at = self.hindrance.place.map(|place| {
            let begun = Interval { from: held.from, to: held.from };
            Rung::coarse_by(rule, place, f64::from(self.hindrance.radius_m), &begun)
        });
        let informed = self.hindrance.liaison_informed.filter(|at| rung.due(Product::Sight, *at, true).is_some());
        let informed = informed.map(|at| slots(at, at));
        Some(self.view(span, at, informed))
    }
}

impl ForOperator for Hindered<'_> {
    type View = HindranceView<Exact>;

    fn whole(self) -> Self::View {
        let span = self.hindrance.interval(self.now);
        let radius_m = f64::from(self.hindrance.radius_m);
        let at = self.hindrance.place.map(|mean| Exact {
            mean,
            area_p90_m2: (std::f64::consts::PI * radius_m * radius_m).round() as u64,
            interval: span,
        });
        let informed = self.hindrance.liaison_informed.map(|at| Interval { from: at, to: at });
        let said_reason = Some(self.hindrance.said_reason.clone());
        HindranceView { said_reason, ..self.view(span, at, informed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::{Ladder, Tier};
    use proptest::prelude::*;
    use truceline_model::place::Place;
    use truceline_model::report::SourceRef;

    fn hindrance(from: Time, to: Option<Time>) -> Hindrance {
        Hindrance {
            source: SourceRef { source: "patrol by the mill".into(), boot: 1, sequence: 7 },
            owner: "Mission".into(),
            kind: HindranceKind::Denial,
            from,
            to,
            place: Some(Place::from_degrees(48.123_456_7, 37.765_432_1).unwrap()),
            radius_m: 200,
            sensors: vec!["mill camera".into()],
            area_of: Some("Bravo of the mill".into()),
            said_reason: "mines at the mill".into(),
            lost_ppm: Some(1_000_000),
            liaison_informed: None,
            consented: Vec::new(),
            text: "the mill".into(),
        }
    }

    proptest! {
        /// What holds still and what ended since the tier's time look alike, and of neither more is told than that time.
        #[test]
        fn whether_it_holds_still_is_not_told(
            after_s in 0_i64..9 * 86_400, lasted_s in 0_i64..9 * 86_400, further_s in 0_i64..86_400, tier in 0_usize..3,
        ) {
            let tier = [Tier::Commission, Tier::Parties, Tier::Public][tier];
            let from = Time::parse("2027-02-09T02:49:10.123Z").unwrap();
            let now = Time(from.0 + after_s * NS_PER_S);
            let rung = Ladder::default().rung(tier, now).unwrap();
            let parties = ["Alpha".to_owned(), "Bravo".to_owned()];
            let view = |to: Option<Time>| {
                rung.release(&Hindered { hindrance: &hindrance(from, to), parties: &parties, now })
                    .map(crate::release::Released::into_inner)
            };
            let told_to = Time(rung.now().0 - rung.rule(Product::Sight).unwrap().after_s * NS_PER_S);
            let open = view(None);
            prop_assert!(open.iter().all(|view| view.span.to <= told_to));
            let words = format!("{open:?}");
            prop_assert!(!words.contains("mill"));
            prop_assert_eq!(open.is_some(), rung.due(Product::Sight, from, true).is_some());
            let ended = Time(from.0 + lasted_s * NS_PER_S);
            if ended >= told_to {
                prop_assert_eq!(&view(Some(ended)), &open);
                prop_assert_eq!(&view(Some(Time(ended.0 + further_s * NS_PER_S))), &open);
            }
        }
    }
}
