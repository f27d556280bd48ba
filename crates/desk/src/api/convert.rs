//! From the case file to the interface's types, by hand: the one may change without the other.
use super::attribution;
use super::case::{
    Arrival, CaseDetail, CaseRow, Covariance, Detection, EventSummary, FindingSummary, Notice, Order, Prior, Region,
    Revision, RevisionReassessed, Time, TimeInterval, WithoutOwner,
};
use super::common::{Interval, LonLat};
use super::kind;
use super::status;
use crate::error::DeskError;
use crate::views::{CaseFile, EventAt, FindingAt, Held, Kept};
use crate::write_side::SourceCondition;
use std::collections::{BTreeMap, BTreeSet};
use truceline_accord::agreement::{self as accord, Agreement};
use truceline_accord::judge;
use truceline_accord::promptness::target_s;
use truceline_accord::words;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::journal::JournalReader;
use truceline_evidence::note::Note;
use truceline_model::bearing::Direction;
use truceline_model::case::CaseId;
use truceline_model::configuration::{Configuration, Number};
use truceline_model::event::{Cited, Event, Solution, Without};
use truceline_model::finding::{Finding, Verdict};
use truceline_model::geodesic;
use truceline_model::hash::Hash;
use truceline_model::inconsistency::Inconsistency;
use truceline_model::notice;
use truceline_model::observation::ObservedAt;
use truceline_model::place::{Place, Ring, polygons_of};
use truceline_model::posterior::{PPB, Posterior};
use truceline_model::precedence::{self, Precedence};
use truceline_model::reassessment::Revises;
use truceline_model::report::Report;
use truceline_model::time;

/// A drawn back-azimuth goes this much past the mean place.
const RAY_BEYOND: f64 = 1.25;
/// The pieces of a drawn back-azimuth: its bend shows in a chart of 1,000 km from about ten on.
const RAY_PIECES: u32 = 24;

pub(super) fn source(source: SourceCondition) -> status::Source {
    status::Source {
        name: source.name,
        owner: source.owner,
        address: source.address,
        tls: source.tls,
        state: source.state.to_owned(),
        since: source.since.to_string(),
        protocol: source.protocol.map(str::to_owned),
        server: source.server,
        last_packet: source.last_packet.map(|time| time.to_string()),
        problem: source.problem,
        registered: source.registered,
        already: source.already,
        refused: source.refused,
        foreign: source.foreign,
    }
}

pub(super) fn kept(kept: &Kept) -> status::ProductKept {
    status::ProductKept {
        product: kept.product.name().to_owned(),
        target_s: target_s(kept.product),
        revisions: kept.revisions,
        kept: kept.kept,
        longest_s: kept.longest_s,
    }
}

/// How many entries the newest checkpoint covers that a quorum of witnesses cosigned; none where there is none.
pub(crate) fn witnessed_size(reader: &dyn JournalReader) -> u64 {
    // The journal judged it by its policy before it kept it.
    let cosigned = reader.cosigned_checkpoint().and_then(|note| Note::parse(&note).ok());
    cosigned.and_then(|note| Checkpoint::parse(note.unverified_text()).ok()).map_or(0, |checkpoint| checkpoint.size)
}

pub(super) fn row(file: &CaseFile, witnessed_size: u64) -> Result<CaseRow, DeskError> {
    let (Some((_, event)), Some(finding)) = (file.event(), file.finding()) else {
        return Err(DeskError::missing("the case has no finding yet"));
    };
    let content = &event.content;
    let posterior = &content.solution.posterior;
    let p95 = posterior
        .interval(95)
        .map_or_else(|| [String::new(), String::new()], |i| [i.from.to_string(), i.to.to_string()]);
    Ok(CaseRow {
        case: content.case.to_string(),
        event: EventSummary {
            id: event.id.to_string(),
            label: content.solution.event_label.clone(),
            product: content.product.name().to_owned(),
            revision: content.revision,
            class: content.solution.class.name().to_owned(),
            mean: lon_lat(posterior.mean),
            origin_time: posterior.time_mean.to_string(),
            time_p95: p95,
            p90_area_km2: area_km2(posterior),
            detections: content.solution.arrivals.len(),
            sensors_count: sensors_count(&content.solution),
            sensors: if of_arrays(&content.solution) { "array" } else { "sensor" }.to_owned(),
            p_real: content.solution.association.map(|said| rounded(f64::from(said.p_real_ppb) / PPB, 1e6)),
        },
        finding: finding_summary(file, finding, witnessed_size),
        closed: file.closed.as_ref().map(|closed| closed.reason.clone()),
    })
}

