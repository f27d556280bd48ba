//! Live sources: each has a thread with one connection, and what arrives is registered before more is read.
//!
//! ```text
//! server --bytes--> connection --> formats::seedlink --records--> RecordIntake --> the journal
//!                       ^ back-off, window to resume                  | back-pressure: nothing is read meanwhile
//! ```
//!
//! - A source that stops, floods, sends another station or garbage harms itself only: its connection is closed with the
//!   reason, and taken up again after a wait that doubles ([`backoff`]).
//! - Taken up again is a window of time that overlaps with what is registered; what comes twice falls at the
//!   intake by channel, start and checksum. The window is open at its end, so the server's quirk with windows that end
//!   ([`truceline_formats::seedlink`]) does not arise, and one position serves all channels of a connection.
//! - Held in memory is per source at most one packet that is not whole and what one read gave ([`READ_BYTES`]).
//! - The running clock is registered every [`TICK_EVERY`] while live sources are there, and sooner where arrivals were found since
//!   ([`HEARD_TICK_EVERY`]): this machine's, or another that is handed in ([`Clock`]).
//! - What becomes of a link is registered as a `sensor_state`, and of one that flaps at most one each [`LINK_EVERY`].
//!
//! # Threads
//! A thread blocks in its own read for at most [`POLL`], so that it notices the end. It holds the intake only while it
//! hands records over: whoever closes the store does not wait for a name server.
mod backoff;
mod clock;
mod connection;
mod link;
mod seedlink;
mod status;
mod tls;

pub use backoff::{WAIT_FIRST, WAIT_MAX};
pub use clock::Clock;
pub(crate) use clock::now;
pub use connection::{CONNECT_MAX, POLL, READ_BYTES};
pub use link::LINK_EVERY;
pub use status::{Counts, SourceState, SourceStatus};

use crate::error::NodeError;
use crate::records::{RecordIntake, RecordSource};
use link::Link;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::Duration;
use truceline_formats::sources::{Source, Wire};

/// How often the running clock is registered while nothing is heard.
pub const TICK_EVERY: Duration = Duration::from_secs(10);

/// How often it is while something is: events are looked for when it ticks, and two seconds after its last arrival an event shall
/// be known.
pub const HEARD_TICK_EVERY: Duration = Duration::from_secs(1);

/// How long the end waits for threads: longer than a read blocks, shorter than people wait for Ctrl-C. A thread that is
/// still looking up a name then is left to the end of the process; it registers nothing more.
const END_WAIT_MAX: Duration = Duration::from_secs(2);

/// The stack of a source's thread: it holds one buffer of [`READ_BYTES`] and shallow calls.
const STACK_BYTES: usize = 1 << 20;

/// Takes each line that is said of a source: what changed, in words.
pub type Say = Arc<dyn Fn(&str) + Send + Sync>;

/// How fast waiting passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// So many seconds of waiting and of silence pass in one; 1 but in tests.
    pub seconds_per_second: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { seconds_per_second: 1 }
    }
}

impl Pace {
    fn real(self, wait: Duration) -> Duration {
        wait / self.seconds_per_second.max(1)
    }

    fn felt(self, real: Duration) -> Duration {
        real * self.seconds_per_second.max(1)
    }
}

/// The running sources. They end when this is dropped.
pub struct Sources {
    statuses: Vec<Arc<Mutex<SourceStatus>>>,
    running: Arc<Running>,
}

impl Sources {
    /// Connects all sources by this machine's clock. Names of files in `sources` are taken from `folder`.
    ///
    /// # Errors
    /// If a file that a source names cannot be read or is none, or a thread cannot be started.
    pub fn start(
        sources: &[Source],
        folder: &Path,
        intake: &Arc<dyn RecordIntake>,
        say: &Say,
        pace: Pace,
    ) -> Result<Self, NodeError> {
        Self::start_by(Arc::new(clock::Machine(pace)), sources, folder, intake, say, pace)
    }

