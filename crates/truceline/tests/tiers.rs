//! What `serve` says to tiers below the enclave: every route, header and line, searched for anything finer or earlier than
//! the tier may know.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use support::mission::Mission;
use support::server::Server;
use support::*;
use truceline_model::time::Time;

const TIERS: [&str; 3] = ["commission", "parties", "public"];

/// Rules that release a finding that nobody reviewed, so that there is something to search.
const OPEN: &str = "\
    [[release]]\nto = \"commission\"\nproduct = \"finding\"\nafter_s = 0\ncell_m = 2000\nslot_s = 1\nreviewed = false\n\
    [[release]]\nto = \"parties\"\nproduct = \"finding\"\nafter_s = 60\ncell_m = 2000\nslot_s = 60\nreviewed = false\n\
    [[release]]\nto = \"public\"\nproduct = \"finding\"\nafter_s = 86400\ncell_m = 5000\nslot_s = 3600\nreviewed = false\n";

/// A store with the example, under rules of its own and moved to another year.
fn store_with(rules: &str, year: &str) -> (tempfile::TempDir, String) {
    let (folder, store) = new_store();
    let mut load = vec!["load".to_owned(), store.clone()];
    for name in FILES {
        let path = folder.path().join(name.rsplit('/').next().unwrap());
        let more = if name == FILES[0] { rules } else { "" };
        std::fs::write(&path, format!("{}\n{more}", text_of(name)).replace("2004-", &format!("{year}-"))).unwrap();
        load.push(path.to_str().unwrap().to_owned());
    }
    run(&load.iter().map(String::as_str).collect::<Vec<_>>()).succeeded();
    (folder, store)
}

/// Everything that a server says to a tier: the answers of all routes of both interfaces, and the others that there are.
struct Said {
    /// Path, status and body.
    answers: Vec<(String, u16, String)>,
    /// Headers, and what the process printed.
    besides: String,
}

impl Said {
    fn json(&self, path: &str) -> Value {
        let (_, _, body) = self.answers.iter().find(|(held, status, _)| held == path && *status == 200).unwrap();
        serde_json::from_str(body).unwrap()
    }
}

fn everything(store: &str, tier: &str) -> Said {
    let server = Server::start_with(store, |command| {
        command.args(["--tier", tier, "--public-log-after", "0"]);
    });
    let mut paths: Vec<(String, String)> = Vec::new();
    for document in ["docs/openapi.json", "docs/openapi-tiers.json"] {
        let document: Value = serde_json::from_str(&text_of(document)).unwrap();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                for case in ["04-0001-P", "90-0001-H", "04-0002-V"] {
                    paths.push((method.to_uppercase(), path.replace("{case}", case)));
                }
            }
        }
    }
    for path in [
        "/",
        "/index.html",
        "/log/checkpoint",
        "/log/tile/0/000.p/3",
        "/log/tile/entries/000.p/3",
        "/public/log/checkpoint",
        "/public/log/tile/0/000.p/3",
        "/api/v1/openapi.json",
        "/api/v1/nothing",
        "/metrics",
        "/api/v1/cases?limit=1",
        "/api/v1/detections?limit=500",
    ] {
        paths.push(("GET".to_owned(), path.to_owned()));
    }
    paths.sort();
    paths.dedup();
    let mut said = Said { answers: Vec::new(), besides: String::new() };
    for (method, path) in paths {
        if path == "/api/v1/live" {
            said.answers.push((path, 200, live(&server.address)));
            continue;
        }
        let answer = http::request(&server.address, &method, &path, &[("X-Truceline", "1")], b"{}");
        said.besides +=
            &format!("{:?}\n", answer.headers.iter().filter(|(name, _)| name != "date").collect::<Vec<_>>());
        said.answers.push((path, answer.status, String::from_utf8_lossy(&answer.body).into_owned()));
    }
    said.besides += &server.stop();
    said
}

