//! `truceline witness`: cosigns the checkpoints of journals that only grow (C2SP tlog-witness, version 1.0.0).
use crate::commands::serve::Stop;
use crate::output;
use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path as UrlPath, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use clap::Args;
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::note::VerifierKey;
use truceline_evidence::policy::Policy;
use truceline_evidence::witness::{MAX_REQUEST_BYTES, Refusal, SIZE_CONTENT_TYPE};
use truceline_node::witness::client::Client;
use truceline_node::witness::{WitnessFolder, peer_checkpoint};

/// How often a peer that did not answer at the start is asked again.
const ASK_PEERS_EVERY: Duration = Duration::from_secs(5);

/// Cosign the checkpoints of the journals that a policy names, as long as they only grow.
///
/// Prints a line `key VKEY` for each of its keys, for the policy of whoever relies on it, and `ready ADDRESS`. It keeps one
/// checkpoint for each journal, durable before it answers, and refuses every fork and rollback.
///
/// Other witnesses in the policy that have an address are its peers: at its start it asks them what they cosigned, and cosigns
/// nothing before one has answered and nothing below that. So a restored disk cannot make it sign a second history.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  truceline witness my-witness --policy parties.policy --name guarantor.example.org/w1\n  \
                        truceline witness my-witness --policy parties.policy --bind 192.0.2.7 --port 8471 --json"
)]
pub(crate) struct Witness {
    /// The witness's folder; made with new keys if it does not exist
    folder: PathBuf,
    /// Whose journals it cosigns, and its peers: a file as C2SP tlog-policy says
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// What a new witness is called; after its own key if it is not given
    #[arg(long)]
    name: Option<String>,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8471)]
    port: u16,
    /// The address to answer on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// Print the lines as JSON
    #[arg(long)]
    json: bool,
}

/// Reads a policy.
pub(crate) fn policy(path: &Path) -> Result<Policy> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Policy::parse(&bytes).with_context(|| path.display().to_string())
}

impl Witness {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let policy = policy(&self.policy)?;
        let witness = Arc::new(WitnessFolder::open(&self.folder, self.name.as_deref(), &policy)?);
        let listener = TcpListener::bind(SocketAddr::new(self.bind, self.port))
            .with_context(|| format!("cannot answer on port {}; `--port 0` takes a free one", self.port))?;
        let address = format!("http://{}/", listener.local_addr()?);
        ask_peers(&witness, policy)?;
        let (runtime, stop) = Stop::with_runtime()?;
        let keys = witness.verifier_keys();
        let line = |key: &VerifierKey| {
            if self.json { format!("{}\n", json!({ "key": key.to_string() })) } else { format!("key {key}\n") }
        };
        let ready = if self.json { format!("{}\n", json!({ "ready": address })) } else { format!("ready {address}\n") };
        output::print(&(keys.iter().map(line).collect::<String>() + &ready))?;
        runtime.block_on(serve(listener, witness, stop))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Asks the peers what they cosigned, in a thread, until each of them has answered once.
fn ask_peers(witness: &Arc<WitnessFolder>, policy: Policy) -> Result<()> {
    let own = witness.verifier_keys();
    let mut unheard: Vec<(String, VerifierKey)> = policy
        .witnesses()
        .iter()
        .filter(|peer| own.iter().all(|own| own.public_bytes() != peer.key.public_bytes()))
        .filter_map(|peer| Some((peer.url.clone()?, peer.key.clone())))
        .collect();
    if unheard.is_empty() {
        return Ok(());
    }
    witness.wait_for_peers();
    let witness = Arc::clone(witness);
    let ask = move || {
        let client = Client::default();
        loop {
            unheard.retain(|(url, key)| match heard(&client, &witness, &policy, url, key) {
                Ok(checkpoints) => {
                    witness.heard(checkpoints);
                    false
                }
                Err(why) => {
                    eprintln!("truceline: the peer {}: {why}", key.name());
                    true
                }
            });
            if unheard.is_empty() {
                return;
            }
            std::thread::sleep(ASK_PEERS_EVERY);
        }
    };
    std::thread::Builder::new().name("peers".to_owned()).spawn(ask).context("cannot start the peers' thread")?;
    Ok(())
}

/// What a peer cosigned of each log.
fn heard(
    client: &Client,
    witness: &WitnessFolder,
    policy: &Policy,
    url: &str,
    key: &VerifierKey,
) -> Result<Vec<Checkpoint>, String> {
    let mut checkpoints = Vec::new();
    for origin in witness.origins() {
        if let Some(note) = client.checkpoint(url, &origin)? {
            let checkpoint = peer_checkpoint(&note, key, policy).map_err(|error| error.to_string())?;
            if checkpoint.origin != origin {
                return Err(format!("it shows a checkpoint of {} for {origin}", checkpoint.origin));
            }
            checkpoints.push(checkpoint);
        }
    }
    Ok(checkpoints)
}

async fn serve(listener: TcpListener, witness: Arc<WitnessFolder>, stop: Stop) -> Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let app = Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/{origin_hash}/checkpoint", get(checkpoint))
        .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
        .with_state(witness);
    // A submission that is being stored is answered; idle connections are dropped.
    tokio::select! {
        served = axum::serve(listener, app).into_future() => served.context("the server"),
        () = stop.asked() => Ok(()),
    }
}

async fn add_checkpoint(State(witness): State<Arc<WitnessFolder>>, body: Bytes) -> Response {
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    match tokio::task::spawn_blocking(move || witness.add_checkpoint(&body, now_s)).await {
        Ok(Ok(lines)) => text(StatusCode::OK, lines),
        Ok(Err(refusal)) => refused(&refusal),
        Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "the witness failed\n".to_owned()),
    }
}

async fn checkpoint(State(witness): State<Arc<WitnessFolder>>, UrlPath(origin_hash): UrlPath<String>) -> Response {
    match witness.checkpoint(&origin_hash) {
        Some(note) => text(StatusCode::OK, note),
        None => text(StatusCode::NOT_FOUND, "no checkpoint of this log was cosigned here\n".to_owned()),
    }
}

fn refused(refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if refusal.size.is_some() {
        return (status, [(header::CONTENT_TYPE, SIZE_CONTENT_TYPE)], refusal.body()).into_response();
    }
    text(status, refusal.body())
}

fn text(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response()
}
