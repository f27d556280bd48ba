//! `cargo xtask tidy`: the architecture's invariants as named rules, each with its reason and, on a finding, the place.
//!
//! A rule is a function from [`Repository`] to findings, so that its test plants a violation in a repository of a few
//! lines in memory.

mod dependencies;
mod files;
mod manifests;
mod purity;
mod repository;
mod rust;
mod words;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use crate::arguments::Arguments;
use crate::project::Project;
use crate::tally::Tally;
use repository::{Finding, Repository};

/// One invariant.
struct Rule {
    name: &'static str,
    /// Why it is a rule, in a sentence.
    reason: &'static str,
    check: fn(&Repository) -> Vec<Finding>,
}

/// All rules.
const RULES: &[Rule] = &[
    Rule {
        name: "direction",
        reason: "rooms depend in one direction only, so that each can be read and audited without the others",
        check: manifests::direction,
    },
    Rule { name: "wall", reason: "what states decide has no way into what the engine derives", check: manifests::wall },
    Rule {
        name: "inheritance",
        reason: "version, edition, licence, lints and dependencies are decided once, in the workspace",
        check: manifests::inheritance,
    },
    Rule { name: "licence", reason: "the project is Apache-2.0", check: manifests::licence },
    Rule {
        name: "purity",
        reason: "the same journal gives the same bytes: no file, network, clock, async, random state or hash order",
        check: purity::code,
    },
    Rule {
        name: "pure-dependencies",
        reason: "a crate that brings a runtime, a data base or randomness has no place on the verdict path",
        check: purity::dependencies,
    },
    Rule { name: "whole", reason: "a test that is skipped and a stub both look like work done", check: words::whole },
    Rule { name: "length", reason: "a file that needs a table of contents is two files", check: files::length },
    Rule { name: "size", reason: "a clone stays small; recordings live outside", check: files::size },
    Rule { name: "text", reason: "differences show what changed, not white space", check: files::text },
    Rule {
        name: "words",
        reason: "the program states findings; it neither blames nor sets measures off",
        check: words::said,
    },
    Rule { name: "module-docs", reason: "a file says what it is before what it does", check: words::module_docs },
    Rule { name: "places", reason: "the repository speaks of the project alone", check: words::places },
    Rule {
        name: "dependency-licences",
        reason: "what is linked in may be passed on under Apache-2.0",
        check: dependencies::licences,
    },
    Rule {
        name: "verify-tree",
        reason: "a sceptic audits truceline-verify, and all that it depends on",
        check: dependencies::verify_tree,
    },
];

/// `tidy`.
pub(crate) fn run(project: &Project, words: Vec<String>) -> Result<ExitCode> {
    Arguments::new(words).end("no argument")?;
    let start = Instant::now();
    let tally = check(project)?;
    println!("tidy: {tally} ({:.1} s)", start.elapsed().as_secs_f64());
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks all rules and prints what they find; a rule counts as one test.
pub(crate) fn count(project: &Project) -> Result<Option<Tally>> {
    check(project).map(Some)
}

fn check(project: &Project) -> Result<Tally> {
    let repository = Repository::read(project)?;
    let mut tally = Tally::default();
    for rule in RULES {
        let findings = (rule.check)(&repository);
        if findings.is_empty() {
            tally.passed += 1;
            continue;
        }
        tally.failed += 1;
        println!("tidy {}: {}", rule.name, rule.reason);
        for finding in findings {
            println!("  {finding}");
        }
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let tally = check(&Project::find().unwrap()).unwrap();
        assert_eq!(tally.failed, 0, "`cargo xtask tidy` says what is wrong");
        assert_eq!(tally.passed, RULES.len() as u64);
    }

    #[test]
    fn rules_have_different_names() {
        let names: std::collections::BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
    }
}