/// Every bulletin of the example's day for a tier, each with the words that asked for it.
fn bulletins(store: &str, tier: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for kind in ["daily", "spot", "flash", "weekly", "rolling"] {
        for form in ["html", "text", "csv", "json"] {
            let about = match kind {
                "spot" | "flash" => ["--case", "04-0001-P"],
                _ => ["--day", "2004-06-02"],
            };
            let asked = [&["bulletin", kind, store, "--tier", tier, "--format", form][..], &about].concat();
            all.push((asked[1..].join(" "), run(&asked).succeeded().stdout));
        }
    }
    all
}

/// The beginning of the live updates.
fn live(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(400))).unwrap();
    write!(stream, "GET /api/v1/live HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    // It ends with the patience.
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    text.lines().filter(|line| !line.starts_with("date:")).collect::<Vec<_>>().join("\n")
}

/// What the enclave sees: every coordinate with three decimals or more, every time, every id of an output.
fn secrets(store: &str) -> BTreeSet<String> {
    let server = Server::start(store);
    let mut secrets = BTreeSet::new();
    for path in ["/api/v1/cases", "/api/v1/detections", "/api/v1/bearings", "/api/v1/sensors", "/api/v1/coverage"] {
        gather(&server.get(path).json(), &mut secrets);
    }
    let cases = server.get("/api/v1/cases").json();
    for case in cases["cases"].as_array().unwrap() {
        let case = case["case"].as_str().unwrap();
        for path in [format!("/api/v1/cases/{case}"), format!("/api/v1/cases/{case}/waveforms")] {
            gather(&server.get(&path).json(), &mut secrets);
        }
    }
    secrets
}

fn gather(value: &Value, secrets: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, secrets)),
        Value::Object(fields) => fields.values().for_each(|field| gather(field, secrets)),
        Value::Number(number) => {
            let text = number.to_string();
            if let Some((whole, decimals)) = text.split_once('.').filter(|(_, decimals)| decimals.len() >= 3) {
                // To a hundred metres or so: three decimals.
                secrets.insert(format!("{whole}.{}", &decimals[..decimals.len().min(4)]));
            }
        }
        Value::String(text) => {
            let is_time = Time::parse(text).is_ok_and(|time| time.0 % 60_000_000_000 != 0);
            if is_time || (text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())) {
                secrets.insert(text.trim_end_matches('Z').to_owned());
            }
        }
        _ => {}
    }
}

/// Every number and time of an answer stands on the tier's grid, or in the agreement's own text.
fn check_grid(value: &Value, rule: &Value, agreement: &str, path: &str) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| check_grid(item, rule, agreement, path)),
        Value::Object(fields) => {
            if let Some(cell) = fields.get("cell") {
                assert!(cell["side_m"].as_u64() >= rule["cell_m"].as_u64(), "{path}: {value}");
                let time = |name: &str| Time::parse(fields[name].as_str().unwrap()).unwrap();
                let width_s = time("to").seconds_since(time("from"));
                assert!(width_s >= rule["slot_s"].as_f64().unwrap(), "{path}: {value}");
                assert_eq!(time("from").0 % (width_s as i64 * 1_000_000_000), 0, "{path}: {value}");
                // Its corners are what its name says; nothing beside it may hold a coordinate.
                let mut besides = fields.clone();
                besides.retain(|name, _| !["cell", "from", "to"].contains(&name.as_str()));
                check_grid(&Value::Object(besides), rule, agreement, path);
                return;
            }
            for (name, field) in fields.iter().filter(|(name, _)| *name != "agreement") {
                if name == "p" {
                    // No probability of a place that was blunted; else three decimals.
                    assert!(field.is_null() || field.to_string().len() <= 5, "{path}: {field}");
                } else {
                    check_grid(field, rule, agreement, path);
                }
            }
        }
        Value::Number(number) => assert!(number.is_u64(), "{path}: {number}"),
        Value::String(text) => {
            let Ok(time) = Time::parse(text) else { return };
            assert!(time.0 % 60_000_000_000 == 0 || agreement.contains(text), "{path}: {text}");
        }
        _ => {}
    }
}

