//! `truceline serve`: opens a store and shows it to its operator, or to a tier below.
use crate::client::SERVER_FILE;
use crate::commands::witness;
use crate::configuration;
use crate::judging::Judge;
use crate::live;
use crate::output;
use crate::sight::FromArrivals;
use crate::store;
use crate::threads::Threads;
use crate::write_side::NodeWriteSide;
use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use tokio::runtime::Runtime;
use truceline_accord::release::Tier;
use truceline_accord::release::log::Schedule;
use truceline_desk::log::PublicLog;
use truceline_desk::server::{self, Desk};
use truceline_evidence::journal::JournalReader;
use truceline_model::configuration::Clock;
use truceline_node::Node;
use truceline_node::feeder::Feeder;
use truceline_node::sources::Say;
use truceline_node::store::{PUBLIC_FOLDER, VIEWS_FILE};

/// Open a store, derive what is due, and show it in a browser.
///
/// Prints two lines: `key VKEY`, the key that checks this store's dossiers, and `ready ADDRESS`. Answers on the
/// loopback address only, to the operator of this machine. Ends with Ctrl-C.
///
/// With --tier it shows what the agreement's release ladder lets the commission, the parties or the public see, and
/// nothing else: no page, no file is taken, and nothing is said on standard error. The program does not know who
/// asks: what stands between it and them must.
///
/// With --config it also takes in what the live sources of that file send: each is connected, and connected again
/// after an interruption, from where it stood. What changes is said on standard error and stands in /api/v1/status.
/// The clock of such a store is this machine's. What is computed with stands in another file: see --numbers.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  truceline serve my-store --port 8470\n  truceline serve my-store \
                        --state FR\n  truceline serve my-store --config \
                        sources.toml    (examples/sources.toml shows all fields)\n  truceline serve my-store --numbers \
                        numbers.toml    (crates/formats/configuration.toml are those that ship)")]
pub(crate) struct Serve {
    /// The store's folder; made if it does not exist
    store: PathBuf,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8470)]
    port: u16,
    /// The address to answer on; only the loopback address, since the program does not know who asks
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// Who is looking: enclave, commission, parties or public
    #[arg(long, value_name = "TIER", default_value = "enclave", value_parser = tier)]
    tier: Tier,
    /// Show another tier the same store as well, on a port of its own, such as public:8471; may be repeated
    #[arg(long, value_name = "TIER:PORT", value_parser = also)]
    also: Vec<(Tier, u16)>,
    /// Take in the live sources that this file names
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Compute with the numbers of this file; begins a new epoch if they differ
    #[arg(long, value_name = "FILE", alias = "configuration")]
    numbers: Option<PathBuf>,
    /// Show the public the log as well, under /public/log, this many days late and once a day
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(0..=3652))]
    public_log_after: Option<i64>,
    /// The state whose house this is, by its code: its page is one step from every other
    #[arg(long, value_name = "CODE", value_parser = state_code)]
    state: Option<String>,
    /// Have the witnesses of this policy cosign each checkpoint (C2SP tlog-policy, with their addresses)
    #[arg(long, value_name = "POLICY")]
    witnesses: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
    /// Print the two lines as JSON
    #[arg(long)]
    json: bool,
}

