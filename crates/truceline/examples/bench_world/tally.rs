//! What is counted over one world: counts and values as they are. Intervals and quantiles are taken over all worlds, later.
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// By what a share or a sample is called.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// So many of so many.
    shares: BTreeMap<String, (u64, u64)>,
    /// Values.
    samples: BTreeMap<String, Vec<f64>>,
}

impl Tally {
    pub(crate) fn count(&mut self, name: impl Into<String>, yes: bool) {
        let share = self.shares.entry(name.into()).or_default();
        *share = (share.0 + u64::from(yes), share.1 + 1);
    }

    pub(crate) fn sample(&mut self, name: impl Into<String>, value: f64) {
        self.samples.entry(name.into()).or_default().push(value);
    }

    /// As two objects: shares as `[yes, all]`, samples as arrays.
    pub(crate) fn json(&self) -> (Value, Value) {
        let shares: Map<String, Value> =
            self.shares.iter().map(|(name, (yes, all))| (name.clone(), json!([yes, all]))).collect();
        // To the 1e-6, which no figure shows.
        let round = |value: &f64| (value * 1e6).round() / 1e6;
        let samples: Map<String, Value> = self
            .samples
            .iter()
            .map(|(name, values)| (name.clone(), values.iter().map(round).collect::<Vec<f64>>().into()))
            .collect();
        (shares.into(), samples.into())
    }
}
