//! A consultation as it stands, in words and as JSON.
use anyhow::{Result, anyhow};
use serde_json::{Value, json};
use truceline_desk::dossier::acts_of;
use truceline_desk::ledger::{HeldAct, Ledger};
use truceline_model::hash::Hash;
use truceline_register::consult::{Act, Basis, Chamber, Consultation, Position};

/// A consultation with the body that holds it.
pub(super) struct Said<'a> {
    ledger: &'a Ledger,
    chamber: &'a Chamber,
    consultation: &'a Consultation,
    roll: Hash,
    call: Hash,
    acts: Vec<&'a HeldAct>,
}

/// A seat as it stands.
struct SeatSaid<'a> {
    state: &'a str,
    position: Option<&'a Position>,
    /// The entry of a position that was taken and stands no more, because keys that signed it were revoked.
    fallen: Option<u64>,
}

impl<'a> Said<'a> {
    pub(super) fn of(ledger: &'a Ledger, roll: Hash, call: Hash) -> Result<Self> {
        let chamber = ledger.chamber(roll).ok_or_else(|| anyhow!("no body of the roll {roll} is founded"))?;
        let consultation = chamber.consultation(call).ok_or_else(|| anyhow!("there is no consultation {call}"))?;
        Ok(Self { ledger, chamber, consultation, roll, call, acts: acts_of(ledger, roll, call) })
    }

