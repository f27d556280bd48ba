//! Consultations as they stand: what was asked, what each seat said, what people concluded. Silence is shown as silence.
use super::lines::Texts;
use crate::dossier::acts_of;
use crate::error::DeskError;
use crate::ledger::{HeldAct, Ledger};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use truceline_accord::enclave_only;
use truceline_model::hash::Hash;
use truceline_register::consult::{
    Act, Basis, Chamber, Consultation as Held, DecisionText, DeterminationText, KEYS_MIN, KeyHolder, Keys,
    PositionText, Roll, Seat,
};
use utoipa::ToSchema;

/// The seat of a state in a body, and its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeatKeys {
    /// The roll, by its act's hash.
    pub roll: String,
    /// The body: `guarantors-consultation` or `special-commission`.
    pub body: String,
    /// The state.
    pub state: String,
    /// How many keys it has.
    pub keys: usize,
    /// How many of them are revoked.
    pub revoked: usize,
    /// So many of them make it speak.
    pub needed: usize,
}

/// How many it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuorumLine {
    /// So many seats must take part.
    pub take_part_min: u32,
    /// So many seats must sign.
    pub sign_min: u32,
    /// So many seats at most may oppose what is adopted or determined; null means any number.
    pub oppose_max: Option<u32>,
}

/// A consultation in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsultationRow {
    /// The hash of its call.
    pub call: String,
    /// The journal's entry of the call.
    pub entry: u64,
    /// The body.
    pub body: String,
    /// Who called it.
    pub called_by: String,
    /// When, as the call says, RFC 3339 in UTC.
    pub called_at: String,
    /// What is asked.
    pub question: String,
    /// The findings that it rests on.
    pub findings: Vec<BasisLine>,
    /// `open`, `closed`, or the outcome: `adopted`, `not-adopted`, `deferred`, `no-determination`, `determined`.
    pub state: String,
    /// How many seats there are.
    pub seats: usize,
    /// How many have a position in force.
    pub spoke: usize,
    /// How many are silent.
    pub silent: usize,
    /// In the page of one state: its position in force; null where it is silent.
    pub stance: Option<String>,
}

/// The consultations of all bodies, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Consultations {
    /// The consultations.
    pub consultations: Vec<ConsultationRow>,
    /// What states are called, by code.
    pub names: BTreeMap<String, Texts>,
    /// Acts that stand and do not count.
    pub not_taken: Vec<NotTaken>,
}

/// What a call rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BasisLine {
    /// The finding, by the hash of its entry; null where it is something else.
    pub finding: Option<String>,
    /// The hash of the dossier that proves it.
    pub proof: Option<String>,
    /// The finding's entry, if it stands in this journal.
    pub entry: Option<u64>,
    /// Its case, if it stands in this journal.
    pub case: Option<String>,
    /// What else it rests on, in words.
    pub words: Option<String>,
}

/// A position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PositionLine {
    /// Its hash.
    pub hash: String,
    /// The journal's entry.
    pub entry: u64,
    /// `support`, `support-with-reservation`, `oppose`, `abstain`, `not-participating` or `no-mandate-yet`.
    pub stance: String,
    /// In the seat's own words.
    pub words: String,
    /// How many keys of the seat signed it.
    pub keys: usize,
}

/// A seat in a consultation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeatLine {
    /// The state.
    pub state: String,
    /// How many keys it has.
    pub keys: usize,
    /// Its keys that are revoked, by id.
    pub revoked: Vec<String>,
    /// Its position in force; null where it is silent. Silence is never read as anything.
    pub position: Option<PositionLine>,
    /// A position that it took and that stands no more, with a key that was revoked since before it.
    pub fallen: Option<PositionLine>,
    /// How many positions it took before this one.
    pub earlier: usize,
    /// The position that the conclusion names; null where the seat was silent, or nothing is concluded.
    pub concluded_with: Option<PositionLine>,
    /// Whether it signed the conclusion.
    pub signed: bool,
}

