//! A monitor of logs: it asks a log and all who witness it for their newest checkpoints, and tries whether one history holds
//! them all. Two signed checkpoints that no history can hold become a fork that proves itself.
//!
//! It believes nobody: a checkpoint counts that the log's key signed, whoever shows it, and what lies between two of them is
//! read from the log's tiles, which must lead to the signed roots. What it cannot compare it says, remembers, and tries again
//! in the next round: a log that shows two histories must stop answering to keep that from being proven.
mod compare;

use crate::error::NodeError;
use crate::witness::client::Client;
use compare::compare;
use std::collections::BTreeMap;
use std::time::Duration;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::fork::Fork;
use truceline_evidence::note::{Note, VerifierKey};
use truceline_evidence::policy::Policy;
use truceline_evidence::tiles::Tile;

/// How often all are asked: so soon a second history is found. Witnesses cosign a quiet journal anew as often.
pub const MONITOR_EVERY: Duration = Duration::from_secs(60);

/// The most heads that are remembered of a log from earlier rounds because they are not compared yet, the newest: as many as
/// a policy has witnesses.
const KEPT_HEADS_MAX: usize = 64;

/// Who is asked. The client of a monitor; tests have others.
pub trait Ask: Sync {
    /// The newest checkpoint that a log shows below an address.
    ///
    /// # Errors
    /// In words why there is none.
    fn log(&self, address: &str) -> Result<String, String>;

    /// The newest checkpoint of a log that a witness cosigned; none if it cosigned none.
    ///
    /// # Errors
    /// In words why it does not answer.
    fn witness(&self, address: &str, origin: &str) -> Result<Option<String>, String>;

    /// The bytes of a tile that a log shows below an address.
    ///
    /// # Errors
    /// In words why there are none.
    fn tile(&self, address: &str, tile: &Tile) -> Result<Vec<u8>, String>;
}

impl Ask for Client {
    fn log(&self, address: &str) -> Result<String, String> {
        self.log_checkpoint(address)
    }
    fn witness(&self, address: &str, origin: &str) -> Result<Option<String>, String> {
        self.checkpoint(address, origin)
    }
    fn tile(&self, address: &str, tile: &Tile) -> Result<Vec<u8>, String> {
        Client::tile(self, address, tile)
    }
}

/// Who showed something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// `log`, or the names of the witness in the policy.
    pub name: String,
    /// Where it was asked.
    pub address: String,
}

/// A checkpoint that a log signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Who showed it; of several the first that was asked.
    pub from: Place,
    /// What it says.
    pub checkpoint: Checkpoint,
    /// When the witness cosigned it, in seconds of POSIX time, by its own clock.
    pub cosigned_s: Option<u64>,
    note: String,
}

/// Two checkpoints of a log that cannot both be true.
#[derive(Debug, Clone)]
pub struct Found {
    /// Who showed them, the smaller one first.
    pub from: [Place; 2],
    /// The proof.
    pub fork: Fork,
    /// The key of the policy that signed both: the file is checked with it.
    pub key: VerifierKey,
}

/// What a round found of one log.
#[derive(Debug, Clone)]
pub struct Watched {
    /// The log.
    pub origin: String,
    /// What was shown now, in the order in which it was asked: the log's addresses, then its witnesses.
    pub heads: Vec<Head>,
    /// Witnesses that answered, and cosigned nothing of it yet.
    pub without: Vec<Place>,
    /// Who did not answer, or with what is no checkpoint of this log; with the reason in words.
    pub problems: Vec<(Place, String)>,
    /// Pairs of heads that nothing connects yet, in words.
    pub unproven: Vec<String>,
    /// A fork; one is enough.
    pub fork: Option<Found>,
}

impl Watched {
    /// Whether everybody showed a head and all of them are of one history.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.fork.is_none() && self.unproven.is_empty() && self.problems.is_empty() && !self.heads.is_empty()
    }
}

/// A monitor of the logs of a policy.
#[derive(Debug)]
pub struct Monitor<A> {
    ask: A,
    logs: Vec<Log>,
    witnesses: Vec<(Place, Vec<VerifierKey>)>,
}