fn finding_summary(file: &CaseFile, (index, finding): &FindingAt, witnessed_size: u64) -> FindingSummary {
    let p = finding.content.p_ppb.map(|ppb| f64::from(ppb) / PPB);
    FindingSummary {
        id: finding.id.to_string(),
        revision: finding.content.revision,
        state: finding.content.verdict.state().name().to_owned(),
        clause: finding.content.clause.clone(),
        p: p.map(|p| rounded(p, 1e6)),
        word: p.map(|p| words::likelihood(p).to_owned()),
        sentence: sentence(file),
        severity: file.severity().map(|severity| severity.name().to_owned()),
        severity_words: file.severity().map(|severity| severity.words().to_owned()),
        witnessed: *index < witnessed_size,
    }
}

/// The newest finding of a case as one statement.
pub(crate) fn sentence(file: &CaseFile) -> String {
    match (file.event(), file.finding()) {
        (Some((_, event)), Some((_, finding))) => {
            words::sentence(&event.content, &finding.content, file.agreement.as_ref(), file.matched_notice())
        }
        _ => String::new(),
    }
}

pub(super) fn detail(file: &CaseFile, witnessed_size: u64) -> Result<CaseDetail, DeskError> {
    let row = row(file, witnessed_size)?;
    let (Some((_, event)), Some((_, finding))) = (file.event(), file.finding()) else {
        return Err(DeskError::missing("the case has no finding yet"));
    };
    let (event, finding) = (&event.content, &finding.content);
    let posterior = &event.solution.posterior;
    let km2 = |m2: i64| rounded(m2 as f64 / 1e6, 1e3);
    let matched = match &finding.verdict {
        Verdict::PermittedAndNotified(found) => Some(found.notice),
        _ => None,
    };
    Ok(CaseDetail {
        dossier: format!("/api/v1/cases/{}/dossier", row.case),
        row,
        regions: posterior.regions.iter().map(region).collect(),
        most_probable: lon_lat(posterior.most_probable),
        covariance_km2: Covariance {
            east: km2(posterior.covariance.east_m2),
            north: km2(posterior.covariance.north_m2),
            east_north: km2(posterior.covariance.east_north_m2),
        },
        time: Time {
            mean: posterior.time_mean.to_string(),
            intervals: posterior
                .time_regions
                .iter()
                .map(|region| TimeInterval {
                    level: region.level_percent,
                    from: region.interval.from.to_string(),
                    to: region.interval.to.to_string(),
                })
                .collect(),
        },
        kinds: event.solution.kinds.as_ref().map(kind::kinds),
        detections: file.reports.iter().map(|held| detection(file, held)).collect(),
        arrivals: arrivals(event, file),
        without: event.solution.without.iter().map(without).collect(),
        attribution: finding.attribution.as_ref().map(|found| attribution::attribution(found, event.solution.class)),
        orders: file.precedences.iter().filter_map(|(index, said)| order(*index, said, event.case)).collect(),
        priors: file.configuration.as_ref().map(priors).unwrap_or_default(),
        notices: file.notices.iter().map(|held| notice(held, posterior, matched)).collect(),
        revisions: revisions(file),
        against: against(file, event, finding),
        not_seen: words::not_seen(event),
        would_change: words::would_change(event, finding, file.agreement.as_ref()),
    })
}

/// What speaks against the verdict or limits it, and whose sensors were found inconsistent then.
fn against(file: &CaseFile, event: &Event, finding: &Finding) -> Vec<String> {
    let mut said = words::against(event, finding, file.agreement.as_ref());
    let mut by_owner: BTreeMap<&str, Vec<&Inconsistency>> = BTreeMap::new();
    for one in &file.inconsistencies {
        by_owner.entry(&one.owner).or_default().push(one);
    }
    said.extend(by_owner.values().map(|of_owner| {
        let sensors: BTreeSet<&String> =
            of_owner.iter().map(|one| &one.sensor).filter(|name| !name.is_empty()).collect();
        let others = sensors.iter().filter(|name| ***name != of_owner[0].sensor).count();
        let more = match others {
            0 => String::new(),
            1 => ", and so is another sensor of this owner".to_owned(),
            n => format!(", and so are {n} other sensors of this owner"),
        };
        format!("Over that time {}{more}. Why, is for people.", of_owner[0].words())
    }));
    said
}

