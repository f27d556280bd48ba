//! Harm that somebody observed, in counts. No person has a field: men, women and children are numbers.
use crate::canonical_map;

/// How many people, by what was said of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Toll {
    /// Men.
    pub men: u32,
    /// Women.
    pub women: u32,
    /// Children.
    pub children: u32,
    /// People of whom nothing more was said.
    pub not_stated: u32,
}

canonical_map!(Toll { "men" => men, "women" => women, "children" => children, "not_stated" => not_stated });

impl Toll {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        [self.men, self.women, self.children, self.not_stated].into_iter().map(u64::from).sum()
    }
}

/// Harm to people and things.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Harm {
    /// People who were killed.
    pub killed: Toll,
    /// People who were injured.
    pub injured: Toll,
    /// What was damaged, as the observer names it; may be empty.
    pub object: String,
}

canonical_map!(Harm { "killed" => killed, "object" => object, "injured" => injured });
