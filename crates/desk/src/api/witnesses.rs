//! What witnesses did with the journal's checkpoints: a list of changes, the newest first, in pages.
use super::routes::{Failure, page, send, with_views};
use crate::server::Desk;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use truceline_accord::enclave_only;
use truceline_model::witness_state;
use utoipa::ToSchema;

/// Changes of what witnesses do, the newest in the journal first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WitnessStates {
    /// At most as many as were asked for.
    pub states: Vec<WitnessState>,
    /// Ask with `before` set to this for the next page; null if this is the last.
    pub next: Option<u64>,
}

/// A change of what a witness does with the journal's checkpoints.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WitnessState {
    /// The journal's entry.
    pub entry: u64,
    /// Its names in the journal's policy.
    pub names: Vec<String>,
    /// Its keys, each as `name+id`.
    pub keys: Vec<String>,
    /// Where it was asked.
    pub address: String,
    /// When it changed, by the node's clock, RFC 3339 in UTC.
    pub at: String,
    /// `cosigned`, `refused`, `timed_out`, `unreachable`, `stale` or `unsigned`.
    pub answer: String,
    /// The status of its refusal; null where it refused nothing.
    pub status: Option<u16>,
    /// Why, in words; null where it cosigns.
    pub reason: Option<String>,
    /// How many entries the checkpoint covers that it was shown.
    pub size: u64,
    /// Earlier changes that were not registered, because they came too soon after one that was.
    pub folded: u64,
}

impl WitnessState {
    fn new(entry: u64, state: witness_state::WitnessState) -> Self {
        Self {
            entry,
            names: state.names,
            keys: state.keys,
            address: state.address,
            at: state.at.to_string(),
            answer: state.answer.name().to_owned(),
            status: state.status,
            reason: state.reason,
            size: state.size,
            folded: state.folded,
        }
    }
}

enclave_only!(WitnessStates);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WitnessPage {
    address: Option<String>,
    before: Option<u64>,
    limit: Option<usize>,
}

/// What witnesses did with the journal's checkpoints, where it changed, the newest first. One of which nothing stands has
/// cosigned whatever it was shown, or was shown nothing.
#[utoipa::path(
    get,
    path = "/api/v1/witnesses",
    params(
        ("address" = Option<String>, Query, description = "only of the witness at this address"),
        ("before" = Option<u64>, Query, description = "only entries before this one: the `next` of the page before"),
        ("limit" = Option<u64>, Query, description = "at most so many, 1 to 500; 100 where it is not said")
    ),
    responses((status = 200, body = WitnessStates))
)]
pub(crate) async fn get_witnesses(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<WitnessPage>,
) -> Result<Response, Failure> {
    let value = with_views(Arc::clone(&desk), move |desk, views| {
        let (found, next) = page(desk, views, asked.address.as_deref(), asked.before, asked.limit)?;
        let states = found.into_iter().map(|(entry, state)| WitnessState::new(entry, state)).collect();
        Ok(WitnessStates { states, next })
    });
    Ok(send(&desk, value.await?))
}
