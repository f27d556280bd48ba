//! The clock of this machine.
use anyhow::{Context, Result};
use std::time::{SystemTime, UNIX_EPOCH};
use truceline_model::time::Time;

/// What it shows.
///
/// # Errors
/// If that is before 1970 or after 2262.
pub(crate) fn now() -> Result<Time> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock of this machine is before 1970")?;
    Ok(Time(i64::try_from(since.as_nanos()).context("the clock of this machine is after 2262")?))
}
