//! Of what kind an event was, in words: which kind fits best, and how much better what nobody does explains it than what somebody
//! does. A kind is never a finding.
use super::attribution::{ratio, support};
use crate::judge::is_natural;
use truceline_model::event::Solution;
use truceline_model::kind::{Class, Kind, Kinds};

/// The kind, as one statement.
#[must_use]
pub fn sentence(solution: &Solution) -> String {
    let Some(natural) = natural_log10_milli(solution) else { return "The kind of event is not assessed.".to_owned() };
    let (better, worse) = match natural >= 0 {
        true => ("what nobody does (an earthquake, thunder)", "what somebody does"),
        false => ("what somebody does", "what nobody does (an earthquake, thunder)"),
    };
    let fits = match solution.class {
        Class::NotAssessed | Class::Undecided | Class::Of(Kind::Unknown) => "no kind stands out".to_owned(),
        Class::Of(kind) => format!("{} fits best", kind.name()),
    };
    format!(
        "Kind of event: {fits}; the waves that were registered are {} times as probable of {better} as of {worse} ({}).",
        ratio(natural.abs()),
        support(natural)
    )
}

/// What of the kind limits the verdict.
pub(super) fn against(solution: &Solution) -> String {
    match natural_log10_milli(solution) {
        None => "The kind of event is not assessed: it may be natural or an accident.".to_owned(),
        Some(natural) if is_natural(solution.kinds.as_ref()) => format!(
            "It is taken for natural: that is {} times as probable by the waves that were registered as an act is.",
            ratio(natural)
        ),
        Some(_) => {
            "The kind of event is known by which waves were registered alone: it may be an accident, or natural."
                .to_owned()
        }
    }
}

fn natural_log10_milli(solution: &Solution) -> Option<i32> {
    Some((solution.kinds.as_ref().and_then(Kinds::natural_log10)? * 1e3).round() as i32)
}
