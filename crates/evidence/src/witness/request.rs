use crate::Error;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;
use truceline_model::hash::Hash;

/// The most hashes of a consistency proof that are sent (C2SP tlog-witness).
pub const MAX_PROOF_LINES: usize = 63;

/// The largest body of a submission: a checkpoint that 64 witnesses signed with ML-DSA-44 has 211 kB, and a log may submit one
/// that others signed already.
pub const MAX_REQUEST_BYTES: usize = 1 << 18;

/// The body of `add-checkpoint`: the size that the witness cosigned last, the proof from there, and the new checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The size from which the proof leads.
    pub old_size: u64,
    /// The consistency proof.
    pub proof: Vec<Hash>,
    /// The checkpoint, a signed note.
    pub note: String,
}

impl Request {
    /// Reads the body; verifies nothing.
    ///
    /// # Errors
    /// If it is over a bound or of another form than [`Request::write`] gives.
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        if body.len() > MAX_REQUEST_BYTES {
            return Err(Error::over_limit(format!(
                "a submission of {} bytes, at most {MAX_REQUEST_BYTES} are read",
                body.len()
            )));
        }
        let text = str::from_utf8(body).map_err(|error| {
            Error::malformed_at(
                error.valid_up_to(),
                format!("byte {} of the submission is no text", error.valid_up_to()),
            )
        })?;
        let malformed = |why: &str| Error::malformed(format!("the submission {why}"));
        let (head, note) = text
            .split_once("\n\n")
            .ok_or_else(|| malformed("has no empty line between the proof and the checkpoint"))?;
        let mut lines = head.split('\n');
        let size = lines.next().and_then(|line| line.strip_prefix("old "));
        let size = size.ok_or_else(|| malformed("does not begin with a line: old <size>"))?;
        let old_size: u64 =
            size.parse().map_err(|_| malformed("has an old size that is no decimal number of 64 bits"))?;
        if old_size.to_string() != size {
            return Err(malformed("has an old size with a sign or leading zeros"));
        }
        let mut proof = Vec::new();
        for (line, number) in lines.zip(1_usize..) {
            if number > MAX_PROOF_LINES {
                return Err(Error::over_limit(format!(
                    "a submission with more than {MAX_PROOF_LINES} lines of proof, at most so many are read"
                )));
            }
            let hash = STANDARD.decode(line).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            let hash = hash.ok_or_else(|| {
                malformed(&format!("has a line {number} of proof that is not 32 bytes in canonical base64"))
            })?;
            proof.push(Hash(hash));
        }
        Ok(Self { old_size, proof, note: note.to_owned() })
    }

    /// The body.
    #[must_use]
    pub fn write(&self) -> String {
        let mut body = format!("old {}\n", self.old_size);
        for hash in &self.proof {
            let _ = writeln!(body, "{}", STANDARD.encode(hash.0));
        }
        body + "\n" + &self.note
    }
}
