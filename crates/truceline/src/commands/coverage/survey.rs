//! The network's coverage over all hours: by cell, along the line, without each owner, and with more sensors.
use super::hours::{Hour as Lost, Hours, Sensed};
use super::media;
use super::network::{Medium, Watching};
use anyhow::{Context, Result, anyhow, bail};
use std::io::IsTerminal;
use std::path::Path;
use truceline_formats::line;
use truceline_formats::spelling::{kind_name, sensor_kind};
use truceline_model::measurement::Site;
use truceline_science::associate::Frame;
use truceline_science::coverage::{Area, Demand, Hour, Placing, Seen, Sense, Watcher, heard_ratio, map, place};

/// Points along a line at most; more are told apart by less than a pixel.
const POINTS_MAX: usize = 2_000;

/// Places that are weighed against each other at most when sensors are placed: pairs of them are looked at.
const CANDIDATES_MAX: usize = 400;

/// The most owners that are left out one by one.
const OWNERS_MAX: usize = 32;

/// A line as points at even steps.
pub(super) struct Frontier {
    pub(super) file: String,
    pub(super) length_m: f64,
    parts_m: Vec<Vec<[f64; 2]>>,
}

impl Frontier {
    pub(super) fn read(path: &Path, watching: &Watching) -> Result<Self> {
        let file = path.display().to_string();
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {file}"))?;
        let read = line::read(&file, &bytes)?;
        let vertex = |(x, y, _): &(f64, f64, f64)| {
            let site = match watching.frame {
                Frame::Local => Site::Local { x_m: *x, y_m: *y, z_m: 0.0 },
                Frame::Globe { .. } => Site::Geographic { lon_deg: *x, lat_deg: *y, elevation_m: 0.0 },
            };
            watching.frame.metres(&site).map(|[x, y, _]| [x, y])
        };
        let part = |part: &Vec<(f64, f64, f64)>| part.iter().map(vertex).collect::<Option<Vec<[f64; 2]>>>();
        let parts_m: Option<Vec<Vec<[f64; 2]>>> = read.parts.iter().map(part).collect();
        let parts_m = parts_m.ok_or_else(|| anyhow!("{file}: a position of the line is no place"))?;
        let length_m = parts_m.iter().flat_map(|part| part.windows(2)).map(|pair| apart_m(pair[0], pair[1])).sum();
        Ok(Self { file, length_m, parts_m })
    }

    /// Its vertices, part by part.
    pub(super) fn parts_m(&self) -> &[Vec<[f64; 2]>] {
        &self.parts_m
    }

    /// Points in the middles of even steps along it.
    fn points_m(&self, step_m: f64) -> Vec<[f64; 2]> {
        let count = ((self.length_m / step_m).ceil() as usize).clamp(1, POINTS_MAX);
        let step_m = self.length_m / count as f64;
        let mut points = Vec::with_capacity(count);
        let (mut walked_m, mut next_m) = (0.0, step_m / 2.0);
        for pair in self.parts_m.iter().flat_map(|part| part.windows(2)) {
            let long_m = apart_m(pair[0], pair[1]);
            while next_m <= walked_m + long_m && points.len() < count {
                let share = if long_m > 0.0 { (next_m - walked_m) / long_m } else { 0.0 };
                let along = |axis: usize| pair[0][axis] + share * (pair[1][axis] - pair[0][axis]);
                points.push([along(0), along(1)]);
                next_m += step_m;
            }
            walked_m += long_m;
        }
        points
    }
}

fn apart_m(a: [f64; 2], b: [f64; 2]) -> f64 {
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    (x * x + y * y).sqrt()
}

/// The figures of some places in one hour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    /// Mean probability that an event is seen.
    pub(super) p_mean: f64,
    /// The share of the places where it is seen with the asked probability.
    pub(super) share_seen: f64,
    /// The median over them of the smallest event seen; none where it is seen in less than half of them.
    pub(super) smallest_ratio: Option<f64>,
    /// The median over them of the best possible error; none where half of them have none.
    pub(super) error_m: Option<f64>,
}

