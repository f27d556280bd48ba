//! Reaching a witness: its submission address, and the one where it shows what it cosigned last; and the log that it
//! witnesses.
//!
//! Nothing is encrypted and nobody needs to be believed: what is sent is public, and what comes back counts only with a
//! signature that the policy names.
use std::fmt;
use std::time::Duration;
use truceline_evidence::note::MAX_NOTE_BYTES;
use truceline_evidence::tiles::{HASH_BYTES, TILE_WIDTH, Tile};
use truceline_evidence::witness::origin_hash;

/// How long an answer is waited for: a witness synchronises its disk before it answers, and the others wait meanwhile.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);

/// What a witness answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code of HTTP.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// It was waited for as long as is waited.
    pub timed_out: bool,
    /// Why, in words.
    pub why: String,
}

impl From<String> for Unanswered {
    fn from(why: String) -> Self {
        Self { timed_out: false, why }
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

/// A client of witnesses.
#[derive(Debug, Clone)]
pub struct Client(ureq::Agent);

impl Default for Client {
    fn default() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(ANSWER_TIME_MAX))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None);
        Self(config.build().into())
    }
}

impl Client {
    /// Submits the body of `add-checkpoint` to the witness whose addresses begin with `prefix`.
    ///
    /// # Errors
    /// If it cannot be reached, or what it answers is no text or over the bound of a note.
    pub fn add_checkpoint(&self, prefix: &str, body: &str) -> Result<Answer, Unanswered> {
        let address = address(prefix, "add-checkpoint")?;
        let sent = self.0.post(&address).header("Content-Type", "text/plain; charset=utf-8").send(body);
        read(&address, sent)
    }

    /// The newest checkpoint of a log that the witness cosigned; none if it has none.
    ///
    /// # Errors
    /// As [`Client::add_checkpoint`]; if it answers otherwise than with a note or 404.
    pub fn checkpoint(&self, prefix: &str, origin: &str) -> Result<Option<String>, String> {
        let address = address(prefix, &format!("{}/checkpoint", origin_hash(origin)))?;
        match read(&address, self.0.get(&address).call()).map_err(|unanswered| unanswered.why)? {
            Answer { status: 200, body } => Ok(Some(body)),
            Answer { status: 404, .. } => Ok(None),
            Answer { status, .. } => Err(format!("{address} answers with status {status}")),
        }
    }

    /// The newest checkpoint of the log whose addresses begin with `prefix`.
    ///
    /// # Errors
    /// As [`Client::add_checkpoint`]; if it answers otherwise than with a note.
    pub fn log_checkpoint(&self, prefix: &str) -> Result<String, String> {
        let address = address(prefix, "checkpoint")?;
        match read(&address, self.0.get(&address).call()).map_err(|unanswered| unanswered.why)? {
            Answer { status: 200, body } => Ok(body),
            Answer { status, .. } => Err(format!("{address} answers with status {status}")),
        }
    }

    /// The bytes of a tile of hashes of that log.
    ///
    /// # Errors
    /// If it cannot be reached, or what it answers is larger than a tile.
    pub fn tile(&self, prefix: &str, tile: &Tile) -> Result<Vec<u8>, String> {
        let address = address(prefix, &tile.to_string())?;
        let mut answer =
            self.0.get(&address).call().map_err(|error| format!("{address} cannot be reached: {error}"))?;
        if answer.status().as_u16() != 200 {
            return Err(format!("{address} answers with status {}", answer.status().as_u16()));
        }
        let bytes = answer.body_mut().with_config().limit(TILE_WIDTH * HASH_BYTES as u64).read_to_vec();
        bytes.map_err(|error| format!("the answer of {address} cannot be read: {error}"))
    }
}

/// What stands before a witness's addresses, with one of them.
fn address(prefix: &str, path: &str) -> Result<String, String> {
    if !prefix.starts_with("http://") {
        return Err(format!("{prefix} is no address that begins with http://"));
    }
    Ok(format!("{}/{path}", prefix.trim_end_matches('/')))
}

fn read(address: &str, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer, Unanswered> {
    let unanswered = |what: &str, error: &ureq::Error| Unanswered {
        timed_out: matches!(error, ureq::Error::Timeout(_)),
        why: format!("{what}: {error}"),
    };
    let mut answer = answer.map_err(|error| unanswered(&format!("{address} cannot be reached"), &error))?;
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(MAX_NOTE_BYTES as u64).read_to_string();
    let body = body.map_err(|error| unanswered(&format!("the answer of {address} cannot be read"), &error))?;
    Ok(Answer { status, body })
}
