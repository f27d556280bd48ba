//! What the agreement asks of proof: its standards, by name; which evidence suffices for a side to be *stated*; and the prior
//! under which a posterior is printed.
//!
//! A standard of proof is a name and never a number of this program's own: what is *clear and convincing* is for people. The
//! numbers here decide one thing, whether the program states a side or abstains, and each of them is the agreement's. Where it
//! names none, those of [`Proof::default`] hold and are printed as such.
use truceline_model::attribution::corroboration::Level;

/// When a side is stated. The values that hold where the agreement names none are those of [`Proof::default`].
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// The standard that is asked of each, by the names that the agreement uses; empty by default.
    pub standards: Vec<(Asked, String)>,
    /// The least likelihood ratio of one side to the other; 100 by default, where published scales begin to say *moderately
    /// strong*.
    pub ratio_min: f64,
    /// How many owners, any, a stated side must do without; 1 by default. As many may be false in the mixture of the evidence.
    pub robustness: u32,
    /// The least probability that what was registered has one origin; 0.8 by default, where the words say *very likely*. Below, what
    /// is taken for one event may be rounds of several, which lay elsewhere.
    pub p_real_min: f64,
    /// The least corroboration; C2 by default: the sensors of one owner never suffice.
    pub corroboration_min: Level,
    /// The probability beforehand that an owner's data are false; 0.2 by default.
    pub p_false: f64,
    /// From which probability a choice of false owners is plausible, so that it must agree; 0.01 by default.
    pub plausible_min: f64,
    /// By how much a line's deviation may be larger or smaller than stated; 2 by default.
    pub line_factor: f64,
    /// Items of each kind on which the likelihood ratios were validated: no ratio is printed beyond it (the empirical bound of
    /// Vergeer et al. 2016 for a set without error); 100 by default, since no validation was adopted then.
    pub validated_on: u32,
    /// From which probability on it is stated which of two events on different sides came first; 0.95 by default, where the
    /// words say *almost certain*.
    pub order_min: f64,
    /// How far apart two events may be for their order to be said, s; 600 by default, as long as an exchange may pause.
    pub order_window_s: u32,
    /// What the clocks of one event's sensors may be off against those of another's, one standard deviation, s; 1 by default:
    /// a free quartz of 20 millionths is that far off half a day after it was set.
    pub clock_sigma_s: f64,
    /// How far on each side of the line something may come from, m; needed to say anything of the line's own band, and none by
    /// default.
    pub reach_m: Option<f64>,
}

/// What a standard of proof is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A spot report.
    Spot,
    /// A finding.
    Finding,
    /// An origin side.
    Attribution,
    /// What people determine.
    Determination,
}

truceline_model::canonical_names!(Asked {
    "spot" => Spot,
    "finding" => Finding,
    "attribution" => Attribution,
    "determination" => Determination,
});

impl Default for Proof {
    fn default() -> Self {
        Self {
            standards: Vec::new(),
            ratio_min: 100.0,
            robustness: 1,
            p_real_min: 0.8,
            corroboration_min: Level::C2,
            p_false: 0.2,
            plausible_min: 0.01,
            line_factor: 2.0,
            validated_on: 100,
            order_min: 0.95,
            order_window_s: 600,
            clock_sigma_s: 1.0,
            reach_m: None,
        }
    }
}

/// What is taken to be so before the evidence, by name. Each party has the same share: a prior that prefers one cannot be
/// written down.
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    /// Its name, printed with every posterior.
    pub name: String,
    /// It came from this party's side: the same number for each of the two.
    pub each_party: f64,
    /// Both, in an exchange.
    pub exchange: f64,
    /// From inside the line's band.
    pub band: f64,
    /// A third actor.
    pub third_actor: f64,
    /// Nobody: natural, an accident, notified.
    pub no_one: f64,
    /// None of these.
    pub unknown: f64,
}

impl Prior {
    /// The sum of all shares, of two parties.
    #[must_use]
    pub fn sum(&self) -> f64 {
        2.0 * self.each_party + self.exchange + self.band + self.third_actor + self.no_one + self.unknown
    }
}
