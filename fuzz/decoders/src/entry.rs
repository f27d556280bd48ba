//! What decodes as an entry encodes to the very bytes: no second spelling of a value is ever let through.
use truceline_engine::input::standing;
use truceline_engine::state::State;
use truceline_model::agreement::AgreementText;
use truceline_model::bearing::Bearing;
use truceline_model::canonical;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry::{self, Entry};
use truceline_model::epoch::Epoch;
use truceline_model::erasure::Erasure;
use truceline_model::event::Event;
use truceline_model::finding::Finding;
use truceline_model::impediment::Impediment;
use truceline_model::inventory::Inventory;
use truceline_model::notice::Notice;
use truceline_model::record::Record;
use truceline_model::refusal::Refusal;
use truceline_model::remark::{CaseClosed, Excluded, LateInput};
use truceline_model::report::Report;
use truceline_model::sensor_state::SensorState;
use truceline_model::tick::Tick;
use truceline_model::witness_state::WitnessState;

fn same<T: Entry>(bytes: &[u8]) {
    if let Ok(value) = entry::from_bytes::<T>(bytes) {
        assert_eq!(entry::to_bytes(&value), bytes);
    }
}

/// Reads it as each kind; whether it is an entry of a known kind.
pub fn check(bytes: &[u8]) -> bool {
    same::<Report>(bytes);
    same::<Record>(bytes);
    same::<SensorState>(bytes);
    same::<WitnessState>(bytes);
    same::<Erasure>(bytes);
    same::<Notice>(bytes);
    same::<Refusal>(bytes);
    same::<AgreementText>(bytes);
    same::<Inventory>(bytes);
    same::<Tick>(bytes);
    same::<Epoch>(bytes);
    same::<Derived<Event>>(bytes);
    same::<Derived<Finding>>(bytes);
    same::<Derived<Detection>>(bytes);
    same::<Derived<Bearing>>(bytes);
    same::<Derived<Impediment>>(bytes);
    same::<Derived<LateInput>>(bytes);
    same::<Derived<Excluded>>(bytes);
    same::<Derived<CaseClosed>>(bytes);
    if let Ok(state) = canonical::from_bytes::<State>(bytes) {
        assert_eq!(canonical::to_bytes(&state), bytes);
    }
    standing(bytes).is_ok()
}

/// The golden bytes of all kinds and versions.
pub fn originals() -> Vec<Vec<u8>> {
    let hex = crate::files("crates/model/golden", "hex");
    hex.iter()
        .map(|text| {
            let digits: Vec<u8> = text.iter().copied().filter(u8::is_ascii_hexdigit).collect();
            let byte = |pair: &[u8]| {
                let text = std::str::from_utf8(pair).expect("hexadecimal digits");
                u8::from_str_radix(text, 16).expect("hexadecimal digits")
            };
            digits.chunks(2).map(byte).collect()
        })
        .collect()
}
