//! What the acts of a log come to.
use super::act::{Act, Holder, KeyAct, MAX_OFFICERS, Role};
use super::pair::PublicKey;
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder};
use truceline_model::canonical_map;
use truceline_model::hash::Hash;

/// The most keys that were ever enrolled: stations and people of a long line, with all their rotations. Each takes some 500
/// bytes, so they take 5 MB.
pub const MAX_KEYS: usize = 10_000;

/// A key that was enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// Whose it is.
    pub holder: Holder,
    /// The act that enrolled it, by its index in the log.
    pub from: u64,
    /// The act that rotated or revoked it.
    pub until: Option<u64>,
    /// Since where it is suspect, if it was revoked.
    pub suspect_since: Option<u64>,
}

canonical_map!(Enrolled { "from" => from, "until" => until, "holder" => holder, "suspect_since" => suspect_since });

/// How a key stands at a place of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No act enrolled it.
    Unknown,
    /// It is enrolled after that place.
    NotYet,
    /// It holds.
    Good,
    /// It was replaced before that place.
    Rotated,
    /// It was revoked, and is suspect there.
    Suspect,
}

/// The register of one journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Register {
    keys: BTreeMap<Hash, Enrolled>,
    /// Of how many states officers must sign; 0 before it is founded.
    states: u32,
    /// The bodies of the acts that it took, by hash, in their order.
    taken: Vec<Hash>,
}

impl Register {
    /// How many acts it took: the number of the next one.
    #[must_use]
    pub fn acts(&self) -> u64 {
        self.taken.len() as u64
    }

    /// Whether it took this act, whoever signed besides.
    #[must_use]
    pub fn is_taken(&self, act: &KeyAct) -> bool {
        self.taken.contains(&Hash::of(&act.body.0))
    }

    /// Of how many different states officers must sign; 0 before it is founded.
    #[must_use]
    pub fn states(&self) -> u32 {
        self.states
    }