impl Figures {
    fn of(seen: &[Seen], probability: f64) -> Self {
        let count = seen.len().max(1) as f64;
        Self {
            p_mean: seen.iter().map(|seen| seen.p).sum::<f64>() / count,
            share_seen: seen.iter().filter(|seen| seen.p >= probability).count() as f64 / count,
            smallest_ratio: median(seen.iter().map(|seen| seen.smallest_ratio)),
            error_m: median(seen.iter().map(|seen| seen.error_m)),
        }
    }
}

/// The median, where none stands for more than any number.
fn median(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let mut values: Vec<f64> = values.map(|value| value.unwrap_or(f64::INFINITY)).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().filter(|value| value.is_finite())
}

/// One medium in one hour.
#[derive(Debug, Clone, Copy)]
pub(super) struct HourFigures {
    pub(super) area: Figures,
    pub(super) line: Option<Figures>,
}

/// A cell over all hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct CellFigures {
    /// Mean over the hours.
    pub(super) p_mean: f64,
    /// In the worst hour.
    pub(super) p_least: f64,
    /// In the worst hour; none where it is not seen then.
    pub(super) smallest_ratio: Option<f64>,
    /// In the worst hour.
    pub(super) error_m: Option<f64>,
}

/// The network without one owner.
pub(super) struct WithoutOwner {
    pub(super) owner: u32,
    pub(super) p_area: f64,
    pub(super) p_line: Option<f64>,
}

/// One medium over all hours.
pub(super) struct OfMedium {
    pub(super) medium: Medium,
    /// By hour.
    pub(super) hours: Vec<HourFigures>,
    /// By cell.
    pub(super) cells: Vec<CellFigures>,
    /// By owner: what is left without its sensors, on the mean over the hours.
    pub(super) without: Vec<WithoutOwner>,
}

/// What was computed.
pub(super) struct Survey {
    pub(super) area: Area,
    pub(super) line: Option<Frontier>,
    pub(super) demand: Demand,
    pub(super) probability: f64,
    pub(super) media: Vec<OfMedium>,
    middles_m: Vec<[f64; 2]>,
    points_m: Vec<[f64; 2]>,
}

/// Where more sensors help, with the places.
pub(super) struct Proposed {
    pub(super) placing: Placing,
    pub(super) sites_m: Vec<[f64; 2]>,
    pub(super) medium: Medium,
    /// Whether the gain is along the line; else over the area.
    pub(super) along_line: bool,
}

impl Survey {
    pub(super) fn new(
        watching: &Watching,
        hours: &Hours,
        area: &Area,
        line: Option<Frontier>,
        demand: Demand,
        probability: f64,
        threads: usize,
    ) -> Result<Self> {
        let middles_m = area.middles_m()?;
        let points_m = line.as_ref().map_or_else(Vec::new, |line| line.points_m(area.cell_m / 2.0));
        let mut survey = Self { area: *area, line, demand, probability, media: Vec::new(), middles_m, points_m };
        for medium in media(watching) {
            let of_medium = survey.of_medium(watching, hours, medium, threads)?;
            survey.media.push(of_medium);
        }
        Ok(survey)
    }

