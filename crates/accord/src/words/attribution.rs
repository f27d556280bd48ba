//! On which side of a line something was, in words. That a side is stated says that the event lay there: of a shell that fell it is
//! the side that was fired at, and each statement says so where launches and impacts are not told apart.
//!
//! Strength of evidence has the verbal scale of the European Network of Forensic Science Institutes (*Guideline for evaluative
//! reporting in forensic science*, 2015), always beside its number; probabilities have the words of the directive 203. Both are
//! never mixed in one clause. No word here names who did something: a side is a side of a line.
use super::{capital, either, likelihood, number, probability};
use truceline_model::attribution::corroboration::{Corroboration, Level};
use truceline_model::attribution::{Attribution, OriginSide, Proposition, Staged, Weighed, Why};
use truceline_model::kind::{Class, Kind};
use truceline_model::posterior::PPB;

/// Stands wherever a side is stated in short, unless the kind of the event tells: a shell lies where it fell, on the side that was fired at.
pub const FIRED_OR_FELL: &str =
    "Whether something was fired there, or came down there after it was fired elsewhere, is not told.";

/// Stands wherever a side is stated in short.
pub const STAGED_EITHER: &str = "That it was staged, by either to be seen as the other's, is not excluded.";

/// How strongly a likelihood ratio supports the one against the other, by its common logarithm in 1e-3.
#[must_use]
pub fn support(log10_milli: i32) -> &'static str {
    match log10_milli.unsigned_abs() {
        // Twice as probable.
        0..301 => "no support for either",
        301..1_000 => "weak support",
        1_000..2_000 => "moderate support",
        2_000..3_000 => "moderately strong support",
        3_000..4_000 => "strong support",
        4_000..6_000 => "very strong support",
        _ => "extremely strong support",
    }
}

/// A likelihood ratio with two significant digits.
#[must_use]
pub fn ratio(log10_milli: i32) -> String {
    let value = libm::exp(f64::from(log10_milli) / 1e3 * std::f64::consts::LN_10);
    if value >= 10.0 {
        let step = libm::exp(f64::from(log10_milli.div_euclid(1_000) - 1) * std::f64::consts::LN_10).round();
        format!("{:.0}", (value / step).round() * step)
    } else if value >= 1.0 {
        format!("{value:.1}")
    } else {
        let digits = (1 - log10_milli.div_euclid(1_000)) as usize;
        format!("{value:.digits$}")
    }
}

/// A proposition as people read it.
#[must_use]
pub fn proposition(proposition: &Proposition) -> String {
    match proposition {
        Proposition::Side(party) => format!("the side of {party}"),
        Proposition::Exchange => "both, in an exchange".to_owned(),
        Proposition::Band => "inside the line's band".to_owned(),
        Proposition::ThirdActor => "a third actor".to_owned(),
        Proposition::NoOne => "no one: natural, accident, notified".to_owned(),
        Proposition::Unknown => "unknown (reference, = 1)".to_owned(),
    }
}

/// Whether something was fired on a side that is stated, or fell on it, as far as the event's kind tells.
#[must_use]
pub fn fired_or_fell(class: Class) -> &'static str {
    match class {
        Class::Of(Kind::Launch | Kind::Shot | Kind::Burst) => {
            "That it came down there after it was fired elsewhere is less probable, and not excluded."
        }
        Class::Of(Kind::Impact) => "From which side it was fired is not told.",
        _ => FIRED_OR_FELL,
    }
}

/// The side of an event of this kind, or why none is stated, as one statement.
#[must_use]
pub fn side(attribution: &Attribution, class: Class) -> String {
    let (first, second) = &attribution.line.parties;
    match &attribution.origin_side {
        OriginSide::Stated(party) => {
            let other = if party == first { second } else { first };
            let sign = if party == first { 1 } else { -1 };
            let between = &attribution.between;
            let least = if sign > 0 { between.least_log10_milli } else { -between.most_log10_milli };
            format!(
                "Origin side: that of {party}, on which the event lay. What was registered is {} times as probable of one there \
                 as of one on the side of {other} ({}), and at least {} times under each of the assumptions. {} \
                 {STAGED_EITHER}",
                ratio(sign * between.log10_milli),
                support(between.log10_milli),
                ratio(least),
                fired_or_fell(class)
            )
        }
        OriginSide::Abstains(why) => format!("No origin side is stated: {}.", reason(*why)),
    }
}

fn reason(why: Why) -> &'static str {
    match why {
        Why::TooFewOwners => "fewer than two owners registered it",
        Why::Corroboration => "there is less corroboration than the agreement asks for",
        Why::BeyondTheLine => "its region goes beyond an end of the line",
        Why::LinesDiffer => "the lines that are claimed part different parties",
        Why::Between => "the evidence favours neither side by as much as the agreement asks for",
        Why::Assumptions => "it does not hold under each of the assumptions",
        Why::OneOrigin => "that what was registered has one origin is less probable than the agreement asks for",
        Why::NotRobust => "it would not stand without some of the owners whom the agreement wants to do without",
        Why::Natural => "it is taken for natural",
    }
}

