//! A draft tried on an event: whether it would be a breach of it, of which clause and why, and what of it could not be verified.
//!
//! What could not be verified has a reason each, so that those who draft can tell a clause that is too narrow from a network
//! that is too small. Nothing here is a verdict of its own: outcome and clause are the finding's.
use crate::agreement::{Agreement, Clause, Observed, Rule};
use crate::judge::is_natural;
use crate::words;
use truceline_model::attribution::{OriginSide, Why};
use truceline_model::canonical_names;
use truceline_model::event::Event;
use truceline_model::finding::{Finding, Verdict};
use truceline_model::posterior::{PPB, Posterior};

/// What the draft would say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It would possibly be a breach.
    WouldBeBreach,
    /// A notice would fit it.
    WouldBePermitted,
    /// No clause that is judged covers where and when it was.
    NotCovered,
    /// A clause may cover it, and where or when it was is not known well enough.
    NotVerified,
    /// Nothing is judged: the draft is not in force then by the word of all, or prohibits nothing that is judged.
    NotJudged,
}

canonical_names!(Outcome {
    "would-be-possible-breach" => WouldBeBreach,
    "would-be-permitted-and-notified" => WouldBePermitted,
    "not-covered" => NotCovered,
    "not-verified" => NotVerified,
    "not-judged" => NotJudged,
});

/// With less of the probability than this a place or a time is out of what a clause covers, in words *almost no chance*.
const OUT_BELOW: f64 = 0.05;

/// Why something could not be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// Nobody says that the draft is in force then.
    NotInForce,
    /// Parties do not say the same of when it is in force.
    ForceDisputed,
    /// It prohibits nothing that is judged so far.
    NothingJudged,
    /// The origin time is not known well enough for the times in force.
    TimeUncertain,
    /// It was outside of the zone.
    OutsideZone,
    /// Its region reaches across the zone's rim.
    StraddlesZone,
    /// A clause covers place and time, and of what kind it was is not assessed.
    KindNotAssessed,
    /// The draft has no line that parts parties there, so no side could be stated.
    NoLine,
    /// Fewer than two owners registered it.
    TooFewOwners,
    /// Less corroboration than the draft asks for.
    Corroboration,
    /// Its region goes beyond an end of the line.
    BeyondTheLine,
    /// Lines that are claimed part other parties.
    LinesDiffer,
    /// Its region straddles the line, or the evidence favours neither side by enough.
    StraddlesLine,
    /// It does not hold under each of the assumptions.
    Assumptions,
    /// That it was one event is less probable than the draft asks for.
    OneOrigin,
    /// It would not hold without the owners whom the draft wants to do without.
    NotRobust,
    /// What nobody does explains it so much better that it is taken for natural.
    Natural,
    /// Something kept from seeing then, so that more could have been known.
    Hindered,
}

canonical_names!(Obstacle {
    "not-in-force" => NotInForce,
    "force-disputed" => ForceDisputed,
    "nothing-judged" => NothingJudged,
    "time-uncertain" => TimeUncertain,
    "outside-zone" => OutsideZone,
    "straddles-zone" => StraddlesZone,
    "kind-not-assessed" => KindNotAssessed,
    "no-line" => NoLine,
    "too-few-owners" => TooFewOwners,
    "corroboration" => Corroboration,
    "beyond-the-line" => BeyondTheLine,
    "lines-differ" => LinesDiffer,
    "straddles-line" => StraddlesLine,
    "assumptions" => Assumptions,
    "one-origin" => OneOrigin,
    "not-robust" => NotRobust,
    "natural" => Natural,
    "hindered" => Hindered,
});

/// What could not be verified of an event, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified {
    /// Why.
    pub obstacle: Obstacle,
    /// What and why, in words.
    pub words: String,
}

/// A draft tried on an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// What it would say.
    pub outcome: Outcome,
    /// The clause that is most probably touched.
    pub clause: Option<String>,
    /// Why, in words.
    pub why: String,
    /// What could not be verified.
    pub unverified: Vec<Unverified>,
}