fn without(one: &Without) -> WithoutOwner {
    WithoutOwner {
        owner: one.owner.clone(),
        arrivals: one.arrivals,
        most_probable: one.elsewhere.map(|elsewhere| lon_lat(elsewhere.most_probable)),
        p90_area_km2: one.elsewhere.map(|elsewhere| rounded(elsewhere.area_p90_m2 as f64 / 1e6, 1e3)),
        moved_km: one.elsewhere.map(|elsewhere| rounded(f64::from(elsewhere.moved_m) / 1e3, 1e3)),
        p_real: one.p_real_ppb.map(|ppb| rounded(f64::from(ppb) / PPB, 1e6)),
    }
}

fn order(index: u64, said: &Precedence, case: CaseId) -> Option<Order> {
    let (own, p_first, other) = said.seen_from(case)?;
    let order = match said.order() {
        precedence::Order::Undetermined => "undetermined",
        precedence::Order::First(first) if first == own => "before",
        precedence::Order::First(_) => "after",
    };
    let apart_s = said.apart_ms as f64 / 1e3;
    Some(Order {
        case: other.case.to_string(),
        side: own.side.clone(),
        other_side: other.side.clone(),
        order: order.to_owned(),
        p_first: rounded(p_first, 1e6),
        apart_s: if *own == said.one { apart_s } else { -apart_s },
        sentence: words::order::order(said, case),
        journal_index: index,
    })
}

/// Whether all that it rests on is arrays' own reports.
fn of_arrays(solution: &Solution) -> bool {
    solution.arrivals.iter().all(|used| used.report().is_some())
}

/// How many arrays, or sensors of any kind, registered it.
fn sensors_count(solution: &Solution) -> usize {
    if of_arrays(solution) { solution.arrivals.len() } else { solution.sensors() }
}

/// The arrivals of our own, in the order of their onsets.
fn arrivals(event: &Event, file: &CaseFile) -> Vec<Arrival> {
    let used = |hash: Hash| event.solution.arrivals.iter().find(|used| used.hash() == hash);
    let distance_km = |hash| used(hash).map_or(0.0, |used| rounded(f64::from(used.distance_m) / 1e3, 1e3));
    let mut found = Vec::new();
    for (index, detection) in &file.detections {
        let (content, hash) = (&detection.content, detection.content_hash());
        let Some(Cited::Detection { phase, .. }) = used(hash).map(|used| used.cited) else { continue };
        found.push((
            content.onset,
            Arrival {
                channel: content.channel.clone(),
                owner: content.owner.clone(),
                onset: content.onset.to_string(),
                onset_sigma_s: content.onset_sigma_us as f64 / 1e6,
                phase: phase.name().to_owned(),
                azimuth_deg: None,
                azimuth_sigma_deg: None,
                distance_km: distance_km(hash),
                journal_index: *index,
                content: hash.to_string(),
            },
        ));
    }
    for (index, bearing) in &file.bearings {
        let (content, hash) = (&bearing.content, bearing.content_hash());
        let Some(Cited::Bearing { phase, azimuth_sigma_mdeg, .. }) = used(hash).map(|used| used.cited) else {
            continue;
        };
        let azimuth_deg = match content.direction {
            Direction::Towards(towards) => Some(f64::from(towards.azimuth_mdeg) / 1e3),
            Direction::NotResolvable(_) => None,
        };
        found.push((
            content.onset,
            Arrival {
                channel: content.array.clone(),
                owner: content.owners.join(", "),
                onset: content.onset.to_string(),
                onset_sigma_s: content.onset_sigma_us as f64 / 1e6,
                phase: phase.name().to_owned(),
                azimuth_deg,
                azimuth_sigma_deg: azimuth_deg.map(|_| f64::from(azimuth_sigma_mdeg) / 1e3),
                distance_km: distance_km(hash),
                journal_index: *index,
                content: hash.to_string(),
            },
        ));
    }
    for held in &file.observations {
        let observed = &held.value;
        let Some(Cited::Observation { phase, .. }) = used(held.hash).map(|used| used.cited) else { continue };
        let sector = match observed.at {
            ObservedAt::Sector { azimuth_mdeg, azimuth_sigma_mdeg, .. } => Some((azimuth_mdeg, azimuth_sigma_mdeg)),
            _ => None,
        };
        found.push((
            observed.time.span.from,
            Arrival {
                channel: observed.source.source.clone(),
                owner: observed.owner.clone(),
                onset: observed.time.span.from.to_string(),
                onset_sigma_s: observed.time.sigma_ms as f64 / 1e3,
                phase: phase.name().to_owned(),
                azimuth_deg: sector.map(|(azimuth_mdeg, _)| f64::from(azimuth_mdeg) / 1e3),
                azimuth_sigma_deg: sector.map(|(_, sigma_mdeg)| f64::from(sigma_mdeg) / 1e3),
                distance_km: distance_km(held.hash),
                journal_index: held.index,
                content: held.hash.to_string(),
            },
        ));
    }
    found.sort_by_key(|(onset, arrival)| (*onset, arrival.journal_index));
    found.into_iter().map(|(_, arrival)| arrival).collect()
}

