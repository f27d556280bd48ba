//! `bench world`: the whole product against invented worlds of which everything is known. It is run world by world; what stands
//! is not run again, so a run that was cut short goes on where it was.

mod card;
mod estimate;
mod page;
mod plot;
mod reliability;
mod standing;
mod told;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::arguments::Arguments;
use crate::digest;
use crate::project::{Project, output_of};
use crate::step;
use card::{Card, Days};
use page::Condition;
use standing::Standing;

/// Worlds and hours of each, if no other numbers are asked for.
const WORLDS: u64 = 20;
const HOURS: u64 = 2;

/// Minutes of a world with clutter, if no others are asked for: blocks close from an hour on.
const RATE_MINUTES: u64 = 75;

/// Where memory by day is kept.
const DAYS_FILE: &str = "days.json";

const USAGE: &str = "world [--worlds N] [--hours N] [--seed N] [--condition honest|one-false|two-false|BEHAVIOUR] [--false BEHAVIOUR] \
                     [--ground] [--days N] [--rate CLUTTER [--minutes N]] [--out FOLDER] [--html FILE] [--json]";

/// `bench world`.
///
/// - `--worlds`, `--hours`: how many worlds of how many hours, 20 of 2. Of no world: what stands is scored.
/// - `--seed`: the first seed, with `--out` alone. Without it seeds come from the hash of the commit that is checked out, so that nobody tunes on
///   them.
/// - `--condition`: all owners honest, one of them false or two; who and how is drawn for each world. `--false` names what the
///   false owner does: shift, mute, displace, invent, backdate, flood, collude; or what is done to honest ones: spoof, jam,
///   stolen-key, decoy, false-flag.
/// - `--ground`: the product is told the layers of each world's ground.
/// - `--days`: instead of worlds, one world's day so often, to see whether memory stays flat. Thinned: of each day the waveforms of
///   the first six minutes of all channels, and of the rest what arrays report themselves; the views of the desk follow.
/// - `--rate`: instead of worlds, one of so many minutes (`--minutes`, 75 if not said) with so many waves of no event an hour, given to the
///   engine as it would come live: how long a finding waits. Of 19,500 some 9,500 are heard.
/// - `--html`: where the page over all conditions of the folder is written, `scorecard.html` in it if it is not said.
/// - `--out`: where one line for each world is kept, `target/world/COMMIT` if it is not said.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let worlds = number(&mut arguments, "--worlds")?.unwrap_or(WORLDS);
    let hours = number(&mut arguments, "--hours")?.unwrap_or(HOURS);
    let first = number(&mut arguments, "--seed")?;
    let numbers = if arguments.flag("--ground") { "ground" } else { "shipped" };
    let behaviour = arguments.option("--false")?;
    let condition = arguments.option("--condition")?;
    let out = arguments.option("--out")?;
    let html = arguments.option("--html")?.map(PathBuf::from);
    let days = number(&mut arguments, "--days")?;
    let rate = number(&mut arguments, "--rate")?;
    let rate_minutes = number(&mut arguments, "--minutes")?.unwrap_or(RATE_MINUTES);
    arguments.end(USAGE)?;
    let condition = match (condition, behaviour) {
        (Some(_), Some(_)) => {
            bail!("--condition and --false exclude each other: a behaviour is a condition of its own")
        }
        (condition, behaviour) => condition.or(behaviour).unwrap_or_else(|| "honest".to_owned()),
    };
    if first.is_some() && out.is_none() {
        bail!("--seed needs --out FOLDER: seeds that were chosen do not stand beside the commit's");
    }
    let commit = commit()?;
    let first = first.map_or_else(|| seed_of(&commit), Ok)?;
    let folder = match out {
        Some(folder) => PathBuf::from(folder),
        None => project.target()?.join("world").join(commit.get(..12).unwrap_or(&commit)),
    };
    let program = Program::build(project)?;
    if let Some(clutter) = rate {
        let what = format!("giving the engine {rate_minutes} minutes with {clutter} waves of no event an hour");
        return print_rate(&step::step(&what, || program.rate(first, rate_minutes, clutter))?);
    }
    let html = html.unwrap_or_else(|| folder.join("scorecard.html"));
    if let Some(days) = days {
        let line = step::step("running one world's day again and again", || program.days(first, days))?;
        std::fs::create_dir_all(&folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
        let path = folder.join(DAYS_FILE);
        std::fs::write(&path, format!("{line}\n")).with_context(|| format!("{}: cannot be written", path.display()))?;
        for day in [1, 5, 10, 20, 30] {
            if let Some(mb) = line["resident_mb"][day - 1].as_f64() {
                println!("day {day:>2}: {mb:.1} MB resident");
            }
        }
        let growth = Days::of(&line).growth().map_or("unknown".to_owned(), card::number);
        println!("{days} days: memory of the last third over the third before {growth}, goal <= {}", card::GROWTH_MAX);
        return written(&folder, &program, hours, &commit, &html);
    }
    let path = folder.join(format!("{condition}-{numbers}.jsonl"));
    let mut standing = Standing::open(&path, &program.hash, hours)?;
    let missing: Vec<u64> = (0..worlds).map(|n| first.wrapping_add(n)).filter(|seed| !standing.holds(*seed)).collect();
    let already = worlds - missing.len() as u64;
    let begun = Instant::now();
    for (n, seed) in missing.iter().enumerate() {
        let line = program.world(&condition, numbers, hours, *seed)?;
        standing.add(line)?;
        let done = n + 1;
        let left = begun.elapsed().mul_f64((missing.len() - done) as f64 / done as f64);
        eprintln!("    {condition}: world {} of {worlds} (seed {seed}), {} left", already + done as u64, minutes(left));
    }
    let card = Card::of(standing.lines());
    if as_json {
        println!("{}", card.json());
    } else {
        println!("{condition}, {numbers}, {} worlds of {hours} h, kept in {}", card.worlds, path.display());
        card.print();
        told::print(&card);
    }
    written(&folder, &program, hours, &commit, &html)
}

