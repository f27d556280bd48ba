//! What is said of stations' rows of sealed frames.
use super::routes::{Failure, page, send, with_views};
use crate::server::Desk;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use truceline_accord::enclave_only;
use truceline_model::continuity;
use truceline_model::derived::Derived;
use utoipa::ToSchema;

/// What broke, or may have broken, stations' rows of sealed frames, the newest in the journal first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Continuities {
    /// At most as many as were asked for.
    pub continuity: Vec<Continuity>,
    /// Ask with `before` set to this for the next page; null if this is the last.
    pub next: Option<u64>,
}

/// One finding on a station's row of sealed frames.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Continuity {
    /// The journal's entry.
    pub entry: u64,
    /// The station, or of receipts the relay, by its name in the key register.
    pub station: String,
    /// `gap`, `late`, `rebooted`, `forked`, `unchained`, `replayed`, `clock_back`, `backdated`, `postdated`, `held_back`,
    /// `unreceipted`, `spoofed`, `unwell`, `silent` or `suspect`.
    pub fault: String,
    /// The first frame's number that it concerns.
    pub from: u64,
    /// The last one's.
    pub to: u64,
    /// When, by the station's clock, for silence since when: RFC 3339 in UTC.
    pub at: String,
    /// In words.
    pub words: String,
}

impl Continuity {
    fn new(entry: u64, derived: Derived<continuity::Continuity>) -> Self {
        let continuity::Continuity { station, fault, from, to, at, words, .. } = derived.content;
        Self { entry, station, fault: fault.name().to_owned(), from, to, at: at.to_string(), words }
    }
}

enclave_only!(Continuities);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContinuityPage {
    station: Option<String>,
    before: Option<u64>,
    limit: Option<usize>,
}

/// What broke, or may have broken, stations' rows of sealed frames, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/continuity",
    params(
        ("station" = Option<String>, Query, description = "only of this station"),
        ("before" = Option<u64>, Query, description = "only entries before this one: the `next` of the page before"),
        ("limit" = Option<u64>, Query, description = "at most so many, 1 to 500; 100 where it is not said")
    ),
    responses((status = 200, body = Continuities))
)]
pub(crate) async fn get_continuity(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<ContinuityPage>,
) -> Result<Response, Failure> {
    let value = with_views(Arc::clone(&desk), move |desk, views| {
        let (found, next) = page(desk, views, asked.station.as_deref(), asked.before, asked.limit)?;
        let continuity = found.into_iter().map(|(entry, derived)| Continuity::new(entry, derived)).collect();
        Ok(Continuities { continuity, next })
    });
    Ok(send(&desk, value.await?))
}
