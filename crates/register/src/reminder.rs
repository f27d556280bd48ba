//! Clocks that remind people. Nothing else ever comes of one: there is no other effect in the type.
use crate::source::SourceRef;
use crate::words::{Id, Words, choice};
use serde::{Deserialize, Serialize};
use truceline_model::time::{Interval, NS_PER_S, Time};

/// The longest time after which a reminder may come: a year.
pub const MAX_AFTER_H: u32 = 8_784;

choice! {
    /// From when a reminder counts.
    Start {
        /// From the call of the consultation.
        CalledAt => "called-at",
        /// From the first report.
        FirstReport => "first-report",
        /// From the breach, of which the time is itself found with an uncertainty and may be disputed.
        BreachTime => "breach-time",
    }
}

/// A reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reminder {
    /// What other lines call it.
    pub id: Id,
    /// What people are reminded of.
    pub text: Words,
    /// From when it counts.
    pub from: Start,
    /// After how many hours.
    pub after_h: u32,
    /// Whether it reminds at all. What was only reported ships off.
    pub on: bool,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

impl Reminder {
    /// When it reminds, earliest and latest, from the spread of its start. None if it is off.
    #[must_use]
    pub fn at(&self, start: &Interval) -> Option<Interval> {
        let after_ns = i64::from(self.after_h.min(MAX_AFTER_H)) * 3_600 * NS_PER_S;
        let later = |time: Time| Time(time.0.saturating_add(after_ns));
        self.on.then(|| Interval { from: later(start.from), to: later(start.to) })
    }
}
