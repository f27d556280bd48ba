//! The routes. Each answers with something released.
use super::case::{CaseDetail, Cases};
use super::common::{Changed, Error, Loaded, Refused};
use super::register::routes as register;
use super::sensed::{Bearing, Bearings, Detection, Detections, Impediment, Impediments, SensorSite, Sensors};
use super::sources::{SensorState, SensorStates};
use super::{convert, coverage, erase, inconsistencies, openapi, reassess, stations, status, waveforms, witnesses};
use crate::dossier::CaseDossier;
use crate::error::DeskError;
use crate::server::Desk;
use crate::views::Views;
use crate::write_side::LoadError;
use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt};
use truceline_accord::Released;
use truceline_accord::release::ForOperator;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::note::VerifierKey;
use truceline_model::case::CaseId;
use truceline_model::entry::{self, Entry};
use truceline_model::sensor_state;

/// The largest file that is taken, as the formats have it.
const MAX_BODY_BYTES: usize = 48 << 20;
/// How many cases a page of the list has where none is said, and at most: two entries are read for each, so that the
/// longest answer takes some tenths of a second.
const PAGE_CASES: (u16, u16) = (100, 500);
/// The most detections, bearings, impediments, sensors or changes of links of a page, and how many where nobody says.
const MAX_SENSED: usize = 500;
const DEFAULT_SENSED: usize = 100;
/// The header that a page of another site cannot send without being asked about it first.
pub(super) const OWN_HEADER: &str = "x-truceline";
/// How often an idle live connection says that it is there.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(crate) fn routes() -> Router<Arc<Desk>> {
    Router::new()
        .route("/api/v1/status", get(get_status))
        .route("/api/v1/cases", get(get_cases))
        .route("/api/v1/cases/{case}", get(get_case))
        .route("/api/v1/cases/{case}/dossier", get(get_dossier))
        .route("/api/v1/cases/{case}/waveforms", get(waveforms::get_waveforms))
        .route("/api/v1/detections", get(get_detections))
        .route("/api/v1/bearings", get(get_bearings))
        .route("/api/v1/sensors", get(get_sensors))
        .route("/api/v1/impediments", get(get_impediments))
        .route("/api/v1/coverage", get(coverage::get_coverage))
        .route("/api/v1/continuity", get(stations::get_continuity))
        .route("/api/v1/inconsistencies", get(inconsistencies::get_inconsistencies))
        .route("/api/v1/sources", get(get_sources))
        .route("/api/v1/witnesses", get(witnesses::get_witnesses))
        .route("/api/v1/register", get(register::get_register))
        .route("/api/v1/register/states/{code}", get(register::get_state))
        .route("/api/v1/register/changes", get(register::get_changes))
        .route("/api/v1/consultations", get(register::get_consultations))
        .route("/api/v1/consultations/{call}", get(register::get_consultation))
        .route("/api/v1/consultations/{call}/dossier", get(register::get_dossier))
        .route("/api/v1/files", post(post_file).layer(DefaultBodyLimit::max(MAX_BODY_BYTES)))
        .route("/api/v1/reassessments", post(post_reassessment))
        .route("/api/v1/erasures", post(post_erasure))
        .route("/api/v1/live", get(get_live))
        .route("/api/v1/openapi.json", get(get_openapi))
        .route("/api/{*rest}", get(get_nothing))
        .merge(super::log::routes())
}

/// An answer that is no success.
pub(crate) struct Failure(pub(super) StatusCode, pub(super) String);

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        let status = if error.is_missing() { StatusCode::NOT_FOUND } else { StatusCode::INTERNAL_SERVER_ERROR };
        Self(status, error.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.0, Json(Error { error: self.1 })).into_response()
    }
}

