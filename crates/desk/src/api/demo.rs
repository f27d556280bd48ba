//! The demo: a recorded day of an invented world is played, and its truth is known. Only `truceline demo` answers these routes;
//! they are no part of the interface of `serve`, nor of its OpenAPI document. Times are RFC 3339 in UTC, of the recording.
use super::routes::{Failure, OWN_HEADER, send};
use crate::error::DeskError;
use crate::server::Desk;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use truceline_accord::enclave_only;

/// How the demo stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Demo {
    /// The seed of its world.
    pub seed: u64,
    /// When its day begins.
    pub begins: String,
    /// When it ends.
    pub ends: String,
    /// What its clock shows.
    pub now: String,
    /// So many seconds pass in one.
    pub speed: f64,
    /// The speeds that a page offers.
    pub speeds: Vec<f64>,
    /// Whether the clock stands because somebody wished so.
    pub paused: bool,
    /// Whether the day is over.
    pub ended: bool,
    /// Whether the clock jumps over quiet hours.
    pub skipping: bool,
    /// The scene that is played; null between scenes.
    pub scene: Option<String>,
    /// All of them, in order.
    pub scenes: Vec<Scene>,
    /// What was skipped so far: nothing of it was recorded or looked at.
    pub skipped: Vec<Skipped>,
}

/// A stretch of the day that is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scene {
    /// Its name.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What to look at.
    pub teaches: String,
    /// When it begins.
    pub from: String,
    /// When it ends.
    pub to: String,
    /// When what it is about happens.
    pub at: String,
    /// Cases with an origin time within it, in the order of their names.
    pub cases: Vec<String>,
}

/// Hours that were not played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// From when.
    pub from: String,
    /// Until when.
    pub to: String,
}

/// What was true up to the clock.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Truth {
    /// What happened, by time.
    pub events: Vec<TrueEvent>,
    /// Cases that are no true event.
    pub phantoms: Vec<String>,
    /// Cases that are a true event which another case is, too: made of its later waves, or of its echoes.
    pub again: Vec<Again>,
    /// The owner whose data are false, once they are.
    pub false_owner: Option<FalseOwner>,
    /// What kept sensors from being heard, once it does.
    pub jammed: Vec<Jammed>,
}

/// A case beside the one that found an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Again {
    /// The case.
    pub case: String,
    /// The true event, by its number.
    pub event: u64,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrueEvent {
    /// Its number in the world.
    pub id: u64,
    /// What kind.
    pub kind: String,
    /// When.
    pub at: String,
    /// Where, degrees.
    pub lon: f64,
    /// Where, degrees.
    pub lat: f64,
    /// On which side of the line it lies.
    pub side: String,
    /// Whose act it was; null of nature's.
    pub by: Option<String>,
    /// Of a demolition, whether it was notified.
    pub notified: bool,
    /// The scene that it is of.
    pub scene: Option<String>,
    /// The case that found it; null if none has, so far.
    pub case: Option<String>,
    /// Of an impact its launch.
    pub launched: Option<Launched>,
}

/// A launch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Launched {
    /// When.
    pub at: String,
    /// Where, degrees.
    pub lon: f64,
    /// Where, degrees.
    pub lat: f64,
}

/// An owner whose data are false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FalseOwner {
    /// Who.
    pub owner: String,
    /// What is done: `shift`, `mute`, `displace` or `invent`.
    pub behaviour: String,
    /// From when.
    pub from: String,
    /// Until when.
    pub to: String,
}

/// Sensors that are not heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jammed {
    /// From when.
    pub from: String,
    /// Until when.
    pub to: String,
    /// Which.
    pub sensors: Vec<String>,
    /// By what: `jamming` or `outage`.
    pub means: String,
}

/// What the invented region looks like; places are longitude and latitude in degrees.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Terrain {
    /// The coast from south to north; the sea lies west of it.
    pub coast: Vec<[f64; 2]>,
    /// A river, from its source to the coast.
    pub river: Vec<[f64; 2]>,
    /// Middles of towns.
    pub towns: Vec<[f64; 2]>,
    /// Roads, each from town to town.
    pub roads: Vec<[[f64; 2]; 2]>,
}

enclave_only!(Demo, Truth, Terrain);

