//! The table of a daily report as CSV, or the same rows as JSON: what patrols, posts, cameras and parties observed.
//!
//! ```text
//! row_id,period_start,observer_id,owner,observer_position,event_location,means,count,observation,local_time_start
//! 1,2026-06-24T19:30+03:00,patrol 2,Mission,"48.10, 37.70",4-6 km SE,heard,3,undetermined explosion,21:14
//! ```
//! or `{"owner": "Mission", "source": "daily 145", "observations": [{"means": "heard", ...}]}`. `means` and `observation` must
//! be there and filled. Columns stand in any order.
//!
//! - `observer_id`: a role or a pseudonym, never a name. `owner`: who could make it lie.
//! - `event_location`: see [`event_location`](crate::event_location); `event_location_precision`: how far it reaches, m.
//! - `local_time_start`, `local_time_end`: a whole time, or hours and minutes on the day and in the zone of `period_start`.
//!   `time_uncertainty_s`; `clock`: gnss, holdover, manual.
//! - `attack_reported` and `violation_alleged` are two things: one says that fire was reported, the other in its own words that
//!   it was a breach. `scope`: `incident`, or `period-total` for a total, which is a series of its own.
//! - `killed`, `injured`: men, women and children as `1/0/2`, or one number where no more was said; `harmed_object`: what was
//!   damaged. Never a name.
//! - `evidence`: SHA-256 of files, with blanks between. `grade`: such as `B2`.
//! - `zone`, `clause_ids`, `side_of_line`, `status`, `event_ids` and `coverage_note` are for the product to find. Whoever
//!   tells them is not read.
use crate::error::FormatError;
use crate::event_location;
use crate::observations::{MAX_OBSERVATIONS, Observations, boot_of, label, of_table, within};
use crate::table::{Range, Reason, Table, clip};
use crate::told::{Told, objects, spelled};
use serde_json::Value;
use truceline_model::harm::{Harm, Toll};
use truceline_model::hash::Hash;
use truceline_model::observation::{
    Claim, ClockKind, Count, CountQuality, ExplosionKind, Grade, MAX_EVIDENCE, MAX_TEXT_BYTES, Means, Observation,
    ObservedKind, Scope, SourceGrade, TimeSpan,
};
use truceline_model::refusal::Refusal;
use truceline_model::report::SourceRef;
use truceline_model::time::{Interval, NS_PER_S, Time};

/// The owner where none is stated: all such observations together count as one.
pub const OWNER_NOT_STATED: &str = "not stated";

/// Standard deviation of a time where none is stated, s: a wrist watch, and minutes that are rounded.
const TIME_SIGMA_S: f64 = 60.0;

/// The longest span of one observation: a total of a month.
const SPAN_NS_MAX: i64 = 31 * 86_400 * NS_PER_S;

const COLUMNS: [&str; 28] = [
    "row_id",
    "period_start",
    "period_end",
    "observer_id",
    "observer_kind",
    "owner",
    "observer_position",
    "event_location",
    "event_location_precision",
    "means",
    "count",
    "count_quality",
    "observation",
    "description",
    "direction",
    "weapon",
    "weapon_confidence",
    "local_time_start",
    "local_time_end",
    "time_uncertainty_s",
    "clock",
    "attack_reported",
    "violation_alleged",
    "evidence",
    "scope",
    "killed",
    "injured",
    "harmed_object",
];

/// What is read beside [`COLUMNS`]; a table has a bound on both together.
const ALL: [&str; 29] = {
    let mut all = ["grade"; 29];
    let mut at = 0;
    while at < COLUMNS.len() {
        all[at] = COLUMNS[at];
        at += 1;
    }
    all
};

