//! Views: an index of the journal in SQLite. The entries themselves are read from the journal, which checks them.
//!
//! One writer, the caller of [`Views::follow`]. The file can be deleted at any time: it is made anew.
mod case_file;
mod observed;
mod pieces;
mod promptness;
mod queue;
mod reviews;
mod schema;

pub use case_file::{CaseFile, DossierRange, EventAt, FindingAt, Held};
pub(crate) use observed::Appraised;
pub use promptness::Kept;

use crate::error::DeskError;
use queue::{Agreements, place};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Entered;
use std::path::Path;
use truceline_evidence::journal::JournalReader;
use truceline_evidence::statement::Signed;
use truceline_model::bearing::Bearing;
use truceline_model::case::CaseId;
use truceline_model::continuity::Continuity;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry::{self, Entry};
use truceline_model::event::Event;
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::impediment::Impediment;
use truceline_model::inconsistency::Inconsistency;
use truceline_model::inventory::{Inventory, SensorSite};
use truceline_model::precedence::Precedence;
use truceline_model::refusal::Refusals;
use truceline_model::remark::{CaseClosed, OutputsEnd};
use truceline_model::sensor_state::SensorState;
use truceline_model::tick::Tick;
use truceline_model::time::Time;
use truceline_model::witness_state::WitnessState;

/// The most entries of one transaction while following.
const FOLLOW_ENTRIES: u64 = 4_096;

/// The index of a journal.
#[derive(Debug)]
pub struct Views {
    connection: Connection,
}

/// How many entries there are of some kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Reports.
    pub reports: u64,
    /// Refusals.
    pub refusals: u64,
    /// Notices.
    pub notices: u64,
    /// Cases.
    pub cases: u64,
    /// Inputs that came after their window.
    pub late: u64,
    /// Inputs that are not used.
    pub excluded: u64,
    /// Records of waveforms.
    pub records: u64,
    /// Arrivals in them.
    pub detections: u64,
    /// Waves that passed arrays.
    pub bearings: u64,
    /// Sensors whose sites are known.
    pub sensors: u64,
    /// Impediments.
    pub impediments: u64,
}

