//! The acts, as they are written for signing. What follows from what stands is filled in: the position that another takes the place
//! of, and of a decision every seat's position.
use super::{consultation, ledger, named, written};
use crate::clock;
use anyhow::{Result, anyhow, bail};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_desk::ledger::Ledger;
use truceline_evidence::dossier;
use truceline_evidence::keys::{PublicKey, Role, Standing};
use truceline_model::canonical::{self, Bytes};
use truceline_model::cosigned::{Cosigned as _, SignedAct};
use truceline_model::hash::Hash;
use truceline_model::time::Time;
use truceline_register::body::BodyKind;
use truceline_register::consult::{
    Act, Agenda, Basis, Call, Chamber, Close, Consultation, DecisionText, DeterminationText, Dissent, Intent, Lift,
    Measure, Outcome, Position, PositionText, ProofStandard, Quorum, Remedy, RemindAt, Responsibility, Review,
    ReviewOutcome, Revoke, Roll, Seat, Stage, Stance,
};
use truceline_register::reminder::Start;

/// Reads a choice by its name, and names all where it is none.
macro_rules! by_name {
    ($type:ty) => {
        |text: &str| <$type>::from_name(text).ok_or_else(|| format!("expected one of {}", <$type>::NAMES.join(", ")))
    };
}

