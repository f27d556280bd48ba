//! The acts, as they are signed. Numbers are integers of a stated unit; what an act speaks of it names by hash.
use super::roll::Roll;
use crate::reminder::Start;
use crate::words::choice;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder};
use truceline_model::canonical_map;
use truceline_model::hash::Hash;
use truceline_model::time::Time;

/// The longest text of an act, in bytes: a page in any script.
pub const MAX_WORDS_BYTES: usize = 16 << 10;

/// The most items of a list in an act: findings, items of an agenda, reminders, remedies.
pub const MAX_ITEMS: usize = 64;

choice! {
    /// At which step of the procedure a consultation is called. It may be called at any.
    Stage {
        /// The hotline or deconfliction.
        Hotline => "hotline",
        /// A joint inquiry.
        Inquiry => "joint-inquiry",
        /// The parties' replies.
        Reply => "party-reply",
        /// After the Commission.
        Commission => "commission",
        /// None of these.
        Other => "other",
    }
}

/// What a call rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// A finding, by the hash of its entry and the hash of the dossier that proves it.
    Finding {
        /// The entry.
        entry: Hash,
        /// The dossier.
        proof: Hash,
    },
    /// Something else, said in words.
    Other(String),
}

/// `["finding", entry, proof]` or `["other", words]`.
impl Canonical for Basis {
    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::Finding { entry, proof } => ("finding".to_owned(), *entry, *proof).encode(encoder),
            Self::Other(words) => ("other".to_owned(), words.clone()).encode(encoder),
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let count = decoder.array()?;
        Ok(match (decoder.text()?, count) {
            ("finding", 3) => Self::Finding { entry: Canonical::decode(decoder)?, proof: Canonical::decode(decoder)? },
            ("other", 2) => Self::Other(Canonical::decode(decoder)?),
            _ => return Err(DecodeError::new(at, "what a call rests on: a finding or other")),
        })
    }
}

/// When people are to be reminded of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemindAt {
    /// Of what.
    pub words: String,
    /// From when it counts.
    pub from: Start,
    /// The start, at the earliest: the breach's own time may be disputed.
    pub earliest: Time,
    /// The start, at the latest.
    pub latest: Time,
    /// After how many hours.
    pub after_h: u32,
}

canonical_map!(RemindAt {
    "from" => from, "words" => words, "latest" => latest, "after_h" => after_h, "earliest" => earliest,
});

/// A consultation is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The roll of the body, by its act's hash.
    pub roll: Hash,
    /// Who calls.
    pub seat: String,
    /// At which step of the procedure.
    pub stage: Stage,
    /// What it rests on.
    pub basis: Vec<Basis>,
    /// The pack that all seats get, by its hash: one for all.
    pub pack: Hash,
    /// What is asked.
    pub question: String,
    /// When it is called.
    pub called_at: Time,
    /// Reminders, if any are wished.
    pub reminders: Vec<RemindAt>,
}

canonical_map!(Call {
    "pack" => pack, "roll" => roll, "seat" => seat, "basis" => basis, "stage" => stage, "question" => question,
    "called_at" => called_at, "reminders" => reminders,
});

/// What will be spoken of. The last agenda before the first position stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// The consultation, by its call's hash.
    pub call: Hash,
    /// Who called it.
    pub seat: String,
    /// The items.
    pub items: Vec<String>,
}

canonical_map!(Agenda { "call" => call, "seat" => seat, "items" => items });

choice! {
    /// What a seat says. Silence is not among them: it cannot be signed.
    Stance {
        /// It supports.
        Support => "support",
        /// It supports with a reservation.
        Reservation => "support-with-reservation",
        /// It opposes.
        Oppose => "oppose",
        /// It abstains.
        Abstain => "abstain",
        /// It does not take part.
        NotParticipating => "not-participating",
        /// It has no mandate yet.
        NoMandateYet => "no-mandate-yet",
    }
}

impl Stance {
    /// Whether the seat takes part.
    #[must_use]
    pub const fn takes_part(self) -> bool {
        !matches!(self, Self::NotParticipating | Self::NoMandateYet)
    }

    /// Whether it supports, with or without a reservation.
    #[must_use]
    pub const fn supports(self) -> bool {
        matches!(self, Self::Support | Self::Reservation)
    }
}