/// What people concluded: a decision of the guarantors or a determination of the Commission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Conclusion {
    /// Its hash.
    pub hash: String,
    /// The journal's entry.
    pub entry: u64,
    /// `decision` or `determination`.
    pub kind: String,
    /// Of a decision `adopted`, `not-adopted` or `deferred`; of a determination `party`, `both`, `third-actor`, `no-one` or
    /// `no-determination`.
    pub outcome: String,
    /// In words, with the reasons.
    pub words: String,
    /// The seats that signed its exact bytes.
    pub signed_by: Vec<String>,
    /// Of a decision: when people mean to look at it again.
    pub review_by: Option<String>,
    /// Of a determination: the parties that are meant.
    pub parties: Vec<String>,
    /// Of a determination: how sure the body had to be.
    pub standard: Option<String>,
    /// Of a determination: whether it was meant, as people assessed it.
    pub intent: Option<String>,
    /// Of a determination: the remedies.
    pub remedies: Vec<String>,
    /// The act that lifted it, in words.
    pub lifted: Option<String>,
}

/// What a seat says against a conclusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DissentLine {
    /// Whose.
    pub state: String,
    /// In words.
    pub words: String,
}

/// What a state does itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MeasureLine {
    /// Its hash.
    pub hash: String,
    /// Whose.
    pub state: String,
    /// The option of the state's own catalogue, by its id.
    pub option: String,
    /// What that option says, if the newest edition has it.
    pub option_text: Option<Texts>,
    /// In words.
    pub words: String,
    /// The law that it rests on.
    pub legal_basis: String,
    /// The office that checked the state's caveats.
    pub caveats_checked_by: String,
    /// When it is announced, RFC 3339 in UTC.
    pub announced_at: String,
    /// The act that lifted it, in words.
    pub lifted: Option<String>,
}

/// A decision was looked at again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReviewLine {
    /// `stands`, `to-be-lifted` or `no-agreement`.
    pub outcome: String,
    /// In words.
    pub words: String,
}

/// When people would be reminded. Nothing else comes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RemindLine {
    /// Of what.
    pub words: String,
    /// At the earliest, RFC 3339 in UTC.
    pub from: String,
    /// At the latest: a start may be disputed.
    pub to: String,
}

/// An act that stands in the journal and does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NotTaken {
    /// The journal's entry.
    pub entry: u64,
    /// What it says that it is, such as `position`.
    pub act: Option<String>,
    /// Whose, as it says.
    pub state: Option<String>,
    /// The rule that it breaks.
    pub rule: String,
    /// What was found, and what was expected.
    pub why: String,
}

/// A consultation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsultationDetail {
    /// The consultation in a row.
    #[serde(flatten)]
    pub row: ConsultationRow,
    /// What states are called, by code.
    pub names: BTreeMap<String, Texts>,
    /// The roll, by its act's hash.
    pub roll: String,
    /// How many it takes.
    pub quorum: QuorumLine,
    /// How many seats take part now.
    pub taking_part: usize,
    /// At which step of the procedure it was called.
    pub stage: String,
    /// All that it rests on.
    pub basis: Vec<BasisLine>,
    /// The pack that all seats got, by its hash.
    pub pack: String,
    /// The agenda.
    pub agenda: Vec<String>,
    /// Every seat of the roll.
    pub seat_lines: Vec<SeatLine>,
    /// What was concluded; null where nothing was.
    pub conclusion: Option<Conclusion>,
    /// What seats say against it.
    pub dissents: Vec<DissentLine>,
    /// What states do themselves.
    pub measures: Vec<MeasureLine>,
    /// When it was looked at again.
    pub reviews: Vec<ReviewLine>,
    /// When people would be reminded.
    pub reminders: Vec<RemindLine>,
    /// Acts that speak of it, stand in the journal and do not count.
    pub not_taken: Vec<NotTaken>,
}

/// Where a finding stands: its entry and its case.
pub(super) type Located<'a> = &'a dyn Fn(Hash) -> Result<Option<(u64, Option<String>)>, DeskError>;

/// What is read to show consultations.
pub(super) struct Reading<'a> {
    ledger: &'a Ledger,
    /// The acts that were taken, by hash.
    taken: BTreeMap<Hash, &'a HeldAct>,
    located: Located<'a>,
    size: u64,
}

impl<'a> Reading<'a> {
    /// Reads a ledger; `located` says where findings stand, and keys are judged as they stand at the journal's `size`.
    pub(super) fn new(ledger: &'a Ledger, located: Located<'a>, size: u64) -> Self {
        let taken = ledger.acts().iter().filter(|held| held.taken.is_ok());
        Self { ledger, taken: taken.map(|held| (held.signed.hash(), held)).collect(), located, size }
    }

