//! A state's page: what it may do today, and on which finding it would be asked.
use super::show::{LANGUAGE, needs, sources};
use super::{cited, line, lines, row};
use crate::output;
use serde_json::{Value, json};
use truceline_register::Register;
use truceline_register::board::{Rests, StatePage};
use truceline_register::ratification::{RatificationTrack, Step};

pub(super) fn words(register: &Register, page: &StatePage<'_>) -> String {
    let state = page.state;
    let mut text = format!("{} ({}) {}\n", state.name, row(&state.roles), cited(&state.sources));
    if let Some(consent) = state.consent {
        text += &format!("consent: {consent}\n");
    }
    text += "\nWhat may this state do today?\n";
    let options: Vec<[String; 2]> = page
        .options
        .iter()
        .map(|(option, may)| [format!("  {may}"), format!("{} {}", option.text, cited(&option.sources))])
        .collect();
    text += &output::table(&options);
    text += if options.is_empty() {
        "  nobody has written a catalogue\n"
    } else {
        "  in the order in which it was written; what is not said of this state is unclear\n"
    };
    text += "\nOn which finding would it be asked?\n";
    for Rests { pillar, on, activations } in &page.asked_on {
        text += &format!(
            "  {}, {}, rests on {}, {} {}\n",
            pillar.id,
            pillar.title,
            on.id,
            on.title,
            cited(&pillar.sources)
        );
        for activation in activations {
            let sources = cited(&activation.sources);
            text += &format!("    needs: {}\n    {} {sources}\n", needs(activation), activation.text);
        }
    }
    text += "  A finding asks nobody by itself: people call a consultation, resting on findings that they cite.\n";
    section(&mut text, "What limits it", page.caveats.len());
    for caveat in &page.caveats {
        text += &format!("  {}: {} {}\n", caveat.kind, caveat.text, cited(&caveat.sources));
        if let Some(qualifier) = &caveat.qualified_by {
            let sources = cited(&qualifier.sources);
            text += &format!("    but: \"{}\" ({}) {sources}\n", qualifier.quote, qualifier.meaning);
        }
    }
    section(&mut text, "Ratification", page.tracks.len());
    for track in &page.tracks {
        text += &ratification(track);
    }
    section(&mut text, "Instruments", page.relations.len());
    for (relation, instrument) in &page.relations {
        let title = instrument.map_or(relation.instrument.to_string(), |instrument| instrument.title.to_string());
        let date = relation.date.map_or(String::new(), |date| format!(", {date}"));
        text += &format!("  {}: {title}{date} {}\n", relation.kind, cited(&relation.sources));
    }
    section(&mut text, "Pledges", page.pledges.len());
    for pledge in &page.pledges {
        let (what, status, quantity) = (&pledge.what, pledge.status, &pledge.quantity);
        let sources = cited(&pledge.sources);
        let by = pledge
            .announced_by
            .as_ref()
            .map_or(String::new(), |id| format!(" ({})", register.name_of(id.as_str(), LANGUAGE)));
        text += &format!(
            "  {}: {what}; {status}{by}, quantity {quantity}, said as {} {sources}\n",
            pledge.state, pledge.modality
        );
    }
    section(&mut text, "Facilities and deployments", page.facilities.len() + page.deployments.len());
    for facility in &page.facilities {
        text +=
            &format!("  {}: area {}, {} {}\n", facility.kind, facility.area, facility.status, cited(&facility.sources));
    }
    for deployment in &page.deployments {
        text += &format!("  force: {}, {}; ", row(&deployment.domains), deployment.status);
        let rule = deployment.placement.as_ref().map_or("no rule".to_owned(), |placement| placement.text.to_string());
        text += &format!("its own rule: {rule}: {} {}\n", deployment.kept().words(), cited(&deployment.sources));
    }
    section(&mut text, "Open", page.questions.len());
    for question in &page.questions {
        text += &format!("  {}: {} {}\n", question.id, question.text, cited(&question.sources));
    }
    section(&mut text, "Beside that", page.notes.len());
    for note in &page.notes {
        text += &format!("  {} {}\n", note.text, cited(&note.sources));
    }
    text + &sources(register)
}

/// A heading, if anything stands under it.
fn section(text: &mut String, heading: &str, count: usize) {
    if count > 0 {
        *text += &format!("\n{heading}\n");
    }
}

fn ratification(track: &RatificationTrack) -> String {
    let by = track.decided_by.as_ref().map_or(String::new(), |by| format!(", {by}"));
    let of = row(track.instrument.iter().chain(&track.pillar));
    let mut text = format!("  {}{by}, of {of} {}\n", track.state, cited(&track.sources));
    let one = |step: &Step| {
        let date = step.date.map_or(String::new(), |date| format!(" {date}"));
        let basis = step.legal_basis.as_ref().map_or(String::new(), |basis| format!(" ({basis})"));
        let said = step.text.as_ref().map_or(String::new(), |text| format!(": {text}"));
        format!("    {}: {}{date}{basis}{said}\n", step.kind, step.status)
    };
    text += &track.steps.iter().map(one).collect::<String>();
    if let Some(risk) = &track.risk {
        text += &format!("    {risk}\n");
    }
    text
}

pub(super) fn object(page: &StatePage<'_>) -> Value {
    let options: Vec<Value> =
        page.options.iter().map(|(option, may)| json!({ "option": line(option), "allowed": may.name() })).collect();
    let relations: Vec<Value> = page
        .relations
        .iter()
        .map(|(relation, instrument)| json!({ "relation": line(relation), "instrument": instrument.map(line) }))
        .collect();
    let asked: Vec<Value> = page
        .asked_on
        .iter()
        .map(|rests| json!({ "pillar": rests.pillar.id, "on": rests.on.id, "activations": lines(&rests.activations) }))
        .collect();
    json!({
        "state": line(page.state), "options": options, "asked_on": asked, "caveats": lines(&page.caveats),
        "ratification": lines(&page.tracks), "instruments": relations, "pledges": lines(&page.pledges),
        "facilities": lines(&page.facilities), "deployments": lines(&page.deployments),
        "open_questions": lines(&page.questions), "notes": lines(&page.notes),
    })
}