/// A state's position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionText {
    /// The consultation, by its call's hash.
    pub call: Hash,
    /// Whose.
    pub seat: String,
    /// What it says.
    pub stance: Stance,
    /// In words; a reservation has to be said.
    pub words: String,
    /// The position of the same seat that it takes the place of.
    pub supersedes: Option<Hash>,
}

canonical_map!(PositionText {
    "call" => call, "seat" => seat, "words" => words, "stance" => stance, "supersedes" => supersedes,
});

/// A key speaks for its seat no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoke {
    /// The roll, by its act's hash.
    pub roll: Hash,
    /// Whose.
    pub seat: String,
    /// The key, by its id.
    pub key: Hash,
    /// From this place of the log on what it signed is suspect.
    pub since: u64,
    /// Why.
    pub reason: String,
}

canonical_map!(Revoke { "key" => key, "roll" => roll, "seat" => seat, "since" => since, "reason" => reason });

/// No more positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// The consultation, by its call's hash.
    pub call: Hash,
    /// Who called it.
    pub seat: String,
}

canonical_map!(Close { "call" => call, "seat" => seat });

choice! {
    /// What guarantors decided.
    Outcome {
        /// It is adopted.
        Adopted => "adopted",
        /// It is not.
        NotAdopted => "not-adopted",
        /// It is put off.
        Deferred => "deferred",
    }
}

/// What is signed as a decision. It is a decision only with the signatures of a quorum: [`Decision`](super::Decision).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionText {
    /// The consultation, by its call's hash.
    pub call: Hash,
    /// What was decided.
    pub outcome: Outcome,
    /// In words, with the reasons.
    pub words: String,
    /// Every seat of the roll with its position in force, or none where it is silent.
    pub positions: Vec<(String, Option<Hash>)>,
    /// When people mean to look at it again.
    pub review_by: Option<Time>,
}

canonical_map!(DecisionText {
    "call" => call, "words" => words, "outcome" => outcome, "positions" => positions, "review_by" => review_by,
});

choice! {
    /// Who was found responsible. The same words for every party.
    Responsibility {
        /// One party.
        Party => "party",
        /// Both.
        Both => "both",
        /// A third actor.
        ThirdActor => "third-actor",
        /// Nobody: natural, an accident, notified.
        NoOne => "no-one",
        /// Nothing is determined. As easy to say as any other.
        NoDetermination => "no-determination",
    }
}

choice! {
    /// How sure the body had to be, by the agreement's policy.
    ProofStandard {
        /// Reasonable suspicion.
        Suspicion => "reasonable-suspicion",
        /// Reasonable grounds to believe.
        Grounds => "reasonable-grounds",
        /// The balance of probabilities.
        Balance => "balance-of-probabilities",
        /// Clear and convincing.
        Clear => "clear-and-convincing",
        /// Beyond reasonable doubt.
        BeyondDoubt => "beyond-reasonable-doubt",
        /// The policy names none.
        NotStated => "not-stated",
    }
}

choice! {
    /// Whether it was meant. Only people assess it.
    Intent {
        /// Nobody assessed it.
        NotAssessed => "not-assessed",
        /// It was an accident.
        Accidental => "accidental",
        /// Nobody had allowed it.
        Unauthorised => "unauthorised",
        /// It was deliberate.
        Deliberate => "deliberate",
    }
}

choice! {
    /// A remedy.
    Remedy {
        /// A contact over the hotline.
        Hotline => "hotline-contact",
        /// A joint investigation.
        JointInvestigation => "joint-investigation",
        /// An explanation.
        Explanation => "explanation",
        /// A withdrawal.
        Withdrawal => "withdrawal",
        /// What was there before is restored.
        Restoration => "restoration",
        /// Discipline.
        Discipline => "discipline",
        /// Compensation.
        Compensation => "compensation",
        /// A public statement.
        PublicStatement => "public-statement",
        /// More monitoring.
        Monitoring => "additional-monitoring",
        /// It is referred to the guarantors.
        Referral => "refer-to-guarantors",
    }
}