#[test]
fn no_tier_is_told_anything_finer_than_its_own() {
    for (rules, findings) in [("", false), (OPEN, true)] {
        let (_folder, store) = store_with(rules, "2004");
        let secrets = secrets(&store);
        assert!(secrets.len() > 100, "there is something to be kept: {secrets:?}");
        for tier in TIERS {
            let said = everything(&store, tier);
            let status = said.json("/api/v1/status");
            let agreement = status["agreement"].to_string();
            for (path, _, body) in &said.answers {
                for secret in secrets.iter().filter(|secret| !agreement.contains(secret.as_str())) {
                    assert!(!body.contains(secret.as_str()), "{tier} {path}: {secret} in {body}");
                    assert!(!said.besides.contains(secret.as_str()), "{tier}: {secret} in {}", said.besides);
                }
                let Ok(json) = serde_json::from_str::<Value>(body) else { continue };
                // The documents are no answers.
                if path.ends_with("openapi.json") {
                    continue;
                }
                let product = if path.contains("notices") {
                    "notice"
                } else if findings {
                    "finding"
                } else {
                    "flash"
                };
                let rules = status["rules"].as_array().unwrap();
                let rule = rules.iter().find(|rule| rule["product"] == product).unwrap();
                check_grid(&json, rule, &agreement, path);
            }
            // What the enclave has beside it is not there at all.
            for (path, code, body) in &said.answers {
                let kept = [
                    "detections",
                    "bearings",
                    "sensors",
                    "impediments",
                    "continuity",
                    "inconsistencies",
                    "sources",
                    "witnesses",
                    "files",
                    "reassessments",
                    "erasures",
                    "dossier",
                    "waveforms",
                    "coverage",
                    "/log/tile",
                ];
                if kept.iter().any(|kept| path.contains(kept)) && !path.starts_with("/public") || path == "/" {
                    assert_eq!(*code, 404, "{tier} {path}: {body}");
                }
            }
            let cases = said.json("/api/v1/cases");
            let shown = if tier == "public" && !findings { 0 } else { 1 };
            assert_eq!(cases["cases"].as_array().unwrap().len(), shown, "{tier}: {cases}");
            if shown == 1 {
                assert_eq!(cases["cases"][0]["finding"].is_object(), findings, "a flash has no verdict");
                assert_eq!(said.json("/api/v1/cases/04-0001-P"), cases["cases"][0]);
                assert!(cases["cases"][0]["cell"]["side_m"].as_u64().unwrap() >= 40_000, "as vague as it is: {cases}");
            }
            assert_eq!(said.json("/api/v1/notices")["notices"].as_array().unwrap().len(), 1);
            for (words, bulletin) in bulletins(&store, tier) {
                for secret in secrets.iter().filter(|secret| !agreement.contains(secret.as_str())) {
                    // A hash of the agreement's entry or of the log's root is no secret.
                    let is_hash = secret.len() == 64;
                    assert!(is_hash || !bulletin.contains(secret.as_str()), "{words}: {secret} in {bulletin}");
                }
                assert_eq!(bulletin.contains("04-0001-P"), shown == 1, "{words}: {bulletin}");
            }
        }
    }
}