impl Views {
    /// Opens the index of this journal; one of another journal or of another form is made anew.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub fn open(path: &Path, origin: &str) -> Result<Self, DeskError> {
        let connection = Connection::open(path)?;
        schema::prepare(&connection, origin)?;
        Ok(Self { connection })
    }

    /// Takes in what the journal holds beyond the index. Says whether derived entries were among it.
    ///
    /// # Errors
    /// If the journal or the file cannot be read or written.
    pub fn follow(&mut self, reader: &dyn JournalReader) -> Result<bool, DeskError> {
        let mut derived = false;
        loop {
            let next = self.next()?;
            let end = reader.size().min(next.saturating_add(FOLLOW_ENTRIES));
            if next >= end {
                return Ok(derived);
            }
            let transaction = self.connection.transaction()?;
            let mut agreements = Agreements::default();
            for index in next..end {
                let bytes = reader.entry(index)?;
                derived |= take(&transaction, index, &bytes)?;
                // What hangs on other entries too.
                match entry::open(&bytes)?.0 {
                    kind if kind == Derived::<Finding>::KIND => {
                        let finding: Derived<Finding> = entry::from_bytes(&bytes)?;
                        place(&transaction, reader, &mut agreements, &finding.content)?;
                    }
                    kind if kind == Derived::<Event>::KIND => {
                        let event: Derived<Event> = entry::from_bytes(&bytes)?;
                        promptness::note(&transaction, reader, index, &event.content)?;
                    }
                    _ => {}
                }
            }
            transaction.execute("UPDATE about SET next = ?1", params![signed(end)])?;
            transaction.commit()?;
        }
    }

    fn next(&self) -> Result<u64, DeskError> {
        Ok(unsigned(self.connection.query_row("SELECT next FROM about", [], |row| row.get(0))?))
    }

    /// How many entries there are of some kinds.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn counts(&self) -> Result<Counts, DeskError> {
        let of = |kind: &str| -> Result<u64, DeskError> {
            let sql = "SELECT count(*) FROM entry WHERE kind = ?1";
            Ok(unsigned(self.connection.query_row(sql, [kind], |row| row.get(0))?))
        };
        let sum = |sql: &str| -> Result<u64, DeskError> {
            Ok(unsigned(self.connection.query_row(sql, [], |row| row.get(0))?))
        };
        Ok(Counts {
            reports: of("report")?,
            refusals: of("refusal")? + sum("SELECT coalesce(sum(count), 0) FROM flood")?,
            notices: of("notice")?,
            cases: sum("SELECT count(*) FROM head")?,
            late: of("late_input")?,
            excluded: of("excluded")?,
            records: of("record")?,
            detections: of("detection")?,
            bearings: of("bearing")?,
            sensors: sum("SELECT count(*) FROM site")?,
            impediments: of("impediment")?,
        })
    }

    /// How many cases there are.
    pub(crate) fn case_count(&self) -> Result<u64, DeskError> {
        Ok(unsigned(self.connection.query_row("SELECT count(*) FROM head", [], |row| row.get(0))?))
    }

    /// The cases behind `after` or from the first, the newest origin time first.
    ///
    /// # Errors
    /// If the file cannot be read; [`DeskError::is_missing`] if there is no case `after`.
    pub fn cases(&self, after: Option<CaseId>, at_most: usize) -> Result<Vec<CaseId>, DeskError> {
        let (time, name) = match after {
            // No name stands before the empty one.
            None => (i64::MIN, String::new()),
            Some(case) => {
                let sql = "SELECT time_back_ns FROM head WHERE case_id = ?1";
                let found = self.connection.query_row(sql, [case.to_string()], |row| row.get(0)).optional()?;
                let missing = || DeskError::missing(format!("there is no case {case}"));
                (found.ok_or_else(missing)?, case.to_string())
            }
        };
        self.cases_behind(time, name, at_most)
    }

    /// The cases whose mean origin time is not after an instant, the newest first.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn cases_until(&self, instant: Time, at_most: usize) -> Result<Vec<CaseId>, DeskError> {
        // No name stands before the empty one.
        self.cases_behind(instant.0.saturating_neg(), String::new(), at_most)
    }

    /// The cases behind `after` or from the first, by their place in the queue: severity, then corroboration, then the newest
    /// origin time.
    ///
    /// # Errors
    /// If the file cannot be read; [`DeskError::is_missing`] if there is no case `after`.
    pub fn cases_by_severity(&self, after: Option<CaseId>, at_most: usize) -> Result<Vec<CaseId>, DeskError> {
        let (place, time, name) = match after {
            None => (-1_i64, i64::MIN, String::new()),
            Some(case) => {
                let sql = "SELECT place, time_back_ns FROM head WHERE case_id = ?1";
                let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
                let found = self.connection.query_row(sql, [case.to_string()], row).optional()?;
                let (place, time): (i64, i64) =
                    found.ok_or_else(|| DeskError::missing(format!("there is no case {case}")))?;
                (place, time, case.to_string())
            }
        };
        let sql = "SELECT case_id FROM head WHERE (place, time_back_ns, case_id) > (?1, ?2, ?3) \
                   ORDER BY place, time_back_ns, case_id LIMIT ?4";
        let mut statement = self.connection.prepare_cached(sql)?;
        let wanted = params![place, time, name, at_most as i64];
        let names = statement.query_map(wanted, |row| row.get::<_, String>(0))?;
        let mut cases = Vec::new();
        for name in names {
            cases.extend(CaseId::parse(&name?));
        }
        Ok(cases)
    }

    fn cases_behind(&self, time: i64, name: String, at_most: usize) -> Result<Vec<CaseId>, DeskError> {
        let sql = "SELECT case_id FROM head WHERE (time_back_ns, case_id) > (?1, ?2) \
                   ORDER BY time_back_ns, case_id LIMIT ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let names = statement.query_map(params![time, name, at_most as i64], |row| row.get::<_, String>(0))?;
        let mut cases = Vec::new();
        for name in names {
            cases.extend(CaseId::parse(&name?));
        }
        Ok(cases)
    }

    /// The index of the newest entry of a kind before `before`.
    pub(crate) fn newest(&self, kind: &str, before: u64) -> Result<Option<u64>, DeskError> {
        let sql = "SELECT max(idx) FROM entry WHERE kind = ?1 AND idx < ?2";
        let found: Option<i64> = self.connection.query_row(sql, params![kind, signed(before)], |row| row.get(0))?;
        Ok(found.map(unsigned))
    }

    /// The indices of the newest entries of a kind, the newest first.
    pub(crate) fn all(&self, kind: &str, at_most: usize) -> Result<Vec<u64>, DeskError> {
        let sql = "SELECT idx FROM entry WHERE kind = ?1 ORDER BY idx DESC LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![kind, at_most as i64], |row| row.get::<_, i64>(0))?;
        Ok(rows.map(|row| row.map(unsigned)).collect::<Result<_, _>>()?)
    }

    /// The indices of the entries of a kind that speak of a channel or a source, or of any, before `before`; the newest first.
    pub(crate) fn sensed(
        &self,
        kind: &str,
        channel: Option<&str>,
        before: u64,
        at_most: usize,
    ) -> Result<Vec<u64>, DeskError> {
        let sql = match channel {
            Some(_) => {
                "SELECT idx FROM sensed WHERE kind = ?1 AND channel = ?4 AND idx < ?2 ORDER BY idx DESC LIMIT ?3"
            }
            None => "SELECT idx FROM entry WHERE kind = ?1 AND idx < ?2 AND ?4 IS NULL ORDER BY idx DESC LIMIT ?3",
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let wanted = params![kind, signed(before), at_most as i64, channel];
        let rows = statement.query_map(wanted, |row| row.get::<_, i64>(0))?;
        Ok(rows.map(|row| row.map(unsigned)).collect::<Result<_, _>>()?)
    }

    /// The newest site of each sensor whose id stands behind `after`, by their ids, each with its inventory's entry.
    pub(crate) fn sites(
        &self,
        reader: &dyn JournalReader,
        after: &str,
        at_most: usize,
    ) -> Result<Vec<(u64, SensorSite)>, DeskError> {
        let sql = "SELECT id, idx FROM site WHERE id > ?1 ORDER BY id LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?));
        let rows = statement.query_map(params![after, at_most as i64], row)?;
        let mut inventories: BTreeMap<u64, Inventory> = BTreeMap::new();
        let mut sites = Vec::new();
        for found in rows {
            let (id, index) = found?;
            let index = unsigned(index);
            let inventory = match inventories.entry(index) {
                Entered::Occupied(held) => held.into_mut(),
                Entered::Vacant(place) => place.insert(entry::from_bytes(&reader.entry(index)?)?),
            };
            let site = inventory.sites().iter().find(|site| site.id == id);
            sites.extend(site.map(|site| (index, site.clone())));
        }
        Ok(sites)
    }

    /// The index of the first entry with this SHA-256.
    pub(crate) fn by_hash(&self, hash: Hash) -> Result<Option<u64>, DeskError> {
        let sql = "SELECT min(idx) FROM entry WHERE hash = ?1";
        let found: Option<i64> = self.connection.query_row(sql, [hash.0.as_slice()], |row| row.get(0))?;
        Ok(found.map(unsigned))
    }

    /// The time of the newest tick, ns.
    ///
    /// # Errors
    /// If the journal or the file cannot be read.
    pub fn now(&self, reader: &dyn JournalReader) -> Result<Option<Tick>, DeskError> {
        match self.newest(Tick::KIND, u64::MAX >> 1)? {
            Some(index) => Ok(Some(entry::from_bytes(&reader.entry(index)?)?)),
            None => Ok(None),
        }
    }

    /// Where a derived entry of this content stands.
    pub(crate) fn by_content(&self, hash: Hash) -> Result<Option<u64>, DeskError> {
        let sql = "SELECT idx FROM cited WHERE content_hash = ?1";
        let found: Option<i64> = self.connection.query_row(sql, [hash.0.as_slice()], |row| row.get(0)).optional()?;
        Ok(found.map(unsigned))
    }

    fn indices(&self, sql: &str, case: CaseId) -> Result<Vec<u64>, DeskError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([case.to_string()], |row| row.get::<_, i64>(0))?;
        Ok(rows.map(|row| row.map(unsigned)).collect::<Result<_, _>>()?)
    }

    fn outputs_end(&self, input: u64) -> Result<Option<u64>, DeskError> {
        let sql = "SELECT idx FROM outputs_end WHERE input = ?1";
        let found: Option<i64> = self.connection.query_row(sql, [signed(input)], |row| row.get(0)).optional()?;
        Ok(found.map(unsigned))
    }
}