/// Tries a draft on an event with the finding that it led to. `hindered` says what kept from seeing at the event's time.
#[must_use]
pub fn trial(event: &Event, finding: &Finding, agreement: &Agreement, hindered: &[String]) -> Trial {
    let posterior = &event.solution.posterior;
    let judged = finding.clause.as_deref().and_then(|id| agreement.clause(id));
    let mut unverified = Vec::new();
    let (outcome, why) = match (&finding.verdict, judged) {
        (Verdict::RecordedOnly, _) | (_, None) => {
            let (obstacle, words) = not_judged(posterior, agreement);
            unverified.push(Unverified { obstacle, words: words.clone() });
            (Outcome::NotJudged, words)
        }
        (Verdict::PossibleBreach, Some(clause)) => (
            Outcome::WouldBeBreach,
            format!("{}; the draft asks for {}", shares(posterior, agreement, clause), agreement.p_min),
        ),
        (Verdict::PermittedAndNotified(found), Some(_)) => {
            let mass = f64::from(found.mass_ppb) / PPB;
            let why = format!("a notice fits it under clause {}, with {}", found.clause, words::probability(mass));
            (Outcome::WouldBePermitted, why)
        }
        (Verdict::Undetermined, Some(_)) if is_natural(event.solution.kinds.as_ref()) => {
            let words = words::kind::sentence(&event.solution);
            unverified.push(Unverified { obstacle: Obstacle::Natural, words: words.clone() });
            (Outcome::NotVerified, words)
        }
        (Verdict::Undetermined, Some(clause)) => undetermined(posterior, agreement, clause, &mut unverified),
    };
    if outcome != Outcome::NotJudged {
        unverified.extend(kinds(posterior, agreement));
        unverified.extend(side(finding, agreement));
        let one = |words: &String| Unverified { obstacle: Obstacle::Hindered, words: format!("then: {words}") };
        unverified.extend(hindered.iter().map(one));
    }
    Trial { outcome, clause: finding.clause.clone(), why, unverified }
}

fn not_judged(posterior: &Posterior, agreement: &Agreement) -> (Obstacle, String) {
    let interval = posterior.interval(95);
    match interval {
        Some(interval) if agreement.is_in_force(&interval) => {
            (Obstacle::NothingJudged, "the draft prohibits nothing that is judged so far".to_owned())
        }
        Some(interval) if agreement.is_claimed(&interval) => {
            (Obstacle::ForceDisputed, "not all parties say that it was in force then".to_owned())
        }
        _ => (Obstacle::NotInForce, "nobody says that it was in force then".to_owned()),
    }
}

fn undetermined(
    posterior: &Posterior,
    agreement: &Agreement,
    clause: &Clause,
    unverified: &mut Vec<Unverified>,
) -> (Outcome, String) {
    let why = format!("{}; the draft asks for {}", shares(posterior, agreement, clause), agreement.p_min);
    let (of_place, of_time) = (place_share(posterior, agreement, clause), time_share(posterior, agreement));
    // What would be no verdict either way is not verified; what leaves as little as a breach asks for on the other side is out.
    let out = |share: f64| share <= 1.0 - agreement.p_min && share < OUT_BELOW;
    let mut add = |obstacle, words: &str| unverified.push(Unverified { obstacle, words: words.to_owned() });
    if out(of_place) {
        add(Obstacle::OutsideZone, "clause: it was outside of the zone");
    } else if of_place < agreement.p_min {
        add(Obstacle::StraddlesZone, "clause: its region reaches across the zone's rim");
    }
    if of_time < agreement.p_min {
        add(Obstacle::TimeUncertain, "clause: its time reaches beyond the times in force");
    }
    if !out(of_place) && of_place >= agreement.p_min && of_time >= agreement.p_min {
        add(Obstacle::TimeUncertain, "clause: place and time each fit, and not together by as much as is asked for");
    }
    (if out(of_place) || out(of_time) { Outcome::NotCovered } else { Outcome::NotVerified }, why)
}

/// How much of the place and of the time the clause covers, in words.
fn shares(posterior: &Posterior, agreement: &Agreement, clause: &Clause) -> String {
    let of_time = words::probability(time_share(posterior, agreement));
    match zone_of(agreement, clause) {
        None => format!("{of_time} within the times in force, anywhere"),
        Some(name) => {
            let of_place = words::probability(place_share(posterior, agreement, clause));
            let name = words::after_article(name);
            format!("{of_place} inside the {name} and {of_time} within the times in force")
        }
    }
}

