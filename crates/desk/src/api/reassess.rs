//! Reassessing: what is asked, and what became of it.
use crate::write_side::{ASKED_BY, ReassessAnswer};
use serde::{Deserialize, Serialize};
use truceline_accord::enclave_only;
use truceline_model::reassessment::{MAX_REASON_BYTES, Reassessment, Scope};
use utoipa::ToSchema;

/// Which cases shall be derived again, and why. Without a case and times: all.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// One case.
    pub case: Option<String>,
    /// Those with their mean origin time from here on, RFC 3339; and what came late with its arrivals there.
    pub from: Option<String>,
    /// Those with their mean origin time up to here, RFC 3339.
    pub to: Option<String>,
    /// Why, in a sentence or two.
    pub reason: String,
}

impl Ask {
    /// The input that this asks for.
    ///
    /// # Errors
    /// Says what was found and expected.
    pub fn reassessment(&self) -> Result<Reassessment, String> {
        let scope = Scope::from_words(self.case.as_deref(), self.from.as_deref(), self.to.as_deref())?;
        let reason = self.reason.trim();
        if reason.is_empty() || reason.len() > MAX_REASON_BYTES || reason.contains(char::is_control) {
            return Err(format!("the reason has {} bytes: expected 1 to {MAX_REASON_BYTES} of one line", reason.len()));
        }
        Ok(Reassessment { scope, asked_by: ASKED_BY.to_owned(), reason: reason.to_owned() })
    }
}

/// What became of a reassessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reassessed {
    /// Where its entry stands in the journal.
    pub journal_index: Option<u64>,
    /// Cases of which a revision was appended.
    pub revised: Vec<Revised>,
    /// Those among them that late inputs alone made.
    pub made: Vec<String>,
    /// Cases that came out as they stand: nothing was appended for them.
    pub unchanged: Vec<String>,
    /// What could not be derived again, with the reason.
    pub excluded: Vec<String>,
}

/// A case with its new revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Revised {
    /// Its name.
    pub case: String,
    /// The event's new revision.
    pub event: Option<u32>,
    /// The finding's new revision.
    pub finding: Option<u32>,
    /// The state of the new finding.
    pub state: Option<String>,
}

impl From<ReassessAnswer> for Reassessed {
    fn from(answer: ReassessAnswer) -> Self {
        let revised = answer.revised.into_iter();
        Self {
            journal_index: answer.entry,
            revised: revised
                .map(|r| Revised { case: r.case, event: r.event, finding: r.finding, state: r.state })
                .collect(),
            made: answer.made,
            unchanged: answer.unchanged,
            excluded: answer.excluded,
        }
    }
}

enclave_only!(Reassessed);
