//! The log as plain files, for mirrors and for whoever serves it without this program (C2SP tlog-tiles).
//!
//! ```text
//! FOLDER/tile/entries/...   FOLDER/tile/LEVEL/...    what the checkpoint covers
//! FOLDER/checkpoint         last, and as a whole: it never covers what is not there
//! ```
//! What a folder holds already is compared and not written again; so an export that goes on from an earlier one writes what is
//! new, and partial tiles of earlier sizes stay, as the standard allows.
use super::for_auditors;
use crate::error::DeskError;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::journal::JournalReader;
use truceline_evidence::note::VerifierKey;
use truceline_evidence::tiles::tiles_of;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// How many entries the checkpoint covers.
    pub size: u64,
    /// Files that were written.
    pub written: u64,
    /// Files that stood already.
    pub kept: u64,
}

/// Writes the log up to its newest checkpoint.
///
/// # Errors
/// If nothing was signed yet, the folder holds another log or a longer one, an entry is damaged, or storage fails.
pub fn export(reader: &dyn JournalReader, folder: &Path) -> Result<Exported, DeskError> {
    let policy = for_auditors(reader)?.ok_or_else(|| DeskError::missing("no checkpoint was signed yet"))?;
    let checkpoint_path = folder.join("checkpoint");
    if let Some(stands) = read(&checkpoint_path)? {
        let stands = String::from_utf8_lossy(&stands);
        let other = |why: String| DeskError::other(format!("{}: {why}", checkpoint_path.display()));
        let stands = Checkpoint::open(&stands, &VerifierKey::parse(&reader.verifier_key())?);
        let stands = stands.map_err(|error| other(format!("the folder holds another log: {error}")))?;
        if stands.size > policy.size() {
            return Err(other(format!("it covers {} entries, the store's own {}", stands.size, policy.size())));
        }
    }
    let mut exported = Exported { size: policy.size(), written: 0, kept: 0 };
    for tile in tiles_of(policy.size()) {
        let path = folder.join(tile.to_string());
        let Some(bytes) = policy.tile(tile.tree_size(), || reader.tile(&tile))? else { continue };
        let bytes = bytes.into_inner();
        match read(&path)? {
            Some(stands) if stands == bytes => exported.kept += 1,
            Some(_) => {
                return Err(DeskError::other(format!("{}: other bytes stand there than the log's", path.display())));
            }
            None => {
                write(&path, &bytes)?;
                exported.written += 1;
            }
        }
    }
    write(&checkpoint_path, policy.checkpoint().into_inner().as_bytes())?;
    exported.written += 1;
    Ok(exported)
}

/// A file's bytes; none if there is no file.
fn read(path: &Path) -> Result<Option<Vec<u8>>, DeskError> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(|error| DeskError::other(format!("{}: {error}", path.display()))),
    }
}

/// Writes a file as a whole: whoever reads meanwhile sees it or what stood before.
fn write(path: &Path, bytes: &[u8]) -> Result<(), DeskError> {
    let new: PathBuf = path.with_added_extension("new");
    let written = path.parent().map_or(Ok(()), fs::create_dir_all);
    written
        .and_then(|()| fs::write(&new, bytes))
        .and_then(|()| fs::rename(&new, path))
        .map_err(|error| DeskError::other(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_evidence::journal::Appender;
    use truceline_evidence::memory::MemoryJournal;
    use truceline_evidence::note::SigningKey;
    use truceline_evidence::tiles::{LogFault, check};

    fn journal(seed: u8) -> MemoryJournal {
        MemoryJournal::new(SigningKey::from_seed("example.org/exported", [seed; 32]).unwrap(), [8; 32])
    }

    fn faults(folder: &Path, journal: &MemoryJournal) -> Vec<LogFault> {
        let note = fs::read_to_string(folder.join("checkpoint")).unwrap();
        let checkpoint = Checkpoint::open(&note, &VerifierKey::parse(&journal.verifier_key()).unwrap()).unwrap();
        assert_eq!(checkpoint.size, journal.size());
        let mut faults = Vec::new();
        check(&checkpoint, |tile| fs::read(folder.join(tile.to_string())).ok(), |fault| faults.push(fault));
        faults
    }

    #[test]
    fn what_is_exported_is_the_log_and_grows_with_it() {
        let (folder, journal) = (tempfile::tempdir().unwrap(), journal(7));
        assert!(export(&journal, folder.path()).unwrap_err().is_missing());
        journal.append(vec![b"a".to_vec(); 300]).unwrap();
        // Entries 0..256 and 256..300, leaves likewise, one hash over 256.
        assert_eq!(export(&journal, folder.path()).unwrap(), Exported { size: 300, written: 6, kept: 0 });
        assert_eq!(faults(folder.path(), &journal), []);
        assert_eq!(export(&journal, folder.path()).unwrap(), Exported { size: 300, written: 1, kept: 5 });
        journal.append(vec![b"b".to_vec(); 70_000]).unwrap();
        let exported = export(&journal, folder.path()).unwrap();
        assert_eq!((exported.size, exported.kept), (70_300, 2), "the full tiles");
        assert_eq!(faults(folder.path(), &journal), []);
        assert!(folder.path().join("tile/0/274.p/156").is_file() && folder.path().join("tile/2/000.p/1").is_file());
    }

    #[test]
    fn another_log_a_longer_one_and_changed_bytes_are_refused() {
        let (folder, journal, other) = (tempfile::tempdir().unwrap(), journal(7), journal(9));
        journal.append(vec![b"a".to_vec(); 600]).unwrap();
        other.append(vec![b"a".to_vec(); 600]).unwrap();
        export(&journal, folder.path()).unwrap();
        let refused = |journal: &MemoryJournal| export(journal, folder.path()).unwrap_err().to_string();
        assert!(refused(&other).contains("the folder holds another log"));
        let shorter = self::journal(7);
        shorter.append(vec![b"a".to_vec(); 500]).unwrap();
        assert!(refused(&shorter).contains("it covers 600 entries, the store's own 500"));
        let forked = self::journal(7);
        forked.append(vec![b"b".to_vec(); 700]).unwrap();
        assert!(refused(&forked).contains("tile/entries/000: other bytes stand there"));
        assert_eq!(faults(folder.path(), &journal), [], "nothing was changed");
    }
}