    fn seats(&self) -> Vec<SeatSaid<'a>> {
        let spoke = |state: &str| self.ledger.positions_of(self.call, state).next_back().map(|held| held.index);
        let positions = self.chamber.positions(&self.ledger.book(), self.call);
        let seat = |(state, position): (&'a str, Option<&'a Position>)| {
            let fallen = if position.is_none() { spoke(state) } else { None };
            SeatSaid { state, position, fallen }
        };
        positions.into_iter().map(seat).collect()
    }

    /// Where an act stands that was taken.
    fn entry_of(&self, hash: Hash) -> Option<u64> {
        self.acts.iter().find(|held| held.taken.is_ok() && held.signed.hash() == hash).map(|held| held.index)
    }

    fn not_taken(&self) -> impl Iterator<Item = (&HeldAct, &'static str, String, &'static str)> {
        self.acts.iter().filter_map(|held| {
            let why = held.taken.as_ref().err()?;
            let name = held.act.as_ref().map_or("no act", Act::name);
            Some((*held, name, why.message.clone(), why.rule.name()))
        })
    }

    pub(super) fn json(&self) -> Value {
        let Self { consultation: it, call, roll, .. } = self;
        let basis = it.call.basis.iter().map(|basis| match basis {
            Basis::Finding { entry, proof } => json!({ "finding": entry.to_string(), "proof": proof.to_string() }),
            Basis::Other(words) => json!({ "other": words }),
        });
        let seats = self.seats().into_iter().map(|seat| {
            json!({
                "state": seat.state,
                "stance": seat.position.map_or("silent", |held| held.text().stance.name()),
                "words": seat.position.map(|held| held.text().words.as_str()),
                "position": seat.position.map(|held| held.hash().to_string()),
                "entry": seat.position.map(|held| held.signatures().at()),
                "fallen": seat.fallen,
            })
        });
        let decision = it.decision.as_ref().map(|held| {
            let (text, hash) = (held.text(), held.hash());
            json!({
                "hash": hash.to_string(), "outcome": text.outcome.name(), "words": text.words,
                "signed_by": held.signatures().seats().collect::<Vec<_>>(), "entry": self.entry_of(hash),
                "review_by": text.review_by.map(|time| time.to_string()),
            })
        });
        let determination = it.determination.as_ref().map(|held| {
            let (text, hash) = (held.text(), held.hash());
            json!({
                "hash": hash.to_string(), "responsibility": text.responsibility.name(), "parties": text.parties,
                "standard": text.standard.name(), "intent": text.intent.name(), "words": text.words,
                "remedies": text.remedies.iter().map(|remedy| remedy.name()).collect::<Vec<_>>(),
                "signed_by": held.signatures().seats().collect::<Vec<_>>(), "entry": self.entry_of(hash),
            })
        });
        let measures = it.measures.iter().map(|(hash, measure)| {
            json!({
                "hash": hash.to_string(), "state": measure.seat, "option": measure.option, "words": measure.words,
                "legal_basis": measure.legal_basis, "caveats_checked_by": measure.caveats_checked_by,
                "announced_at": measure.announced_at.to_string(), "lifted": it.lifted.contains_key(hash),
            })
        });
        let dissents = it.dissents.iter().map(|one| json!({ "state": one.seat, "words": one.words }));
        let reviews = it.reviews.iter().map(|one| json!({ "outcome": one.outcome.name(), "words": one.words }));
        let reminders = self.chamber.reminders(*call).into_iter().map(
            |(words, span)| json!({ "words": words, "earliest": span.from.to_string(), "latest": span.to.to_string() }),
        );
        let not_taken = self
            .not_taken()
            .map(|(held, name, why, rule)| json!({ "entry": held.index, "act": name, "rule": rule, "why": why }));
        json!({
            "call": call.to_string(), "roll": roll.to_string(), "journal": self.ledger.journal(),
            "body": self.chamber.roll().map(|roll| roll.body.name()),
            "called_by": it.call.seat, "called_at": it.call.called_at.to_string(), "stage": it.call.stage.name(),
            "question": it.call.question, "pack": it.call.pack.to_string(), "basis": basis.collect::<Vec<_>>(),
            "agenda": it.agenda.as_ref().map(|agenda| &agenda.items), "closed": it.closed,
            "quorum": self.chamber.roll().map(|roll| json!({
                "take_part": roll.quorum.take_part_min, "sign": roll.quorum.sign_min,
                "oppose_max": roll.quorum.oppose_max,
            })),
            "seats": seats.collect::<Vec<_>>(), "decision": decision, "determination": determination,
            "dissents": dissents.collect::<Vec<_>>(), "measures": measures.collect::<Vec<_>>(),
            "reviews": reviews.collect::<Vec<_>>(),
            "lifted": it.lifted.values().map(|lift| json!({ "of": lift.of.to_string(), "words": lift.words })).collect::<Vec<_>>(),
            "reminders": reminders.collect::<Vec<_>>(), "not_taken": not_taken.collect::<Vec<_>>(),
        })
    }

    pub(super) fn words(&self) -> String {
        let it = self.consultation;
        let body = self.chamber.roll().map_or_else(String::new, |roll| roll.body.to_string());
        let mut text = format!("{}\n{}, called by {} {}\n", it.call.question, body, it.call.seat, it.call.called_at);
        for basis in &it.call.basis {
            text += &match basis {
                Basis::Finding { entry, .. } => format!("  on the finding {entry}\n"),
                Basis::Other(words) => format!("  on something else: {words}\n"),
            };
        }
        for item in it.agenda.iter().flat_map(|agenda| &agenda.items) {
            text += &format!("  agenda: {item}\n");
        }
        for seat in self.seats() {
            let said = match (seat.position, seat.fallen) {
                (Some(held), _) => with_words(&held.text().stance.to_string(), &held.text().words),
                (None, Some(entry)) => {
                    format!("silent; its position of entry {entry} stands no more: keys that signed it were revoked")
                }
                (None, None) => "silent".to_owned(),
            };
            text += &format!("  {:<4} {said}\n", seat.state);
        }
        text += match (it.closed, it.decision.is_some() || it.determination.is_some()) {
            (_, true) => "",
            (true, _) => "closed: nothing was decided yet\n",
            (false, _) => "open\n",
        };
        let by = |seats: Vec<&str>| seats.join(", ");
        if let Some(held) = &it.decision {
            let seats = by(held.signatures().seats().collect());
            text += &format!(
                "decision: {}\n  signed by {seats}\n",
                with_words(&held.text().outcome.to_string(), &held.text().words)
            );
        }
        if let Some(held) = &it.determination {
            let (said, seats) = (held.text(), by(held.signatures().seats().collect()));
            let of = if said.parties.is_empty() { String::new() } else { format!(" ({})", said.parties.join(", ")) };
            text += &format!("determination: {}\n", with_words(&format!("{}{of}", said.responsibility), &said.words));
            text += &format!("  standard of proof: {}; intent: {}\n  signed by {seats}\n", said.standard, said.intent);
            for remedy in &said.remedies {
                text += &format!("  remedy: {remedy}\n");
            }
        }
        for one in &it.dissents {
            text += &format!("dissent of {}: {}\n", one.seat, one.words);
        }
        for (hash, measure) in &it.measures {
            let lifted = if it.lifted.contains_key(hash) { ", lifted" } else { "" };
            text += &format!(
                "measure of {}{lifted}: {}, {}\n  legal basis: {}; caveats checked by {}\n",
                measure.seat, measure.option, measure.words, measure.legal_basis, measure.caveats_checked_by
            );
        }
        for one in &it.reviews {
            text += &format!("review: {}\n", with_words(&one.outcome.to_string(), &one.words));
        }
        for lift in it.lifted.values().filter(|lift| !it.measures.contains_key(&lift.of)) {
            text += &format!("lifted: {}\n", lift.words);
        }
        for (words, span) in self.chamber.reminders(self.call) {
            text += &format!("reminder: {words}, {} to {}\n", span.from, span.to);
        }
        for (held, name, why, rule) in self.not_taken() {
            text += &format!("not taken: {name} of entry {}: {why} [{rule}]\n", held.index);
        }
        text
    }
}

fn with_words(said: &str, words: &str) -> String {
    if words.trim().is_empty() { said.to_owned() } else { format!("{said}: {words}") }
}