/// Reads through the views, away from the threads that serve connections.
pub(crate) async fn with_views<T: Send + 'static>(
    desk: Arc<Desk>,
    read: impl FnOnce(&Desk, &Views) -> Result<T, DeskError> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(move || {
        let mut views = desk.views.lock().unwrap_or_else(PoisonError::into_inner);
        views.follow(&*desk.reader)?;
        read(&desk, &views)
    });
    match done.await {
        Ok(result) => result.map_err(Failure::from),
        Err(_) => Err(Failure(StatusCode::INTERNAL_SERVER_ERROR, "the answer was not finished".to_owned())),
    }
}

/// Everything that is sent as JSON goes through the release policy.
pub(crate) fn send<T: ForOperator<View = T> + Serialize>(desk: &Desk, value: T) -> Response {
    let released: Released<T> = desk.policy.release(value);
    Json(released.into_inner()).into_response()
}

/// The state of the store.
#[utoipa::path(get, path = "/api/v1/status", responses((status = 200, body = status::Status)))]
pub(crate) async fn get_status(State(desk): State<Arc<Desk>>) -> Result<Response, Failure> {
    let value = with_views(Arc::clone(&desk), |desk, views| {
        let condition = desk.write_side.condition();
        let checkpoint = desk.reader.checkpoint();
        let key = VerifierKey::parse(&desk.reader.verifier_key())?;
        let root = match &checkpoint {
            Some(note) => Checkpoint::open(note, &key)?.root.to_string(),
            None => String::new(),
        };
        let counts = views.counts()?;
        Ok(status::Status {
            journal: status::Journal {
                origin: desk.reader.origin(),
                size: desk.reader.size(),
                root,
                checkpoint,
                verifier_key: desk.reader.verifier_key(),
                writable: condition.journal_problem.is_none(),
                problem: condition.journal_problem,
            },
            clock: status::Clock {
                kind: condition.clock.to_owned(),
                now: views.now(&*desk.reader)?.map(|tick| tick.now.to_string()),
            },
            agreement: views
                .newest_agreement(&*desk.reader)?
                .map(|(hash, agreement)| convert::agreement(hash, &agreement)),
            engine: status::Engine { id: condition.engine_id, problem: condition.engine_problem },
            counts: status::Counts {
                reports: counts.reports,
                refusals: counts.refusals,
                notices: counts.notices,
                cases: counts.cases,
                late: counts.late,
                excluded: counts.excluded,
                records: counts.records,
                detections: counts.detections,
                bearings: counts.bearings,
                sensors: counts.sensors,
                impediments: counts.impediments,
            },
            products: views.kept()?.map(|kept| convert::kept(&kept)).into(),
            sources: condition.sources.into_iter().map(convert::source).collect(),
            register: register::standing(desk, views)?,
            tier: desk.policy.tier().words().to_owned(),
            demo: desk.played.is_some(),
        })
    });
    Ok(send(&desk, value.await?))
}

#[derive(Deserialize)]
pub(crate) struct Page {
    limit: Option<u16>,
    after: Option<String>,
    order: Option<String>,
}

/// A page of the list of cases. A case whose origin time is revised between two pages may be on both or on none; the
/// live updates say that there is something to ask again.
#[utoipa::path(
    get,
    path = "/api/v1/cases",
    params(
        ("limit" = Option<u16>, Query, description = "at most so many, 1 to 500; 100 where it is not said"),
        ("after" = Option<String>, Query, description = "the case after which the page begins: `next` of the one before"),
        ("order" = Option<String>, Query, description = "`time`, the newest origin time first, where it is not said; or `severity`, \
         then corroboration, then time: an order of the queue and of nothing else")
    ),
    responses((status = 200, body = Cases), (status = 400, body = Error), (status = 404, body = Error))
)]
pub(crate) async fn get_cases(State(desk): State<Arc<Desk>>, Query(page): Query<Page>) -> Result<Response, Failure> {
    let limit = page.limit.unwrap_or(PAGE_CASES.0);
    if !(1..=PAGE_CASES.1).contains(&limit) {
        let message = format!("limit is {limit}: expected 1 to {}", PAGE_CASES.1);
        return Err(Failure(StatusCode::BAD_REQUEST, message));
    }
    let by_severity = match page.order.as_deref() {
        None | Some("time") => false,
        Some("severity") => true,
        Some(other) => {
            let message = format!("order is {other}: expected time or severity");
            return Err(Failure(StatusCode::BAD_REQUEST, message));
        }
    };
    let value = with_views(Arc::clone(&desk), move |desk, views| {
        let after = page.after.as_deref().map(parse_case).transpose()?;
        let at_most = usize::from(limit) + 1;
        let mut names =
            if by_severity { views.cases_by_severity(after, at_most)? } else { views.cases(after, at_most)? };
        let more = names.len() > usize::from(limit);
        names.truncate(usize::from(limit));
        let next = names.last().filter(|_| more).map(ToString::to_string);
        let mut cases = Vec::new();
        let witnessed = convert::witnessed_size(&*desk.reader);
        for case in names {
            // An event whose finding is just being registered is on the page when it stands.
            cases.extend(convert::row(&views.case_head(&*desk.reader, case)?, witnessed).ok());
        }
        Ok(Cases { cases, total: views.counts()?.cases, next })
    });
    Ok(send(&desk, value.await?))
}

