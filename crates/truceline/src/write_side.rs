//! Hands node's write side to desk.
use truceline_desk::write_side::{Condition, LoadAnswer, LoadError, ReassessAnswer, RevisedCase, WriteSide};
use truceline_engine::identity::engine_id;
use truceline_model::case::CaseId;
use truceline_model::reassessment::Reassessment;
use truceline_node::reassessment::Outcome;
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

    fn reassess(&self, asked: &Reassessment) -> Result<ReassessAnswer, LoadError> {
        self.0.reassess(asked).map(reassess_answer).map_err(|error| LoadError::Store(error.to_string()))
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
        refused_count: loaded.refused,
        refused: loaded.refusals.into_iter().map(|refusal| (refusal.offset, refusal.rule, refusal.expected)).collect(),
    }
}

/// What became of a reassessment, as desk and the commands say it.
pub(crate) fn reassess_answer(outcome: Outcome) -> ReassessAnswer {
    let mut names: Vec<CaseId> = outcome.events.iter().map(|event| event.case).collect();
    names.extend(outcome.findings.iter().map(|finding| finding.case));
    names.sort_unstable();
    names.dedup();
    let revised = names.into_iter().map(|case| {
        let finding = outcome.findings.iter().find(|finding| finding.case == case);
        RevisedCase {
            case: case.to_string(),
            event: outcome.events.iter().find(|event| event.case == case).map(|event| event.revision),
            finding: finding.map(|finding| finding.revision),
            state: finding.map(|finding| finding.verdict.state().name().to_owned()),
        }
    });
    ReassessAnswer {
        entry: outcome.entry,
        revised: revised.collect(),
        made: outcome.made.iter().map(ToString::to_string).collect(),
        unchanged: outcome.unchanged.iter().map(ToString::to_string).collect(),
        excluded: outcome.excluded,
    }
}