/// Where an act is written.
#[derive(Debug, Args)]
pub(super) struct To {
    /// The store's folder
    store: PathBuf,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// A seat that speaks in a consultation.
#[derive(Debug, Args)]
pub(super) struct Speaker {
    #[command(flatten)]
    to: To,
    /// The consultation
    call: String,
    /// The state that speaks
    #[arg(long, value_name = "CODE")]
    seat: String,
}

#[derive(Debug, Subcommand)]
pub(super) enum Write {
    /// Write the act that founds a body; two keys of every seat must sign it
    Found {
        #[command(flatten)]
        to: To,
        /// The body: guarantors-consultation or special-commission
        #[arg(long, value_parser = by_name!(BodyKind))]
        body: BodyKind,
        /// A seat: a state with all its delegates' keys, or with these public keys
        #[arg(long, value_name = "CODE[=KEY,KEY..]", required = true)]
        seat: Vec<String>,
        /// So many seats must take part
        #[arg(long, value_name = "SEATS")]
        take_part: u32,
        /// So many seats must sign a decision: more than half
        #[arg(long, value_name = "SEATS")]
        sign: u32,
        /// So many seats at most may oppose what is adopted or determined
        #[arg(long, value_name = "SEATS")]
        oppose_max: Option<u32>,
    },
    /// Write the act that calls a consultation; two keys of the seat that calls must sign it
    Call(Box<Calling>),
    /// Write the agenda of a consultation; who called it signs
    Agenda {
        #[command(flatten)]
        speaker: Speaker,
        /// An item
        #[arg(long, required = true)]
        item: Vec<String>,
    },
    /// Write a seat's position; it takes the place of the one in force
    Position {
        #[command(flatten)]
        speaker: Speaker,
        /// What the seat says: support, support-with-reservation, oppose, abstain, not-participating, no-mandate-yet
        #[arg(long, value_parser = by_name!(Stance))]
        stance: Stance,
        /// In words; a reservation has to be said
        #[arg(long, default_value = "")]
        words: String,
    },
    /// Write the act by which a seat revokes one of its keys
    Revoke {
        #[command(flatten)]
        to: To,
        /// The body's roll, by its hash
        #[arg(long)]
        roll: Option<String>,
        /// The state whose key it is
        #[arg(long, value_name = "CODE")]
        seat: String,
        /// The public key
        #[arg(long)]
        public: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// From this entry on what it signed is suspect; from now on where it is not said
        #[arg(long, value_name = "ENTRY")]
        since: Option<u64>,
    },
    /// Write the act that closes a consultation: no more positions; who called it signs
    Close {
        #[command(flatten)]
        speaker: Speaker,
    },
    /// Write a decision of the guarantors with every seat's position as it stands; a quorum must sign it
    Decide {
        #[command(flatten)]
        to: To,
        /// The consultation
        call: String,
        /// What was decided: adopted, not-adopted, deferred
        #[arg(long, value_parser = by_name!(Outcome))]
        outcome: Outcome,
        /// In words, with the reasons
        #[arg(long)]
        words: String,
        /// When people mean to look at it again
        #[arg(long, value_name = "TIME", value_parser = Time::parse)]
        review_by: Option<Time>,
    },
    /// Write a determination of the Commission with every seat's position as it stands; a quorum must sign it
    Determine(Box<Determining>),
    /// Write a dissent from what a consultation came to
    Dissent {
        #[command(flatten)]
        speaker: Speaker,
        /// In words
        #[arg(long)]
        words: String,
    },
    /// Write what a state does itself after a decision
    Measure {
        #[command(flatten)]
        speaker: Speaker,
        /// The option of the state's own catalogue, by its id
        #[arg(long)]
        option: String,
        /// In words
        #[arg(long)]
        words: String,
        /// The law that it rests on
        #[arg(long)]
        legal_basis: String,
        /// The office that checked the state's caveats
        #[arg(long, value_name = "OFFICE")]
        caveats_checked_by: String,
        /// When it is announced; now where it is not said
        #[arg(long, value_name = "TIME", value_parser = Time::parse)]
        at: Option<Time>,
    },
    /// Write that a decision was looked at again; a quorum must sign it
    Review {
        #[command(flatten)]
        to: To,
        /// The consultation
        call: String,
        /// What came of it: stands, to-be-lifted, no-agreement
        #[arg(long, value_parser = by_name!(ReviewOutcome))]
        outcome: ReviewOutcome,
        /// In words
        #[arg(long)]
        words: String,
    },
    /// Write that a decision or a measure is lifted; a quorum signs for a decision, its own state for a measure
    Lift {
        #[command(flatten)]
        to: To,
        /// The consultation
        call: String,
        /// The measure, by its hash; the decision where it is not said
        #[arg(long, value_name = "HASH")]
        measure: Option<String>,
        /// In words
        #[arg(long)]
        words: String,
    },
}

/// A call.
#[derive(Debug, Args)]
pub(super) struct Calling {
    #[command(flatten)]
    to: To,
    /// The body's roll, by its hash; needed where more than one body is founded
    #[arg(long)]
    roll: Option<String>,
    /// The state that calls
    #[arg(long, value_name = "CODE")]
    seat: String,
    /// At which step: hotline, joint-inquiry, party-reply, commission, other
    #[arg(long, value_parser = by_name!(Stage), default_value = "other")]
    stage: Stage,
    /// A finding on which it rests, by its dossier
    #[arg(long, value_name = "DOSSIER")]
    finding: Vec<PathBuf>,
    /// Something else on which it rests, in words
    #[arg(long, value_name = "WORDS")]
    other: Vec<String>,
    /// The pack that all seats get: one file for all
    #[arg(long, value_name = "FILE")]
    pack: PathBuf,
    /// What is asked
    #[arg(long)]
    question: String,
    /// A reminder: hours after a start that may be disputed, and words. Nothing else comes of it
    #[arg(long, value_name = "START,EARLIEST,LATEST,HOURS,WORDS")]
    remind: Vec<String>,
    /// When it is called; now where it is not said
    #[arg(long, value_name = "TIME", value_parser = Time::parse)]
    at: Option<Time>,
}

/// A determination.
#[derive(Debug, Args)]
pub(super) struct Determining {
    #[command(flatten)]
    to: To,
    /// The consultation
    call: String,
    /// Who was found responsible: party, both, third-actor, no-one, no-determination
    #[arg(long, value_parser = by_name!(Responsibility))]
    responsibility: Responsibility,
    /// A party that is meant
    #[arg(long)]
    party: Vec<String>,
    /// How sure the body had to be, by the agreement's policy
    #[arg(long, value_parser = by_name!(ProofStandard), default_value = "not-stated")]
    standard: ProofStandard,
    /// The agreement whose policy says so, by the SHA-256 of its entry
    #[arg(long, value_name = "HASH")]
    policy: Option<String>,
    /// Whether it was meant: not-assessed, accidental, unauthorised, deliberate
    #[arg(long, value_parser = by_name!(Intent), default_value = "not-assessed")]
    intent: Intent,
    /// A remedy, from hotline-contact to refer-to-guarantors
    #[arg(long, value_parser = by_name!(Remedy))]
    remedy: Vec<Remedy>,
    /// In words, with the reasons
    #[arg(long)]
    words: String,
}

impl Write {
    pub(super) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Found { to, body, seat, take_part, sign, oppose_max } => {
                let ledger = ledger(&to.store)?;
                let seats = seat.iter().map(|text| read_seat(&ledger, text)).collect::<Result<Vec<Seat>>>()?;
                let mut roll = Roll {
                    body,
                    journal: ledger.journal().to_owned(),
                    seats,
                    quorum: Quorum { take_part_min: take_part, sign_min: sign, oppose_max },
                };
                roll.seats.sort_by(|a, b| a.state.cmp(&b.state));
                write(&to.out, &Act::Found(roll))
            }
            Self::Call(calling) => calling.run(),
            Self::Agenda { speaker: Speaker { to, call, seat }, item } => {
                let (_, _, call) = of(&to, &call)?;
                write(&to.out, &Act::Agenda(Agenda { call, seat, items: item }))
            }
            Self::Position { speaker: Speaker { to, call, seat }, stance, words } => {
                let (ledger, roll, call) = of(&to, &call)?;
                let positions = chamber(&ledger, roll)?.positions(&ledger.book(), call);
                let in_force = positions.iter().find(|(state, _)| *state == seat).and_then(|(_, position)| *position);
                let supersedes = in_force.map(Position::hash);
                write(&to.out, &Act::Position(PositionText { call, seat, stance, words, supersedes }))
            }
            Self::Revoke { to, roll, seat, public, reason, since } => {
                let ledger = ledger(&to.store)?;
                let (roll, _) = body(&ledger, roll.as_deref())?;
                let (key, since) = (read_public(&public)?.id(), since.unwrap_or(ledger.next()));
                write(&to.out, &Act::Revoke(Revoke { roll, seat, key, since, reason }))
            }
            Self::Close { speaker: Speaker { to, call, seat } } => {
                let (_, _, call) = of(&to, &call)?;
                write(&to.out, &Act::Close(Close { call, seat }))
            }
            Self::Decide { to, call, outcome, words, review_by } => {
                let (ledger, roll, call) = of(&to, &call)?;
                let positions = positions(&ledger, roll, call)?;
                write(&to.out, &Act::Decision(DecisionText { call, outcome, words, positions, review_by }))
            }
            Self::Determine(determining) => determining.run(),
            Self::Dissent { speaker: Speaker { to, call, seat }, words } => {
                let (ledger, roll, call) = of(&to, &call)?;
                let about = concluded(&ledger, roll, call)?;
                write(&to.out, &Act::Dissent(Dissent { about, seat, words }))
            }
            Self::Measure { speaker, option, words, legal_basis, caveats_checked_by, at } => {
                let Speaker { to, call, seat } = speaker;
                let (ledger, roll, call) = of(&to, &call)?;
                let decision = concluded(&ledger, roll, call)?;
                let announced_at = at.map_or_else(clock::now, Ok)?;
                let measure = Measure { decision, seat, option, words, legal_basis, caveats_checked_by, announced_at };
                write(&to.out, &Act::Measure(measure))
            }
            Self::Review { to, call, outcome, words } => {
                let (ledger, roll, call) = of(&to, &call)?;
                let decision = concluded(&ledger, roll, call)?;
                write(&to.out, &Act::Review(Review { decision, outcome, words }))
            }
            Self::Lift { to, call, measure, words } => {
                let (ledger, roll, call) = of(&to, &call)?;
                let measures = held_consultation(&ledger, roll, call)?.measures.keys().copied();
                let of = match measure {
                    Some(text) => named(&text, "measure", measures)?,
                    None => concluded(&ledger, roll, call)?,
                };
                write(&to.out, &Act::Lift(Lift { of, words }))
            }
        }
    }
}

