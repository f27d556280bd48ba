//! What people concluded. Each is made from verified signatures and decoded from the bytes that were signed; there is no other way.
use super::act::{Act, DecisionText, DeterminationText, PositionText};
use super::signed::{QuorumSignatures, Refused, Rule, SeatSignatures};
use truceline_model::canonical;
use truceline_model::hash::Hash;

/// Reads the act that was signed.
fn act(body: &[u8]) -> Result<Act, Refused> {
    canonical::from_bytes(body).map_err(|error| Refused::new(Rule::NoAct, format!("it is no act: {error}")))
}

/// A state's position: what its delegates signed.
///
/// ```compile_fail
/// # fn made_up(text: truceline_register::consult::PositionText) {
/// let position = truceline_register::consult::Position { text, signatures: todo!() };
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    text: PositionText,
    signatures: SeatSignatures,
}

impl Position {
    /// The position that a seat signed.
    ///
    /// # Errors
    /// If the bytes are no position, or another seat's.
    pub fn new(signatures: SeatSignatures) -> Result<Self, Refused> {
        match act(signatures.body())? {
            Act::Position(text) if text.seat == signatures.seat() => Ok(Self { text, signatures }),
            _ => Err(Refused::new(Rule::NoAct, "expected a position of the seat that signed")),
        }
    }

    /// What it says.
    #[must_use]
    pub fn text(&self) -> &PositionText {
        &self.text
    }

    /// Who signed.
    #[must_use]
    pub fn signatures(&self) -> &SeatSignatures {
        &self.signatures
    }

    /// The hash by which others speak of it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(self.signatures.body())
    }
}

/// A decision of the guarantors: what a quorum signed, byte for byte.
///
/// ```compile_fail
/// # fn made_up(text: truceline_register::consult::DecisionText) {
/// let decision = truceline_register::consult::Decision { text, signatures: todo!() };
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    text: DecisionText,
    signatures: QuorumSignatures,
}

impl Decision {
    /// The decision that a quorum signed.
    ///
    /// # Errors
    /// If the bytes are no decision.
    pub fn new(signatures: QuorumSignatures) -> Result<Self, Refused> {
        match act(signatures.body())? {
            Act::Decision(text) => Ok(Self { text, signatures }),
            other => Err(Refused::new(Rule::NoAct, format!("it is a {}, expected a decision", other.name()))),
        }
    }

    /// What it says.
    #[must_use]
    pub fn text(&self) -> &DecisionText {
        &self.text
    }

    /// Who signed.
    #[must_use]
    pub fn signatures(&self) -> &QuorumSignatures {
        &self.signatures
    }

    /// The hash by which others speak of it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(self.signatures.body())
    }
}

/// A determination of the Special Commission: what a quorum signed, byte for byte.
///
/// ```compile_fail
/// # fn made_up(text: truceline_register::consult::DeterminationText) {
/// let determination = truceline_register::consult::Determination { text, signatures: todo!() };
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Determination {
    text: DeterminationText,
    signatures: QuorumSignatures,
}

impl Determination {
    /// The determination that a quorum signed.
    ///
    /// # Errors
    /// If the bytes are no determination.
    pub fn new(signatures: QuorumSignatures) -> Result<Self, Refused> {
        match act(signatures.body())? {
            Act::Determination(text) => Ok(Self { text, signatures }),
            other => Err(Refused::new(Rule::NoAct, format!("it is a {}, expected a determination", other.name()))),
        }
    }

    /// What it says.
    #[must_use]
    pub fn text(&self) -> &DeterminationText {
        &self.text
    }

    /// Who signed.
    #[must_use]
    pub fn signatures(&self) -> &QuorumSignatures {
        &self.signatures
    }

    /// The hash by which others speak of it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(self.signatures.body())
    }
}
