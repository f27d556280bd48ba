//! Its lines.
use super::{Remark, RemarkKind};
use crate::agreement::{Agreement, Class, Line, LineKind, LineStatus};
use truceline_model::geodesic;

/// From so far from every zone a line is probably drawn with its coordinates exchanged, m: more than any contact line is long.
const APART_M_MAX: f64 = 3_000_000.0;

pub(super) fn check(agreement: &Agreement) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let parts = |line: &&Line| matches!(line.kind, LineKind::Contact | LineKind::Ceasefire) && line.sides.is_some();
    if agreement.class != Class::SectoralMoratorium && !agreement.lines.iter().any(|line| parts(&line)) {
        remarks.push(Remark::new(
            RemarkKind::Gap,
            "line",
            "no contact line or ceasefire line has parties left and right of it, so no side of origin can ever be said",
            "add a [[line]] of one of these kinds with `left` and `right`",
        ));
    }
    for line in &agreement.lines {
        remarks.extend(of_line(agreement, line));
    }
    remarks
}

fn of_line(agreement: &Agreement, line: &Line) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let place = format!("line {}", line.id);
    match (&line.claimed_by, line.status) {
        (Some(by), LineStatus::Agreed) => remarks.push(Remark::new(
            RemarkKind::Contradiction,
            &place,
            format!("it is said to be agreed, and to be the claim of {by} alone"),
            "drop `claimed_by`, or call it assessed or disputed",
        )),
        (Some(by), _) => remarks.push(Remark::new(
            RemarkKind::Gap,
            &place,
            format!("it is the claim of {by} alone"),
            "have it agreed, or give the other parties' lines beside it",
        )),
        (None, LineStatus::Disputed)
            if !agreement.lines.iter().any(|other| other.id != line.id && other.kind == line.kind) =>
        {
            remarks.push(Remark::new(
                RemarkKind::Gap,
                &place,
                "it is disputed, and no other line of its kind is given",
                "give the lines of those who dispute it, each with `claimed_by`",
            ));
        }
        (None, _) => {}
    }
    if let Some(epoch) = &line.epoch
        && !agreement.is_in_force(epoch)
    {
        remarks.push(Remark::new(
            RemarkKind::Unreachable,
            &place,
            format!("it stands from {} to {}, when the agreement is never in force", epoch.from, epoch.to),
            "give it an epoch in which the agreement is in force",
        ));
    }
    if line.parts.iter().flatten().all(|vertex| vertex.sigma_m == 0.0) && line.sides.is_some() {
        remarks.push(Remark::new(
            RemarkKind::Gap,
            &place,
            "its deviation is 0 m: it would be known to the last metre",
            "give `sigma_m`, how far it may lie beside where it is drawn",
        ));
    }
    let first = line.parts.first().and_then(|part| part.first());
    let corners = || agreement.zones.iter().flat_map(|zone| zone.ring.first());
    if let Some(first) = first
        && corners().next().is_some()
        && corners().all(|corner| geodesic::between(first.place, *corner).distance_m > APART_M_MAX)
    {
        remarks.push(Remark::new(
            RemarkKind::Contradiction,
            &place,
            format!("it begins more than {:.0} km from every zone", APART_M_MAX / 1e3),
            "places are [longitude, latitude]; see whether they stand the other way round",
        ));
    }
    remarks
}
