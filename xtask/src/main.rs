//! `cargo xtask`: starts, tests, checks and measures the project, one file per command.
//!
//! Standard output carries what a command answers, standard error how far it is. Unix only: the demo's server is
//! ended through a shell (see [`server`]).

// Printing is what these commands are for.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod bench;
mod browser;
mod data;
mod demo;
mod digest;
mod node;
mod project;
mod server;
mod step;
mod tally;
mod test;
mod tidy;
mod web;

use std::process::ExitCode;

use crate::project::Project;

const HELP: &str = "\
cargo xtask COMMAND

  demo   set everything up and play an invented day     cargo xtask demo [--seed N] [--speed X] [--no-open] [--once]
                                                              [--store DIR]
         or show one recorded event                     cargo xtask demo --recorded [--no-open] [--once] [--store DIR]
  test   format, lints, invariants and all tests        cargo xtask test [--require-data] [--pdf]
  tidy   the architecture's invariants, in seconds      cargo xtask tidy
  bench  measure against the stated goals               cargo xtask bench associate [--json] [--only SET] [--peer DIR]
                                                              [--python FILE] [--binary FILE]
                                                        cargo xtask bench flips [--count N] [--from SEED] [--json]
                                                        cargo xtask bench fuzz [--decoder NAME] [--count N] [--from SEED]
                                                        cargo xtask bench journal [--folder DIR] [--json]
                                                        cargo xtask bench latency [--json]
                                                        cargo xtask bench locate [--json] [--peer DIR]
                                                              [--least-squares DIR] [--python FILE] [--binary FILE]
                                                        cargo xtask bench restart [--json]
                                                        cargo xtask bench signal [--json] [--python FILE]
                                                        cargo xtask bench start [--json]
                                                        cargo xtask bench witness [--crashes N] [--folder DIR] [--json]
  data   the recordings that tests use, and a check     TRUCELINE_DATA=DIR cargo xtask data
  help   this list                                      cargo xtask help";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_else(|| "help".to_owned());
    let rest: Vec<String> = words.collect();
    if matches!(command.as_str(), "help" | "--help" | "-h") || rest.iter().any(|word| word == "--help" || word == "-h")
    {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let outcome = Project::find().and_then(|project| match command.as_str() {
        "demo" => demo::run(&project, rest),
        "test" => test::run(&project, rest),
        "tidy" => tidy::run(&project, rest),
        "bench" => bench::run(&project, rest),
        "data" => data::run(&project, rest),
        other => anyhow::bail!("there is no command {other:?}; expected demo, test, tidy, bench, data or help"),
    });
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask {command}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
