//! Who may see how precisely, and when. Everything that leaves a running mechanism is a [`Released`].
//!
//! - The **enclave** sees everything at once: named, logged analysts; here the operator of a store on the loopback address.
//! - The **commission** and the guarantors, the **parties** and the **public** see later and more coarsely, by the
//!   [ladder](ladder) of the agreement: through a [`Rung`], which is the only maker of what they see. It is of other types
//!   than what is kept: a case as a tier sees it has a cell of a fixed grid and a slot of time, and no posterior.
//! - A **court** or an auditor gets dossiers, on order, from the enclave.
//!
//! A rung has a tier and an instant and nothing else, so both parties see the same from the same second on.
mod grid;
pub mod hindered;
pub mod ladder;
pub mod log;
pub mod observed;
mod rung;
mod slot;
pub mod views;

pub use grid::{Cell, SIDE_M_MAX, SIDE_M_MIN};
pub use ladder::{Ladder, Product, Rule};
pub use rung::{Coarse, Rung};
pub use slot::{Slot, WIDTH_S_MAX};

use truceline_model::canonical_names;

/// Who is looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Named, logged analysts; here the operator of a loopback store. Everything, at once.
    Enclave,
    /// The commission and the guarantors, alike.
    Commission,
    /// Both parties, in the same second.
    Parties,
    /// Everybody.
    Public,
}

canonical_names!(Tier {
    "enclave" => Enclave,
    "commission" => Commission,
    "parties" => Parties,
    "public" => Public,
});

impl Tier {
    /// The tier in words, for the head of every page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Enclave => "enclave: the operator of this store",
            Self::Commission => "commission and guarantors, alike",
            Self::Parties => "both parties, in the same second",
            Self::Public => "public",
        }
    }
}

/// A value of which tiers below the enclave may see something, some time.
pub trait Releasable {
    /// What they see: a type in which nothing finer can be said.
    type View;

    /// What is released of it; none where nothing is due.
    fn for_tier(&self, rung: &Rung) -> Option<Self::View>;
}

/// A value that the enclave may see.
pub trait ForOperator {
    /// What it sees.
    type View;

    /// The whole of it.
    fn whole(self) -> Self::View;
}

/// Types of answers that only the enclave gets, as they are. Whatever has no [`Releasable`] beside it is never released to
/// another tier: what sensors and people registered, arrivals, sensors' places, links, dossiers.
#[macro_export]
macro_rules! enclave_only {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::release::ForOperator for $type {
            type View = Self;

            fn whole(self) -> Self {
                self
            }
        }
    )+};
}

/// A value that went through the release policy. Nothing else may leave a running mechanism.
#[derive(Debug, Clone, PartialEq)]
pub struct Released<T>(T);

impl<T> Released<T> {
    /// The value, to be sent to whom it was released.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// Something made of what was released, and of nothing else.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Released<U> {
        Released(make(self.0))
    }
}

impl<T> Released<T> {
    /// Something of what was released, if it is there.
    pub fn try_map<U>(self, find: impl FnOnce(T) -> Option<U>) -> Option<Released<U>> {
        find(self.0).map(Released)
    }

    /// Two things that were released, together.
    pub fn zip<U>(self, other: Released<U>) -> Released<(T, U)> {
        Released((self.0, other.0))
    }

    /// What was released one by one, as one.
    pub fn all(values: impl IntoIterator<Item = Self>) -> Released<Vec<T>> {
        Released(values.into_iter().map(|value| value.0).collect())
    }
}

impl<T> AsRef<T> for Released<T> {
    fn as_ref(&self) -> &T {
        &self.0
    }
}

/// The policy for the enclave.
#[derive(Debug, Clone, Copy)]
pub struct ReleasePolicy(());

impl ReleasePolicy {
    /// The policy for the operator of a store on the loopback address.
    #[must_use]
    pub fn for_operator() -> Self {
        Self(())
    }

    /// The tier it releases to.
    #[must_use]
    pub fn tier(&self) -> Tier {
        Tier::Enclave
    }

    /// Releases a value.
    pub fn release<T: ForOperator>(&self, value: T) -> Released<T::View> {
        Released(value.whole())
    }
}

#[cfg(test)]
mod tests;
