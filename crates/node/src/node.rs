//! The write side as a whole.
use crate::error::NodeError;
use crate::intake::{Intake, Taken};
use crate::journal::{Journal, Mode};
use crate::memory::Memories;
use crate::pipeline::{Pipeline, Progress};
use crate::reassessment::Outcome;
use crate::store::Store;
use std::fs::File;
use std::sync::Arc;
use truceline_engine::identity::engine_id;
use truceline_evidence::journal::JournalReader;
use truceline_model::configuration::Configuration;
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::reassessment::Reassessment;
use truceline_model::refusal::Refusal;
use truceline_model::remark::{Excluded, LateInput};

/// A store that is open for writing: intake, journal and engine.
#[derive(Debug)]
pub struct Node {
    // Declared in the order in which they must end: the engine before the journal, the lock last.
    pipeline: Option<Pipeline>,
    intake: Intake,
    journal: Arc<Journal>,
    _lock: File,
}

/// What became of a delivered file, once everything that follows from it is derived.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The kind of file.
    pub kind: &'static str,
    /// Inputs registered now.
    pub registered: u64,
    /// Inputs registered before.
    pub already: u64,
    /// Inputs of this delivery that came after their window.
    pub late: u64,
    /// Inputs of this delivery that are not used, with the reason.
    pub excluded: Vec<String>,
    /// How many were refused.
    pub refused: u64,
    /// The first of them, at most [`REFUSALS_SAID_MAX`](crate::intake::REFUSALS_SAID_MAX).
    pub refusals: Vec<Refusal>,
}

impl Node {
    /// Opens a store for writing. With `wanted` the next epoch has that configuration; without, the journal's own
    /// goes on, and a new journal begins with `default`.
    ///
    /// A damaged journal opens too: everything can be read, nothing is registered ([`Node::problem`]).
    ///
    /// # Errors
    /// If another process writes to the store, or it cannot be opened.
    pub fn open(
        store: &Store,
        wanted: Option<&Configuration>,
        default: &Configuration,
        threads: usize,
    ) -> Result<Self, NodeError> {
        let lock = store.lock()?;
        let journal = Arc::new(Journal::open(store, Mode::Write)?);
        let intake = Intake::new(&*journal, Memories::of(store), wanted, default)?;
        let pipeline = if journal.problem().is_none() {
            let journal = Arc::clone(&journal);
            Some(Pipeline::start(journal, Memories::of(store), engine_id(), intake.configuration().clone(), threads)?)
        } else {
            None
        };
        Ok(Self { pipeline, intake, journal, _lock: lock })
    }

    /// The journal, for readers.
    #[must_use]
    pub fn journal(&self) -> Arc<Journal> {
        Arc::clone(&self.journal)
    }

    /// How far the engine is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.pipeline.as_ref().map(Pipeline::progress).unwrap_or_default()
    }

    /// Why nothing is registered, if the journal is damaged.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.journal.problem()
    }

    /// Registers a file and waits until all that follows from it is derived and durable.
    ///
    /// # Errors
    /// If the file cannot be read ([`NodeError::is_bad_file`]), nothing can be registered, or deriving stopped;
    /// what was registered stays registered.
    pub fn load(&self, file: &str, bytes: &[u8]) -> Result<Loaded, NodeError> {
        if let Some(pipeline) = &self.pipeline {
            // If deriving stopped, what is delivered is registered all the same.
            let _ = pipeline.wait_until_begun();
        }
        let taken = self.intake.take(&*self.journal, file, bytes)?;
        let end = self.settle(taken.range.end)?;
        self.loaded(taken, end)
    }

    /// Has what stands derived again, and waits until what comes out otherwise stands as revisions.
    ///
    /// # Errors
    /// If nothing can be registered, or deriving stopped.
    pub fn reassess(&self, asked: &Reassessment) -> Result<Outcome, NodeError> {
        if let Some(pipeline) = &self.pipeline {
            let _ = pipeline.wait_until_begun();
        }
        let settled = || self.settle(self.journal.size());
        let range = self.intake.take_settled(&*self.journal, settled, entry::to_bytes(asked))?;
        let end = self.settle(range.end)?;
        let mut outputs = Vec::new();
        for index in range.end..end {
            outputs.push(JournalReader::entry(&*self.journal, index)?);
        }
        Ok(Outcome::read(Some(range.start), &outputs))
    }

    /// Waits until all that is registered is served.
    ///
    /// # Errors
    /// If deriving stopped.
    pub fn settle(&self, size: u64) -> Result<u64, NodeError> {
        let Some(pipeline) = &self.pipeline else {
            return Err(NodeError::other(self.problem().unwrap_or("the store is open for reading only").to_owned()));
        };
        let progress = pipeline.wait_until_served(size);
        match progress.stopped {
            Some(why) => Err(NodeError::other(why)),
            None => Ok(progress.served),
        }
    }

    fn loaded(&self, taken: Taken, end: u64) -> Result<Loaded, NodeError> {
        let mut loaded = Loaded {
            kind: taken.kind,
            registered: taken.registered.len() as u64,
            already: taken.already,
            late: 0,
            excluded: Vec::new(),
            refused: taken.refused,
            refusals: taken.refusals,
        };
        for index in taken.range.start..end {
            let bytes = self.journal.entry(index)?;
            if let Ok(late) = entry::from_bytes::<Derived<LateInput>>(&bytes) {
                loaded.late += u64::from(taken.registered.contains(&late.content.input));
            } else if let Ok(excluded) = entry::from_bytes::<Derived<Excluded>>(&bytes)
                && taken.registered.contains(&excluded.content.input)
            {
                loaded.excluded.push(excluded.content.reason);
            }
        }
        Ok(loaded)
    }
}
