//! `truceline demo`: two scenes of an invented day, through the real sockets, until what they teach stands; its truth and how it
//! is steered.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod support;

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use support::http::Answer;
use support::server::Server;
use support::{http, run};
use truceline_model::remark::CaseClosed;
use truceline_model::time::Time;

/// How long is waited for what must come: at this speed both scenes take seconds on an idle machine.
const WAIT_MAX: Duration = Duration::from_secs(240);

fn demo(store: &str, more: &[&str]) -> Server {
    let arguments = ["demo", "--store", store, "--port", "0", "--no-open", "--seed", "1"];
    Server::start_command(support::truceline(&[&arguments[..], more].concat()))
}

fn get(server: &Server, path: &str) -> Value {
    let answer = server.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

fn wish(server: &Server, wish: &Value) -> Answer {
    let body = wish.to_string();
    http::request(&server.address, "POST", "/api/v1/demo", &[("X-Truceline", "1")], body.as_bytes())
}

fn wait_until(server: &Server, path: &str, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + WAIT_MAX;
    loop {
        let value = get(server, path);
        if is(&value) {
            return value;
        }
        assert!(Instant::now() < deadline, "{what} did not come: {value}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The case that found the only event of a scene, and how it stands.
fn finding(server: &Server, scene: &str) -> Option<(String, String)> {
    let truth = get(server, "/api/v1/demo/truth");
    let event = truth["events"].as_array().unwrap().iter().find(|event| event["scene"] == scene)?.clone();
    let case = event["case"].as_str()?.to_owned();
    let state = get(server, &format!("/api/v1/cases/{case}"))["finding"]["state"].as_str()?.to_owned();
    Some((case, state))
}

#[test]
fn a_breach_stands_a_notified_demolition_is_permitted_and_the_clock_is_steered() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let scenes = "clear-breach,notified-demolition,earthquake,contested-band";
    let server = demo(store.to_str().unwrap(), &["--speed", "200", "--scenes", scenes]);

    let at_first = get(&server, "/api/v1/demo");
    let ids: Vec<&str> =
        at_first["scenes"].as_array().unwrap().iter().map(|scene| scene["id"].as_str().unwrap()).collect();
    assert_eq!(ids.join(","), scenes);
    assert_eq!((&at_first["seed"], &at_first["ended"], &at_first["speed"]), (&json!(1), &json!(false), &json!(200.0)));

    // While it stands, it stands.
    wait_until(&server, "/api/v1/demo", "the first scene", |demo| demo["scene"] == "clear-breach");
    assert_eq!(wish(&server, &json!({"paused": true})).json()["paused"], true);
    std::thread::sleep(Duration::from_millis(100));
    let stood = get(&server, "/api/v1/demo");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(get(&server, "/api/v1/demo")["now"], stood["now"]);
    let gone_on = wish(&server, &json!({"paused": false})).json();
    assert_eq!(gone_on["paused"], false);

    // The clock that ticks is the recording's, and findings are made by it.
    wait_until(&server, "/api/v1/demo", "the second scene", |demo| demo["scene"] == "notified-demolition");
    let (breach, state) = finding(&server, "clear-breach").expect("the clear breach was found");
    assert_eq!(state, "possible-breach");
    let status = get(&server, "/api/v1/status");
    assert_eq!(status["clock"]["kind"], "recorded");
    let now = status["clock"]["now"].as_str().unwrap().to_owned();
    assert!(*now >= *at_first["begins"].as_str().unwrap() && *now < *at_first["ends"].as_str().unwrap(), "{now}");
    let names: Vec<&str> =
        status["sources"].as_array().unwrap().iter().map(|source| source["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Monitoring mission", "Institute of Geophysics", "University network", "Alpha", "Bravo"]);
    assert!(status["sources"].as_array().unwrap().iter().all(|source| source["registered"].as_u64().unwrap() > 100));

    wait_until(&server, "/api/v1/demo", "the third scene", |demo| demo["scene"] == "earthquake");
    let (_, state) = finding(&server, "notified-demolition").expect("the demolition was found");
    assert_eq!(state, "permitted-and-notified");
    let shown = get(&server, "/api/v1/demo");
    assert!(shown["scenes"][0]["cases"].as_array().unwrap().iter().any(|case| *case == breach), "{shown}");

    // On to the next scene; never back.
    let back = wish(&server, &json!({"scene": "clear-breach"}));
    assert_eq!(back.status, 409, "{}", back.text());
    assert!(back.json()["error"].as_str().unwrap().contains("clear-breach"), "{}", back.text());
    assert_eq!(wish(&server, &json!({"next": true})).status, 200);
    let at_last = wait_until(&server, "/api/v1/demo", "the last scene", |demo| demo["scene"] == "contested-band");
    let skipped = at_last["skipped"].as_array().unwrap();
    let earthquake = &at_last["scenes"][2];
    let cut = |one: &&Value| {
        one["from"].as_str() > earthquake["from"].as_str() && one["from"].as_str() < earthquake["to"].as_str()
    };
    assert_eq!(
        skipped.iter().filter(cut).count(),
        1,
        "what of the scene was not played counts as skipped: {skipped:?}"
    );
    assert_eq!(wish(&server, &json!({"next": true})).status, 409, "it is the last");

    // The truth ends with the clock.
    let truth = get(&server, "/api/v1/demo/truth");
    let now = get(&server, "/api/v1/demo")["now"].as_str().unwrap().to_owned();
    assert!(truth["events"].as_array().unwrap().iter().all(|event| event["at"].as_str().unwrap() <= &*now));
    assert_eq!((&truth["false_owner"], &truth["jammed"]), (&Value::Null, &json!([])));
    // Each case is found, found again, or none: never two of them.
    let mut said: Vec<&str> =
        truth["events"].as_array().unwrap().iter().filter_map(|one| one["case"].as_str()).collect();
    said.extend(truth["phantoms"].as_array().unwrap().iter().map(|case| case.as_str().unwrap()));
    said.extend(truth["again"].as_array().unwrap().iter().map(|one| one["case"].as_str().unwrap()));
    let count = said.len();
    said.sort_unstable();
    said.dedup();
    assert_eq!(said.len(), count, "{truth}");

    // What makes no sense, and what another site's page could send.
    for (body, expected) in [
        (json!({"speed": 0}), "expected 1 to 1000"),
        (json!({"scene": "nowhere"}), "no scene \"nowhere\""),
        (json!({"speed": 10, "paused": true}), "expected one of"),
        (json!({"faster": true}), "unknown field"),
    ] {
        let answer = wish(&server, &body);
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
        assert!(answer.json()["error"].as_str().unwrap().contains(expected), "{body}: {}", answer.text());
    }
    let foreign = http::request(&server.address, "POST", "/api/v1/demo", &[], b"{\"paused\":true}");
    assert_eq!(foreign.status, 403);

    let ended = wait_until(&server, "/api/v1/demo", "the end", |demo| demo["ended"] == true);
    assert_eq!(ended["now"], ended["ends"]);
    assert_eq!(ended["scene"], Value::Null);
    // Cases that were withdrawn are closed in the list, with the reason, and stand in no scene; those of scenes are open.
    let of_scenes: Vec<&Value> =
        ended["scenes"].as_array().unwrap().iter().flat_map(|scene| scene["cases"].as_array().unwrap()).collect();
    let listed = wait_until(&server, "/api/v1/cases?limit=500", "every case", |listed| {
        let cases = listed["cases"].as_array().unwrap();
        of_scenes.iter().all(|case| cases.iter().any(|row| row["case"] == **case && row["closed"].is_null()))
    });
    let rows = listed["cases"].as_array().unwrap().iter();
    for row in rows.filter(|row| !row["closed"].is_null()) {
        assert_eq!(row["closed"], CaseClosed::WITHDRAWN, "{row}");
        assert!(!of_scenes.contains(&&row["case"]), "{row}");
    }
    for expected in ["truceline: the first incident stands after", "truceline: the day is over after"] {
        assert!(server.says(expected), "{expected}");
    }
    let said = server.stop();
    assert!(!said.contains("lost:"), "no link is lost at the end: {said}");
}

/// Every time of an answer as nanoseconds.
fn ns(value: &Value) -> i64 {
    Time::parse(value.as_str().unwrap()).unwrap().0
}

#[test]
fn the_waveforms_of_a_case_are_what_was_recorded_and_say_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store").to_str().unwrap().to_owned();
    let server = demo(&store, &["--speed", "200", "--scenes", "clear-breach"]);
    wait_until(&server, "/api/v1/demo", "the end", |demo| demo["ended"] == true);
    let (case, _) = finding(&server, "clear-breach").expect("the clear breach was found");
    let path = format!("/api/v1/cases/{case}/waveforms");
    let detail = wait_until(&server, &format!("/api/v1/cases/{case}"), "its last revision", |detail| {
        detail["event"]["product"] == "E3"
    });
    let whole = get(&server, &path);
    let traces = whole["traces"].as_array().unwrap();
    assert!(traces.len() > 4 && whole["left_out"] == 0, "{} traces", traces.len());
    let km: Vec<f64> = traces.iter().map(|trace| trace["distance_km"].as_f64().unwrap()).collect();
    assert!(km.is_sorted(), "the nearest first: {km:?}");

    // Each arrival of the case that an instrument made is a pick of one trace, and inside.
    let picks: Vec<&Value> = traces.iter().flat_map(|trace| trace["picks"].as_array().unwrap()).collect();
    let instruments = ["P", "S", "surface", "airwave", "muzzle", "shock"];
    for arrival in detail["arrivals"].as_array().unwrap() {
        let found = picks.iter().filter(|pick| pick["content"] == arrival["content"]).collect::<Vec<_>>();
        assert_eq!(found.len(), 1, "{arrival}");
        assert_eq!((&found[0]["onset"], &found[0]["phase"]), (&arrival["onset"], &arrival["phase"]));
        assert!(instruments.contains(&arrival["phase"].as_str().unwrap()), "{arrival}");
        assert!((ns(&whole["from"])..ns(&whole["to"])).contains(&ns(&arrival["onset"])), "{arrival}");
    }
    assert_eq!(picks.len(), detail["arrivals"].as_array().unwrap().len());

    for trace in traces {
        let columns =
            |name: &str| -> Vec<Option<f64>> { trace[name].as_array().unwrap().iter().map(Value::as_f64).collect() };
        let (low, high) = (columns("low"), columns("high"));
        assert_eq!((low.len(), high.len()), (600, 600));
        assert!(low.iter().zip(&high).all(|(low, high)| low.is_some() == high.is_some() && low <= high));
        let expected_hz = if trace["class"] == "seismic" { 100.0 } else { 20.0 };
        assert_eq!((&trace["unit"], trace["rate_hz"].as_f64()), (&json!("counts"), Some(expected_hz)), "{trace}");
        // What no column holds is said to be missing, and the other way round.
        let (from, width) = (ns(&whole["from"]), (ns(&whole["to"]) - ns(&whole["from"])) / 600);
        let missing = trace["missing"].as_array().unwrap();
        for (column, _) in low.iter().enumerate().filter(|(_, low)| low.is_none()) {
            let middle = from + width * column as i64 + width / 2;
            let inside = |gap: &&Value| (ns(&gap["from"]) - width..ns(&gap["to"]) + width).contains(&middle);
            assert!(missing.iter().any(|gap| inside(&gap)), "{}: column {column}", trace["channel"]);
        }
    }
    // After the scene nothing is played, and that is said.
    let last =
        traces[0]["missing"].as_array().unwrap().last().expect("the scene ends before the last sound's half minute");
    assert_eq!((&last["why"], &last["to"]), (&json!("no-record"), &whole["to"]));
    // The first arrival's amplitude stands out of the noise before it.
    let nearest = &traces[0];
    let onset = ns(&nearest["picks"][0]["onset"]);
    let around = |from_s: i64, to_s: i64| -> f64 {
        let time = |s: i64| Time(onset + s * 1_000_000_000).to_string();
        let zoomed = get(&server, &format!("{path}?from={}&to={}&columns=50", time(from_s), time(to_s)));
        let trace = zoomed["traces"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["channel"] == nearest["channel"])
            .unwrap()
            .clone();
        let most = |name: &str| {
            trace[name].as_array().unwrap().iter().filter_map(Value::as_f64).map(f64::abs).fold(0.0, f64::max)
        };
        most("low").max(most("high"))
    };
    assert!(around(0, 5) > 3.0 * around(-6, -1), "{} after, {} before", around(0, 5), around(-6, -1));

    // What is erased is hatched with the reason, and the rest is as before.
    let cited = get(&server, &format!("/api/v1/detections?limit=500&channel={}", nearest["channel"].as_str().unwrap()));
    let own = cited["detections"].as_array().unwrap().iter().find(|one| one["onset"] == nearest["picks"][0]["onset"]);
    let payload = own.expect("the detection of the pick")["waveform"][0].clone();
    let body = json!({"payload": payload, "reason": "asked for by its owner"}).to_string();
    let erased = http::request(&server.address, "POST", "/api/v1/erasures", &[("X-Truceline", "1")], body.as_bytes());
    assert_eq!(erased.status, 200, "{}", erased.text());
    let after = get(&server, &path);
    let trace = &after["traces"][0];
    let gap = trace["missing"].as_array().unwrap().iter().find(|gap| gap["why"] == "erased").expect("the gap");
    assert_eq!(gap["reason"], "asked for by its owner");
    assert!(trace["low"].as_array().unwrap().iter().any(Value::is_null));
    assert!(after["traces"].as_array().unwrap()[1..] == traces[1..], "nothing else changed");

    // What could have been seen then, and before anything was recorded.
    let seen_at = |at: &str| get(&server, &format!("/api/v1/coverage?at={at}"));
    let during = seen_at(nearest["picks"][0]["onset"].as_str().unwrap());
    assert_eq!(during["unknown"], Value::Null, "{during}");
    assert!(during["running"].as_u64() > Some(30) && during["learnt_from"].as_u64() > Some(0), "{during}");
    let sound = during["soundings"].as_array().unwrap();
    assert!(sound.iter().all(|one| one["ratio"].as_f64() <= during["reduced_ratio"].as_f64()), "{during}");
    let before = seen_at("2031-05-01T00:00:00Z");
    assert_eq!((&before["running"], &before["soundings"], &before["reduced"]), (&json!(0), &json!([]), &json!([])));
    for (coverage, all) in [(&during, "seen_km"), (&before, "not_seen_km")] {
        let line = &coverage["lines"][0];
        let km = |name: &str| line[name].as_f64().unwrap();
        let sum = km("seen_km") + km("reduced_km") + km("not_seen_km");
        assert!((sum - km("length_km")).abs() < 0.3 && km(all) > 0.5 * km("length_km"), "{line}");
    }
    assert_eq!(server.get("/api/v1/coverage?at=noon").status, 400);

    let refused = server.get(&format!("{path}?columns=0"));
    assert_eq!((refused.status, refused.json()["error"].as_str().unwrap()), (400, "columns is 0: expected 1 to 2000"));
    assert_eq!(server.get("/api/v1/cases/99-0001-X/waveforms").status, 404);
    server.stop();

    // No tier below the enclave has any of it.
    for tier in ["commission", "parties", "public"] {
        let server = Server::start_with(&store, |command| {
            command.args(["--tier", tier]);
        });
        let refused = server.get(&path);
        assert_eq!(refused.status, 404, "{tier}: {}", refused.text());
        assert!(refused.text().contains("no such address for this tier"), "{tier}: {}", refused.text());
        server.stop();
    }
}

#[test]
fn only_a_demo_has_its_routes_and_it_begins_a_store_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let store = store.to_str().unwrap();
    let server = Server::start(store);
    assert_eq!(server.get("/api/v1/demo").status, 404);
    // Below /api nothing is taken but where it is meant to be.
    assert_eq!(wish(&server, &json!({"paused": true})).status, 405);
    assert_eq!(server.get("/api/v1/demo/truth").status, 404);
    server.load("examples/utah-2004/agreement.toml");
    server.stop();
    let refused = run(&["demo", "--store", store, "--port", "0", "--no-open"]);
    assert!(refused.code == 1 && refused.stderr.contains("the demo begins its own"), "{}", refused.stderr);
    let unknown = run(&["demo", "--port", "0", "--no-open", "--scenes", "nowhere"]);
    assert!(
        unknown.code == 1 && unknown.stderr.contains("there is no scene \"nowhere\", expected some of clear-breach")
    );
}
