//! A finding in words: the sentence that is shown, printed and put into a dossier, and what stands beside it.
//!
//! Before people have concluded the words are *possible*, *recorded*, *compatible*; never more.
pub mod attribution;
pub mod kind;
pub mod order;

use crate::agreement::Agreement;
use crate::judge::is_natural;
use truceline_model::event::Event;
use truceline_model::finding::{Finding, Verdict};
use truceline_model::hash::Hash;
use truceline_model::notice::Notice;
use truceline_model::posterior::PPB;
use truceline_model::reassessment::{Reassessment, Revises};
use truceline_model::time::Interval;

/// A probability in words: the bands of the intelligence community's directive 203.
#[must_use]
pub fn likelihood(p: f64) -> &'static str {
    match p {
        p if p < 0.05 => "almost no chance",
        p if p < 0.20 => "very unlikely",
        p if p < 0.45 => "unlikely",
        p if p < 0.55 => "roughly even",
        p if p < 0.80 => "likely",
        p if p < 0.95 => "very likely",
        _ => "almost certain",
    }
}

/// A probability with three decimals; never 0 and never 1.
#[must_use]
pub fn probability(p: f64) -> String {
    match p {
        p if p < 0.0005 => "< 0.001".to_owned(),
        p if p >= 0.9995 => "> 0.999".to_owned(),
        p => format!("{p:.3}"),
    }
}

/// An interval as people read it: the date once where it is the same.
#[must_use]
pub fn interval(interval: &Interval) -> String {
    let ((from_day, from), (to_day, to)) = (interval.from.words(), interval.to.words());
    if from_day == to_day {
        format!("{from_day} between {from} and {to} UTC")
    } else {
        format!("between {from_day} {from} and {to_day} {to} UTC")
    }
}

/// The finding as one statement.
#[must_use]
pub fn sentence(event: &Event, finding: &Finding, agreement: Option<&Agreement>, notice: Option<&Notice>) -> String {
    let posterior = &event.solution.posterior;
    let when =
        posterior.interval(95).map_or_else(|| "at an unknown time".to_owned(), |i| format!("on {}", interval(&i)));
    let when = when.replace("on between", "between");
    let what = format!("an event that {} recorded {when}", sensors(event));
    let clause = finding.clause.as_deref().unwrap_or("?");
    let inside_zone = zone_name(finding, agreement).map_or_else(String::new, |zone| format!(" inside the {zone}"));
    let p = p_of(finding);
    let inside =
        format!("{} ({}){inside_zone} while the agreement was in force", capital(likelihood(p)), probability(p));
    let kind = kind::sentence(&event.solution);
    let side_and_kind = match &finding.attribution {
        Some(found) => format!("{} {kind}", attribution::side(found, event.solution.class)),
        None if event.solution.kinds.is_none() => "Origin side and kind of event are not assessed.".to_owned(),
        None => format!("The origin side is not assessed. {kind}"),
    };
    match &finding.verdict {
        Verdict::RecordedOnly => {
            format!("Recorded only: {what}. {} {side_and_kind}", no_verdict(event, finding, agreement))
        }
        Verdict::PossibleBreach => {
            format!("Possible breach of clause {clause}: {what}. {inside}. {side_and_kind} Not yet reviewed by people.")
        }
        Verdict::Undetermined => {
            let p_min = agreement.map_or_else(String::new, |a| format!("; the agreement asks for {}", a.p_min));
            format!(
                "Undetermined under clause {clause}: {what}. {inside}{p_min}. {side_and_kind} Not yet reviewed by people."
            )
        }
        Verdict::PermittedAndNotified(found) => {
            let mass = f64::from(found.mass_ppb) / PPB;
            let who = notice.map_or_else(|| "a party".to_owned(), |n| format!("{}, {}", n.party, n.activity.name()));
            format!(
                "Permitted and notified under clause {}: {what}. It fits the notice of {who}: compatible, not proven. \
                 {} ({}) inside the notified place and window. {side_and_kind} Not yet reviewed by people.",
                found.clause,
                capital(likelihood(mass)),
                probability(mass)
            )
        }
    }
}

/// Why there is no verdict.
fn no_verdict(event: &Event, finding: &Finding, agreement: Option<&Agreement>) -> String {
    let (Some(_), Some(agreement)) = (finding.agreement, agreement) else {
        return "No agreement is in force for it, so there is no verdict.".to_owned();
    };
    let interval = event.solution.posterior.interval(95);
    if interval.is_some_and(|interval| agreement.is_in_force(&interval)) {
        return "The agreement in force prohibits nothing that is judged so far, so there is no verdict.".to_owned();
    }
    let claims: Vec<String> = agreement
        .parties
        .iter()
        .map(|party| {
            let own = agreement.claims.iter().filter(|claim| claim.by.as_ref().is_none_or(|by| by == party));
            let own: Vec<String> = own.map(|claim| self::interval(&claim.interval)).collect();
            if own.is_empty() {
                format!("{party} names no time")
            } else {
                format!("{party} says {}", own.join(" and "))
            }
        })
        .collect();
    format!("In force: disputed, so there is no verdict: {}.", claims.join("; "))
}