fn detection(file: &CaseFile, held: &Held<Report>) -> Detection {
    let report = &held.value;
    let uses = file.event().map(|(_, event)| event.content.solution.arrivals.as_slice()).unwrap_or_default();
    let used = uses.iter().find(|used| used.report() == Some(held.hash));
    let sigma_mdeg = used.map_or(0, |used| match used.cited {
        Cited::Report { azimuth_sigma_mdeg, .. } => azimuth_sigma_mdeg,
        Cited::Detection { .. } | Cited::Bearing { .. } | Cited::Observation { .. } => 0,
    });
    let distance_m = used.map_or(0.0, |used| f64::from(used.distance_m));
    let ray = (0..=RAY_PIECES).filter_map(|piece| {
        let along_m = distance_m * RAY_BEYOND * f64::from(piece) / f64::from(RAY_PIECES);
        geodesic::destination(report.place, report.azimuth_deg(), along_m).map(lon_lat)
    });
    Detection {
        source: report.source.source.clone(),
        owner: report.owner.clone(),
        place: lon_lat(report.place),
        arrival: report.arrival.to_string(),
        azimuth_deg: report.azimuth_deg(),
        azimuth_sigma_deg: f64::from(sigma_mdeg) / 1e3,
        f_statistic: report.f_statistic(),
        elements: report.elements,
        trace_velocity_m_s: report.trace_velocity_mm_s.map(|v| f64::from(v) / 1e3),
        provenance: report.provenance.clone(),
        journal_index: held.index,
        distance_km: rounded(distance_m / 1e3, 1e3),
        bearing_ray: ray.collect(),
        entry: held.hash.to_string(),
    }
}

fn notice(held: &Held<notice::Notice>, posterior: &Posterior, matched: Option<Hash>) -> Notice {
    let value = &held.value;
    let mass = judge::fits(posterior, value).then(|| rounded(judge::notified_mass(posterior, value), 1e6));
    Notice {
        entry: held.hash.to_string(),
        party: value.party.clone(),
        activity: value.activity.name().to_owned(),
        place: lon_lat(value.place),
        radius_km: f64::from(value.radius_m) / 1e3,
        from: value.window.from.to_string(),
        to: value.window.to.to_string(),
        filed_at: value.filed_at.to_string(),
        journal_index: held.index,
        text: value.text.clone(),
        mass,
        matched: matched == Some(held.hash),
    }
}

fn revisions(file: &CaseFile) -> Vec<Revision> {
    let of_event = |(index, event): &EventAt| {
        let content = &event.content;
        let count = sensors_count(&content.solution);
        let prompt = file.promptness.get(index);
        let sensors = if of_arrays(&content.solution) { "arrays" } else { "sensors" };
        Revision {
            kind: "event".to_owned(),
            revision: content.revision,
            journal_index: *index,
            product: Some(content.product.name().to_owned()),
            after_s: prompt.map(|prompt| prompt.after_s),
            target_s: Some(target_s(content.product)),
            target_kept: prompt.map(|prompt| prompt.is_kept()),
            promptness: prompt.map(|prompt| prompt.words()),
            state: None,
            id: event.id.to_string(),
            summary: format!("{count} {sensors}, 90 % region {:.0} km²", area_km2(&content.solution.posterior)),
            reassessed: reassessed(file, content.revises),
        }
    };
    let of_finding = |(index, finding): &FindingAt| {
        let state = finding.content.verdict.state().name();
        let p = finding.content.p_ppb.map(|ppb| format!(", {}", words::probability(f64::from(ppb) / PPB)));
        Revision {
            kind: "finding".to_owned(),
            revision: finding.content.revision,
            journal_index: *index,
            product: None,
            after_s: None,
            target_s: None,
            target_kept: None,
            promptness: None,
            state: Some(state.to_owned()),
            id: finding.id.to_string(),
            summary: format!("{}{}", state.replace('-', " "), p.unwrap_or_default()),
            reassessed: reassessed(file, finding.content.revises),
        }
    };
    let mut revisions: Vec<Revision> = file.events.iter().map(of_event).collect();
    revisions.extend(file.findings.iter().map(of_finding));
    revisions.sort_by_key(|revision| revision.journal_index);
    revisions
}

