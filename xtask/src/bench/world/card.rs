//! The scorecard over worlds: each figure with its sample size, its 95 % interval and its goal.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::estimate::{Sample, Share};

/// What of a figure has the goal.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Of {
    Share,
    /// The quantile of this level.
    Quantile(f64),
}

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
struct Goal {
    name: &'static str,
    of: Of,
    least: f64,
    most: f64,
    /// The fewest of which it says anything.
    n_min: usize,
}

const fn share(name: &'static str, least: f64, most: f64, n_min: usize) -> Goal {
    Goal { name, of: Of::Share, least, most, n_min }
}

const fn quantile(name: &'static str, level: f64, least: f64, most: f64, n_min: usize) -> Goal {
    Goal { name, of: Of::Quantile(level), least, most, n_min }
}

const fn median(name: &'static str, least: f64, most: f64) -> Goal {
    quantile(name, 0.5, least, most, 0)
}

/// A region's goal holds for every kind of which there are so many.
const KIND_MIN: usize = 200;
/// Sides that are stated, in each condition.
const STATED_MIN: usize = 3_000;

/// The largest of so many lies beyond the 99 % quantile, with 95 %: ln .05 / ln .99.
pub(super) const TAIL_MIN: usize = 299;

/// The goals of issue 7. A name that ends with `: ` is the beginning of several.
const GOALS: [Goal; 13] = [
    share("found of those with 4 sensors in range", 0.97, 1.0, 0),
    share("phantoms of events", 0.0, 0.01, 0),
    share("90 % region holds the place", 0.88, 0.92, 0),
    share("90 % region holds the place: ", 0.88, 0.92, KIND_MIN),
    median("error of place over the bound", 0.0, 1.3),
    share("side wrong of stated", 0.0, 0.001, STATED_MIN),
    share("stated side is not the actor's", 0.0, 0.001, STATED_MIN),
    share("side stated of acts whose side the oracle knows", 0.8, 1.0, 0),
    share("false owner shown inconsistent in a run", 0.9, 1.0, 0),
    share("honest owner shown inconsistent in a run", 0.0, 0.01, 0),
    quantile("latency of the first finding after its last arrival, s", 0.99, 0.0, 2.0, TAIL_MIN),
    quantile("computing of an input that brought a finding, s", 0.99, 0.0, 2.0, TAIL_MIN),
    median("replay, times faster than real time", 200.0, f64::INFINITY),
];

/// One line of the card.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) name: String,
    of: Of,
    pub(super) n: usize,
    pub(super) value: f64,
    pub(super) interval: (f64, f64),
    /// The goal in words, and whether it is met.
    pub(super) goal: Option<(String, &'static str)>,
    /// The goal's name: of several rows that have one the beginning.
    pub(super) goal_name: Option<&'static str>,
}

impl Row {
    /// Which quantile it is, in words; nothing of a share.
    pub(super) fn quantile_words(&self) -> &'static str {
        match self.of {
            Of::Share => "",
            Of::Quantile(0.5) => ", median",
            Of::Quantile(0.9) => ", 90 % within",
            Of::Quantile(_) => ", 99 % within",
        }
    }
}

/// The names of all goals, in their order.
pub(super) fn goal_names() -> impl Iterator<Item = &'static str> {
    GOALS.iter().map(|goal| goal.name)
}

/// Memory by day of a long run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Days {
    pub(super) resident_mb: Vec<f64>,
    pub(super) entries: u64,
}

/// Memory is flat if it grows by no more than a tenth from the middle third of the days to the last.
pub(super) const GROWTH_MAX: f64 = 1.1;

