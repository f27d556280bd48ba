//! A figure beside its goal and beside what peers reach on the same data in the same minutes.

use serde_json::{Value, json};

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    fn met(self, found: f64) -> bool {
        match self {
            Self::AtLeast(least) => found >= least,
            Self::AtMost(most) => found <= most,
        }
    }

    fn shown(self) -> String {
        match self {
            Self::AtLeast(least) => format!(">= {}", number(least)),
            Self::AtMost(most) => format!("<= {}", number(most)),
        }
    }
}

/// One figure.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    pub(super) set: String,
    /// What it is, with its unit.
    pub(super) what: &'static str,
    /// None where it could not be measured: no event matched.
    pub(super) ours: Option<f64>,
    pub(super) goal: Option<Goal>,
    /// Peers by name; none where the peer did not end in its time.
    pub(super) peers: Vec<(String, Option<f64>)>,
}

impl Figure {
    pub(super) fn new(set: &str, what: &'static str, ours: Option<f64>, goal: Option<Goal>) -> Self {
        Self { set: set.to_owned(), what, ours, goal, peers: Vec::new() }
    }

    fn verdict(&self) -> &'static str {
        match (self.goal, self.ours) {
            (None, _) => "",
            (Some(goal), Some(ours)) => super::verdict(goal.met(ours)),
            (Some(_), None) => "missed",
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let peers: Vec<Value> = self
            .peers
            .iter()
            .map(|(name, found)| {
                let ratio = found.zip(self.ours).filter(|(_, ours)| *ours > 0.0).map(|(peer, ours)| peer / ours);
                json!({ "name": name, "found": found, "over_ours": ratio })
            })
            .collect();
        json!({
            "set": self.set, "what": self.what, "ours": self.ours, "goal": self.goal.map(Goal::shown),
            "verdict": self.verdict(), "peers": peers,
        })
    }
}

/// Prints figures as a table. Of times the peer's is also given as a multiple of ours.
pub(super) fn print(figures: &[Figure]) {
    println!("{:<22} {:<30} {:>9}  {:<10} {:<7} peers", "set", "figure", "ours", "goal", "");
    for figure in figures {
        let peers: Vec<String> = figure
            .peers
            .iter()
            .map(|(name, found)| match (found, figure.ours) {
                (None, _) => format!("{name} did not end"),
                (Some(found), Some(ours)) if figure.what.ends_with(" s") && ours > 0.0 => {
                    format!("{name} {} ({:.0} times)", number(*found), found / ours)
                }
                (Some(found), _) => format!("{name} {}", number(*found)),
            })
            .collect();
        let line = format!(
            "{:<22} {:<30} {:>9}  {:<10} {:<7} {}",
            figure.set,
            figure.what,
            figure.ours.map_or("-".to_owned(), number),
            figure.goal.map_or(String::new(), Goal::shown),
            figure.verdict(),
            peers.join(", ")
        );
        println!("{}", line.trim_end());
    }
}

/// Four digits after the point below 10, fewer above.
fn number(value: f64) -> String {
    let places = match value.abs() {
        size if size < 10.0 => 4,
        size if size < 100.0 => 2,
        _ => 0,
    };
    let text = format!("{value:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_judged_and_compared() {
        let mut figure = Figure::new("x", "CPU s", Some(0.5), Some(Goal::AtMost(0.5)));
        figure.peers.push(("peer".to_owned(), Some(5.0)));
        assert_eq!(figure.to_json()["verdict"], "met");
        assert_eq!(figure.to_json()["peers"][0]["over_ours"], 10.0);
        assert_eq!(Figure::new("x", "recall", None, Some(Goal::AtLeast(0.9))).verdict(), "missed");
        assert_eq!(
            (number(0.995), number(16.25), number(300.4), number(1.0)),
            ("0.995".into(), "16.25".into(), "300".into(), "1".into())
        );
    }
}