/// Kinds by what people write, beside their own names.
const SPELLINGS: [(&str, ObservedKind, Option<ExplosionKind>); 20] = [
    ("undetermined-explosion", ObservedKind::Explosion, Some(ExplosionKind::Undetermined)),
    ("explosion", ObservedKind::Explosion, Some(ExplosionKind::Undetermined)),
    ("outgoing-explosion", ObservedKind::Explosion, Some(ExplosionKind::Outgoing)),
    ("outgoing", ObservedKind::Explosion, Some(ExplosionKind::Outgoing)),
    ("impact-explosion", ObservedKind::Explosion, Some(ExplosionKind::Impact)),
    ("impact", ObservedKind::Explosion, Some(ExplosionKind::Impact)),
    ("airburst", ObservedKind::Explosion, Some(ExplosionKind::Airburst)),
    ("controlled-detonation", ObservedKind::Explosion, Some(ExplosionKind::ControlledDetonation)),
    ("controlled-explosion", ObservedKind::Explosion, Some(ExplosionKind::ControlledDetonation)),
    ("projectile", ObservedKind::ProjectileInFlight, None),
    ("projectiles-in-flight", ObservedKind::ProjectileInFlight, None),
    ("muzzle-flashes", ObservedKind::MuzzleFlash, None),
    ("flare", ObservedKind::IlluminationFlare, None),
    ("illumination-flares", ObservedKind::IlluminationFlare, None),
    ("bursts", ObservedKind::Burst, None),
    ("shots", ObservedKind::Shot, None),
    ("drone", ObservedKind::Uav, None),
    ("fire", ObservedKind::ThermalAnomaly, None),
    ("mine", ObservedKind::MinePresent, None),
    ("uxo", ObservedKind::UxoPresent, None),
];

/// The most people of one kind that one observation says were harmed: more than in any event on record.
const TOLL_MAX: u32 = 1_000_000;
const COUNT: Range = Range::of(0.0, 1e6, "of them");
const PRECISION: Range = Range::above(0.0, 100_000.0, "m");
const SIGMA: Range = Range::of(0.0, 1e6, "s");

/// Reads the table as CSV. Rows that cannot be used are refused, each with its line and column.
///
/// # Errors
/// If the header lacks a column that is needed, or there are too many rows.
pub fn read(file: &str, bytes: &[u8]) -> Result<Observations, FormatError> {
    let table = Table::open(file, bytes, &ALL, &["means", "observation"])?;
    of_table(file, bytes, table, |table, row, boot| {
        let source = SourceRef { source: String::new(), boot, sequence: row.number as u64 };
        one(&Told::Line(table, row), source, "", file).map(Some)
    })
}

/// Reads the rows as JSON.
///
/// # Errors
/// If it is no such object, or there are too many rows.
pub fn read_json(file: &str, bytes: &[u8]) -> Result<Observations, FormatError> {
    let told = objects(file, bytes, "observations", MAX_OBSERVATIONS)?;
    let boot = boot_of(bytes);
    let mut found = Observations::default();
    for (at, row) in told.rows.iter().enumerate() {
        let source = SourceRef { source: told.source.clone(), boot, sequence: at as u64 };
        let read = match row {
            Value::Object(members) => match members.keys().find(|name| !ALL.contains(&name.as_str())) {
                Some(other) => Err(("", format!("{:?} has no meaning here", clip(other)))),
                None => one(&Told::Object(members), source, &told.owner, file),
            },
            _ => Err(("", "expected an object".to_owned())),
        };
        match read {
            Ok(observation) => found.observations.push(observation),
            Err((field, expected)) => {
                let dot = if field.is_empty() { "" } else { "." };
                found.refusals.push(Refusal {
                    source: file.to_owned(),
                    offset: format!("observations[{at}]{dot}{field}"),
                    rule: if field.is_empty() { "row" } else { field }.to_owned(),
                    expected,
                    payload: Hash::of(row.to_string().as_bytes()),
                });
            }
        }
    }
    Ok(found)
}

