//! Which rounds a search makes: where its bars stand, and when the stack is made anew.

/// How often clutter alone may fill a window of the first stack.
pub(super) const CHANCE: f64 = 0.2;

/// A round: whether the stack is made anew, the bar for the log odds, and that of the second look, nats, also where
/// cells are narrower than they need to be.
pub(super) struct Round {
    pub stack: Option<f64>,
    pub bar: f64,
    pub look: f64,
    pub narrow: f64,
    pub untangle: bool,
    /// Whether more is admitted than will stand.
    pub hopeful: bool,
}

/// The second look does not know where in its window a place is best; the last rounds try all that may stand. In narrow
/// cells hardly an event lies so far from the middle that it promises less than 2: of 121 that stood in one dense synthetic
/// hour 2 did, and of 27,000 fits 17,000.
pub(super) const ROUNDS: [Round; 6] = [
    Round { stack: Some(CHANCE), bar: 8.0, look: 6.0, narrow: 6.0, untangle: false, hopeful: true },
    Round { stack: None, bar: 4.0, look: 3.0, narrow: 3.0, untangle: false, hopeful: true },
    Round { stack: Some(0.15), bar: 2.0, look: 2.0, narrow: 2.0, untangle: true, hopeful: true },
    Round { stack: None, bar: 0.0, look: 1.0, narrow: 1.0, untangle: false, hopeful: true },
    Round { stack: Some(0.04), bar: 0.0, look: 0.0, narrow: 2.0, untangle: false, hopeful: false },
    Round { stack: None, bar: 0.0, look: -1.0, narrow: 2.0, untangle: true, hopeful: false },
];

/// The rounds where the model was learnt from many events before, so that it moves little, and where measurements are
/// so few that clutter seldom fills a window even of the widest cell: events hardly compete. Also in small sets of waves
/// that echo: each further look among what the echoes left free finds what looks like a shot.
pub(super) const LEARNT: [Round; 4] = [
    Round { stack: Some(CHANCE), bar: 8.0, look: 6.0, narrow: 6.0, untangle: false, hopeful: true },
    Round { stack: None, bar: 2.0, look: 2.0, narrow: 2.0, untangle: false, hopeful: true },
    Round { stack: Some(0.04), bar: 0.0, look: 0.0, narrow: 0.0, untangle: true, hopeful: false },
    Round { stack: None, bar: 0.0, look: -1.0, narrow: -1.0, untangle: true, hopeful: false },
];

/// The rounds of a first look at a part of the measurements, from which the model is learnt.
pub(super) const SCOUT: [Round; 3] = [
    Round { stack: Some(CHANCE), bar: 12.0, look: 6.0, narrow: 6.0, untangle: false, hopeful: true },
    Round { stack: Some(CHANCE), bar: 6.0, look: 3.0, narrow: 3.0, untangle: false, hopeful: false },
    Round { stack: None, bar: 4.0, look: 1.0, narrow: 1.0, untangle: false, hopeful: false },
];
