use super::*;
use crate::attribute::owners::{Estimate, Estimates};
use proptest::prelude::*;

const POLICY: Policy = Policy { false_max: 2, p_false: 0.2, ratio_min: 100.0, plausible_min: 0.01 };

fn said(across_m: &[f64]) -> Statement {
    let of: Vec<Estimate> = across_m.iter().map(|across_m| Estimate { across_m: *across_m, sigma_m: 250.0 }).collect();
    state(&Estimates { of: &of, line_sigma_m: 300.0, reach_m: 6_000.0 }, &POLICY).unwrap()
}

#[test]
fn five_that_agree_state_a_side_and_no_two_of_them_can_take_it_away() {
    let statement = said(&[2_000.0, 1_900.0, 2_100.0, 2_050.0, 1_950.0]);
    assert_eq!(statement.stated, Some(Stated::Left));
    assert!(statement.certificate.unwrap() >= 3, "{statement:?}");
    assert!(statement.p_false.iter().all(|p| *p < 0.05), "{statement:?}");
}

#[test]
fn who_contradicts_the_rest_is_found_and_does_not_turn_the_side() {
    let statement = said(&[-2_500.0, 1_900.0, 2_100.0, 2_050.0, 1_950.0]);
    assert_eq!(statement.stated, Some(Stated::Left));
    assert!(statement.p_false[0] > 0.99 && statement.p_false[1] < 0.05, "{statement:?}");
}

#[test]
fn two_against_two_state_nothing() {
    let statement = said(&[-2_000.0, -2_050.0, 2_000.0, 2_050.0]);
    assert_eq!((statement.stated, statement.certificate, statement.collusion_number()), (None, None, None));
}

#[test]
fn one_owner_alone_has_no_certificate() {
    let statement = said(&[3_000.0]);
    assert_eq!(
        (statement.stated, statement.certificate, statement.collusion_number()),
        (Some(Stated::Left), Some(0), Some(1))
    );
    assert_eq!(statement.ln_ratio_without, [None]);
}

#[test]
fn near_the_line_nothing_is_stated() {
    assert_eq!(said(&[200.0, 100.0, -50.0, 150.0, 0.0]).stated, None);
}

#[test]
fn as_many_owners_as_the_bound_allows() {
    assert!(state(&Estimates { of: &[], line_sigma_m: 1.0, reach_m: 1.0 }, &POLICY).is_none());
    let many = [Estimate { across_m: 1.0, sigma_m: 1.0 }; OWNERS_MAX + 1];
    assert!(state(&Estimates { of: &many, line_sigma_m: 1.0, reach_m: 1.0 }, &POLICY).is_none());
}

proptest! {
    /// Left and right exchanged: everything is mirrored, bit for bit.
    #[test]
    fn label_swap(across_m in prop::collection::vec(-4_000.0_f64..4_000.0, 1..6)) {
        let straight = said(&across_m);
        let mirrored = said(&across_m.iter().map(|z| -z).collect::<Vec<_>>());
        let swap = |side: Option<Stated>| side.map(|side| if side == Stated::Left { Stated::Right } else { Stated::Left });
        prop_assert_eq!(straight.stated, swap(mirrored.stated));
        prop_assert_eq!(straight.ln_ratio.to_bits(), (0.0 - mirrored.ln_ratio).to_bits());
        prop_assert_eq!(straight.ln_ratio_interval, (-mirrored.ln_ratio_interval.1, -mirrored.ln_ratio_interval.0));
        prop_assert_eq!(straight.p_false, mirrored.p_false);
        prop_assert_eq!(straight.certificate, mirrored.certificate);
    }

    /// The certificate says what it says: leaving out any owners up to it leaves the side stated.
    #[test]
    fn a_certificate_holds(across_m in prop::collection::vec(500.0_f64..3_000.0, 2..6), out in prop::collection::vec(any::<bool>(), 6)) {
        let statement = said(&across_m);
        let Some(k) = statement.certificate else { return Ok(()) };
        let kept: Vec<f64> = across_m.iter().zip(&out).filter(|(_, out)| !**out).map(|(z, _)| *z).collect();
        if across_m.len() - kept.len() <= k as usize {
            prop_assert_eq!(said(&kept).stated, statement.stated);
        }
    }
}

