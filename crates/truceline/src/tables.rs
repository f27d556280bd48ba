//! The two files that `associate` and `locate` share, and what is said about them.
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::Path;
use truceline_formats::arrivals::{self, Arrivals, TimeForm};
use truceline_formats::sensors::{self, Sensors};
use truceline_formats::table::SetAside;
use truceline_model::measurement::{Measurement, Site};
use truceline_model::time::{NS_PER_S, Time};

/// What the two files say, for the help of both commands.
pub(crate) const HELP: &str = "\
SENSORS has the columns sensor_id,owner,kind and lon,lat,elevation_m (degrees, m) or x_m,y_m,z_m; owner, kind and height \
may be empty. ARRIVALS has sensor_id,time and, where known, sigma_s,phase,azimuth_deg,azimuth_sigma_deg,\
slowness_s_per_km,snr_db,amplitude; also event, range_min_m,range_max_m, and fix_lon,fix_lat (or fix_x_m,fix_y_m) with \
fix_sigma_m. Columns stand in any order. Times are RFC 3339 or seconds, and so are those of the answer. Row numbers \
count the data rows from 0: the first row after the header is row 0.";

/// Both files, read.
pub(crate) struct Tables {
    pub(crate) sensors: Sensors,
    pub(crate) arrivals: Arrivals,
    sensors_file: String,
    arrivals_file: String,
}

impl Tables {
    pub(crate) fn read(sensors: &Path, arrivals: &Path) -> Result<Self> {
        let bytes = |path: &Path| std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        let (sensors_file, arrivals_file) = (sensors.display().to_string(), arrivals.display().to_string());
        let mut sensors = sensors::read(&sensors_file, &bytes(sensors)?)?;
        let arrivals = arrivals::read(&arrivals_file, &bytes(arrivals)?, &sensors)?;
        sensors.suggest_kinds(&arrivals.arrivals);
        Ok(Self { sensors, arrivals, sensors_file, arrivals_file })
    }

    pub(crate) fn measurements(&self) -> Vec<Measurement> {
        self.arrivals.arrivals.iter().map(|arrival| arrival.measurement).collect()
    }

    /// The row of a measurement in its file.
    pub(crate) fn row(&self, measurement: usize) -> usize {
        self.arrivals.arrivals[measurement].row
    }

    /// A time in the form in which the file gives them.
    pub(crate) fn time(&self, time: Time) -> Value {
        match self.arrivals.time_form {
            TimeForm::Date => json!(time.to_string()),
            TimeForm::Seconds => json!(seconds(time)),
        }
    }

    /// The same for people.
    pub(crate) fn time_words(&self, time: Time) -> String {
        match self.arrivals.time_form {
            TimeForm::Date => time.rounded_ms().to_string(),
            TimeForm::Seconds => format!("{:.3}", seconds(time)),
        }
    }

    /// What could not be used, for the answer.
    pub(crate) fn notes(&self) -> Value {
        let rows = |file: &str, aside: &SetAside| {
            let row = |bad: &truceline_formats::table::BadRow| json!({ "file": file, "row": bad.row, "reason": bad.error.to_string() });
            aside.rows.iter().map(row).collect::<Vec<Value>>()
        };
        let mut listed = rows(&self.sensors_file, &self.sensors.set_aside);
        listed.extend(rows(&self.arrivals_file, &self.arrivals.set_aside));
        json!({
            "count": self.sensors.set_aside.count + self.arrivals.set_aside.count,
            "rows": listed,
            "ignored_columns": self.ignored_columns(),
        })
    }

    fn ignored_columns(&self) -> Vec<&str> {
        let columns = self.sensors.ignored_columns.iter().chain(&self.arrivals.ignored_columns);
        columns.map(String::as_str).collect()
    }

    /// What could not be used, for people: on standard error, a line each, and how many more there are.
    pub(crate) fn warn(&self) {
        for aside in [&self.sensors.set_aside, &self.arrivals.set_aside] {
            for bad in aside.rows.iter().take(WARNINGS_MAX) {
                eprintln!("truceline: {}", bad.error);
            }
            let more = aside.count.saturating_sub(WARNINGS_MAX);
            if more > 0 {
                eprintln!("truceline: and {more} more rows that cannot be used; --json lists them");
            }
        }
        let ignored = self.ignored_columns();
        if !ignored.is_empty() {
            eprintln!("truceline: columns without a meaning here: {}", ignored.join(", "));
        }
    }
}

/// How many rows a file's warnings name: a screen.
const WARNINGS_MAX: usize = 20;

/// A time as seconds of its file. Exact to the nanosecond below 10^6 s, to a microsecond for Unix times.
fn seconds(time: Time) -> f64 {
    time.0 as f64 / NS_PER_S as f64
}

/// A place as people read it.
pub(crate) fn place_words(site: Site) -> String {
    match site {
        Site::Geographic { lon_deg, lat_deg, .. } => {
            let (ns, ew) = (if lat_deg < 0.0 { 'S' } else { 'N' }, if lon_deg < 0.0 { 'W' } else { 'E' });
            format!("{:.4} {ns} {:.4} {ew}", lat_deg.abs(), lon_deg.abs())
        }
        Site::Local { x_m, y_m, .. } => format!("{x_m:.1} {y_m:.1} m"),
    }
}
