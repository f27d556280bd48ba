//! Samples that are, to the bit, those of another span of their channel: said as an `inconsistency`, and what was measured
//! in either span is left out of what is not final. Which of the two is the copy cannot be seen, nor why there is one.
use super::associate::stand_of;
use super::exclude;
use crate::output::{Emitter, Output};
use crate::state::{Channel, Origin, State};
use std::collections::BTreeSet;
use truceline_model::hash::Hash;
use truceline_model::inconsistency::{Fits, Inconsistency};
use truceline_model::time::{Interval, NS_PER_S, Time};
use truceline_model::waveform::Segment;
use truceline_science::dsp::repetition::{CHUNK_S, Repeated};

/// The most repetitions of one input that are said: a file of a day that is one long copy has 144. What is beyond is counted.
const MAX_SAID: usize = 256;

/// The most spans of a channel that are left out, the newest: as many as an hour of copies has, and what is older is final.
const MAX_SPANS: usize = 16;

/// At either end of a copy chunks are not whole: so much more is left out, ns.
const MARGIN_NS: i64 = 6 * CHUNK_S as i64 * NS_PER_S;

/// Looks for repetitions in a record, after its channels were looked at for arrivals.
pub(crate) fn take(state: &mut State, hash: Hash, segments: &[Segment], emitter: &mut Emitter<'_>) {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut found: Vec<(&str, Repeated)> = Vec::new();
    for segment in segments {
        let Some(channel) = state.channels.0.get_mut(&segment.channel) else { continue };
        let said = channel.repetition.push(segment);
        for repeated in said.iter().copied().chain(channel.repetition.open()) {
            note(channel, repeated);
            names.insert(&segment.channel);
        }
        found.extend(said.into_iter().map(|repeated| (segment.channel.as_str(), repeated)));
    }
    if names.is_empty() {
        return;
    }
    leave_out(state);
    for (name, repeated) in found.iter().take(MAX_SAID) {
        say(state, name, *repeated, emitter);
    }
    if let Some(more) = found.len().checked_sub(MAX_SAID).filter(|more| *more > 0) {
        exclude(
            emitter,
            hash,
            format!("its samples repeat others in {more} more spans than the {MAX_SAID} that are said"),
        );
    }
}

/// Says what was open in channels that went silent.
pub(crate) fn settle(state: &mut State, emitter: &mut Emitter<'_>) {
    let silent = state.channels.0.iter_mut().filter(|(_, channel)| channel.silent);
    let ended: Vec<(String, Repeated)> =
        silent.filter_map(|(name, channel)| Some((name.clone(), channel.repetition.finish()?))).collect();
    for (name, repeated) in ended {
        say(state, &name, repeated, emitter);
    }
}

/// Takes what was measured in repeated samples out of what waits.
pub(crate) fn leave_out(state: &mut State) {
    let names: Vec<String> =
        state.channels.0.iter().filter(|(_, one)| !one.repeated.is_empty()).map(|(name, _)| name.clone()).collect();
    for name in names {
        let Some(stand) = stand_of(state, &name) else { continue };
        let Some(channel) = state.channels.0.get_mut(&name) else { continue };
        let before = state.pool.waiting.len();
        state.pool.waiting.retain(|one| {
            let derived = matches!(one.origin, Origin::Detection | Origin::Bearing);
            !(derived && one.stand() == stand && channel.repeated.iter().any(|span| span.contains(one.time)))
        });
        channel.left_out += (before - state.pool.waiting.len()) as u32;
    }
}

/// Notes both spans.
fn note(channel: &mut Channel, repeated: Repeated) {
    for Interval { from, to } in [repeated.span, repeated.of] {
        let wide = Interval { from: Time(from.0.saturating_sub(MARGIN_NS)), to: Time(to.0.saturating_add(MARGIN_NS)) };
        match channel.repeated.iter_mut().find(|known| known.meets(&wide)) {
            Some(known) => *known = Interval { from: known.from.min(wide.from), to: known.to.max(wide.to) },
            None => channel.repeated.push(wide),
        }
    }
    let surplus = channel.repeated.len().saturating_sub(MAX_SPANS);
    channel.repeated.drain(..surplus);
}

fn say(state: &mut State, name: &str, repeated: Repeated, emitter: &mut Emitter<'_>) {
    let owner = state.sites.0.get(name).map(|site| site.owner.clone());
    let Some(channel) = state.channels.0.get_mut(name) else { return };
    emitter.emit(Output::Inconsistency(Inconsistency {
        sensor: format!("sensor {name}"),
        owner: owner.unwrap_or_else(|| channel.owner.clone()),
        fits: Fits::Repeats { of: repeated.of },
        events: 0,
        agreeing: 0,
        left_out: std::mem::take(&mut channel.left_out),
        span: repeated.span,
    }));
}
