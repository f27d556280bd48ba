//! The waveforms around a case's arrivals.
use super::common::Error;
use super::routes::{Failure, parse_case, send, with_views};
use crate::server::Desk;
use crate::waveforms::{COLUMNS, Plan, SPAN_NS_MIN, SPAN_S_MAX};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use truceline_accord::enclave_only;
use truceline_model::hash::Hash;
use truceline_model::measurement::Phase;
use truceline_model::time::{Interval, NS_PER_S, Time};
use utoipa::ToSchema;

/// The waveforms around a case's arrivals: a trace for each channel, the nearest to the mean place first. Values are as they were
/// registered: nothing is filtered, corrected or scaled.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Waveforms {
    /// The case.
    pub case: String,
    /// The first instant of the first column, RFC 3339 in UTC.
    pub from: String,
    /// The first instant after the last column.
    pub to: String,
    /// How many columns each trace has, all of the same width.
    pub columns: usize,
    /// The traces.
    pub traces: Vec<Trace>,
    /// How many channels with arrivals are left out: those farthest away.
    pub left_out: usize,
}

/// A channel in which something arrived.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Trace {
    /// The channel.
    pub channel: String,
    /// Who could make it lie.
    pub owner: String,
    /// `seismic`, `infrasound` or `acoustic`.
    pub class: String,
    /// The array whose first element it is, where the arrival is an array's.
    pub array: Option<String>,
    /// How many elements that array's arrival rests on.
    pub elements: Option<usize>,
    /// Distance from the mean place, km.
    pub distance_km: f64,
    /// Samples per second, Hz; null where no record of the span is held.
    pub rate_hz: Option<f64>,
    /// `counts`, or `as-recorded` where the recorder wrote numbers of a unit of its own.
    pub unit: String,
    /// The smallest value of each column; null where no sample is held.
    pub low: Vec<Option<f64>>,
    /// The largest value of each column.
    pub high: Vec<Option<f64>>,
    /// Where samples are missing, and why.
    pub missing: Vec<Missing>,
    /// What arrived, by the onsets.
    pub picks: Vec<Pick>,
    /// When the waves that the event rests on were to be expected here, by the times; empty where the epoch states no speeds.
    pub expected: Vec<Expected>,
}

/// When a wave was to be expected, were the event where and when its posterior's means say, and the wave as fast as the epoch states.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Expected {
    /// The wave: `P`, `S`, `surface`, `airwave` or `muzzle`.
    pub phase: String,
    /// RFC 3339 in UTC.
    pub at: String,
}

impl Expected {
    pub(crate) fn new(at: Time, phase: Phase) -> Self {
        Self { phase: phase.name().to_owned(), at: at.to_string() }
    }
}

/// A span of a trace without samples.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Missing {
    /// RFC 3339 in UTC.
    pub from: String,
    /// RFC 3339 in UTC.
    pub to: String,
    /// `no-record`: nothing was registered; `erased`: the bytes were taken away for good; `not-stored`: they are lost;
    /// `unreadable`: they are not what was registered or cannot be decoded; `over-bound`: more than one answer reads.
    pub why: String,
    /// In words: of an erasure why it was asked for, of what cannot be read what was found.
    pub reason: Option<String>,
}

/// An arrival on its trace.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Pick {
    /// The onset, RFC 3339 in UTC. That of an array holds at the middle of its elements.
    pub onset: String,
    /// Standard deviation of the onset, s.
    pub onset_sigma_s: f64,
    /// The wave it was taken for: `P`, `S`, `surface`, `airwave`, `muzzle` or `shock`.
    pub phase: String,
    /// SHA-256 of its content, by which the event cites it, hexadecimal.
    pub content: String,
}

enclave_only!(Waveforms);