/// What each set of owners says, whoever is among; sets that leave out more than two were not located, as of events of mixed kinds.
#[derive(Debug, Clone)]
struct Table {
    owners: usize,
    of: Vec<Side>,
}

const NOTHING: Side = Side { ln_evidence: f64::NEG_INFINITY, left: 0.5, right: 0.5 };

impl Table {
    /// By the rows of the sets that were located: owners, support, probability of left.
    fn new(owners: usize, rows: &[(Mask, f64, f64)]) -> Self {
        let mut of = vec![NOTHING; 1 << owners];
        for (set, ln_evidence, left) in rows {
            of[*set as usize] = Side { ln_evidence: *ln_evidence, left: *left, right: 1.0 - left };
        }
        Self { owners, of }
    }

    fn everyone(&self) -> Mask {
        (1 << self.owners) - 1
    }

    /// The same of some owners alone.
    fn alone(&self, kept: Mask) -> Option<Stated> {
        weigh(self, &POLICY, kept).stated
    }
}

impl Evidence for Table {
    fn owners(&self) -> usize {
        self.owners
    }

    fn side(&self, _: Mask, honest: Mask) -> Side {
        self.of[honest as usize]
    }
}

/// Rows of all owners, of all but each and of all but each two.
fn rows(owners: usize, of: impl Fn(Mask) -> (f64, f64)) -> Vec<(Mask, f64, f64)> {
    let everyone: Mask = (1 << owners) - 1;
    let sets = (0..=2).flat_map(|left_out| choices(everyone, owners as u32 - left_out));
    sets.map(|set| (set, of(set).0, of(set).1)).collect()
}

/// Of five with seven arrivals two left out leave no place. That is no doubt about the five where all agree; where how well they
/// agree is not known, it is.
#[test]
fn what_is_too_little_to_say_a_side_is_no_doubt_where_all_agree() {
    let agreed = |support: &dyn Fn(u32) -> f64| {
        Table::new(5, &rows(5, |set| (support(set.count_ones()), if set.count_ones() < 4 { 0.5 } else { 0.9999 })))
    };
    let unknown = state(&agreed(&|_| 0.0), &POLICY).unwrap();
    assert_eq!(unknown.stated, None);
    let known = state(&agreed(&|owners| 9.0 * (f64::from(owners) - 2.5)), &POLICY).unwrap();
    assert_eq!((known.stated, known.certificate), (Some(Stated::Left), Some(1)));
    assert!(known.p_false.iter().all(|p| *p < 0.01), "{known:?}");
}

/// Whoever is false and contradicts the rest is named, and the rest alone say the side.
#[test]
fn who_contradicts_is_named_by_how_well_the_others_agree() {
    let liar: Mask = 0b00001;
    let of = |set: Mask| {
        let honest = f64::from((set & !liar).count_ones());
        // Its arrivals are worth less than anything to whoever believes them.
        (9.0 * (honest - 1.0) - if set & liar == 0 { 0.0 } else { 8.0 }, if set & liar == 0 { 0.9999 } else { 0.7 })
    };
    let said = state(&Table::new(5, &rows(5, of)), &POLICY).unwrap();
    assert!(said.p_false[0] > 0.98 && said.p_false[1..].iter().all(|p| *p < 0.05), "{said:?}");
    assert_eq!((said.stated, said.certificate), (Some(Stated::Left), Some(1)));
}

