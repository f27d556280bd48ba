//! A witness that starts from a restored disk does not know what it cosigned after the copy was made. Its peers do.
use super::{Cosigned, Refusal, Submission, Witness};
use crate::checkpoint::Checkpoint;
use crate::merkle::verify_consistency;

/// What a witness's peers had seen of a log when it started, where that is more than the witness itself knows.
///
/// Until a submission has passed it nothing below is cosigned, and nothing above that does not hold both: the log grew from
/// what the witness remembers, and from what its peers saw. The protocol carries one proof at a time, so that takes two
/// submissions of one checkpoint: the first is answered with the peers' size, and the second leads from there. A client of
/// the protocol does so by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Floor {
    seen: Checkpoint,
    /// What was proven to grow from what the witness remembers.
    grown: Option<Checkpoint>,
}

impl Floor {
    /// The floor of a peer's checkpoint over what the witness remembers; none if it is not above that.
    ///
    /// # Errors
    /// If both are of one size and have other roots: one of the two was shown a fork, and nothing may be cosigned.
    pub fn over(last: Option<&Cosigned>, seen: Checkpoint) -> Result<Option<Self>, Refusal> {
        match last {
            Some(last) if last.checkpoint.size == seen.size && last.checkpoint.root != seen.root => Err(Refusal::new(
                422,
                format!(
                    "a peer of this witness cosigned another root of size {}: the log has two heads, and nothing of it is \
                     cosigned here",
                    seen.size
                ),
            )),
            Some(last) if last.checkpoint.size >= seen.size => Ok(None),
            _ if seen.size == 0 => Ok(None),
            _ => Ok(Some(Self { seen, grown: None })),
        }
    }

    /// The higher of two floors of one log.
    #[must_use]
    pub fn or_higher(self, other: Self) -> Self {
        if other.seen.size > self.seen.size { other } else { self }
    }

    /// What the peers saw.
    #[must_use]
    pub fn seen(&self) -> &Checkpoint {
        &self.seen
    }

    /// Decides as [`Witness::decide`] does, above the floor. What it returns has passed it: the floor is of no more use.
    ///
    /// # Errors
    /// As [`Witness::decide`]; with 409 and the peers' size below it and for the first of two submissions; with 422 if the
    /// checkpoint contradicts what the peers saw.
    pub fn decide(
        &mut self,
        witness: &Witness,
        submission: &Submission,
        last: Option<&Cosigned>,
        now_s: u64,
    ) -> Result<Cosigned, Refusal> {
        let Submission { old_size, proof, checkpoint, .. } = submission;
        let below = |why: String| Refusal { status: 409, size: Some(self.seen.size), why };
        if checkpoint.size < self.seen.size {
            return Err(below(format!(
                "peers of this witness have cosigned size {}, the checkpoint is of {}",
                self.seen.size, checkpoint.size
            )));
        }
        let last_size = last.map_or(0, |last| last.checkpoint.size);
        if *old_size == last_size && (last_size > 0 || checkpoint.size == self.seen.size) {
            let decided = witness.decide(submission, last, now_s)?;
            if checkpoint.size > self.seen.size {
                self.grown = Some(checkpoint.clone());
                return Err(below("it must lead from what peers of this witness have cosigned, too".to_owned()));
            }
            return if checkpoint.root == self.seen.root {
                Ok(decided)
            } else {
                Err(Refusal::new(422, "peers of this witness have cosigned another root of this size"))
            };
        }
        if *old_size == self.seen.size {
            verify_consistency(*old_size, checkpoint.size, proof, self.seen.root, checkpoint.root)
                .map_err(|error| Refusal::new(422, error.to_string()))?;
            if last_size == 0 || self.grown.as_ref() == Some(checkpoint) {
                let grown = Submission { old_size: last_size, proof: Vec::new(), ..submission.clone() };
                return witness.cosign(&grown, last, now_s);
            }
            let why = format!("it must lead from size {last_size} too, which was cosigned here");
            return Err(Refusal { status: 409, size: Some(last_size), why });
        }
        if last_size == 0 {
            return Err(below("it must lead from what peers of this witness have cosigned".to_owned()));
        }
        witness.decide(submission, last, now_s)
    }
}
