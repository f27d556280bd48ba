//! CSV: one row for each recorded event, then one for each observation and one for all heat, in the columns of a daily table (RFC 4180). The keys are the same in each language.
use crate::compose::cases::corroboration;
use crate::compose::observed;
use crate::material::{Heat, Material};
use crate::place::{Placed, degrees};
use truceline_accord::release::observed::{ObservationView, ObservedWords, Observer};
use truceline_model::observation::{CountQuality, Means, ObservedKind, Scope};
use truceline_model::time::NS_PER_S;

/// The columns.
pub const COLUMNS: [&str; 25] = [
    "row_id",
    "period_start",
    "period_end",
    "observer_id",
    "observer_kind",
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
    "zone",
    "clause_ids",
    "side_of_line",
    "status",
    "event_ids",
    "coverage_note",
];

/// Writes it.
#[must_use]
pub fn write<W: Placed>(material: &Material<W>) -> String {
    let head = &material.head;
    let mut text = COLUMNS.join(",") + "\r\n";
    for (i, case) in material.cases.iter().enumerate() {
        let (event, span) = (&case.event, case.event.at.span());
        let finding = case.finding.as_ref();
        let clauses = finding.and_then(|finding| finding.clause.clone()).unwrap_or_default();
        let local = |time| format!("{} {}", head.zone.date(time), head.zone.clock_s(time));
        let row: [String; COLUMNS.len()] = [
            (i + 1).to_string(),
            head.period.from.to_string(),
            head.period.to.to_string(),
            "network".to_owned(),
            if event.arrays { "arrays" } else { "sensors" }.to_owned(),
            "not released".to_owned(),
            event.at.short(),
            event.at.precision(),
            match (event.observations, event.observations == event.arrivals) {
                (0, _) => "recorded by instruments",
                (_, true) => "observed",
                (_, false) => "recorded by instruments and observed",
            }
            .to_owned(),
            "1".to_owned(),
            "exact".to_owned(),
            "event".to_owned(),
            format!("{} arrivals of {} owners, {}", event.arrivals, event.owners, corroboration(case)),
            "not assessed".to_owned(),
            "not assessed".to_owned(),
            String::new(),
            local(span.from),
            local(span.to),
            event.at.half_s().to_string(),
            head.zone.name(),
            clauses,
            match finding.and_then(|finding| finding.side.as_ref()) {
                None => "not assessed".to_owned(),
                Some(side) => side.party.clone().unwrap_or_else(|| "not stated".to_owned()),
            },
            finding.map_or("recorded", |finding| finding.state.name()).to_owned(),
            event.case.to_string(),
            match &material.sight {
                Some(sight) if !sight.coverage.is_empty() => "see annex D",
                Some(_) => "no coverage was computed",
                None => "not told yet",
            }
            .to_owned(),
        ];
        text += &line(row);
    }
    let mut number = material.cases.len();
    for (at, view) in material.observations.iter().enumerate() {
        number += 1;
        text += &line(observation(material, number, at, view));
    }
    let heat = material.sight.as_ref().and_then(|sight| sight.heat.as_ref());
    text += &heat.map(|heat| line(of_heat(material, number + 1, heat))).unwrap_or_default();
    text
}

fn line(row: [String; COLUMNS.len()]) -> String {
    row.map(|field| quoted(&field)).join(",") + "\r\n"
}

fn observation<W: Placed>(
    material: &Material<W>,
    number: usize,
    at: usize,
    view: &ObservationView<W>,
) -> [String; COLUMNS.len()] {
    let head = &material.head;
    let local = |time| format!("{} {}", head.zone.date(time), head.zone.clock_s(time));
    let of = |said: fn(&ObservedWords) -> &str| view.words.as_ref().map(said).unwrap_or_default().to_owned();
    let stood = view.words.as_ref().map(|said| said.observer.map(degrees).unwrap_or_default());
    let placed = view.at.as_ref();
    let half_s = placed.map_or_else(|| (view.span.to.0 - view.span.from.0) / NS_PER_S / 2, Placed::half_s);
    let case = view.case.and_then(|id| material.cases.iter().find(|case| case.event.case == id));
    let id = observed::id(at);
    [
        number.to_string(),
        head.period.from.to_string(),
        head.period.to.to_string(),
        view.party.clone().unwrap_or_else(|| view.observer.name().to_owned()),
        view.observer.name().to_owned(),
        stood.unwrap_or_else(|| "not released".to_owned()),
        match placed {
            Some(at) => at.short(),
            None => if view.placed { "not released" } else { "not stated" }.to_owned(),
        },
        placed.map(Placed::precision).unwrap_or_default(),
        view.means.name().to_owned(),
        view.number().map(|number| number.to_string()).unwrap_or_default(),
        view.count.quality.name().to_owned(),
        view.kind.name().to_owned(),
        observed::explosion(view).unwrap_or_default().to_owned(),
        of(|said| &said.direction),
        view.weapon.map_or("", |class| class.name()).to_owned(),
        String::new(),
        local(view.span.from),
        local(view.span.to),
        half_s.to_string(),
        head.zone.name(),
        case.and_then(|case| case.finding.as_ref()?.clause.clone()).unwrap_or_default(),
        view.side.clone().unwrap_or_else(|| "not stated".to_owned()),
        match view.scope {
            Scope::PeriodTotal => "series",
            Scope::Incident => view.appraised.map_or("not appraised yet", |appraised| appraised.name()),
        }
        .to_owned(),
        view.case.map_or_else(|| id.clone(), |case| format!("{id} {case}")),
        "what observers could have seen is not known".to_owned(),
    ]
}

/// One row for all heat that satellites saw.
fn of_heat<W: Placed>(material: &Material<W>, number: usize, heat: &Heat) -> [String; COLUMNS.len()] {
    let head = &material.head;
    let local = |time| format!("{} {}", head.zone.date(time), head.zone.clock_s(time));
    let satellites = Observer::Satellite.name().to_owned();
    [
        number.to_string(),
        head.period.from.to_string(),
        head.period.to.to_string(),
        satellites.clone(),
        satellites,
        "orbit".to_owned(),
        "all of the period".to_owned(),
        String::new(),
        Means::SatelliteThermal.name().to_owned(),
        heat.detections().to_string(),
        CountQuality::Exact.name().to_owned(),
        ObservedKind::ThermalAnomaly.name().to_owned(),
        format!("{} fires, {} detections reach across the line", heat.fires, heat.undecided),
        String::new(),
        String::new(),
        String::new(),
        local(head.period.from),
        local(head.period.to),
        String::new(),
        head.zone.name(),
        String::new(),
        "not stated".to_owned(),
        "recorded".to_owned(),
        "heat".to_owned(),
        "passes of satellites are not known".to_owned(),
    ]
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