    fn basis(&self, basis: &Basis) -> Result<BasisLine, DeskError> {
        Ok(match basis {
            Basis::Other(words) => {
                BasisLine { finding: None, proof: None, entry: None, case: None, words: Some(words.clone()) }
            }
            Basis::Finding { entry, proof } => {
                let found = (self.located)(*entry)?;
                let (index, case) = found.map_or((None, None), |(index, case)| (Some(index), case));
                let (finding, proof) = (Some(entry.to_string()), Some(proof.to_string()));
                BasisLine { finding, proof, entry: index, case, words: None }
            }
        })
    }

    fn entry_of(&self, hash: Hash) -> u64 {
        self.taken.get(&hash).map_or(0, |held| held.index)
    }

    fn position(&self, hash: Hash) -> Option<PositionLine> {
        let held = self.taken.get(&hash)?;
        match &held.act {
            Some(Act::Position(text)) => Some(position(held, text)),
            _ => None,
        }
    }

    /// The keys of a seat that are revoked as things stand, by the key register or by their own state.
    fn revoked(&self, roll: Hash, seat: &Seat) -> Vec<String> {
        let book = self.ledger.book();
        let by_state: BTreeSet<Hash> = self
            .ledger
            .acts()
            .iter()
            .filter(|held| held.taken.is_ok())
            .filter_map(|held| match &held.act {
                Some(Act::Revoke(revoke)) if revoke.roll == roll => Some(revoke.key),
                _ => None,
            })
            .collect();
        let is = |key: &&Hash| by_state.contains(key) || book.holder(**key, self.size) == KeyHolder::Revoked;
        seat.keys.iter().filter(is).map(ToString::to_string).collect()
    }

    /// The seats of a state in all bodies.
    pub(super) fn seats_of(&self, state: &str) -> Vec<SeatKeys> {
        let one = |(roll_hash, chamber): (&Hash, &Chamber)| {
            let roll = chamber.roll()?;
            let seat = roll.seat(state)?;
            Some(SeatKeys {
                roll: roll_hash.to_string(),
                body: roll.body.name().to_owned(),
                state: state.to_owned(),
                keys: seat.keys.len(),
                revoked: self.revoked(*roll_hash, seat).len(),
                needed: KEYS_MIN,
            })
        };
        self.ledger.chambers().filter_map(one).collect()
    }

    /// The consultations of all bodies, or those in which a state has a seat; the newest first.
    pub(super) fn rows(&self, of: Option<&str>) -> Result<Vec<ConsultationRow>, DeskError> {
        let mut rows = Vec::new();
        for (_, chamber) in self.ledger.chambers() {
            let Some(roll) = chamber.roll() else { continue };
            if of.is_some_and(|state| roll.seat(state).is_none()) {
                continue;
            }
            for (call, held) in chamber.consultations() {
                rows.push(self.row(chamber, roll, *call, held, of)?);
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.entry));
        Ok(rows)
    }

    fn row(
        &self,
        chamber: &Chamber,
        roll: &Roll,
        call: Hash,
        held: &Held,
        of: Option<&str>,
    ) -> Result<ConsultationRow, DeskError> {
        let positions = chamber.positions(&self.ledger.book(), call);
        let spoke = positions.iter().filter(|(_, position)| position.is_some()).count();
        let own = positions.iter().find(|(seat, _)| Some(*seat) == of).and_then(|(_, position)| *position);
        let findings = held.call.basis.iter().filter(|basis| matches!(basis, Basis::Finding { .. }));
        Ok(ConsultationRow {
            call: call.to_string(),
            entry: self.entry_of(call),
            body: roll.body.name().to_owned(),
            called_by: held.call.seat.clone(),
            called_at: held.call.called_at.to_string(),
            question: held.call.question.clone(),
            findings: findings.map(|basis| self.basis(basis)).collect::<Result<_, _>>()?,
            state: state(held).to_owned(),
            seats: positions.len(),
            spoke,
            silent: positions.len() - spoke,
            stance: own.map(|position| position.text().stance.name().to_owned()),
        })
    }

