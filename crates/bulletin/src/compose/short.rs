//! The short ones: a spot report on one page, a flash in five lines.
use super::{cases, cut};
use crate::document::{Block, Section};
use crate::material::Material;
use crate::place::Placed;
use crate::words::Words;

pub(super) fn spot<W: Placed>(material: &Material<W>, words: &Words) -> Vec<Section> {
    let zone = material.head.zone;
    let lines = match material.cases.first() {
        None => vec![words.say("spot-none")],
        Some(case) => {
            let event = &case.event;
            let basis = match (&material.agreement, case.finding.as_ref().is_some_and(|finding| finding.governed)) {
                (Some(agreement), true) => words.with(
                    "spot-basis",
                    &[("id", cut(&agreement.id).into()), ("version", agreement.version.to_string().into())],
                ),
                _ => words.say("spot-no-basis"),
            };
            vec![
                words.with("spot-what", &[("state", cases::state(case, words).into())]),
                words.with("spot-where", &[("place", event.at.short().into())]),
                words.with("spot-when", &[("time", event.at.time(zone).into())]),
                words.with(
                    "spot-means",
                    &[("name", cases::means(case, words).into()), ("limit", cases::corroboration(case).into())],
                ),
                effect(material, words),
                words.say("spot-done"),
                words.say("spot-informed"),
                cases::side(case, words).map_or_else(
                    || words.say("spot-unknown"),
                    |side| {
                        let stated = case
                            .finding
                            .iter()
                            .any(|finding| finding.side.as_ref().is_some_and(|side| side.party.is_some()));
                        let key = if stated { "spot-side-stated" } else { "spot-side" };
                        words.with(key, &[("state", side.into())])
                    },
                ),
                words.say("spot-next"),
                basis,
            ]
        }
    };
    vec![Section { id: "", title: words.say("spot-title"), blocks: vec![Block::List(lines)] }]
}

/// What kept the mechanism from seeing meanwhile.
fn effect<W: Placed>(material: &Material<W>, words: &Words) -> String {
    let Some(sight) = &material.sight else { return words.say("spot-effect-not-due") };
    match sight.hindrances.iter().filter(|one| !one.kind.is_consent()).count() {
        0 => words.say("spot-effect"),
        count => words.with("spot-effect-hindered", &[("n", count.into())]),
    }
}

pub(super) fn flash<W: Placed>(material: &Material<W>, words: &Words) -> Vec<Section> {
    let zone = material.head.zone;
    let lines = match material.cases.first() {
        None => vec![words.say("spot-none")],
        Some(case) => vec![
            words.with("flash-where", &[("place", case.event.at.short().into())]),
            words.with("flash-when", &[("time", case.event.at.time(zone).into())]),
            words.say("flash-ask"),
            words.say("flash-both"),
        ],
    };
    vec![Section { id: "", title: words.say("spot-title"), blocks: vec![Block::List(lines)] }]
}
