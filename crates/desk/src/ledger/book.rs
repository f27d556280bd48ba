//! The key register as a consultation asks it: what `register` counts, `evidence` proves.
use truceline_evidence::keys::{Holder, Register, Role, Standing};
use truceline_model::hash::Hash;
use truceline_register::consult::{KeyHolder, Keys};

/// A journal's key register, for consultations.
#[derive(Debug, Clone, Copy)]
pub struct Book<'a> {
    pub(super) keys: &'a Register,
}

impl<'a> Book<'a> {
    /// Over a key register.
    #[must_use]
    pub fn new(keys: &'a Register) -> Self {
        Self { keys }
    }
}

impl Keys for Book<'_> {
    fn holder(&self, key: Hash, at: u64) -> KeyHolder {
        match (self.keys.standing(key, at), self.keys.key(key).map(|key| &key.holder)) {
            (Standing::Rotated | Standing::Suspect, _) => KeyHolder::Revoked,
            (Standing::Good, Some(Holder { role: Role::Delegate, owner, .. })) => KeyHolder::Delegate(owner.clone()),
            (Standing::Good, Some(Holder { role: Role::Station | Role::Relay, .. })) => KeyHolder::Machine,
            (Standing::Good, Some(_)) => KeyHolder::OtherPerson,
            _ => KeyHolder::Unknown,
        }
    }

    fn verifies(&self, key: Hash, domain: &[u8], body: &[u8], signature: &[u8; 64]) -> bool {
        self.keys.key(key).is_some_and(|key| key.holder.key.verify(domain, body, signature))
    }
}