/// An owner's invented arrivals agree with each other as well as true ones do. All others together hold no place: nothing is
/// certified, however well its own agree.
#[test]
fn what_one_owner_invents_alone_is_not_certified() {
    for support in [0.0, 20.0, 1e4] {
        let inventor: Mask = 0b0001;
        let of = |set: Mask| if set & inventor == 0 { (0.0, 0.5) } else { (support, 0.9999) };
        let said = state(&Table::new(4, &rows(4, of)), &POLICY).unwrap();
        assert!(said.certificate.unwrap_or(0) == 0, "{support}: {said:?}");
        assert!(!said.stated_without[0]);
    }
}

/// Sides and supports of each set of owners, most of which lean one way.
fn table(owners: usize) -> impl Strategy<Value = Table> {
    let left = prop_oneof![8 => Just(0.999_9), 1 => Just(0.5), 1 => Just(0.000_1), 1 => 0.0_f64..1.0];
    let support = prop_oneof![3 => -5.0_f64..60.0, 1 => Just(0.0), 1 => Just(-1e5)];
    prop::collection::vec((support, left), 1 << owners)
        .prop_map(move |drawn| Table::new(owners, &rows(owners, |set| drawn[set as usize])))
}

fn mirrored(of: &Table) -> Table {
    let turned = |side: &Side| Side { left: side.right, right: side.left, ..*side };
    Table { owners: of.owners, of: of.of.iter().map(turned).collect() }
}

/// The owners of a set of at most two.
fn few(owners: usize) -> impl Strategy<Value = Mask> {
    (0..owners, 0..owners).prop_map(|(a, b)| (1 << a) | (1 << b))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// What sets say with false owners in them, and how well they seem to agree, may be anything: a side that is certified against
    /// so many is what the honest alone state, whatever the false ones do.
    #[test]
    fn whatever_false_owners_say_a_certified_side_is_that_of_the_honest(
        (told, other, liars) in (3_usize..6).prop_flat_map(|owners| (table(owners), table(owners), few(owners)))
    ) {
        let mut honest_same = other.clone();
        for (set, side) in told.of.iter().enumerate().filter(|(set, _)| *set as Mask & liars == 0) {
            honest_same.of[set] = *side;
        }
        let honest = told.everyone() & !liars;
        for table in [&told, &honest_same] {
            let said = state(table, &POLICY).unwrap();
            if said.certificate.is_some_and(|k| k >= liars.count_ones()) {
                prop_assert_eq!(said.stated, told.alone(honest));
            }
        }
    }

    /// More support of sets with an owner in them never certifies a side that all the others contradict or do not hold.
    #[test]
    fn support_never_certifies_what_a_set_left_out_contradicts(
        (mut table, liars) in (3_usize..6).prop_flat_map(|owners| (table(owners), few(owners))),
        left in prop_oneof![Just(0.5), Just(0.000_1)],
        more in 0.0_f64..1e4,
    ) {
        for set in 0..table.of.len() as Mask {
            let side = &mut table.of[set as usize];
            if set & liars == 0 {
                *side = Side { left, right: 1.0 - left, ..*side };
            } else {
                side.ln_evidence += more;
            }
        }
        let said = state(&table, &POLICY).unwrap();
        prop_assert!(said.stated != Some(Stated::Left) || said.certificate.unwrap() < liars.count_ones(), "{said:?}");
    }

    /// Left and right exchanged, with supports of any size: mirrored, bit for bit.
    #[test]
    fn label_swap_of_supported_sets(table in (2_usize..6).prop_flat_map(table)) {
        let (straight, turned) = (state(&table, &POLICY).unwrap(), state(&mirrored(&table), &POLICY).unwrap());
        let swap = |side: Option<Stated>| side.map(|side| if side == Stated::Left { Stated::Right } else { Stated::Left });
        prop_assert_eq!(straight.stated, swap(turned.stated));
        prop_assert_eq!(straight.ln_ratio.to_bits(), (0.0 - turned.ln_ratio).to_bits());
        prop_assert_eq!(straight.p_false, turned.p_false);
        prop_assert_eq!(straight.certificate, turned.certificate);
    }
}
