//! LOSSES: when sensors did not run, or heard less well, as CSV.
//!
//! ```text
//! sensor_id,from,to,louder_db,reason
//! G01,2031-05-04T10:00:00Z,2031-05-04T11:30:00Z,,outage
//! *,2031-05-04T12:00:00Z,2031-05-04T18:00:00Z,8,weather
//! ```
//! `*` is every sensor. Without `louder_db` the sensor did not run; with it the noise was louder by so many decibels than when
//! its curves were learnt (below zero: quieter). Times are RFC 3339 or seconds, all of one form. `reason` is one of
//! [`LossReason`]'s names.
use crate::arrivals::{TimeForm, time};
use crate::error::FormatError;
use crate::sensors::Sensors;
use crate::table::{Range, Reason, Row, SetAside, Table, clip};
use truceline_model::canonical_names;
use truceline_model::time::Interval;

/// The most rows of one file: a hundred a day for each sensor of a large network, for a month.
pub const MAX_LOSSES: usize = 1_000_000;

const COLUMNS: [&str; 5] = ["sensor_id", "from", "to", "louder_db", "reason"];

/// Noise changes by less than this between a still night and a storm.
const LOUDER: Range = Range::of(-60.0, 120.0, "dB");

/// Why less was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LossReason {
    /// It, its link or its power failed.
    Outage,
    /// Work on it.
    Maintenance,
    /// Somebody's signals.
    Jamming,
    /// Somebody's hands.
    Tampering,
    /// Access was refused.
    Denial,
    /// Who consented no longer does.
    Consent,
    /// Wind, rain, cloud.
    Weather,
    /// Traffic, works, sea.
    Noise,
    /// What is not known.
    Unknown,
}

canonical_names!(LossReason {
    "outage" => Outage,
    "maintenance" => Maintenance,
    "jamming" => Jamming,
    "tampering" => Tampering,
    "denial" => Denial,
    "consent" => Consent,
    "weather" => Weather,
    "noise" => Noise,
    "unknown" => Unknown,
});

/// One loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// The sensor, by its index; every one if none.
    pub sensor: Option<usize>,
    /// From when to when.
    pub when: Interval,
    /// By how much noise was louder, dB; none where the sensor did not run.
    pub louder_db: Option<f64>,
    /// Why.
    pub reason: LossReason,
}

/// A file of losses.
#[derive(Debug, Clone, PartialEq)]
pub struct Losses {
    /// The losses, in the file's order.
    pub losses: Vec<Loss>,
    /// In which form its times are.
    pub time_form: TimeForm,
    /// Rows that could not be used.
    pub set_aside: SetAside,
}

/// Reads a file of losses at these sensors. Rows that cannot be used are set aside.
///
/// # Errors
/// Names the place and what was expected: no header, a column that is missing, too many rows.
pub fn read(file: &str, bytes: &[u8], sensors: &Sensors) -> Result<Losses, FormatError> {
    let mut table = Table::open(file, bytes, &COLUMNS, &["sensor_id", "from", "to"])?;
    let mut found = Losses { losses: Vec::new(), time_form: TimeForm::Date, set_aside: SetAside::default() };
    let mut form: Option<(TimeForm, usize)> = None;
    while let Some(row) = table.next_row() {
        if row.number >= MAX_LOSSES {
            let message = format!("more than {MAX_LOSSES} losses, which is the most that one file may hold");
            return Err(FormatError::new(file, format!("line {}", row.line), message));
        }
        let read = one(&table, &row, sensors).and_then(|(loss, its)| match form {
            Some((other, line)) if its != other => {
                let expected = if other == TimeForm::Date { "RFC 3339" } else { "seconds" };
                Err(("from", format!("another form than in line {line}, expected {expected}")))
            }
            _ => Ok((loss, its)),
        });
        match read {
            Ok((loss, its)) => {
                form = form.or(Some((its, row.line)));
                found.losses.push(loss);
            }
            Err(reason) => found.set_aside.push(row.number, table.error(&row, reason)),
        }
    }
    found.time_form = form.map_or(TimeForm::Date, |(form, _)| form);
    Ok(found)
}

fn one(table: &Table<'_>, row: &Row<'_>, sensors: &Sensors) -> Result<(Loss, TimeForm), Reason> {
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
    let text = table.text(row, "reason")?;
    let reason = match text {
        "" => LossReason::Unknown,
        text => LossReason::from_name(&text.to_ascii_lowercase()).ok_or_else(|| {
            ("reason", format!("{:?}, expected one of {}, or nothing", clip(text), LossReason::NAMES.join(", ")))
        })?,
    };
    let louder_db = table.number(row, "louder_db", LOUDER)?;
    Ok((Loss { sensor, when: Interval { from, to }, louder_db, reason }, form))
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_model::time::Time;

    fn sensors() -> Sensors {
        crate::sensors::read("s.csv", b"sensor_id,x_m,y_m\nG1,0,0\nG2,1,0\n").unwrap()
    }

    #[test]
    fn losses_are_read_and_what_is_wrong_is_named() {
        let text = "sensor_id,from,to,louder_db,reason\nG2,0,3600,,outage\n*,10,20,6.5,Weather\nG1,5,6,,\n\
                    G9,0,1,,outage\nG1,7,7,,\nG1,0,1,500,\nG1,0,1,,rust\nG1,0,2031-01-01T00:00:00Z,,\n";
        let found = read("l.csv", text.as_bytes(), &sensors()).unwrap();
        let all = Interval { from: Time(10_000_000_000), to: Time(20_000_000_000) };
        let weather = Loss { sensor: None, when: all, louder_db: Some(6.5), reason: LossReason::Weather };
        assert_eq!((found.losses.len(), found.losses[1], found.time_form), (3, weather, TimeForm::Seconds));
        assert_eq!((found.losses[0].sensor, found.losses[2].reason), (Some(1), LossReason::Unknown));
        let errors: Vec<String> = found.set_aside.rows.iter().map(|bad| bad.error.to_string()).collect();
        for (error, expected) in errors.iter().zip([
            "l.csv, line 5, sensor_id: \"G9\", expected a sensor of the file of sensors, or * for all",
            "l.csv, line 6, to: \"7\", expected a time after `from`",
            "l.csv, line 7, louder_db: \"500\", expected a number from -60 to 120 dB",
            "l.csv, line 8, reason: \"rust\", expected one of outage, maintenance, jamming",
            "l.csv, line 9, to: another form than `from`",
        ]) {
            assert!(error.starts_with(expected), "{error}");
        }
        assert_eq!(errors.len(), 5);
        assert!(read("l.csv", b"sensor_id,from\n", &sensors()).unwrap_err().to_string().contains("no column to"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300), cut in 0_usize..90) {
            let mut text = b"sensor_id,from,to,louder_db,reason\nG2,0,3600,,outage\n*,10,20,6.5,weather\n".to_vec();
            text.truncate(cut.max(10));
            text.extend(&bytes);
            if let Ok(found) = read("l.csv", &text, &sensors()) {
                let usable = |loss: &Loss| loss.when.from < loss.when.to && loss.sensor.is_none_or(|at| at < 2);
                proptest::prop_assert!(found.losses.iter().all(usable));
            }
        }
    }
}
