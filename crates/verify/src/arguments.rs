use std::fmt;

/// What `--help` prints.
pub const HELP: &str = "\
Checks a dossier offline and says in plain words what it proves.

usage: truceline-verify DOSSIER [--key VKEY|FILE] [--policy FILE] [--json]
       truceline-verify fork FILE [--key VKEY|FILE] [--json]

  DOSSIER        the dossier, a file that ends in .tldoss
  fork FILE      a file that proves that a journal showed two histories
  --key VKEY     the journal's key as you received it, not from the dossier: name+id+key,
                 or a file whose first line it is. Without it nothing that hangs on the
                 key is proven.
  --policy FILE  whose cosignatures you rely on (C2SP tlog-policy). Without it nothing
                 shows that nobody was shown another journal.
  --json         print the report as JSON
  --help         print this; --version prints the version

example:
  truceline-verify 04-0001-P.tldoss --policy parties.policy \\
    --key example.org/north+51587985+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c

exit code: 0 all is proven, 1 something is unproven, 2 something is contradicted or the
file cannot be read, 64 the arguments make no sense.
";

/// What to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// The path of the dossier, or of the fork file.
    pub file: String,
    /// The key, or the path of a file with it.
    pub key: Option<String>,
    /// The path of a policy.
    pub policy: Option<String>,
    /// Whether the report is printed as JSON.
    pub json: bool,
}

/// What the arguments ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
    /// Check a dossier.
    Check(Arguments),
    /// Check a fork file.
    Fork(Arguments),
}

/// Why the arguments make no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageError(String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}

/// Reads the arguments after the program's name.
///
/// # Errors
/// If one is unknown, given twice, or missing.
pub fn parse_arguments(arguments: impl IntoIterator<Item = String>) -> Result<Command, UsageError> {
    let mut arguments = arguments.into_iter();
    let (mut dossier, mut key, mut policy, mut json) = (None, None, None, false);
    let (mut options_end, mut fork) = (false, false);
    while let Some(argument) = arguments.next() {
        let (option, value) = match argument.split_once('=') {
            Some((option, value)) if matches!(option, "--key" | "--policy") => (option, Some(value.to_owned())),
            _ => (argument.as_str(), None),
        };
        match option {
            _ if options_end => set(&mut dossier, argument, "DOSSIER")?,
            "--help" | "-h" => return Ok(Command::Help),
            "--version" | "-V" => return Ok(Command::Version),
            "--json" => json = true,
            "--key" | "--policy" => {
                let what = if option == "--key" { "a key or a file" } else { "a file" };
                let value = value.or_else(|| arguments.next());
                let value = value.ok_or_else(|| UsageError(format!("{option} has no value, expected {what}")))?;
                let slot = if option == "--key" { &mut key } else { &mut policy };
                set(slot, value, if option == "--key" { "--key" } else { "--policy" })?;
            }
            "--" => options_end = true,
            "fork" if dossier.is_none() && !fork => fork = true,
            _ if option.starts_with('-') => {
                return Err(UsageError(format!("{argument} is no option, expected --key, --policy, --json or --help")));
            }
            _ => set(&mut dossier, argument, if fork { "FILE" } else { "DOSSIER" })?,
        }
    }
    let wanted = if fork {
        "no FILE is given, expected the path of a fork file"
    } else {
        "no DOSSIER is given, expected the path of one"
    };
    let file = dossier.ok_or_else(|| UsageError(wanted.into()))?;
    if fork && policy.is_some() {
        return Err(UsageError("--policy says nothing of a fork, expected --key".into()));
    }
    let arguments = Arguments { file, key, policy, json };
    Ok(if fork { Command::Fork(arguments) } else { Command::Check(arguments) })
}

fn set(slot: &mut Option<String>, value: String, name: &str) -> Result<(), UsageError> {
    match slot {
        Some(_) => Err(UsageError(format!("{name} is given twice, expected it once"))),
        None => {
            *slot = Some(value);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        parse_arguments(line.split_whitespace().map(str::to_owned)).map_err(|e| e.to_string())
    }

    fn check(dossier: &str, key: Option<&str>, json: bool) -> Result<Command, String> {
        Ok(Command::Check(Arguments { file: dossier.into(), key: key.map(str::to_owned), policy: None, json }))
    }

    #[test]
    fn arguments_read_in_any_order() {
        assert_eq!(parse("a.tldoss"), check("a.tldoss", None, false));
        assert_eq!(parse("a.tldoss --key k+1+A= --json"), check("a.tldoss", Some("k+1+A="), true));
        assert_eq!(parse("--json --key=k+1+A= a.tldoss"), check("a.tldoss", Some("k+1+A="), true));
        assert_eq!(parse("--json -- --key"), check("--key", None, true));
        assert_eq!(parse("a=b.tldoss"), check("a=b.tldoss", None, false));
        assert_eq!(parse("a.tldoss --help"), Ok(Command::Help));
        assert_eq!(parse("-V"), Ok(Command::Version));
        assert_eq!(parse("-- fork"), check("fork", None, false));
        let policy = Some("p".to_owned());
        let with_policy = Arguments { file: "a".into(), key: None, policy, json: false };
        assert_eq!(parse("a --policy p"), Ok(Command::Check(with_policy.clone())));
        assert_eq!(parse("--policy=p a"), Ok(Command::Check(with_policy)));
        let fork = Arguments { file: "a.fork".into(), key: Some("k".into()), policy: None, json: true };
        assert_eq!(parse("fork a.fork --key k --json"), Ok(Command::Fork(fork)));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (line, why) in [
            ("", "no DOSSIER is given"),
            ("--json", "no DOSSIER is given"),
            ("a b", "DOSSIER is given twice"),
            ("a --key", "--key has no value"),
            ("a --key k --key k", "--key is given twice"),
            ("a --policy", "--policy has no value"),
            ("a --policy p --policy p", "--policy is given twice"),
            ("fork", "no FILE is given"),
            ("fork a b", "FILE is given twice"),
            ("fork a --policy p", "--policy says nothing of a fork"),
            ("a --keys k", "--keys is no option"),
            ("a --json=yes", "--json=yes is no option"),
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.contains(why), "{line:?}: {error}");
        }
    }

    #[test]
    fn the_help_fits_a_screen() {
        assert!(HELP.lines().all(|line| line.len() <= 90) && HELP.lines().count() <= 24);
    }
}