#[derive(Debug)]
struct Log {
    origin: String,
    keys: Vec<VerifierKey>,
    addresses: Vec<String>,
    /// Heads of earlier rounds: the largest, and those that are not compared yet.
    kept: Vec<Head>,
}

impl<A: Ask> Monitor<A> {
    /// A monitor of a policy's logs and witnesses. `addresses` are those of the log beside the ones that the policy states:
    /// what stands before `/checkpoint` and `/tile`. A log that answers at several is asked at each, for it may show each
    /// another history.
    ///
    /// # Errors
    /// If the policy names no log, `addresses` are given and it names several, or a log has no address.
    pub fn new(policy: &Policy, addresses: &[String], ask: A) -> Result<Self, NodeError> {
        let mut logs: BTreeMap<&str, Log> = BTreeMap::new();
        for log in policy.logs() {
            let origin = log.key.name();
            let of_origin = logs.entry(origin).or_insert_with(|| Log {
                origin: origin.to_owned(),
                keys: Vec::new(),
                addresses: Vec::new(),
                kept: Vec::new(),
            });
            of_origin.keys.push(log.key.clone());
            of_origin.addresses.extend(log.url.clone());
        }
        let mut logs: Vec<Log> = logs.into_values().collect();
        match (logs.as_mut_slice(), addresses) {
            ([], _) => return Err(NodeError::other("the policy names no log, expected a line: log VKEY URL")),
            (_, []) => {}
            ([log], addresses) => log.addresses.extend(addresses.iter().cloned()),
            (logs, _) => {
                return Err(NodeError::other(format!(
                    "the policy names {} logs, so nothing says whose address --log is; expected their addresses in the \
                     policy: log VKEY URL",
                    logs.len()
                )));
            }
        }
        for log in &mut logs {
            let mut seen = Vec::new();
            log.addresses.retain(|address| {
                !seen.contains(address) && {
                    seen.push(address.clone());
                    true
                }
            });
            if log.addresses.is_empty() {
                return Err(NodeError::other(format!(
                    "nothing says where the log {} is; expected --log URL, or its address in the policy: log VKEY URL",
                    log.origin
                )));
            }
        }
        let mut witnesses: Vec<(Place, Vec<VerifierKey>)> = Vec::new();
        for witness in policy.witnesses() {
            let Some(url) = &witness.url else { continue };
            match witnesses.iter_mut().find(|(place, _)| place.address == *url) {
                Some((place, keys)) => {
                    place.name += &format!(", {}", witness.name);
                    keys.push(witness.key.clone());
                }
                None => {
                    let place = Place { name: witness.name.to_string(), address: url.clone() };
                    witnesses.push((place, vec![witness.key.clone()]));
                }
            }
        }
        Ok(Self { ask, logs, witnesses })
    }

    /// Asks all once, and compares what they show.
    pub fn round(&mut self) -> Vec<Watched> {
        let (ask, witnesses) = (&self.ask, &self.witnesses);
        self.logs.iter_mut().map(|log| log.round(ask, witnesses)).collect()
    }
}