/// How far it holds if owners' data are false, as one statement.
#[must_use]
pub fn certificate(attribution: &Attribution) -> String {
    let owners = attribution.corroboration.counted().owners as usize;
    if attribution.corroboration.is_of_one_owner() {
        return "It rests on one owner alone: corroboration is never above C1, and no side is stated.".to_owned();
    }
    match (attribution.certificate_k, attribution.collusion_number()) {
        (Some(0), _) => format!("It hangs on one of {} owners: without that one nothing is stated.", number(owners)),
        (Some(k), Some(together)) => format!(
            "It holds if any {} of {} owners {} false. {} together could take it away.",
            number(k as usize),
            number(owners),
            if k == 1 { "is" } else { "are" },
            capital(&number(together as usize))
        ),
        _ => "With all owners nothing is stated, so there is no certificate.".to_owned(),
    }
}

/// Corroboration as a level with what was counted.
#[must_use]
pub fn corroboration(corroboration: &Corroboration) -> String {
    let counted = corroboration.counted();
    let plural = |count: u32, one: &str, many: &str| {
        format!("{} {}", number(count as usize), if count == 1 { one } else { many })
    };
    let further = match corroboration.level() {
        Level::C4 if counted.site_visit => ", and a visit to the site",
        Level::C4 => ", and sensors of the party whose side it is",
        _ => "",
    };
    format!(
        "{}: {}, {}, {}{further}",
        corroboration.level().name(),
        plural(counted.owners, "owner", "owners"),
        plural(counted.arrivals, "arrival", "arrivals"),
        plural(counted.modalities, "way of sensing", "ways of sensing"),
    )
}

/// Owners whose data do not fit the others', with how sure that is.
#[must_use]
pub fn inconsistent(attribution: &Attribution) -> Vec<String> {
    let one = |owner: &truceline_model::attribution::OwnerPart| {
        let p = owner.p_false_ppb.map_or(0.0, |ppb| f64::from(ppb) / PPB);
        format!(
            "The data of {} are inconsistent with those of the others: {} ({}) not of this event. Why is for people to find out.",
            owner.owner,
            likelihood(p),
            probability(p)
        )
    };
    attribution.inconsistent().map(one).collect()
}

/// What would change whether a side is stated.
#[must_use]
pub fn would_change(attribution: &Attribution) -> Vec<String> {
    let mut said = Vec::new();
    match &attribution.origin_side {
        OriginSide::Stated(party) => {
            let pillars: Vec<&str> =
                attribution.owners.iter().filter(|one| !one.stated_without).map(|one| one.owner.as_str()).collect();
            if !pillars.is_empty() {
                said.push(format!("The data of {} being false: no side would be stated.", either(&pillars)));
            } else if let Some(together) = attribution.collusion_number() {
                said.push(format!(
                    "{} owners being false together: the side of {party} might no longer be stated.",
                    capital(&number(together as usize))
                ));
            }
            said.push("The line lying elsewhere than the agreement's, by more than its stated deviation.".to_owned());
        }
        OriginSide::Abstains(Why::TooFewOwners | Why::Corroboration | Why::OneOrigin | Why::NotRobust) => {
            said.push("Measurements of further owners that agree: an origin side could be stated.".to_owned());
        }
        OriginSide::Abstains(Why::BeyondTheLine) => {
            said.push("A line that goes on beyond its end: an origin side could be stated.".to_owned());
        }
        OriginSide::Abstains(Why::LinesDiffer) => {
            said.push("A line that the parties agree to: an origin side could be stated.".to_owned());
        }
        OriginSide::Abstains(Why::Between | Why::Assumptions) => {
            said.push(
                "Measurements that narrow the place, or a line that is better known: a side could be stated."
                    .to_owned(),
            );
        }
        OriginSide::Abstains(Why::Natural) => {
            said.push("Sound of it, or nearer arrivals that put it on the ground: a side could be stated.".to_owned());
        }
    }
    said
}

/// The staged incident, in one direction.
#[must_use]
pub fn staged(staged: Staged<'_>) -> String {
    let Staged { by, seen_as } = staged;
    format!(
        "It may have been staged by {by} to be seen as coming from the side of {seen_as}: no sensor can exclude that, and no \
         number is given to it. Who gained and who had access there is for people to find out."
    )
}

/// What is kept open beside it, whichever side is named or none: whose fire it was, staged incidents in both directions, then what
/// no measurement speaks of.
#[must_use]
pub fn alternatives(attribution: &Attribution) -> Vec<String> {
    let mut said = vec![
        "Fire from either side comes down on the other: where an event lay does not tell whose it was.".to_owned(),
    ];
    said.extend(attribution.staged().map(staged));
    let unmeasured = |one: &&Weighed| one.ratio.is_none();
    let names: Vec<String> =
        attribution.propositions.iter().filter(unmeasured).map(|one| proposition(&one.proposition)).collect();
    if !names.is_empty() {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        said.push(format!("{}: no measurement of this event speaks for or against.", capital(&either(&names))));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_have_two_digits_and_a_word() {
        for (log10_milli, text, word) in [
            (3_100, "1300", "strong support"),
            (2_000, "100", "moderately strong support"),
            (1_903, "80", "moderate support"),
            (897, "7.9", "weak support"),
            (0, "1.0", "no support for either"),
            (-1_897, "0.013", "moderate support"),
            (-301, "0.50", "weak support"),
            (6_100, "1300000", "extremely strong support"),
        ] {
            assert_eq!((ratio(log10_milli).as_str(), support(log10_milli)), (text, word), "{log10_milli}");
        }
    }
}
