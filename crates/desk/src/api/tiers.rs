//! What tiers below the enclave are told, and nothing else: places as cells of a fixed grid, times as slots.
pub mod openapi;
pub(crate) mod routes;

use super::common::LonLat;
use super::{convert, status};
use serde::Serialize;
use truceline_accord::Agreement;
use truceline_accord::release::views::{CaseView, NoticeView};
use truceline_accord::release::{Cell, Coarse, Released, Rung, Slot};
use truceline_accord::words::attribution::{FIRED_OR_FELL, STAGED_EITHER};
use truceline_evidence::journal::JournalReader;
use truceline_model::hash::Hash;
use utoipa::ToSchema;

/// How this tier is told, and under which agreement.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TierStatus {
    /// The journal's name.
    pub origin: String,
    /// The key that checks its checkpoints and dossiers.
    pub verifier_key: String,
    /// Who is looking, in words.
    pub tier: String,
    /// All answers are as of this step; they stay as they are until the next one.
    pub as_of: String,
    /// From one step to the next, s.
    pub cadence_s: u32,
    /// The newest agreement; null where none was loaded: recording only.
    pub agreement: Option<status::Agreement>,
    /// What this tier is told of each product.
    pub rules: Vec<TierRule>,
    /// How many of the ladder's rules the agreement states; the others are defaults that no body has adopted.
    pub rules_adopted: usize,
}

/// What a tier is told of a product.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TierRule {
    /// `flash`, `finding`, `notice` or `sight`.
    pub product: String,
    /// After how long, s; null where it is not told at all.
    pub after_s: Option<i64>,
    /// In cells with sides of at least so many m.
    pub cell_m: Option<u32>,
    /// In slots of at least so many s.
    pub slot_s: Option<u32>,
    /// Only once people have reviewed it.
    pub reviewed: Option<bool>,
}

/// The cases of which something is due, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TierCases {
    /// The cases.
    pub cases: Vec<TierCase>,
    /// Whether older ones are left out.
    pub more: bool,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TierCase {
    /// Its name, check letter included.
    pub case: String,
    /// Where and when.
    #[serde(flatten)]
    pub at: At,
    /// `E1`, `E2` or `E3`.
    pub product: String,
    /// On how many arrivals it rests.
    pub arrivals: usize,
    /// Of how many owners.
    pub owners: usize,
    /// What is said of it; null in a flash, which says only that something was recorded.
    pub finding: Option<TierFinding>,
}

/// Where and when: in the cell or one that touches it, in the slot or one beside it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct At {
    /// The cell.
    pub cell: TierCell,
    /// The first instant of the slot, RFC 3339 in UTC.
    pub from: String,
    /// The first instant after it.
    pub to: String,
}

/// A cell of the fixed grid.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TierCell {
    /// Its name.
    pub name: String,
    /// Its sides are at least so long, m.
    pub side_m: u32,
    /// Its corners, the first once more at the end.
    pub ring: Vec<LonLat>,
}

/// What is said of a case.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TierFinding {
    /// `possible-breach`, `undetermined`, `permitted-and-notified` or `recorded-only`.
    pub state: String,
    /// The prohibiting clause.
    pub clause: Option<String>,
    /// The clause that permits what was notified.
    pub permitted_by: Option<String>,
    /// Probability inside the clause's zone and the time in force; null where it would tell more of the place than the cell.
    pub p: Option<f64>,
    /// Whether people have reviewed it.
    pub reviewed: bool,
    /// On which side of the line; null where nothing was said of it.
    pub origin_side: Option<TierSide>,
}

/// On which side of the line an event lay.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TierSide {
    /// The party whose side is stated; null where none is.
    pub party: Option<String>,
    /// What is not excluded with it, whichever party that is; null where no side is stated.
    pub not_excluded: Option<String>,
    /// The greatest number of owners any of whom can be left out with the side still stated; null where none is.
    pub certificate_k: Option<u32>,
    /// `C0` to `C4`, counted in owners.
    pub corroboration: String,
}

