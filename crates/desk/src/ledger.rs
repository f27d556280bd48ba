//! What people signed of the register: the key register, editions and bodies with their consultations, folded from the journal's
//! entries in their order.
//!
//! An entry that stands and breaks a rule changes nothing here, and is kept with the rule: whoever shows the ledger shows it as
//! not taken. The write side judges by the same fold before it registers anything.
mod book;
mod held;

pub use book::Book;
pub use held::{HeldAct, HeldEdition, MAX_HELD_ACTS, MAX_HELD_BYTES, MAX_HELD_EDITIONS, NotTaken};

use crate::error::DeskError;
use crate::views::Views;
use std::collections::BTreeMap;
use truceline_evidence::journal::JournalReader;
use truceline_evidence::keys::{KeyAct, Register as KeyRegister};
use truceline_model::cosigned::Cosigned;
use truceline_model::entry::{self, Entry as _};
use truceline_model::hash::Hash;
use truceline_register::consult::{Act, Chamber, Refused, Rule, SignedAct};
use truceline_register::edition::{self, Edition, SignedEdition};

/// The most bodies that are founded in one journal: the four kinds, each founded anew many times.
pub const MAX_CHAMBERS: usize = 64;

/// What people signed of the register.
#[derive(Debug, Clone)]
pub struct Ledger {
    journal: String,
    /// Every entry before this one was read.
    next: u64,
    keys: KeyRegister,
    key_acts: Vec<u64>,
    editions: Vec<HeldEdition>,
    refused_editions: Vec<NotTaken>,
    /// By the hash of the roll's act.
    chambers: BTreeMap<Hash, Chamber>,
    /// The roll to which a call, a decision, a determination or a measure belongs, by its act's hash.
    of_roll: BTreeMap<Hash, Hash>,
    acts: Vec<HeldAct>,
    bytes: usize,
    beyond: u64,
}

impl Ledger {
    /// That of a journal of which nothing was read.
    #[must_use]
    pub fn new(journal: &str) -> Self {
        Self {
            journal: journal.to_owned(),
            next: 0,
            keys: KeyRegister::default(),
            key_acts: Vec::new(),
            editions: Vec::new(),
            refused_editions: Vec::new(),
            chambers: BTreeMap::new(),
            of_roll: BTreeMap::new(),
            acts: Vec::new(),
            bytes: 0,
            beyond: 0,
        }
    }

    /// That of the views' journal.
    ///
    /// # Errors
    /// If the journal or the views cannot be read.
    pub fn read(views: &Views, reader: &dyn JournalReader) -> Result<Self, DeskError> {
        let mut ledger = Self::new(&reader.origin());
        ledger.follow(views, reader)?;
        Ok(ledger)
    }