/// Prints how long findings waited.
fn print_rate(found: &Value) -> Result<()> {
    let number = |value: &Value| value.as_f64().map_or("none".to_owned(), card::number);
    println!(
        "{} arrivals and bearings, {} inputs an hour; the engine was busy for {} of the time",
        number(&found["heard_per_hour"]),
        number(&found["inputs_per_hour"]),
        number(&found["busy"])
    );
    println!("{:<52}{:>8}{:>9}{:>9}{:>9}{:>9}", "s", "n", "p50", "p90", "p99", "max");
    for (name, words) in [
        ("computing_s", "computing of an input"),
        ("computing_of_a_finding_s", "computing of an input that brought a first finding"),
        ("waited_s", "an input's waiting for those before it"),
        ("latency_s", "first finding after its last arrival was delivered"),
    ] {
        let of = &found[name];
        let [p50, p90, p99, max] = ["p50", "p90", "p99", "max"].map(|level| number(&of[level]));
        let n = of["n"].as_u64().unwrap_or_default();
        println!("{words:<52}{n:>8}{p50:>9}{p90:>9}{p99:>9}{max:>9}");
    }
    let p99_s = found["latency_s"]["p99"].as_f64().context("the example found nothing")?;
    let is_enough = found["latency_s"]["n"].as_u64().is_some_and(|n| n >= card::TAIL_MIN as u64);
    let verdict = if is_enough { super::verdict(p99_s < 2.0) } else { "too few to say" };
    println!("latency, p99: {}, goal < 2 s: {verdict}; {} within 2 s", card::number(p99_s), found["within_2_s"]);
    println!(
        "{} events: {} true ones, {} true ones again, {} none; {} of all taken back when their window closed",
        found["cases"], found["true"], found["again"], found["phantoms"], found["taken_back"]
    );
    for (name, words) in [("p_of_true", "true ones"), ("p_of_others", "others")] {
        let said = &found[name];
        println!("    said to be real of {words}: {} to {}, median {}", said["min"], said["max"], said["p50"]);
    }
    for name in ["slowest", "latest"] {
        for told in found[name].as_array().into_iter().flatten() {
            println!("    {name}: {told}");
        }
    }
    Ok(())
}