/// What speaks against the verdict, or limits it.
#[must_use]
pub fn against(event: &Event, finding: &Finding, agreement: Option<&Agreement>) -> Vec<String> {
    let mut said = Vec::new();
    match &finding.verdict {
        Verdict::PermittedAndNotified(found) => said.push(format!(
            "{} of the probability lies outside the notified place and window.",
            probability(1.0 - f64::from(found.mass_ppb) / PPB)
        )),
        Verdict::RecordedOnly => {}
        Verdict::PossibleBreach | Verdict::Undetermined => said.push(format!(
            "{} of the probability lies outside {}the time in force.",
            probability(1.0 - p_of(finding)),
            zone_name(finding, agreement).map_or_else(String::new, |zone| format!("the {zone} or outside "))
        )),
    }
    said.push(kind::against(&event.solution));
    said.push(match &event.solution.association {
        None => format!(
            "It rests on {} and on the source's own grouping of their detections; no sensor's silence was weighed.",
            sensors(event)
        ),
        Some(association) => format!(
            "It rests on {}, whose arrivals were associated by what they measured: {} ({}) of one origin. Of other sensors \
             only those whose records came count as silent.",
            sensors(event),
            likelihood(f64::from(association.p_real_ppb) / PPB),
            probability(f64::from(association.p_real_ppb) / PPB)
        ),
    });
    if let Some(others) = event.solution.association.map(|association| association.runners_up).filter(|n| *n > 0) {
        let events = if others == 1 { "another event explains" } else { "other events explain" };
        said.push(format!("{} {events} some of the same arrivals too.", capital(&number(others as usize))));
    }
    if event.solution.without.is_empty() {
        said.push(
            "All of it is of one owner, or of owners who are not stated: corroboration is never above C1.".to_owned(),
        );
    }
    said.extend(without_owners(event));
    match (&finding.attribution, agreement) {
        (Some(found), _) => said.extend(attribution::inconsistent(found)),
        // Without a line no side stands to which the two directions could be written.
        (None, Some(agreement)) if finding.verdict != Verdict::RecordedOnly => said.push(format!(
            "It may have been staged by any of {} to be seen as another's: no sensor can exclude that, in any direction.",
            agreement.parties.join(", ")
        )),
        (None, _) => {}
    }
    said
}

/// On whom the place hangs: without whom there is none, and who moves it the most.
fn without_owners(event: &Event) -> Vec<String> {
    let without = &event.solution.without;
    let mut said = Vec::new();
    let alone: Vec<&str> = without.iter().filter(|one| one.elsewhere.is_none()).map(|one| one.owner.as_str()).collect();
    if !alone.is_empty() {
        said.push(format!("Without the arrivals of {} the others hold no place.", either(&alone)));
    }
    let moves = without.iter().filter_map(|one| Some((one, one.elsewhere?)));
    let most = moves.reduce(|most, next| if next.1.moved_m > most.1.moved_m { next } else { most });
    if let Some((one, elsewhere)) = most {
        let mut text = format!(
            "Of the owners {} moves the place the most: without those arrivals it lies {} away, with a 90 % region of {}",
            one.owner,
            length(f64::from(elsewhere.moved_m)),
            area(elsewhere.area_p90_m2 as f64)
        );
        if let Some(p_real_ppb) = one.p_real_ppb {
            let p_real = f64::from(p_real_ppb) / PPB;
            text += &format!(", and the others have one origin with {}", probability(p_real));
        }
        said.push(text + ".");
    }
    said
}

/// Names, parted by "or".
fn either(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [before @ .., last] => format!("{} or {last}", before.join(", ")),
    }
}

fn length(m: f64) -> String {
    if m >= 10_000.0 { format!("{:.0} km", m / 1e3) } else { format!("{:.1} km", m / 1e3) }
}

fn area(m2: f64) -> String {
    if m2 >= 100e6 { format!("{:.0} km²", m2 / 1e6) } else { format!("{:.2} km²", m2 / 1e6) }
}

/// What could not be seen.
#[must_use]
pub fn not_seen(event: &Event) -> Vec<String> {
    let mut said = Vec::new();
    if event.solution.arrivals.iter().any(|used| used.report().is_some()) {
        said.push("Waveforms: only the arrays' own figures were delivered.".to_owned());
        said.push("Coverage: which arrays were running and heard nothing is not known.".to_owned());
    }
    if event.solution.arrivals.iter().any(|used| used.report().is_none()) {
        said.push(
            "Horizontal components: of a seismometer only the vertical one was looked at, for its first wave."
                .to_owned(),
        );
    }
    said
}

