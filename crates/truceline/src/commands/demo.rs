//! `truceline demo`: a day of an invented world in minutes, through the real sockets into the real pipeline.
use crate::client::SERVER_FILE;
use crate::commands::serve::{self, Stop};
use crate::configuration;
use crate::demo::control::{Control, SPEED_MAX, SPEEDS};
use crate::demo::feed::Feed;
use crate::demo::play::Play;
use crate::demo::stage::{self, Stage};
use crate::judging::Judge;
use crate::output;
use crate::sight::FromArrivals;
use crate::store;
use crate::threads::Threads;
use crate::write_side::NodeWriteSide;
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use truceline_desk::server::{self, Desk};
use truceline_evidence::journal::JournalReader as _;
use truceline_formats::configuration as numbers;
use truceline_formats::sources;
use truceline_model::configuration::Configuration;
use truceline_node::Node;
use truceline_node::records::RecordIntake;
use truceline_node::sources::{Clock, Pace, Say, Sources};
use truceline_node::store::{JOURNAL_FILE, Store, VIEWS_FILE};
use truceline_sim::{Day, World};

/// How often it is looked whether the first incident stands, and whether the day is over.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Play a day of an invented world and show it in a browser.
///
/// A region, its sensors and some twenty incidents are drawn from a seed; nothing of it ever was. The world's sensors send over
/// a SeedLink server on the loopback address, its people and satellites deliver files, and the pipeline of `truceline serve`
/// makes findings of it. What was true is known, and the page can lay it over what was found.
///
/// Prints two lines: `key VKEY`, the key that checks this store's dossiers, and `ready ADDRESS`. Quiet hours are jumped over.
/// Ends with Ctrl-C; at the end of the day the page stays. How long it took until the first incident stood and until the
/// day's end is said on standard error.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  truceline demo\n  truceline demo --seed 7 --speed 60 --store my-store --no-open\n  \
                        truceline demo --scenes clear-breach,notified-demolition --until-end"
)]
pub(crate) struct Demo {
    /// The seed that the world is drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// So many seconds of the day pass in one
    #[arg(long, default_value_t = 30.0, value_parser = speed)]
    speed: f64,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8470)]
    port: u16,
    /// A new store's folder, which is kept; without it the store is in a temporary folder and goes with the program
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Play these scenes only, by their names with commas between; the day then ends two hours after the last
    #[arg(long, value_name = "SCENE,...", value_delimiter = ',')]
    scenes: Vec<String>,
    /// End with the day instead of leaving the page there
    #[arg(long)]
    until_end: bool,
    #[command(flatten)]
    threads: Threads,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
    /// Print the two lines as JSON
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let begun = Instant::now();
        let (day, end_s) = stage::cut(Day::drawn(self.seed)?, &self.scenes)?;
        let day = Arc::new(day);
        let temporary = match self.store {
            None => Some(tempfile::Builder::new().prefix("truceline-demo-").tempdir().context("cannot make a store")?),
            Some(_) => None,
        };
        if let Some(folder) = self.store.as_ref().filter(|folder| folder.join(JOURNAL_FILE).exists()) {
            bail!("{}: there is a store already, and the demo begins its own; expected a new folder", folder.display());
        }
        let store = match (&self.store, &temporary) {
            (Some(folder), _) => store::open(folder, true)?,
            // It lives as long as the program: its guard lies beside it.
            (None, Some(folder)) => {
                Store::open(&folder.path().join("store"), true)?.guarded_in(&folder.path().join("guard"))
            }
            (None, None) => bail!("there is no folder for the store"),
        };
        let configuration = numbers_of(&day.world)?;
        let node = Arc::new(Node::open(&store, Some(&configuration), &configuration, self.threads.count())?);
        let listener = serve::listen(IpAddr::V4(Ipv4Addr::LOCALHOST), self.port)?;
        for delivery in day.deliveries.iter().filter(|delivery| delivery.at_s == 0) {
            node.load(&delivery.file.name, &delivery.file.bytes)?;
        }
        let say: Say = Arc::new(|line: &str| eprintln!("truceline: {line}"));
        let play = Arc::new(Play::new(day.world.start, self.speed));
        // It is there until the program ends: links of the field do not go with the day.
        let feed = Arc::new(Feed::start()?);
        let sources = connect(&day, &feed, &node, &play, &say)?;
        let control = Arc::new(Control::new(Arc::clone(&day), end_s, Arc::clone(&play), Arc::clone(&node)));
        let stage = Stage {
            day,
            play: Arc::clone(&play),
            feed: Arc::clone(&feed),
            node: Arc::clone(&node),
            say: Arc::clone(&say),
        };
        let journal = node.journal();
        let key = journal.verifier_key();
        let write_side = Arc::new(NodeWriteSide { sources: Some(sources), node, judge: Judge::default() });
        let desk = Desk::open(Arc::clone(&journal) as _, write_side, &store.file(VIEWS_FILE))?;
        let desk = Arc::new(desk.with_sight(Arc::new(FromArrivals)).with_played(Arc::clone(&control) as _));
        let address = format!("http://{}/", listener.local_addr()?);
        let server_file = store.file(SERVER_FILE);
        std::fs::write(&server_file, json!({ "address": address }).to_string())
            .with_context(|| format!("cannot write {}", server_file.display()))?;
        let (runtime, stop) = Stop::with_runtime()?;
        if self.json {
            output::print(&format!("{}\n{}\n", json!({ "key": key }), json!({ "ready": address })))?;
        } else {
            output::print(&format!("key {key}\nready {address}\n"))?;
        }
        say(&format!("ready after {:.1} s", begun.elapsed().as_secs_f64()));
        if !self.no_open {
            serve::open_browser(&address);
        }
        let playing = std::thread::Builder::new().name("demo".to_owned()).spawn(move || stage.run(end_s));
        let playing = playing.context("cannot start the demo's thread")?;
        let until_end = self.until_end;
        let result = runtime.block_on(async {
            let ended = watched(Arc::clone(&control), begun, Arc::clone(&say));
            let over = async {
                ended.await;
                if !until_end {
                    std::future::pending::<()>().await;
                }
            };
            let stop = async {
                tokio::select! {
                    () = stop.asked() => {}
                    () = over => {}
                }
            };
            server::serve(listener, desk, stop).await
        });
        play.stop();
        let _ = std::fs::remove_file(&server_file);
        playing.join().map_err(|_| anyhow!("the demo's thread failed"))?;
        // With it the desk ends, then the sources, and only then their server: no link is lost by that.
        drop(runtime);
        drop(feed);
        result?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Says when the first incident stands and when the day is over; done then.
