//! What people conclude is judged before it is registered: by the fold over all that stands, while nothing else of it is registered.
use std::sync::{Mutex, PoisonError};
use truceline_desk::ledger::Ledger;
use truceline_evidence::journal::JournalReader;
use truceline_model::cosigned::{SignedAct, SignedEdition};
use truceline_model::entry;
use truceline_node::error::NodeError;
use truceline_node::{Loaded, Node};

/// A judge of one journal, with the ledger as far as it was read.
#[derive(Debug, Default)]
pub(crate) struct Judge(Mutex<Option<Ledger>>);

impl Judge {
    /// Registers a file on the way that its contents ask for.
    ///
    /// # Errors
    /// As [`Node::load`] and [`Node::load_concluded`].
    pub(crate) fn load(&self, node: &Node, name: &str, bytes: &[u8]) -> Result<Loaded, NodeError> {
        if Node::is_concluded(bytes) {
            // What stands is read before others are held up: of a long journal that takes a while the first time.
            self.read(&*node.journal()).map_err(NodeError::other)?;
            node.load_concluded(name, bytes, |reader, entry| self.judge(reader, entry))
        } else {
            node.load(name, bytes)
        }
    }

    fn read(&self, reader: &dyn JournalReader) -> Result<(), String> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ledger = held.get_or_insert_with(|| Ledger::new(&reader.origin()));
        ledger.follow_journal(reader).map_err(|error| error.to_string())
    }

    /// Whether an entry would count if it stood behind all that stands; if not, the rule that it breaks.
    fn judge(&self, reader: &dyn JournalReader, bytes: &[u8]) -> Result<(), String> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ledger = held.get_or_insert_with(|| Ledger::new(&reader.origin()));
        ledger.follow_journal(reader).map_err(|error| error.to_string())?;
        let at = ledger.next();
        if let Ok(act) = entry::from_bytes::<SignedAct>(bytes) {
            return ledger.judge_act(at, &act).map_err(|refused| refused.to_string());
        }
        match entry::from_bytes::<SignedEdition>(bytes) {
            Ok(edition) => ledger.judge_edition(at, &edition).map_err(|refused| refused.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }
}
