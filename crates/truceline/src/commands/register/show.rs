//! `truceline register show`: the board over all pillars.
use super::{More, cited, lines, row, shown, state};
use crate::output;
use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use truceline_register::Register;
use truceline_register::board::{Board, PillarRow, board, state_page};
use truceline_register::instrument::differences;
use truceline_register::pillar::{Activation, Condition};
use truceline_register::source::{Layer, SourceRef};

/// The language of standard output.
pub(super) const LANGUAGE: &str = "en";

pub(super) fn run(folder: &Path, code: Option<&str>, layer: Option<More>, as_json: bool) -> Result<ExitCode> {
    let whole = super::read_sound(folder)?;
    let register = whole.of_layers(&shown(layer));
    let Some(code) = code else {
        let board = board(&register);
        let said = if as_json { format!("{}\n", object(&register, &board)) } else { words(&whole, &register, &board) };
        output::print(&said)?;
        return Ok(ExitCode::SUCCESS);
    };
    let Some(page) = state_page(&register, code) else {
        let known = row(register.states.iter().map(|state| &state.id));
        bail!("{code:?} is no state of {}, expected one of {known}", folder.display());
    };
    let said = if as_json { format!("{}\n", state::object(&page)) } else { state::words(&register, &page) };
    output::print(&said)?;
    Ok(ExitCode::SUCCESS)
}

/// What must be so, and what of it only people can say.
pub(super) fn needs(activation: &Activation) -> String {
    let one = |need: &Condition| if need.is_for_people() { format!("{need} (people say)") } else { need.to_string() };
    row(activation.needs.iter().map(one))
}

/// The sources of the record and of a deployment that lines of a text cite.
pub(super) fn sources(register: &Register) -> String {
    let all = register.lines();
    let used: BTreeSet<&str> = all
        .iter()
        .flat_map(|line| &line.sources)
        .filter_map(|source| match source {
            SourceRef::Source(id) => Some(id.as_str()),
            SourceRef::Sentence(_) => None,
        })
        .collect();
    let mut text = String::new();
    for source in register.sources.iter().filter(|source| used.contains(source.id.as_str())) {
        let published = source.published.map_or(String::new(), |date| format!(", {date}"));
        text +=
            &format!("  {} ({}) {}: {}{published}\n", source.id, source.grade.name(), source.publisher, source.what);
    }
    if text.is_empty() { text } else { format!("\nSources beside the article\n{text}") }
}

fn words(whole: &Register, register: &Register, board: &Board<'_>) -> String {
    let head = &register.head;
    let mut text = format!("{}, version {}\n", head.title, head.version);
    if let Some(article) = &head.article {
        text += &format!("S1 to S40 are sentences of the article: {article}\n");
    }
    let record = |register: &Register| register.lines().iter().filter(|line| line.layer == Layer::Record).count();
    match (record(whole), record(register)) {
        (0, _) => {}
        (off, 0) => text += &format!("The record is off: {off} lines, shown with --layer record\n"),
        (_, on) => text += &format!("The record is shown too: {on} lines\n"),
    }
    board.pillars.iter().for_each(|row| text += &pillar(register, row));
    text += &format!(
        "\nQuantities: unclear {} of {}\nRatification: complete {} of {}\n",
        board.quantities.unclear, board.quantities.of, board.bound.0, board.bound.1
    );
    for group in &register.groups {
        let count = group.count.as_ref().map_or(String::new(), |count| format!(" ({count})"));
        let members = group.members.named();
        let members = if members.is_empty() { "who they are is unclear".to_owned() } else { row(members) };
        text += &format!("{}{count}: {members} {}\n", group.name, cited(&group.sources));
    }
    text += "\nBodies, kept apart\n";
    for body in &register.bodies {
        let lead: Vec<&str> = body.lead.iter().map(|id| register.name_of(id.as_str(), LANGUAGE)).collect();
        let lead = if lead.is_empty() { String::new() } else { format!(", led by {}", row(lead)) };
        text += &format!("  {}: {}{lead} {}\n", body.kind, body.name, cited(&body.sources));
    }
    text += "\nThe force\n";
    for deployment in &register.deployments {
        text += &format!(
            "  {}: {}, {}, quantity {} {}\n",
            row(deployment.by.iter().map(|id| register.name_of(id.as_str(), LANGUAGE))),
            row(&deployment.domains),
            deployment.status,
            deployment.quantity,
            cited(&deployment.sources)
        );
        if let Some(placement) = &deployment.placement {
            text += &format!("    its own rule: {}: {}\n", placement.text, deployment.kept().words());
        }
    }
    for facility in &register.facilities {
        let area = &facility.area;
        let (quantity, status) = (&facility.quantity, facility.status);
        let sources = cited(&facility.sources);
        text += &format!("  {}: area {area}, quantity {quantity}, {status} {sources}\n", facility.kind);
    }
    for water in &register.waters {
        let charge = row(water.in_charge.iter().map(|id| register.name_of(id.as_str(), LANGUAGE)));
        text += &format!("  {}: {}, {charge}, {} {}\n", water.kind, water.name, water.status, cited(&water.sources));
    }
    let rest = register.questions.iter().filter(|question| question.pillars.is_empty());
    for (at, question) in rest.enumerate() {
        text += if at == 0 { "\nOpen beside the pillars\n" } else { "" };
        text += &format!("  {}: {} {}\n", question.id, question.text, cited(&question.sources));
    }
    text + &noted(register) + &reminders(register) + &witnesses(register) + &sources(register)
}

