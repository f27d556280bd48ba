//! Records of waveforms: decoded once, for the detectors of channels and those of arrays, and to find what repeats.
use super::{array, detect, erase, exclude, repeat, seal};
use crate::output::Emitter;
use crate::state::State;
use crate::step::Engine;
use truceline_formats::recording;
use truceline_model::hash::Hash;
use truceline_model::record::Record;

/// Looks for arrivals and bearings in a record.
pub(crate) fn take(
    engine: &Engine,
    state: &mut State,
    hash: Hash,
    record: &Record,
    payload: &[u8],
    emitter: &mut Emitter<'_>,
) {
    if erase::is_erased(state, record.payload.sha256) {
        return exclude(emitter, hash, "its payload was erased before anything was derived from it");
    }
    if let Err(why) = seal::check(state, record) {
        return exclude(emitter, hash, why);
    }
    if engine.configuration.detectors.is_none() {
        return;
    }
    let segments = match recording::segments(record, payload) {
        Ok(segments) => segments,
        Err(error) => return exclude(emitter, hash, format!("its payload cannot be decoded: {error}")),
    };
    detect::take(engine, state, hash, record, &segments, emitter);
    array::take(engine, state, hash, record, &segments, emitter);
    repeat::take(state, hash, &segments, emitter);
}
