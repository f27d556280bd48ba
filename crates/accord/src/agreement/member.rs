//! Who takes part in the mechanism, and in what: a matrix, since designs on record differ in all of it.

/// A row of the membership matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The organisation, as owners are called in the data.
    pub organisation: String,
    /// The party to which it belongs; none where it belongs to neither.
    pub party: Option<String>,
    /// It contributes data.
    pub contributes: bool,
    /// It operates the mechanism.
    pub operates: bool,
    /// It sees registered data.
    pub sees_raw: bool,
    /// It sees findings that were reviewed.
    pub sees_reviewed: bool,
    /// It sits in review.
    pub reviews: bool,
    /// It votes.
    pub votes: bool,
    /// It chairs.
    pub chairs: bool,
}
