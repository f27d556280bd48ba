//! `truceline terms try`: the whole pipeline over a store that is thrown away after.
use super::super::load::{name_of, read, words as load_words};
use super::seen::{self, Seen};
use crate::{configuration, output, write_side};
use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_accord::check::{RemarkKind, check};
use truceline_accord::trial::{Obstacle, Outcome, Trial, Unverified, trial};
use truceline_accord::{Agreement, words};
use truceline_desk::views::Views;
use truceline_desk::write_side::LoadAnswer;
use truceline_evidence::journal::JournalReader;
use truceline_formats::Delivery;
use truceline_model::entry::{self, Entry};
use truceline_model::posterior::PPB;
use truceline_model::tick::Tick;
use truceline_model::time::Interval;
use truceline_node::Node;
use truceline_node::store::{Store, VIEWS_FILE};

/// The most events that are told: a day of a busy line.
const EVENTS_MAX: usize = 100_000;

/// One recorded event under the draft.
struct Tried {
    case: String,
    time: String,
    state: &'static str,
    p: Option<f64>,
    sentence: String,
    trial: Trial,
}

/// When something is in force and nothing was handed in.
fn unseen(agreement: &Agreement, journal: &dyn JournalReader) -> Result<Vec<String>> {
    let mut ticks: Option<Interval> = None;
    for index in 0..journal.size() {
        let bytes = journal.entry(index)?;
        if entry::open(&bytes)?.0 == Tick::KIND {
            let now = entry::from_bytes::<Tick>(&bytes)?.now;
            ticks = Some(Interval { from: ticks.map_or(now, |seen| seen.from), to: now });
        }
    }
    let force = agreement.in_force.iter();
    let Some(seen) = ticks else {
        return Ok(force.map(|force| format!("in force {}: nothing was handed in", words::interval(force))).collect());
    };
    let before = force.clone().filter(|force| force.from < seen.from);
    let before = before.map(|force| Interval { from: force.from, to: force.to.min(seen.from) });
    let after = force.filter(|force| force.to > seen.to);
    let after = after.map(|force| Interval { from: force.from.max(seen.to), to: force.to });
    let said = |part: Interval| format!("in force {}: nothing was handed in", words::interval(&part));
    Ok(before.chain(after).map(said).collect())
}