fn zone_of<'a>(agreement: &'a Agreement, clause: &Clause) -> Option<&'a str> {
    match &clause.rule {
        Rule::Prohibits { zone: Some(id), .. } => agreement.zone(id).map(|zone| zone.name.as_str()),
        _ => None,
    }
}

fn time_share(posterior: &Posterior, agreement: &Agreement) -> f64 {
    posterior.mass(|_| true, Some(&agreement.in_force))
}

fn place_share(posterior: &Posterior, agreement: &Agreement, clause: &Clause) -> f64 {
    let zone = match &clause.rule {
        Rule::Prohibits { zone: Some(id), .. } => agreement.zone(id),
        _ => return 1.0,
    };
    posterior.mass(|place| zone.is_some_and(|zone| zone.contains(place)), None)
}

/// Clauses that cover place and time and speak of a kind that is not assessed.
fn kinds(posterior: &Posterior, agreement: &Agreement) -> Vec<Unverified> {
    let unassessed = |clause: &&Clause| match &clause.rule {
        Rule::Prohibits { act, .. } => act.observed() == Observed::KindNotAssessed,
        _ => false,
    };
    let covers = |clause: &&Clause| {
        place_share(posterior, agreement, clause) >= agreement.p_min
            && time_share(posterior, agreement) >= agreement.p_min
    };
    let one = |clause: &Clause| {
        let act =
            if let Rule::Prohibits { act, .. } = &clause.rule { act.name().replace('-', " ") } else { String::new() };
        Unverified {
            obstacle: Obstacle::KindNotAssessed,
            words: format!("clause {}: it covers place and time, and whether it was {act} is not assessed", clause.id),
        }
    };
    agreement.clauses.iter().filter(unassessed).filter(covers).map(one).collect()
}

/// Why no side could be stated.
fn side(finding: &Finding, agreement: &Agreement) -> Option<Unverified> {
    let Some(found) = &finding.attribution else {
        return Some(Unverified {
            obstacle: Obstacle::NoLine,
            words: "side: the draft has no line that parts parties at that time".to_owned(),
        });
    };
    let OriginSide::Abstains(why) = &found.origin_side else { return None };
    let owners = found.corroboration.counted().owners;
    let proof = &agreement.proof;
    let (obstacle, words) = match why {
        Why::TooFewOwners => {
            (Obstacle::TooFewOwners, format!("{owners} owner registered it, and below two none is stated"))
        }
        Why::Corroboration => {
            let (has, asked) = (found.corroboration.level().name(), proof.corroboration_min.name());
            (Obstacle::Corroboration, format!("it is corroborated to {has}, and the draft asks for {asked}"))
        }
        Why::BeyondTheLine => (Obstacle::BeyondTheLine, "its region goes beyond an end of the line".to_owned()),
        Why::LinesDiffer => (Obstacle::LinesDiffer, "the lines that are claimed part different parties".to_owned()),
        Why::Between => (
            Obstacle::StraddlesLine,
            format!(
                "its region straddles the line: {} on the side of {}, {} on that of {}, and the draft asks for a ratio of {}",
                words::probability(f64::from(found.place.first_ppb) / PPB),
                found.line.parties.0,
                words::probability(f64::from(found.place.second_ppb) / PPB),
                found.line.parties.1,
                proof.ratio_min
            ),
        ),
        Why::Assumptions => (Obstacle::Assumptions, "it does not hold under each of the assumptions".to_owned()),
        Why::OneOrigin => (
            Obstacle::OneOrigin,
            format!(
                "that what was registered has one origin is less probable than {}, which the draft asks for",
                words::probability(proof.p_real_min)
            ),
        ),
        Why::NotRobust => (
            Obstacle::NotRobust,
            format!("it would not hold without any {} of {owners} owners, as the draft asks", proof.robustness),
        ),
        Why::Natural => (Obstacle::Natural, "it is taken for natural".to_owned()),
    };
    Some(Unverified { obstacle, words: format!("side: {words}") })
}

#[cfg(test)]
mod tests;
