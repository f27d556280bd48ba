//! `truceline terms new`.
use crate::output;
use anyhow::{Context, Result};
use std::io::BufRead;
use std::process::ExitCode;
use truceline_accord::template::{Answers, QUESTIONS};

/// The longest answer, in bytes: a line of some hundred vertices.
const ANSWER_BYTES_MAX: usize = 8_192;

pub(super) fn run() -> Result<ExitCode> {
    let mut given = [const { String::new() }; QUESTIONS.len()];
    let mut lines = std::io::stdin().lock().lines();
    for (question, answer) in QUESTIONS.iter().zip(&mut given) {
        let default = question.default.map_or_else(String::new, |default| format!(" [{default}]"));
        eprintln!("{} ({}){default}", question.asks, question.form);
        *answer = lines.next().transpose().context("cannot read standard input")?.unwrap_or_default();
        answer.truncate(answer.floor_char_boundary(ANSWER_BYTES_MAX));
    }
    output::print(&Answers::read(&given)?.file())?;
    Ok(ExitCode::SUCCESS)
}