    /// A consultation in full; none if no such call was taken.
    pub(super) fn detail(&self, call: Hash) -> Result<Option<ConsultationDetail>, DeskError> {
        let mut chambers = self.ledger.chambers();
        let found = chambers.find_map(|(roll, chamber)| Some((*roll, chamber, chamber.consultation(call)?)));
        let Some((roll_hash, chamber, held)) = found else { return Ok(None) };
        let Some(roll) = chamber.roll() else { return Ok(None) };
        let (conclusion, named) = self.conclusion(held);
        let positions = chamber.positions(&self.ledger.book(), call);
        let takes_part = |(_, position): &&(&str, Option<&truceline_register::consult::Position>)| {
            position.is_some_and(|position| position.text().stance.takes_part())
        };
        let taking_part = positions.iter().filter(takes_part).count();
        let seat_lines = roll.seats.iter().map(|seat| {
            let in_force = positions.iter().find(|(state, _)| *state == seat.state).and_then(|(_, position)| *position);
            let in_force = in_force.map(truceline_register::consult::Position::hash);
            let taken: Vec<&HeldAct> = self.ledger.positions_of(call, &seat.state).collect();
            let last = taken.last().map(|held| held.signed.hash());
            let fallen = last.filter(|last| Some(*last) != in_force);
            let concluded_with = named.get(seat.state.as_str()).copied().flatten();
            SeatLine {
                state: seat.state.clone(),
                keys: seat.keys.len(),
                revoked: self.revoked(roll_hash, seat),
                position: in_force.and_then(|hash| self.position(hash)),
                fallen: fallen.and_then(|hash| self.position(hash)),
                earlier: taken.len().saturating_sub(1),
                concluded_with: concluded_with.and_then(|hash| self.position(hash)),
                signed: conclusion.as_ref().is_some_and(|it| it.signed_by.contains(&seat.state)),
            }
        });
        Ok(Some(ConsultationDetail {
            row: self.row(chamber, roll, call, held, None)?,
            names: self.names(),
            roll: roll_hash.to_string(),
            quorum: QuorumLine {
                take_part_min: roll.quorum.take_part_min,
                sign_min: roll.quorum.sign_min,
                oppose_max: roll.quorum.oppose_max,
            },
            taking_part,
            stage: held.call.stage.name().to_owned(),
            basis: held.call.basis.iter().map(|basis| self.basis(basis)).collect::<Result<_, _>>()?,
            pack: held.call.pack.to_string(),
            agenda: held.agenda.as_ref().map(|agenda| agenda.items.clone()).unwrap_or_default(),
            seat_lines: seat_lines.collect(),
            dissents: held
                .dissents
                .iter()
                .map(|it| DissentLine { state: it.seat.clone(), words: it.words.clone() })
                .collect(),
            measures: held.measures.iter().map(|(hash, it)| self.measure(held, *hash, it)).collect(),
            reviews: held
                .reviews
                .iter()
                .map(|it| ReviewLine { outcome: it.outcome.name().to_owned(), words: it.words.clone() })
                .collect(),
            reminders: chamber
                .reminders(call)
                .into_iter()
                .map(|(words, at)| RemindLine {
                    words: words.to_owned(),
                    from: at.from.to_string(),
                    to: at.to.to_string(),
                })
                .collect(),
            not_taken: acts_of(self.ledger, roll_hash, call).into_iter().filter_map(not_taken).collect(),
            conclusion,
        }))
    }