fn one(told: &Told<'_>, source: SourceRef, owner: &str, file: &str) -> Result<Observation, Reason> {
    let means = {
        let text = told.text("means")?;
        Means::from_name(&spelled(&text)).ok_or_else(|| ("means", one_of(&text, Means::NAMES)))?
    };
    let (kind, explosion) = kind(&told.text("observation")?)?;
    let precision_m = told.number("event_location_precision", PRECISION)?.map(|m| m.round() as u32);
    let at = event_location::read(&told.text("event_location")?, precision_m)?;
    let id = label("observer_id", &told.text("observer_id")?)?;
    let named = [id.as_str(), source.source.as_str(), file].into_iter().find(|name| !name.is_empty());
    let name: String = named.unwrap_or_default().chars().take(40).collect();
    let own = label("owner", &told.text("owner")?)?;
    let owner = [own.as_str(), owner, OWNER_NOT_STATED].into_iter().find(|owner| !owner.is_empty());
    let alleged = told.words("violation_alleged", MAX_TEXT_BYTES)?;
    let scope = match told.text("scope")?.as_ref() {
        "" => Scope::Incident,
        text => Scope::from_name(&spelled(text)).ok_or_else(|| ("scope", one_of(text, Scope::NAMES)))?,
    };
    Ok(Observation {
        source: SourceRef { source: name, ..source },
        owner: owner.unwrap_or_default().to_owned(),
        observer_place: told.place("observer_position")?,
        means,
        kind,
        explosion,
        count: count(told)?,
        time: time(told)?,
        at,
        weapon: label("weapon", &told.text("weapon")?)?,
        direction: label("direction", &told.text("direction")?)?,
        thermal: None,
        harm: harm(told)?,
        grade: grade(&told.text("grade")?)?,
        claim: Claim {
            attack_reported: told.is("attack_reported")?.unwrap_or(false),
            violation_alleged: (!alleged.is_empty()).then_some(alleged),
        },
        scope,
        evidence: evidence(&told.text("evidence")?)?,
        text: told.words("description", MAX_TEXT_BYTES)?,
    })
}

fn one_of(text: &str, names: &[&str]) -> String {
    format!("{:?}, expected one of {}", clip(text), names.join(", "))
}

fn kind(text: &str) -> Result<(ObservedKind, Option<ExplosionKind>), Reason> {
    let name = spelled(text);
    if let Some((_, kind, explosion)) = SPELLINGS.iter().find(|(spelling, ..)| *spelling == name) {
        return Ok((*kind, *explosion));
    }
    let kind = ObservedKind::from_name(&name).or_else(|| ObservedKind::from_name(name.strip_suffix('s')?));
    kind.map(|kind| (kind, None)).ok_or_else(|| ("observation", one_of(text, ObservedKind::NAMES)))
}

fn count(told: &Told<'_>) -> Result<Count, Reason> {
    let number = told.number("count", COUNT)?;
    if number.is_some_and(|number| number.fract() != 0.0) {
        return Err(("count", "expected a whole number".to_owned()));
    }
    let number = number.map(|number| number as u32);
    let quality = match told.text("count_quality")?.as_ref() {
        "" if number.is_some() => CountQuality::Exact,
        "" => CountQuality::Uncountable,
        text => CountQuality::from_name(&spelled(text))
            .ok_or_else(|| ("count_quality", one_of(text, CountQuality::NAMES)))?,
    };
    if number.is_none() && quality != CountQuality::Uncountable {
        return Err(("count", "it is empty, expected a number, or uncountable as its quality".to_owned()));
    }
    Ok(Count { number, quality })
}

