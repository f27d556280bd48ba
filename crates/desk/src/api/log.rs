//! The log as C2SP tlog-tiles has it: `checkpoint`, `tile/L/N`, `tile/entries/N` below two prefixes.
//!
//! - `/log`: for enrolled witnesses and auditors, up to the newest checkpoint. The server answers on the loopback address
//!   only, to whom the operator lets in there, so it asks for no further token.
//! - `/public/log`: for the public, as [`crate::log`] has it; not there where no release delay was stated.
use super::routes::Failure;
use crate::error::DeskError;
use crate::log;
use crate::server::Desk;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::{Arc, PoisonError};
use truceline_accord::release::log::LogPolicy;
use truceline_evidence::tiles::Tile;

/// A full tile never changes.
const CACHED_FULL: &str = "public, max-age=31536000, immutable";
/// The others do.
const NOT_CACHED: &str = "no-store";

#[derive(Debug, Clone, Copy)]
enum Reader {
    Auditor,
    Public,
}

pub(super) fn routes() -> Router<Arc<Desk>> {
    Router::new().nest("/log", of(Reader::Auditor)).merge(public_routes())
}

/// The public's log alone.
pub(super) fn public_routes() -> Router<Arc<Desk>> {
    Router::new().nest("/public/log", of(Reader::Public))
}

fn of(reader: Reader) -> Router<Arc<Desk>> {
    let checkpoint = move |State(desk): State<Arc<Desk>>| async move { get_checkpoint(&desk, reader) };
    let tile = move |State(desk): State<Arc<Desk>>, Path(path): Path<String>| get_tile(desk, reader, path);
    let nothing = || async { Failure(StatusCode::NOT_FOUND, "the log has checkpoint and tile/...".to_owned()) };
    Router::new().route("/checkpoint", get(checkpoint)).route("/tile/{*path}", get(tile)).fallback(nothing)
}

fn policy(desk: &Desk, reader: Reader) -> Result<LogPolicy, Failure> {
    let found = match reader {
        Reader::Auditor => log::for_auditors(&*desk.reader)?,
        Reader::Public => {
            let public = desk.public_log.as_ref().map(|log| log.lock().unwrap_or_else(PoisonError::into_inner));
            public.and_then(|log| log.policy(log::now_s()))
        }
    };
    found.ok_or_else(|| Failure(StatusCode::NOT_FOUND, "no checkpoint is shown here yet".to_owned()))
}

fn get_checkpoint(desk: &Desk, reader: Reader) -> Result<Response, Failure> {
    let note = policy(desk, reader)?.checkpoint().into_inner();
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, NOT_CACHED)];
    Ok((headers, note).into_response())
}

async fn get_tile(desk: Arc<Desk>, reader: Reader, path: String) -> Result<Response, Failure> {
    let tile =
        Tile::parse(&format!("tile/{path}")).map_err(|error| Failure(StatusCode::NOT_FOUND, error.to_string()))?;
    let policy = policy(&desk, reader)?;
    // A bundle reads 256 entries.
    let read = tokio::task::spawn_blocking(move || policy.tile(tile.tree_size(), || desk.reader.tile(&tile)));
    let bytes = match read.await {
        Ok(Ok(Some(bytes))) => bytes.into_inner(),
        Ok(Ok(None)) => return Err(Failure(StatusCode::NOT_FOUND, format!("{tile} is beyond the checkpoint"))),
        Ok(Err(error)) => return Err(DeskError::from(error).into()),
        Err(_) => return Err(Failure(StatusCode::INTERNAL_SERVER_ERROR, "the answer was not finished".to_owned())),
    };
    let cached = if tile.is_full() { CACHED_FULL } else { NOT_CACHED };
    let headers = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, cached)];
    Ok((headers, bytes).into_response())
}
