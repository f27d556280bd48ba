//! What contradicts itself or another line in a register. Every rule has a name; a register passes if none is broken.
mod lines;
mod meanings;

#[cfg(test)]
mod tests;

use crate::register::Register;
use crate::words::choice;
use std::fmt;

choice! {
    /// A rule of the register.
    Rule {
        /// A line rests on nothing.
        WithoutSource => "line-without-source",
        /// A pledge rests on nothing.
        PledgeWithoutSource => "pledge-without-source",
        /// An article-layer line rests on no sentence.
        WithoutSentence => "article-line-without-sentence",
        /// An article-layer line rests on something beside the article.
        BesideTheArticle => "article-line-beside-the-article",
        /// There is no such sentence.
        SentenceOutOfRange => "sentence-out-of-range",
        /// A state stands twice.
        StateTwice => "state-twice",
        /// An id stands twice.
        IdTwice => "id-twice",
        /// A line speaks of one that is not there.
        Unknown => "unknown-reference",
        /// A line speaks of one of a later layer, which may be off.
        LaterLayer => "reference-to-later-layer",
        /// A step stands before the one that must be done first.
        StepBeforePredecessor => "step-before-predecessor",
        /// A track has no step, a step twice, or too many.
        Steps => "steps-once-each",
        /// Nothing is named on which a state needs no ratification.
        NoLegalBasis => "not-required-without-legal-basis",
        /// A pledge has come further than it was said.
        MoreThanSaid => "status-above-modality",
        /// A pledge is announced by another, who is not named.
        NobodyAnnounced => "announced-by-nobody",
        /// An organisation gives a guarantee.
        OrganisationGives => "organisation-as-guarantor",
        /// A body stands twice.
        BodyTwice => "body-twice",
        /// A body writes to one to which it may not.
        WritesToMechanism => "body-may-not-write-there",
        /// A caveat is nobody's.
        CaveatOfNobody => "caveat-of-nobody",
        /// A distance from more to less.
        Distance => "distance-from-less-to-more",
        /// A bound is not kept.
        Bound => "bound",
        /// A pillar rests on itself.
        RestsOnItself => "pillar-rests-on-itself",
    }
}

/// A rule that a line breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// The file and the place in it.
    pub place: String,
    /// What was found, and what was expected.
    pub message: String,
}

impl Violation {
    fn new(rule: Rule, place: &str, message: impl Into<String>) -> Self {
        Self { rule, place: place.to_owned(), message: message.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.place, self.message, self.rule.name())
    }
}

/// All that is wrong with a register, in the order of its lines.
#[must_use]
pub fn check(register: &Register) -> Vec<Violation> {
    let mut found = lines::check(register);
    found.extend(meanings::check(register));
    found
}
