//! Reaching the server of a store that another process holds.
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use truceline_desk::write_side::LoadAnswer;

/// The file in a store that says where its server answers; it stands while the server runs.
pub(crate) const SERVER_FILE: &str = "server.json";

/// Deriving from a large recording takes minutes.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(600);

/// Hands a file to the server of a store.
pub(crate) fn load(store: &Path, name: &str, bytes: &[u8]) -> Result<LoadAnswer> {
    let path = store.join(SERVER_FILE);
    let text = std::fs::read_to_string(&path).with_context(|| {
        format!("{}: another process writes to this store, and no server of it can be reached", store.display())
    })?;
    let known: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    let address = known["address"].as_str().with_context(|| format!("{} has no \"address\"", path.display()))?;
    if !address.starts_with("http://127.0.0.1:") && !address.starts_with("http://[::1]:") {
        bail!("{}: {address} is not the loopback address", path.display());
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(ANSWER_TIME_MAX))
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into();
    let mut response = agent
        .post(format!("{address}api/v1/files"))
        .query("name", name)
        .header("X-Truceline", "1")
        .header("Content-Type", "application/octet-stream")
        .send(bytes)
        .with_context(|| format!("the server at {address} does not answer"))?;
    let body = response.body_mut().read_to_string().context("the server's answer cannot be read")?;
    let answer: Value = serde_json::from_str(&body).context("the server's answer is not JSON")?;
    if response.status() != 200 {
        bail!("{}", answer["error"].as_str().unwrap_or("the server gave no reason"));
    }
    let number = |name: &str| answer[name].as_u64().unwrap_or(0);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |name: &str| answer[name].as_array().cloned().unwrap_or_default();
    Ok(LoadAnswer {
        kind: text(&answer["kind"]),
        registered: number("registered"),
        already: number("already"),
        late: number("late"),
        excluded: list("excluded").iter().map(text).collect(),
        refused: list("refused")
            .iter()
            .map(|item| (text(&item["offset"]), text(&item["rule"]), text(&item["expected"])))
            .collect(),
        detections: number("detections"),
        impediments: number("impediments"),
    })
}
