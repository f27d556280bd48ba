//! An impediment: what kept a channel's or an array's detector from seeing, or spoils what it saw.
use crate::time::Time;
use crate::{canonical_map_grown, canonical_names};

/// What kind of impediment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImpedimentKind {
    /// Samples are missing from `from` to `to`.
    Gap,
    /// Samples from `from` to `to` were there before and were left out.
    Overlap,
    /// The clock went back to `from`.
    SetBack,
    /// The sample rate changed at `from`, from `before_uhz` to `after_uhz`.
    RateChange,
    /// No detector can be built for the rate `after_uhz`, from `from` on, for a `reason`.
    RateUnusable,
    /// Stamps departed from the count of samples by `by_ns` at `from`.
    Retimed,
    /// The clock is called questionable from `from` on.
    ClockQuestionable,
    /// It no longer is, from `from` on.
    ClockTrusted,
    /// So many `samples` from `from` on are no numbers.
    NotFinite,
    /// One and the same value from `from` to `to`.
    Flat,
    /// Nothing came after `from`; the clock says so.
    Silent,
    /// The windows of the array from `from` on go on without this element, for a `reason`.
    Missing,
    /// The windows of the array from `from` on hold this element again.
    Again,
    /// Too few elements of the array for a direction in windows from `from` to before `to`, or no windows at all from `from`
    /// on, for a `reason`.
    Blind,
    /// One record held more of them than are listed: so many more, in `samples`.
    More,
}

canonical_names!(ImpedimentKind {
    "gap" => Gap,
    "overlap" => Overlap,
    "set-back" => SetBack,
    "rate-change" => RateChange,
    "rate-unusable" => RateUnusable,
    "retimed" => Retimed,
    "clock-questionable" => ClockQuestionable,
    "clock-trusted" => ClockTrusted,
    "not-finite" => NotFinite,
    "flat" => Flat,
    "silent" => Silent,
    "missing" => Missing,
    "again" => Again,
    "blind" => Blind,
    "more" => More,
});

/// What kept a channel's or an array's detector from seeing, or spoils what it saw. Fields that its kind does not name are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impediment {
    /// The channel; of an array as a whole the array's name.
    pub channel: String,
    /// The array whose detector says so; none where it is the channel's own.
    pub array: Option<String>,
    /// What kind.
    pub kind: ImpedimentKind,
    /// Where it begins.
    pub from: Time,
    /// Where it ends.
    pub to: Option<Time>,
    /// The sample rate before, 1e-6 Hz.
    pub before_uhz: Option<u64>,
    /// The sample rate after, 1e-6 Hz.
    pub after_uhz: Option<u64>,
    /// By how much stamps are later than counted, ns.
    pub by_ns: Option<i64>,
    /// How many.
    pub samples: Option<u64>,
    /// Why, in words.
    pub reason: Option<String>,
}

canonical_map_grown!(Impediment {
    "to" => to, "from" => from, "kind" => kind;
    "array" => array;
    "by_ns" => by_ns,
    "reason" => reason,
    "channel" => channel,
    "samples" => samples,
    "after_uhz" => after_uhz,
    "before_uhz" => before_uhz,
});

impl Impediment {
    /// One with a kind and a beginning.
    #[must_use]
    pub fn new(channel: &str, kind: ImpedimentKind, from: Time) -> Self {
        Self {
            channel: channel.to_owned(),
            array: None,
            kind,
            from,
            to: None,
            before_uhz: None,
            after_uhz: None,
            by_ns: None,
            samples: None,
            reason: None,
        }
    }
}