impl Calling {
    fn run(self) -> Result<ExitCode> {
        let ledger = ledger(&self.to.store)?;
        let (roll, _) = body(&ledger, self.roll.as_deref())?;
        let mut basis = Vec::new();
        for path in &self.finding {
            let bytes = super::read_file(path)?;
            let read = dossier::Dossier::parse(&bytes).map_err(|error| anyhow!("{}: {error}", path.display()))?;
            basis.push(Basis::Finding { entry: read.manifest().finding, proof: Hash::of(&bytes) });
        }
        basis.extend(self.other.into_iter().map(Basis::Other));
        let call = Call {
            roll,
            seat: self.seat,
            stage: self.stage,
            basis,
            pack: Hash::of(&super::read_file(&self.pack)?),
            question: self.question,
            called_at: self.at.map_or_else(clock::now, Ok)?,
            reminders: self.remind.iter().map(|text| read_reminder(text)).collect::<Result<_>>()?,
        };
        write(&self.to.out, &Act::Call(call))
    }
}

impl Determining {
    fn run(self) -> Result<ExitCode> {
        let (ledger, roll, call) = of(&self.to, &self.call)?;
        let hash =
            |text: String| Hash::from_hex(&text).ok_or_else(|| anyhow!("{text:?}: expected 64 hexadecimal digits"));
        let text = DeterminationText {
            call,
            responsibility: self.responsibility,
            parties: self.party,
            standard: self.standard,
            policy: self.policy.map(hash).transpose()?,
            intent: self.intent,
            remedies: self.remedy,
            words: self.words,
            positions: positions(&ledger, roll, call)?,
        };
        write(&self.to.out, &Act::Determination(text))
    }
}

