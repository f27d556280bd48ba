//! `truceline bulletin`: a store's daily, spot, flash, weekly or rolling report, for one tier.
mod computed;

use super::serve::tier;
use crate::commands::bulletin::computed::ByScience;
use crate::output;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_accord::release::Tier;
use truceline_bulletin::{Format, Kind, Language, Zone};
use truceline_desk::bulletins::{self, Ask};
use truceline_desk::log::now_s;
use truceline_desk::views::Views;
use truceline_evidence::journal::JournalReader;
use truceline_model::case::CaseId;
use truceline_model::time::{Interval, NS_PER_S, Time};
use truceline_node::journal::{Journal, Mode};
use truceline_node::store::Store;

/// A day, s.
const DAY_S: i64 = 86_400;
/// What a rolling report covers where nobody says, s: the truces on record lasted some tens of hours.
const ROLLING_S: i64 = 6 * 3_600;

/// Write a report: daily, spot, flash, weekly or rolling.
///
/// It holds what the tier may see at the time of issue and nothing else; a flash goes to the parties, whoever asks. The
/// same store and the same time of issue give the same bytes. Where nobody says otherwise the day is that of the
/// store's newest tick, and the time of issue the one at which all of the period is due for the tier.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  truceline bulletin daily my-store --day 2004-06-02\n  truceline bulletin daily my-store \
                        --day 2004-06-02 --tier public --lang uk --format html -o daily.html\n  truceline bulletin spot \
                        my-store --case 04-0001-P\n  truceline bulletin rolling my-store --from 2004-06-02T12:00:00Z --to \
                        2004-06-02T18:00:00Z"
)]
pub(crate) struct Bulletin {
    /// Which: daily, spot, flash, weekly or rolling
    #[arg(value_parser = kind)]
    kind: Kind,
    /// The store's folder
    store: PathBuf,
    /// The day, in the time zone
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with_all = ["from", "to"])]
    day: Option<String>,
    /// The period's first instant
    #[arg(long, value_name = "TIME", requires = "to")]
    from: Option<String>,
    /// The first instant after the period
    #[arg(long, value_name = "TIME", requires = "from")]
    to: Option<String>,
    /// The case of a spot report or a flash
    #[arg(long, value_name = "CASE")]
    case: Option<String>,
    /// For whom: enclave, commission, parties or public
    #[arg(long, value_name = "TIER", value_parser = tier)]
    tier: Option<Tier>,
    /// The language: en, uk, fr or de
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
    lang: Language,
    /// The form: html, text, csv or json
    #[arg(long, value_name = "FORM", default_value = "text", value_parser = format)]
    format: Format,
    /// The time zone of all that is printed: UTC or an offset such as +02:00
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
    zone: Zone,
    /// When it is issued
    #[arg(long, value_name = "TIME")]
    issued: Option<String>,
    /// Write it to this file
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Bulletin {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let store = Store::open(&self.store, false)?;
        let journal = Journal::open(&store, Mode::Read)?;
        // Made anew from the journal, so that a running server's views are left alone.
        let mut views = Views::open(Path::new(":memory:"), &journal.origin())?;
        views.follow(&journal)?;
        let tier = match (self.kind, self.tier) {
            (Kind::Flash, None) => Tier::Parties,
            (Kind::Flash, Some(Tier::Enclave)) => bail!("a flash goes to the parties: expected another tier"),
            (_, tier) => tier.unwrap_or(Tier::Enclave),
        };
        let newest =
            views.now(&journal)?.map(|tick| tick.now).context("the store has no tick yet, so no time to speak of")?;
        let case = self.named_case()?;
        let period = match case {
            Some(case) => bulletins::case_period(&views, &journal, case)?,
            None => self.period(newest)?,
        };
        let issued = self.issued(&bulletins::due(&views, &journal, tier, &period)?, newest, tier)?;
        let ask = Ask {
            kind: self.kind,
            period,
            case,
            zone: self.zone,
            tier,
            issued,
            language: self.lang,
            format: self.format,
        };
        let bulletin = bulletins::bulletin(&mut views, &journal, &ask, &ByScience)?.into_inner();
        match &self.out {
            Some(path) => {
                std::fs::write(path, bulletin).with_context(|| format!("cannot write {}", path.display()))?;
            }
            None => output::print(&bulletin)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn named_case(&self) -> Result<Option<CaseId>> {
        match (self.kind, &self.case) {
            (Kind::Spot | Kind::Flash, Some(name)) => {
                let expected =
                    || format!("{name:?} is no case: expected a name such as 04-0001-P with its check letter");
                Ok(Some(CaseId::parse(name).with_context(expected)?))
            }
            (Kind::Spot | Kind::Flash, None) => bail!("a {} is about one case: expected --case", self.kind.name()),
            (_, Some(_)) => bail!("a {} is about a period: expected no --case", self.kind.name()),
            (_, None) => Ok(None),
        }
    }

    fn period(&self, newest: Time) -> Result<Interval> {
        let days = |from: Time, days: i64| Interval { from, to: Time(from.0 + days * DAY_S * NS_PER_S) };
        if let (Some(from), Some(to)) = (&self.from, &self.to) {
            let period = Interval { from: time("--from", from)?, to: time("--to", to)? };
            if period.from >= period.to {
                bail!("--from {from} --to {to}: expected from before to");
            }
            return Ok(period);
        }
        let first = match &self.day {
            Some(day) => {
                let expected = || format!("--day {day}: expected a date such as 2004-06-02");
                self.zone.day(day).with_context(expected)?
            }
            None => self.zone.day_start(newest),
        };
        Ok(match self.kind {
            // A week ends with its day.
            Kind::Weekly => days(Time(first.0 - 6 * DAY_S * NS_PER_S), 7),
            Kind::Rolling if self.day.is_none() => {
                let minute = 60 * NS_PER_S;
                let to = Time(newest.0.div_euclid(minute) * minute + minute);
                Interval { from: Time(to.0 - ROLLING_S * NS_PER_S), to }
            }
            Kind::Daily | Kind::Rolling | Kind::Spot | Kind::Flash => days(first, 1),
        })
    }

    /// When it is issued. To others than the enclave nothing is said before it is due by this machine's clock.
    fn issued(&self, due: &Time, newest: Time, tier: Tier) -> Result<Time> {
        let asked = self.issued.as_deref().map(|text| time("--issued", text)).transpose()?;
        if tier == Tier::Enclave {
            return Ok(asked.unwrap_or(newest));
        }
        let now = Time(now_s().saturating_mul(NS_PER_S));
        match asked {
            Some(asked) if asked > now => bail!("--issued {asked} is later than this machine's clock, {now}"),
            Some(asked) => Ok(asked),
            None if *due > now => bail!(
                "not all of the period is due for {} before {due}; --issued {now} gives what is due now",
                tier.name()
            ),
            None => Ok(*due),
        }
    }
}

fn time(name: &str, text: &str) -> Result<Time> {
    Time::parse(text).with_context(|| format!("{name} {text}"))
}

fn kind(name: &str) -> Result<Kind, String> {
    Kind::from_name(name).ok_or_else(|| format!("expected one of {}", Kind::NAMES.join(", ")))
}

fn language(name: &str) -> Result<Language, String> {
    Language::from_name(name).ok_or_else(|| format!("expected one of {}", Language::NAMES.join(", ")))
}

fn format(name: &str) -> Result<Format, String> {
    Format::from_name(name).ok_or_else(|| format!("expected one of {}", Format::NAMES.join(", ")))
}

fn zone(name: &str) -> Result<Zone, String> {
    Zone::parse(name).ok_or_else(|| "expected UTC or an offset such as +02:00, at most 14 hours".to_owned())
}
