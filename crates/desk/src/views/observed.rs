//! Observations, what is said of them, hindrances, and when channels were recorded, by their times.
use super::{Views, pieces, signed, unsigned};
use crate::error::DeskError;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use truceline_accord::release::observed::middle;
use truceline_evidence::journal::JournalReader;
use truceline_model::appraisal::Appraisal;
use truceline_model::derived::Derived;
use truceline_model::entry::{self, Entry};
use truceline_model::hash::Hash;
use truceline_model::hindrance::Hindrance;
use truceline_model::observation::Observation;
use truceline_model::record::Record;
use truceline_model::time::{Interval, Time};

/// Records of a channel whose gap is shorter are one stretch, ns: the samples of one end a sample before the next begins,
/// and slow channels have one a second.
const JOINED_NS: i64 = 1_500_000_000;

/// An observation and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Appraised {
    pub(crate) hash: Hash,
    pub(crate) observation: Observation,
    /// The newest that is said of it.
    pub(crate) appraisal: Option<Appraisal>,
}

impl Views {
    /// The observations whose middle lies within an interval, its end excluded, by their middles; and whether there are
    /// more than `at_most`.
    pub(crate) fn observed(
        &self,
        reader: &dyn JournalReader,
        within: &Interval,
        at_most: usize,
    ) -> Result<(Vec<Appraised>, bool), DeskError> {
        let sql = "SELECT idx FROM observed WHERE middle_ns >= ?1 AND middle_ns < ?2 ORDER BY middle_ns, idx LIMIT ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let wanted = params![within.from.0, within.to.0, at_most as i64 + 1];
        let mut found = Vec::new();
        for index in statement.query_map(wanted, |row| row.get::<_, i64>(0))? {
            let index = unsigned(index?);
            let bytes = reader.entry(index)?;
            let hash = Hash::of(&bytes);
            let appraisal = match self.appraisal(hash)? {
                Some(at) => Some(entry::from_bytes::<Derived<Appraisal>>(&reader.entry(at)?)?.content),
                None => None,
            };
            found.push(Appraised { hash, observation: entry::from_bytes(&bytes)?, appraisal });
        }
        let more = found.len() > at_most;
        found.truncate(at_most);
        Ok((found, more))
    }

    /// Who delivered observations, and whether of what happens at an instant, so that they can bear out an event.
    pub(crate) fn observing(&self) -> Result<Vec<(String, bool)>, DeskError> {
        let mut statement =
            self.connection.prepare_cached("SELECT owner, sudden FROM observing ORDER BY owner, sudden")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn appraisal(&self, observation: Hash) -> Result<Option<u64>, DeskError> {
        let sql = "SELECT idx FROM appraised WHERE observation = ?1";
        let found: Option<i64> =
            self.connection.query_row(sql, [observation.0.as_slice()], |row| row.get(0)).optional()?;
        Ok(found.map(unsigned))
    }

    /// The hindrances that hold at any time within an interval, by their beginning.
    pub(crate) fn hindered(
        &self,
        reader: &dyn JournalReader,
        within: &Interval,
        at_most: usize,
    ) -> Result<Vec<Hindrance>, DeskError> {
        let sql = "SELECT idx FROM hindered WHERE from_ns < ?2 AND to_ns >= ?1 ORDER BY from_ns, idx LIMIT ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let wanted = params![within.from.0, within.to.0, at_most as i64];
        let mut found = Vec::new();
        for index in statement.query_map(wanted, |row| row.get::<_, i64>(0))? {
            found.push(entry::from_bytes(&reader.entry(unsigned(index?))?)?);
        }
        Ok(found)
    }

    /// When each channel was recorded within an interval.
    pub(crate) fn covered(&self, within: &Interval) -> Result<BTreeMap<String, Vec<Interval>>, DeskError> {
        let sql =
            "SELECT channel, from_ns, to_ns FROM covered WHERE from_ns < ?2 AND to_ns > ?1 ORDER BY channel, from_ns";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![within.from.0, within.to.0], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
        })?;
        let mut found: BTreeMap<String, Vec<Interval>> = BTreeMap::new();
        for row in rows {
            let (channel, from, to) = row?;
            let cut = Interval { from: Time(from).max(within.from), to: Time(to).min(within.to) };
            found.entry(channel).or_default().push(cut);
        }
        Ok(found)
    }
}

/// Indexes an entry of these kinds; of another none.
pub(super) fn take(
    connection: &Connection,
    index: u64,
    kind: &str,
    hash: Hash,
    bytes: &[u8],
) -> Result<Option<bool>, DeskError> {
    debug_assert_eq!(hash, Hash::of(bytes));
    if kind == Observation::KIND {
        let observation: Observation = entry::from_bytes(bytes)?;
        let sql = "INSERT OR REPLACE INTO observed (idx, middle_ns) VALUES (?1, ?2)";
        connection.prepare_cached(sql)?.execute(params![signed(index), middle(&observation.time.span).0])?;
        let sql = "INSERT OR IGNORE INTO observing (owner, sudden) VALUES (?1, ?2)";
        let sudden = observation.kind.is_sudden() && observation.means.is_at_once();
        connection.prepare_cached(sql)?.execute(params![observation.owner, sudden])?;
    } else if kind == Derived::<Appraisal>::KIND {
        let appraisal: Derived<Appraisal> = entry::from_bytes(bytes)?;
        let sql = "INSERT OR REPLACE INTO appraised (observation, idx) VALUES (?1, ?2)";
        connection.prepare_cached(sql)?.execute(params![appraisal.content.observation.0.as_slice(), signed(index)])?;
    } else if kind == Hindrance::KIND {
        let hindrance: Hindrance = entry::from_bytes(bytes)?;
        let sql = "INSERT OR REPLACE INTO hindered (idx, from_ns, to_ns) VALUES (?1, ?2, ?3)";
        let to_ns = hindrance.to.map_or(i64::MAX, |to| to.0);
        connection.prepare_cached(sql)?.execute(params![signed(index), hindrance.from.0, to_ns])?;
    } else if kind == Record::KIND {
        let record: Record = entry::from_bytes(bytes)?;
        for piece in &record.pieces {
            cover(connection, &piece.channel, piece.span)?;
            pieces::note(connection, index, &piece.channel, piece.span)?;
        }
    } else {
        return Ok(None);
    }
    Ok(Some(kind == Derived::<Appraisal>::KIND))
}

/// Lengthens the stretch of a channel that ends where this begins, or begins a new one.
fn cover(connection: &Connection, channel: &str, span: Interval) -> Result<(), DeskError> {
    let sql = "UPDATE covered SET to_ns = max(to_ns, ?3) WHERE channel = ?1 AND from_ns = \
               (SELECT max(from_ns) FROM covered WHERE channel = ?1 AND from_ns <= ?2) AND to_ns >= ?4";
    let reaches = span.from.0.saturating_sub(JOINED_NS);
    let wanted = params![channel, span.from.0, span.to.0, reaches];
    if connection.prepare_cached(sql)?.execute(wanted)? == 0 {
        let sql = "INSERT OR REPLACE INTO covered (channel, from_ns, to_ns) VALUES (?1, ?2, ?3)";
        connection.prepare_cached(sql)?.execute(params![channel, span.from.0, span.to.0])?;
    }
    Ok(())
}