    /// All keys by their ids.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = (&Hash, &Enrolled)> {
        self.keys.iter()
    }

    /// A key that was ever enrolled.
    #[must_use]
    pub fn key(&self, id: Hash) -> Option<&Enrolled> {
        self.keys.get(&id)
    }

    /// How a key stands at a place of the log. The act that ends a key does not hold for itself: a revoked key is suspect
    /// from `suspect_since` on, a rotated one is replaced behind its rotation.
    #[must_use]
    pub fn standing(&self, id: Hash, index: u64) -> Standing {
        match self.keys.get(&id) {
            None => Standing::Unknown,
            Some(key) if index <= key.from => Standing::NotYet,
            Some(Enrolled { suspect_since: Some(since), .. }) if index >= *since => Standing::Suspect,
            Some(Enrolled { until: Some(until), .. }) if index >= *until => Standing::Rotated,
            Some(_) => Standing::Good,
        }
    }

    /// Takes the act that stands at `index`. Acts must be taken in the order of the log.
    ///
    /// # Errors
    /// In words why it has no effect: it is not of this journal or not the next one, signatures are missing or do not
    /// hold, or it contradicts what stands. The register is then as before.
    pub fn take(&mut self, journal: &str, index: u64, act: &KeyAct) -> Result<(), String> {
        let body = act.open().map_err(|error| format!("it is no act on keys: {error}"))?;
        if body.journal != journal {
            return Err(format!("it is an act on the keys of {}, this journal is {journal}", body.journal));
        }
        if body.number != self.acts() {
            return Err(format!("it is act {}, the next one is {}", body.number, self.acts()));
        }
        match body.act {
            Act::Found { states, officers } => self.found(index, act, states, officers)?,
            Act::Enrol(holder) => self.enrol(index, act, holder)?,
            Act::Rotate { from, to } => self.rotate(index, act, from, to)?,
            Act::Revoke { key, suspect_since, .. } => self.revoke(index, act, key, suspect_since)?,
        }
        self.taken.push(Hash::of(&act.body.0));
        Ok(())
    }

    fn found(&mut self, index: u64, act: &KeyAct, states: u32, officers: Vec<Holder>) -> Result<(), String> {
        if self.acts() > 0 {
            return Err("the register is founded already".to_owned());
        }
        let of_states: BTreeSet<&str> = officers.iter().map(|officer| officer.owner.as_str()).collect();
        if states == 0 || of_states.len() < states as usize || officers.len() > MAX_OFFICERS {
            return Err(format!("{states} states must agree, the officers are of {}", of_states.len()));
        }
        let names: BTreeSet<&str> = officers.iter().map(|officer| officer.name.as_str()).collect();
        let keys: BTreeSet<Hash> = officers.iter().map(|officer| officer.key.id()).collect();
        if names.len() < officers.len() || keys.len() < officers.len() {
            return Err("two officers have one name or one key".to_owned());
        }
        if let Some(officer) = officers.iter().find(|officer| officer.role != Role::Officer) {
            return Err(format!("{} is not named as an officer", officer.name));
        }
        if let Some(officer) = officers.iter().find(|officer| !act.is_signed_by(&officer.key)) {
            return Err(format!("the signature of {} is missing or does not hold", officer.name));
        }
        self.states = states;
        for officer in officers {
            self.insert(index, officer);
        }
        Ok(())
    }

    fn enrol(&mut self, index: u64, act: &KeyAct, holder: Holder) -> Result<(), String> {
        self.check_new(&holder.key)?;
        if let Some(other) = self.current(index, &holder.name, holder.role) {
            return Err(format!("{} has the key {other} already: rotate or revoke it", holder.name));
        }
        self.check_officers(index, act)?;
        if !act.is_signed_by(&holder.key) {
            return Err(format!("the key of {} did not sign, so nothing shows that it is held", holder.name));
        }
        self.insert(index, holder);
        Ok(())
    }

    fn rotate(&mut self, index: u64, act: &KeyAct, from: Hash, to: PublicKey) -> Result<(), String> {
        self.check_new(&to)?;
        if self.standing(from, index) != Standing::Good {
            return Err(format!("the key {from} does not hold here"));
        }
        let Some(old) = self.keys.get_mut(&from) else { return Err(format!("there is no key {from}")) };
        if !act.is_signed_by(&old.holder.key) || !act.is_signed_by(&to) {
            return Err("it needs the signatures of the old and of the new key".to_owned());
        }
        old.until = Some(index);
        let holder = Holder { key: to, ..old.holder.clone() };
        self.insert(index, holder);
        Ok(())
    }

    fn revoke(&mut self, index: u64, act: &KeyAct, key: Hash, suspect_since: u64) -> Result<(), String> {
        if suspect_since > index {
            return Err(format!("it is suspect since {suspect_since}, which is not yet in the journal"));
        }
        self.check_officers(index, act)?;
        let Some(enrolled) = self.keys.get_mut(&key) else { return Err(format!("there is no key {key}")) };
        if enrolled.suspect_since.is_some_and(|since| since <= suspect_since) {
            return Err(format!("the key {key} is revoked already"));
        }
        enrolled.until = Some(enrolled.until.unwrap_or(index));
        enrolled.suspect_since = Some(suspect_since);
        Ok(())
    }

    /// The key that a holder has at a place of the log.
    #[must_use]
    pub fn current(&self, index: u64, name: &str, role: Role) -> Option<Hash> {
        let held = |(id, key): &(&Hash, &Enrolled)| {
            key.holder.name == name && key.holder.role == role && self.standing(**id, index) == Standing::Good
        };
        self.keys.iter().find(held).map(|(id, _)| *id)
    }

    fn check_new(&self, key: &PublicKey) -> Result<(), String> {
        if self.keys.contains_key(&key.id()) {
            return Err(format!("the key {} was enrolled before; a key is one holder's, once", key.id()));
        }
        if self.keys.len() >= MAX_KEYS {
            return Err(format!("{MAX_KEYS} keys were enrolled, more are not held"));
        }
        Ok(())
    }

    /// Officers of enough different states signed.
    fn check_officers(&self, index: u64, act: &KeyAct) -> Result<(), String> {
        let signed = self.states_of_officers(index, &act.signatures, |key, _| act.is_signed_by(key)).len();
        if self.states > 0 && signed >= self.states as usize {
            return Ok(());
        }
        Err(format!("officers of {signed} different states signed, {} are needed", self.states.max(1)))
    }

    /// The states of whose officers a signature holds at a place of the log, by `verifies`.
    #[must_use]
    pub fn states_of_officers(
        &self,
        index: u64,
        signatures: &[(Hash, [u8; 64])],
        verifies: impl Fn(&PublicKey, &[u8; 64]) -> bool,
    ) -> BTreeSet<&str> {
        let mut states = BTreeSet::new();
        for (id, signature) in signatures {
            let Some(Enrolled { holder, .. }) = self.keys.get(id) else { continue };
            let is_officer = holder.role == Role::Officer && self.standing(*id, index) == Standing::Good;
            if is_officer && verifies(&holder.key, signature) {
                states.insert(holder.owner.as_str());
            }
        }
        states
    }

    fn insert(&mut self, index: u64, holder: Holder) {
        let id = holder.key.id();
        self.keys.insert(id, Enrolled { holder, from: index, until: None, suspect_since: None });
    }
}

/// `[taken, states, keys]`: a stored form, for memories.
impl Canonical for Register {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(3);
        self.taken.encode(encoder);
        self.states.encode(encoder);
        encoder.array(self.keys.len());
        self.keys.values().for_each(|key| key.encode(encoder));
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        if decoder.array()? != 3 {
            return Err(DecodeError::new(at, "an array of 3"));
        }
        let (taken, states) = (Canonical::decode(decoder)?, Canonical::decode(decoder)?);
        let keys: Vec<Enrolled> = Canonical::decode(decoder)?;
        Ok(Self { taken, states, keys: keys.into_iter().map(|key| (key.holder.key.id(), key)).collect() })
    }
}
