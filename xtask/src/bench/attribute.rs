//! `bench attribute`: which side, against truth, with honest and with false owners.

use anyhow::{Context, Result};
use serde_json::Value;

use super::verdict;
use crate::arguments::Arguments;
use crate::project::{PROFILE, Project, output_of};
use crate::step;

/// Launches of each set, if no other number is asked for: a misleading share of 0.1 % is told from one of 0.05 %.
const LAUNCHES: u64 = 20_000;

/// The seed, if no other is asked for.
const SEED: u64 = 2_026;

/// A goal: the field, whether it is a ceiling, and the bound.
type Goal = (&'static str, bool, f64);

/// Goals for one track.
const TRACK_GOALS: [Goal; 5] = [
    ("cllr", true, 0.285),
    ("cllr_loss", true, 0.02),
    ("ece", true, 0.02),
    ("misleading", true, 0.001),
    ("stated", false, 0.55),
];

/// Least shares stated with none, one and two of five owners false, and the ceiling of wrong ones among them.
const STATED_GOALS: [f64; 3] = [0.70, 0.65, 0.58];
const WRONG_GOAL: f64 = 0.001;

/// Ceiling of what is stated at a certificate of k with k + 1 false owners.
const CERTIFIED_GOAL: f64 = 0.02;

/// `bench attribute [--seed N] [--launches N] [--json]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let seed = number_of(&mut arguments, "--seed")?.unwrap_or(SEED);
    let launches = number_of(&mut arguments, "--launches")?.unwrap_or(LAUNCHES);
    arguments.end("attribute [--seed N] [--launches N] [--json]")?;
    let mut command = project.cargo(&["run", "--quiet", "--profile", PROFILE, "--package", "truceline-science"]);
    command.args(["--example", "bench_attribute", "--", &seed.to_string(), &launches.to_string()]);
    if let Some(folder) = std::env::var_os("TRUCELINE_DATA") {
        command.arg(std::path::Path::new(&folder).join("attribution/attrib_events.csv"));
    }
    let lines = step::step("attributing launches to a side", || output_of(&mut command))?;
    if as_json {
        print!("{lines}");
        return Ok(());
    }
    for line in lines.lines() {
        let found: Value = serde_json::from_str(line).context("the example printed a line that is no JSON")?;
        match found["set"].as_str() {
            Some("owners") => owners(&found)?,
            _ => track(&found)?,
        }
    }
    Ok(())
}

fn number_of(arguments: &mut Arguments, name: &str) -> Result<Option<u64>> {
    let word = arguments.option(name)?;
    word.map(|word| word.parse().with_context(|| format!("{name} {word}, expected a whole number"))).transpose()
}

fn number(found: &Value, name: &str) -> Result<f64> {
    found[name].as_f64().with_context(|| format!("the example's line has no {name:?}"))
}

fn track(found: &Value) -> Result<()> {
    println!("one track, {}: {} launches", found["set"], found["launches"]);
    for (name, ceiling, bound) in TRACK_GOALS {
        let value = number(found, name)?;
        let met = verdict(if ceiling { value <= bound } else { value >= bound });
        println!("  {name:<12} {value:>8.5}  {} {bound}  {met}", if ceiling { "<=" } else { ">=" });
    }
    println!("  misleading, upper 95 % bound {:.5}", number(found, "misleading_max")?);
    println!("  the side of first sight is wrong for {:.3}", number(found, "first_sight_wrong")?);
    println!("  {:.0} us a launch", number(found, "us_per_launch")?);
    Ok(())
}

fn owners(found: &Value) -> Result<()> {
    let count = number(found, "false_owners")? as usize;
    let far = found["lie"] == "far";
    println!("five owners, {count} false ({}): {} launches", found["lie"], found["launches"]);
    let (stated, wrong) = (number(found, "stated")?, number(found, "wrong_among_stated")?);
    match STATED_GOALS.get(count) {
        Some(goal) if far => {
            println!("  stated       {stated:>8.5}  >= {goal}  {}", verdict(stated >= *goal));
            println!("  wrong        {wrong:>8.5}  <= {WRONG_GOAL}  {}", verdict(wrong <= WRONG_GOAL));
        }
        // No goal was set for other lies, and none can hold beyond the two false owners that are allowed for.
        _ => println!("  stated       {stated:>8.5}, of these wrong {wrong:.5}"),
    }
    println!("  wrong, upper 95 % bound {:.5}", number(found, "wrong_among_stated_max")?);
    let beside = |rule: &str| number(found, &format!("{rule}_wrong_among_stated"));
    println!(
        "  beside it, wrong among stated: mean {:.5}, median {:.5}, mixture {:.5}",
        beside("mean")?,
        beside("median")?,
        beside("mixture")?
    );
    if far
        && count >= 2
        && let Some(certified) = found["certified"][count - 2].as_f64()
    {
        let met = verdict(certified < CERTIFIED_GOAL);
        println!("  certificate {}: stated {certified:.5}  < {CERTIFIED_GOAL}  {met}", count - 1);
    }
    println!(
        "  false owners named {:.3}, honest ones {:.5}",
        number(found, "false_named")?,
        number(found, "honest_named")?
    );
    Ok(())
}
