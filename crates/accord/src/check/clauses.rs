//! Its clauses, zones and objects.
use super::{Remark, RemarkKind};
use crate::agreement::{Act, Agreement, Class, Clause, Object, Observed, Rule, Zone};
use std::collections::BTreeSet;

pub(super) fn check(agreement: &Agreement) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = agreement.clauses.iter().flat_map(|clause| of_clause(agreement, clause)).collect();
    for zone in &agreement.zones {
        let named = |clause: &Clause| matches!(&clause.rule, Rule::Prohibits { zone: Some(id), .. } if *id == zone.id);
        if !agreement.clauses.iter().any(named) {
            remarks.push(Remark::new(
                RemarkKind::Gap,
                format!("zone {}", zone.id),
                "no clause speaks of it",
                "say in a clause what is prohibited inside it, or drop it",
            ));
        }
    }
    remarks.extend(objects(agreement));
    remarks
}

fn of_clause(agreement: &Agreement, clause: &Clause) -> Vec<Remark> {
    let place = format!("clause {}", clause.id);
    let mut remarks = Vec::new();
    match &clause.rule {
        Rule::Prohibits { act, zone } => {
            if let Some(wider) = agreement.clauses.iter().find(|other| holds(agreement, other, clause)) {
                remarks.push(Remark::new(
                    RemarkKind::Unreachable,
                    &place,
                    format!("clause {} prohibits the same act wherever it does", wider.id),
                    "drop one of them, or let them differ in act or zone",
                ));
            }
            remarks.extend(observed(&place, *act));
            if zone.is_none() && agreement.class != Class::SectoralMoratorium {
                remarks.push(Remark::new(
                    RemarkKind::Gap,
                    &place,
                    "it names no zone, so it holds anywhere on Earth",
                    "name the `zone` in which it holds",
                ));
            }
        }
        Rule::Notes { act } => {
            let prohibited = agreement
                .clauses
                .iter()
                .find(|other| matches!(&other.rule, Rule::Prohibits { act: other, .. } if other == act));
            if let Some(other) = prohibited {
                remarks.push(Remark::new(
                    RemarkKind::Contradiction,
                    &place,
                    format!(
                        "it calls {} worth noting and not prohibited, which clause {} prohibits",
                        act.name(),
                        other.id
                    ),
                    "drop one of them, or let the other name another act",
                ));
            }
            remarks.extend(observed(&place, *act));
        }
        Rule::PermitsNotified { activity } => {
            let prohibits = |clause: &Clause| matches!(clause.rule, Rule::Prohibits { .. });
            if !agreement.clauses.iter().any(prohibits) {
                remarks.push(Remark::new(
                    RemarkKind::Unreachable,
                    &place,
                    format!("it permits a notified {}, and no clause prohibits anything", activity.name()),
                    "add what is prohibited, from which notified activities are excepted",
                ));
            }
            let before = agreement.clauses.iter().take_while(|other| other.id != clause.id);
            if let Some(other) = before.into_iter().find(|other| other.rule == clause.rule) {
                remarks.push(Remark::new(
                    RemarkKind::Unreachable,
                    &place,
                    format!("clause {} permits the same", other.id),
                    "drop one of them",
                ));
            }
        }
        Rule::Sealed { .. } => remarks.push(Remark::new(
            RemarkKind::NotVerifiable,
            &place,
            "its words are sealed: nothing can be found under it by who does not know them",
            "load the words where its members may read them",
        )),
    }
    remarks
}

/// Whether a clause prohibits the same act as another everywhere that the other does; of two that are equal the first one.
fn holds(agreement: &Agreement, wider: &Clause, narrow: &Clause) -> bool {
    let (Rule::Prohibits { act: a, zone: wide }, Rule::Prohibits { act: b, zone: small }) = (&wider.rule, &narrow.rule)
    else {
        return false;
    };
    if a != b || wider.id == narrow.id {
        return false;
    }
    let place = |id: &str| agreement.clauses.iter().position(|clause| clause.id == id);
    match (wide, small) {
        (wide, small) if wide == small => place(&wider.id) < place(&narrow.id),
        (None, Some(_)) => true,
        (Some(wide), Some(small)) => {
            agreement.zone(wide).zip(agreement.zone(small)).is_some_and(|(wide, small)| inside(wide, small))
        }
        (_, None) => false,
    }
}

/// Whether every corner of one zone lies in another and none of the other's in it.
fn inside(wide: &Zone, small: &Zone) -> bool {
    small.ring.iter().all(|corner| wide.contains(*corner)) && !wide.ring.iter().any(|corner| small.contains(*corner))
}

fn observed(place: &str, act: Act) -> Option<Remark> {
    let (message, advice) = match act.observed() {
        Observed::Judged => return None,
        Observed::KindNotAssessed => (
            format!(
                "{} is heard and located, but of what kind an event was is not assessed yet: it is recorded only",
                act.name()
            ),
            "let a clause of the act infrasonic-event stand beside it, which is judged",
        ),
        Observed::NotObserved => (
            format!("nothing that is taken in so far shows {}", act.name()),
            "say who is to observe it, such as a patrol, and that without them it stays open",
        ),
    };
    Some(Remark::new(RemarkKind::NotVerifiable, place, message, advice))
}

/// The difference of the parties' lists.
fn objects(agreement: &Agreement) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if agreement.class == Class::SectoralMoratorium && agreement.objects.is_empty() {
        remarks.push(Remark::new(
            RemarkKind::Gap,
            "object",
            "a moratorium spares objects, and none is listed",
            "add [[object]] lists, each party's own",
        ));
    }
    let key = |object: &Object| (object.class.clone(), object.name.clone());
    let all: BTreeSet<(String, String)> = agreement.objects.iter().map(key).collect();
    for (class, name) in all {
        let lists = |party: &&String| {
            agreement
                .objects
                .iter()
                .any(|object| object.listed_by == **party && object.class == class && object.name == name)
        };
        let missing: Vec<&str> = agreement.parties.iter().filter(|party| !lists(party)).map(String::as_str).collect();
        if !missing.is_empty() {
            remarks.push(Remark::new(
                RemarkKind::Gap,
                format!("object {name} ({class})"),
                format!("it does not stand on the list of {}", missing.join(", ")),
                "have it listed by all, or say which list holds",
            ));
        }
    }
    remarks
}
