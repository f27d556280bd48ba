//! Fields that stations sealed in their frames: what is shown of them, and how many are withheld.
//!
//! A field that is shown is checked against the root that its station signed in its frame ([`crate::fields`]); so what a
//! station states stands, though nobody but the station says that it is so. What several frames of a station show alike is
//! said once.
use super::statements::one_line;
use super::stations::{AdmittedFrame, Stations};
use super::{Check, Faults, Location, Outcome, entry_words};
use crate::Error;
use crate::dossier::{Disclosed, Dossier, Part};
use crate::fields::{CELL, Cell, Disclosure, PLACE};
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::canonical;
use truceline_model::place::Place;

const NAME: &str = "fields";

/// The most lines on what stations show; what is over it is counted.
const MAX_SAID: usize = 64;

/// What is shown alike: station, what it says, how many fields it withholds of how many.
type Said = (String, String, u64, u64);

/// One check for what each station shows, and one for each disclosure that does not hold; nothing where no field was sealed.
/// `completeness` is the outcome of the check of that name: it says whether the frames are known to be their stations' own.
pub(super) fn fields(dossier: &Dossier, stations: &Stations, completeness: Outcome, checks: &mut Vec<Check>) {
    let mut faults = Faults::new(NAME);
    let mut said: BTreeMap<Said, Vec<u64>> = BTreeMap::new();
    let mut shown: BTreeSet<u64> = BTreeSet::new();
    for part in &dossier.disclosures {
        match of_frame(dossier, stations, completeness, part) {
            Ok((station, words, withheld, count)) => {
                shown.insert(part.value.frame);
                said.entry((station, words, withheld, count)).or_default().push(part.value.frame);
            }
            Err((outcome, why)) => {
                let location =
                    Location { part: "disclosures", entry: Some(part.value.frame), bytes: Some(part.bytes.clone()) };
                faults.add(Check::new(NAME, outcome, why, Some(location)));
            }
        }
    }
    let lines = said.len();
    for ((station, words, withheld, count), entries) in said.into_iter().take(MAX_SAID) {
        let frames = match entries.as_slice() {
            [one] => format!("in the frame at entry {one}"),
            [first, .., last] => format!("in {} frames, at entries {first} to {last}", entries.len()),
            [] => String::new(),
        };
        let sentence = format!("{station} states, {frames}: {words} Of {count} fields {withheld} are withheld.");
        let check = Check::new(NAME, completeness, sentence, None);
        checks.push(check.with("fields_shown", count - withheld).with("fields_withheld", withheld));
    }
    if lines > MAX_SAID {
        let more = format!("Stations state otherwise in {} more ways, in what the file shows.", lines - MAX_SAID);
        checks.push(Check::new(NAME, completeness, more, None));
    }
    faults.finish(checks);
    withheld(stations, &shown, completeness, checks);
}

/// What one disclosure says.
fn of_frame(
    dossier: &Dossier,
    stations: &Stations,
    completeness: Outcome,
    part: &Part<Disclosed>,
) -> Result<Said, (Outcome, String)> {
    let Disclosed { frame: index, shown } = &part.value;
    let Ok(at) = dossier.entries.binary_search_by_key(index, |part| part.value.index) else {
        let why = format!("Fields of entry {index} are shown, and the file does not hold that entry.");
        return Err((Outcome::Contradicted, why));
    };
    let words = entry_words(*index, &dossier.entries[at].value.entry.0);
    let Some(AdmittedFrame { station, fields, .. }) = stations.frames.get(index) else {
        let why = format!("Fields of {words} are shown: that is no frame which is known to be its station's own.");
        // Where entries are left out, what vouches for the frame may be among them.
        let is_whole = completeness == Outcome::Proven;
        return Err((if is_whole { Outcome::Contradicted } else { Outcome::Unproven }, why));
    };
    let signed = fields.as_ref().ok_or_else(|| {
        (Outcome::Contradicted, format!("Fields of {words} are shown, and {station} sealed none in it."))
    })?;
    let refused = |error: Error| {
        (
            Outcome::Contradicted,
            format!("What is shown of the fields that {station} sealed in {words} does not hold: {error}."),
        )
    };
    let withheld = shown.check(signed).map_err(refused)?;
    Ok((station.clone(), in_words(shown).map_err(refused)?, withheld, signed.count))
}

/// What is shown, place first.
fn in_words(shown: &Disclosure) -> Result<String, Error> {
    let (place, cell) = (shown.value::<Place>(PLACE)?, shown.value::<Cell>(CELL)?);
    let mut words = match (place, cell) {
        (Some(place), Some(_)) => {
            format!(
                "it stands at latitude {}, longitude {}, inside the cell that it states.",
                degrees(place.lat_e7),
                degrees(place.lon_e7)
            )
        }
        (Some(place), None) => {
            format!("it stands at latitude {}, longitude {}.", degrees(place.lat_e7), degrees(place.lon_e7))
        }
        (None, Some(Cell { low, high })) => format!(
            "it stands inside the cell of latitude {} to {} and longitude {} to {}; its exact place is withheld.",
            degrees(low.lat_e7),
            degrees(high.lat_e7),
            degrees(low.lon_e7),
            degrees(high.lon_e7)
        ),
        (None, None) => "nothing of its place.".to_owned(),
    };
    for field in shown.shown.iter().filter(|field| field.path != PLACE && field.path != CELL) {
        let value = canonical::from_bytes::<String>(&field.value.0)
            .map_or_else(|_| format!("{} bytes", field.value.0.len()), |text| one_line(&text));
        words += &format!(" Its {}: {value}.", field.path);
    }
    Ok(words)
}

/// Of each station in how many frames it sealed fields of which nothing is shown.
fn withheld(stations: &Stations, shown: &BTreeSet<u64>, completeness: Outcome, checks: &mut Vec<Check>) {
    let mut hidden: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (index, frame) in &stations.frames {
        let Some(fields) = frame.fields.filter(|_| !shown.contains(index)) else { continue };
        let (frames, count) = hidden.entry(&frame.station).or_default();
        *frames += 1;
        *count = count.saturating_add(fields.count);
    }
    for (station, (frames, count)) in hidden {
        let of = if frames == 1 { "1 frame".to_owned() } else { format!("{frames} frames") };
        let sentence = format!("{station} sealed fields in {of} of which nothing is shown: all {count} are withheld.");
        checks.push(Check::new(NAME, completeness, sentence, None).with("fields_withheld", count));
    }
}

/// 1e-7 degrees as degrees, exactly: `48.3`, `-0.0000001`.
fn degrees(e7: i32) -> String {
    let (sign, e7) = (if e7 < 0 { "-" } else { "" }, e7.unsigned_abs());
    let fraction = format!("{:07}", e7 % 10_000_000);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", e7 / 10_000_000)
}

#[cfg(test)]
mod tests;
