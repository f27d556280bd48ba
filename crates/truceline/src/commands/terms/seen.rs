//! What was observed beside the events, and what kept from seeing.
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use truceline_evidence::journal::JournalReader;
use truceline_model::appraisal::{Appraisal, Appraised};
use truceline_model::derived::Derived;
use truceline_model::entry::{self, Entry};
use truceline_model::hash::Hash;
use truceline_model::hindrance::Hindrance;
use truceline_model::observation::{Observation, Scope};
use truceline_model::time::{Interval, Time};

/// The most observations that are told one by one; all are counted.
const TOLD_MAX: usize = 10_000;

/// The most hindrances that are told in words.
const HINDRANCES_MAX: usize = 100;

/// What was observed, and what kept from seeing.
pub(super) struct Seen {
    /// By what became of them.
    appraised: BTreeMap<Appraised, usize>,
    /// By the side of a line on which they lie, where one is stated.
    sides: BTreeMap<String, usize>,
    /// Where a line is and no side is stated.
    undecided: usize,
    /// They one by one, the first [`TOLD_MAX`].
    rows: Vec<Value>,
    count: usize,
    /// What kept from seeing.
    pub(super) hindrances: Vec<Value>,
    words: Vec<String>,
    /// The intervals of those words.
    intervals: Vec<(Time, Option<Time>)>,
}

/// Reads a journal's observations with the newest that was said of each.
pub(super) fn read(journal: &dyn JournalReader) -> Result<Seen> {
    let mut observed: BTreeMap<Hash, (u64, Observation)> = BTreeMap::new();
    let mut said: BTreeMap<Hash, Appraisal> = BTreeMap::new();
    let (mut hindrances, mut words, mut intervals) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..journal.size() {
        let bytes = journal.entry(index)?;
        match entry::open(&bytes)?.0 {
            Observation::KIND => {
                observed.insert(Hash::of(&bytes), (index, entry::from_bytes(&bytes)?));
            }
            Hindrance::KIND => {
                let hindrance: Hindrance = entry::from_bytes(&bytes)?;
                words.push(sentence(&hindrance));
                intervals.push((hindrance.from, hindrance.to));
                hindrances.push(hindered(&hindrance));
            }
            kind if kind == Derived::<Appraisal>::KIND => {
                let found: Derived<Appraisal> = entry::from_bytes(&bytes)?;
                let newest = found.content;
                // A later word on what became of it has no side of its own.
                let side = said.get(&newest.observation).and_then(|earlier| earlier.side.clone());
                let side = newest.side.clone().or(side);
                said.insert(newest.observation, Appraisal { side, ..newest });
            }
            _ => {}
        }
    }
    let mut seen = Seen {
        appraised: BTreeMap::new(),
        sides: BTreeMap::new(),
        undecided: 0,
        rows: Vec::new(),
        count: observed.len(),
        hindrances,
        words,
        intervals,
    };
    let mut order: Vec<(&Hash, &(u64, Observation))> = observed.iter().collect();
    order.sort_by_key(|(_, (index, _))| *index);
    for (hash, (_, one)) in order {
        let Some(said) = said.get(hash) else { continue };
        *seen.appraised.entry(said.appraised).or_default() += 1;
        match said.side.as_ref().map(|side| &side.side) {
            Some(Some(party)) => *seen.sides.entry(party.clone()).or_default() += 1,
            Some(None) => seen.undecided += 1,
            None => {}
        }
        if seen.rows.len() < TOLD_MAX {
            seen.rows.push(row(hash, one, said));
        }
    }
    Ok(seen)
}

fn row(hash: &Hash, one: &Observation, said: &Appraisal) -> Value {
    let side = said.side.as_ref().map(|side| {
        json!({ "line": side.line, "distance_m": side.distance_m, "side": side.side,
            "p_left": f64::from(side.left_ppb) / 1e9, "p_right": f64::from(side.right_ppb) / 1e9 })
    });
    json!({
        "observation": hash.to_string(), "source": one.source.source, "owner": one.owner, "means": one.means.name(),
        "kind": one.kind.name(), "explosion": one.explosion.map(|kind| kind.name()), "count": one.count.number,
        "from": one.time.span.from.to_string(), "to": one.time.span.to.to_string(),
        "attack_reported": one.claim.attack_reported, "violation_alleged": one.claim.violation_alleged,
        "is_total": one.scope == Scope::PeriodTotal, "appraised": said.appraised.name(), "reason": said.reason, "side": side,
    })
}

fn hindered(one: &Hindrance) -> Value {
    json!({
        "kind": one.kind.name(), "source": one.source.source, "owner": one.owner, "from": one.from.to_string(),
        "to": one.to.map(|to| to.to_string()), "sensors": one.sensors, "area_of": one.area_of,
        "said_reason": one.said_reason, "lost": one.lost_ppm.map(|ppm| f64::from(ppm) / 1e6),
        "consented": one.consented, "one_party_consent": one.is_one_party_consent(), "text": one.text,
    })
}

fn sentence(one: &Hindrance) -> String {
    let until = one.to.map_or_else(|| "on".to_owned(), |to| format!("to {to}"));
    let mut text = format!("{} from {} {until}", one.kind.name().replace('-', " "), one.from);
    if !one.sensors.is_empty() {
        text += &format!(", {}", one.sensors.join(", "));
    }
    if let Some(party) = &one.area_of {
        text += &format!(", in the area of {party} as {} states it", one.owner);
    }
    if !one.said_reason.is_empty() {
        text += &format!(", reason given: {}", one.said_reason);
    }
    if one.is_one_party_consent() {
        text += &format!(", one party's consent: {}", one.consented.join(", "));
    } else if !one.consented.is_empty() {
        text += &format!(", consented: {}", one.consented.join(", "));
    }
    text
}

impl Seen {
    /// The observations one by one, and how many there are in all.
    pub(super) fn json(&self) -> Value {
        json!({ "count": self.count, "told": self.rows })
    }

    /// What kept from seeing during an interval.
    pub(super) fn hindered(&self, interval: &Interval) -> Vec<String> {
        let meets = |(from, to): &(Time, Option<Time>)| *from <= interval.to && to.is_none_or(|to| to > interval.from);
        self.words.iter().zip(&self.intervals).filter(|(_, at)| meets(at)).map(|(words, _)| words.clone()).collect()
    }

    /// Counts of the observations by what became of them, and what kept from seeing; nothing where there was neither.
    pub(super) fn words(&self) -> String {
        let mut text = String::new();
        if self.count > 0 {
            text += &format!("{} observation{}\n", self.count, if self.count == 1 { "" } else { "s" });
        }
        for (appraised, count) in &self.appraised {
            text += &format!("  {}: {count}\n", appraised.name().replace('-', " "));
        }
        for (party, count) in &self.sides {
            text += &format!("  on the side of {party}: {count}\n");
        }
        if self.undecided > 0 {
            text += &format!("  near a line, no side stated: {}\n", self.undecided);
        }
        if !self.words.is_empty() {
            text += "what kept from seeing:\n";
        }
        for word in self.words.iter().take(HINDRANCES_MAX) {
            text += &format!("  {word}\n");
        }
        if self.words.len() > HINDRANCES_MAX {
            text += &format!("  and {} more\n", self.words.len() - HINDRANCES_MAX);
        }
        text
    }
}
