//! From the text of an agreement's file to its types. Refused is what has no one meaning; what has a meaning that nobody can
//! want is said by [`crate::check`].
use super::act::Act;
use super::force::{ForceClaim, agreed};
use super::zone::{Zone, ZoneKind};
use super::{Agreement, AgreementError, Class, Clause, Object, Rule, Term};
use serde::Deserialize;
use std::collections::BTreeSet;
use truceline_model::hash::Hash;
use truceline_model::notice::Activity;
use truceline_model::place::{Place, Ring};
use truceline_model::report::MAX_NAME_BYTES;
use truceline_model::time::{Interval, Time};

mod line;
mod proof;
mod release;

/// The most parties, intervals, lines, zones, clauses, objects or terms: ten times the longest ceasefire text on record.
const LIST_MAX: usize = 1_000;

/// The most corners of a zone: a settlement's outline takes some hundreds.
const RING_PLACES_MAX: usize = 10_000;

/// The longest clause or note, in bytes: a page.
const TEXT_BYTES_MAX: usize = 4_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    agreement: Head,
    #[serde(default)]
    in_force: Vec<Force>,
    #[serde(default)]
    line: Vec<line::LineTable>,
    #[serde(default)]
    zone: Vec<ZoneTable>,
    #[serde(default)]
    clause: Vec<ClauseTable>,
    #[serde(default)]
    object: Vec<ObjectTable>,
    #[serde(default)]
    term: Vec<TermTable>,
    proof: Option<proof::ProofTable>,
    prior: Option<proof::PriorTable>,
    #[serde(default)]
    member: Vec<proof::MemberTable>,
    #[serde(default)]
    release: Vec<release::ReleaseTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    version: u32,
    title: String,
    class: Option<String>,
    languages: Option<Vec<String>>,
    parties: Vec<String>,
    p_min: f64,
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Force {
    by: Option<String>,
    from: toml::value::Datetime,
    to: toml::value::Datetime,
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneTable {
    id: String,
    name: String,
    kind: Option<String>,
    ring: Vec<[f64; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseTable {
    id: String,
    text: Option<String>,
    prohibits: Option<String>,
    permits: Option<String>,
    notes: Option<String>,
    zone: Option<String>,
    sealed: Option<String>,
    category: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectTable {
    class: String,
    name: String,
    listed_by: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermTable {
    word: String,
    language: String,
    means: String,
}

pub(super) fn read(text: &str) -> Result<Agreement, AgreementError> {
    let file: File = toml::from_str(text).map_err(|error| of_toml(text, &error))?;
    let head = file.agreement;
    for (place, label) in [("agreement.id", &head.id), ("agreement.title", &head.title)] {
        check_label(place, label)?;
    }
    check_text("agreement.note", &head.note)?;
    let class = head.class.as_deref().map_or(Ok(Class::Cessation), |name| {
        Class::from_name(name).ok_or_else(|| one_of("agreement.class", name, Class::NAMES))
    })?;
    // A moratorium spares objects; it needs no zone, as it needs no line.
    let zones_min = usize::from(class != Class::SectoralMoratorium);
    for (list, count, least) in [
        ("agreement.parties", head.parties.len(), 1),
        ("in_force", file.in_force.len(), 1),
        ("line", file.line.len(), 0),
        ("zone", file.zone.len(), zones_min),
        ("clause", file.clause.len(), 1),
        ("object", file.object.len(), 0),
        ("term", file.term.len(), 0),
        ("member", file.member.len(), 0),
        ("release", file.release.len(), 0),
    ] {
        if count < least || count > LIST_MAX {
            return Err(AgreementError::new(list, format!("{count} of them, expected {least} to {LIST_MAX}")));
        }
    }
    for party in &head.parties {
        check_label("agreement.parties", party)?;
    }
    check_unique("agreement.parties", head.parties.iter())?;
    if !(head.p_min > 0.0 && head.p_min < 1.0) {
        let message = format!("{}, expected a probability between 0 and 1", head.p_min);
        return Err(AgreementError::new("agreement.p_min", message));
    }
    let languages = head.languages.unwrap_or_else(|| vec!["en".to_owned()]);
    for language in &languages {
        check_language("agreement.languages", language)?;
    }
    let claims = claims(file.in_force, &head.parties)?;
    let lines =
        file.line.into_iter().enumerate().map(|item| line::line(item, &head.parties)).collect::<Result<Vec<_>, _>>()?;
    check_unique("line.id", lines.iter().map(|line| &line.id))?;
    let zones = file.zone.iter().enumerate().map(zone).collect::<Result<Vec<_>, _>>()?;
    check_unique("zone.id", zones.iter().map(|zone| &zone.id))?;
    let clauses =
        file.clause.into_iter().enumerate().map(|item| clause(item, &zones)).collect::<Result<Vec<_>, _>>()?;
    check_unique("clause.id", clauses.iter().map(|clause| &clause.id))?;
    let objects =
        file.object.into_iter().enumerate().map(|item| object(item, &head.parties)).collect::<Result<Vec<_>, _>>()?;
    let terms = file.term.into_iter().enumerate().map(term).collect::<Result<Vec<_>, _>>()?;
    let proof = proof::proof(file.proof)?;
    let prior = file.prior.map(proof::prior).transpose()?;
    let members = file
        .member
        .into_iter()
        .enumerate()
        .map(|item| proof::member(item, &head.parties))
        .collect::<Result<Vec<_>, _>>()?;
    check_unique("member.organisation", members.iter().map(|member| &member.organisation))?;
    Ok(Agreement {
        id: head.id,
        version: head.version,
        title: head.title,
        class,
        languages,
        note: head.note,
        in_force: agreed(&head.parties, &claims),
        parties: head.parties,
        p_min: head.p_min,
        claims,
        lines,
        zones,
        clauses,
        objects,
        terms,
        proof,
        prior,
        members,
        release: release::ladder(file.release)?,
    })
}

/// Each claimant's intervals come one after another.
fn claims(tables: Vec<Force>, parties: &[String]) -> Result<Vec<ForceClaim>, AgreementError> {
    let mut claims: Vec<ForceClaim> = Vec::new();
    for (i, table) in tables.into_iter().enumerate() {
        let place = format!("in_force[{i}]");
        let interval = interval(&place, &table.from, &table.to)?;
        if let Some(by) = &table.by {
            check_party(&format!("{place}.by"), by, parties)?;
        }
        let before = claims.iter().rev().find(|claim| claim.by == table.by);
        if before.is_some_and(|before| before.interval.to >= interval.from) {
            let message = format!(
                "{} to {}, expected from before to, and each interval after the one before it",
                interval.from, interval.to
            );
            return Err(AgreementError::new(place, message));
        }
        if let Some(source) = &table.source {
            check_text(&format!("{place}.source"), source)?;
        }
        claims.push(ForceClaim { by: table.by, interval, source: table.source });
    }
    Ok(claims)
}

fn interval(place: &str, from: &toml::value::Datetime, to: &toml::value::Datetime) -> Result<Interval, AgreementError> {
    let time = |field: &str, value: &toml::value::Datetime| {
        Time::parse(&value.to_string())
            .map_err(|error| AgreementError::new(format!("{place}.{field}"), error.to_string()))
    };
    let interval = Interval { from: time("from", from)?, to: time("to", to)? };
    if interval.to <= interval.from {
        let message = format!("{} to {}, expected from before to", interval.from, interval.to);
        return Err(AgreementError::new(place, message));
    }
    Ok(interval)
}

fn place_of(place: &str, [lon, lat]: [f64; 2]) -> Result<Place, AgreementError> {
    Place::from_degrees(lat, lon)
        .ok_or_else(|| AgreementError::new(place, format!("[{lon}, {lat}], expected [longitude, latitude] in degrees")))
}

fn zone((i, table): (usize, &ZoneTable)) -> Result<Zone, AgreementError> {
    check_label(&format!("zone[{i}].id"), &table.id)?;
    check_label(&format!("zone[{i}].name"), &table.name)?;
    let kind = table.kind.as_deref().map_or(Ok(ZoneKind::Area), |name| {
        ZoneKind::from_name(name).ok_or_else(|| one_of(&format!("zone[{i}].kind"), name, ZoneKind::NAMES))
    })?;
    let mut ring = Ring::new();
    for (n, at) in table.ring.iter().enumerate() {
        ring.push(place_of(&format!("zone[{i}].ring[{n}]"), *at)?);
    }
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if !(3..=RING_PLACES_MAX).contains(&ring.len()) {
        let message = format!("{} corners, expected 3 to {RING_PLACES_MAX}", ring.len());
        return Err(AgreementError::new(format!("zone[{i}].ring"), message));
    }
    let edges: Vec<(Place, Place)> = (0..ring.len()).map(|n| (ring[n], ring[(n + 1) % ring.len()])).collect();
    if let Some((a, b)) = crossing(&edges) {
        let message = format!("edge {a} crosses edge {b}, expected a rim that does not cross itself");
        return Err(AgreementError::new(format!("zone[{i}].ring"), message));
    }
    Ok(Zone { id: table.id.clone(), name: table.name.clone(), kind, ring })
}

/// The first two edges that properly cross. By ascending longitude only those are compared that overlap in it.
fn crossing(edges: &[(Place, Place)]) -> Option<(usize, usize)> {
    let side = |a: &Place, b: &Place, c: &Place| {
        let across = |p: &Place, q: &Place| {
            (i128::from(q.lon_e7) - i128::from(p.lon_e7), i128::from(q.lat_e7) - i128::from(p.lat_e7))
        };
        let ((x1, y1), (x2, y2)) = (across(a, b), across(a, c));
        (x1 * y2 - y1 * x2).signum()
    };
    let span = |i: usize| {
        let (a, b) = &edges[i];
        (a.lon_e7.min(b.lon_e7), a.lon_e7.max(b.lon_e7))
    };
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_by_key(|i| span(*i));
    let mut first: Option<(usize, usize)> = None;
    for (n, i) in order.iter().enumerate() {
        for j in order[n + 1..].iter().take_while(|j| span(**j).0 <= span(*i).1) {
            let ((a, b), (c, d)) = (&edges[*i], &edges[*j]);
            if side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0 {
                let found = (*i.min(j), *i.max(j));
                first = Some(first.map_or(found, |first| first.min(found)));
            }
        }
    }
    first
}

fn clause((i, table): (usize, ClauseTable), zones: &[Zone]) -> Result<Clause, AgreementError> {
    let wrong = |field: &str, message: String| AgreementError::new(format!("clause[{i}].{field}"), message);
    check_label(&format!("clause[{i}].id"), &table.id)?;
    let act = |field: &str, name: &str| {
        Act::from_name(name).ok_or_else(|| one_of(&format!("clause[{i}].{field}"), name, Act::NAMES))
    };
    let rule = match (&table.prohibits, &table.permits, &table.notes, &table.sealed) {
        (Some(name), None, None, None) => {
            if let Some(zone) = table.zone.as_ref().filter(|zone| !zones.iter().any(|known| known.id == **zone)) {
                return Err(wrong("zone", format!("{zone:?}, expected the id of a zone in this file")));
            }
            Rule::Prohibits { act: act("prohibits", name)?, zone: table.zone }
        }
        (None, Some(name), None, None) if table.zone.is_none() => {
            let activity = Activity::from_name(name)
                .ok_or_else(|| one_of(&format!("clause[{i}].permits"), name, Activity::NAMES))?;
            Rule::PermitsNotified { activity }
        }
        (None, None, Some(name), None) if table.zone.is_none() => Rule::Notes { act: act("notes", name)? },
        (None, None, None, Some(hash)) if table.zone.is_none() => {
            let hash = Hash::from_hex(hash).ok_or_else(|| {
                wrong("sealed", format!("{hash:?}, expected the SHA-256 of the clause's words in hex"))
            })?;
            let category = table
                .category
                .clone()
                .ok_or_else(|| wrong("category", "missing, expected what may be said".to_owned()))?;
            check_label(&format!("clause[{i}].category"), &category)?;
            Rule::Sealed { hash, category }
        }
        _ => {
            let message = "expected either `prohibits` with or without `zone`, or one of `permits`, `notes` and \
                           `sealed` alone";
            return Err(AgreementError::new(format!("clause[{i}]"), message));
        }
    };
    let text = match (&rule, table.text) {
        (Rule::Sealed { category, .. }, None) => format!("Sealed by the parties: {category}."),
        (_, text) => text.unwrap_or_default(),
    };
    check_text(&format!("clause[{i}].text"), &text)?;
    if table.category.is_some() && !matches!(rule, Rule::Sealed { .. }) {
        return Err(wrong("category", "expected with `sealed` alone".to_owned()));
    }
    Ok(Clause { id: table.id, text, rule })
}

fn object((i, table): (usize, ObjectTable), parties: &[String]) -> Result<Object, AgreementError> {
    check_label(&format!("object[{i}].class"), &table.class)?;
    check_label(&format!("object[{i}].name"), &table.name)?;
    check_party(&format!("object[{i}].listed_by"), &table.listed_by, parties)?;
    Ok(Object { class: table.class, name: table.name, listed_by: table.listed_by })
}

fn term((i, table): (usize, TermTable)) -> Result<Term, AgreementError> {
    check_label(&format!("term[{i}].word"), &table.word)?;
    check_language(&format!("term[{i}].language"), &table.language)?;
    check_text(&format!("term[{i}].means"), &table.means)?;
    Ok(Term { word: table.word, language: table.language, means: table.means })
}

fn one_of(place: &str, name: &str, names: &[&str]) -> AgreementError {
    AgreementError::new(place, format!("{name:?}, expected one of {}", names.join(", ")))
}

fn check_party(place: &str, party: &str, parties: &[String]) -> Result<(), AgreementError> {
    if parties.iter().any(|known| known == party) {
        return Ok(());
    }
    Err(AgreementError::new(place, format!("{party:?}, expected one of the parties: {}", parties.join(", "))))
}

fn check_language(place: &str, code: &str) -> Result<(), AgreementError> {
    if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(());
    }
    Err(AgreementError::new(place, format!("{code:?}, expected a code of two letters such as \"en\"")))
}

fn check_label(place: &str, text: &str) -> Result<(), AgreementError> {
    if text.trim().is_empty() || text.len() > MAX_NAME_BYTES || text.chars().any(char::is_control) {
        let message = format!("expected a name of 1 to {MAX_NAME_BYTES} bytes in one line");
        return Err(AgreementError::new(place, message));
    }
    Ok(())
}

fn check_text(place: &str, text: &str) -> Result<(), AgreementError> {
    if text.trim().is_empty() || text.len() > TEXT_BYTES_MAX {
        return Err(AgreementError::new(place, format!("expected a text of 1 to {TEXT_BYTES_MAX} bytes")));
    }
    Ok(())
}

fn check_unique<'a>(place: &str, names: impl Iterator<Item = &'a String>) -> Result<(), AgreementError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(AgreementError::new(place, format!("{name:?} stands twice, expected each once")));
        }
    }
    Ok(())
}

fn of_toml(text: &str, error: &toml::de::Error) -> AgreementError {
    let place = match error.span() {
        Some(span) => {
            let before = &text.as_bytes()[..span.start.min(text.len())];
            format!("line {}", 1 + before.iter().filter(|byte| **byte == b'\n').count())
        }
        None => "the whole file".to_owned(),
    };
    AgreementError::new(place, error.message().trim().replace('\n', ", "))
}

#[cfg(test)]
mod tests;