impl Pick {
    pub(crate) fn new(onset: Time, sigma_us: u64, phase: Phase, content: Hash) -> Self {
        Self {
            onset: onset.to_string(),
            onset_sigma_s: sigma_us as f64 / 1e6,
            phase: phase.name().to_owned(),
            content: content.to_string(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wished {
    from: Option<String>,
    to: Option<String>,
    columns: Option<usize>,
}

/// What is asked for: a span, or all of it.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) span: Option<Interval>,
    pub(crate) columns: usize,
}

impl TryFrom<Wished> for Ask {
    type Error = String;

    fn try_from(wished: Wished) -> Result<Self, String> {
        let columns = wished.columns.unwrap_or(COLUMNS.1);
        if !(1..=COLUMNS.0).contains(&columns) {
            return Err(format!("columns is {columns}: expected 1 to {}", COLUMNS.0));
        }
        let time = |name: &str, text: &str| Time::parse(text).map_err(|error| format!("{name}: {error}"));
        let span = match (&wished.from, &wished.to) {
            (None, None) => None,
            (Some(from), Some(to)) => Some(Interval { from: time("from", from)?, to: time("to", to)? }),
            _ => return Err("expected from and to, or neither".to_owned()),
        };
        if let Some(Interval { from, to }) = span {
            let length_ns = to.0.saturating_sub(from.0);
            if !(SPAN_NS_MIN..=SPAN_S_MAX * NS_PER_S).contains(&length_ns) {
                return Err(format!("from {from} to {to}: expected 1 ms to {SPAN_S_MAX} s, from before to"));
            }
        }
        Ok(Self { span, columns })
    }
}

/// The waveforms around a case's arrivals, for the enclave's tier only. Without a span from before the origin time to after the last
/// onset, an hour at most.
#[utoipa::path(
    get,
    path = "/api/v1/cases/{case}/waveforms",
    params(
        ("case" = String, Path, description = "the case's name, check letter included"),
        ("from" = Option<String>, Query, description = "the first instant, RFC 3339; with `to`"),
        ("to" = Option<String>, Query, description = "the first instant after it, an hour later at most"),
        ("columns" = Option<usize>, Query, description = "how many columns, 1 to 2000; 600 where it is not said")
    ),
    responses((status = 200, body = Waveforms), (status = 400, body = Error), (status = 404, body = Error))
)]
pub(crate) async fn get_waveforms(
    State(desk): State<Arc<Desk>>,
    Path(case): Path<String>,
    Query(wished): Query<Wished>,
) -> Result<Response, Failure> {
    let ask = Ask::try_from(wished).map_err(|message| Failure(StatusCode::BAD_REQUEST, message))?;
    let planning =
        with_views(Arc::clone(&desk), move |desk, views| Plan::new(views, &*desk.reader, parse_case(&case)?, &ask));
    let plan = planning.await?;
    let reading = Arc::clone(&desk);
    match tokio::task::spawn_blocking(move || plan.read(&*reading.write_side)).await {
        Ok(waveforms) => Ok(send(&desk, waveforms)),
        Err(_) => Err(Failure(StatusCode::INTERNAL_SERVER_ERROR, "the answer was not finished".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(from: Option<&str>, to: Option<&str>, columns: Option<usize>) -> Result<Ask, String> {
        Ask::try_from(Wished { from: from.map(str::to_owned), to: to.map(str::to_owned), columns })
    }

    #[test]
    fn a_span_and_columns_keep_their_bounds() {
        let ask = asked(None, None, None).unwrap();
        assert_eq!((ask.span, ask.columns), (None, COLUMNS.1));
        let (noon, later) = (Some("2031-05-04T12:00:00Z"), Some("2031-05-04T13:00:00Z"));
        let span = asked(noon, later, Some(2_000)).unwrap().span.unwrap();
        assert_eq!(span.to.seconds_since(span.from), 3_600.0);
        for (from, to, columns, expected) in [
            (noon, None, None, "from and to, or neither"),
            (later, noon, None, "from before to"),
            (noon, noon, None, "from before to"),
            (noon, Some("2031-05-04T13:00:00.001Z"), None, "1 ms to 3600 s"),
            (Some("noon"), later, None, "from: "),
            (None, None, Some(0), "expected 1 to 2000"),
            (None, None, Some(2_001), "expected 1 to 2000"),
        ] {
            let error = asked(from, to, columns).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