/// Notices of which something is due, the newest registered first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TierNotices {
    /// The notices.
    pub notices: Vec<TierNotice>,
}

/// A notice, without its own words.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TierNotice {
    /// Who filed it.
    pub party: String,
    /// What is announced.
    pub activity: String,
    /// Where, and the middle of its window.
    #[serde(flatten)]
    pub at: At,
    /// Whether it says that it was filed before its window began.
    pub filed_before: bool,
}

impl TierStatus {
    pub(crate) fn new(
        rung: &Rung,
        reader: &dyn JournalReader,
        agreement: Option<&(Hash, Agreement)>,
    ) -> Released<Self> {
        let adopted = agreement.map_or(0, |(_, agreement)| agreement.release.adopted());
        let agreement = agreement.map(|(hash, agreement)| convert::agreement(*hash, agreement));
        let (origin, verifier_key) = (reader.origin(), reader.verifier_key());
        rung.terms().map(|terms| Self {
            origin,
            verifier_key,
            tier: terms.tier.words().to_owned(),
            as_of: rung.now().to_string(),
            cadence_s: rung.cadence_s(),
            agreement,
            rules: terms
                .rules
                .into_iter()
                .map(|(product, rule)| TierRule {
                    product: product.name().to_owned(),
                    after_s: rule.map(|rule| rule.after_s),
                    cell_m: rule.map(|rule| rule.cell_m),
                    slot_s: rule.map(|rule| rule.slot_s),
                    reviewed: rule.map(|rule| rule.reviewed),
                })
                .collect(),
            rules_adopted: adopted,
        })
    }
}

impl TierCases {
    pub(crate) fn new(cases: Vec<TierCase>, more: bool) -> Self {
        Self { cases, more }
    }
}

impl TierNotices {
    pub(crate) fn new(notices: Vec<TierNotice>) -> Self {
        Self { notices }
    }
}

impl From<&CaseView<Coarse>> for TierCase {
    fn from(view: &CaseView<Coarse>) -> Self {
        let event = &view.event;
        Self {
            case: event.case.to_string(),
            at: At::from(event.at),
            product: event.stage.name().to_owned(),
            arrivals: event.arrivals,
            owners: event.owners,
            finding: view.finding.as_ref().map(|finding| TierFinding {
                state: finding.state.name().to_owned(),
                clause: finding.clause.clone(),
                permitted_by: finding.permitted_by.clone(),
                p: finding.p.map(|p| (p * 1e3).round() / 1e3),
                reviewed: finding.reviewed,
                origin_side: finding.side.as_ref().map(|side| TierSide {
                    party: side.party.clone(),
                    not_excluded: side.party.as_ref().map(|_| format!("{FIRED_OR_FELL} {STAGED_EITHER}")),
                    certificate_k: side.certificate_k,
                    corroboration: side.level.name().to_owned(),
                }),
            }),
        }
    }
}

impl From<&NoticeView<Coarse>> for TierNotice {
    fn from(view: &NoticeView<Coarse>) -> Self {
        Self {
            party: view.party.clone(),
            activity: view.activity.name().to_owned(),
            at: At::from(view.at),
            filed_before: view.before,
        }
    }
}

impl From<Coarse> for At {
    fn from(at: Coarse) -> Self {
        let slot: Slot = at.slot();
        Self { cell: TierCell::from(at.cell()), from: slot.from().to_string(), to: slot.to().to_string() }
    }
}

impl From<Cell> for TierCell {
    fn from(cell: Cell) -> Self {
        let corners = cell.ring().map(|place| LonLat([place.lon_deg(), place.lat_deg()]));
        Self { name: cell.to_string(), side_m: cell.side_m(), ring: corners.into_iter().chain([corners[0]]).collect() }
    }
}
