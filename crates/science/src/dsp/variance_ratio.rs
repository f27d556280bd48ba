//! A rise of energy against the samples just before it: Fisher's test of two variances, in several windows at once.
//!
//! A long average that a strong wave has filled hides what comes in its coda, and a short one is too long for a short pulse.
//! So the mean square of some short windows is compared with that of some longer ones right before them, as an F-test does:
//! both are chi-squared over their degrees of freedom, `2 B T` of noise of bandwidth `B` in a time `T`.
use super::state::{State, array_of, floats_of_length};
use crate::array::fdistribution::threshold;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Float, Floats};

/// Energies are summed over so many parts of a short average: a tenth, so that windows follow each other closely.
const HOPS_PER_SHORT: f64 = 10.0;

/// Short windows in hops: a fifth, two fifths and the whole of the short average. A pulse stands out most in a window of its own
/// length.
const SHORT_HOPS: [usize; 3] = [2, 4, 10];

/// Long windows in hops: 0.8, 2 and 6 short averages. The longer, the surer is the level of steady noise; the shorter, the better
/// it follows a coda that dies away, and the sooner after an onset the next one can be found.
const LONG_HOPS: [usize; 3] = [8, 20, 60];

/// How far back the windows reach, short averages.
pub const REACH_SHORTS: u32 = 7;

/// Sums that are kept: of the longest windows, and the one before them.
const KEPT: usize = SHORT_HOPS[2] + LONG_HOPS[2] + 1;

/// Two of them, so that sums are moved to the front only once per so many hops.
const ROOM: usize = 2 * KEPT;

/// A rise was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rise {
    /// The sample after the short window, counted from the first one.
    pub at: u64,
    /// Samples of the short window.
    pub short: u64,
    /// Samples of the long window before it.
    pub long: u64,
    /// Mean square in the short window over that in the long one.
    pub ratio: f64,
}

/// A detector of rises that is fed sample by sample.
///
/// # Algorithm
/// After each hop, a tenth of the short average, the mean square of each short window is divided by that of each long window
/// right before it. If any ratio is above what noise exceeds with probability `p_false`, a rise begins; the one farthest
/// above is given. The next can begin after no ratio was above once, and after a short average has passed. No long window reaches
/// back over the rise before: what lay before a wave does not tell how strong its coda is.
///
/// Samples are expected in a band of which `bandwidth` is the width over the sample rate.
#[derive(Debug, Clone, PartialEq)]
pub struct VarianceRatio {
    hop: u64,
    /// For each short window those of the long ones.
    thresholds: [[f64; LONG_HOPS.len()]; SHORT_HOPS.len()],
    /// The next sample.
    next: u64,
    /// Energy of the hop that is open.
    open: f64,
    /// Running sums of energies of hops, of which differences are taken.
    sums: Vec<f64>,
    /// Hops that are complete.
    hops: u64,
    /// The hop after which the last rise was found.
    last: Option<u64>,
    /// Whether some ratio was above its threshold at the last hop.
    above: bool,
}

impl VarianceRatio {
    /// For a short average of so many samples.
    #[must_use]
    pub fn new(short_samples: u32, bandwidth: f64, p_false: f64) -> Self {
        let hop = (f64::from(short_samples) / HOPS_PER_SHORT).round().max(1.0);
        let freedom = 2.0 * bandwidth * hop;
        let of = |short: usize, long: usize| threshold(p_false, freedom * short as f64, freedom * long as f64);
        Self {
            hop: hop as u64,
            thresholds: SHORT_HOPS.map(|short| LONG_HOPS.map(|long| of(short, long))),
            next: 0,
            open: 0.0,
            sums: vec![0.0],
            hops: 0,
            last: None,
            above: false,
        }
    }

    /// The samples that the longest windows hold.
    #[must_use]
    pub fn reach_samples(&self) -> u64 {
        self.hop * (KEPT as u64 - 1)
    }

    /// The number of the next sample.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Takes samples in; a rise that they complete is appended.
    pub fn push(&mut self, samples: &[f64], found: &mut Vec<Rise>) {
        let mut rest = samples;
        let mut room = self.hop - self.next % self.hop;
        while !rest.is_empty() {
            let (part, later) = rest.split_at(usize::try_from(room).unwrap_or(usize::MAX).min(rest.len()));
            rest = later;
            // One by one, so that it does not matter where samples are cut.
            self.open = part.iter().fold(self.open, |sum, sample| sum + sample * sample);
            self.next += part.len() as u64;
            room -= part.len() as u64;
            if room == 0 {
                room = self.hop;
                found.extend(self.complete());
            }
        }
    }