/// One case in full.
#[utoipa::path(
    get,
    path = "/api/v1/cases/{case}",
    params(("case" = String, Path, description = "the case's name, check letter included")),
    responses((status = 200, body = CaseDetail), (status = 404, body = Error))
)]
pub(crate) async fn get_case(State(desk): State<Arc<Desk>>, Path(case): Path<String>) -> Result<Response, Failure> {
    let value = with_views(Arc::clone(&desk), move |desk, views| {
        let witnessed = convert::witnessed_size(&*desk.reader);
        convert::detail(&views.case_file(&*desk.reader, parse_case(&case)?)?, witnessed)
    });
    Ok(send(&desk, value.await?))
}

/// Everything that the newest finding of a case rests on, in one file. It holds entries as they were registered,
/// so it exists for the enclave's tier only.
#[utoipa::path(
    get,
    path = "/api/v1/cases/{case}/dossier",
    params(
        ("case" = String, Path, description = "the case's name, check letter included"),
        ("payloads" = Option<u8>, Query, description = "1: with the waveforms, so that the finding can be derived again")
    ),
    responses(
        (status = 200, content_type = "application/cbor"),
        (status = 404, body = Error),
        (status = 413, body = Error, description = "the waveforms are more than a dossier holds")
    )
)]
pub(crate) async fn get_dossier(
    State(desk): State<Arc<Desk>>,
    Path(case): Path<String>,
    Query(asked): Query<DossierAsk>,
) -> Result<Response, Failure> {
    let dossier =
        with_views(Arc::clone(&desk), move |desk, views| CaseDossier::of(views, &*desk.reader, parse_case(&case)?))
            .await?;
    let name = dossier.file_name();
    // Without the views: waveforms take their time.
    let build = move || {
        let stored = |sha256| desk.write_side.payload(sha256);
        let with_payloads = asked.payloads.is_some_and(|payloads| payloads > 0);
        dossier.build(&*desk.reader, desk.policy, with_payloads.then_some(&stored))
    };
    send_dossier(&name, build).await
}

