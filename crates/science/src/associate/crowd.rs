//! Events that are made of other events' measurements: where arrivals are dense, half of those of one that was not found
//! and some of its neighbours' look like another event.
//!
//! # Model
//! The score weighs an event against clutter that comes at random, and against what the events that were found make of its
//! measurements. What was not found it does not know. Besides `e^-l`, l the log of the odds, an event is therefore
//! something else with the odds `m e^(-s l)`: m is how many measurements of other events a window of eight deviations holds
//! on the mean, as likely as a measurement is to be exchanged for another one, and s = [`SHARE`] what such an event has of
//! the evidence of a true one.
//!
//! # Checked against
//! s alone was learnt, on six synthetic hours of 500 to 5,000 events and with 70 % noise (the peers' generator, seed 4001):
//! with a factor on m as well it was 0.93 and s 0.173. What it says of other hours stands in DESIGN.md.
use super::fit::Scene;
use super::small::exp;
use super::sweep::Live;

/// What of the log odds such an event has, to a nat of a true one's.
const SHARE: f64 = 0.18;

/// How dense the measurements of events are.
pub(super) struct Crowd {
    /// By class: measurements of events in all, and how many of them a window of eight deviations of one channel holds for
    /// each; none where a wave echoes or comes by several paths, whose odds are learnt apart.
    classes: Vec<Option<(f64, f64)>>,
}

impl Crowd {
    pub(super) fn new(scene: &Scene<'_>, live: &[Live]) -> Self {
        let classes = &scene.model.learnt.classes;
        let mut held = vec![0.0; classes.len()];
        for (pick, _) in live.iter().flat_map(|one| &one.fitted.members) {
            // In each of its readings it may be taken for another event's.
            scene.picks.readings(*pick as usize).for_each(|reading| held[class_of(scene, reading as u32)] += 1.0);
        }
        let mut channels = vec![0.0_f64; classes.len()];
        scene.network.channels.iter().for_each(|channel| channels[channel.class as usize] += 1.0);
        let of = |class: usize| {
            let window_s = 8.0 * scene.model.classes[class].variance_s2.sqrt();
            let plain = classes[class].echo.is_none() && classes[class].secondary.is_none();
            plain.then(|| (held[class], window_s / (channels[class].max(1.0) * scene.picks.span_s())))
        };
        Self { classes: (0..classes.len()).map(of).collect() }
    }

    /// The odds that an event with these members and log odds is made of others' measurements, to that it is real.
    pub(super) fn odds(&self, scene: &Scene<'_>, members: &[(u32, f64)], log_odds: f64) -> f64 {
        let of = |class: usize| members.iter().filter(|(pick, _)| class_of(scene, *pick) == class).count() as f64;
        let mut others = 0.0;
        for (class, density) in self.classes.iter().enumerate() {
            let own = of(class);
            match density {
                None if own > 0.0 => return 0.0,
                Some((held, window)) => others += own * (held - own).max(0.0) * window,
                None => {}
            }
        }
        others / members.len().max(1) as f64 * exp(-SHARE * log_odds)
    }
}

fn class_of(scene: &Scene<'_>, pick: u32) -> usize {
    scene.network.channels[scene.picks.all[pick as usize].channel as usize].class as usize
}
