//! Which case an event is: the one with which it shares the most arrivals.
use super::find::Found;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use truceline_model::case::CaseId;
use truceline_model::hash::Hash;

/// For each event the case that it goes on, if one does. Each case is one event's at most: pairs are taken by the
/// greatest overlap, then in the order of the events, which is that of their contents, then of the cases, which is that of
/// the inputs that made them.
pub(super) fn matched(found: &[Found<'_>], cases: &[(CaseId, BTreeSet<Hash>)]) -> Vec<Option<CaseId>> {
    let mut pairs: Vec<(Reverse<usize>, usize, usize)> = Vec::new();
    for (event, one) in found.iter().enumerate() {
        for (case, (_, cited)) in cases.iter().enumerate() {
            let shared = one.members.iter().filter(|member| cited.contains(&member.hash)).count();
            if shared > 0 {
                pairs.push((Reverse(shared), event, case));
            }
        }
    }
    pairs.sort_unstable();
    let mut of_events = vec![None; found.len()];
    let mut taken = vec![false; cases.len()];
    for (_, event, case) in pairs {
        if of_events[event].is_none() && !taken[case] {
            of_events[event] = Some(cases[case].0);
            taken[case] = true;
        }
    }
    of_events
}
