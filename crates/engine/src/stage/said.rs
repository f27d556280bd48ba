//! What the detectors say of one input, within its bounds.
use crate::output::{Emitter, Output};
use truceline_model::impediment::{Impediment, ImpedimentKind};
use truceline_model::time::Time;

/// The most detections or bearings of one input: a file of a day has fewer. What is beyond is counted.
const MAX_FOUND: usize = 4_096;

/// The most impediments of one input: a record whose every other sample is no number would say so 65,000 times.
const MAX_IMPEDIMENTS: usize = 64;

/// What is said of one input.
pub(crate) struct Said<'e, 'o> {
    emitter: &'e mut Emitter<'o>,
    found: usize,
    impediments: usize,
    /// The first that was not said, and how many.
    more: Option<(String, Time, u64)>,
}

impl<'e, 'o> Said<'e, 'o> {
    pub(crate) fn new(emitter: &'e mut Emitter<'o>) -> Self {
        Self { emitter, found: 0, impediments: 0, more: None }
    }

    /// A detection or a bearing of this channel or array.
    pub(crate) fn found(&mut self, name: &str, at: Time, output: impl FnOnce() -> Output) {
        if self.found == MAX_FOUND {
            self.beyond(name, at);
        } else {
            self.found += 1;
            self.emitter.emit(output());
        }
    }

    pub(crate) fn impediment(&mut self, impediment: Impediment) {
        if self.impediments == MAX_IMPEDIMENTS {
            self.beyond(&impediment.channel, impediment.from);
        } else {
            self.impediments += 1;
            self.emitter.emit(Output::Impediment(impediment));
        }
    }

    fn beyond(&mut self, name: &str, at: Time) {
        self.more.get_or_insert_with(|| (name.to_owned(), at, 0)).2 += 1;
    }

    pub(crate) fn finish(self) {
        if let Some((name, at, count)) = self.more {
            let more = Impediment::new(&name, ImpedimentKind::More, at);
            self.emitter.emit(Output::Impediment(Impediment { samples: Some(count), ..more }));
        }
    }
}
