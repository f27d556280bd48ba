//! What a bulletin is made of. Where a store has nothing of a kind the field is none, and the bulletin says so.
use crate::tally::Tally;
use crate::zone::Zone;
use truceline_accord::Agreement;
use truceline_accord::release::Tier;
use truceline_accord::release::views::{CaseView, NoticeView};
use truceline_model::canonical_names;
use truceline_model::hash::Hash;
use truceline_model::time::{Interval, Time};

/// Which bulletin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A day, in full.
    Daily,
    /// One case, on one page.
    Spot,
    /// One case, in five lines to both parties at the same second.
    Flash,
    /// A week, with its days side by side.
    Weekly,
    /// Some hours, where a day is too slow.
    Rolling,
}

canonical_names!(Kind {
    "daily" => Daily,
    "spot" => Spot,
    "flash" => Flash,
    "weekly" => Weekly,
    "rolling" => Rolling,
});

/// The head of a bulletin, and what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Which bulletin.
    pub kind: Kind,
    /// The mechanism: the journal's name.
    pub mechanism: String,
    /// From when to when.
    pub period: Interval,
    /// The time zone of all that is printed.
    pub zone: Zone,
    /// Nothing that was known after this is in it.
    pub as_of: Time,
    /// When it is issued.
    pub issued: Time,
    /// For whom.
    pub tier: Tier,
    /// How many of the release rules the agreement states, and how many there are.
    pub rules_adopted: (usize, usize),
    /// SHA-256 of the agreement's entry; none where none was loaded.
    pub agreement: Option<Hash>,
    /// The root of the log's newest signed checkpoint.
    pub log_root: Option<Hash>,
    /// How many entries it covers; none where that is not told to the tier.
    pub log_size: Option<u64>,
}

/// What kept sensors from being seen, of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImpedimentCount {
    /// Its kind, as the journal names it.
    pub kind: String,
    /// How often.
    pub count: usize,
    /// Of how many channels and arrays.
    pub channels: usize,
}

/// A case whose event or finding was revised by a reassessment during the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The case.
    pub case: String,
    /// The new revision.
    pub revision: u32,
}

/// What could be seen of a sector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageRow {
    /// The sector; of a line its version and length.
    pub sector: String,
    /// How many sensors were up, and how many there are.
    pub sensors: (usize, usize),
    /// Hours observed, tenths.
    pub observed_h_tenths: u64,
    /// The smallest event that is seen reliably, with its kind and probability, in words.
    pub smallest: String,
    /// What was lost most, in words.
    pub loss: String,
}

/// A row of an annex whose columns are words: what people reported of weapons, access or harm.
pub type Row = Vec<String>;

/// All of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Material<W> {
    /// The head.
    pub head: Head,
    /// The newest agreement.
    pub agreement: Option<Agreement>,
    /// The cases of the period, by their beginning; of a spot or a flash the one.
    pub cases: Vec<CaseView<W>>,
    /// How many cases the period before had, as long as this one.
    pub before: usize,
    /// Notices whose window meets the period, by their beginning.
    pub notices: Vec<NoticeView<W>>,
    /// How many owners delivered anything that is in the store; 0 where nothing is.
    pub owners: usize,
    /// What people counted; none where no observations were taken in.
    pub tally: Option<Tally>,
    /// What kept sensors from being seen; none where the tier is not told of the period yet.
    pub impediments: Option<Vec<ImpedimentCount>>,
    /// Cases that were revised.
    pub corrections: Vec<Correction>,
    /// What could be seen; none where no coverage was computed.
    pub coverage: Option<Vec<CoverageRow>>,
    /// Weapons, by the columns of annex B; none where no such observations were taken in.
    pub weapons: Option<Vec<Row>>,
    /// Access and impediments, by the columns of annex C; none where none are taken in.
    pub access: Option<Vec<Row>>,
    /// Harm, by the columns of annex E; none where no such observations were taken in.
    pub harm: Option<Vec<Row>>,
}

impl<W> Material<W> {
    /// Whether any of its cases has a verdict: an agreement in force by all parties' word judged it. Where none has, no word
    /// of a verdict may stand anywhere.
    #[must_use]
    pub fn has_verdicts(&self) -> bool {
        use truceline_model::finding::VerdictState;
        let judged = |case: &CaseView<W>| {
            case.finding.as_ref().is_some_and(|finding| finding.state != VerdictState::RecordedOnly)
        };
        self.cases.iter().any(judged)
    }
}
