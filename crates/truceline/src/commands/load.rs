//! `truceline load`: registers files in a store.
use crate::judging::Judge;
use crate::{client, configuration, output, store, write_side};
use anyhow::{Context, Result, anyhow};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use truceline_accord::release::ReleasePolicy;
use truceline_desk::api::reassess::Ask;
use truceline_desk::dossier::{CaseDossier, ConsultationDossier};
use truceline_desk::ledger::Ledger;
use truceline_desk::views::Views;
use truceline_desk::write_side::{ASKED_BY, EraseAnswer, LoadAnswer, ReassessAnswer};
use truceline_evidence::journal::JournalReader;
use truceline_formats::recording;
use truceline_model::case::CaseId;
use truceline_model::hash::Hash;
use truceline_model::time::Time;
use truceline_node::recordings::{LoadProgress, RecordingFile};
use truceline_node::store::{Store, VIEWS_FILE};
use truceline_node::{Node, OWNER_NOT_STATED};

/// Register files in a store: detections, observations, waveforms, sensors, sealed frames, notices, agreements, acts on keys,
/// consultation acts, editions of the register.
///
/// A recording is played with its own clock; files of waveforms that follow each other are played together, in the order
/// of their times, and arrivals are looked for in them. If a server holds the store, the files go through it. What is
/// impossible is registered as refused, with its reason; the rest goes on. What was registered before is
/// acknowledged again. A file of sensors (sensor_id,owner,kind,lon,lat,elevation_m and array) says where they stand: waves
/// that pass the elements of an array get a bearing, if the sensors are loaded before the waveforms.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  truceline load my-store examples/utah-2004/agreement.toml \
    examples/utah-2004/detections.json")]
pub(crate) struct Load {
    /// The store's folder; made if it does not exist
    store: PathBuf,
    /// Files: detections as JSON, observations and hindrances as CSV or JSON, waveforms as miniSEED, SAC, WAV or SLIST,
    /// sensors as CSV or StationXML, notices and agreements as TOML, sealed frames, acts on keys
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// When waveform files begin that do not say so (WAV)
    #[arg(long, value_name = "TIME")]
    start: Option<String>,
    /// Who could make the sensors of waveform files lie: the unit of independence
    #[arg(long, value_name = "NAME", default_value = OWNER_NOT_STATED)]
    owner: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Load {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let start = self.start.as_deref().map(Time::parse).transpose().context("--start")?;
        let mut way: Option<Way> = None;
        let mut answers = Vec::new();
        let mut failed = false;
        let mut files = self.files.iter().map(|path| (path, read(path))).peekable();
        while let Some((path, bytes)) = files.next() {
            let mut together = vec![(path, bytes)];
            if is_recording(&together[0].1) {
                while let Some(next) = files.next_if(|(_, bytes)| is_recording(bytes)) {
                    together.push(next);
                }
            }
            for (path, loaded) in self.load(&mut way, together, start) {
                match loaded {
                    Ok(answer) => {
                        if !self.json {
                            output::print(&words(path, &answer))?;
                        }
                        answers.push(to_json(path, &answer));
                    }
                    // The rest goes on: one unreadable file is no reason to leave the others out.
                    Err(error) => {
                        failed = true;
                        eprintln!("truceline: {error:#}");
                        answers.push(json!({ "file": path.display().to_string(), "error": format!("{error:#}") }));
                    }
                }
            }
        }
        if self.json {
            output::print(&format!("{}\n", json!({ "files": answers })))?;
        }
        Ok(ExitCode::from(u8::from(failed)))
    }

    /// Loads one file, or files of waveforms that are played together.
    fn load<'a>(
        &self,
        way: &mut Option<Way>,
        files: Vec<(&'a PathBuf, Result<Vec<u8>>)>,
        start: Option<Time>,
    ) -> Vec<(&'a PathBuf, Result<LoadAnswer>)> {
        let mut answers = Vec::new();
        let mut readable = Vec::new();
        for (path, bytes) in files {
            match bytes {
                Ok(bytes) => readable.push((path, bytes)),
                Err(error) => answers.push((path, Err(error))),
            }
        }
        if readable.is_empty() {
            return answers;
        }
        // Opened by the first file that can be read, so that a wrong name makes no store.
        let way = match way {
            Some(way) => way,
            none => match Way::to(&self.store) {
                Ok(opened) => none.insert(opened),
                Err(error) => {
                    let why = format!("{error:#}");
                    answers.extend(readable.into_iter().map(|(path, _)| (path, Err(anyhow::anyhow!(why.clone())))));
                    return answers;
                }
            },
        };
        match way {
            Way::Here(node) if recording::is_recording(&readable[0].1) => {
                let names: Vec<String> = readable.iter().map(|(path, _)| name_of(path)).collect();
                let files: Vec<RecordingFile<'_>> = readable
                    .iter()
                    .zip(&names)
                    .map(|((_, bytes), name)| RecordingFile { name, bytes, start, owner: &self.owner })
                    .collect();
                match node.load_recordings(&files, &mut said()) {
                    Ok(loaded) => {
                        let paths = readable.iter().map(|(path, _)| *path);
                        answers.extend(
                            paths
                                .zip(loaded)
                                .map(|(path, one)| (path, one.map(write_side::answer).map_err(Into::into))),
                        );
                    }
                    Err(error) => {
                        let why = error.to_string();
                        let paths = readable.iter().map(|(path, _)| *path);
                        answers.extend(paths.map(|path| (path, Err(anyhow::anyhow!(why.clone())))));
                    }
                }
            }
            way => answers.extend(readable.iter().map(|(path, bytes)| (*path, way.load(path, bytes)))),
        }
        answers
    }
}