impl Days {
    /// Of a line of the example.
    pub(super) fn of(line: &Value) -> Self {
        let resident_mb = line["resident_mb"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        Self { resident_mb, entries: line["entries"].as_u64().unwrap_or_default() }
    }

    /// The mean of the last third of the days over that of the third before; none of fewer than three.
    pub(super) fn growth(&self) -> Option<f64> {
        let third = self.resident_mb.len() / 3;
        let mut thirds = self.resident_mb.rchunks_exact(third.max(1)).take(2);
        let (last, before) = (thirds.next()?, thirds.next()?);
        (third > 0).then(|| last.iter().sum::<f64>() / before.iter().sum::<f64>())
    }
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Card {
    pub(super) worlds: usize,
    pub(super) shares: BTreeMap<String, Share>,
    pub(super) samples: BTreeMap<String, Sample>,
}

impl Card {
    /// Of worlds' lines.
    pub(super) fn of(lines: &[Value]) -> Self {
        let names = |what: &str| -> BTreeSet<String> {
            lines.iter().filter_map(|line| line[what].as_object()).flat_map(|of| of.keys().cloned()).collect()
        };
        let pair = |value: &Value| Some((value[0].as_u64()?, value[1].as_u64()?));
        let of_share = |name: &String| {
            Share::over(&lines.iter().filter_map(|line| pair(&line["shares"][name])).collect::<Vec<_>>())
        };
        let values =
            |value: &Value| -> Vec<f64> { value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect() };
        let of_sample = |name: &String| Sample::over(lines.iter().map(|line| values(&line["samples"][name])).collect());
        Self {
            worlds: lines.len(),
            shares: names("shares").into_iter().map(|name| (name.clone(), of_share(&name))).collect(),
            samples: names("samples").into_iter().map(|name| (name.clone(), of_sample(&name))).collect(),
        }
    }

    /// A share by its name.
    pub(super) fn share(&self, name: &str) -> Option<Share> {
        self.shares.get(name).copied()
    }

    /// Its lines: shares, then of each sample median, 90 % and, where it has a goal, 99 %.
    pub(super) fn rows(&self) -> Vec<Row> {
        let shares = self.shares.iter().filter_map(|(name, share)| {
            Some(row(name, Of::Share, share.all as usize, share.value()?, share.interval()?))
        });
        let samples = self.samples.iter().filter(|(name, _)| !super::told::is_raw(name));
        let quantiles = samples.flat_map(|(name, sample)| {
            [0.5, 0.9, 0.99].into_iter().filter_map(move |level| {
                Some(row(name, Of::Quantile(level), sample.count(), sample.quantile(level)?, sample.interval(level)?))
            })
        });
        shares.chain(quantiles).collect()
    }

    /// Prints it as a table.
    pub(super) fn print(&self) {
        println!("{:<72} {:<5} {:>9} {:>21} {:>7}", "figure", "", "", "95 % interval", "n");
        for row in self.rows() {
            let interval = format!("{} to {}", number(row.interval.0), number(row.interval.1));
            let goal = row.goal.map_or(String::new(), |(goal, verdict)| format!("  goal {goal}: {verdict}"));
            let value = number(row.value);
            println!("{:<72} {:<5} {value:>9} {interval:>21} {:>7}{goal}", row.name, row.of.words(), row.n);
        }
    }

    /// As JSON.
    pub(super) fn json(&self) -> Value {
        let rows: Vec<Value> = self
            .rows()
            .into_iter()
            .map(|row| {
                let (goal, verdict) = row.goal.unzip();
                json!({
                    "figure": row.name, "of": row.of.words(), "value": row.value, "n": row.n,
                    "interval_95": [row.interval.0, row.interval.1], "goal": goal, "verdict": verdict,
                })
            })
            .collect();
        json!({ "worlds": self.worlds, "figures": rows, "told": super::told::json(self) })
    }
}

impl Of {
    fn words(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Quantile(0.5) => "p50",
            Self::Quantile(0.9) => "p90",
            Self::Quantile(_) => "p99",
        }
    }
}

fn row(name: &str, of: Of, n: usize, value: f64, interval: (f64, f64)) -> Row {
    let is_of =
        |goal: &&Goal| goal.of == of && (goal.name == name || goal.name.ends_with(": ") && name.starts_with(goal.name));
    let goal = GOALS.iter().find(is_of).filter(|goal| goal.n_min < STATED_MIN || n > 0).map(|goal| {
        let words = match (goal.least, goal.most) {
            (least, most) if least <= 0.0 => format!("<= {}", number(most)),
            (least, most) if most >= 1.0 && of == Of::Share || most.is_infinite() => format!(">= {}", number(least)),
            (least, most) => format!("{} to {}", number(least), number(most)),
        };
        let verdict = verdict(goal, n, value, interval);
        (words, verdict)
    });
    let goal_name = goal.as_ref().and(GOALS.iter().find(is_of)).map(|goal| goal.name);
    Row { name: name.to_owned(), of, n, value, interval, goal, goal_name }
}

/// Whether a goal is met: by the value, with a word where its interval says that it may be otherwise. Of too few a goal can be
/// missed, where the interval excludes it, but not be met.
fn verdict(goal: &Goal, n: usize, value: f64, (least, most): (f64, f64)) -> &'static str {
    let holds = |value: f64| (goal.least..=goal.most).contains(&value);
    let is_excluded = most < goal.least || least > goal.most;
    match (holds(value), is_excluded) {
        (_, true) => "missed",
        _ if n < goal.n_min => "too few to say",
        (true, false) if holds(least) && holds(most) => "met",
        (true, false) => "met, but the interval goes beyond",
        (false, false) => "missed, but the interval reaches it",
    }
}

/// A round number of a scale.
pub(super) fn plain(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Four digits, more of what is small.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        v if v < 5e-5 => "0".to_owned(),
        v if v < 0.01 => format!("{value:.4}"),
        v if v < 10.0 => format!("{value:.3}"),
        v if v < 1_000.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_adds_worlds_and_says_whether_goals_are_met() {
        let line = |found: u64, errors: &[f64]| {
            json!({
                "shares": { "found of those with 4 sensors in range": [found, 100], "side wrong of stated": [0, 40] },
                "samples": { "error of place over the bound": errors },
            })
        };
        let card = Card::of(&[line(98, &[1.0, 1.2]), line(99, &[1.4])]);
        let rows = card.rows();
        let of = |name: &str| rows.iter().find(|row| row.name == name).unwrap();
        let found = of("found of those with 4 sensors in range");
        assert_eq!((found.n, found.value), (200, 0.985));
        assert_eq!(found.goal, Some((">= 0.970".to_owned(), "met, but the interval goes beyond")));
        assert_eq!(of("side wrong of stated").goal, Some(("<= 0.0010".to_owned(), "too few to say")));
        let error = of("error of place over the bound");
        assert_eq!((error.of, error.n, error.value), (Of::Quantile(0.5), 3, 1.2));
        assert_eq!(error.goal, Some(("<= 1.300".to_owned(), "met, but the interval goes beyond")));
    }

    #[test]
    fn a_verdict_is_of_the_value_and_says_what_the_interval_leaves_open() {
        let goal = share("x", 0.88, 0.92, 200);
        let of = |n, value, interval| verdict(&goal, n, value, interval);
        assert_eq!(of(900, 0.9, (0.885, 0.915)), "met");
        assert_eq!(of(300, 0.9, (0.86, 0.93)), "met, but the interval goes beyond");
        assert_eq!(of(300, 0.87, (0.82, 0.91)), "missed, but the interval reaches it");
        assert_eq!(of(300, 0.7, (0.64, 0.75)), "missed");
        assert_eq!(of(20, 0.9, (0.7, 0.97)), "too few to say");
        assert_eq!(of(20, 0.3, (0.15, 0.5)), "missed");
    }
}
