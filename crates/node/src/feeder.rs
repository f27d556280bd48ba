//! The way of a checkpoint to its witnesses: each newest one is submitted to all of a policy's witnesses together, and where
//! enough of them cosign it, it becomes the one that dossiers carry.
//!
//! Registering never waits for it. A witness that refuses or does not answer is asked again after waits that double; that it
//! does, and why, is registered once for each change ([`WitnessState`]). Several keys of one witness stand in the policy under one address, and one
//! submission serves them all.
mod change;

use crate::error::NodeError;
use crate::journal::Journal;
use crate::node::Node;
use crate::sources::Say;
use crate::witness::client::{Answer, Client, Unanswered};
use change::Change;
use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::journal::{JournalError, JournalReader};
use truceline_evidence::note::{self, Note, VerifierKey};
use truceline_evidence::policy::Policy;
use truceline_evidence::witness::Request;
use truceline_model::hash::Hash;
use truceline_model::witness_state::{WitnessAnswer, WitnessState};

/// How often the newest checkpoint is submitted while the journal grows: so fresh is what witnesses vouch for.
const FEED_EVERY: Duration = Duration::from_secs(1);

/// How often the same checkpoint is cosigned anew: a quiet journal needs fresh witnesses' times too.
const RENEW_EVERY: Duration = Duration::from_secs(60);

/// The wait after the first failure of a witness, and the longest one.
const WAIT_FIRST: Duration = Duration::from_secs(1);
const WAIT_MAX: Duration = Duration::from_secs(60);

/// How often one checkpoint is submitted to a witness that names another size: once for an unknown size, and twice more for a
/// witness that starts again from what its peers know.
const TRIES_MAX: usize = 4;

/// The longest answer that is kept or said, in characters: it may be anybody's.
const SHOWN_CHARACTERS: usize = 200;

/// How a witness is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessStatus {
    /// Where it is.
    pub url: String,
    /// Its names in the policy.
    pub names: Vec<String>,
    /// The newest size that it cosigned for us; none before it did.
    pub cosigned_size: Option<u64>,
    /// What it refused or why it was not reached, the last time; none while all is well.
    pub problem: Option<String>,
}

/// The feeding thread. It ends when this is dropped.
#[derive(Debug)]
pub struct Feeder {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    statuses: Vec<WitnessStatus>,
    ended: bool,
}

/// One address and what is known of who answers there.
#[derive(Debug)]
struct Peer {
    url: String,
    keys: Vec<VerifierKey>,
    /// The size that it cosigned last, as it said.
    known: u64,
    wait: Duration,
    due: Instant,
    change: Change,
}

/// Why there is no cosignature.
#[derive(Debug)]
struct Problem {
    answer: WitnessAnswer,
    status: Option<u16>,
    why: String,
}

impl Problem {
    fn new(answer: WitnessAnswer, why: impl Into<String>) -> Self {
        Self { answer, status: None, why: why.into() }
    }
}

impl From<Unanswered> for Problem {
    fn from(unanswered: Unanswered) -> Self {
        let answer = if unanswered.timed_out { WitnessAnswer::TimedOut } else { WitnessAnswer::Unreachable };
        Self::new(answer, unanswered.why)
    }
}

