//! Which findings people have reviewed: those on which a reviewer's statement stands that supports or disputes them.
use super::{Views, signed, unsigned};
use crate::error::DeskError;
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet};
use truceline_evidence::journal::JournalReader;
use truceline_evidence::keys::{KeyAct, Register, Role};
use truceline_evidence::statement::{Signed, Stance, Statements};
use truceline_model::cosigned::{SignedAct, SignedEdition};
use truceline_model::entry::{self, Entry};
use truceline_model::hash::Hash;

impl Views {
    /// The entries that reviewers' statements in force support or dispute, by their SHA-256. Acts on keys and statements
    /// that do not count are left out, by the rules by which the engine excludes them.
    ///
    /// # Errors
    /// If the journal or the file cannot be read.
    pub fn reviewed(&self, reader: &dyn JournalReader) -> Result<BTreeSet<Hash>, DeskError> {
        let journal = reader.origin();
        let (mut register, mut statements) = (Register::default(), Statements::default());
        let mut stances: BTreeMap<(Hash, String), Stance> = BTreeMap::new();
        let sql = "SELECT idx FROM entry WHERE kind IN (?1, ?2) ORDER BY idx";
        let mut rows = self.connection.prepare_cached(sql)?;
        let rows = rows.query_map([KeyAct::KIND, Signed::KIND], |row| row.get::<_, i64>(0))?;
        for index in rows {
            let index = unsigned(index?);
            let bytes = reader.entry(index)?;
            if entry::open(&bytes)?.0 == KeyAct::KIND {
                // One that does not count changes nothing.
                let _ = register.take(&journal, index, &entry::from_bytes::<KeyAct>(&bytes)?);
                continue;
            }
            let Ok(statement) = statements.take(&register, &journal, index, &entry::from_bytes::<Signed>(&bytes)?)
            else {
                continue;
            };
            let holder = register.key(statement.key).map(|enrolled| &enrolled.holder);
            if let Some(holder) = holder.filter(|holder| holder.role == Role::Reviewer) {
                stances.insert((statement.about, holder.name.clone()), statement.stance);
            }
        }
        let counts = |(_, stance): &(&(Hash, String), &Stance)| matches!(stance, Stance::Supports | Stance::Disputes);
        Ok(stances.iter().filter(counts).map(|((about, _), _)| *about).collect())
    }

    /// The indices from `next` on of the entries of which a [`Ledger`](crate::ledger::Ledger) is made, and the place behind all
    /// that is indexed.
    pub(crate) fn signed_by_people(&self, next: u64) -> Result<(Vec<u64>, u64), DeskError> {
        let end = self.next()?;
        let sql = "SELECT idx FROM entry WHERE kind IN (?1, ?2, ?3) AND idx >= ?4 ORDER BY idx";
        let mut statement = self.connection.prepare_cached(sql)?;
        let wanted = params![KeyAct::KIND, SignedAct::KIND, SignedEdition::KIND, signed(next)];
        let rows = statement.query_map(wanted, |row| row.get::<_, i64>(0))?;
        Ok((rows.map(|row| row.map(unsigned)).collect::<Result<_, _>>()?, end))
    }
}
