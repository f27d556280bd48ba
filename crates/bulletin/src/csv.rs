//! CSV: one row for each recorded event, in the columns of a daily table (RFC 4180). The keys are the same in each language.
use crate::compose::cases::corroboration;
use crate::material::Material;
use crate::place::Placed;

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
            "recorded by instruments".to_owned(),
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
            if material.coverage.is_some() { "see annex D" } else { "no coverage was computed" }.to_owned(),
        ];
        text += &(row.map(|field| quoted(&field)).join(",") + "\r\n");
    }
    text
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
