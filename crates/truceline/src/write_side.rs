//! Hands node's write side to desk.
use crate::judging::Judge;
use std::sync::Arc;
use truceline_desk::write_side::{
    ASKED_BY, Condition, EraseAnswer, LoadAnswer, LoadError, NoSamples, ReassessAnswer, RevisedCase, SourceCondition,
    WriteSide,
};
use truceline_engine::identity::engine_id;
use truceline_formats::recording;
use truceline_formats::seedlink::Protocol;
use truceline_model::association::EarthLayer;
use truceline_model::case::CaseId;
use truceline_model::hash::Hash;
use truceline_model::measurement::Phase;
use truceline_model::reassessment::Reassessment;
use truceline_model::record::Record;
use truceline_model::waveform::Segment;
use truceline_node::reassessment::Outcome;
use truceline_node::sources::{SourceStatus, Sources};
use truceline_node::{Erased, Loaded, Node};
use truceline_science::travel::{Layer, Medium, Reach, Speeds};

/// Rays are traced at least so far, m: a table of no length has none.
const RAYS_M_MIN: f64 = 1_000.0;

/// A node with its live sources, as desk sees it.
#[derive(Debug)]
pub(crate) struct NodeWriteSide {
    // The sources end before the node does.
    pub(crate) sources: Option<Sources>,
    pub(crate) node: Arc<Node>,
    pub(crate) judge: Judge,
}

impl WriteSide for NodeWriteSide {
    fn load(&self, name: &str, bytes: &[u8]) -> Result<LoadAnswer, LoadError> {
        match self.judge.load(&self.node, name, bytes) {
            Ok(loaded) => Ok(answer(loaded)),
            Err(error) if error.is_bad_file() => Err(LoadError::BadFile(error.to_string())),
            Err(error) => Err(LoadError::Store(error.to_string())),
        }
    }

    fn reassess(&self, asked: &Reassessment) -> Result<ReassessAnswer, LoadError> {
        self.node.reassess(asked).map(reassess_answer).map_err(|error| LoadError::Store(error.to_string()))
    }

    fn erase(&self, payload: Hash, reason: &str) -> Result<EraseAnswer, LoadError> {
        match self.node.erase(payload, ASKED_BY, reason) {
            Ok(erased) => Ok(erase_answer(erased)),
            Err(error) if error.is_bad_file() => Err(LoadError::BadFile(error.to_string())),
            Err(error) => Err(LoadError::Store(error.to_string())),
        }
    }

    fn payload(&self, sha256: Hash) -> Option<Vec<u8>> {
        self.node.payload(sha256)
    }

    fn samples(&self, record: &Record) -> Result<Vec<Segment>, NoSamples> {
        let payload = self.node.payload(record.payload.sha256).ok_or(NoSamples::NotStored)?;
        if Hash::of(&payload) != record.payload.sha256 {
            return Err(NoSamples::Unreadable(
                "the bytes that are stored are not those that were registered".to_owned(),
            ));
        }
        recording::segments(record, &payload).map_err(|error| NoSamples::Unreadable(error.to_string()))
    }

    fn layered_s(&self, layers: &[EarthLayer], phase: Phase, depth_m: f64, distances_m: &[f64]) -> Vec<Option<f64>> {
        let layer = |layer: &EarthLayer| Layer {
            top_m: layer.top_m.value as f64,
            p_m_s: layer.p_mm_s.value as f64 / 1e3,
            s_m_s: layer.s_mm_s.value as f64 / 1e3,
        };
        let layers: Vec<Layer> = layers.iter().map(layer).collect();
        let distance_m_max = distances_m.iter().copied().fold(RAYS_M_MIN, f64::max);
        let reach = Reach { distance_m_max, source_depth_m: (0.0, depth_m), sensor_depth_m: (0.0, 0.0) };
        let medium = Medium::layered(&layers, reach, Speeds::default()).ok();
        let travel_s = |distance_m: &f64| Some(medium.as_ref()?.leg(phase, *distance_m, depth_m, 0.0)?.time_s);
        distances_m.iter().map(travel_s).collect()
    }

    fn condition(&self) -> Condition {
        Condition {
            engine_id: engine_id().to_string(),
            journal_problem: self.node.problem().map(str::to_owned),
            engine_problem: self.node.progress().stopped,
            clock: self.node.configuration().clock.name(),
            sources: self.sources.iter().flat_map(Sources::status).map(source).collect(),
        }
    }
}

fn source(status: SourceStatus) -> SourceCondition {
    let protocol = |protocol| match protocol {
        Protocol::V3 => "SeedLink 3.1",
        Protocol::V4 => "SeedLink 4.0",
    };
    SourceCondition {
        name: status.name,
        owner: status.owner,
        address: status.address,
        tls: status.tls,
        state: status.state.name(),
        since: status.since,
        protocol: status.protocol.map(protocol),
        server: status.server,
        last_packet: status.last_packet,
        problem: status.problem,
        registered: status.counts.registered,
        already: status.counts.already,
        refused: status.counts.refused,
        foreign: status.counts.foreign,
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
        detections: loaded.detections,
        bearings: loaded.bearings,
        impediments: loaded.impediments,
        continuity: loaded.continuity,
    }
}

/// What became of an erasure, as desk and the commands say it.
pub(crate) fn erase_answer(erased: Erased) -> EraseAnswer {
    EraseAnswer { entry: erased.entry, already: erased.already, packs: erased.packs as u64 }
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