/// When: whole times, or hours and minutes on the day of the period's start.
fn time(told: &Told<'_>) -> Result<TimeSpan, Reason> {
    let start = told.text("period_start")?;
    let (from, to) = match told.text("local_time_start")?.as_ref() {
        // A total, or what was found: somewhere within the period.
        "" => {
            let from = told.time("period_start")?;
            let from = from.ok_or_else(|| ("local_time_start", "it is empty, as is period_start".to_owned()))?;
            (from, told.time("period_end")?.unwrap_or(from))
        }
        text => {
            let from = clock_time("local_time_start", text, &start, None)?;
            let to = match told.text("local_time_end")?.as_ref() {
                "" => from,
                text => clock_time("local_time_end", text, &start, Some(from))?,
            };
            (from, to)
        }
    };
    if to < from || to.0 - from.0 > SPAN_NS_MAX {
        return Err(("local_time_end", format!("{to} after {from}, expected at most 31 days later")));
    }
    let sigma_s = told.number("time_uncertainty_s", SIGMA)?.unwrap_or(TIME_SIGMA_S);
    let clock = match told.text("clock")?.as_ref() {
        "" => ClockKind::NotStated,
        text => ClockKind::from_name(&spelled(text)).ok_or_else(|| ("clock", one_of(text, ClockKind::NAMES)))?,
    };
    Ok(TimeSpan { span: Interval { from, to }, sigma_ms: (sigma_s * 1e3).round() as u64, clock })
}

/// A whole time, or `21:14` on the day and in the zone of `start`: the first such instant not before `after` or `start`.
fn clock_time(column: &'static str, text: &str, start: &str, after: Option<Time>) -> Result<Time, Reason> {
    let wrong = || (column, format!("{:?}, expected a time, or 21:14 with a period_start", clip(text)));
    if let Ok(time) = Time::parse(text) {
        return within(column, time);
    }
    let begins = Time::parse(start).map_err(|_| wrong())?;
    let (day, rest) = start.split_at_checked(10).ok_or_else(wrong)?;
    let zone = rest.find(['+', '-', 'Z', 'z']).map_or("Z", |at| &rest[at..]);
    let whole = if text.matches(':').count() == 1 { format!("{text}:00") } else { text.to_owned() };
    let time = Time::parse(&format!("{day}T{whole}{zone}")).map_err(|_| wrong())?;
    let later = Time(time.0.saturating_add(86_400 * NS_PER_S));
    within(column, if time < after.unwrap_or(begins) { later } else { time })
}

/// Harm, where any of its columns is filled.
fn harm(told: &Told<'_>) -> Result<Option<Harm>, Reason> {
    let harm = Harm {
        killed: toll("killed", &told.text("killed")?)?,
        injured: toll("injured", &told.text("injured")?)?,
        object: label("harmed_object", &told.text("harmed_object")?)?,
    };
    Ok((harm != Harm::default()).then_some(harm))
}

/// Men, women and children, or people of whom no more was said.
fn toll(column: &'static str, text: &str) -> Result<Toll, Reason> {
    let wrong = || {
        let text = clip(text);
        (
            column,
            format!("{text:?}, expected men, women and children such as 1/0/2, or one number, each at most {TOLL_MAX}"),
        )
    };
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number <= TOLL_MAX).ok_or_else(wrong);
    match text.split('/').collect::<Vec<_>>()[..] {
        [""] => Ok(Toll::default()),
        [all] => Ok(Toll { not_stated: number(all)?, ..Toll::default() }),
        [men, women, children] => {
            Ok(Toll { men: number(men)?, women: number(women)?, children: number(children)?, not_stated: 0 })
        }
        _ => Err(wrong()),
    }
}

fn grade(text: &str) -> Result<Option<Grade>, Reason> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut letters = text.chars();
    let source = letters.next().and_then(|c| SourceGrade::from_name(&c.to_ascii_uppercase().to_string()));
    let item = letters.as_str().parse::<u8>().ok().filter(|item| (1..=6).contains(item));
    match (source, item) {
        (Some(source), Some(item)) => Ok(Some(Grade { source, item })),
        _ => Err(("grade", format!("{:?}, expected a letter A to F and a number 1 to 6, such as B2", clip(text)))),
    }
}

fn evidence(text: &str) -> Result<Vec<Hash>, Reason> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > MAX_EVIDENCE {
        return Err(("evidence", format!("{} of them, at most {MAX_EVIDENCE} are read", words.len())));
    }
    let hash = |word: &&str| {
        let wrong = || ("evidence", format!("{:?}, expected the 64 digits of a SHA-256", clip(word)));
        Hash::from_hex(word).ok_or_else(wrong)
    };
    words.iter().map(hash).collect()
}
