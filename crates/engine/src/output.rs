//! What the engine can say.
use truceline_model::appraisal::Appraisal;
use truceline_model::bearing::Bearing;
use truceline_model::continuity::Continuity;
use truceline_model::derived::{Derived, output_id};
use truceline_model::detection::Detection;
use truceline_model::entry;
use truceline_model::event::Event;
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::impediment::Impediment;
use truceline_model::inconsistency::Inconsistency;
use truceline_model::precedence::Precedence;
use truceline_model::reassessment::Reassessed;
use truceline_model::remark::{CaseClosed, Excluded, LateInput};

/// One output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// A revision of an event.
    Event(Event),
    /// A revision of a finding.
    Finding(Finding),
    /// An input that came after its window.
    LateInput(LateInput),
    /// An input that is not used.
    Excluded(Excluded),
    /// A case that notices no longer revise.
    CaseClosed(CaseClosed),
    /// An arrival in a channel's records.
    Detection(Detection),
    /// A wave that passed an array.
    Bearing(Bearing),
    /// What kept a channel's detector from seeing.
    Impediment(Impediment),
    /// What broke a station's row of frames, or what is said of its clock and state.
    Continuity(Continuity),
    /// A sensor that contradicts the others.
    Inconsistency(Inconsistency),
    /// What became of a reassessment.
    Reassessed(Reassessed),
    /// What is said of an observation by itself.
    Appraisal(Appraisal),
    /// Which of two events on different sides came first.
    Precedence(Precedence),
}

/// Collects the outputs of one input and gives each its id.
#[derive(Debug)]
pub struct Emitter<'a> {
    epoch: Hash,
    origin: &'a str,
    input: u64,
    outputs: Vec<Output>,
}

impl<'a> Emitter<'a> {
    /// An empty collection for one input of a journal.
    #[must_use]
    pub fn new(epoch: Hash, origin: &'a str, input: u64) -> Self {
        Self { epoch, origin, input, outputs: Vec::new() }
    }

    /// Adds an output and says its id.
    pub fn emit(&mut self, output: Output) -> Hash {
        let id = output_id(self.epoch, self.origin, self.input, self.outputs.len() as u32);
        self.outputs.push(output);
        id
    }

    /// The outputs so far, in order.
    #[must_use]
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// The outputs in order.
    #[must_use]
    pub fn into_outputs(self) -> Vec<Output> {
        self.outputs
    }
}

/// The entry bytes of an output of an input.
#[must_use]
pub fn to_entry(epoch: Hash, origin: &str, input: u64, ordinal: u32, output: Output) -> Vec<u8> {
    macro_rules! wrap {
        ($content:expr) => {
            entry::to_bytes(&Derived::new(epoch, origin, input, ordinal, $content))
        };
    }
    match output {
        Output::Event(content) => wrap!(content),
        Output::Finding(content) => wrap!(content),
        Output::LateInput(content) => wrap!(content),
        Output::Excluded(content) => wrap!(content),
        Output::CaseClosed(content) => wrap!(content),
        Output::Detection(content) => wrap!(content),
        Output::Bearing(content) => wrap!(content),
        Output::Impediment(content) => wrap!(content),
        Output::Continuity(content) => wrap!(content),
        Output::Inconsistency(content) => wrap!(content),
        Output::Reassessed(content) => wrap!(content),
        Output::Appraisal(content) => wrap!(content),
        Output::Precedence(content) => wrap!(content),
    }
}
