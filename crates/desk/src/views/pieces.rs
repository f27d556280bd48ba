//! Where the records of a channel stand, by their times.
use super::{Views, signed, unsigned};
use crate::error::DeskError;
use rusqlite::{Connection, params};
use truceline_model::time::{Interval, NS_PER_S, Time};

/// Records are seldom longer, ns: those of a stream last seconds, runs of a file a minute. Longer ones (whole files) have an
/// index of their own (`schema` has the same number), so that no look for a minute reads all that a channel ever had.
const LONG_NS: i64 = 120 * NS_PER_S;

/// What a record holds of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PieceAt {
    /// The record's place in the journal.
    pub(crate) index: u64,
    /// From its first sample to its last one.
    pub(crate) span: Interval,
}

impl Views {
    /// What records hold of a channel within an interval, the earliest first; at most so many.
    pub(crate) fn pieces(&self, channel: &str, within: &Interval, at_most: usize) -> Result<Vec<PieceAt>, DeskError> {
        let sql = format!(
            "SELECT idx, from_ns, to_ns FROM piece WHERE channel = ?1 AND from_ns >= ?2 - {LONG_NS} AND from_ns <= ?3 \
                 AND to_ns >= ?2 AND to_ns - from_ns <= {LONG_NS} \
             UNION ALL \
             SELECT idx, from_ns, to_ns FROM piece INDEXED BY piece_long WHERE channel = ?1 AND from_ns <= ?3 \
                 AND to_ns >= ?2 AND to_ns - from_ns > {LONG_NS} \
             ORDER BY from_ns, idx LIMIT ?4"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let wanted = params![channel, within.from.0, within.to.0, at_most as i64];
        let rows = statement.query_map(wanted, |row| {
            Ok(PieceAt {
                index: unsigned(row.get(0)?),
                span: Interval { from: Time(row.get(1)?), to: Time(row.get(2)?) },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

pub(super) fn note(connection: &Connection, index: u64, channel: &str, span: Interval) -> Result<(), DeskError> {
    let sql = "INSERT OR REPLACE INTO piece (channel, from_ns, idx, to_ns) VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![channel, span.from.0, signed(index), span.to.0])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn short_and_long_pieces_within_an_interval_are_found_once_each() {
        let views = Views::open(Path::new(":memory:"), "origin").unwrap();
        let s = |from: i64, to: i64| Interval { from: Time(from * NS_PER_S), to: Time(to * NS_PER_S) };
        // A whole day, runs of a minute, one as long as the bound and one longer.
        let spans = [s(0, 86_400), s(940, 999), s(1_000, 1_059), s(1_060, 1_180), s(1_181, 1_302), s(1_400, 1_459)];
        for (index, span) in spans.into_iter().enumerate() {
            note(&views.connection, index as u64, "A", span).unwrap();
            note(&views.connection, index as u64, "B", s(0, 1)).unwrap();
        }
        let found = |from, to, at_most| -> Vec<u64> {
            let pieces = views.pieces("A", &s(from, to), at_most).unwrap();
            pieces.into_iter().map(|piece| piece.index).collect()
        };
        assert_eq!(found(1_030, 1_190, 9), [0, 2, 3, 4]);
        assert_eq!(found(1_179, 1_180, 9), [0, 3]);
        assert_eq!(found(999, 1_000, 9), [0, 1, 2]);
        assert_eq!(found(90_000, 90_001, 9), Vec::<u64>::new());
        assert_eq!(found(1_030, 1_190, 2), [0, 2]);
    }
}
