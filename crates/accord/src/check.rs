//! What is contradictory, unreachable or missing in an agreement, and what of it could not be verified: for those who draft one.
//!
//! One file for each question: [`force`], [`lines`], [`clauses`], [`proof`], [`words`]. Every remark says what to do.
mod clauses;
mod force;
mod lines;
mod proof;
mod words;

use crate::agreement::Agreement;
use truceline_model::canonical_names;

/// What sort of remark it is, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemarkKind {
    /// Two parts of the text say opposite things.
    Contradiction,
    /// A part that can never have an effect.
    Unreachable,
    /// Something is missing without which parts of it stay open.
    Gap,
    /// A part that cannot be verified, or not with what is taken in so far.
    NotVerifiable,
}

canonical_names!(RemarkKind {
    "contradiction" => Contradiction,
    "unreachable" => Unreachable,
    "gap" => Gap,
    "not-verifiable" => NotVerifiable,
});

/// A remark on a part of an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What sort.
    pub kind: RemarkKind,
    /// Which part, as people call it.
    pub place: String,
    /// What is so.
    pub message: String,
    /// What to do.
    pub advice: String,
}

impl Remark {
    fn new(kind: RemarkKind, place: impl Into<String>, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { kind, place: place.into(), message: message.into(), advice: advice.into() }
    }
}

/// All remarks on an agreement, the gravest first, then in the order of the text.
#[must_use]
pub fn check(agreement: &Agreement) -> Vec<Remark> {
    let mut remarks = force::check(agreement);
    remarks.extend(lines::check(agreement));
    remarks.extend(clauses::check(agreement));
    remarks.extend(proof::check(agreement));
    remarks.extend(words::check(agreement));
    remarks.sort_by_key(|remark| remark.kind);
    remarks
}

/// Whether an agreement can be adopted with these remarks: nothing contradicts, nothing is unreachable.
#[must_use]
pub fn passes(remarks: &[Remark]) -> bool {
    remarks.iter().all(|remark| remark.kind > RemarkKind::Unreachable)
}

#[cfg(test)]
mod tests;