    /// What was concluded, and the positions that it names.
    fn conclusion<'h>(&self, held: &'h Held) -> (Option<Conclusion>, BTreeMap<&'h str, Option<Hash>>) {
        let lifted = |hash: Hash| held.lifted.get(&hash).map(|lift| lift.words.clone());
        if let Some(decision) = &held.decision {
            let DecisionText { outcome, words, positions, review_by, .. } = decision.text();
            let conclusion = Conclusion {
                hash: decision.hash().to_string(),
                entry: self.entry_of(decision.hash()),
                kind: "decision".to_owned(),
                outcome: outcome.name().to_owned(),
                words: words.clone(),
                signed_by: decision.signatures().seats().map(str::to_owned).collect(),
                review_by: review_by.map(|at| at.to_string()),
                parties: Vec::new(),
                standard: None,
                intent: None,
                remedies: Vec::new(),
                lifted: lifted(decision.hash()),
            };
            return (Some(conclusion), by_seat(positions));
        }
        let Some(determination) = &held.determination else { return (None, BTreeMap::new()) };
        let DeterminationText { responsibility, parties, standard, intent, remedies, words, positions, .. } =
            determination.text();
        let conclusion = Conclusion {
            hash: determination.hash().to_string(),
            entry: self.entry_of(determination.hash()),
            kind: "determination".to_owned(),
            outcome: responsibility.name().to_owned(),
            words: words.clone(),
            signed_by: determination.signatures().seats().map(str::to_owned).collect(),
            review_by: None,
            parties: parties.clone(),
            standard: Some(standard.name().to_owned()),
            intent: Some(intent.name().to_owned()),
            remedies: remedies.iter().map(|remedy| remedy.name().to_owned()).collect(),
            lifted: lifted(determination.hash()),
        };
        (Some(conclusion), by_seat(positions))
    }

    fn measure(&self, held: &Held, hash: Hash, it: &truceline_register::consult::Measure) -> MeasureLine {
        let newest = self.ledger.editions().last();
        let option =
            newest.and_then(|edition| edition.register.options.iter().find(|option| option.id.as_str() == it.option));
        MeasureLine {
            hash: hash.to_string(),
            state: it.seat.clone(),
            option: it.option.clone(),
            option_text: option.map(|option| Texts::of(&option.text)),
            words: it.words.clone(),
            legal_basis: it.legal_basis.clone(),
            caveats_checked_by: it.caveats_checked_by.clone(),
            announced_at: it.announced_at.to_string(),
            lifted: held.lifted.get(&hash).map(|lift| lift.words.clone()),
        }
    }

    /// Acts that stand and do not count.
    pub(super) fn not_taken(&self) -> Vec<NotTaken> {
        self.ledger.acts().iter().filter_map(not_taken).collect()
    }

    /// What states are called, by the newest edition.
    pub(super) fn names(&self) -> BTreeMap<String, Texts> {
        let newest = self.ledger.editions().last();
        let states = newest.map(|edition| edition.register.states.as_slice()).unwrap_or_default();
        states.iter().map(|state| (state.id.to_string(), Texts::of(&state.name))).collect()
    }
}

fn by_seat(positions: &[(String, Option<Hash>)]) -> BTreeMap<&str, Option<Hash>> {
    positions.iter().map(|(seat, hash)| (seat.as_str(), *hash)).collect()
}

fn position(held: &HeldAct, text: &PositionText) -> PositionLine {
    PositionLine {
        hash: held.signed.hash().to_string(),
        entry: held.index,
        stance: text.stance.name().to_owned(),
        words: text.words.clone(),
        keys: held.signed.signatures.len(),
    }
}

/// An act that does not count, with the rule that it breaks.
fn not_taken(held: &HeldAct) -> Option<NotTaken> {
    let refused = held.taken.as_ref().err()?;
    Some(NotTaken {
        entry: held.index,
        act: held.act.as_ref().map(|act| act.name().to_owned()),
        state: held.act.as_ref().and_then(seat_of).map(str::to_owned),
        rule: refused.rule.name().to_owned(),
        why: refused.message.clone(),
    })
}

/// How far a consultation has come.
fn state(held: &Held) -> &'static str {
    use truceline_register::consult::Responsibility;
    match (&held.decision, &held.determination) {
        (Some(decision), _) => decision.text().outcome.name(),
        (None, Some(it)) if it.text().responsibility == Responsibility::NoDetermination => "no-determination",
        (None, Some(_)) => "determined",
        (None, None) if held.closed => "closed",
        (None, None) => "open",
    }
}

fn seat_of(act: &Act) -> Option<&str> {
    match act {
        Act::Call(it) => Some(&it.seat),
        Act::Agenda(it) => Some(&it.seat),
        Act::Position(it) => Some(&it.seat),
        Act::Revoke(it) => Some(&it.seat),
        Act::Close(it) => Some(&it.seat),
        Act::Dissent(it) => Some(&it.seat),
        Act::Measure(it) => Some(&it.seat),
        Act::Found(_) | Act::Decision(_) | Act::Determination(_) | Act::Review(_) | Act::Lift(_) => None,
    }
}

enclave_only!(Consultations, ConsultationDetail);