    fn of_medium(&self, watching: &Watching, hours: &Hours, medium: Medium, threads: usize) -> Result<OfMedium> {
        let mut done: Vec<(Vec<Sensed>, Answer)> = Vec::new();
        let mut weights: Vec<usize> = Vec::new();
        let mut of_hours = Vec::with_capacity(hours.hours.len());
        for (number, lost) in hours.hours.iter().enumerate() {
            // Most hours are as another was.
            let at = match done.iter().position(|(sensed, _)| *sensed == lost.sensed) {
                Some(at) => at,
                None => {
                    progress(medium, number, hours.hours.len());
                    done.push((lost.sensed.clone(), self.answer(watching, lost, medium, threads)?));
                    weights.push(0);
                    done.len() - 1
                }
            };
            weights[at] += 1;
            of_hours.push(done[at].1.figures);
        }
        progress_ends();
        let total = hours.hours.len() as f64;
        let answers: Vec<(&Answer, f64)> =
            done.iter().zip(&weights).map(|((_, answer), weight)| (answer, *weight as f64 / total)).collect();
        let cell = |at: usize| {
            let of: Vec<&Seen> = answers.iter().map(|(answer, _)| &answer.cells[at]).collect();
            // The largest; none if any hour has none.
            let worst = |value: fn(&Seen) -> Option<f64>| {
                of.iter().map(|seen| value(seen)).try_fold(0.0_f64, |worst, value| Some(worst.max(value?)))
            };
            CellFigures {
                p_mean: answers.iter().map(|(answer, weight)| weight * answer.cells[at].p).sum(),
                p_least: of.iter().map(|seen| seen.p).fold(1.0, f64::min),
                smallest_ratio: worst(|seen| seen.smallest_ratio),
                error_m: worst(|seen| seen.error_m),
            }
        };
        let cells = (0..self.middles_m.len()).map(cell).collect();
        let without = |owner: usize| {
            let mean = |value: fn(&(f64, Option<f64>)) -> f64| -> f64 {
                answers.iter().map(|(answer, weight)| weight * value(&answer.without[owner])).sum()
            };
            let p_line = (!self.points_m.is_empty()).then(|| mean(|(_, line)| line.unwrap_or(0.0)));
            WithoutOwner { owner: owner as u32, p_area: mean(|(area, _)| *area), p_line }
        };
        let owners = answers.first().map_or(0, |(answer, _)| answer.without.len());
        Ok(OfMedium { medium, hours: of_hours, cells, without: (0..owners).map(without).collect() })
    }

    fn answer(&self, watching: &Watching, lost: &Lost, medium: Medium, threads: usize) -> Result<Answer> {
        let watchers = watchers(watching, &lost.sensed, medium);
        let hour = Hour::new(watchers.clone(), self.demand, watching.strength_sigma)?;
        let cells = map(&hour, &self.middles_m, self.probability, threads);
        let points = map(&hour, &self.points_m, self.probability, threads);
        let line = (!points.is_empty()).then(|| Figures::of(&points, self.probability));
        let figures = HourFigures { area: Figures::of(&cells, self.probability), line };
        let mean = |hour: &Hour, places: &[[f64; 2]]| -> f64 {
            places.iter().map(|at| hour.seen_mean(*at)).sum::<f64>() / places.len().max(1) as f64
        };
        let mut without = Vec::new();
        if watching.owners.len() <= OWNERS_MAX {
            for owner in 0..watching.owners.len() as u32 {
                let rest = watchers.iter().filter(|watcher| watcher.owner != owner).cloned().collect();
                let hour = Hour::new(rest, self.demand, watching.strength_sigma)?;
                let line = (!self.points_m.is_empty()).then(|| mean(&hour, &self.points_m));
                without.push((mean(&hour, &self.middles_m), line));
            }
        }
        Ok(Answer { cells, figures, without })
    }

    /// Where so many more sensors of a kind help most, on the mean over the hours' losses.
    pub(super) fn place(
        &self,
        watching: &Watching,
        hours: &Hours,
        like: &str,
        count: usize,
        threads: usize,
    ) -> Result<Proposed> {
        let kind = sensor_kind(like).map_err(|expected| anyhow!("--like {like:?}, {expected}"))?;
        let of_kind = watching.curves.iter().filter(|curved| curved.kind == kind);
        let senses: Vec<Sense> = of_kind.map(|curved| curved.sense).collect();
        if senses.is_empty() {
            bail!("--like {like:?}: how far a {} sees was neither learnt nor stated", kind_name(kind));
        }
        // All media together, where there are several: new sensors may corroborate others.
        let Some(medium) = media(watching).pop() else { bail!("no sensor of the network registers anything") };
        let sensor = Watcher { at_m: [0.0, 0.0], owner: watching.owners.len() as u32, up: 1.0, senses };
        let hour = Hour::new(watchers(watching, &average(hours), medium), self.demand, watching.strength_sigma)?;
        let candidates_m = thinned(&self.middles_m);
        let along_line = !self.points_m.is_empty();
        let targets_m = thinned(if along_line { &self.points_m } else { &self.middles_m });
        let placing = place(&hour, &sensor, &candidates_m, &targets_m, count, threads);
        let sites_m = placing.chosen.iter().map(|at| candidates_m[*at]).collect();
        Ok(Proposed { placing, sites_m, medium, along_line })
    }
}

