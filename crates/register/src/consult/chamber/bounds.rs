//! Bounds of the acts' texts and lists.
use super::super::act::{Act, Basis, MAX_ITEMS, MAX_WORDS_BYTES};
use super::super::roll::MAX_SEATS;
use super::super::signed::{Refused, Rule};

/// The longest name in an act, such as a state's code or an office.
const MAX_NAME_BYTES: usize = 256;

pub(super) fn check(act: &Act) -> Result<(), Refused> {
    let (mut names, mut words, mut items): (Vec<&String>, Vec<&String>, usize) = (Vec::new(), Vec::new(), 0);
    let mut seats = 0;
    match act {
        Act::Found(roll) => names.push(&roll.journal),
        Act::Call(call) => {
            names.push(&call.seat);
            words.push(&call.question);
            words.extend(call.reminders.iter().map(|reminder| &reminder.words));
            words.extend(call.basis.iter().filter_map(|basis| match basis {
                Basis::Other(words) => Some(words),
                Basis::Finding { .. } => None,
            }));
            items = call.basis.len().max(call.reminders.len());
        }
        Act::Agenda(agenda) => {
            names.push(&agenda.seat);
            words.extend(&agenda.items);
            items = agenda.items.len();
        }
        Act::Position(text) => {
            names.push(&text.seat);
            words.push(&text.words);
        }
        Act::Revoke(revoke) => {
            names.push(&revoke.seat);
            words.push(&revoke.reason);
        }
        Act::Close(close) => names.push(&close.seat),
        Act::Decision(text) => {
            words.push(&text.words);
            seats = text.positions.len();
        }
        Act::Determination(text) => {
            words.push(&text.words);
            names.extend(&text.parties);
            items = text.parties.len().max(text.remedies.len());
            seats = text.positions.len();
        }
        Act::Dissent(dissent) => {
            names.push(&dissent.seat);
            words.push(&dissent.words);
        }
        Act::Measure(measure) => {
            names.extend([&measure.seat, &measure.option, &measure.caveats_checked_by]);
            words.extend([&measure.words, &measure.legal_basis]);
        }
        Act::Review(review) => words.push(&review.words),
        Act::Lift(lift) => words.push(&lift.words),
    }
    let over = |what: &str, most: usize| Err(Refused::new(Rule::Bound, format!("expected {what} of at most {most}")));
    match () {
        () if names.iter().any(|name| name.len() > MAX_NAME_BYTES) => over("names in bytes", MAX_NAME_BYTES),
        () if words.iter().any(|words| words.len() > MAX_WORDS_BYTES) => over("texts in bytes", MAX_WORDS_BYTES),
        () if items > MAX_ITEMS => over("lists", MAX_ITEMS),
        () if seats > MAX_SEATS => over("positions", MAX_SEATS),
        () => Ok(()),
    }
}
