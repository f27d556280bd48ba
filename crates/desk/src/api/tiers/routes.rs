//! The routes of tiers below the enclave. Each answers from what was released at the last step, and with fixed words where
//! there is nothing: an error tells nothing of what is kept.
use super::{TierCase, TierCases, TierNotices, TierStatus};
use crate::api::common::Error;
use crate::api::routes::{Failure, KEEP_ALIVE};
use crate::api::{log, tiers::openapi};
use crate::released::Shown;
use crate::server::Desk;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use std::convert::Infallible;
use std::sync::{Arc, PoisonError};
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt};
use truceline_accord::Released;

pub(crate) fn routes() -> Router<Arc<Desk>> {
    Router::new()
        .route("/api/v1/status", get(get_status))
        .route("/api/v1/cases", get(get_cases))
        .route("/api/v1/cases/{case}", get(get_case))
        .route("/api/v1/notices", get(get_notices))
        .route("/api/v1/live", get(get_live))
        .route("/api/v1/openapi.json", get(get_openapi))
        .merge(log::public_routes())
        .fallback(get_nothing)
}

/// Everything that is sent was released.
fn send<T: Serialize>(released: &Released<T>) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(released.as_ref())).into_response()
}

fn shown(desk: &Desk) -> Result<Arc<Shown>, Failure> {
    let shown = desk.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
    shown.ok_or_else(|| Failure(StatusCode::SERVICE_UNAVAILABLE, "nothing is shown yet".to_owned()))
}

/// How this tier is told, and under which agreement.
#[utoipa::path(get, path = "/api/v1/status", responses((status = 200, body = TierStatus)))]
pub(crate) async fn get_status(State(desk): State<Arc<Desk>>) -> Result<Response, Failure> {
    Ok(send(&shown(&desk)?.status))
}

/// The newest cases of which something is due.
#[utoipa::path(get, path = "/api/v1/cases", responses((status = 200, body = TierCases)))]
pub(crate) async fn get_cases(State(desk): State<Arc<Desk>>) -> Result<Response, Failure> {
    Ok(send(&shown(&desk)?.cases))
}

/// One of those cases. One that is not due yet and one that does not exist get the same answer.
#[utoipa::path(
    get,
    path = "/api/v1/cases/{case}",
    params(("case" = String, Path, description = "the case's name, check letter included")),
    responses((status = 200, body = TierCase), (status = 404, body = Error))
)]
pub(crate) async fn get_case(State(desk): State<Arc<Desk>>, Path(case): Path<String>) -> Result<Response, Failure> {
    let shown = shown(&desk)?;
    let found = shown.cases.clone().try_map(|cases| cases.cases.into_iter().find(|held| held.case == case));
    let missing = || Failure(StatusCode::NOT_FOUND, "there is no such case for this tier".to_owned());
    Ok(send(&found.ok_or_else(missing)?))
}

/// Notices of which something is due.
#[utoipa::path(get, path = "/api/v1/notices", responses((status = 200, body = TierNotices)))]
pub(crate) async fn get_notices(State(desk): State<Arc<Desk>>) -> Result<Response, Failure> {
    Ok(send(&shown(&desk)?.notices))
}

/// Says `step` at each step of the cadence, whether or not anything changed: ask again.
#[utoipa::path(get, path = "/api/v1/live", responses((status = 200, content_type = "text/event-stream")))]
pub(crate) async fn get_live(
    State(desk): State<Arc<Desk>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let steps = WatchStream::from_changes(desk.live.subscribe());
    Sse::new(steps.map(|_| Ok(Event::default().event("step").data("{}"))))
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

async fn get_openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], openapi::document()).into_response()
}

async fn get_nothing() -> Failure {
    Failure(StatusCode::NOT_FOUND, "no such address for this tier; /api/v1/openapi.json lists them".to_owned())
}
