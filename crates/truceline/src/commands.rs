//! One file for each command.
pub(crate) mod associate;
pub(crate) mod detect;
pub(crate) mod dossier;
pub(crate) mod erase;
pub(crate) mod fsck;
pub(crate) mod guard;
pub(crate) mod keys;
pub(crate) mod load;
pub(crate) mod locate;
pub(crate) mod notice;
pub(crate) mod reassess;
pub(crate) mod replay;
pub(crate) mod seal;
pub(crate) mod serve;
pub(crate) mod statement;
pub(crate) mod terms;
pub(crate) mod witness;
