//! A body in session: its roll, and the consultations that were called.
use super::act::{
    Act, Agenda, Call, Close, DecisionText, DeterminationText, Dissent, Lift, Measure, Outcome, PositionText,
    Responsibility, Review, Revoke, Stance,
};
use super::concluded::{Decision, Determination, Position};
use super::roll::{KEYS_MIN, Roll};
use super::signed::{Keys, QuorumSignatures, Refused, Rule, SeatSignatures, SignedAct, Verified, stands};
use crate::body::BodyKind;
use crate::reminder::MAX_AFTER_H;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use truceline_model::hash::Hash;
use truceline_model::time::{Interval, NS_PER_S, Time};

mod bounds;

/// The most consultations of a body: one a day for ten years.
pub const MAX_CONSULTATIONS: usize = 4_000;

/// The most acts of a body: a hundred a day for three years.
pub const MAX_ACTS: usize = 100_000;

/// The most bytes of all acts together that a body remembers: two pages for each.
pub const MAX_ACTS_BYTES: usize = 256 << 20;

/// A consultation, as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consultation {
    /// What called it.
    pub call: Call,
    /// Its agenda, if there is one.
    pub agenda: Option<Agenda>,
    /// Whether it is closed: no more positions.
    pub closed: bool,
    /// The decision, if guarantors took one.
    pub decision: Option<Decision>,
    /// The determination, if the Commission made one.
    pub determination: Option<Determination>,
    /// What seats said against it.
    pub dissents: Vec<Dissent>,
    /// What states do themselves, by the hash of the act.
    pub measures: BTreeMap<Hash, Measure>,
    /// When it was looked at again.
    pub reviews: Vec<Review>,
    /// What was lifted, by hash.
    pub lifted: BTreeMap<Hash, Lift>,
    /// The last position of each seat that spoke.
    positions: BTreeMap<String, Position>,
}

/// A body in session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chamber {
    journal: String,
    roll: Option<(Hash, Arc<Roll>)>,
    /// Keys that their states revoked, with the place in the log since which they are suspect.
    revoked: BTreeMap<Hash, u64>,
    consultations: BTreeMap<Hash, Consultation>,
    /// The hashes of all acts that were taken.
    taken: BTreeSet<Hash>,
    /// Their bytes together.
    taken_bytes: usize,
    /// The place of the last one.
    last: Option<u64>,
}

impl Chamber {
    /// A body that has not begun, in the journal of a name.
    #[must_use]
    pub fn new(journal: &str) -> Self {
        Self {
            journal: journal.to_owned(),
            roll: None,
            revoked: BTreeMap::new(),
            consultations: BTreeMap::new(),
            taken: BTreeSet::new(),
            taken_bytes: 0,
            last: None,
        }
    }

    /// The roll, once the body has begun.
    #[must_use]
    pub fn roll(&self) -> Option<&Roll> {
        self.roll.as_ref().map(|(_, roll)| roll.as_ref())
    }

    /// The consultations, by the hash of their calls.
    pub fn consultations(&self) -> impl ExactSizeIterator<Item = (&Hash, &Consultation)> {
        self.consultations.iter()
    }

    /// A consultation by the hash of its call.
    #[must_use]
    pub fn consultation(&self, call: Hash) -> Option<&Consultation> {
        self.consultations.get(&call)
    }

