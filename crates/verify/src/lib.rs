//! The offline check of a dossier, or of a fork file, over bytes: no network, no file, no clock. The program around it reads one file.
//!
//! What is checked and what it proves is [`truceline_evidence::verification`]'s; here are the arguments, the words
//! on the screen, the JSON and the exit code.
mod arguments;
mod fork;
mod human;
mod json;

pub use arguments::{Arguments, Command, HELP, UsageError, parse_arguments};
pub use fork::{ForkReport, check_fork};
pub use human::human;
pub use json::json;
pub use truceline_evidence::dossier::{MAX_DOSSIER_FILE_BYTES, Reading};
pub use truceline_evidence::fork::MAX_FORK_BYTES;
pub use truceline_evidence::note::VerifierKey;
pub use truceline_evidence::policy::{MAX_POLICY_BYTES, Policy};
pub use truceline_evidence::verification::{Outcome, Report, verify, verify_read, verify_witnessed};

/// Everything is proven.
pub const EXIT_PROVEN: u8 = 0;
/// Nothing is contradicted, and something is unproven.
pub const EXIT_UNPROVEN: u8 = 1;
/// Something is contradicted, or the file cannot be read.
pub const EXIT_CONTRADICTED: u8 = 2;
/// The arguments or the key make no sense (`EX_USAGE` of sysexits.h).
pub const EXIT_USAGE: u8 = 64;

/// The largest key file that is read. A key takes at most some 320 bytes; a file may say more after it.
pub const MAX_KEY_FILE_BYTES: usize = 4096;

/// The exit code of an outcome.
#[must_use]
pub fn exit_code(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Proven => EXIT_PROVEN,
        Outcome::Unproven => EXIT_UNPROVEN,
        Outcome::Contradicted => EXIT_CONTRADICTED,
    }
}

/// The key in a key file: its first line.
///
/// # Errors
/// Says what is wrong with the first line.
pub fn key_of_file(contents: &str) -> Result<VerifierKey, String> {
    let line = contents.lines().next().unwrap_or_default().trim();
    VerifierKey::parse(line).map_err(|error| format!("in its first line, {error}"))
}