    /// That of a journal without views: every entry is read.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn of_journal(reader: &dyn JournalReader) -> Result<Self, DeskError> {
        let mut ledger = Self::new(&reader.origin());
        ledger.follow_journal(reader)?;
        Ok(ledger)
    }

    /// Takes in what the views' index holds beyond it. A signature is verified once, so whoever keeps a ledger pays for what is new.
    ///
    /// # Errors
    /// If the journal or the views cannot be read.
    pub fn follow(&mut self, views: &Views, reader: &dyn JournalReader) -> Result<(), DeskError> {
        let (indices, next) = views.signed_by_people(self.next)?;
        for index in indices {
            self.take(index, &reader.entry(index)?);
        }
        self.next = self.next.max(next);
        Ok(())
    }

    /// Takes in what the journal holds beyond it.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn follow_journal(&mut self, reader: &dyn JournalReader) -> Result<(), DeskError> {
        for index in self.next..reader.size() {
            self.take(index, &reader.entry(index)?);
        }
        Ok(())
    }

    /// Takes the entry that stands at a place of the log. Entries are taken in their order; of other kinds nothing is taken in.
    pub fn take(&mut self, index: u64, bytes: &[u8]) {
        self.next = index + 1;
        let Ok((kind, ..)) = entry::open(bytes) else { return };
        if kind == KeyAct::KIND {
            if let Ok(act) = entry::from_bytes::<KeyAct>(bytes)
                && self.keys.take(&self.journal, index, &act).is_ok()
            {
                self.key_acts.push(index);
            }
        } else if kind == SignedAct::KIND {
            if let Ok(act) = entry::from_bytes::<SignedAct>(bytes) {
                self.take_act(index, act, Hash::of(bytes));
            }
        } else if kind == SignedEdition::KIND
            && let Ok(signed) = entry::from_bytes::<SignedEdition>(bytes)
        {
            self.take_edition(index, &signed, Hash::of(bytes));
        }
    }

    fn take_edition(&mut self, index: u64, signed: &SignedEdition, entry: Hash) {
        if self.editions.len() + self.refused_editions.len() >= MAX_HELD_EDITIONS {
            self.beyond += 1;
            return;
        }
        match self.next_edition(index, signed) {
            Ok((edition, register)) => self.editions.push(HeldEdition { index, entry, edition, register }),
            Err(why) => self.refused_editions.push(NotTaken { index, entry, why }),
        }
    }

    fn take_act(&mut self, index: u64, signed: SignedAct, entry: Hash) {
        if self.acts.len() >= MAX_HELD_ACTS || self.bytes + signed.body.0.len() > MAX_HELD_BYTES {
            self.beyond += 1;
            return;
        }
        self.bytes += signed.body.0.len();
        let act = Act::of(&signed);
        let (roll, taken) = match &act {
            Ok(act) => self.give(index, act, &signed),
            Err(why) => (None, Err(why.clone())),
        };
        self.acts.push(HeldAct { index, entry, signed, act: act.ok(), roll, taken });
    }

    /// Gives an act to the body that it is of.
    fn give(&mut self, index: u64, act: &Act, signed: &SignedAct) -> (Option<Hash>, Result<(), Refused>) {
        let hash = signed.hash();
        let book = Book { keys: &self.keys };
        if let Act::Found(_) = act {
            if self.chambers.contains_key(&hash) {
                return (Some(hash), Err(Refused::new(Rule::Once, format!("the roll {hash} is founded already"))));
            }
            if self.chambers.len() >= MAX_CHAMBERS {
                return (None, Err(Refused::new(Rule::Bound, format!("{MAX_CHAMBERS} bodies, expected no more"))));
            }
            let mut chamber = Chamber::new(&self.journal);
            let taken = chamber.take(&book, index, signed);
            if taken.is_ok() {
                self.chambers.insert(hash, chamber);
            }
            return (taken.is_ok().then_some(hash), taken);
        }
        let roll = match self.roll_of(act) {
            Ok(roll) => roll,
            Err(why) => return (None, Err(why)),
        };
        let Some(chamber) = self.chambers.get_mut(&roll) else {
            return (
                None,
                Err(Refused::new(Rule::OutOfOrder, format!("no roll {roll} was founded, expected it first"))),
            );
        };
        let taken = chamber.take(&book, index, signed);
        if taken.is_ok() && matches!(act, Act::Call(_) | Act::Decision(_) | Act::Determination(_) | Act::Measure(_)) {
            self.of_roll.insert(hash, roll);
        }
        (Some(roll), taken)
    }

    /// The roll of the body that an act is of, by what it names.
    fn roll_of(&self, act: &Act) -> Result<Hash, Refused> {
        let (what, named) = match act {
            Act::Found(_) => return Err(Refused::new(Rule::OutOfOrder, "a founding is of no body yet")),
            Act::Call(call) => return Ok(call.roll),
            Act::Revoke(revoke) => return Ok(revoke.roll),
            Act::Agenda(agenda) => ("consultation", agenda.call),
            Act::Position(position) => ("consultation", position.call),
            Act::Close(close) => ("consultation", close.call),
            Act::Decision(text) => ("consultation", text.call),
            Act::Determination(text) => ("consultation", text.call),
            Act::Dissent(dissent) => ("decision or determination", dissent.about),
            Act::Measure(measure) => ("decision", measure.decision),
            Act::Review(review) => ("decision", review.decision),
            Act::Lift(lift) => ("decision or measure", lift.of),
        };
        let unknown = || Refused::new(Rule::OutOfOrder, format!("there is no {what} {named}, expected it first"));
        self.of_roll.get(&named).copied().ok_or_else(unknown)
    }

    fn next_edition(
        &self,
        at: u64,
        signed: &SignedEdition,
    ) -> Result<(Edition, truceline_register::Register), edition::Refused> {
        let edition = Edition::of(signed)?;
        let verifies = |key: &truceline_evidence::keys::PublicKey, signature: &[u8; 64]| {
            key.verify(edition::DOMAIN, signed.body(), signature)
        };
        let states = self.keys.states_of_officers(at, &signed.signatures, verifies).len();
        let last = self.editions.last().map(|held| &held.edition);
        let register = edition.follows(last, &self.journal, states, self.keys.states())?;
        Ok((edition, register))
    }

    /// Whether an act would be taken at a place of the log behind all that was read. Nothing changes here.
    ///
    /// # Errors
    /// With the rule that it breaks.
    pub fn judge_act(&self, at: u64, signed: &SignedAct) -> Result<(), Refused> {
        let act = Act::of(signed)?;
        if self.acts.len() >= MAX_HELD_ACTS || self.bytes + signed.body.0.len() > MAX_HELD_BYTES {
            let message = format!("{MAX_HELD_ACTS} acts of {MAX_HELD_BYTES} bytes, expected no more");
            return Err(Refused::new(Rule::Bound, message));
        }
        let mut chambers = BTreeMap::new();
        if let Ok(roll) = self.roll_of(&act)
            && let Some(chamber) = self.chambers.get(&roll)
        {
            chambers.insert(roll, chamber.clone());
        }
        if let Act::Found(_) = act {
            // How many there are, and whether this is one of them.
            chambers.clone_from(&self.chambers);
        }
        let mut copy =
            Self { chambers, of_roll: self.of_roll.clone(), keys: self.keys.clone(), ..Self::new(&self.journal) };
        copy.give(at, &act, signed).1
    }

    /// Whether an edition would be taken at a place of the log behind all that was read.
    ///
    /// # Errors
    /// With the rule that it breaks.
    pub fn judge_edition(&self, at: u64, signed: &SignedEdition) -> Result<(), edition::Refused> {
        if self.editions.len() + self.refused_editions.len() >= MAX_HELD_EDITIONS {
            let message = format!("{MAX_HELD_EDITIONS} editions, expected no more");
            return Err(edition::Refused { rule: edition::Rule::Bound, message });
        }
        self.next_edition(at, signed).map(drop)
    }

    /// The journal's name.
    #[must_use]
    pub fn journal(&self) -> &str {
        &self.journal
    }

    /// The place behind all that was read.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.next
    }

    /// The key register.
    #[must_use]
    pub fn keys(&self) -> &KeyRegister {
        &self.keys
    }

    /// The entries of the acts on keys that count.
    #[must_use]
    pub fn key_acts(&self) -> &[u64] {
        &self.key_acts
    }

    /// The key register as a consultation asks it.
    #[must_use]
    pub fn book(&self) -> Book<'_> {
        Book { keys: &self.keys }
    }

    /// The editions that were taken, in their order.
    #[must_use]
    pub fn editions(&self) -> &[HeldEdition] {
        &self.editions
    }

    /// Editions that stand and do not count, with the rule.
    #[must_use]
    pub fn refused_editions(&self) -> &[NotTaken] {
        &self.refused_editions
    }

    /// The bodies, by the hash of the act that founded their roll.
    pub fn chambers(&self) -> impl ExactSizeIterator<Item = (&Hash, &Chamber)> {
        self.chambers.iter()
    }

    /// A body by the hash of its roll.
    #[must_use]
    pub fn chamber(&self, roll: Hash) -> Option<&Chamber> {
        self.chambers.get(&roll)
    }

    /// The roll to which a call, a decision, a determination or a measure that was taken belongs.
    #[must_use]
    pub fn roll_of_act(&self, hash: Hash) -> Option<Hash> {
        self.of_roll.get(&hash).copied()
    }

    /// Every act that stands, taken or not, in their order.
    #[must_use]
    pub fn acts(&self) -> &[HeldAct] {
        &self.acts
    }

    /// The positions of a seat in a consultation that were taken, in their order; those that stand no more among them.
    pub fn positions_of<'a>(&'a self, call: Hash, state: &str) -> impl DoubleEndedIterator<Item = &'a HeldAct> {
        self.acts.iter().filter(move |held| {
            held.taken.is_ok()
                && matches!(&held.act, Some(Act::Position(text)) if text.call == call && text.seat == state)
        })
    }

    /// How many entries are not held, because of the bounds.
    #[must_use]
    pub fn beyond(&self) -> u64 {
        self.beyond
    }
}

#[cfg(test)]
mod tests;
