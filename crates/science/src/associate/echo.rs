//! Echoes: what follows an arrival at its own sensor.
//!
//! # Model
//! An arrival that an event holds is followed at its sensor by a Poisson number of echoes, `share` on the mean, after
//! delays that are exponential with the mean `tau_s`: what reverberates in streets decays so. Clutter at a sensor has
//! the density `base + share / tau sum exp(-dt / tau)` over the held arrivals before.
//!
//! # Algorithm
//! A step of expectation-maximisation in each round: each free measurement is an echo with the share that echoes have
//! of its density; the echoes give number and delay, drawn towards what was believed before; the rest is the base.
use super::fit::Scene;
use super::model::Learnt;
use super::network::NONE;
use super::picks::Picks;
use super::small::exp;

/// How many arrivals the number of echoes that is believed beforehand weighs.
const PRIOR_ARRIVALS: f64 = 100.0;

/// How many echoes the delay that is believed beforehand weighs.
const PRIOR_ECHOES: f64 = 10.0;

/// Echoes are over after so many decays: e^-5.
const DECAYS: f64 = 5.0;

/// What is seen of echoes.
pub(super) struct Echoes {
    /// Free measurements of each channel that are echoes.
    pub of_channel: Vec<f64>,
    /// Number and delay of each class, where it has echoes.
    pub of_class: Vec<Option<(f64, f64)>>,
}

/// Sums over the held arrivals before a time: of `exp(-dt / tau)`, and of `dt exp(-dt / tau)`.
#[derive(Clone, Copy)]
struct Decaying {
    sum: f64,
    delays: f64,
    last_s: f64,
}

impl Decaying {
    const NONE: Self = Self { sum: 0.0, delays: 0.0, last_s: f64::NEG_INFINITY };

    fn to(&mut self, time_s: f64, tau_s: f64) {
        let dt = time_s - self.last_s;
        if dt.is_finite() {
            let left = exp(-dt / tau_s);
            (self.sum, self.delays) = (self.sum * left, (self.delays + self.sum * dt) * left);
        }
        self.last_s = time_s;
    }
}

/// What free measurements say of echoes, under the rates of clutter per channel that were believed last.
pub(super) fn seen(scene: &Scene<'_>, base: &Learnt, rates: &[f64]) -> Echoes {
    let (network, picks) = (scene.network, scene.picks);
    let mut of_channel = vec![0.0; network.channels.len()];
    // Of each class: held arrivals whose echoes can have been registered, echoes, their delays.
    let mut sums = vec![[0.0_f64; 3]; network.classes.len()];
    for (number, channel) in network.channels.iter().enumerate() {
        let class = channel.class as usize;
        let (Some((share, tau_s)), Some(rate)) = (scene.model.learnt.classes[class].echo, rates.get(number)) else {
            continue;
        };
        let mut before = Decaying::NONE;
        for i in picks.of(number) {
            before.to(picks.times[i], tau_s);
            if picks.owner[i] == NONE {
                let density = share / tau_s * before.sum;
                let echo = density / (rate + density);
                of_channel[number] += echo;
                sums[class][1] += echo;
                sums[class][2] += if before.sum > 0.0 { echo * before.delays / before.sum } else { 0.0 };
            } else {
                sums[class][0] += 1.0 - exp(-(picks.to_s - picks.times[i]) / tau_s);
                before.sum += 1.0;
            }
        }
    }
    let of_class = sums.iter().zip(&base.classes).map(|([held, echoes, delays], before)| {
        before.echo.map(|(share, tau_s)| {
            let tau_s = (delays + PRIOR_ECHOES * tau_s) / (echoes + PRIOR_ECHOES);
            ((echoes + PRIOR_ARRIVALS * share) / (held + PRIOR_ARRIVALS), tau_s)
        })
    });
    Echoes { of_channel, of_class: of_class.collect() }
}

impl Picks {
    /// Clutter of one channel with echoes.
    ///
    /// Whether an arrival is held changes how likely the clutter after it is. So the log density of a measurement is
    /// lowered by what its echoes would gain: the sum of `ln(1 + e_j / lambda_j)` over the free ones after it, less
    /// the echoes that are to be expected. First arrivals win over their echoes by that.
    pub(super) fn echoes(&mut self, range: std::ops::Range<usize>, base: f64, (share, tau_s): (f64, f64)) {
        let height = share / tau_s;
        let mut density = Vec::with_capacity(range.len());
        let mut before = Decaying::NONE;
        for i in range.clone() {
            before.to(self.times[i], tau_s);
            density.push(base + height * before.sum);
            if self.owner[i] != NONE {
                before.sum += 1.0;
            }
        }
        for i in range.clone() {
            let mut gain = -share;
            for j in i + 1..range.end {
                let dt = self.times[j] - self.times[i];
                if dt > DECAYS * tau_s {
                    break;
                }
                if self.owner[j] == NONE {
                    let echo = height * exp(-dt / tau_s);
                    let without = density[j - range.start] - if self.owner[i] == NONE { 0.0 } else { echo };
                    gain += libm::log1p(echo / without.max(base));
                }
            }
            self.log_clutter[i] = libm::log(density[i - range.start]) - gain;
        }
    }
}
