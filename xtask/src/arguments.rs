//! The words after a command: flags, options with a value, and what is left.

use anyhow::{Result, bail};

/// The words after a command; each is taken out once, and what is left over is an error.
pub(crate) struct Arguments(Vec<String>);

impl Arguments {
    pub(crate) fn new(words: Vec<String>) -> Self {
        Self(words)
    }

    /// Takes out `name`; true if it was there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        match self.0.iter().position(|word| word == name) {
            Some(at) => {
                self.0.remove(at);
                true
            }
            None => false,
        }
    }

    /// Takes out `name VALUE` or `name=VALUE`.
    pub(crate) fn option(&mut self, name: &str) -> Result<Option<String>> {
        let joined = format!("{name}=");
        if let Some(at) = self.0.iter().position(|word| word.starts_with(&joined)) {
            return Ok(Some(self.0.remove(at).split_off(joined.len())));
        }
        let Some(at) = self.0.iter().position(|word| word == name) else { return Ok(None) };
        if at + 1 >= self.0.len() {
            bail!("{name} has no value; expected {name} VALUE");
        }
        self.0.remove(at);
        Ok(Some(self.0.remove(at)))
    }

    /// An error if anything is left; `expected` is what the command takes.
    pub(crate) fn end(self, expected: &str) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(word) => bail!("unexpected argument {word:?}; expected {expected}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    fn arguments(words: &[&str]) -> Arguments {
        Arguments::new(words.iter().map(|&word| word.to_owned()).collect())
    }

    #[test]
    fn takes_each_word_once() {
        let mut given = arguments(&["--peer", "/tmp/x", "--json", "--python=py"]);
        assert!(given.flag("--json"));
        assert!(!given.flag("--json"));
        assert_eq!(given.option("--peer").unwrap().as_deref(), Some("/tmp/x"));
        assert_eq!(given.option("--python").unwrap().as_deref(), Some("py"));
        given.end("nothing").unwrap();
    }

    #[test]
    fn names_what_is_left_or_missing() {
        let error = arguments(&["--onse"]).end("[--once]").unwrap_err();
        assert_eq!(error.to_string(), "unexpected argument \"--onse\"; expected [--once]");
        assert!(arguments(&["--store"]).option("--store").is_err());
    }
}