    /// Every seat of the roll with its position in force, or none where it is silent. A position stands as long as enough of the
    /// keys that signed it hold at its place of the log.
    pub fn positions<'a>(&'a self, keys: &impl Keys, call: Hash) -> Vec<(&'a str, Option<&'a Position>)> {
        let Some(consultation) = self.consultations.get(&call) else { return Vec::new() };
        let seats = self.roll().map_or(&[][..], |roll| &roll.seats);
        seats.iter().map(|seat| (seat.state.as_str(), self.in_force(keys, consultation, &seat.state))).collect()
    }

    /// What people would be reminded of in a consultation, and when: earliest and latest, since a start may be disputed. It is read
    /// by people; nothing else comes of it.
    #[must_use]
    pub fn reminders(&self, call: Hash) -> Vec<(&str, Interval)> {
        let Some(consultation) = self.consultations.get(&call) else { return Vec::new() };
        let later = |time: Time, hours: u32| Time(time.0.saturating_add(i64::from(hours) * 3_600 * NS_PER_S));
        let reminders = consultation.call.reminders.iter();
        reminders
            .map(|it| {
                (it.words.as_str(), Interval { from: later(it.earliest, it.after_h), to: later(it.latest, it.after_h) })
            })
            .collect()
    }

    /// Takes the act that stands at a place of the log. Acts are taken in the order of the log.
    ///
    /// # Errors
    /// With the rule that it breaks. The state is then as before.
    pub fn take(&mut self, keys: &impl Keys, at: u64, signed: &SignedAct) -> Result<(), Refused> {
        let act = Act::of(signed)?;
        bounds::check(&act)?;
        if self.last.is_some_and(|last| at <= last) {
            return Err(Refused::new(Rule::OutOfOrder, format!("place {at}, expected one behind the last act")));
        }
        let hash = signed.hash();
        if self.taken.contains(&hash) {
            return Err(Refused::new(Rule::Once, format!("the {} {hash} is taken already", act.name())));
        }
        if self.taken.len() >= MAX_ACTS {
            return Err(Refused::new(Rule::Bound, format!("{MAX_ACTS} acts, expected no more")));
        }
        if self.taken_bytes + signed.body.0.len() > MAX_ACTS_BYTES {
            return Err(Refused::new(Rule::Bound, format!("{MAX_ACTS_BYTES} bytes of acts, expected no more")));
        }
        match (&self.roll, act) {
            (None, Act::Found(roll)) => self.found(keys, at, signed, roll)?,
            (None, _) => {
                return Err(Refused::new(Rule::OutOfOrder, "the body has no roll, expected its founding first"));
            }
            (Some(_), Act::Found(_)) => {
                return Err(Refused::new(Rule::OutOfOrder, "the body has its roll, expected it founded once"));
            }
            (Some((roll_hash, roll)), act) => {
                let (roll_hash, roll) = (*roll_hash, Arc::clone(roll));
                let verified = Verified::of(signed, &roll, &self.revoked, keys, at);
                self.act(&Context { keys, hash, roll_hash, roll: &roll, verified: &verified }, act)?;
            }
        }
        self.taken.insert(hash);
        self.taken_bytes += signed.body.0.len();
        self.last = Some(at);
        Ok(())
    }

    fn found(&mut self, keys: &impl Keys, at: u64, signed: &SignedAct, roll: Roll) -> Result<(), Refused> {
        if let Some(flaw) = roll.flaw() {
            return Err(Refused::new(Rule::Roll, flaw));
        }
        if roll.journal != self.journal {
            let message = format!("it is a roll of the journal {}, expected {}", roll.journal, self.journal);
            return Err(Refused::new(Rule::OtherJournal, message));
        }
        // A key that may not speak may not stand there, whether or not it signed.
        for seat in &roll.seats {
            for key in &seat.keys {
                stands(*key, Some(&seat.state), &self.revoked, keys, at)?;
            }
        }
        let verified = Verified::of(signed, &roll, &self.revoked, keys, at);
        for seat in &roll.seats {
            verified.seat(&seat.state).map_err(|why| match why.rule {
                Rule::TwoKeys => Refused::new(Rule::EverySeat, why.message),
                _ => why,
            })?;
        }
        self.roll = Some((signed.hash(), Arc::new(roll)));
        Ok(())
    }

    fn act<K: Keys>(&mut self, context: &Context<'_, K>, act: Act) -> Result<(), Refused> {
        match act {
            Act::Found(_) => Err(Refused::new(Rule::OutOfOrder, "the body has its roll, expected it founded once")),
            Act::Call(call) => self.call(context, call),
            Act::Agenda(agenda) => self.agenda(context, agenda),
            Act::Position(text) => self.position(context, &text),
            Act::Revoke(revoke) => self.revoke(context, &revoke),
            Act::Close(close) => self.close(context, &close),
            Act::Decision(text) => self.decision(context, &text),
            Act::Determination(text) => self.determination(context, &text),
            Act::Dissent(dissent) => self.dissent(context, dissent),
            Act::Measure(measure) => self.measure(context, measure),
            Act::Review(review) => self.review(context, review),
            Act::Lift(lift) => self.lift(context, lift),
        }
    }

    fn call<K: Keys>(&mut self, context: &Context<'_, K>, call: Call) -> Result<(), Refused> {
        context.of_roll(call.roll)?;
        context.seat(&call.seat)?;
        if self.consultations.len() >= MAX_CONSULTATIONS {
            return Err(Refused::new(Rule::Bound, format!("{MAX_CONSULTATIONS} consultations, expected no more")));
        }
        if call.basis.is_empty() || call.question.trim().is_empty() {
            return Err(Refused::new(Rule::Missing, "a call without a basis or a question, expected both"));
        }
        if let Some(reminder) = call.reminders.iter().find(|it| it.after_h > MAX_AFTER_H || it.latest < it.earliest) {
            let message = format!("{:?}: expected at most {MAX_AFTER_H} h, from earliest to latest", reminder.words);
            return Err(Refused::new(Rule::Bound, message));
        }
        let consultation = Consultation {
            call,
            agenda: None,
            closed: false,
            decision: None,
            determination: None,
            dissents: Vec::new(),
            measures: BTreeMap::new(),
            reviews: Vec::new(),
            lifted: BTreeMap::new(),
            positions: BTreeMap::new(),
        };
        self.consultations.insert(context.hash, consultation);
        Ok(())
    }

    fn agenda<K: Keys>(&mut self, context: &Context<'_, K>, agenda: Agenda) -> Result<(), Refused> {
        context.seat(&agenda.seat)?;
        let consultation = self.open(agenda.call)?;
        caller(consultation, &agenda.seat)?;
        if !consultation.positions.is_empty() {
            return Err(Refused::new(Rule::OutOfOrder, "an agenda after a position, expected it before the first"));
        }
        if agenda.items.is_empty() {
            return Err(Refused::new(Rule::Missing, "an agenda without items, expected at least one"));
        }
        consultation.agenda = Some(agenda);
        Ok(())
    }

    fn position<K: Keys>(&mut self, context: &Context<'_, K>, text: &PositionText) -> Result<(), Refused> {
        let signatures = context.seat(&text.seat)?;
        let held = self.consultations.get(&text.call).and_then(|held| self.in_force(context.keys, held, &text.seat));
        let held = held.map(Position::hash);
        if text.supersedes != held {
            let message = match held {
                Some(held) => format!("{} has the position {held} in force, expected it superseded", text.seat),
                None => format!("{} has no position in force, expected nothing superseded", text.seat),
            };
            self.open(text.call)?;
            return Err(Refused::new(Rule::Supersede, message));
        }
        if text.stance == Stance::Reservation && text.words.trim().is_empty() {
            return Err(Refused::new(Rule::Reservation, "a reservation without words, expected it said"));
        }
        let consultation = self.open(text.call)?;
        consultation.positions.insert(text.seat.clone(), Position::new(signatures)?);
        Ok(())
    }

    fn revoke<K: Keys>(&mut self, context: &Context<'_, K>, revoke: &Revoke) -> Result<(), Refused> {
        context.of_roll(revoke.roll)?;
        let signatures = context.seat(&revoke.seat)?;
        let seat = context.roll.seat(&revoke.seat).filter(|seat| seat.keys.contains(&revoke.key));
        if seat.is_none() {
            let message = format!("{} is no key of {}, expected one of its own", revoke.key, revoke.seat);
            return Err(Refused::new(Rule::UnknownKey, message));
        }
        if revoke.since > signatures.at() {
            let message = format!("suspect since {}, expected no place that is still to come", revoke.since);
            return Err(Refused::new(Rule::OutOfOrder, message));
        }
        if self.revoked.get(&revoke.key).is_some_and(|since| *since <= revoke.since) {
            return Err(Refused::new(Rule::Once, format!("the key {} is revoked already", revoke.key)));
        }
        self.revoked.insert(revoke.key, revoke.since);
        Ok(())
    }

    fn close<K: Keys>(&mut self, context: &Context<'_, K>, close: &Close) -> Result<(), Refused> {
        context.seat(&close.seat)?;
        let consultation = self.open(close.call)?;
        caller(consultation, &close.seat)?;
        consultation.closed = true;
        Ok(())
    }

    fn decision<K: Keys>(&mut self, context: &Context<'_, K>, text: &DecisionText) -> Result<(), Refused> {
        context.of_body(BodyKind::GuarantorsConsultation)?;
        let signatures = self.quorum(context, text.call, &text.positions, text.outcome == Outcome::Adopted)?;
        let decision = Decision::new(signatures)?;
        self.undecided(text.call)?.decision = Some(decision);
        Ok(())
    }

    fn determination<K: Keys>(&mut self, context: &Context<'_, K>, text: &DeterminationText) -> Result<(), Refused> {
        context.of_body(BodyKind::SpecialCommission)?;
        let parties = match text.responsibility {
            Responsibility::Party => 1,
            Responsibility::Both => 2,
            Responsibility::ThirdActor | Responsibility::NoOne | Responsibility::NoDetermination => 0,
        };
        let named: BTreeSet<&String> = text.parties.iter().collect();
        if named.len() != parties || text.parties.len() != parties {
            let message = format!("{} parties with {}, expected {parties}", text.parties.len(), text.responsibility);
            return Err(Refused::new(Rule::Missing, message));
        }
        let determines = text.responsibility != Responsibility::NoDetermination;
        let signatures = self.quorum(context, text.call, &text.positions, determines)?;
        let determination = Determination::new(signatures)?;
        self.undecided(text.call)?.determination = Some(determination);
        Ok(())
    }

    fn dissent<K: Keys>(&mut self, context: &Context<'_, K>, dissent: Dissent) -> Result<(), Refused> {
        context.seat(&dissent.seat)?;
        self.decided(dissent.about)?.dissents.push(dissent);
        Ok(())
    }

    fn measure<K: Keys>(&mut self, context: &Context<'_, K>, measure: Measure) -> Result<(), Refused> {
        context.of_body(BodyKind::GuarantorsConsultation)?;
        context.seat(&measure.seat)?;
        for (what, text) in
            [("a legal basis", &measure.legal_basis), ("who checked the caveats", &measure.caveats_checked_by)]
        {
            if text.trim().is_empty() {
                return Err(Refused::new(Rule::Missing, format!("a measure of {} without {what}", measure.seat)));
            }
        }
        let hash = context.hash;
        self.decided(measure.decision)?.measures.insert(hash, measure);
        Ok(())
    }

    fn review<K: Keys>(&mut self, context: &Context<'_, K>, review: Review) -> Result<(), Refused> {
        let consultation = self.decided(review.decision)?;
        context.verified.quorum(context.roll.quorum.sign_min, |_| true)?;
        consultation.reviews.push(review);
        Ok(())
    }

    fn lift<K: Keys>(&mut self, context: &Context<'_, K>, lift: Lift) -> Result<(), Refused> {
        let of_measure = self.consultations.values().find_map(|held| held.measures.get(&lift.of));
        let of_measure = of_measure.map(|measure| (measure.decision, measure.seat.clone()));
        let consultation = if let Some((decision, seat)) = of_measure {
            context.seat(&seat)?;
            self.decided(decision)?
        } else {
            let consultation = self.decided(lift.of)?;
            context.verified.quorum(context.roll.quorum.sign_min, |_| true)?;
            consultation
        };
        if consultation.lifted.contains_key(&lift.of) {
            return Err(Refused::new(Rule::Once, format!("{} is lifted already", lift.of)));
        }
        consultation.lifted.insert(lift.of, lift);
        Ok(())
    }

    /// The position of a seat that stands.
    fn in_force<'a>(&self, keys: &impl Keys, consultation: &'a Consultation, seat: &str) -> Option<&'a Position> {
        let position = consultation.positions.get(seat)?;
        let signatures = position.signatures();
        let stand = |key: &Hash| stands(*key, Some(seat), &self.revoked, keys, signatures.at()).is_ok();
        (signatures.keys().filter(stand).count() >= KEYS_MIN).then_some(position)
    }

    /// The signatures of a quorum over what a body concluded, if it names the positions as they stand.
    fn quorum<K: Keys>(
        &mut self,
        context: &Context<'_, K>,
        call: Hash,
        named: &[(String, Option<Hash>)],
        concludes: bool,
    ) -> Result<QuorumSignatures, Refused> {
        self.undecided(call)?;
        let standing = self.positions(context.keys, call);
        let same = standing.len() == named.len()
            && standing
                .iter()
                .zip(named)
                .all(|((seat, position), (name, hash))| seat == name && position.map(Position::hash) == *hash);
        if !same {
            let message = "expected every seat of the roll with its position as it stands, none where it is silent";
            return Err(Refused::new(Rule::Positions, message));
        }
        let stance = |seat: &str| {
            let position = standing.iter().find(|(name, _)| *name == seat).and_then(|(_, position)| *position);
            position.map(|position| position.text().stance)
        };
        let quorum = context.roll.quorum;
        let count = |counts: fn(Stance) -> bool| {
            let stances = standing.iter().filter_map(|(_, position)| *position).map(|position| position.text().stance);
            stances.filter(|stance| counts(*stance)).count()
        };
        if concludes {
            let (taking_part, opposing) = (count(Stance::takes_part), count(|it| it == Stance::Oppose));
            if taking_part < quorum.take_part_min as usize {
                let message = format!("{taking_part} seats take part, expected {}", quorum.take_part_min);
                return Err(Refused::new(Rule::Quorum, message));
            }
            if let Some(most) = quorum.oppose_max.filter(|most| opposing > *most as usize) {
                return Err(Refused::new(Rule::Quorum, format!("opposing: {opposing} seats, expected at most {most}")));
            }
        }
        context.verified.quorum(quorum.sign_min, |seat| {
            stance(seat).is_some_and(|stance| if concludes { stance.supports() } else { stance.takes_part() })
        })
    }

    fn known(&mut self, call: Hash) -> Result<&mut Consultation, Refused> {
        let unknown =
            || Refused::new(Rule::OutOfOrder, format!("no consultation {call} was called, expected its call"));
        self.consultations.get_mut(&call).ok_or_else(unknown)
    }

    /// A consultation that takes positions.
    fn open(&mut self, call: Hash) -> Result<&mut Consultation, Refused> {
        let consultation = self.known(call)?;
        if consultation.closed {
            return Err(Refused::new(Rule::OutOfOrder, "the consultation is closed, expected it open"));
        }
        Ok(consultation)
    }

    /// A consultation that is closed and has come to nothing yet.
    fn undecided(&mut self, call: Hash) -> Result<&mut Consultation, Refused> {
        let consultation = self.known(call)?;
        if !consultation.closed {
            return Err(Refused::new(Rule::OutOfOrder, "the consultation is open, expected it closed first"));
        }
        if consultation.decision.is_some() || consultation.determination.is_some() {
            return Err(Refused::new(
                Rule::OutOfOrder,
                "the consultation has come to its end, expected nothing after it",
            ));
        }
        Ok(consultation)
    }

    /// The consultation that came to a decision or a determination.
    fn decided(&mut self, concluded: Hash) -> Result<&mut Consultation, Refused> {
        let is = |held: &&mut Consultation| {
            held.decision.as_ref().is_some_and(|decision| decision.hash() == concluded)
                || held.determination.as_ref().is_some_and(|determination| determination.hash() == concluded)
        };
        let unknown =
            || Refused::new(Rule::OutOfOrder, format!("nothing was decided as {concluded}, expected that first"));
        self.consultations.values_mut().find(is).ok_or_else(unknown)
    }
}