/// Writes an act that nobody has signed yet.
fn write(out: &Path, act: &Act) -> Result<ExitCode> {
    let signed = SignedAct { body: Bytes(canonical::to_bytes(act)), signatures: Vec::new() };
    Act::of(&signed).map_err(|why| anyhow!("the act cannot be: {why}"))?;
    written(out, &signed.to_file(), &format!("{} {}, not signed yet", act.name(), signed.hash()))
}

fn of(to: &To, call: &str) -> Result<(Ledger, Hash, Hash)> {
    let ledger = ledger(&to.store)?;
    let (roll, call) = consultation(&ledger, call)?;
    Ok((ledger, roll, call))
}

/// The body that a text names, or the only one.
fn body<'a>(ledger: &'a Ledger, text: Option<&str>) -> Result<(Hash, &'a Chamber)> {
    let rolls = || ledger.chambers().map(|(roll, _)| *roll);
    let roll = match (text, ledger.chambers().len()) {
        (Some(text), _) => named(text, "roll", rolls())?,
        (None, 1) => rolls().next().ok_or_else(|| anyhow!("no body is founded"))?,
        (None, 0) => bail!("no body is founded, expected `truceline register consult found` first"),
        (None, count) => bail!("{count} bodies are founded, expected --roll with the hash of one"),
    };
    Ok((roll, chamber(ledger, roll)?))
}

fn chamber(ledger: &Ledger, roll: Hash) -> Result<&Chamber> {
    ledger.chamber(roll).ok_or_else(|| anyhow!("no body of the roll {roll} is founded"))
}

fn held_consultation(ledger: &Ledger, roll: Hash, call: Hash) -> Result<&Consultation> {
    chamber(ledger, roll)?.consultation(call).ok_or_else(|| anyhow!("there is no consultation {call}"))
}

/// Every seat with its position as it stands.
fn positions(ledger: &Ledger, roll: Hash, call: Hash) -> Result<Vec<(String, Option<Hash>)>> {
    let positions = chamber(ledger, roll)?.positions(&ledger.book(), call);
    Ok(positions.into_iter().map(|(seat, held)| (seat.to_owned(), held.map(Position::hash))).collect())
}

/// What a consultation came to.
fn concluded(ledger: &Ledger, roll: Hash, call: Hash) -> Result<Hash> {
    let held = held_consultation(ledger, roll, call)?;
    let decision = held.decision.as_ref().map(truceline_register::consult::Decision::hash);
    let determination = || held.determination.as_ref().map(truceline_register::consult::Determination::hash);
    decision.or_else(determination).ok_or_else(|| anyhow!("the consultation {call} has come to nothing yet"))
}

fn read_public(text: &str) -> Result<PublicKey> {
    let bytes = Hash::from_hex(text.trim()).ok_or_else(|| anyhow!("{text:?}: expected 64 hexadecimal digits"))?;
    Ok(PublicKey::from_bytes(&bytes.0)?)
}

/// `XA`, with all its delegates' keys that hold, or `XA=KEY,KEY`.
fn read_seat(ledger: &Ledger, text: &str) -> Result<Seat> {
    let (state, keys) = text.split_once('=').unwrap_or((text, ""));
    let mut keys = match keys {
        "" => {
            let register = ledger.keys();
            let is_delegate = |(id, key): &(&Hash, &truceline_evidence::keys::Enrolled)| {
                key.holder.role == Role::Delegate
                    && key.holder.owner == state
                    && register.standing(**id, ledger.next()) == Standing::Good
            };
            register.keys().filter(is_delegate).map(|(id, _)| *id).collect::<Vec<Hash>>()
        }
        keys => keys.split(',').map(|key| Ok(read_public(key)?.id())).collect::<Result<_>>()?,
    };
    keys.sort();
    if keys.is_empty() {
        bail!("{state:?}: no key of a delegate of it is enrolled, expected two or more");
    }
    Ok(Seat { state: state.to_owned(), keys })
}

fn read_reminder(text: &str) -> Result<RemindAt> {
    let parts: Vec<&str> = text.splitn(5, ',').map(str::trim).collect();
    let [from, earliest, latest, hours, words] = parts[..] else {
        bail!("{text:?}: expected a reminder as START,EARLIEST,LATEST,HOURS,WORDS");
    };
    Ok(RemindAt {
        from: by_name!(Start)(from).map_err(|why| anyhow!("{from:?}: {why}"))?,
        earliest: Time::parse(earliest)?,
        latest: Time::parse(latest)?,
        after_h: hours.parse().map_err(|_| anyhow!("{hours:?}: expected a number of hours"))?,
        words: words.to_owned(),
    })
}