impl Log {
    fn round(&mut self, ask: &impl Ask, witnesses: &[(Place, Vec<VerifierKey>)]) -> Watched {
        let mut watched = Watched {
            origin: self.origin.clone(),
            heads: Vec::new(),
            without: Vec::new(),
            problems: Vec::new(),
            unproven: Vec::new(),
            fork: None,
        };
        let place = |address: &String| Place { name: "log".to_owned(), address: address.clone() };
        // All together: one that does not answer keeps nobody waiting but itself.
        let (of_log, of_witnesses) = std::thread::scope(|scope| {
            let of_log: Vec<_> =
                self.addresses.iter().map(|address| scope.spawn(move || ask.log(address).map(Some))).collect();
            let origin = &self.origin;
            let of_witnesses: Vec<_> =
                witnesses.iter().map(|(place, _)| scope.spawn(move || ask.witness(&place.address, origin))).collect();
            let join = |thread: std::thread::ScopedJoinHandle<'_, _>| {
                thread.join().unwrap_or_else(|_| Err("its thread ended".to_owned()))
            };
            let of_log: Vec<Result<Option<String>, String>> = of_log.into_iter().map(join).collect();
            (of_log, of_witnesses.into_iter().map(join).collect::<Vec<_>>())
        });
        let no_keys = Vec::new();
        let places = self.addresses.iter().map(|address| (place(address), &no_keys));
        let places = places.chain(witnesses.iter().map(|(place, keys)| (place.clone(), keys)));
        for ((from, keys), shown) in places.zip(of_log.into_iter().chain(of_witnesses)) {
            match shown.and_then(|note| note.map(|note| self.open(note, from.clone(), keys)).transpose()) {
                Ok(Some((head, problem))) => {
                    watched.problems.extend(problem.map(|why| (head.from.clone(), why)));
                    watched.heads.push(head);
                }
                Ok(None) => watched.without.push(from),
                Err(why) => watched.problems.push((from, why)),
            }
        }
        self.compare(ask, &mut watched);
        watched
    }

    /// A head that this log signed. That the witness who shows it did not cosign it is a problem of the witness's alone.
    fn open(&self, note: String, from: Place, cosigners: &[VerifierKey]) -> Result<(Head, Option<String>), String> {
        let not_ours = |error: truceline_evidence::Error| format!("what it shows is no checkpoint of the log: {error}");
        let read = Note::parse(&note).map_err(not_ours)?;
        read.verify(&self.keys).map_err(not_ours)?;
        let checkpoint = Checkpoint::parse(read.unverified_text()).map_err(not_ours)?;
        if checkpoint.origin != self.origin {
            return Err(format!("it shows a checkpoint of {}, expected {}", checkpoint.origin, self.origin));
        }
        let (cosigned_s, problem) = match read.signers(cosigners) {
            _ if cosigners.is_empty() => (None, None),
            Ok(signers) if signers.is_empty() => (None, Some("what it shows bears no signature of its own".to_owned())),
            Ok(signers) => (signers.iter().map(|signer| signer.time_s).max(), None),
            Err(error) => (None, Some(format!("its own signature does not hold: {error}"))),
        };
        Ok((Head { from, checkpoint, cosigned_s, note }, problem))
    }

    fn compare(&mut self, ask: &impl Ask, watched: &mut Watched) {
        let mut heads: Vec<Head> = Vec::new();
        for head in watched.heads.iter().chain(&self.kept) {
            if heads.iter().all(|known| known.checkpoint != head.checkpoint) {
                heads.push(head.clone());
            }
        }
        heads.sort_by_key(|head| (head.checkpoint.size, head.checkpoint.root));
        // Who did not show a checkpoint now is not asked for tiles.
        let answering = |address: &&String| watched.heads.iter().any(|head| head.from.address == **address);
        let addresses: Vec<&String> = self.addresses.iter().filter(answering).collect();
        let compared = compare(&heads, &self.keys, &addresses, ask);
        watched.fork = compared.fork;
        watched.unproven = compared.unproven.iter().map(|(a, b)| unproven(&heads[*a], &heads[*b])).collect();
        let is_open = |at: &usize| compared.unproven.iter().any(|(a, b)| a == at || b == at);
        let kept = (0..heads.len()).filter(|at| is_open(at) || at + 1 == heads.len()).map(|at| heads[at].clone());
        self.kept = kept.collect();
        let over = self.kept.len().saturating_sub(KEPT_HEADS_MAX);
        self.kept.drain(..over);
    }
}

/// What is open between two heads, and what to do about it.
fn unproven(smaller: &Head, larger: &Head) -> String {
    format!(
        "nothing shows that the {} entries that {} at {} showed begin with the {} that {} at {} showed: no address of the log \
         that answers has the tiles of the larger tree. It is tried again each round; if it stays so, ask the log's operator \
         for them, and give further addresses with --log",
        larger.checkpoint.size,
        larger.from.name,
        larger.from.address,
        smaller.checkpoint.size,
        smaller.from.name,
        smaller.from.address,
    )
}

#[cfg(test)]
mod tests;
