//! Truceline: findings on possible breaches of a ceasefire that anyone can check.
//!
//! One binary; one file for each command. Standard output is for data, everything else goes to standard error.
#![allow(clippy::print_stderr)]

mod client;
mod clock;
mod commands;
mod configuration;
mod contradictions;
mod demo;
mod fields;
mod judging;
mod kind;
mod live;
mod located;
mod output;
mod physics;
mod sight;
mod store;
mod tables;
mod threads;
mod write_side;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Findings on possible breaches of a ceasefire that anyone can check.
#[derive(Debug, Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "Begin with `truceline demo`; or with `truceline serve STORE`, then load \
    examples/utah-2004/agreement.toml and examples/utah-2004/detections.json into it."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(commands::demo::Demo),
    Serve(commands::serve::Serve),
    Load(commands::load::Load),
    Notice(commands::notice::Notice),
    Terms(commands::terms::Terms),
    Register(commands::register::Register),
    Bulletin(commands::bulletin::Bulletin),
    Replay(commands::replay::Replay),
    Reassess(commands::reassess::Reassess),
    Erase(commands::erase::Erase),
    Dossier(commands::dossier::Dossier),
    Seal(commands::seal::Seal),
    Relay(commands::relay::Relay),
    Disclose(commands::disclose::Disclose),
    Keys(commands::keys::Keys),
    Statement(commands::statement::Statement),
    Fsck(commands::fsck::Fsck),
    Guard(commands::guard::Guard),
    Log(commands::log::Log),
    Associate(commands::associate::Associate),
    Coverage(commands::coverage::Coverage),
    Locate(commands::locate::Locate),
    Detect(commands::detect::Detect),
    Witness(commands::witness::Witness),
    Monitor(commands::monitor::Monitor),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Demo(command) => command.run(),
        Command::Serve(command) => command.run(),
        Command::Load(command) => command.run(),
        Command::Notice(command) => command.run(),
        Command::Terms(command) => command.run(),
        Command::Register(command) => command.run(),
        Command::Bulletin(command) => command.run(),
        Command::Replay(command) => command.run(),
        Command::Reassess(command) => command.run(),
        Command::Erase(command) => command.run(),
        Command::Dossier(command) => command.run(),
        Command::Seal(command) => command.run(),
        Command::Relay(command) => command.run(),
        Command::Disclose(command) => command.run(),
        Command::Keys(command) => command.run(),
        Command::Statement(command) => command.run(),
        Command::Fsck(command) => command.run(),
        Command::Guard(command) => command.run(),
        Command::Log(command) => command.run(),
        Command::Associate(command) => command.run(),
        Command::Coverage(command) => command.run(),
        Command::Locate(command) => command.run(),
        Command::Detect(command) => command.run(),
        Command::Witness(command) => command.run(),
        Command::Monitor(command) => command.run(),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("truceline: {error:#}");
            ExitCode::from(1)
        }
    }
}