/// What was said of anything but a pillar or a state: these have it beside them.
fn noted(register: &Register) -> String {
    let elsewhere = |id: &str| register.pillars.iter().any(|it| it.id.as_str() == id) || register.state(id).is_some();
    let mut text = String::new();
    for note in register.notes.iter().filter(|note| !elsewhere(note.about.as_str())) {
        text += &format!("  of {}: {} {}\n", note.about, note.text, cited(&note.sources));
    }
    if text.is_empty() { text } else { format!("\nBeside that\n{text}") }
}

/// Clocks that would remind people, and whether they do.
fn reminders(register: &Register) -> String {
    let mut text = String::new();
    for reminder in &register.reminders {
        let state = if reminder.on { "on" } else { "off" };
        let (hours, from, sources) = (reminder.after_h, reminder.from, cited(&reminder.sources));
        text += &format!("  {state}: {hours} h from {from}: {} {sources}\n", reminder.text);
    }
    if text.is_empty() { text } else { format!("\nReminders; nothing else comes of one\n{text}") }
}

fn pillar(register: &Register, row: &PillarRow<'_>) -> String {
    let pillar = row.pillar;
    let mut text = format!("\n{}  {} {}\n", pillar.id, pillar.title, cited(&pillar.sources));
    if let Some(words) = &pillar.text {
        text += &format!("    {words}\n");
    }
    text += &format!("    said as: {}\n", pillar.modality);
    for activation in &row.activations {
        text += &format!("    needs: {} {}\n", needs(activation), cited(&activation.sources));
    }
    if !pillar.rests_on.is_empty() {
        text += &format!("    rests on: {}\n", super::row(&pillar.rests_on));
    }
    if !pillar.support.is_empty() {
        text += &format!("    support that it names: {}\n", super::row(&pillar.support));
    }
    for instrument in &row.instruments {
        let (nature, modality) = (instrument.nature, instrument.modality);
        let sources = cited(&instrument.sources);
        let how = format!("in law: {nature}; said as: {modality}");
        text += &format!("    {}: {} ({how}) {sources}\n", instrument.id, instrument.title);
    }
    for programme in &row.programmes {
        let sources = cited(&programme.sources);
        text += &format!("    programme: {} {sources}\n", programme.what);
        for tranche in &programme.tranches {
            let due = tranche.due.map_or(String::new(), |due| format!(", due {due}"));
            text += &format!("      {}: {}, quantity {}{due}\n", tranche.name, tranche.status, tranche.quantity);
        }
    }
    for track in &row.tracks {
        let whose = track.state.state().map_or("every state", |id| register.name_of(id.as_str(), LANGUAGE));
        let steps = super::row(track.steps.iter().map(|step| format!("{} {}", step.kind, step.status)));
        text += &format!("    ratification, {whose}: {steps} {}\n", cited(&track.sources));
    }
    if row.quantities.of > 0 {
        let (unclear, of) = (row.quantities.unclear, row.quantities.of);
        text += &format!("    pledges: {of}, quantity unclear: {unclear} of {of}\n");
    }
    for pledge in &row.pledges {
        let whose = pledge.state.state().map_or("every state", |id| register.name_of(id.as_str(), LANGUAGE));
        let sources = cited(&pledge.sources);
        text += &format!("      {whose}: {}; {}, quantity {} {sources}\n", pledge.what, pledge.status, pledge.quantity);
    }
    for note in register.notes.iter().filter(|note| note.about == pillar.id) {
        text += &format!("    noted: {} {}\n", note.text, cited(&note.sources));
    }
    for question in &row.questions {
        text += &format!("    open, {}: {} {}\n", question.id, question.text, cited(&question.sources));
    }
    text
}

/// Where copies of an instrument's text differ.
fn witnesses(register: &Register) -> String {
    let mut text = String::new();
    for instrument in &register.instruments {
        let of = register.witnesses.iter().map(|line| &line.item).filter(|it| it.instrument == instrument.id);
        for (part, wordings) in differences(of) {
            text += &format!("  {}, {part}\n", instrument.id);
            for (says, who) in wordings {
                let who = row(who.iter().map(|one| format!("{} ({})", one.publisher, one.stage)));
                text += &format!("    \"{says}\": {who}\n");
            }
        }
    }
    if text.is_empty() { text } else { format!("\nCopies of the text that differ\n{text}") }
}

fn object(register: &Register, board: &Board<'_>) -> Value {
    let one = |row: &PillarRow<'_>| {
        json!({
            "pillar": super::line(row.pillar), "activations": lines(&row.activations),
            "instruments": lines(&row.instruments), "ratification": lines(&row.tracks), "pledges": lines(&row.pledges),
            "quantities_unclear": row.quantities.unclear, "programmes": lines(&row.programmes),
            "open_questions": lines(&row.questions),
        })
    };
    let pillars: Vec<Value> = board.pillars.iter().map(one).collect();
    let all: Vec<Value> = register
        .lines()
        .iter()
        .map(
            |line| json!({ "table": line.table, "layer": line.layer.name(), "place": line.place, "says": line.fields }),
        )
        .collect();
    json!({
        "register": register.head, "quantities": { "unclear": board.quantities.unclear, "of": board.quantities.of },
        "ratified": { "bound": board.bound.0, "of": board.bound.1 }, "pillars": pillars, "lines": all,
    })
}
