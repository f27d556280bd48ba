//! Reaching the server of a store that another process holds.
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use truceline_desk::api::reassess::Ask;
use truceline_desk::write_side::{EraseAnswer, LoadAnswer, ReassessAnswer, RevisedCase};
use truceline_evidence::dossier::MAX_DOSSIER_FILE_BYTES;
use truceline_model::case::CaseId;
use truceline_model::hash::Hash;

/// The file in a store that says where its server answers; it stands while the server runs.
pub(crate) const SERVER_FILE: &str = "server.json";

/// Deriving from a large recording takes minutes.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(600);

/// Hands a file to the server of a store.
pub(crate) fn load(store: &Path, name: &str, bytes: &[u8]) -> Result<LoadAnswer> {
    let answer = post(store, "api/v1/files", Some(name), bytes)?;
    Ok(LoadAnswer {
        kind: text(&answer["kind"]),
        registered: number(&answer["registered"]),
        already: number(&answer["already"]),
        late: number(&answer["late"]),
        excluded: texts(&answer["excluded"]),
        refused_count: number(&answer["refused_count"]),
        refused: list(&answer["refused"])
            .iter()
            .map(|item| (text(&item["offset"]), text(&item["rule"]), text(&item["expected"])))
            .collect(),
        detections: number(&answer["detections"]),
        bearings: number(&answer["bearings"]),
        impediments: number(&answer["impediments"]),
        continuity: texts(&answer["continuity"]),
    })
}

/// Has the server of a store reassess.
pub(crate) fn reassess(store: &Path, ask: &Ask) -> Result<ReassessAnswer> {
    let body = json!({ "case": ask.case, "from": ask.from, "to": ask.to, "reason": ask.reason }).to_string();
    let answer = post(store, "api/v1/reassessments", None, body.as_bytes())?;
    let revision = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
    let revised = list(&answer["revised"]).iter().map(|item| RevisedCase {
        case: text(&item["case"]),
        event: revision(&item["event"]),
        finding: revision(&item["finding"]),
        state: item["state"].as_str().map(str::to_owned),
    });
    Ok(ReassessAnswer {
        entry: answer["journal_index"].as_u64(),
        revised: revised.collect(),
        made: texts(&answer["made"]),
        unchanged: texts(&answer["unchanged"]),
        excluded: texts(&answer["excluded"]),
    })
}

/// Has the server of a store erase a payload.
pub(crate) fn erase(store: &Path, payload: Hash, reason: &str) -> Result<EraseAnswer> {
    let body = json!({ "payload": payload.to_string(), "reason": reason }).to_string();
    let answer = post(store, "api/v1/erasures", None, body.as_bytes())?;
    let entry = answer["journal_index"].as_u64().context("the server's answer names no entry")?;
    Ok(EraseAnswer { entry, already: answer["already"] == true, packs: number(&answer["packs"]) })
}

/// Has the server of a store build the dossier of a case.
pub(crate) fn dossier(store: &Path, case: CaseId, payloads: bool) -> Result<Vec<u8>> {
    get_dossier(store, &format!("api/v1/cases/{case}/dossier?payloads={}", u8::from(payloads)))
}

/// Has the server of a store build the dossier of a consultation.
pub(crate) fn consultation_dossier(store: &Path, call: Hash) -> Result<Vec<u8>> {
    get_dossier(store, &format!("api/v1/consultations/{call}/dossier"))
}

fn get_dossier(store: &Path, route: &str) -> Result<Vec<u8>> {
    let address = address_of(store)?;
    let request = agent().get(format!("{address}{route}"));
    let mut response = request.call().with_context(|| format!("the server at {address} does not answer"))?;
    let status = response.status();
    let body = response.body_mut().with_config().limit(MAX_DOSSIER_FILE_BYTES as u64);
    let bytes = body.read_to_vec().context("the server's answer cannot be read")?;
    if status != 200 {
        let answer: Value = serde_json::from_slice(&bytes).context("the server's answer is not JSON")?;
        bail!("{}", answer["error"].as_str().unwrap_or("the server gave no reason"));
    }
    Ok(bytes)
}

/// Where the server of a store answers.
fn address_of(store: &Path) -> Result<String> {
    let path = store.join(SERVER_FILE);
    let said = std::fs::read_to_string(&path).with_context(|| {
        format!("{}: another process writes to this store, and no server of it can be reached", store.display())
    })?;
    let known: Value = serde_json::from_str(&said).with_context(|| format!("{} is not JSON", path.display()))?;
    let address = known["address"].as_str().with_context(|| format!("{} has no \"address\"", path.display()))?;
    if !address.starts_with("http://127.0.0.1:") && !address.starts_with("http://[::1]:") {
        bail!("{}: {address} is not the loopback address", path.display());
    }
    Ok(address.to_owned())
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(ANSWER_TIME_MAX))
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into()
}

fn post(store: &Path, route: &str, name: Option<&str>, bytes: &[u8]) -> Result<Value> {
    let address = address_of(store)?;
    let mut request = agent().post(format!("{address}{route}"));
    if let Some(name) = name {
        request = request.query("name", name);
    }
    let mut response = request
        .header("X-Truceline", "1")
        .header("Content-Type", "application/octet-stream")
        .send(bytes)
        .with_context(|| format!("the server at {address} does not answer"))?;
    let body = response.body_mut().read_to_string().context("the server's answer cannot be read")?;
    let answer: Value = serde_json::from_str(&body).context("the server's answer is not JSON")?;
    if response.status() != 200 {
        bail!("{}", answer["error"].as_str().unwrap_or("the server gave no reason"));
    }
    Ok(answer)
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn texts(value: &Value) -> Vec<String> {
    list(value).iter().map(text).collect()
}
