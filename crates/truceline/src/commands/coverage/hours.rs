//! What each hour took from the sensors.
use anyhow::{Result, anyhow, bail};
use std::collections::BTreeMap;
use truceline_formats::arrivals::{Arrivals, TimeForm, seconds};
use truceline_formats::losses::{Loss, LossReason, Losses};
use truceline_formats::sensors::Sensors;
use truceline_model::time::{Interval, NS_PER_S, Time};

/// An hour, ns.
const HOUR_NS: i64 = 3_600 * NS_PER_S;

/// The most hours of one call: three months.
const HOURS_MAX: i64 = 24 * 92;

/// What one sensor lost of an hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sensed {
    /// For what share of it the sensor ran.
    pub(super) up: f64,
    /// By how much noise was louder on the mean while it ran, dB.
    pub(super) louder_db: f64,
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
    /// For how many sensor-hours each reason kept sensors from running.
    pub(super) lost_h: BTreeMap<LossReason, f64>,
}

/// All hours.
#[derive(Debug)]
pub(super) struct Hours {
    pub(super) hours: Vec<Hour>,
    pub(super) time_form: TimeForm,
}

impl Hours {
    pub(super) fn new(
        sensors: &Sensors,
        arrivals: Option<&Arrivals>,
        losses: Option<&Losses>,
        span: Option<(&str, &str)>,
    ) -> Result<Self> {
        let mut form = arrivals.filter(|arrivals| !arrivals.arrivals.is_empty()).map(|arrivals| arrivals.time_form);
        let losses_form = losses.filter(|losses| !losses.losses.is_empty()).map(|losses| losses.time_form);
        if form.is_some() && losses_form.is_some() && form != losses_form {
            bail!("arrivals and losses give their times in two forms: expected dates in both, or seconds in both");
        }
        form = form.or(losses_form);
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
        let count = sensors.sensors.len();
        let rows = losses.map_or(&[][..], |losses| &losses.losses);
        let span = stated.or_else(|| {
            let taken =
                arrivals.into_iter().flat_map(|arrivals| &arrivals.arrivals).map(|arrival| arrival.measurement.time);
            let lost = rows.iter().flat_map(|loss| [loss.when.from, Time(loss.when.to.0 - 1)]);
            let times: Vec<Time> = taken.chain(lost).collect();
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
            hour(when, rows, count)
        });
        Ok(Self { hours: hours.collect(), time_form })
    }
}

/// What losses took from one hour.
fn hour(when: Interval, losses: &[Loss], count: usize) -> Hour {
    let length_ns = (when.to.0 - when.from.0) as f64;
    let mut lost_h: BTreeMap<LossReason, f64> = BTreeMap::new();
    let near: Vec<(&Loss, i64, i64)> = losses
        .iter()
        .map(|loss| (loss, loss.when.from.0.max(when.from.0), loss.when.to.0.min(when.to.0)))
        .filter(|(_, from, to)| from < to)
        .collect();
    let sensed = (0..count).map(|sensor| {
        let mine = near.iter().filter(|(loss, ..)| loss.sensor.is_none_or(|of| of == sensor));
        // Losses may overlap: what is down is down once, by the reason that began first.
        let mut down: Vec<(i64, i64, LossReason)> = mine
            .clone()
            .filter(|(loss, ..)| loss.louder_db.is_none())
            .map(|(loss, from, to)| (*from, *to, loss.reason))
            .collect();
        down.sort_unstable();
        let (mut reached, mut down_ns) = (when.from.0, 0);
        for (from, to, reason) in down {
            let lost_ns = (to - from.max(reached)).max(0);
            reached = reached.max(to);
            down_ns += lost_ns;
            if lost_ns > 0 {
                *lost_h.entry(reason).or_default() += lost_ns as f64 / HOUR_NS as f64;
            }
        }
        let louder = |(loss, from, to): &(&Loss, i64, i64)| Some(loss.louder_db? * (to - from) as f64);
        let louder_db = mine.filter_map(louder).sum::<f64>() / length_ns;
        Sensed { up: 1.0 - down_ns as f64 / length_ns, louder_db }
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
    use super::*;

    const S: i64 = NS_PER_S;

    fn loss(from_s: i64, to_s: i64, louder_db: Option<f64>, reason: LossReason) -> Loss {
        Loss { sensor: Some(0), when: Interval { from: Time(from_s * S), to: Time(to_s * S) }, louder_db, reason }
    }

    #[test]
    fn what_is_down_is_down_once() {
        let losses = [
            loss(-900, 900, None, LossReason::Outage),
            loss(600, 1_800, None, LossReason::Jamming),
            loss(1_800, 3_600, Some(12.0), LossReason::Weather),
            loss(9_000, 9_001, None, LossReason::Denial),
        ];
        let found = hour(Interval { from: Time(0), to: Time(3_600 * S) }, &losses, 2);
        assert_eq!(found.sensed, [Sensed { up: 0.5, louder_db: 6.0 }, Sensed::WHOLE]);
        let lost: Vec<(LossReason, f64)> = found.lost_h.into_iter().collect();
        assert_eq!(lost, [(LossReason::Outage, 0.25), (LossReason::Jamming, 0.25)]);
    }
}