/// Whether what was read holds waveforms.
fn is_recording(bytes: &Result<Vec<u8>>) -> bool {
    bytes.as_ref().is_ok_and(|bytes| recording::is_recording(bytes))
}

/// Says how far a long delivery is, now and then.
fn said() -> impl FnMut(LoadProgress) {
    const EVERY: Duration = Duration::from_secs(2);
    let mut last = Instant::now();
    move |LoadProgress { done, all }| {
        if last.elapsed() >= EVERY {
            last = Instant::now();
            eprintln!("truceline: {done} of {all} records");
        }
    }
}

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The way to a store: opened here, or through the server that holds it.
pub(crate) enum Way {
    Here(Box<Node>),
    Server(PathBuf),
}

impl Way {
    /// Makes the store if it does not exist.
    pub(crate) fn to(folder: &Path) -> Result<Self> {
        Self::open(folder, true)
    }

    pub(crate) fn open(folder: &Path, create: bool) -> Result<Self> {
        let store = store::open(folder, create)?;
        match Node::open(&store, None, &configuration::shipped()?, 1) {
            Ok(node) => Ok(Self::Here(Box::new(node))),
            Err(error) if error.is_locked() => Ok(Self::Server(folder.to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn reassess(&self, ask: &Ask) -> Result<ReassessAnswer> {
        let asked = ask.reassessment().map_err(|why| anyhow!(why))?;
        match self {
            Self::Here(node) => Ok(write_side::reassess_answer(node.reassess(&asked)?)),
            Self::Server(folder) => client::reassess(folder, ask),
        }
    }

    pub(crate) fn erase(&self, payload: Hash, reason: &str) -> Result<EraseAnswer> {
        match self {
            Self::Here(node) => Ok(write_side::erase_answer(node.erase(payload, ASKED_BY, reason)?)),
            Self::Server(folder) => client::erase(folder, payload, reason),
        }
    }

    /// The file of a case's dossier, with the waveforms if they are asked for.
    pub(crate) fn dossier(&self, folder: &Path, case: CaseId, payloads: bool) -> Result<Vec<u8>> {
        let node = match self {
            Self::Here(node) => node,
            Self::Server(folder) => return client::dossier(folder, case, payloads),
        };
        let journal = node.journal();
        // What a crash left to be derived is part of it.
        node.settle(journal.size())?;
        let store = Store::open(folder, false)?;
        let mut views = Views::open(&store.file(VIEWS_FILE), &journal.origin())?;
        views.follow(&*journal)?;
        let stored = |sha256| node.payload(sha256);
        let dossier = CaseDossier::of(&views, &*journal, case)?;
        Ok(dossier.build(&*journal, ReleasePolicy::for_operator(), payloads.then_some(&stored))?)
    }

    /// The file of a consultation's dossier.
    pub(crate) fn consultation_dossier(&self, folder: &Path, call: Hash) -> Result<Vec<u8>> {
        let node = match self {
            Self::Here(node) => node,
            Self::Server(folder) => return client::consultation_dossier(folder, call),
        };
        let journal = node.journal();
        let store = Store::open(folder, false)?;
        let mut views = Views::open(&store.file(VIEWS_FILE), &journal.origin())?;
        views.follow(&*journal)?;
        let ledger = Ledger::read(&views, &*journal)?;
        let dossier = ConsultationDossier::of(&ledger, &views, call)?;
        Ok(dossier.build(&*journal, ReleasePolicy::for_operator())?)
    }

    pub(crate) fn load(&self, path: &Path, bytes: &[u8]) -> Result<LoadAnswer> {
        let name = name_of(path);
        match self {
            Self::Here(node) => Ok(write_side::answer(Judge::default().load(node, &name, bytes)?)),
            Self::Server(folder) => client::load(folder, &name, bytes),
        }
    }
}

/// The name under which a file is registered.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// What became of a file, in words.
pub(crate) fn words(path: &Path, answer: &LoadAnswer) -> String {
    let mut parts = vec![format!("{} registered", answer.registered)];
    let late = match answer.kind.as_str() {
        "observations" => "after their window (a reassessment uses those of what was sudden)",
        _ => "after their window (only a reassessment uses them)",
    };
    for (count, what) in [
        (answer.already, "registered before"),
        (answer.late, late),
        (answer.excluded.len() as u64, "not used"),
        (answer.refused_count, "refused"),
        (answer.detections, "arrivals detected"),
        (answer.bearings, "bearings"),
        (answer.impediments, "impediments"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let mut text = format!("{}: {}: {}\n", path.display(), answer.kind, parts.join(", "));
    for (offset, rule, expected) in &answer.refused {
        text += &format!("  refused {offset} ({rule}): {expected}\n");
    }
    if answer.refused_count > answer.refused.len() as u64 {
        text += &format!("  and {} more; all are in the journal\n", answer.refused_count - answer.refused.len() as u64);
    }
    for found in &answer.continuity {
        text += &format!("  {found}\n");
    }
    for reason in &answer.excluded {
        text += &format!("  not used: {reason}\n");
    }
    text
}

/// What became of a file, as JSON.
pub(crate) fn to_json(path: &Path, answer: &LoadAnswer) -> Value {
    json!({
        "file": path.display().to_string(),
        "kind": answer.kind,
        "registered": answer.registered,
        "already": answer.already,
        "late": answer.late,
        "excluded": answer.excluded,
        "detections": answer.detections,
        "bearings": answer.bearings,
        "impediments": answer.impediments,
        "continuity": answer.continuity,
        "refused_count": answer.refused_count,
        "refused": answer.refused.iter().map(|(offset, rule, expected)| {
            json!({ "offset": offset, "rule": rule, "expected": expected })
        }).collect::<Vec<_>>(),
    })
}
