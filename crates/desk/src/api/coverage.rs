//! What could have been seen at a time.
use super::common::{Error, LonLat};
use super::routes::{Failure, send, with_views};
use crate::coverage::Asked;
use crate::server::Desk;
use crate::views::Views;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use truceline_accord::enclave_only;
use truceline_model::time::Time;
use utoipa::ToSchema;

/// From where an event would have been registered at a time, by enough of the sensors that ran then. What is neither in `reduced`
/// nor in `not_seen` and inside of `area` is seen; outside of `area` nothing is computed, and nothing counts as seen.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Coverage {
    /// The time, RFC 3339 in UTC.
    pub at: String,
    /// Why nothing can be said of it, in words; null where it can.
    pub unknown: Option<String>,
    /// A place counts as seen where an event of middle strength is registered at least so probably.
    pub seen_p: f64,
    /// It counts as reduced where only a stronger one is, up to one that is registered so many times as far; beyond that it is not
    /// seen.
    pub reduced_ratio: f64,
    /// It also counts as reduced where the smallest event that is seen must be registered so many times as far as with all sensors
    /// running.
    pub lost_ratio: f64,
    /// Registered means: by at least so many sensors, arrays counted as one.
    pub sensors_min: Option<usize>,
    /// And of at least so many owners.
    pub owners_min: Option<usize>,
    /// How many sensors ran: recorded within two minutes before, and not hindered.
    pub running: usize,
    /// How many there are.
    pub sensors: usize,
    /// From the arrivals of how many events it was learnt how far sensors see.
    pub learnt_from: u64,
    /// The south-western and the north-eastern corner of what was looked at.
    #[schema(value_type = Option<Vec<LonLat>>)]
    pub area: Option<[LonLat; 2]>,
    /// Boxes with reduced sight: west, south, east, north, degrees.
    #[schema(value_type = Vec<Vec<f64>>)]
    pub reduced: Vec<[f64; 4]>,
    /// Boxes that are not seen.
    #[schema(value_type = Vec<Vec<f64>>)]
    pub not_seen: Vec<[f64; 4]>,
    /// The smallest event that is seen at some places, where that is not more than `reduced_ratio`.
    pub soundings: Vec<Sounding>,
    /// The agreement's lines between parties that hold at the time.
    pub lines: Vec<LineSeen>,
}

/// The smallest event that is seen at a place.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Sounding {
    /// Where.
    pub place: LonLat,
    /// How many times as far it is registered as an event of middle strength.
    pub ratio: f64,
}

/// How much of a line is seen.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LineSeen {
    /// Its name.
    pub name: String,
    /// Its length as drawn, km.
    pub length_km: f64,
    /// Of that seen, km.
    pub seen_km: f64,
    /// With reduced sight, km.
    pub reduced_km: f64,
    /// Not seen, km.
    pub not_seen_km: f64,
}

enclave_only!(Coverage);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct At {
    at: Option<String>,
}

/// From where an event would have been registered at a time, by the sensors that ran then; for the enclave's tier only.
#[utoipa::path(
    get,
    path = "/api/v1/coverage",
    params(("at" = Option<String>, Query, description = "the time, RFC 3339; the newest tick's where it is not said")),
    responses((status = 200, body = Coverage), (status = 400, body = Error), (status = 404, body = Error))
)]
pub(crate) async fn get_coverage(State(desk): State<Arc<Desk>>, Query(asked): Query<At>) -> Result<Response, Failure> {
    let at = asked.at.as_deref().map(Time::parse).transpose();
    let at = at.map_err(|error| Failure(StatusCode::BAD_REQUEST, format!("at: {error}")))?;
    let Some(sight) = desk.sight.clone() else {
        return Err(Failure(StatusCode::NOT_FOUND, "this program computes no coverage".to_owned()));
    };
    let known = Arc::clone(&sight);
    let gather = move |desk: &Desk, views: &Views| Asked::gather(views, &*desk.reader, &known, at);
    let asked = with_views(Arc::clone(&desk), gather).await?;
    match tokio::task::spawn_blocking(move || asked.answer(&sight)).await {
        Ok(coverage) => Ok(send(&desk, coverage)),
        Err(_) => Err(Failure(StatusCode::INTERNAL_SERVER_ERROR, "the answer was not finished".to_owned())),
    }
}