#[test]
fn nothing_is_said_before_it_is_due() {
    let (_folder, store) = store_with(OPEN, "2090");
    assert!(secrets(&store).iter().any(|secret| secret.starts_with("2090-")));
    for tier in TIERS {
        let said = everything(&store, tier);
        for (path, status, body) in &said.answers {
            // Only the agreement names that year.
            assert!(path == "/api/v1/status" || !body.contains("2090-"), "{tier} {path}: {body}");
            assert!(!path.starts_with("/api/v1/cases/") || *status == 404, "{tier} {path}: {body}");
        }
        assert_eq!(said.json("/api/v1/cases")["cases"], Value::Array(Vec::new()));
        assert_eq!(said.json("/api/v1/notices")["notices"], Value::Array(Vec::new()));
        // One that is not due is not told from one that does not exist.
        let of = |case: &str| {
            said.answers.iter().find(|(path, ..)| path.ends_with(case)).map(|(_, code, body)| (code, body))
        };
        assert_eq!(of("90-0001-H"), of("04-0002-V"));
    }
}

#[test]
fn a_finding_goes_out_once_people_have_reviewed_it() {
    let mission = Mission::new();
    mission.enrol_reviewer();
    run(&load_arguments(&mission.store)).succeeded();
    let shown = || {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let server = Server::start_with(&mission.store, |command| {
            command.args(["--tier", "public", "--also", &format!("parties:{}", free.port())]);
        });
        // The parties see a flash of it on their own port whether or not it is reviewed.
        let beside = witnesses::wait_for("the other port", || {
            let answer = http::request(&free.to_string(), "GET", "/api/v1/cases", &[], &[]);
            (answer.status == 200).then(|| answer.json())
        });
        assert_eq!(beside["cases"][0]["case"], "04-0001-P");
        server.get("/api/v1/cases").json()["cases"].clone()
    };
    assert_eq!(shown(), Value::Array(Vec::new()));
    let key = mission.path("reviewer.key");
    let state = |stance: &str, more: &[&str]| {
        let stated = ["statement", &mission.store, "04-0001-P", "--key", &key, "--stance", stance, "--words", "seen"];
        run(&[&stated[..], more].concat()).succeeded();
    };
    state("notes", &[]);
    assert_eq!(shown(), Value::Array(Vec::new()), "a note is no review");
    state("supports", &["--supersede"]);
    let cases = shown();
    assert_eq!(cases[0]["finding"]["reviewed"], Value::Bool(true), "{cases}");
    assert_eq!(cases[0]["finding"]["state"], "permitted-and-notified");
    state("withdraws", &["--supersede"]);
    assert_eq!(shown(), Value::Array(Vec::new()), "what is taken back is no review");
}

/// What people observed and what hindered them, at odd places and seconds, in words that name more than may be told.
const OBSERVED: &str = "period_start,observer_id,owner,observer_position,event_location,means,count,observation,description,\
weapon,direction,local_time_start,local_time_end,time_uncertainty_s,killed,harmed_object
2026-06-24T00:00:00Z,patrol Kestrel,Mission,\"48.10357, 37.50713\",4-6 km SE,heard,3,undetermined explosion,by the old mill,\
,from the ford,07:14:37,07:14:41,5,,
2026-06-24T00:00:00Z,patrol Kestrel,Mission,\"48.10357, 37.50713\",\"Old mill (48.12391, 37.61977)\",seen,2,muzzle flash,,,,09:41:13,,5,,
2026-06-24T00:00:00Z,patrol Kestrel,Mission,,\"48.20579, 37.40931\",site visit,2,weapon present,,tank by the old mill,,15:03:29,,5,,
2026-06-24T00:00:00Z,patrol Kestrel,Mission,,\"48.05683, 37.55149\",site visit,3,casualty,,mine,,15:33:47,,5,3,Old mill
";
const HINDERED: &str = "hindrance,from,to,location,radius_m,area_of,said_reason,lost,liaison_informed,owner
denial,2026-06-24T10:23:17Z,2026-06-24T11:21:39Z,\"48.02713, 37.61357\",500,Bravo,mines at the ford,1,2026-06-24T10:47:53Z,Mission
outage,2026-06-24T12:37:19Z,,\"48.02713, 37.61357\",500,,the ford is dark,1,,Mission
";
const HOT: &str = "latitude,longitude,scan,track,acq_date,acq_time,satellite,instrument
48.05219,37.53711,0.4,0.4,2026-06-24,0007,N20,VIIRS
";