/// What a person wishes of the demo.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    /// So many seconds in one.
    Speed(f64),
    /// That the clock stands, or goes on.
    Paused(bool),
    /// On to the next scene's begin.
    Next,
    /// On to this scene's begin.
    Scene(String),
}

/// Why a wish is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It makes no sense.
    Bad(String),
    /// The clock would have to go back.
    Gone(String),
}

/// A day that is played, as desk sees it.
pub trait Played: Send + Sync {
    /// How it stands.
    ///
    /// # Errors
    /// If the journal cannot be read.
    fn demo(&self) -> Result<Demo, DeskError>;

    /// What was true so far.
    ///
    /// # Errors
    /// If the journal cannot be read.
    fn truth(&self) -> Result<Truth, DeskError>;

    /// What its region looks like.
    fn terrain(&self) -> Terrain;

    /// Does what a person wishes.
    ///
    /// # Errors
    /// Why not.
    fn wish(&self, wish: &Wish) -> Result<(), Refused>;
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    speed: Option<f64>,
    paused: Option<bool>,
    next: Option<bool>,
    scene: Option<String>,
}

impl Asked {
    fn wish(self) -> Result<Wish, String> {
        match self {
            Self { speed: Some(speed), paused: None, next: None, scene: None } => Ok(Wish::Speed(speed)),
            Self { speed: None, paused: Some(paused), next: None, scene: None } => Ok(Wish::Paused(paused)),
            Self { speed: None, paused: None, next: Some(true), scene: None } => Ok(Wish::Next),
            Self { speed: None, paused: None, next: None, scene: Some(scene) } => Ok(Wish::Scene(scene)),
            _ => Err("expected one of speed, paused, next: true, scene".to_owned()),
        }
    }
}

/// The routes of a demo.
pub(crate) fn routes() -> Router<Arc<Desk>> {
    Router::new()
        .route("/api/v1/demo", get(get_demo).post(post_demo))
        .route("/api/v1/demo/truth", get(get_truth))
        .route("/api/v1/demo/terrain", get(get_terrain))
}

/// Asks away from the threads that serve connections: what is found is read from the journal.
async fn of_played<T: Send + 'static>(
    desk: &Arc<Desk>,
    ask: impl FnOnce(&dyn Played) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let Some(played) = desk.played.clone() else {
        return Err(Failure(StatusCode::NOT_FOUND, "nothing is played here".to_owned()));
    };
    match tokio::task::spawn_blocking(move || ask(&*played)).await {
        Ok(answer) => answer,
        Err(_) => Err(Failure(StatusCode::INTERNAL_SERVER_ERROR, "the answer was not finished".to_owned())),
    }
}

async fn get_demo(State(desk): State<Arc<Desk>>) -> Result<Response, Failure> {
    let demo = of_played(&desk, |played| Ok(played.demo()?)).await?;
    Ok(send(&desk, demo))
}

async fn get_truth(State(desk): State<Arc<Desk>>) -> Result<Response, Failure> {
    let truth = of_played(&desk, |played| Ok(played.truth()?)).await?;
    Ok(send(&desk, truth))
}

async fn get_terrain(State(desk): State<Arc<Desk>>) -> Result<Response, Failure> {
    let terrain = of_played(&desk, |played| Ok(played.terrain())).await?;
    Ok(send(&desk, terrain))
}

async fn post_demo(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> Result<Response, Failure> {
    if !headers.contains_key(OWN_HEADER) {
        let message = "expected the header X-Truceline: only this program's own page steers the demo";
        return Err(Failure(StatusCode::FORBIDDEN, message.to_owned()));
    }
    let bad = |message: String| Failure(StatusCode::BAD_REQUEST, message);
    let asked: Asked = serde_json::from_slice(&body).map_err(|error| bad(error.to_string()))?;
    let wish = asked.wish().map_err(bad)?;
    let demo = of_played(&desk, move |played| {
        played.wish(&wish).map_err(|refused| match refused {
            Refused::Bad(message) => Failure(StatusCode::BAD_REQUEST, message),
            Refused::Gone(message) => Failure(StatusCode::CONFLICT, message),
        })?;
        Ok(played.demo()?)
    });
    Ok(send(&desk, demo.await?))
}
