//! What a bulletin is made of. Where a store has nothing of a kind the field is empty, and the bulletin says so.
use crate::zone::Zone;
use truceline_accord::Agreement;
use truceline_accord::release::Tier;
use truceline_accord::release::hindered::HindranceView;
use truceline_accord::release::observed::ObservationView;
use truceline_accord::release::views::{CaseView, NoticeView};
use truceline_model::appraisal::Appraised;
use truceline_model::canonical_names;
use truceline_model::hash::Hash;
use truceline_model::hindrance::HindranceKind;
use truceline_model::time::{Interval, NS_PER_S, Time};

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

/// What could be seen along a line, or by all sensors where no line is known.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageRow {
    /// The line; none where no agreement has one.
    pub line: Option<LineMeasured>,
    /// How many sensors ran at any time of the period, and how many there are.
    pub sensors: (usize, usize),
    /// When any of them ran.
    pub watched: Watched,
    /// What was lost most.
    pub loss: Loss,
}

/// A line by which coverage is measured: a share of it means nothing without its version and its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineMeasured {
    /// Its name.
    pub name: String,
    /// The version of the agreement that has it.
    pub version: u32,
    /// Its length as drawn, km.
    pub length_km: u64,
}

/// What was lost most in a sector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Nothing of the period.
    None,
    /// There is no sensor.
    NoSensors,
    /// What a hindrance says, for so many hours, tenths.
    Hindered(HindranceKind, u64),
    /// Nothing was registered, for so many hours, tenths, and nobody says why.
    Unexplained(u64),
}

/// When somebody was looking. Only how long leaves it: when would tell where nobody looks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watched(Vec<Interval>);

impl Watched {
    /// From intervals in any order, which may overlap.
    #[must_use]
    pub fn new(mut intervals: Vec<Interval>) -> Self {
        intervals.retain(|one| one.from < one.to);
        intervals.sort_unstable_by_key(|one| (one.from, one.to));
        let mut merged: Vec<Interval> = Vec::new();
        for one in intervals {
            match merged.last_mut() {
                Some(last) if one.from <= last.to => last.to = last.to.max(one.to),
                _ => merged.push(one),
            }
        }
        Self(merged)
    }

    /// How many hours of these intervals, which do not overlap, tenths, rounded down.
    #[must_use]
    pub fn hours_tenths(&self, within: &[Interval]) -> u64 {
        let common = |a: &Interval, b: &Interval| a.to.min(b.to).0.saturating_sub(a.from.max(b.from).0).max(0);
        let ns: i64 = self.0.iter().flat_map(|one| within.iter().map(move |part| common(one, part))).sum();
        (ns / (360 * NS_PER_S)).cast_unsigned()
    }
}

/// Heat that satellites saw, together: no side is stated of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heat {
    /// How many detections became what.
    pub became: Vec<(Option<Appraised>, usize)>,
    /// How many fires they are, with several satellites' detections of one fire taken together.
    pub fires: usize,
    /// How many detections lie so near the line that their pixel and its uncertainty reach across.
    pub undecided: usize,
    /// When each was, as the tier may know.
    pub spans: Vec<Interval>,
}

impl Heat {
    /// Detections.
    #[must_use]
    pub fn detections(&self) -> usize {
        self.became.iter().map(|(_, count)| count).sum()
    }
}

/// What could be seen, and what kept from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sight<W> {
    /// What kept sensors from seeing, by their own detectors.
    pub impediments: Vec<ImpedimentCount>,
    /// What people and stations say kept the mechanism from seeing, by its beginning.
    pub hindrances: Vec<HindranceView<W>>,
    /// What could be seen, line by line; empty where neither a line nor a sensor is known.
    pub coverage: Vec<CoverageRow>,
    /// When any sensor ran at all.
    pub watched: Watched,
    /// Heat that satellites saw; none where no such detection is of the period.
    pub heat: Option<Heat>,
    /// How many the mechanism's own observers counted in the period before, as long as this one.
    pub tally_before: u64,
}

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
    /// How many owners delivered anything that can bear out an event; where nothing can, anything at all; 0 where nothing is.
    pub owners: usize,
    /// What people, parties and the press observed in the period, by their times; heat is counted in [`Sight::heat`].
    pub observations: Vec<ObservationView<W>>,
    /// What could be seen; none where the tier is not told of the period yet, nor of any count.
    pub sight: Option<Sight<W>>,
    /// Cases that were revised.
    pub corrections: Vec<Correction>,
    /// The cases of the period that were withdrawn, by their names: they are none of [`Material::cases`].
    pub withdrawn: Vec<String>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_counted_once() {
        let at = |from: i64, to: i64| Interval { from: Time(from * 360 * NS_PER_S), to: Time(to * 360 * NS_PER_S) };
        let watched = Watched::new(vec![at(20, 30), at(0, 10), at(5, 12), at(30, 31), at(9, 9)]);
        assert_eq!(watched.hours_tenths(&[at(0, 240)]), 23);
        assert_eq!(watched.hours_tenths(&[at(0, 11), at(25, 26)]), 12);
        assert_eq!(watched.hours_tenths(&[]), 0);
    }
}
