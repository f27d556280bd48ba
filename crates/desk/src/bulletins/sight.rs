//! What could be seen in a period: when channels were recorded, line by line, and what kept from it.
use super::{Gathered, Parts, Releases, impediments};
use crate::error::DeskError;
use std::collections::{BTreeMap, BTreeSet};
use truceline_accord::agreement::Line;
use truceline_accord::release::Released;
use truceline_accord::release::hindered::Hindered;
use truceline_bulletin::material::{CoverageRow, LineMeasured, Loss, Sight, Watched};
use truceline_model::geodesic;
use truceline_model::hindrance::{ALL_PPM, Hindrance, HindranceKind};
use truceline_model::place::Place;
use truceline_model::time::Interval;

/// The most hindrances of a period, and the most sensors.
const LOOKED_AT: usize = 20_000;

/// Sensors by their ids, those of the inventory and those of which anything was recorded: where each stands, if that is
/// known, and when it was recorded and not hindered.
struct Sensors(BTreeMap<String, (Option<Place>, Vec<Interval>)>);

impl Gathered {
    pub(super) fn sight<R: Releases>(
        &self,
        parts: &Parts<'_>,
        releases: &R,
        period: &Interval,
    ) -> Result<Released<Sight<R::At>>, DeskError> {
        let hindrances = parts.views.hindered(parts.reader, period, LOOKED_AT)?;
        let mut sensors: BTreeMap<String, (Option<Place>, Vec<Interval>)> = BTreeMap::new();
        for (_, site) in parts.views.sites(parts.reader, "", LOOKED_AT)? {
            sensors.insert(site.id, (Some(site.place), Vec::new()));
        }
        for (channel, spans) in parts.views.covered(period)? {
            sensors.entry(channel).or_default().1 = spans;
        }
        let mut sensors = Sensors(sensors);
        for one in &hindrances {
            for (sensor, _) in sensors.taken(one).into_iter().filter(|(_, ppm)| *ppm >= ALL_PPM) {
                if let Some((_, spans)) = sensors.0.get_mut(&sensor) {
                    *spans = without(spans, &one.interval(period.to));
                }
            }
        }
        let (watched, coverage) = (sensors.watched(|_| true), self.coverage(&sensors, &hindrances, period));
        let parties = self.parties();
        let released = hindrances
            .iter()
            .filter_map(|hindrance| releases.hindrance(Hindered { hindrance, parties, now: period.to }))
            // As far as the tier knows it may have ended before the period.
            .filter(|view| view.as_ref().span.to >= period.from);
        let impediments = impediments(parts.views, parts.reader, period)?;
        Ok(Released::all(released).map(|hindrances| Sight {
            impediments,
            hindrances,
            coverage,
            watched,
            heat: None,
            tally_before: 0,
        }))
    }

    /// Line by line, each sensor with the line that lies nearest to it.
    fn coverage(&self, sensors: &Sensors, hindrances: &[Hindrance], period: &Interval) -> Vec<CoverageRow> {
        let row = |line: Option<LineMeasured>, ids: BTreeSet<&str>| {
            let up = ids.iter().filter(|id| sensors.0.get(**id).is_some_and(|(_, spans)| !spans.is_empty())).count();
            let watched = sensors.watched(|id| ids.contains(id));
            let loss = loss(&watched, sensors, &ids, hindrances, period);
            CoverageRow { line, sensors: (up, ids.len()), watched, loss }
        };
        let agreement = self.agreement.as_ref().map(|(_, agreement)| agreement);
        let version = agreement.map_or(0, |agreement| agreement.version);
        let drawn = agreement.iter().flat_map(|agreement| &agreement.lines);
        let lines: Vec<&Line> = drawn.filter(|line| line.epoch.is_none_or(|epoch| epoch.meets(period))).collect();
        let ids = || sensors.0.keys().map(String::as_str);
        if lines.is_empty() {
            return if sensors.0.is_empty() { Vec::new() } else { vec![row(None, ids().collect())] };
        }
        let along: Vec<(&str, usize)> =
            sensors.0.iter().map(|(id, (place, _))| (id.as_str(), nearest(&lines, *place))).collect();
        let of = |(n, line): (usize, &&Line)| {
            let length_km = (line.length_m() / 1e3).round() as u64;
            let measured = LineMeasured { name: line.name.clone(), version, length_km };
            row(Some(measured), along.iter().filter(|(_, at)| *at == n).map(|(id, _)| *id).collect())
        };
        lines.iter().enumerate().map(of).collect()
    }
}

