//! The routes of the register. All of them read; what people say comes in as signed files.
use super::board::{Board, Changes, EditionHead, StateToday, keep_cited_sources, record_lines, shown};
use super::consultation::{ConsultationDetail, Consultations, Reading};
use super::lines::Texts;
use crate::api::common::Error;
use crate::api::routes::{Failure, send, send_dossier, with_views};
use crate::api::status::{House, RegisterState};
use crate::dossier::ConsultationDossier;
use crate::error::DeskError;
use crate::ledger::{HeldEdition, Ledger};
use crate::log;
use crate::server::Desk;
use crate::views::Views;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use truceline_evidence::keys::PublicKey;
use truceline_model::derived::Derived;
use truceline_model::entry::{self, Entry};
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::time::NS_PER_S;
use truceline_register::edition::{self, SignedEdition};

/// What *yesterday* is: so long ago, s.
const DAY_S: i64 = 86_400;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layers {
    layer: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Since {
    layer: Option<String>,
    since: Option<u64>,
}

/// Whether the record is shown too.
fn record(layer: Option<&str>) -> Result<bool, Failure> {
    match layer {
        None => Ok(false),
        Some("record") => Ok(true),
        Some(other) => Err(Failure(
            StatusCode::BAD_REQUEST,
            format!("layer is {other}: expected record, or none for the article alone"),
        )),
    }
}

/// Reads what people signed of the register.
async fn with_ledger<T: Send + 'static>(
    desk: Arc<Desk>,
    read: impl FnOnce(&Desk, &Views, &Ledger) -> Result<T, DeskError> + Send + 'static,
) -> Result<T, Failure> {
    with_views(desk, |desk, views| desk.with_ledger(views, |ledger| read(desk, views, ledger))).await
}

/// The lines of an edition that are shown, and what it is.
fn opened(
    desk: &Desk,
    ledger: &Ledger,
    held: &HeldEdition,
    record: bool,
) -> Result<(EditionHead, truceline_register::Register), DeskError> {
    let mut register = held.register.of_layers(&shown(record));
    // Sources are lines of the record, whatever cites them.
    register.sources.clone_from(&held.register.sources);
    keep_cited_sources(&mut register);
    let head = &register.head;
    let edition = EditionHead {
        entry: held.index,
        number: u64::from(held.edition.number),
        published_at: held.edition.published_at.to_string(),
        signed_by: signed_by(desk, ledger, held)?,
        title: Texts::of(&head.title),
        as_of: head.as_of.map(|date| date.to_string()),
        article: head.article.as_ref().map(ToString::to_string),
        record_lines: record_lines(&held.register),
        record_shown: record,
    };
    Ok((edition, register))
}

/// The states whose officers signed an edition.
fn signed_by(desk: &Desk, ledger: &Ledger, held: &HeldEdition) -> Result<Vec<String>, DeskError> {
    let signed: SignedEdition = entry::from_bytes(&desk.reader.entry(held.index)?)?;
    let verifies = |key: &PublicKey, signature: &[u8; 64]| key.verify(edition::DOMAIN, &signed.body.0, signature);
    let states = ledger.keys().states_of_officers(held.index, &signed.signatures, verifies);
    Ok(states.into_iter().map(str::to_owned).collect())
}

/// The register on one page: what states said they would do, as they said it.
#[utoipa::path(
    get,
    path = "/api/v1/register",
    params(("layer" = Option<String>, Query, description = "`record`: show lines of the public record too")),
    responses((status = 200, body = Board), (status = 400, body = Error))
)]
pub(crate) async fn get_register(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Layers>,
) -> Result<Response, Failure> {
    let record = record(asked.layer.as_deref())?;
    let value = with_ledger(Arc::clone(&desk), move |desk, _, ledger| {
        let Some(held) = ledger.editions().last() else { return Ok(Board::empty()) };
        let (edition, register) = opened(desk, ledger, held, record)?;
        Ok(Board::new(edition, &register))
    });
    Ok(send(&desk, value.await?))
}

/// What one state may do today, and on which finding it would be asked.
#[utoipa::path(
    get,
    path = "/api/v1/register/states/{code}",
    params(
        ("code" = String, Path, description = "the state's code of ISO 3166-1"),
        ("layer" = Option<String>, Query, description = "`record`: show lines of the public record too")
    ),
    responses((status = 200, body = StateToday), (status = 400, body = Error), (status = 404, body = Error))
)]
pub(crate) async fn get_state(
    State(desk): State<Arc<Desk>>,
    Path(code): Path<String>,
    Query(asked): Query<Layers>,
) -> Result<Response, Failure> {
    let record = record(asked.layer.as_deref())?;
    let value = with_ledger(Arc::clone(&desk), move |desk, views, ledger| {
        let missing = || DeskError::missing(format!("{code:?} is no state of the newest edition of the register"));
        let held = ledger.editions().last().ok_or_else(missing)?;
        let (edition, register) = opened(desk, ledger, held, record)?;
        let mut today = StateToday::new(edition, &register, &code).ok_or_else(missing)?;
        let located = |hash| located(desk, views, hash);
        let reading = Reading::new(ledger, &located, desk.reader.size());
        today.seats = reading.seats_of(&code);
        today.consultations = reading.rows(Some(&code))?;
        Ok(today)
    });
    Ok(send(&desk, value.await?))
}

