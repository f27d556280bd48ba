//! What decodes as an entry encodes to the very bytes: no second spelling of a value is ever let through.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline_engine::input::{Input, Standing, standing};
use truceline_engine::state::State;
use truceline_model::canonical;
use truceline_model::derived::Derived;
use truceline_model::entry::{self, Entry};
use truceline_model::event::Event;
use truceline_model::finding::Finding;
use truceline_model::remark::{CaseClosed, Excluded, LateInput};

fn same<T: Entry>(bytes: &[u8]) {
    if let Ok(value) = entry::from_bytes::<T>(bytes) {
        assert_eq!(entry::to_bytes(&value), bytes);
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(Standing::Input(_, input)) = standing(bytes) {
        let again = match *input {
            Input::Report(value) => entry::to_bytes(&value),
            Input::Notice(value) => entry::to_bytes(&value),
            Input::Refusal(value) => entry::to_bytes(&value),
            Input::Agreement(value) => entry::to_bytes(&value),
            Input::Tick(value) => entry::to_bytes(&value),
        };
        assert_eq!(again, bytes);
    }
    same::<Derived<Event>>(bytes);
    same::<Derived<Finding>>(bytes);
    same::<Derived<LateInput>>(bytes);
    same::<Derived<Excluded>>(bytes);
    same::<Derived<CaseClosed>>(bytes);
    if let Ok(state) = canonical::from_bytes::<State>(bytes) {
        assert_eq!(canonical::to_bytes(&state), bytes);
    }
});