/// Writes the page over all that stands in a folder: all owners honest first, then by the number of false ones.
fn written(folder: &Path, program: &Program, hours: u64, commit: &str, html: &Path) -> Result<()> {
    let failed = || format!("{}: cannot be read", folder.display());
    let mut conditions = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if path.extension().is_none_or(|end| end != "jsonl") {
            continue;
        }
        let lines = standing::lines_of(&path, &program.hash, hours)?;
        if !lines.is_empty() {
            conditions.push(Condition { name, card: Card::of(&lines) });
        }
    }
    let rank =
        |name: &str| ["honest-", "one-false-", "two-false-"].iter().position(|of| name.starts_with(of)).unwrap_or(3);
    conditions.sort_by_key(|one| (rank(&one.name), one.name.clone()));
    if conditions.is_empty() {
        return Ok(());
    }
    let days = std::fs::read_to_string(folder.join(DAYS_FILE)).ok();
    let days = days.and_then(|text| serde_json::from_str(&text).ok()).map(|line| Days::of(&line));
    let of = format!("Worlds of {hours} h, commit {}, program {}", commit.get(..12).unwrap_or(commit), program.hash);
    let text = page::page(&conditions, days.as_ref(), &of);
    std::fs::write(html, text).with_context(|| format!("{}: cannot be written", html.display()))?;
    eprintln!("    the page: {}", html.display());
    Ok(())
}

/// The example that runs a world, as it is built now: with the release profile, as the product is shipped.
struct Program {
    path: PathBuf,
    /// The first digits of its SHA-256: what another one found is not counted with what this one finds.
    hash: String,
}

impl Program {
    fn build(project: &Project) -> Result<Self> {
        let words = ["build", "--quiet", "--release", "--package", "truceline", "--example", "bench_world"];
        step::step("building the example bench_world", || step::run(&mut project.cargo(&words)))?;
        let path = project.target()?.join("release/examples/bench_world");
        let hash = digest::of_file(&path)?.chars().take(16).collect();
        Ok(Self { path, hash })
    }

    /// What was counted in one world.
    fn world(&self, condition: &str, numbers: &str, hours: u64, seed: u64) -> Result<Value> {
        let mut command = Command::new(&self.path);
        command.args([condition, numbers, &hours.to_string(), &seed.to_string()]).stdin(Stdio::null());
        let line = output_of(&mut command)?;
        let mut line: Value = serde_json::from_str(line.trim()).context("the example printed no line of JSON")?;
        line["program"] = self.hash.as_str().into();
        Ok(line)
    }
}

impl Program {
    /// How long findings wait in clutter.
    fn rate(&self, seed: u64, minutes: u64, clutter: u64) -> Result<Value> {
        let mut command = Command::new(&self.path);
        command.args(["rate", &seed.to_string(), &minutes.to_string(), &clutter.to_string()]);
        serde_json::from_str(output_of(&mut command)?.trim()).context("the example printed no line of JSON")
    }

    /// Memory by day.
    fn days(&self, seed: u64, days: u64) -> Result<Value> {
        let mut command = Command::new(&self.path);
        command.args(["days", &seed.to_string(), &days.to_string()]).stderr(Stdio::inherit());
        serde_json::from_str(output_of(&mut command)?.trim()).context("the example printed no line of JSON")
    }
}

fn minutes(left: Duration) -> String {
    format!("{:.0} min", (left.as_secs_f64() / 60.0).ceil())
}

/// The hash of the commit that is checked out.
fn commit() -> Result<String> {
    let hash =
        output_of(Command::new("git").args(["rev-parse", "HEAD"])).context("expected a clone of the repository")?;
    Ok(hash.trim().to_owned())
}

/// The first seed, from a commit's hash: its first 48 bits.
fn seed_of(commit: &str) -> Result<u64> {
    let first = commit.get(..12).and_then(|digits| u64::from_str_radix(digits, 16).ok());
    let Some(first) = first else { bail!("commit {commit:?}, expected a hash in hex") };
    Ok(first)
}

fn number(arguments: &mut Arguments, name: &str) -> Result<Option<u64>> {
    let Some(text) = arguments.option(name)? else { return Ok(None) };
    text.parse().map(Some).with_context(|| format!("{name} {text:?}, expected a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_come_from_the_commit() {
        assert_eq!(seed_of("00000000000a99999999").unwrap(), 10);
        assert!(seed_of("zz").is_err());
    }
}
