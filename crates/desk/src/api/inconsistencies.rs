//! Sensors and owners that contradict the others.
use super::routes::{Failure, page, send, with_views};
use crate::server::Desk;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use truceline_accord::enclave_only;
use truceline_model::derived::Derived;
use truceline_model::inconsistency::{self, Fits};
use utoipa::ToSchema;

/// Sensors and owners whose data contradicted those of the others, the newest in the journal first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Inconsistencies {
    /// At most as many as were asked for.
    pub inconsistencies: Vec<Inconsistency>,
    /// Ask with `before` set to this for the next page; null if this is the last.
    pub next: Option<u64>,
}

/// One sensor, or one owner, in one span.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Inconsistency {
    /// The journal's entry.
    pub entry: u64,
    /// The sensor, as an inventory names it; else what and where it is. Empty where all that an owner has is spoken of.
    pub sensor: String,
    /// Who could make it lie; empty where nobody says.
    pub owner: String,
    /// In which way: `later`, `elsewhere`, `turned`, `misses`, `alone`, `repeats` or `unborne`.
    pub way: String,
    /// How many events, or of an owner's reports how many, say so as `words` do.
    pub events: u32,
    /// How many agree with it as it is stated.
    pub agreeing: u32,
    /// How many of its measurements are left out.
    pub left_out: u32,
    /// The first measurement that was looked at, of samples that repeat the first: RFC 3339 in UTC.
    pub from: String,
    /// The last one.
    pub to: String,
    /// In words. They say how it is off and never why.
    pub words: String,
}

impl Inconsistency {
    fn new(entry: u64, derived: Derived<inconsistency::Inconsistency>) -> Self {
        let words = derived.content.words();
        let way = match derived.content.fits {
            Fits::Later(_) => "later",
            Fits::From(_) => "elsewhere",
            Fits::Turned(_) => "turned",
            Fits::Misses { .. } => "misses",
            Fits::Alone { .. } => "alone",
            Fits::Repeats { .. } => "repeats",
            Fits::Unborne { .. } => "unborne",
        };
        let way = way.to_owned();
        let inconsistency::Inconsistency { sensor, owner, events, agreeing, left_out, span, .. } = derived.content;
        let (from, to) = (span.from.to_string(), span.to.to_string());
        Self { entry, sensor, owner, way, events, agreeing, left_out, from, to, words }
    }
}

enclave_only!(Inconsistencies);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InconsistencyPage {
    owner: Option<String>,
    before: Option<u64>,
    limit: Option<usize>,
}

/// Sensors and owners whose data contradicted those of the others, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/inconsistencies",
    params(
        ("owner" = Option<String>, Query, description = "only of this owner"),
        ("before" = Option<u64>, Query, description = "only entries before this one: the `next` of the page before"),
        ("limit" = Option<u64>, Query, description = "at most so many, 1 to 500; 100 where it is not said")
    ),
    responses((status = 200, body = Inconsistencies))
)]
pub(crate) async fn get_inconsistencies(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<InconsistencyPage>,
) -> Result<Response, Failure> {
    let value = with_views(Arc::clone(&desk), move |desk, views| {
        let (found, next) = page(desk, views, asked.owner.as_deref(), asked.before, asked.limit)?;
        let inconsistencies = found.into_iter().map(|(entry, derived)| Inconsistency::new(entry, derived)).collect();
        Ok(Inconsistencies { inconsistencies, next })
    });
    Ok(send(&desk, value.await?))
}