#[test]
fn observations_and_hindrances_are_as_coarse_and_as_late_as_their_tier() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store").to_str().unwrap().to_owned();
    let agreement = text_of("examples/two-sides/agreement.toml")
        .replace("2030-01-31", "2026-06-20")
        .replace("2030-02-03", "2026-07-03");
    let mut load = vec!["load".to_owned(), store.clone()];
    for (name, text) in [("a.toml", &agreement[..]), ("table.csv", OBSERVED), ("h.csv", HINDERED), ("heat.csv", HOT)] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        load.push(path.to_str().unwrap().to_owned());
    }
    run(&load.iter().map(String::as_str).collect::<Vec<_>>()).succeeded();
    let report = |kind: &str, tier: &str, form: &str, more: &[&str]| {
        let asked = ["bulletin", kind, &store, "--tier", tier, "--format", form, "--day", "2026-06-24"];
        run(&[&asked[..], more].concat()).succeeded().stdout
    };
    let secrets = [
        "48.103", "48.104", "37.507", "48.123", "37.619", "48.205", "37.409", "48.056", "37.551", "48.027", "37.613",
        "48.052", "37.537", "07:14:3", "07:14:4", "09:41:1", "15:03:2", "15:33:4", "10:23", "11:21", "10:47", "12:37",
        "00:07", "Kestrel", "mill", "ford",
    ];
    let whole: String = ["json", "text", "csv"].map(|form| report("daily", "enclave", form, &[])).concat();
    for secret in secrets.iter().filter(|secret| !["48.103", "48.052", "37.537", "00:07"].contains(secret)) {
        assert!(whole.contains(secret), "the enclave is told of {secret}, so it is something to be kept");
    }
    for (tier, slot_s) in [("commission", 3_600), ("parties", 3_600), ("public", 86_400)] {
        for kind in ["daily", "weekly", "rolling"] {
            for form in ["html", "text", "csv", "json"] {
                let told = report(kind, tier, form, &[]);
                for secret in secrets {
                    assert!(!told.contains(secret), "{tier} {kind} {form}: {secret} in {told}");
                }
            }
        }
        let told: Value = serde_json::from_str(&report("daily", tier, "json", &[])).unwrap();
        let of = |name: &str| -> Vec<Value> {
            told["records"].as_array().unwrap().iter().filter(|record| record[name].is_string()).cloned().collect()
        };
        assert_eq!((of("observation").len(), of("hindrance").len()), (4, 2), "{tier}: {told}");
        for record in of("observation").iter().chain(&of("hindrance")) {
            for edge in ["from", "to"] {
                let time = Time::parse(record[edge].as_str().unwrap()).unwrap();
                assert_eq!(time.0 % (slot_s * 1_000_000_000), 0, "{tier}: {record}");
            }
            let is_observed = record["observation"].is_string();
            // To the public nobody's place goes out that no people have reviewed.
            assert!(record["at"].is_null() || !is_observed || tier != "public", "{tier}: {record}");
            if let Some(side_m) = record["at"]["side_m"].as_u64() {
                assert!(side_m >= if tier == "public" { 10_000 } else { 5_000 }, "{tier}: {record}");
            }
        }
        // Counts are told with what could be seen, and not before.
        let early = report("daily", tier, "text", &["--issued", "2026-06-24T16:00:00Z"]);
        assert!(early.contains("What people and satellites counted is not told to this tier yet."), "{tier}: {early}");
        assert!(!early.contains("access refused") && !early.contains("Heat seen"), "{tier}: {early}");
        assert!(!early.contains("tank") && !early.contains("harm to people"), "{tier}: {early}");
        assert_eq!(early.contains("muzzle flash"), tier != "public", "{tier}: {early}");
    }
}
