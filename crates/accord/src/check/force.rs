//! When it is in force.
use super::{Remark, RemarkKind};
use crate::agreement::Agreement;

pub(super) fn check(agreement: &Agreement) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for party in &agreement.parties {
        if !agreement.claims.iter().any(|claim| claim.by.as_ref().is_none_or(|by| by == party)) {
            remarks.push(Remark::new(
                RemarkKind::Contradiction,
                format!("in_force of {party}"),
                format!("{party} names no time, so it is in force at none"),
                "add an [[in_force]] by this party, or one without `by` that all agreed to",
            ));
        }
    }
    for (i, claim) in agreement.claims.iter().enumerate() {
        let Some(by) = &claim.by else { continue };
        if !agreement.is_in_force(&claim.interval) {
            remarks.push(Remark::new(
                RemarkKind::Unreachable,
                format!("in_force[{i}] of {by}"),
                format!(
                    "{} to {} is a window that never opens: not all say so",
                    claim.interval.from, claim.interval.to
                ),
                "agree on a time that all parties' windows hold, or drop it",
            ));
        }
    }
    if agreement.p_min < 0.5 {
        remarks.push(Remark::new(
            RemarkKind::Gap,
            "agreement.p_min",
            format!("{} calls a possible breach what is more probably none", agreement.p_min),
            "adopt at least 0.5, or say in the note why less is meant",
        ));
    }
    remarks
}