/// What is signed as a determination. It is one only with the signatures of a quorum: [`Determination`](super::Determination).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeterminationText {
    /// The consultation of the Commission, by its call's hash.
    pub call: Hash,
    /// Who was found responsible.
    pub responsibility: Responsibility,
    /// The parties that are meant: one of *party*, two of *both*, otherwise none.
    pub parties: Vec<String>,
    /// How sure the body had to be.
    pub standard: ProofStandard,
    /// The agreement whose policy says so, by the hash of its entry.
    pub policy: Option<Hash>,
    /// Whether it was meant.
    pub intent: Intent,
    /// The remedies.
    pub remedies: Vec<Remedy>,
    /// In words, with the reasons.
    pub words: String,
    /// Every seat of the roll with its position in force, or none where it is silent.
    pub positions: Vec<(String, Option<Hash>)>,
}

canonical_map!(DeterminationText {
    "call" => call, "words" => words, "intent" => intent, "policy" => policy, "parties" => parties,
    "remedies" => remedies, "standard" => standard, "positions" => positions, "responsibility" => responsibility,
});

/// What a seat says against a decision or a determination. It is printed beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dissent {
    /// The decision or the determination, by its act's hash.
    pub about: Hash,
    /// Whose.
    pub seat: String,
    /// In words.
    pub words: String,
}

canonical_map!(Dissent { "seat" => seat, "about" => about, "words" => words });

/// What a state does itself. Each decides for itself, whatever was decided together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// The decision after which it is announced, by its act's hash.
    pub decision: Hash,
    /// Whose.
    pub seat: String,
    /// The option of the state's own catalogue, by its id.
    pub option: String,
    /// In words.
    pub words: String,
    /// The law that it rests on.
    pub legal_basis: String,
    /// The office that checked the state's caveats.
    pub caveats_checked_by: String,
    /// When it is announced.
    pub announced_at: Time,
}

canonical_map!(Measure {
    "seat" => seat, "words" => words, "option" => option, "decision" => decision, "legal_basis" => legal_basis,
    "announced_at" => announced_at, "caveats_checked_by" => caveats_checked_by,
});

choice! {
    /// What came of looking at a decision again.
    ReviewOutcome {
        /// It stands.
        Stands => "stands",
        /// It is to be lifted.
        ToBeLifted => "to-be-lifted",
        /// There was no agreement on it.
        NoAgreement => "no-agreement",
    }
}

/// A decision was looked at again, by a quorum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The decision, by its act's hash.
    pub decision: Hash,
    /// What came of it.
    pub outcome: ReviewOutcome,
    /// In words.
    pub words: String,
}

canonical_map!(Review { "words" => words, "outcome" => outcome, "decision" => decision });

/// A decision is lifted by a quorum, a measure by its own state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    /// The decision or the measure, by its act's hash.
    pub of: Hash,
    /// In words.
    pub words: String,
}

canonical_map!(Lift { "of" => of, "words" => words });

macro_rules! acts {
    ($($(#[$doc:meta])* $variant:ident($type:ty) = $name:literal,)+) => {
        /// An act.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Act {
            $($(#[$doc])* $variant($type)),+
        }

        impl Act {
            /// All names.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// Its name.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name),+ }
            }
        }

        /// `[name, body]`.
        impl Canonical for Act {
            fn encode(&self, encoder: &mut Encoder) {
                encoder.array(2);
                encoder.text(self.name());
                match self { $(Self::$variant(body) => body.encode(encoder)),+ }
            }

            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                let at = decoder.offset();
                if decoder.array()? != 2 {
                    return Err(DecodeError::new(at, "an act: an array of name and body"));
                }
                Ok(match decoder.text()? {
                    $($name => Self::$variant(Canonical::decode(decoder).map_err(|error| error.within($name))?),)+
                    _ => return Err(DecodeError::new(at, concat!("one of the acts" $(, " ", $name)+))),
                })
            }
        }
    };
}

acts! {
    /// A body begins.
    Found(Roll) = "found",
    /// A consultation is called.
    Call(Call) = "call",
    /// Its agenda.
    Agenda(Agenda) = "agenda",
    /// A state's position.
    Position(PositionText) = "position",
    /// A key speaks no more.
    Revoke(Revoke) = "revoke",
    /// No more positions.
    Close(Close) = "close",
    /// What guarantors decided.
    Decision(DecisionText) = "decision",
    /// What the Commission determined.
    Determination(DeterminationText) = "determination",
    /// What a seat says against it.
    Dissent(Dissent) = "dissent",
    /// What a state does itself.
    Measure(Measure) = "measure",
    /// A decision is looked at again.
    Review(Review) = "review",
    /// A decision or a measure is lifted.
    Lift(Lift) = "lift",
}