async fn watched(control: Arc<Control>, begun: Instant, say: Say) {
    let mut is_first = true;
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let looking = Arc::clone(&control);
        let found = tokio::task::spawn_blocking(move || looking.cases()).await;
        let took_s = begun.elapsed().as_secs_f64();
        if is_first && matches!(found, Ok(Ok(1..))) {
            is_first = false;
            say(&format!("the first incident stands after {took_s:.1} s"));
        }
        if control.play.hands().ended {
            say(&format!("the day is over after {took_s:.1} s"));
            return;
        }
    }
}

/// The numbers that ship, with the layers of the region's ground, as a survey has them.
fn numbers_of(world: &World) -> Result<Configuration> {
    let shipped = configuration::shipped()?;
    let text = format!("{}{}", numbers::DEFAULT, world.earth.numbers());
    let told = numbers::read("the demo's numbers", &text)?;
    // Its clock is the recording's, and every finding says so.
    Ok(Configuration { clock: shipped.clock, ..told })
}

/// Connects a source for each owner, as `serve --config` does.
fn connect(day: &Day, feed: &Feed, node: &Arc<Node>, play: &Arc<Play>, say: &Say) -> Result<Sources> {
    let table = |(owner, stations): (&str, String)| {
        format!(
            "[[source]]\nname = {owner:?}\nowner = {owner:?}\nkind = \"seedlink\"\naddress = {:?}\nprotocol = 4\nstations = \
             [{stations:?}]\nbegin = {:?}\n",
            feed.address,
            day.world.start.to_string()
        )
    };
    let text: String = day.owners().into_iter().map(table).collect();
    let sources = sources::read("the demo's sources", &text)?;
    let intake: Arc<dyn RecordIntake> = node.clone();
    let clock: Arc<dyn Clock> = play.clone();
    // Silence is counted by this machine's clock: while the demo is paused the links stand.
    Ok(Sources::start_by(clock, &sources, Path::new(""), &intake, say, Pace::default())?)
}

fn speed(text: &str) -> Result<f64, String> {
    let expected = format!("expected {} to {SPEED_MAX}", SPEEDS[0]);
    text.parse().ok().filter(|speed| (SPEEDS[0]..=SPEED_MAX).contains(speed)).ok_or(expected)
}