/// What would change the verdict.
#[must_use]
pub fn would_change(event: &Event, finding: &Finding, agreement: Option<&Agreement>) -> Vec<String> {
    let p_min = agreement.map_or(0.0, |a| a.p_min);
    let is_natural = is_natural(event.solution.kinds.as_ref());
    let mut said = match &finding.verdict {
        Verdict::Undetermined if is_natural => vec![
            "Sound of it, or nearer arrivals that put it on the ground: possible breach.".to_owned(),
            "A notice whose place and window meet the 95 % region and interval: permitted and notified.".to_owned(),
        ],
        Verdict::RecordedOnly => vec!["An agreement that was in force at the event's time.".to_owned()],
        Verdict::PossibleBreach => vec![
            "A notice whose place and window meet the 95 % region and interval: permitted and notified.".to_owned(),
            format!("Detections that leave less than {p_min} of the probability inside the zone: undetermined."),
        ],
        Verdict::Undetermined => vec![
            format!("Detections that put {p_min} or more of the probability inside the zone: possible breach."),
            "A notice whose place and window meet the 95 % region and interval: permitted and notified.".to_owned(),
        ],
        Verdict::PermittedAndNotified(_) => {
            vec!["Detections whose 95 % region or interval no longer meets the notice.".to_owned()]
        }
    };
    said.extend(finding.attribution.iter().flat_map(attribution::would_change));
    said
}

/// What a revision that a reassessment made says of itself: why, and both epochs.
#[must_use]
pub fn reassessed(asked: &Reassessment, revises: &Revises) -> String {
    let short = |hash: Hash| hash.to_string()[..8].to_owned();
    let what = match revises.earlier {
        None => format!("made from what came late, in epoch {}", short(revises.epoch)),
        Some(earlier) if earlier.epoch == revises.epoch => {
            format!("in epoch {}, it revises {} of the same epoch", short(revises.epoch), short(earlier.id))
        }
        Some(earlier) => format!(
            "in epoch {}, it revises {} of epoch {}",
            short(revises.epoch),
            short(earlier.id),
            short(earlier.epoch)
        ),
    };
    format!("Reassessed, asked for by {}: {} ({what}).", asked.asked_by, asked.reason.trim_end_matches('.'))
}

fn p_of(finding: &Finding) -> f64 {
    f64::from(finding.p_ppb.unwrap_or(0)) / PPB
}

/// A zone's name as it stands in a sentence, whose article it does not double.
pub(crate) fn after_article(name: &str) -> String {
    let name = name.to_lowercase();
    name.strip_prefix("the ").map_or_else(|| name.clone(), str::to_owned)
}

/// The zone of the finding's clause; none if it holds anywhere. Without the agreement's text it is called just that.
fn zone_name(finding: &Finding, agreement: Option<&Agreement>) -> Option<String> {
    use crate::agreement::Rule;
    let clause = agreement.zip(finding.clause.as_deref()).and_then(|(agreement, id)| agreement.clause(id));
    match (clause.map(|clause| &clause.rule), agreement) {
        (Some(Rule::Prohibits { zone: None, .. }), _) => None,
        (Some(Rule::Prohibits { zone: Some(id), .. }), Some(agreement)) => {
            Some(agreement.zone(id).map_or_else(|| "zone".to_owned(), |zone| after_article(&zone.name)))
        }
        _ => Some("zone".to_owned()),
    }
}

/// What recorded an event: arrays that reported it, or sensors of any kind.
fn sensors(event: &Event) -> String {
    let arrivals = &event.solution.arrivals;
    let reported = arrivals.iter().all(|used| used.report().is_some());
    let count = if reported { arrivals.len() } else { event.solution.sensors() };
    let name = if reported { "array" } else { "sensor" };
    format!("{} {name}{}", number(count), if count == 1 { "" } else { "s" })
}

fn number(count: usize) -> String {
    const NAMES: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    NAMES.get(count).map_or_else(|| count.to_string(), |name| (*name).to_owned())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lengths_and_areas_as_people_read_them() {
        assert_eq!((either(&["A"]), either(&["A", "B", "C"])), ("A".to_owned(), "A, B or C".to_owned()));
        assert_eq!((length(27_600.0), length(430.0)), ("28 km".to_owned(), "0.4 km".to_owned()));
        assert_eq!((area(4_645e6), area(1.04e6)), ("4645 km²".to_owned(), "1.04 km²".to_owned()));
        assert_eq!((after_article("The strip"), after_article("Theatre")), ("strip".to_owned(), "theatre".to_owned()));
    }

    #[test]
    fn probabilities_are_never_nought_or_one() {
        assert_eq!(probability(0.0), "< 0.001");
        assert_eq!(probability(0.0005), "0.001");
        assert_eq!(probability(0.9434), "0.943");
        assert_eq!(probability(1.0), "> 0.999");
        assert_eq!(
            (likelihood(0.943), likelihood(0.5), likelihood(0.96)),
            ("very likely", "roughly even", "almost certain")
        );
    }
}
