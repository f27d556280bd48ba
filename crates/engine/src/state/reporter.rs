//! What is remembered of what an owner reports.
use truceline_model::canonical_map;
use truceline_model::place::Place;
use truceline_model::time::Time;
use truceline_science::borne;

/// A report that waits until what instruments located of its time is final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unjudged {
    /// Who reports it.
    pub owner: String,
    /// The middle of the stated time.
    pub time: Time,
    /// Its standard deviation, ms.
    pub sigma_ms: u64,
    /// The stated place.
    pub place: Place,
    /// Standard deviation of each of its components, m.
    pub sigma_m: u32,
}

canonical_map!(Unjudged {
    "time" => time,
    "owner" => owner,
    "place" => place,
    "sigma_m" => sigma_m,
    "sigma_ms" => sigma_ms,
});

/// How many reports of an owner were borne out, since its sum was last zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reporter {
    /// How many.
    pub reports: u32,
    /// How many of them instruments bear out.
    pub borne: u32,
    /// How many of them they would at least, were they true, 1e-3.
    pub expected_milli: u32,
    /// The sum of what they say against their being true, 1e-6 nats.
    pub sum_micro: u64,
    /// The earliest time that one of them names.
    pub from: Time,
    /// The latest.
    pub to: Time,
    /// The newest incidents that were counted.
    pub recent: Vec<(Time, Place)>,
}

canonical_map!(Reporter {
    "to" => to,
    "from" => from,
    "borne" => borne,
    "recent" => recent,
    "reports" => reports,
    "sum_micro" => sum_micro,
    "expected_milli" => expected_milli,
});

impl Reporter {
    /// An owner of whom nothing was counted yet.
    #[must_use]
    pub const fn new(at: Time) -> Self {
        Self { reports: 0, borne: 0, expected_milli: 0, sum_micro: 0, from: at, to: at, recent: Vec::new() }
    }

    /// Begins to count anew.
    pub fn begin(&mut self, at: Time) {
        *self = Self { recent: std::mem::take(&mut self.recent), ..Self::new(at) };
    }

    /// Counts a report that is borne out by chance with this probability.
    pub fn count(&mut self, at: Time, is_borne: bool, chance: f64) {
        if self.reports == 0 {
            (self.from, self.to) = (at, at);
        }
        (self.from, self.to) = (self.from.min(at), self.to.max(at));
        self.reports += 1;
        self.borne += u32::from(is_borne);
        self.expected_milli = self.expected_milli.saturating_add((borne::expected(chance) * 1e3).round() as u32);
        let more_micro = (borne::log_ratio(is_borne, chance) * 1e6).round() as i64;
        self.sum_micro = self.sum_micro.saturating_add_signed(more_micro);
        if self.sum_micro == 0 {
            self.begin(at);
        }
    }
}
