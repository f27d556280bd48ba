//! What each hour took from the sensors.
use super::hindered::Hindered;
use anyhow::{Result, anyhow, bail};
use std::collections::BTreeMap;
use truceline_formats::arrivals::{Arrivals, TimeForm, seconds};
use truceline_formats::noise::{Louder, Noise};
use truceline_model::hindrance::HindranceKind;
use truceline_model::time::{Interval, NS_PER_S, Time};

/// An hour, ns.
const HOUR_NS: i64 = 3_600 * NS_PER_S;

/// The most hours of one call: three months.
const HOURS_MAX: i64 = 24 * 92;

/// What one sensor lost of an hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sensed {
    /// For what share of it the sensor ran.
    pub(crate) up: f64,
    /// By how much noise was louder on the mean while it ran, dB.
    pub(crate) louder_db: f64,
}

impl Sensed {
    const WHOLE: Self = Self { up: 1.0, louder_db: 0.0 };
}

/// One hour.
#[derive(Debug, Clone)]
pub(super) struct Hour {
    pub(super) when: Option<Interval>,
    /// By sensor.
    pub(super) sensed: Vec<Sensed>,
    /// How many sensor-hours each kind of hindrance took.
    pub(super) lost_h: BTreeMap<HindranceKind, f64>,
}

/// All hours.
#[derive(Debug)]
pub(super) struct Hours {
    pub(super) hours: Vec<Hour>,
    pub(super) time_form: TimeForm,
}

impl Hours {
    /// Of so many sensors, over a stated span or over that of the files.
    pub(super) fn new(
        count: usize,
        arrivals: Option<&Arrivals>,
        hindered: &Hindered,
        noise: Option<&Noise>,
        span: Option<(&str, &str)>,
    ) -> Result<Self> {
        let arrivals = arrivals.filter(|arrivals| !arrivals.arrivals.is_empty());
        let noise = noise.filter(|noise| !noise.louder.is_empty());
        let forms = [
            arrivals.map(|arrivals| arrivals.time_form),
            (!hindered.spells.is_empty()).then_some(TimeForm::Date),
            noise.map(|noise| noise.time_form),
        ];
        let mut form: Option<TimeForm> = None;
        for its in forms.into_iter().flatten() {
            if form.is_some_and(|form| form != its) {
                bail!(
                    "arrivals, hindrances and noise give their times in two forms: expected dates in all, or seconds in \
                     arrivals and noise without hindrances"
                );
            }
            form = Some(its);
        }
        let stated = match span {
            Some((from, to)) => {
                let (from, its) = time(from)?;
                let (to, other) = time(to)?;
                if its != other || form.is_some_and(|form| form != its) {
                    bail!("--from and --to are in another form than the files' times");
                }
                if to <= from {
                    bail!("--to is not after --from");
                }
                form = Some(its);
                Some((from, to))
            }
            None => None,
        };
        let rows = noise.map_or(&[][..], |noise| &noise.louder);
        let span = stated.or_else(|| {
            let taken =
                arrivals.into_iter().flat_map(|arrivals| &arrivals.arrivals).map(|arrival| arrival.measurement.time);
            let louder = rows.iter().flat_map(|louder| [louder.when.from, Time(louder.when.to.0 - 1)]);
            // What still holds ends with the rest.
            let ended = hindered.spells.iter().flat_map(|spell| {
                [Some(spell.from), spell.to.map(|to| Time((to.0 - 1).max(spell.from.0)))].into_iter().flatten()
            });
            let times: Vec<Time> = taken.chain(louder).chain(ended).collect();
            let (first, last) = (times.iter().min()?, times.iter().max()?);
            // Whole hours, as the clock has them.
            let from = first.0.div_euclid(HOUR_NS) * HOUR_NS;
            Some((Time(from), Time(last.0.div_euclid(HOUR_NS) * HOUR_NS + HOUR_NS)))
        });
        let time_form = form.unwrap_or(TimeForm::Date);
        let Some((from, to)) = span else {
            let hour = Hour { when: None, sensed: vec![Sensed::WHOLE; count], lost_h: BTreeMap::new() };
            return Ok(Self { hours: vec![hour], time_form });
        };
        let many = (to.0 - from.0 + HOUR_NS - 1) / HOUR_NS;
        if many > HOURS_MAX {
            bail!("{many} hours, at most {HOURS_MAX} are told: narrow them with --from and --to");
        }
        let hours = (0..many).map(|at| {
            let begin = Time(from.0 + at * HOUR_NS);
            let when = Interval { from: begin, to: Time((begin.0 + HOUR_NS).min(to.0)) };
            hour(when, hindered, rows, count)
        });
        Ok(Self { hours: hours.collect(), time_form })
    }
}

