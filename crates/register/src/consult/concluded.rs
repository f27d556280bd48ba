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
/// ```compile_fail,E0451
/// use truceline_register::consult::{Position, PositionText, SeatSignatures};
/// fn made_up(text: PositionText, signatures: SeatSignatures) -> Position {
///     Position { text, signatures }
/// }
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

/// What a quorum signed, byte for byte: a text with its signatures, which no caller can bring together.
macro_rules! signed_by_quorum {
    ($(#[$doc:meta])* $name:ident, $text:ty, $act:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            text: $text,
            signatures: QuorumSignatures,
        }

        impl $name {
            /// What a quorum signed.
            ///
            /// # Errors
            /// If the bytes are another act.
            pub fn new(signatures: QuorumSignatures) -> Result<Self, Refused> {
                match act(signatures.body())? {
                    Act::$act(text) => Ok(Self { text, signatures }),
                    other => {
                        Err(Refused::new(Rule::NoAct, format!("it is a {}, expected {}", other.name(), $expected)))
                    }
                }
            }

            /// What it says.
            #[must_use]
            pub fn text(&self) -> &$text {
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
    };
}

signed_by_quorum!(
    /// A decision of the guarantors.
    ///
    /// ```compile_fail,E0451
    /// use truceline_register::consult::{Decision, DecisionText, QuorumSignatures};
    /// fn made_up(text: DecisionText, signatures: QuorumSignatures) -> Decision {
    ///     Decision { text, signatures }
    /// }
    /// ```
    Decision,
    DecisionText,
    Decision,
    "a decision"
);

signed_by_quorum!(
    /// A determination of the Special Commission.
    ///
    /// ```compile_fail,E0451
    /// use truceline_register::consult::{Determination, DeterminationText, QuorumSignatures};
    /// fn made_up(text: DeterminationText, signatures: QuorumSignatures) -> Determination {
    ///     Determination { text, signatures }
    /// }
    /// ```
    Determination,
    DeterminationText,
    Determination,
    "a determination"
);