fn reassessed(file: &CaseFile, revises: Option<Revises>) -> Option<RevisionReassessed> {
    let revises = revises?;
    let held = file.reassessments.iter().find(|held| held.hash == revises.reassessment)?;
    Some(RevisionReassessed {
        sentence: words::reassessed(&held.value, &revises),
        reason: held.value.reason.clone(),
        asked_by: held.value.asked_by.clone(),
        journal_index: held.index,
        epoch: revises.epoch.to_string(),
        earlier: revises.earlier.map(|earlier| earlier.id.to_string()),
        earlier_epoch: revises.earlier.map(|earlier| earlier.epoch.to_string()),
    })
}

fn priors(configuration: &Configuration) -> Vec<Prior> {
    let prior = |number: Number<'_>| Prior {
        name: number.name.to_owned(),
        value: number.value,
        unit: number.unit.to_owned(),
        source: number.source.to_owned(),
    };
    configuration.infrasound.numbers().into_iter().map(prior).collect()
}

pub(super) fn agreement(hash: Hash, agreement: &Agreement) -> status::Agreement {
    let interval = |i: &time::Interval| Interval { from: i.from.to_string(), to: i.to.to_string() };
    status::Agreement {
        id: agreement.id.clone(),
        title: agreement.title.clone(),
        version: agreement.version.to_string(),
        hash: hash.to_string(),
        note: agreement.note.clone(),
        in_force: agreement.in_force.iter().map(interval).collect(),
        zones: agreement.zones.iter().map(zone).collect(),
        lines: agreement.lines.iter().map(line).collect(),
        clauses: agreement
            .clauses
            .iter()
            .map(|clause| status::Clause { id: clause.id.clone(), text: clause.text.clone() })
            .collect(),
        p_min: agreement.p_min,
    }
}

fn zone(zone: &accord::Zone) -> status::Zone {
    status::Zone {
        id: zone.id.clone(),
        name: zone.name.clone(),
        kind: zone.kind.name().to_owned(),
        rings: vec![ring(&zone.ring)],
    }
}

fn line(line: &accord::Line) -> status::Line {
    let part = |part: &Vec<accord::LineVertex>| part.iter().map(|vertex| lon_lat(vertex.place)).collect();
    let sigmas = |part: &Vec<accord::LineVertex>| part.iter().map(|vertex| vertex.sigma_m).collect();
    status::Line {
        id: line.id.clone(),
        name: line.name.clone(),
        kind: line.kind.name().to_owned(),
        status: line.status.name().to_owned(),
        claimed_by: line.claimed_by.clone(),
        left: line.sides.as_ref().map(|(left, _)| left.clone()),
        right: line.sides.as_ref().map(|(_, right)| right.clone()),
        parts: line.parts.iter().map(part).collect(),
        sigma_m: line.parts.iter().map(sigmas).collect(),
        length_km: rounded(line.length_m() / 1e3, 1e3),
    }
}

fn region(region: &truceline_model::posterior::Region) -> Region {
    Region {
        level: region.level_percent,
        area_km2: rounded(region.area_m2 as f64 / 1e6, 1e3),
        polygons: polygons(&region.rings),
    }
}

fn polygons(rings: &[Ring]) -> Vec<Vec<Vec<LonLat>>> {
    polygons_of(rings).into_iter().map(|polygon| polygon.into_iter().map(ring).collect()).collect()
}

/// A ring as GeoJSON wants it: the first corner once more at the end.
fn ring(ring: &Ring) -> Vec<LonLat> {
    ring.iter().chain(ring.first()).map(|place| lon_lat(*place)).collect()
}

fn lon_lat(place: Place) -> LonLat {
    LonLat([place.lon_deg(), place.lat_deg()])
}

fn area_km2(posterior: &Posterior) -> f64 {
    posterior.region(90).map_or(0.0, |region| rounded(region.area_m2 as f64 / 1e6, 1e3))
}

pub(super) fn rounded(value: f64, per_unit: f64) -> f64 {
    (value * per_unit).round() / per_unit
}