impl Serve {
    pub(crate) fn run(self) -> Result<ExitCode> {
        if !self.bind.is_loopback() {
            bail!(
                "--bind {} is not the loopback address: this program does not know who asks, so it answers whom this \
                 machine lets in; expected 127.0.0.1 or ::1",
                self.bind
            );
        }
        if self.state.is_some() && self.tier != Tier::Enclave {
            bail!("--state names whose page comes first, and a tier below the enclave has no page; expected it alone");
        }
        let named = configuration::named(self.numbers.as_deref())?;
        let sources = self.config.as_deref().map(live::read).transpose()?;
        let policy = self.witnesses.as_deref().map(witness::policy).transpose()?;
        let mut default = configuration::shipped()?;
        if sources.is_some() {
            default.clock = Clock::Running;
        }
        let store = store::open(&self.store, true)?;
        let node = Arc::new(Node::open(&store, named.as_ref(), &default, self.threads.count())?);
        // What is said on standard error is the enclave's: an outage or a count must not be read there by another tier.
        let is_enclave = self.tier == Tier::Enclave;
        if let Some(problem) = node.problem().filter(|_| is_enclave) {
            eprintln!("truceline: {problem}");
        }
        // Before anything is connected: what cannot be shown is not begun.
        let listener = listen(self.bind, self.port)?;
        let journal = node.journal();
        let key = journal.verifier_key();
        let also = self.also.iter().map(|(tier, port)| listen(self.bind, *port).map(|listener| (*tier, listener)));
        let also = also.collect::<Result<Vec<_>>>()?;
        let say: Say = Arc::new(move |line: &str| {
            if is_enclave {
                eprintln!("truceline: {line}");
            }
        });
        let sources = sources.map(|sources| sources.start(&node, &say)).transpose()?;
        // It ends when the server does.
        let _feeder = policy.map(|policy| Feeder::start(&node, policy, &say)).transpose()?;
        let write_side = Arc::new(NodeWriteSide { sources, node, judge: Judge::default() });
        let mut desk = Desk::open(Arc::clone(&journal) as _, write_side, &store.file(VIEWS_FILE))?
            .with_sight(Arc::new(FromArrivals));
        if let Some(schedule) = self.public_log_after.and_then(|days| Schedule::new(days * Schedule::CADENCE_S)) {
            desk = desk.with_public_log(PublicLog::open(&store.file(PUBLIC_FOLDER), schedule, &*journal)?);
        }
        let desk = desk.for_tier(self.tier).with_house(self.state);
        let beside: Vec<_> =
            also.into_iter().map(|(tier, listener)| (tier, listener, Arc::new(desk.beside(tier)))).collect();
        let desk = Arc::new(desk);
        let address = format!("http://{}/", listener.local_addr()?);
        let server_file = store.file(SERVER_FILE);
        // Commands that register files find only a server that takes them.
        if is_enclave {
            std::fs::write(&server_file, json!({ "address": address }).to_string())
                .with_context(|| format!("cannot write {}", server_file.display()))?;
        }
        let (runtime, stop) = Stop::with_runtime()?;
        if self.json {
            output::print(&format!("{}\n{}\n", json!({ "key": key }), json!({ "ready": address })))?;
        } else {
            output::print(&format!("key {key}\nready {address}\n"))?;
        }
        for (tier, listener, _) in &beside {
            let address = format!("http://{}/", listener.local_addr()?);
            let line = json!({ "also": tier.name(), "ready": address });
            let line = if self.json { line.to_string() } else { format!("also {} {address}", tier.name()) };
            output::print(&(line + "\n"))?;
        }
        if !self.no_open && is_enclave {
            open_browser(&address);
        }
        let result = runtime.block_on(async {
            for (_, listener, desk) in beside {
                tokio::spawn(server::serve(listener, desk, std::future::pending()));
            }
            server::serve(listener, desk, stop.asked()).await
        });
        // Whether it is still there does not matter: it only helps to find a server that runs.
        let _ = std::fs::remove_file(&server_file);
        result?;
        Ok(ExitCode::SUCCESS)
    }
}

pub(crate) fn listen(bind: IpAddr, port: u16) -> Result<TcpListener> {
    TcpListener::bind(SocketAddr::new(bind, port))
        .with_context(|| format!("cannot answer on port {port}; `--port 0` takes a free one"))
}

/// A tier by its name.
pub(crate) fn tier(name: &str) -> Result<Tier, String> {
    Tier::from_name(name).ok_or_else(|| format!("expected one of {}", Tier::NAMES.join(", ")))
}

/// A state's code, as a register has it.
fn state_code(code: &str) -> Result<String, String> {
    let id = truceline_register::words::Id::new(code).ok_or("expected a state's code of ISO 3166-1, such as FR")?;
    Ok(id.to_string())
}

/// A tier below the enclave and the port on which it is shown.
fn also(text: &str) -> Result<(Tier, u16), String> {
    let found = text.split_once(':').and_then(|(name, port)| Some((Tier::from_name(name)?, port.parse().ok()?)));
    let expected = || format!("expected one of {}, a colon and a port", Tier::NAMES[1..].join(", "));
    found.filter(|(tier, _)| *tier != Tier::Enclave).ok_or_else(expected)
}

/// Whoever asks the process to end. Where the system gives no handler its default action ends the process.
pub(crate) struct Stop {
    #[cfg(unix)]
    signals: [Option<tokio::signal::unix::Signal>; 2],
}

impl Stop {
    /// A server's threads, and who asks it to end, who is heard from now on: take it before the server says that it is ready.
    pub(crate) fn with_runtime() -> Result<(Runtime, Self)> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("cannot start the server's threads")?;
        let stop = {
            let _entered = runtime.enter();
            Self::listen()
        };
        Ok((runtime, stop))
    }

    fn listen() -> Self {
        Self {
            #[cfg(unix)]
            signals: {
                use tokio::signal::unix::{SignalKind, signal};
                [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok())
            },
        }
    }

    /// Done when the process is asked to end.
    #[cfg(unix)]
    pub(crate) async fn asked(self) {
        async fn asked(signal: Option<tokio::signal::unix::Signal>) {
            match signal {
                Some(mut signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        }
        let [interrupt, terminate] = self.signals;
        tokio::select! {
            () = asked(interrupt) => {}
            () = asked(terminate) => {}
        }
    }

    /// Done when the process is asked to end.
    #[cfg(not(unix))]
    pub(crate) async fn asked(self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Opens the address where there is a browser; where there is none, the printed address is enough.
pub(crate) fn open_browser(address: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let _ = Command::new(opener).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}