pub(super) fn run(file: &Path, data: &[PathBuf], as_json: bool) -> Result<ExitCode> {
    let (text, agreement) = super::read(file)?;
    let folder = tempfile::tempdir().context("cannot make a folder for the trial")?;
    let (store, guards) = (folder.path().join("store"), folder.path().join("guards"));
    let node = Node::open(&Store::open(&store, true)?.guarded_in(&guards), None, &configuration::shipped()?, 1)?;
    let load = |path: &Path, bytes: &[u8]| node.load(&name_of(path), bytes).map(write_side::answer);
    load(file, text.as_bytes())?;
    // What became of a file is said where not all of it is tried.
    let say = |path: &Path, answer: &LoadAnswer| {
        if answer.refused_count > 0 || answer.late > 0 || !answer.excluded.is_empty() {
            eprint!("{}", load_words(path, answer));
        }
    };
    let mut observed = Vec::new();
    for path in data {
        let bytes = read(path)?;
        if Delivery::is_observations(&bytes) {
            observed.push((path, name_of(path), bytes));
        } else {
            say(path, &load(path, &bytes)?);
        }
    }
    // Whoever observed the same day is played together: none of them is late because of another.
    if let Some((first, ..)) = observed.first() {
        let files: Vec<(&str, &[u8])> =
            observed.iter().map(|(_, name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        say(first, &write_side::answer(node.load_observed(&files)?));
    }
    let seen = seen::read(&*node.journal())?;
    let tried = tried(&node, &store, &agreement, &seen)?;
    let unseen = unseen(&agreement, &*node.journal())?;
    let open: Vec<_> =
        check(&agreement).into_iter().filter(|remark| remark.kind == RemarkKind::NotVerifiable).collect();
    if as_json {
        let event = |one: &Tried| {
            let unverified = |one: &Unverified| json!({ "obstacle": one.obstacle.name(), "words": one.words });
            let trial = &one.trial;
            json!({ "case": one.case, "time": one.time, "state": one.state, "clause": trial.clause, "p": one.p,
                "sentence": one.sentence, "outcome": trial.outcome.name(), "why": trial.why,
                "unverified": trial.unverified.iter().map(unverified).collect::<Vec<_>>() })
        };
        let events: Vec<Value> = tried.iter().map(event).collect();
        let open: Vec<Value> =
            open.iter().map(|remark| json!({ "place": remark.place, "message": remark.message })).collect();
        output::print(&format!(
            "{}\n",
            json!({ "events": events, "not_verifiable": open, "unseen": unseen, "observations": seen.json(), "hindrances": seen.hindrances })
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = format!(
        "{}, version {}: {} recorded event{}\n",
        agreement.title,
        agreement.version,
        tried.len(),
        if tried.len() == 1 { "" } else { "s" }
    );
    text += &table(&tried);
    text += &seen.words();
    if !open.is_empty() || !unseen.is_empty() {
        text += "could not be verified with what is taken in so far:\n";
    }
    for part in &unseen {
        text += &format!("  {part}\n");
    }
    for remark in open {
        text += &format!("  {}: {}\n", remark.place, remark.message);
    }
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// How many would be what, then each event with the reasons.
fn table(tried: &[Tried]) -> String {
    let mut outcomes: BTreeMap<Outcome, usize> = BTreeMap::new();
    let mut obstacles: BTreeMap<Obstacle, usize> = BTreeMap::new();
    for one in tried {
        *outcomes.entry(one.trial.outcome).or_default() += 1;
        for unverified in &one.trial.unverified {
            *obstacles.entry(unverified.obstacle).or_default() += 1;
        }
    }
    let plain = |name: &str| name.replace('-', " ");
    let mut text = String::new();
    for (outcome, count) in outcomes {
        text += &format!("  {}: {count}\n", plain(outcome.name()));
    }
    for (obstacle, count) in obstacles {
        text += &format!("  kept from verifying, {}: {count}\n", plain(obstacle.name()));
    }
    for one in tried {
        let clause = one.trial.clause.as_ref().map_or_else(String::new, |clause| format!(", clause {clause}"));
        text += &format!("{}  {}  {}{clause}\n", one.case, one.time, plain(one.trial.outcome.name()));
        text += &format!("    why: {}\n", one.trial.why);
        for unverified in &one.trial.unverified {
            text += &format!("    not verified ({}): {}\n", plain(unverified.obstacle.name()), unverified.words);
        }
        text += &format!("    {}\n", one.sentence);
    }
    text
}

fn tried(node: &Node, store: &Path, agreement: &Agreement, seen: &Seen) -> Result<Vec<Tried>> {
    let journal = node.journal();
    node.settle(journal.size())?;
    let store = Store::open(store, false)?;
    let mut views = Views::open(&store.file(VIEWS_FILE), &journal.origin())?;
    views.follow(&*journal)?;
    let mut tried = Vec::new();
    for case in views.cases(None, EVENTS_MAX)? {
        let file = views.case_file(&*journal, case)?;
        let (Some((_, event)), Some((_, finding))) = (file.event(), file.finding()) else { continue };
        let (event, finding) = (&event.content, &finding.content);
        let interval = event.solution.posterior.interval(95);
        let hindered = interval.map(|interval| seen.hindered(&interval)).unwrap_or_default();
        tried.push(Tried {
            case: case.to_string(),
            time: event.solution.posterior.time_mean.to_string(),
            state: finding.verdict.state().name(),
            p: finding.p_ppb.map(|ppb| f64::from(ppb) / PPB),
            sentence: words::sentence(event, finding, file.agreement.as_ref(), file.matched_notice()),
            trial: trial(event, finding, agreement, &hindered),
        });
    }
    if tried.len() == EVENTS_MAX {
        return Err(anyhow!("there are more than {EVENTS_MAX} events, expected at most so many: try a part of them"));
    }
    tried.sort_by(|a, b| (&a.time, &a.case).cmp(&(&b.time, &b.case)));
    Ok(tried)
}