impl Feeder {
    /// Begins to feed the witnesses of a policy that have an address. What changes is said and registered.
    ///
    /// # Errors
    /// If the policy names another journal, or no address of a witness, or the thread cannot be started.
    pub fn start(node: &Arc<Node>, policy: Policy, say: &Say) -> Result<Self, NodeError> {
        let journal = node.journal();
        let own = journal.verifier_key();
        if !policy.logs().is_empty() && policy.logs().iter().all(|log| log.key.to_string() != own) {
            return Err(NodeError::other(format!(
                "the policy of the witnesses does not name this journal; expected a line: log {own}"
            )));
        }
        let mut peers: BTreeMap<String, (Vec<String>, Vec<VerifierKey>)> = BTreeMap::new();
        for witness in policy.witnesses() {
            if let Some(url) = &witness.url {
                let (names, keys) = peers.entry(url.clone()).or_default();
                names.push(witness.name.to_string());
                keys.push(witness.key.clone());
            }
        }
        if peers.is_empty() {
            return Err(NodeError::other("the policy gives no address of a witness, expected: witness NAME VKEY URL"));
        }
        let status = |(url, (names, _)): (&String, &(Vec<String>, Vec<VerifierKey>))| WitnessStatus {
            url: url.clone(),
            names: names.clone(),
            cosigned_size: None,
            problem: None,
        };
        let statuses = peers.iter().map(status).collect();
        let now = Instant::now();
        let peer = |(url, (names, keys)): (String, (Vec<String>, Vec<VerifierKey>))| {
            let short: Vec<String> = keys.iter().map(VerifierKey::short).collect();
            let change = Change::after(node.witness(&short), names, short, &url);
            Peer { url, keys, known: 0, wait: WAIT_FIRST, due: now, change }
        };
        let peers = peers.into_iter().map(peer).collect();
        let shared = Arc::new(Shared { state: Mutex::new(State { statuses, ended: false }), changed: Condvar::new() });
        let (of_thread, node, say) = (Arc::clone(&shared), Arc::clone(node), Arc::clone(say));
        let thread = std::thread::Builder::new()
            .name("feeder".to_owned())
            .spawn(move || run(&of_thread, &node, &policy, peers, &say))
            .map_err(|error| NodeError::other(format!("cannot start the feeder's thread: {error}")))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// How each witness is, in the order of their addresses.
    #[must_use]
    pub fn statuses(&self) -> Vec<WitnessStatus> {
        self.shared.lock().statuses.clone()
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.shared.lock().ended = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic in it was printed already.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run(shared: &Shared, node: &Node, policy: &Policy, mut peers: Vec<Peer>, say: &Say) {
    let client = Client::default();
    let journal = &*node.journal();
    let register = |state: &WitnessState| node.witness_changed(state);
    let mut fed: Option<(Checkpoint, Instant)> = None;
    loop {
        let state = shared.lock();
        let (state, _) = shared
            .changed
            .wait_timeout_while(state, FEED_EVERY, |state| !state.ended)
            .unwrap_or_else(PoisonError::into_inner);
        if state.ended {
            return;
        }
        drop(state);
        for peer in &mut peers {
            // What cannot be registered now is kept until it can.
            let _ = peer.change.settle(&register);
        }
        let Some((note, checkpoint)) = newest(journal) else { continue };
        let now = Instant::now();
        let is_new = fed.as_ref().is_none_or(|(last, at)| *last != checkpoint || at.elapsed() >= RENEW_EVERY);
        let failing = peers.iter().any(|peer| peer.wait > WAIT_FIRST && peer.due <= now);
        if !is_new && !failing {
            continue;
        }
        // All of them together: a quorum must be of one checkpoint.
        let answers: Vec<Option<Result<String, Problem>>> = std::thread::scope(|scope| {
            let ask = |peer: &mut Peer| (peer.due <= now).then(|| submit(&client, journal, peer, &note, &checkpoint));
            let threads: Vec<_> = peers.iter_mut().map(|peer| scope.spawn(move || ask(peer))).collect();
            let lost = |_| Some(Err(Problem::new(WitnessAnswer::Unreachable, "its thread ended")));
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(lost)).collect()
        });
        fed = Some((checkpoint.clone(), now));
        let now_at = crate::sources::now();
        let mut lines = Vec::new();
        for (at, answer) in answers.into_iter().enumerate() {
            let Some(answer) = answer else { continue };
            let peer = &mut peers[at];
            match &answer {
                Ok(_) => (peer.wait, peer.due) = (WAIT_FIRST, now),
                Err(_) => {
                    peer.due = Instant::now() + peer.wait;
                    peer.wait = (peer.wait * 2).min(WAIT_MAX);
                }
            }
            let found = answer.as_ref().err();
            let (is, status) = found.map_or((WitnessAnswer::Cosigned, None), |found| (found.answer, found.status));
            let problem = found.map(|found| found.why.clone());
            let _ = peer.change.to(&register, now_at, (is, status, problem.clone()), checkpoint.size);
            let mut state = shared.lock();
            let status = &mut state.statuses[at];
            if status.problem != problem {
                match &problem {
                    Some(why) => say(&format!("the witness at {}: {why}", peer.url)),
                    None => say(&format!("the witness at {} cosigns", peer.url)),
                }
                status.problem = problem;
            }
            if answer.is_ok() {
                status.cosigned_size = Some(checkpoint.size);
            }
            lines.extend(answer);
        }
        if let Err(why) = keep(journal, policy, &note, &lines) {
            say(&format!("the cosigned checkpoint cannot be kept: {why}"));
        }
    }
}

/// The newest signed checkpoint over at least one entry.
fn newest(journal: &Journal) -> Option<(String, Checkpoint)> {
    let note = journal.checkpoint()?;
    let checkpoint = Checkpoint::parse(Note::parse(&note).ok()?.unverified_text()).ok()?;
    (checkpoint.size > 0).then_some((note, checkpoint))
}

/// Submits a checkpoint to one witness: the lines of its cosignature, which hold.
fn submit(
    client: &Client,
    journal: &Journal,
    peer: &mut Peer,
    note: &str,
    checkpoint: &Checkpoint,
) -> Result<String, Problem> {
    let unsigned = |why: String| Problem::new(WitnessAnswer::Unsigned, why);
    let stale = |why: String| Problem::new(WitnessAnswer::Stale, why);
    for _ in 0..TRIES_MAX {
        if peer.known > checkpoint.size {
            return Err(stale(format!(
                "it cosigned {} entries of this journal, which has {}: this store is older than what was shown",
                peer.known, checkpoint.size
            )));
        }
        let proof = proof(journal, peer.known, checkpoint.size).map_err(|error| stale(error.to_string()))?;
        let body = Request { old_size: peer.known, proof, note: note.to_owned() }.write();
        match client.add_checkpoint(&peer.url, &body)? {
            Answer { status: 200, body } => {
                let read = Note::parse(&format!("{note}{body}")).map_err(|error| unsigned(error.to_string()))?;
                let signers = read.signers(&peer.keys).map_err(|error| unsigned(error.to_string()))?;
                if signers.is_empty() {
                    return Err(unsigned("it answers without a signature by a key that the policy names".to_owned()));
                }
                peer.known = checkpoint.size;
                let own =
                    |line: &note::Signature| peer.keys.iter().any(|key| key.name() == line.name && key.id() == line.id);
                return Ok(read.signatures().iter().filter(|line| own(line)).map(note::Signature::line).collect());
            }
            Answer { status: 409, body } => {
                let size = body.trim_end().parse().map_err(|_| refused(409, &body))?;
                if size == peer.known {
                    return Err(refused(409, &body));
                }
                peer.known = size;
            }
            Answer { status, body } => return Err(refused(status, &body)),
        }
    }
    Err(stale("it names one size after another and cosigns none".to_owned()))
}

fn proof(journal: &Journal, old: u64, new: u64) -> Result<Vec<Hash>, JournalError> {
    if old == 0 { Ok(Vec::new()) } else { journal.consistency_proof(old, new) }
}

fn refused(status: u16, body: &str) -> Problem {
    let said: String = body.trim_end().chars().filter(|c| !c.is_control()).take(SHOWN_CHARACTERS).collect();
    let why = format!("it refuses with status {status}: {said}");
    Problem { status: Some(status), ..Problem::new(WitnessAnswer::Refused, why) }
}

/// Where the quorum is met, the checkpoint with its cosignatures becomes the journal's newest cosigned one, durably.
fn keep(journal: &Journal, policy: &Policy, note: &str, lines: &[String]) -> Result<(), NodeError> {
    let cosigned = format!("{note}{}", lines.concat());
    let standing = policy.judge(&cosigned).map_err(|error| NodeError::other(error.to_string()))?;
    // The log itself was checked at the start; one that is listed by its second key alone is not this policy's.
    if !standing.met || policy.demands_nothing() {
        return Ok(());
    }
    journal.keep_cosigned(cosigned)
}