    /// A hop is complete.
    fn complete(&mut self) -> Option<Rise> {
        if self.sums.len() == ROOM {
            // Sums begin anew, so that rounding does not grow with them.
            let from = ROOM - KEPT;
            let base = self.sums[from];
            self.sums.copy_within(from.., 0);
            self.sums.truncate(KEPT);
            self.sums.iter_mut().for_each(|sum| *sum -= base);
        }
        let last = self.sums.last().copied().unwrap_or(0.0);
        self.sums.push(last + self.open);
        self.open = 0.0;
        self.hops += 1;
        let best = self.best();
        let begins = best.is_some() && !self.above;
        self.above = best.is_some();
        let rested = self.last.is_none_or(|last| self.hops - last >= SHORT_HOPS[SHORT_HOPS.len() - 1] as u64);
        let (short, long, ratio) = best.filter(|_| begins && rested)?;
        self.last = Some(self.hops);
        Some(Rise { at: self.next, short: self.hop * short as u64, long: self.hop * long as u64, ratio })
    }

    /// The windows whose ratio is farthest above its threshold, and that ratio; none if none is above.
    fn best(&self) -> Option<(usize, usize, f64)> {
        // Nearly always all windows are there and no ratio is above: looked at first, with places that the compiler knows.
        if let Some(sums) = self.sums.last_chunk::<KEPT>() {
            let mut any = false;
            for (short, thresholds) in SHORT_HOPS.iter().zip(&self.thresholds) {
                for (long, threshold) in LONG_HOPS.iter().zip(thresholds) {
                    let middle = sums[KEPT - 1 - short];
                    let after = (sums[KEPT - 1] - middle) * *long as f64;
                    let before = (middle - sums[KEPT - 1 - short - long]) * *short as f64;
                    any |= after >= threshold * before;
                }
            }
            if !any {
                return None;
            }
        }
        let end = self.sums.len() - 1;
        let since = self.last.map_or(u64::MAX, |last| self.hops - last);
        let (mut best, mut most) = (None, 1.0);
        for (short, thresholds) in SHORT_HOPS.iter().zip(&self.thresholds) {
            for (long, threshold) in LONG_HOPS.iter().zip(thresholds) {
                if short + long > end || (short + long) as u64 > since {
                    break;
                }
                let middle = self.sums[end - short];
                let after = (self.sums[end] - middle) * *long as f64;
                let before = (middle - self.sums[end - short - long]) * *short as f64;
                // Where nothing but silence came before the ratio is not known.
                if after >= most * threshold * before && before > 0.0 {
                    most = after / (before * threshold);
                    best = Some((*short, *long, after / before));
                }
            }
        }
        best
    }
}

impl State for VarianceRatio {
    /// The sums that are needed, from the first of them.
    fn write_state(&self, encoder: &mut Encoder) {
        encoder.array(3);
        (self.next, self.hops, self.last, self.above).encode(encoder);
        Float(self.open).encode(encoder);
        Floats::encode_from(&self.sums, encoder);
    }
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        array_of(decoder, 3)?;
        let at = decoder.offset();
        let (next, hops, last, above): (u64, u64, Option<u64>, bool) = Canonical::decode(decoder)?;
        let Float(open) = Canonical::decode(decoder)?;
        if hops != next / self.hop || last.is_some_and(|last| last > hops) {
            return Err(DecodeError::new(at, "hops as many samples make"));
        }
        let sums = floats_of_length(decoder, held(hops))?;
        (self.next, self.hops, self.last, self.above, self.open, self.sums) = (next, hops, last, above, open, sums);
        Ok(())
    }
}

/// How many sums are held after so many hops.
fn held(hops: u64) -> usize {
    let beyond = (hops + 1).saturating_sub(ROOM as u64);
    let turn = (ROOM - KEPT) as u64;
    let held = match beyond {
        0 => hops + 1,
        _ => KEPT as u64 + (beyond - 1) % turn + 1,
    };
    usize::try_from(held).unwrap_or(ROOM)
}