/// Builds a dossier away from the threads that serve connections, and sends its file.
pub(super) async fn send_dossier(
    name: &str,
    build: impl FnOnce() -> Result<Vec<u8>, truceline_evidence::Error> + Send + 'static,
) -> Result<Response, Failure> {
    let bytes = match tokio::task::spawn_blocking(build).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) if error.is_over_limit() => {
            return Err(Failure(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()));
        }
        Ok(Err(error)) => return Err(DeskError::from(error).into()),
        Err(_) => return Err(Failure(StatusCode::INTERNAL_SERVER_ERROR, "the answer was not finished".to_owned())),
    };
    let headers = [
        (header::CONTENT_TYPE, "application/cbor".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, bytes).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DossierAsk {
    payloads: Option<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SensedPage {
    channel: Option<String>,
    before: Option<u64>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BearingPage {
    array: Option<String>,
    before: Option<u64>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SensorPage {
    after: Option<String>,
    limit: Option<usize>,
}

/// Entries of a page, each with its index, and where the next page begins.
pub(crate) type Found<T> = (Vec<(u64, T)>, Option<u64>);

pub(crate) fn page<T: Entry>(
    desk: &Desk,
    views: &Views,
    of: Option<&str>,
    before: Option<u64>,
    limit: Option<usize>,
) -> Result<Found<T>, DeskError> {
    let limit = limit.unwrap_or(DEFAULT_SENSED).clamp(1, MAX_SENSED);
    let found = views.sensed(T::KIND, of, before.unwrap_or(u64::MAX), limit)?;
    let next = (found.len() == limit).then(|| found.last().copied()).flatten();
    let read = |index: u64| Ok::<_, DeskError>((index, entry::from_bytes(&desk.reader.entry(index)?)?));
    Ok((found.into_iter().map(read).collect::<Result<_, _>>()?, next))
}

/// Arrivals that were found in sensors' records, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/detections",
    params(
        ("channel" = Option<String>, Query, description = "only of this channel"),
        ("before" = Option<u64>, Query, description = "only entries before this one: the `next` of the page before"),
        ("limit" = Option<u64>, Query, description = "at most so many, 1 to 500; 100 where it is not said")
    ),
    responses((status = 200, body = Detections))
)]
pub(crate) async fn get_detections(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<SensedPage>,
) -> Result<Response, Failure> {
    let value = with_views(Arc::clone(&desk), move |desk, views| {
        let (found, next) = page(desk, views, asked.channel.as_deref(), asked.before, asked.limit)?;
        let detections = found.into_iter().map(|(entry, derived)| Detection::new(entry, derived)).collect();
        Ok(Detections { detections, next })
    });
    Ok(send(&desk, value.await?))
}

/// Waves that were found to pass arrays, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/bearings",
    params(
        ("array" = Option<String>, Query, description = "only of this array"),
        ("before" = Option<u64>, Query, description = "only entries before this one: the `next` of the page before"),
        ("limit" = Option<u64>, Query, description = "at most so many, 1 to 500; 100 where it is not said")
    ),
    responses((status = 200, body = Bearings))
)]
pub(crate) async fn get_bearings(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<BearingPage>,
) -> Result<Response, Failure> {
    let value = with_views(Arc::clone(&desk), move |desk, views| {
        let (found, next) = page(desk, views, asked.array.as_deref(), asked.before, asked.limit)?;
        let bearings = found.into_iter().map(|(entry, derived)| Bearing::new(entry, derived)).collect();
        Ok(Bearings { bearings, next })
    });
    Ok(send(&desk, value.await?))
}

/// Which sensors there are and where they stand, as they were registered last.
#[utoipa::path(
    get,
    path = "/api/v1/sensors",
    params(
        ("after" = Option<String>, Query, description = "the id after which the page begins: `next` of the one before"),
        ("limit" = Option<u64>, Query, description = "at most so many, 1 to 500; 100 where it is not said")
    ),
    responses((status = 200, body = Sensors))
)]
pub(crate) async fn get_sensors(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<SensorPage>,
) -> Result<Response, Failure> {
    let value = with_views(Arc::clone(&desk), move |desk, views| {
        let limit = asked.limit.unwrap_or(DEFAULT_SENSED).clamp(1, MAX_SENSED);
        let found = views.sites(&*desk.reader, asked.after.as_deref().unwrap_or_default(), limit)?;
        let next = found.last().filter(|_| found.len() == limit).map(|(_, site)| site.id.clone());
        let sensors = found.into_iter().map(|(entry, site)| SensorSite::new(entry, site)).collect();
        Ok(Sensors { sensors, next })
    });
    Ok(send(&desk, value.await?))
}

