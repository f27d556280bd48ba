use crate::error::DeskError;
use rusqlite::{Connection, OptionalExtension};

/// Changes with every change of the tables below.
const FORM: i64 = 8;

const TABLES: &str = "
    CREATE TABLE about (form INTEGER NOT NULL, origin TEXT NOT NULL, next INTEGER NOT NULL);
    CREATE TABLE entry (idx INTEGER PRIMARY KEY, kind TEXT NOT NULL, hash BLOB NOT NULL);
    CREATE INDEX entry_kind ON entry (kind, idx);
    CREATE INDEX entry_hash ON entry (hash);
    CREATE TABLE event (case_id TEXT NOT NULL, revision INTEGER NOT NULL, idx INTEGER NOT NULL,
        output_id BLOB NOT NULL, origin_time_ns INTEGER NOT NULL, PRIMARY KEY (case_id, revision)) WITHOUT ROWID;
    CREATE TABLE finding (case_id TEXT NOT NULL, revision INTEGER NOT NULL, idx INTEGER NOT NULL,
        output_id BLOB NOT NULL, PRIMARY KEY (case_id, revision)) WITHOUT ROWID;
    CREATE TABLE head (case_id TEXT PRIMARY KEY, time_back_ns INTEGER NOT NULL, place INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX head_time ON head (time_back_ns, case_id);
    CREATE INDEX head_place ON head (place, time_back_ns, case_id);
    CREATE TABLE closed (case_id TEXT PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE flood (idx INTEGER PRIMARY KEY, count INTEGER NOT NULL);
    CREATE TABLE sensed (kind TEXT NOT NULL, channel TEXT NOT NULL, idx INTEGER NOT NULL,
        PRIMARY KEY (kind, channel, idx)) WITHOUT ROWID;
    CREATE TABLE site (id TEXT PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE cited (content_hash BLOB PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE stated (about BLOB NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (about, idx)) WITHOUT ROWID;
    CREATE TABLE observed (idx INTEGER PRIMARY KEY, middle_ns INTEGER NOT NULL);
    CREATE TABLE observing (owner TEXT NOT NULL, sudden INTEGER NOT NULL, PRIMARY KEY (owner, sudden)) WITHOUT ROWID;
    CREATE INDEX observed_middle ON observed (middle_ns, idx);
    CREATE TABLE appraised (observation BLOB PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE hindered (idx INTEGER PRIMARY KEY, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL);
    CREATE TABLE covered (channel TEXT NOT NULL, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL,
        PRIMARY KEY (channel, from_ns)) WITHOUT ROWID;
    CREATE TABLE piece (channel TEXT NOT NULL, from_ns INTEGER NOT NULL, idx INTEGER NOT NULL, to_ns INTEGER NOT NULL,
        PRIMARY KEY (channel, from_ns, idx)) WITHOUT ROWID;
    CREATE INDEX piece_long ON piece (channel, from_ns) WHERE to_ns - from_ns > 120000000000;
    CREATE TABLE precedence (case_id TEXT NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (case_id, idx)) WITHOUT ROWID;
    CREATE TABLE prompt (idx INTEGER PRIMARY KEY, product TEXT NOT NULL, after_ms INTEGER NOT NULL);
    CREATE INDEX prompt_product ON prompt (product, after_ms);
    CREATE TABLE outputs_end (input INTEGER PRIMARY KEY, idx INTEGER NOT NULL);
";

/// Makes the tables, unless they are there for this journal and of this form.
pub(super) fn prepare(connection: &Connection, origin: &str) -> Result<(), DeskError> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let about = connection
        .query_row("SELECT form, origin FROM about", [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))
        .optional();
    if matches!(&about, Ok(Some((FORM, known))) if known == origin) {
        return Ok(());
    }
    for table in [
        "about",
        "entry",
        "event",
        "finding",
        "head",
        "closed",
        "flood",
        "sensed",
        "site",
        "cited",
        "outputs_end",
        "prompt",
        "stated",
        "observed",
        "observing",
        "appraised",
        "hindered",
        "covered",
        "piece",
        "precedence",
    ] {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    connection.execute_batch(TABLES)?;
    connection.execute("INSERT INTO about (form, origin, next) VALUES (?1, ?2, 0)", (FORM, origin))?;
    Ok(())
}