/// Indexes one entry; says whether it is derived.
fn take(connection: &Connection, index: u64, bytes: &[u8]) -> Result<bool, DeskError> {
    let (kind, _, _) = entry::open(bytes)?;
    let hash = Hash::of(bytes);
    connection.prepare_cached("INSERT INTO entry (idx, kind, hash) VALUES (?1, ?2, ?3)")?.execute(params![
        signed(index),
        kind,
        hash.0.as_slice()
    ])?;
    if kind == Derived::<Event>::KIND {
        let event: Derived<Event> = entry::from_bytes(bytes)?;
        let content = event.content;
        // What an epoch that was cut short left of an input's outputs is derived anew by the next one: the newest counts.
        let sql = "INSERT OR REPLACE INTO event (case_id, revision, idx, output_id, origin_time_ns) VALUES (?1, ?2, ?3, ?4, ?5)";
        connection.prepare_cached(sql)?.execute(params![
            content.case.to_string(),
            content.revision,
            signed(index),
            event.id.0.as_slice(),
            content.solution.posterior.time_mean.0,
        ])?;
        // A revision opens it again.
        let sql = "DELETE FROM closed WHERE case_id = ?1";
        connection.prepare_cached(sql)?.execute([content.case.to_string()])?;
        // Where it stands in the queue its finding says.
        let sql = "INSERT INTO head (case_id, time_back_ns, place) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (case_id) DO UPDATE SET time_back_ns = excluded.time_back_ns";
        let back_ns = content.solution.posterior.time_mean.0.saturating_neg();
        connection.prepare_cached(sql)?.execute(params![content.case.to_string(), back_ns, u8::MAX])?;
    } else if kind == Derived::<Finding>::KIND {
        let finding: Derived<Finding> = entry::from_bytes(bytes)?;
        let sql = "INSERT OR REPLACE INTO finding (case_id, revision, idx, output_id) VALUES (?1, ?2, ?3, ?4)";
        connection.prepare_cached(sql)?.execute(params![
            finding.content.case.to_string(),
            finding.content.revision,
            signed(index),
            finding.id.0.as_slice(),
        ])?;
    } else if kind == Derived::<CaseClosed>::KIND {
        let closed: Derived<CaseClosed> = entry::from_bytes(bytes)?;
        let sql = "INSERT OR REPLACE INTO closed (case_id, idx) VALUES (?1, ?2)";
        connection.prepare_cached(sql)?.execute(params![closed.content.case.to_string(), signed(index)])?;
    } else if kind == Derived::<Precedence>::KIND {
        let found: Derived<Precedence> = entry::from_bytes(bytes)?;
        let sql = "INSERT INTO precedence (case_id, idx) VALUES (?1, ?2)";
        for sided in [&found.content.one, &found.content.other] {
            connection.prepare_cached(sql)?.execute(params![sided.case.to_string(), signed(index)])?;
        }
    } else if kind == Refusals::KIND {
        let flood: Refusals = entry::from_bytes(bytes)?;
        connection
            .prepare_cached("INSERT INTO flood (idx, count) VALUES (?1, ?2)")?
            .execute(params![signed(index), signed(flood.count)])?;
    } else if kind == Derived::<Detection>::KIND {
        let detection: Derived<Detection> = entry::from_bytes(bytes)?;
        cite(connection, index, detection.content_hash())?;
        return sense(connection, index, kind, &detection.content.channel);
    } else if kind == Derived::<Bearing>::KIND {
        let bearing: Derived<Bearing> = entry::from_bytes(bytes)?;
        cite(connection, index, bearing.content_hash())?;
        return sense(connection, index, kind, &bearing.content.array);
    } else if kind == Inventory::KIND {
        let inventory: Inventory = entry::from_bytes(bytes)?;
        let sql = "INSERT OR REPLACE INTO site (id, idx) VALUES (?1, ?2)";
        let mut statement = connection.prepare_cached(sql)?;
        for site in inventory.sites() {
            statement.execute(params![site.id, signed(index)])?;
        }
    } else if kind == Derived::<Impediment>::KIND {
        let impediment: Derived<Impediment> = entry::from_bytes(bytes)?;
        return sense(connection, index, kind, &impediment.content.channel);
    } else if kind == Derived::<Continuity>::KIND {
        let found: Derived<Continuity> = entry::from_bytes(bytes)?;
        return sense(connection, index, kind, &found.content.station);
    } else if kind == Derived::<Inconsistency>::KIND {
        let found: Derived<Inconsistency> = entry::from_bytes(bytes)?;
        return sense(connection, index, kind, &found.content.owner);
    } else if kind == SensorState::KIND {
        let change: SensorState = entry::from_bytes(bytes)?;
        return sense(connection, index, kind, &change.source);
    } else if kind == WitnessState::KIND {
        let change: WitnessState = entry::from_bytes(bytes)?;
        return sense(connection, index, kind, &change.address);
    } else if kind == Signed::KIND {
        let stated: Signed = entry::from_bytes(bytes)?;
        if let Ok(statement) = stated.statement() {
            let sql = "INSERT OR REPLACE INTO stated (about, idx) VALUES (?1, ?2)";
            connection.prepare_cached(sql)?.execute(params![statement.about.0.as_slice(), signed(index)])?;
        }
    } else if let Some(told) = observed::take(connection, index, kind, hash, bytes)? {
        return Ok(told);
    } else if kind == OutputsEnd::KIND {
        let end: OutputsEnd = entry::from_bytes(bytes)?;
        connection
            .prepare_cached("INSERT INTO outputs_end (input, idx) VALUES (?1, ?2)")?
            .execute(params![signed(end.input), signed(index)])?;
        return Ok(end.count > 0);
    } else if kind == Tick::KIND {
        return Ok(true);
    }
    Ok([Derived::<Event>::KIND, Derived::<Finding>::KIND, Derived::<CaseClosed>::KIND].contains(&kind))
}

/// Events cite what was derived by its content; of equal ones the newest stands.
fn cite(connection: &Connection, index: u64, content: Hash) -> Result<(), DeskError> {
    let sql = "INSERT OR REPLACE INTO cited (content_hash, idx) VALUES (?1, ?2)";
    connection.prepare_cached(sql)?.execute(params![content.0.as_slice(), signed(index)])?;
    Ok(())
}

fn sense(connection: &Connection, index: u64, kind: &str, channel: &str) -> Result<bool, DeskError> {
    let sql = "INSERT INTO sensed (kind, channel, idx) VALUES (?1, ?2, ?3)";
    connection.prepare_cached(sql)?.execute(params![kind, channel, signed(index)])?;
    Ok(true)
}

/// SQLite keeps signed numbers; a journal's index stays far below their end.
fn signed(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

fn unsigned(index: i64) -> u64 {
    index.max(0).cast_unsigned()
}