/// What kept sensors from being seen, or spoils what was seen, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/impediments",
    params(
        ("channel" = Option<String>, Query, description = "only of this channel"),
        ("before" = Option<u64>, Query, description = "only entries before this one: the `next` of the page before"),
        ("limit" = Option<u64>, Query, description = "at most so many, 1 to 500; 100 where it is not said")
    ),
    responses((status = 200, body = Impediments))
)]
pub(crate) async fn get_impediments(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<SensedPage>,
) -> Result<Response, Failure> {
    let value = with_views(Arc::clone(&desk), move |desk, views| {
        let (found, next) = page(desk, views, asked.channel.as_deref(), asked.before, asked.limit)?;
        let impediments = found.into_iter().map(|(entry, derived)| Impediment::new(entry, derived)).collect();
        Ok(Impediments { impediments, next })
    });
    Ok(send(&desk, value.await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourcePage {
    source: Option<String>,
    before: Option<u64>,
    limit: Option<usize>,
}

/// What became of the links of live sources, the newest first. How they are now stands in the status.
#[utoipa::path(
    get,
    path = "/api/v1/sources",
    params(
        ("source" = Option<String>, Query, description = "only of this source"),
        ("before" = Option<u64>, Query, description = "only entries before this one: the `next` of the page before"),
        ("limit" = Option<u64>, Query, description = "at most so many, 1 to 500; 100 where it is not said")
    ),
    responses((status = 200, body = SensorStates))
)]
pub(crate) async fn get_sources(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<SourcePage>,
) -> Result<Response, Failure> {
    let value = with_views(Arc::clone(&desk), move |desk, views| {
        let (found, next) = page(desk, views, asked.source.as_deref(), asked.before, asked.limit)?;
        let new = |(entry, state): (u64, sensor_state::SensorState)| SensorState::new(entry, state);
        Ok(SensorStates { states: found.into_iter().map(new).collect(), next })
    });
    Ok(send(&desk, value.await?))
}

#[derive(Deserialize)]
pub(crate) struct FileName {
    name: String,
}

/// Registers a file: detections, waveforms, sensors, a notice or an agreement.
#[utoipa::path(
    post,
    path = "/api/v1/files",
    params(
        ("name" = String, Query, description = "the file's name, for messages"),
        ("X-Truceline" = String, Header, description = "any value: a page of another site cannot send it")
    ),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 200, body = Loaded), (status = 400, body = Error), (status = 403, body = Error))
)]
pub(crate) async fn post_file(
    State(desk): State<Arc<Desk>>,
    Query(file): Query<FileName>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    if !headers.contains_key(OWN_HEADER) {
        let message = "expected the header X-Truceline: only this program's own page and commands register files";
        return Err(Failure(StatusCode::FORBIDDEN, message.to_owned()));
    }
    let loading = Arc::clone(&desk);
    let done = tokio::task::spawn_blocking(move || loading.write_side.load(&file.name, &body));
    let answer = match done.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(LoadError::BadFile(message))) => return Err(Failure(StatusCode::BAD_REQUEST, message)),
        Ok(Err(LoadError::Store(message))) => return Err(Failure(StatusCode::SERVICE_UNAVAILABLE, message)),
        Err(_) => {
            return Err(Failure(StatusCode::INTERNAL_SERVER_ERROR, "the answer was not finished".to_owned()));
        }
    };
    let refused = answer.refused.into_iter().map(|(offset, rule, expected)| Refused { offset, rule, expected });
    let loaded = Loaded {
        refused_count: answer.refused_count,
        kind: answer.kind,
        registered: answer.registered,
        already: answer.already,
        late: answer.late,
        excluded: answer.excluded,
        refused: refused.collect(),
        detections: answer.detections,
        bearings: answer.bearings,
        impediments: answer.impediments,
        continuity: answer.continuity,
    };
    Ok(send(&desk, loaded))
}