    /// The same by another clock: of a recording that is played as if it were now.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_by(
        clock: Arc<dyn Clock>,
        sources: &[Source],
        folder: &Path,
        intake: &Arc<dyn RecordIntake>,
        say: &Say,
        pace: Pace,
    ) -> Result<Self, NodeError> {
        let boot = u64::try_from(now().0).unwrap_or(0);
        // All files are read before anything is connected.
        let mut ready = Vec::new();
        for source in sources {
            let Wire::SeedLink(wire) = &source.wire;
            let client = seedlink::Settings::open(wire, folder)
                .map_err(|message| NodeError::bad_file(format!("source {}: {message}", source.name)))?;
            ready.push((source, wire, client));
        }
        let mut started = Self { statuses: Vec::new(), running: Arc::default() };
        let mut links = Vec::new();
        for (source, wire, settings) in ready {
            let status = Arc::new(Mutex::new(SourceStatus::new(source, wire, clock.now())));
            started.statuses.push(Arc::clone(&status));
            let from = RecordSource { name: source.name.clone(), owner: source.owner.clone(), boot };
            let link = Arc::new(Link::new(from.clone(), pace));
            links.push(Arc::clone(&link));
            let run = seedlink::Run {
                source: from,
                settings,
                link,
                intake: Arc::downgrade(intake),
                stop: Arc::clone(&started.running),
                watch: status::Watch { status, say: Arc::clone(say), clock: Arc::clone(&clock) },
                clock: Arc::clone(&clock),
                pace,
            };
            started.spawn(&format!("source {}", source.name), move || run.run())?;
        }
        let (intake, stop, say) = (Arc::downgrade(intake), Arc::clone(&started.running), Arc::clone(say));
        started.spawn("clock", move || tick(&*clock, &intake, &links, &stop, &say))?;
        Ok(started)
    }

    /// How each source is, in the order of the configuration.
    #[must_use]
    pub fn status(&self) -> Vec<SourceStatus> {
        self.statuses.iter().map(|status| status.lock().unwrap_or_else(PoisonError::into_inner).clone()).collect()
    }

    fn spawn(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), NodeError> {
        let ends = Ends(Arc::clone(&self.running));
        self.running.lock().threads += 1;
        let thread = std::thread::Builder::new().name(name.to_owned()).stack_size(STACK_BYTES);
        let spawned = thread.spawn(move || {
            let _ends = ends;
            work();
        });
        match spawned {
            Ok(_) => Ok(()),
            Err(error) => Err(NodeError::other(format!("{name}: cannot start its thread: {error}"))),
        }
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").field("status", &self.status()).finish()
    }
}

impl Drop for Sources {
    fn drop(&mut self) {
        self.running.end();
    }
}

/// What the threads and their owner share: whether to end, and how many still run.
#[derive(Debug, Default)]
struct Running {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    ended: bool,
    threads: usize,
}

impl Running {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_ended(&self) -> bool {
        self.lock().ended
    }

    /// Waits; true if the end came.
    fn wait(&self, wait: Duration) -> bool {
        let state = self.lock();
        let waited = self.changed.wait_timeout_while(state, wait, |state| !state.ended);
        waited.unwrap_or_else(PoisonError::into_inner).0.ended
    }

    fn end(&self) {
        let mut state = self.lock();
        state.ended = true;
        self.changed.notify_all();
        let _ = self.changed.wait_timeout_while(state, END_WAIT_MAX, |state| state.threads > 0);
    }
}

/// Counts a thread's end, however it ends.
struct Ends(Arc<Running>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.lock().threads -= 1;
        self.0.changed.notify_all();
    }
}

/// Registers the running clock until the end, and before it the changes of links that waited. What cannot be registered is
/// said once until it works again.
fn tick(clock: &dyn Clock, intake: &Weak<dyn RecordIntake>, links: &[Arc<Link>], stop: &Running, say: &Say) {
    let (mut failed, mut last, mut looked_at) = (false, None, 0);
    loop {
        let Some(open) = intake.upgrade() else { return };
        let heard = open.heard();
        if let Some(now) = clock.due(last, heard != looked_at) {
            let changes = links.iter().try_for_each(|link| link.settle(&*open));
            match changes.and_then(|()| open.tick(now)) {
                Ok(()) => (failed, last, looked_at) = (false, Some(now), heard),
                Err(error) if !failed => {
                    failed = true;
                    say(&format!("the clock is not registered: {error}"));
                }
                Err(_) => {}
            }
        }
        drop(open);
        if stop.wait(clock.ask_again_after()) {
            return;
        }
    }
}
