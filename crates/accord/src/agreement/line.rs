//! Lines of an agreement: where they run, how surely, since when, and whose they are.
use truceline_model::canonical_names;
use truceline_model::place::Place;
use truceline_model::time::Interval;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// Where forces face each other.
    Contact,
    /// Agreed as the line of a ceasefire.
    Ceasefire,
    /// Behind which something is to be withdrawn.
    Withdrawal,
    /// A zone's rim.
    ZoneBoundary,
    /// An administration's boundary.
    Administrative,
    /// At sea.
    Maritime,
}

canonical_names!(LineKind {
    "contact-line" => Contact,
    "ceasefire-line" => Ceasefire,
    "withdrawal-line" => Withdrawal,
    "zone-boundary" => ZoneBoundary,
    "administrative-boundary" => Administrative,
    "maritime-line" => Maritime,
});

/// Whose line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineStatus {
    /// All parties agreed to it.
    Agreed,
    /// Somebody assessed it; no party has agreed to it.
    Assessed,
    /// A party says that it is elsewhere.
    Disputed,
}

canonical_names!(LineStatus { "agreed" => Agreed, "assessed" => Assessed, "disputed" => Disputed });

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its short name.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What it is.
    pub kind: LineKind,
    /// Whose it is.
    pub status: LineStatus,
    /// The one party that drew it, if it is one party's alone.
    pub claimed_by: Option<String>,
    /// The parties left and right of it, as one walks along its vertices; none where it divides no parties.
    pub sides: Option<(String, String)>,
    /// From when to when it is where it is drawn.
    pub epoch: Option<Interval>,
    /// Its parts, each a row of vertices.
    pub parts: Vec<Vec<LineVertex>>,
}

/// A vertex of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineVertex {
    /// Where it is drawn.
    pub place: Place,
    /// Standard deviation of the line across itself there, m.
    pub sigma_m: f64,
}

impl Line {
    /// Its length as drawn, m.
    #[must_use]
    pub fn length_m(&self) -> f64 {
        let of = |part: &Vec<LineVertex>| -> f64 {
            part.windows(2)
                .map(|pair| truceline_model::geodesic::between(pair[0].place, pair[1].place).distance_m)
                .sum()
        };
        self.parts.iter().map(of).sum()
    }
}