/// What an act is judged by.
struct Context<'a, K> {
    keys: &'a K,
    hash: Hash,
    roll_hash: Hash,
    roll: &'a Roll,
    verified: &'a Verified<'a>,
}

impl<K> Context<'_, K> {
    fn seat(&self, state: &str) -> Result<SeatSignatures, Refused> {
        if self.roll.seat(state).is_none() {
            return Err(Refused::new(Rule::NoSeat, format!("{state:?}, expected a seat of the roll")));
        }
        self.verified.seat(state)
    }

    fn of_roll(&self, roll: Hash) -> Result<(), Refused> {
        if roll == self.roll_hash {
            return Ok(());
        }
        Err(Refused::new(Rule::OtherBody, format!("it is of the roll {roll}, expected {}", self.roll_hash)))
    }

    fn of_body(&self, body: BodyKind) -> Result<(), Refused> {
        if self.roll.body == body {
            return Ok(());
        }
        Err(Refused::new(Rule::OtherBody, format!("an act of the {body}, expected one of the {}", self.roll.body)))
    }
}

/// Whoever called a consultation sets its agenda and closes it.
fn caller(consultation: &Consultation, seat: &str) -> Result<(), Refused> {
    if consultation.call.seat == seat {
        return Ok(());
    }
    Err(Refused::new(Rule::OutOfOrder, format!("{seat} did not call it, expected {}", consultation.call.seat)))
}
