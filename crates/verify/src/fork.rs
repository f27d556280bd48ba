use crate::json::text;
use crate::{Outcome, VerifierKey};
use truceline_evidence::fork::{Fork, Proof};

/// What a fork file proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForkReport {
    /// *Proven* if the log signed two things that cannot both be true; *contradicted* if the file does not show that.
    pub outcome: Outcome,
    /// What was found, in plain words.
    pub sentence: String,
}

/// Checks a fork file. `key` is the log's, as the reader received it by a way of their own; without it nothing is proven.
#[must_use]
pub fn check_fork(bytes: &[u8], key: Option<&VerifierKey>) -> ForkReport {
    let report = |outcome, sentence| ForkReport { outcome, sentence };
    let fork = match Fork::parse(bytes) {
        Ok(fork) => fork,
        Err(error) => {
            return report(Outcome::Contradicted, format!("The file is not a fork file in its one form: {error}."));
        }
    };
    let [first, second] = fork.checkpoints();
    let Some(key) = key else {
        return report(
            Outcome::Unproven,
            format!(
                "Whether the log {} signed the two checkpoints is unproven: give its key with --key.",
                first.origin
            ),
        );
    };
    match fork.verify(key) {
        Ok(Proof::SameSize) => report(
            Outcome::Proven,
            format!(
                "The log {} signed two different histories: both of {} entries, with the roots {} and {}. Both cannot be true.",
                first.origin, first.size, first.root, second.root
            ),
        ),
        Ok(Proof::Inconsistent) => report(
            Outcome::Proven,
            format!(
                "The log {} signed two different histories: the one of {} entries, with the root {}, does not begin with the \
                 one of {} entries, with the root {}. Both cannot be true.",
                first.origin, second.size, second.root, first.size, first.root
            ),
        ),
        Err(error) => report(Outcome::Contradicted, format!("The file proves no fork: {error}.")),
    }
}

impl ForkReport {
    /// In plain words.
    #[must_use]
    pub fn human(&self) -> String {
        let head = match self.outcome {
            Outcome::Proven => "FORK PROVEN.",
            Outcome::Unproven => "UNPROVEN.",
            Outcome::Contradicted => "NO FORK PROVEN.",
        };
        format!("{head} {}\n", crate::human::shown(&self.sentence))
    }

    /// As JSON: `outcome`, `sentence`.
    #[must_use]
    pub fn json(&self) -> String {
        let mut out = String::from("{\"outcome\": ");
        text(&mut out, self.outcome.name());
        out.push_str(", \"sentence\": ");
        text(&mut out, &self.sentence);
        out.push_str("}\n");
        out
    }
}
