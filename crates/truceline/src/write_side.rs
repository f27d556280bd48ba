//! Hands node's write side to desk.
use truceline_desk::write_side::{Condition, LoadAnswer, LoadError, WriteSide};
use truceline_engine::identity::engine_id;
use truceline_node::{Loaded, Node};

/// A node as desk sees it.
#[derive(Debug)]
pub(crate) struct NodeWriteSide(pub(crate) Node);

impl WriteSide for NodeWriteSide {
    fn load(&self, name: &str, bytes: &[u8]) -> Result<LoadAnswer, LoadError> {
        match self.0.load(name, bytes) {
            Ok(loaded) => Ok(answer(loaded)),
            Err(error) if error.is_bad_file() => Err(LoadError::BadFile(error.to_string())),
            Err(error) => Err(LoadError::Store(error.to_string())),
        }
    }

    fn condition(&self) -> Condition {
        Condition {
            engine_id: engine_id().to_string(),
            journal_problem: self.0.problem().map(str::to_owned),
            engine_problem: self.0.progress().stopped,
        }
    }
}

/// What became of a file, as desk and the commands say it.
pub(crate) fn answer(loaded: Loaded) -> LoadAnswer {
    LoadAnswer {
        kind: loaded.kind.to_owned(),
        registered: loaded.registered,
        already: loaded.already,
        late: loaded.late,
        excluded: loaded.excluded,
        refused: loaded.refusals.into_iter().map(|refusal| (refusal.offset, refusal.rule, refusal.expected)).collect(),
        detections: loaded.detections,
        impediments: loaded.impediments,
    }
}
