use std::fmt;

/// What `--help` prints.
pub const HELP: &str = "\
Checks a dossier offline and says in plain words what it proves.

usage: truceline-verify DOSSIER [--key VKEY|FILE] [--json]

  DOSSIER       the dossier, a file that ends in .tldoss
  --key VKEY    the journal's key as you received it, not from the dossier: name+id+key,
                or a file whose first line it is. Without it nothing that hangs on the
                key is proven.
  --json        print the report as JSON
  --help        print this
  --version     print the version

example:
  truceline-verify 04-0001-P.tldoss \\
    --key example.org/north+51587985+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c

exit code: 0 all is proven, 1 something is unproven, 2 something is contradicted or the
file cannot be read, 64 the arguments make no sense.
";

/// What to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// The dossier's path.
    pub dossier: String,
    /// The key, or the path of a file with it.
    pub key: Option<String>,
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
    let (mut dossier, mut key, mut json) = (None, None, false);
    let mut options_end = false;
    while let Some(argument) = arguments.next() {
        let (option, value) = match argument.split_once('=') {
            Some((option, value)) if option == "--key" => (option, Some(value.to_owned())),
            _ => (argument.as_str(), None),
        };
        match option {
            _ if options_end => set(&mut dossier, argument, "DOSSIER")?,
            "--help" | "-h" => return Ok(Command::Help),
            "--version" | "-V" => return Ok(Command::Version),
            "--json" => json = true,
            "--key" => {
                let value = value.or_else(|| arguments.next());
                let value = value.ok_or_else(|| UsageError("--key has no value, expected a key or a file".into()))?;
                set(&mut key, value, "--key")?;
            }
            "--" => options_end = true,
            _ if option.starts_with('-') => {
                return Err(UsageError(format!("{argument} is no option, expected --key, --json or --help")));
            }
            _ => set(&mut dossier, argument, "DOSSIER")?,
        }
    }
    let dossier = dossier.ok_or_else(|| UsageError("no DOSSIER is given, expected the path of one".into()))?;
    Ok(Command::Check(Arguments { dossier, key, json }))
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
        Ok(Command::Check(Arguments { dossier: dossier.into(), key: key.map(str::to_owned), json }))
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
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (line, why) in [
            ("", "no DOSSIER is given"),
            ("--json", "no DOSSIER is given"),
            ("a b", "DOSSIER is given twice"),
            ("a --key", "--key has no value"),
            ("a --key k --key k", "--key is given twice"),
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
