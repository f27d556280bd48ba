//! A store with a key register, through the commands.
use super::recording::{START, miniseed_from};
use super::{entries_of, new_store, run};
use std::path::{Path, PathBuf};
use truceline_model::continuity::Continuity;
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::remark::Excluded;
use truceline_model::time::{NS_PER_S, Time};

/// A store whose register two states founded and that knows the station TL01 of the owner `observatory`.
pub struct Mission {
    _folder: tempfile::TempDir,
    pub store: String,
    folder: PathBuf,
}

impl Mission {
    pub fn new() -> Self {
        let (folder, store) = new_store();
        let mission = Self { folder: Path::new(&store).parent().unwrap().to_owned(), store, _folder: folder };
        let mut officers = Vec::new();
        for (name, state) in [("a", "A"), ("b", "B")] {
            let public = mission.new_key(name);
            officers.extend(["--officer".to_owned(), format!("office-{name},{state},{public}")]);
        }
        let mut found = vec!["keys", "found", &mission.store, "--states", "2"];
        found.extend(officers.iter().map(String::as_str));
        let out = mission.path("found.tlact");
        found.extend(["--out", &out]);
        run(&found).succeeded();
        mission.sign_and_load("found.tlact", &["a", "b"]);
        let public = mission.new_key("tl01");
        let out = mission.path("tl01.tlact");
        let role = ["keys", "enrol", &mission.store, "--role", "station", "--name", "TL01", "--owner", "observatory"];
        run(&[&role[..], &["--public", &public, "--out", &out]].concat()).succeeded();
        mission.sign_and_load("tl01.tlact", &["a", "b", "tl01"]);
        mission
    }

    pub fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    pub fn new_key(&self, name: &str) -> String {
        let file = self.path(&format!("{name}.key"));
        run(&["keys", "new", &file]).succeeded().stdout.trim().to_owned()
    }

    pub fn sign_and_load(&self, act: &str, keys: &[&str]) {
        let act = self.path(act);
        let keys: Vec<String> = keys.iter().map(|name| self.path(&format!("{name}.key"))).collect();
        let mut sign = vec!["keys", "sign", &act];
        keys.iter().for_each(|key| sign.extend(["--key", key]));
        run(&sign).succeeded();
        let answer = run(&["load", &self.store, &act, "--json"]).succeeded().json();
        assert_eq!(answer["files"][0]["excluded"].as_array().unwrap().len(), 0, "{answer}");
    }

    /// Enrols a reviewer, `review-b` of B, whose key is reviewer.key.
    pub fn enrol_reviewer(&self) {
        let public = self.new_key("reviewer");
        let out = self.path("reviewer.tlact");
        let role = ["keys", "enrol", &self.store, "--role", "reviewer", "--name", "review-b", "--owner", "B"];
        run(&[&role[..], &["--public", &public, "--out", &out]].concat()).succeeded();
        self.sign_and_load("reviewer.tlact", &["a", "b", "reviewer"]);
    }

    /// Seals a part of the recording.
    pub fn seal(&self, out: &str, more: &[&str], from_s: i64, seconds: usize) -> Vec<u8> {
        let waveform = self.path(&format!("{out}.mseed"));
        std::fs::write(&waveform, miniseed_from(Time(START.0 + from_s * NS_PER_S), seconds)).unwrap();
        let (key, out) = (self.path("tl01.key"), self.path(out));
        let seal = ["seal", "--key", &key, "--station", "TL01", &waveform, "--out", &out];
        run(&[&seal[..], more].concat()).succeeded();
        std::fs::read(&out).unwrap()
    }

    pub fn load(&self, bytes: &[u8]) -> serde_json::Value {
        let file = self.path("delivered.tlframes");
        std::fs::write(&file, bytes).unwrap();
        run(&["load", &self.store, &file, "--json"]).succeeded().json()["files"][0].clone()
    }

    pub fn found(&self) -> Vec<Continuity> {
        let entries = entries_of(&self.store);
        entries.iter().filter_map(|e| entry::from_bytes::<Derived<Continuity>>(e).ok()).map(|d| d.content).collect()
    }

    pub fn excluded(&self) -> Vec<String> {
        let entries = entries_of(&self.store);
        entries
            .iter()
            .filter_map(|e| entry::from_bytes::<Derived<Excluded>>(e).ok())
            .map(|d| d.content.reason)
            .collect()
    }
}