/// Has cases derived again, by the engine in force and with what came late. What comes out otherwise than it stands
/// becomes a further revision; nothing is rewritten.
#[utoipa::path(
    post,
    path = "/api/v1/reassessments",
    params(("X-Truceline" = String, Header, description = "any value: a page of another site cannot send it")),
    request_body = reassess::Ask,
    responses((status = 200, body = reassess::Reassessed), (status = 400, body = Error), (status = 403, body = Error))
)]
pub(crate) async fn post_reassessment(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    if !headers.contains_key(OWN_HEADER) {
        let message = "expected the header X-Truceline: only this program's own page and commands reassess";
        return Err(Failure(StatusCode::FORBIDDEN, message.to_owned()));
    }
    let bad = |message: String| Failure(StatusCode::BAD_REQUEST, message);
    let ask: reassess::Ask = serde_json::from_slice(&body).map_err(|error| bad(error.to_string()))?;
    let asked = ask.reassessment().map_err(bad)?;
    let asking = Arc::clone(&desk);
    match tokio::task::spawn_blocking(move || asking.write_side.reassess(&asked)).await {
        Ok(Ok(answer)) => Ok(send(&desk, reassess::Reassessed::from(answer))),
        Ok(Err(LoadError::BadFile(message) | LoadError::Store(message))) => {
            Err(Failure(StatusCode::SERVICE_UNAVAILABLE, message))
        }
        Err(_) => Err(Failure(StatusCode::INTERNAL_SERVER_ERROR, "the answer was not finished".to_owned())),
    }
}

/// Takes the bytes of a payload away and registers who asked for it and why. What was derived from them stands; a replay
/// says that it cannot be derived again, and why.
#[utoipa::path(
    post,
    path = "/api/v1/erasures",
    params(("X-Truceline" = String, Header, description = "any value: a page of another site cannot send it")),
    request_body = erase::Ask,
    responses((status = 200, body = erase::Erased), (status = 400, body = Error), (status = 403, body = Error))
)]
pub(crate) async fn post_erasure(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    if !headers.contains_key(OWN_HEADER) {
        let message = "expected the header X-Truceline: only this program's own page and commands erase";
        return Err(Failure(StatusCode::FORBIDDEN, message.to_owned()));
    }
    let bad = |message: String| Failure(StatusCode::BAD_REQUEST, message);
    let ask: erase::Ask = serde_json::from_slice(&body).map_err(|error| bad(error.to_string()))?;
    let payload = ask.payload().map_err(bad)?;
    let asking = Arc::clone(&desk);
    match tokio::task::spawn_blocking(move || asking.write_side.erase(payload, &ask.reason)).await {
        Ok(Ok(answer)) => Ok(send(&desk, erase::Erased::from(answer))),
        Ok(Err(LoadError::BadFile(message))) => Err(Failure(StatusCode::BAD_REQUEST, message)),
        Ok(Err(LoadError::Store(message))) => Err(Failure(StatusCode::SERVICE_UNAVAILABLE, message)),
        Err(_) => Err(Failure(StatusCode::INTERNAL_SERVER_ERROR, "the answer was not finished".to_owned())),
    }
}

/// Says `changed` with the journal's size whenever derived entries were appended.
#[utoipa::path(get, path = "/api/v1/live", responses((status = 200, content_type = "text/event-stream")))]
pub(crate) async fn get_live(
    State(desk): State<Arc<Desk>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let policy = desk.policy;
    let changes = WatchStream::from_changes(desk.live.subscribe()).map(move |size| {
        let Changed { size } = policy.release(Changed { size }).into_inner();
        Ok(Event::default().event("changed").data(format!("{{\"size\":{size}}}")))
    });
    Sse::new(changes).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

pub(crate) async fn get_openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], openapi::document()).into_response()
}

async fn get_nothing() -> Failure {
    Failure(StatusCode::NOT_FOUND, "no such address; /api/v1/openapi.json lists them".to_owned())
}

pub(super) fn parse_case(text: &str) -> Result<CaseId, DeskError> {
    CaseId::parse(text).ok_or_else(|| {
        DeskError::missing(format!("{text:?} is no case: expected a name such as 04-0001-P with its check letter"))
    })
}