/// One hour's answer: by cell, its figures, and the means without each owner over the area and along the line.
struct Answer {
    cells: Vec<Seen>,
    figures: HourFigures,
    without: Vec<(f64, Option<f64>)>,
}

/// Every so many of some places, so that they are few enough.
fn thinned(places_m: &[[f64; 2]]) -> Vec<[f64; 2]> {
    places_m.iter().copied().step_by(places_m.len().div_ceil(CANDIDATES_MAX).max(1)).collect()
}

/// The mean of all hours, as one.
fn average(hours: &Hours) -> Vec<Sensed> {
    let count = hours.hours.len().max(1) as f64;
    let sensors = hours.hours.first().map_or(0, |hour| hour.sensed.len());
    let mean = |sensor: usize, value: fn(&Sensed) -> f64| {
        hours.hours.iter().map(|hour| value(&hour.sensed[sensor])).sum::<f64>() / count
    };
    (0..sensors)
        .map(|sensor| Sensed {
            up: mean(sensor, |sensed| sensed.up),
            louder_db: mean(sensor, |sensed| sensed.louder_db),
        })
        .collect()
}

/// The sensors that register something in a medium, as an hour finds them.
pub(crate) fn watchers(watching: &Watching, sensed: &[Sensed], medium: Medium) -> Vec<Watcher> {
    let one = |(placed, sensed): (&super::network::Placed, &Sensed)| {
        let of = |curved: &super::network::Curved| {
            let registers = curved.kind == placed.kind && medium.holds(curved.phase);
            let exponent = Medium::of(curved.phase).exponent();
            registers.then(|| Sense { heard_ratio: heard_ratio(sensed.louder_db, exponent), ..curved.sense })
        };
        let senses: Vec<Sense> = watching.curves.iter().filter_map(of).collect();
        // Losses are summed over pieces of an hour: rounding must not leave the range.
        let up = sensed.up.clamp(0.0, 1.0);
        (!senses.is_empty()).then_some(Watcher { at_m: placed.at_m, owner: placed.owner, up, senses })
    };
    watching.sensors.iter().zip(sensed).filter_map(one).collect()
}

/// How many sensors register a medium at all.
pub(super) fn registering(watching: &Watching, medium: Medium) -> usize {
    let registers = |placed: &&super::network::Placed| {
        watching.curves.iter().any(|curved| curved.kind == placed.kind && medium.holds(curved.phase))
    };
    watching.sensors.iter().filter(registers).count()
}

fn progress(medium: Medium, hour: usize, hours: usize) {
    if hours > 1 && std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K{}: hour {} of {hours}", medium.name(), hour + 1);
    }
}

fn progress_ends() {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_walked_in_even_steps() {
        let line = Frontier {
            file: "l.geojson".to_owned(),
            length_m: 40.0,
            parts_m: vec![vec![[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]], vec![[100.0, 0.0], [100.0, 20.0]]],
        };
        let points = line.points_m(8.0);
        // The third falls on the end of a part.
        assert_eq!(points, [[4.0, 0.0], [10.0, 2.0], [10.0, 10.0], [100.0, 8.0], [100.0, 16.0]]);
    }

    #[test]
    fn a_median_knows_what_is_not_seen() {
        assert_eq!(median([Some(1.0), None, Some(2.0)].into_iter()), Some(2.0));
        assert_eq!(median([Some(1.0), None, None].into_iter()), None);
        assert_eq!(median(std::iter::empty()), None);
    }
}
