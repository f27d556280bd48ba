//! How a source is: for the status that people see, and as a line when it changes.
use super::{Clock, Say};
use std::sync::{Arc, Mutex, PoisonError};
use truceline_formats::seedlink::Protocol;
use truceline_formats::sources::{SeedLink, Source};
use truceline_model::time::Time;

/// The longest text of a server that is kept or said, in characters: it may be anybody's.
const SHOWN_CHARACTERS: usize = 200;

/// Where a source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceState {
    /// Its server is being reached and asked.
    Connecting,
    /// Records come, or would if there were any.
    Connected,
    /// The connection is lost or was refused; it is tried again.
    Waiting,
}

impl SourceState {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Waiting => "waiting",
        }
    }
}

/// What came from a source since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Connections that were tried.
    pub attempts: u64,
    /// Connections on which packets were asked for.
    pub connections: u64,
    /// Records registered.
    pub registered: u64,
    /// Records that had been registered before.
    pub already: u64,
    /// Records that were registered as refused.
    pub refused: u64,
    /// Packets of stations that were not asked for.
    pub foreign: u64,
    /// Packets that hold no records of samples.
    pub ignored: u64,
}

/// How a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceStatus {
    /// Its name.
    pub name: String,
    /// Who could make it lie.
    pub owner: String,
    /// Where its server is.
    pub address: String,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// Where it stands.
    pub state: SourceState,
    /// Since when, by the clock that ticks.
    pub since: Time,
    /// The server's program, as it says.
    pub server: Option<String>,
    /// The version that is spoken.
    pub protocol: Option<Protocol>,
    /// When the last packet with records came.
    pub last_packet: Option<Time>,
    /// Why the last connection ended or what of it is refused; none while all is well.
    pub problem: Option<String>,
    /// What came.
    pub counts: Counts,
}

impl SourceStatus {
    pub(super) fn new(source: &Source, wire: &SeedLink, since: Time) -> Self {
        Self {
            name: source.name.clone(),
            owner: source.owner.clone(),
            address: wire.address.clone(),
            tls: wire.trust.is_some(),
            state: SourceState::Connecting,
            since,
            server: None,
            protocol: None,
            last_packet: None,
            problem: None,
            counts: Counts::default(),
        }
    }
}

/// A thread's side of a status.
pub(super) struct Watch {
    pub(super) status: Arc<Mutex<SourceStatus>>,
    pub(super) say: Say,
    pub(super) clock: Arc<dyn Clock>,
}

impl Watch {
    /// Changes the status.
    pub(super) fn set(&self, change: impl FnOnce(&mut SourceStatus)) {
        change(&mut self.status.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Goes to a state; a line says so where it is news.
    pub(super) fn go(&self, state: SourceState, change: impl FnOnce(&mut SourceStatus), line: Option<&str>) {
        let at = self.clock.now();
        self.set(|status| {
            (status.state, status.since) = (state, at);
            change(status);
        });
        if let Some(line) = line {
            self.tell(line);
        }
    }

    /// Says a line about the source.
    pub(super) fn tell(&self, line: &str) {
        let name = self.status.lock().unwrap_or_else(PoisonError::into_inner).name.clone();
        (self.say)(&format!("source {name}: {}", shown(line)));
    }
}

/// A text that may be anybody's: one line, no control characters, bounded.
pub(super) fn shown(text: &str) -> String {
    let plain = |character: char| if character.is_control() { ' ' } else { character };
    let mut shown: String = text.chars().take(SHOWN_CHARACTERS).map(plain).collect();
    if text.chars().nth(SHOWN_CHARACTERS).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_strangers_are_one_short_line() {
        assert_eq!(shown("a\r\nb\u{1b}[2Jc"), "a  b [2Jc");
        let long = shown(&"x".repeat(10_000));
        assert_eq!((long.chars().count(), long.ends_with("...")), (SHOWN_CHARACTERS + 3, true));
    }
}
