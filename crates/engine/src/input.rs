//! What the engine can be given. Anything of the register is not decodable here.
use truceline_evidence::frame::Delivered;
use truceline_evidence::keys::KeyAct;
use truceline_evidence::receipt::SealedReceipt;
use truceline_evidence::statement::Signed;
use truceline_model::agreement::AgreementText;
use truceline_model::canonical::DecodeError;
use truceline_model::entry::{self, Entry};
use truceline_model::epoch::{Epoch, EpochEnd};
use truceline_model::erasure::Erasure;
use truceline_model::hash::Hash;
use truceline_model::hindrance::Hindrance;
use truceline_model::inventory::Inventory;
use truceline_model::notice::Notice;
use truceline_model::observation::Observation;
use truceline_model::reassessment::Reassessment;
use truceline_model::record::{Payload, Record};
use truceline_model::refusal::{Refusal, Refusals};
use truceline_model::remark::{Divergence, OutputsEnd};
use truceline_model::report::Report;
use truceline_model::run_end::RunEnd;
use truceline_model::sensor_state::SensorState;
use truceline_model::snapshot::Snapshot;
use truceline_model::tick::Tick;
use truceline_model::witness_state::WitnessState;

/// One input.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A source's own claim.
    Report(Report),
    /// What somebody says it observed.
    Observation(Observation),
    /// What somebody says kept the mechanism from seeing.
    Hindrance(Hindrance),
    /// Sealed bytes of waveforms.
    Record(Record),
    /// A station's sealed frame.
    Frame(Delivered),
    /// A relay's receipt for frames that follow.
    Receipt(SealedReceipt),
    /// An act on the key register.
    KeyAct(KeyAct),
    /// What a person states about an entry.
    Statement(Signed),
    /// The end of a source's run.
    RunEnd(RunEnd),
    /// A change of a live source's link.
    SensorState(SensorState),
    /// A change of what a witness does with the journal's checkpoints.
    WitnessState(WitnessState),
    /// The taking away of a payload's bytes.
    Erasure(Erasure),
    /// A party's notice.
    Notice(Notice),
    /// Something that intake refused.
    Refusal(Refusal),
    /// A flood of refusals.
    Refusals(Refusals),
    /// An agreement's text.
    Agreement(AgreementText),
    /// Which sensors there are, and where they stand.
    Inventory(Inventory),
    /// The clock.
    Tick(Tick),
    /// The wish that cases be derived again.
    Reassessment(Reassessment),
}

impl Input {
    /// The payload without which nothing can be derived from it.
    #[must_use]
    pub fn payload(&self) -> Option<&Payload> {
        if let Self::Record(record) = self { Some(&record.payload) } else { None }
    }
}

/// What an entry of the journal is to the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// An input, with the hash by which it is cited.
    Input(Hash, Box<Input>),
    /// The beginning of an epoch.
    Epoch(Box<Epoch>),
    /// The end of the epoch in force.
    EpochEnd(EpochEnd),
    /// An output of an earlier step; the engine does not read its contents.
    Output,
    /// The marker at the end of an input's outputs.
    OutputsEnd(OutputsEnd),
    /// The hash of the engine's memory after an input.
    Snapshot(Snapshot),
    /// The statement that deriving stopped.
    Divergence(Divergence),
    /// What people concluded. The engine passes over it: it knows the kind's name, and no way to read more.
    Concluded,
}

/// Reads what an entry is.
///
/// # Errors
/// If the bytes are no entry, or of a kind or version that this engine does not know.
pub fn standing(bytes: &[u8]) -> Result<Standing, DecodeError> {
    fn input<T: Entry>(bytes: &[u8], wrap: fn(T) -> Input) -> Result<Standing, DecodeError> {
        Ok(Standing::Input(Hash::of(bytes), Box::new(wrap(entry::from_bytes(bytes)?))))
    }
    let (kind, _, _) = entry::open(bytes)?;
    match kind {
        Report::KIND => input(bytes, Input::Report),
        Observation::KIND => input(bytes, Input::Observation),
        Hindrance::KIND => input(bytes, Input::Hindrance),
        Record::KIND => input(bytes, Input::Record),
        Delivered::KIND => input(bytes, Input::Frame),
        SealedReceipt::KIND => input(bytes, Input::Receipt),
        KeyAct::KIND => input(bytes, Input::KeyAct),
        Signed::KIND => input(bytes, Input::Statement),
        RunEnd::KIND => input(bytes, Input::RunEnd),
        SensorState::KIND => input(bytes, Input::SensorState),
        WitnessState::KIND => input(bytes, Input::WitnessState),
        Erasure::KIND => input(bytes, Input::Erasure),
        Notice::KIND => input(bytes, Input::Notice),
        Refusal::KIND => input(bytes, Input::Refusal),
        Refusals::KIND => input(bytes, Input::Refusals),
        AgreementText::KIND => input(bytes, Input::Agreement),
        Inventory::KIND => input(bytes, Input::Inventory),
        Tick::KIND => input(bytes, Input::Tick),
        Epoch::KIND => Ok(Standing::Epoch(Box::new(Epoch::read(bytes)?))),
        Reassessment::KIND => input(bytes, Input::Reassessment),
        EpochEnd::KIND => Ok(Standing::EpochEnd(entry::from_bytes(bytes)?)),
        OutputsEnd::KIND => Ok(Standing::OutputsEnd(entry::from_bytes(bytes)?)),
        Snapshot::KIND => Ok(Standing::Snapshot(entry::from_bytes(bytes)?)),
        Divergence::KIND => Ok(Standing::Divergence(entry::from_bytes(bytes)?)),
        "event" | "finding" | "late_input" | "excluded" | "case_closed" | "reassessed" | "detection" | "bearing"
        | "impediment" | "continuity" | "inconsistency" | "appraisal" | "precedence" => Ok(Standing::Output),
        "consultation_act" | "register_edition" => Ok(Standing::Concluded),
        _ => Err(DecodeError::new(0, "an entry of a kind that this engine knows")),
    }
}
