//! How many tests passed and failed, read from the summaries that test programs print.

use anyhow::{Result, bail};

/// Counts of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// nextest's `Summary [ 1.2s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 3 skipped`.
pub(crate) fn of_nextest(output: &str) -> Result<Tally> {
    let output = plain(output);
    let Some((_, counts)) = output.lines().filter(|line| line.trim_start().starts_with("Summary [")).find_map(|line| {
        // `1 test run`, `12 tests run`, `5/12 tests run`.
        line.split_once(" tests run: ").or_else(|| line.split_once(" test run: "))
    }) else {
        bail!("no summary of nextest in its output");
    };
    Ok(Tally { passed: count(counts, "passed"), failed: sum(counts, &["failed", "timed out", "exec failed"]) })
}

/// cargo test's `test result: ok. 12 passed; 0 failed; ...`, one for each binary.
pub(crate) fn of_cargo_test(output: &str) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut results = 0;
    for line in plain(output).lines() {
        if let Some(counts) = line.trim_start().strip_prefix("test result: ") {
            results += 1;
            tally.add(Tally { passed: count(counts, "passed"), failed: count(counts, "failed") });
        }
    }
    if results == 0 {
        bail!("no `test result` line in the output of cargo test");
    }
    Ok(tally)
}

/// Playwright's last lines: `  2 failed`, `  1 flaky`, `  3 did not run`, `  12 passed (5.2s)`. A flaky test, one
/// that was interrupted and one that did not run have not passed: they count as failed.
pub(crate) fn of_playwright(output: &str) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut lines_read = 0;
    for line in plain(output).lines() {
        let Some((number, rest)) = line.trim().split_once(' ') else { continue };
        let Ok(number) = number.parse::<u64>() else { continue };
        let word = rest.split('(').next().unwrap_or(rest).trim();
        match word {
            "passed" => tally.passed += number,
            "failed" | "flaky" | "interrupted" | "did not run" => tally.failed += number,
            _ => continue,
        }
        lines_read += 1;
    }
    if lines_read == 0 {
        bail!("no summary of Playwright in its output");
    }
    Ok(tally)
}

/// The number before `word` in a list such as `10 passed (1 slow), 1 failed; 3 ignored`; 0 if it is not there.
fn count(counts: &str, word: &str) -> u64 {
    counts
        .split([',', ';', '.'])
        .filter_map(|part| part.trim().split_once(' '))
        .find(|(_, rest)| rest.split('(').next().unwrap_or(rest).trim() == word)
        .and_then(|(number, _)| number.parse().ok())
        .unwrap_or(0)
}

fn sum(counts: &str, words: &[&str]) -> u64 {
    words.iter().map(|word| count(counts, word)).sum()
}

/// The text without terminal colours (`ESC [ ... letter`).
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\u{1b}' {
            plain.push(character);
        } else if characters.next() == Some('[') {
            for inside in characters.by_ref() {
                if inside.is_ascii_alphabetic() {
                    break;
                }
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn nextest() {
        let good = "     Summary [   0.501s] 12 tests run: 12 passed, 0 skipped\n";
        assert_eq!(of_nextest(good).unwrap(), tally(12, 0));
        let bad = "  Summary [ 61.0s] 5/12 tests run: 2 passed (1 slow), 1 failed, 1 timed out, 1 exec failed, 7 skipped\n\
                   error: test run failed\n";
        assert_eq!(of_nextest(bad).unwrap(), tally(2, 3));
        assert_eq!(of_nextest("Summary [ 0.1s] 1 test run: 1 passed, 0 skipped").unwrap(), tally(1, 0));
        assert!(of_nextest("error: could not compile").is_err());
    }

    #[test]
    fn cargo_test() {
        let two = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                   test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n";
        assert_eq!(of_cargo_test(two).unwrap(), tally(4, 2));
        assert!(of_cargo_test("running 3 tests").is_err());
    }

    #[test]
    fn playwright() {
        let good = "Running 3 tests using 1 worker\n  ok 1 e2e/a.spec.ts:3:1 (1.2s)\n\n  \u{1b}[32m3 passed\u{1b}[39m (5.2s)\n";
        assert_eq!(of_playwright(good).unwrap(), tally(3, 0));
        let bad = "  2 failed\n    e2e/a.spec.ts:3:1\n  1 flaky\n  1 did not run\n  4 passed (1.1m)\n  1 skipped\n";
        assert_eq!(of_playwright(bad).unwrap(), tally(4, 4));
        assert!(of_playwright("Error: no tests found").is_err());
    }

    #[test]
    fn the_last_line_is_plain() {
        assert_eq!(tally(120, 0).to_string(), "120 passed, 0 failed");
    }
}
