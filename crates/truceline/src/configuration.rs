//! Which numbers are computed with: a file the user names, or the one that ships with the program.
use anyhow::{Context, Result};
use std::path::Path;
use truceline_formats::configuration;
use truceline_model::configuration::Configuration;

/// The shipped configuration.
pub(crate) fn shipped() -> Result<Configuration> {
    Ok(configuration::read("the shipped configuration", configuration::DEFAULT)?)
}

/// The configuration of a file, if one is named.
pub(crate) fn named(file: Option<&Path>) -> Result<Option<Configuration>> {
    let Some(path) = file else { return Ok(None) };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Some(configuration::read(&path.display().to_string(), &text)?))
}
