//! How much memory this process has, as the system says it.
use anyhow::{Context, Result};

/// A line of `/proc/self/status`, kB: `VmHWM:` the most ever, `VmRSS:` now.
pub(crate) fn of(name: &str) -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("cannot read /proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kb = line.and_then(|text| text.split_whitespace().next()).and_then(|number| number.parse().ok());
    kb.with_context(|| format!("/proc/self/status: expected {name} in kB"))
}
