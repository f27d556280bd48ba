//! How long after its last arrival each revision of an event stood in the journal, by the journal's own clock.
use super::{Views, signed, unsigned};
use crate::error::DeskError;
use rusqlite::{Connection, OptionalExtension, params};
use truceline_accord::promptness::{Promptness, target_s};
use truceline_evidence::journal::JournalReader;
use truceline_model::bearing::Bearing;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry::{self, Entry};
use truceline_model::event::{Cited, Event, Product};
use truceline_model::hash::Hash;
use truceline_model::observation::Observation;
use truceline_model::report::Report;
use truceline_model::tick::Tick;
use truceline_model::time::Time;

/// How a product's targets were kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kept {
    /// The product.
    pub product: Product,
    /// How many revisions there are.
    pub revisions: u64,
    /// How many of them kept the target.
    pub kept: u64,
    /// The longest that one took, s.
    pub longest_s: f64,
}

/// Notes how long a revision took. Nothing before the first tick, nor where what it rests on cannot be found.
pub(super) fn note(
    connection: &Connection,
    reader: &dyn JournalReader,
    index: u64,
    event: &Event,
) -> Result<(), DeskError> {
    let sql = "SELECT max(idx) FROM entry WHERE kind = ?1 AND idx < ?2";
    let wanted = params![Tick::KIND, signed(index)];
    let tick: Option<i64> = connection.prepare_cached(sql)?.query_row(wanted, |row| row.get(0))?;
    let Some(tick) = tick else { return Ok(()) };
    let now = entry::from_bytes::<Tick>(&reader.entry(unsigned(tick))?)?.now;
    let mut last: Option<Time> = None;
    for used in &event.solution.arrivals {
        last = last.max(arrival(connection, reader, &used.cited)?);
    }
    let Some(last) = last else { return Ok(()) };
    let after_ms = (now.0.saturating_sub(last.0) / 1_000_000).max(0);
    let sql = "INSERT OR REPLACE INTO prompt (idx, product, after_ms) VALUES (?1, ?2, ?3)";
    connection.prepare_cached(sql)?.execute(params![signed(index), event.product.name(), after_ms])?;
    Ok(())
}

fn arrival(connection: &Connection, reader: &dyn JournalReader, cited: &Cited) -> Result<Option<Time>, DeskError> {
    fn found<T: Entry>(
        connection: &Connection,
        reader: &dyn JournalReader,
        sql: &str,
        hash: Hash,
    ) -> Result<Option<T>, DeskError> {
        let index = connection.prepare_cached(sql)?.query_row([hash.0.as_slice()], |row| row.get::<_, Option<i64>>(0));
        let Some(index) = index.optional()?.flatten() else { return Ok(None) };
        Ok(Some(entry::from_bytes(&reader.entry(unsigned(index))?)?))
    }
    const INPUT: &str = "SELECT min(idx) FROM entry WHERE hash = ?1";
    const DERIVED: &str = "SELECT idx FROM cited WHERE content_hash = ?1";
    Ok(match *cited {
        Cited::Report { hash, .. } => found::<Report>(connection, reader, INPUT, hash)?.map(|one| one.arrival),
        Cited::Observation { hash, .. } => {
            found::<Observation>(connection, reader, INPUT, hash)?.map(|one| one.time.span.to)
        }
        Cited::Detection { hash, .. } => {
            found::<Derived<Detection>>(connection, reader, DERIVED, hash)?.map(|one| one.content.onset)
        }
        Cited::Bearing { hash, .. } => {
            found::<Derived<Bearing>>(connection, reader, DERIVED, hash)?.map(|one| one.content.onset)
        }
    })
}

impl Views {
    /// How long the revision at a place in the journal took; none where that is not known.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn promptness(&self, index: u64) -> Result<Option<Promptness>, DeskError> {
        let sql = "SELECT product, after_ms FROM prompt WHERE idx = ?1";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?));
        let found = self.connection.prepare_cached(sql)?.query_row([signed(index)], row).optional()?;
        Ok(found.and_then(|(product, after_ms)| {
            Some(Promptness { product: Product::from_name(&product)?, after_s: after_ms as f64 / 1e3 })
        }))
    }

    /// How the targets of all products were kept.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn kept(&self) -> Result<[Kept; 3], DeskError> {
        let sql = "SELECT count(*), coalesce(sum(after_ms <= ?2), 0), coalesce(max(after_ms), 0) FROM prompt \
                   WHERE product = ?1";
        let of = |product: Product| {
            let target_ms = i64::from(target_s(product)) * 1_000;
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?));
            let wanted = params![product.name(), target_ms];
            let (revisions, kept, longest_ms) = self.connection.prepare_cached(sql)?.query_row(wanted, row)?;
            let (revisions, kept) = (unsigned(revisions), unsigned(kept));
            Ok::<_, DeskError>(Kept { product, revisions, kept, longest_s: longest_ms as f64 / 1e3 })
        };
        Ok([of(Product::E1)?, of(Product::E2)?, of(Product::E3)?])
    }
}