impl Sensors {
    /// Those of which a hindrance takes something, and how much, 1e-6.
    fn taken(&self, one: &Hindrance) -> Vec<(String, u32)> {
        let ppm = |id: &String| self.0.get(id).map_or(0, |(place, _)| one.takes_ppm(id, *place));
        let of = |ids: &mut dyn Iterator<Item = &String>| {
            ids.map(|id| (id.clone(), ppm(id))).filter(|(_, ppm)| *ppm > 0).collect()
        };
        // Most name their sensors: only what names none is compared with all.
        if one.sensors.is_empty() { of(&mut self.0.keys()) } else { of(&mut one.sensors.iter()) }
    }

    /// When any of these ran.
    fn watched(&self, is: impl Fn(&str) -> bool) -> Watched {
        let spans = self.0.iter().filter(|(id, _)| is(id)).flat_map(|(_, (_, spans))| spans.iter().copied());
        Watched::new(spans.collect())
    }
}

/// The line whose nearest vertex lies nearest; of a sensor whose place is not known the first.
fn nearest(lines: &[&Line], place: Option<Place>) -> usize {
    let Some(place) = place else { return 0 };
    let mut best = (0, f64::INFINITY);
    for (n, line) in lines.iter().enumerate() {
        for vertex in line.parts.iter().flatten() {
            let distance_m = geodesic::between(place, vertex.place).distance_m;
            if distance_m < best.1 {
                best = (n, distance_m);
            }
        }
    }
    best.0
}

/// What is left of intervals.
fn without(spans: &[Interval], taken: &Interval) -> Vec<Interval> {
    let pieces = spans.iter().flat_map(|span| {
        let before = Interval { from: span.from, to: span.to.min(taken.from) };
        let after = Interval { from: span.from.max(taken.to), to: span.to };
        [before, after]
    });
    pieces.filter(|piece| piece.from < piece.to).collect()
}

/// What was lost most: the kind of hindrance to any of these sensors that held longest; else the hours of which nothing was
/// recorded and nobody says why.
fn loss(
    watched: &Watched,
    sensors: &Sensors,
    ids: &BTreeSet<&str>,
    hindrances: &[Hindrance],
    period: &Interval,
) -> Loss {
    if ids.is_empty() {
        return Loss::NoSensors;
    }
    let whole = [*period];
    let mut by_kind: BTreeMap<HindranceKind, Vec<Interval>> = BTreeMap::new();
    for one in hindrances.iter().filter(|one| !one.kind.is_consent()) {
        // Of what is named it is said though nobody knows how much it took.
        let named = one.sensors.iter().any(|sensor| ids.contains(sensor.as_str()));
        if named || sensors.taken(one).iter().any(|(sensor, _)| ids.contains(sensor.as_str())) {
            by_kind.entry(one.kind).or_default().push(one.interval(period.to));
        }
    }
    let mut most: Option<(HindranceKind, u64)> = None;
    for (kind, spans) in by_kind {
        let hours = Watched::new(spans).hours_tenths(&whole);
        if most.is_none_or(|(_, held)| hours > held) {
            most = Some((kind, hours));
        }
    }
    let all = Watched::new(whole.to_vec()).hours_tenths(&whole);
    match (most, all.saturating_sub(watched.hours_tenths(&whole))) {
        (Some((kind, hours)), _) => Loss::Hindered(kind, hours),
        (None, 0) => Loss::None,
        (None, unseen) => Loss::Unexplained(unseen),
    }
}
