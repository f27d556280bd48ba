//! Links of live sources: the newest change of each is remembered, and said where a channel falls silent.
//!
//! No detector is touched by them. A link that was lost is no data that were lost: the stream is taken up by time, and a
//! detector that had been ended meanwhile would lose what stands in the very records that come late.
use super::exclude;
use crate::output::Emitter;
use crate::state::{MAX_LINKS, Map, State};
use truceline_model::hash::Hash;
use truceline_model::sensor_state::SensorState;

/// Remembers a change, unless a later one is known.
pub(crate) fn take(state: &mut State, hash: Hash, change: &SensorState, emitter: &mut Emitter<'_>) {
    let known = state.links.0.get(&change.source);
    if known.is_none() && state.links.0.len() >= MAX_LINKS {
        return exclude(emitter, hash, format!("{}: the links of {MAX_LINKS} sources are known", change.source));
    }
    if known.is_none_or(|known| known.at <= change.at) {
        state.links.0.insert(change.source.clone(), change.clone());
    }
}

/// Why nothing can come from a source, if its link does not stand.
pub(crate) fn why_silent(links: &Map<String, SensorState>, source: &str) -> Option<String> {
    let newest = links.0.get(source).filter(|newest| !newest.state.stands())?;
    let why = newest.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    Some(format!("the link to its source {source} is {} since {}{why}", newest.state.name(), newest.at))
}