/// What hindrances and noise took from one hour.
fn hour(when: Interval, hindered: &Hindered, louder: &[Louder], count: usize) -> Hour {
    let length_ns = (when.to.0 - when.from.0) as f64;
    let mut lost_h: BTreeMap<HindranceKind, f64> = BTreeMap::new();
    let near: Vec<(&Louder, i64)> = louder
        .iter()
        .map(|louder| (louder, louder.when.to.0.min(when.to.0) - louder.when.from.0.max(when.from.0)))
        .filter(|(_, long_ns)| *long_ns > 0)
        .collect();
    let lost = hindered.lost(when, count);
    let sensed = lost.into_iter().enumerate().map(|(sensor, lost_ns)| {
        let mut up = 1.0;
        for (kind, lost_ns) in lost_ns {
            up -= lost_ns / length_ns;
            *lost_h.entry(kind).or_default() += lost_ns / HOUR_NS as f64;
        }
        let mine = near.iter().filter(|(louder, _)| louder.sensor.is_none_or(|of| of == sensor));
        let louder_db = mine.map(|(louder, long_ns)| louder.louder_db * *long_ns as f64).sum::<f64>() / length_ns;
        Sensed { up, louder_db }
    });
    let sensed = sensed.collect();
    Hour { when: Some(when), sensed, lost_h }
}

fn time(text: &str) -> Result<(Time, TimeForm)> {
    if let Some(found) = seconds(text) {
        return found.map(|time| (time, TimeForm::Seconds)).ok_or_else(|| anyhow!("{text:?} is no instant"));
    }
    let time = Time::parse(text).map_err(|error| anyhow!("{text:?}: {error}"))?;
    Ok((time, TimeForm::Date))
}

#[cfg(test)]
mod tests {
    use super::super::hindered::Spell;
    use super::*;

    const S: i64 = NS_PER_S;

    fn spell(from_s: i64, to_s: Option<i64>, share: f64, kind: HindranceKind) -> Spell {
        Spell { sensors: vec![0], from: Time(from_s * S), to: to_s.map(|s| Time(s * S)), share, kind }
    }

    #[test]
    fn what_is_lost_is_lost_once_and_to_what_takes_most() {
        let spells = vec![
            spell(-900, Some(900), 1.0, HindranceKind::Outage),
            spell(600, Some(1_800), 1.0, HindranceKind::Jamming),
            spell(0, Some(2_700), 0.5, HindranceKind::Weather),
            spell(9_000, None, 1.0, HindranceKind::Tampering),
        ];
        let all = Interval { from: Time(0), to: Time(3_600 * S) };
        let noise = Louder { sensor: Some(0), when: Interval { from: Time(1_800 * S), ..all }, louder_db: 12.0 };
        let found = hour(all, &Hindered { spells }, &[noise], 2);
        assert_eq!(found.sensed, [Sensed { up: 0.375, louder_db: 6.0 }, Sensed::WHOLE]);
        let lost: Vec<(HindranceKind, f64)> = found.lost_h.into_iter().collect();
        let expected = [(HindranceKind::Jamming, 0.25), (HindranceKind::Outage, 0.25), (HindranceKind::Weather, 0.125)];
        assert_eq!(lost, expected);
    }
}
