//! What hindrances take from the sensors of a network.
use super::bytes;
use super::network::Watching;
use anyhow::{Result, bail};
use std::collections::BTreeMap;
use std::path::Path;
use truceline_formats::Delivery;
use truceline_model::hindrance::{ALL_PPM, Hindrance, HindranceKind};
use truceline_model::measurement::Site;
use truceline_model::place::Place;
use truceline_model::time::{Interval, Time};
use truceline_science::associate::Frame;

/// One hindrance at the sensors that it is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spell {
    /// The sensors, by their numbers.
    pub(super) sensors: Vec<usize>,
    /// Since when.
    pub(super) from: Time,
    /// Until when; none where it still holds.
    pub(super) to: Option<Time>,
    /// The share of what they see that is lost.
    pub(super) share: f64,
    /// What kind.
    pub(super) kind: HindranceKind,
}

/// All hindrances that take something.
#[derive(Debug, Default)]
pub(super) struct Hindered {
    pub(super) spells: Vec<Spell>,
}

impl Hindered {
    /// Reads a file that `truceline load` takes. What cannot be used is named on the standard error, and the rest goes on.
    pub(super) fn read(path: &Path, watching: &Watching) -> Result<Self> {
        let file = path.display().to_string();
        let Delivery::Hindrances(read) = Delivery::read(&file, &bytes(path)?)? else {
            bail!("{file}: expected hindrances, a table with a column `hindrance` or JSON with `hindrances`");
        };
        for refused in &read.refusals {
            eprintln!("truceline: {file}, {}: {}", refused.offset, refused.expected);
        }
        let mut found = Self::default();
        for (number, hindrance) in read.hindrances.iter().enumerate() {
            match Spell::of(hindrance, watching) {
                Ok(Some(spell)) => found.spells.push(spell),
                Ok(None) => {}
                Err(why) => eprintln!("truceline: {file}, hindrance {} ({}): {why}", number + 1, hindrance.kind.name()),
            }
        }
        Ok(found)
    }

    /// By sensor, for how long of an interval each kind took how much, in nanoseconds of a whole loss. Where some hold at
    /// once that which takes most counts, of equal ones the one that began first.
    pub(super) fn lost(&self, when: Interval, count: usize) -> Vec<BTreeMap<HindranceKind, f64>> {
        let mut near: Vec<&Spell> = self
            .spells
            .iter()
            .filter(|spell| spell.from < when.to && spell.to.is_none_or(|to| to > when.from))
            .collect();
        near.sort_by(|a, b| b.share.total_cmp(&a.share).then((a.from, a.kind).cmp(&(b.from, b.kind))));
        let mut lost = vec![BTreeMap::new(); count];
        let mut free = vec![vec![(when.from, when.to)]; count];
        for spell in near {
            let (from, to) = (spell.from.max(when.from), spell.to.map_or(when.to, |to| to.min(when.to)));
            for sensor in &spell.sensors {
                let mut left = Vec::new();
                let mut taken_ns = 0;
                for (begin, end) in free[*sensor].drain(..) {
                    let (first, last) = (from.clamp(begin, end), to.clamp(begin, end));
                    taken_ns += last.0 - first.0;
                    left.extend([(begin, first), (last, end)].into_iter().filter(|(a, b)| a < b));
                }
                free[*sensor] = left;
                if taken_ns > 0 {
                    *lost[*sensor].entry(spell.kind).or_default() += spell.share * taken_ns as f64;
                }
            }
        }
        lost
    }
}

impl Spell {
    /// None for what takes nothing from a sensor of the network.
    fn of(hindrance: &Hindrance, watching: &Watching) -> Result<Option<Self>, String> {
        let kind = hindrance.kind;
        if let Some(id) = hindrance.sensors.iter().find(|id| watching.sensors.iter().all(|sensor| sensor.id != **id)) {
            return Err(format!("{id:?} is no sensor of the file of sensors"));
        }
        if hindrance.sensors.is_empty() && kind.reaches_instruments() {
            if hindrance.place.is_none() {
                return Err("it names no sensor and no place".to_owned());
            }
            if matches!(watching.frame, Frame::Local) {
                return Err("it is at a place in degrees, the sensors are at x_m,y_m".to_owned());
            }
        }
        let taken = watching.sensors.iter().map(|sensor| match watching.site(sensor.at_m) {
            Site::Geographic { lon_deg, lat_deg, .. } => {
                hindrance.takes_ppm(&sensor.id, Place::from_degrees(lat_deg, lon_deg))
            }
            Site::Local { .. } => hindrance.takes_ppm(&sensor.id, None),
        });
        let taken: Vec<u32> = taken.collect();
        let sensors: Vec<usize> = (0..taken.len()).filter(|at| taken[*at] > 0).collect();
        // It takes the same of each that it reaches.
        let share = taken.iter().max().map_or(0.0, |ppm| f64::from(*ppm) / f64::from(ALL_PPM));
        let (from, to) = (hindrance.from, hindrance.to);
        Ok((!sensors.is_empty()).then_some(Self { sensors, from, to, share, kind }))
    }
}
