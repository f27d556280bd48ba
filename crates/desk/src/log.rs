//! The public's log: the checkpoints that were the newest at fixed moments, kept until a release delay has passed.
//!
//! ```text
//! STORE/public/<seconds since 1970>    the checkpoint that was the newest at that moment, a signed note
//! ```
//! While the program does not run no checkpoint is kept; the public then sees the one before again, as if nothing had been
//! appended. Which moments there are, and what of them is shown when, is `accord`'s to say.
mod export;

pub use export::{Exported, export};

use crate::error::DeskError;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use truceline_accord::release::log::{LogPolicy, Schedule};
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::journal::JournalReader;
use truceline_evidence::note::VerifierKey;

/// The kept checkpoints.
#[derive(Debug)]
pub struct PublicLog {
    folder: PathBuf,
    schedule: Schedule,
    /// By the moment at which each was the newest.
    kept: BTreeMap<i64, (String, u64)>,
}

impl PublicLog {
    /// Opens what was kept in a folder; makes it if it does not exist.
    ///
    /// # Errors
    /// If storage fails, or a file is no checkpoint of this journal.
    pub fn open(folder: &Path, schedule: Schedule, reader: &dyn JournalReader) -> Result<Self, DeskError> {
        let io = |error: std::io::Error| DeskError::other(format!("{}: {error}", folder.display()));
        let key = VerifierKey::parse(&reader.verifier_key())?;
        std::fs::create_dir_all(folder).map_err(io)?;
        let mut kept = BTreeMap::new();
        for item in std::fs::read_dir(folder).map_err(io)? {
            let path = item.map_err(io)?.path();
            let Some(moment) = path.file_name().and_then(|name| name.to_str()?.parse().ok()) else { continue };
            let note = std::fs::read_to_string(&path).map_err(io)?;
            let size = Checkpoint::open(&note, &key)?.size;
            kept.insert(moment, (note, size));
        }
        Ok(Self { folder: folder.to_owned(), schedule, kept })
    }

    /// Keeps the newest checkpoint if a moment has come, and drops those that are not needed any more.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub fn keep(&mut self, now_s: i64, reader: &dyn JournalReader) -> Result<(), DeskError> {
        let due = self.schedule.due(now_s);
        if self.kept.keys().next_back().is_some_and(|newest| *newest >= due) {
            return Ok(());
        }
        let Some(note) = reader.checkpoint() else { return Ok(()) };
        let size = Checkpoint::open(&note, &VerifierKey::parse(&reader.verifier_key())?)?.size;
        let (path, new) = (self.folder.join(due.to_string()), self.folder.join("new"));
        let io = |error: std::io::Error| DeskError::other(format!("{}: {error}", path.display()));
        // Whole or not at all. After a power cut the moment is kept again, with what is the newest then.
        std::fs::write(&new, &note).map_err(io)?;
        std::fs::rename(&new, &path).map_err(io)?;
        self.kept.insert(due, (note, size));
        let shown = self.schedule.shown(now_s);
        let newest_shown = self.kept.range(..=shown).next_back().map(|(moment, _)| *moment);
        let passed: Vec<i64> = self.kept.range(..newest_shown.unwrap_or(i64::MIN)).map(|(moment, _)| *moment).collect();
        for moment in passed {
            self.kept.remove(&moment);
            // One that stays is dropped at the next moment.
            let _ = std::fs::remove_file(self.folder.join(moment.to_string()));
        }
        Ok(())
    }

    /// What the public may read now; none before the first checkpoint is due.
    #[must_use]
    pub fn policy(&self, now_s: i64) -> Option<LogPolicy> {
        LogPolicy::for_public(self.schedule, now_s, self.kept.iter().map(|(moment, kept)| (*moment, kept)))
    }
}

/// What witnesses and auditors may read now; none before the first checkpoint is signed.
///
/// # Errors
/// If the journal's checkpoint is not its own.
pub(crate) fn for_auditors(reader: &dyn JournalReader) -> Result<Option<LogPolicy>, DeskError> {
    let Some(note) = reader.checkpoint() else { return Ok(None) };
    let size = Checkpoint::open(&note, &VerifierKey::parse(&reader.verifier_key())?)?.size;
    Ok(Some(LogPolicy::for_auditors(note, size)))
}

/// The machine's clock, s since 1970.
#[must_use]
pub fn now_s() -> i64 {
    now_ms().div_euclid(1_000)
}

/// The machine's clock, ms since 1970.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_evidence::journal::Appender;
    use truceline_evidence::memory::MemoryJournal;
    use truceline_evidence::note::SigningKey;

    const DAY: i64 = Schedule::CADENCE_S;

    fn journal() -> MemoryJournal {
        MemoryJournal::new(SigningKey::from_seed("example.org/public", [7; 32]).unwrap(), [8; 32])
    }

    #[test]
    fn a_checkpoint_is_kept_at_each_moment_and_shown_after_the_delay() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal();
        let schedule = Schedule::new(2 * DAY).unwrap();
        let open = || PublicLog::open(folder.path(), schedule, &journal).unwrap();
        let mut log = open();
        log.keep(10 * DAY + 5, &journal).unwrap();
        assert!(log.policy(20 * DAY).is_none(), "nothing was signed");
        journal.append(vec![b"a".to_vec(); 3]).unwrap();
        log.keep(10 * DAY + 6, &journal).unwrap();
        journal.append(vec![b"b".to_vec(); 500]).unwrap();
        log.keep(10 * DAY + 7, &journal).unwrap();
        let size = |log: &PublicLog, now| log.policy(now).map(|policy| policy.size());
        assert_eq!((size(&log, 12 * DAY - 1), size(&log, 12 * DAY)), (None, Some(3)));
        for day in 11..16 {
            log.keep(day * DAY, &journal).unwrap();
            log = open();
        }
        assert_eq!((size(&log, 15 * DAY), size(&log, 12 * DAY)), (Some(503), None), "what is passed is dropped");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
        std::fs::write(folder.path().join("86400"), "no note").unwrap();
        assert!(PublicLog::open(folder.path(), schedule, &journal).is_err());
    }
}
