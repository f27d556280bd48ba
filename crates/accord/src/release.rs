//! Who may see how precisely, and when. Everything that leaves a running mechanism is a [`Released`].
//!
//! One tier exists so far: the enclave, which here is the operator of a store that answers on the loopback
//! address only. Coarser and delayed tiers for commissions, parties and the public come with the agreement's
//! release policy; until then nothing can be released to them, because no such tier can be named.
pub mod log;

/// Who is looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Named, logged analysts; here the operator of a loopback store. Everything, at once.
    Enclave,
}

impl Tier {
    /// The tier in words, for the head of every page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Enclave => "enclave: the operator of this store",
        }
    }
}

/// A value that knows what a tier may see of it.
pub trait Releasable {
    /// The value as the tier may see it.
    #[must_use]
    fn for_tier(self, tier: Tier) -> Self;
}

/// A value that went through the release policy. Nothing else may leave a running mechanism.
#[derive(Debug, Clone, PartialEq)]
pub struct Released<T>(T);

impl<T> Released<T> {
    /// The value, to be sent to whom it was released.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> AsRef<T> for Released<T> {
    fn as_ref(&self) -> &T {
        &self.0
    }
}

/// The policy for one tier.
#[derive(Debug, Clone, Copy)]
pub struct ReleasePolicy {
    tier: Tier,
}

impl ReleasePolicy {
    /// The policy for the operator of a store on the loopback address.
    #[must_use]
    pub fn for_operator() -> Self {
        Self { tier: Tier::Enclave }
    }

    /// The tier it releases to.
    #[must_use]
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// Releases a value to the policy's tier.
    pub fn release<T: Releasable>(&self, value: T) -> Released<T> {
        Released(value.for_tier(self.tier))
    }
}
