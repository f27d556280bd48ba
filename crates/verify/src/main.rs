//! `truceline-verify`: reads one dossier and says what it proves. The library does the checking.
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use truceline_verify::{
    Arguments, Command, EXIT_CONTRADICTED, EXIT_USAGE, HELP, MAX_DOSSIER_FILE_BYTES, MAX_FORK_BYTES,
    MAX_KEY_FILE_BYTES, MAX_POLICY_BYTES, Policy, Reading, VerifierKey, check_fork, exit_code, human, json,
    key_of_file, parse_arguments, verify_read,
};

fn main() -> ExitCode {
    let mut arguments = Vec::new();
    for argument in std::env::args_os().skip(1) {
        match argument.into_string() {
            Ok(argument) => arguments.push(argument),
            Err(argument) => return fail(EXIT_USAGE, &format!("the argument {argument:?} is not UTF-8")),
        }
    }
    match parse_arguments(arguments) {
        Ok(Command::Help) => print(HELP, 0),
        Ok(Command::Version) => print(concat!("truceline-verify ", env!("CARGO_PKG_VERSION"), "\n"), 0),
        Ok(Command::Check(arguments)) => check(&arguments),
        Ok(Command::Fork(arguments)) => fork(&arguments),
        Err(error) => fail(EXIT_USAGE, &format!("{error}; try --help")),
    }
}

fn check(arguments: &Arguments) -> ExitCode {
    let key = match arguments.key.as_deref().map(pinned).transpose() {
        Ok(key) => key,
        Err(error) => return fail(EXIT_USAGE, &error),
    };
    let policy = match arguments.policy.as_deref().map(policy).transpose() {
        Ok(policy) => policy,
        Err(error) => return fail(EXIT_USAGE, &error),
    };
    let dossier = match dossier(Path::new(&arguments.file)) {
        Ok(dossier) => dossier,
        Err(error) => return fail(EXIT_CONTRADICTED, &format!("cannot read {:?}: {error}", arguments.file)),
    };
    // Without a policy nobody's word was asked for: what that leaves open stands in the report's last part.
    let report = verify_read(dossier, key.as_ref(), policy.as_ref());
    print(&if arguments.json { json(&report) } else { human(&report) }, exit_code(report.outcome))
}

fn fork(arguments: &Arguments) -> ExitCode {
    let key = match arguments.key.as_deref().map(pinned).transpose() {
        Ok(key) => key,
        Err(error) => return fail(EXIT_USAGE, &error),
    };
    let bytes = match read(Path::new(&arguments.file), MAX_FORK_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => return fail(EXIT_CONTRADICTED, &format!("cannot read {:?}: {error}", arguments.file)),
    };
    let report = check_fork(&bytes, key.as_ref());
    print(&if arguments.json { report.json() } else { report.human() }, exit_code(report.outcome))
}

/// The dossier in a file, read piece by piece.
fn dossier(path: &Path) -> io::Result<Reading> {
    /// A piece stays in a processor's second cache between reading and hashing.
    const PIECE_BYTES: usize = 128 << 10;
    let (mut reading, mut piece) = (Reading::default(), vec![0; PIECE_BYTES]);
    // One byte more than the bound is enough to see that there are more.
    let mut file = File::open(path)?.take(MAX_DOSSIER_FILE_BYTES as u64 + 1);
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(reading),
            Ok(bytes) => reading.push(&piece[..bytes]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The policy in a file.
fn policy(path: &str) -> Result<Policy, String> {
    let unreadable = |why: String| format!("the policy {path:?} cannot be used: {why}");
    let bytes = read(Path::new(path), MAX_POLICY_BYTES).map_err(|error| unreadable(error.to_string()))?;
    Policy::parse(&bytes).map_err(|error| unreadable(error.to_string()))
}

/// The key that the argument is, or that stands in the file it names.
fn pinned(argument: &str) -> Result<VerifierKey, String> {
    let path = Path::new(argument);
    if !path.is_file() {
        return VerifierKey::parse(argument)
            .map_err(|error| format!("--key {argument:?} is no file and no key: {error}"));
    }
    let unreadable = |why: &str| format!("the key file {argument:?} cannot be used: {why}");
    let contents = read(path, MAX_KEY_FILE_BYTES).map_err(|error| unreadable(&error.to_string()))?;
    if contents.len() > MAX_KEY_FILE_BYTES {
        return Err(unreadable(&format!("it has more than {MAX_KEY_FILE_BYTES} bytes")));
    }
    let contents = String::from_utf8(contents).map_err(|_| unreadable("it is not UTF-8"))?;
    key_of_file(&contents).map_err(|error| unreadable(&error))
}

/// A file's bytes, and one more than the bound if it has more: enough to see that it does.
fn read(path: &Path, bound: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(bound as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Prints to the standard output. Where that fails nobody has seen the report, which must not pass for success.
fn print(text: &str, code: u8) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::from(code),
        Err(error) => fail(EXIT_CONTRADICTED, &format!("cannot print the report: {error}")),
    }
}

fn fail(code: u8, text: &str) -> ExitCode {
    // Where even this cannot be written, the exit code says it.
    let _ = writeln!(io::stderr(), "truceline-verify: {text}");
    ExitCode::from(code)
}
