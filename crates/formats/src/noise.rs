//! NOISE: when sensors heard less well, as CSV.
//!
//! ```text
//! sensor_id,from,to,louder_db
//! G01,2031-05-04T10:00:00Z,2031-05-04T11:30:00Z,8
//! *,2031-05-04T12:00:00Z,2031-05-04T18:00:00Z,-3
//! ```
//! `*` is every sensor. Noise was louder by so many decibels than when the sensor's curves were learnt; below zero it was
//! quieter. Times are RFC 3339 or seconds, all of one form.
use crate::arrivals::{TimeForm, time};
use crate::error::FormatError;
use crate::sensors::Sensors;
use crate::table::{Range, Reason, Row, SetAside, Table, clip};
use truceline_model::time::Interval;

/// The most rows of one file: a hundred a day for each sensor of a large network, for a month.
pub const MAX_NOISES: usize = 1_000_000;

const COLUMNS: [&str; 4] = ["sensor_id", "from", "to", "louder_db"];

/// Noise changes by less than this between a still night and a storm.
const LOUDER: Range = Range::of(-60.0, 120.0, "dB");

/// One stretch of time with another noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Louder {
    /// The sensor, by its index; every one if none.
    pub sensor: Option<usize>,
    /// From when to when.
    pub when: Interval,
    /// By how much noise was louder, dB.
    pub louder_db: f64,
}

/// A file of noise.
#[derive(Debug, Clone, PartialEq)]
pub struct Noise {
    /// The stretches, in the file's order.
    pub louder: Vec<Louder>,
    /// In which form its times are.
    pub time_form: TimeForm,
    /// Rows that could not be used.
    pub set_aside: SetAside,
}

/// Reads a file of noise at these sensors. Rows that cannot be used are set aside.
///
/// # Errors
/// Names the place and what was expected: no header, a column that is missing, too many rows.
pub fn read(file: &str, bytes: &[u8], sensors: &Sensors) -> Result<Noise, FormatError> {
    let mut table = Table::open(file, bytes, &COLUMNS, &COLUMNS)?;
    let mut found = Noise { louder: Vec::new(), time_form: TimeForm::Date, set_aside: SetAside::default() };
    let mut form: Option<(TimeForm, usize)> = None;
    while let Some(row) = table.next_row() {
        if row.number >= MAX_NOISES {
            let message = format!("more than {MAX_NOISES} rows, which is the most that one file may hold");
            return Err(FormatError::new(file, format!("line {}", row.line), message));
        }
        let read = one(&table, &row, sensors).and_then(|(louder, its)| match form {
            Some((other, line)) if its != other => {
                let expected = if other == TimeForm::Date { "RFC 3339" } else { "seconds" };
                Err(("from", format!("another form than in line {line}, expected {expected}")))
            }
            _ => Ok((louder, its)),
        });
        match read {
            Ok((louder, its)) => {
                form = form.or(Some((its, row.line)));
                found.louder.push(louder);
            }
            Err(reason) => found.set_aside.push(row.number, table.error(&row, reason)),
        }
    }
    found.time_form = form.map_or(TimeForm::Date, |(form, _)| form);
    Ok(found)
}

fn one(table: &Table<'_>, row: &Row<'_>, sensors: &Sensors) -> Result<(Louder, TimeForm), Reason> {
    let id = table.text(row, "sensor_id")?;
    let sensor = match id {
        "*" => None,
        id => Some(sensors.index(id).ok_or_else(|| {
            ("sensor_id", format!("{:?}, expected a sensor of the file of sensors, or * for all", clip(id)))
        })?),
    };
    let (from, form) = time(table.text(row, "from")?).map_err(|(_, message)| ("from", message))?;
    let (to, its) = time(table.text(row, "to")?).map_err(|(_, message)| ("to", message))?;
    if its != form {
        return Err(("to", "another form than `from`".to_owned()));
    }
    if to <= from {
        return Err(("to", format!("{:?}, expected a time after `from`", clip(table.text(row, "to")?))));
    }
    let louder_db = table.number(row, "louder_db", LOUDER)?;
    let louder_db = louder_db.ok_or_else(|| ("louder_db", "it is empty, expected decibels".to_owned()))?;
    Ok((Louder { sensor, when: Interval { from, to }, louder_db }, form))
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_model::time::Time;

    fn sensors() -> Sensors {
        crate::sensors::read("s.csv", b"sensor_id,x_m,y_m\nG1,0,0\nG2,1,0\n").unwrap()
    }

    #[test]
    fn noise_is_read_and_what_is_wrong_is_named() {
        let text = "sensor_id,from,to,louder_db\nG2,0,3600,-2\n*,10,20,6.5\n\
                    G9,0,1,3\nG1,7,7,3\nG1,0,1,500\nG1,0,1,\nG1,0,2031-01-01T00:00:00Z,3\n";
        let found = read("n.csv", text.as_bytes(), &sensors()).unwrap();
        let all = Interval { from: Time(10_000_000_000), to: Time(20_000_000_000) };
        let storm = Louder { sensor: None, when: all, louder_db: 6.5 };
        assert_eq!((found.louder.len(), found.louder[1], found.time_form), (2, storm, TimeForm::Seconds));
        assert_eq!(found.louder[0].sensor, Some(1));
        let errors: Vec<String> = found.set_aside.rows.iter().map(|bad| bad.error.to_string()).collect();
        for (error, expected) in errors.iter().zip([
            "n.csv, line 4, sensor_id: \"G9\", expected a sensor of the file of sensors, or * for all",
            "n.csv, line 5, to: \"7\", expected a time after `from`",
            "n.csv, line 6, louder_db: \"500\", expected a number from -60 to 120 dB",
            "n.csv, line 7, louder_db: it is empty, expected decibels",
            "n.csv, line 8, to: another form than `from`",
        ]) {
            assert!(error.starts_with(expected), "{error}");
        }
        assert_eq!(errors.len(), 5);
        assert!(read("n.csv", b"sensor_id,from\n", &sensors()).unwrap_err().to_string().contains("no column to"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300), cut in 0_usize..70) {
            let mut text = b"sensor_id,from,to,louder_db\nG2,0,3600,3\n*,10,20,6.5\n".to_vec();
            text.truncate(cut.max(10));
            text.extend(&bytes);
            if let Ok(found) = read("n.csv", &text, &sensors()) {
                let usable = |louder: &Louder| louder.when.from < louder.when.to && louder.sensor.is_none_or(|at| at < 2);
                proptest::prop_assert!(found.louder.iter().all(usable));
            }
        }
    }
}
