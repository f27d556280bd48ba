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