/// What changed in the register: the newest edition against the one in force 24 hours ago by this machine's clock, or against the
/// edition of a number. Where the first edition is younger than that, against the first.
#[utoipa::path(
    get,
    path = "/api/v1/register/changes",
    params(
        ("layer" = Option<String>, Query, description = "`record`: show lines of the public record too"),
        ("since" = Option<u64>, Query, description = "the number of the edition to compare with")
    ),
    responses((status = 200, body = Changes), (status = 400, body = Error), (status = 404, body = Error))
)]
pub(crate) async fn get_changes(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Since>,
) -> Result<Response, Failure> {
    let record = record(asked.layer.as_deref())?;
    let value = with_ledger(Arc::clone(&desk), move |desk, _, ledger| {
        let editions = ledger.editions();
        let Some(newest) = editions.last() else {
            return Ok(Changes { newest: None, before: None, lines: Vec::new() });
        };
        let before = match asked.since {
            Some(number) => {
                let found = editions.iter().find(|held| u64::from(held.edition.number) == number);
                Some(found.ok_or_else(|| DeskError::missing(format!("the register has no edition {number}")))?)
            }
            None => {
                let yesterday_ns = (log::now_s() - DAY_S).saturating_mul(NS_PER_S);
                let in_force = editions.iter().rev().find(|held| held.edition.published_at.0 <= yesterday_ns);
                in_force.or(editions.first()).filter(|held| held.edition.number < newest.edition.number)
            }
        };
        let before = before.map(|held| opened(desk, ledger, held, record)).transpose()?;
        let newest = opened(desk, ledger, newest, record)?;
        Ok(Changes::new((newest.0, &newest.1), before.as_ref().map(|(head, register)| (head.clone(), register))))
    });
    Ok(send(&desk, value.await?))
}

/// The consultations of all bodies, the newest first.
#[utoipa::path(get, path = "/api/v1/consultations", responses((status = 200, body = Consultations)))]
pub(crate) async fn get_consultations(State(desk): State<Arc<Desk>>) -> Result<Response, Failure> {
    let value = with_ledger(Arc::clone(&desk), |desk, views, ledger| {
        let located = |hash| located(desk, views, hash);
        let reading = Reading::new(ledger, &located, desk.reader.size());
        let not_taken = reading.not_taken();
        Ok(Consultations { consultations: reading.rows(None)?, names: reading.names(), not_taken })
    });
    Ok(send(&desk, value.await?))
}

/// One consultation: what was asked, what each seat said, what people concluded.
#[utoipa::path(
    get,
    path = "/api/v1/consultations/{call}",
    params(("call" = String, Path, description = "the hash of its call, 64 digits")),
    responses((status = 200, body = ConsultationDetail), (status = 404, body = Error))
)]
pub(crate) async fn get_consultation(
    State(desk): State<Arc<Desk>>,
    Path(call): Path<String>,
) -> Result<Response, Failure> {
    let value = with_ledger(Arc::clone(&desk), move |desk, views, ledger| {
        let missing = || DeskError::missing(format!("{call:?} is no consultation that was called"));
        let hash = Hash::from_hex(&call).ok_or_else(missing)?;
        let located = |hash| located(desk, views, hash);
        Reading::new(ledger, &located, desk.reader.size()).detail(hash)?.ok_or_else(missing)
    });
    Ok(send(&desk, value.await?))
}

/// All that a consultation rests on, in one file: acts on keys, the roll, its acts, the register's editions in force, and the findings
/// that it cites, each with its proof. It holds entries as they were registered, so it exists for the enclave's tier only.
#[utoipa::path(
    get,
    path = "/api/v1/consultations/{call}/dossier",
    params(("call" = String, Path, description = "the hash of its call, 64 digits")),
    responses(
        (status = 200, content_type = "application/cbor"),
        (status = 404, body = Error),
        (status = 413, body = Error, description = "it is more than a dossier holds")
    )
)]
pub(crate) async fn get_dossier(State(desk): State<Arc<Desk>>, Path(call): Path<String>) -> Result<Response, Failure> {
    let missing = || DeskError::missing(format!("{call:?} is no consultation that was called"));
    let hash = Hash::from_hex(&call).ok_or_else(missing)?;
    let dossier = with_ledger(Arc::clone(&desk), move |_, views, ledger| ConsultationDossier::of(ledger, views, hash));
    let dossier = dossier.await?;
    // Without the views: it may wait for a signature.
    send_dossier(&ConsultationDossier::file_name_of(hash), move || dossier.build(&*desk.reader, desk.policy)).await
}

/// How the register stands, for the status.
pub(crate) fn standing(desk: &Desk, views: &Views) -> Result<RegisterState, DeskError> {
    desk.with_ledger(views, |ledger| {
        let newest = ledger.editions().last();
        let house = desk.house.as_ref().map(|code| House {
            code: code.clone(),
            name: newest.and_then(|held| held.register.state(code)).map(|state| Texts::of(&state.name)),
        });
        let rests_on = [
            ledger.key_acts().last().copied(),
            ledger.editions().last().map(|held| held.index),
            ledger.acts().last().map(|held| held.index),
        ];
        let edition = newest.map(|held| u64::from(held.edition.number));
        Ok(RegisterState { edition, newest: rests_on.into_iter().flatten().max(), house })
    })
}

/// Where an entry of a hash stands, and of a finding its case.
fn located(desk: &Desk, views: &Views, hash: Hash) -> Result<Option<(u64, Option<String>)>, DeskError> {
    let Some(index) = views.by_hash(hash)? else { return Ok(None) };
    let bytes = desk.reader.entry(index)?;
    let is_finding = entry::open(&bytes)?.0 == Derived::<Finding>::KIND;
    let case = match is_finding {
        true => Some(entry::from_bytes::<Derived<Finding>>(&bytes)?.content.case.to_string()),
        false => None,
    };
    Ok(Some((index, case)))
}
