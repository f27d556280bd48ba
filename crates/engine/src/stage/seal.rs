//! Keys, sealed frames and statements: what a station delivered itself, whether its row is unbroken, and who may speak.
//!
//! A frame that is not admitted is excluded with the reason, and so is the record that came in it. All rules are in
//! [`truceline_evidence::admit`].
use super::exclude;
use crate::output::{Emitter, Output};
use crate::state::{Sealed, State};
use crate::step::Engine;
use truceline_evidence::frame::Delivered;
use truceline_evidence::keys::KeyAct;
use truceline_evidence::receipt::SealedReceipt;
use truceline_evidence::statement::Signed;
use truceline_model::continuity::Continuity;
use truceline_model::hash::Hash;
use truceline_model::record::Record;
use truceline_model::tick::Tick;

/// Takes an act on the key register.
pub(crate) fn take_act(
    engine: &Engine,
    state: &mut State,
    index: u64,
    hash: Hash,
    act: &KeyAct,
    emitter: &mut Emitter<'_>,
) {
    match state.admission.take_act(&engine.origin, index, act) {
        Ok(found) => say(found, emitter),
        Err(why) => exclude(emitter, hash, why),
    }
}

/// Takes a person's statement: it moves no number, and one that does not count is excluded.
pub(crate) fn take_statement(
    engine: &Engine,
    state: &mut State,
    index: u64,
    hash: Hash,
    signed: &Signed,
    emitter: &mut Emitter<'_>,
) {
    if let Err(why) = state.admission.take_statement(&engine.origin, index, signed) {
        exclude(emitter, hash, why);
    }
}

/// Takes a frame; the record that it delivers comes as the next input of its station.
pub(crate) fn take_frame(state: &mut State, index: u64, hash: Hash, frame: &Delivered, emitter: &mut Emitter<'_>) {
    let (admitted, found) = state.admission.take_frame(index, frame);
    say(found, emitter);
    match admitted {
        Ok(admitted) => {
            let station = admitted.frame.station;
            state.sealed.0.remove(&station);
            if let Some(payload) = admitted.frame.payload {
                let sealed = Sealed { frame: frame.sealed.hash(), payload: payload.sha256, owner: admitted.owner };
                state.sealed.0.insert(station, sealed);
            }
        }
        Err(why) => exclude(emitter, hash, why),
    }
}

/// Takes a relay's receipt: by when the frames that follow it had arrived.
pub(crate) fn take_receipt(
    state: &mut State,
    index: u64,
    hash: Hash,
    receipt: &SealedReceipt,
    emitter: &mut Emitter<'_>,
) {
    let (taken, found) = state.admission.take_receipt(index, receipt);
    say(found, emitter);
    if let Err(why) = taken {
        exclude(emitter, hash, why);
    }
}

/// Takes the clock: who is silent though a frame was promised.
pub(crate) fn take_tick(state: &mut State, index: u64, tick: &Tick, emitter: &mut Emitter<'_>) {
    say(state.admission.take_tick(index, tick), emitter);
}

/// Whether a record is what an admitted frame delivered, if it says so.
///
/// # Errors
/// In words why it is not.
pub(crate) fn check(state: &mut State, record: &Record) -> Result<(), String> {
    let Some(frame) = record.frame else { return Ok(()) };
    let station = &record.source.source;
    match state.sealed.0.get(station) {
        Some(sealed) if sealed.frame != frame => Err(format!("the newest frame of {station} is another one")),
        Some(sealed) if sealed.payload != record.payload.sha256 => {
            Err("its frame delivered another payload".to_owned())
        }
        Some(sealed) if sealed.owner != record.owner => {
            Err(format!("the key register says that {station} is of {}", sealed.owner))
        }
        Some(_) => {
            state.sealed.0.remove(station);
            Ok(())
        }
        None => Err("the frame that it came in was not admitted".to_owned()),
    }
}

fn say(found: Vec<Continuity>, emitter: &mut Emitter<'_>) {
    for found in found {
        emitter.emit(Output::Continuity(found));
    }
}
